"""Exact search for signed paths that visit no entity twice.

Idea. For each exact length d = 1, 2, ..., L: walk backwards from the targets to know which entities reach a target in
exactly j steps (as a walk), then go depth-first from each source, never entering an entity that is already on the path
and never one that cannot reach a target in the steps that are left. The mark is per *entity*, not per entity and sign,
so no entity appears twice, not even with the other sign; the sign is carried along in the steps.

Choices. Lengths are finished one after the other, so a search that stops at its budget still knows up to which length
it is exhaustive. Arcs are sorted, so the order of the input does not matter. An explicit stack, so that depth is no
limit. The number of simple paths is exponential in the worst case; the budget counts every arc that is looked at, in
the backward layers and in the depth-first walk.

Cost: O(L * arcs) for the layers, plus the arcs along the walks that reach a target.

The pruning by exact distance layers follows the usual meet-the-target pruning for simple-path enumeration (compare
Rizzi, Sacomoto, Sagot, "Efficiently listing bounded length st-paths", IWOCA 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.causal.network import Arc, Network
from kg.model import Step

__all__ = ["Found", "search"]

Route = tuple[Step, ...]


@dataclass
class Found:
    """What a search found: `routes` by increasing length, `exhaustive_to` the longest length that was finished.

    `stopped` says that a limit ended the search, `arcs_touched` is the work done, the same on every run; `notes` are
    words for the certificate.
    """

    routes: list[Route] = field(default_factory=list)
    exhaustive_to: int = 0
    stopped: bool = False
    arcs_touched: int = 0
    notes: tuple[str, ...] = ()


class _OutOfBudget(Exception):
    """The budget is spent."""


def search(
    network: Network,
    sources: Iterable[int],
    targets: Iterable[int],
    max_steps: int,
    budget: int,
    enough: Callable[[list[Route]], bool] = lambda _: False,
) -> Found:
    """All routes of up to `max_steps` steps from any source to any target.

    `enough` is asked after each finished length whether the routes so far suffice. A path may pass through another
    source or target on its way. Never raises for a spent budget: the answer says so.
    """
    starts, ends = sorted(set(sources)), frozenset(targets)
    found = Found()
    walker = _Walker(network, ends, budget)
    longest = min(max_steps, len(network.entities) - 1)  # a simple path cannot be longer
    try:
        for length in range(1, longest + 1):
            for start in starts:
                walker.walk(start, length, found.routes)
            found.exhaustive_to = length
            if enough(found.routes):
                break
        if found.exhaustive_to == longest:
            found.exhaustive_to = max_steps
    except _OutOfBudget:
        found.stopped = True
    found.arcs_touched = walker.touched
    return found


class _Walker:
    """Walks one network towards one set of targets and counts the arcs it touches."""

    def __init__(self, network: Network, targets: frozenset[int], budget: int) -> None:
        self.network = network
        self.budget = budget
        self.touched = 0
        self.reach: list[frozenset[int]] = [targets]
        self.entering: list[list[int]] = [[] for _ in network.entities]
        for place, arcs in enumerate(network.arcs):
            for target, _ in arcs:
                self.entering[target].append(place)

    def layer(self, steps: int) -> frozenset[int]:
        """The entities from which some walk of exactly `steps` steps ends at a target; grown when first needed."""
        while len(self.reach) <= steps:
            grown: set[int] = set()
            for place in self.reach[-1]:
                self._touch(len(self.entering[place]))
                grown.update(self.entering[place])
            self.reach.append(frozenset(grown))
        return self.reach[steps]

    def walk(self, start: int, length: int, routes: list[Route]) -> None:
        """Append every route of exactly `length` steps from `start` to a target."""
        self.layer(length)
        on_path = {start}
        route: list[Step] = []
        places = [start]
        stack: list[Iterator[Arc]] = [iter(self._first(start))]
        while stack:
            left = length - len(route) - 1
            allowed = self.reach[left]
            for target, step in stack[-1]:
                self._touch(1)
                if target not in allowed or target in on_path:
                    continue
                if left == 0:
                    if step.kind != "specialization":  # it must be followed by a claim
                        routes.append((*route, step))
                    continue
                route.append(step)
                places.append(target)
                on_path.add(target)
                stack.append(iter(self._next(target, step)))
                break
            else:
                stack.pop()
                on_path.discard(places.pop())
                if route:
                    route.pop()

    def _first(self, start: int) -> Sequence[Arc]:
        return [*self.network.arcs[start], *self.network.kinds[start]]

    def _next(self, place: int, step: Step) -> Sequence[Arc]:
        return self.network.claim_arcs[place] if step.kind == "specialization" else self.network.arcs[place]

    def _touch(self, arcs: int) -> None:
        self.touched += arcs
        if self.touched > self.budget:
            self.touched = self.budget
            raise _OutOfBudget
