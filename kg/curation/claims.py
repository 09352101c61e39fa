"""From rows to claims: what is new, what is there already, and all that is wrong, in one pass.

A row equals a claim if both say the same: source, subject, predicate, object, and every qualifier, the place included.
Its note, its status and the disputes it stands in are our own additions and do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from kg.curation.names import Names, Refused
from kg.curation.places import Place, Text, place_of
from kg.curation.sheet import FREE_TEXT, REQUIRED, Row, Sheet, shown, squashed
from kg.errors import RefusedChange
from kg.graph import KnowledgeGraph
from kg.model import Claim, Entity, Problem, Source
from kg.schema import Predicate

__all__ = ["QUALIFIERS", "Reading", "differing", "meaning", "read_claims"]

T = TypeVar("T")
QUALIFIERS = ("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure", "effect")
_VOCABULARIES = ("certainty", "basis", "design", "directness", "species", "tissue")
_ADDITIONS = ("disputes", "status", "note")


@dataclass(frozen=True)
class Reading:
    """What a sheet says: the new claims with their rows, and the rows that say what a claim says already."""

    new: tuple[tuple[Row, Claim], ...] = ()
    known: tuple[tuple[Row, Claim, Claim], ...] = ()
    """Each row with what it says and the claim that is there."""


def read_claims(sheet: Sheet, source: Source, graph: KnowledgeGraph, names: Names, text: Text | None) -> Reading:
    """The claims of a sheet about one source.

    Raises RefusedChange with every problem of every row. O(rows), and a look-up per distinct name.
    """
    builder = _Builder(source, graph, names, text, list(sheet.problems))
    stated = [(row, claim) for row in sheet.rows if (claim := builder.claim(row))]
    if builder.problems:
        raise RefusedChange(sorted(builder.problems, key=lambda problem: (problem.line, problem.subject)))
    held = {meaning(claim): claim for claim in _of_source(graph, source)}
    number = _last_number(graph, source) + 1
    new, known = [], []
    for row, claim in stated:
        there = held.get(meaning(claim))
        if there is not None:
            known.append((row, claim, there))
            continue
        name = f"{source.id}-{number}"
        claim = replace(claim, id=name, iri=graph.schema.prefixes["claim"] + name)
        held[meaning(claim)] = claim
        new.append((row, claim))
        number += 1
    return Reading(tuple(new), tuple(known))


def meaning(claim: Claim) -> tuple[Any, ...]:
    """What a claim says, our own additions apart; its digest stands for its place, since offsets are a hint."""
    return (claim.source.id, claim.subject.id, claim.predicate, claim.object.id, *_qualifiers(claim).values())


def differing(one: Claim, other: Claim) -> list[str]:
    """The qualifiers and additions of ours in which two claims differ, by name."""
    first, second = _qualifiers(one), _qualifiers(other)
    found = [name for name in first if first[name] != second[name]]
    return found + [name for name in _ADDITIONS if _addition(one, name) != _addition(other, name)]


def _qualifiers(claim: Claim) -> dict[str, Any]:
    stated = {name: squashed(getattr(claim, name) or "") for name in (*QUALIFIERS, "section")}
    return {**stated, "place": claim.digest, "cites": frozenset(work.id for work in claim.cites)}


def _addition(claim: Claim, name: str) -> Any:
    value = getattr(claim, name)
    return frozenset(value) if name == "disputes" else value


def _of_source(graph: KnowledgeGraph, source: Source) -> list[Claim]:
    return [claim for claim in graph.claims() if claim.source == source]


def _last_number(graph: KnowledgeGraph, source: Source) -> int:
    """The highest number among the claims that go by the source's name, retracted ones included; 0 without any."""
    tails = (claim.id.removeprefix(f"{source.id}-") for claim in graph.claims() if claim.id.startswith(f"{source.id}-"))
    return max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)


def _unfit(row: Row, subject: Entity, predicate: Predicate, target: Entity) -> Iterator[Problem]:
    """What keeps two entities from being the ends of a predicate; `kg check` would find it too, but not by its row."""
    if subject == target:
        message = f"subject and object are both {subject.label}."
        yield row.problem("value", "object", message, "A claim needs two different entities.")
    ends = (("subject", subject, predicate.subject_kinds), ("object", target, predicate.object_kinds))
    for column, entity, allowed in ends:
        if allowed and entity.kind not in allowed:
            message = f"{entity.label} is a {entity.kind}, which cannot be the {column} of {predicate.label!r}."
            remedy = f"Choose another predicate or another entity; its kind may be: {', '.join(allowed)}."
            yield row.problem("kind", column, message, remedy)


@dataclass
class _Builder:
    """Turns rows into claims without ids, and collects what is wrong instead of stopping at the first."""

    source: Source
    graph: KnowledgeGraph
    names: Names
    text: Text | None
    problems: list[Problem] = field(default_factory=list)

    def claim(self, row: Row) -> Claim | None:
        """The claim of a row, or None if something is wrong with it."""
        before = len(self.problems)
        for column in REQUIRED:
            if column not in row.cells and column not in row.faulty:
                self.problems.append(row.problem("missing", column, "the cell is blank.", f"Name the {column}."))
        subject, target = (self._cell(row, column, self.names.entity) for column in ("subject", "object"))
        predicate = self._cell(row, "predicate", self.names.predicate)
        parts = self._qualifiers(row)
        if subject is not None and target is not None and predicate is not None:
            self.problems += _unfit(row, subject, self.graph.schema.predicates[predicate], target)
        if len(self.problems) > before or row.faulty or subject is None or target is None or predicate is None:
            return None
        words = self.graph.schema.predicates[predicate]
        return Claim(
            id="", iri="", subject=subject, predicate=predicate, object=target, sign=words.sign, causal=words.causal,
            source=self.source, **parts,
        )  # fmt: skip

    def _qualifiers(self, row: Row) -> dict[str, Any]:
        values = {name: self._cell(row, name, self._value_of(name)) for name in (*_VOCABULARIES, "status")}
        values["status"] = values["status"] or "draft"
        place = self._place(row)
        return {
            **values,
            **{name: row.cells.get(name) for name in FREE_TEXT},
            "cites": tuple(self._several(row, "cites", self._cited)),
            "disputes": tuple(sorted(self._several(row, "dispute", self.names.dispute))),
            "start": place.start,
            "end": place.end,
            "digest": place.digest,
        }

    def _value_of(self, vocabulary: str) -> Callable[[str], str]:
        def look_up(text: str) -> str:
            value = self.names.value(vocabulary, text)
            if (vocabulary, value) == ("status", "retracted"):
                raise Refused("a new claim cannot be retracted.", "Leave the row out, or say draft or curated.")
            return value

        return look_up

    def _cited(self, text: str) -> Source:
        work = self.names.source(text)
        if work == self.source:
            raise Refused(f"{shown(text)} is the source itself.", "Name the work that it takes the claim from.")
        return work

    def _place(self, row: Row) -> Place:
        if {"passage", "start", "end", "digest"} & row.faulty:
            return Place()
        try:
            return place_of(row, self.text)
        except Refused as refusal:
            column = next((name for name in ("passage", "start", "end", "digest") if name in row.cells), "")
            self.problems.append(row.problem("place", column, refusal.message, refusal.remedy))
            return Place()

    def _cell(self, row: Row, column: str, look_up: Callable[[str], T]) -> T | None:
        """What a cell names; None for a blank one, or with a problem noted."""
        found = list(self._looked_up(row, column, [row.cells[column]] if column in row.cells else [], look_up))
        return found[0] if found else None

    def _several(self, row: Row, column: str, look_up: Callable[[str], T]) -> Sequence[T]:
        """What the parts of a cell name, parted by bars; each once."""
        parts = [part.strip() for part in row.cells.get(column, "").split("|")]
        return list(dict.fromkeys(self._looked_up(row, column, [part for part in parts if part], look_up)))

    def _looked_up(self, row: Row, column: str, texts: Iterable[str], look_up: Callable[[str], T]) -> Iterator[T]:
        for text in texts:
            try:
                yield look_up(text)
            except Refused as refusal:
                self.problems.append(row.problem("name", column, refusal.message, refusal.remedy))
