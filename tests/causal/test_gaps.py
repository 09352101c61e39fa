"""Gaps: which steps are thin, in which answers they decide, and a query that a literature database understands."""

from __future__ import annotations

import re

import pytest
from worlds import World, random_world

from kg.causal.gaps import REASONS, gaps, literature_query

SECOND = {"basis": "ckg:second-hand"}


def found(graph, *questions):
    traces = {f"{a}-{b}": graph.trace(a, b) for a, b in questions}
    arcs = graph._network(definitions=True, specialize=True).claim_arcs
    return {str(gap.step): gap for gap in gaps([step for leaving in arcs for _, step in leaving], traces)}


def test_each_reason_is_found_and_a_sound_step_has_none(tmp_path):
    two = {"source": "source:s2", "species": "ckg:human"}
    graph = World(
        claims=[("a", "increases", "sound", {"species": "ckg:human"}), ("a", "increases", "sound", two),
                ("a", "affects", "unsigned"), ("a", "increases", "denied"), ("a", "has-no-effect-on", "denied"),
                ("a", "increases", "guess", {"certainty": "ckg:hypothesized"}), ("a", "increases", "hearsay", SECOND),
                ("a", "increases", "beast", {"species": "ckg:mouse"}), ("a", "increases", "cell", {"species": "ckg:cell-culture"})],
        sources=("s1", "s2"),
    ).load(tmp_path)  # fmt: skip
    reasons = {name: set(gap.reasons) - {"one voice"} for name, gap in found(graph).items()}
    assert reasons == {
        "a affects unsigned": {"sign not known"}, "a increases denied": {"contradicted"},
        "a increases guess": {"hypothesis only"}, "a increases hearsay": {"second hand only"},
        "a increases beast": {"animals or cells only"}, "a increases cell": {"animals or cells only"},
    }  # fmt: skip


def test_the_step_on_which_an_arm_hangs_comes_first(tmp_path):
    graph = World(
        claims=[("a", "increases", "b"), ("a", "decreases", "m"), ("m", "increases", "b"), ("x", "increases", "y")]
    ).load(tmp_path)
    ranked = found(graph, ("a", "b"))
    assert {name: gap.decisive for name, gap in ranked.items()} == {
        "a increases b": ("a-b",), "a decreases m": ("a-b",), "m increases b": ("a-b",), "x increases y": (),
    }  # fmt: skip
    assert list(ranked)[-1] == "x increases y"
    assert all(gap.contested == gap.decisive for gap in ranked.values())


@pytest.mark.parametrize("seed", range(40))
def test_a_step_decides_exactly_where_removing_it_empties_an_arm(tmp_path, seed):
    graph = random_world(seed, entities=5, claims=14).load(tmp_path)
    trace = graph.trace("e0", "e1")
    for gap in found(graph, ("e0", "e1")).values():
        left = graph.without(claims=gap.step.claims).trace("e0", "e1")
        emptied = any(trace.arm(sign) and not left.arm(sign) for sign in (1, -1))
        assert bool(gap.decisive) == emptied
        assert gap.routes == sum(gap.step in path.steps for path in trace.paths)


def test_queries_are_quoted_and_balanced(graph):
    for entity in graph.entities:
        query = literature_query(entity, graph.find("warfarin"))
        assert query.count('"') % 2 == 0
        assert query.count("(") - query.count(")") == sum(
            n.count("(") - n.count(")") for n in re.findall('"([^"]*)"', query)
        )
        assert f'"{entity.label}"' in query


def test_the_shipped_gaps_are_ranked_and_explained(graph):
    ranked = graph.gaps()
    assert all(set(gap.reasons) <= set(REASONS) and gap.reasons for gap in ranked)
    worth = [(-len(gap.decisive), -len(gap.contested), -gap.routes) for gap in ranked]
    assert worth == sorted(worth)
    assert str(ranked[0].step) == "RANKL increases interleukin-6"
    assert "rankl-vascular-calcification" in ranked[0].decisive
