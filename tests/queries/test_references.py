"""Every named query against a reference in plain Python, on the shipped graph and on random small worlds.

The random worlds hold what the shipped data lack or are to lose: refuted and retracted claims, cycles of definitions,
kinds of kinds, sources of one family, second-hand reports of one another, claims that state nothing.
"""

from __future__ import annotations

import random
from collections import Counter

import curating  # noqa: F401 - registers its references
import pytest
import walking  # noqa: F401 - registers its references
from asking import rows
from references import REFERENCES
from worlds import World

from kg.graph import KnowledgeGraph


def answer(graph: KnowledgeGraph, name: str, **parameters: str) -> Counter:
    columns, _ = REFERENCES[name]
    return Counter(rows(graph, name, columns, **parameters))


def expected(graph: KnowledgeGraph, name: str, **parameters: str) -> Counter:
    _, reference = REFERENCES[name]
    return Counter(reference(graph, **parameters))


def defaults(graph: KnowledgeGraph, name: str) -> dict[str, str]:
    """The default of each parameter; an entity or a source by its id."""
    asked = graph.queries[name].parameters
    return {p.name: p.default.split(":")[-1] if p.kind in ("entity", "source") else p.default for p in asked}


def test_every_query_has_a_reference(graph):
    remedy = "Say in tests/queries/references.py how plain Python answers it, and its rows in test_expected_rows.py."
    assert set(REFERENCES) == set(graph.queries), remedy


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_the_rows_on_the_shipped_graph_are_those_of_the_reference(graph, name):
    found = answer(graph, name)
    assert found
    assert found == expected(graph, name, **defaults(graph, name))


OTHERS = {
    "what-acts-on": [{"target": "calciphylaxis"}, {"target": "rankl"}],
    "what-raises": [{"target": "calciphylaxis"}],
    "what-lowers": [{"target": "osteoprotegerin"}],
    "who-says-so": [{"subject": "osteoprotegerin", "object": "rankl"}],
    "claims-of-source": [{"source": "nunley-2020"}],
    "rest-on-few-sources": [{"most": 2}, {"most": "1000"}],
    "net-effects": [{"source": "warfarin"}, {"source": "osteoprotegerin"}],
    "routes-in-three-steps": [{"source": "warfarin", "target": "calciphylaxis"}],
    "routes-that-avoid": [{"source": "tnf-alpha", "target": "vascular-calcification", "without": "rankl"}],
    "intermediates": [{"source": "corticosteroid", "target": "vascular-calcification"}],
    "where-routes-meet": [{"source": "warfarin", "other": "hyperphosphatemia", "target": "calciphylaxis"}],
    "risk-factors-sharing-intermediates": [{"source": "corticosteroid", "target": "calciphylaxis"}],
    "treatments-against-a-route": [{"source": "chronic-kidney-disease", "target": "calciphylaxis"}],
    "glossary-of-a-route": [{"source": "warfarin", "target": "calciphylaxis"}],
    "root-sources": [{"subject": "osteoprotegerin", "object": "rankl"}],
    "what-falls-without-a-source": [{"source": "nazir-2015-ref-4"}, {"source": "nunley-2020"}],
    "reading-list": [{"entity": "warfarin"}],
}


@pytest.mark.parametrize(("name", "parameters"), [(name, one) for name, asked in OTHERS.items() for one in asked])
def test_and_so_they_are_for_other_questions(graph, name, parameters):
    found = answer(graph, name, **parameters)
    assert found
    assert found == expected(graph, name, **parameters)


@pytest.mark.parametrize("name", sorted(set(REFERENCES) - {"case-findings", "case-findings-without-cause", "disputes"}))
def test_the_rows_on_random_worlds_are_those_of_the_reference(graph, worlds, name):
    seen = 0
    for seed, small in worlds.items():
        choose = random.Random(f"{name} {seed}")
        ends = iter(choose.sample([entity.id for entity in small.entities], 3))
        parameters = {
            p.name: next(ends)
            if p.kind == "entity"
            else choose.choice(["s1", "s2"])
            if p.kind == "source"
            else p.default
            for p in graph.queries[name].parameters
        }
        found = answer(small, name, **parameters)
        assert found == expected(small, name, **parameters), (seed, parameters)
        seen += len(found)
    assert seen


def test_a_refuted_claim_elsewhere_does_not_take_an_edge_out_of_its_setting(tmp_path):
    here, elsewhere = {"population": '"CKD"'}, {"population": '"healthy"'}
    small = World(
        claims=[
            ("a", "increases", "b", here), ("a", "increases", "b", {**elsewhere, "certainty": "ckg:refuted"}),
            ("a", "increases", "c", here), ("a", "increases", "c", {**elsewhere, "status": "ckg:retracted"}),
            ("a", "increases", "d", here), ("a", "increases", "d", elsewhere), ("a", "increases", "e"),
        ],
    ).load(tmp_path)  # fmt: skip
    assert rows(small, "only-in-uremia", "claim") == [("c1",), ("c3",)]


def test_a_report_that_cites_two_works_holds_a_step_when_one_of_them_falls(tmp_path):
    told = {"basis": "ckg:second-hand", "source": "source:teller"}
    small = World(
        claims=[
            ("a", "increases", "b"), ("a", "causes", "b", {**told, "cites": "source:s1, source:s2"}),
            ("a", "increases", "c"), ("a", "causes", "c", {**told, "cites": "source:s1"}),
        ],
        sources=("s1", "s2", "teller"),
    ).load(tmp_path)  # fmt: skip
    found = rows(small, "what-falls-without-a-source", "statement told stepFalls", source="s1")
    assert found == [("a causes c", 1, True), ("a increases b", 0, False), ("a increases c", 0, True)]
