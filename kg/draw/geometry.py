"""Small geometry of cubic splines: a spline is p0, c, c, p1, c, c, p2 ... as Graphviz gives them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Box", "Point", "Spline", "cut_end", "direction", "length", "middle", "offset", "sample"]

Point = tuple[float, float]
Spline = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre and size, with the radius of its corners; y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    corner: float = 0.0

    @property
    def left(self) -> float:
        """The x of the left side."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """The y of the upper side."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height / 2

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether a point lies inside, at least `margin` away from every side."""
        x, y = point
        return abs(x - self.x) < self.width / 2 - margin and abs(y - self.y) < self.height / 2 - margin

    def inset(self, y: float) -> float:
        """How far the outline stands back from the left and right sides at a height, where corners are round."""
        r = min(self.corner, self.width / 2, self.height / 2)
        past = min(r, max(0.0, abs(y - self.y) - (self.height / 2 - r)))
        return r - math.sqrt(r * r - past * past)

    def overlaps(self, other: Box) -> bool:
        """Whether two boxes share an area."""
        wide, high = (self.width + other.width) / 2, (self.height + other.height) / 2
        return abs(self.x - other.x) < wide and abs(self.y - other.y) < high

    def moved(self, dx: float, dy: float) -> Box:
        """The box elsewhere."""
        return Box(self.x + dx, self.y + dy, self.width, self.height, self.corner)


def _at(piece: Sequence[Point], t: float) -> Point:
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = piece
    return (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)


def pieces(spline: Spline) -> list[Spline]:
    """The single cubic curves."""
    return [spline[i : i + 4] for i in range(0, len(spline) - 3, 3)]


def sample(spline: Spline, each: int = 16) -> list[Point]:
    """Points along a spline, `each` for every curve, ends included."""
    return [spline[0], *(_at(piece, n / each) for piece in pieces(spline) for n in range(1, each + 1))]


def length(spline: Spline) -> float:
    """Length of a spline, by chords."""
    points = sample(spline)
    return sum(math.dist(a, b) for a, b in pairwise(points))


def middle(spline: Spline) -> tuple[Point, Point]:
    """The point half-way along, and the unit direction there."""
    points = sample(spline)
    rest = length(spline) / 2
    for a, b in pairwise(points):
        chord = math.dist(a, b)
        if chord and chord >= rest:
            share = rest / chord
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share), _unit(a, b)
        rest -= chord
    return points[-1], (1.0, 0.0)


def direction(spline: Spline) -> Point:
    """The unit direction in which a spline arrives."""
    points = sample(spline)
    return next((_unit(p, points[-1]) for p in reversed(points[:-1]) if math.dist(p, points[-1]) > 2.0), (1.0, 0.0))


def cut_end(spline: Spline, distance: float) -> Spline:
    """The spline without its last `distance` points of length."""
    end = spline[-1]
    whole = list(spline)
    while len(whole) > 4 and math.dist(whole[-4], end) <= distance:
        del whole[-3:]
    low, high = 0.0, 1.0
    last = tuple(whole[-4:])
    for _ in range(24):
        t = (low + high) / 2
        low, high = (t, high) if math.dist(_at(last, t), end) > distance else (low, t)
    return (*whole[:-4], *_head(last, low))


def _head(piece: Sequence[Point], t: float) -> Spline:
    """The part of a cubic before t (de Casteljau)."""

    def between(a: Point, b: Point) -> Point:
        return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)

    p0, p1, p2, p3 = piece
    a, b, c = between(p0, p1), between(p1, p2), between(p2, p3)
    d, e = between(a, b), between(b, c)
    return (p0, a, d, between(d, e))


def offset(spline: Spline, by: float) -> Spline:
    """A parallel of the spline, `by` to its left as one goes along (y downwards); good for small distances."""
    if not by:
        return spline
    moved: list[Point] = []
    for number, piece in enumerate(pieces(spline)):
        for index, point in enumerate(piece):
            if number and index == 0:
                continue
            before, after = _at(piece, max(0.0, index / 3 - 0.05)), _at(piece, min(1.0, index / 3 + 0.05))
            dx, dy = _unit(before, after)
            moved.append((point[0] + dy * by, point[1] - dx * by))
    return tuple(moved)


def _unit(a: Point, b: Point) -> Point:
    span = math.dist(a, b)
    return ((b[0] - a[0]) / span, (b[1] - a[1]) / span) if span else (1.0, 0.0)
