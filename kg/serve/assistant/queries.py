"""SPARQL as an assistant asks it: own queries and the named ones, answered by processes that can be killed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from kg.errors import NotFound, UsageError
from kg.model import JSON
from kg.serve.assistant.answers import LARGEST, Answer
from kg.serve.assistant.glossary import shortened
from kg.serve.named import query_text
from kg.serve.workers import Query, Workers
from kg.sparql.guard import UPDATES
from kg.sparql.lexer import FORMS

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["asked", "prepared", "rows_told"]

_NEITHER = (
    "No named query {!r}, and as SPARQL it does not start with SELECT, ASK, CONSTRUCT or DESCRIBE. "
    "graph_schema with part=queries lists the named ones."
)
_BEGINNINGS = FORMS | UPDATES | {"PREFIX", "BASE", "VERSION"}
"""The first words of what is SPARQL, though it may be refused."""
CELL = 1_000
"""So many characters of one value are told."""


def prepared(graph: KnowledgeGraph, query: str, parameters: Mapping[str, str]) -> str:
    """The text of a query: as it stands or, if it is the name of one, of the named query with its parameters put in.

    Raises what `kg.serve.named.query_text` raises, NotFound for what is neither, and UsageError for parameters of a
    query that is not named.
    """
    name = query.strip()
    first, *_ = re.split(r"\W", name, maxsplit=1)
    if name.upper() in FORMS or not re.fullmatch(r"[\w-]+", name):
        if first and first.upper() not in _BEGINNINGS:
            raise NotFound(_NEITHER.format(shortened(first, 60)))
        if parameters:
            raise UsageError("parameters are for named queries. Write the values into the query, or name one.")
        return query
    if name not in graph.queries:
        raise NotFound(_NEITHER.format(shortened(name, 60)))
    return query_text(graph, name, parameters)


async def asked(graph: KnowledgeGraph, workers: Workers | None, text: str, limit: int, run: Any) -> Answer:
    """The answer to a query; `run` calls what waits, such as a remote endpoint, in a thread.

    Raises QueryError, UsageError, and Busy, TookTooLong or TooLarge where a limit is met.
    """
    if workers is None:  # the data lie elsewhere, where limits of their own hold
        results = await run(partial(graph.sparql, text, limit=limit))
        kind, truncated = results.kind, results.truncated
        body = results.serialize("turtle" if kind == "construct" else "json")
    else:
        found = await workers.answer(Query(text, limit=limit))
        kind, truncated, body = found.kind, found.truncated, found.body.decode()
    return _triples(body, truncated) if kind == "construct" else rows_told(body, graph, truncated)


def rows_told(body: str, graph: KnowledgeGraph, truncated: bool) -> Answer:
    """Rows in the SPARQL JSON format as a table with short IRIs; as many as are not too large."""
    data = json.loads(body)
    if "boolean" in data:
        told = "Yes, the pattern is there." if data["boolean"] else "No, the pattern is not there."
        return Answer(told, _result("ask", boolean=data["boolean"]))
    columns = data["head"]["vars"]
    rows = [[_cell(row.get(column), graph) for column in columns] for row in data["results"]["bindings"]]
    if not rows:
        advice = "Check names with find_entity and terms with graph_schema; what is not stated is an absent triple."
        return Answer("No row fits.", _result("select", columns), advice=(advice,), status="nothing found")
    kept = _within(rows, LARGEST // 3)
    cut = truncated or len(kept) < len(rows)
    lines = [" | ".join("" if cell is None else str(cell) for cell in row) for row in (columns, *kept)]
    count = f"{len(kept)} row{'' if len(kept) == 1 else 's'}"
    told = f"The first {count}; there are more." if cut else f"{count}."
    left = ("rows beyond these; raise limit, select fewer columns, or use ORDER BY with OFFSET",) if cut else ()
    return Answer(told, _result("select", columns, kept, truncated=cut), tuple(lines), left_out=left)


def _triples(body: str, truncated: bool) -> Answer:
    lines = body.splitlines()
    kept = _within([[line] for line in lines], LARGEST // 3)
    cut = truncated or len(kept) < len(lines)
    text = "\n".join(row[0] for row in kept)
    left = ("triples beyond these, perhaps in the middle of a statement; ask for fewer",) if cut else ()
    result = {**_result("construct", truncated=cut), "turtle": text}
    return Answer(f"A graph in Turtle{', cut short' if cut else ''}.", result, (text,), left_out=left)


def _result(
    kind: str,
    columns: Sequence[str] = (),
    rows: Sequence[Sequence[Any]] = (),
    *,
    truncated: bool = False,
    boolean: bool | None = None,
) -> JSON:
    """Rows in the shape of `kg.sparql.Results`."""
    told: JSON = {"kind": kind, "columns": list(columns), "rows": list(rows), "truncated": truncated}
    return {**told, "boolean": boolean}


def _within(rows: Sequence[list[Any]], most: int) -> list[list[Any]]:
    """The first rows that take up to `most` bytes; one at least, since each cell is short."""
    taken, kept = 0, list[list[Any]]()
    for row in rows:
        taken += len(json.dumps(row, ensure_ascii=False).encode())
        if taken > most and kept:
            break
        kept.append(row)
    return kept


def _cell(term: JSON | None, graph: KnowledgeGraph) -> Any:
    """A term as a short value: a CURIE, a number, a truth value, a text; None if it is unbound."""
    if term is None:
        return None
    if term["type"] == "uri":
        return graph.schema.curie(term["value"])
    if term["type"] == "triple":
        return " ".join(str(_cell(term["value"][part], graph)) for part in ("subject", "predicate", "object"))
    kind = term.get("datatype", "").rpartition("#")[2]
    text: str = term["value"]
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "integer" and text.isdecimal() and len(text) < 16:
        return int(text)
    return text if len(text) <= CELL else f"{text[:CELL]}..."
