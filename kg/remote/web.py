"""A graph at a SPARQL endpoint: which shape its data have, where they lie there, and what it is asked."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.causal.scope import Scope
from kg.errors import FileProblem, NotFound, UsageError
from kg.graph import KnowledgeGraph
from kg.large.graph import LargeGraph
from kg.model import Entity, Source
from kg.remote.claims import Claims
from kg.remote.client import Client
from kg.remote.endpoint import Endpoint, Shape
from kg.remote.frontier import Engine, Limits
from kg.remote.narrowing import Narrowing
from kg.remote.reading import Reader, iris, value
from kg.remote.report import read_as
from kg.remote.table import no_nodes, part_of, tabled
from kg.remote.triples import DESCRIBING, PlainSigns, Triples
from kg.schema import CKG, shipped_schema

if TYPE_CHECKING:
    from kg.large.report import Report
    from kg.sparql import Results

__all__ = ["Web"]


class Web:
    """The place of data at an endpoint; `ours` tells claims in our own shape from plain triples."""

    def __init__(self, client: Client, unmapped: str = "unsigned") -> None:
        """Asks the endpoint what it holds, and where. Raises FileProblem if it does not answer or holds nothing."""
        self.client, self.schema = client, shipped_schema()
        self.signs = PlainSigns(self.schema, unmapped)
        self.ours, self.named = self._looked_at()
        self.origin = client.shown
        self.version = f"{client.shown} ({'claims' if self.ours else 'triples'})"

    def _looked_at(self) -> tuple[bool, bool]:
        for pattern, ours in ((f"?c a <{CKG}Claim> .", True), ("?s ?p ?o .", False)):
            for named in (False, True):
                inside = f"GRAPH ?g {{ {pattern} }}" if named else pattern
                if self.client.ask(f"ASK {{ {inside} }}"):
                    return ours, named
        raise FileProblem(f"{self.client.shown} holds no triples, in no graph that it shows.")

    def _shape(self, definitions: bool = True, narrowing: Narrowing | None = None) -> Claims | Triples:
        if not self.ours:
            return Triples(self.signs, self.origin, named=self.named, definitions=definitions)
        scopes = [Scope.of(self.schema, **filters) for filters in (narrowing or Narrowing()).scopes]
        return Claims(self.schema, self.origin, named=self.named, definitions=definitions, scopes=scopes)

    @contextlib.contextmanager
    def engine(
        self, sources: tuple[Entity, ...], targets: tuple[Entity, ...], definitions: bool, specialize: bool,
        narrowing: Narrowing, limits: Limits,
    ) -> Iterator[Engine]:  # fmt: skip
        """What grows the frontiers of one question."""
        shape: Shape = self._shape(definitions, narrowing)
        space = self.schema.prefixes["entity"]
        gone = [space + name if self.ours else self._full(name) for name in narrowing.entities]
        ends = [[entity.iri for entity in side] for side in (sources, targets)]
        yield Endpoint(self._reader(limits.seconds), shape, limits, *ends, specialize=specialize, gone=gone)

    def _full(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self.schema.prefixes[prefix] + local if colon and prefix in self.schema.prefixes else name

    def _reader(self, seconds: float = Limits.seconds) -> Reader:
        return Reader(self.client, seconds)

    def candidates(self, text: str) -> KnowledgeGraph:
        """The entities that may go by a name."""
        return self._shape().candidates(self._reader(), text)

    def known_as(self, text: str) -> str:
        """The name by which the candidates know what goes by an IRI."""
        return self._shape().known_as(text)

    def like(self, text: str) -> KnowledgeGraph:
        """Entities that have a text in one of their names."""
        return self._shape().like(self._reader(), text)

    def scope(self, filters: Mapping[str, Any]) -> list[str]:
        """A scope in words; plain triples state nothing that could be filtered by but their endpoint."""
        if not self.ours:
            self._empty.where(**filters)
            return [f"{name} {value}" for name, value in filters.items() if name != "drafts"]
        try:
            return Scope.of(self.schema, **filters).describe()
        except TypeError:
            names = "species, tissue, population, certainty, design, basis, sources, years, drafts, unstated"
            raise UsageError(f"Unknown filter among {', '.join(filters)}. Use: {names}.") from None

    @functools.cached_property
    def _empty(self) -> LargeGraph:
        edges = tabled({"subject": (), "predicate": (), "object": ()})
        return part_of(no_nodes(), edges, self.signs, self.origin, ())

    def source(self, name: str) -> Source:
        """The source with this slug; of plain triples the endpoint is the only one."""
        if not self.ours:
            if name != self.origin:
                raise NotFound(f"No source {name!r}: plain triples name none. There is one, {self.origin}.")
            return self._empty.source(name)
        shape = self._shape()
        assert isinstance(shape, Claims)  # noqa: S101 - for the type checker
        found = shape.source(self._reader(), name)
        if found is None:
            raise NotFound(f"No source {name!r} at {self.origin}. Sources go by their slug, such as nazir-2015.")
        return found

    def has_claim(self, name: str) -> bool:
        """Whether a claim is there; a plain triple goes by its three terms."""
        try:
            if self.ours:
                return self._holds(f"{iris([self.schema.prefixes['claim'] + name])} a <{CKG}Claim> .")
            parts = name.split(" ")
            return len(parts) == 3 and self._holds(f"{iris(map(self._full, parts))} .")
        except ValueError:
            return False

    def _holds(self, pattern: str) -> bool:
        return self.client.ask(f"ASK {{ {f'GRAPH ?g {{ {pattern} }}' if self.named else pattern} }}")

    def sparql(self, text: str, limit: int | None, bindings: Mapping[str, Any]) -> Results:
        """Send a query on to the endpoint, once the guard has passed it, with the prefixes that it uses declared."""
        from kg.sparql.asking import prepared
        from kg.sparql.lexer import OPENING

        if limit is not None and limit < 1:
            raise UsageError(f"limit is {limit}; it must be 1 or more, or None for all rows.")
        query = prepared(text, self.schema.prefixes, bindings)
        opening = OPENING.match(text)
        triples = opening is not None and opening["word"].upper() in ("CONSTRUCT", "DESCRIBE")
        return self.client.results(query, limit, self.schema.prefixes, triples)

    def report(self) -> Report:
        """How the predicates of plain triples are read, counted by the endpoint."""
        if self.ours:
            raise UsageError(f"{self.origin} holds claims in our own shape: every predicate is read as it stands.")
        inside = f"{'GRAPH ?g ' if self.named else ''}{{ ?s ?p ?o FILTER(ISIRI(?o)) }}"
        rows = self.client.select(f"SELECT ?p (COUNT(*) AS ?many) WHERE {inside} GROUP BY ?p ORDER BY ?p")
        counted = [(value(p), self.signs.read(value(p)), int(value(many))) for p, many in rows if p]
        told = [(self.schema.curie(p), m, n) for p, m, n in counted if m.mapped or not p.startswith(DESCRIBING)]
        return read_as(told, self.signs.unmapped, {})

    @property
    def large(self) -> bool:
        """Not known without counting: all routes in the part are listed, as far as the budget goes."""
        return False

    @property
    def left_out(self) -> tuple[str, ...]:
        """That triples are left out whose predicates are not in the table; how many, `report` counts."""
        leaves = not self.ours and self.signs.unmapped == "left out"
        return ("triples left out whose predicates are not in the table",) if leaves else ()

    def claims(self) -> int:
        """How many claims, or triples, there are."""
        pattern = f"?s a <{CKG}Claim> ." if self.ours else "?s ?p ?o ."
        inside = f"GRAPH ?g {{ {pattern} }}" if self.named else pattern
        rows = self.client.select(f"SELECT (COUNT(DISTINCT ?s) AS ?many) WHERE {{ {inside} }}")
        return int(value(rows[0][0])) if rows else 0
