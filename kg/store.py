"""The RDF dataset: Turtle in, named graphs by role, derived graphs made by rule; in memory or on disk.

The folder that people edit is the only truth. `Dataset.load` reads it whole or not at all; the derived graphs
(``direct``, ``association``, ``signed``) are made by the CONSTRUCT queries in ``ontology/derive/``.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FileProblem, InvalidData
from kg.model import Problem
from kg.schema import BASE, Schema, ontology_folder

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad, Store, Triple

__all__ = ["DERIVED", "EDITED", "Dataset", "constructed", "graph_node"]

EDITED = ("schema", "entities", "sources", "claims", "cases")
"""Roles of the graphs that people edit."""
DERIVED = ("direct", "association", "signed")
"""Roles of the graphs that rules make."""
_PLACES = {
    "schema": ("schema.ttl", "questions.ttl"),
    "entities": ("entities.ttl", "entities/*.ttl"),
    "sources": ("sources.ttl", "sources/*.ttl"),
    "claims": ("disputes.ttl", "claims/*.ttl"),
    "cases": ("cases/*.ttl",),
}


@dataclass(frozen=True)
class Dataset:
    """An Oxigraph store with one named graph per role, its schema, and the folder it came from (if any)."""

    store: Store
    schema: Schema
    origin: Path
    folder: Path | None = None

    @classmethod
    def load(cls, folder: str | Path, *, checked: bool = True) -> Dataset:
        """Load a folder of Turtle into memory and make the derived graphs.

        A folder without a ``schema.ttl`` of its own is read with the shipped one. Raises FileProblem if the folder
        cannot be read, InvalidData for Turtle that does not parse or an empty file; then nothing is loaded.
        With ``checked=False`` broken files are left out instead, for a checker that reports them all.
        """
        from pyoxigraph import Store

        folder = Path(folder)
        if not folder.is_dir():
            raise FileProblem(f"No folder {folder}. Name a folder of Turtle files or an on-disk store.")
        store = Store()
        problems = []
        for role, file in turtle_files(folder):
            problem = _add(store, role, file, folder)
            if problem:
                problems.append(problem)
        if problems and checked:
            raise InvalidData(sorted(problems))
        if not any(True for role, _ in turtle_files(folder) if role in ("entities", "claims")):
            raise FileProblem(f"{folder} holds no knowledge graph: no entities.ttl and no claims/*.ttl.")
        if not (folder / "schema.ttl").exists():
            _add(store, "schema", ontology_folder() / "schema.ttl", ontology_folder())
        schema = Schema.from_triples(q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema")))
        return cls(store, schema, folder, folder).derive()

    @classmethod
    def open(cls, location: str | Path) -> Dataset:
        """Open an on-disk store that `save` wrote, read-only, so that any number of readers may share it."""
        from pyoxigraph import Store

        location = Path(location)
        try:
            store = Store.read_only(str(location))
            triples = [q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema"))]
        except (OSError, ValueError, RuntimeError) as error:  # RocksDB reports corruption as RuntimeError
            raise FileProblem(f"Cannot open the store {location}: {_first_line(error)}. Save it anew.") from None
        if not triples:
            raise FileProblem(f"The store {location} holds no graph:schema; it was not written by kg.")
        return cls(store, Schema.from_triples(triples), location)

    def derive(self) -> Dataset:
        """(Re)make the derived graphs from the edited ones; returns self."""
        from pyoxigraph import Quad

        for role in DERIVED:
            graph = graph_node(role)
            triples = constructed(self, role)
            self.store.remove_graph(graph)
            self.store.add_graph(graph)
            self.store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        return self

    def subset(self, claims: Collection[str], entities: Collection[str]) -> Dataset:
        """A new in-memory dataset with only these claims and entities (by IRI), derived anew."""
        from pyoxigraph import Store

        store = Store()
        store.extend(self._kept(claims, entities))
        return Dataset(store, self.schema, self.origin).derive()

    def _kept(self, claims: Collection[str], entities: Collection[str]) -> Iterator[Quad]:
        for role in EDITED:
            for quad in self.store.quads_for_pattern(None, None, None, graph_node(role)):
                subject = quad.subject.value  # type: ignore[union-attr]
                target = getattr(quad.object, "value", "")
                if subject.startswith(BASE + "claim/") and subject not in claims:
                    continue
                if any(iri.startswith(BASE + "entity/") and iri not in entities for iri in (subject, target)):
                    continue
                yield quad

    def save(self, location: str | Path, *, force: bool = False) -> None:
        """Write an on-disk store that `open` reads. The old one stays until the new one is complete.

        Raises FileProblem if something is there and `force` is not set, or if it cannot be written.
        """
        from pyoxigraph import Store

        location = Path(location)
        if location.exists() and not force:
            raise FileProblem(f"{location} exists. Pass force=True to replace it.")
        if location.exists() and not is_store(location):
            raise FileProblem(f"{location} is not a store of kg; it is left alone. Name another place.")
        try:
            work = Path(tempfile.mkdtemp(prefix=f".{location.name}-", dir=location.parent))
            try:
                fresh = Store(str(work / "store"))
                fresh.bulk_extend(self.store.quads_for_pattern(None, None, None, None))
                fresh.flush()
                del fresh  # releases the lock before the folder moves
                if location.exists():
                    os.replace(location, work / "old")
                os.replace(work / "store", location)
            finally:
                shutil.rmtree(work, ignore_errors=True)
        except OSError as error:
            raise FileProblem(f"Cannot write the store {location}: {_first_line(error)}") from None

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the edited graphs as sorted N-Quads: the same data give the same digest, wherever they lie."""
        quads = (q for role in EDITED for q in self.store.quads_for_pattern(None, None, None, graph_node(role)))
        return hashlib.sha256("\n".join(sorted(map(str, quads))).encode()).hexdigest()

    def locate(self, iri: str) -> tuple[str, int]:
        """File (relative to the folder) and line where the block of a subject starts; ``("", 0)`` if unknown."""
        if self.folder is None:
            return "", 0
        names = [re.escape(f"<{iri}>")]
        names += [rf"\w*:{re.escape(iri[cut + 1 :])}" for cut in (max(iri.rfind("/"), iri.rfind("#")),)]
        pattern = re.compile(rf"^\s*(?:{'|'.join(names)})(?=\s|$)", re.MULTILINE)
        for _, file in turtle_files(self.folder):
            text = file.read_text("utf-8", errors="replace")
            match = pattern.search(text)
            if match:
                return str(file.relative_to(self.folder)), text.count("\n", 0, match.end()) + 1
        return "", 0


def constructed(dataset: Dataset, role: str) -> list[Triple]:
    """The triples that the rule of a derived graph makes from the edited graphs of a dataset."""
    folder = dataset.folder if dataset.folder and (dataset.folder / "derive").is_dir() else ontology_folder()
    query = (folder / "derive" / f"{role}.rq").read_text("utf-8")
    edited: list[NamedNode] = [graph_node(name) for name in EDITED]
    return list(dataset.store.query(query, prefixes=dict(dataset.schema.prefixes), default_graph=edited))  # type: ignore[arg-type]


def graph_node(role: str) -> NamedNode:
    """The IRI of the named graph of a role."""
    from pyoxigraph import NamedNode

    return NamedNode(f"{BASE}graph/{role}")


def turtle_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The Turtle files of a folder with the role of each, in a fixed order."""
    for role, patterns in _PLACES.items():
        for pattern in patterns:
            for file in sorted(folder.glob(pattern)):
                yield role, file


def is_store(location: Path) -> bool:
    """Whether a folder is an on-disk store."""
    return (location / "CURRENT").is_file()


def parse_problem(file: Path, folder: Path) -> Problem | None:
    """What keeps a Turtle file from being read, if anything does."""
    from pyoxigraph import Store

    return _add(Store(), "claims", file, folder)


def _add(store: Store, role: str, file: Path, folder: Path) -> Problem | None:
    from pyoxigraph import RdfFormat

    name = str(file.relative_to(folder))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileProblem(f"Cannot read {file}: {error.strerror}") from None
    if not data.strip():
        return Problem("error", "syntax", name, 0, "", "the file is empty.", "Restore it, or delete it.")
    try:
        data.decode("utf-8")
        store.load(data, RdfFormat.TURTLE, to_graph=graph_node(role))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem("error", "syntax", name, line, "", "not a text file in UTF-8.", "Restore it from your copy.")
    except SyntaxError as error:
        message = f"not valid Turtle: {_first_line(error)}."
        return Problem("error", "syntax", name, error.lineno or 0, "", message, "Mend the statement on this line.")
    return None


def _first_line(error: BaseException) -> str:
    text = str(getattr(error, "strerror", None) or getattr(error, "msg", None) or error)
    return (text.splitlines() or [type(error).__name__])[0].rstrip(".")
