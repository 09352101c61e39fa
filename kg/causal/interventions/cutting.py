"""Judging a chosen cut: what is left between source and target when these entities are taken away, and what is lost.

Idea. A trace that holds every route of up to n steps needs no second search: taking entities away leaves the routes
that pass none of them, and those give the verdict. It is what ``graph.without(...)`` finds, with one difference: that
graph no longer holds a link of a taken entity, so a kind of the source that is one only through a taken kind between
(dexamethasone, a glucocorticoid, a corticosteroid) is no kind of the source there, and its routes are gone as well.
Here they stay, since no step of theirs passes what was taken. Where routes begin with no kind of the source
(``specialize=False``) both are the same (tested).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from kg.causal.interventions.members import Agents, Member, glossary, member
from kg.causal.routes import avoiding
from kg.causal.trace import verdict_of
from kg.causal.whatif import whole
from kg.errors import UsageError
from kg.model import ARMS, JSON, Certificate, Entity, Path, Trace

__all__ = ["Alone", "Outcome", "cut"]


@dataclass(frozen=True, slots=True)
class Alone:
    """What taking one of the entities alone would leave: routes by net sign, and the verdict on them."""

    entity: Entity
    left: Mapping[int, int]
    lost: Mapping[int, int]
    verdict: str

    @property
    def idle(self) -> bool:
        """Whether it is on no route, so that taking it away changes nothing."""
        return not any(self.lost.values())

    def to_dict(self) -> JSON:
        """The entity and the counts as JSON-ready data."""
        counts = {key: {name: getattr(self, key)[s] for s, name in ARMS.items()} for key in ("left", "lost")}
        return {"entity": self.entity.id, "verdict": self.verdict, **counts, "idle": self.idle}


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What a chosen cut leaves of a trace, and what it takes.

    `left` and `lost` hold the routes by net sign (lost ones of sign -1 are protective); `verdict` is the new one,
    ``trace.verdict`` the old. `alone` tells what each entity would do by itself. `kinds` are kinds of, or exposures to,
    the taken entities that are still on a route: entities of their own, which stay unless they are named.
    """

    trace: Trace
    members: tuple[Member, ...]
    left: Mapping[int, tuple[Path, ...]]
    lost: Mapping[int, tuple[Path, ...]]
    verdict: str
    alone: tuple[Alone, ...]
    kinds: tuple[Entity, ...]

    @property
    def entities(self) -> tuple[Entity, ...]:
        """What was taken away."""
        return tuple(one.entity for one in self.alone)

    @property
    def certificate(self) -> Certificate:
        """How complete the routes before the cut are."""
        return self.trace.certificate

    def draw(self, path: str | FilePath | None = None, **options: Any) -> str:
        """Draw the raising arm with the taken entities marked, their agents, and thick the best route that is left.

        Returns SVG text, or writes .svg .png .pdf .dot .mmd by the ending; see `kg.draw.intervention.draw`.
        """
        from kg.draw import intervention  # the view, imported when a picture is asked for

        return intervention.draw(
            trace=self.trace,
            members=[(member.what, member.verb, member.acting) for member in self.members],
            left=self.left[1],
            told=str(self),
            path=path,
            **options,
        )

    def __str__(self) -> str:
        names = " and ".join(entity.label for entity in self.entities)
        counts = [f"{len(self.left[sign])} of {len(self.trace.arm(sign))}" for sign in (1, -1)]
        return f"without {names}: {self.verdict}; {counts[0]} routes still raise it, {counts[1]} still lower it"

    def __repr__(self) -> str:
        return f"<Outcome: {self}>"

    def to_dict(self) -> JSON:
        """The outcome as JSON-ready data, with the entities, claims and sources that it names."""
        steps = [step for path in self.trace.paths for step in path.steps]
        steps += [step for member in self.members for path in member.acting for step in path.steps]
        arms = {
            key: {name: [path.to_dict() for path in getattr(self, key)[sign]] for sign, name in ARMS.items()}
            for key in ("left", "lost")
        }
        return {
            "source": [entity.id for entity in self.trace.sources],
            "target": [entity.id for entity in self.trace.targets],
            "members": [member.to_dict() for member in self.members],
            "before": self.trace.verdict,
            "verdict": self.verdict,
            **arms,
            "alone": [one.to_dict() for one in self.alone],
            "kinds": [entity.id for entity in self.kinds],
            "certificate": self.certificate.to_dict(),
            **glossary([*self.trace.sources, *self.trace.targets, *self.entities, *self.kinds], steps, ()),
        }


def cut(trace: Trace, entities: Sequence[Entity], agents: Agents, kinds: Iterable[Entity] = ()) -> Outcome:
    """What taking `entities` away leaves of a trace.

    `agents` is as for `kg.causal.interventions`; `kinds` are the kinds of the entities and the exposures to them, of
    which those on a route that is left are told.

    Raises UsageError for no entity, for an end of the question, or if the trace does not list all of its routes.
    O(entities * routes).
    """
    whole(trace)
    if not entities:
        raise UsageError("Name at least one entity to cut.")
    for entity in entities:
        if entity in (*trace.sources, *trace.targets):
            raise UsageError(f"{entity.label} is an end of the question and cannot be cut. Name what lies between.")
    taken = tuple(dict.fromkeys(entities))
    left = {sign: tuple(avoiding(trace.arm(sign), taken)) for sign in ARMS}
    passed = {entity for paths in left.values() for path in paths for entity in path.entities[1:-1]}
    return Outcome(
        trace,
        tuple(member(entity, trace.increasing, agents) for entity in taken),
        left,
        {sign: _others(trace.arm(sign), left[sign]) for sign in ARMS},
        _verdict(trace, {sign: len(paths) for sign, paths in left.items()}),
        tuple(_alone(trace, entity) for entity in taken),
        tuple(kind for kind in dict.fromkeys(kinds) if kind in passed and kind not in taken),
    )


def _others(paths: Sequence[Path], left: Collection[Path]) -> tuple[Path, ...]:
    kept = {id(path) for path in left}
    return tuple(path for path in paths if id(path) not in kept)


def _alone(trace: Trace, entity: Entity) -> Alone:
    left = {sign: len(avoiding(trace.arm(sign), [entity])) for sign in ARMS}
    lost = {sign: len(trace.arm(sign)) - left[sign] for sign in ARMS}
    return Alone(entity, left, lost, _verdict(trace, left))


def _verdict(trace: Trace, left: Mapping[int, int]) -> str:
    return verdict_of(left, stopped=trace.certificate.status == "budget")
