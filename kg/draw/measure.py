"""How wide a text is, and how it is broken into lines.

Widths come from a built-in table, so that a picture is the same on a machine without any font. The table holds the
advance widths of DejaVu Sans, plain and bold, rounded up to a twentieth of the font size; Helvetica and Arial are
narrower, so text never outgrows a box made for it. A letter that is not in the table counts as its base letter or as
a full square.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence

__all__ = ["clean", "text_width", "wrap"]

_GROUPS = {
    0.30: "'",
    0.35: " ,./IJ\\ijl|·ι’",
    0.40: "-:;f",
    0.45: "!()[]rt",
    0.50: '"*_`–',
    0.55: "?cszεζ",
    0.60: "LkvxyΓλξχ“”",
    0.65: "$0123456789EFSTYabdeghnopqu{}ΞΣβγδηθκνορτυ",
    0.70: "ABCKPRVXZΔΛαμσφ",
    0.75: "NUπψ",
    0.80: "&DGHOQΘΠΦΨΩ",
    0.85: "#+<=>^w~±×ω→⇏⇒",
    0.90: "M∋⊣",
    1.00: "%@Wm—…",
}
_WIDTHS = {character: width for width, characters in _GROUPS.items() for character in characters}
_BOLD = 1.12
"""Bold letters are at most this much wider than the table says."""


def clean(text: str) -> str:
    """The text on one line, without the characters that neither XML nor a font can show.

    >>> clean("TNF-α \\n  (serum)\\x00")
    'TNF-α (serum)'
    """
    shown = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(shown.split())


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Upper bound of the width of a text in points.

    >>> text_width("il", 10) < text_width("MW", 10)
    True
    """
    return sum(map(_width, text)) * size * (_BOLD if bold else 1.0)


@functools.cache
def _width(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    base = unicodedata.normalize("NFD", character)[0]
    return _WIDTHS.get(base, 1.0)


def wrap(text: str, size: float, width: float, most: int, bold: bool = False) -> tuple[str, ...]:
    """Break a text into as few lines as fit the width, evenly filled; at most `most` lines, the last cut with "…".

    Breaks at spaces and after hyphens and slashes; a word that is too wide for a line is broken anywhere.

    >>> wrap("vascular smooth muscle cell calcification", 10, 160, 3)
    ('vascular smooth muscle', 'cell calcification')
    """
    pieces = [part for piece in _pieces(clean(text)) for part in _fitting(piece, size, width, bold)]
    lines = _fill(pieces, size, width, bold)
    if len(lines) > most:
        return (*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), size, width, bold))
    # The narrowest width that needs no more lines fills them evenly.
    low, high = 0.0, width
    while high - low > size / 4:
        middle = (low + high) / 2
        if all(text_width(p.strip(), size, bold) <= middle for p in pieces) and (
            len(_fill(pieces, size, middle, bold)) <= len(lines)
        ):
            high = middle
        else:
            low = middle
    return tuple(_fill(pieces, size, high, bold)) or ("",)


def _pieces(text: str) -> list[str]:
    """The unbreakable parts of a text, each with the space or hyphen that ends it."""
    parts: list[str] = []
    start = 0
    for place, character in enumerate(text):
        inside_word = character in "-/" and place - start >= 3 and len(text) - place > 4
        if character == " " or inside_word:
            parts.append(text[start : place + 1])
            start = place + 1
    return [*parts, text[start:]] if start < len(text) else parts


def _fitting(piece: str, size: float, width: float, bold: bool) -> list[str]:
    """A piece broken where it is wider than a line."""
    parts = []
    while text_width(piece.strip(), size, bold) > width and len(piece) > 1:
        end = max(1, next(n for n in range(1, len(piece) + 1) if text_width(piece[:n], size, bold) > width) - 1)
        parts.append(piece[:end])
        piece = piece[end:]
    return [*parts, piece]


def _fill(pieces: Sequence[str], size: float, width: float, bold: bool) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        if lines and text_width((lines[-1] + piece).strip(), size, bold) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.strip() for line in lines]


def _cut(text: str, size: float, width: float, bold: bool) -> str:
    while text and text_width(text + "…", size, bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"
