"""Members of a cut: an entity or a step to take away, which way to push it, and the agents that do so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import JSON, Claim, Entity, Path, Source, Step

__all__ = ["Agents", "Member", "agents", "glossary", "member"]

Agents = Mapping[str, Sequence[Path]]
"""By entity id how drugs, procedures and exposures act on it from outside; see `agents`."""
STATES = ("raised-state-of", "lowered-state-of")
"""The links between a condition and the quantity of which it is a state: to push the one is to push the other."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a cut: an entity or a step, the direction in which to push it, and the agents that do so.

    `direction` is -1 (lower it), +1 (raise it) or None where the routes through it disagree. `agents` are the claim
    steps from a drug, procedure or exposure to the entity; `through` its routes to a quantity of which the entity is a
    state, or the other way round (sevelamer lowers serum phosphate, and so hyperphosphatemia).
    """

    what: Entity | Step
    direction: int | None
    agents: tuple[Step, ...] = ()
    through: tuple[Path, ...] = ()

    def __str__(self) -> str:
        if isinstance(self.what, Step):
            return f"break {self.what}"
        return f"{self.verb} {self.what.label}"

    @property
    def verb(self) -> str:
        """What to do: ``break`` a step; ``raise``, ``lower`` or, where routes disagree, ``remove`` an entity."""
        if isinstance(self.what, Step):
            return "break"
        return {1: "raise", -1: "lower", None: "remove"}[self.direction]

    @property
    def acting(self) -> tuple[Path, ...]:
        """All ways in which agents act on it: direct ones first, then those by way of a quantity or state."""
        return (*(Path((step,)) for step in self.agents), *self.through)

    def to_dict(self) -> JSON:
        """The member as JSON-ready data."""
        what = {"step": self.what.to_dict()} if isinstance(self.what, Step) else {"entity": self.what.id}
        acting = {"agents": [s.to_dict() for s in self.agents], "through": [p.to_dict() for p in self.through]}
        return {**what, "direction": self.direction, **acting}


def agents(steps: Sequence[Step], kinds: Collection[str]) -> Agents:
    """Who acts on each entity from outside, from all steps of a graph; `kinds` are the kinds that count as outside.

    By a claim on the entity, or by one on a quantity and the step by definition between the two. O(steps).
    """
    direct: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.kind == "claim" and step.source.kind in kinds:
            direct[step.target.id].append(step)
    acting = {name: [Path((step,)) for step in found] for name, found in direct.items()}
    for step in steps:
        if step.kind == "definition" and step.link in STATES:
            there = [Path((first, step)) for first in direct.get(step.source.id, ()) if first.source != step.target]
            acting.setdefault(step.target.id, []).extend(there)
    return acting


def member(what: Entity | Step, paths: Sequence[Path], agents: Agents) -> Member:
    """An entity or a step on raising routes as a member of a cut, with the agents that push it the wanted way, the best
    supported first. The target of the routes is no agent against itself. O(paths).
    """
    if isinstance(what, Step):
        return Member(what, None)
    signs = {_tail(path, what) for path in paths if what in path.entities}
    direction = -signs.pop() if len(signs) == 1 else None
    targets = {path.entities[-1] for path in paths}
    pushing = [path for path in agents.get(what.id, ()) if direction and path.sign == direction]
    acting = sorted((path for path in pushing if path.entities[0] not in targets), key=_strongest)
    direct, through = ([path for path in acting if (len(path) == 1) is short] for short in (True, False))
    return Member(what, direction, tuple(path.steps[0] for path in direct), tuple(through))


def _strongest(path: Path) -> tuple[object, ...]:
    strength = tuple(-part for part in path.support.strength) if path.support else ()
    return (strength, path.entities[0].label.casefold(), path.key)


def _tail(path: Path, entity: Entity) -> int:
    """The sign of the route from an entity on it to its end: what more of the entity does to the target."""
    return Path(path.steps[path.entities.index(entity) :]).sign


def glossary(entities: Iterable[Entity], steps: Iterable[Step], claims: Iterable[Claim]) -> JSON:
    """The entities, claims and sources that an answer names by their ids, as JSON-ready data; `steps` add theirs."""
    steps = list(steps)
    told = {*claims, *(c for step in steps for c in (*step.claims, *step.against))}
    ends = {*entities, *(e for step in steps for e in (step.source, step.target))}
    ends |= {end for claim in told for end in (claim.subject, claim.object)}
    works: set[Source] = {source for claim in told for source in (claim.source, *claim.cites)}
    return {
        "entities": {e.id: e.to_dict() for e in sorted(ends, key=lambda e: e.id)},
        "claims": {c.id: c.to_dict() for c in sorted(told, key=lambda c: c.id)},
        "sources": {s.id: s.to_dict() for s in sorted(works, key=lambda s: s.id)},
    }
