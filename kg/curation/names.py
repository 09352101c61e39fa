"""What people write in a cell, and what of the graph they mean by it.

Entities are found by `kg.lookup`; predicates, values and disputes by their names or labels, in whatever case and with
blanks, hyphens or underscores; sources by slug, DOI, PMID, PMCID or citation. Nothing is guessed: a name that fits
nothing or several things raises `Refused` with what to do.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from kg.curation.sheet import shown
from kg.errors import AmbiguousEntity
from kg.graph import KnowledgeGraph
from kg.lookup import Lookup
from kg.model import Entity, Source
from kg.schema import CKG, RDFS
from kg.store import graph_node

__all__ = ["Names", "Refused", "bare_identifier", "plain"]

T = TypeVar("T")
SUGGESTED = 20
"""For so many unknown names a suggestion is looked for; it takes as long as a thousand names that are known."""


class Refused(Exception):
    """A cell cannot be taken as it is."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Names:
    """The names of one graph. Each distinct name is looked up once, however many rows use it."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.schema = graph.schema
        self._lookup = Lookup({entity.id: entity for entity in graph.entities})
        self._sources = _unique(graph.sources, _source_names)
        labels = _labels(graph, "schema")
        self._values = {
            name: {form: value for value in values for form in (plain(labels.get(value, value)), plain(value))}
            for name, values in self.schema.vocabularies.items()
        }
        self._predicates = {
            form: p.name for p in self.schema.predicates.values() for form in (plain(p.label), plain(p.name))
        }
        disputes = _labels(graph, "claims", graph.schema.prefixes["dispute"])
        self._disputes = {form: name for name, label in disputes.items() for form in (plain(label), plain(name))}
        self._suggestions = SUGGESTED
        self._known: dict[tuple[str, str], Any] = {}

    def entity(self, text: str) -> Entity:
        """The entity that goes by a name or identifier."""
        return self._once("entity", text, self._entity)

    def predicate(self, text: str) -> str:
        """The predicate that goes by a name or label."""
        return self._once("predicate", text, functools.partial(self._listed, "predicate", self._predicates))

    def value(self, vocabulary: str, text: str) -> str:
        """The value of a vocabulary that goes by a name or label."""
        what = "reading depth" if vocabulary == "readingdepth" else vocabulary
        return self._once(vocabulary, text, functools.partial(self._listed, what, self._values[vocabulary]))

    def source(self, text: str) -> Source:
        """The source that goes by a slug, an identifier or a citation."""
        return self._once("source", text, self._source)

    def dispute(self, text: str) -> str:
        """The id of the named dispute that goes by an id or a label."""
        return self._once("dispute", text, self._dispute)

    def near_sources(self, slug: str) -> str:
        """A hint at sources whose slugs are like this one, or nothing."""
        near = difflib.get_close_matches(slug, sorted({s.id for s in self._sources.values()}), n=3)
        return f" Did you mean {' or '.join(near)}?" if near else ""

    # --- how each sort is found -----------------------------------------------------------------------------------

    def _once(self, sort: str, text: str, find: Callable[[str], T]) -> T:
        if (sort, text) not in self._known:
            try:
                self._known[sort, text] = find(text)
            except Refused as refusal:
                self._known[sort, text] = refusal
        found = self._known[sort, text]
        if isinstance(found, Refused):
            raise found
        return found  # type: ignore[no-any-return]

    def _may_suggest(self) -> bool:
        self._suggestions -= 1
        return self._suggestions >= 0

    def _entity(self, text: str) -> Entity:
        try:
            found = self._lookup.named(text)
        except AmbiguousEntity as error:
            candidates = ", ".join(f"{e.label} ({e.id})" for e in error.candidates)
            raise Refused(f"{shown(text)} fits several entities: {candidates}.", "Name one of them.") from None
        if found is None:
            near = self._lookup.search(text, 3) if self._may_suggest() else []
            hint = f"Did you mean {' or '.join(e.label for e in near)}?" if near else ""
            more = "`kg find` looks for parts of a name; a new entity goes into entities.ttl first."
            raise Refused(f"there is no entity {shown(text)}.", f"{hint} {more}".strip())
        return found

    def _listed(self, what: str, forms: Mapping[str, str], text: str) -> str:
        found = forms.get(plain(text))
        if found is None:
            near = difflib.get_close_matches(plain(text), list(forms), n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            known = ", ".join(name.replace("-", " ") for name in dict.fromkeys(forms.values()))
            raise Refused(f"unknown {what} {shown(text)}.", f"{hint}Use one of: {known}.")
        return found

    def _source(self, text: str) -> Source:
        found = self._sources.get(bare_identifier(text).casefold())
        if found is None:
            hint = self.near_sources(text) if self._may_suggest() else ""
            more = "Add the cited work first: kg claims add --source SLUG --title ...; or leave the cell blank."
            raise Refused(f"there is no source {shown(text)}.{hint}", more)
        return found

    def _dispute(self, text: str) -> str:
        found = self._disputes.get(plain(text))
        if found is None:
            near = difflib.get_close_matches(plain(text), list(self._disputes), n=1) if self._may_suggest() else []
            hint = f"Did you mean {self._disputes[near[0]]}? " if near else ""
            more = "`kg disputes` lists the named ones; a new one goes into disputes.ttl first."
            raise Refused(f"there is no named dispute {shown(text)}.", hint + more)
        return found


def plain(text: str) -> str:
    """A name in lower case with single blanks for blanks, hyphens and underscores.

    >>> plain("In-vitro  experiment")
    'in vitro experiment'
    """
    return " ".join(re.split(r"[\s_-]+", text.strip().casefold()))


def bare_identifier(text: str) -> str:
    """A DOI, PMID, PMCID or slug without what people write before it.

    >>> [bare_identifier(text) for text in ("https://doi.org/10.1000/x", "PMID: 123", "source:nazir-2015", "pmc123")]
    ['10.1000/x', '123', 'nazir-2015', 'pmc123']
    """
    return re.sub(r"(?i)\A\s*(https?://(dx\.)?doi\.org/|(doi|pmid|pmcid|source)(\s*:\s*|\s+))", "", text).strip()


def _source_names(source: Source) -> Iterable[str]:
    names = (source.id, source.iri, source.doi, source.pmid, source.pmcid, source.citation)
    return (name.casefold() for name in names if name)


def _unique(things: Iterable[T], names: Callable[[T], Iterable[str]]) -> dict[str, T]:
    """Things by each of their names; a name that two things share is of neither."""
    found: dict[str, list[T]] = {}
    for thing in things:
        for name in set(names(thing)):
            found.setdefault(name, []).append(thing)
    return {name: owners[0] for name, owners in found.items() if len(owners) == 1}


def _labels(graph: KnowledgeGraph, role: str, namespace: str = CKG) -> dict[str, str]:
    """The labels of the terms of one namespace, by local name."""
    from pyoxigraph import NamedNode

    quads = graph.dataset.store.quads_for_pattern(None, NamedNode(RDFS + "label"), None, graph_node(role))
    found = {str(q.subject.value): str(q.object.value) for q in quads}  # type: ignore[union-attr]
    return {iri.removeprefix(namespace): found[iri] for iri in sorted(found) if iri.startswith(namespace)}
