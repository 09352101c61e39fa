"""Many small queries instead of a large one: names in batches, rows in pages, and nothing lost in silence.

How many rows a batch has is asked first. Then each page is fetched, and the next, until all are here: a server that
silently sends less than it was asked for gets asked on, and one that stops before the end is found out. A batch that is
too much for the server is asked again in halves. Names are put in as terms, written by pyoxigraph.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kg.remote.client import Client, Unanswered

if TYPE_CHECKING:
    from kg.sparql.results import Term

__all__ = ["BATCH", "PAGE", "Key", "Read", "Reader", "iris", "value", "values"]

BATCH = 200
"""So many names are put into one query."""
PAGE = 5_000
"""So many rows are asked for at once."""
Key = tuple[str, ...]
Rows = list[tuple["Term | None", ...]]
T = TypeVar("T")


@dataclass
class Read:
    """What was read, and the keys for which no answer came, with the reason of the last."""

    rows: Rows = field(default_factory=list)
    lost: list[Key] = field(default_factory=list)
    why: str = ""


class Reader:
    """Reads from one endpoint for one question, for up to `seconds`."""

    def __init__(self, client: Client, seconds: float) -> None:
        self.client = client
        self.until = time.monotonic() + seconds

    def read(self, names: str, keys: Iterable[Key], columns: str, pattern: Callable[[str], str]) -> Read:
        """All rows of `columns` that a pattern has for some keys.

        `names` are the variables that a key gives values to; the pattern is made from the text that does so.
        """
        found = Read()
        counts, unknown = self.counts(names, keys, columns, pattern)
        found.lost, found.why = unknown.lost, unknown.why

        def ask(batch: Sequence[Key]) -> Rows:
            return self._pages(sum(counts[key] for key in batch), columns, pattern(values(names, batch)))

        for batch in _sized(counts):
            self._in_parts(batch, ask, found.rows.extend, found)
        return found

    def counts(
        self, names: str, keys: Iterable[Key], columns: str, pattern: Callable[[str], str]
    ) -> tuple[dict[Key, int], Read]:
        """How many rows each key has (keys without any are left out), and the keys that it was not told of."""
        counts: dict[Key, int] = {}
        unknown = Read()

        def ask(batch: Sequence[Key]) -> Rows:
            rows = f"SELECT DISTINCT {columns} WHERE {{ {pattern(values(names, batch))} }}"
            return self.client.select(
                f"SELECT {names} (COUNT(*) AS ?many) WHERE {{ {rows} }} GROUP BY {names}", self.until
            )

        def add(rows: Rows) -> None:
            counts.update({tuple(value(cell) for cell in key): int(value(many)) for *key, many in rows if many})

        for batch in _batches(sorted(set(keys))):
            self._in_parts(batch, ask, add, unknown)
        return counts, unknown

    def _pages(self, expected: int, columns: str, pattern: str) -> Rows:
        """All rows of a query, of which there must be so many."""
        rows: Rows = []
        while len(rows) < expected:
            page = self.client.select(
                f"SELECT DISTINCT {columns} WHERE {{ {pattern} }} ORDER BY {columns} LIMIT {PAGE} OFFSET {len(rows)}",
                self.until,
            )
            if not page:
                came = f"it gave {len(rows):,} of {expected:,} rows"
                raise Unanswered(f"{self.client.shown} did not answer in full: {came}.", large=True)
            rows += page
        return rows

    def _in_parts(
        self, keys: Sequence[Key], ask: Callable[[Sequence[Key]], T], take: Callable[[T], None], lost: Read
    ) -> None:
        """Ask for some keys at once; if that is too much for the server, for one half and then the other."""
        try:
            answer = ask(keys)
        except Unanswered as trouble:
            if len(keys) == 1 or not trouble.large:
                lost.lost += keys
                lost.why = str(trouble)
                return
            half = len(keys) // 2
            for part in (keys[:half], keys[half:]):
                self._in_parts(part, ask, take, lost)
            return
        take(answer)


def values(names: str, keys: Iterable[Key]) -> str:
    """The text that gives values to some variables.

    >>> values("?n", [("http://e/a",), ("http://e/b",)])
    'VALUES (?n) { (<http://e/a>) (<http://e/b>) }'
    """
    return f"VALUES ({names}) {{ {' '.join(f'({iris(key)})' for key in keys)} }}"


def iris(names: Iterable[str], between: str = " ") -> str:
    """Some IRIs as terms. Raises ValueError for what is none."""
    from pyoxigraph import NamedNode

    return between.join(str(NamedNode(name)) for name in names)


def value(term: Term | None) -> str:
    """The text of a term; empty for none."""
    return "" if term is None else str(getattr(term, "value", term))


def _batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


def _sized(counts: Mapping[Key, int]) -> Iterator[list[Key]]:
    """Keys in batches whose rows fit into a page; what has more than a page stands alone."""
    batch: list[Key] = []
    rows = 0
    for key, many in sorted(counts.items()):
        if batch and (rows + many > PAGE or len(batch) == BATCH):
            yield batch
            batch, rows = [], 0
        batch.append(key)
        rows += many
    if batch:
        yield batch
