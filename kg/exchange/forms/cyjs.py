"""Cytoscape JSON (https://js.cytoscape.org/#notation/elements-json), as cytoscape.js and Cytoscape read it.

What cytoscape.js takes as it is: elements with data and positions, a style, and data of the graph, which hold sources
and disputes. Each claim is an edge of its own; its ``source`` and ``target`` are entities, ``claimed_by`` is the
publication. `LOOKS` of `kg.exchange.placed` gives the words of ``look``, which selectors may ask for.
"""

from __future__ import annotations

import json
from typing import Any

from kg.draw.style import ARM, CATEGORY, INK, NODE_SIZE, PAPER
from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.format import Format
from kg.exchange.placed import BOLD, LOOKS, PlacedEdge, PlacedNode, placed
from kg.model import JSON

__all__ = ["FORMATS"]

_ENDS = {"arrow": "triangle", "bar": "tee", "open": "triangle", "plain": "none"}


def write(content: Content) -> str:
    """The whole graph as one document."""
    graph = placed(content)
    document = {
        "format_version": "1.0",
        "generated_by": "calciphylaxis-kg",
        "target_cytoscapejs_version": "~3.28",
        "data": graph.head,
        "elements": {"nodes": list(map(_node, graph.nodes)), "edges": list(map(_edge, graph.edges))},
        "style": _style(),
        "layout": {"name": "preset"},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _node(node: PlacedNode) -> JSON:
    told = {**node.told, "name": node.told["label"], "width": node.box.width, "height": node.box.height}
    return {"data": told, "position": {"x": node.box.x, "y": node.box.y}}


def _edge(edge: PlacedEdge) -> JSON:
    claimed = {"claimed_by": edge.told["source"]} if "source" in edge.told else {}
    ends = {"source": edge.source, "target": edge.target, "interaction": edge.told["predicate"]}
    return {"data": {**edge.told, **claimed, **ends}}


def _style() -> list[JSON]:
    return [
        _rule(
            "node",
            content="data(label)",
            width="data(width)",
            height="data(height)",
            color=INK,
            border_width=1.5,
            font_family="Helvetica, Arial, sans-serif",
            font_size=NODE_SIZE,
            text_wrap="wrap",
            text_max_width="data(width)",
            text_halign="center",
            text_valign="center",
        ),
        *(
            _rule(
                f'node[category = "{name}"]',
                background_color=look.fill,
                border_color=look.outline,
                shape="round-rectangle" if look.radius else "rectangle",
                **({"corner_radius": min(look.radius, 20.0)} if look.radius else {}),
            )
            for name, look in CATEGORY.items()
        ),
        _rule("node[role]", border_width=3.2, font_weight="bold"),
        _rule(
            "edge", curve_style="bezier", font_size=NODE_SIZE, text_background_color=PAPER, text_background_opacity=1
        ),
        *(
            _rule(
                f'edge[look = "{name}"]',
                line_color=look.colour,
                target_arrow_color=look.colour,
                target_arrow_shape=_ENDS[look.end],
                target_arrow_fill="hollow" if look.end == "open" else "filled",
                width=look.width,
            )
            for name, look in LOOKS.items()
        ),
        *(_rule(f'edge[line = "{line}"]', line_style=line) for line in ("dashed", "dotted")),
        _rule("edge[mark]", content="data(mark)"),
        _rule("edge[?bold]", width=BOLD),
        _rule("edge[arms]", underlay_color=ARM[0], underlay_opacity=1, underlay_padding=4),
        _rule('edge[arms = "raising"]', underlay_color=ARM[1]),
        _rule('edge[arms = "lowering"]', underlay_color=ARM[-1]),
    ]


def _rule(selector: str, **style: Any) -> JSON:
    return {"selector": selector, "style": {name.replace("_", "-"): value for name, value in style.items()}}


FORMATS = (
    Format(
        "cyjs",
        "Cytoscape JSON",
        (".cyjs",),
        write,
        loses=flat.LOSES,
        consumer="cytoscape.js under Node",
    ),
)
