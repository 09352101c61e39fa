"""The frontiers of a question in SQL: one text for DuckDB and for Spark, a table for each hop.

A row is read by its *sort*: its predicate with all its qualifiers, and what scopes ask for. There are few sorts beside
the rows; each is read once, by the rules of `kg.foreign` and `kg.large.scope`, and joined to the rows as a small
table that says whether they make a step and whether subject and object change places. So a filter goes along with each
hop, and no rule is told twice. To `close` costs no more: what is joined to both sides is as small as the smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.remote.frontier import ENTERING, LEAVING, SIDES, Cost, Cut, Limits
from kg.remote.runner import Session

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["Sort", "Sql"]

Sort = tuple[Sequence[str], bool, bool, bool, bool]
"""A sort: its cells; whether its rows make a step, say anything, are links to a class, and are read the other way."""
_NEAR = {LEAVING: ("start_at", "end_at"), ENTERING: ("end_at", "start_at")}
Make = Callable[[Any, Iterable[str]], "KnowledgeGraph"]


class Sql:
    """The engine of one question on tables ``edges`` (with the columns `keys` of a sort)."""

    room: int | None = None

    def __init__(
        self, session: Session, keys: Sequence[str], sorts: Iterable[Sort], limits: Limits,
        ends: Sequence[Sequence[str]], make: Make, *, specialize: bool, gone: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.session, self.limits, self.ends, self.make, self.specialize = session, limits, ends, make, specialize
        flags = ("n_step", "n_said", "n_kind", "n_turned")
        rows = [(*cells, *map(int, told)) for cells, *told in sorts]
        session.upload("sorts", [*keys, *flags], rows)
        session.upload("gone", ["id"], [(name,) for name in sorted(set(gone))])
        same = " AND ".join(f"e.{key} = t.{key}" for key in keys)
        turned = "CASE WHEN t.n_turned = 1 THEN e.{} ELSE e.{} END"
        session.view(
            "said",
            f"""SELECT e.*, t.n_step, t.n_kind, {turned.format("object", "subject")} AS start_at,
                {turned.format("subject", "object")} AS end_at
                FROM edges e JOIN sorts t ON {same}
                LEFT JOIN gone x ON e.subject = x.id LEFT JOIN gone y ON e.object = y.id
                WHERE t.n_said = 1 AND e.subject <> '' AND e.object <> '' AND x.id IS NULL AND y.id IS NULL""",
        )
        session.view("steps", "SELECT start_at, end_at FROM said WHERE n_step = 1")
        self.layers: dict[str, list[int]] = {}
        self.kinds = 0

    def begin(self) -> list[Cut]:
        """Make the first layers, and find the kinds of the sources, of any depth."""
        for side, names in zip(SIDES, self.ends, strict=True):
            self.session.upload(f"{side}_0", ["id"], [(name,) for name in sorted(set(names))])
            self.layers[side] = [len(set(names))]
            self._join(side)
        level, fresh = "leaving_0", self.layers[LEAVING][0] if self.specialize else 0
        tables: list[str] = []
        while fresh:
            known = _union(["leaving_0", *tables])
            tables.append(f"kinds_{len(tables)}")
            self.session.view("known_kinds", known)
            below = f"SELECT DISTINCT s.start_at AS id FROM said s JOIN {level} f ON s.end_at = f.id"
            fresh = self.session.keep(
                tables[-1], f"{below} LEFT JOIN known_kinds r ON r.id = s.start_at WHERE s.n_kind = 1 AND r.id IS NULL"
            )
            level = tables[-1]
            self.kinds += fresh
            if self.kinds > self.limits.fan_out:
                self.kinds = 0
                many = f"more than {self.limits.fan_out:,} kinds"
                return [Cut(many, 1, "kinds of", tuple(self.ends[0]))]
        if self.kinds:
            self.session.view("kinds", _union(tables))
        return []

    def cost(self, side: str, hop: int) -> Cost:
        """Count what leaves the outermost layer."""
        near, _ = _NEAR[side]
        size = self.layers[side][-1]
        if not size:
            return Cost(0)
        layer = f"JOIN {side}_{hop - 1} f ON s.{near} = f.id"
        self.session.keep(f"counted_{side}", f"SELECT f.id, COUNT(*) AS many FROM steps s {layer} GROUP BY f.id")
        found = self.session.rows(
            f"""SELECT id, many FROM counted_{side} WHERE many > :fan_out
            UNION ALL SELECT NULL AS id, SUM(many) AS many FROM counted_{side} WHERE many <= :fan_out""",
            fan_out=self.limits.fan_out,
        )
        told = {name: int(many or 0) for name, many in found}
        return Cost(size, told.pop(None, 0), told)

    def grow(self, side: str, hop: int) -> list[Cut]:
        """Make the next layer."""
        self._layer(side, hop, f"counted_{side}", "", "f.many <= :fan_out", fan_out=self.limits.fan_out)
        return []

    def close(self, hops: Mapping[str, int], steps: int) -> list[Cut]:
        """Let each side go on among what the other has reached, as far as a walk of so many steps goes."""
        for side in SIDES:
            other = ENTERING if side == LEAVING else LEAVING
            met = f"JOIN {other} b ON b.id = s.{_NEAR[side][1]}"
            for hop in range(hops[side] + 1, steps):
                if not self.layers[side][-1]:
                    break
                self._layer(side, hop, f"{side}_{hop - 1}", met, "b.n_hop <= :further", further=steps - hop)
        return []

    def _layer(self, side: str, hop: int, before: str, join: str, where: str, **values: Any) -> None:
        """Layer `hop` of a side: the neighbors of the layer before, as far as they are new and fit."""
        near, far = _NEAR[side]
        grown = f"""SELECT DISTINCT s.{far} AS id FROM steps s JOIN {before} f ON s.{near} = f.id {join}
            LEFT JOIN {side} r ON r.id = s.{far} WHERE r.id IS NULL AND {where}"""
        if side == LEAVING and hop == 1 and self.kinds:
            grown += " UNION SELECT id FROM kinds"
        self.layers[side].append(self.session.keep(f"{side}_{hop}", grown, **values))
        self._join(side)

    def _join(self, side: str) -> None:
        """All layers of a side as one view."""
        layers = [f"SELECT id, {hop} AS n_hop FROM {side}_{hop}" for hop in range(len(self.layers[side]))]
        self.session.view(side, " UNION ALL ".join(layers))

    # --- what is wanted ---------------------------------------------------------------------------------------------

    def lengths(self, steps: int) -> Mapping[int, int]:
        """How many rows lie on walks of each length."""
        length = "l.n_hop + 1 + e.n_hop"
        rows = self.session.rows(
            f"""SELECT {length} AS length, COUNT(*) FROM said s JOIN leaving l ON l.id = s.start_at
            JOIN entering e ON e.id = s.end_at WHERE {length} <= :steps GROUP BY {length}""",
            steps=steps,
        )
        return {int(length): int(many) for length, many in rows}

    def part(self, steps: int) -> tuple[KnowledgeGraph, list[Cut]]:
        """Fetch the wanted rows, and the links that make the kinds of the sources."""
        walks = """SELECT s.* FROM said s JOIN leaving l ON l.id = s.start_at JOIN entering e ON e.id = s.end_at
            WHERE l.n_hop + 1 + e.n_hop <= :steps"""
        links = ""
        if self.specialize:  # a source may be a kind of another one
            self.session.view("classes", _union(["leaving_0", *(["kinds"] if self.kinds else [])]))
            links = """ UNION ALL SELECT s.* FROM said s JOIN classes k ON k.id = s.start_at
                JOIN classes c ON c.id = s.end_at WHERE s.n_kind = 1"""
        rows = self.session.arrow(walks + links, steps=max(steps, 1))
        return self.make(rows, (*self.ends[0], *self.ends[1])), []


def _union(tables: Iterable[str]) -> str:
    return " UNION ALL ".join(f"SELECT id FROM {table}" for table in tables)
