"""Asking named queries in tests: rows by column, IRIs of ours by their last part."""

from __future__ import annotations

from typing import Any

from kg.graph import KnowledgeGraph

BASE = "https://w3id.org/calciphylaxis-kg/"


def ids(value: Any) -> Any:
    """An IRI of ours by its last part, as the model names things."""
    if isinstance(value, str) and value.startswith(BASE):
        return value.replace("#", "/").rsplit("/", 1)[1]
    return value


def rows(graph: KnowledgeGraph, name: str, columns: str = "", **parameters: Any) -> list[tuple]:
    """All rows of a query, in order; of some columns only if they are named."""
    found = graph.query(name, limit=None, **parameters)
    places = [found.columns.index(column) for column in columns.split() or found.columns]
    return [tuple(ids(row[place]) for place in places) for row in found.rows]
