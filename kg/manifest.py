"""The manifest of a release: which files belong to it, how large they are, and their SHA-256.

A release is read only if every file that its manifest lists is there and unchanged.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from kg.errors import FileProblem, InvalidData
from kg.model import Problem

__all__ = ["FORMAT", "NAME", "Manifest", "Piece", "is_release", "read_manifest"]

FORMAT = "https://w3id.org/calciphylaxis-kg/release/1"
NAME = "manifest.json"
QUADS = "application/n-quads"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a release: its path in the folder, its size in bytes, its SHA-256, and what it is."""

    path: str
    size: int
    sha256: str
    media_type: str
    what: str

    @classmethod
    def of(cls, path: str, content: bytes, media_type: str, what: str) -> Piece:
        """The entry for a file with this content."""
        return cls(path, len(content), hashlib.sha256(content).hexdigest(), media_type, what)


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself.

    `version` is that of the data, `data` the SHA-256 of the edited graphs (`Dataset.digest`), `canonical` the SHA-256
    of the whole dataset in canonical form (RDFC-1.0), `filters` what was left out of the data before the release.
    """

    title: str
    version: str
    license: str
    data: str
    canonical: str
    filters: tuple[str, ...]
    files: tuple[Piece, ...]

    @property
    def quads(self) -> str:
        """The path of the file that holds the whole dataset."""
        return next(piece.path for piece in self.files if piece.media_type == QUADS)

    def to_dict(self) -> dict[str, Any]:
        """The manifest as it stands in its file."""
        return {
            "format": FORMAT,
            "title": self.title,
            "version": self.version,
            "license": self.license,
            "data": {"algorithm": "SHA-256 of the sorted N-Quads of the edited graphs", "value": self.data},
            "canonical": {"algorithm": "RDFC-1.0 with SHA-256, of all graphs", "value": self.canonical},
            "filters": list(self.filters),
            "files": [asdict(piece) for piece in self.files],
        }


def is_release(folder: str | Path) -> bool:
    """Whether a folder is a release: it has a manifest, and is no folder of Turtle that happens to hold one."""
    folder = Path(folder)
    return (folder / NAME).is_file() and not (folder / "entities.ttl").exists()


def read_manifest(folder: str | Path) -> Manifest:
    """The manifest of a release whose files are all there and unchanged. O(bytes of the release).

    Raises InvalidData naming the file that is missing or changed, FileProblem if one cannot be read.
    """
    folder = Path(folder)
    try:
        manifest = parse_manifest((folder / NAME).read_bytes())
        problems = [p for piece in manifest.files if (p := _mismatch(folder, piece))]
    except OSError as error:
        raise FileProblem(f"Cannot read {error.filename or folder}: {error.strerror or error}.") from None
    if problems:
        raise InvalidData(problems)
    return manifest


def parse_manifest(content: bytes) -> Manifest:
    """The manifest that these bytes hold. Raises InvalidData if they do not."""
    try:
        parts = json.loads(content)
        form = parts["format"]
    except (ValueError, TypeError, KeyError):  # a broken encoding is a ValueError too
        _refuse("is not the manifest of a release.")
    if form != FORMAT:
        _refuse(f"is of the format {form!r}, not {FORMAT}.", "Open it with the version of kg that wrote it.")
    try:
        return _manifest(parts)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        _refuse(f"is not whole ({type(error).__name__}: {error}).")


def _manifest(parts: Mapping[str, Any]) -> Manifest:
    pieces = tuple(Piece(**entry) for entry in parts["files"])
    for piece in pieces:
        inside = re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)*", piece.path)
        if not inside or type(piece.size) is not int or not re.fullmatch("[0-9a-f]{64}", piece.sha256):
            raise ValueError(f"the entry of {piece.path!r} does not name a file of the release")
    if sum(piece.media_type == QUADS for piece in pieces) != 1:
        raise ValueError(f"it does not list exactly one file of type {QUADS}")
    return Manifest(
        title=str(parts["title"]),
        version=str(parts["version"]),
        license=str(parts["license"]),
        data=str(parts["data"]["value"]),
        canonical=str(parts["canonical"]["value"]),
        filters=tuple(map(str, parts["filters"])),
        files=pieces,
    )


def _mismatch(folder: Path, piece: Piece) -> Problem | None:
    file = folder / piece.path
    if not file.is_file():
        return _problem(piece.path, "the manifest lists it, but it is not there.")
    if file.stat().st_size == piece.size and hashlib.sha256(file.read_bytes()).hexdigest() == piece.sha256:
        return None
    return _problem(piece.path, "has changed since the release was written: its SHA-256 is not that of the manifest.")


def _problem(file: str, message: str, remedy: str = "Take a fresh copy of the release.") -> Problem:
    return Problem("error", "release", file, 0, "", message, remedy)


def _refuse(message: str, *remedy: str) -> NoReturn:
    raise InvalidData([_problem(NAME, message, *remedy)])
