"""From a patient's facts to an explanation.

Idea. Each finding is asked for once: a trace from all of the patient's causes that may explain it. Its routes are
parted by what they say in this patient. A route that arrives with the sign of the finding supports it, one that arrives
with the other opposes it. Routes without a claim are definitions: they show that cause and finding are one thing, so
such a cause explains nothing here and its other routes are set aside too.

A route is ruled out if it needs an entity to be up (or down) that the patient was found not to have up (or down), also
by definition: without hypercalcemia there is no route through a raised serum calcium. A route that *lowers* what is
absent is untouched, for it may be why it is absent. What is unknown rules nothing out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.causal.cases.explanation import Explanation, Finding
from kg.causal.cases.meaning import Meaning, carried
from kg.causal.cases.patient import Cause, Patient, Seen, State, Suggest, patient, unnamed
from kg.causal.cases.separating import missing, rivals
from kg.causal.mechanisms import mechanisms
from kg.causal.network import Network
from kg.causal.trace import Question, trace
from kg.errors import UsageError
from kg.model import ARMS, Case, Certificate, Entity, Path, Trace
from kg.schema import Schema

__all__ = ["explain"]


def explain(
    case: Case,
    network: Network,
    schema: Schema,
    *,
    max_steps: int = 4,
    probe_steps: int = 2,
    compare: int = 8,
    budget: int = 5_000_000,
    filters: Sequence[str] = (),
    data: str = "",
    suggest: Suggest = unnamed,
) -> Explanation:
    """Explain a case on a network that holds definitions and kinds.

    `max_steps` bounds the routes to findings, `probe_steps` those that predict what was not measured, `compare` the
    rivals that are compared, `budget` the arcs touched per finding. Raises UsageError for limits below 1, InvalidData
    for a time that is no duration.
    """
    limits = {"max_steps": max_steps, "probe_steps": probe_steps, "compare": compare, "budget": budget}
    for name, limit in limits.items():
        if limit < 1:
            raise UsageError(f"{name} must be at least 1, not {limit}.")
    given = {kind.name for kind in schema.kinds.values() if kind.given_from_outside}
    ill = patient(case, network.number, given, suggest)
    meaning = Meaning(network)
    bounds = _Limits(max_steps, budget, tuple(filters), data)
    findings = tuple(_finding(seen, ill, network, meaning, bounds) for seen in ill.findings)
    ranked = rivals(findings, ill, meaning)
    compared = tuple(r for r in ranked if r.standing in ("not known", "not stated"))[:compare]
    would, supposing = _would_explain(ill, network, meaning, bounds)
    lacking, probes = missing(
        ill, would, compared, network, max_steps=max_steps, probe_steps=probe_steps, budget=budget
    )
    return Explanation(
        case=case,
        causes=ill.causes,
        findings=findings,
        rivals=ranked,
        compared=compared,
        missing=lacking,
        left_out=ill.left_out,
        absent=_entities(network, {name for name, _ in ill.denials}),
        unknown=tuple(entity for entity in ill.unknown if entity.id not in ill.measured),
        max_steps=max_steps,
        probe_steps=probe_steps,
        certificate=Certificate.together([finding.certificate for finding in findings], _nothing(bounds)),
        probes=Certificate.together([*supposing, *probes], _nothing(bounds)),
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    max_steps: int
    budget: int
    filters: tuple[str, ...]
    data: str


def _finding(seen: Seen, ill: Patient, network: Network, meaning: Meaning, limits: _Limits) -> Finding:
    """Ask for one finding and part its routes."""
    causes = [cause for cause in ill.causes if cause.could_explain(seen.entity, seen.time)]
    late = [c.entity for c in ill.causes if c.entity != seen.entity and c.too_late(seen.time)]
    found = _trace([cause.entity for cause in causes], [seen.entity], network, limits)
    named = [*(path for path in found.paths if not _claimed(path))] if found else []
    named += meaning.routes(seen.entity, [cause.entity for cause in causes], limits.max_steps)
    same = {end for path in named for end in (path.entities[0], path.entities[-1])}
    sorted_out = _Sorter(seen, [c for c in causes if c.entity not in same], ill.denied(seen.time), meaning)
    for path in found.paths if found else ():
        if _claimed(path):
            sorted_out.put(path)
    certificate = found.certificate if found else _nothing(limits)
    return Finding(
        entity=seen.entity,
        sign=seen.sign,
        facts=seen.facts,
        verdict=_verdict(sorted_out, [_agrees(path, seen, causes) for path in named], certificate),
        supporting=tuple(sorted_out.supporting),
        opposing=tuple(sorted_out.opposing),
        unsigned=tuple(sorted_out.unsigned),
        by_definition=tuple(named),
        ruled_out=tuple(sorted_out.ruled_out),
        mechanisms=tuple(mechanisms(sorted_out.supporting)),
        late=tuple(dict.fromkeys(late)),
        certificate=certificate,
    )


def _would_explain(
    ill: Patient, network: Network, meaning: Meaning, limits: _Limits
) -> tuple[dict[Entity, dict[int, tuple[Entity, ...]]], list[Certificate]]:
    """The findings that each unknown thing would explain by itself if it were there or raised, or lowered.

    Only a measurement is asked for both: less of a drug that nobody gave is nothing.
    """
    would, certificates = {}, []
    for entity in ill.unknown:
        targets = dict.fromkeys(seen.entity for seen in ill.findings if seen.entity != entity)
        found = _trace([entity], tuple(targets), network, limits) if entity.id not in ill.measured else None
        if found is None:
            continue
        certificates.append(found.certificate)
        ending: dict[Entity, list[Path]] = defaultdict(list)
        for path in found.paths:
            ending[path.entities[-1]].append(path)
        asked = [
            (seen, ending[seen.entity])
            for seen in ill.findings
            if all(map(_claimed, ending[seen.entity])) and not meaning.routes(seen.entity, [entity], limits.max_steps)
        ]
        signs = (1, -1) if entity.kind == "Measurement" else (1,)
        explained = {sign: tuple(_led_to(Cause(entity, sign, (), None, False), asked, ill, meaning)) for sign in signs}
        would[entity] = {sign: entities for sign, entities in explained.items() if entities}
    return would, certificates


def _led_to(
    cause: Cause, asked: Iterable[tuple[Seen, Iterable[Path]]], ill: Patient, meaning: Meaning
) -> Iterator[Entity]:
    """The findings to which some route from a supposed cause leads."""
    for seen, paths in asked:
        sorter = _Sorter(seen, [cause], ill.denied(seen.time), meaning)
        for path in paths:
            sorter.put(path)
        if sorter.supporting:
            yield seen.entity


def _trace(sources: Iterable[Entity], targets: Sequence[Entity], network: Network, limits: _Limits) -> Trace | None:
    """A trace from several entities to several; None where there is nothing to ask from, or for."""
    starts = tuple(dict.fromkeys(sources))
    if not starts or not targets:
        return None
    question = Question(starts, tuple(targets), max_steps=limits.max_steps, budget=limits.budget)
    return trace(network, question, limits.filters, limits.data)


class _Sorter:
    """Parts the routes to one finding by what they say of it in this patient."""

    def __init__(self, seen: Seen, causes: Iterable[Cause], denied: frozenset[State], meaning: Meaning) -> None:
        self.seen = seen
        self.denied = denied
        self.meaning = meaning
        self.signs: dict[Entity, set[int]] = {}
        for cause in causes:
            self.signs.setdefault(cause.entity, set()).add(cause.sign)
        self.supporting: list[Path] = []
        self.opposing: list[Path] = []
        self.unsigned: list[Path] = []
        self.ruled_out: list[Path] = []

    def put(self, path: Path) -> None:
        """Put a route where it belongs; from a cause that is the finding by another name nowhere."""
        for sign in sorted(self.signs.get(path.entities[0], ()), reverse=True):
            if self._ruled_out(path, sign):
                self.ruled_out.append(path)
            elif not path.sign:
                self.unsigned.append(path)
            elif sign * path.sign == self.seen.sign:
                self.supporting.append(path)
            else:
                self.opposing.append(path)

    def _ruled_out(self, path: Path, sign: int) -> bool:
        passed = list(carried(path, sign))[1:-1]
        return any(self.denied & self.meaning.of((entity.id, way)) for entity, way in passed if way)


def _claimed(path: Path) -> bool:
    return any(step.claims for step in path.steps)


def _agrees(path: Path, seen: Seen, causes: Iterable[Cause]) -> bool:
    """Whether a route by definition, from a cause or to one, names finding and cause with signs that fit."""
    ends = {path.entities[0], path.entities[-1]}
    return any(cause.entity in ends and cause.sign * path.sign == seen.sign for cause in causes)


def _verdict(found: _Sorter, named: Sequence[bool], certificate: Certificate) -> str:
    if found.supporting:
        return "explained"
    if any(named):
        return "by definition"
    if certificate.status == "budget":
        return "undecided"
    return "contradicted" if found.opposing or named else "unexplained"


def _nothing(limits: _Limits) -> Certificate:
    """The certificate where no cause could act: there is nothing to search."""
    none = dict.fromkeys(ARMS, 0)
    return Certificate("complete", limits.max_steps, limits.max_steps, none, limits.filters, 0, limits.data)


def _entities(network: Network, names: Iterable[str]) -> tuple[Entity, ...]:
    return tuple(network.entities[network.number[name]] for name in sorted(names))
