"""The marks of a cut: what is to be lowered, raised or taken away, and which step is to be broken.

White shapes on a dark disc, so that they need no colour: a triangle that points down or up, or a cross. A step that is
to be broken has two strokes across it; agents that act from outside have a double outline.
"""

from __future__ import annotations

from kg.draw.diagram import Change
from kg.draw.geometry import Box, Point, Spline, middle
from kg.draw.scene import Shape, polygon, polyline, rounded
from kg.draw.style import INK, PAPER

__all__ = ["BADGE", "badge", "inner", "slashes"]

BADGE = 18.0
"""Width of a badge."""


def badge(change: Change, centre: Point) -> tuple[Shape, ...]:
    """The mark of an entity that is to be changed."""
    x, y = centre
    disc = Shape(rounded(Box(x, y, BADGE, BADGE), BADGE / 2), f"cut {change}", fill=INK)
    if change == "remove":
        arms = (((x - 3.6, y - side * 3.6), (x + 3.6, y + side * 3.6)) for side in (1, -1))
        return (disc, *(Shape(polyline(ends), "cross", PAPER, 2.4) for ends in arms))
    way = 1 if change == "lower" else -1
    corners = ((x - 5.2, y - way * 3.2), (x + 5.2, y - way * 3.2), (x, y + way * 5.8))
    return (disc, Shape(polygon(corners), "triangle", fill=PAPER))


def inner(box: Box, stroke: str) -> Shape:
    """The second outline of an agent."""
    smaller = Box(box.x, box.y, box.width - 7, box.height - 7)
    return Shape(rounded(smaller, max(0.0, box.corner - 3.5)), "inner", stroke, 1.2)


def slashes(spline: Spline, aside: bool) -> tuple[Shape, ...]:
    """The mark of a step that is to be broken, half-way; a little before that if something else stands there."""
    (x, y), (dx, dy) = middle(spline)
    back = 17.0 if aside else 0.0
    marks: list[Shape] = []
    for along in (-3.0, 3.0):
        cx, cy = x + dx * (along - back), y + dy * (along - back)
        ends = tuple((cx + s * (dx * 2.5 - dy * 8), cy + s * (dy * 2.5 + dx * 8)) for s in (-1, 1))
        marks += [Shape(polyline(ends), "halo", PAPER, 5.5), Shape(polyline(ends), "broken", INK, 2.6)]
    return tuple(sorted(marks, key=lambda mark: mark.role != "halo"))
