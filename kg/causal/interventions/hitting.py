"""Minimal hitting sets, exactly and smallest first: what must be taken so that every route loses a member.

Idea. Branch on a route that is not met yet: one of its members has to be taken. A member that was tried is refused to
the branches after it, so no set is built twice. Routes that share no member need one each; routes picked greedily that
way bound from below what is still missing, and a branch without room for that is given up.

Choices. Sizes are finished one after the other, as the search for routes finishes lengths: a search that stops at its
budget still knows up to which size it holds every set, and how many members are needed at least. If no set of the
sizes asked for meets all routes, larger ones are tried until one does, only to say how many members that takes. The
budget counts branches, so the answer is the same on every run.

Cost: O(s ** size * routes) with at most s members a route, at worst.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from kg.model import JSON

__all__ = ["Hitting", "hitting_sets"]

Members = frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class Hitting:
    """The minimal sets that meet every route, and how far the search for them can be trusted to be whole.

    `sets` holds every one of up to `complete_to` members (never more than `most`, the size asked for) and, where the
    search `stopped` at its budget, some of the larger ones. No set has fewer than `least` members; `exact` says that
    one has just so many. `tried` is the work done in branches.
    """

    most: int
    complete_to: int
    least: int
    exact: bool
    tried: int
    stopped: bool
    sets: tuple[Members, ...] = field(default=(), repr=False)

    @property
    def exhaustive(self) -> bool:
        """Whether every minimal set of the sizes asked for is there."""
        return self.complete_to >= self.most

    @property
    def needed(self) -> str:
        """How many members it takes, in words: ``8`` or, where the search stopped, ``more than 7``."""
        return str(self.least) if self.exact else f"more than {self.least - 1}"

    def __str__(self) -> str:
        if self.exhaustive:
            return f"every set of up to {self.most} ({_count(self.tried)})"
        return f"stopped after {_count(self.tried)}; every set of up to {self.complete_to}, of larger ones some"

    def to_dict(self) -> JSON:
        """The search as JSON-ready data, without the sets."""
        names = ("most", "complete_to", "least", "exact", "tried", "stopped")
        return {**{name: getattr(self, name) for name in names}, "text": str(self)}


def _count(tried: int) -> str:
    return f"{tried} branch{'' if tried == 1 else 'es'} tried"


def hitting_sets(routes: Iterable[Members], most: int, budget: int) -> Hitting:
    """The minimal sets of up to `most` members that meet every route; `budget` bounds the branches tried.

    Without routes there is nothing to meet, and no set. A route without members cannot be met: leave such ones out.

    >>> found = hitting_sets([frozenset("ab"), frozenset("bc")], most=2, budget=100)
    >>> [sorted(one) for one in found.sets], found.needed
    ([['b'], ['a', 'c']], '1')
    """
    finder = _Finder(routes, budget)
    if not finder.routes:
        return Hitting(most, most, 0, True, 0, False)
    sets: dict[Members, None] = {}
    complete_to, least = 0, 0
    try:
        for size in range(1, len(finder.routes) + 1):  # each member of a minimal set is alone in meeting some route
            for found in finder.sets(size):
                least = least or size
                if size > most:
                    break  # that there is one of this size is all that was asked
                sets[found] = None
            complete_to = size
            if least and size >= most:
                break
        complete_to = most
    except _OutOfBudget:
        complete_to = min(complete_to, most)
    stopped, tried = finder.tried > budget, min(finder.tried, budget)
    return Hitting(most, complete_to, least or finder.size, bool(least), tried, stopped, tuple(sets))


class _OutOfBudget(Exception):
    """The budget is spent."""


class _Finder:
    """Finds minimal sets over one list of routes, size by size."""

    def __init__(self, routes: Iterable[Members], budget: int) -> None:
        # A route that holds another route is met with it; only the smallest ones count.
        distinct = sorted(set(routes), key=lambda route: (len(route), sorted(map(str, route))))
        self.routes = [r for n, r in enumerate(distinct) if not any(other < r for other in distinct[:n])]
        self.budget = budget
        self.tried = 0
        self.size = 0

    def sets(self, size: int) -> Iterator[Members]:
        """Every minimal set of up to `size` members."""
        self.size = size
        return (one for one in self._grow(frozenset(), frozenset()) if self._minimal(one))

    def _grow(self, taken: Members, refused: Members) -> Iterator[Members]:
        """Sets that hold `taken` and nothing of `refused`."""
        self.tried += 1
        if self.tried > self.budget:
            raise _OutOfBudget
        unmet = sorted((route - refused for route in self.routes if taken.isdisjoint(route)), key=len)
        if not unmet:
            yield taken
        elif _apart(unmet) <= self.size - len(taken):
            for member in sorted(unmet[0], key=str):
                yield from self._grow(taken | {member}, refused)
                refused |= {member}

    def _minimal(self, found: Members) -> bool:
        """Whether each member alone meets some route."""
        alone: Counter[Hashable] = Counter()
        for route in self.routes:
            met = found & route
            if len(met) == 1:
                alone.update(met)
        return len(alone) == len(found)


def _apart(routes: Iterable[Members]) -> int:
    """How many of the routes, taken greedily, share no member; so many members are needed for them."""
    seen: Members = frozenset()
    count = 0
    for route in routes:
        if seen.isdisjoint(route):
            seen |= route
            count += 1
    return count
