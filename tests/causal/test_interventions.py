"""Cuts against brute force over all sets, what cannot be cut, what all routes pass, limits and bad input."""

from __future__ import annotations

import itertools

import pytest
from worlds import World, random_world

from kg.causal.interventions.cuts import interventions
from kg.errors import UnknownEntity, UsageError


def keys(path, kept, by):
    if by == "steps":
        return {step.key for step in path.steps if step.claims}
    return {entity.id for entity in path.entities[1:-1] if entity.id not in kept}


def brute_force(trace, most, *, spare=(), protect=False, by="entities"):
    """All minimal sets of intermediates, or of claim steps, that meet every increasing route, by trying every set."""
    kept = {*spare, *(end.id for end in (*trace.sources, *trace.targets))}
    shields = [keys(path, kept, by) for path in trace.decreasing]
    banned = set().union(*shields) if protect else set()
    routes = [keys(path, kept, by) - banned for path in trace.increasing]
    routes = [route for route in routes if route]
    candidates = sorted(set().union(*routes))
    found: list[set] = []
    for size in range(1, most + 1) if routes else ():
        for some in map(set, itertools.combinations(candidates, size)):
            if all(some & route for route in routes) and not any(small < some for small in found):
                found.append(some)
    return {frozenset(some) for some in found}


def sets_of(found, by="entities"):
    return {frozenset(m.what.key if by == "steps" else m.what.id for m in cut.members) for cut in found.cuts}


@pytest.mark.parametrize("protect", [False, True])
@pytest.mark.parametrize("seed", range(120))
def test_cuts_are_the_minimal_hitting_sets(tmp_path, seed, protect):
    graph = random_world(seed, entities=7, claims=22, links=3).load(tmp_path)
    trace, most = graph.trace("e0", "e1"), 2 + seed % 4
    found = graph.interventions("e1", sources="e0", protect=protect, most=most)
    assert sets_of(found) == brute_force(trace, most, protect=protect)
    assert found.exhaustive
    assert not found.stopped


@pytest.mark.parametrize("protect", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_cuts_of_steps_are_the_minimal_hitting_sets(tmp_path, seed, protect):
    graph = random_world(seed, entities=5, claims=14, links=2).load(tmp_path)
    trace, most = graph.trace("e0", "e1"), 2 + seed % 4
    found = graph.interventions("e1", sources="e0", by="steps", most=most, protect=protect)
    assert sets_of(found, "steps") == brute_force(trace, most, by="steps", protect=protect)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_spared_is_in_no_cut_and_all_other_cuts_are_there(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=22).load(tmp_path)
    trace = graph.trace("e0", "e1")
    spared = [entity.id for entity in graph.entities[2::2]]
    found = graph.interventions("e1", sources="e0", spare=spared, most=4)
    assert sets_of(found) == brute_force(trace, 4, spare=spared)
    between = [{e.id for e in path.entities[1:-1]} for path in found.uncuttable]
    assert all(inside <= {*spared, "e0", "e1"} for inside in between)
    assert found.open == len(found.uncuttable)


@pytest.mark.parametrize("seed", range(60))
def test_a_cut_does_cut_and_no_part_of_it_does(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=22).load(tmp_path)
    whole = graph.trace("e0", "e1")
    found = graph.interventions("e1", sources="e0", most=5)
    for cut in found.cuts:
        names = [member.what.id for member in cut.members]
        left = graph.cut("e1", sources="e0", entities=names)
        assert set(left.left[1]) == set(found.uncuttable)
        assert len(left.lost[-1]) == cut.protective
        assert all(len(path) == 1 for path in graph.without(*names).trace("e0", "e1").increasing)
        for name in names:
            rest = [other for other in names if other != name]
            open_routes = graph.cut("e1", sources="e0", entities=rest).left[1] if rest else whole.increasing
            assert any(len(path) > 1 for path in open_routes)


@pytest.mark.parametrize("seed", range(40))
def test_cuts_of_steps_leave_no_increasing_route(tmp_path, seed):
    graph = random_world(seed, entities=5, claims=14, links=0).load(tmp_path)
    for cut in graph.interventions("e1", sources="e0", by="steps").cuts:
        gone = [claim for member in cut.members for claim in member.what.claims]
        assert graph.without(claims=gone).trace("e0", "e1").increasing == []


@pytest.mark.parametrize("seed", range(60))
def test_the_essential_are_the_cuts_of_size_one(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=18).load(tmp_path)
    found = graph.interventions("e1", sources="e0", most=2)
    alone = {cut.members[0].what for cut in found.cuts if len(cut.members) == 1}
    told = found.essential
    assert alone == set(told.beyond)
    assert set(told.direct) == set(found.uncuttable)
    assert set(told.entities) == (set() if told.direct else alone)
    if found.cuts:
        assert [len(cut.members) for cut in found.cuts] == sorted(len(cut.members) for cut in found.cuts)
    for entity in told.entities:
        assert graph.without(entity).trace("e0", "e1").increasing == []


@pytest.mark.parametrize("seed", range(60))
def test_where_no_cut_is_small_enough_it_says_how_many_members_it_takes(tmp_path, seed):
    graph = random_world(seed, entities=8, claims=30).load(tmp_path)
    trace = graph.trace("e0", "e1")
    found = graph.interventions("e1", sources="e0", most=1)
    sizes = [len(one) for one in brute_force(trace, 6)]
    assert found.search.least == min(sizes, default=0)
    assert found.search.exact
    assert bool(found.cuts) == (1 in sizes)


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


def test_an_agent_also_acts_by_way_of_the_quantity_of_which_a_member_is_a_state(tmp_path):
    world = World(
        claims=[("a", "increases", "high"), ("high", "increases", "b"), ("binder", "decreases", "level"),
                ("feeder", "increases", "level"), ("drug", "decreases", "high"), ("drug", "decreases", "proxied")],
        links=[("high", "raised-state-of", "level"), ("low", "lowered-state-of", "level"), ("high", "readout-of", "proxied")],
        kinds={"binder": "Drug", "feeder": "Drug", "drug": "Drug", "high": "Phenotype", "low": "Phenotype"},
    )  # fmt: skip
    graph = world.load(tmp_path)
    ((member,),) = (cut.members for cut in graph.interventions("b", sources="a").cuts)
    assert [step.source.id for step in member.agents] == ["drug"]
    assert [str(path) for path in member.through] == ["binder ⊣ level ⇒ high"]
    assert [str(path) for path in member.acting] == ["drug ⊣ high", "binder ⊣ level ⇒ high"]
    off = graph.interventions("b", sources="a", definitions=False).cuts[0].members[0]
    assert (len(off.agents), off.through) == (1, ())
    lifted = World(
        claims=[("a", "decreases", "low"), ("low", "decreases", "b"), ("binder", "decreases", "level")],
        links=[("low", "lowered-state-of", "level")], kinds={"binder": "Drug", "low": "Phenotype"},
    ).load(tmp_path / "low")  # fmt: skip
    ((member,),) = (cut.members for cut in lifted.interventions("b", sources="a").cuts)
    assert [str(path) for path in member.through] == ["binder ⊣ level ⇏ low"]


def test_the_target_is_no_agent_against_itself(tmp_path):
    graph = World(
        claims=[("a", "increases", "m"), ("m", "increases", "b"), ("b", "decreases", "m")], kinds={"b": "Exposure"}
    ).load(tmp_path)
    assert graph.interventions("b", sources="a").cuts[0].members[0].acting == ()


def test_a_direct_route_cannot_be_cut_by_entities_and_spared_ones_are_not_taken(tmp_path):
    graph = World(claims=[("a", "increases", "b"), ("a", "increases", "m"), ("m", "increases", "b")]).load(tmp_path)
    found = graph.interventions("b", sources="a")
    assert [str(c) for c in found.cuts] == ["lower m"]
    assert [str(path) for path in found.uncuttable] == ["a → b"]
    assert found.open == 1
    assert str(found.essential) == "none: a → b goes past every intermediate; of the other routes m"
    assert [str(c) for c in graph.interventions("b", sources="a", by="steps").cuts] == [
        "break a increases b; break a increases m", "break a increases b; break m increases b",
    ]  # fmt: skip
    chain = World(claims=[("a", "increases", "m"), ("m", "increases", "n"), ("n", "increases", "b")]).load(
        tmp_path / "chain"
    )
    assert [str(c) for c in chain.interventions("b", sources="a", spare="m").cuts] == ["lower n"]
    nothing = chain.interventions("b", sources="a", spare=["m", "n"])
    assert (nothing.cuts, [str(path) for path in nothing.uncuttable]) == ((), ["a → m → n → b"])
    assert str(nothing.essential) == "m, n"


def test_a_route_by_definition_alone_has_no_step_to_break(tmp_path):
    graph = World(claims=[("a", "increases", "b")], links=[("a", "broader", "b")]).load(tmp_path)
    found = graph.interventions("b", sources="a", by="steps")
    assert [path.steps[0].kind for path in found.uncuttable] == ["definition"]
    assert [str(cut) for cut in found.cuts] == ["break a increases b"]


def test_what_nothing_reaches_needs_no_cut(tmp_path):
    graph = World(claims=[("a", "increases", "b"), ("c", "decreases", "d")], entities=["alone"]).load(tmp_path)
    for target, source in (("alone", "a"), ("d", "c")):
        found = graph.interventions(target, sources=source)
        assert (found.cuts, found.uncuttable, found.increasing) == ((), (), 0)
        assert (found.search.least, found.exhaustive, found.essential.entities) == (0, True, ())
        assert str(found.essential) == "none"


def test_bad_limits_and_ends_are_refused(graph):
    ask = {"target": "calciphylaxis", "sources": "warfarin"}
    for more, message in (
        ({"most": 0}, "at least 1"),
        ({"tries": 0}, "tries must be at least 1"),
        ({"budget": 0}, "budget must be at least 1"),
        ({"by": "drugs"}, "entities or of steps"),
        ({"sources": []}, "at least one entity at each end"),
        ({"sources": "calciphylaxis"}, "Both ends"),
    ):
        with pytest.raises(UsageError, match=message):
            graph.interventions(**{**ask, **more})
    with pytest.raises(UnknownEntity):
        graph.interventions(**ask, spare="osteoprotegrin")
    with pytest.raises(UsageError, match="only some of its routes"):
        interventions(graph.trace("PTH", "vascular calcification", k=1), {})


def test_a_spent_budget_is_said_whichever_search_it_ends(graph):
    ask = {"target": "vascular calcification", "sources": "PTH", "most": 6}
    sets = graph.interventions(**ask, tries=3)
    assert (sets.exhaustive, sets.stopped, sets.certificate.status) == (False, True, "complete")
    assert sets.search.needed.startswith("more than")
    routes = graph.interventions(**ask, budget=300)
    assert (routes.exhaustive, routes.stopped, routes.certificate.status) == (False, True, "budget")
    assert routes.search.exhaustive
    whole = graph.interventions(**ask)
    assert (whole.exhaustive, whole.stopped) == (True, False)


def test_json_names_all_that_it_tells_of(graph):
    answer = graph.interventions("calciphylaxis", sources="SLE", most=6).to_dict()
    assert answer["open"] == len(answer["uncuttable"]) == 1
    assert [len(cut["members"]) for cut in answer["cuts"]] == [6] * 16
    entities, claims = answer["entities"], answer["claims"]
    steps = [s for cut in answer["cuts"] for m in cut["members"] for s in m["agents"]]
    steps += [
        s for p in answer["elsewhere"] for e in p["conditions"] for path in e["best"].values() for s in path["steps"]
    ]
    assert len(steps) > 50
    assert {s[end] for s in steps for end in ("source", "target")} <= entities.keys()
    assert {claim for s in steps for claim in (*s["claims"], *s["against"])} <= claims.keys()
    assert {claim for p in answer["elsewhere"] for claim in p["nulls"]} <= claims.keys()
    assert {claim["source"] for claim in claims.values()} <= answer["sources"].keys()
