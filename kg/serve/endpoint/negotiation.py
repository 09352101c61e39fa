"""What a client wants to read: the Accept header of a request against the media types that there are (RFC 9110, 12.5).

Pure functions on text. What cannot be read in a header is left out; a header of which nothing can be read counts as
none, and a client that states nothing gets what is offered first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Range", "choose", "ranges"]

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"  # noqa: S105 - a part of a header, no secret
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_PARAMETER = rf";\s*+(?:({_TOKEN})\s*+(?:=\s*+({_TOKEN}|{_QUOTED}))?)?\s*+"
_RANGE = re.compile(
    rf"\s*+(?P<type>{_TOKEN})(?:/(?P<subtype>{_TOKEN}))?\s*+(?P<parameters>(?:{_PARAMETER})*+)", re.DOTALL
)
_PARAMETERS = re.compile(_PARAMETER, re.DOTALL)
_PARTS = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.?)*+(?:"|\Z))++', re.DOTALL)
"""Up to the next comma that is not quoted; what is quoted and not closed goes on to the end. (All of these take linear
time, whatever a header holds.)
"""
_WEIGHT = re.compile(r"\d+\.?\d*|\.\d+", re.ASCII)


class Range(NamedTuple):
    """What one part of a header asks for: a media type (``*`` for any) and its weight from 0 (not at all) to 1.

    `narrow` says how exactly it names a type: 0 any, 1 any of a kind (``text/*``), 2 with parameters, 3 just so.
    """

    type: str
    subtype: str
    narrow: int
    weight: float

    def covers(self, media_type: str) -> bool:
        """Whether a media type without parameters is in the range."""
        kind, _, name = media_type.lower().partition("/")
        return self.type in ("*", kind) and self.subtype in ("*", name)


def ranges(header: str) -> list[Range]:
    """The media ranges of an Accept header, in its order.

    >>> ranges("text/turtle;q=0.5, broken, */*; q=0.1")
    [Range(type='text', subtype='turtle', narrow=3, weight=0.5), Range(type='*', subtype='*', narrow=0, weight=0.1)]
    """
    return [found for part in _PARTS.findall(header) if (found := _range(part))]


def _range(part: str) -> Range | None:
    match = _RANGE.fullmatch(part)
    if not match:
        return None
    kind, name = match["type"].lower(), (match["subtype"] or "").lower()
    if kind == "*":
        name = name or "*"  # some old clients send a lone star
    if not name or (kind == "*" and name != "*"):
        return None
    parameters = [(key.lower(), value) for key, value in _PARAMETERS.findall(match["parameters"]) if key]
    weights = [value for key, value in parameters if key == "q"]
    if any(not _WEIGHT.fullmatch(weight) for weight in weights):
        return None
    exact = 2 if any(key not in ("q", "charset") for key, _ in parameters) else 3
    narrow = 0 if kind == "*" else 1 if name == "*" else exact
    return Range(kind, name, narrow, min(float(weights[0]), 1.0) if weights else 1.0)


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """The media type that a client likes best; None if it accepts none of them.

    Of each offer the narrowest range that covers it tells how much it is wanted. Of those that are wanted equally, the
    one that is named most exactly is chosen, and of those the first. A range with parameters (other than ``charset``,
    since all is written in UTF-8) stands for the type without them, unless that is named too.

    >>> choose("text/*;q=0.5, application/json", ["text/csv", "application/json", "text/html"])
    'application/json'
    >>> choose("text/csv;q=0, text/*", ["text/csv", "text/html"])
    'text/html'
    >>> choose("image/png", ["text/csv"]) is None
    True
    """
    wanted = ranges(header or "") or [Range("*", "*", 0, 1.0)]
    best: tuple[float, int] = (0.0, -1)
    chosen = None
    for offer in offers:
        found = max(((r.narrow, r.weight) for r in wanted if r.covers(offer)), default=(0, 0.0))
        narrow, weight = found
        if weight > 0 and (weight, narrow) > best:
            best, chosen = (weight, narrow), offer
    return chosen
