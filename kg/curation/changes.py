"""A change of a folder of Turtle: tried on a copy, previewed, and written whole or not at all.

Nothing is written before the changed folder has been loaded and checked in a copy. Then all new files are laid down in
a hidden folder inside the data's own, the old ones beside them, and each new file takes the place of the old in one
move. If a move fails, those before it are undone. Only a crash of the machine between two moves could leave one done
and the next not; sources come first then, so that no claim is ever without its source.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import kg
from kg.check import check
from kg.curation.preview import Preview
from kg.errors import FileProblem, RefusedChange, UsageError
from kg.files import write
from kg.graph import KnowledgeGraph
from kg.model import Problem
from kg.schema import Schema
from kg.store import Dataset, is_store
from kg.turtle import to_turtle

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Change", "Edit", "editable", "tried"]


@dataclass(frozen=True)
class Edit:
    """The new text of one file; `before` is what it holds, None if it is not there."""

    name: str
    text: str
    before: bytes | None

    @classmethod
    def of(cls, folder: Path, name: str, change: Callable[[list[Triple]], Iterable[Triple]], schema: Schema) -> Edit:
        """The edit of a Turtle file (relative to the folder) that applies `change` to its triples."""
        from pyoxigraph import RdfFormat, parse

        file = folder / name
        before = file.read_bytes() if file.exists() else None
        triples = [quad.triple for quad in parse(before or b"", format=RdfFormat.TURTLE)]
        return cls(name, to_turtle(change(triples), schema.prefixes), before)

    def lost(self, schema: Schema) -> list[Problem]:
        """A warning if the file is not in canonical form: its layout and its comments will be gone."""
        from kg.turtle import format_turtle

        if self.before is None or format_turtle(self.before.decode(), schema.prefixes).encode() == self.before:
            return []
        message = "the file is not in canonical form; it is written anew, and loses its comments and its layout."
        return [Problem("warning", "form", self.name, 0, "", message, "Keep a copy if you need them.")]


@dataclass(frozen=True)
class Change:
    """A change that has been tried and can be written. `preview` says what it does; `apply` writes it."""

    folder: Path
    preview: Preview
    edits: tuple[Edit, ...] = field(default=(), repr=False)

    @property
    def empty(self) -> bool:
        """Whether everything is as it should be already."""
        return not self.edits

    def apply(self) -> tuple[Path, ...]:
        """Write the files, all or none, and return them.

        Raises FileProblem if one of them cannot be written or has changed since the preview; then the folder is as it
        was. Applying an empty change does nothing.
        """
        if self.empty:
            return ()
        for edit in self.edits:
            file = self.folder / edit.name
            if (file.read_bytes() if file.exists() else None) != edit.before:
                raise FileProblem(f"{file} has changed since the preview. Nothing was written; look at it again.")
        _replace(self.folder, {edit.name: edit.text for edit in self.edits})
        return tuple(self.folder / edit.name for edit in self.edits)


def editable(folder: str | Path) -> tuple[Path, KnowledgeGraph]:
    """A folder of Turtle that may be changed, and the graph in it.

    Raises UsageError for the data inside the installed package and for an on-disk store, and what `kg.open` raises.
    """
    folder = Path(folder)
    installed = Path(kg.__file__).resolve().parent / "ontology"
    if folder.resolve() == installed:
        raise UsageError(
            "These are the data of the installed package; the next update would undo a change. Work on a copy: "
            f"cp -r {installed} my-data, then kg --data my-data ..."
        )
    if is_store(folder):
        raise UsageError(f"{folder} is an on-disk store. Name the folder of Turtle that it was made from.")
    return folder, KnowledgeGraph(Dataset.load(folder))


def tried(folder: Path, edits: Iterable[Edit]) -> tuple[KnowledgeGraph, tuple[Problem, ...]]:
    """The graph of the changed folder, and the warnings that the change brings about; nothing in it is touched.

    Raises RefusedChange if the changed folder does not load, or a check finds an error that it did not find before.
    """
    edits = tuple(edits)
    with tempfile.TemporaryDirectory(prefix="kg-") as place:
        copy = Path(place) / "copy"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*"))
        for edit in edits:
            (copy / edit.name).parent.mkdir(exist_ok=True)
            write(copy / edit.name, edit.text, force=True)
        problems = check(copy).problems
        if problems:
            known = {_without_place(problem) for problem in check(folder).problems}
            problems = tuple(problem for problem in problems if _without_place(problem) not in known)
        errors = [problem for problem in problems if problem.level == "error"]
        if errors:
            raise RefusedChange(errors)
        return KnowledgeGraph(Dataset.load(copy)), problems


def _without_place(problem: Problem) -> tuple[str, ...]:
    return (problem.level, problem.rule, problem.file, problem.subject, problem.message)


class _HalfDone(FileProblem):
    """A move failed, and so did putting the old files back; they are kept."""


def _replace(folder: Path, texts: Mapping[str, str]) -> None:
    """Write all files or none; a new one may need its folder made."""
    staging: Path | None = None
    made: list[Path] = []
    try:
        staging = Path(tempfile.mkdtemp(prefix=".change-", dir=folder))
        made += _new_folders(folder, texts)
        for place, (name, text) in enumerate(texts.items()):
            old = folder / name
            write(staging / f"new-{place}", text)
            if old.exists():
                shutil.copy2(old, staging / f"old-{place}")
                shutil.copymode(old, staging / f"new-{place}")
        _move(staging, [Path(os.path.realpath(folder / name)) for name in texts])  # a link is followed
    except _HalfDone:
        staging = None
        raise
    except OSError as error:
        raise FileProblem(f"Cannot write to {folder}: {error.strerror or error}. It is as it was.") from None
    finally:
        for parent in made:
            if not any(parent.iterdir()):
                parent.rmdir()
        if staging:
            shutil.rmtree(staging, ignore_errors=True)


def _new_folders(folder: Path, names: Iterable[str]) -> list[Path]:
    made = []
    for name in names:
        parent = (folder / name).parent
        if not parent.exists():
            parent.mkdir()
            made.append(parent)
    return made


def _move(staging: Path, files: list[Path]) -> None:
    """Put each new file in its place; if one cannot be, put the old ones back."""
    try:
        for place, file in enumerate(files):
            os.replace(staging / f"new-{place}", file)
    except BaseException:
        try:
            _undo(staging, files)
        except OSError as error:
            words = f"A change broke off and could not be undone ({error.strerror or error})."
            raise _HalfDone(f"{words} The old files are in {staging}; put them back by hand.") from None
        raise


def _undo(staging: Path, files: list[Path]) -> None:
    """Put the old files back in place of the new ones that have left the staging folder."""
    for place, file in reversed(list(enumerate(files))):
        if (staging / f"new-{place}").exists():
            continue
        if (staging / f"old-{place}").exists():
            os.replace(staging / f"old-{place}", file)
        else:
            file.unlink(missing_ok=True)
