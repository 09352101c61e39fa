"""GraphML (http://graphml.graphdrawing.org), as networkx, igraph, Gephi, yEd and Cytoscape read it.

A directed graph with parallel edges, attributes declared with their types. Lists stand in one text, parted by bars;
sources and disputes as JSON in attributes of the graph. Files of other programs are read as well (see
`kg.exchange.flat.put_foreign`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.documents import Node, xml_document
from kg.exchange.draft import Draft
from kg.exchange.format import Format
from kg.exchange.markup import escaped, quoted

__all__ = ["FORMATS"]

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}
_READS: Mapping[str, Any] = {
    **dict.fromkeys(("int", "long"), int),
    **dict.fromkeys(("float", "double"), float),
    "boolean": lambda text: text.strip() in ("true", "1"),
}


def write(content: Content) -> str:
    """The whole graph as one GraphML document."""
    top = _flat(flat.head(content))
    # A node's id is that of its element. An edge states its own, since igraph does not tell edges their right ids.
    nodes = {entity.id: _flat({**flat.node(entity), "id": None}) for entity in content.entities}
    edges = flat.edges(content)
    arcs = {str(edge.get("id", f"link-{number}")): _flat(edge) for number, edge in enumerate(edges)}
    keys = _Keys({"graph": [top], "node": nodes.values(), "edge": arcs.values()})
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<graphml xmlns={quoted(NAMESPACE)}>",
        *keys.declarations(),
        '<graph id="calciphylaxis" edgedefault="directed">',
        *keys.data("graph", top),
    ]
    for name, told in nodes.items():
        lines += [f"<node id={quoted(name)}>", *keys.data("node", told), "</node>"]
    for name, told in arcs.items():
        ends = f"source={quoted(str(told['subject']))} target={quoted(str(told['object']))}"
        lines += [f"<edge id={quoted(name)} {ends}>", *keys.data("edge", told), "</edge>"]
    return "\n".join([*lines, "</graph>", "</graphml>"]) + "\n"


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: flat.scalar(value) for name, value in record.items() if value is not None}


class _Keys:
    """The attributes of each sort of element with their types, numbered in the order of their names."""

    def __init__(self, records: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        told = [(of, record) for of, listed in records.items() for record in listed]
        types = {(of, name): _TYPES[type(value)] for of, record in told for name, value in record.items()}
        self.keys = {(of, name): (f"d{n}", types[of, name]) for n, (of, name) in enumerate(sorted(types))}

    def declarations(self) -> Iterator[str]:
        for (of, name), (key, kind) in self.keys.items():
            yield f'<key id="{key}" for="{of}" attr.name={quoted(name)} attr.type="{kind}"/>'

    def data(self, of: str, told: Mapping[str, Any]) -> Iterator[str]:
        for name, value in told.items():
            text = str(value).lower() if isinstance(value, bool) else escaped(str(value))
            yield f'<data key="{self.keys[of, name][0]}">{text}</data>'


def read(files: list[Path], draft: Draft) -> None:
    """Our own files with everything they hold; others by the attributes that are usual."""
    root = xml_document(files[0])
    graph = next(_children(root, "graph"), None)
    if _local(root) != "graphml" or graph is None:
        draft.refuse(root.line, "no GraphML: the root is no graphml with a graph in it.")
    keys = {
        each.get("id", ""): (each.get("attr.name", each.get("id", "")), each.get("attr.type", "string"))
        for each in _children(root, "key")
    }
    top = _data(draft, graph, keys)
    nodes = [(each.get("id", ""), _data(draft, each, keys)) for each in _children(graph, "node")]
    told = [(_data(draft, arc, keys), arc) for arc in _children(graph, "edge")]
    for each in _children(graph, "hyperedge"):
        draft.lose("hyperedges", "more than two ends", f"line {each.line}")
    if top.get("format") == flat.FORMAT:
        ours = [{**record, "id": name} for name, record in nodes]
        flat.put_back(draft, top, ours, [record for record, _ in told])
        return
    ends = [(arc.get("source", ""), arc.get("target", ""), record, f"line {arc.line}") for record, arc in told]
    flat.put_foreign(draft, nodes, ends)


def _local(element: Node) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: Node, name: str) -> Iterator[Node]:
    """The children of an element that have a name, in whatever namespace."""
    return (child for child in element if isinstance(child, Node) and _local(child) == name)


def _data(draft: Draft, element: Node, keys: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element, "data"):
        name, kind = keys.get(child.get("key", ""), ("", "string"))
        value = child.text or ""
        try:
            found[name or child.get("key", "")] = _READS.get(kind, str)(value)
        except ValueError:
            draft.lose("attributes", f"{value!r} is no {kind}", f"line {child.line}")
    return found


FORMATS = (
    Format(
        "graphml",
        "GraphML",
        (".graphml",),
        write,
        read,
        loses=flat.LOSES,
        consumer="networkx and igraph",
        reads_as="written by us, networkx, igraph, yEd or Cytoscape, attributes under their usual names",
    ),
)
