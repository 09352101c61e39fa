"""The explanation of a case: what an answer holds, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from kg.causal.cases.patient import Cause, LeftOut
from kg.model import DISCLAIMER, FORMAT, JSON, Case, Certificate, Entity, Fact, Mechanism, Path, Support

__all__ = ["DIRECTIONS", "VERDICTS", "Explanation", "Finding", "Missing", "Rival"]

VERDICTS: Mapping[str, str] = {
    "explained": "some route from what the patient has leads to it",
    "contradicted": "the only routes there are lead the other way",
    "by definition": "another name for what the patient has, or a readout of it, which explains nothing",
    "unexplained": "no signed route leads to it",
    "undecided": "the search stopped before it found a route that leads to it",
}
"""What can be said of a finding."""
DIRECTIONS: Mapping[int, str] = {1: "raised", -1: "lowered"}


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """One finding with every route that bears on it.

    `sign` is +1 if it is present or raised, -1 if lowered. `supporting` routes lead from a cause to it, `opposing`
    ones the other way, `unsigned` ones have no sign; `by_definition` are those without any claim, which explain
    nothing. `ruled_out` routes need something that the patient was found not to have; they are not counted, whichever
    way they lead. `late` are the causes that began too late. Routes stand in the order of a trace, the supporting ones
    also grouped into `mechanisms`. The `certificate` is that of the trace, before its routes were parted.
    """

    entity: Entity
    sign: int
    facts: tuple[Fact, ...]
    verdict: str
    supporting: tuple[Path, ...]
    opposing: tuple[Path, ...]
    unsigned: tuple[Path, ...]
    by_definition: tuple[Path, ...]
    ruled_out: tuple[Path, ...]
    mechanisms: tuple[Mechanism, ...]
    late: tuple[Entity, ...]
    certificate: Certificate

    @property
    def label(self) -> str:
        """The entity, with its direction where the case states one: ``serum calcium raised``."""
        stated = [fact.direction for fact in self.facts if fact.direction]
        return f"{self.entity.label} {stated[0]}" if stated else self.entity.label

    def __str__(self) -> str:
        opposed = f", opposed by {len(self.opposing)}" if self.verdict == "explained" and self.opposing else ""
        plural = "" if len(self.supporting) == 1 else "s"
        routes = f" by {len(self.supporting)} route{plural}" if self.verdict == "explained" else ""
        return f"{self.label}: {self.verdict}{routes}{opposed}"

    def __repr__(self) -> str:
        return f"<Finding: {self}>"

    def to_dict(self) -> JSON:
        """The finding as JSON-ready data; entities and facts by their ids."""
        routes = ("supporting", "opposing", "unsigned", "by_definition", "ruled_out")
        return {
            "entity": self.entity.id,
            "sign": self.sign,
            "facts": [fact.id for fact in self.facts],
            "verdict": self.verdict,
            **{name: [path.to_dict() for path in getattr(self, name)] for name in routes},
            "mechanisms": [mechanism.to_dict() for mechanism in self.mechanisms],
            "late": [entity.id for entity in self.late],
            "certificate": self.certificate.to_dict(),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Rival:
    """An entity through which findings are explained, up (+1) or down (-1), and the findings whose routes need it.

    `standing` says what is known of it in this patient: ``cause`` (a condition or exposure of the patient), ``found``
    (among the findings, or by definition from what was found), ``not known`` (the case says that nobody looked) or
    ``not stated``. `best` is the best supported of its routes.
    """

    entity: Entity
    sign: int
    standing: str
    findings: tuple[Entity, ...]
    routes: int
    best: Path

    @property
    def support(self) -> Support | None:
        """Support of its best supported route."""
        return self.best.support

    @property
    def label(self) -> str:
        """The entity; ``less ...`` where the routes need it lowered."""
        return self.entity.label if self.sign > 0 else f"less {self.entity.label}"

    def __str__(self) -> str:
        return f"{self.label}: explains {len(self.findings)}"

    def __repr__(self) -> str:
        return f"<Rival: {self}>"

    def to_dict(self) -> JSON:
        """The rival as JSON-ready data."""
        return {
            "entity": self.entity.id,
            "sign": self.sign,
            "label": self.label,
            "standing": self.standing,
            "findings": [entity.id for entity in self.findings],
            "routes": self.routes,
            "support": self.support.to_dict() if self.support else None,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Missing:
    """Something not known in this patient: a fact that the case calls unknown, or a measurement that was not made.

    `predictions` say for each of the rivals compared what it makes of it: ``raised``, ``lowered``, ``both ways`` or
    ``none``; two rivals are separated if they differ and neither predicts both. `expected` are the best routes from
    what the patient has, by sign, and `would_explain` the findings to which it would lead if it were there or raised
    (+1), or lowered (-1); both for unknown facts only.
    """

    entity: Entity
    facts: tuple[Fact, ...]
    predictions: tuple[tuple[Rival, str], ...]
    separates: int
    pairs: int
    expected: Mapping[int, Path]
    would_explain: Mapping[int, tuple[Entity, ...]]

    def __str__(self) -> str:
        return f"{self.entity.label}: separates {self.separates} of {self.pairs} pairs of rivals"

    @property
    def predicted(self) -> dict[str, list[Rival]]:
        """The rivals by what they predict, those that predict nothing left out."""
        words = dict.fromkeys(word for _, word in self.predictions if word != "none")
        return {word: [rival for rival, said in self.predictions if said == word] for word in sorted(words)}

    def __repr__(self) -> str:
        return f"<Missing: {self}>"

    def to_dict(self) -> JSON:
        """What is missing as JSON-ready data."""
        return {
            "entity": self.entity.id,
            "facts": [fact.id for fact in self.facts],
            "predictions": [
                {"entity": rival.entity.id, "sign": rival.sign, "prediction": word} for rival, word in self.predictions
            ],
            "separates": self.separates,
            "pairs": self.pairs,
            "expected": {DIRECTIONS[sign]: path.to_dict() for sign, path in self.expected.items()},
            "would_explain": {
                DIRECTIONS[sign]: [entity.id for entity in found] for sign, found in self.would_explain.items()
            },
        }


@dataclass(frozen=True, repr=False)
class Explanation:
    """What the literature of the graph makes of one patient.

    `rivals` are ordered by the number of findings they explain, then by support, then by name; `compared` are the
    first of those that are not yet known in the patient. `missing` lists what is unknown first, then the measurements
    that would separate most of the compared pairs. `left_out` are the facts that took no part. `certificate` sums up
    those of the findings, `probes` those of the searches behind `missing`, whose routes have up to `probe_steps` steps.
    """

    case: Case
    causes: tuple[Cause, ...]
    findings: tuple[Finding, ...]
    rivals: tuple[Rival, ...]
    compared: tuple[Rival, ...]
    missing: tuple[Missing, ...]
    left_out: tuple[LeftOut, ...]
    absent: tuple[Entity, ...]
    unknown: tuple[Entity, ...]
    max_steps: int
    probe_steps: int
    certificate: Certificate
    probes: Certificate

    def judged(self, verdict: str) -> list[Finding]:
        """The findings with a verdict."""
        return [finding for finding in self.findings if finding.verdict == verdict]

    @property
    def explained(self) -> list[Finding]:
        """The findings to which some route leads; some are also opposed."""
        return self.judged("explained")

    @property
    def contradicted(self) -> list[Finding]:
        """The findings to which all signed routes lead the other way."""
        return self.judged("contradicted")

    @property
    def unexplained(self) -> list[Finding]:
        """The findings without a signed route: work for a curator."""
        return self.judged("unexplained")

    @property
    def opposed(self) -> list[Finding]:
        """The explained findings that also have routes the other way."""
        return [finding for finding in self.explained if finding.opposing]

    @property
    def lost(self) -> list[LeftOut]:
        """What a reader would miss: all that was left out, but for demographics and the like without an entity."""
        return [left for left in self.left_out if left.why != left.fact.category]

    @property
    def close(self) -> list[Fact]:
        """The facts whose words were read as an entity by more than its names, as their notes say."""
        return [fact for fact in self.case.facts if fact.entity and (fact.note or "").startswith("read by ")]

    def notes_on(self, path: Path) -> list[str]:
        """What a route takes for granted of this patient, in words."""
        notes = [f"{entity.label} is not known in this patient" for entity in self.not_known_on(path)]
        return [*notes, *(f"takes it to be {entity.label}" for entity in self.assumed_on(path))]

    def not_known_on(self, path: Path) -> tuple[Entity, ...]:
        """The intermediates of a route of which the case says that they are not known in this patient."""
        return tuple(entity for entity in path.entities[:-1] if entity in self.unknown)

    def assumed_on(self, path: Path) -> tuple[Entity, ...]:
        """The kind from which a route sets out, if the case names its class only."""
        first = path.steps[0]
        stated = {cause.entity for cause in self.causes}
        return (first.target,) if first.kind == "specialization" and first.target not in stated else ()

    def draw(self, path: str | FilePath | None = None, **options: Any) -> str:
        """Draw it: conditions and exposures on the left, findings on the right, the best route of each explained one.

        Returns SVG text, or writes .svg .png .pdf .dot .mmd by the ending; see `kg.draw.explanation.draw`.
        """
        from kg.draw import explanation  # the view, imported when a picture is asked for

        return explanation.draw(
            title=self.case.label,
            causes=[cause.entity for cause in self.causes],
            routes={finding.entity: finding.supporting[0] for finding in self.explained},
            others={
                verdict: [finding.label for finding in self.judged(verdict)]
                for verdict in VERDICTS
                if verdict != "explained"
            },
            certificate=self.certificate,
            path=path,
            **options,
        )

    def __str__(self) -> str:
        return f"{self.case.label}: {len(self.explained)} of {len(self.findings)} findings explained"

    def __repr__(self) -> str:
        return f"<Explanation: {self}>"

    def to_dict(self) -> JSON:
        """The explanation as JSON-ready data, with the entities, claims and sources that its routes name."""
        paths = [*self._paths()]
        told = {claim for path in paths for step in path.steps for claim in (*step.claims, *step.against)}
        claims = sorted(told, key=lambda claim: claim.id)
        entities = {entity for path in paths for entity in path.entities} | {f.entity for f in self.findings}
        entities |= {cause.entity for cause in self.causes} | {one.entity for one in self.missing}
        entities |= {entity for claim in claims for entity in (claim.subject, claim.object)}
        entities |= {*self.absent, *self.unknown, *(near for left in self.left_out for near in left.suggestions)}
        sources = {source for claim in claims for source in (claim.source, *claim.cites)}
        return {
            "format": FORMAT,
            "type": "explanation",
            "case": {"id": self.case.id, "label": self.case.label, "facts": [_fact(f) for f in self.case.facts]},
            "max_steps": self.max_steps,
            "probe_steps": self.probe_steps,
            "causes": [
                {"entity": c.entity.id, "sign": c.sign, "given": c.given, "facts": [f.id for f in c.facts]}
                for c in self.causes
            ],
            "findings": [finding.to_dict() for finding in self.findings],
            "rivals": [rival.to_dict() for rival in self.rivals],
            "missing": [one.to_dict() for one in self.missing],
            "absent": [entity.id for entity in self.absent],
            "unknown": [entity.id for entity in self.unknown],
            "left_out": [
                {"fact": left.fact.id, "why": left.why, "suggestions": [e.id for e in left.suggestions]}
                for left in self.left_out
            ],
            "certificate": self.certificate.to_dict(),
            "probes": self.probes.to_dict(),
            "entities": {e.id: e.to_dict() for e in sorted(entities, key=lambda e: e.id)},
            "claims": {claim.id: claim.to_dict() for claim in claims},
            "sources": {s.id: s.to_dict() for s in sorted(sources, key=lambda s: s.id)},
            "disclaimer": DISCLAIMER,
        }

    def _paths(self) -> Iterable[Path]:
        for finding in self.findings:
            for paths in (finding.supporting, finding.opposing, finding.unsigned):
                yield from paths
            yield from finding.by_definition
            yield from finding.ruled_out
        for one in self.missing:
            yield from one.expected.values()


def _fact(fact: Fact) -> JSON:
    names = ("id", "label", "category", "presence", "direction", "value", "unit", "time", "body_site", "note")
    return {**{name: getattr(fact, name) for name in names}, "entity": fact.entity.id if fact.entity else None}
