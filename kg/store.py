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

from kg.errors import FileProblem, InvalidData, QueryError
from kg.manifest import is_release, read_manifest
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
    "entities": ("entities.ttl", "entities/*.ttl", "terms.ttl"),
    "sources": ("sources.ttl", "sources/*.ttl"),
    "claims": ("disputes.ttl", "claims/*.ttl"),
    "cases": ("cases/*.ttl",),
}
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*:)\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_SUBJECT = re.compile(r"(\s*)(?:<([^>]*)>|([\w.-]*:)([^\s;,]*))(?=\s|$)")


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
        return cls(store, schema, folder, folder).derive(checked=checked)

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

    @classmethod
    def at(cls, location: str | Path) -> Dataset:
        """The dataset at a place: a release, an on-disk store, or a folder of Turtle.

        Raises what `load` and `open` raise, and InvalidData for a release with a missing or changed file.
        """
        location = Path(location)
        if is_release(location):
            return cls.from_quads((location / read_manifest(location).quads).read_bytes(), location)
        return cls.open(location) if is_store(location) else cls.load(location)

    @classmethod
    def from_quads(cls, data: bytes, origin: str | Path) -> Dataset:
        """A dataset in memory from N-Quads that hold all its graphs, the derived ones too.

        Raises InvalidData if they do not parse or hold no graph:schema.
        """
        from pyoxigraph import RdfFormat, Store

        origin = Path(origin)
        store = Store()
        try:
            store.load(data, RdfFormat.N_QUADS)
        except SyntaxError as error:
            message = f"not valid N-Quads: {_first_line(error)}."
            problem = Problem("error", "syntax", str(origin), error.lineno or 0, "", message, "Write the release anew.")
            raise InvalidData([problem]) from None
        triples = [q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema"))]
        if not triples:
            message = "the N-Quads hold no graph:schema."
            raise InvalidData([Problem("error", "schema", str(origin), 0, "", message, "Write the release anew.")])
        return cls(store, Schema.from_triples(triples), origin)

    def derive(self, *, checked: bool = True) -> Dataset:
        """(Re)make the derived graphs from the edited ones; returns self.

        Raises InvalidData for a rule that does not run; with ``checked=False`` its graph stays empty.
        """
        from pyoxigraph import Quad

        for role in DERIVED:
            graph = graph_node(role)
            try:
                triples = constructed(self, role)
            except InvalidData:
                if checked:
                    raise
                triples = []
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
        from pyoxigraph import NamedNode

        for role in EDITED:
            for quad in self.store.quads_for_pattern(None, None, None, graph_node(role)):
                subject = quad.subject.value  # type: ignore[union-attr]
                target = quad.object.value if isinstance(quad.object, NamedNode) else ""
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
        return self._places.get(iri, ("", 0))

    @functools.cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        """File and line of every subject; one that begins its line comes before one that is indented."""
        margin: dict[str, tuple[str, int]] = {}
        indented: dict[str, tuple[str, int]] = {}
        for _, file in turtle_files(self.folder) if self.folder else ():
            text = file.read_text("utf-8", errors="replace")
            prefixes = dict(_PREFIX.findall(text))
            for number, line in enumerate(text.splitlines(), start=1):
                if match := _SUBJECT.match(line):
                    blank, iri, prefix, local = match.groups()
                    place = str(file.relative_to(self.folder or file)), number
                    (indented if blank else margin).setdefault(iri or prefixes.get(prefix, "") + local, place)
        return indented | margin


def constructed(dataset: Dataset, role: str) -> list[Triple]:
    """The triples that the rule of a derived graph makes from the edited graphs of a dataset.

    Raises InvalidData if the rule is not there, does not parse, is no CONSTRUCT, or would call another server.
    """
    from pyoxigraph import QueryTriples

    from kg.sparql.guard import guard  # when first needed: `import kg.store` stays light

    folder = dataset.folder if dataset.folder and (dataset.folder / "derive").is_dir() else ontology_folder()
    edited: list[NamedNode] = [graph_node(name) for name in EDITED]
    line = 0
    try:
        query = (folder / "derive" / f"{role}.rq").read_text("utf-8")
        guard(query)
        found = dataset.store.query(query, prefixes=dict(dataset.schema.prefixes), default_graph=edited)  # type: ignore[arg-type]
        if isinstance(found, QueryTriples):
            return list(found)
        message = "it is no CONSTRUCT"
    except (OSError, UnicodeError, QueryError, SyntaxError) as error:
        message = _first_line(error)
        place = re.search(r"error at (\d+):|\(line (\d+)", message)
        line = int(place[1] or place[2]) if place else 0
    remedy = "Mend it, or take the one that ships with kg."
    name = f"graph:{role}"
    problem = Problem("error", "query", f"derive/{role}.rq", line, name, f"its rule does not run: {message}.", remedy)
    raise InvalidData([problem])


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
