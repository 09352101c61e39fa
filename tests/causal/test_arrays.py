"""The arrays against plain lists: both directions, the order of arcs, masks, memory, and what is refused."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_search import make

from kg.causal.kernel.arrays import (
    AFTER,
    CLAIM,
    DEFINITION,
    FIRST,
    LATER,
    LIMIT,
    SPECIALIZATION,
    STRONGEST,
    Arrays,
    from_network,
)
from kg.causal.network import Network
from kg.errors import UsageError

SEEDS = st.integers(0, 10**6)


def rows(seed: int, entities: int, arcs: int) -> list[tuple[int, int, int, int, int]]:
    """Random rows: source, target, sign, kind, strength; with self-loops and parallel arcs."""
    rng = random.Random(seed)
    kinds = [CLAIM] * 4 + [DEFINITION, SPECIALIZATION]
    return [
        (rng.randrange(entities), rng.randrange(entities), rng.choice((1, -1, 0)), rng.choice(kinds), rng.randrange(9))
        for _ in range(arcs)
    ]


def built(entities: int, given_rows) -> Arrays:
    return Arrays.of(entities, *(list(column) for column in zip(*given_rows, strict=True))) if given_rows else Arrays.of(
        entities, [], [], []
    )  # fmt: skip


def sorted_rows(given_rows):
    """The documented order of arcs, by a plain sort; what is equal stays as given."""
    kept = [(place, row) for place, row in enumerate(given_rows) if row[0] != row[1]]
    return sorted(kept, key=lambda item: (
        item[1][0], item[1][3] == SPECIALIZATION, item[1][1], {1: 0, 0: 1, -1: 2}[item[1][2]], item[1][3],
    ))  # fmt: skip


@given(SEEDS, st.integers(1, 9), st.integers(0, 40))
def test_both_directions_hold_every_arc_in_the_documented_order(seed, entities, arcs):
    given_rows = rows(seed, entities, arcs)
    arrays = built(entities, given_rows)
    wanted = sorted_rows(given_rows)
    assert arrays.row.tolist() == [place for place, _ in wanted]
    found = list(zip(
        (arrays.source(arc) for arc in range(arrays.arcs)), arrays.out_target.tolist(), arrays.out_code.tolist(),
        arrays.out_kind.tolist(), arrays.out_strength.tolist(), strict=True,
    ))  # fmt: skip
    assert found == [row for _, row in wanted]
    entering = {
        entity: list(
            zip(
                arrays.in_source[arrays.in_start[entity] : arrays.in_start[entity + 1]].tolist(),
                arrays.in_arc[arrays.in_start[entity] : arrays.in_start[entity + 1]].tolist(),
                strict=True,
            )
        )
        for entity in range(entities)
    }
    assert entering == {e: [(r[0], arc) for arc, (_, r) in enumerate(wanted) if r[1] == e] for e in range(entities)}


@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(seed, rng):
    given_rows = list(dict.fromkeys(row[:4] for row in rows(seed, 6, 30)))
    one = built(6, given_rows)
    rng.shuffle(given_rows)
    two = built(6, given_rows)
    for name in ("out_start", "out_target", "out_code", "out_kind", "in_start", "in_source", "in_arc"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()


def test_numbers_beyond_sixteen_bits_are_sorted_as_well():
    rng = np.random.default_rng(5)
    entities = 300_000
    source, target = rng.integers(0, entities, (2, 20_000))
    sign = rng.integers(-1, 2, 20_000)
    arrays = Arrays.of(entities, source, target, sign)
    order = np.lexsort((1 - sign, target, source))
    order = order[source[order] != target[order]]
    assert (arrays.row == order).all()
    backwards = np.lexsort((np.arange(arrays.arcs), arrays.out_target))
    assert (arrays.in_arc == backwards).all()


@given(SEEDS)
def test_arcs_of_a_network_are_its_steps_in_its_order(seed):
    nodes, claims, links = make(seed, claims=30, links=8)
    network = Network.of(nodes, claims, links)
    arrays, steps = from_network(network)
    wanted = [step for place in range(len(nodes)) for arcs in (network.arcs, network.kinds) for _, step in arcs[place]]
    assert [step.key for step in steps] == [step.key for step in wanted]
    assert arrays.row.tolist() == list(range(arrays.arcs))
    for arc, step in enumerate(steps):
        assert arrays.source(arc) == network.number[step.source.id]
        assert (arrays.out_target[arc], arrays.out_code[arc]) == (network.number[step.target.id], step.sign)
        assert (arrays.out_strength[arc] == STRONGEST) == (step.support is None)
    supported = [(step.support, arrays.out_strength[arc]) for arc, step in enumerate(steps) if step.support]
    assert all(
        (a.strength < b.strength) == (x < y) and (a.strength == b.strength) == (x == y)
        for a, x in supported
        for b, y in supported
    )


def test_memory_is_what_the_formula_says_and_the_medium_graph_stays_under_100_mb():
    def formula(entities: int, arcs: int) -> int:
        return 16 * (entities + 1) + 22 * arcs

    for entities, arcs in ((1, 0), (10, 45), (70_000, 1000)):
        source = [number % (entities or 1) for number in range(arcs)]
        target = [(number + 1) % entities for number in source]
        arrays = Arrays.of(entities, source, target, [1] * arcs)
        assert arrays.arcs == arcs
        assert arrays.nbytes == formula(entities, arcs)
    masks = 2 * 2_250_197 + 47_031  # of one kernel
    assert formula(47_031, 2_250_197) + masks < 60 * 10**6


def test_roles_say_where_an_arc_may_stand():
    arrays = Arrays.of(2, [0, 0, 0], [1, 1, 1], [1, 1, 1], [CLAIM, DEFINITION, SPECIALIZATION])
    assert arrays.roles().tolist() == [FIRST | LATER | AFTER, FIRST | LATER, FIRST]
    assert arrays.roles(definitions=False).tolist() == [FIRST | LATER | AFTER, 0, FIRST]
    assert arrays.roles(specialize=False).tolist() == [FIRST | LATER | AFTER, FIRST | LATER, 0]
    assert arrays.roles(keep=[0, 1, 1]).tolist() == [0, FIRST | LATER, FIRST]
    with pytest.raises(UsageError, match="2 numbers does not fit 3 arcs"):
        arrays.roles(keep=[1, 1])


def test_places_are_the_entities_of_a_route():
    arrays = Arrays.of(4, [0, 2, 3], [2, 3, 1], [1, 1, 1])
    assert arrays.places([0, 1, 2]) == [0, 2, 3, 1]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0], [5], [1]), "targets holds 5 at row 0; it must lie in 0 to 4"),
        (([0, -1], [1, 1], [1, 1]), "sources holds -1 at row 1"),
        (([0], [1], [2]), "signs holds 2 at row 0; it must lie in -1 to 1"),
        (([0], [1], [1], [3]), "kinds holds 3"),
        (([0], [1], [1], [0], [STRONGEST + 1]), "strengths holds"),
        (([0, 1], [1], [1, 1]), r"targets has shape \(1,\); 2 sources need one number each"),
        (([0.5], [1], [1]), "sources holds float64; it must hold whole numbers"),
        (([0], [1], [float("nan")]), "signs holds float64"),
        ((["a"], [1], [1]), "sources holds <U1"),
    ],
)
def test_columns_that_make_no_sense_are_refused_with_their_row(columns, message):
    with pytest.raises(UsageError, match=message):
        Arrays.of(5, *columns)


def test_more_entities_than_four_bytes_can_number_are_refused():
    with pytest.raises(UsageError, match="at most 2147483646 of each"):
        Arrays.of(LIMIT + 1, [], [], [])


def test_neither_arrays_nor_kernel_load_numpy_or_numba_before_they_are_used():
    code = (
        "import kg.causal.kernel.arrays, kg.causal.kernel, sys, json\n"
        "print(json.dumps(sorted({'numpy', 'numba'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
