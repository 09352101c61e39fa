"""A scene as SVG: text stays text, the same scene gives the same bytes, and nothing outside the file is asked for."""

from __future__ import annotations

import hashlib
import re

from kg.draw.scene import Item, Move, Scene, Shape, Words
from kg.draw.style import FONTS, PAPER

__all__ = ["svg"]


def svg(scene: Scene) -> str:
    """The scene as the text of an SVG file.

    Every node and step is a group with an id and a title, which browsers show as a tooltip. Ids begin with a digest
    of the picture, so that several pictures can stand on one page.
    """
    body = "\n".join(_item(item) for item in scene.items)
    heading = f"{scene.title}\n{scene.description}"
    mark = "kg" + hashlib.sha256(f"{heading}\n{body}".encode()).hexdigest()[:8]
    width, height = _number(scene.width), _number(scene.height)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="{mark}-name {mark}-text" '
            f'font-family="{_attribute(FONTS)}" style="max-width:100%;height:auto">',
            f'<title id="{mark}-name">{_escape(scene.title)}</title>',
            f'<desc id="{mark}-text">{_escape(scene.description)}</desc>',
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            body.replace('<g id="', f'<g id="{mark}-'),
            "</svg>\n",
        )
    )


def _item(item: Item) -> str:
    classes = " ".join((item.kind, *item.classes))
    title = f"<title>{_escape(item.title)}</title>" if item.title else ""
    marks = "".join(_shape(mark) if isinstance(mark, Shape) else _words(mark) for mark in item.marks)
    return f'<g id="{_identifier(item.id)}" class="{_attribute(classes)}">{title}{marks}</g>'


def _shape(shape: Shape) -> str:
    line = f' stroke="{shape.stroke}" stroke-width="{_number(shape.width)}"' if shape.stroke else ""
    dash = f' stroke-dasharray="{" ".join(map(_number, shape.dash))}"' if shape.dash else ""
    return f'<path class="{shape.role}" d="{_path(shape.moves)}" fill="{shape.fill or "none"}"{line}{dash}/>'


def _path(moves: tuple[Move, ...]) -> str:
    return "".join(op + " ".join(f"{_number(x)},{_number(y)}" for x, y in points) for op, points in moves)


def _words(words: Words) -> str:
    bold = ' font-weight="bold"' if words.bold else ""
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    place = f'x="{_number(words.x)}" y="{_number(words.y)}" font-size="{_number(words.size)}"'
    return f'<text {place}{bold}{anchor} fill="{words.colour}">{_escape(words.text)}</text>'


def _number(value: float) -> str:
    """Two decimals at most; no minus before zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


_UNFIT = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML 1.0 does not allow, escaped or not."""


def _escape(text: str) -> str:
    return _UNFIT.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return _escape(text).replace('"', "&quot;")


def _identifier(text: str) -> str:
    """A text as an XML name."""
    return re.sub(r"[^A-Za-z0-9_.-]", lambda found: f"_{ord(found[0]):x}_", text)
