"""The kernel on generated graphs: the generator, agreement of both engines, the trap, Ctrl-C, compiling, questions.

The graph: entities and arcs without repeats and self-loops, three quarters signed, as many raising as lowering; both
ends of an arc are drawn with weights that fall as rank ** -0.6 (scale-free), from one ranking (hubs of both directions
are the same entities) or from two. Seeds are fixed. Medium: 47,031 entities, 2,250,197 arcs, the largest hubs have some
9,000; large: a million and twenty.

Times are CPU times of the thread, so that other work on the machine strikes less. Arcs touched depend on no machine.
Whatever else needs the kernel for a benchmark takes it from here, so that there is one place to import it.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measuring import clocked, shown, table

from kg.causal.kernel import Arrays, Kernel, Routes
from kg.causal.kernel.arrays import CLAIM, DEFINITION, SPECIALIZATION, STRONGEST

__all__ = [
    "ARCS", "BEST", "ENTITIES", "PLENTY", "STEPS", "Arrays", "Kernel", "Routes", "arrays_of", "clocked", "needed",
    "pairs_of", "questions", "report", "scale_free", "size", "trap_of",
]  # fmt: skip

ENTITIES, ARCS = 47_031, 2_250_197
STEPS, BEST = 6, 10
PLENTY = 10**9


# --- Graphs ----------------------------------------------------------------------------------------------------------


def scale_free(entities: int, arcs: int, *, same_hubs: bool, seed: int = 2015, power: float = 0.6) -> list[Any]:
    """Sources, targets, signs and strengths of a random scale-free graph without repeats and self-loops."""
    rng = np.random.default_rng(seed)
    weight = np.cumsum(np.arange(1, entities + 1) ** -power)
    weight /= weight[-1]
    out_rank = rng.permutation(entities)
    in_rank = out_rank if same_hubs else rng.permutation(entities)
    keys = np.zeros(0, np.int64)
    while len(keys) < arcs:
        draws = rng.random((2, int((arcs - len(keys)) * 1.2) + 1000))
        source, target = out_rank[np.searchsorted(weight, draws[0])], in_rank[np.searchsorted(weight, draws[1])]
        fresh = (source.astype(np.int64) * entities + target)[source != target]
        keys = np.unique(np.concatenate([keys, fresh]))
    keys = rng.permutation(keys)[:arcs]
    signs = rng.choice(np.array([1, -1, 0]), arcs, p=[0.375, 0.375, 0.25])
    return [keys // entities, keys % entities, signs, rng.integers(0, 50, arcs)]


def arrays_of(entities: int, arcs: int) -> Arrays:
    """The arrays of such a graph, with the same hubs in both directions."""
    columns = scale_free(entities, arcs, same_hubs=True)
    return Arrays.of(entities, columns[0], columns[1], columns[2], None, columns[3])


def pairs_of(entities: int, count: int, seed: int = 42) -> list[tuple[int, int]]:
    """So many pairs of different entities."""
    draw = random.Random(seed)
    return [(a, b) for a, b in (draw.sample(range(entities), 2) for _ in range(count))]


def needed(entities: int, arcs: int) -> int:
    """Bytes for generating such a graph and building its arrays, at the highest point; measured, rounded up."""
    return 140 * arcs + 100 * entities + 200_000_000


# --- Questions -------------------------------------------------------------------------------------------------------


def spread(seconds: Sequence[float]) -> list[str]:
    """Median and 95th percentile."""
    return [shown(float(np.percentile(seconds, part))) for part in (50, 95)]


def questions(arrays: Arrays, engine: str, *, many: int = 2000) -> str:
    """Questions of several kinds to one kernel: two and three signs, whole lengths, by support; a table."""
    kernel = Kernel(arrays, engine=engine)
    pairs = pairs_of(arrays.entities, many, seed=7)
    target = pairs[0][1]
    kinds: list[tuple[str, list[tuple[int, int]], dict[str, Any]]] = [
        ("two signs", pairs, {"signs": (1, -1)}),
        ("three signs", pairs, {}),
        ("three signs, whole lengths", pairs[: many // 10], {"whole": True}),
        ("by support, another target each time", pairs[: many // 100], {"order": "support"}),
        ("by support, one target", [(a, target) for a, _ in pairs[: many // 4] if a != target], {"order": "support"}),
    ]
    for order in ("steps", "support"):
        kernel.search([0], [1], 2, k=1, order=order)  # compiles
    lines = []
    for name, asked, options in kinds:
        taken, touched = [], []
        for a, b in asked:
            question = partial(kernel.search, [a], [b], STEPS, k=BEST, budget=PLENTY, **options)
            seconds, routes = clocked(question)
            taken.append(seconds)
            touched.append(routes.touched)
        lines.append([name, str(len(asked)), *spread(taken), f"{np.median(touched):,.0f}"])
    return (
        f"{engine.capitalize()}, the {BEST} best of each sign to {STEPS} steps\n\n"
        + table(["", "questions", "p50", "p95", "arcs touched, p50"], lines)
    )  # fmt: skip


def size(arrays: Arrays) -> str:
    """How many there are and what they take, against the formula."""
    n, m = arrays.entities, arrays.arcs
    if arrays.nbytes != 16 * (n + 1) + 22 * m:
        raise SystemExit(f"The arrays take {arrays.nbytes} bytes; the formula says {16 * (n + 1) + 22 * m}.")
    most = int(np.diff(arrays.out_start).max())
    return (
        f"{n:,} entities, {m:,} arcs, at most {most:,} of one entity: arrays of {arrays.nbytes / 1e6:.1f} MB = "
        f"16 (n + 1) + 22 m bytes; a kernel adds {(n + 2 * m) / 1e6:.1f} MB = n + 2 m bytes.\n"
    )


# --- Agreement, the trap, Ctrl-C, compilation ------------------------------------------------------------------------


def agreement(questions: int = 10_000) -> str:
    """Compiled and plain kernels on random questions on random graphs: everything that they say must be equal."""
    draw = random.Random(2015)
    routes = 0
    for number in range(questions // 5):
        n, m = draw.randint(2, 40), draw.randint(1, 240)
        kinds = [draw.choice((CLAIM,) * 4 + (DEFINITION, SPECIALIZATION)) for _ in range(m)]
        arrays = Arrays.of(
            n, [draw.randrange(n) for _ in range(m)], [draw.randrange(n) for _ in range(m)],
            [draw.choice((1, 1, -1, -1, 0)) for _ in range(m)], kinds,
            [STRONGEST if kind == DEFINITION else draw.randrange(8) for kind in kinds],
        )  # fmt: skip
        kernels = [Kernel(arrays, engine=name) for name in ("plain", "compiled")]
        for _ in range(5):
            ends, others = [draw.sample(range(n), draw.randint(1, min(n, 3))) for _ in range(2)]
            options: dict[str, Any] = {
                "k": draw.choice((1, 4, 20)), "order": draw.choice(("steps", "support")),
                "whole": draw.random() < 0.3, "budget": draw.choice((100, 2000, 20_000)),
            }  # fmt: skip
            steps = draw.randint(1, 6)
            one, two = (kernel.search(ends, others, steps, **options) for kernel in kernels)
            said = [(list(r), r.signs.tolist(), r.strengths.tolist(), r.whole_to, r.status, r.touched, r.pushes, r.pops)
                    for r in (one, two)]  # fmt: skip
            if said[0] != said[1]:
                raise SystemExit(
                    f"Graph {number}: the plain and the compiled kernel differ on {ends}, {others}, {options}"
                )
            routes += len(one)
    return f"Compiled and plain agree on {questions} random questions ({routes} routes, order, counters).\n"


def trap_of(width: int, depth: int = 7) -> Arrays:
    """Layers of all-raising arcs; the only lowering walks visit the last entity before the target twice."""
    layers = [[0], *([2 + level * width + place for place in range(width)] for level in range(depth)), [1]]
    arcs = [(a, b, 1) for one, two in itertools.pairwise(layers) for a in one for b in two]
    extra = 2 + width * depth
    arcs += [(layers[-2][0], extra, -1), (extra, layers[-2][0], 1)]
    sources, targets, signs = (list(column) for column in zip(*arcs, strict=True))
    return Arrays.of(extra + 1, sources, targets, signs)


def trap(engine: str, width: int = 40) -> str:
    """What is said of a trap within the usual budget."""
    kernel = Kernel(trap_of(width), engine=engine)
    kernel.search([0], [1], 2, k=1)
    seconds, routes = clocked(lambda: kernel.search([0], [1], 12, k=BEST, signs=(1, -1)))
    return (
        f"The trap ({width} entities a layer, {engine}): {routes.status} after {routes.touched:,} arcs and "
        f"{shown(seconds)}; {routes.counts[1]} raising routes; no lowering one, for certain up to "
        f"{routes.whole_to[-1]} steps.\n"
    )


_INTERRUPTED = """
import time
from kernel import ARCS, ENTITIES, Kernel, arrays_of
kernel = Kernel(arrays_of(ENTITIES, ARCS), engine="compiled")
options = dict(order={order!r}, k={k})
kernel.search([0], [1], 2, budget=1000, **options)
print("begun", flush=True)
try:
    for target in range(1, 100):
        kernel.search([0], [target], 9, budget=10**15, **options)
except KeyboardInterrupt:
    print(time.time(), flush=True)
"""


def interrupted(order: str, k: int | None) -> str:
    """How long Ctrl-C takes to get through, in a process of its own; wall time, five times."""
    waits = []
    for number in range(5):
        code = _INTERRUPTED.format(order=order, k=k)
        command = [sys.executable, "-c", code]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.3 + 0.17 * number)
            sent = time.time()
            process.send_signal(signal.SIGINT)
            waits.append(float(process.communicate()[0]) - sent)
    return f"Ctrl-C, by {order}: heard after {', '.join(f'{wait * 1e3:.0f}' for wait in sorted(waits))} ms.\n"


def compilation() -> str:
    """What compiling costs the first time, and loading later: CPU seconds of a fresh process until the first answer."""
    code = (
        "import time; from kernel import Arrays, Kernel\n"
        "kernel = Kernel(Arrays.of(3, [0, 1], [1, 2], [1, -1]), engine='compiled'); kernel.search([0], [2])\n"
        "kernel.search([0], [2], k=1, order='support'); print(time.process_time())"
    )
    command = [sys.executable, "-c", code]
    with tempfile.TemporaryDirectory() as folder:
        options: Any = {"env": {**os.environ, "NUMBA_CACHE_DIR": folder}, "cwd": Path(__file__).parent, "text": True}
        seconds = [float(subprocess.check_output(command, **options)) for _ in range(2)]
    return f"Compiling: {seconds[0]:.1f} s of CPU the first time on a machine, {seconds[1]:.1f} s later.\n"


def report(arrays: Arrays, engines: Sequence[str], *, quick: bool = False) -> None:
    """Measure and print what one graph shows of the kernel."""
    print(size(arrays), flush=True)
    if "compiled" in engines and not quick:
        print(
            compilation(), agreement(), interrupted("steps", None), interrupted("support", 10**9), sep="\n", flush=True
        )
    for engine in engines:
        print(trap(engine), flush=True)
    print(questions(arrays, engines[0], many=100 if quick else 2000), flush=True)
