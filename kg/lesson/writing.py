"""Writing a lesson: one HTML file, or Markdown with its picture beside it, both or neither."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg import files
from kg.errors import FileProblem, UsageError

if TYPE_CHECKING:
    from kg.lesson.content import Lesson

__all__ = ["write"]


def write(lesson: Lesson, path: str | Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write a lesson as .html, or as .md with its picture (.svg) beside it; returns the files, the one asked for first.

    A lesson without a route has no picture. Raises UsageError for another ending, FileProblem if a file exists and
    `force` is not set or if one cannot be written; then nothing has changed.
    """
    path = Path(path)
    if path.suffix.lower() == ".html":
        return (files.write(path, lesson.html(), force=force),)
    if path.suffix.lower() != ".md":
        raise UsageError(f"{path} does not end in a form of lesson. Use .html (one file) or .md (with its picture).")
    if not lesson.routes:
        return (files.write(path, lesson.markdown(), force=force),)
    picture = path.with_suffix(".svg")
    return _both(path, lesson.markdown(picture.name), picture, lesson.draw(), force)


def _both(path: Path, text: str, picture: Path, drawn: str, force: bool) -> tuple[Path, Path]:
    """Write two files; if the second cannot be, the first is as it was before."""
    for file in (path, picture):
        if file.exists() and not force:
            raise FileProblem(f"{file} exists and is kept. Replace it with --force (in Python force=True).")
    before = path.read_bytes() if path.is_file() else None
    files.write(path, text, force=force)
    try:
        files.write(picture, drawn, force=force)
    except FileProblem:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            files.write(path, before, force=True)
        raise
    return path, picture
