"""What an agent does elsewhere: whoever lowers a step of one disease may raise another, or the target by other routes.

An agent that acts on a member of a cut in the wanted direction is judged twice: by all its routes to the target of the
question, as long as the question's own, and by short routes to everything else that a patient wants or does not want.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from kg.causal.effects import Effect, Effects
from kg.model import JSON, Certificate, Claim, Entity, Trace

__all__ = ["Profile", "profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One agent: what it does to the target (`on_target`), and to other conditions (`effects`, harm and good).

    `effects.max_steps` says how long the routes to conditions are, the certificate how complete they are.
    """

    agent: Entity
    on_target: tuple[Effect, ...]
    effects: Effects
    certificate: Certificate

    @property
    def raising(self) -> tuple[Effect, ...]:
        """What it does to the targets that it raises by some route, whatever it does by others."""
        return tuple(effect for effect in self.on_target if 1 in effect.best)

    @property
    def harm(self) -> tuple[Effect, ...]:
        """The other conditions that every signed route makes worse: short routes first, then strong ones."""
        return self._judged("harmful")

    @property
    def good(self) -> tuple[Effect, ...]:
        """The other conditions that every signed route makes better, in the same order."""
        return self._judged("good")

    @property
    def contested(self) -> tuple[Effect, ...]:
        """The other conditions with routes both ways, in the same order."""
        return self._judged("contested")

    @property
    def nulls(self) -> tuple[Claim, ...]:
        """What it had no effect on, or no relation with, by the claims that say so."""
        return self.effects.nulls

    @property
    def complete(self) -> bool:
        """Whether no search behind it stopped at its budget."""
        certificates = [self.certificate, *(effect.trace.certificate for effect in self.on_target)]
        return all(certificate.status != "budget" for certificate in certificates)

    def _judged(self, judgement: str) -> tuple[Effect, ...]:
        return tuple(sorted(self.effects.judged(judgement), key=_weight))

    def __str__(self) -> str:
        parts = ((name, getattr(self, name)) for name in ("harm", "contested", "good"))
        told = "; ".join(f"{name}: {', '.join(e.entity.label for e in found)}" for name, found in parts if found)
        return f"{self.agent.label}: {told or 'nothing found elsewhere'}"

    def to_dict(self) -> JSON:
        """The profile as JSON-ready data; claims by their ids."""
        return {
            "agent": self.agent.id,
            "on_target": [effect.to_dict() for effect in self.on_target],
            "max_steps": self.effects.max_steps,
            "conditions": [effect.to_dict() for effect in self.effects.conditions],
            "nulls": [claim.id for claim in self.nulls],
            "certificate": self.certificate.to_dict(),
        }


def _weight(effect: Effect) -> tuple[object, ...]:
    """By the best route that makes it worse, or for want of one better: few steps, then strong ones, then the name."""
    best = effect.best.get(-effect.entity.wanted) or effect.best.get(effect.entity.wanted)
    strength = tuple(-part for part in best.support.strength) if best and best.support else ()
    return (len(best) if best else 0, strength, effect.entity.label.casefold(), effect.entity.id)


def profile(found: Effects, to_target: Collection[Trace], certificate: Certificate) -> Profile:
    """The profile of an agent from its effects and its traces to the targets, which are told apart from other
    conditions; `certificate` tells how the routes to conditions were searched. O(conditions).
    """
    targets = {entity for trace in to_target for entity in trace.targets}
    rest = tuple(effect for effect in found.conditions if effect.entity not in targets)
    on_target = tuple(Effect(entity, trace) for trace in to_target for entity in trace.targets if trace.paths)
    return Profile(found.agent, on_target, replace(found, conditions=rest), certificate)
