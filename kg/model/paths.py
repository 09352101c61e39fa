"""Routes: steps, the settings that steps span, and paths."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.model.common import JSON, Keyed
from kg.model.records import Claim, Entity, Source
from kg.model.support import Support

__all__ = ["Path", "Settings", "Step"]

StepKind = Literal["claim", "definition", "specialization"]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Step(Keyed):
    """One move of a path.

    A *claim* step holds all live claims with that subject, object and sign, whatever their predicates, and in
    `against` the claims that contradict it. A *definition* step follows the definitional link `link` (backwards if
    `reverse`), true by definition: it has no claims and `support` is None. A *specialization* goes from the entity
    asked for to one of its kinds or to an exposure to it.
    """

    source: Entity
    target: Entity
    sign: int
    kind: StepKind
    predicates: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    against: tuple[Claim, ...] = ()
    support: Support | None = None
    link: str | None = None
    reverse: bool = False

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        return (self.source.id, self.target.id, self.sign, self.kind, self.link or "")

    @property
    def generalization(self) -> bool:
        """Whether the step lifts what holds for a kind to its class, which need not hold."""
        return self.kind == "definition" and self.link == "broader"

    @property
    def hypothetical(self) -> bool:
        """Whether every claim behind the step is worded as a hypothesis or weaker."""
        return bool(self.claims) and all(c.certainty in ("hypothesized", "disputed") for c in self.claims)

    @property
    def contradicted(self) -> bool:
        """Whether a claim of the graph contradicts the step: a null result, a refutation or the opposite sign."""
        return bool(self.against)

    @property
    def disputes(self) -> tuple[str, ...]:
        """The named disputes that its claims stand in; see `kg.KnowledgeGraph.disputes`."""
        return tuple(sorted({name for claim in self.claims for name in claim.disputes}))

    @property
    def disputed(self) -> bool:
        """Whether it is contradicted, or a named dispute is about one of its claims."""
        return self.contradicted or any(claim.disputes for claim in self.claims)

    @property
    def draft(self) -> bool:
        """Whether every claim behind the step has had one reader only."""
        return bool(self.claims) and all(claim.status == "draft" for claim in self.claims)

    @property
    def foreign(self) -> tuple[str, ...]:
        """The foreign graphs that it is from, if nothing of ours says it: of a claim step, or of a definitional link
        with a foreign end.
        """
        told = [claim.origin for claim in self.claims] or [self.source.origin, self.target.origin]
        ours = None in told if self.claims else not any(told)
        return () if ours else tuple(sorted({origin for origin in told if origin}))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the claims, each once, by citation."""
        return tuple(sorted({claim.source for claim in self.claims}, key=lambda s: (s.citation, s.id)))

    def __str__(self) -> str:
        return f"{self.source.label} {self.verb} {self.target.label}"

    @property
    def verb(self) -> str:
        """What the step says, in words: ``increases``, ``is a kind of``, ``of which a kind is``."""
        if self.kind == "specialization":
            return "of which an exposure is" if self.link == "raised-state-of" else "of which a kind is"
        if self.kind == "definition":
            there = {
                "broader": "is a kind of",
                "readout-of": "is a readout of",
                "raised-state-of": "is the raised state of",
                "lowered-state-of": "is the lowered state of",
            }
            back = {"raised-state-of": "when raised is", "lowered-state-of": "when lowered is"}
            return (back if self.reverse else there).get(self.link or "", self.link or "")
        return {1: "increases", -1: "decreases", 0: "affects"}[self.sign]

    @property
    def arrow(self) -> str:
        """``→`` raises, ``⊣`` lowers, ``—`` acts without a stated sign; ``∋`` of which a kind or exposure is;
        by definition ``⇒``, and ``⇏`` where the definition flips the sign.
        """
        if self.kind == "specialization":
            return "∋"
        if self.kind == "definition":
            return "⇒" if self.sign > 0 else "⇏"
        return {1: "→", -1: "⊣", 0: "—"}[self.sign]

    def to_dict(self) -> JSON:
        """The step as JSON-ready data; entities and claims by their ids."""
        return {
            "source": self.source.id,
            "target": self.target.id,
            "sign": self.sign,
            "kind": self.kind,
            "verb": self.verb,
            "predicates": list(self.predicates),
            "link": self.link,
            "generalization": self.generalization,
            "claims": [claim.id for claim in self.claims],
            "against": [claim.id for claim in self.against],
            "disputes": list(self.disputes),
            "disputed": self.disputed,
            "hypothetical": self.hypothetical,
            "draft": self.draft,
            "foreign": list(self.foreign),
            "support": self.support.to_dict() if self.support else None,
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """The species and tissues that the steps of a path state, and whether they are mixed.

    Mixed means that no single value is stated at every step that states one: a route whose first step was seen in
    bone and whose second in vessels is a route of neither.
    """

    species: tuple[str, ...] = ()
    tissues: tuple[str, ...] = ()
    mixed_species: bool = False
    mixed_tissues: bool = False

    @property
    def mixed(self) -> bool:
        """Whether species or tissues are mixed."""
        return self.mixed_species or self.mixed_tissues

    def __str__(self) -> str:
        """What is mixed, in words; empty when nothing is."""
        parts = [" and ".join(self.tissues)] if self.mixed_tissues else []
        if self.mixed_species:
            parts.append(" and ".join(self.species))
        return f"mixes {'; '.join(parts)}".replace("-", " ") if parts else ""

    def to_dict(self) -> JSON:
        """The settings as JSON-ready data."""
        return {
            "species": list(self.species),
            "tissues": list(self.tissues),
            "mixed_species": self.mixed_species,
            "mixed_tissues": self.mixed_tissues,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Path(Keyed):
    """A sequence of steps that visits no entity twice."""

    steps: tuple[Step, ...]

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(step.key for step in self.steps)

    @functools.cached_property
    def entities(self) -> tuple[Entity, ...]:
        """The entities in order, ends included."""
        return (self.steps[0].source, *(step.target for step in self.steps))

    @functools.cached_property
    def sign(self) -> int:
        """The product of the signs of the steps; 0 as soon as one step is unsigned."""
        sign = 1
        for step in self.steps:
            sign *= step.sign
        return sign

    @functools.cached_property
    def weakest(self) -> Step | None:
        """The claim step with the least support (the first of equals); None if all steps hold by definition."""
        supported = [step for step in self.steps if step.support is not None]
        return min(supported, key=lambda step: step.support.strength) if supported else None  # type: ignore[union-attr]

    @property
    def support(self) -> Support | None:
        """A path is as strong as its weakest step."""
        return self.weakest.support if self.weakest else None

    @functools.cached_property
    def softest(self) -> Step | None:
        """The claim step with the weakest wording (the first of equals), which need not be the weakest step."""
        supported = [step for step in self.steps if step.support is not None]
        return min(supported, key=lambda step: step.support.wording) if supported else None  # type: ignore[union-attr]

    @property
    def worth(self) -> str:
        """Its support in a line; where another step than the weakest is a hypothesis only, that is said as well.

        A route is no surer than its softest step: what follows from a hypothesis is not known.
        """
        if not (self.support and self.softest and self.softest.support):
            return "by definition"
        if not self.softest.hypothetical or self.softest.support.wording >= self.support.wording:
            return str(self.support)
        return f"{self.support}; but only {self.softest.support.certainty}: {self.softest}"

    @property
    def disputed(self) -> bool:
        """Whether one of its steps is disputed."""
        return any(step.disputed for step in self.steps)

    @property
    def generalizations(self) -> int:
        """How many steps lift a kind to its class."""
        return sum(step.generalization for step in self.steps)

    @functools.cached_property
    def settings(self) -> Settings:
        """The species and tissues that the claims of the steps state."""
        species = [{c.species for c in step.claims if c.species} for step in self.steps]
        tissues = [{c.tissue for c in step.claims if c.tissue} for step in self.steps]
        (all_species, mixed_species), (all_tissues, mixed_tissues) = _span(species), _span(tissues)
        return Settings(all_species, all_tissues, mixed_species, mixed_tissues)

    def __len__(self) -> int:
        return len(self.steps)

    def __str__(self) -> str:
        """Labels joined by the arrows of the steps."""
        parts = [self.entities[0].label]
        for step in self.steps:
            parts += [step.arrow, step.target.label]
        return " ".join(parts)

    def to_dict(self) -> JSON:
        """The path as JSON-ready data."""
        return {
            "entities": [entity.id for entity in self.entities],
            "sign": self.sign,
            "text": str(self),
            "steps": [step.to_dict() for step in self.steps],
            "weakest": self.steps.index(self.weakest) if self.weakest else None,
            "support": self.support.to_dict() if self.support else None,
            "softest": self.steps.index(self.softest) if self.softest else None,
            "worth": self.worth,
            "generalizations": self.generalizations,
            "settings": self.settings.to_dict(),
        }


def _span(stated: Iterable[set[str]]) -> tuple[tuple[str, ...], bool]:
    """All values, and whether no single one is stated at every place that states any."""
    sets = [values for values in stated if values]
    if not sets:
        return (), False
    return tuple(sorted(set().union(*sets))), not set.intersection(*sets)
