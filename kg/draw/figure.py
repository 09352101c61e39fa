"""A scene as a matplotlib figure: PNG, PDF, or inside any axes of your own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kg.draw.scene import Move, Scene, Shape, Words
from kg.draw.style import PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Outline

__all__ = ["figure", "paint", "pdf", "png"]

FONTS = ["DejaVu Sans", "sans-serif"]
"""matplotlib ships DejaVu Sans, so a picture looks the same on a machine without any font."""
POINTS = 72.0
DOTS = 144
MOST_DOTS = 12_000
"""No side of a PNG is longer; a larger scene is painted more coarsely."""


def figure(scene: Scene) -> Figure:
    """The scene as a figure of its own, as large as the scene in points. It belongs to no window system."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(scene.width / POINTS, scene.height / POINTS), facecolor=PAPER)
    paint(scene, drawn.add_axes((0, 0, 1, 1)))
    return drawn


def paint(scene: Scene, axes: Axes) -> Axes:
    """Paint the scene into axes, as large as they allow with the proportions kept; returns the axes.

    Text is sized for the axes as they are now; a figure that is resized later does not resize it.
    """
    from matplotlib.patches import PathPatch

    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    frame = axes.get_window_extent()
    dots = axes.get_figure(root=True).dpi / POINTS  # type: ignore[union-attr]
    scale = min(frame.width / scene.width, frame.height / scene.height) / dots
    layer = 2.0
    for item in scene.items:
        for mark in item.marks:
            layer += 0.001
            if isinstance(mark, Words):
                axes.text(
                    mark.x, mark.y, mark.text, fontsize=mark.size * scale, color=mark.colour,
                    family=FONTS, weight="bold" if mark.bold else "normal", zorder=layer, va="baseline",
                    parse_math=False, usetex=False,  # a label is never a formula
                    ha={"start": "left", "middle": "center", "end": "right"}[mark.anchor],
                )  # fmt: skip
            else:
                axes.add_patch(PathPatch(_outline(mark.moves), zorder=layer, **_pen(mark, scale)))
    return axes


def _outline(moves: tuple[Move, ...]) -> Outline:
    from matplotlib.path import Path as Outline

    codes = {"M": int(Outline.MOVETO), "L": int(Outline.LINETO), "C": int(Outline.CURVE4)}
    vertices: list[tuple[float, float]] = []
    kinds: list[int] = []
    for op, points in moves:
        vertices += points if op != "Z" else [vertices[0]]
        kinds += [codes[op]] * len(points) if op != "Z" else [int(Outline.CLOSEPOLY)]
    return Outline(vertices, kinds)


def _pen(shape: Shape, scale: float) -> dict[str, object]:
    dash = (0, [part * scale for part in shape.dash]) if shape.dash else "solid"
    return {
        "facecolor": shape.fill or "none",
        "edgecolor": shape.stroke or "none",
        "linewidth": shape.width * scale if shape.stroke else 0,
        "linestyle": dash,
        "capstyle": "butt",
        "joinstyle": "miter",
    }


def png(scene: Scene) -> bytes:
    """The scene as a PNG with 144 dots to the inch; the same scene gives the same bytes with one matplotlib."""
    dots = min(DOTS, MOST_DOTS * POINTS / max(scene.width, scene.height))
    return _saved(scene, "png", dpi=dots, metadata={"Software": None, "Title": scene.title})


def pdf(scene: Scene) -> bytes:
    """The scene as a PDF whose text can be searched and copied."""
    import matplotlib as mpl

    with mpl.rc_context({"pdf.fonttype": 42}):  # whole outlines: letters stay letters in every editor
        return _saved(scene, "pdf", metadata={"CreationDate": None, "Title": scene.title, "Subject": scene.description})


def _saved(scene: Scene, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    figure(scene).savefig(buffer, format=form, facecolor=PAPER, **options)  # type: ignore[arg-type]
    return buffer.getvalue()
