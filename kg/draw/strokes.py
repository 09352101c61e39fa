"""The marks of one step: halo, bands of its arms, line, end, and the sign of a dispute or a question."""

from __future__ import annotations

from kg.draw.badges import slashes
from kg.draw.diagram import Arrow
from kg.draw.geometry import Box, Point, Spline, cut_end, direction, middle, offset
from kg.draw.scene import Mark, Shape, Words, curve, polygon, polyline, rounded
from kg.draw.style import ARM, DEFINITION, INK, LINE, NODE_SIZE, PAPER

__all__ = ["diamond", "question", "stroke"]

LANE = 6.0
"""Width of the band of one arm."""


def stroke(arrow: Arrow, spline: Spline) -> tuple[Mark, ...]:
    """All marks of a step along its spline, in painting order."""
    bands = _bands(arrow, spline)
    wide = max(len(bands) * LANE * (1.3 if arrow.bold else 1.0), 5.0)
    halo = Shape(curve(spline), "halo", PAPER, wide + 4.0)
    marked = arrow.disputed or arrow.named
    broken = slashes(spline, aside=marked) if arrow.broken else ()
    dispute = diamond(*middle(spline), small=arrow.named) if marked else ()
    return (halo, *bands, *_line(arrow, spline), *broken, *dispute)


def _bands(arrow: Arrow, spline: Spline) -> tuple[Shape, ...]:
    """One lane for each arm, side by side."""
    lane = LANE * (1.3 if arrow.bold else 1.0) * (1.5 if len(arrow.arms) == 1 else 1.0)
    first = (len(arrow.arms) - 1) / 2
    return tuple(
        Shape(curve(offset(spline, (first - place) * lane)), f"band {_way(sign)}", ARM[sign], lane)
        for place, sign in enumerate(arrow.arms)
    )


def _way(sign: int) -> str:
    return {1: "raising", -1: "lowering", 0: "unsigned"}[sign]


def _line(arrow: Arrow, spline: Spline) -> tuple[Mark, ...]:
    if arrow.kind == "question":
        return (Shape(curve(cut_end(spline, 3.0)), "line plain", INK, 3.4 if arrow.bold else 1.9),)
    colour = DEFINITION if arrow.kind == "definition" else LINE[arrow.sign]
    width = 3.4 if arrow.bold else 1.3 if arrow.kind == "association" else 1.9
    dash: tuple[float, ...] = (7.0, 4.5) if arrow.hypothetical else ()
    if arrow.kind == "definition":
        width, dash = (2.4, (2.4, 3.6)) if arrow.bold else (1.5, (1.5, 3.0))
    if arrow.kind == "association":
        return (
            Shape(curve(cut_end(spline, 2.0)), "line", colour, width, dash),
            *_sign_in_circle(arrow, spline, colour),
        )
    tip, ahead = spline[-1], direction(spline)
    size = 1.3 if arrow.bold else 1.0
    if arrow.end == "plain":
        return (Shape(curve(cut_end(spline, 3.0)), "line plain", colour, width, dash),)
    if arrow.end == "bar":
        stop = 4.5
        ends = [_beside(tip, ahead, stop, side * 6.5 * size) for side in (-1, 1)]
        bar = Shape(polyline(ends), "bar", colour, 2.2 if arrow.kind == "definition" else 3.4 * size)
        return (Shape(curve(cut_end(spline, stop)), "line", colour, width, dash), bar)
    reach = (9.0 if arrow.end == "open" else 11.5) * size
    corners = [_beside(tip, ahead, 1.5, 0.0), *(_beside(tip, ahead, 1.5 + reach, s * reach * 0.45) for s in (1, -1))]
    if arrow.end == "open":
        head = Shape(polygon(corners), "open", colour, 1.4, fill=PAPER)
    else:
        head = Shape(polygon(corners), "arrow", fill=colour)
    return (Shape(curve(cut_end(spline, reach)), "line", colour, width, dash), head)


def _beside(tip: Point, ahead: Point, back: float, side: float) -> Point:
    """The point `back` before the tip and `side` beside the line."""
    return (tip[0] - ahead[0] * back - ahead[1] * side, tip[1] - ahead[1] * back + ahead[0] * side)


def diamond(centre: Point, ahead: Point, small: bool = False) -> tuple[Shape, ...]:
    """The mark of a step that other claims contradict; small and dark where it only stands in a named dispute."""
    long, wide = (4.2, 3.3) if small else (7.0, 5.5)
    corners = [_beside(centre, ahead, back, side) for back, side in ((long, 0), (0, wide), (-long, 0), (0, -wide))]
    return (Shape(polygon(corners), "dispute", INK, 1.6, fill=INK if small else PAPER),)


def question(spline: Spline) -> tuple[Mark, ...]:
    """The question what the sign of a step is, half-way."""
    (x, y), _ = middle(spline)
    disc = Shape(rounded(Box(x, y, 20, 20), 10), "question", INK, 1.2, fill=PAPER)
    return (disc, Words(x, y + NODE_SIZE * 0.35, "?", NODE_SIZE, INK, bold=True, anchor="middle"))


def _sign_in_circle(arrow: Arrow, spline: Spline, colour: str) -> tuple[Mark, ...]:
    """An association has no end marks; its sign stands in a small disc half-way."""
    (x, y), _ = middle(spline)
    disc = Shape(rounded(Box(x, y, 13, 13), 7), "association", colour, 1.2, fill=PAPER)
    level = Shape(polyline([(x - 3.5, y), (x + 3.5, y)]), "minus" if arrow.sign < 0 else "plus", colour, 1.6)
    upright = Shape(polyline([(x, y - 3.5), (x, y + 3.5)]), "plus", colour, 1.6)
    return (disc, level, upright) if arrow.sign > 0 else (disc, level)
