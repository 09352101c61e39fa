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
from dataclasses import replace

from kg.causal.cases.explanation import DIRECTIONS, Finding, Missing, Rival
from kg.causal.cases.meaning import Meaning, carried
from kg.causal.cases.patient import Cause, Patient
from kg.causal.network import Network
from kg.causal.trace import Question, trace
from kg.model import Certificate, Entity, Path

__all__ = ["missing", "rivals"]

Told = Mapping[Entity, Sequence[tuple[Entity, int]]]
"""For an entity the measurements that tell of it, with the sign: itself, and its readouts."""


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
    others = [e for e in network.entities if e.kind == "Measurement" and e.id not in ill.measured | _ids(ill.unknown)]
    candidates = [*ill.unknown, *others]
    told: dict[Entity, list[tuple[Entity, int]]] = defaultdict(list)
    for entity in candidates:
        for thing, sign in _told_by(entity, network):
            told[thing].append((entity, sign))
    certificates: list[Certificate] = []
    signs: dict[Entity, list[set[int]]] = {entity: [set() for _ in compared] for entity in candidates}
    plain = replace(network, kinds=[() for _ in network.entities])  # a rival is what it is, not one of its kinds
    for place, rival in enumerate(compared):
        supposed = Cause(rival.entity, rival.sign, (), None, given=False)
        found = _reached([supposed], told, plain, probe_steps, budget, certificates)
        for entity, routes in found.items():
            signs[entity][place] = set(routes)
        for entity, sign in told.get(rival.entity, ()):
            signs[entity][place].add(rival.sign * sign)
    listed = []
    for entity in candidates:
        said = [_word(one) for one in signs[entity]]
        apart = sum(_separated(*pair) for pair in itertools.combinations(said, 2))
        if apart or entity in ill.unknown:
            own = {thing: [(entity, sign)] for thing, sign in _told_by(entity, network)}
            asked = ill.causes if entity in ill.unknown else ()
            listed.append(
                Missing(
                    entity,
                    tuple(ill.unknown.get(entity, ())),
                    tuple(zip(compared, said, strict=True)),
                    apart,
                    len(compared) * (len(compared) - 1) // 2,
                    _reached(asked, own, network, max_steps, budget, certificates).get(entity, {}),
                    would_explain.get(entity, {}),
                )
            )
    listed.sort(key=lambda one: (not one.facts, -one.separates, one.entity.label.casefold(), one.entity.id))
    return tuple(listed), certificates


def _told_by(entity: Entity, network: Network) -> list[tuple[Entity, int]]:
    """What a measurement tells of, with the sign: itself, and the thing that it is a readout of."""
    steps = (step for _, step in network.arcs[network.number[entity.id]] if step.link == "readout-of")
    return [(entity, 1), *((step.target, step.sign) for step in steps if not step.reverse)]


def _reached(
    causes: Sequence[Cause], told: Told, network: Network, max_steps: int, budget: int, certificates: list[Certificate]
) -> dict[Entity, dict[int, Path]]:
    """What causes make of measurements: for each the first route by the sign with which it arrives."""
    sources = tuple(dict.fromkeys(cause.entity for cause in causes if cause.entity not in told or len(told) > 1))
    targets = tuple(thing for thing in told if sources != (thing,))
    found: dict[Entity, dict[int, Path]] = defaultdict(dict)
    if not sources or not targets:
        return found
    answer = trace(network, Question(sources, targets, max_steps=max_steps, budget=budget))
    certificates.append(answer.certificate)
    signs: dict[Entity, list[int]] = defaultdict(list)
    for cause in causes:
        signs[cause.entity].append(cause.sign)
    for path in (*answer.increasing, *answer.decreasing):
        for (entity, sign), start in itertools.product(told[path.entities[-1]], signs[path.entities[0]]):
            if entity != path.entities[0]:
                found[entity].setdefault(start * path.sign * sign, path)
    return found


def _word(signs: set[int]) -> str:
    return "both ways" if len(signs) > 1 else DIRECTIONS[min(signs)] if signs else "none"


def _separated(one: str, other: str) -> bool:
    return one != other and "both ways" not in (one, other)


def _ids(entities: Iterable[Entity]) -> set[str]:
    return {entity.id for entity in entities}
