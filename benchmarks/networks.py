"""Networks of claims in memory: the small search, the kernel in both forms, and from which size on the kernel wins.

Networks of random claims (scale-free, as in ``kernel.py``; three voices to ten claims), sparse and dense. The same
questions, all routes of up to four steps, to `kg.causal.search` and to the kernel on the same network; all must give
the very same routes. CPU times of the thread.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from functools import partial

from kernel import Kernel, pairs_of, scale_free
from measuring import clocked, shown, table

from kg.causal.kernel.arrays import from_network
from kg.causal.network import Network
from kg.causal.search import Found, search
from kg.causal.trace import LARGE_NETWORK, Question, answer
from kg.model import Claim, Entity, Source

__all__ = ["report"]

SIZES, QUICK = (1_000, 10_000, 30_000, 100_000), (900,)
DEGREES = (3, 20)
PAIRS, STEPS, BUDGET = 20, 4, 5_000_000
PREDICATES = {1: "increases", -1: "decreases", 0: "affects"}


def network_of(arcs: int, degree: int) -> Network:
    """A network of so many claims, about so many of each entity."""
    entities = [Entity(f"e{n:06}", f"entity:e{n:06}", f"E{n:06}", "Protein") for n in range(arcs // degree)]
    sources = [Source(f"s{n}", f"source:s{n}", f"S{n}") for n in range(3 * arcs // 10 + 1)]
    draw = random.Random(2015)
    rows = zip(*(column.tolist() for column in scale_free(len(entities), arcs, same_hubs=True)[:3]), strict=True)
    claims = [
        Claim(
            f"c{n}", f"claim:c{n}", entities[a], PREDICATES[sign], entities[b], sign, True, draw.choice(sources),
            basis="own-data",
        )
        for n, (a, b, sign) in enumerate(rows)
    ]  # fmt: skip
    return Network.of(entities, claims, [])


def asked(network: Network, engines: Sequence[str]) -> list[str]:
    """One line of the table: what making arrays takes, and the median of each search and of all that comes after."""
    making, (arrays, steps) = clocked(lambda: from_network(network))
    searches: dict[str, Callable[[int, int], Found]] = {"small": lambda a, b: search(network, [a], [b], STEPS, BUDGET)}
    for engine in engines:
        kernel = Kernel(arrays, engine=engine)
        kernel.search([0], [1], 2)  # compiles
        searches[engine] = lambda a, b, k=kernel: k.search([a], [b], STEPS, budget=BUDGET).found(steps.__getitem__)  # type: ignore[misc]
    taken: dict[str, list[float]] = {name: [] for name in (*searches, "answer")}
    routes = []
    draw = random.Random(2015)
    for a, b in pairs_of(len(network.entities), PAIRS):
        found = {}
        for name in draw.sample(list(searches), len(searches)):
            seconds, found[name] = clocked(partial(searches[name], a, b))
            taken[name].append(seconds)
        if any(one.routes != found["small"].routes for one in found.values() if not one.stopped):
            raise SystemExit(f"From entity {a} to entity {b} the searches differ.")
        question = Question((network.entities[a],), (network.entities[b],), max_steps=STEPS)
        taken["answer"].append(clocked(partial(answer, question, found["small"]))[0])
        routes.append(len(found["small"].routes))
    times = [statistics.median(seconds) for seconds in taken.values()]
    return [f"{statistics.median(routes):,.0f}", shown(making), *map(shown, times), f"{times[0] / times[1]:.1f}"]


def report(engines: Sequence[str], *, quick: bool = False) -> None:
    """Measure and print."""
    plain_first = sorted(engines, reverse=True)
    lines = [
        [f"{arcs:,}", str(degree), *asked(network_of(arcs, degree), plain_first)]
        for degree in (DEGREES[:1] if quick else DEGREES)
        for arcs in (QUICK if quick else SIZES)
    ]
    head = ["claims", "an entity", "routes", "making arrays", "small search", *plain_first, "answer", "small / plain"]
    print(f"Every route to {STEPS} steps; the kernel is used from {LARGE_NETWORK:,} arcs on.\n")
    print(table(head, lines), flush=True)
