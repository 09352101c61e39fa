"""KGX files: which columns are read, by which reader, and how far it has come."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from kg.errors import FileProblem, UsageError
from kg.foreign import QUALIFIERS
from kg.large.arrow import read_fast
from kg.large.rows import Table, fault, header, read_plainly

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["EDGES", "NODES", "READERS", "read_table"]

NODES = ("id", "name", "category", "synonym", "same_as", "equivalent_identifiers", "xref")
"""The columns of nodes that are read; the first must be there."""
EDGES = (
    *("subject", "predicate", "object", *QUALIFIERS, "knowledge_level", "primary_knowledge_source", "publications"),
    *("species_context_qualifier", "in_taxon", "anatomical_context_qualifier"),
)
"""The columns of edges that are read; the first three must be there."""
READERS = ("auto", "plain", "pyarrow")
SMALL = 2**20
"""Up to so many bytes a file is read in plain Python: importing pyarrow would take longer."""
PATIENCE = 1.0
"""After so many seconds a progress bar is shown, if anybody sees it."""


def read_table(path: Path, wanted: tuple[str, ...], needed: int, reader: str = "auto") -> Table:
    """The wanted columns of a file of nodes or edges, the first `needed` of which must be there.

    Reads with pyarrow where it is installed and the file is not small; `reader` chooses otherwise. Raises InvalidData
    with the line for what is wrong in the file, FileProblem if it cannot be read, MissingExtra for ``pyarrow`` where
    it is not installed, UsageError for an unknown reader.
    """
    if reader not in READERS:
        raise UsageError(f"reader must be one of {', '.join(READERS)}, not {reader!r}.")
    missing = [name for name in wanted[:needed] if name not in header(path)]
    if missing:
        fault(path, 1, f"no column {' and no column '.join(missing)}.", "KGX wants it; look at the header.")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror}.") from None
    fast = reader == "pyarrow" or (reader == "auto" and size > SMALL and importlib.util.find_spec("pyarrow"))
    with _watched(path.name, size) as watch:
        return (read_fast if fast else read_plainly)(path, wanted, watch)


@contextlib.contextmanager
def _watched(name: str, size: int) -> Iterator[Callable[[IO[bytes]], IO[bytes]]]:
    """Gives a wrapper of streams that shows a bar once it takes longer than `PATIENCE`, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda stream: stream
        return
    bar = _Bar(name, size)
    try:
        yield lambda stream: io.BufferedReader(cast("io.RawIOBase", _Counted(stream, bar)), 2**20)
    finally:
        bar.close()


class _Bar:
    """A progress bar that is made when it is first needed."""

    def __init__(self, name: str, size: int) -> None:
        self.name, self.size, self.done = name, size, 0
        self.begun = time.monotonic()
        self.progress: Progress | None = None

    def add(self, count: int) -> None:
        self.done += count
        if self.progress is None and time.monotonic() - self.begun > PATIENCE:
            from rich.console import Console
            from rich.progress import Progress

            self.progress = Progress(console=Console(stderr=True), transient=True)
            self.task = self.progress.add_task(f"Reading {self.name}", total=self.size)
            self.progress.start()
        if self.progress is not None:
            self.progress.update(self.task, completed=self.done)

    def close(self) -> None:
        if self.progress is not None:
            self.progress.stop()


class _Counted(io.RawIOBase):
    """A stream that tells a bar how much of it has been read."""

    def __init__(self, stream: IO[bytes], bar: _Bar) -> None:
        self.stream, self.bar = stream, bar

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        block = self.stream.read(len(buffer))
        buffer[: len(block)] = block
        self.bar.add(len(block))
        return len(block)

    def close(self) -> None:
        self.stream.close()
        super().close()
