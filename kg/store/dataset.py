"""`Dataset`: an Oxigraph store with one named graph per role; from a folder, from N-Quads, or from a store on disk."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import FileProblem, InvalidData
from kg.manifest import is_release, read_manifest
from kg.model import Problem
from kg.schema import BASE, Schema, ontology_folder
from kg.store.disk import Generation, current, is_store
from kg.store.ordering import Digest, in_order
from kg.store.roles import DERIVED, EDITED, graph_node
from kg.store.rules import constructed
from kg.store.turtle import EMPTY, LINED, add_file, first_line, places, turtle_files

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store

    from kg.store.reading import Progress

__all__ = ["Dataset"]


@dataclass(frozen=True)
class Dataset:
    """An Oxigraph store with one named graph per role, its schema, and the folder it came from (if any).

    Of a store on disk, `generation` is what is being read; it stays as it is, whatever a writer does meanwhile.
    """

    store: Store
    schema: Schema
    origin: Path
    folder: Path | None = None
    generation: Generation | None = field(default=None, repr=False, compare=False)

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
            problem = add_file(store, role, file, folder)
            if problem:
                problems.append(problem)
        if problems and checked:
            raise InvalidData(sorted(problems))
        if not any(True for role, _ in turtle_files(folder) if role in ("entities", "claims")):
            raise FileProblem(EMPTY.format(folder))
        if not (folder / "schema.ttl").exists():
            add_file(store, "schema", ontology_folder() / "schema.ttl", ontology_folder())
        schema = Schema.from_triples(q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema")))
        return cls(store, schema, folder, folder).derive(checked=checked)

    @classmethod
    def open(cls, location: str | Path) -> Dataset:
        """Open an on-disk store that `save` or `build` wrote, read-only: any number of readers, beside a writer.

        It is opened in milliseconds whatever its size, since nothing is read before it is asked for. (A
        `KnowledgeGraph` on it does read all entities, sources and claims into memory.) Raises FileProblem if there is
        no whole store.
        """
        from pyoxigraph import Store

        location = Path(location)
        generation = current(location)
        try:
            store = Store.read_only(str(generation.folder))
            triples = [q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema"))]
        except (OSError, ValueError, RuntimeError) as error:  # RocksDB reports corruption as RuntimeError
            raise FileProblem(f"Cannot open the store {location}: {first_line(error)}. Write it anew.") from None
        if not triples:
            raise FileProblem(f"The store {location} holds no graph:schema; it was not written by kg.")
        return cls(store, Schema.from_triples(triples), location, generation=generation)

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
            message = f"not valid N-Quads: {first_line(error)}."
            problem = Problem("error", "syntax", str(origin), error.lineno or 0, "", message, "Write the release anew.")
            raise InvalidData([problem]) from None
        triples = [q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema"))]
        if not triples:
            message = "the N-Quads hold no graph:schema."
            raise InvalidData([Problem("error", "schema", str(origin), 0, "", message, "Write the release anew.")])
        return cls(store, Schema.from_triples(triples), origin)

    @classmethod
    def build(
        cls,
        files: Iterable[str | Path],
        location: str | Path,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Dataset:
        """Load RDF of any size into an on-disk store, make its derived graphs, and open it.

        `files` are Turtle, N-Triples, N-Quads, TriG or RDF/XML, each also gzipped, told by their endings; folders of
        Turtle laid out like ``ontology/``; or releases. Which graph a statement belongs in:

        - In a folder its file tells, as for `load`.
        - A plain triple goes where the type of its subject belongs: claims and disputes, sources, cases and facts, the
          schema with its questions; everything else to the entities.
        - A statement in a named graph stays there: in one of the edited graphs, or in a graph of your own, which
          SPARQL reads and the knowledge graph does not. What stands in derived graphs is left out, and made anew.

        The schema is the shipped one, unless the files define predicates; the rules are the shipped ones, or those of
        the first folder that has ``derive/``. Claims are not judged here: opening the store as a graph does that, and
        ``kg check``. The load takes some 300 MB of memory however much it is, and 20 bytes for each statement, which
        Oxigraph needs to find its way in its files; see `kg.store.build`.

        If anything fails, or the process is killed, what was at `location` before is there still, whole. Raises
        FileProblem (something is there and `force` is not set, another writer is at work, a file cannot be read, the
        disk is full), InvalidData with file and line for broken RDF, UsageError for an ending that is not known.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     stored = Dataset.build([ontology_folder()], f"{place}/store")
        ...     stored.digest == Dataset.load(ontology_folder()).digest
        True
        """
        from kg.store.build import build

        build(files, location, force=force, progress=progress)
        return cls.open(location)

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
        """The edited statements without those on other claims and entities, and without questions about the latter."""
        from pyoxigraph import NamedNode

        def gone(node: Any) -> bool:
            named = isinstance(node, NamedNode) and node.value.startswith(BASE + "entity/")
            return named and node.value not in entities

        asked = self.store.quads_for_pattern(None, None, None, graph_node("schema"))
        unasked = {quad.subject for quad in asked if gone(quad.object)}
        for role in EDITED:
            for quad in self.store.quads_for_pattern(None, None, None, graph_node(role)):
                subject = quad.subject.value  # type: ignore[union-attr]
                if subject.startswith(BASE + "claim/") and subject not in claims:
                    continue
                if not (gone(quad.subject) or gone(quad.object) or quad.subject in unasked):
                    yield quad

    def save(self, location: str | Path, *, force: bool = False) -> None:
        """Write an on-disk store that `open` reads. The old one stays, and is read, until the new one is whole.

        Raises FileProblem if something is there and `force` is not set, if another process is writing it, or if it
        cannot be written.
        """
        from kg.store.build import save

        save(self, location, force=force)

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the edited graphs as sorted N-Quads: the same data give the same digest, wherever they lie.

        A store on disk knows it since it was written. Otherwise O(n log n) in the statements, in bounded memory.
        """
        if self.generation and self.generation.state:
            return self.generation.state.data
        digest = Digest()
        quads = (q for role in EDITED for q in self.store.quads_for_pattern(None, None, None, graph_node(role)))
        for line in in_order(map(str, quads)):
            digest.add(line)
        return str(digest)

    def locate(self, iri: str) -> tuple[str, int]:
        """File (relative to the folder) and line where the block of a subject starts; ``("", 0)`` if unknown.

        The line is not known in a file that is packed, or whose format has no lines that begin with a subject.
        """
        unknown = str(self.origin) if self.origin.is_file() else ""
        return self._places.get(iri, (unknown, 0))

    @functools.cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        if self.folder:
            return places((str(file.relative_to(self.folder)), file) for _, file in turtle_files(self.folder))
        told = self.origin.suffix.lower() in LINED and self.origin.is_file()
        return places([(str(self.origin), self.origin)]) if told else {}
