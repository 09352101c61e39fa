"""Interventions: what to take away so that no route of up to n steps raises the target any more.

Idea. All routes of an exhaustive trace are known, so a set of entities (or of steps) cuts the increasing arm if and
only if it meets every route of it: a hitting set, found exactly, smallest first, by branching on a route that is not
met yet. A set is minimal if each of its members alone meets some route that no other member meets. An entity stands on
a route whatever the sign it carries there, so removing it removes both of its states; a minimum cut of the signed
double cover would not, and cuts too little.

A route with nothing to take (a direct one, or one whose entities are all to be spared) cannot be cut; such routes are
counted as open, and the cuts are those of all other routes.

A cut may also meet protective (decreasing) routes; how many is said, and with ``protect`` none may be met. For each
member the agents of the graph that act on it in the wanted direction are named, with their evidence: drugs,
procedures and exposures with a claim on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.causal.whatif import whole
from kg.errors import UsageError
from kg.model import JSON, Certificate, Entity, Path, Step, Trace

__all__ = ["Cut", "Interventions", "Member", "interventions"]

By = Literal["entities", "steps"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a cut: an entity or a step, the direction in which to push it, and the agents that do so.

    `direction` is -1 (lower it), +1 (raise it) or None where the routes through it disagree. An agent is the claim
    step from a drug, procedure or exposure to the entity.
    """

    what: Entity | Step
    direction: int | None
    agents: tuple[Step, ...] = ()

    def __str__(self) -> str:
        if isinstance(self.what, Step):
            return f"break {self.what}"
        verb = {1: "raise", -1: "lower", None: "remove"}[self.direction]
        return f"{verb} {self.what.label}"

    def to_dict(self) -> JSON:
        """The member as JSON-ready data."""
        what = {"step": self.what.to_dict()} if isinstance(self.what, Step) else {"entity": self.what.id}
        return {**what, "direction": self.direction, "agents": [step.to_dict() for step in self.agents]}


@dataclass(frozen=True, slots=True)
class Cut:
    """A minimal set whose removal leaves no increasing route; `protective` routes are lost with it."""

    members: tuple[Member, ...]
    protective: int

    def __str__(self) -> str:
        lost = f" (this also cuts {self.protective} routes that lower it)" if self.protective else ""
        return f"{'; '.join(map(str, self.members))}{lost}"

    def to_dict(self) -> JSON:
        """The cut as JSON-ready data."""
        return {"members": [member.to_dict() for member in self.members], "protective": self.protective}


@dataclass(frozen=True, slots=True)
class Interventions:
    """The minimal cuts of up to `most` members, single ones first, then those that lose fewer protective routes.

    `open` counts the increasing routes that no set can meet; the cuts meet all the others. `exhaustive` is false where
    the search for cuts stopped at its budget; the trace's own certificate says how complete the routes are. No cut
    means: none within `most` that spares what was to be spared.
    """

    cuts: tuple[Cut, ...]
    most: int
    exhaustive: bool
    open: int
    increasing: int
    decreasing: int
    certificate: Certificate

    def to_dict(self) -> JSON:
        """The interventions as JSON-ready data."""
        names = ("most", "exhaustive", "open", "increasing", "decreasing")
        cuts = [cut.to_dict() for cut in self.cuts]
        return {
            "cuts": cuts,
            **{name: getattr(self, name) for name in names},
            "certificate": self.certificate.to_dict(),
        }


def interventions(
    trace: Trace,
    agents: Mapping[str, Sequence[Step]],
    *,
    spare: Iterable[Entity] = (),
    protect: bool = False,
    by: By = "entities",
    most: int = 3,
    budget: int = 200_000,
) -> Interventions:
    """The minimal sets of intermediate entities, or of claim steps, that meet every increasing route of a trace.

    `agents` lists, by entity id, the claim steps that act on it from outside. Entities in `spare` may not be taken;
    with `protect` no decreasing route may be met. `most` bounds the members of a set, `budget` the branches tried.

    Raises UsageError if the trace does not list all of its routes, or for `most` below 1. Exact; O(s ** most * routes)
    with at most s members a route.
    """
    whole(trace)
    if most < 1:
        raise UsageError(f"A cut has at least 1 member; most={most} asks for fewer.")
    if by not in ("entities", "steps"):
        raise UsageError(f"Cuts are sets of entities or of steps, not of {by!r}.")
    kept = {*spare, *trace.sources, *trace.targets}
    protective = [_members(path, kept, by) for path in trace.decreasing]
    forbidden = {key for members in protective for key in members} if protect else set()
    raising = [{k: v for k, v in _members(p, kept, by).items() if k not in forbidden} for p in trace.increasing]
    routes = [frozenset(members) for members in raising if members]
    finder = _Finder(routes, most, budget)
    named = {key: value for members in raising for key, value in members.items()}
    cuts = [
        Cut(
            tuple(
                _member(named[key], trace.increasing, agents)
                for key in sorted(found, key=lambda k: (str(named[k]), str(k)))
            ),
            sum(not found.isdisjoint(members) for members in protective),
        )
        for found in (finder.sets() if routes else ())
    ]
    cuts.sort(key=lambda cut: (len(cut.members), cut.protective, [str(member.what) for member in cut.members]))
    counts = trace.certificate.counts
    uncut = len(raising) - len(routes)
    return Interventions(
        tuple(cuts), most, not finder.stopped, uncut, counts.get(1, 0), counts.get(-1, 0), trace.certificate
    )


def _members(path: Path, kept: set[Entity], by: By) -> dict[Hashable, Entity | Step]:
    """What can be taken from a route: its intermediate entities, or its claim steps; by a key that hashes fast."""
    if by == "steps":
        return {step.key: step for step in path.steps if step.claims}
    return {entity.id: entity for entity in path.entities[1:-1] if entity not in kept}


def _member(what: Entity | Step, paths: Sequence[Path], agents: Mapping[str, Sequence[Step]]) -> Member:
    if isinstance(what, Step):
        return Member(what, None)
    signs = {_tail(path, what) for path in paths if what in path.entities}
    direction = -signs.pop() if len(signs) == 1 else None
    acting = [step for step in agents.get(what.id, ()) if direction and step.sign == direction]
    acting.sort(
        key=lambda step: (*(-part for part in step.support.strength), step.source.label) if step.support else ()
    )
    return Member(what, direction, tuple(acting))


def _tail(path: Path, entity: Entity) -> int:
    """The sign of the route from an entity on it to its end: what more of the entity does to the target."""
    return Path(path.steps[path.entities.index(entity) :]).sign


class _Finder:
    """Finds the minimal hitting sets of up to `most` members over routes."""

    def __init__(self, routes: Sequence[frozenset[Hashable]], most: int, budget: int) -> None:
        # A route that holds another route is met with it; only the smallest ones count.
        distinct = sorted(set(routes), key=lambda route: (len(route), sorted(map(str, route))))
        self.routes = [r for n, r in enumerate(distinct) if not any(other < r for other in distinct[:n])]
        self.most = most
        self.left = budget

    @property
    def stopped(self) -> bool:
        """Whether the budget is spent."""
        return self.left <= 0

    def sets(self) -> set[frozenset[Hashable]]:
        """Every minimal set; fewer if the budget is spent."""
        found = set(self._grow(frozenset(), frozenset()))
        return {one for one in found if self._minimal(one)}

    def _grow(self, taken: frozenset[Hashable], refused: frozenset[Hashable]) -> Iterator[frozenset[Hashable]]:
        """Sets that hold `taken` and nothing of `refused`; members tried before are refused to later branches."""
        self.left -= 1
        if self.stopped:
            return
        unmet = next((route for route in self.routes if taken.isdisjoint(route)), None)
        if unmet is None:
            yield taken
        elif len(taken) < self.most:
            for member in sorted(unmet - refused, key=str):
                yield from self._grow(taken | {member}, refused)
                refused |= {member}

    def _minimal(self, found: frozenset[Hashable]) -> bool:
        alone: dict[Hashable, int] = defaultdict(int)
        for route in self.routes:
            met = found & route
            if len(met) == 1:
                alone[next(iter(met))] += 1
        return len(alone) == len(found)
