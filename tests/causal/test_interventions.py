"""Cuts against brute force over all sets, and what the shipped graph says."""

from __future__ import annotations

import itertools

import pytest
from worlds import World, random_world

from kg.errors import UsageError


def brute_force(trace, spare, protect, most):
    """All minimal sets of intermediates that meet every increasing route, by trying every set."""
    kept = {*spare, *trace.sources, *trace.targets}
    routes = [{e for e in path.entities[1:-1] if e not in kept} for path in trace.increasing]
    if protect:
        banned = {e for path in trace.decreasing for e in path.entities[1:-1]}
        routes = [route - banned for route in routes]
    routes = [route for route in routes if route]
    shields = [{e for e in path.entities[1:-1] if e not in kept} for path in trace.decreasing]
    if not routes:
        return set()
    candidates = sorted(set().union(*routes), key=lambda e: e.id)
    found = []
    for size in range(1, most + 1):
        for some in map(set, itertools.combinations(candidates, size)):
            meets = all(some & route for route in routes) and not any(small < some for small in found)
            if meets and not (protect and any(some & shield for shield in shields)):
                found.append(some)
    return {frozenset(e.id for e in some) for some in found}


@pytest.mark.parametrize("protect", [False, True])
@pytest.mark.parametrize("seed", range(120))
def test_cuts_are_the_minimal_hitting_sets(tmp_path, seed, protect):
    graph = random_world(seed, entities=7, claims=22, links=3).load(tmp_path)
    trace = graph.trace("e0", "e1")
    found = graph.interventions("e1", sources="e0", protect=protect)
    sets = {frozenset(member.what.id for member in cut.members) for cut in found.cuts}
    assert sets == brute_force(trace, (), protect, 3)
    assert found.exhaustive


@pytest.mark.parametrize("seed", range(60))
def test_a_cut_does_cut_and_no_part_of_it_does(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=22).load(tmp_path)
    for cut in graph.interventions("e1", sources="e0").cuts:
        names = [member.what.id for member in cut.members]
        left = graph.without(*names).trace("e0", "e1")
        assert all(len(path) == 1 for path in left.increasing)
        assert len(graph.trace("e0", "e1").decreasing) - len(left.decreasing) == cut.protective
        for name in names:
            rest = graph.without(*[other for other in names if other != name]).trace("e0", "e1").increasing
            assert any(len(path) > 1 for path in rest)


@pytest.mark.parametrize("seed", range(40))
def test_cuts_of_steps_leave_no_increasing_route(tmp_path, seed):
    graph = random_world(seed, entities=5, claims=14).load(tmp_path)
    for cut in graph.interventions("e1", sources="e0", by="steps").cuts:
        gone = [claim for member in cut.members for claim in member.what.claims]
        assert graph.without(claims=gone).trace("e0", "e1").increasing == []


def test_agents_push_a_member_the_way_that_is_wanted(tmp_path):
    graph = World(
        claims=[("a", "increases", "m"), ("m", "increases", "b"), ("good", "decreases", "m"), ("bad", "increases", "m"),
                ("a", "decreases", "n"), ("n", "decreases", "c"), ("giver", "increases", "n"), ("protein", "increases", "n")],
        kinds={"good": "Drug", "bad": "Drug", "giver": "Procedure"},
    ).load(tmp_path)  # fmt: skip
    (cut,) = graph.interventions("b", sources="a").cuts
    assert str(cut) == "lower m"
    assert [step.source.id for step in cut.members[0].agents] == ["good"]
    (cut,) = graph.interventions("c", sources="a").cuts
    assert str(cut) == "raise n"
    assert [step.source.id for step in cut.members[0].agents] == ["giver"]


def test_a_direct_route_cannot_be_cut_by_entities_and_spared_ones_are_not_taken(tmp_path):
    graph = World(claims=[("a", "increases", "b"), ("a", "increases", "m"), ("m", "increases", "b")]).load(tmp_path)
    assert [str(c) for c in graph.interventions("b", sources="a").cuts] == ["lower m"]
    assert graph.interventions("b", sources="a").open == 1
    assert [str(c) for c in graph.interventions("b", sources="a", by="steps").cuts] == [
        "break a increases b; break a increases m", "break a increases b; break m increases b",
    ]  # fmt: skip
    chain = World(claims=[("a", "increases", "m"), ("m", "increases", "n"), ("n", "increases", "b")]).load(
        tmp_path / "chain"
    )
    assert [str(c) for c in chain.interventions("b", sources="a", spare="m").cuts] == ["lower n"]


def test_bad_limits_are_refused_and_a_spent_budget_is_said(graph):
    with pytest.raises(UsageError, match="at least 1"):
        graph.interventions("calciphylaxis", sources="warfarin", most=0)
    with pytest.raises(UsageError, match="entities or of steps"):
        graph.interventions("calciphylaxis", sources="warfarin", by="drugs")
    from kg.causal.interventions import interventions

    trace = graph.trace("PTH", "vascular calcification")
    assert not interventions(trace, {}, budget=5, most=6).exhaustive


def test_what_cutting_rankl_nf_kb_or_both_leaves_open(graph):
    def left(*names):
        return len(graph.without(*names).trace("corticosteroids", "vascular calcification").increasing)

    alone, other = left("RANKL"), left("NF-kB", "RANK-mediated NF-kB signaling")
    both = left("RANKL", "NF-kB", "RANK-mediated NF-kB signaling")
    assert 0 < both < min(alone, other) < 70
