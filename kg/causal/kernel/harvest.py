"""What the kernel brings home: routes as arrays of arc numbers, and how complete they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.causal.kernel.arrays import Arrays
from kg.causal.search import Found
from kg.model import Step

if TYPE_CHECKING:
    from kg.causal.kernel.arrays import Integers
    from kg.causal.kernel.layers import Space
    from kg.causal.kernel.strongest import Front

__all__ = ["ARMS", "Harvest", "Routes"]

ARMS = (1, -1, 0)
"""The signs in the order of their bits: raising, lowering, unsigned."""


@dataclass(frozen=True, eq=False)
class Routes:
    """The routes that a search found, as arrays, and how complete it was.

    Route i takes the arcs ``arcs[start[i]:start[i + 1]]`` (int32), its net sign is ``signs[i]`` (int8) and its weakest
    arc has the strength ``strengths[i]`` (int32). `whole_to` says for each sign that was asked for up to which length
    all its routes are there. `stopped` is ``budget`` or ``memory`` if a limit ended the search, else empty. `touched`
    (arcs looked at), `pushes` and `pops` are the work done, the same on every run. Iterating gives the arcs of each
    route as a tuple.
    """

    arcs: Integers
    start: Integers
    signs: Integers
    strengths: Integers
    max_steps: int
    whole_to: Mapping[int, int]
    stopped: str
    touched: int
    pushes: int
    pops: int

    @property
    def lengths(self) -> Integers:
        """The number of steps of each route."""
        return self.start[1:] - self.start[:-1]

    @property
    def counts(self) -> dict[int, int]:
        """The number of routes of each sign."""
        return {sign: int((self.signs == sign).sum()) for sign in ARMS}

    @property
    def exhaustive_to(self) -> int:
        """Up to which length all routes of all signs that were asked for are there."""
        return min(self.whole_to.values())

    @property
    def status(self) -> str:
        """``complete``, ``k reached``, or what stopped it: ``budget`` or ``memory``."""
        return self.stopped or ("complete" if self.exhaustive_to >= self.max_steps else "k reached")

    def found(self, step: Callable[[int], Step]) -> Found:
        """The routes as steps, as `kg.causal.search.search` gives them; `step` knows the step of each arc."""
        routes = [tuple(step(arc) for arc in route) for route in self]
        notes = ("stopped for lack of memory",) if self.stopped == "memory" else ()
        return Found(routes, self.exhaustive_to, bool(self.stopped), self.touched, notes)

    def __len__(self) -> int:
        return len(self.signs)

    def __getitem__(self, number: int) -> tuple[int, ...]:
        at = range(len(self))[number]
        return tuple(self.arcs[self.start[at] : self.start[at + 1]].tolist())

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return (self[number] for number in range(len(self)))


class Harvest:
    """Collects what a search hands over; `sure` and `work` hold a number for each arm, and the three counters."""

    def __init__(self) -> None:
        self.arcs: list[Integers] = []
        self.lengths: list[Integers] = []
        self.signs: list[Integers] = []
        self.sure = [0, 0, 0]
        self.work: tuple[int, ...] = (0, 0, 0)
        self.stopped = ""

    def fetch(self, place: Space | Front, filled: int, routes: int) -> None:
        """Take the routes that are ready; `filled` and `routes` are where the state counts them."""
        import numpy as np

        count = place.state[routes]
        if count:
            self.arcs.append(np.array(place.arcs[: place.state[filled]], np.int32))  # type: ignore[index]
            self.lengths.append(np.array(place.lengths[:count], np.int64))  # type: ignore[index]
            self.signs.append(np.array(place.signs[:count], np.int8))  # type: ignore[index]
            place.state[filled] = place.state[routes] = 0

    def routes(self, arrays: Arrays, longest: int, max_steps: int, wanted: int, *, by_support: bool) -> Routes:
        """All together; a search that is whole to `longest` is whole to `max_steps`. `by_support` sorts the routes."""
        import numpy as np

        arcs = np.concatenate(self.arcs) if self.arcs else np.zeros(0, np.int32)
        lengths = np.concatenate(self.lengths) if self.lengths else np.zeros(0, np.int64)
        bits = np.concatenate(self.signs) if self.signs else np.zeros(0, np.int8)
        start = _offsets(lengths)
        strengths = np.minimum.reduceat(arrays.out_strength[arcs], start[:-1]) if len(arcs) else np.zeros(0, np.int32)
        if by_support:
            order = np.lexsort((lengths, -strengths, bits))
            sorted_start = _offsets(lengths[order])
            arcs = arcs[np.repeat(start[order] - sorted_start[:-1], lengths[order]) + np.arange(len(arcs))]
            start, bits, strengths = sorted_start, bits[order], strengths[order]
        whole = {
            sign: max_steps if self.sure[arm] >= longest else self.sure[arm]
            for arm, sign in enumerate(ARMS)
            if wanted >> arm & 1
        }
        signs = np.array((0, 1, -1, 0, 0), np.int8)[bits]
        return Routes(arcs, start, signs, strengths, max_steps, whole, self.stopped, *self.work)


def _offsets(lengths: Integers) -> Integers:
    import numpy as np

    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))
