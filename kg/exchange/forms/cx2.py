"""CX2, Cytoscape Exchange 2.0, as Cytoscape and NDEx read it
(https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)).

Styles are of CX2 Visual Styles, those of them that Cytoscape and Cytoscape Web share: shape and fill by the category of
a node, shape and colour of an edge's end by what it says, dashes where it is only hypothesized. Each claim is an edge
of its own. Lists of texts stay lists; sources and disputes are JSON in attributes of the network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kg.draw.style import CATEGORY, INK, NODE_SIZE, PAPER
from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.format import Format
from kg.exchange.placed import BOLD, LOOKS, Placed, PlacedEdge, PlacedNode, placed
from kg.model import JSON

__all__ = ["FORMATS"]

_TYPES: Mapping[type, str] = {bool: "boolean", int: "integer", float: "double", str: "string", list: "list_of_string"}
_SHAPES = {
    "intervention": "octagon",
    "condition": "rectangle",
    "molecule": "round-rectangle",
    "process": "round-rectangle",
}
_ENDS = {"arrow": "triangle", "bar": "tee", "open": "vee", "plain": "none"}


def write(content: Content) -> str:
    """The whole graph as one CX2 document."""
    graph = placed(content)
    numbers = {node.id: number for number, node in enumerate(graph.nodes)}
    network = _values(graph.head)
    nodes = [_node(node, number) for number, node in enumerate(graph.nodes)]
    edges = [_edge(edge, number, numbers) for number, edge in enumerate(graph.edges)]
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [
            {
                "networkAttributes": _declared([network]),
                "nodes": _declared(node["v"] for node in nodes),
                "edges": _declared(edge["v"] for edge in edges),
            }
        ],
        "networkAttributes": [network],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_style()],
        "nodeBypasses": _sizes(graph),
        "visualEditorProperties": [{"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": True}}],
    }
    counts = [{"name": name, "elementCount": len(told)} for name, told in aspects.items()]
    document = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": counts},
        *({name: told} for name, told in aspects.items()),
        {"status": [{"error": "", "success": True}]},
    ]
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _node(node: PlacedNode, number: int) -> JSON:
    told = {"name": node.told["label"], **{name: value for name, value in node.told.items() if name != "label"}}
    return {"id": number, "x": node.box.x, "y": node.box.y, "v": _values(told)}


def _edge(edge: PlacedEdge, number: int, numbers: Mapping[str, int]) -> JSON:
    told = {"interaction": edge.told["predicate"], **edge.told}
    return {"id": number, "s": numbers[edge.source], "t": numbers[edge.target], "v": _values(told)}


def _values(told: JSON) -> JSON:
    """Attributes as CX2 holds them: lists of texts as they are, anything deeper as JSON."""
    return {
        name: value if isinstance(value, list) and all(isinstance(v, str) for v in value) else flat.scalar(value)
        for name, value in told.items()
    }


def _declared(records: Iterable[JSON]) -> JSON:
    types = {name: _TYPES[type(value)] for record in records for name, value in record.items()}
    return {name: {"d": types[name]} for name in sorted(types)}


# --- styles -----------------------------------------------------------------------------------------------------------


def _style() -> JSON:
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": PAPER},
            "node": {
                "NODE_BORDER_WIDTH": 1.5,
                "NODE_LABEL_COLOR": INK,
                "NODE_LABEL_FONT_SIZE": int(NODE_SIZE),
                "NODE_LABEL_MAX_WIDTH": 16 * NODE_SIZE,
            },
            "edge": {"EDGE_CURVED": True, "EDGE_CURVE_STYLE": "bezier", "EDGE_LABEL_COLOR": INK},
        },
        "nodeMapping": {
            "NODE_LABEL": _passed("name"),
            "NODE_SHAPE": _mapped("category", _SHAPES),
            "NODE_BACKGROUND_COLOR": _mapped("category", {name: look.fill for name, look in CATEGORY.items()}),
            "NODE_BORDER_COLOR": _mapped("category", {name: look.outline for name, look in CATEGORY.items()}),
            "NODE_BORDER_WIDTH": _mapped("role", {"source": 3.2, "target": 3.2}),
        },
        "edgeMapping": {
            "EDGE_LABEL": _passed("mark"),
            "EDGE_LINE_COLOR": _mapped("look", {name: look.colour for name, look in LOOKS.items()}),
            "EDGE_TARGET_ARROW_COLOR": _mapped("look", {name: look.colour for name, look in LOOKS.items()}),
            "EDGE_TARGET_ARROW_SHAPE": _mapped("look", {name: _ENDS[look.end] for name, look in LOOKS.items()}),
            "EDGE_LINE_STYLE": _mapped("line", {name: name for name in ("solid", "dashed", "dotted")}),
            "EDGE_WIDTH": _mapped("bold", {True: BOLD}, "boolean"),
        },
    }


def _passed(attribute: str) -> JSON:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": "string"}}


def _mapped(attribute: str, looks: Mapping[Any, object], kind: str = "string") -> JSON:
    listed = [{"v": value, "vp": look} for value, look in looks.items()]
    return {"type": "DISCRETE", "definition": {"attribute": attribute, "type": kind, "map": listed}}


def _sizes(graph: Placed) -> list[JSON]:
    """Sizes as they were measured for the labels; not data, so no attributes."""
    boxes = enumerate(node.box for node in graph.nodes)
    return [{"id": number, "v": {"NODE_WIDTH": box.width, "NODE_HEIGHT": box.height}} for number, box in boxes]


FORMATS = (
    Format(
        "cx2",
        "CX2",
        (".cx2",),
        write,
        loses=flat.LOSES,
        consumer="ndex2",
    ),
)
