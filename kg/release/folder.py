"""Writing the folder of a release: whole or not at all, and never over something that is not a release of ours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from kg.errors import FileProblem, InvalidData
from kg.files import housed
from kg.manifest import NAME, parse_manifest

__all__ = ["write_folder"]


def write_folder(folder: str | Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    """Write files by their path into a new folder, which takes its place in one move once it is complete.

    A link is followed. An empty folder is filled. With `force` an older release is replaced, if it holds nothing but
    its own files. Raises FileProblem if something else is there or it cannot be written; then what was there is
    untouched.
    """
    target = Path(os.path.realpath(folder))
    try:
        _may_take(target, force)
        housed(target)
        with tempfile.TemporaryDirectory(prefix=".kg-", dir=target.parent, ignore_cleanup_errors=True) as name:
            work = Path(name)
            for path, content in files.items():
                file = work / "new" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            _swap(target, work)
    except OSError as error:
        raise FileProblem(f"Cannot write the release {folder}: {error.strerror or error}.") from None


def _swap(target: Path, work: Path) -> None:
    """Put the new folder in the place of the old one, or the old one back if that fails."""
    if target.exists():
        os.replace(target, work / "old")
    try:
        os.replace(work / "new", target)
    except OSError:
        if (work / "old").exists():
            os.replace(work / "old", target)
        raise


def _may_take(target: Path, force: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise FileProblem(f"{target} is a file. Name a folder for the release.")
    held = {str(file.relative_to(target)) for file in target.rglob("*") if not file.is_dir()}
    if not held:
        return
    try:
        own = {piece.path for piece in parse_manifest((target / NAME).read_bytes()).files} | {NAME}
    except (OSError, InvalidData):
        message = f"{target} holds files and is no release of kg; it is left alone. Name another folder."
        raise FileProblem(message) from None
    if not force:
        raise FileProblem(f"{target} holds a release and is kept. Replace it with --force (in Python force=True).")
    if held - own:
        others = ", ".join(sorted(held - own)[:3])
        raise FileProblem(f"{target} also holds files that are not of the release: {others}. Move them away first.")
