"""A dataset as plain records, subject by subject, and how two sets of records differ.

Records are read off the statements themselves, whatever their properties are called, so that data of another schema
version compare like any others. Values are short names and quoted texts, as Turtle would write them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.exchange.forms.rdf import graphs
from kg.model import JSON
from kg.ordering import natural
from kg.schema import BASE
from kg.store import EDITED, Dataset

__all__ = ["SORTS", "Changed", "Changes", "Field", "Moved", "Record", "compare", "records"]

Record = Mapping[str, tuple[str, ...]]
"""The values of each property of one subject."""
SORTS = ("schema", "entities", "sources", "disputes", "claims", "cases", "questions", "terms")
"""What a dataset holds, in an order in which a record only refers to sorts before its own (or to its own)."""
_HOMES = {
    "entity/": "entities",
    "source/": "sources",
    "dispute/": "disputes",
    "claim/": "claims",
    "case/": "cases",
    "question/": "questions",
    "": "schema",
}
_BARE = ("xsd:integer", "xsd:boolean")
"""Types whose values Turtle writes without quotes."""


def records(dataset: Dataset, curie: Callable[[str], str]) -> dict[str, dict[str, Record]]:
    """The records of the edited graphs by sort and by name; `curie` shortens IRIs. O(statements).

    Raises InvalidData for a blank node, which has no name to compare by.
    """
    found: dict[str, dict[str, dict[str, list[str]]]] = {sort: {} for sort in SORTS}
    for role, triples in graphs(dataset).items():
        for triple in triples if role in EDITED else ():
            iri = str(triple.subject.value)  # type: ignore[union-attr]
            record = found[_sort(iri)].setdefault(curie(iri), {})
            values = record.setdefault(curie(triple.predicate.value), [])
            values.append(_value(triple.object, curie))
    return {
        sort: {
            name: {field: tuple(sorted(values)) for field, values in record.items()} for name, record in held.items()
        }
        for sort, held in found.items()
    }


def _sort(iri: str) -> str:
    if not iri.startswith(BASE):
        return "terms"
    return next(sort for home, sort in _HOMES.items() if iri.startswith(BASE + home))


def _value(term: Any, curie: Callable[[str], str]) -> str:
    if type(term).__name__ == "NamedNode":
        return curie(term.value)
    kind = curie(term.datatype.value)
    if kind in _BARE:
        return str(term.value)
    tail = f"@{term.language}" if term.language else "" if kind == "xsd:string" else f"^^{kind}"
    return f'"{term.value}"{tail}'


@dataclass(frozen=True, slots=True)
class Field:
    """A property whose values changed: those it had, those it has."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def __str__(self) -> str:
        if set(self.before) & set(self.after):
            gained, lost = set(self.after) - set(self.before), set(self.before) - set(self.after)
            told = [f"{word} {', '.join(sorted(some))}" for word, some in (("gains", gained), ("loses", lost)) if some]
            return f"{self.name} {' and '.join(told)}"
        before, after = (", ".join(values) or "nothing" for values in (self.before, self.after))
        return f"{self.name} from {before} to {after}"

    def to_dict(self) -> JSON:
        """The field as JSON-ready data."""
        return {"name": self.name, "before": list(self.before), "after": list(self.after)}


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that is in both, with the fields that differ."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A record with the same content under another name."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How the records of one sort differ; `retracted` are changed ones that are retracted now and were not before."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    retracted: tuple[Changed, ...] = ()
    moved: tuple[Moved, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.retracted, self.moved))


def compare(old: Mapping[str, Mapping[str, Record]], new: Mapping[str, Mapping[str, Record]]) -> dict[str, Changes]:
    """How two sets of records differ, by sort.

    A record whose name is gone and whose content stands under a new name has moved. What refers to a moved record is
    compared as if it had kept its name, so that renaming a source does not change its claims. O(statements).
    """
    renamed: dict[str, str] = {}
    found = {}
    for sort in SORTS:
        before = {name: _renamed(record, renamed) for name, record in old[sort].items()}
        found[sort] = _changes(before, new[sort])
        renamed |= {move.before: move.after for move in found[sort].moved}
    return found


def _renamed(record: Record, names: Mapping[str, str]) -> Record:
    if not names:
        return record
    return {field: tuple(sorted(names.get(value, value) for value in values)) for field, values in record.items()}


def _changes(old: Mapping[str, Record], new: Mapping[str, Record]) -> Changes:
    gone, come = (sorted(names, key=natural) for names in (old.keys() - new.keys(), new.keys() - old.keys()))
    moved = _moves(old, new, gone, come)
    left, reached = {move.before for move in moved}, {move.after for move in moved}
    shared = sorted(old.keys() & new.keys(), key=natural)
    differing = [Changed(name, fields) for name in shared if (fields := _fields(old[name], new[name]))]
    retracted = [c for c in differing if _is_retracted(new[c.name]) and not _is_retracted(old[c.name])]
    return Changes(
        added=tuple(name for name in come if name not in reached),
        removed=tuple(name for name in gone if name not in left),
        changed=tuple(change for change in differing if change not in retracted),
        retracted=tuple(retracted),
        moved=tuple(moved),
    )


def _moves(
    old: Mapping[str, Record], new: Mapping[str, Record], gone: Iterable[str], come: Iterable[str]
) -> list[Moved]:
    """Pairs of names with the same content, each used once, in their order."""
    waiting: dict[frozenset[tuple[str, tuple[str, ...]]], list[str]] = defaultdict(list)
    for name in come:
        waiting[frozenset(new[name].items())].append(name)
    moved = []
    for name in gone:
        same = waiting[frozenset(old[name].items())]
        if same:
            moved.append(Moved(name, same.pop(0)))
    return moved


def _fields(old: Record, new: Record) -> tuple[Field, ...]:
    names = sorted(old.keys() | new.keys())
    return tuple(Field(n, old.get(n, ()), new.get(n, ())) for n in names if old.get(n) != new.get(n))


def _is_retracted(record: Record) -> bool:
    return "ckg:retracted" in record.get("ckg:status", ())
