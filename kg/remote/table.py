"""A pulled part of foreign data as a `LargeGraph`: the tables of `kg.large`, with claims that keep the names they have
where the data lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.errors import NotFound
from kg.foreign import KIND_OF, Signs
from kg.graph import Name
from kg.large.graph import LargeGraph
from kg.large.kgx import NODES
from kg.large.records import Records
from kg.large.rows import MANY_TEXTS, Table
from kg.large.tables import Tables, build
from kg.large.texts import Column, Texts
from kg.model import Claim, Source

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["Named", "NamedRecords", "PartGraph", "part_of", "tabled"]


@dataclass(frozen=True)
class Named:
    """What a row is called where the data lie: the claim's id, its IRI, and its place."""

    id: str
    iri: str
    place: str


class NamedRecords(Records):
    """Makes the objects of a part; row i is called ``names[i]``."""

    names: Sequence[Named] = ()

    def claims(self, places: Iterable[int]) -> list[Claim]:
        """The claims at some places, in the order of the rows."""
        statements = self.tables.statements
        kept = [at for at in places if self.keep is None or self.keep[statements.row[at]]]
        kept.sort(key=lambda at: int(statements.row[at]))
        return [self.claim(at) for at in kept if statements.group[at] != KIND_OF]

    def claim(self, place: int) -> Claim:
        """The claim at a place, by its own name."""
        name = self.names[int(self.tables.statements.row[place])]
        return replace(super().claim(place), id=name.id, iri=name.iri, section=name.place)


class PartGraph(LargeGraph):
    """A `LargeGraph` of a part of the rows; `where` and `without` are asked of the whole, before it is pulled."""

    def __init__(
        self,
        tables: Tables,
        signs: Signs,
        names: Sequence[Named],
        keep: Numbers | None = None,
        present: Numbers | None = None,
    ) -> None:
        super().__init__(tables, signs, keep, present)
        self._names = names
        self._records = NamedRecords(tables, signs, keep)
        self._records.names = names

    def _narrower(self, keep: Numbers, present: Numbers | None, words: Sequence[str]) -> PartGraph:  # noqa: ARG002
        return PartGraph(self._tables, self._signs, self._names, keep, present)

    def claim(self, name: str) -> Claim:
        """The claim with this id. Raises NotFound."""
        for claim in self.claims():
            if claim.id == name:
                return claim
        raise NotFound(f"No claim {name!r} in this part of the graph.")

    def without(
        self,
        *entities: Name,
        sources: Iterable[str | Source] = (),
        claims: Iterable[str | Claim] = (),
        reports: bool = False,
    ) -> LargeGraph:
        """The part without these entities, sources and claims; see `kg.large.LargeGraph.without`."""
        smaller = super().without(*entities, sources=sources, reports=reports)
        gone = {claim if isinstance(claim, str) else claim.id for claim in claims}
        return smaller.keeping([name.id not in gone for name in self._names]) if gone else smaller  # type: ignore[attr-defined]

    def keeping(self, rows: Sequence[bool]) -> PartGraph:
        """The part with some of its rows only; links of kinds stay, whatever `rows` says of them."""
        import numpy as np

        keep = np.array(rows, np.uint8)
        return self._narrower(keep if self._keep is None else keep & self._keep, self._present, ())


def part_of(nodes: Table, edges: Table, signs: Signs, origin: str, names: Sequence[Named]) -> PartGraph:
    """The graph of some rows; what they do not say of their source is said by `origin`."""
    return PartGraph(build(nodes, edges, signs, (origin, origin)), signs, names)


def tabled(cells: Mapping[str, Sequence[str]], known: Mapping[str, Iterable[str]] | None = None) -> Table:
    """A table of columns of cells; `known` are values that a column may have though no row here has them."""
    rows = max(map(len, cells.values()), default=0)
    columns = {
        name: _column(column, (known or {}).get(name, ())) for name, column in cells.items() if name not in MANY_TEXTS
    }
    texts = {name: Texts.of(column) for name, column in cells.items() if name in MANY_TEXTS}
    return Table(rows, columns, texts, ())


def no_nodes() -> Table:
    """A table of no nodes."""
    return tabled(dict.fromkeys(NODES, ()))


def _column(cells: Sequence[str], known: Iterable[str]) -> Column:
    import numpy as np

    texts = list(dict.fromkeys([*cells, *known]))
    number = {text: place for place, text in enumerate(texts)}
    return Column.of(np.array([number[cell] for cell in cells], np.int64), texts)
