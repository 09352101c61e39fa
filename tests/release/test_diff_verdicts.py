"""Which verdicts changed and by what: every cause against brute force on random data."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from test_diff import ask, states
from worlds import World, random_world

import kg
from kg.release import diff

SEEDS = (0, 1, 2, 3, 10, 21, 22, 25, 33)
"""Worlds of which the second, third and last four turn their verdict; the others do not."""
SILENT = "has-no-effect-on"


def altered(seed):
    """A random world, and the same with about half of its claims saying something else."""
    rng = random.Random(seed)
    old = random_world(seed, entities=4, claims=9, links=0)
    swaps = {"increases": "decreases", "decreases": SILENT, SILENT: "increases"}
    changed = [c if rng.random() < 0.5 else (c[0], swaps.get(c[1], "increases"), *c[2:]) for c in old.claims]
    return old, replace(old, claims=changed)


def verdict(world, folder):
    return kg.open(ask(world.write(folder), "e0", "e1")).verdicts()["q"]


def with_claim(world, place, claim):
    claims = list(world.claims)
    claims[place] = claim
    return replace(world, claims=claims)


def on_a_route(folder, place):
    graph = kg.open(folder)
    paths = graph.trace("e0", "e1").paths
    return any(claim.id == f"c{place + 1}" for path in paths for step in path.steps for claim in step.claims)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_causes_are_those_of_brute_force(seed, tmp_path):
    old, new = altered(seed)
    before, after = verdict(old, tmp_path / "old"), verdict(new, tmp_path / "new")
    found = diff(tmp_path / "old", tmp_path / "new")
    assert bool(found.verdicts) is (before != after)
    if before == after:
        return
    (told,) = found.verdicts
    assert (told.before, told.after) == (before, after)
    places = [
        place for place, pair in enumerate(zip(old.claims, new.claims, strict=True))
        if pair[0] != pair[1] and any(on_a_route(tmp_path / name, place) for name in ("old", "new"))
    ]  # fmt: skip
    alone = [p for p in places if verdict(with_claim(old, p, new.claims[p]), tmp_path / f"do{p}") == after]
    undone = [p for p in places if verdict(with_claim(new, p, old.claims[p]), tmp_path / f"undo{p}") == before]
    wanted = ("alone", alone) if alone else ("undone", undone) if undone else ("together", [])
    assert (told.how, [int(cause.name[1:]) - 1 for cause in told.causes]) == wanted
    assert told.tried == told.changes >= len(places)


def test_the_random_worlds_turn_their_verdict_in_every_way(tmp_path):
    """The comparison with brute force above would prove little if it never met one of the ways."""
    ways = set()
    for seed in SEEDS:
        for world, name in zip(altered(seed), ("old", "new"), strict=True):
            verdict(world, tmp_path / f"{name}{seed}")
        ways |= {told.how for told in diff(tmp_path / f"old{seed}", tmp_path / f"new{seed}").verdicts}
    assert {"alone", "undone"} <= ways


def asked(tmp_path, old, new, ends=("a", "c")):
    folders = states(tmp_path, old, new)
    for folder in folders:
        ask(folder, *ends)
    return diff(*folders)


def test_one_added_claim_turns_a_verdict_alone(tmp_path):
    old = World(claims=[("a", "increases", "c")], entities=["b"])
    new = World(claims=[("a", "increases", "c"), ("a", "decreases", "c"), ("b", "decreases", "c")])
    (told,) = asked(tmp_path, old, new).verdicts
    assert str(told) == "q? increases → contested: turned by claim c2 (added) alone"
    assert (told.tried, told.changes) == (1, 1)  # c3 is on no route


def test_two_claims_that_only_turn_it_together_are_told_as_such(tmp_path):
    old = World(claims=[("a", "increases", "c")], entities=["b"])
    new = World(claims=[("a", "increases", "c"), ("a", "decreases", "b"), ("b", "increases", "c")])
    (told,) = asked(tmp_path, old, new).verdicts
    assert (told.how, [cause.name for cause in told.causes]) == ("undone", ["c2", "c3"])
    assert told.why.startswith("turned by several changes together; without any one of these")


def test_changes_that_hide_each_other_are_told_as_several_together(tmp_path):
    """Two parallel claims removed: neither alone turns the verdict, and either undone alone brings it back."""
    old = World(claims=[("a", "increases", "c"), ("a", "decreases", "c"), ("a", "decreases", "c")])
    new = with_claim(with_claim(old, 1, ("a", SILENT, "c")), 2, ("a", SILENT, "c"))
    (told,) = asked(tmp_path, old, new).verdicts
    assert (told.before, told.after, told.how) == ("contested", "increases", "undone")
    old = World(claims=[("a", "decreases", "c"), ("a", "decreases", "c")])
    new = World(claims=[("a", "increases", "c"), ("a", "increases", "c")])
    (told,) = asked(tmp_path / "2", old, new).verdicts
    assert (told.how, told.causes) == ("together", ())
    assert told.why == "turned by several changes together"


def test_a_retracted_and_a_removed_claim_and_a_link_are_named(tmp_path):
    old = World(claims=[("a", "increases", "c"), ("a", "decreases", "c")])
    new = with_claim(old, 1, (*old.claims[1], {"status": "ckg:retracted"}))
    (told,) = asked(tmp_path / "1", old, new).verdicts
    assert [str(cause) for cause in told.causes] == ["claim c2 (retracted)"]
    (told,) = asked(tmp_path / "2", old, replace(old, claims=old.claims[:1])).verdicts
    assert [str(cause) for cause in told.causes] == ["claim c2 (removed)"]
    linked = World(claims=[("a", "increases", "b")], links=[("b", "broader", "c")])
    bare = World(claims=[("a", "increases", "b")], entities=["c"])
    (told,) = asked(tmp_path / "3", bare, linked).verdicts
    assert str(told) == "q? no path → increases: turned by link b broader c (added) alone"


def test_no_more_single_changes_are_tried_than_stated(tmp_path):
    old = World(claims=[("a", "increases", "c")], entities=["b"])
    new = World(claims=[("a", "increases", "c"), *[("a", "decreases", "c")] * 5])
    asked(tmp_path, old, new)
    graphs = [kg.open(tmp_path / name) for name in ("old", "new")]
    (told,) = graphs[0].replay(graphs[1], most=2).questions
    assert (told.tried, told.changes) == (2, 5)
    assert [cause.name for cause in told.causes] == ["c2", "c3"]
    (told,) = graphs[0].replay(graphs[1], most=0).questions
    assert told.why == "turned by several changes together, the first 0 of 5 tried one by one"


def test_an_end_that_is_gone_is_told(tmp_path):
    folders = states(tmp_path, World(claims=[("a", "increases", "c")]), World(claims=[("b", "increases", "c")]))
    ask(folders[0], "a", "c")
    (told,) = diff(*folders).verdicts
    assert (told.before, told.after, told.how) == ("increases", "gone", "ends")


def test_questions_of_one_side_only_are_asked_of_both(tmp_path):
    folders = states(tmp_path, World(claims=[("a", "increases", "c")]), World(claims=[("a", "decreases", "c")]))
    ask(folders[1], "a", "c")
    found = diff(*folders)
    assert found.questions == 1
    assert [(told.before, told.after) for told in found.verdicts] == [("increases", "decreases")]
    assert found.changes["questions"].added == ("question:q",)


def test_a_changed_sign_of_a_predicate_turns_verdicts_by_its_claims(tmp_path, root):
    world = World(claims=[("a", "affects", "c")])
    folders = states(tmp_path, world, world)
    schema = (root / "ontology" / "schema.ttl").read_text()
    (folders[0] / "schema.ttl").write_text(schema)
    (folders[1] / "schema.ttl").write_text(
        schema.replace("ckg:sign 0 ; ckg:causal true", "ckg:sign 1 ; ckg:causal true")
    )
    for folder in folders:
        ask(folder, "a", "c")
    found = diff(*folders)
    assert str(found.verdicts[0]) == "q? unsigned → increases: turned by claim c1 (changed) alone"
    assert [change.name for change in found.changes["schema"].changed] == ["ckg:affects"]


def test_the_verdicts_of_the_shipped_graph_turn_as_its_own_traces_say(graph):
    """Retracting one source of the shipped data: every cause that is told turns the verdict when asked directly."""
    smaller = graph.without(sources=["nazir-2015"])
    told = graph.replay(smaller).changed
    assert told
    changed = {name for name, verdict in graph.verdicts().items() if smaller.verdicts()[name] != verdict}
    assert {change.question for change in told} == changed
    for change in told:
        question = next(q for q in graph.questions if q.id == change.question)
        if change.how == "alone":
            for cause in change.causes:
                without = graph.without(claims=[cause.name])
                assert without.trace(question.source, question.target).verdict == change.after
