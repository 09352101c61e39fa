"""Reading one file of a snapshot: plain or packed, never more than fits; what is broken gives one clear message."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from kg.errors import FileProblem, MissingExtra

__all__ = ["LIMIT", "as_list", "as_mapping", "content", "json_content", "lines", "table"]

LIMIT = 512 * 2**20
"""The most bytes that a file may unpack to; the largest real one, ChEBI, takes 115 million."""


def content(path: Path) -> bytes:
    """The bytes of a file; ``.gz`` and ``.zst`` are unpacked.

    Raises FileProblem if it cannot be read, is cut off, or unpacks to more than `LIMIT`.
    """
    try:
        with _opened(path) as file:
            data = file.read(LIMIT + 1)
    except _broken(path) as error:
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise FileProblem(f"{path} cannot be read: {reason}. Unpack it anew.") from None
    if len(data) > LIMIT:
        raise FileProblem(f"{path} holds more than {LIMIT // 2**20} MiB, which no vocabulary does. Unpack it anew.")
    return data


def lines(path: Path) -> list[str]:
    """The lines of a text file.

    Raises FileProblem where it cannot be read, is not UTF-8, or ends amid a line, as a file does that was cut off.
    """
    try:
        text = content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileProblem(f"{path} is not text in UTF-8 (byte {error.start}). Unpack it anew.") from None
    if not text.endswith("\n"):
        raise FileProblem(f"{path} is {'cut off in its last line' if text else 'empty'}. Unpack it anew.")
    return text.replace("\r\n", "\n")[:-1].split("\n")


def table(rows: list[str]) -> Iterator[dict[str, str]]:
    """The rows of a table parted by tabs, without quoting, as cells by the names in its first line."""
    header = rows[0].split("\t") if rows else []
    return (dict(zip(header, row.split("\t"), strict=False)) for row in rows[1:] if row)


def json_content(path: Path, hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """What a JSON file holds; `hook` sees each object when it is complete and gives what is kept of it.

    Raises FileProblem where it cannot be read or is not JSON.
    """
    try:
        return json.loads(content(path), object_hook=hook)
    except RecursionError:
        raise FileProblem(f"{path} is nested too deep to be a vocabulary. Unpack it anew.") from None
    except ValueError as error:  # not UTF-8, or not JSON
        raise FileProblem(f"{path} is not JSON: {error}. Unpack it anew.") from None


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def _opened(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast(BinaryIO, gzip.open(path))
    if path.suffix == ".zst":
        return cast(BinaryIO, _zstd().open(path))
    return path.open("rb")


def _broken(path: Path) -> tuple[type[Exception], ...]:
    """What reading raises where a file is not there, or its packing is cut off or damaged."""
    packing = (_zstd().ZstdError,) if path.suffix == ".zst" else ()
    return (OSError, EOFError, zlib.error, *packing)


def _zstd() -> Any:
    """The standard library's module for Zstandard, or its backport before Python 3.14."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise MissingExtra("backports.zstd", "validate") from None
    return zstd
