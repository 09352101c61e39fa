"""Ontologies as files: OBO text and OBO Graphs JSON.

Only what the comparison needs is read: id, name, whether obsolete, what replaces it, and the other ids that a term has
taken over (`alt_id`; such an id is *merged* into the term). Relations (RO) are read as terms are.

References: the OBO 1.4 format guide, and the OBO Graphs schema of the Gene Ontology Consortium.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import FileProblem
from kg.terms.reading import as_list, as_mapping, json_content, lines
from kg.terms.term import CURRENT, Term, clean, compact, date_in

__all__ = ["Ontology", "read_graphs", "read_obo"]

_REPLACED_BY = ("http://purl.obolibrary.org/obo/IAO_0100001", "IAO:0100001")
_ALTERNATIVE = ("http://www.geneontology.org/formats/oboInOwl#hasAlternativeId", "oboInOwl:hasAlternativeId")
_REASON = ("http://purl.obolibrary.org/obo/IAO_0000231", "IAO:0000231")  # of being obsolete
_MERGED = "IAO:0000227"
_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"


@dataclass(frozen=True)
class Ontology:
    """One file: the vocabulary it is a release of, that release, its day, and its terms, imported ones left out."""

    vocabulary: str
    release: str
    date: str
    terms: Mapping[str, Term]


def read_obo(path: Path) -> Ontology:
    """Read an OBO file. Raises FileProblem if it cannot be read or holds no terms. O(its size)."""
    header, *stanzas = _stanzas(path)
    found = [term for stanza in stanzas for term in _from_stanza(stanza)]
    version = header.get("data-version", [""])[0]
    info = next((v for v in header.get("property_value", ()) if v.startswith("owl:versionInfo")), "")
    date = date_in(version) or date_in(info) or _day(header.get("date", [""])[0])
    return _ontology(path, header.get("ontology", [""])[0], version, date, found)


def read_graphs(path: Path) -> Ontology:
    """Read an OBO Graphs JSON file. Raises FileProblem if it cannot be read or is something else. O(its size)."""
    document = json_content(path)
    graphs = document.get("graphs") if isinstance(document, dict) else None
    if not isinstance(graphs, list) or not graphs or not isinstance(graphs[0], dict):
        raise FileProblem(f"{path} is JSON, but not an ontology in OBO Graphs form (it has no graphs).")
    graph = graphs[0]
    meta = as_mapping(graph.get("meta"))
    version, info = str(meta.get("version") or ""), "".join(_values(meta, (_VERSION,)))
    found = [term for node in as_list(graph.get("nodes")) for term in _from_node(as_mapping(node))]
    return _ontology(path, str(graph.get("id") or ""), version, date_in(version) or date_in(info), found)


def _ontology(path: Path, name: str, version: str, date: str, found: Iterable[Term]) -> Ontology:
    """The terms of the ontology's own vocabulary; `name` is what the file calls itself."""
    terms: dict[str, Term] = {}
    for term in found:
        if term.curie not in terms or term.status != "merged":  # a term of its own wins over an alternative id
            terms[term.curie] = term
    if not terms:
        raise FileProblem(f"{path} holds no terms. Unpack it anew.")
    counts = Counter(curie.partition(":")[0] for curie in terms)
    stem = re.sub(r"\.(obo|owl|json)$", "", name.rstrip("/").rpartition("/")[2]).casefold()
    own = next((prefix for prefix in counts if prefix.casefold() == stem), counts.most_common(1)[0][0])
    release = date_in(version) or clean(re.sub(r"/[^/]+\.(obo|owl|json)$", "", version).rpartition("/")[2]) or date
    kept = {curie: term for curie, term in terms.items() if curie.startswith(own + ":")}
    return Ontology(own, release, date, kept)


# --- OBO text ------------------------------------------------------------------------------------------------------


def _stanzas(path: Path) -> Iterator[dict[str, list[str]]]:
    """The header, then each term and relation, as values by tag."""
    stanza: dict[str, list[str]] = {}
    wanted = True
    for line in lines(path):
        if line.startswith("["):
            if wanted:
                yield stanza
            stanza, wanted = {}, line.startswith(("[Term]", "[Typedef]"))
        elif wanted:
            tag, colon, value = line.partition(": ")
            if colon:
                stanza.setdefault(tag, []).append(value.strip())
    if wanted:
        yield stanza


def _from_stanza(stanza: Mapping[str, list[str]]) -> Iterator[Term]:
    curie = _identity(stanza)
    if not curie:
        return
    obsolete = stanza.get("is_obsolete") == ["true"]
    replaced = "|".join(filter(None, (compact(_bare(v)) for v in stanza.get("replaced_by", ()))))
    label = clean(_unescaped(stanza.get("name", [""])[0]))
    yield Term(curie, label, "obsolete" if obsolete else CURRENT, replaced if obsolete else "")
    yield from _merged((compact(_bare(v)) for v in stanza.get("alt_id", ())), curie)


def _identity(stanza: Mapping[str, list[str]]) -> str:
    """The CURIE of a stanza; a relation with a short id (``part_of``) has it among its cross-references."""
    names = [*stanza.get("id", ()), *stanza.get("xref", ())]
    return next(filter(None, (compact(_bare(name)) for name in names)), "")


def _bare(value: str) -> str:
    """A value without its comment and qualifiers."""
    return re.split(r"\s+[!{\"]", value, maxsplit=1)[0].strip()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _day(text: str) -> str:
    """The ISO form of a date of the OBO header (``10:07:2024 09:36``)."""
    match = re.match(r"(\d{2}):(\d{2}):(\d{4})", text)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else ""


# --- OBO Graphs ----------------------------------------------------------------------------------------------------


def _from_node(node: Mapping[str, Any]) -> Iterator[Term]:
    curie, meta = compact(node.get("id")), as_mapping(node.get("meta"))
    if not curie:
        return
    obsolete = meta.get("deprecated") is True
    replaced = "|".join(filter(None, map(compact, _values(meta, _REPLACED_BY)))) if obsolete else ""
    gone = "merged" if replaced and _MERGED in map(compact, _values(meta, _REASON)) else "obsolete"
    yield Term(curie, clean(node.get("lbl")), gone if obsolete else CURRENT, replaced)
    yield from _merged(map(compact, _values(meta, _ALTERNATIVE)), curie)


def _values(meta: Mapping[str, Any], properties: tuple[str, ...]) -> list[str]:
    stated = [as_mapping(item) for item in as_list(meta.get("basicPropertyValues"))]
    return [str(item.get("val") or "") for item in stated if item.get("pred") in properties]


def _merged(others: Iterable[str], into: str) -> Iterator[Term]:
    return (Term(other, "", "merged", into) for other in others if other)
