"""The folder of Turtle that people edit: which file holds what, what keeps one from being read, where things stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FileProblem
from kg.model import Problem
from kg.store.nesting import DEEPEST, Nesting, TooDeep
from kg.store.roles import graph_node

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["EMPTY", "LINED", "add_file", "first_line", "parse_problem", "places", "turtle_files"]

_PLACES = {
    "schema": ("schema.ttl", "foreign.ttl", "questions.ttl"),
    "entities": ("entities.ttl", "entities/*.ttl", "terms.ttl"),
    "sources": ("sources.ttl", "sources/*.ttl"),
    "claims": ("disputes.ttl", "claims/*.ttl"),
    "cases": ("cases/*.ttl",),
}
EMPTY = (
    "{} holds no knowledge graph: no entities.ttl and no claims/*.ttl. "
    "Name a folder that has them; `kg release FOLDER` and `kg import FILE --to FOLDER` make one that can be read."
)
"""What is said of a folder without data."""
LINED = {".ttl", ".ttl12", ".nt", ".nq", ".trig"}
"""The endings of files whose lines begin with a subject."""
LONGEST = 300
"""So many letters of an error are told; parsers repeat what they could not read."""
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*:)\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_SUBJECT = re.compile(r"(\s*)(?:<([^>]*)>|([\w.-]*:)([^\s;,]*))(?=\s|$)")


def turtle_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The Turtle files of a folder with the role of each, in a fixed order."""
    for role, patterns in _PLACES.items():
        for pattern in patterns:
            for file in sorted(folder.glob(pattern)):
                yield role, file


def parse_problem(file: Path, folder: Path) -> Problem | None:
    """What keeps a Turtle file from being read, if anything does."""
    from pyoxigraph import Store

    return add_file(Store(), "claims", file, folder)


def add_file(store: Store, role: str, file: Path, folder: Path) -> Problem | None:
    """Add a Turtle file to the graph of a role, or say what keeps it from being read; then nothing was added."""
    from pyoxigraph import RdfFormat

    name = str(file.relative_to(folder))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileProblem(f"Cannot read {file}: {error.strerror}") from None
    if not data.strip():
        return Problem("error", "syntax", name, 0, "", "the file is empty.", "Restore it, or delete it.")
    try:
        data.decode("utf-8")
        Nesting(".ttl").add(data)
        store.load(data, RdfFormat.TURTLE, to_graph=graph_node(role))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem("error", "syntax", name, line, "", "not a text file in UTF-8.", "Restore it from your copy.")
    except TooDeep:
        message = f"triple terms nested more than {DEEPEST} levels deep."
        return Problem("error", "syntax", name, 0, "", message, "Restore it from your copy.")
    except SyntaxError as error:
        message = f"not valid Turtle: {first_line(error)}."
        return Problem("error", "syntax", name, error.lineno or 0, "", message, "Mend the statement on this line.")
    return None


def places(files: Iterable[tuple[str, Path]]) -> dict[str, tuple[str, int]]:
    """File and line of every subject in files of Turtle and the like, each file by the name it is to go by.

    A subject that begins its line comes before one that is indented.
    """
    margin: dict[str, tuple[str, int]] = {}
    indented: dict[str, tuple[str, int]] = {}
    for name, file in files:
        text = file.read_text("utf-8", errors="replace")
        prefixes = dict(_PREFIX.findall(text))
        for number, line in enumerate(text.splitlines(), start=1):
            if match := _SUBJECT.match(line):
                blank, iri, prefix, local = match.groups()
                subject = iri or prefixes.get(prefix, "") + local
                (indented if blank else margin).setdefault(subject, (name, number))
    return indented | margin


def first_line(error: BaseException) -> str:
    """What an error says, in one line of a readable length and without its full stop."""
    text = str(getattr(error, "strerror", None) or getattr(error, "msg", None) or error)
    line = (text.splitlines() or [type(error).__name__])[0].rstrip(".")
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"
