"""A graph that was read once is kept on disk and mapped into memory the next time.

What is kept: the arrays, each as a ``.npy`` file, and a manifest, in one folder per graph, named by a digest of all
that the graph was made of: the bytes of both files (BLAKE2b), the table of signs with its options, and the version of
this format. Files of other content, another table or another format never meet an old folder: they have another name.

Finding the digest means reading both files once. A note remembers it for files that have the same device, inode, size
and times of change as when they were last read, and had not been changed for `SETTLED` seconds then; the time of the
inode's change cannot be set by hand, so such files are the same. On systems without inodes they are always read.

Writing: into a folder of its own, each file synced, then renamed. A crash leaves a folder that nobody looks at and that
a later writer sweeps away; of two writers the second finds the place taken and throws its copy away. A folder with a
missing, shortened or strange file is removed and made anew; so is one that cannot be mapped. Whatever goes wrong here
(no room, no right), the graph is used without a cache. At most `KEPT` graphs are kept, those used last.

The place: the variable ``KG_CACHE`` (``off``: none), else ``kg`` in the user's folder for caches. It may be deleted at
any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.causal.kernel.arrays import Arrays
from kg.errors import FileProblem
from kg.foreign import Meaning
from kg.large.names import NamesIndex
from kg.large.report import Report
from kg.large.tables import Nodes, Statement, Statements, Tables
from kg.large.texts import Column, Texts

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["FORMAT", "KEPT", "VARIABLE", "digest_of", "folder", "kept"]

FORMAT = 1
"""The version of the layout on disk; raise it when the tables change."""
VARIABLE = "KG_CACHE"
KEPT = 8
"""So many graphs are kept."""
SETTLED = 2.0
"""A file that was changed less than so many seconds before it was read is read again the next time."""
QUICK = 2**20
"""Files of up to so many bytes are digested each time; that costs less than a note of theirs."""
ABANDONED = 24 * 3600
"""After so many seconds a folder that was begun and never finished is swept away."""
_MANIFEST = "manifest.json"
_PART, _BLOCK = 32 * 2**20, 2**20
_CLASSES: dict[str, type] = {
    "nodes": Nodes, "statements": Statements, "arrays": Arrays, "index": NamesIndex,
    **dict.fromkeys(("ids", "labels", "synonyms", "equal", "close", "forms", "values", "cited"), Texts), "kind": Column,
}  # fmt: skip


def folder() -> Path | None:
    """Where graphs are kept; None if the user wants no cache."""
    named = os.environ.get(VARIABLE)
    if named:
        return None if named.casefold() == "off" else Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "kg" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kg"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kg"


# --- what a graph is made of ----------------------------------------------------------------------------------------


def digest_of(files: tuple[Path, Path], told: str) -> str:
    """The digest of two files and what else decides how they are read. Raises FileProblem. O(bytes), or O(1)."""
    made_of = blake2b(f"{FORMAT} {told}".encode(), digest_size=16)
    for file in files:
        made_of.update(_content(file).encode())
    return made_of.hexdigest()


def _content(file: Path) -> str:
    try:
        state = _state(file)
        note = _note(file) if file.stat().st_size > QUICK else None
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            if note and state and (seen := json.loads(note.read_text("utf-8")))["state"] == state:
                return str(seen["digest"])
        digest = _digested(file)
        settled = state and time.time() - max(state[-2:]) / 1e9 > SETTLED and _state(file) == state
    except OSError as error:
        raise FileProblem(f"Cannot read {file}: {error.strerror}.") from None
    if note and settled:
        with contextlib.suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            _replace(note, json.dumps({"state": state, "digest": digest}))
    return digest


def _digested(file: Path) -> str:
    """A digest of the content of a file: that of the digests of its parts, which several threads make. O(bytes)."""

    def part(begin: int) -> bytes:
        found = blake2b(digest_size=32)
        with open(file, "rb", buffering=0) as stream:
            stream.seek(begin)
            for _ in range(_PART // _BLOCK):
                found.update(stream.read(_BLOCK))
        return found.digest()

    with ThreadPoolExecutor() as pool:
        return blake2b(b"".join(pool.map(part, range(0, file.stat().st_size + 1, _PART))), digest_size=32).hexdigest()


def _state(file: Path) -> list[int] | None:
    """What tells whether a file is the same as before; None where inodes do not tell the time of their change."""
    if os.name != "posix":
        return None
    found = file.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _note(file: Path) -> Path | None:
    place = folder()
    name = blake2b(str(file.resolve()).encode(), digest_size=16).hexdigest()
    return place / "seen" / f"{name}.json" if place else None


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)


# --- keeping and finding --------------------------------------------------------------------------------------------


def kept(digest: str, make: Callable[[], Tables]) -> Tables:
    """The tables with this digest: mapped from the cache, or made and, if that is possible, kept for the next time."""
    place = folder()
    if place is None:
        return make()
    home = place / digest
    found = _mapped(home)
    if found is None:
        made = make()
        with contextlib.suppress(OSError):
            _store(made, home)
        found = _mapped(home) or made
    return found


def _mapped(home: Path) -> Tables | None:
    """The tables in a folder; None if it is not there or not sound."""
    import numpy as np

    try:
        manifest = json.loads((home / _MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT or manifest["digest"] != home.name:
            return None
        parts: dict[str, Numbers] = {}
        for name, (size, kind, shape) in manifest["parts"].items():
            file = home / f"{name}.npy"
            if file.stat().st_size != size:
                return None
            # a private map: compiled code takes it for a plain array, and nothing that it did would reach the disk
            part = np.load(file, mmap_mode="c", allow_pickle=False) if shape != [0] else np.zeros(0, kind)
            if part.dtype.str != kind or list(part.shape) != shape:
                return None
            parts[name] = np.asarray(part)
        os.utime(home)
        return _joined(parts, manifest)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _store(tables: Tables, home: Path) -> None:
    import numpy as np

    home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = Path(tempfile.mkdtemp(prefix=".made-", dir=home.parent))
    try:
        parts = {}
        for name, part in _parts(tables):
            with open(work / f"{name}.npy", "wb") as file:
                np.save(file, np.ascontiguousarray(part), allow_pickle=False)
                _synced(file)
                parts[name] = [file.tell(), part.dtype.str, list(part.shape)]
        with open(work / _MANIFEST, "w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, "digest": home.name, "parts": parts, **_words(tables)}, file)
            _synced(file)
        if home.exists() and _mapped(home) is None:
            home.rename(work / "broken")
        with contextlib.suppress(OSError):  # another writer was faster
            work.rename(home)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _swept(home.parent)


def _synced(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _swept(place: Path) -> None:
    """Remove what was begun and abandoned, and all but the graphs used last."""
    now = time.time()
    graphs = []
    for entry in place.iterdir():
        with contextlib.suppress(OSError):
            used = entry.stat().st_mtime
            if entry.name.startswith(".made-") and now - used > ABANDONED:
                shutil.rmtree(entry, ignore_errors=True)
            elif (entry / _MANIFEST).is_file():
                graphs.append((used, entry))
    for _, entry in sorted(graphs, reverse=True)[KEPT:]:
        shutil.rmtree(entry, ignore_errors=True)


# --- tables as parts ------------------------------------------------------------------------------------------------


def _parts(thing: Any, name: str = "") -> Iterator[tuple[str, Numbers]]:
    """The arrays of tables, each with the names of the fields that lead to it."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        inner = f"{name}{field.name}"
        if isinstance(value, dict):
            for key, column in value.items():
                yield from _parts(column, f"{inner}.{key}.")
        elif is_dataclass(value) and not isinstance(value, Report):
            yield from _parts(value, f"{inner}.")
        elif hasattr(value, "dtype"):
            yield inner, value


def _words(tables: Tables) -> dict[str, Any]:
    """What of the tables is no array."""
    meanings = [
        [s.text, s.meaning.predicate, s.meaning.group, s.meaning.swapped, s.meaning.mapped, s.meaning.unsure]
        for s in tables.statements.meanings
    ]
    return {"files": list(tables.files), "report": tables.report.to_dict(), "meanings": meanings}


def _joined(parts: dict[str, Numbers], words: dict[str, Any]) -> Tables:
    """The tables that `_parts` and `_words` took apart."""
    tree: dict[str, Any] = {}
    for name, part in parts.items():
        *way, last = name.split(".")
        branch = tree
        for key in way:
            branch = branch.setdefault(key, {})
        branch[last] = part
    columns = {name: _made(Column, column) for name, column in tree["statements"].pop("columns", {}).items()}
    meanings = tuple(Statement(text, Meaning(*told)) for text, *told in words["meanings"])
    tree["statements"]["cited"] = _made(Texts, tree["statements"]["cited"])
    statements = Statements(**tree["statements"], meanings=meanings, columns=columns)
    nodes, arrays = _made(Nodes, tree["nodes"]), _made(Arrays, tree["arrays"])
    first, second = words["files"]
    return Tables(nodes, statements, arrays, Report.from_dict(words["report"]), (first, second), words["digest"])


def _made(kind: type, branch: dict[str, Any]) -> Any:
    return kind(**{
        name: _made(_CLASSES[name], value) if isinstance(value, dict) else value for name, value in branch.items()
    })  # fmt: skip
