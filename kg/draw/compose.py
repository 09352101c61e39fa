"""From a diagram to a scene: measure, lay out, and set title, legend and notes around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kg.draw.badges import BADGE, badge, inner
from kg.draw.diagram import Diagram, Node
from kg.draw.geometry import Box, Spline, sample
from kg.draw.layout import RANK_GAP, Layout, Plan, place, scatter
from kg.draw.legend import legend
from kg.draw.measure import clean, text_width, wrap
from kg.draw.routing import GAP, spread
from kg.draw.scene import Item, Mark, Scene, Shape, Words, polyline, rounded
from kg.draw.select import GRAPH_ENTITIES
from kg.draw.strokes import question, stroke
from kg.draw.style import (
    CATEGORY,
    INK,
    LINE_HEIGHT,
    MUTED,
    NODE_SIZE,
    NOTE_SIZE,
    RULE,
    SUBTITLE_SIZE,
    TITLE_SIZE,
)

__all__ = ["compose", "places"]

MARGIN = 28.0
LEAST_WIDTH = 760.0
"""Narrower pictures get white sides, so that title and legend have room."""
SLIDE = 16 / 9
STAR_GAP = 6.0
"""More room beside an entity for each arrow that meets there, so that the neighbors of one do not hide their lines."""
BADGE_GAP = 7.0
"""Between the badge of an entity and its name."""


def compose(diagram: Diagram) -> Scene:
    """Lay a diagram out as a scene. Raises UsageError if the layout takes too long, KGError if Graphviz fails."""
    labels = {node.id: _label(node) for node in diagram.nodes}
    layout = _layout(diagram, labels)
    left, top, right, bottom = _extent(layout)
    width = max(right - left + 2 * MARGIN, LEAST_WIDTH)
    header, y = _header(diagram, width)
    layout = _moved(layout, (width - (right - left)) / 2 - left, y + 22 - top)
    y += 22 + bottom - top
    entries, high = legend(diagram, MARGIN, y + 30, width - 2 * MARGIN)
    rule = Shape(polyline([(MARGIN, y + 20), (width - MARGIN, y + 20)]), "rule", RULE, 1.0)
    y += 30 + high
    notes, y = _notes(diagram, width, y + 10)
    items = (
        *header,
        *_steps(diagram, layout),
        *_questions(diagram, layout),
        *(_node(node, layout.boxes[node.id], labels[node.id]) for node in diagram.nodes),
        Item("rule", "text", (), (rule,)),
        *entries,
        *notes,
    )
    return Scene(round(width, 2), round(y + MARGIN - 8, 2), clean(diagram.title), clean(diagram.description), items)


def places(diagram: Diagram) -> Layout:
    """Where the nodes of a diagram lie and how its arrows run, however large it is: for programs that paint themselves.

    Up to `GRAPH_ENTITIES` nodes as in a picture; more are scattered, and their arrows have no course (empty splines).
    Raises UsageError if it takes too long, KGError if Graphviz fails.
    """
    labels = {node.id: _label(node) for node in diagram.nodes}
    if len(diagram.nodes) <= GRAPH_ENTITIES:
        return _layout(diagram, labels)
    sizes = {node.id: _size(node, labels[node.id], 1, sideways=True) for node in diagram.nodes}
    boxes = scatter(sizes, [(arrow.source, arrow.target) for arrow in diagram.arrows])
    return Layout(boxes, [()] * len(diagram.arrows))


# --- placing ----------------------------------------------------------------------------------------------------------


def _label(node: Node) -> tuple[str, ...]:
    """The label in at most three lines of about 16 letters; ends of the question are set in bold."""
    bold = node.role in ("source", "target")
    text = node.label
    longest = max(text_width(word, NODE_SIZE, bold) for word in text.split())  # only a monster of a word is broken
    width = max(9.6 * NODE_SIZE, min(longest, 16 * NODE_SIZE))
    while len(wrap(text, NODE_SIZE, width, 9, bold)) > 3 and width <= 16 * NODE_SIZE:
        width *= 1.35
    return wrap(text, NODE_SIZE, width, 3, bold)


def _size(node: Node, lines: Sequence[str], meeting: int, sideways: bool) -> tuple[float, float, float]:
    """Width, height (room for the text and for the ends that meet on one side) and radius of the corners."""
    bold = node.role in ("source", "target")
    text = max(text_width(line, NODE_SIZE, bold) for line in lines)
    pad = 34.0 if node.category == "intervention" else 22.0
    pad += (BADGE + BADGE_GAP if node.change else 0.0) + (7.0 if node.role == "agent" else 0.0)
    width, height = text + pad, len(lines) * NODE_SIZE * LINE_HEIGHT + 16.0
    room = (meeting - 1) * GAP * (1.0 if bold else 0.7) + 22.0
    radius = CATEGORY[node.category].radius
    return (width, max(height, room), radius) if sideways else (max(width, room), height, radius)


def _layout(diagram: Diagram, labels: dict[str, tuple[str, ...]]) -> Layout:
    """A trace, a path and a star run from left to right; a graph whichever way is nearer to the shape of a slide."""
    if diagram.form != "graph":
        return _placed(diagram, labels, sideways=True)
    both = [_placed(diagram, labels, sideways) for sideways in (True, False)]
    return min(both, key=_unlike_slide)


def _placed(diagram: Diagram, labels: dict[str, tuple[str, ...]], sideways: bool) -> Layout:
    out = Counter(arrow.source for arrow in diagram.arrows)
    into = Counter(arrow.target for arrow in diagram.arrows)
    meeting = {node.id: max(out[node.id], into[node.id], 1) for node in diagram.nodes}
    ends = [(arrow.source, arrow.target) for arrow in diagram.arrows]
    plan = Plan(
        sizes={node.id: _size(node, labels[node.id], meeting[node.id], sideways) for node in diagram.nodes},
        edges=[(a.source, a.target, 6 if a.bold else 2 if a.kind == "claim" else 1) for a in diagram.arrows],
        groups=_groups(diagram),
        first=[node.id for node in diagram.nodes if node.role == "source"] if diagram.form == "trace" else [],
        last=[node.id for node in diagram.nodes if node.role == "target"] if diagram.form == "trace" else [],
        sideways=sideways,
        rank_gap=RANK_GAP + (STAR_GAP * max(meeting.values(), default=0) if diagram.form == "star" else 0.0),
    )
    return spread(place(plan), ends, sideways)


def _groups(diagram: Diagram) -> list[list[str]]:
    """Entities met only on raising routes, and those only on lowering routes, so that the arms stand apart."""
    if diagram.form != "trace":
        return []
    arms: dict[str, set[int]] = {node.id: set() for node in diagram.nodes if not node.role or node.role == "highlight"}
    for arrow in diagram.arrows:
        for end in (arrow.source, arrow.target):
            if end in arms:
                arms[end] |= {sign for sign in arrow.arms if sign}
    return [[name for name, signs in arms.items() if signs == {sign}] for sign in (1, -1)]


def _extent(layout: Layout) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all that was laid out."""
    points = [p for spline in layout.splines if spline for p in sample(spline)]
    points += [corner for b in layout.boxes.values() for corner in ((b.left, b.top), (b.right, b.bottom))]
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs) - 6, min(ys) - 6, max(xs) + 6, max(ys) + 6


def _unlike_slide(layout: Layout) -> float:
    left, top, right, bottom = _extent(layout)
    shape = (right - left + 1) / (bottom - top + 150)
    return max(shape / SLIDE, SLIDE / shape)


def _moved(layout: Layout, dx: float, dy: float) -> Layout:
    boxes = {name: box.moved(dx, dy) for name, box in layout.boxes.items()}
    splines: list[Spline] = [tuple((x + dx, y + dy) for x, y in spline) for spline in layout.splines]
    return replace(layout, boxes=boxes, splines=splines)


# --- items ------------------------------------------------------------------------------------------------------------


def _steps(diagram: Diagram, layout: Layout) -> list[Item]:
    """The steps, thick ones last, so that they lie on top."""
    drawn = [
        Item(
            arrow.id,
            "step",
            _classes(
                arrow.kind,
                arrow.end,
                hypothesized=arrow.hypothetical,
                disputed=arrow.disputed,
                named=arrow.named,
                bold=arrow.bold,
            ),
            stroke(arrow, spline),
            arrow.tooltip,
            spline=spline,
            ends=(arrow.source, arrow.target),
        )
        for arrow, spline in zip(diagram.arrows, layout.splines, strict=True)
        if len(spline) >= 4
    ]
    return sorted(drawn, key=lambda item: "bold" in item.classes)


def _questions(diagram: Diagram, layout: Layout) -> list[Item]:
    """The question marks, above all lines, so that none is crossed out."""
    return [
        Item(f"question-{arrow.source}--{arrow.target}", "text", ("question",), question(spline))
        for arrow, spline in zip(diagram.arrows, layout.splines, strict=True)
        if arrow.kind == "question" and len(spline) >= 4
    ]


def _classes(*names: str, **flags: bool) -> tuple[str, ...]:
    return (*names, *(name for name, on in flags.items() if on))


def _node(node: Node, box: Box, lines: Sequence[str]) -> Item:
    look, end = CATEGORY[node.category], node.role in ("source", "target")
    width = 3.2 if end else 2.6 if node.role == "highlight" else 1.5
    outline = Shape(rounded(box, box.corner), "outline", look.outline, width, fill=look.fill)
    step = NODE_SIZE * LINE_HEIGHT
    first = box.y - (len(lines) - 1) * step / 2 + NODE_SIZE * 0.35
    beside = (BADGE + BADGE_GAP) / 2 if node.change else 0.0
    words = tuple(
        Words(box.x + beside, first + number * step, line, NODE_SIZE, INK, bold=end, anchor="middle")
        for number, line in enumerate(lines)
    )
    marks: list[Mark] = [outline, *words]
    if node.role == "agent":
        marks.insert(1, inner(box, look.outline))
    if node.change:
        widest = max(text_width(line, NODE_SIZE, end) for line in lines)
        marks += badge(node.change, (box.x + beside - widest / 2 - BADGE_GAP - BADGE / 2, box.y))
    classes = _classes(node.category, *filter(None, [node.role, node.change]))
    return Item(f"node-{node.id}", "node", classes, tuple(marks), node.tooltip, box)


def _header(diagram: Diagram, width: float) -> tuple[list[Item], float]:
    """Title and subtitle, and the height below them."""
    marks: list[Mark] = []
    y = MARGIN
    room = width - 2 * MARGIN
    for text, size, bold, colour in (
        (diagram.title, TITLE_SIZE, True, INK),
        (diagram.subtitle, SUBTITLE_SIZE, False, MUTED),
    ):
        for line in wrap(text, size, room, 3, bold) if clean(text) else ():
            y += size
            marks.append(Words(MARGIN, y, line, size, colour, bold))
            y += size * 0.35
    return [Item("title", "text", ("title",), tuple(marks))], y


def _notes(diagram: Diagram, width: float, y: float) -> tuple[list[Item], float]:
    """What was left out, and at the very end citation and disclaimer."""
    marks: list[Mark] = []
    for text in (*diagram.notes, diagram.credit):
        for line in wrap(text, NOTE_SIZE, width - 2 * MARGIN, 4):
            y += NOTE_SIZE * 1.4
            marks.append(Words(MARGIN, y, line, NOTE_SIZE, MUTED))
    return [Item("notes", "text", ("notes",), tuple(marks))], y
