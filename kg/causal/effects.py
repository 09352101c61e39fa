"""Two sides of a treatment: everything an agent raises and lowers, the good beside the harm, with what had no effect.

An effect on a condition is judged by a trace from the agent to it. *Wanted* says which way a patient wants an entity to
go (the ontology states it for diseases, signs, deaths, healing and the like); an effect is good if the verdict goes
that way, harmful if it goes the other, contested if the literature holds routes both ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kg.errors import UsageError
from kg.model import JSON, Certificate, Claim, Entity, Path, Trace

__all__ = ["Effect", "Effects", "effects"]

JUDGEMENTS = ("good", "harmful", "contested", "unsigned")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an agent does to one entity, by a whole trace; `kinds` are null results on kinds of it."""

    entity: Entity
    trace: Trace
    kinds: tuple[Claim, ...] = ()

    @property
    def judgement(self) -> str:
        """``good``, ``harmful``, ``contested`` or ``unsigned``; also where nothing says which way is wanted."""
        sign = {"increases": 1, "decreases": -1}.get(self.trace.verdict, 0)
        if self.trace.verdict == "contested":
            return "contested"
        return {1: "good", -1: "harmful"}.get(sign * self.entity.wanted, "unsigned")

    @property
    def best(self) -> dict[int, Path]:
        """The best route of each signed arm that has one."""
        return {sign: self.trace.arm(sign)[0] for sign in (1, -1) if self.trace.arm(sign)}

    @property
    def beside(self) -> tuple[Claim, ...]:
        """What is said of the very pair but makes no route (null results, associations), and null results on a kind."""
        return (*self.trace.beside, *self.kinds)

    def against(self, claim: Claim) -> bool:
        """Whether a claim beside it speaks against all signed routes: a null result, or one in the other direction."""
        signs = set(self.best)
        return claim.null or (len(signs) == 1 and claim.sign == -next(iter(signs)))

    @property
    def length(self) -> int:
        """The length of the shortest route."""
        return min(len(path) for path in self.trace.paths)

    def __str__(self) -> str:
        return f"{self.judgement}: {self.trace.verdict} {self.entity.label}"

    def to_dict(self) -> JSON:
        """The effect as JSON-ready data, with the best route of each arm."""
        counts = self.trace.certificate.counts
        return {
            "entity": self.entity.id,
            "wanted": self.entity.wanted,
            "verdict": self.trace.verdict,
            "judgement": self.judgement,
            "increasing": counts.get(1, 0),
            "decreasing": counts.get(-1, 0),
            "beside": [claim.id for claim in self.beside],
            "best": {("increasing" if sign > 0 else "decreasing"): path.to_dict() for sign, path in self.best.items()},
        }


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything that is said of what an agent does.

    `conditions` are the effects on what a patient feels (through routes too), nearest first; `direct` the causal
    claims on anything; `nulls` what it had no effect on; `associations` what it goes with, which is no effect.
    `unfinished` are conditions of which the search stopped at its budget before it found a route; `certificate` tells
    how whole the searches are together.
    """

    agent: Entity
    max_steps: int
    conditions: tuple[Effect, ...]
    direct: tuple[Claim, ...]
    nulls: tuple[Claim, ...]
    associations: tuple[Claim, ...]
    certificate: Certificate
    unfinished: tuple[Entity, ...] = ()

    def judged(self, judgement: str) -> list[Effect]:
        """The effects on conditions that are good, harmful, contested or unsigned; UsageError for other words."""
        if judgement not in JUDGEMENTS:
            raise UsageError(f"{judgement!r} is no judgement. Use one of: {', '.join(JUDGEMENTS)}.")
        return [effect for effect in self.conditions if effect.judgement == judgement]

    def to_dict(self) -> JSON:
        """The effects as JSON-ready data."""
        return {
            "agent": self.agent.to_dict(),
            "max_steps": self.max_steps,
            "conditions": [effect.to_dict() for effect in self.conditions],
            "certificate": self.certificate.to_dict(),
            "unfinished": [entity.id for entity in self.unfinished],
            **{
                name: [claim.to_dict() for claim in getattr(self, name)] for name in ("direct", "nulls", "associations")
            },
        }


def effects(
    agent: Entity, claims: Iterable[Claim], traces: Mapping[Entity, Trace], empty: Certificate,
    kinds: Mapping[Entity, Collection[Entity]] | None = None,
) -> Effects:  # fmt: skip
    """What is said of an agent: `claims` of it, and `traces` from it to the conditions. O(claims + traces).

    `empty` is the certificate of no search, with its limits; `kinds` gives the kinds of a condition, on which a null
    result speaks against an effect on the condition too.
    """
    own = sorted((claim for claim in claims if claim.live), key=lambda claim: (claim.object.label.casefold(), claim.id))
    nulls = tuple(claim for claim in own if claim.null)
    below = kinds or {}
    found = [
        Effect(entity, trace, tuple(claim for claim in nulls if claim.object in below.get(entity, ())))
        for entity, trace in traces.items()
        if trace.paths
    ]
    found.sort(key=lambda effect: (effect.length, effect.entity.label.casefold(), effect.entity.id))
    return Effects(
        agent,
        empty.max_steps,
        tuple(found),
        direct=tuple(claim for claim in own if claim.causal and not claim.null),
        nulls=nulls,
        associations=tuple(claim for claim in own if not claim.causal and not claim.null),
        certificate=Certificate.together([trace.certificate for trace in traces.values()], empty),
        unfinished=tuple(entity for entity, trace in traces.items() if trace.verdict == "none found"),
    )
