"""A claim sheet as it comes out of a spreadsheet: a table with a header, one claim a row.

Nothing is guessed here and nothing is repaired: bytes that are not UTF-8, formulas, control characters and cells
without a column are problems, each with its row and column. ``docs/claim-sheet.md`` describes the columns.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kg.errors import FileProblem, RefusedChange
from kg.model import Problem

__all__ = ["COLUMNS", "FREE_TEXT", "REQUIRED", "Row", "Sheet", "is_formula", "read_sheet", "shown", "squashed"]

REQUIRED = ("subject", "predicate", "object")
FREE_TEXT = ("population", "exposure", "effect", "section", "note")
"""Columns that are written as they are; a spreadsheet that opens an export must not take them for formulas."""
COLUMNS = (
    *REQUIRED,
    *("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure", "effect"),
    *("cites", "dispute", "section", "passage", "start", "end", "digest", "status", "note"),
)
MOST_BYTES = 50_000_000
_NUMBER = re.compile(r"[+-]\s?\.?\d[\d.,]*\s*%?(?=$|[\s;,()/])")
"""A signed number with nothing glued to it, as ``-0.5 (95% CI -0.9 to -0.1)`` begins."""
_CALL = re.compile(r"[|!]|[A-Za-z_]\(")
"""What makes a formula of an expression that begins with a number: a call, another sheet, another program."""


@dataclass(frozen=True)
class Row:
    """One row that is not blank: its number as a spreadsheet counts (the header is 1), and its cells by column.

    `faulty` names the columns whose cell was refused as it stood; it is not among the cells.
    """

    file: str
    number: int
    line: int
    cells: Mapping[str, str]
    faulty: frozenset[str] = frozenset()

    def problem(
        self, rule: str, column: str, message: str, remedy: str = "", level: Literal["error", "warning"] = "error"
    ) -> Problem:
        """Something wrong with this row, or with one of its cells."""
        place = f"row {self.number}, {column}" if column else f"row {self.number}"
        return Problem(level, rule, self.file, self.line, place, message, remedy, column, self.cells.get(column, ""))


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet, and what is wrong with single cells of it."""

    file: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def read_sheet(path: str | Path) -> Sheet:
    """Read a sheet: parted by commas if its name ends in ``.csv``, else by tabs; UTF-8, or UTF-16 with its mark.

    Raises FileProblem if it cannot be read or is no text (a workbook, say), RefusedChange if its header is wrong or it
    holds no row. O(bytes).
    """
    path = Path(path)
    text = _text(path)
    if not text.strip():
        raise RefusedChange([Problem("error", "sheet", path.name, 0, "", "the sheet is empty.", _EXAMPLE)])
    records = list(_records(path, text))
    broken = [record for record in records if isinstance(record, Problem)]
    table = [record for record in records if not isinstance(record, Problem) and any(map(str.strip, record[2]))]
    if not table:
        raise RefusedChange(broken)
    (_, line, header), *body = table
    columns = _columns(path.name, line, header)
    rows, problems = [], broken
    for number, line, cells in body:
        wrong = list(_faults(Row(path.name, number, line, _named(columns, map(_printable, cells))), columns, cells))
        faulty = frozenset(problem.property for problem in wrong)
        rows.append(Row(path.name, number, line, _named(columns, cells, faulty), faulty))
        problems += wrong
    if not rows and not problems:
        raise RefusedChange([Problem("error", "sheet", path.name, 0, "", "the sheet holds no claim.", _EXAMPLE)])
    return Sheet(path.name, tuple(rows), tuple(problems))


_EXAMPLE = "Write a header and a row for each claim; docs/claim-sheet.md shows one."


def squashed(text: str) -> str:
    """A text in one line: each run of blanks, tabs and line breaks is one blank (composed Unicode, NFC).

    >>> squashed(" two  lines\\nof text ")
    'two lines of text'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute a text rather than show it: it begins with ``=``, ``@``, ``+`` or ``-``.

    A signed number is none, whatever words follow it; one that calls something is.

    >>> [is_formula(text) for text in ("=1+1", "-0.5 (95% CI -0.9 to -0.1)", "-1+HYPERLINK(...)", "+cmd|' /C calc'!A0")]
    [True, False, True, True]
    """
    text = text.strip()
    first = unicodedata.normalize("NFKC", text[:1])  # the wide signs of East Asian keyboards count as well
    if first in ("+", "-"):
        return not _NUMBER.match(first + text[1:]) or bool(_CALL.search(text))
    return first in ("=", "@")


def shown(value: str) -> str:
    """A value as a message quotes it: on one line, and not endless."""
    value = _printable(value)
    return repr(value if len(value) <= 60 else value[:57] + "...")


def _printable(text: str) -> str:
    """A text without the lone surrogates that stand for bytes that are not UTF-8."""
    return text.encode("utf-8", "replace").decode()


# --- bytes to text -------------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    """The text of a file; bytes that are not UTF-8 stay in it as lone surrogates, to be found with their place."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None
    if len(data) > MOST_BYTES:
        raise FileProblem(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Add the claims in several sheets.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise FileProblem(f"{path} begins as UTF-16 but is not. Save it as text in UTF-8.") from None
    if b"\0" in data or data.startswith(b"PK\x03\x04"):
        raise FileProblem(f"{path} is no text but a workbook or another binary file. Save the sheet as TSV or CSV.")
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


# --- text to rows --------------------------------------------------------------------------------------------------

_Record = tuple[int, int, list[str]]


def _records(path: Path, text: str) -> Iterator[_Record | Problem]:
    """The records with their number and line; a quotation mark that breaks the table ends it with a problem."""
    delimiter = "," if path.suffix.lower() == ".csv" else "\t"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number, line = number + 1, reader.line_num + 1
        try:
            yield number, line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"the table breaks here ({error})."
            remedy = 'In a cell in quotation marks, write each of its own twice (""), and close it.'
            yield Problem("error", "sheet", path.name, line, f"row {number}", message, remedy)
            return


def _columns(file: str, line: int, header: Sequence[str]) -> list[str]:
    """The columns that a header names, "" for a blank one. Raises RefusedChange with everything wrong about it."""
    columns = ["-".join(re.split(r"[\s_-]+", cell.strip().casefold())) for cell in header]
    problems: list[Problem] = []

    def wrong(message: str, remedy: str, column: str = "") -> None:
        problems.append(Problem("error", "sheet", file, line, "header", message, remedy, column))

    if len(columns) == 1 and re.search(r"[\t,;]", header[0]):
        wrong(
            f"all of it is one cell: {shown(header[0])}.",
            "Part a .csv by commas and a .tsv by tabs; name the file so.",
        )
        raise RefusedChange(problems)
    for column in dict.fromkeys(name for name in columns if name and name not in COLUMNS):
        near = difflib.get_close_matches(column, COLUMNS, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        wrong(f"unknown column {shown(column)}.", f"{hint}The columns are: {', '.join(COLUMNS)}.", column)
    for column in dict.fromkeys(name for name in columns if name and columns.count(name) > 1):
        wrong(f"the column {shown(column)} stands there {columns.count(column)} times.", "Keep one of them.", column)
    for column in REQUIRED:
        if column not in columns:
            wrong(f"the column {column!r} is missing.", "A sheet needs subject, predicate and object.", column)
    if problems:
        raise RefusedChange(problems)
    return columns


def _named(columns: Sequence[str], cells: Iterable[str], faulty: frozenset[str] = frozenset()) -> dict[str, str]:
    """The cells that are neither blank nor faulty, by column, each on one line."""
    named = zip(columns, cells, strict=False)
    return {column: text for column, cell in named if column not in {"", *faulty} and (text := squashed(cell))}


def _faults(row: Row, columns: Sequence[str], cells: Sequence[str]) -> Iterator[Problem]:
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else ""
        if not column and cell.strip():
            message = f"{shown(cell)} stands in cell {place + 1}, which has no column."
            yield row.problem("sheet", "", message, "Look for a separator too many, or name the column.")
        strange = re.search("[\ud800-\udfff]", cell)
        if strange:
            byte = ord(strange.group()) & 0xFF
            readable = cell.encode("utf-8", "surrogateescape").decode("latin-1")
            message = f"{shown(readable)} is not UTF-8 (byte {byte:02X}; in Latin-1 it would be {chr(byte)!r})."
            yield row.problem("encoding", column, message, "Save the sheet as UTF-8, and see that no letter is lost.")
        if any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r" for letter in cell):
            yield row.problem("encoding", column, f"{shown(cell)} holds a control character.", "Delete it.")
        if column in FREE_TEXT and is_formula(cell):
            message = f"{shown(cell)} is a formula to a spreadsheet."
            yield row.problem("formula", column, message, "Begin with a word or a number.")
