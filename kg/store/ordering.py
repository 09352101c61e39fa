"""Sorting more lines than fit into memory, and the digest of a dataset, which is taken over its sorted lines."""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

__all__ = ["CHUNK", "Digest", "batches", "in_order"]

T = TypeVar("T")
CHUNK = 100_000
"""So many statements are held in memory at a time, some 50 MB."""
_RUNS = 100
"""So many sorted files are merged at a time; systems allow at least 256 open ones."""


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of `CHUNK`; the last one may be shorter, none is empty."""
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, CHUNK)):
        yield batch


def in_order(lines: Iterable[str], *, folder: Path | None = None, prefix: str = "kg-sorting-") -> Iterator[str]:
    """Lines in the order of their code points (in UTF-8 that of their bytes), each once.

    Lines have no line feed in them. What does not fit into memory goes to a temporary folder, which lies in `folder`
    and is gone when the last line was given. O(n log n) time; memory for `CHUNK` lines, whatever n is.

    >>> list(in_order(["b", "a", "b"]))
    ['a', 'b']
    """
    parts = batches(lines)
    first = sorted(set(next(parts, [])))
    second = next(parts, None)
    if second is None:
        yield from first
        return
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder) as place:
        runs: list[Path] = []
        numbers = itertools.count()
        for part in itertools.chain([first, second], parts):
            runs.append(_written(Path(place) / str(next(numbers)), sorted(set(part))))
            if len(runs) == _RUNS:
                merged = _written(Path(place) / str(next(numbers)), _merged(runs))
                for run in runs:
                    run.unlink()
                runs = [merged]
        yield from _merged(runs)


def _written(file: Path, lines: Iterable[str]) -> Path:
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(line + "\n" for line in lines)
    return file


def _merged(runs: Iterable[Path]) -> Iterator[str]:
    with contextlib.ExitStack() as opened:
        files = [opened.enter_context(run.open(encoding="utf-8", newline="\n")) for run in runs]
        last = None
        for line in heapq.merge(*((line[:-1] for line in file) for file in files)):
            if line != last:
                yield line
            last = line


class Digest:
    """SHA-256 of lines that are joined by line feeds, as they come."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._joint = b""

    def add(self, line: str) -> None:
        """Add the next line."""
        self._hash.update(self._joint + line.encode())
        self._joint = b"\n"

    def __str__(self) -> str:
        return self._hash.hexdigest()
