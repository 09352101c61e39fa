"""The order of names that hold numbers: by value, so that ``nazir-2015-2`` stands before ``nazir-2015-10``."""

from __future__ import annotations

import re

__all__ = ["natural"]

_NUMBER = re.compile(r"(\d+)")


def natural(text: str) -> list[tuple[bool, int, str]]:
    """A key to sort texts by, their numbers by value. O(length).

    >>> sorted(["b-1", "a-10", "a-2"], key=natural)
    ['a-2', 'a-10', 'b-1']
    """
    parts = _NUMBER.split(text)  # every other part is a number
    return [(place % 2 == 1, int(part) if place % 2 else 0, part) for place, part in enumerate(parts)]
