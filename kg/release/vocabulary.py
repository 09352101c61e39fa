"""The terms of the schema as its graph states them: label, definition, example and mappings, for the pages to show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.schema import CKG, RDF_TYPE, RDFS, SKOS, Schema

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Term", "Vocabulary", "cell", "table"]

MATCHES = ("exact", "close", "broad", "narrow", "related")


@dataclass(frozen=True)
class Term:
    """One subject of the schema; `statements` are its values as text, by the IRI of their property."""

    iri: str
    name: str
    statements: Mapping[str, Sequence[str]] = field(repr=False)

    def one(self, iri: str) -> str:
        """The first value of a property, or an empty text."""
        return next(iter(self.statements.get(iri, ())), "")

    @property
    def label(self) -> str:
        """Its rdfs:label."""
        return self.one(RDFS + "label")

    @property
    def definition(self) -> str:
        """Its skos:definition."""
        return self.one(SKOS + "definition")

    @property
    def example(self) -> str:
        """Its skos:example."""
        return self.one(SKOS + "example")


@dataclass(frozen=True)
class Vocabulary:
    """All subjects of the schema, by short name; `labels` are those of the terms they are mapped to."""

    schema: Schema
    terms: Mapping[str, Term]
    labels: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, triples: Iterable[Triple], schema: Schema, tables: Iterable[str]) -> Vocabulary:
        """Read it from the triples of graph:schema and the SSSOM tables that are kept with it."""
        found: dict[str, dict[str, list[str]]] = {}
        for triple in triples:
            statements = found.setdefault(triple.subject.value, {})  # type: ignore[union-attr]
            statements.setdefault(triple.predicate.value, []).append(str(triple.object.value))  # type: ignore[union-attr]
        terms = {schema.curie(iri): Term(iri, schema.curie(iri), found[iri]) for iri in sorted(found)}
        labels = {row["object_id"]: row["object_label"] for table in tables for row in _rows(table)}
        return cls(schema, terms, labels)

    def __getitem__(self, name: str) -> Term:
        """The term of ours with a local name, empty if the schema does not state it."""
        return self.terms.get(f"ckg:{name}") or Term(CKG + name, f"ckg:{name}", {})

    def typed(self, kind: str) -> list[Term]:
        """The terms that are of a class of ours, by name."""
        return [term for term in self.terms.values() if CKG + kind in term.statements.get(RDF_TYPE, ())]

    def matches(self, term: Term) -> dict[str, list[str]]:
        """The terms elsewhere that it is mapped to, with their labels, by the strength of the match."""
        found = {how: sorted(map(self._shown, term.statements.get(f"{SKOS}{how}Match", ()))) for how in MATCHES}
        return {how: shown for how, shown in found.items() if shown}

    def _shown(self, iri: str) -> str:
        name = self.schema.curie(iri)
        label = self.labels.get(name, "")
        return f"{name} ({label})" if label else name


def _rows(sssom: str) -> Iterable[Mapping[str, str]]:
    text = "".join(line for line in sssom.splitlines(keepends=True) if not line.startswith("#"))
    return csv.DictReader(io.StringIO(text), delimiter="\t")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers stand to the right if every value of their column is one."""
    lines = [[str(value) for value in row] for row in rows]
    rule = ["--:" if all(map(_number, column)) else "---" for column in zip(*lines, strict=True)]
    return "".join(f"| {' | '.join(map(cell, row))} |\n" for row in (head, rule or ["---"] * len(head), *lines))


def _number(text: str) -> bool:
    return text.removesuffix(" %").lstrip("-").replace(".", "", 1).isdigit()


def cell(text: str) -> str:
    """Text for one cell of a Markdown table, shown as it is.

    >>> cell("a|b\\nc <d>")
    'a\\\\|b c &lt;d>'
    """
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
