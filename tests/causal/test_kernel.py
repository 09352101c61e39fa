"""The kernel against brute force and against `kg.causal.search`, its limits, and both of its forms against each other."""

from __future__ import annotations

import array
import importlib.util
import itertools
import random
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_search import make

from kg.causal.kernel import Kernel
from kg.causal.kernel import engine as engines
from kg.causal.kernel.arrays import CLAIM, DEFINITION, SPECIALIZATION, STRONGEST, Arrays, from_network
from kg.causal.kernel.engine import PLAIN, Engine, engine_for
from kg.causal.network import Network
from kg.causal.search import search
from kg.errors import MissingExtra, UsageError

SEEDS = st.integers(0, 10**6)
numba_needed = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="Numba is not installed (the extra fast)"
)
PLENTY = 10**9


# --- Small random graphs, and every path of them by trying every arc --------------------------------------------------


def small(seed: int, entities: int = 7, arcs: int = 24) -> Arrays:
    """A random graph: parallel and opposite arcs, cycles, all kinds, few strengths so that there are ties."""
    rng = random.Random(seed)
    n = rng.randint(1, entities)
    rows = {
        (
            rng.randrange(n),
            rng.randrange(n),
            rng.choice((1, 1, -1, -1, 0)),
            rng.choice((CLAIM,) * 4 + (DEFINITION, SPECIALIZATION)),
        )
        for _ in range(rng.randint(0, arcs))
    }
    ordered = sorted(rows)
    columns = [list(column) for column in zip(*ordered, strict=True)] or [[], [], [], []]
    strengths = [STRONGEST if row[3] == DEFINITION else rng.randrange(4) for row in ordered]
    return Arrays.of(n, *columns, strengths)


def ends(seed: int, arrays: Arrays) -> tuple[list[int], list[int]]:
    rng = random.Random(seed + 1)
    n = arrays.entities
    return [sorted(rng.sample(range(n), rng.randint(1, min(n, 3)))) for _ in range(2)]


def every_path(arrays: Arrays, sources, targets, longest, dropped=(), banned=()):
    """Every path as (length, arcs, sign, weakest), by recursion over all arcs; in order of length, then of arcs."""
    leaving = {entity: [] for entity in range(arrays.entities)}
    for arc in range(arrays.arcs):
        if arc not in dropped:
            leaving[arrays.source(arc)].append(arc)
    found = []

    def go(route: list[int], visited: list[int]) -> None:
        for arc in leaving[visited[-1]]:
            kind, target = arrays.out_kind[arc], int(arrays.out_target[arc])
            after = bool(route) and arrays.out_kind[route[-1]] == SPECIALIZATION
            if target in visited or target in banned or (kind == SPECIALIZATION and route) or (after and kind != CLAIM):
                continue
            longer = [*route, arc]
            if target in targets and kind != SPECIALIZATION:
                sign = int(np.prod([int(arrays.out_code[a]) for a in longer]))
                found.append((len(longer), tuple(longer), sign, int(min(arrays.out_strength[a] for a in longer))))
            if len(longer) < longest:
                go(longer, [*visited, target])

    for source in sources:
        if source not in banned:
            go([], [source])
    return sorted(found)


def per_sign(paths, k, key=None):
    """The first k of each sign by a key, raising, lowering, unsigned."""
    ordered = sorted(paths, key=key) if key else paths
    return {sign: [path[1] for path in ordered if path[2] == sign][:k] for sign in (1, -1, 0)}


def by_strength(path):
    return (-path[3], path[0], path[1])


def given_per_sign(routes):
    found = {1: [], -1: [], 0: []}
    for route, sign in zip(routes, routes.signs.tolist(), strict=True):
        found[sign].append(route)
    return found


# --- What is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", range(10))
def test_twenty_thousand_random_questions_equal_brute_force(batch):
    """All routes, the k best by steps and by support for three k: 7 * 300 questions a batch."""
    nonempty = longest_seen = 0
    for seed in range(batch * 300, batch * 300 + 300):
        arrays = small(seed)
        sources, targets = ends(seed, arrays)
        steps = 1 + seed % 5
        kernel = Kernel(arrays, engine="plain")
        wanted = every_path(arrays, sources, targets, steps)
        routes = kernel.search(sources, targets, steps, budget=PLENTY)
        assert list(routes) == [path[1] for path in wanted], seed
        assert routes.signs.tolist() == [path[2] for path in wanted]
        assert routes.strengths.tolist() == [path[3] for path in wanted]
        assert routes.lengths.tolist() == [path[0] for path in wanted]
        assert routes.status == "complete"
        for k in (1, 2, 5):
            best = kernel.search(sources, targets, steps, k=k, budget=PLENTY)
            assert given_per_sign(best) == per_sign(wanted, k), seed
            strong = kernel.search(sources, targets, steps, k=k, order="support", budget=PLENTY)
            assert given_per_sign(strong) == per_sign(wanted, k, by_strength), seed
        nonempty += bool(wanted)
        longest_seen = max(longest_seen, *(path[0] for path in wanted), 0)
    assert nonempty > 150  # the comparison is not empty
    assert longest_seen >= 4


@pytest.mark.parametrize("seed", range(40))
def test_k_best_on_larger_graphs_are_the_first_of_all(seed):
    """Large enough for layers of several steps from both ends, trials that fail, and bisection."""
    rng = random.Random(seed)
    n, m = 40, 220
    columns = [[rng.randrange(n) for _ in range(m)] for _ in range(2)]
    signs = [rng.choice((1, 1, 1, 1, -1, 0)) for _ in range(m)]
    arrays = Arrays.of(n, *columns, signs, None, [rng.randrange(6) for _ in range(m)])
    kernel = Kernel(arrays, engine="plain")
    every = kernel.search([0], [n - 1], 6, budget=PLENTY)
    paths = [(len(r), r, s, w) for r, s, w in zip(every, every.signs.tolist(), every.strengths.tolist(), strict=True)]
    assert paths == every_path(arrays, [0], [n - 1], 6)
    for k in (1, 4, 30):
        assert given_per_sign(kernel.search([0], [n - 1], 6, k=k, budget=PLENTY)) == per_sign(paths, k)
        strong = kernel.search([0], [n - 1], 6, k=k, order="support", budget=PLENTY)
        assert given_per_sign(strong) == per_sign(paths, k, by_strength)


@pytest.mark.parametrize("batch", range(8))
def test_equals_the_search_on_networks_for_every_option(batch):
    """Definitions and specializations on and off, sets of ends, all routes or whole lengths until all arms have k."""
    found_any = 0
    for seed in range(batch * 60, batch * 60 + 60):
        rng = random.Random(seed)
        nodes, claims, links = make(seed, entities=7, claims=30, links=6)
        arrays, steps = from_network(Network.of(nodes, claims, links))
        sources, targets = ends(seed, arrays)
        for definitions in (True, False):
            for specialize in (True, False):
                network = Network.of(nodes, claims, links, definitions=definitions, specialize=specialize)
                kernel = Kernel(arrays, definitions=definitions, specialize=specialize, engine="plain")
                k, longest = rng.choice((None, 1, 3)), rng.randint(1, 6)

                def enough(routes, k=k):
                    counts = Counter(net(route) for route in routes)
                    return k is not None and all(counts[sign] >= k for sign in (1, -1, 0))

                wanted = search(network, sources, targets, longest, PLENTY, enough)
                routes = kernel.search(sources, targets, longest, k=k, whole=True, budget=PLENTY)
                assert [[steps[arc].key for arc in r] for r in routes] == [[s.key for s in r] for r in wanted.routes]
                assert routes.signs.tolist() == [net(route) for route in wanted.routes]
                assert routes.exhaustive_to in (wanted.exhaustive_to, longest)
                found_any += bool(wanted.routes)
    assert found_any > 60


def net(route) -> int:
    return int(np.prod([step.sign for step in route]))


@given(SEEDS, st.integers(1, 3))
def test_filters_equal_a_graph_without_what_they_drop(seed, k):
    arrays = small(seed, arcs=30)
    sources, targets = ends(seed, arrays)
    rng = random.Random(seed)
    keep = [rng.random() < 0.7 for _ in range(arrays.arcs)]
    present = [rng.random() < 0.8 for _ in range(arrays.entities)]
    dropped = {arc for arc, kept in enumerate(keep) if not kept}
    banned = {entity for entity, kept in enumerate(present) if not kept}
    kernel = Kernel(arrays, arcs=np.array(keep), entities=np.array(present), engine="plain")
    wanted = every_path(arrays, sources, targets, 4, dropped, banned)
    assert list(kernel.search(sources, targets, 4)) == [path[1] for path in wanted]
    assert given_per_sign(kernel.search(sources, targets, 4, k=k)) == per_sign(wanted, k)
    strong = kernel.search(sources, targets, 4, k=k, order="support")
    assert given_per_sign(strong) == per_sign(wanted, k, by_strength)


@given(SEEDS, st.sets(st.sampled_from((1, -1, 0)), min_size=1), st.sampled_from(("steps", "support")))
def test_signs_that_are_not_asked_for_are_not_given(seed, signs, order):
    arrays = small(seed, arcs=30)
    sources, targets = ends(seed, arrays)
    kernel = Kernel(arrays, engine="plain")
    key = by_strength if order == "support" else None
    wanted = per_sign(every_path(arrays, sources, targets, 4), 2, key)
    routes = kernel.search(sources, targets, 4, k=2, signs=signs, order=order)
    assert given_per_sign(routes) == {sign: wanted[sign] if sign in signs else [] for sign in wanted}
    assert set(routes.whole_to) == signs


@given(SEEDS, st.integers(1, 3))
def test_whole_also_gives_what_ties_with_the_kth(seed, k):
    arrays = small(seed, arcs=30)
    sources, targets = ends(seed, arrays)
    kernel = Kernel(arrays, engine="plain")
    every = sorted(every_path(arrays, sources, targets, 4), key=by_strength)
    wanted = {}
    for sign in (1, -1, 0):
        arm = [path for path in every if path[2] == sign]
        bar = by_strength(arm[k - 1])[:2] if len(arm) >= k else None
        wanted[sign] = [path[1] for path in arm if bar is None or by_strength(path)[:2] <= bar]
    assert given_per_sign(kernel.search(sources, targets, 4, k=k, order="support", whole=True)) == wanted


@given(SEEDS)
def test_all_routes_by_support_come_sign_by_sign_strongest_first(seed):
    arrays = small(seed, arcs=30)
    sources, targets = ends(seed, arrays)
    routes = Kernel(arrays, engine="plain").search(sources, targets, 4, order="support")
    every = per_sign(every_path(arrays, sources, targets, 4), None, by_strength)
    assert list(routes) == every[1] + every[-1] + every[0]


@given(SEEDS)
def test_no_entity_twice_not_even_with_the_other_sign(seed):
    arrays = small(seed, entities=8, arcs=60)
    sources, targets = ends(seed, arrays)
    kernel = Kernel(arrays, engine="plain")
    for routes in (kernel.search(sources, targets, 6), kernel.search(sources, targets, 6, k=5, order="support")):
        for route in routes:
            places = arrays.places(route)
            assert len(places) == len(set(places))


def test_a_path_may_pass_through_another_source_and_another_target():
    arrays = Arrays.of(4, [0, 1, 2], [1, 2, 3], [1, 1, 1])
    kernel = Kernel(arrays, engine="plain")
    every = [(0, 1), (0, 1, 2), (1,), (1, 2)]
    assert sorted(kernel.search([0, 1], [2, 3], 3)) == every
    assert sorted(kernel.search([0, 1], [2, 3], 3, k=9, order="support")) == every


def test_an_entity_is_no_route_to_itself():
    kernel = Kernel(Arrays.of(2, [0, 1], [1, 0], [1, -1]), engine="plain")
    assert len(kernel.search([0], [0], 5)) == 0
    assert kernel.search([0], [0], 5).status == "complete"


def test_a_graph_of_one_entity_and_ends_that_are_filtered_away_are_answered_completely():
    alone = Kernel(Arrays.of(1, [], [], []), engine="plain")
    filtered = Kernel(Arrays.of(2, [0], [1], [1]), entities=np.array([1, 0]), engine="plain")
    for routes in (alone.search([0], [0]), alone.search([0], [0], k=1, order="support"), filtered.search([0], [1])):
        assert (len(routes), routes.status, routes.exhaustive_to) == (0, "complete", 4)


def test_a_long_chain_needs_no_recursion_and_grows_its_arrays():
    n = 1500
    arrays = Arrays.of(n, range(n - 1), range(1, n), [-1] * (n - 1))
    kernel = Kernel(arrays, engine="plain")
    for routes in (kernel.search([0], [n - 1], n, budget=PLENTY), kernel.search([0], [n - 1], 10**9, budget=PLENTY)):
        assert routes.lengths.tolist() == [n - 1]
        assert routes.signs.tolist() == [-1]
        assert routes.status == "complete"


def test_more_routes_than_are_handed_over_at_once():
    width, depth = 6, 5
    routes = Kernel(layered(width, depth), engine="plain").search([0], [1], depth + 1, budget=PLENTY)
    assert len(routes) == len(set(routes)) == width**depth
    assert list(routes) == sorted(routes)


# --- How complete it was ----------------------------------------------------------------------------------------------


def layered(width: int, depth: int, loop: bool = False) -> Arrays:
    """Entity 0, `depth` layers of `width` entities, entity 1; each layer is tied to the next, all raising.

    With `loop` the last entity before the target also lowers a neighbor that raises it: so the only lowering walks
    visit it twice, and there is no lowering path.
    """
    layers = [[0], *([2 + level * width + place for place in range(width)] for level in range(depth)), [1]]
    arcs = [(a, b, 1) for one, two in itertools.pairwise(layers) for a in one for b in two]
    extra = 2 + width * depth
    if loop:
        arcs += [(layers[-2][0], extra, -1), (extra, layers[-2][0], 1)]
    return Arrays.of(extra + loop, *(list(column) for column in zip(*arcs, strict=True)))


def test_the_trap_is_stopped_by_the_budget_and_says_so():
    """Every lowering walk repeats an entity, and there are 8 ** 7 beginnings of one."""
    kernel = Kernel(layered(8, 7, loop=True), engine="plain")
    budget = 20_000
    routes = kernel.search([0], [1], 12, k=3, budget=budget)
    assert routes.status == routes.stopped == "budget"
    assert routes.counts == {1: 3, -1: 0, 0: 0}
    assert routes.whole_to[-1] == 9  # lowering walks begin at 10 steps
    assert budget - 100 < routes.touched <= budget
    strong = kernel.search([0], [1], 12, k=3, order="support", signs=(-1,), budget=budget)
    assert (strong.status, len(strong), strong.exhaustive_to) == ("budget", 0, 0)
    assert strong.touched <= budget


@given(SEEDS, st.integers(1, 300), st.sampled_from((None, 1, 3)))
def test_a_spent_budget_says_so_and_keeps_whole_lengths_whole(seed, budget, k):
    arrays = small(seed, entities=8, arcs=60)
    sources, targets = ends(seed, arrays)
    routes = Kernel(arrays, engine="plain").search(sources, targets, 5, k=k, budget=budget)
    every = every_path(arrays, sources, targets, 5)
    wanted, found = per_sign(every, k), given_per_sign(routes)
    assert routes.touched <= budget
    for sign in (1, -1, 0):
        assert found[sign] == wanted[sign][: len(found[sign])]
        whole = [path[1] for path in every if path[2] == sign and path[0] <= routes.whole_to[sign]]
        assert [route for route in found[sign] if len(route) <= routes.whole_to[sign]] == whole
    if not routes.stopped:
        assert found == wanted
        assert routes.status == ("complete" if routes.exhaustive_to == 5 else "k reached")


@given(SEEDS, st.integers(1, 300), st.integers(1, 4))
def test_by_support_a_spent_budget_still_gives_the_strongest_first(seed, budget, k):
    arrays = small(seed, entities=8, arcs=60)
    sources, targets = ends(seed, arrays)
    routes = Kernel(arrays, engine="plain").search(sources, targets, 5, k=k, order="support", budget=budget)
    wanted = per_sign(every_path(arrays, sources, targets, 5), k, by_strength)
    found = given_per_sign(routes)
    assert routes.touched <= budget
    for sign in (1, -1, 0):
        assert found[sign] == wanted[sign][: len(found[sign])]
    if not routes.stopped:
        assert found == wanted
    if routes.whole_to[1] == 5:
        assert len(wanted[1]) <= k


@given(SEEDS, st.sampled_from(("steps", "support")))
def test_exactly_the_budget_that_is_needed_is_enough_and_one_less_is_not(seed, order):
    arrays = small(seed, entities=8, arcs=40)
    sources, targets = ends(seed, arrays)
    kernel = Kernel(arrays, engine="plain")
    free = kernel.search(sources, targets, 4, k=2, order=order, budget=PLENTY)
    if free.touched:
        same = kernel.search(sources, targets, 4, k=2, order=order, budget=free.touched)
        assert (list(same), same.touched, same.stopped) == (list(free), free.touched, "")
    if free.touched > 1:
        assert kernel.search(sources, targets, 4, k=2, order=order, budget=free.touched - 1).stopped == "budget"


def test_a_search_that_needs_too_much_memory_stops_and_says_so():
    n = 400
    arrays = Arrays.of(n, range(n - 1), range(1, n), [1] * (n - 1))
    kernel = Kernel(arrays, engine="plain", memory=100_000)
    routes = kernel.search([0], [n - 1], n)
    assert (len(routes), routes.status) == (0, "memory")
    assert 0 < routes.exhaustive_to < n - 2
    strong = kernel.search([0], [n - 1], n, k=1, order="support")
    assert (len(strong), strong.status, strong.exhaustive_to) == (0, "memory", 0)


@settings(max_examples=40)
@given(SEEDS)
def test_a_question_asked_again_gets_the_same_answer_and_counters(seed):
    """Marks are left at 0 after every end, also after a spent budget; kept bounds are charged as new ones are."""
    arrays = small(seed, entities=8, arcs=60)
    sources, targets = ends(seed, arrays)
    kernel = Kernel(arrays, engine="plain")
    options = [
        {"k": k, "order": order, "budget": budget}
        for k in (None, 2)
        for order in ("steps", "support")
        for budget in (20, 200, PLENTY)
    ]
    fresh = [told(Kernel(arrays, engine="plain").search(sources, targets, 5, **option)) for option in options]
    for _ in range(2):
        assert [told(kernel.search(sources, targets, 5, **option)) for option in options] == fresh


def told(routes):
    return (
        list(routes), routes.signs.tolist(), routes.strengths.tolist(), dict(routes.whole_to), routes.status,
        routes.touched, routes.pushes, routes.pops,
    )  # fmt: skip


def test_only_the_bounds_of_the_last_few_targets_are_kept():
    arrays = small(4, entities=20, arcs=90)
    kernel = Kernel(arrays, engine="plain")
    for target in range(1, arrays.entities):
        kernel.search([0], [target], 3, k=1, order="support")
    assert len(kernel._bounds) == min(Kernel.KEPT, arrays.entities - 1)


def test_threads_may_ask_one_kernel():
    arrays = small(11, entities=30, arcs=200)
    kernel = Kernel(arrays, engine="plain")
    pairs = [(a, b) for a in range(arrays.entities) for b in range(arrays.entities) if a != b][:100]

    def ask(pair):
        return told(kernel.search([pair[0]], [pair[1]], 4, k=3, order="support" if sum(pair) % 2 else "steps"))

    alone = [ask(pair) for pair in pairs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, pairs)) == alone


# --- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([], [1]), {}, "at least one entity at each end"),
        (([0], [2]), {}, r"No entity has the number 2 \(target\); there are 2"),
        (([-1], [1]), {}, r"No entity has the number -1 \(source\)"),
        (([0], [1], 0), {}, "max_steps must be at least 1, not 0"),
        (([0], [1]), {"k": 0}, "k must be at least 1, not 0"),
        (([0], [1]), {"budget": 0}, "budget must be at least 1, not 0"),
        (([0], [1]), {"signs": ()}, "signs must be some of 1, -1 and 0"),
        (([0], [1]), {"signs": (2,)}, r"not \[2\]"),
        (([0], [1]), {"order": "luck"}, "order must be steps or support, not 'luck'"),
    ],
)
def test_questions_that_make_no_sense_are_refused(arguments, options, message):
    with pytest.raises(UsageError, match=message):
        Kernel(Arrays.of(2, [0], [1], [1]), engine="plain").search(*arguments, **options)


def test_masks_that_do_not_fit_are_refused():
    arrays = Arrays.of(2, [0], [1], [1])
    with pytest.raises(UsageError, match="3 numbers does not fit 2 entities"):
        Kernel(arrays, entities=np.ones(3))
    with pytest.raises(UsageError, match="3 numbers does not fit 1 arcs"):
        Kernel(arrays, arcs=np.ones(3))


# --- The forms of the kernel ------------------------------------------------------------------------------------------


def test_the_engine_is_chosen_by_argument_then_environment_then_size(monkeypatch):
    monkeypatch.delenv("KG_KERNEL", raising=False)
    assert engine_for(None, 10) is PLAIN
    monkeypatch.setenv("KG_KERNEL", "plain")
    assert engine_for(None, 10**8) is PLAIN
    monkeypatch.setenv("KG_KERNEL", "fastest")
    with pytest.raises(UsageError, match="KG_KERNEL must be one of auto, plain, compiled, not 'fastest'"):
        engine_for(None, 10)
    assert engine_for("plain", 10) is PLAIN
    with pytest.raises(UsageError, match="engine must be one of"):
        engine_for("turbo", 10)


def test_without_numba_large_graphs_are_searched_in_plain_python(monkeypatch):
    monkeypatch.delenv("KG_KERNEL", raising=False)
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda _: None)
    assert engine_for("auto", 10**8) is PLAIN
    with pytest.raises(MissingExtra, match=r"calciphylaxis-kg\[fast\]"):
        engine_for("compiled", 10)


@numba_needed
def test_without_a_folder_for_a_cache_the_kernel_is_compiled_all_the_same(monkeypatch):
    import numba

    asked = []

    def njit(function=None, *, cache=False, **options):
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return (lambda given: given) if function is None else function

    monkeypatch.setattr(numba, "njit", njit)
    chosen = engines._compiled.__wrapped__()
    assert asked.count(True) == 3  # advance, widen, pick
    arrays = Arrays.of(3, [0, 1], [1, 2], [1, -1])
    assert list(Kernel(arrays, engine=chosen).search([0], [2])) == [(0, 1)]


@pytest.mark.parametrize(
    "view",
    [lambda numbers: numbers, lambda numbers: array.array(numbers.dtype.char, numbers.tolist()), lambda n: n.tolist()],
    ids=["numpy", "array.array", "list"],
)
def test_the_functions_take_any_numbers_and_slices_of_any_size(view):
    """Pausing after nearly every arc changes neither routes nor counters."""
    other = Engine("other", view, 3, PLAIN.advance, PLAIN.widen, PLAIN.pick)
    for seed in range(60):
        assert questions(seed, other) == questions(seed, PLAIN)


def questions(seed: int, engine: str | Engine):
    """The answers to several random questions on a random graph, with all counters."""
    rng = random.Random(seed)
    arrays = small(seed, entities=12, arcs=70)
    kernel = Kernel(arrays, definitions=rng.random() < 0.8, specialize=rng.random() < 0.8, engine=engine)
    answers = []
    for number in range(5):
        sources, targets = ends(seed * 7 + number, arrays)
        answers.append(told(kernel.search(
            sources, targets, rng.randint(1, 6), k=rng.choice((None, 1, 4)), order=rng.choice(("steps", "support")),
            whole=rng.random() < 0.3, budget=rng.choice((50, 500, PLENTY)),
        )))  # fmt: skip
    return answers


@numba_needed
def test_compiled_and_plain_agree_on_six_hundred_random_questions():
    """Routes, order, signs, strengths, completeness and counters; ten thousand in benchmarks/kernel.py."""
    routes = 0
    for seed in range(120):
        compiled = questions(seed, "compiled")
        assert compiled == questions(seed, "plain"), seed
        routes += sum(len(answer[0]) for answer in compiled)
    assert routes > 3_000
    chosen = engine_for("compiled", 10)
    assert [len(function.signatures) for function in (chosen.advance, chosen.widen, chosen.pick)] == [1, 1, 1]


@numba_needed
def test_arrays_in_a_file_that_cannot_be_written_need_no_second_compilation(tmp_path):
    arrays = small(8, arcs=40)
    mapped = {}
    for name in Arrays.__dataclass_fields__:
        np.save(tmp_path / f"{name}.npy", getattr(arrays, name))
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    sources, targets = ends(8, arrays)
    answers = [
        told(Kernel(one, engine="compiled").search(sources, targets, 5, k=3, order=order))
        for one in (arrays, Arrays(**mapped))
        for order in ("steps", "support")
    ]
    assert answers[:2] == answers[2:]
    assert len(engine_for("compiled", 10).advance.signatures) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize("engine", ["plain", pytest.param("compiled", marks=numba_needed)])
@pytest.mark.parametrize("order", ["steps", "support"])
def test_ctrl_c_ends_a_search_that_would_run_for_years(engine, order):
    """A real process, a real signal; without the slices the compiled search would not hear it."""
    code = f"""
import sys
sys.path[:0] = {[str(folder) for folder in Path(__file__).parents[:3]]!r}
from test_kernel import Kernel, layered
kernel = Kernel(layered(12, 12, loop=True), engine={engine!r})
options = dict(order={order!r}, k=1, signs=(-1,))
kernel.search([0], [1], 16, budget=1000, **options)  # compile, or load
print("begun", flush=True)
try:
    kernel.search([0], [1], 16, budget=10**15, **options)
except KeyboardInterrupt:
    print("heard", len(kernel.search([0], [1], 2, k=1)), flush=True)  # and the kernel can still be asked
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "begun\n"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)  # it is searching
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert said == "heard 0\n"
    assert process.returncode == 0
