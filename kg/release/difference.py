"""How two states of the data differ, by meaning: records, edges, verdicts; whatever schema each of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.contents import read
from kg.model import JSON, Problem
from kg.release.records import SORTS, Changed, Changes, Record, compare, records
from kg.schema import CKG, RDFS, SKOS, Schema
from kg.store import Dataset

if TYPE_CHECKING:
    from kg.causal.replay import Replayed
    from kg.curation.preview import EdgeChange

__all__ = ["Difference", "Side", "difference"]

_OURS = {
    "ckg": CKG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": RDFS,
    "skos": SKOS,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Short names that a comparison relies on, whatever the two schemas declare."""


@dataclass(frozen=True)
class Side:
    """One of the two states: where it is, its version, how much it holds, and what of it could not be read.

    `problems` are what `kg check` calls errors: what this program does not know (a predicate, a value or a property of
    another schema version), or what is broken. Claims that they concern are compared, but stand behind no edge.
    """

    location: str
    version: str
    claims: int
    problems: tuple[Problem, ...]

    def to_dict(self) -> JSON:
        """The side as JSON-ready data."""
        problems = [problem.to_dict() for problem in self.problems]
        return {"location": self.location, "version": self.version, "claims": self.claims, "problems": problems}


@dataclass(frozen=True)
class Difference:
    """What changed from `old` to `new`.

    `changes` are the records by sort (``claims``, ``entities``, ``sources``, ``disputes``, ``cases``, ``questions``,
    ``schema``, ``terms``), `edges` those that appeared, vanished or are supported otherwise, `verdicts` the standing
    questions (of `questions` that were asked) whose verdict is another, with the changes that turn it. `labels` says in
    words what the names in `changes` stand for.
    """

    old: Side
    new: Side
    changes: Mapping[str, Changes]
    edges: tuple[EdgeChange, ...]
    verdicts: tuple[Replayed, ...]
    questions: int
    labels: Mapping[str, str]

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return any(self.changes.values()) or bool(self.edges or self.verdicts)

    def to_dict(self) -> JSON:
        """The difference as JSON-ready data."""
        return {
            "type": "difference",
            "same": not self,
            "old": self.old.to_dict(),
            "new": self.new.to_dict(),
            **{sort: self._sort(changes) for sort, changes in self.changes.items()},
            "edges": [edge.to_dict() for edge in self.edges],
            "verdicts": [verdict.to_dict() for verdict in self.verdicts],
            "questions_asked": self.questions,
        }

    def _sort(self, changes: Changes) -> JSON:
        return {
            "added": [self._named(name) for name in changes.added],
            "removed": [self._named(name) for name in changes.removed],
            "changed": [self._changed(change) for change in changes.changed],
            "retracted": [self._changed(change) for change in changes.retracted],
            "moved": [{"before": m.before, "after": m.after, "label": self.labels[m.after]} for m in changes.moved],
        }

    def _named(self, name: str) -> JSON:
        return {"name": name, "label": self.labels[name]}

    def _changed(self, change: Changed) -> JSON:
        return {**self._named(change.name), "fields": [field.to_dict() for field in change.fields]}


def difference(old: str | Path, new: str | Path) -> Difference:
    """Compare two releases, on-disk stores or folders of Turtle. O(statements), and what `KnowledgeGraph.replay` costs.

    Data of another schema version are no error: what one of the two does not know is told under ``schema`` and in the
    problems of its side. Raises FileProblem if one cannot be read, InvalidData for Turtle that does not parse, for a
    release with a missing or changed file, and for blank nodes.
    """
    from kg.curation.preview import edge_changes
    from kg.graph import KnowledgeGraph

    datasets = [Dataset.at(place) for place in (old, new)]
    short = _short(datasets[0].schema, datasets[1].schema)
    contents = [read(dataset, checked=False) for dataset in datasets]
    graphs = [KnowledgeGraph(*pair) for pair in zip(datasets, contents, strict=True)]
    held = [records(dataset, short.curie) for dataset in datasets]
    changes = compare(*held)
    renamed = {m.before.removeprefix("claim:"): m.after.removeprefix("claim:") for m in changes["claims"].moved}
    replay = graphs[0].replay(graphs[1], renamed=renamed)
    problems = [tuple(c.problems) for c in contents]
    sides = [Side(str(place), g.version, len(g), p) for place, g, p in zip((old, new), graphs, problems, strict=True)]
    edges = edge_changes(graphs[0], graphs[1])
    labels = _labels(held, changes)
    return Difference(sides[0], sides[1], changes, edges, replay.changed, len(replay.questions), labels)


def _short(old: Schema, new: Schema) -> Schema:
    """A schema with the prefixes of both, so that one IRI has one short name."""
    return replace(new, prefixes={**old.prefixes, **new.prefixes, **_OURS})


def _labels(held: Sequence[Mapping[str, Mapping[str, Record]]], changes: Mapping[str, Changes]) -> dict[str, str]:
    """What the names that changed stand for, in words; the new state speaks first."""
    both: dict[str, Record] = {}
    for side in held:
        both |= {name: record for sort in SORTS for name, record in side[sort].items()}
    uses = [_uses(side["claims"]) for side in held]
    found = {}
    for sort, changed in changes.items():
        names = [*changed.added, *changed.removed, *(m.after for m in changed.moved)]
        names += [change.name for change in (*changed.changed, *changed.retracted)]
        for name in names:
            if sort == "claims":
                found[name] = _claim_label(name, both)
            elif sort == "schema":
                found[name] = _schema_label(name, both, uses[1][name] or uses[0][name])
            else:
                found[name] = _label(name, both)
    return found


def _uses(claims: Mapping[str, Record]) -> Counter[str]:
    """How many claims name a term of the schema, as a property or as a value."""
    found: Counter[str] = Counter()
    for record in claims.values():
        found.update({*record, *(value for values in record.values() for value in values)})
    return found


def _claim_label(name: str, both: Mapping[str, Record]) -> str:
    record = both[name]
    subject, predicate, target, source = (
        _label(next(iter(record.get(f"ckg:{part}", ("?",)))), both)
        for part in ("subject", "predicate", "object", "source")
    )
    return f"{subject} {predicate} {target} [{source}]"


def _schema_label(name: str, both: Mapping[str, Record], uses: int) -> str:
    kinds = [kind.split(":")[-1].lower() for kind in both[name].get("rdf:type", ()) if kind.startswith("ckg:")]
    used = f", used by {uses} claim{'s' if uses > 1 else ''}" if uses else ""
    return f"{kinds[0] if kinds else 'term'} {_label(name, both)}{used}"


def _label(name: str, both: Mapping[str, Record]) -> str:
    """The label of a record, without its quotes and language; its name where it has none."""
    record = both.get(name, {})
    labels: Any = record.get("rdfs:label") or record.get("skos:prefLabel") or ()
    return next((label[1 : label.rindex('"')] for label in labels if label.startswith('"')), name.split(":")[-1])
