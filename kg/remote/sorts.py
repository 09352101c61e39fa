"""The sorts of rows in a table of edges: a predicate with all its qualifiers, and what scopes ask for.

There are few beside the rows, so each is read once, by the rules that read every row of a file in memory.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.foreign import KIND_OF, NONE, QUALIFIERS, SIGN_OF, Meaning, Signs
from kg.large.scope import scoped
from kg.remote.narrowing import Narrowing
from kg.remote.report import read_as
from kg.remote.table import PartGraph, no_nodes, part_of, tabled

if TYPE_CHECKING:
    from kg.large.report import Report
    from kg.remote.sql import Sort

__all__ = ["SCOPES", "STATED", "Sorts", "keys_of"]

SCOPES = ("knowledge_level", "species_context_qualifier", "in_taxon", "anatomical_context_qualifier")
STATED = {"primary_knowledge_source": "n_sourced", "publications": "n_cites"}
"""Of these a sort knows only whether they are stated, in a column of this name (0 or 1)."""


def keys_of(columns: Sequence[str]) -> list[str]:
    """The columns that tell the sort of a row, the predicate first."""
    plain = [name for name in ("predicate", *QUALIFIERS, *SCOPES) if name in columns]
    return [*plain, *(flag for name, flag in STATED.items() if name in columns)]


class Sorts:
    """The sorts of a table: `rows` are the cells of `keys` and how many rows of the table are of that sort."""

    def __init__(self, keys: Sequence[str], rows: Sequence[tuple[Any, ...]], signs: Signs, origin: str) -> None:
        self.keys, self.rows, self.signs, self.origin = keys, rows, signs, origin
        told = [{k: c for k, c in zip(keys, row, strict=False) if c and k in QUALIFIERS} for row in rows]
        self.told: list[dict[str, str]] = told
        self.meanings: list[Meaning] = [signs.read(row[0], said) for row, said in zip(rows, told, strict=True)]

    def judged(self, definitions: bool, narrowing: Narrowing) -> Iterator[Sort]:
        """The sorts that say something, with what their rows make inside all scopes."""
        masks = [self.scope(filters)[0] for filters in narrowing.scopes]
        for at, (row, meaning) in enumerate(zip(self.rows, self.meanings, strict=True)):
            kind = meaning.group == KIND_OF
            step = definitions if kind else meaning.group in SIGN_OF and all(mask[at] for mask in masks)
            if meaning.group != NONE and row[0]:
                yield row[:-1], step, True, kind, meaning.swapped

    def scope(self, filters: Mapping[str, Any]) -> tuple[Any, list[str]]:
        """Which sorts are inside a scope, and the scope in words. Raises UsageError for what no row states."""
        asked = {name: value for name, value in filters.items() if name not in ("unstated", "drafts")}
        return scoped(self._sample._records, asked, bool(filters.get("unstated")))

    @functools.cached_property
    def _sample(self) -> PartGraph:
        """One row of each sort, on no entities: what scopes are judged by."""
        cells: dict[str, list[str]] = {key: [row[at] for row in self.rows] for at, key in enumerate(self.keys)}
        for name, flag in STATED.items():
            if flag in cells:
                cells[name] = ["stated" if told else "" for told in cells.pop(flag)]
        nobody = [""] * len(self.rows)
        edges = tabled({"subject": nobody, "object": nobody, **cells})
        return part_of(no_nodes(), edges, self.signs, self.origin, ())

    def known(self, key: str) -> set[str]:
        """The values that a column has anywhere in the table."""
        at = self.keys.index(key)
        return {row[at] for row in self.rows}

    @property
    def claims(self) -> int:
        """How many rows are claims."""
        counted = zip(self.rows, self.meanings, strict=True)
        return sum(row[-1] for row, meaning in counted if row[0] and meaning.group not in (NONE, KIND_OF))

    def report(self, ignored: Mapping[str, tuple[str, ...]]) -> Report:
        """How the rows are read."""
        counted = []
        for row, said, meaning in zip(self.rows, self.told, self.meanings, strict=True):
            words = ", ".join(f"{name} {cell}" for name, cell in said.items())
            counted.append((f"{row[0]} ({words})" if said else row[0], meaning, row[-1]))
        return read_as(counted, self.signs.unmapped, ignored)
