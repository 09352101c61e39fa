"""What became of a file when it was read: what its predicates were read as, and everything that was lost or mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Report"]

_MENDED = {
    "dangling": "entities named by edges only, made without a name",
    "duplicates": "repeated node ids, the first row kept",
    "incomplete": "edges without subject, predicate or object, left out",
    "nameless": "nodes without an id, left out",
    "loops": "claims of an entity on itself, in no route",
}
"""What is counted beside the predicates, in words."""
SHOWN = 8
"""So many names are listed before it says how many more there are."""


@dataclass(frozen=True)
class Report:
    """The loss report of two KGX files; counts of rows unless said otherwise.

    `read` counts per foreign statement and reading of ours, `no_claim` per predicate that is neither an effect nor an
    association, `unmapped` per predicate that is not in the table (`unmapped_are` says what became of it), `unsure` per
    reason why a sign was taken away. `dangling` are entities that only edges name, `duplicates` repeated node ids,
    `incomplete` rows without an end or a predicate, `nameless` nodes without an id, `loops` claims of an entity on
    itself; the first of each is named. `ignored` are the columns that were not read, by file.
    """

    nodes: int = 0
    edges: int = 0
    claims: int = 0
    steps: int = 0
    read: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    no_claim: Mapping[str, int] = field(default_factory=dict)
    unmapped: Mapping[str, int] = field(default_factory=dict)
    unmapped_are: str = "unsigned"
    unsure: Mapping[str, int] = field(default_factory=dict)
    dangling: int = 0
    duplicates: int = 0
    incomplete: int = 0
    nameless: int = 0
    loops: int = 0
    first: Mapping[str, str] = field(default_factory=dict)
    ignored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds_left_out: bool = False

    @property
    def clean(self) -> bool:
        """Whether every row was read, every predicate known and every end there."""
        return not self.summary

    @property
    def left_out(self) -> tuple[str, ...]:
        """What of the files no answer regards though it might have made routes, for the certificate."""
        rows = sum(self.unmapped.values()) if self.unmapped_are == "left out" else 0
        unmapped = (f"rows left out for predicates not in the table: {rows:,}",) if rows else ()
        return (*unmapped, "too many kinds to begin a route with one") if self.kinds_left_out else unmapped

    @property
    def summary(self) -> str:
        """What was lost or mended in one line; empty if nothing was."""
        counts = {
            f"rows with predicates not in the table, {_became(self.unmapped_are)}": sum(self.unmapped.values()),
            "rows with the sign taken away": sum(self.unsure.values()),
            **{what: getattr(self, name) for name, what in _MENDED.items() if name != "loops"},
        }
        return "; ".join(f"{what}: {count:,}" for what, count in counts.items() if count)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {"type": "loss report", **asdict(self), "ignored": {name: list(c) for name, c in self.ignored.items()}}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Report:
        """The report that `to_dict` told."""
        ignored = {name: tuple(columns) for name, columns in told["ignored"].items()}
        return cls(**{**{name: value for name, value in told.items() if name != "type"}, "ignored": ignored})

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.nodes:,} nodes and {self.edges:,} edges: {self.claims:,} claims in {self.steps:,} steps"
        for statement, readings in self.read.items():
            yield f"  {statement}: {', '.join(f'{name} {count:,}' for name, count in readings.items())}"
        for what, counts in (
            ("rows that say neither an effect nor an association, left out", self.no_claim),
            (f"rows with predicates not in the table, {_became(self.unmapped_are)}", self.unmapped),
            ("rows with the sign taken away", self.unsure),
        ):
            if counts:
                yield f"{what}: {sum(counts.values()):,} ({_listed([f'{name} {n:,}' for name, n in counts.items()])})"
        for name, what in _MENDED.items():
            if count := getattr(self, name):
                yield f"{what}: {count:,}" + (f" (first: {self.first[name]})" if name in self.first else "")
        for file, columns in self.ignored.items():
            if columns:
                yield f"columns of {file} that are not read: {_listed(list(columns))}"
        if self.kinds_left_out:
            yield "too many kinds of kinds: routes do not begin with a kind of the source"


def _became(unmapped_are: str) -> str:
    return "read as affects, unsigned" if unmapped_are == "unsigned" else "left out"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
