"""Disorders of dismech: unsigned edges stay so, and evidence supports only what it is said to support."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoilt import borne, spoilt

from kg.errors import InvalidData, MissingExtra
from kg.exchange.documents import yaml_document
from kg.graph import KnowledgeGraph, read

SAMPLE = Path(__file__).parent / "samples" / "disorder.yaml"


@pytest.fixture(scope="module")
def disorder() -> KnowledgeGraph:
    return read(SAMPLE, format="dismech")


def said(graph: KnowledgeGraph) -> list[tuple[str, str, str]]:
    return [(claim.subject.label, claim.predicate, claim.object.label) for claim in graph.claims()]


def lost(graph: KnowledgeGraph, what: str) -> list[str]:
    assert graph.report is not None
    return [f"{loss.place}: {loss.why}" for loss in graph.report.losses if loss.what == what]


def test_only_treatments_exposures_and_readouts_say_which_way(disorder: KnowledgeGraph) -> None:
    assert list(dict.fromkeys(said(disorder))) == [
        ("Crystal Growth", "affects", "Vessel Hardening"),
        ("Crystal Growth", "affects", "Skin Pain"),
        ("Vessel Hardening", "affects", "Skin Pain"),
        ("Skin Pain", "affects", "Hair Loss"),
        ("Salty Water", "causes", "Crystal Growth"),
        ("Sea Air", "decreases", "Crystal Growth"),
        ("Moonlight", "affects", "Crystal Growth"),
        ("Dissolvin", "decreases", "Crystal Growth"),
        ("Dissolvin", "affects", "Vessel Hardening"),
        ("Serum Crystallin", "positively-associated-with", "Crystal Growth"),
        ("ABCX9", "affects", "Made-up Hardening"),
    ]


def test_evidence_supports_only_what_it_is_said_to(disorder: KnowledgeGraph) -> None:
    edge = ("Crystal Growth", "affects", "Vessel Hardening")
    claims = [c for c in disorder.claims() if (c.subject.label, c.predicate, c.object.label) == edge]
    assert [(c.certainty, c.species, c.design, c.directness, [s.pmid for s in c.cites]) for c in claims] == [
        ("hypothesized", "human", None, "direct", ["99999902"]),
        ("hypothesized", None, "in-vitro-experiment", "direct", ["99999903"]),
        ("refuted", "human", None, "direct", ["99999904"]),
    ]
    assert lost(disorder, "evidence items") == [
        "line 48: NO_EVIDENCE: supports nothing",
        "line 50: PARTIAL: supports nothing",
    ]
    refuted = [(c.subject.label, c.object.label) for c in disorder.claims() if c.certainty == "refuted"]
    assert refuted == [("Crystal Growth", "Vessel Hardening"), ("Vessel Hardening", "Skin Pain")]
    assert [edge.object.label for edge in disorder.edges if edge.subject.label == "Vessel Hardening"] == []


def test_hypotheses_hedge_and_deprecated_ones_are_left_out(disorder: KnowledgeGraph) -> None:
    hedged = [(c.subject.label, c.object.label) for c in disorder.claims() if c.certainty == "hypothesized"]
    assert list(dict.fromkeys(hedged)) == [
        ("Crystal Growth", "Vessel Hardening"),  # the end is a provisional mechanism
        ("Crystal Growth", "Skin Pain"),  # held by an alternative hypothesis only
        ("Dissolvin", "Vessel Hardening"),
    ]
    assert lost(disorder, "statements")[0] == "line 56: downstream: part of deprecated hypotheses only"


def test_statements_that_make_no_claim_are_losses_with_their_line(disorder: KnowledgeGraph) -> None:
    assert lost(disorder, "statements")[1:] == [
        "line 58: downstream: an end is nothing that the file names",
        "line 125: dismech:TreatmentEffectEnum#BYPASSES: neither an effect nor an association",
        "line 128: dismech:target_phenotypes: neither an effect nor an association",
        "line 138: dismech:BiomarkerReadoutDirectionEnum#THRESHOLD_DEPENDENT: "
        "an association without a sign, which the model does not hold",
    ]
    assert lost(disorder, "signs") == ["line 96: taken away, since it is not certain: subject form or variant"]
    assert lost(disorder, "genetic factors") == ["line 106: no relation to the disorder is stated"]
    assert lost(disorder, "prevalence of disorders") == ["line 2: not read: no entity and no statement on two of them"]


def test_identifiers_are_exact_only_where_name_and_term_are_the_same(disorder: KnowledgeGraph) -> None:
    told = {entity.label: (entity.kind, entity.matches, entity.close) for entity in disorder.entities}
    assert {label: each for label, each in told.items() if each[1:] != ((), ())} == {
        "Made-up Hardening": ("Disease", ("MONDO:9999991",), ()),
        "ABCX9": ("Protein", ("HGNC:99999",), ()),
        "Skin Pain": ("Phenotype", ("HP:9999991",), ()),
        "Hair Loss": ("Phenotype", (), ("HP:9999992",)),  # the file adds something to the term
        "Dissolvin": ("Drug", (), ("CHEBI:9999991",)),  # the term is that of its ingredient
    }
    assert {label: each[0] for label, each in told.items() if each[1:] == ((), ())} == {
        "ABCX8": "Protein",
        "Counselling": "Procedure",
        "Crystal Growth": "Process",
        "Moonlight": "Exposure",
        "Salty Water": "Exposure",
        "Sea Air": "Exposure",
        "Serum Crystallin": "Measurement",
        "Vessel Hardening": "Process",
    }
    assert {entity.origin for entity in disorder.entities} == {"dismech"}


def test_no_free_text_is_taken_over(disorder: KnowledgeGraph) -> None:
    assert "not taken over" not in json.dumps([each.to_dict() for each in (*disorder.claims(), *disorder.entities)])


def test_two_disorders_share_what_has_the_same_name_and_identifier(tmp_path: Path) -> None:
    pain = {"preferred_term": "Pain", "term": {"id": "HP:9999991", "label": "pain"}}
    for number, label in enumerate(("Pain", "pain", "Ache")):
        phenotype = {"name": label, "phenotype_term": pain | {"term": {"id": "HP:9999991", "label": label}}}
        told = {"name": f"Disorder {number}", "phenotypes": [phenotype, {"name": "Rash"}]}
        (tmp_path / f"{number}.yaml").write_text(json.dumps(told), "utf-8")
    graph = read(*sorted(tmp_path.iterdir()), format="dismech")
    assert sorted(entity.label for entity in graph.entities if entity.kind == "Phenotype") == [
        *("Ache", "Pain", "Rash", "Rash", "Rash")
    ]
    ache = next(entity for entity in graph.entities if entity.label == "Ache")
    assert (ache.matches, ache.close) == ((), ("HP:9999991",))


@pytest.mark.parametrize(
    ("content", "why"),
    [("just text", "no record with a name"), ("a: 1", "no record with a name"), ("name: a", "none of")],
)
def test_other_files_are_refused(content: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(content, "utf-8")
    with pytest.raises(InvalidData, match=rf"a\.yaml:1: no disorder of dismech: .*{why}"):
        read(tmp_path / "a.yaml", format="dismech")


def test_without_pyyaml_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtra, match="exchange"):
        read(SAMPLE, format="dismech")


@settings(max_examples=12)
@given(random=st.randoms(use_true_random=False))
def test_spoilt_disorders_are_borne(random: Random, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt-disorder.yaml"
    path.write_text(json.dumps(spoilt(yaml_document(SAMPLE), random)), "utf-8")
    assert borne(path, "dismech") in ("read", "refused")
