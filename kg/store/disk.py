"""A store on disk that is replaced whole: numbered generations, and a small pointer that names the one in force.

    STORE/
      kg-store.json        the pointer: generation, digest and counts; replaced by one rename
      generation-000007/   the Oxigraph (RocksDB) files; never changed once the pointer names them
      writer.lock          held by the one writer

At every instant a reader finds the old generation or the new one. A reader holds the file ``CURRENT`` of its
generation; a writer removes the generations that are no longer named and that nobody holds. What a killed writer left
is a generation that no pointer names; the next writer removes it. A plain folder of RocksDB files, as kg wrote it
before there were generations, is read as well, and becomes a store of this form when it is replaced.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import FileProblem
from kg.files import housed, write
from kg.store.locks import Busy, Hold, only_writer, unheld
from kg.store.turtle import first_line

__all__ = ["SORTING", "Generation", "State", "current", "is_store", "replace"]

FORMAT = "https://w3id.org/calciphylaxis-kg/store/1"
POINTER = "kg-store.json"
LOCK = "writer.lock"
GENERATION = "generation-"
SORTING = GENERATION + "sorting-"
"""So the temporary folders of a load begin: like generations, so that the next writer removes what a kill leaves."""
_NAME = re.compile(GENERATION + r"(\d{6,})")
_ROCKSDB = re.compile(r"CURRENT|IDENTITY|LOCK|LOG(\.old\.\d+)?|(MANIFEST|OPTIONS)-\d+|\d+\.(sst|log|blob|dbtmp)")
_ATTEMPTS = 100


@dataclass(frozen=True)
class State:
    """What a pointer says: the generation in force, the version of its data, their digest (`Dataset.digest`), and how
    many statements each graph holds; graphs go by their role, others by their IRI.
    """

    generation: str
    version: str
    data: str
    graphs: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """The state as it stands in the pointer."""
        return {
            "format": FORMAT,
            "generation": self.generation,
            "version": self.version,
            "data": {"algorithm": "SHA-256 of the sorted N-Quads of the edited graphs", "value": self.data},
            "graphs": dict(self.graphs),
        }


@dataclass(frozen=True)
class Generation:
    """A generation that is being read: its folder, and its state unless it is older than pointers are.

    It stays on disk as long as this object lives.
    """

    folder: Path
    state: State | None
    hold: Hold


def is_store(location: Path) -> bool:
    """Whether a folder is an on-disk store, also one whose first load is running or was broken off."""
    return any((location / name).is_file() for name in (POINTER, LOCK, "CURRENT"))


def current(location: Path) -> Generation:
    """The generation of a store that is in force, held.

    Raises FileProblem if there is none, or if the pointer cannot be read.
    """
    for _ in range(_ATTEMPTS):
        state = _state(location)
        folder = location / state.generation if state else location
        hold = _held(folder / "CURRENT")
        if _state(location) == state:  # else a writer has replaced it in between, and may have removed it
            if hold is None:
                raise FileProblem(_missing(location, state))
            return Generation(folder, state, hold)
    raise FileProblem(f"The store {location} was replaced {_ATTEMPTS} times while it was being opened. Try again.")


def _held(file: Path) -> Hold | None:
    try:
        return Hold(file)
    except (FileNotFoundError, Busy):
        return None
    except OSError as error:
        raise FileProblem(f"Cannot read {file}: {first_line(error)}.") from None


def _missing(location: Path, state: State | None) -> str:
    if state is None and is_store(location):
        return f"The store {location} is not complete: its first load is running, or was broken off. Load it again."
    return f"Cannot open the store {location}: its files are missing. Write it anew."


def _state(location: Path) -> State | None:
    """What the pointer says; None where there is no pointer."""
    try:
        parts = json.loads((location / POINTER).read_bytes())
        if parts["format"] != FORMAT:
            raise FileProblem(f"The store {location} is of the form {parts['format']}, which this kg does not know.")
        if not _NAME.fullmatch(parts["generation"]):
            raise ValueError("it names no generation")
        graphs = {str(name): int(count) for name, count in parts["graphs"].items()}
        return State(parts["generation"], str(parts["version"]), str(parts["data"]["value"]), graphs)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileProblem(f"Cannot open the store {location}: {first_line(error)}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileProblem(f"Cannot open the store {location}: its {POINTER} is damaged. Write it anew.") from None


def _named(location: Path) -> str | None:
    """The generation that the pointer names; None where there is no pointer, nothing where it is damaged."""
    try:
        state = _state(location)
    except FileProblem:
        return ""
    return state.generation if state else None


def replace(location: Path, fill: Callable[[Path], State], *, force: bool = False) -> State:
    """Put a new generation in the place of the old one, or make the store; the old one stays until the new is whole.

    `fill` is given an empty folder, writes the new generation into it, and returns its state. Raises FileProblem if a
    store is there and `force` is not set, if something else is there, if another writer is at work, or if it cannot
    be written; and what `fill` raises. Then all is as it was.
    """
    _refuse_unless_free(location, force)
    made = not location.exists()
    try:
        housed(location)
        location.mkdir(exist_ok=True)
        with only_writer(location / LOCK):
            try:
                _refuse_unless_free(location, force)  # once more: another writer may have been quicker
                _sweep(location)
                state = _put(location, fill)
            except BaseException:
                _abandon(location, made)
                raise
            with contextlib.suppress(OSError):  # the new generation is in force, whatever happens from here on
                _sync(location)
                _sweep(location)
    except Busy as holder:
        raise FileProblem(
            f"The store {location} is being written by {holder}. Wait until it is done, or stop it; "
            "reading goes on meanwhile."
        ) from None
    except OSError as error:
        raise FileProblem(f"Cannot write the store {location}: {first_line(error)}. What was there stays.") from None
    return state


def _refuse_unless_free(location: Path, force: bool) -> None:
    try:
        names = {entry.name for entry in location.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        what = first_line(error)
        raise FileProblem(f"Cannot write the store {location}: {what}. Name another place.") from None
    if names & {POINTER, "CURRENT"}:
        if not force:
            raise FileProblem(
                f"The store {location} exists and is kept. Replace it with --force (in Python force=True)."
            )
    elif not all(name == LOCK or _is_remnant(name) for name in names):
        raise FileProblem(f"{location} is not a store of kg; it is left alone. Name another place.")


def _is_remnant(name: str) -> bool:
    """Whether a killed writer may have left this: a generation, sorted lines, or a pointer not yet in its place."""
    return name.startswith((GENERATION, ".kg-"))


def _put(location: Path, fill: Callable[[Path], State]) -> State:
    """Fill the next generation and name it in the pointer; if that fails, remove it."""
    taken = [int(match[1]) for entry in location.iterdir() if (match := _NAME.fullmatch(entry.name))]
    folder = location / f"{GENERATION}{max(taken, default=0) + 1:06}"
    folder.mkdir()
    try:
        state = fill(folder)
        _sync(folder)
        write(location / POINTER, json.dumps(state.to_dict(), indent=1) + "\n", force=True)
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)  # they may hold the Oxigraph store, which still writes
        if _named(location) != folder.name:  # Ctrl-C may come when the pointer is in its place already
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return state


def _abandon(location: Path, made: bool) -> None:
    """Leave no trace of a first writing that failed; where there is a store, it stays with its lock."""
    if not (location / POINTER).exists() and not (location / "CURRENT").exists():
        with contextlib.suppress(OSError):
            (location / LOCK).unlink()
            if made:
                location.rmdir()


def _sweep(location: Path) -> None:
    """Remove what no pointer names and no reader holds: old generations and what killed writers left."""
    named = _named(location)
    if named == "":  # a damaged pointer: what it named is not known
        return
    for entry in sorted(location.iterdir()):
        if entry.name.startswith(".kg-"):
            entry.unlink()
        elif entry.name.startswith(GENERATION) and entry.name != named:
            with unheld(entry / "CURRENT") as free:
                if free:
                    shutil.rmtree(entry, ignore_errors=True)
    if named:  # the files of the plain form, which the pointer has replaced
        with unheld(location / "CURRENT") as free:
            for entry in _plain(location) if free else ():
                entry.unlink(missing_ok=True)


def _plain(location: Path) -> Iterator[Path]:
    return (entry for entry in sorted(location.iterdir()) if _ROCKSDB.fullmatch(entry.name))


def _sync(folder: Path) -> None:
    """Have the system write a folder and its files to the disk, so that a power cut finds them whole."""
    if sys.platform == "win32":
        return
    for path in (*(entry for entry in folder.iterdir() if entry.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
