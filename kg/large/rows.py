"""Reading KGX files in plain Python: no package needed, every fault told with its file and line.

It is what small files are read with, what stands in where pyarrow is not installed, and what finds the line when
pyarrow says that a file is broken. Both readers give the same tables.

KGX TSV is plain: a line a row, a tab between cells, no quoting, several values in one cell parted by a bar. KGX JSON
Lines: an object a line, several values as a list. Either may be packed with gzip (``.gz``).
"""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import json
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from kg.errors import FileProblem, InvalidData
from kg.large.texts import Column, Texts
from kg.model import Problem

__all__ = ["LONGEST", "MANY_TEXTS", "Table", "fault", "form_of", "header", "opened", "read_plainly", "sampled"]

LONGEST = 8 * 2**20
"""The longest line that is read, in bytes; pyarrow also takes some that are up to twice as long."""
SAMPLE = 1000
"""So many lines of a JSON Lines file are looked at for the names of its columns."""
MANY_TEXTS = frozenset({"publications"})
"""Columns of which most cells differ: numbering their texts would cost much and save nothing."""
Watch = Callable[[IO[bytes]], IO[bytes]]
"""Wraps a stream of bytes, so that somebody can see how far it has been read."""


@dataclass(frozen=True, eq=False)
class Table:
    """The wanted columns of a file, and the names of the others, which are not read.

    `texts` has the columns of `MANY_TEXTS`, cell by cell.
    """

    rows: int
    columns: dict[str, Column]
    texts: dict[str, Texts]
    ignored: tuple[str, ...]


def form_of(path: Path) -> str:
    """``tsv`` or ``jsonl``, by the ending. Raises FileProblem for any other."""
    name = path.name.casefold().removesuffix(".gz")
    for form in ("tsv", "jsonl"):
        if name.endswith(f".{form}"):
            return form
    raise FileProblem(f"{path} is no KGX file: its name must end in .tsv, .jsonl, .tsv.gz or .jsonl.gz.")


@contextlib.contextmanager
def opened(path: Path, watch: Watch = lambda stream: stream) -> Iterator[IO[bytes]]:
    """The unpacked bytes of a file. Raises FileProblem if it cannot be opened."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror}.") from None
    with stream, watch(stream) as watched:
        if path.name.casefold().endswith(".gz"):
            with gzip.GzipFile(fileobj=watched) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield watched


def lines(path: Path, watch: Watch = lambda stream: stream) -> Generator[bytes, None, None]:
    """The lines of a file without their ends and a mark of byte order; unpacks gzip.

    Raises InvalidData for a line longer than `LONGEST`, FileProblem for a file that cannot be read or unpacked.
    """
    # every byte is a letter of Latin 1: so the text layer finds all three kinds of line ends and changes nothing
    with opened(path, watch) as stream:
        text = io.TextIOWrapper(stream, "latin-1")
        number = 0
        try:
            while line := text.readline(LONGEST + 1):
                number += 1
                if len(line) > LONGEST:
                    fault(path, number, f"the line is longer than {LONGEST // 2**20} MB.", "Look for a broken cell.")
                content = line.removesuffix("\n").encode("latin-1")
                yield content.removeprefix(b"\xef\xbb\xbf") if number == 1 else content
        except EOFError:
            raise FileProblem(f"{path} ends in the middle (after line {number}): fetch it anew.") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise FileProblem(f"{path} is no sound gzip file: {error}. Fetch it anew.") from None
        except OSError as error:
            raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None


def fault(path: Path, line: int, message: str, remedy: str = "") -> NoReturn:
    """Say what is wrong where."""
    raise InvalidData([Problem("error", "kgx", str(path), line, "", message, remedy)])


def header(path: Path) -> list[str]:
    """The names of the columns. Raises InvalidData for an empty file, an unnamed or a repeated column."""
    if form_of(path) == "jsonl":
        return sampled(path)
    with contextlib.closing(lines(path)) as found:
        first = next(found, None)
    if not first:
        fault(path, 1, "the file has no header.", "Name the columns in the first line.")
    names = _decoded(path, 1, first).split("\t")
    for place, name in enumerate(names):
        if not name or name in names[:place]:
            what = f"column {place + 1} has no name" if not name else f"the column {name} stands there twice"
            fault(path, 1, f"{what}.", "Each column needs a name of its own.")
    return names


def sampled(path: Path) -> list[str]:
    """The names that the first lines of a JSON Lines file use, sorted."""
    found: set[str] = set()
    with contextlib.closing(lines(path)) as all_lines:
        for number, line in enumerate(itertools.islice(all_lines, SAMPLE), 1):
            if line.strip():
                found.update(_object(path, number, line))
    if not found:
        fault(path, 1, "the file is empty.", "Write one JSON object a line.")
    return sorted(found)


def read_plainly(path: Path, wanted: Iterable[str], watch: Watch = lambda stream: stream) -> Table:
    """The wanted columns of a file, as far as it has them; empty lines do not count. O(bytes).

    Raises InvalidData with the line for a row with too many or too few cells, for bytes that are no UTF-8 in a wanted
    column, and for a line that is no JSON object; FileProblem if the file cannot be read.
    """
    names = header(path)
    used = [name for name in wanted if name in names]
    places = [names.index(name) for name in used]
    rows = _tsv_rows(path, len(names), places, watch) if form_of(path) == "tsv" else _json_rows(path, used, watch)
    known: list[dict[str, int]] = [{} for _ in used]
    numbers: list[list[int]] = [[] for _ in used]
    count = 0
    for row in rows:
        count += 1
        for column, cell in enumerate(row):
            numbers[column].append(known[column].setdefault(cell, len(known[column])))
    columns = {name: _column(of, texts) for name, of, texts in zip(used, numbers, known, strict=True)}
    many = {name: Texts.of(columns.pop(name)) for name in used if name in MANY_TEXTS}
    return Table(count, columns, many, _others(names, used))


def _column(numbers: list[int], known: dict[str, int]) -> Column:
    import numpy as np

    return Column.of(np.array(numbers, np.int64), list(known))


def _others(names: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - set(used)))


def _tsv_rows(path: Path, width: int, places: list[int], watch: Watch) -> Iterator[list[str]]:
    for number, line in enumerate(lines(path, watch), 1):
        if number == 1 or not line:
            continue
        cells = line.split(b"\t")
        if len(cells) != width:
            many = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
            fault(path, number, f"the row has {many}, the header {width}.", "Mend the row.")
        yield [_decoded(path, number, cells[place]) for place in places]


def _json_rows(path: Path, used: list[str], watch: Watch) -> Iterator[list[str]]:
    for number, line in enumerate(lines(path, watch), 1):
        if line.strip():
            row = _object(path, number, line)
            cells = [_cell(row.get(name)) for name in used]
            try:
                "".join(cells).encode()
            except UnicodeEncodeError:
                fault(path, number, "half of a pair of surrogates, which is no letter.", "Mend the escape.")
            yield cells


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(_decoded(path, number, line))
    except (json.JSONDecodeError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        fault(path, number, f"no JSON: {what}.", "Write one JSON object a line.")
    if not isinstance(row, dict):
        fault(path, number, "no JSON object.", "Write one JSON object a line.")
    return row


def _cell(value: Any) -> str:
    """A value as the cell of a TSV file would have it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "|".join(map(_cell, value))
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _decoded(path: Path, number: int, cell: bytes) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        fault(path, number, "not text in UTF-8.", "Save the file as UTF-8.")
