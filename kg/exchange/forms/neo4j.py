"""CSV for ``neo4j-admin database import`` (Neo4j 5, operations manual, "Import: CSV header format").

Two files, ``X_nodes.csv`` and ``X_relationships.csv``, whose first line gives each column its type. Nodes are entities
(with their kind as a second label), sources and named disputes; each claim is a relationship of its own whose type is
its predicate, so that a null result (``HAS_NO_EFFECT_ON``) or a refuted claim (``REFUTED_INCREASES``) is never met by a
query for effects. Values of an array are parted by a semicolon, and fields have one line, as the importer has it by
default.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.format import Format
from kg.exchange.loss import Loss
from kg.model import JSON

__all__ = ["FORMATS"]

_TYPES: Mapping[type, str] = {bool: ":boolean", int: ":int", str: "", list: ":string[]"}
Row = dict[str, Any]


def write(content: Content) -> Mapping[str, str]:
    """The two files."""
    return {"_nodes.csv": _table(_nodes(content)), "_relationships.csv": _table(_relationships(content))}


def _nodes(content: Content) -> Iterator[Row]:
    head = flat.head(content)
    for entity in content.entities:
        yield {"curie:ID": f"entity:{entity.id}", ":LABEL": f"Entity;{entity.kind}", **_typed(flat.node(entity))}
    for kind in ("source", "dispute"):
        for told in head[f"{kind}s"]:
            yield {"curie:ID": f"{kind}:{told['id']}", ":LABEL": kind.capitalize(), **_typed(told)}


def _relationships(content: Content) -> Iterator[Row]:
    for told in flat.edges(content):
        subject, target = told.pop("subject"), told.pop("object")
        kind = told["predicate"].upper().replace("-", "_")
        yield {":START_ID": f"entity:{subject}", ":END_ID": f"entity:{target}", ":TYPE": kind, **_typed(told)}


def _typed(told: JSON) -> Row:
    return {f"{name}{_TYPES[type(value)]}": value for name, value in told.items()}


def _table(rows: Iterable[Row]) -> str:
    told = list(rows)
    header = list(dict.fromkeys(name for row in told for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(row.get(name, "")) for name in header] for row in told)
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(_line(text).replace(";", ",") for text in value)
    return str(value).lower() if isinstance(value, bool) else _line(str(value))


def _line(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text)


def _changed(content: Content) -> list[Loss]:
    """The texts that the file cannot hold as they are."""
    rows = [*_nodes(content), *_relationships(content)]
    values = [
        text for row in rows for value in row.values() for text in (value if isinstance(value, list) else [value])
    ]
    parted = sum(";" in text for row in rows for value in row.values() if isinstance(value, list) for text in value)
    broken = sum(isinstance(text, str) and _line(text) != text for text in values)
    found = [
        Loss("semicolons in values of arrays", "written as commas: a semicolon parts the values", parted),
        Loss("line ends in texts", "written as spaces: a field has one line", broken),
    ]
    return [loss for loss in found if loss.count]


FORMATS = (
    Format(
        "neo4j",
        "Neo4j import CSV",
        ("_nodes.csv", "_relationships.csv"),
        write,
        loses=flat.LOSES,
        tells=_changed,
        consumer="neo4j-admin, by its rules for headers",
    ),
)
