"""What routes have in common, against brute force over the routes and against graphs with things taken away."""

from __future__ import annotations

import itertools
import random

import pytest
from worlds import World, random_world

from kg.causal import routes
from kg.causal.whatif import surviving

SEEDS = range(60)


def asked(tmp_path, seed, count=2):
    """A random graph, some of its entities, and the whole trace between the first two."""
    graph = random_world(seed, entities=8, claims=40).load(tmp_path)
    names = [entity.id for entity in graph.entities]
    ends = random.Random(seed).sample(names, min(count, len(names)))
    return graph, ends, graph.trace(*ends[:2], specialize=False)


def prefix(path, steps):
    sign = 1
    for step in path.steps[:steps]:
        sign *= step.sign
    return sign


@pytest.mark.parametrize("seed", SEEDS)
def test_an_entity_is_essential_if_nothing_reaches_the_target_without_it(tmp_path, seed):
    graph, (source, target), trace = asked(tmp_path, seed)
    essential = {entity.id for entity in routes.essential(trace.paths)}
    for entity in {entity.id for entity in graph.entities} - {source, target}:
        left = graph.without(entity).trace(source, target, specialize=False).paths
        assert left == routes.avoiding(trace.paths, [graph.entity(entity)])
        if trace.paths:
            assert (entity in essential) == (not left)
    counts = {passage.entity.id: passage.routes for passage in routes.intermediates(trace.paths)}
    assert counts == {
        e.id: len(trace.paths) - len(routes.avoiding(trace.paths, [e]))
        for e in routes.glossary(trace.paths)
        if e.id not in (source, target)
    }


def test_essential_entities_are_found_at_all(tmp_path):
    found = [routes.essential(asked(tmp_path / str(seed), seed)[2].paths) for seed in SEEDS]
    assert sum(map(bool, found)) > 5


def test_essential_entities_come_in_the_order_of_the_routes(tmp_path):
    graph = World(
        claims=[("s", "increases", "n"), ("n", "decreases", "m"), ("n", "causes", "x"), ("x", "causes", "m"),
                ("m", "increases", "t"), ("m", "affects", "t")],
    ).load(tmp_path)  # fmt: skip
    paths = graph.trace("s", "t").paths
    assert [entity.id for entity in routes.essential(paths)] == ["n", "m"]
    assert [(p.entity.id, p.routes) for p in routes.intermediates(paths)] == [("m", 4), ("n", 4), ("x", 2)]
    assert [str(p) for p in routes.intermediates(paths)[1:]] == ["n on 4 routes", "x on 2 routes"]


@pytest.mark.parametrize("seed", SEEDS)
def test_causes_meet_where_both_push_the_same_way(tmp_path, seed):
    graph, names, trace = asked(tmp_path, seed, count=3)
    if len(names) < 3:
        return
    other = graph.trace(names[2], names[1], specialize=False)
    expected = {}
    for one, two in itertools.product(trace.paths, other.paths):
        for i, j in itertools.product(range(1, len(one)), range(1, len(two))):
            sign = prefix(one, i)
            if one.entities[i] == two.entities[j] and sign and sign == prefix(two, j):
                key = (one.entities[i], sign)
                near = expected.get(key, (i, j))
                expected[key] = (min(i, near[0]), min(j, near[1]))
    found = routes.meeting_points(trace.paths, other.paths)
    assert {(m.entity, m.sign): (m.steps, m.other_steps) for m in found} == expected
    order = [(max(m.steps, m.other_steps), m.steps + m.other_steps) for m in found]
    assert order == sorted(order)
    turned = routes.meeting_points(other.paths, trace.paths)
    assert {(m.entity, m.sign, m.other_steps, m.steps) for m in turned} == {
        (m.entity, m.sign, m.steps, m.other_steps) for m in found
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_what_opposes_a_route_pushes_one_of_its_entities_the_other_way(tmp_path, seed):
    graph, (source, _), trace = asked(tmp_path, seed)
    kinds = {"Drug", "Exposure", "Protein"}
    expected = {}
    for path, edge in itertools.product(trace.increasing, graph.edges):
        for steps in range(1, len(path)):
            acts = edge.object == path.entities[steps] and edge.claims[0].causal and edge.sign
            if acts and edge.sign == -prefix(path, steps) and edge.subject.kind in kinds and edge.subject.id != source:
                key = (edge.subject.id, edge.predicate, edge.object.id)
                expected[key] = min(steps, expected.get(key, steps))
    found = routes.opposing(trace.increasing, graph.edges, kinds)
    assert {(o.edge.subject.id, o.edge.predicate, o.edge.object.id): o.steps for o in found} == expected
    if found:
        spared = routes.opposing(trace.increasing, graph.edges, kinds, spare=[found[0].edge.subject])
        assert spared == [o for o in found if o.edge.subject != found[0].edge.subject]


def test_something_opposes_in_the_random_graphs(tmp_path):
    answers = [asked(tmp_path / str(seed), seed) for seed in SEEDS]
    assert any(
        routes.opposing(trace.increasing, graph.edges, {"Drug", "Exposure", "Protein"}) for graph, _, trace in answers
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_brake_is_lowered_and_lowers(tmp_path, seed):
    _, _, trace = asked(tmp_path, seed)
    expected = {
        path.entities[place]
        for path in trace.paths
        for place in range(1, len(path))
        if prefix(path, place) == -1 and path.sign == 1  # so that from there on it is -1
    }
    assert set(routes.brakes(trace.paths)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_what_falls_is_what_does_not_survive(tmp_path, seed):
    graph, ends, trace = asked(tmp_path, seed)
    claims = random.Random(seed).sample(graph.claims(), len(graph.claims()) // 2)
    left = [path for arm in surviving(trace, claims).values() for path in arm]
    fallen = routes.fallen(trace.paths, claims)
    assert fallen == [path for path in trace.paths if path not in left]
    again = graph.without(claims=claims).trace(*ends, specialize=False).paths
    assert {path.key for path in again} == {path.key for path in left}


def test_claims_lean_on_a_source_that_makes_them_or_is_all_they_cite(tmp_path):
    told = {"basis": "ckg:second-hand", "source": "source:teller"}
    graph = World(
        claims=[
            ("a", "increases", "b", {"source": "source:root"}),
            ("a", "increases", "c", {**told, "cites": "source:root"}),
            ("a", "increases", "d", {**told, "cites": "source:root, source:other"}),
            ("a", "increases", "e", told),
            ("a", "increases", "f", {**told, "basis": "ckg:own-data", "cites": "source:root"}),
        ],
        sources=("root", "teller", "other"),
    ).load(tmp_path)  # fmt: skip
    assert [c.object.id for c in routes.leaning(graph.claims(), graph.source("root"))] == ["b", "c"]
    assert [c.object.id for c in routes.leaning(graph.claims(), graph.source("teller"))] == ["c", "d", "e", "f"]
    assert routes.roots(graph.claims(object="d")) == (("other", "root"), ())
    assert routes.roots(graph.claims(object="e")) == ((), ("teller",))


def test_steps_that_were_never_seen_in_a_species(tmp_path):
    graph = World(
        claims=[
            ("s", "increases", "m", {"species": "ckg:mouse"}), ("s", "increases", "m", {"species": ""}),
            ("m", "increases", "h", {"species": "ckg:mouse"}), ("m", "increases", "h", {"species": "ckg:human"}),
            ("h", "increases", "t"),
        ],
    ).load(tmp_path)  # fmt: skip
    paths = graph.trace("s", "t").paths
    assert [str(step) for step in routes.unseen_in(paths)] == ["s increases m"]
    assert [str(step) for step in routes.unseen_in(paths, "rat")] == ["s increases m", "m increases h"]
    assert routes.unseen_in(paths, "mouse") == []
    assert [entity.id for entity in routes.glossary(paths)] == ["h", "m", "s", "t"]


def test_of_no_paths_nothing_is_said(graph):
    assert routes.intermediates([]) == routes.essential([]) == routes.meeting_points([], []) == routes.brakes([]) == []
    assert (
        routes.opposing([], graph.edges)
        == routes.avoiding([], graph.entities)
        == routes.fallen([], graph.claims())
        == []
    )
    assert routes.unseen_in([]) == routes.glossary([]) == []
    assert routes.roots([]) == ((), ())
