"""Everything that is painted, with absolute coordinates: the one thing that all painters paint.

A scene is a list of items (nodes, steps, legend entries, lines of text) in painting order, each made of two kinds of
marks only: shapes and words. Coordinates are points, y grows downwards. Build one with `kg.draw.compose.compose`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kg.draw.geometry import Box, Point, Spline

__all__ = ["Item", "Mark", "Move", "Scene", "Shape", "Words", "curve", "polygon", "polyline", "rounded"]

Move = tuple[Literal["M", "L", "C", "Z"], tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline, open or closed; `role` names what it is (``line``, ``arrow``, ``bar``, ``halo``, ``band`` ...)."""

    moves: tuple[Move, ...]
    role: str
    stroke: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str = ""
    round: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `x`, `y` are the anchor on the baseline."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "start"


Mark = Shape | Words


@dataclass(frozen=True, slots=True)
class Item:
    """Marks that belong together. `box` is the place of a node, `spline` the course of a step from node to node."""

    id: str
    kind: Literal["node", "step", "legend", "text"]
    classes: tuple[str, ...]
    marks: tuple[Mark, ...]
    title: str = ""
    box: Box | None = None
    spline: Spline = ()
    ends: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture."""

    width: float
    height: float
    title: str
    description: str
    items: tuple[Item, ...]

    def of(self, kind: str) -> list[Item]:
        """The items of one kind."""
        return [item for item in self.items if item.kind == kind]

    @property
    def texts(self) -> list[str]:
        """Every line of text that can be read in it."""
        return [mark.text for item in self.items for mark in item.marks if isinstance(mark, Words)]


def curve(spline: Spline) -> tuple[Move, ...]:
    """The moves of a spline."""
    return (("M", spline[:1]), *(("C", spline[i : i + 3]) for i in range(1, len(spline) - 2, 3)))


def polyline(points: Sequence[Point]) -> tuple[Move, ...]:
    """The moves of an open line."""
    return (("M", (points[0],)), *(("L", (point,)) for point in points[1:]))


def polygon(points: Sequence[Point]) -> tuple[Move, ...]:
    """The moves of a closed line."""
    return (*polyline(points), ("Z", ()))


def rounded(box: Box, radius: float) -> tuple[Move, ...]:
    """The moves of a rectangle with round corners; a large radius makes a pill."""
    r = min(radius, box.width / 2, box.height / 2)
    left, right, top, bottom = box.left, box.right, box.top, box.bottom
    if r <= 0:
        return polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
    k = r * 0.4477  # what a cubic's handle lacks of the corner to look like a quarter circle
    return (
        ("M", ((left + r, top),)),
        ("L", ((right - r, top),)),
        ("C", ((right - k, top), (right, top + k), (right, top + r))),
        ("L", ((right, bottom - r),)),
        ("C", ((right, bottom - k), (right - k, bottom), (right - r, bottom))),
        ("L", ((left + r, bottom),)),
        ("C", ((left + k, bottom), (left, bottom - k), (left, bottom - r))),
        ("L", ((left, top + r),)),
        ("C", ((left, top + k), (left + k, top), (left + r, top))),
        ("Z", ()),
    )
