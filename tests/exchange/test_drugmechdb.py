"""DrugMechDB: what its records say comes in with their signs and references, and the rest is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoilt import borne, spoilt

from kg.errors import InvalidData
from kg.exchange.documents import yaml_document
from kg.graph import KnowledgeGraph, read

SAMPLE = Path(__file__).parent / "samples" / "indication_paths.yaml"


@pytest.fixture(scope="module")
def drugs() -> KnowledgeGraph:
    return read(SAMPLE)


def said(graph: KnowledgeGraph) -> list[tuple[str, str, str]]:
    return [(claim.subject.label, claim.predicate, claim.object.label) for claim in graph.claims()]


def ids(graph: KnowledgeGraph) -> list[tuple[str, str, str]]:
    return [(claim.subject.id, claim.predicate, claim.object.id) for claim in graph.claims()]


def lost(graph: KnowledgeGraph) -> list[str]:
    assert graph.report is not None
    return [str(loss) for loss in graph.report.losses]


def test_links_are_claims_with_the_sign_that_their_key_surely_has(drugs: KnowledgeGraph) -> None:
    told = {claim.section: claim for claim in drugs.claims()}
    first = told["line 12 of indication_paths.yaml"]
    assert first.sentence == "made-up drug decreases made-up enzyme"
    assert [source.citation for source in first.cites] == ["https://example.org/one"]
    assert (first.basis, first.origin, first.source.citation) == ("second-hand", "DrugMechDB", "DrugMechDB")
    assert said(drugs)[:5] == [
        ("made-up drug", "decreases", "made-up enzyme"),
        ("made-up enzyme", "increases", "made-up process"),
        ("made-up process", "causes", "made-up disease"),  # caused by, turned round
        ("made-up enzyme", "positively-associated-with", "made-up disease"),
        ("made-up process", "affects", "made-up disease"),  # a process treats nothing
    ]


def test_links_of_the_newer_schema_cite_their_own_evidence(drugs: KnowledgeGraph) -> None:
    evidence = [claim for claim in drugs.claims() if claim.section == "line 65 of indication_paths.yaml"]
    assert [(c.predicate, c.certainty, c.species, c.design, [s.pmid for s in c.cites]) for c in evidence] == [
        ("decreases", None, "human", None, ["99999901"]),
        ("decreases", "refuted", None, "in-vitro-experiment", ["99999902"]),
    ]
    treats = [claim for claim in drugs.claims() if claim.predicate == "treats-or-prevents"]
    assert [[source.citation for source in claim.cites] for claim in treats] == [
        ["doi:10.9999/made.up", "PMID:99999904"]
    ]


def test_nodes_with_the_same_id_are_one(drugs: KnowledgeGraph) -> None:
    assert {entity.label: (entity.kind, entity.matches, entity.close) for entity in drugs.entities} == {
        "made-up drug": ("Drug", ("MESH:D000001", "DRUGBANK:DB00000"), ()),
        "made-up enzyme": ("Protein", ("UniProtKB:P00001",), ()),
        "made-up process": ("Process", ("GO:0000001",), ("MESH:D000003",)),
        "made-up disease": ("Disease", ("MESH:D000002",), ()),
        "people": ("Entity", ("http://purl.obolibrary.org/obo/NCBITaxon_9606",), ()),
    }


def test_everything_else_is_a_loss_with_its_line(drugs: KnowledgeGraph) -> None:
    assert lost(drugs) == [
        "line 24: signs: taken away: treats is said of what is no drug",
        "line 27: statements: in taxon: neither an effect nor an association",
        "line 30: links: an end is no node of the record",
        "line 2: comment of records: not read: no entity and no statement on two of them",
        "line 60: repeated descriptions of an entity: the first one is kept",
        "line 62: nodes: the id stands twice in the record; the first is kept",
        "line 63: nodes: the id is no CURIE",
        "line 74: evidence items: PARTIAL: supports nothing",
    ]
    assert said(drugs)[-1] == ("made-up drug", "affects", "made-up enzyme")  # a key that no table has: without a sign


def test_records_alone_packed_and_together(tmp_path: Path) -> None:
    records = yaml_document(SAMPLE)
    for number, record in enumerate(records):
        (tmp_path / f"{number}.yaml").write_text(json.dumps(record), "utf-8")
    (tmp_path / "2.yaml.gz").write_bytes(gzip.compress(SAMPLE.read_bytes()))
    one, two, both = (read(tmp_path / name, format="drugmechdb") for name in ("0.yaml", "1.yaml", "2.yaml.gz"))
    assert ids(both) == ids(one) + ids(two)
    together = read(tmp_path / "0.yaml", tmp_path / "1.yaml", format="drugmechdb")
    assert said(together) == said(both)  # what describes an entity first names it
    assert len(together.entities) == len(both.entities)
    assert {loss.partition(":")[0].rpartition(" of ")[2] for loss in lost(together)} == {"0.yaml", "1.yaml"}


@pytest.mark.parametrize("content", ["just text", "- 1\n- 2", "a: 1", "[]", "nodes: []"])
def test_other_files_are_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(content, "utf-8")
    with pytest.raises(InvalidData, match=r"a\.yaml:1: no DrugMechDB: it has no record with nodes and links"):
        read(tmp_path / "a.yaml", format="drugmechdb")


@settings(max_examples=12)
@given(random=st.randoms(use_true_random=False))
def test_spoilt_records_are_borne(random: Random, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt-indication_paths.yaml"
    path.write_text(json.dumps(spoilt(yaml_document(SAMPLE), random)), "utf-8")
    assert borne(path, "drugmechdb") in ("read", "refused")
