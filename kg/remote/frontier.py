"""Pulling the part of a graph that lies between two ends out of data that lie elsewhere.

Idea. A step from s to o lies on a walk of at most L steps between the ends if and only if

    (steps from the sources to s) + 1 + (steps from o to the targets) <= L.

So the distances from both ends are grown by hops, where the data are; only the steps that satisfy this come here, with
everything that is said of their pairs; and the exact search runs on that part. It finds the routes that it would find
in the whole, since no route of L steps has a step elsewhere.

Choices. Always the side grows from whose outermost layer fewer statements leave, until both have gone L - 1 hops
*together*; that is enough, because from there on only entities count that the other side has reached: the engine
`close`s the gap. So a hub is rarely opened: the other side comes towards it. The kinds of a source, with which a route
may begin, are one step away from it, however deep they lie.

Limits. An entity from which more statements leave than `Limits.fan_out` is not followed, and no more than
`Limits.edges` are pulled; what does not come in time is left. Each is a `Cut`, which names what was left and knows up
to which length the answer is still whole: a hop that is cut short spoils no route with fewer steps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.model import Trace

__all__ = ["ENTERING", "LEAVING", "SIDES", "Cost", "Cut", "Engine", "Limits", "Pulled", "pull"]

LEAVING, ENTERING = SIDES = ("leaving", "entering")
"""The two directions of growth: along steps from the sources, and against them from the targets."""
NAMED = 3
"""So many entities a cut names before it says how many more there are."""


@dataclass(frozen=True)
class Limits:
    """How much is pulled at most.

    `fan_out` bounds the statements that are followed from one entity in one direction, `edges` those that are pulled
    for one question, `seconds` the time that an endpoint has for it (a query that is being answered by a database on
    this machine or a cluster is not stopped).
    """

    fan_out: int = 50_000
    edges: int = 1_000_000
    seconds: float = 300.0

    def __post_init__(self) -> None:
        for name, value in dataclasses.asdict(self).items():
            if value <= 0:
                raise UsageError(f"{name} must be more than 0, not {value}.")


@dataclass(frozen=True)
class Cut:
    """Something that was not pulled, at the hop of this number from its end; no route of fewer steps is missing.

    `side` is the direction, empty where it does not matter; `entities` are those that were not followed.
    """

    why: str
    hop: int
    side: str = ""
    entities: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.entities:
            return self.why
        more = len(self.entities) - NAMED
        named = ", ".join(self.entities[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
        return f"not followed: steps {self.side} {named} at hop {self.hop}: {self.why}"


@dataclass(frozen=True)
class Cost:
    """What growing by a hop would take: how many statements leave the layer, and those of hubs, which are left out.

    `entities` is the size of the layer; `lost` is what could not be found out.
    """

    entities: int
    total: int = 0
    hubs: Mapping[str, int] = dataclasses.field(default_factory=dict)
    lost: tuple[Cut, ...] = ()


class Engine(Protocol):
    """Where the data lie: it grows the frontiers of one question there, and makes the part of what is wanted."""

    room: int | None
    """How many statements may still come here while the frontiers grow; None where nothing comes before the end."""

    def begin(self) -> list[Cut]:
        """Set out: sources and targets are the first layers; kinds of the sources are one hop away from them."""
        ...

    def cost(self, side: str, hop: int) -> Cost:
        """What growing to this hop would take."""
        ...

    def grow(self, side: str, hop: int) -> list[Cut]:
        """Make layer `hop` of a side from the one before, except by its hubs."""
        ...

    def close(self, hops: Mapping[str, int], steps: int) -> list[Cut]:
        """Find the steps between what the two sides have reached by so many hops, for walks of up to `steps`."""
        ...

    def lengths(self, steps: int) -> Mapping[int, int]:
        """How many statements lie on walks of each length up to `steps`, and on none that is shorter."""
        ...

    def part(self, steps: int) -> tuple[KnowledgeGraph, list[Cut]]:
        """The graph of everything that is said of the pairs on walks of up to `steps` steps."""
        ...


@dataclass(frozen=True)
class Pulled:
    """A part of a graph, in memory: routes of up to `whole` steps between the ends asked for are all in it."""

    graph: KnowledgeGraph
    whole: int
    cuts: tuple[Cut, ...] = ()

    def certified(self, trace: Trace, filters: Iterable[str], data: str) -> Trace:
        """An answer found on this part, with a certificate that says what was not pulled."""
        told = trace.certificate
        words = (*filters, *map(str, self.cuts))
        certificate = dataclasses.replace(told, filters=words, data=data)
        if not self.cuts:
            return dataclasses.replace(trace, certificate=certificate)
        whole = min(told.exhaustive_to, self.whole)
        verdict = "none found" if trace.verdict == "no path" else trace.verdict
        certificate = dataclasses.replace(certificate, status="budget", exhaustive_to=whole)
        return dataclasses.replace(trace, verdict=verdict, certificate=certificate)


def pull(engine: Engine, max_steps: int, limits: Limits) -> Pulled:
    """Pull what lies between the ends within `max_steps` steps; see the head of this module.

    Grows by `max_steps` hops in all, so what it takes depends on the neighborhoods of the ends, not on the whole (a
    database without an index reads its two columns of ends once a hop).
    """
    cuts = engine.begin()
    hops = dict.fromkeys(SIDES, 0)
    costs: dict[str, Cost] = {}
    reach = max_steps
    while sum(hops.values()) < max_steps - 1:
        for side in SIDES:
            if side not in costs:
                costs[side] = engine.cost(side, hops[side] + 1)
        side = min(SIDES, key=lambda s: (costs[s].total + sum(costs[s].hubs.values()), s != LEAVING))
        cost = costs.pop(side)
        if not cost.entities:
            break  # nothing further can be reached from there: everything is known
        if engine.room is not None and cost.total > engine.room:
            reach = sum(hops.values()) + 1
            cuts.append(_full(cost.total, side, hops[side] + 1, reach, limits))
            break
        hops[side] += 1
        cuts += cost.lost
        cuts += [_hub(name, many, side, hops[side], limits) for name, many in sorted(cost.hubs.items())]
        cuts += engine.grow(side, hops[side])
    cuts += engine.close(hops, reach)
    steps, more = _fitting(engine.lengths(reach), reach, limits)
    part, lost = engine.part(steps)
    cuts += [*more, *lost]
    return Pulled(part, max(min([max_steps, *(cut.hop - 1 for cut in cuts)]), 0), tuple(dict.fromkeys(cuts)))


def _fitting(lengths: Mapping[int, int], reach: int, limits: Limits) -> tuple[int, list[Cut]]:
    """The longest walks whose statements are not too many to pull."""
    total = 0
    for length in range(1, reach + 1):
        total += lengths.get(length, 0)
        if total > limits.edges:
            why = f"pulled for routes of up to {length - 1} steps only: those of {length} would take {total:,} "
            return length - 1, [Cut(f"{why}statements, more than {limits.edges:,}", length)]
    return reach, []


def _full(total: int, side: str, hop: int, reach: int, limits: Limits) -> Cut:
    why = (
        f"pulled for routes of up to {reach} steps only: {total:,} statements are {side} hop {hop - 1}, which is more "
    )
    return Cut(f"{why}than is left of {limits.edges:,}", reach + 1)


def _hub(name: str, many: int, side: str, hop: int, limits: Limits) -> Cut:
    return Cut(f"{many:,} statements, more than {limits.fan_out:,}", hop, side, (name,))
