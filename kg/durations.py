"""Times of a case: ISO 8601 durations relative to one moment, compared by their nominal length.

Times serve one thing only: to leave out a cause that began after what it would explain. Nothing is ever concluded from
one thing having come before another.
"""

from __future__ import annotations

import re

__all__ = ["age_at", "days"]

MONTH = 30.4375
"""Days in a month, on average; a year has twelve."""
_LENGTHS = {"Y": 12 * MONTH, "M": MONTH, "W": 7.0, "D": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86400}
_DURATION = re.compile(
    r"(?P<minus>-)?P(?=[\dT])(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)(?:\.\d+)?S)?)?",
    re.ASCII,
)


def days(duration: str) -> float:
    """The nominal length of an ISO 8601 duration in days. Raises ValueError for any other text.

    >>> days("-P18Y") < days("-P1Y6M") < days("PT0S") == days("P0D") < days("P1W") == days("P7D")
    True
    """
    parts = _parts(duration)
    return sum(parts[unit] * size for unit, size in _LENGTHS.items())


def age_at(years: int, offset: str) -> str:
    """The age of somebody `years` old after a duration. A month opened for its days counts thirty; hours are dropped.

    Raises ValueError for a text that is no duration, or a time before birth. The order of times is kept.

    >>> age_at(52, "-P18Y"), age_at(52, "-P1Y6M"), age_at(52, "P0D"), age_at(52, "-P14D"), age_at(52, "P37D")
    ('P34Y', 'P50Y6M', 'P52Y', 'P51Y11M16D', 'P52Y1M7D')
    """
    parts = _parts(offset)
    rest = 7 * parts["W"] + parts["D"]
    months = 12 * (years + parts["Y"]) + parts["M"] + rest // 30
    if months < 0:
        raise ValueError(f"{offset} is before the birth of somebody {years} years old")
    sizes = ((months // 12, "Y"), (months % 12, "M"), (rest % 30, "D"))
    return "P" + ("".join(f"{number}{unit}" for number, unit in sizes if number) or "0D")


def _parts(duration: str) -> dict[str, int]:
    match = _DURATION.fullmatch(duration.strip())
    if match is None:
        raise ValueError(f"{duration!r} is no ISO 8601 duration such as P18Y, -P14D or P1Y6M")
    way = -1 if match["minus"] else 1
    return {unit: way * int(match[unit] or 0) for unit in _LENGTHS}
