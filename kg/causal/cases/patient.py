"""A patient as reasoning sees one: causes, findings, what was found not to be there, and what nobody knows.

Roles come from the category of a fact and the kind of its entity. *Causes* are the conditions and exposures that the
patient has (history, treatment, diagnosis), of a kind that can act: a measured level does not. *Findings* are all other
things present, and diagnoses. A fact of a category that we do not know is a finding.

What an entity does in this patient has a sign: +1 where it is present or raised, -1 where it is lowered. An absent fact
*denies* the entity, a measurement that the case calls normal denies both of its directions. A fact that is unknown
does neither, and never anything else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.durations import days
from kg.errors import InvalidData
from kg.model import Case, Entity, Fact, Problem

__all__ = ["INERT", "Cause", "LeftOut", "Patient", "Seen", "State", "Suggest", "patient", "unnamed"]

CAUSAL = frozenset({"history", "treatment", "diagnosis"})
"""The categories whose facts can be causes."""
GIVEN = frozenset({"history", "treatment", "demographics", "encounter", "not reported"})
"""The categories whose facts are taken as they are: nothing is asked to explain them."""
INERT = frozenset({"Measurement", "AnatomicalEntity", "CellType", "Population"})
"""The kinds that do not act: a level is what is seen of something, and a person or a place is no cause."""
POSITIVE = frozenset({"positive", "present", "detected", "abnormal"})
"""The values of a measurement that say by themselves that something is there."""
APART = frozenset({"demographics", "encounter", "not read"})
"""The categories whose facts need not name an entity."""

State = tuple[str, int]
"""An entity, by id, that is up (+1) or down (-1)."""
Suggest = Callable[[str], tuple[str, Sequence[Entity]]]
"""Says why a name means no entity, and which entities are named alike."""
_SIGNS = {"raised": 1, "lowered": -1, None: 1}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A fact that takes no part in the reasoning, and why; `suggestions` are entities named alike."""

    fact: Fact
    why: str
    suggestions: tuple[Entity, ...] = ()

    def __str__(self) -> str:
        hint = f" Did you mean {' or '.join(e.label for e in self.suggestions)}?" if self.suggestions else ""
        return f"{self.fact.label}: {self.why}.{hint}"


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition or exposure that the patient has. `time` is when it began, in days; None where it is not known.

    `given` says that it was given or done to the patient, so that it cannot explain what was found as it began.
    """

    entity: Entity
    sign: int
    facts: tuple[Fact, ...]
    time: float | None
    given: bool

    def could_explain(self, entity: Entity, time: float | None) -> bool:
        """Whether it is another thing than the one found and did not begin too late."""
        return entity != self.entity and not self.too_late(time)

    def too_late(self, time: float | None) -> bool:
        """Whether it is known to have begun after this time; what was given, also at this time."""
        if self.time is None or time is None:
            return False
        return self.time >= time if self.given else self.time > time


@dataclass(frozen=True, slots=True)
class Seen:
    """Something found in the patient: an entity that is up (+1) or down (-1), first seen at `time`."""

    entity: Entity
    sign: int
    facts: tuple[Fact, ...]
    time: float | None


@dataclass(frozen=True)
class Patient:
    """The facts of a case by their role; `present` and `denials` list states with the times they are stated for."""

    causes: tuple[Cause, ...]
    findings: tuple[Seen, ...]
    unknown: Mapping[Entity, tuple[Fact, ...]]
    measured: frozenset[str]
    left_out: tuple[LeftOut, ...]
    present: Mapping[State, tuple[float | None, ...]]
    denials: frozenset[State]

    def denied(self, time: float | None) -> frozenset[State]:
        """The states that the patient was found not to be in, and is not known to have come into by this time."""
        return frozenset(s for s in self.denials if not any(_by(t, time) for t in self.present.get(s, ())))


def unnamed(_: str) -> tuple[str, Sequence[Entity]]:
    """Why a name means no entity, where nobody can tell what it is like."""
    return "no entity of this graph", ()


def patient(case: Case, held: Collection[str], given_kinds: Collection[str], suggest: Suggest = unnamed) -> Patient:
    """Give each fact of a case its role.

    `held` are the ids of the entities of the graph, `given_kinds` the kinds that are given from outside; `suggest`
    finds entities named like a term that the graph does not hold. Raises InvalidData for a time that is no duration.
    O(facts), and a search for each unknown term.
    """
    usable, left_out = _usable(case.facts, held, suggest)
    causes: dict[tuple[Entity, int], list[Fact]] = defaultdict(list)
    findings: dict[tuple[Entity, int], list[Fact]] = defaultdict(list)
    unknown: dict[Entity, list[Fact]] = defaultdict(list)
    present: dict[State, list[float | None]] = defaultdict(list)
    denials: set[State] = set()
    for fact, entity in usable:
        sign = _SIGNS.get(fact.direction, 1)
        if fact.presence == "unknown":
            unknown[entity].append(fact)
        elif fact.presence == "absent":
            denials.add((entity.id, sign))
        elif fact.direction == "normal":
            denials |= {(entity.id, 1), (entity.id, -1)}
        elif _wordless(fact, entity):
            left_out.append(LeftOut(fact, "a value, and nothing says whether it is raised or lowered"))
        else:
            present[entity.id, sign].append(_time(fact))
            if fact.category in CAUSAL and entity.kind not in INERT:
                causes[entity, sign].append(fact)
            if fact.category not in GIVEN:
                findings[entity, sign].append(fact)
            elif fact.category in CAUSAL and entity.kind in INERT:
                left_out.append(LeftOut(fact, f"of the kind {entity.kind}, which is no cause"))
    return Patient(
        causes=tuple(
            Cause(e, sign, tuple(f), _start(f), _is_given(e, f, given_kinds)) for (e, sign), f in causes.items()
        ),
        findings=tuple(Seen(e, sign, tuple(facts), _start(facts)) for (e, sign), facts in findings.items()),
        unknown={entity: tuple(facts) for entity, facts in unknown.items()},
        measured=frozenset(entity.id for fact, entity in usable if fact.presence != "unknown"),
        left_out=tuple(left_out),
        present={state: tuple(times) for state, times in present.items()},
        denials=frozenset(denials),
    )


def _usable(
    facts: Iterable[Fact], held: Collection[str], suggest: Suggest
) -> tuple[list[tuple[Fact, Entity]], list[LeftOut]]:
    """The facts on entities of the graph that no other fact contradicts, and all others with the reason."""
    usable, left_out = [], []
    stated: dict[tuple[str, float | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.entity and fact.presence != "unknown":
            stated[fact.entity.id, _time(fact)].append(fact)
    for fact in facts:
        if fact.entity is None:
            why, near = (fact.category, ()) if fact.category in APART else suggest(fact.label)
            left_out.append(LeftOut(fact, why, tuple(near)))
        elif fact.entity.id not in held:
            left_out.append(LeftOut(fact, "its entity is not in this graph"))
        elif other := _opponent(fact, stated.get((fact.entity.id, _time(fact)), ())):
            why = f"{_words(fact)} and {_words(other)} at one time; neither is used"
            left_out.append(LeftOut(fact, why))
        else:
            usable.append((fact, fact.entity))
    return usable, left_out


def _opponent(fact: Fact, others: Iterable[Fact]) -> Fact | None:
    """The first fact on the same entity at the same time that cannot be true as well."""
    return None if fact.presence == "unknown" else next((other for other in others if _clash(fact, other)), None)


def _clash(one: Fact, other: Fact) -> bool:
    present, absent = sorted((one, other), key=lambda fact: fact.presence != "present")
    if absent.presence == "absent":
        return present.presence == "present" and present.direction in (absent.direction or "raised", None)
    return None not in (one.direction, other.direction) and one.direction != other.direction


def _words(fact: Fact) -> str:
    return " ".join(filter(None, (fact.presence, fact.direction)))


def _wordless(fact: Fact, entity: Entity) -> bool:
    """Whether a measurement has a value that says neither raised nor lowered nor positive."""
    if entity.kind != "Measurement" or fact.direction or not fact.value:
        return False
    number = re.fullmatch(r"[<>=~]*\s*-?\d+([.,]\d+)?", fact.value)
    return fact.category != "outcome" if number else fact.category == "lab" and fact.value.casefold() not in POSITIVE


def _is_given(entity: Entity, facts: Iterable[Fact], kinds: Collection[str]) -> bool:
    return entity.kind in kinds or any(fact.category == "treatment" for fact in facts)


def _start(facts: Iterable[Fact]) -> float | None:
    """The earliest time; None as soon as one of them is not known, since that one may be earlier still."""
    known = [time for fact in facts if (time := _time(fact)) is not None]
    return min(known) if len(known) == len(list(facts)) else None


def _time(fact: Fact) -> float | None:
    if not fact.time:
        return None
    try:
        return days(fact.time)
    except ValueError as error:
        problem = Problem("error", "time", "", 0, fact.id, f"the time {error}.", "Mend it.", "time", fact.time)
        raise InvalidData([problem]) from None


def _by(time: float | None, limit: float | None) -> bool:
    """Whether a time may lie at or before a limit; what is not known may."""
    return time is None or limit is None or time <= limit
