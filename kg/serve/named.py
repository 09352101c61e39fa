"""Named queries as text for engines elsewhere: workers, endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.errors import NotFound, UsageError

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.sparql import Parameter

__all__ = ["query_text"]


def query_text(graph: KnowledgeGraph, name: str, given: Mapping[str, str]) -> str:
    """A named query with its parameters put in as terms; defaults for those that are not given, or blank.

    Entities and sources are looked up by their names. Raises NotFound for an unknown query or source, UsageError for a
    parameter that the query does not have or a value that does not fit, UnknownEntity, AmbiguousEntity.

    >>> import kg
    >>> "<https://w3id.org/calciphylaxis-kg/entity/rankl>" in query_text(kg.load(), "what-lowers", {"target": "RANKL"})
    True
    """
    from kg.sparql.asking import prepared

    query = graph.queries.get(name)
    if query is None:
        raise NotFound(f"No query {name!r}.")
    known = {parameter.name for parameter in query.parameters}
    if unknown := sorted(given.keys() - known):
        listed = ", ".join(sorted(known)) or "none"
        raise UsageError(f"The query {name} has no parameter {unknown[0]!r}; it has {listed}.")
    values = {p.name: _value(graph, p, given.get(p.name, "").strip() or p.default) for p in query.parameters}
    return prepared(query.text, graph.schema.prefixes, values)


def _value(graph: KnowledgeGraph, parameter: Parameter, text: str) -> object:
    from pyoxigraph import Literal

    if parameter.kind == "entity":
        return graph.find(text)
    if parameter.kind == "source":
        return graph.source(text)
    if parameter.kind == "text":
        return Literal(text)
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise UsageError(f"{parameter.name} must be a whole number of up to 18 digits, not {text[:40]!r}.")
    return int(text)
