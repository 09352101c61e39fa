"""Scopes keep what they say, and removing a source equals never having loaded it."""

from __future__ import annotations

import pytest
from worlds import World

from kg.errors import NotFound, UnknownEntity, UsageError


def test_each_filter_keeps_what_it_says(graph):
    assert {c.species for c in graph.where(species="human").claims()} == {"human"}
    assert {c.species for c in graph.where(species=["mouse", "rat"]).claims()} == {"mouse", "rat"}
    assert {c.species for c in graph.where(species="human", unstated=True).claims()} == {"human", None}
    assert {c.certainty for c in graph.where(certainty="supported").claims()} == {"supported", "known"}
    assert {c.design for c in graph.where(design="case report").claims()} == {"case-report"}
    assert {c.basis for c in graph.where(basis="own-data").claims()} == {"own-data"}
    assert {c.tissue for c in graph.where(tissue="heart valve").claims()} == {"heart-valve"}
    assert {c.source.id for c in graph.where(sources="nazir-2015").claims()} == {"nazir-2015"}
    assert all(2010 <= c.source.year <= 2015 for c in graph.where(years=(2010, 2015)).claims())
    assert all("hemodialysis" in c.population.lower() for c in graph.where(population="Hemodialysis").claims())
    assert {c.status for c in graph.where(drafts=False).claims()} == {"curated"}


def test_scopes_narrow_one_after_the_other_and_say_so(graph):
    small = graph.where(species="human").where(certainty="known")
    assert len(small) == len(graph.where(species="human", certainty="known"))
    assert small.trace("warfarin", "calciphylaxis").certificate.filters == small.filters
    assert small.filters[0].startswith("species human (keeping 451 of 818")


def test_a_scope_that_leaves_nothing_answers_no_path(graph):
    empty = graph.where(species="rat", tissue="liver", design="trial")
    assert len(empty) == 0
    trace = empty.trace("warfarin", "calciphylaxis")
    assert trace.verdict == "no path"
    assert "keeping 0 of 818 claims" in str(trace.certificate)


@pytest.mark.parametrize(
    "filters",
    [
        {"species": "martian"},
        {"certainty": "sure"},
        {"sources": "nobody-1900"},
        {"years": (2020, 2010)},
        {"colour": "red"},
    ],
)
def test_unknown_values_are_named_with_what_is_allowed(graph, filters):
    with pytest.raises(UsageError, match=r"Use one of|slug|earlier"):
        graph.where(**filters)


def test_without_removes_an_entity_with_its_claims_and_links(graph):
    small = graph.without("RANKL")
    assert not [c for c in small.claims() if "rankl" in (c.subject.id, c.object.id)]
    assert "rankl" not in small.network
    for name in ("RANKL", "HGNC:11926"):
        with pytest.raises(UsageError, match="RANKL is left out of this graph"):
            small.where(species="human").find(name)
    with pytest.raises(UnknownEntity):
        small.find("RANKLE")
    assert graph.find("RANKL").id == "rankl"  # the whole graph has not changed


def test_removing_a_source_equals_never_having_loaded_it(tmp_path):
    claims = [
        ("a", "increases", "b"), ("a", "decreases", "b", {"source": "source:s2"}), ("b", "causes", "c"),
        ("a", "affects", "c", {"source": "source:s2"}),
    ]  # fmt: skip
    whole = World(claims, sources=("s1", "s2")).load(tmp_path / "whole")
    never = World([c for c in claims if len(c) == 3], sources=("s1", "s2")).load(tmp_path / "never")
    small = whole.without(sources=["s2"])
    assert small.trace("a", "c").verdict == never.trace("a", "c").verdict == "increases"
    query = "SELECT ?s ?p ?o WHERE { GRAPH graph:signed { ?s ?p ?o } } ORDER BY ?s ?p ?o"
    assert small.sparql(query).rows == never.sparql(query).rows
    assert set(small.network.edges(keys=True)) == set(never.network.edges(keys=True))


def test_without_claims_and_unknown_names(graph):
    assert len(graph.without(claims=["nazir-2015-32"])) == len(graph) - 1
    for call in ({"sources": ["nobody-1900"]}, {"claims": ["nobody-1900-1"]}):
        with pytest.raises(NotFound):
            graph.without(**call)
