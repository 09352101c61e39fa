"""Writing files so that nothing is lost: whole or not at all, and never over something that was not to be replaced."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kg.errors import FileProblem

__all__ = ["housed", "write"]


def write(path: str | Path, data: str | bytes, *, force: bool = False) -> Path:
    """Write a file in one move: a reader sees the old content or the new, never half of it.

    Text is written as UTF-8; a link is followed. Raises FileProblem if something is there and `force` is not set, or
    if it cannot be written (no such folder, no right, disk full); then what was there is untouched and nothing is left
    behind.
    """
    path = Path(path)
    content = data.encode() if isinstance(data, str) else data
    try:
        housed(path)
        if path.is_dir():
            raise FileProblem(f"{path} is a folder. Name a file in it.")
        if path.exists() and not force:
            raise FileProblem(f"{path} exists and is kept. Replace it with --force (in Python force=True).")
        if path.exists() and not path.is_file():  # a device or a pipe takes bytes but cannot be replaced
            path.write_bytes(content)
        else:
            _put(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise FileProblem(f"Cannot write {path}: {error.strerror or error}.") from None
    return path


def housed(path: Path) -> None:
    """Raise FileProblem if the folder that a new file or folder is to stand in is not there."""
    if not path.parent.exists():
        raise FileProblem(f"Cannot write {path}: there is no folder {path.parent}. Make it, or name another place.")


def _put(path: Path, content: bytes) -> None:
    """Write beside the file, then take its place."""
    handle, name = tempfile.mkstemp(prefix=".kg-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, _mode(path))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The mode of the file that is replaced; for a new file what the user's umask leaves."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
