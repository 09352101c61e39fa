"""A graph in Parquet files: KGX edges, and nodes where there are any, asked through DuckDB or Spark.

The columns are those of KGX (subject, predicate, object, qualifiers, sources); lists may be lists or texts parted by a
bar. A claim goes by the number of its row: ``edge-17`` is the row after the sixteenth, as in a KGX file; in a folder of
files also by its file.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kg.causal.kernel.engine import LARGE
from kg.errors import FileProblem, InvalidData, NotFound, UsageError
from kg.foreign import Signs
from kg.graph import KnowledgeGraph
from kg.large.kgx import EDGES, NODES
from kg.large.rows import Table
from kg.model import Entity, Problem, Source
from kg.remote.fetched import edges_of, in_file, nodes_of, place_of
from kg.remote.frontier import Engine, Limits
from kg.remote.names import bare, forms
from kg.remote.narrowing import Narrowing
from kg.remote.runner import FILE, ROW, Session, runner
from kg.remote.sorts import SCOPES, STATED, Sorts, keys_of
from kg.remote.sql import Sql
from kg.remote.table import part_of, tabled
from kg.schema import shipped_schema

if TYPE_CHECKING:
    from kg.large.report import Report

__all__ = ["Parquet"]

_NAMES = ("id", "name", "synonym", "same_as", "equivalent_identifiers")
_MARKS = "".join(chr(code) for code in range(32, 127) if not chr(code).isalnum() and chr(code) not in "[],|")
_MANY = 200
"""So many entities are looked at when a name is looked up."""


class Parquet:
    """The place of data in Parquet files."""

    def __init__(self, edges: str, nodes: str = "", *, engine: str | None = None, unmapped: str = "unsigned") -> None:
        """Raises UsageError, FileProblem if a file cannot be read, InvalidData for a missing column, MissingExtra."""
        self.signs = Signs(shipped_schema(), unmapped)
        self.schema = self.signs.schema
        self.files = {name: _files(path) for name, path in (("raw_edges", edges), ("raw_nodes", nodes)) if path}
        self.runner = runner(engine)
        self.types = {name: self.runner.read(name, files) for name, files in self.files.items()}
        for name, path, wanted, needed in (("raw_edges", edges, EDGES, 3), ("raw_nodes", nodes, NODES, 1)):
            missing = [column for column in wanted[:needed] if column not in self.types.get(name, wanted)]
            if missing:
                message = f"no column {' and no column '.join(missing)}."
                raise InvalidData([Problem("error", "kgx", path, 0, "", message, "KGX wants it; look at the columns.")])
        self.columns = [name for name in EDGES if name in self.types["raw_edges"]]
        self.origin = Path(edges).name
        self.folder = "" if self.files["raw_edges"] == [edges] else self.origin
        self.version = f"parquet {self.origin} {_digest(self.files.values())}"

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        """A session that has the rows as ``edges``: texts without nulls, and what tells their sorts."""
        with self.runner.session() as session:
            parts = [name if name == "publications" else f"{self._text(name)} AS {name}" for name in self.columns]
            for name in STATED:
                if name in self.columns:
                    parts.append(f"CASE WHEN {self._text(name)} = '' THEN 0 ELSE 1 END AS {STATED[name]}")
            session.view("edges", f"SELECT {', '.join(parts)}, {FILE}, {ROW} FROM raw_edges")
            yield session

    def _text(self, name: str) -> str:
        """A column as text; a list as KGX writes it."""
        text = f"coalesce(CAST({name} AS STRING), '')"
        return f"replace(translate({text}, '[]''', ''), ', ', '|')" if self._listed("raw_edges", name) else text

    def _listed(self, table: str, name: str) -> bool:
        kind = self.types[table][name]
        return kind.startswith("array") or kind.endswith("[]")

    @functools.cached_property
    def sorts(self) -> Sorts:
        """The sorts of rows there are: one pass over the columns that tell them, once."""
        keys = keys_of(self.columns)
        listed = ", ".join(keys)
        with self._session() as session:
            rows = session.rows(f"SELECT {listed}, COUNT(*) AS many FROM edges GROUP BY {listed}")
        return Sorts(keys, sorted(rows), self.signs, self.origin)

    # --- questions ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def engine(
        self, sources: tuple[Entity, ...], targets: tuple[Entity, ...], definitions: bool, specialize: bool,
        narrowing: Narrowing, limits: Limits,
    ) -> Iterator[Engine]:  # fmt: skip
        """What grows the frontiers of one question."""
        ends = [[entity.id for entity in side] for side in (sources, targets)]
        sorts = self.sorts.judged(definitions, narrowing)
        with self._session() as session:
            make = functools.partial(self._part, session)
            gone = narrowing.entities
            yield Sql(session, self.sorts.keys, sorts, limits, ends, make, specialize=specialize, gone=gone)

    def _part(self, session: Session, rows: Any, ends: Iterable[str]) -> KnowledgeGraph:
        """The graph of fetched rows and of the entities at their ends."""
        known = {name: self.sorts.known(name) for name in SCOPES if name in self.columns}
        edges, names = edges_of(rows, self.columns, known, self.folder)
        ids = {*edges.columns["subject"].values, *edges.columns["object"].values}
        return part_of(self._nodes(session, ids, ends), edges, self.signs, self.origin, names)

    def _nodes(self, session: Session, ids: Iterable[str], ends: Iterable[str]) -> Table:
        if "raw_nodes" not in self.files:
            return nodes_of(None, ends)
        session.upload("needed", ["id"], [(name,) for name in sorted({*ids, *ends})])
        return nodes_of(session.arrow("SELECT n.* FROM raw_nodes n JOIN needed d ON n.id = d.id"), ends)

    def scope(self, filters: Mapping[str, Any]) -> list[str]:
        """A scope in words."""
        return self.sorts.scope(filters)[1]

    # --- names and sources --------------------------------------------------------------------------------------------

    def candidates(self, text: str) -> KnowledgeGraph:
        """The entities that may go by a name; one that only edges name goes by its identifier."""
        values = {f"form{at}": f"|{form}|" for at, form in enumerate(forms(text))}
        found = self._named(" OR ".join(f"instr({{0}}, :{name}) > 0" for name in values), values) if values else None
        alone = []
        if found is None or text not in found.column("id").to_pylist():
            with self._session() as session:
                ends = "SELECT 1 FROM edges WHERE subject = :text OR object = :text LIMIT 1"
                alone = [text] if session.rows(ends, text=text) else []
        return self._of_nodes(nodes_of(found, alone))

    def known_as(self, text: str) -> str:
        """The text itself: the candidates know an entity by any of its names."""
        return text

    def like(self, text: str) -> KnowledgeGraph:
        """Entities that have a text in one of their names."""
        return self._of_nodes(nodes_of(self._named("instr({0}, :part) > 0", {"part": bare(text)})))

    def _named(self, test: str, values: dict[str, str]) -> Any:
        """The nodes of which a name, in its bare form between bars, passes a test; None without a file of nodes."""
        if "raw_nodes" not in self.files:
            return None
        tests = []
        for name in _NAMES:
            if name in self.types["raw_nodes"]:
                marks = "translate(lower(CAST({} AS STRING)), concat('[],', :marks), '|||')"
                if not self._listed("raw_nodes", name):
                    marks = "translate(lower(CAST({} AS STRING)), concat(:marks, '[],'), '')"
                tests.append("(" + test.format(f"concat('|', {marks.format(f'n.{name}')}, '|')") + ")")
        query = f"SELECT n.* FROM raw_nodes n WHERE {' OR '.join(tests)} ORDER BY length(n.id), n.id LIMIT {_MANY}"
        with self._session() as session:
            return session.arrow(query, marks=_MARKS, **values)

    def _of_nodes(self, nodes: Table) -> KnowledgeGraph:
        edges = tabled({"subject": (), "predicate": (), "object": ()})
        return part_of(nodes, edges, self.signs, self.origin, ())

    def source(self, name: str) -> Source:
        """The knowledge source or publication with this identifier."""
        tests = ["primary_knowledge_source = :name"] if "primary_knowledge_source" in self.columns else []
        if "publications" in self.columns:
            listed = self._listed("raw_edges", "publications")
            text = "instr(concat('|', publications, '|'), concat('|', :name, '|')) > 0"
            tests.append("array_contains(publications, :name)" if listed else text)
        with self._session() as session:
            asked = f"SELECT 1 FROM edges WHERE {' OR '.join(tests)} LIMIT 1"
            if name != self.origin and not (name and "|" not in name and tests and session.rows(asked, name=name)):
                hint = "Sources go by an identifier, such as PMID:25621299."
                raise NotFound(f"No source {name!r} in {self.origin}. {hint}")
        return self._of_nodes(nodes_of(None))._records.source(name)  # type: ignore[attr-defined,no-any-return]

    def has_claim(self, name: str) -> bool:
        """Whether there is a row of this number (and in this file, where there are several)."""
        place = place_of(name)
        if place is None or bool(place[1]) != bool(self.folder):
            return False
        with self._session() as session:
            rows = session.rows(f"SELECT {FILE} FROM edges WHERE {ROW} = :row", row=place[0])
        return any(in_file(file, self.folder) == place[1] or not self.folder for (file,) in rows)

    def sparql(self, text: str, limit: int | None, bindings: Mapping[str, Any]) -> NoReturn:  # noqa: ARG002
        """Refused: there is no RDF."""
        raise UsageError(f"{self.origin} is a table of edges, no RDF: it takes no SPARQL. Ask it for trace.")

    def report(self) -> Report:
        """How the predicates are read, counted over all rows."""
        ignored: dict[str, tuple[str, ...]] = {}
        for name, wanted in (("raw_edges", EDGES), ("raw_nodes", NODES)):
            others = sorted({*self.types.get(name, ())} - {*wanted, "filename", "file_row_number"})
            ignored |= {Path(self.files[name][0]).name: tuple(others)} if others else {}
        return self.sorts.report(ignored)

    @property
    def large(self) -> bool:
        """Whether there are so many claims that there may be millions of routes."""
        return self.claims() >= LARGE

    @property
    def left_out(self) -> tuple[str, ...]:
        """How many rows are left out because their predicates are not in the table."""
        return self.sorts.report({}).left_out if self.signs.unmapped == "left out" else ()

    def claims(self) -> int:
        """How many claims there are."""
        return self.sorts.claims


def _files(path: str) -> list[str]:
    """The files at a place: itself, or those of a folder in the order of names; an address stays as it is.

    Raises FileProblem if there is none.
    """
    place = Path(path)
    if "://" in path or place.is_file():
        return [path]
    found = sorted(str(file) for end in ("*.parquet", "*.pq") for file in place.rglob(end) if file.is_file())
    if not found:
        raise FileProblem(f"No Parquet files at {path}.")
    return found


def _digest(tables: Iterable[list[str]]) -> str:
    """A digest of the footers of all files, which hold the places, sizes and ranges of everything in them."""
    made_of = blake2b(digest_size=6)
    for file in (file for files in tables for file in files):
        if "://" in file:
            return "elsewhere"
        try:
            with open(file, "rb") as stream:
                size = stream.seek(0, 2)
                stream.seek(max(size - 8, 0))
                length = int.from_bytes(stream.read(4), "little")
                stream.seek(max(size - 8 - length, 0))
                made_of.update(size.to_bytes(8, "little") + stream.read())
        except OSError as error:
            raise FileProblem(f"Cannot read {file}: {error.strerror}.") from None
    return f"blake2b:{made_of.hexdigest()}"
