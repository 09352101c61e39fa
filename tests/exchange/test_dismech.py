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


def test_only_treatments_exposures_and_genes_say_which_way(disorder: KnowledgeGraph) -> None:
    assert list(dict.fromkeys(said(disorder))) == []


def test_evidence_supports_only_what_it_is_said_to(disorder: KnowledgeGraph) -> None:
    edge = ("Crystal Growth", "affects", "Vessel Hardening")
    claims = [c for c in disorder.claims() if (c.subject.label, c.predicate, c.object.label) == edge]
    assert [(c.certainty, c.species, c.design, c.directness, [s.pmid for s in c.cites]) for c in claims] == []
    assert lost(disorder, "evidence items") == []


def test_hypotheses_hedge_and_deprecated_ones_are_left_out(disorder: KnowledgeGraph) -> None:
    hedged = [(c.subject.label, c.object.label) for c in disorder.claims() if c.certainty == "hypothesized"]
    assert hedged == []
    assert lost(disorder, "statements") == []


def test_identifiers_are_exact_only_where_name_and_term_are_the_same(disorder: KnowledgeGraph) -> None:
    told = {entity.label: (entity.kind, entity.matches, entity.close) for entity in disorder.entities}
    assert told == {}
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
    ("content", "why"), [("just text", "no record with a name"), ("a: 1", "no record with a name"), ("name: a", "none of")]
)
def test_other_files_are_refused(content: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(content, "utf-8")
    with pytest.raises(InvalidData, match=rf"a\.yaml:1: no disorder of dismech: .*{why}"):
        read(tmp_path / "a.yaml", format="dismech")


def test_without_pyyaml_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtra, match="exchange"):
        read(SAMPLE, format="dismech")


@settings(max_examples=60)
@given(random=st.randoms(use_true_random=False))
def test_spoilt_disorders_are_borne(random: Random, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt-disorder.yaml"
    path.write_text(json.dumps(spoilt(yaml_document(SAMPLE), random)), "utf-8")
    assert borne(path, "dismech") in ("read", "refused")
