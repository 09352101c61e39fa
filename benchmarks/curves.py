"""How times grow: with the arcs, with k, with the longest path, and in a trap; four panels of one picture.

Each point is the median CPU time of questions on random pairs; the plain kernel gets fewer pairs where it is slow.
Lines of one panel come from one run, the engines in turn.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kernel import ARCS, BEST, ENTITIES, PLENTY, STEPS, Kernel, arrays_of, pairs_of, trap_of
from measuring import median, shown, table

__all__ = ["Panel", "drawn", "measured", "told"]

BUDGET = 5_000_000
"""The budget that `graph.trace` has unless another is asked for."""
MEAN = 20
"""Arcs an entity, on the graphs that grow."""


@dataclass
class Panel:
    """One panel: its title, what stands below, and for each line the times in seconds by place."""

    title: str
    across: str
    lines: dict[str, dict[int, float]] = field(default_factory=dict)

    def put(self, line: str, place: int, seconds: float) -> None:
        """Add a point."""
        self.lines.setdefault(line, {})[place] = seconds


def asked(kernel: Kernel, pairs: Sequence[tuple[int, int]], steps: int = STEPS, **options: Any) -> float:
    """The median time of a question."""
    given = {"k": BEST, "signs": (1, -1), "budget": PLENTY, **options}
    return median([partial(kernel.search, [a], [b], steps, **given) for a, b in pairs])


def warmed(kernel: Kernel) -> Kernel:
    """The same kernel, compiled and with its working space."""
    kernel.search([0], [1], STEPS, k=1, budget=1000)
    return kernel


def measured(sizes: Sequence[int], engines: Sequence[str], medium: tuple[int, int], *, quick: bool) -> list[Panel]:
    """All four panels."""
    few, many = (2, 4) if quick else (20, 200)
    count = {"plain": few, "compiled": many}
    return [
        by_arcs(sizes, engines, count),
        *by_question(medium, engines, count, quick=quick),
        by_trap(engines, (2, 3, 4) if quick else (2, 3, 4, 6, 8, 10, 12, 16, 24, 40)),
    ]


def by_arcs(sizes: Sequence[int], engines: Sequence[str], count: dict[str, int]) -> Panel:
    """Graphs of growing size, all with the same mean number of arcs an entity."""
    panel = Panel(f"{BEST} best of two signs, to {STEPS} steps; {MEAN} arcs an entity", "arcs")
    for arcs in sizes:
        arrays = arrays_of(arcs // MEAN, arcs)
        for engine in engines:
            kernel = warmed(Kernel(arrays, engine=engine))
            panel.put(engine, arcs, asked(kernel, pairs_of(arrays.entities, count[engine])))
    return panel


def by_question(medium: tuple[int, int], engines: Sequence[str], count: dict[str, int], *, quick: bool) -> list[Panel]:
    """The medium graph, with more paths asked for, and with longer ones."""
    arrays = arrays_of(*medium)
    arcs = f"{arrays.arcs:,} arcs"
    by_k = Panel(f"k best of two signs, to {STEPS} steps; {arcs}", "k")
    by_steps = Panel(f"to L steps; {arcs}", "L (longest path, steps)")
    for engine in engines:
        kernel = warmed(Kernel(arrays, engine=engine))
        pairs = pairs_of(arrays.entities, count[engine])
        for k in (1, 10) if quick else (1, 3, 10, 30, 100, 300, 1000):
            by_k.put(engine, k, asked(kernel, pairs, k=k))
        for steps in (2, 3) if quick else range(2, 9):
            by_steps.put(f"{engine}, {BEST} best", steps, asked(kernel, pairs, steps))
            if engine == engines[0]:
                every = asked(kernel, pairs[:10], steps, k=None, budget=BUDGET)
                by_steps.put(f"{engine}, every route, budget {BUDGET:,}", steps, every)
    return [by_k, by_steps]


def by_trap(engines: Sequence[str], widths: Sequence[int]) -> Panel:
    """Wider and wider traps, with a large and with the usual budget; the large one is left out where it takes long."""
    engine = engines[0]
    panel = Panel(f"the trap, to 12 steps, {engine}", "entities a layer (7 layers)")
    for width in widths:
        kernel = warmed(Kernel(trap_of(width), engine=engine))
        for budget, widest in ((10**9, 12), (BUDGET, 10**9), (100_000, 10**9)):
            if width <= widest:
                panel.put(f"budget {budget:,}", width, asked(kernel, [(0, 1)] * 3, 12, budget=budget))
    return panel


def told(panels: Sequence[Panel]) -> str:
    """The points as tables."""
    return "\n".join(
        table(
            [f"{panel.title}; {panel.across}", *(f"{place:,}" for place in places)],
            [
                [name, *(shown(points[place]) if place in points else "" for place in places)]
                for name, points in panel.lines.items()
            ],
        )
        for panel in panels
        for places in [sorted({place for points in panel.lines.values() for place in points})]
    )


_LOOKS = {"compiled": ("#0072B2", "o"), "plain": ("#D55E00", "s")}
_MORE = (("#009E73", "^"), ("#CC79A7", "D"), ("#56B4E9", "v"))


def drawn(panels: Sequence[Panel]) -> str:
    """The picture, as SVG with text that stays text; the same points give the same bytes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style: Any = {"svg.hashsalt": "calciphylaxis-kg", "svg.fonttype": "none", "font.size": 9, "axes.titlesize": 9}
    with rc_context(style):
        figure = Figure(figsize=(10, 7), layout="constrained")
        for axes, panel in zip(figure.subplots(2, 2).flat, panels, strict=True):
            draw_panel(axes, panel)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Title": "Growth of the time of a question"})
    return text.getvalue()


def draw_panel(axes: Any, panel: Panel) -> None:
    """One panel: both scales logarithmic, but for the longest path, with plain numbers at the ticks."""
    from matplotlib.ticker import NullFormatter

    more = iter(_MORE)
    for name, points in panel.lines.items():
        colour, mark = _LOOKS.get(name.removesuffix(f", {BEST} best")) or next(more)
        places = sorted(points)
        axes.plot(places, [points[p] * 1e3 for p in places], color=colour, marker=mark, ms=4, label=name)
    axes.set(title=panel.title, xlabel=panel.across, ylabel="CPU time a question, ms", yscale="log")
    places = sorted({place for points in panel.lines.values() for place in points})
    if panel.across[0] != "L":
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    if places[-1] < 100:
        axes.set_xticks(places)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000)
MEDIUM = (ENTITIES, ARCS)
