"""INDRA statements: what is written and of which sort, what is never written, and what is read of others."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World

import kg
from kg.errors import KGError
from kg.exchange import ASPECTS, formats
from kg.exchange.part import PartFormat
from kg.graph import KnowledgeGraph, read

FORMAT = formats()["indra"]
SIGNS = {"Activation": 1, "IncreaseAmount": 1, "Inhibition": -1, "DecreaseAmount": -1}


def written(graph: KnowledgeGraph, folder: Path) -> list[dict[str, Any]]:
    graph.export(folder / "graph.indra.json")
    statements = json.loads((folder / "graph.indra.json").read_text("utf-8"))
    assert isinstance(statements, list)
    return statements


@pytest.fixture(scope="module")
def shipped(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The statements that the shipped graph makes."""
    return written(graph, tmp_path_factory.mktemp("shipped"))


def ends(statement: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    first, second = statement.get("members") or (statement["subj"], statement["obj"])
    return first.get("concept", first), second.get("concept", second)


def sign(statement: dict[str, Any]) -> int:
    """The sign as INDRA has it: by the type, or the product of the polarities."""
    if statement["type"] in SIGNS:
        return SIGNS[statement["type"]]
    first, second = statement.get("members") or (statement["subj"], statement["obj"])
    return int(first["delta"]["polarity"] * second["delta"]["polarity"])


def test_each_statement_has_the_sign_and_the_ends_of_its_claims(
    graph: KnowledgeGraph, shipped: list[dict[str, Any]]
) -> None:
    claims = {claim.iri: claim for claim in graph.claims()}
    assert len({statement["id"] for statement in shipped}) == len(shipped)
    for statement in shipped:
        names = [end["name"] for end in ends(statement)]
        for evidence in statement["evidence"]:
            claim = claims[evidence["source_id"]]
            assert [claim.subject.label, claim.object.label] == names
            assert claim.causal == (statement["type"] != "Association")
            assert evidence.get("pmid") == claim.source.pmid
            assert "text" not in evidence
            if not evidence.get("epistemics", {}).get("negated"):
                assert claim.sign == sign(statement)


def test_the_sort_of_a_statement_follows_from_what_stands_at_its_ends(
    graph: KnowledgeGraph, shipped: list[dict[str, Any]]
) -> None:
    kinds = {entity.label: entity for entity in graph.entities}
    sorts: dict[str, set[str]] = {}
    for statement in shipped:
        subject, target = (kinds[end["name"]] for end in ends(statement))
        if statement["type"] not in ("Influence", "Association"):
            assert subject.matches
            assert target.matches
        sorts.setdefault(target.kind, set()).add(statement["type"])
    assert {"IncreaseAmount", "DecreaseAmount"} <= sorts["SmallMolecule"]
    assert not {"Activation", "Inhibition"} & sorts["SmallMolecule"]
    assert {"Activation", "Inhibition"} <= sorts["Protein"]
    assert not {"IncreaseAmount", "DecreaseAmount"} & sorts["Protein"]
    assert sorts["Disease"] == sorts["Measurement"] == {"Influence", "Association"}


def test_identifiers_are_written_as_indra_writes_them(shipped: list[dict[str, Any]]) -> None:
    agents = {end["name"]: end["db_refs"] for statement in shipped for end in ends(statement)}
    assert agents["warfarin"] == {"CHEBI": "CHEBI:10033"}
    assert agents["osteoprotegerin"] == {"HGNC": "11909"}
    assert agents["metabolic acidosis"] == {"HP": "HP:0001942"}


@pytest.fixture(scope="module")
def denied(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """Null results, refuted claims and effects without a sign, each alone and beside a claim that says otherwise."""
    world = World([
        ("a", "has-no-effect-on", "b"), ("c", "increases", "d", {"certainty": "ckg:refuted"}), ("e", "affects", "f"),
        ("g", "increases", "h"), ("g", "decreases", "h"), ("g", "has-no-effect-on", "h"),
        ("g", "increases", "h", {"certainty": "ckg:refuted"}), ("i", "positively-associated-with", "j"),
        ("i", "not-associated-with", "j"), ("k", "increases", "l", {"certainty": "ckg:hypothesized"}),
        ("k", "not-associated-with", "l"),
        ("k", "decreases", "l", {
            "status": "ckg:retracted", "retraction-reason": '"wrong"',
            "retraction-date": '"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>',
        }),
    ])  # fmt: skip
    return world.load(tmp_path_factory.mktemp("denied"))


def test_what_is_denied_stands_only_beside_what_supports_it(denied: KnowledgeGraph, tmp_path: Path) -> None:
    told = {}
    for statement in written(denied, tmp_path):
        names = "".join(end["name"] for end in ends(statement))
        epistemics = [sorted(evidence.get("epistemics", {})) for evidence in statement["evidence"]]
        told[names, sign(statement)] = epistemics
    assert told == {
        ("gh", 1): [[], ["negated"], ["negated"]],
        ("gh", -1): [[], ["negated"]],
        ("ij", 1): [[], ["negated"]],
        ("kl", 1): [["hypothesis"]],
    }


@pytest.mark.parametrize("which", ["graph", "denied"])
def test_the_part_that_is_written_comes_back_whole(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    before: KnowledgeGraph = request.getfixturevalue(which)
    assert isinstance(FORMAT, PartFormat)
    report = before.export(tmp_path / "graph.indra.json")
    after = read(tmp_path / "graph.indra.json")
    assert after.report
    assert after.report.clean
    part = FORMAT.part(before._content)
    for name, aspect in ASPECTS.items():
        if name in (*FORMAT.keeps, *FORMAT.partly):
            assert set(aspect.of(after._content)) == set(aspect.of(part)), name
        lost = sum(loss.count for loss in report.losses if loss.what == aspect.what)
        assert report.kept.get(aspect.what, 0) + lost == len(aspect.of(before._content)), name


# --- what others write --------------------------------------------------------------------------------------------


def agent(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "db_refs": {"TEXT": name, "HGNC": str(len(name))}, **more}


def event(name: str, polarity: int | None) -> dict[str, Any]:
    return {
        "type": "Event",
        "concept": {"name": name, "db_refs": {"WM": [["wm/x", 0.9]]}},
        "delta": {"polarity": polarity},
    }


THEIRS: list[dict[str, Any]] = [
    {"type": "Activation", "subj": agent("a"), "obj": agent("bb"), "obj_activity": "kinase", "belief": 0.9, "evidence": [
        {"source_api": "reader", "pmid": "1", "text": "a activates bb"},
        {"source_api": "reader", "pmid": "2", "epistemics": {"negated": True}},
        {"source_api": "reader", "text_refs": {"DOI": "10.1000/x"}, "epistemics": {"hypothesis": True},
         "context": {"type": "bio", "species": {"name": "human", "db_refs": {"TAXONOMY": "9606"}}}},
        {"source_api": "reader", "pmid": "3"},
    ]},
    {"type": "DecreaseAmount", "subj": agent("a"), "obj": {"name": "salt", "db_refs": {"CHEBI": "CHEBI:1"}}},
    {"type": "Phosphorylation", "enz": agent("a"), "sub": agent("bb"), "residue": "S"},
    {"type": "Inhibition", "subj": agent("a", mods=[{"mod_type": "phosphorylation"}]), "obj": agent("bb")},
    {"type": "Influence", "subj": event("rain", 1), "obj": event("flood", -1)},
    {"type": "Influence", "subj": event("rain", None), "obj": event("crops", None)},
    {"type": "Association", "members": [event("rain", 1), event("crops", 1)]},
    {"type": "Complex", "members": [agent("a"), agent("bb")]},
    {"type": "Autophosphorylation", "enz": agent("a")},
    {"type": "Unheard", "subj": agent("a"), "obj": agent("bb")},
]  # fmt: skip


def foreign(folder: Path, document: Any, **options: Any) -> KnowledgeGraph:
    file = folder / "theirs.indra.json"
    file.write_text(json.dumps(document, indent=1), "utf-8")
    return read(file, **options)


def test_signs_are_those_of_types_and_polarities_and_all_else_is_told(tmp_path: Path) -> None:
    graph = foreign(tmp_path, {"statements": dict(enumerate(THEIRS))})
    assert sorted((c.subject.label, c.predicate, c.object.label) for c in graph.claims()) == [
        ("a", "affects", "bb"), ("a", "affects", "bb"), ("a", "affects", "bb"), ("a", "decreases", "salt"),
        ("a", "has-no-effect-on", "bb"), ("a", "increases", "bb"), ("a", "increases", "bb"), ("rain", "affects", "crops"),
        ("rain", "decreases", "flood"), ("rain", "positively-associated-with", "crops"),
    ]  # fmt: skip
    told = str(graph.report)
    for loss in (
        "Complex: without two ends", "Autophosphorylation: without two ends", "subject form or variant", "no polarity",
        "belief of statements (1)", "text of evidence (1)", "residue of statements (1)", "groundings (6)", "not in the table, so without a sign",
    ):  # fmt: skip
        assert loss in told
    assert {entity.label: (entity.kind, entity.matches) for entity in graph.entities}["salt"] == (
        "SmallMolecule", ("CHEBI:1",),
    )  # fmt: skip


def test_evidence_of_one_sort_is_one_claim_that_cites_all_of_it(tmp_path: Path) -> None:
    claims = foreign(tmp_path, THEIRS[:1]).claims()
    assert [(c.predicate, [work.citation for work in c.cites], c.certainty, c.species) for c in claims] == [
        ("increases", ["PMID:1", "PMID:3"], None, None),
        ("has-no-effect-on", ["PMID:2"], None, None),
        ("increases", ["doi:10.1000/x"], "hypothesized", "human"),
    ]
    assert {claim.source.citation for claim in claims} == {"reader"}


def test_an_edited_record_of_ours_is_a_loss_and_no_claim(denied: KnowledgeGraph, tmp_path: Path) -> None:
    statements = written(denied, tmp_path)
    count = len(read(tmp_path / "graph.indra.json").claims())
    statements[0]["evidence"][0]["annotations"]["calciphylaxis-kg"]["claim"]["certainty"] = "quite sure"
    after = foreign(tmp_path, statements)
    assert len(after.claims()) == count - 1
    assert "quite sure" in str(after.report)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("[{]", ":1: no JSON"),
        ('{"a": 1}', "no INDRA statements"),
        ("[]", "without a single entity"),
        ('[{"type": "Activation", "subj": {"name": "a"}', "no JSON"),
    ],
)
def test_what_is_no_file_of_statements_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.indra.json").write_text(text)
    with pytest.raises(KGError, match=message):
        kg.open(tmp_path / "x.indra.json")


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, each in inner for path in paths(each, (*at, key)))]


JUNK = st.sampled_from([None, True, 0, -1.5, "", "<a b>", [], {}, [[]], {"type": "Event"}, "x" * 50, [{"name": 1}]])


@given(st.data())
@settings(max_examples=12)
def test_no_mutation_of_a_document_is_more_than_a_loss_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, denied: KnowledgeGraph, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("mutated")
    document = copy.deepcopy(THEIRS) + written(denied, folder)
    for _ in range(data.draw(st.integers(1, 4))):
        *parents, last = data.draw(st.sampled_from(paths(document)[1:]))
        holder: Any = document
        for key in parents:
            holder = holder[key]
        holder[last] = data.draw(JUNK)
    with suppress(KGError):
        graph = foreign(folder, document)
        assert all(claim.subject.label for claim in graph.claims())
