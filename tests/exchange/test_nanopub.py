"""Nanopublications: well-formed by the guidelines and by the nanopub package; they state what is live and no more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from consumed import assert_keeps_what_it_says
from pyoxigraph import Quad, RdfFormat, parse, serialize
from worlds import World

import kg
from kg.errors import InvalidData
from kg.exchange.content import standing
from kg.exchange.forms.nanopub import NP, NPX, PROV
from kg.graph import KnowledgeGraph, read
from kg.model import Claim
from kg.schema import BASE, CKG, DCT, RDF_TYPE

PARTS = {"Head", "assertion", "provenance", "pubinfo"}


@pytest.fixture(scope="module")
def file(various: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("nanopub") / "x.nanopub.trig"
    various.export(file)
    return file


def published(file: Path) -> dict[str, dict[str, set[tuple[str, str, str]]]]:
    """The statements of each nanopublication by its IRI and the name of the graph."""
    found: dict[str, dict[str, set[tuple[str, str, str]]]] = defaultdict(lambda: defaultdict(set))
    for quad in parse(path=file, format=RdfFormat.TRIG):
        name, _, part = quad.graph_name.value.rpartition("/")
        found[name][part].add((quad.subject.value, quad.predicate.value, quad.object.value))
    return found


def plain(claim: Claim) -> tuple[str, str, str]:
    return claim.subject.iri, CKG + claim.predicate, claim.object.iri


def test_each_speaking_claim_is_one_and_they_are_well_formed(various: KnowledgeGraph, file: Path) -> None:
    found = published(file)
    assert list(found) == [f"{claim.iri}/nanopub" for claim in various.claims() if claim.status != "retracted"]
    for name, parts in found.items():
        links = {"hasAssertion": "assertion", "hasProvenance": "provenance", "hasPublicationInfo": "pubinfo"}
        head = {(name, NP + link, f"{name}/{part}") for link, part in links.items()}
        assert parts.keys() == PARTS
        assert parts["Head"] == {(name, RDF_TYPE, f"{NP}Nanopublication"), *head}
        assert any(subject == f"{name}/assertion" for subject, _, _ in parts["provenance"])
        assert any(subject == name for subject, _, _ in parts["pubinfo"])


def test_only_live_effects_and_associations_are_stated(various: KnowledgeGraph, file: Path) -> None:
    found = published(file)
    live = {plain(claim) for claim in various.claims() if standing(claim) in ("causal", "association")}
    predicates = {CKG + name for name in various.schema.predicates}
    stated = {triple for parts in found.values() for part in parts.values() for triple in part}
    assert {triple for triple in stated if triple[1] in predicates} == live
    for claim in various.claims():
        parts = found.get(f"{claim.iri}/nanopub", {})
        assert (plain(claim) in parts.get("assertion", ())) == (standing(claim) in ("causal", "association"))
        if parts:
            label = next(value for subject, iri, value in parts["pubinfo"] if "nanopub" in subject and "label" in iri)
            assert label == claim.sentence + (f" ({claim.certainty})" if claim.certainty else "")
    assert {standing(claim) for claim in various.claims()} >= {"refuted", "null result", "retracted"}


def test_they_hold_what_the_format_is_said_to_keep(various: KnowledgeGraph, file: Path, tmp_path: Path) -> None:
    ours = (
        quad.triple
        for quad in parse(path=file, format=RdfFormat.TRIG)
        if "/nanopub" not in quad.subject.value and quad.subject.value != BASE
    )
    disputes = [q.triple for q in various.dataset.store if q.subject.value.startswith(f"{BASE}dispute/")]
    (tmp_path / "all.nt").write_bytes(serialize({*ours, *disputes}, format=RdfFormat.N_TRIPLES))
    back = read(tmp_path / "all.nt")
    assert back.report is not None
    assert back.report.clean  # so every plain triple has a live claim that says so
    assert_keeps_what_it_says("nanopub", various, replace(back._content, disputes=[]))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, which the package calls as it was
def test_the_nanopub_package_finds_them_valid(various: KnowledgeGraph, file: Path) -> None:
    nanopub = pytest.importorskip("nanopub", reason="the nanopub package is not installed", exc_type=ImportError)
    from rdflib import ConjunctiveGraph

    quads: dict[str, list[Quad]] = defaultdict(list)
    for quad in parse(path=file, format=RdfFormat.TRIG):
        quads[quad.graph_name.value.rpartition("/")[0]].append(quad)
    for claim in various.claims():
        if claim.status == "retracted":
            continue
        graph = ConjunctiveGraph()
        graph.parse(data=serialize(quads[f"{claim.iri}/nanopub"], format=RdfFormat.N_QUADS).decode(), format="nquads")
        found = nanopub.Nanopub(rdf=graph)
        assert found.is_valid
        assert str(found.introduces_concept) == claim.iri


def test_the_primary_source_is_who_found_it_and_not_who_tells_it(graph: KnowledgeGraph, tmp_path: Path) -> None:
    told, found, cited = (
        next(claim for claim in graph.claims() if fits(claim))
        for fits in (
            lambda claim: claim.basis == "second-hand" and not claim.cites and claim.source.doi,
            lambda claim: claim.basis == "own-data" and claim.source.doi and "(" not in claim.source.doi,
            lambda claim: claim.cites,
        )
    )
    others = [claim.id for claim in graph.claims() if claim not in (told, found, cited)]
    graph.without(claims=others).export(tmp_path / "x.nanopub.trig")
    read_back = published(tmp_path / "x.nanopub.trig")
    for claim, primary in (
        (told, []),
        (found, [f"https://doi.org/{found.source.doi}"]),
        (cited, [work.iri for work in cited.cites]),
    ):
        provenance = read_back[f"{claim.iri}/nanopub"]["provenance"]
        assert sorted(value for _, iri, value in provenance if iri == f"{PROV}hadPrimarySource") == sorted(primary)
        assert len([value for _, iri, value in provenance if iri == f"{PROV}wasDerivedFrom"]) == 1


def test_drafts_are_marked_and_what_is_not_ours_has_no_licence_of_ours(tmp_path: Path) -> None:
    world = World(
        claims=[
            ("a", "increases", "b"),
            ("a", "increases", "b", {"status": "ckg:draft", "imported-from": '"theirs"'}),
        ]
    ).load(tmp_path / "world")
    world.export(tmp_path / "x.nanopub.trig")
    ours, theirs = (parts["pubinfo"] for parts in published(tmp_path / "x.nanopub.trig").values())
    rights = {f"{DCT}license": world.schema.license, f"{DCT}creator": BASE}
    assert {iri: value for _, iri, value in ours if iri in rights} == rights
    assert not [iri for _, iri, _ in theirs if iri in rights]
    drafts = [[value for _, iri, value in part if iri == RDF_TYPE and value.startswith(NPX)] for part in (ours, theirs)]
    assert drafts == [[], [f"{NPX}DraftNanopub"]]


def test_as_a_graph_they_are_refused_in_one_sentence(file: Path) -> None:
    with pytest.raises(InvalidData, match=r"RDF without a graph of ours: .*in graphs of other names .* and \d+ more"):
        kg.open(file)
