"""Interventions: what to take away so that no route of up to n steps raises the target any more.

Idea. All routes of an exhaustive trace are known, so a set of entities (or of steps) cuts the increasing arm if and
only if it meets every route of it: a hitting set, found exactly, smallest first (`hitting`). A set is minimal if each
of its members alone meets some route that no other member meets. An entity stands on a route whatever the sign it
carries there, so removing it removes both of its states; a minimum cut of the signed double cover would not, and cuts
too little.

A route with nothing to take (a direct one, or one whose entities are all to be spared) cannot be cut; such routes are
named, and the cuts are those of all other routes.

A cut may also meet protective (decreasing) routes; how many is said, and with ``protect`` none may be met. For each
member the agents of the graph that act on it in the wanted direction are named, with their evidence: drugs, procedures
and exposures with a claim on it, or on the quantity of which it is a state; and for each agent what it does elsewhere
(`kg.causal.interventions.elsewhere`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Literal

from kg.causal.interventions.elsewhere import Profile
from kg.causal.interventions.hitting import Hitting, hitting_sets
from kg.causal.interventions.members import Agents, Member, glossary, member
from kg.causal.routes import essential, intermediates
from kg.causal.whatif import whole
from kg.errors import UsageError
from kg.model import JSON, Certificate, Entity, Path, Step, Trace

__all__ = ["By", "Cut", "Essentials", "Interventions", "Member", "interventions"]

By = Literal["entities", "steps"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A minimal set whose removal leaves no increasing route; `protective` routes are lost with it."""

    members: tuple[Member, ...]
    protective: int

    def __str__(self) -> str:
        routes = "1 route that lowers" if self.protective == 1 else f"{self.protective} routes that lower"
        lost = f" (this also cuts {routes} it)" if self.protective else ""
        return f"{'; '.join(map(str, self.members))}{lost}"

    def to_dict(self) -> JSON:
        """The cut as JSON-ready data."""
        return {"members": [member.to_dict() for member in self.members], "protective": self.protective}


@dataclass(frozen=True, slots=True)
class Essentials:
    """The intermediates that increasing routes have in common.

    `entities` are those on every one; there are none if a route is `direct`. `beyond` are those on every route that has
    intermediates, and `nearest` the one on most of these routes with their number, for want of an essential one.
    """

    entities: tuple[Entity, ...]
    direct: tuple[Path, ...]
    beyond: tuple[Entity, ...]
    nearest: tuple[Entity, int] | None

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Essentials:
        """What the routes have in common. O(total length)."""
        longer = [path for path in paths if len(path) > 1]
        passed = intermediates(longer)
        nearest = (passed[0].entity, passed[0].routes) if passed else None
        direct = tuple(path for path in paths if len(path) == 1)
        return cls(tuple(essential(paths)), direct, tuple(essential(longer)), nearest)

    def __str__(self) -> str:
        if self.entities:
            return ", ".join(entity.label for entity in self.entities)
        if not self.direct:
            return "none"
        past = f"none: {'; '.join(map(str, self.direct))} goes past every intermediate"
        return f"{past}; of the other routes {', '.join(entity.label for entity in self.beyond) or 'none'}"

    def to_dict(self) -> JSON:
        """The essential intermediates as JSON-ready data; entities by their ids."""
        return {
            "entities": [entity.id for entity in self.entities],
            "direct": [path.to_dict() for path in self.direct],
            "beyond": [entity.id for entity in self.beyond],
            "nearest": {"entity": self.nearest[0].id, "routes": self.nearest[1]} if self.nearest else None,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Interventions:
    """The minimal cuts of up to `most` members, single ones first, then those that lose fewer protective routes.

    `uncuttable` are the increasing routes that no set can meet; the cuts meet all the others. `search` says how the
    sets were searched and how many members are needed at least, `trace` holds the routes, and its certificate how
    complete they are. No cut means: none within `most` that spares what was to be spared. `essential` tells what the
    increasing routes have in common, `elsewhere` what the agents of the cuts do beside.
    """

    trace: Trace
    cuts: tuple[Cut, ...]
    uncuttable: tuple[Path, ...]
    essential: Essentials
    search: Hitting
    elsewhere: tuple[Profile, ...] = ()

    @property
    def most(self) -> int:
        """The largest set asked for."""
        return self.search.most

    @property
    def exhaustive(self) -> bool:
        """Whether every route up to the stated length was found, and every minimal set of up to `most` members."""
        return self.search.exhaustive and self.certificate.status == "complete"

    @property
    def stopped(self) -> bool:
        """Whether any search stopped at its budget: for routes, for sets, or for what agents do elsewhere."""
        elsewhere = all(profile.complete for profile in self.elsewhere)
        return self.search.stopped or self.certificate.status == "budget" or not elsewhere

    @property
    def open(self) -> int:
        """How many increasing routes no set can meet."""
        return len(self.uncuttable)

    @property
    def increasing(self) -> int:
        """How many routes raise the target."""
        return len(self.trace.increasing)

    @property
    def decreasing(self) -> int:
        """How many routes lower the target."""
        return len(self.trace.decreasing)

    @property
    def certificate(self) -> Certificate:
        """How complete the routes are."""
        return self.trace.certificate

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of the cuts, each once, in the order of the cuts."""
        return tuple(dict.fromkeys(member for cut in self.cuts for member in cut.members))

    @property
    def agents(self) -> tuple[Entity, ...]:
        """The agents that act on members in the wanted direction, each once, in the order of the members."""
        return tuple(dict.fromkeys(path.entities[0] for member in self.members for path in member.acting))

    def profile(self, agent: Entity) -> Profile:
        """What one of the agents does elsewhere; KeyError for another."""
        return {profile.agent: profile for profile in self.elsewhere}[agent]

    def draw(self, path: str | FilePath | None = None, *, cut: int = 0, **options: Any) -> str:
        """Draw the raising arm with the members of a cut marked (of the first, or of the one with this number from 0),
        and their agents acting on them.

        Returns SVG text, or writes .svg .png .pdf .dot .mmd by the ending; see `kg.draw.intervention.draw`. Raises
        UsageError for a number without a cut.
        """
        from kg.draw import intervention  # the view, imported when a picture is asked for

        if cut and not 0 <= cut < len(self.cuts):
            raise UsageError(f"There is no cut number {cut}. There are {len(self.cuts)}, counted from 0.")
        members = self.cuts[cut].members if self.cuts else ()
        needed = f"no set of up to {self.most} cuts it; it takes {self.search.needed}"
        return intervention.draw(
            trace=self.trace,
            members=[(member.what, member.verb, member.acting) for member in members],
            left=self.uncuttable,
            told=f"Taken: {self.cuts[cut]}" if self.cuts else needed if self.search.least else "nothing to take away",
            path=path,
            **options,
        )

    def __str__(self) -> str:
        ends = self.trace.title
        if self.cuts:
            return f"{ends}: {len(self.cuts)} cuts of up to {self.most} members; first: {self.cuts[0]}"
        return f"{ends}: no cut of up to {self.most} members; needed: {self.search.needed}"

    def __repr__(self) -> str:
        return f"<Interventions: {self}>"

    def to_dict(self) -> JSON:
        """The interventions as JSON-ready data, with the entities, claims and sources that they name."""
        return {
            "source": [entity.id for entity in self.trace.sources],
            "target": [entity.id for entity in self.trace.targets],
            "essential": self.essential.to_dict(),
            "cuts": [cut.to_dict() for cut in self.cuts],
            "uncuttable": [path.to_dict() for path in self.uncuttable],
            **{name: getattr(self, name) for name in ("most", "exhaustive", "open", "increasing", "decreasing")},
            "search": self.search.to_dict(),
            "elsewhere": [profile.to_dict() for profile in self.elsewhere],
            "certificate": self.certificate.to_dict(),
            **self._glossary(),
        }

    def _glossary(self) -> JSON:
        effects = [effect for p in self.elsewhere for effect in (*p.on_target, *p.effects.conditions)]
        paths = [*self.uncuttable, *self.essential.direct]
        paths += [path for effect in effects for path in effect.best.values()]
        whats = [member.what for member in self.members]
        steps = [step for path in paths for step in path.steps]
        steps += [step for member in self.members for path in member.acting for step in path.steps]
        steps += [what for what in whats if isinstance(what, Step)]
        told = [claim for effect in effects for claim in effect.beside]
        told += [claim for profile in self.elsewhere for claim in profile.nulls]
        named = [what for what in whats if isinstance(what, Entity)]
        named += [*self.trace.sources, *self.trace.targets, *self.essential.entities, *self.essential.beyond]
        named += [self.essential.nearest[0]] if self.essential.nearest else []
        return glossary([*named, *(effect.entity for effect in effects)], steps, told)


def interventions(
    trace: Trace,
    agents: Agents,
    *,
    spare: Iterable[Entity] = (),
    protect: bool = False,
    by: By = "entities",
    most: int = 3,
    tries: int = 200_000,
) -> Interventions:
    """The minimal sets of intermediate entities, or of claim steps, that meet every increasing route of a trace.

    `agents` lists, by entity id, how it is acted on from outside (`members.agents`). Entities in `spare` may not be
    taken; with `protect` no decreasing route may be met. `most` bounds the members of a set, `tries` the branches of
    the search for sets.

    Raises UsageError if the trace does not list all of its routes, or for limits below 1. Exact; O(s ** most * routes)
    with at most s members a route.
    """
    whole(trace)
    if most < 1:
        raise UsageError(f"A cut has at least 1 member; most={most} asks for fewer.")
    if tries < 1:
        raise UsageError(f"tries must be at least 1, not {tries}.")
    if by not in ("entities", "steps"):
        raise UsageError(f"Cuts are sets of entities or of steps, not of {by!r}.")
    kept = {*spare, *trace.sources, *trace.targets}
    protective = [_members(path, kept, by) for path in trace.decreasing]
    forbidden = {key for members in protective for key in members} if protect else set()
    raising = [{k: v for k, v in _members(p, kept, by).items() if k not in forbidden} for p in trace.increasing]
    found = hitting_sets((frozenset(members) for members in raising if members), most, tries)
    named = {key: value for members in raising for key, value in members.items()}
    taken = {key: member(named[key], trace.increasing, agents) for one in found.sets for key in one}
    cuts = [
        Cut(
            tuple(taken[key] for key in sorted(one, key=lambda key: (str(named[key]), str(key)))),
            sum(not one.isdisjoint(members) for members in protective),
        )
        for one in found.sets
    ]
    cuts.sort(key=lambda cut: (len(cut.members), cut.protective, [str(member.what) for member in cut.members]))
    open_routes = tuple(path for path, members in zip(trace.increasing, raising, strict=True) if not members)
    return Interventions(trace, tuple(cuts), open_routes, Essentials.of(trace.increasing), found)


def _members(path: Path, kept: set[Entity], by: By) -> dict[Hashable, Entity | Step]:
    """What can be taken from a route: its intermediate entities, or its claim steps; by a key that hashes fast."""
    if by == "steps":
        return {step.key: step for step in path.steps if step.claims}
    return {entity.id: entity for entity in path.entities[1:-1] if entity not in kept}
