"""Node-link JSON, as networkx writes and reads it (https://networkx.org, ``json_graph.node_link_data``).

A directed multigraph; each edge has the id of its claim as ``key``. Files of other programs are read as
well: networkx's own, with ``edges`` or ``links``, and any attributes (see `kg.exchange.flat.put_foreign`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.documents import Record, json_document
from kg.exchange.draft import Draft
from kg.exchange.format import Format

__all__ = ["FORMATS"]


def write(content: Content) -> str:
    """The whole graph as one JSON document."""
    document = {
        "directed": True,
        "multigraph": True,
        "graph": flat.head(content),
        "nodes": [flat.node(entity) for entity in content.entities],
        "edges": [_edge(edge) for edge in flat.edges(content)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _edge(edge: dict[str, Any]) -> dict[str, Any]:
    ends = {"source": edge["subject"], "target": edge["object"], "key": edge.get("id", edge["predicate"])}
    return {**ends, **{("claimed_by" if name == "source" else name): value for name, value in edge.items()}}


def read(files: list[Path], draft: Draft) -> None:
    """Our own documents with everything they hold; others by the attributes that are usual."""
    document = json_document(files[0])
    told = document if isinstance(document, dict) else {}
    nodes, arcs = told.get("nodes"), told.get("edges") or told.get("links") or []
    if not isinstance(nodes, list) or not isinstance(arcs, list):
        draft.refuse(1, "no node-link document: it has no list of nodes and none of edges or links.")
    top = told.get("graph") or {}
    nodes, arcs = _sound(draft, nodes, "nodes", ("id",)), _sound(draft, arcs, "edges", ("source", "target"))
    if isinstance(top, dict) and top.get("format") == flat.FORMAT:
        back = [{**arc, "source": arc.get("claimed_by")} for arc in arcs]
        flat.put_back(draft, top, nodes, back)
        return
    flat.put_foreign(
        draft,
        [(str(told["id"]), told) for told in nodes],
        [(str(told["source"]), str(told["target"]), told, f"line {told.line}") for told in arcs],
    )


def _sound(draft: Draft, told: list[Any], what: str, needed: tuple[str, ...]) -> list[Record]:
    """The objects of a list that state what is needed; each other one is a loss."""
    sound = []
    for each in told:
        if isinstance(each, Record) and all(each.get(name) not in (None, "") for name in needed):
            sound.append(each)
        else:
            draft.lose(what, f"without {' or '.join(needed)}", f"line {each.line}" if isinstance(each, Record) else "")
    return sound


FORMATS = (
    Format(
        "node-link",
        "node-link JSON",
        (".json",),
        write,
        read,
        loses=flat.LOSES,
        consumer="networkx",
        reads_as="written by us or by networkx (edges or links), attributes under their usual names",
    ),
)
