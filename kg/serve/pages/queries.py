"""The page of the SPARQL editor: a query, its rows or its error, and the named queries."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kg.errors import KGError, QueryError, UsageError
from kg.schema import BASE
from kg.serve.pages.page import Page, Site

if TYPE_CHECKING:
    from kg.serve.answering import Answer

__all__ = ["editor"]

EXAMPLE = """# Who says that something lowers osteoprotegerin?
SELECT ?what ?label ?claim ?citation {
  ?claim ckg:subject ?what ; ckg:predicate ckg:decreases ; ckg:object entity:osteoprotegerin ;
         ckg:source ?source .
  ?what rdfs:label ?label .
  ?source rdfs:label ?citation .
}
ORDER BY ?label ?claim"""
_PAGES = ("entity", "claim", "source", "dispute", "case")


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer as the page shows it: each cell a text and, where the explorer has a page of it, an address."""

    columns: list[str]
    rows: list[list[tuple[str, str]]]
    truncated: bool
    boolean: bool | None
    forms: tuple[str, ...]
    text: str = ""


def editor(site: Site, text: str | None, answer: Answer | None, error: KGError | None, endpoint: str) -> Page:
    """The editor with a query, and what came of it. `endpoint` is the address that programs use."""
    place = error if isinstance(error, QueryError) else None
    message, _, shown = str(error or "").partition("\n")
    message = re.sub(r"(?: on)? \(line \d+, column \d+\)", "", message) if place and place.line else message
    try:
        queries = list(site.graph.queries.values())
    except UsageError:  # data that lie elsewhere are not asked our queries
        queries = []
    content = {
        "text": EXAMPLE if text is None else text,
        "answer": _rows(site, answer) if answer else None,
        "error": {"line": place.line if place else None, "column": place.column if place else None} if error else None,
        "message": message,
        "place": shown,
        "queries": queries,
        "endpoint": endpoint,
    }
    told = {"type": "queries", "queries": [query.to_dict() for query in queries]}
    status = 200 if error is None else 503 if hasattr(error, "retry_after") else 400
    asked = {} if text is None else {"query": text}
    return Page("sparql.html", "SPARQL", content, lambda: told, status, site.links.at("/sparql", **asked))


def _rows(site: Site, answer: Answer) -> Rows:
    if answer.kind == "construct":
        text = answer.body.decode()
        return Rows([], [], answer.truncated, None, ("turtle", "ntriples"), text)
    found = json.loads(answer.body)
    if answer.kind == "ask":
        return Rows([], [], False, found["boolean"], ())
    columns = found["head"]["vars"]
    spaces = sorted(site.graph.schema.prefixes.items(), key=lambda item: -len(item[1]))
    rows = [[_cell(site, row.get(column), spaces) for column in columns] for row in found["results"]["bindings"]]
    return Rows(columns, rows, answer.truncated, None, ("csv", "tsv", "json", "xml"))


def _cell(site: Site, term: Mapping[str, Any] | None, spaces: list[tuple[str, str]]) -> tuple[str, str]:
    if term is None:
        return "", ""
    if term["type"] == "triple":
        parts = (_cell(site, term["value"][name], spaces)[0] for name in ("subject", "predicate", "object"))
        return f"<< {' '.join(parts)} >>", ""
    if term["type"] != "uri":
        return str(term["value"]), ""
    iri = term["value"]
    sort, _, name = iri.removeprefix(BASE).partition("/")
    address = site.links.named(sort, unquote(name)) if iri.startswith(BASE) and sort in _PAGES and name else ""
    short = next((f"{prefix}:{iri[len(space) :]}" for prefix, space in spaces if iri.startswith(space)), f"<{iri}>")
    return short, address
