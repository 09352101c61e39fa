"""A graph as viewers want it: nodes with a place, a size and a look, edges with a look, both with flat attributes.

Places are those of a picture (`kg.draw.compose.places`); of a graph narrowed to the routes of an answer, those of the
picture of the answer. The look of an edge is one word for what it says and how (``raises``, ``null result``), with a
table of what each word looks like, so that viewers can map it to their own styles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kg.draw.compose import places
from kg.draw.diagram import Arrow, Diagram, Node
from kg.draw.geometry import Box
from kg.draw.layout import Layout
from kg.draw.style import DEFINITION, LINE, RULE
from kg.exchange import flat
from kg.exchange.content import Content
from kg.exchange.forms.diagrams import whole
from kg.model import JSON

__all__ = ["BOLD", "LOOKS", "EdgeLook", "Placed", "PlacedEdge", "PlacedNode", "laid_out", "placed"]

MARGIN = 20.0
"""Around everything, in points."""
BOLD = 3.4
"""The width of the edges on the best route of an arm."""


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """How an edge is drawn: the shape of its end (``arrow``, ``bar``, ``open``, ``plain``), its colour, its width."""

    end: str
    colour: str
    width: float


LOOKS: Mapping[str, EdgeLook] = {
    "raises": EdgeLook("arrow", LINE[1], 1.9),
    "lowers": EdgeLook("bar", LINE[-1], 1.9),
    "acts": EdgeLook("plain", LINE[0], 1.9),
    "goes with": EdgeLook("plain", LINE[1], 1.3),
    "goes against": EdgeLook("plain", LINE[-1], 1.3),
    "by definition": EdgeLook("open", DEFINITION, 1.5),
    "opposite by definition": EdgeLook("bar", DEFINITION, 1.5),
    "null result": EdgeLook("plain", RULE, 1.0),
    "refuted": EdgeLook("plain", RULE, 1.0),
}
"""What edges look like, by what they say. The last two are pale, have no end, and say in words that they deny."""

_WORDS = {
    "causal": {1: "raises", -1: "lowers", 0: "acts"},
    "association": {1: "goes with", -1: "goes against"},
    "definition": {1: "by definition", -1: "opposite by definition"},
}
_ARMS = {1: "raising", -1: "lowering", 0: "unsigned"}


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """An entity with its box (y grows downwards); `told` are its flat attributes with its ``category`` of shape, and
    with its ``role`` as an end of what was asked.
    """

    id: str
    box: Box
    told: JSON


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """A claim or a definitional link. `told` are its flat attributes with its ``look``, its ``line`` (solid, dashed
    where it is only hypothesized, dotted where it is a definition), its ``mark`` (a text on it), and with the ``arms``
    of an answer that it is on; ``bold`` where it is on the best route of one.
    """

    id: str
    source: str
    target: str
    told: JSON

    @property
    def look(self) -> EdgeLook:
        """What it looks like."""
        return LOOKS[self.told["look"]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A whole graph; `head` is what is said of it (`kg.exchange.flat.head`), with a ``name`` and a ``description``."""

    head: JSON
    nodes: list[PlacedNode]
    edges: list[PlacedEdge]


def placed(content: Content) -> Placed:
    """Everything flat records hold, with places and looks. Raises UsageError if the layout takes too long."""
    diagram, layout = laid_out(content)
    drawn = {node.id: node for node in diagram.nodes}
    head = {"name": diagram.title, "description": f"{diagram.subtitle}. {diagram.credit}", **flat.head(content)}
    nodes = [PlacedNode(e.id, layout.boxes[e.id], _node(flat.node(e), drawn[e.id])) for e in content.entities]
    return Placed(head, nodes, list(_edges(content, diagram)))


def laid_out(content: Content) -> tuple[Diagram, Layout]:
    """The diagram of a graph and its layout: all of it right of and below the origin, in tenths of points."""
    diagram = whole(content)
    layout = places(diagram)
    courses = [point for spline in layout.splines for point in spline]
    left = min([box.left for box in layout.boxes.values()] + [x for x, _ in courses], default=0.0) - MARGIN
    top = min([box.top for box in layout.boxes.values()] + [y for _, y in courses], default=0.0) - MARGIN
    return diagram, Layout(
        {
            name: replace(
                box,
                x=round(box.x - left, 1),
                y=round(box.y - top, 1),
                width=round(box.width, 1),
                height=round(box.height, 1),
            )
            for name, box in layout.boxes.items()
        },
        [tuple((round(x - left, 1), round(y - top, 1)) for x, y in spline) for spline in layout.splines],
    )


def _node(told: JSON, node: Node) -> JSON:
    return {**told, "category": node.category, **({"role": node.role} if node.role else {})}


def _edges(content: Content, diagram: Diagram) -> Iterator[PlacedEdge]:
    arrows: dict[object, list[Arrow]] = {}
    for arrow in diagram.arrows:
        arrows.setdefault(_key(arrow.kind, arrow.source, arrow.target, arrow.sign), []).append(arrow)
    for number, told in enumerate(flat.edges(content)):
        kind = {"causal": "claim", "association": "association", "definition": "definition"}.get(told["standing"], "")
        drawn = arrows.get(_key(kind, told["subject"], told["object"], told.get("sign")), [])
        name = told.get("id", f"link-{number}")
        yield PlacedEdge(name, told["subject"], told["object"], _edge({"id": name, **told}, drawn))


def _key(kind: str, source: str, target: str, sign: int | None) -> object:
    """What an edge and the arrow that stands for it share; a route may walk a definition backwards."""
    return frozenset((source, target)) if kind == "definition" else (kind, source, target, sign)


def _edge(told: JSON, arrows: list[Arrow]) -> JSON:
    standing, sign = told["standing"], told.get("sign") or 0
    guessed = told.get("certainty") in ("hypothesized", "disputed")
    line = "dotted" if standing == "definition" else "dashed" if guessed else "solid"
    arms = sorted({arm for arrow in arrows for arm in arrow.arms}, reverse=True)
    looks = {"look": _WORDS[standing][sign] if standing in _WORDS else standing, "line": line}
    shown = {
        "mark": _mark(told, any(arrow.disputed for arrow in arrows)),
        "arms": " and ".join(_ARMS[arm] for arm in arms),
        "bold": any(arrow.bold for arrow in arrows),
    }
    return {**told, **looks, **{name: value for name, value in shown.items() if value}}


def _mark(told: JSON, contradicted: bool) -> str:
    """The text on an edge: the sign of an association, what a null result or a refuted claim says, marks of dispute."""
    words = {"association": "+" if told.get("sign") == 1 else "−"}
    if told["standing"] in ("null result", "refuted"):
        words[told["standing"]] = told["predicate"].replace("-", " ")
    dispute = "◇" if contradicted else "◆" if told.get("disputes") else ""
    return f"{words.get(told['standing'], '')} {dispute}".strip()
