"""The place of a claim in its source: from the words of a passage to offsets and a digest.

The text is squeezed (see `kg.check.squeeze`); the passage's own words are compared and forgotten, never written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kg.check import squeeze
from kg.curation.names import Refused
from kg.curation.sheet import Row, shown
from kg.errors import FileProblem

__all__ = ["SHORTEST", "Place", "Text"]

SHORTEST = 12
"""A passage of fewer letters and digits would be found nearly anywhere."""


@dataclass(frozen=True)
class Place:
    """Where a passage stands in the squeezed text, and its SHA-256."""

    start: int | None = None
    end: int | None = None
    digest: str | None = None


class Text:
    """The reader's own copy of a source's text, squeezed."""

    def __init__(self, file: str | Path) -> None:
        path = Path(file)
        try:
            self.squeezed = squeeze(path.read_text("utf-8"))
        except OSError as error:
            raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None
        except UnicodeDecodeError:
            raise FileProblem(f"{path} is not a text in UTF-8.") from None
        self.name = path.name

    def place(self, passage: str) -> Place:
        """The first place of a passage. Raises Refused if the text does not hold it."""
        wanted = squeeze(passage)
        if len(wanted) < SHORTEST:
            raise Refused(f"{shown(passage)} is too short to be found again.", "Copy the whole sentence.")
        start = self.squeezed.find(wanted)
        if start < 0:
            remedy = f"Copy it from {self.name} letter by letter, without leaving words out."
            raise Refused(f"{self.name} does not hold {shown(passage)}.", remedy)
        return Place(start, start + len(wanted), _sha(wanted))

    def prove(self, place: Place) -> None:
        """Raises Refused unless the stretch between the offsets has the digest."""
        if _sha(self.squeezed[place.start : place.end]) != place.digest:
            message = f"the digest is not that of {self.name} between {place.start} and {place.end}."
            raise Refused(message, "Put the words into the column passage instead of start, end and digest.")


def place_of(row: Row, text: Text | None) -> Place:
    """The place that a row states, by a passage or by start, end and digest. Raises Refused if it is not whole."""
    stated = [name for name in ("start", "end", "digest") if name in row.cells]
    passage = row.cells.get("passage")
    if passage is not None:
        if stated:
            raise Refused(f"a passage and {' and '.join(stated)} as well.", "Keep the passage, or all three others.")
        if text is None:
            raise Refused("a passage, but no text to find it in.", "Name your copy of the text with --text FILE.")
        return text.place(passage)
    if not stated:
        return Place()
    if len(stated) < 3:
        missing = " and ".join(name for name in ("start", "end", "digest") if name not in stated)
        remedy = "Copy the words into the column passage and name the text with --text FILE."
        raise Refused(f"{' and '.join(stated)} without {missing}; a place needs all three.", remedy)
    place = _stated(row.cells["start"], row.cells["end"], row.cells["digest"].lower())
    if text is not None:
        text.prove(place)
    return place


def _stated(start: str, end: str, digest: str) -> Place:
    whole = all(number.isascii() and number.isdigit() and len(number) < 10 for number in (start, end))
    if not whole or int(start) >= int(end):
        message = f"start {shown(start)} and end {shown(end)} are no stretch of a text."
        raise Refused(message, "Give whole numbers, the start before the end.")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise Refused(f"{shown(digest)} is no SHA-256.", "Give its 64 hexadecimal digits.")
    return Place(int(start), int(end), digest)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
