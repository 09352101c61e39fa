"""Reading KGX files with pyarrow: the same tables as `kg.large.rows`, many times faster.

Pyarrow parses blocks of the file in several threads; each wanted column is then turned into numbers of its different
texts. What pyarrow refuses is read again in plain Python, which says what is wrong and in which line, or finds that
all is well (in JSON Lines a cell may be of any type).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kg.errors import MissingExtra
from kg.large.rows import LONGEST, MANY_TEXTS, Table, Watch, form_of, header, opened, read_plainly
from kg.large.texts import Column, Texts, smallest

__all__ = ["MANY", "column_of", "read_fast", "texts_of"]

MANY = frozenset({"publications", "synonym", "same_as", "equivalent_identifiers", "xref", "category"})
"""The columns that hold lists in JSON Lines."""


def read_fast(path: Path, wanted: Iterable[str], watch: Watch = lambda stream: stream) -> Table:
    """The wanted columns of a file, as far as it has them; the same as `read_plainly`. O(bytes).

    Raises what `read_plainly` raises, and MissingExtra without pyarrow.
    """
    try:
        import pyarrow as pa  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise MissingExtra("pyarrow", "fast") from None
    wanted = tuple(wanted)
    names = header(path)
    used = [name for name in wanted if name in names]
    try:
        with opened(path, watch) as stream:
            table = (_tsv if form_of(path) == "tsv" else _jsonl)(pa.PythonFile(stream, mode="r"), used)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                numbered = [name for name in used if name not in MANY_TEXTS]
                columns = dict(zip(numbered, pool.map(column_of, map(table.column, numbered)), strict=True))
            texts = {name: texts_of(table.column(name).combine_chunks()) for name in used if name in MANY_TEXTS}
    except (pa.ArrowException, OSError, EOFError, ValueError):
        return read_plainly(path, wanted, watch)
    return Table(table.num_rows, columns, texts, tuple(sorted(set(names) - set(used))))


def _tsv(stream: Any, used: list[str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        stream,
        read_options=csv.ReadOptions(block_size=LONGEST),
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False, double_quote=False, escape_char=False),
        convert_options=csv.ConvertOptions(
            include_columns=used, column_types={name: pa.string() for name in used}, strings_can_be_null=False
        ),
    )


def _jsonl(stream: Any, used: list[str]) -> Any:
    import pyarrow as pa
    from pyarrow import compute, json

    types = {"negated": pa.bool_(), **dict.fromkeys(MANY, pa.list_(pa.string()))}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in used])
    options = json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    table = json.read_json(stream, read_options=json.ReadOptions(block_size=LONGEST), parse_options=options)
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if name in MANY:
            if compute.list_flatten(column).null_count:
                raise ValueError("a null among the values of a list")
            column = compute.binary_join(column, "|")
        table = table.set_column(place, name, column.cast(pa.string()))
    return table


def column_of(texts: Any) -> Column:
    """A column from a chunked array of strings; a missing one is empty."""
    import numpy as np
    from pyarrow import compute

    encoded = (texts.fill_null("") if texts.null_count else texts).dictionary_encode().unify_dictionaries()
    if not encoded.num_chunks:
        return Column(np.zeros(0, np.uint8), Texts.of([]))
    values = encoded.chunk(0).dictionary
    order = compute.sort_indices(values)  # by bytes, which is the order of letters
    rank = np.empty(len(values), np.int64)
    rank[order.to_numpy()] = np.arange(len(values))
    rank = smallest(rank, len(values))
    codes = np.concatenate([rank[chunk.indices.to_numpy()] for chunk in encoded.chunks])
    return Column(codes, texts_of(values.take(order)))


def texts_of(strings: Any) -> Texts:
    """Texts from an array of strings; a missing one is empty."""
    import numpy as np
    import pyarrow as pa

    if not len(strings):
        return Texts.of([])
    _, start, data = (wide := strings.fill_null("").cast(pa.large_string())).buffers()
    offsets = np.frombuffer(start, np.int64)[wide.offset : wide.offset + len(wide) + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return Texts(letters[offsets[0] : offsets[-1]], offsets - offsets[0])
