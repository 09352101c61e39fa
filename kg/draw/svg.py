"""A scene as SVG: text stays text, the same scene gives the same bytes, and nothing outside the file is asked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from kg.draw.scene import Item, Move, Scene, Shape, Words
from kg.draw.style import FONTS, PAPER

__all__ = ["svg"]


def svg(scene: Scene, link: Callable[[Item], str] | None = None) -> str:
    """The scene as the text of an SVG file.

    Every node and step is a group with an id and a title, which browsers show as a tooltip. Ids begin with a digest
    of the picture, so that several pictures can stand on one page. With `link`, which gives the address of an item or
    nothing, the picture is part of a page: nodes and steps are links, and its size is left to the style of the page.
    """
    body = "\n".join(_item(item, link(item) if link else "") for item in scene.items)
    if link:  # on a page a tenth of a point is fine enough, and what it weighs counts
        body = re.sub(r' d="[^"]*"', lambda found: re.sub(r"(\.\d)\d", r"\1", found[0]), body)
    heading = f"{scene.title}\n{scene.description}"
    mark = "kg" + hashlib.sha256(f"{heading}\n{body}".encode()).hexdigest()[:8]
    width, height = _number(scene.width), _number(scene.height)
    role, style = ("group", "") if link else ("img", ' style="max-width:100%;height:auto"')
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="{role}" aria-labelledby="{mark}-name {mark}-text" '
            f'font-family="{_attribute(FONTS)}"{style}>',
            f'<title id="{mark}-name">{_escape(scene.title)}</title>',
            f'<desc id="{mark}-text">{_escape(scene.description)}</desc>',
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            body.replace('<g id="', f'<g id="{mark}-'),
            "</svg>\n",
        )
    )


def _item(item: Item, href: str = "") -> str:
    classes = " ".join((item.kind, *item.classes))
    tip = "\n".join(item.title.split("\n")[: _ENOUGH.get(item.kind)]) if href.startswith("#") else item.title
    title = f"<title>{_escape(tip)}</title>" if tip else ""
    marks = "".join(_shape(mark) if isinstance(mark, Shape) else _words(mark) for mark in item.marks)
    inner = f'<a href="{_attribute(href)}"{_REACH.get(item.kind, "")}>{title}{marks}</a>' if href else title + marks
    ends = f' data-ends="{" ".join(map(_identifier, item.ends))}"' if href and item.ends else ""
    name = "" if ends else f' id="{_identifier(item.id)}"'  # what leads somewhere says by that which step it is
    return f'<g{name} class="{_attribute(classes)}"{ends}>{inner}</g>'


_ENOUGH = {"node": 1, "step": 2}
"""Lines of a tooltip that are enough where the page itself tells the rest: what it is, and the support of a step."""
_REACH = {"step": ' tabindex="-1"'}
"""Steps are reached by keyboard from the tables that list them, not one by one in the picture."""


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
