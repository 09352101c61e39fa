"""Large RDF into an on-disk store, in memory that hardly grows with it.

All files are parsed as a stream. Their statements become lines and are sorted outside of memory, so that those on one
subject come together, each once; only then does a subject's type tell in which graph its plain triples belong. The
same order gives the digest. The lines are loaded in slices, and the rules make the derived graphs. O(n log n) time in
the statements, and up to three times the size of the unpacked files on the disk for a while; memory for `CHUNK`
statements, for the statements on one subject, and for Oxigraph's index of its files (20 bytes a statement). Measured
with 2 (8) million statements on two cores: 67 (335) seconds of processor time, at most 326 (442) MB.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FileProblem
from kg.schema import CKG, RDF_TYPE, Schema, ontology_folder
from kg.store.disk import SORTING, State, replace
from kg.store.ordering import Digest, batches, in_order
from kg.store.reading import Progress, Source, sources
from kg.store.roles import DERIVED, EDITED, graph_node, role_by_content, role_of_graph
from kg.store.rules import streamed

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store

    from kg.store.dataset import Dataset

__all__ = ["build", "save"]

_PLAIN = {"http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
_TYPE = f" <{RDF_TYPE}> <"
_A_PREDICATE = f"{_TYPE}{CKG}Predicate>\t"


def build(
    names: Iterable[str | Path], location: str | Path, *, force: bool = False, progress: Progress | None = None
) -> State:
    """Load files of RDF into an on-disk store; `Dataset.build` says how, and opens it."""
    paths = [Path(name) for name in names]
    rules = next((path for path in paths if (path / "derive").is_dir()), None)
    load = _Load(sources(paths), rules, progress or _silent)
    return replace(Path(location), load.fill, force=force)


def save(dataset: Dataset, location: str | Path, *, force: bool = False) -> State:
    """Write a dataset as an on-disk store, with its derived graphs as they are."""

    def fill(folder: Path) -> State:
        from pyoxigraph import Store

        counts: Counter[str] = Counter()
        store = Store(str(folder))
        try:
            for part in batches(dataset.store.quads_for_pattern(None, None, None, None)):
                counts.update(role_of_graph(str(quad.graph_name)) for quad in part)
                store.bulk_extend(part)
            _settle(store)
        finally:
            del store  # lets go of the files
        return State(folder.name, dataset.schema.version, dataset.digest, dict(sorted(counts.items())))

    return replace(Path(location), fill, force=force)


def _silent(what: str, done: int, total: int) -> None:
    """Progress of which nobody wants to hear."""


def _settle(store: Store) -> None:
    """Make the store whole: derived graphs are there even when empty, files are few, all of it is on the disk."""
    for role in DERIVED:
        store.add_graph(graph_node(role))
    store.flush()
    store.optimize()


@dataclass
class _Load:
    """One load: what is read, by which folder's rules it is derived, and what was counted on the way."""

    sources: list[Source]
    rules: Path | None
    progress: Progress
    read: int = 0
    own_schema: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    digest: Digest = field(default_factory=Digest)

    def fill(self, folder: Path) -> State:
        """Read, sort, place, load, derive: the whole store, in an empty folder."""
        from pyoxigraph import RdfFormat, Store

        lines = in_order(self.lines(), folder=folder.parent, prefix=SORTING)
        store = Store(str(folder))
        try:
            for part in batches(self.placed(lines)):
                store.bulk_load("".join(f"{line} .\n" for line in part).encode(), RdfFormat.N_QUADS)
                self.progress("storing", min(self.counts.total(), self.read), self.read)
            if not self.counts["entities"] + self.counts["claims"]:
                raise FileProblem("What was read holds no knowledge graph: no entity and no claim.")
            store.optimize()  # the rules join a thousand times as often as they write
            version = self.derive(store, folder)
            _settle(store)
        finally:
            del store  # lets go of the files
        return State(folder.name, version, str(self.digest), dict(sorted(self.counts.items())))

    def lines(self) -> Iterator[str]:
        """Every statement as a line: the triple, a tab, and its graph as far as it is known by now."""
        total = sum(source.size for source in self.sources)
        before = 0
        for source in self.sources:
            graph = str(graph_node(source.role)) if source.role else ""
            told = functools.partial(self.told, before, total)
            for quad in _as_stored(source.quads(told)):
                line = _line(quad, graph)
                self.own_schema = self.own_schema or _A_PREDICATE in line
                self.read += 1
                yield line
            before += source.size
        if not self.own_schema and not any(source.file.name == "schema.ttl" for source in self.sources):
            shipped = Source(ontology_folder() / "schema.ttl", "schema")
            yield from (_line(quad, str(graph_node("schema"))) for quad in _as_stored(shipped.quads()))

    def told(self, before: int, total: int, done: int) -> None:
        """Pass on how much of all files has been read."""
        self.progress("reading", before + done, total)

    def placed(self, lines: Iterable[str]) -> Iterator[str]:
        """The sorted statements as lines of N-Quads, each in its graph, without those that the rules will make."""
        derived = {str(graph_node(role)) for role in DERIVED}
        for subject, group in itertools.groupby(lines, key=_subject):
            stated = [line.rsplit("\t", 1) for line in group]
            start = subject + _TYPE
            types = {triple[len(start) : -1] for triple, _ in stated if triple.startswith(start)}
            home = str(graph_node(role_by_content(subject[1:-1], types)))
            for triple, graph in sorted({(triple, graph or home) for triple, graph in stated}):
                if graph not in derived:
                    yield self.counted(f"{triple} {graph}", role_of_graph(graph))

    def counted(self, line: str, role: str) -> str:
        """The line, which goes into the counts, and into the digest if it belongs to an edited graph."""
        self.counts[role] += 1
        if role in EDITED:
            self.digest.add(line)
        return line

    def derive(self, store: Store, folder: Path) -> str:
        """Make the derived graphs from what is loaded; gives the version of the data."""
        from pyoxigraph import Quad

        from kg.store.dataset import Dataset

        quads = store.quads_for_pattern(None, None, None, graph_node("schema"))
        schema = Schema.from_triples(quad.triple for quad in quads)
        dataset = Dataset(store, schema, folder, self.rules)
        for number, role in enumerate(DERIVED):
            self.progress("deriving", number, len(DERIVED))
            graph = graph_node(role)
            for part in batches(streamed(dataset, role)):
                store.bulk_extend(Quad(t.subject, t.predicate, t.object, graph) for t in part)
            self.counts[role] = sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        return schema.version


def _subject(line: str) -> str:
    return line[: line.index(" ")]


def _line(quad: Quad, graph: str) -> str:
    named = str(quad.graph_name)
    return f"{quad.triple}\t{graph if named == 'DEFAULT' else named}"


def _as_stored(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Statements in the form in which Oxigraph gives them back: of a number or a date it keeps the value ("01" is 1).

    Without this the digest would not be that of what lies in the store.
    """
    from pyoxigraph import BlankNode, NamedNode, Store

    plain = {NamedNode(iri) for iri in _PLAIN}
    for part in batches(quads):
        by_value = []
        for quad in part:
            term = quad.object
            if isinstance(term, NamedNode | BlankNode) or getattr(term, "datatype", None) in plain:
                yield quad
            else:
                by_value.append(quad)
        if by_value:
            store = Store()
            store.extend(by_value)
            yield from store
