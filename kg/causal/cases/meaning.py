"""What a state means by definition: a raised serum calcium is hypercalcemia, a readout tells of what it reads out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.causal.cases.patient import State
from kg.causal.network import Network
from kg.model import Entity, Path, Step

__all__ = ["Meaning", "carried"]


class Meaning:
    """Follows the definition steps of a network; each state is worked out once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: dict[State, frozenset[State]] = {}

    def of(self, state: State) -> frozenset[State]:
        """The states that hold by definition when this one does, itself included. O(definition steps), once.

        Less of a kind is not less of its class, so a lowered state is not carried from a kind to its class.
        """
        if state not in self._known:
            seen, queue = {state}, [state]
            while queue:
                entity, sign = queue.pop()
                for step in self._leaving(entity):
                    after = (step.target.id, sign * step.sign)
                    if after not in seen and not (sign < 0 and step.generalization):
                        seen.add(after)
                        queue.append(after)
            self._known[state] = frozenset(seen)
        return self._known[state]

    def of_all(self, states: Iterable[State]) -> frozenset[State]:
        """The states that hold by definition when all of these do."""
        return frozenset().union(*map(self.of, states))

    def routes(self, start: Entity, ends: Iterable[Entity], max_steps: int) -> list[Path]:
        """The routes by definition alone from one entity to others, shortest first."""
        wanted, found = set(ends), []
        layer: list[tuple[Step, ...]] = [()]
        for _ in range(max_steps):
            layer = [(*route, step) for route in layer for step in self._onward(start, route)]
            found += [Path(route) for route in layer if route[-1].target in wanted]
        return found

    def _onward(self, start: Entity, route: tuple[Step, ...]) -> Iterator[Step]:
        place = route[-1].target if route else start
        passed = {start, *(step.target for step in route)}
        return (step for step in self._leaving(place.id) if step.target not in passed)

    def _leaving(self, entity: str) -> Iterator[Step]:
        number = self._network.number.get(entity)
        arcs = () if number is None else self._network.arcs[number]
        return (step for _, step in arcs if step.kind == "definition")


def carried(path: Path, sign: int) -> Iterator[tuple[Entity, int]]:
    """The entities of a route with the sign that each has on it, when its first entity has the given one."""
    yield path.entities[0], sign
    for step in path.steps:
        sign *= step.sign
        yield step.target, sign
