"""GEXF 1.3 (https://gexf.net/schema.html), as Gephi and networkx read it.

A directed graph with parallel edges (each claim is one, ``kind`` is what it says), attributes with their types, and
colours, sizes and places of the ``viz`` module; there y grows upwards. GEXF has no attributes of the graph: the source
of a claim stands on its edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.draw.measure import clean
from kg.draw.style import CATEGORY
from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.format import Format
from kg.exchange.markup import escaped, quoted
from kg.exchange.placed import BOLD, PlacedEdge, PlacedNode, placed
from kg.model import JSON, Source

__all__ = ["FORMATS"]

NAMESPACE = "http://gexf.net/1.3"
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}
_SHAPES = {"intervention": "diamond", "condition": "square", "molecule": "disc", "process": "disc"}
_TAKEN = {"id", "label", "source", "subject", "object"}
"""Attributes that the element itself states."""


def write(content: Content) -> str:
    """The whole graph as one GEXF document."""
    graph = placed(content)
    sources = {source.id: source for source in content.sources}
    nodes = [_flat(node.told) for node in graph.nodes]
    edges = [_flat({**edge.told, **_cited(edge.told, sources)}) for edge in graph.edges]
    about = clean(f"{graph.head['name']}. {graph.head['description']}")
    columns = {"node": _columns(nodes), "edge": _columns(edges)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gexf xmlns="{NAMESPACE}" xmlns:viz="{NAMESPACE}/viz" version="1.3">',
        "<meta>",
        "<creator>calciphylaxis-kg</creator>",
        f"<description>{escaped(about)}</description>",
        "</meta>",
        '<graph defaultedgetype="directed" idtype="string">',
        *(line for of, types in columns.items() for line in _declared(of, types)),
        "<nodes>",
        *(line for node, told in zip(graph.nodes, nodes, strict=True) for line in _node(node, told, columns["node"])),
        "</nodes>",
        "<edges>",
        *(line for edge, told in zip(graph.edges, edges, strict=True) for line in _edge(edge, told, columns["edge"])),
        "</edges>",
        "</graph>",
        "</gexf>",
    ]
    return "\n".join(lines) + "\n"


def _flat(told: JSON) -> dict[str, Any]:
    return {name: flat.scalar(value) for name, value in told.items() if name not in _TAKEN}


def _cited(told: JSON, sources: Mapping[str, Source]) -> JSON:
    """What an edge tells of publications: its own beside the identifiers that flat records have, and the cited ones."""
    if "source" not in told:
        return {}
    cites = [sources[name].citation for name in told.get("cites", ())]
    found = {"claimed_by": told["source"], "pmcid": sources[told["source"]].pmcid, "cites": cites}
    return {name: value for name, value in found.items() if value}


def _columns(records: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """The attributes of one sort of element by name: key and type."""
    types = {name: _TYPES[type(value)] for record in records for name, value in record.items()}
    return {name: (str(number), types[name]) for number, name in enumerate(sorted(types))}


def _declared(of: str, columns: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    yield f'<attributes class="{of}">'
    for name, (key, kind) in columns.items():
        yield f'<attribute id="{key}" title={quoted(name)} type="{kind}"/>'
    yield "</attributes>"


def _values(told: Mapping[str, Any], columns: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    yield "<attvalues>"
    for name, value in told.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f'<attvalue for="{columns[name][0]}" value={quoted(text)}/>'
    yield "</attvalues>"


def _node(node: PlacedNode, told: Mapping[str, Any], columns: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    box, category = node.box, node.told["category"]
    yield f"<node id={quoted(node.id)} label={quoted(clean(node.told['label']))}>"
    yield from _values(told, columns)
    yield _colour(CATEGORY[category].outline)
    yield f'<viz:position x="{box.x}" y="{0 - box.y}" z="0.0"/>'
    yield f'<viz:size value="{box.height}"/>'
    yield f'<viz:shape value="{_SHAPES[category]}"/>'
    yield "</node>"


def _edge(edge: PlacedEdge, told: Mapping[str, Any], columns: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    ends = f"source={quoted(edge.source)} target={quoted(edge.target)}"
    words = told["predicate"].replace("-", " ")
    yield f"<edge id={quoted(edge.id)} {ends} label={quoted(words)} kind={quoted(told['look'])}>"
    yield from _values(told, columns)
    yield _colour(edge.look.colour)
    yield f'<viz:thickness value="{BOLD if told.get("bold") else edge.look.width}"/>'
    yield f'<viz:shape value="{told["line"]}"/>'
    yield "</edge>"


def _colour(code: str) -> str:
    red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


_NO_HEAD = "GEXF has no attributes of the graph"

FORMATS = (
    Format(
        "gexf",
        "GEXF",
        (".gexf",),
        write,
        loses={
            **flat.LOSES,
            "publications": f"{_NO_HEAD}; each claim has the citation and the identifiers of its source",
            "families": _NO_HEAD,
            "contrasts": _NO_HEAD,
        },
        consumer="networkx",
    ),
)
