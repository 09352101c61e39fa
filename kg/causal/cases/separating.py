"""Which mechanisms compete to explain a patient, and what one would have to measure to tell them apart.

A rival is an entity, up or down, on the supporting routes of findings. Those of which nothing is known in the patient
yet are compared: what does each make of a measurement that was not made? A measurement separates two rivals if they
predict different things of it, "nothing" being one of them; a rival with routes both ways predicts nothing that could
be checked and is separated from no other.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.causal.cases.explanation import DIRECTIONS, Finding, Missing, Rival
from kg.causal.cases.meaning import Meaning, carried
from kg.causal.cases.patient import Cause, Patient
from kg.causal.network import Network
from kg.causal.trace import Question, trace
from kg.model import Certificate, Entity, Path, Step

__all__ = ["missing", "rivals"]

DEATH = "mortality"
"""The entity of death itself."""


def rivals(findings: Iterable[Finding], ill: Patient, meaning: Meaning) -> tuple[Rival, ...]:
    """Every entity on a supporting route, by the number of findings explained through it, support, and name.

    A finding is no rival for itself. O(total length of the supporting routes).
    """
    explained: dict[tuple[Entity, int], dict[Entity, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        for path in finding.supporting:
            for state in itertools.islice(carried(path, finding.sign * path.sign), len(path)):
                explained[state][finding.entity].append(path)
    known = {(cause.entity.id, cause.sign) for cause in ill.causes}
    found = meaning.of_all(ill.present)

    def standing(entity: Entity, sign: int) -> str:
        if (entity.id, sign) in known:
            return "cause"
        if (entity.id, sign) in found:
            return "found"
        return "not known" if entity in ill.unknown and entity.id not in ill.measured else "not stated"

    ranked = [
        Rival(
            *(entity, sign, standing(entity, sign), tuple(by_finding)),
            routes=sum(map(len, by_finding.values())),
            best=max((p for paths in by_finding.values() for p in paths), key=_strength),
        )
        for (entity, sign), by_finding in explained.items()
    ]
    ranked.sort(key=lambda r: (-len(r.findings), [-n for n in _strength(r.best)], r.entity.label.casefold(), -r.sign))
    return tuple(ranked)


def _strength(path: Path) -> tuple[int, ...]:
    return path.support.strength if path.support else ()


def missing(
    ill: Patient,
    would_explain: Mapping[Entity, Mapping[int, tuple[Entity, ...]]],
    compared: Sequence[Rival],
    network: Network,
    *,
    max_steps: int,
    probe_steps: int,
    budget: int,
) -> tuple[tuple[Missing, ...], list[Certificate]]:
    """What is unknown, then the measurements that separate most pairs of the compared rivals; with the certificates.

    Unknown facts are all listed, measurements only if they separate something. `would_explain` is repeated for what is
    unknown. O(rivals * one search of `probe_steps`, and one search of `max_steps` per unknown fact).
    """
    known = ill.measured | {entity.id for entity in ill.unknown}
    levels = [entity for entity in network.entities if entity.kind == "Measurement" and entity.id not in known]
    candidates = [*ill.unknown, *(entity for entity in levels if not _is_death(entity, network))]
    ask = _Asking(network, [])
    plain = _Asking(replace(network, kinds=[() for _ in network.entities]), ask.certificates)
    said = [plain.words(rival, candidates, probe_steps, budget) for rival in compared]
    listed = []
    for entity in candidates:
        words = [by_entity[entity] for by_entity in said]
        apart = sum(_separated(*pair) for pair in itertools.combinations(words, 2))
        if apart or entity in ill.unknown:
            listed.append(
                Missing(
                    entity,
                    tuple(ill.unknown.get(entity, ())),
                    tuple(zip(compared, words, strict=True)),
                    apart,
                    len(compared) * (len(compared) - 1) // 2,
                    ask.expected(ill.causes, entity, max_steps, budget) if entity in ill.unknown else {},
                    would_explain.get(entity, {}),
                )
            )
    listed.sort(key=lambda one: (not one.facts, -one.separates, one.entity.label.casefold(), one.entity.id))
    return tuple(listed), ask.certificates


def _is_death(entity: Entity, network: Network) -> bool:
    """Whether it is a rate of deaths, which is a measurement of a group and not of a patient."""
    arcs = network.arcs[network.number[entity.id]]
    return entity.id == DEATH or any(step.generalization and step.target.id == DEATH for _, step in arcs)


@dataclass(frozen=True)
class _Asking:
    """Asks a network what causes make of measurements, and keeps the certificates.

    A measurement tells of itself and of the thing that it is a readout of. A rival is asked on a network without kinds:
    it is what it is, and not one of its kinds.
    """

    network: Network
    certificates: list[Certificate]

    def words(self, rival: Rival, entities: Sequence[Entity], max_steps: int, budget: int) -> dict[Entity, str]:
        """What a rival predicts of each measurement. Of itself, and of its readouts, it says what it is."""
        told = {entity: self._told(entity) for entity in entities}
        routes = self._routes(
            [rival.entity], [thing for things in told.values() for thing in things], max_steps, budget
        )
        found = {}
        for entity, things in told.items():
            if rival.entity in things:
                signs = {rival.sign * _sign(things[rival.entity])}
            else:
                reached = [(path, step) for thing, step in things.items() for path in routes.get(thing, ())]
                signs = {rival.sign * path.sign * _sign(step) for path, step in reached}
            found[entity] = _word(signs)
        return found

    def expected(self, causes: Sequence[Cause], entity: Entity, max_steps: int, budget: int) -> dict[int, Path]:
        """The first route from what the patient has to a measurement, by the sign with which it arrives."""
        found: dict[int, Path] = {}
        things = self._told(entity)
        others = [cause for cause in causes if cause.entity != entity]
        for cause in others:
            if readout := things.get(cause.entity):
                found.setdefault(cause.sign * readout.sign, Path((readout,)))
        routes = self._routes([cause.entity for cause in others], list(things), max_steps, budget)
        for thing, step in things.items():
            for path, cause in itertools.product(routes.get(thing, ()), others):
                if cause.entity == path.entities[0]:
                    found.setdefault(cause.sign * path.sign * _sign(step), path)
        return found

    def _told(self, entity: Entity) -> dict[Entity, Step | None]:
        """What a measurement tells of, with the step by which it does: itself, and what it is a readout of."""
        arcs = self.network.arcs[self.network.number[entity.id]]
        readouts = (step for _, step in arcs if step.link == "readout-of" and not step.reverse)
        return {entity: None, **{step.target: step for step in readouts}}

    def _routes(
        self, sources: Sequence[Entity], targets: Sequence[Entity], max_steps: int, budget: int
    ) -> dict[Entity, list[Path]]:
        """The signed routes by their end, raising ones first."""
        starts, ends = tuple(dict.fromkeys(sources)), tuple(dict.fromkeys(targets))
        ends = tuple(end for end in ends if starts != (end,))
        found: dict[Entity, list[Path]] = defaultdict(list)
        if starts and ends:
            answer = trace(self.network, Question(starts, ends, max_steps=max_steps, budget=budget))
            self.certificates.append(answer.certificate)
            for path in (*answer.increasing, *answer.decreasing):
                found[path.entities[-1]].append(path)
        return found


def _sign(readout: Step | None) -> int:
    """The sign of a readout; a thing tells of itself as it is."""
    return readout.sign if readout else 1


def _word(signs: set[int]) -> str:
    return "both ways" if len(signs) > 1 else DIRECTIONS[min(signs)] if signs else "none"


def _separated(one: str, other: str) -> bool:
    return one != other and "both ways" not in (one, other)
