"""The search against brute force on thousands of random signed multigraphs, and its promises on budget and order."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.causal.network import Network
from kg.causal.search import search
from kg.graph import load
from kg.model import Claim, Entity, Link, Source

SCHEMA = load().schema
SOURCE = Source("s", "source:s", "S")
LINKS = {"broader": 1, "readout-of": 1, "raised-state-of": 1, "lowered-state-of": -1}


def make(seed: int, entities: int = 6, claims: int = 16, links: int = 4):
    """Random entities, claims and links: parallel edges, opposite signs, cycles, self-loops, unsigned, null."""
    rng = random.Random(seed)
    kinds = ["Protein", "Drug", "Exposure", "Disease"]
    nodes = [Entity(f"e{n}", f"entity:e{n}", f"E{n}", rng.choice(kinds)) for n in range(rng.randint(2, entities))]
    predicates = list(SCHEMA.predicates.values())
    made = []
    for number in range(rng.randint(0, claims)):
        predicate = rng.choice(predicates)
        status, certainty = rng.choice([("curated", "known")] * 6 + [("retracted", None), ("curated", "refuted")])
        ends = (rng.choice(nodes), rng.choice(nodes))
        made.append(
            Claim(
                f"c{number}", f"claim:c{number}", ends[0], predicate.name, ends[1], predicate.sign, predicate.causal,
                SOURCE, status=status, certainty=certainty, basis="own-data",
            )
        )  # fmt: skip
    linked = []
    for _ in range(rng.randint(0, links)):
        kind = rng.choice(list(LINKS))
        child, parent = rng.choice(nodes), rng.choice(nodes)
        back = "state" in kind and child.kind not in ("Drug", "Exposure")
        linked.append(Link(child, kind, parent, LINKS[kind], back))
    return nodes, made, list(dict.fromkeys(linked))


def moves(nodes, claims, links):
    """All moves as (from, to, sign, kind, link), read off the rules of the design, one by one."""
    found = set()
    for c in claims:
        if c.causal and c.sign is not None and c.status != "retracted" and c.certainty != "refuted":
            found.add((c.subject.id, c.object.id, c.sign, "claim", ""))
    for k in links:
        found.add((k.source.id, k.target.id, k.sign, "definition", k.kind))
        if k.reversible:
            found.add((k.target.id, k.source.id, k.sign, "definition", k.kind))
    return found


def kinds_of(start, nodes, links):
    """Kinds of any depth and exposures, by a fixed point instead of a queue."""
    below = {start}
    while True:
        more = {
            k.source.id
            for k in links
            if k.target.id in below
            and (k.kind == "broader" or (k.kind == "raised-state-of" and k.source.kind == "Exposure"))
        } - below
        if not more:
            return below - {start}
        below |= more


def brute_force(nodes, claims, links, starts, ends, longest, specialize=True):
    """Every path by trying every sequence of different entities and every move between neighbors."""
    possible = moves(nodes, claims, links)
    between = {}
    for move in possible:
        between.setdefault(move[:2], []).append(move)
    found = Counter()
    ids = [node.id for node in nodes]
    for length in range(1, min(longest, len(ids) - 1) + 1):
        for sequence in itertools.permutations(ids, length + 1):
            if sequence[0] not in starts or sequence[-1] not in ends:
                continue
            options = [list(between.get(pair, [])) for pair in itertools.pairwise(sequence)]
            if specialize and length > 1 and sequence[1] in kinds_of(sequence[0], nodes, links):
                options[0].append((sequence[0], sequence[1], 1, "specialization", ""))
            for steps in itertools.product(*options):
                if steps[0][3] == "specialization" and steps[1][3] != "claim":
                    continue
                found[tuple(step[:4] for step in steps), tuple(s[4] for s in steps if s[3] == "definition")] += 1
    return found


def searched(network, starts, ends, longest, budget=10**9):
    """The same shape from the search."""
    numbers = network.number
    found = search(network, [numbers[s] for s in starts], [numbers[e] for e in ends], longest, budget)
    shape = Counter(
        (
            tuple((s.source.id, s.target.id, s.sign, s.kind) for s in route),
            tuple(s.link for s in route if s.kind == "definition"),
        )
        for route in found.routes
    )
    return shape, found


@pytest.mark.parametrize("batch", range(20))
def test_equals_brute_force_on_two_thousand_random_multigraphs(batch):
    nonempty = 0
    for seed in range(batch * 100, batch * 100 + 100):
        nodes, claims, links = make(seed, entities=5)
        network = Network.of(nodes, claims, links)
        start, end = nodes[0].id, nodes[-1].id
        wanted = brute_force(nodes, claims, links, {start}, {end}, 4)
        shape, found = searched(network, [start], [end], 4)
        assert shape == wanted, seed
        assert not found.stopped
        assert found.exhaustive_to == 4
        nonempty += bool(wanted)
    assert nonempty > 30  # the comparison is not empty


@given(st.integers(0, 10**6), st.integers(1, 3), st.booleans())
def test_sets_of_ends_equal_the_union_of_pairs(seed, size, specialize):
    nodes, claims, links = make(seed, entities=5)
    starts = {node.id for node in nodes[:size]}
    ends = {node.id for node in nodes[-size:]}
    network = Network.of(nodes, claims, links, specialize=specialize)
    shape, _ = searched(network, starts, ends, 3)
    assert shape == brute_force(nodes, claims, links, starts, ends, 3, specialize)


@given(st.integers(0, 10**6))
def test_no_entity_twice_not_even_with_the_other_sign(seed):
    nodes, claims, links = make(seed, entities=7, claims=30)
    network = Network.of(nodes, claims, links)
    found = search(network, [0], [len(nodes) - 1], 6, 10**9)
    for route in found.routes:
        visited = [route[0].source.id, *(step.target.id for step in route)]
        assert len(visited) == len(set(visited))


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(seed, rng):
    nodes, claims, links = make(seed)
    one = searched(Network.of(nodes, claims, links), ["e0"], ["e1"], 5)[1]
    for part in (nodes, claims, links):
        rng.shuffle(part)
    two = searched(Network.of(nodes, claims, links), ["e0"], ["e1"], 5)[1]
    assert [[step.key for step in route] for route in one.routes] == [[s.key for s in route] for route in two.routes]
    assert one.arcs_touched == two.arcs_touched


@given(st.integers(0, 10**6), st.integers(1, 200))
def test_a_spent_budget_says_so_and_keeps_finished_lengths_whole(seed, budget):
    nodes, claims, links = make(seed, claims=30)
    network = Network.of(nodes, claims, links)
    whole, _ = searched(network, ["e0"], ["e1"], 5)
    part, found = searched(network, ["e0"], ["e1"], 5, budget)
    assert found.arcs_touched <= budget
    assert part <= whole
    if found.stopped:
        finished = Counter({key: n for key, n in whole.items() if len(key[0]) <= found.exhaustive_to})
        assert finished <= part
    else:
        assert part == whole


def test_a_bound_far_beyond_the_graph_costs_nothing():
    nodes, claims, links = make(3)
    network = Network.of(nodes, claims, links)
    near, _ = searched(network, ["e0"], ["e1"], len(nodes))
    far, found = searched(network, ["e0"], ["e1"], 10**9)
    assert near == far
    assert found.exhaustive_to == 10**9


def test_a_long_chain_does_not_hit_a_recursion_limit():
    nodes = [Entity(f"e{n:05}", f"entity:e{n}", f"E{n}", "Protein") for n in range(3000)]
    claims = [
        Claim(f"c{n}", f"claim:c{n}", a, "decreases", b, -1, True, SOURCE, basis="own-data")
        for n, (a, b) in enumerate(itertools.pairwise(nodes))
    ]
    network = Network.of(nodes, claims, [])
    found = search(network, [0], [2999], 2999, 10**8)
    assert [len(route) for route in found.routes] == [2999]
