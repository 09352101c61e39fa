"""Feedback loops by sign, and feed-forward pairs: where a thing acts back on itself, or on another by two ways at once.

A loop is a cycle of steps that visits no entity twice before it closes. Its sign is the product of its signs: a
reinforcing loop (+1) drives itself on, a balancing one (-1) holds itself back; with an unsigned step it has no sign. A
cycle of definitions alone (hypercalcemia and serum calcium) says nothing and is no loop.

Each loop is found once, from the entity with the lowest number in it: depth-first over entities with higher numbers,
never entering one that cannot get back in the steps that are left (compare Johnson, SIAM J. Comput. 4, 1975, who finds
all cycles without a bound on their length). Exponential in the length at worst; a budget of arcs bounds the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.causal.network import Arc, Network
from kg.errors import UsageError
from kg.model import JSON, Certificate, Entity, Keyed, Path, Step, Support, Trace

__all__ = ["FeedForward", "Loop", "Loops", "feed_forward", "loops"]

_WORDS = {1: "reinforcing", -1: "balancing", 0: "unsigned"}


@dataclass(frozen=True, eq=False, repr=False)
class Loop(Keyed):
    """A cycle of steps; it begins at the entity whose id comes first.

    `touches` names the traces of which a route takes one of its steps: what the loop would drive on or hold back.
    """

    steps: tuple[Step, ...]
    touches: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The steps in order."""
        return tuple(step.key for step in self.steps)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities in order, each once."""
        return tuple(step.source for step in self.steps)

    @property
    def sign(self) -> int:
        """+1 reinforcing, -1 balancing, 0 where a step has no sign."""
        return Path(self.steps).sign

    @property
    def kind(self) -> str:
        """``reinforcing``, ``balancing`` or ``unsigned``."""
        return _WORDS[self.sign]

    @property
    def weakest(self) -> Step | None:
        """The step with the least support."""
        return Path(self.steps).weakest

    @property
    def support(self) -> Support | None:
        """A loop is as strong as its weakest step."""
        return Path(self.steps).support

    @property
    def restates(self) -> bool:
        """Whether a single claim closes it and definitions do the rest: it may only say a definition once more."""
        return sum(bool(step.claims) for step in self.steps) == 1

    def __len__(self) -> int:
        return len(self.steps)

    def __str__(self) -> str:
        return str(Path(self.steps))

    def to_dict(self) -> JSON:
        """The loop as JSON-ready data."""
        return {
            "entities": [entity.id for entity in self.entities],
            "sign": self.sign,
            "kind": self.kind,
            "text": str(self),
            "steps": [step.to_dict() for step in self.steps],
            "weakest": self.steps.index(self.weakest) if self.weakest else None,
            "support": self.support.to_dict() if self.support else None,
            "restates": self.restates,
            "touches": list(self.touches),
        }


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops found, shortest first, then by strength and name, with a certificate of how complete they are."""

    loops: tuple[Loop, ...]
    certificate: Certificate

    def through(self, entity: Entity) -> list[Loop]:
        """The loops that an entity is in."""
        return [loop for loop in self.loops if entity in loop.entities]

    def touching(self, paths: Sequence[Path]) -> list[Loop]:
        """The loops that share a step with one of the paths."""
        used = {step.key for path in paths for step in path.steps}
        return [loop for loop in self.loops if any(step.key in used for step in loop.steps)]

    def to_dict(self) -> JSON:
        """The loops as JSON-ready data."""
        return {"loops": [loop.to_dict() for loop in self.loops], "certificate": self.certificate.to_dict()}


def loops(
    network: Network, max_steps: int = 4, budget: int = 5_000_000, filters: Sequence[str] = (), data: str = "",
    traces: Mapping[str, Trace] | None = None,
) -> Loops:  # fmt: skip
    """Every feedback loop of up to `max_steps` steps, with those of `traces` (by name) that it touches.

    `filters` and `data` are repeated in the certificate. Raises UsageError for `max_steps` below 2.
    """
    if max_steps < 2:
        raise UsageError(f"A loop has at least 2 steps; max_steps={max_steps} asks for fewer.")
    walker = _Walker(network, max_steps, budget)
    used: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for name, trace in (traces or {}).items():
        for key in {step.key for path in trace.paths for step in path.steps}:
            used[key].add(name)
    found = [
        Loop(steps, tuple(sorted(set().union(*(used.get(step.key, ()) for step in steps)))))
        for steps in walker.cycles()
        if any(step.claims for step in steps)
    ]
    found.sort(key=_order)
    counts = {sign: sum(loop.sign == sign for loop in found) for sign in _WORDS}
    status: Literal["budget", "complete"] = "budget" if walker.stopped else "complete"
    exhaustive = 0 if walker.stopped else max_steps
    touched = min(walker.touched, budget)
    return Loops(tuple(found), Certificate(status, max_steps, exhaustive, counts, tuple(filters), touched, data))


def _order(loop: Loop) -> tuple[object, ...]:
    strength = tuple(-part for part in loop.support.strength) if loop.support else ()
    return (len(loop), strength, [entity.label for entity in loop.entities], loop.key)


class _Walker:
    """Walks one network from each entity over those with higher numbers, and counts the arcs it touches."""

    def __init__(self, network: Network, max_steps: int, budget: int) -> None:
        self.network = network
        self.max_steps = max_steps
        self.budget = budget
        self.touched = 0
        self.entering: list[list[int]] = [[] for _ in network.entities]
        for place, arcs in enumerate(network.arcs):
            for target, _ in arcs:
                self.entering[target].append(place)

    @property
    def stopped(self) -> bool:
        """Whether the budget is spent."""
        return self.touched > self.budget

    def cycles(self) -> Iterator[tuple[Step, ...]]:
        """The steps of every cycle, each once."""
        for start in range(len(self.network.entities)):
            yield from self._from(start, self._back(start))
            if self.stopped:
                return

    def _back(self, start: int) -> dict[int, int]:
        """How many steps each entity with a higher number needs at least to get back to `start`."""
        distance = {start: 0}
        layer = [start]
        for steps in range(1, self.max_steps):
            grown = []
            for place in layer:
                for before in self.entering[place]:
                    if before > start and before not in distance:
                        distance[before] = steps
                        grown.append(before)
            layer = grown
        return distance

    def _from(self, start: int, back: Mapping[int, int]) -> Iterator[tuple[Step, ...]]:
        route: list[Step] = []
        places: list[int] = [start]
        stack: list[Iterator[Arc]] = [iter(self.network.arcs[start])]
        while stack and not self.stopped:
            for target, step in stack[-1]:
                self.touched += 1
                if target == start and route:
                    yield (*route, step)
                elif target not in places and back.get(target, self.max_steps) < self.max_steps - len(route):
                    route.append(step)
                    places.append(target)
                    stack.append(iter(self.network.arcs[target]))
                    break
            else:
                stack.pop()
                places.pop()
                if route:
                    route.pop()


@dataclass(frozen=True, slots=True)
class FeedForward:
    """One entity acts on another directly and through a third: coherent if both ways have the same sign."""

    direct: Step
    through: tuple[Step, Step]

    @property
    def coherent(self) -> bool:
        """Whether both ways have the same sign."""
        return self.direct.sign == self.through[0].sign * self.through[1].sign

    def __str__(self) -> str:
        word = "coherent" if self.coherent else "incoherent"
        return f"{word}: {Path((self.direct,))} and {Path(self.through)}"

    def to_dict(self) -> JSON:
        """The pair as JSON-ready data."""
        through = [step.to_dict() for step in self.through]
        return {"coherent": self.coherent, "text": str(self), "direct": self.direct.to_dict(), "through": through}


def feed_forward(network: Network) -> list[FeedForward]:
    """Every feed-forward pair of signed claim steps, by the ids of its entities. O(sum of out-degree squared)."""
    found = []
    for start, arcs in enumerate(network.claim_arcs):
        direct: dict[int, list[Step]] = defaultdict(list)
        for target, step in arcs:
            if step.sign:
                direct[target].append(step)
        for middle, first in arcs:
            for target, second in network.claim_arcs[middle]:
                if first.sign and second.sign and target not in (start, middle):
                    found += [FeedForward(step, (first, second)) for step in direct.get(target, ())]
    return sorted(found, key=lambda pair: (pair.direct.key, [step.key for step in pair.through]))
