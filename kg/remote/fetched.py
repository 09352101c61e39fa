"""Rows that a database gave, as the tables of `kg.large`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.large.arrow import column_of, texts_of
from kg.large.kgx import NODES
from kg.large.rows import MANY_TEXTS, Table
from kg.large.texts import Column
from kg.remote.runner import FILE, ROW
from kg.remote.table import Named, tabled

__all__ = ["edges_of", "in_file", "nodes_of", "place_of"]


def edges_of(
    rows: Any, columns: Sequence[str], known: Mapping[str, Iterable[str]], folder: str
) -> tuple[Table, list[Named]]:
    """Fetched edges in the order of the files, each once, with their names.

    `known` are values that a column has elsewhere, so that a filter by one of them is understood; `folder` is the
    common beginning of the files' names if there are several.
    """
    import pyarrow as pa  # type: ignore[import-untyped]

    files, numbers = (rows.column(name).to_pylist() for name in (FILE, ROW))
    places = {(in_file(file, folder), number): at for at, (file, number) in enumerate(zip(files, numbers, strict=True))}
    order = sorted(places)
    rows = rows.take(pa.array([places[place] for place in order], pa.int64()))
    found = {name: _plain(rows.column(name)) for name in columns}
    texts = {name: texts_of(found.pop(name).combine_chunks()) for name in columns if name in MANY_TEXTS}
    table = Table(len(order), {n: _with(column_of(c), known.get(n, ())) for n, c in found.items()}, texts, ())
    return table, [_named(file, number, many=bool(folder)) for file, number in order]


def nodes_of(rows: Any, more: Iterable[str] = ()) -> Table:
    """Fetched nodes in the order of the files, and `more` of which only the id is known."""
    cells: dict[str, list[str]] = {name: [] for name in NODES}
    if rows is not None and rows.num_rows:
        rows = rows.sort_by([(FILE, "ascending"), (ROW, "ascending")])
        for name in NODES:
            held = name in rows.column_names
            cells[name] = _plain(rows.column(name)).fill_null("").to_pylist() if held else [""] * rows.num_rows
    for name in sorted(set(more) - set(cells["id"])):
        for column in NODES:
            cells[column].append(name if column == "id" else "")
    return tabled(cells)


def _plain(column: Any) -> Any:
    """A column as texts; of a list its values, parted by a bar, as in KGX."""
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = compute.binary_join(column.cast(pa.list_(pa.string())), "|")
    return column.cast(pa.string())


def _with(column: Column, values: Iterable[str]) -> Column:
    texts = list(column.values)
    more = sorted(set(values) - set(texts))
    return Column.of(column.codes, [*texts, *more]) if more else column


def in_file(file: str, folder: str) -> str:
    """The name of a file inside the folder that was opened; without folders where a single file was."""
    return file.rpartition(f"/{folder}/")[2] if folder else file.rpartition("/")[2]


def _named(file: str, number: int, *, many: bool) -> Named:
    name = f"edge-{number + 1}"
    return Named(f"{name} of {file}" if many else name, f"{file}#{name}", f"edge {number + 1} of {file}")


def place_of(name: str) -> tuple[int, str] | None:
    """The number of the row that a claim goes by, and its file if it names one.

    >>> place_of("edge-17 of part-1.parquet")
    (16, 'part-1.parquet')
    """
    number, _, file = name.removeprefix("edge-").partition(" of ")
    known = name.startswith("edge-") and number.isdecimal() and int(number) > 0
    return (int(number) - 1, file) if known else None
