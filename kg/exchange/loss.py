"""What became of a graph on its way into a file or out of one: what was kept, how it was read, what was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kg.model import JSON

__all__ = ["SHOWN", "Loss", "LossReport"]

SHOWN = 5
"""So many places or names are listed before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that did not come through: what, why, how many of it, and where it stood (``line 12``) if known."""

    what: str
    why: str
    count: int = 1
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place + ': ' if self.place else ''}{self.what}: {self.why}"

    def to_dict(self) -> JSON:
        """The loss as JSON-ready data."""
        return {"what": self.what, "why": self.why, "count": self.count, "place": self.place}


@dataclass(frozen=True)
class LossReport:
    """The loss report of a file that was written or read.

    `kept` counts what came through, by sort. `mapped` tells of each foreign term what it was read as, with counts.
    `losses` has a line for everything else: nothing disappears without one.

    >>> lost = Loss("definitions", "no place for them", 2)
    >>> report = LossReport("SIF", "written", "graph.sif", {"entities": 2}, losses=(lost,))
    >>> print(report)
    graph.sif (SIF) written: entities 2
    lost: definitions (2): no place for them
    """

    format: str
    direction: Literal["read", "written"]
    file: str
    kept: Mapping[str, int] = field(default_factory=dict)
    mapped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing was lost."""
        return not self.losses

    @property
    def summary(self) -> str:
        """What was lost, in one line; empty if nothing was."""
        counts: Counter[str] = Counter()
        for loss in self.losses:
            counts[loss.why] += loss.count
        return "; ".join(f"{why}: {count:,}" for why, count in counts.most_common(SHOWN)) + (
            f"; and {len(counts) - SHOWN} more reasons" if len(counts) > SHOWN else ""
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def to_dict(self) -> JSON:
        """The report as JSON-ready data."""
        return {
            "type": "loss report",
            "file_format": self.format,
            "direction": self.direction,
            "file": self.file,
            "kept": dict(self.kept),
            "mapped": {name: dict(readings) for name, readings in self.mapped.items()},
            "losses": [loss.to_dict() for loss in self.losses],
        }

    def _lines(self) -> Iterator[str]:
        kept = ", ".join(f"{what} {count:,}" for what, count in self.kept.items() if count) or "nothing"
        yield f"{self.file} ({self.format}) {self.direction}: {kept}"
        for name, readings in self.mapped.items():
            yield f"  {name}: {', '.join(f'{reading} {count:,}' for reading, count in readings.items())}"
        for (what, why), losses in self._grouped().items():
            count = sum(loss.count for loss in losses)
            yield f"lost: {what} ({count:,}): {why}{_places([loss.place for loss in losses if loss.place])}"

    def _grouped(self) -> Mapping[tuple[str, str], list[Loss]]:
        found: dict[tuple[str, str], list[Loss]] = {}
        for loss in self.losses:
            found.setdefault((loss.what, loss.why), []).append(loss)
        return found


def _places(places: list[str]) -> str:
    if not places:
        return ""
    more = f" and {len(places) - SHOWN:,} more" if len(places) > SHOWN else ""
    return f" ({', '.join(places[:SHOWN])}{more})"
