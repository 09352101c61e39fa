"""KGX, the files of nodes and edges of the Biolink world (https://github.com/biolink/kgx, specification/kgx-format.md).

Written as ``X_nodes.tsv`` and ``X_edges.tsv``, as JSON Lines under the same names, or as one JSON document; every claim
is an edge of its own, in the words of Biolink 4.4 (see `kg.exchange.forms.biolink`). Sources stand as nodes of
publications, named disputes as nodes of no category. What KGX has no column for stands in columns of ours that begin
with ``ckg_``, and comes back from them.

TSV in KGX is plain: a tab between cells, no quotes, several values in one cell parted by a bar. A text that holds a tab
or a bar gets spaces there, and stands as it is in a column of ours beside; those use a backslash before such letters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.format import Format
from kg.exchange.forms.biolink import RESOURCE, Biolink, works
from kg.exchange.forms.kgxfiles import OURS, STANDARD, cell, read_archive, read_json, read_pair
from kg.model import JSON, Dispute, Source

__all__ = ["FORMATS"]

Row = dict[str, Any]
NODE_COLUMNS = ("id", "category", "name", "description", "synonym", "xref", "equivalent_identifiers", "provided_by")
EDGE_COLUMNS = (
    *("id", "subject", "predicate", "object", "category", "qualified_predicate", "object_aspect_qualifier"),
    *("object_direction_qualifier", "negated", "knowledge_level", "agent_type", "primary_knowledge_source"),
    *("aggregator_knowledge_source", "publications", "species_context_qualifier", "anatomical_context_qualifier"),
)
_REPEATED = ("subject", "object", "citation", "doi", "pmid")
"""Fields of flat edges that stand elsewhere."""


def nodes(content: Content, biolink: Biolink) -> Iterator[Row]:
    """Entities, then the publications that are used, then the named disputes."""
    for entity in content.entities:
        told = flat.node(entity)
        standard = {name: told.pop(field, None) for field, name in STANDARD.items()}
        names = {"id": biolink.entities[entity.id], "category": biolink.categories(entity)}
        yield {**names, **standard, "provided_by": [RESOURCE], **_ours(told)}
    for source in content.used_sources:
        yield _publication(source, biolink.sources[source.id])
    for dispute in content.disputes:
        yield _dispute(dispute)


def _publication(source: Source, name: str) -> Row:
    kind = "InformationResource" if name.startswith("infores:") else "Publication"
    told = {key: value for key, value in source.to_dict().items() if value is not None and key != "citation"}
    return {
        "id": name,
        "category": [f"biolink:{kind}"],
        "name": source.citation,
        "xref": [other for other in works(source) if other != name],
        "provided_by": [RESOURCE],
        **_ours({**told, "kind": "Source"}),
    }


def _dispute(dispute: Dispute) -> Row:
    told = {"id": dispute.id, "kind": "Dispute", "label": dispute.label, "contrast": dispute.contrast}
    return {
        "id": f"dispute:{dispute.id}",
        "category": ["biolink:NamedThing"],
        "name": f"dispute: {dispute.label}",  # else it would be found by the name of what it is about
        "description": dispute.definition,
        "provided_by": [RESOURCE],
        **_ours({key: value for key, value in told.items() if value}),
    }


def edges(content: Content, biolink: Biolink) -> Iterator[Row]:
    """Claims, then definitional links."""
    said = [biolink.statement(claim) for claim in content.speaking]
    said += [biolink.definition(link) for link in content.links]
    for row, told in zip(said, flat.edges(content), strict=True):
        yield {**row, **_ours({key: value for key, value in told.items() if key not in _REPEATED})}


def _ours(told: JSON) -> Row:
    return {OURS + name: value for name, value in told.items()}


# --- the two forms ------------------------------------------------------------------------------------------------


def write_lines(content: Content) -> Mapping[str, str]:
    """The graph as two files of JSON Lines."""
    biolink = Biolink(content)
    return {"_nodes.jsonl": _lines(nodes(content, biolink)), "_edges.jsonl": _lines(edges(content, biolink))}


def write_json(content: Content) -> str:
    """The graph as one document, a row a line."""
    biolink = Biolink(content)
    parts = {"nodes": _lines(nodes(content, biolink)), "edges": _lines(edges(content, biolink))}
    listed = [f'"{name}": [\n' + ",\n".join(rows[:-1].split("\n")) + "\n]" for name, rows in parts.items()]
    return "{" + ",\n".join(listed) + "}\n"


def _lines(rows: Iterable[Row]) -> str:
    stated = ({key: value for key, value in row.items() if value not in (None, [], "")} for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in stated)


def write_tsv(content: Content) -> Mapping[str, str]:
    """The graph as two tables."""
    biolink = Biolink(content)
    return {
        "_nodes.tsv": _table(map(_exact, nodes(content, biolink)), NODE_COLUMNS),
        "_edges.tsv": _table(edges(content, biolink), EDGE_COLUMNS),
    }


def _exact(row: Row) -> Row:
    """A node with columns of ours for the texts that a plain cell does not hold as they are."""
    stated = {field: value for field, name in STANDARD.items() if (value := row.get(name))}
    return {**row, **_ours({field: value for field, value in stated.items() if _back(value) != value})}


def _back(value: str | list[str]) -> str | list[str]:
    """A text or several as a reader finds them in their cell."""
    return _plain(value).split("|") if isinstance(value, list) else _plain(value)


def _table(rows: Iterable[Row], columns: tuple[str, ...]) -> str:
    told = list(rows)
    more = dict.fromkeys(name for row in told for name in row if name.startswith(OURS))
    header = (*columns, *more)
    lines = ["\t".join(_cell(name, row.get(name)) for name in header) for row in told]
    return "\n".join(["\t".join(header), *lines]) + "\n"


def _cell(name: str, value: Any) -> str:
    return cell(value) if name.startswith(OURS) else _plain(value)


def _plain(value: Any) -> str:
    """A value as a cell of KGX: no tab, no line end, and a bar only between values; false is an empty cell, since kgx
    takes any text for true.
    """
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        return "|".join(re.sub(r"[\s|]+", " ", text) for text in value)
    return re.sub(r"[\t\r\n]+", " ", value or "")


FORMATS = (
    Format(
        "kgx-tsv",
        "KGX TSV",
        ("_nodes.tsv", "_edges.tsv", "nodes.tsv", "edges.tsv"),
        write_tsv,
        read_pair,
        loses=flat.LOSES,
        consumer="the Biolink Model, kg.large, kgx",
        reads_as="two files named alike, .gz too; predicates and qualifiers by Biolink",
    ),
    Format(
        "kgx-jsonl",
        "KGX JSON Lines",
        ("_nodes.jsonl", "_edges.jsonl", "nodes.jsonl", "edges.jsonl"),
        write_lines,
        read_pair,
        loses=flat.LOSES,
        consumer="the Biolink Model, kg.large, kgx",
        reads_as="two files named alike, .gz too; predicates and qualifiers by Biolink",
    ),
    Format(
        "kgx-json",
        "KGX JSON",
        (".kgx.json",),
        write_json,
        read_json,
        loses=flat.LOSES,
        consumer="the Biolink Model, kgx",
        reads_as="one document with nodes and edges; predicates and qualifiers by Biolink",
    ),
    Format(
        "kgx-archive",
        "KGX archive",
        (".tar", ".tgz", ".zip"),  # the .gz of .tar.gz does not count
        read=read_archive,
        reads_as="the two files of KGX in .tar.gz, .tar or .zip",
    ),
)
