"""DrugMechDB (https://github.com/SuLab/DrugMechDB): mechanisms from a drug to a disease that it is given for, as YAML.

A file is a list of records (``indication_paths.yaml``) or a single one. A record has ``graph`` (drug and disease with
their identifiers), ``nodes`` (``id``, ``label`` for the category, ``name``) and ``links`` (``source``, ``target``,
``key``); its ``reference`` or ``references`` are cited for each of its links. Records of the newer LinkML schema
(https://w3id.org/sulab/drugmechdb) state qualifiers of Biolink and evidence items on the links; these are cited
instead, and one that refutes a link makes a refuted claim. Nodes of several records are one entity if they have the
same id.

Signs are those of ``ontology/foreign.ttl``. That something other than a drug ``treats`` or ``prevents`` is said at the
end of many records where the drug works by less of it, so there the sign is taken away.
"""

from __future__ import annotations

from pathlib import Path

from kg.exchange.documents import Record, yaml_document
from kg.exchange.draft import Draft
from kg.exchange.format import Format
from kg.exchange.reading import Reading, each_file, place, sound_curie
from kg.foreign import KIND_OF, QUALIFIERS

__all__ = ["FORMATS"]

_PREFIXES = {
    "uniprot": "UniProtKB",
    "db": "DRUGBANK",
    "reactome": "REACT",
    "taxonomy": "NCBITaxon",
    "pfam": "PFAM",
    "tigr": "TIGRFAM",
}
"""Prefixes that DrugMechDB spells in its own way, as Biolink spells them."""
_READ = {"graph", "nodes", "links", "reference", "references", "directed", "multigraph"}
_READ_OF_NODES = {"id", "label", "name", "alt_ids", "all_id", "alt_names", "alt_name"}
_TREATS = "treats-or-prevents"


def read(files: list[Path], draft: Draft) -> None:
    """All records of the files; what they share by its identifiers is one."""
    draft.origin = "DrugMechDB"
    each_file(files, draft, lambda file: _document(file, draft))


def _document(file: Path, draft: Draft) -> None:
    document = yaml_document(file)
    listed = document if isinstance(document, list) else [document]
    if not any(isinstance(each, Record) and "nodes" in each and "links" in each for each in listed):
        draft.refuse(1, "no DrugMechDB: it has no record with nodes and links.", "Is it the right file?")
    for number, each in enumerate(listed, 1):
        if isinstance(each, Record):
            _Path(Reading(draft), each).read()
        else:
            draft.lose("records", "no record of a mechanism", f"record {number}")


class _Path:
    """One record."""

    def __init__(self, reading: Reading, told: Record) -> None:
        self.reading, self.draft, self.told = reading, reading.draft, told
        self.labels: dict[str, str] = {}

    def read(self) -> None:
        """The nodes first, then what the links say of them."""
        graph = self.reading.record(self.told, "graph")
        drug = [_curie(self.reading.text(graph, name)) for name in ("drug_mesh", "drugbank")]
        for node in self.reading.records(self.told, "nodes"):
            self._node(node, drug)
        works = [*self.reading.texts(self.told, "reference"), *self.reading.texts(self.told, "references")]
        for link in self.reading.records(self.told, "links"):
            self._link(link, works)
        self.reading.rest(self.told, "records", _READ)

    def _node(self, node: Record, drug: list[str]) -> None:
        id_ = _curie(self.reading.text(node, "id"))
        if not id_:
            self.draft.lose("nodes", "the id is no CURIE", place(node))
            return
        if id_ in self.labels:
            self.draft.lose("nodes", "the id stands twice in the record; the first is kept", place(node))
            return
        self.labels[id_] = self.reading.text(node, "label")
        self.reading.rest(node, "nodes", _READ_OF_NODES)
        others = [*self.reading.texts(node, "alt_ids"), *self.reading.texts(node, "all_id")]
        self.draft.entity(
            id_,
            self.reading.text(node, "name"),
            category=self.labels[id_],
            identifiers=[name for name in drug if name] if id_ in drug else (),
            near=[curie for curie in map(_curie, others) if curie],
            synonyms=[name for key in ("alt_names", "alt_name") for name in self.reading.texts(node, key)],
            place=place(node),
        )

    def _link(self, link: Record, works: list[str]) -> None:
        ends = [_curie(self.reading.text(link, name)) for name in ("source", "target")]
        key, where = self.reading.text(link, "key"), place(link)
        if not key or not all(ends):
            self.draft.lose("links", "without a key, a source or a target", where)
            return
        if any(end not in self.labels for end in ends):
            self.draft.lose("links", "an end is no node of the record", where)
            return
        self.reading.rest(link, "links", ("source", "target", "key", "evidence", *QUALIFIERS))
        qualifiers = {name: self.reading.text(link, name) for name in QUALIFIERS if name in link}
        meaning = self.draft.signs.read(key, qualifiers)
        if meaning.predicate == _TREATS and self.labels[ends[0]] != "Drug":
            self.draft.lose("signs", f"taken away: {key} is said of what is no drug", where)
            key, qualifiers = "affects", {}
        source, target = (self.draft.entity(end) for end in ends)
        for backing in self.reading.backings(link):
            if meaning.group == KIND_OF and backing.get("certainty") == "refuted":
                self.draft.lose("definitional links", "refuted by their evidence", where)
                continue
            told = backing if link.get("evidence") else {"publications": works}
            self.draft.state(source, key, target, qualifiers=qualifiers, place=where, **told)


def _curie(text: str) -> str:
    """An identifier with its prefix spelt as elsewhere; empty if it is no CURIE."""
    prefix, _, local = sound_curie(text).partition(":")
    return f"{_PREFIXES.get(prefix.casefold(), prefix)}:{local}" if local else ""


FORMATS = (
    Format(
        "drugmechdb",
        "DrugMechDB YAML",
        ("_paths.yaml", ".yaml", ".yml"),
        read=read,
        reads_as="records of DrugMechDB, in one file or several; associations that they use as steps stay associations",
        extra="exchange",
    ),
)
