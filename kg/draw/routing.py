"""How edges meet their nodes: side by side instead of all at one point.

Graphviz aims every edge at the middle of a node, where ends of different shape would cover each other. Here the ends
on one side of a node are spread in the order in which they come, and meet it at a right angle. A change that would
lead an edge under another node is not made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.draw.geometry import Box, Point, Spline, sample
from kg.draw.layout import Layout

__all__ = ["GAP", "hits", "spread"]

GAP = 17.0
"""Wanted distance of two ends on one side of a node."""
LANE = 24.0
"""Distance of two lines that come steeply, side by side."""
STEEP = 0.8
"""Rise over run from which a line is steep."""
ROOM = 55.0
"""What a line needs, along the way it runs, to turn to the level of its end."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where an edge meets its node, and for how long it runs level before: lines that come steeply from one side would
    else lie on one another, so each turns a little before the next.
    """

    point: Point
    lead: float


def spread(layout: Layout, ends: Sequence[tuple[str, str]], sideways: bool = True) -> Layout:
    """The layout with spread ends; `ends` are source and target of each spline."""
    if not sideways:
        return _turned(spread(_turned(layout), ends))
    boxes, splines = layout.boxes, list(layout.splines)
    forward = [
        n for n, (a, b) in enumerate(ends) if a != b and len(splines[n]) >= 4 and boxes[b].left > boxes[a].right + 8
    ]
    starts = _slots(boxes, {n: (ends[n][0], splines[n]) for n in forward})
    arrivals = _slots(boxes, {n: (ends[n][1], splines[n][::-1]) for n in forward})
    for n in forward:
        old, a, b = splines[n], starts[n], arrivals[n]
        tries = (_bent(old, a, b), _bent(old, a, None), _bent(old, None, b), old)
        splines[n] = min(tries, key=lambda s, own=ends[n]: hits(s, boxes, own))  # type: ignore[misc]
    return replace(layout, splines=splines)


def hits(spline: Spline, boxes: Mapping[str, Box], ends: tuple[str, str], margin: float = -4.0) -> int:
    """How many points of a spline lie in, or closer than 4 points to, a node that it does not belong to."""
    points = sample(spline)
    xs, ys = zip(*spline, strict=True)  # a curve stays within the extent of its control points
    wide, high = max(xs) - min(xs) - 2 * margin, max(ys) - min(ys) - 2 * margin
    extent = Box((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, wide, high)
    near = [box for name, box in boxes.items() if name not in ends and box.overlaps(extent)]
    return sum(box.holds(p, margin) for box in near for p in points)


def _slots(boxes: Mapping[str, Box], splines: Mapping[int, tuple[str, Spline]]) -> dict[int, _Slot]:
    """Where each edge meets its node; splines run outwards from the node."""
    sides: dict[str, list[int]] = {}
    for n, (node, _) in splines.items():
        sides.setdefault(node, []).append(n)
    found: dict[int, _Slot] = {}
    for node, edges in sides.items():
        box = boxes[node]
        slopes = {n: _slope(splines[n][1], box) for n in edges}
        edges.sort(key=lambda n: (slopes[n], n))
        gap = min(GAP, (box.height - 12) / max(1, len(edges) - 1))
        above = [n for n in edges if slopes[n] < -STEEP]
        below = [n for n in reversed(edges) if slopes[n] > STEEP]
        leads = {n: LANE * turn for steep in (above, below) for turn, n in enumerate(steep)}
        for place, n in enumerate(edges):
            y = box.y + (place - (len(edges) - 1) / 2) * gap
            right = splines[n][1][-1][0] > box.x
            x = box.right - box.inset(y) if right else box.left + box.inset(y)
            found[n] = _Slot((x, y), leads.get(n, 0.0))
    return found


def _slope(spline: Spline, box: Box) -> float:
    """How steeply an edge leaves the middle of the node: upwards negative."""
    far = next((p for p in sample(spline) if abs(p[0] - spline[0][0]) > 45), spline[-1])
    return (far[1] - box.y) / max(1.0, abs(far[0] - box.x))


def _bent(spline: Spline, start: _Slot | None, end: _Slot | None) -> Spline:
    """The spline with other ends, leaving and arriving level where the end is new."""
    points = list(spline)
    if start:
        points = _eased([*reversed(points)], start)[::-1]
    return tuple(_eased(points, end)) if end else tuple(points)


def _eased(points: list[Point], slot: _Slot) -> list[Point]:
    """The spline with another end, which it comes to level. Knots too near to the end are dropped, for room to turn."""
    (x, y), far = slot.point, points[0][0]
    room = abs(x - far)
    lead = min(slot.lead, max(0.0, room - 2 * ROOM)) * (1 if x > far else -1)
    while len(points) > 4 and abs(x - lead - points[-4][0]) < ROOM:
        del points[-4:-1]
    reach = (x - lead - points[-4][0]) * (0.5 if len(points) == 4 else 0.4)
    points[-2:] = [(x - lead - reach, y), (x - lead, y)]
    return [*points, (x - lead * 2 / 3, y), (x - lead / 3, y), (x, y)] if lead else points


def _turned(layout: Layout) -> Layout:
    """X and y exchanged."""
    boxes = {name: Box(b.y, b.x, b.height, b.width, b.corner) for name, b in layout.boxes.items()}
    return Layout(boxes, [tuple((y, x) for x, y in spline) for spline in layout.splines])
