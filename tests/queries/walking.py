"""The answers of the queries on routes by another route: walks on the signed steps of a graph, in plain Python."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

from references import answers, effects, grouped, live, works

from kg.graph import KnowledgeGraph

State = tuple[str, int]


def steps(graph: KnowledgeGraph) -> dict[State, set[State]]:
    """The signed double cover: what follows from more (+1) or less (-1) of each entity."""
    after: dict[State, set[State]] = defaultdict(set)
    moves = {(c.subject.id, c.sign, c.object.id) for c in effects(graph) if c.sign}
    for link in graph.links:
        moves.add((link.source.id, link.sign, link.target.id))
        if link.reversible:
            moves.add((link.target.id, link.sign, link.source.id))
    for (source, sign, target), state in itertools.product(moves, (1, -1)):
        after[source, state].add((target, state * sign))
    return after


def walks(graph: KnowledgeGraph, source: str, target: str, most: int) -> list[tuple[State, ...]]:
    """The walks of up to so many steps from more of the source to more or less of the target; steps may come back."""
    after = steps(graph)
    layer: list[tuple[State, ...]] = [((source, 1),)]
    found = []
    for _ in range(most):
        layer = [(*walk, state) for walk in layer for state in after[walk[-1]]]
        found += [walk for walk in layer if walk[-1][0] == target]
    return found


def simple(walk: tuple[State, ...]) -> bool:
    return len({entity for entity, _ in walk}) == len(walk)


@answers("routes-in-three-steps", "steps sign first second")
def routes_in_three_steps(graph, source, target):
    after = defaultdict(set)
    for claim in effects(graph):
        if claim.sign:
            after[claim.subject.id].add((claim.object.id, claim.sign))
    found = set()

    def walk(path, signs):
        for following, sign in after[path[-1]]:
            if following == target and target not in path:
                total = sign * (signs[0] if signs else 1) * (signs[1] if len(signs) > 1 else 1)
                found.add((len(path), total, (*path[1:], None, None)[:2], (*signs, sign)))
            elif following not in path and len(path) < 3:
                walk((*path, following), (*signs, sign))

    walk((source,), ())
    return [(length, sign, *way) for length, sign, way, _ in found]


@answers("routes-that-avoid", "steps sign first second")
def routes_that_avoid(graph, source, target, without):
    routes = {w for w in walks(graph, source, target, 3) if simple(w) and without not in {e for e, _ in w}}
    return [(len(w) - 1, w[-1][1], *([e for e, _ in w[1:-1]] + [None, None])[:2]) for w in routes]


@answers("intermediates", "entity routes of every")
def intermediates(graph, source, target):
    routes = {w for w in walks(graph, source, target, 4) if simple(w) and len(w) > 2}
    counts = Counter(entity for w in routes for entity, _ in w[1:-1])
    return [(entity, count, len(routes), count == len(routes)) for entity, count in counts.items()]


def reached(graph, source, target, most=4):
    """For each state on the way to a target the fewest steps to it, and from it, on walks."""
    after = steps(graph)
    before = defaultdict(set)
    for state, following in after.items():
        for one in following:
            before[one].add(state)

    def spread(starts, moves):
        distance, layer = {}, set(starts)
        for step in range(1, most):
            layer = {following for state in layer for following in moves[state]}
            for state in layer:
                distance.setdefault(state, step)
        return distance

    return spread([(source, 1)], after), spread([(target, 1), (target, -1)], before)


@answers("where-routes-meet", "entity raised steps otherSteps")
def where_routes_meet(graph, source, other, target):
    near, left = reached(graph, source, target)
    far, _ = reached(graph, other, target)
    return [
        (state[0], state[1] > 0, near[state], far[state])
        for state in near.keys() & far.keys() & left.keys()
        if max(near[state], far[state]) + left[state] <= 4 and state[0] not in (source, other, target)
    ]


def risk_factors(graph, condition):
    return {c.subject.id for c in live(graph) if c.object.id == condition and c.sign == 1}


@answers("risk-factors-sharing-intermediates", "factor entity raised steps otherSteps")
def risk_factors_sharing_intermediates(graph, source, target):
    return [
        (factor, *row)
        for factor in risk_factors(graph, target) - {source}
        for row in where_routes_meet(graph, source, factor, target)
    ]


def kinds_of(graph, entity):
    """An entity and its kinds, of any depth."""
    found, queue = {entity}, [entity]
    while queue:
        parent = queue.pop()
        new = {link.source.id for link in graph.links if link.kind == "broader" and link.target.id == parent} - found
        found |= new
        queue += new
    return found


@answers("treatments-against-a-route", "treatment does entity steps claims sources")
def treatments_against_a_route(graph, source, target):
    near: dict[State, int] = {}
    for walk in walks(graph, source, target, 4):
        if walk[-1][1] > 0:
            for place, state in enumerate(walk[1:-1], 1):
                near[state] = min(place, near.get(state, place))
    kinds = kinds_of(graph, source)
    acting = [
        c
        for c in effects(graph)
        if c.subject.kind in ("Drug", "DrugClass", "Procedure") and c.subject.id not in kinds and c.sign
    ]
    return [
        (treatment, {1: "raises", -1: "lowers"}[sign], entity, near[entity, -sign], len(claims), works(claims))
        for (treatment, entity, sign), claims in grouped(acting, "subject", "object", "sign").items()
        if (entity, -sign) in near and entity not in (source, target)
    ]


@answers("inhibitors-lowered", "factor inhibitor claims sources")
def inhibitors_lowered(graph, target, condition):
    factors = risk_factors(graph, condition)
    inhibitors = {c.subject.id for c in effects(graph) if c.object.id == target and c.sign == -1}
    lowering = [c for c in effects(graph) if c.sign == -1 and c.subject.id in factors and c.object.id in inhibitors]
    return [(*key, len(found), works(found)) for key, found in grouped(lowering, "subject", "object").items()]


@answers("seen-only-in-animals-or-cells", "subject sign object inAnimals inCells claims sources unstated")
def seen_only_in_animals_or_cells(graph):
    rows = []
    for (subject, target, sign), claims in grouped(effects(graph), "subject", "object", "sign").items():
        stated = {c.species for c in claims if c.species}
        if stated and "human" not in stated:
            silent = sum(c.species is None for c in claims)
            animals, cells = bool(stated - {"cell-culture"}), "cell-culture" in stated
            rows.append((subject, sign, target, animals, cells, len(claims), works(claims), silent))
    return rows


def closure(after, start):
    seen, queue = set(), [start]
    while queue:
        new = after[queue.pop()] - seen
        seen |= new
        queue += new
    return seen


@answers("net-effects", "entity raised lowered")
def net_effects(graph, source):
    states = closure(steps(graph), (source, 1))
    return [(entity, (entity, 1) in states, (entity, -1) in states) for entity in {entity for entity, _ in states}]


@answers("feedback-loops", "entity reinforcing balancing")
def feedback_loops(graph):
    after = steps(graph)
    found: dict[str, set[int]] = defaultdict(set)
    for claim in effects(graph):
        first = (claim.object.id, claim.sign)
        if claim.sign:
            states = closure(after, first) | {first}
            found[claim.subject.id] |= {sign for sign in (1, -1) if (claim.subject.id, sign) in states}
    return [(entity, 1 in signs, -1 in signs) for entity, signs in found.items() if signs]


@answers("glossary-of-a-route", "entity label definition")
def glossary_of_a_route(graph, source, target):
    named = {entity.id: entity for entity in graph.entities}
    found = {entity for walk in walks(graph, source, target, 3) for entity, _ in walk}
    return [(entity, named[entity].label, named[entity].definition or None) for entity in found]
