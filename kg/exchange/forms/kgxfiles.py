"""KGX files in: two tables or files of JSON Lines, one JSON document, or an archive of the two.

Files of ours come back with everything they hold (see `kg.exchange.forms.kgx`), if every row still has our columns; all
others are read as foreign: predicates and qualifiers by ``ontology/foreign.ttl``, as `kg.large` reads them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from kg.exchange import flat
from kg.exchange.archives import members
from kg.exchange.documents import Record, decoded, json_document, json_lines, lines, refuse, text
from kg.exchange.draft import Draft
from kg.foreign import QUALIFIERS
from kg.large import files_of
from kg.large.kgx import EDGES, NODES
from kg.large.rows import form_of

__all__ = ["OURS", "cell", "read_archive", "read_json", "read_pair"]

OURS = "ckg_"
"""How columns of ours begin."""
STANDARD = {
    "label": "name",
    "definition": "description",
    "synonyms": "synonym",
    "matches": "equivalent_identifiers",
    "close": "xref",
}
"""Fields of ours that have a column in KGX."""
LISTS = ("synonyms", "matches", "close")
_MEMBER = re.compile(r"(?:.*[_.-])?(nodes|edges)\.(tsv|jsonl)", re.IGNORECASE)
_LETTERS = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_BACK = {escape: letter for letter, escape in _LETTERS.items()}
_NEEDED = {"nodes": NODES[:1], "edges": EDGES[:3]}
_NODES = {*NODES, "description"}
_EDGES = set(EDGES)
_TEXTS = ("id", "name", "description", *EDGES[:3])
"""Columns with one text in a cell, bars and all."""


def cell(value: Any) -> str:
    r"""A value as a cell of a column of ours; `whole` reads it back.

    >>> cell("a\tb"), whole(cell("a\tb")) == "a\tb"
    ('a\\tb', True)
    """
    said = flat.scalar(value) if value is not None else ""
    plain = str(said).lower() if isinstance(said, bool) else str(said)
    return re.sub(r"[\\\t\n\r]", lambda found: _LETTERS[found[0]], plain)


def whole(told: str) -> str:
    """The text that `cell` wrote."""
    return re.sub(r"\\[\\tnr]", lambda found: _BACK[found[0]], told)


# --- files to rows ------------------------------------------------------------------------------------------------


def read_pair(files: list[Path], draft: Draft) -> None:
    """Two files of the same graph, or one of them with the other beside it."""
    nodes, edges = files_of(*files)
    _fill(draft, *(_rows(file, text(file), _NEEDED[role]) for role, file in (("nodes", nodes), ("edges", edges))))


def read_archive(files: list[Path], draft: Draft) -> None:
    """The two files in an archive."""
    found: dict[str, list[Record]] = {}
    for name, data in members(files[0]):
        match = _MEMBER.fullmatch(PurePosixPath(name).name)
        role = match[1].casefold() if match else ""
        if not role:
            draft.lose("files of the archive", "neither nodes nor edges of KGX", name)
        elif role in found:
            refuse(files[0], 0, f"it holds several files of {role}.", "Take them apart and name two.")
        else:
            found[role] = _rows(files[0] / name, decoded(files[0] / name, data), _NEEDED[role])
    if len(found) != 2:
        refuse(files[0], 0, "it does not hold a file of nodes and one of edges (such as x_nodes.tsv and x_edges.tsv).")
    _fill(draft, found["nodes"], found["edges"])


def read_json(files: list[Path], draft: Draft) -> None:
    """One document with a list of nodes and one of edges."""
    document = json_document(files[0])
    told = document if isinstance(document, dict) else {}
    nodes, edges = told.get("nodes"), told.get("edges")
    if not isinstance(nodes, list) or not isinstance(edges, list):
        draft.refuse(1, "no KGX document: it has no list of nodes and one of edges.")
    for listed in (nodes, edges):
        if strange := sum(not isinstance(each, Record) for each in listed):
            draft.lose("values", "no objects, where nodes or edges should be", count=strange)
    _fill(draft, *([each for each in listed if isinstance(each, Record)] for listed in (nodes, edges)))


def _rows(path: Path, content: str, needed: Sequence[str]) -> list[Record]:
    return list(json_lines(path, content) if form_of(path) == "jsonl" else _table(path, content, needed))


def _table(path: Path, content: str, needed: Sequence[str]) -> Iterator[Record]:
    """The rows of a table by the names of its header; empty cells say nothing."""
    told = lines(path, content)
    number, first = next(told)
    names = first.split("\t")
    missing = [name for name in needed if name not in names]
    if missing:
        refuse(path, number, f"no column {' and no column '.join(missing)}.", "KGX wants it; look at the header.")
    again = next((name for place, name in enumerate(names) if not name or name in names[:place]), None)
    if again is not None:
        what = f"the column {again} stands there twice" if again else "a column has no name"
        refuse(path, number, f"{what}.", "Each column needs a name of its own.")
    for number, line in told:
        cells = line.split("\t")
        if len(cells) != len(names):
            refuse(path, number, f"the row has {len(cells)} cells, the header {len(names)}.", "Mend the row.")
        stated = ((name, value) for name, value in zip(names, cells, strict=True) if value)
        row = Record((name, whole(value) if name.startswith(OURS) else value) for name, value in stated)
        row.line = number
        yield row


# --- rows of other programs ---------------------------------------------------------------------------------------


def _fill(draft: Draft, nodes: list[Record], edges: list[Record]) -> None:
    """Fill the draft with rows of ours, if all are, else of others."""
    marks = (nodes, (OURS + "id", OURS + "kind")), (edges, (OURS + "predicate", OURS + "standing"))
    if nodes and all(name in row for rows, names in marks for row in rows for name in names):
        _put_back(draft, nodes, edges)
    else:
        _Foreign(draft).fill(nodes, edges)


class _Foreign:
    """Reads rows by the columns of KGX; each cell of another column is a loss, told once a column."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.unread: Counter[str] = Counter()

    def fill(self, nodes: Iterable[Record], edges: Iterable[Record]) -> None:
        """Nodes, then edges."""
        for row in nodes:
            self.unread.update(f"{name} of nodes" for name in row.keys() - _NODES)
            self._node(row)
        for row in edges:
            self.unread.update(f"{name} of edges" for name in row.keys() - _EDGES)
            self._edge(row)
        for column, count in sorted(self.unread.items()):
            self.draft.lose("cells", f"no place in the model for the column {column}", count=count)

    def _node(self, row: Record) -> None:
        place = f"node in line {row.line}"
        key = self._one(row, "id", place)
        if not key:
            self.draft.lose("nodes", "without an id", place)
            return
        self.draft.entity(
            key,
            self._one(row, "name", place),
            category="|".join(self._several(row, "category", place)),
            identifiers=[*self._several(row, "equivalent_identifiers", place), *self._several(row, "same_as", place)],
            near=self._several(row, "xref", place),
            synonyms=self._several(row, "synonym", place),
            definition=self._one(row, "description", place),
            place=place,
        )

    def _edge(self, row: Record) -> None:
        place = f"line {row.line}"
        subject, predicate, target = (self._one(row, name, place) for name in EDGES[:3])
        if not (subject and predicate and target):
            self.draft.lose("edges", "without subject, predicate or object", place)
            return
        for key in (subject, target):
            if self.draft.known(key) is None:
                self.draft.lose("descriptions of nodes", f"no node has the id {key!r} of an edge", place)
        self.draft.state(
            self.draft.entity(subject),
            predicate,
            self.draft.entity(target),
            qualifiers={name: self._one(row, name, place) for name in QUALIFIERS if name in row},
            publications=self._several(row, "publications", place),
            source=self._one(row, "primary_knowledge_source", place),
            place=place,
            species=self._one(row, "species_context_qualifier", place) or self._one(row, "in_taxon", place),
            tissue=self._one(row, "anatomical_context_qualifier", place),
            **self._level(row, place),
        )

    def _level(self, row: Record, place: str) -> dict[str, str]:
        """Certainty and basis, as far as the level of knowledge says."""
        level = self._one(row, "knowledge_level", place)
        reads = self.draft.signs.values("KnowledgeLevelEnum", level) if level else ()
        if level and not reads:
            self.unread[f"knowledge_level of edges, {level}: neither how sure it is nor from where"] += 1
        known = self.draft.schema.vocabularies
        return {name: value for name in ("certainty", "basis") for value in reads if value in known[name]}

    # --- cells ----------------------------------------------------------------------------------------------------

    def _one(self, row: Record, name: str, place: str) -> str:
        """The text of a cell; of several values the first."""
        found = self._several(row, name, place)
        if len(found) > 1:
            self.draft.lose(f"values of {name}", "more than one, the first is kept", place, len(found) - 1)
        return found[0] if found else ""

    def _several(self, row: Record, name: str, place: str) -> list[str]:
        """The texts of a cell: parted by bars, or the members of a list."""
        value = row.get(name)
        listed = value if isinstance(value, list) else [value]
        found = []
        for each in listed:
            if isinstance(each, list | dict):
                self.draft.lose(f"values of {name}", "neither text nor number", place)
            elif each is not None:
                said = str(each).lower() if isinstance(each, bool) else str(each)
                found += [bit.strip() for bit in ([said] if name in _TEXTS else said.split("|"))]
        return [said for said in found if said]


# --- rows of ours -------------------------------------------------------------------------------------------------


def _put_back(draft: Draft, nodes: Iterable[Record], edges: Iterable[Record]) -> None:
    """Put back what our columns hold; those of KGX hold labels, definitions and the like, and which node is meant."""
    told: dict[str, list[Record]] = {"Source": [], "Dispute": [], "": []}
    ids = {row.get("id"): row[OURS + "id"] for row in nodes if isinstance(row.get("id"), str)}
    for row in nodes:
        kind = row[OURS + "kind"]
        told[kind if kind in ("Source", "Dispute") else ""].append(_back(row))
    for row in told["Source"]:
        row["citation"] = row.get("label")
    arcs = []
    for row in edges:
        arcs.append(_back(row))
        arcs[-1].update({name: ids.get(str(row.get(name)), row.get(name)) for name in ("subject", "object")})
    flat.put_back(draft, {"sources": told["Source"], "disputes": told["Dispute"]}, told[""], arcs)


def _back(row: Record) -> Record:
    """A row as the flat record that it was made of."""
    standard = {field: row[name] for field, name in STANDARD.items() if name in row}
    plain = {
        field: value.split("|") if field in LISTS and isinstance(value, str) else value
        for field, value in standard.items()
    }
    told = Record(plain | {name.removeprefix(OURS): value for name, value in row.items() if name.startswith(OURS)})
    told.line = row.line
    return told
