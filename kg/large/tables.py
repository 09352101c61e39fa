"""A large graph as tables of numbers: nodes, statements, and the arcs that routes run on.

Idea. What the files say of a row (source, species, level of knowledge) stays in the order of the file, as small
numbers. Beside it stands one order of the rows: by subject, object and group (raising, unsigned, lowering, null,
associated, kind of). In it all statements on a pair of entities are neighbors, and the claims that make one step are a
range: an arc needs two numbers to know its claims, and what stands against it is found beside it. Nothing else is
kept per row; entities, claims and steps are made when they are asked for.

Cost. O(nodes log nodes + rows): rows are sorted by counting, digit by digit, distinct statements are few and read once
each. Memory beside `kg.causal.kernel.Arrays`: 9 bytes a row for the order, 1 to 4 bytes for each column that
the file has, 16 bytes an arc; texts once each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from kg.causal.kernel.arrays import CLAIM, DEFINITION, SPECIALIZATION, Arrays, by_digits
from kg.foreign import ASSOCIATED, KIND_OF, NONE, QUALIFIERS, SIGN_OF, Meaning, Signs
from kg.large.kinds import kinds
from kg.large.names import NamesIndex
from kg.large.report import Report
from kg.large.rows import Table
from kg.large.texts import Column, Texts, smallest

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["Nodes", "Statement", "Statements", "Tables", "build"]


class Statement(NamedTuple):
    """A predicate with its qualifiers, as the file has it, and what it means for us."""

    text: str
    meaning: Meaning


@dataclass(frozen=True, eq=False)
class Nodes:
    """The entities, in the order of their ids; of texts that hold several, these are parted by a bar."""

    ids: Texts
    labels: Texts
    kind: Column
    synonyms: Texts
    equal: Texts
    close: Texts
    index: NamesIndex


@dataclass(frozen=True, eq=False)
class Statements:
    """The rows of edges. In the order of the file: `meaning` (a number in `meanings`), the `columns`, and `cited`: the
    publications, parted by a bar (no texts at all where the file has none).

    In the order of subject, object and group: `row` (which row of the file), `object`, `group`; those of subject s are
    from ``start[s]`` to ``start[s + 1]``. Step i is made of the places from ``first[i]`` to ``last[i]`` there.
    """

    meaning: Numbers
    meanings: tuple[Statement, ...]
    columns: Mapping[str, Column]
    cited: Texts
    row: Numbers
    object: Numbers
    group: Numbers
    start: Numbers
    first: Numbers
    last: Numbers


@dataclass(frozen=True, eq=False)
class Tables:
    """A large graph: nodes, statements, arcs, the names of its two files, a digest of all that it was made of."""

    nodes: Nodes
    statements: Statements
    arrays: Arrays
    report: Report
    files: tuple[str, str]
    digest: str


def build(nodes: Table, edges: Table, signs: Signs, files: tuple[str, str], digest: str = "") -> Tables:
    """Make the tables of what was read from two KGX files. O(nodes log nodes + rows)."""
    ends = [edges.columns[name] for name in ("subject", "object")]
    found, mended = _nodes(nodes, ends, signs)
    number = {name: place for place, name in enumerate(found.ids)}
    subject, target = (_numbers(end, number) for end in ends)
    codes, meanings = _meanings(edges, signs)
    complete = (subject >= 0) & (target >= 0) & _stated(edges.columns["predicate"])
    statements, arrays, left_out, loops = _ordered(len(number), edges, subject, target, codes, meanings, complete)
    incomplete = int((~complete).sum())
    first = {"incomplete": f"edge {int((~complete).argmax()) + 1}"} if incomplete else {}
    report = replace(
        _as_read(codes[complete], meanings),
        unmapped_are=signs.unmapped,
        dangling=mended.dangling,
        duplicates=mended.duplicates,
        nameless=mended.nameless,
        nodes=len(number),
        edges=edges.rows,
        claims=int((statements.group != KIND_OF).sum()),
        steps=len(statements.first),
        incomplete=incomplete,
        loops=loops,
        first={**mended.first, **first},
        ignored=dict(zip(files, (nodes.ignored, edges.ignored), strict=True)),
        kinds_left_out=left_out,
    )
    return Tables(found, statements, arrays, report, files, digest)


class Mended(NamedTuple):
    """What was mended among the nodes: counts, and the first of each."""

    dangling: int
    duplicates: int
    nameless: int
    first: dict[str, str]


# --- nodes ----------------------------------------------------------------------------------------------------------


def _nodes(table: Table, ends: Sequence[Column], signs: Signs) -> tuple[Nodes, Mended]:
    """The nodes of both files, and what was mended."""
    import numpy as np

    given = table.columns["id"]
    named = list(given.values)
    first_row = np.full(len(named) + 1, -1)
    first_row[given.codes[::-1]] = np.arange(table.rows)[::-1]
    row_of = {name: int(row) for name, row in zip(named, first_row.tolist(), strict=False) if name}
    dangling = {name for end in ends for name in end.values if name} - row_of.keys()
    ids = sorted(row_of.keys() | dangling)
    rows = np.array([row_of.get(name, -1) for name in ids], np.int64)
    synonyms, same, equivalent = (_texts(table, n, rows) for n in ("synonym", "same_as", "equivalent_identifiers"))
    equal = ["|".join(filter(None, pair)) for pair in zip(same, equivalent, strict=True)]
    labels = [label or name for label, name in zip(_texts(table, "name", rows), ids, strict=True)]
    nodes = Nodes(
        Texts.of(ids), Texts.of(labels), _kinds(table, rows, signs), Texts.of(synonyms), Texts.of(equal),
        Texts.of(_texts(table, "xref", rows)), NamesIndex.of(labels, synonyms, ids, equal),
    )  # fmt: skip
    without = int((given.codes == 0).sum()) if named and not named[0] else 0
    repeated = np.bincount(given.codes, minlength=len(named)) > 1
    first = {"dangling": min(dangling)} if dangling else {}
    again = [name for name in (named[at] for at in np.flatnonzero(repeated)[:2]) if name]
    if again:
        first["duplicates"] = again[0]
    duplicates = table.rows - without - len(row_of)
    return nodes, Mended(len(dangling), duplicates, without, first)


def _texts(table: Table, name: str, rows: Numbers) -> list[str]:
    """The cells of a column at some rows; empty for row -1 and for a column that is not there."""
    if name not in table.columns:
        return [""] * len(rows)
    column = table.columns[name]
    values = [*column.values, ""]
    codes = [*column.codes.tolist(), len(values) - 1]
    return [values[codes[row]] for row in rows.tolist()]


def _kinds(table: Table, rows: Numbers, signs: Signs) -> Column:
    import numpy as np

    categories = _texts(table, "category", rows)
    read = {category: signs.kind(category) for category in set(categories)}
    known = {kind: place for place, kind in enumerate(dict.fromkeys(read.values()))}
    return Column.of(np.array([known[read[category]] for category in categories], np.int64), list(known))


# --- statements -----------------------------------------------------------------------------------------------------


def _numbers(end: Column, number: Mapping[str, int]) -> Numbers:
    """The numbers of the entities at one end of each row; -1 for an empty cell."""
    import numpy as np

    return np.array([number.get(name, -1) for name in end.values] or [-1], np.int32)[end.codes]


def _stated(column: Column) -> Numbers:
    import numpy as np

    return np.array([bool(value) for value in column.values] or [False])[column.codes]


def _meanings(edges: Table, signs: Signs) -> tuple[Numbers, tuple[Statement, ...]]:
    """For each row the number of its statement, and the different statements, read once each."""
    names = ["predicate", *(name for name in QUALIFIERS if name in edges.columns)]
    codes, combinations = _combined([edges.columns[name] for name in names], edges.rows)
    statements = []
    for cells in combinations:
        told = {name: cell for name, cell in zip(names[1:], cells[1:], strict=True) if cell}
        text = ", ".join(f"{name} {cell}" for name, cell in told.items())
        statements.append(Statement(f"{cells[0]} ({text})" if told else cells[0], signs.read(cells[0], told)))
    return smallest(codes, len(statements)), tuple(statements)


def _combined(columns: Sequence[Column], rows: int) -> tuple[Numbers, list[tuple[str, ...]]]:
    """Several columns as one: the number of its combination for each row, and the combinations. O(rows) a column."""
    import numpy as np

    codes: Numbers = np.zeros(rows, np.int32)
    found: list[tuple[str, ...]] = [()]
    for column in columns:
        values = list(column.values) or [""]
        if len(values) == 1:
            found = [(*cells, values[0]) for cells in found]
            continue
        size = len(found) * len(values)
        wide = codes.astype(np.int32 if size < 2**31 else np.int64, copy=False) * len(values) + column.codes
        if size <= max(rows, 2**16):
            present = np.flatnonzero(np.bincount(wide, minlength=1))
            rank = np.zeros(int(present[-1]) + 1 if len(present) else 1, np.int32)
            rank[present] = np.arange(len(present))
            codes = rank[wide]
        else:
            present, codes = np.unique(wide, return_inverse=True)
        found = [(*found[at // len(values)], values[at % len(values)]) for at in present.tolist()]
    return codes, found


def _ordered(
    entities: int, edges: Table, subject: Numbers, target: Numbers, codes: Numbers, meanings: Sequence[Statement],
    complete: Numbers,
) -> tuple[Statements, Arrays, bool, int]:  # fmt: skip
    """The rows that say something, in order; the arcs that they make; whether kinds were left out; how many loops."""
    import numpy as np

    table = np.array([(s.meaning.group, s.meaning.swapped) for s in meanings] or [(NONE, False)], np.uint8)
    group = table[codes, 0]
    row = np.flatnonzero(complete & (group != NONE)).astype(np.int32)
    turned = table[codes, 1][row] == 1
    start, end, group = subject[row], target[row], group[row]
    if turned.any():
        start, end = np.where(turned, end, start), np.where(turned, start, end)
    order = by_digits(by_digits(by_digits(None, group), end), start)
    row, start, end, group = row[order], start[order], end[order], group[order]
    fresh = np.ones(len(row), bool)
    fresh[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1]) | (group[1:] != group[:-1])
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(row))
    makes_step = np.isin(group[first], [*SIGN_OF, KIND_OF])
    first, last = first[makes_step].astype(np.int32), last[makes_step].astype(np.int32)
    arrays, left_out = _arcs(entities, start[first], end[first], group[first])
    statements = Statements(
        meaning=codes,
        meanings=tuple(meanings),
        columns={name: column for name, column in edges.columns.items() if name not in _READ},
        cited=edges.texts.get("publications") or Texts.of([]),
        row=row,
        object=end,
        group=group,
        start=np.searchsorted(start, np.arange(entities + 1)).astype(np.int64),
        first=first,
        last=last,
    )
    return statements, arrays, left_out, int(((start == end) & (group != KIND_OF)).sum())


_READ = {"subject", "object", "predicate", *QUALIFIERS}
"""Columns whose whole meaning stands in the order and in `meanings`."""


def _arcs(entities: int, start: Numbers, end: Numbers, group: Numbers) -> tuple[Arrays, bool]:
    """The arcs of the steps and of the kinds that routes may begin with; whether there are too many of the latter."""
    import numpy as np

    by_definition = group == KIND_OF
    sign = np.array([SIGN_OF.get(g, 1) for g in range(NONE)], np.int8)[group]
    kind = np.where(by_definition, DEFINITION, CLAIM).astype(np.uint8)
    pairs = kinds(entities, start[by_definition], end[by_definition])
    left_out = pairs is None
    if pairs is not None and len(pairs):
        acts = np.zeros(entities, bool)
        acts[start[~by_definition]] = True  # a kind must be followed by a claim
        pairs = pairs[acts[pairs % entities]]
        start = np.concatenate([start, (pairs // entities).astype(start.dtype)])
        end = np.concatenate([end, (pairs % entities).astype(end.dtype)])
        sign = np.concatenate([sign, np.ones(len(pairs), np.int8)])
        kind = np.concatenate([kind, np.full(len(pairs), SPECIALIZATION, np.uint8)])
    return Arrays.of(entities, start, end, sign, kind), left_out


# --- the report -----------------------------------------------------------------------------------------------------


def _as_read(codes: Numbers, meanings: Sequence[Statement]) -> Report:
    """What the statements of rows were read as, with counts."""
    import numpy as np

    read: dict[str, Counter[str]] = {}
    no_claim, unmapped, unsure = Counter[str](), Counter[str](), Counter[str]()
    for (text, meaning), count in zip(meanings, np.bincount(codes, minlength=len(meanings)).tolist(), strict=True):
        if not count:
            continue
        if meaning.unsure:
            unsure[meaning.unsure] += count
        if not meaning.mapped:
            unmapped[text] += count
        elif meaning.group == NONE:
            no_claim[text] += count
        else:
            unsigned = meaning.group == ASSOCIATED and not meaning.sign
            read.setdefault(text, Counter())["association without a sign" if unsigned else meaning.predicate] += count
    return Report(
        read={text: dict(counts) for text, counts in sorted(read.items())},
        no_claim=_most_first(no_claim),
        unmapped=_most_first(unmapped),
        unsure=_most_first(unsure),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
