"""What if evidence were not there: against asking the smaller graph anew, and against brute force over all sets."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from worlds import World, random_world

from kg.causal.whatif import EVIDENCE, SCOPES, pivots, sensitivity, surviving
from kg.errors import UsageError
from kg.model import ARMS


def asked(graph):
    return graph.trace("e0", "e1", max_steps=4)


def counts(trace):
    return {sign: len(trace.arm(sign)) for sign in ARMS}


@pytest.mark.parametrize("seed", range(80))
def test_taking_claims_away_equals_never_having_loaded_them(tmp_path, seed):
    graph = random_world(seed, claims=18, links=4).load(tmp_path)
    trace = asked(graph)
    for claim in graph.claims():
        again = asked(graph.without(claims=[claim]))
        left = surviving(trace, [claim])
        assert {s: [str(p) for p in paths] for s, paths in left.items()} == {
            s: [str(p) for p in _same_order(trace.arm(s), again.arm(s))] for s in ARMS
        }


def _same_order(old, new):
    """The routes of a new answer in the order of the old one: support may have changed, and with it the order."""
    place = {path: number for number, path in enumerate(old)}
    return sorted(new, key=place.__getitem__)


@pytest.mark.parametrize("seed", range(40))
def test_the_verdict_without_a_kind_of_evidence_is_that_of_the_smaller_graph(tmp_path, seed):
    graph = random_world(seed, claims=18, links=3).load(tmp_path)
    found = sensitivity(asked(graph))
    for loss in found.losses:
        gone = [c for c in graph.claims() if EVIDENCE[loss.what](c) == loss.value]
        again = asked(graph.without(claims=gone))
        assert (loss.verdict, dict(loss.left)) == (again.verdict, counts(again))
        assert loss.flips == (again.verdict != found.verdict)


@pytest.mark.parametrize("seed", range(40))
def test_the_verdict_in_a_scope_is_that_of_the_graph_narrowed_to_it(tmp_path, seed):
    graph = rich_world(seed).load(tmp_path)
    found = sensitivity(asked(graph))
    stated = {(what, read(c)) for c in trace_claims(asked(graph)) for what, read in SCOPES.items()}
    assert {(scope.what, scope.value) for scope in found.scopes} == {(w, v) for w, v in stated if v}
    for scope in found.scopes:
        narrowed = graph.where(**{scope.what: scope.value}, unstated=scope.unstated)
        again = asked(narrowed)
        signed = [*again.increasing, *again.decreasing]
        needed = {s.id for s in graph.sources if signed and not _signed(asked(narrowed.without(sources=[s])))}
        assert {source.id for source in scope.needs} == needed
        assert (scope.verdict, dict(scope.left)) == (again.verdict, counts(again))
        assert (scope.how, scope.flips) == ("only", again.verdict != found.verdict)


def _signed(trace):
    return [*trace.increasing, *trace.decreasing]


def rich_world(seed):
    """A random world whose claims state species, design, certainty and basis at random."""
    world, rng = random_world(seed, claims=18, links=3), random.Random(seed)
    values = {"species": ("human", "mouse"), "design": ("cohort", "trial"), "tissue": ("bone", "vessel"),
              "certainty": ("known", "supported", "hypothesized", "disputed"), "basis": ("own-data", "second-hand")}  # fmt: skip
    claims = [
        (*claim[:3], {name: f"ckg:{rng.choice(some)}" for name, some in values.items() if rng.random() < 0.8})
        for claim in world.claims
    ]
    return replace(world, claims=claims)


def trace_claims(trace):
    return {claim for path in trace.paths for step in path.steps for claim in step.claims}


@pytest.mark.parametrize("seed", range(80))
def test_pivots_are_all_the_smallest_sets_that_empty_an_arm(tmp_path, seed):
    trace = asked(random_world(seed, entities=5, claims=14).load(tmp_path))
    found = pivots(trace, most=3)
    for sign, name in ARMS.items():
        if not trace.arm(sign):
            assert name not in found.sets
            continue
        behind = sorted({c for p in trace.arm(sign) for s in p.steps for c in s.claims}, key=lambda c: c.id)
        cutting = [
            [set(some) for some in itertools.combinations(behind, size) if not surviving(trace, some)[sign]]
            for size in range(1, 4)
        ]
        smallest = next((sets for sets in cutting if sets), [])
        assert [set(claims) for claims in found.sets[name]] == sorted(
            smallest, key=lambda claims: sorted(claim.id for claim in claims)
        )


def test_a_route_by_definition_alone_cannot_be_cut(tmp_path):
    graph = World(claims=[("x", "increases", "y")], links=[("a", "broader", "b")]).load(tmp_path)
    trace = graph.trace("a", "b")
    assert trace.verdict == "increases"
    assert pivots(trace).sets == {"increasing": ()}
    assert sensitivity(trace).losses == ()


def test_an_arm_that_rests_on_one_source_flips_without_it(tmp_path):
    graph = World(
        claims=[("a", "increases", "b", {"source": "source:s1", "species": "ckg:human"}),
                ("a", "decreases", "m", {"source": "source:s2", "species": "ckg:mouse"}),
                ("m", "increases", "b", {"source": "source:s1"})],
        sources=("s1", "s2"),
    ).load(tmp_path)  # fmt: skip
    trace = graph.trace("a", "b")
    assert trace.verdict == "contested"
    flips = {(loss.what, loss.value): loss.verdict for loss in sensitivity(trace).flips}
    assert flips[("source", "s2")] == "increases"
    assert flips[("source", "s1")] == "no path"
    assert flips[("species", "human")] == "decreases"
    assert {name: len(sets) for name, sets in pivots(trace).sets.items()} == {"increasing": 1, "decreasing": 2}


def test_a_cut_trace_is_refused(graph):
    for options in ({"k": 2}, {"sign": 1}):
        trace = graph.trace("corticosteroids", "vascular calcification", **options)
        for ask in (pivots, sensitivity, lambda t: surviving(t, [])):
            with pytest.raises(UsageError, match="without k"):
                ask(trace)
    with pytest.raises(UsageError, match="at least 1"):
        pivots(graph.trace("warfarin", "calciphylaxis"), most=0)


def test_the_flagship_turns_on_no_single_claim_source_design_species_or_certainty(graph):
    trace = graph.trace("corticosteroids", "vascular calcification")
    found = pivots(trace, most=5)
    assert found.sets["increasing"] == ()
    assert found.sets["decreasing"] == ()
    assert sensitivity(trace).flips == ()
    assert len(surviving(trace, graph.claims(source="nazir-2015"))[1]) == 38
