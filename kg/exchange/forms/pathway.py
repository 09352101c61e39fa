"""A pathway in GPML as a document: its elements by their ids, who belongs to whom, and what it cites.

Versions 2013a and 2021 (schemas: https://github.com/PathVisio/GPML) say the same in other words; here all attributes go
by the names of 2021.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg.exchange.documents import Node, refuse, xml_document
from kg.exchange.reading import sound_curie

__all__ = ["DATABASES", "Pathway", "is_complex", "line", "local"]

_SPACE = "http://pathvisio.org/GPML/"
_VERSIONS = ("2013a", "2021")
_RENAMED = {
    "GraphId": "elementId",
    "GraphRef": "elementRef",
    "TextLabel": "textLabel",
    "GroupRef": "groupRef",
    "Type": "type",
    "Style": "type",
    "ArrowHead": "arrowHead",
    "Database": "dataSource",
    "ID": "identifier",
    "Organism": "organism",
    "Version": "version",
    "Data-Source": "source",
}
_WITHOUT_ENDS = ("Point", "Citation", "Annotation", "Evidence")
"""Elements with an id that no line is attached to."""
DATABASES = {
    "CAS": ("cas",),
    "CHEBI": ("chebi",),
    "CHEMBL.COMPOUND": ("chembl compound", "chembl.compound"),
    "DOID": ("human disease ontology", "doid"),
    "DRUGBANK": ("drugbank",),
    "EC": ("enzyme nomenclature", "ec-code"),
    "ENSEMBL": ("ensembl",),
    "GO": ("geneontology", "go"),
    "HGNC": ("hgnc accession number", "hgnc"),
    "HMDB": ("hmdb",),
    "InterPro": ("interpro",),
    "KEGG.COMPOUND": ("kegg compound", "kegg.compound"),
    "MESH": ("mesh",),
    "NCBIGene": ("entrez gene", "ncbigene"),
    "OMIM": ("omim",),
    "PFAM": ("pfam",),
    "PUBCHEM.COMPOUND": ("pubchem-compound", "pubchem.compound"),
    "REACT": ("reactome",),
    "RHEA": ("rhea",),
    "RefSeq": ("refseq",),
    "UniProtKB": ("uniprot-trembl", "uniprot/trembl", "uniprot-swissprot", "uniprot"),
    "WIKIPATHWAYS": ("wikipathways",),
    "complexportal": ("complex portal", "complexportal"),
    "hgnc.symbol": ("hgnc.symbol",),
    "lipidmaps": ("lipid maps", "lipidmaps"),
    "mirbase": ("mirbase sequence", "mirbase"),
    "wikidata": ("wikidata",),
}
"""Prefixes of databases, with the names that BridgeDb has for them (https://github.com/bridgedb/datasources)."""
_PREFIXES = {name: prefix for prefix, names in DATABASES.items() for name in names}
_REFS = ("BiopaxRef", "CitationRef")


class Pathway:
    """The document in a file. Raises InvalidData if it is no GPML of a version that is read."""

    def __init__(self, file: Path) -> None:
        self.root = xml_document(file)
        namespace, _, name = self.root.tag.rpartition("}")
        if name != "Pathway" or "GPML" not in namespace:
            refuse(file, self.root.line, "no GPML: the root is no Pathway of GPML.", "Is it the right file?")
        version = namespace.removeprefix("{").removeprefix(_SPACE)
        if version not in _VERSIONS:
            told = f"version {version.rpartition('/')[2]} of GPML; {' and '.join(_VERSIONS)} are read."
            refuse(file, self.root.line, told, "Save it anew with PathVisio.")
        self.elements: dict[str, Node] = {}
        self.repeated: list[Node] = []
        self._members: dict[str, list[Node]] = {}
        self._above: dict[int, Node] = {}
        for element in self.all():
            self._note(element)
        self.works = dict(self._works())

    def _note(self, element: Node) -> None:
        element.attrib = {_RENAMED.get(key, key): value for key, value in element.attrib.items()}
        for child in element:
            self._above[id(child)] = element
        id_, group = element.get("elementId"), element.get("groupRef")
        if id_ and local(element) not in _WITHOUT_ENDS:
            if id_ in self.elements:
                self.repeated.append(element)
            self.elements.setdefault(id_, element)
        if group and local(element) in ("DataNode", "Group"):
            self._members.setdefault(group, []).append(element)

    def all(self, *names: str, below: Node | None = None) -> Iterator[Node]:
        """The elements of these names (none: all), in the order of the file."""
        top = self.root if below is None else below
        return (each for each in top.iter() if isinstance(each, Node) and (not names or local(each) in names))

    def members(self, group: Node) -> list[Node]:
        """The data nodes and the complexes that belong to a group, also by way of other groups in it."""
        found: list[Node] = []
        waiting, seen = [group], set()
        while waiting:
            group = waiting.pop()
            name = group.get("GroupId") or group.get("elementId") or ""
            if name not in seen:
                seen.add(name)
                told = self._members.get(name, [])
                found += [each for each in told if local(each) == "DataNode" or is_complex(each)]
                waiting += [each for each in told if local(each) == "Group" and not is_complex(each)]
        return found

    def owner(self, element: Node, name: str) -> Node | None:
        """The element of a name that an element stands in; a state may name its data node instead."""
        if ref := element.get("elementRef"):
            return self.elements.get(ref)
        above: Node | None = self._above.get(id(element))
        while above is not None and local(above) != name:
            above = self._above.get(id(above))
        return above

    def xref(self, element: Node) -> tuple[str, str]:
        """The database and the identifier of an element, as they stand there."""
        found = next((each for each in element if isinstance(each, Node) and local(each) == "Xref"), None)
        return ("", "") if found is None else (found.get("dataSource", "").strip(), found.get("identifier", "").strip())

    def curie(self, element: Node) -> str:
        """The identifier of an element as a CURIE; empty if it has none, or one of a database that is not known."""
        database, told = self.xref(element)
        name = database.casefold()
        prefix = _PREFIXES.get("ensembl" if name.startswith("ensembl ") else name, "")
        told = re.sub(f"(?i)^{re.escape(prefix)}:", "", told)
        if prefix == "HGNC" and not told.isdecimal():  # 2013a calls the symbols so, 2021 the accession numbers
            prefix = "hgnc.symbol"
        return sound_curie(f"{prefix}:{told}") if prefix and told else ""

    def cited(self, element: Node) -> list[str]:
        """The ids of the publications that an element and what is in it cite."""
        refs = ((each.text or each.get("elementRef") or "").strip() for each in self.all(*_REFS, below=element))
        return [ref for ref in refs if ref]

    def _works(self) -> Iterator[tuple[str, str]]:
        for told in self.all("PublicationXref", "Citation"):
            texts = {local(each): (each.text or "").strip() for each in told if isinstance(each, Node)}
            database, id_ = self.xref(told)
            database, id_ = texts.get("DB") or database, texts.get("ID") or id_
            named = (value for key, value in told.attrib.items() if key.rpartition("}")[2] in ("id", "elementId"))
            ref = next(named, "")
            if ref and id_:
                prefix = {"pubmed": "PMID", "doi": "DOI"}.get(database.casefold(), database)
                yield ref, f"{prefix}:{id_}" if prefix else id_


def local(element: Node) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def is_complex(element: Node) -> bool:
    """Whether an element is a group that stands for a complex."""
    return local(element) == "Group" and element.get("type", "").casefold() == "complex"


def line(element: Node) -> str:
    """Where an element stands."""
    return f"line {element.line}"
