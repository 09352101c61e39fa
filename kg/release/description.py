"""What a catalogue wants to know of the dataset: VoID, DCAT 3 and schema.org in one small graph.

https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://schema.org/Dataset. Counts, version, licence,
and every file with its size and SHA-256. It holds no date: what it says depends on the data alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.exchange.forms.rdf import Graphs, graph_iri
from kg.manifest import Piece
from kg.schema import BASE, DCT, ONTOLOGY, RDF_TYPE, Schema

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["DATASET", "describe", "described_by"]

DATASET = BASE + "dataset"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "schema": "https://schema.org/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def described_by(schema: Schema) -> Schema:
    """The schema with the prefixes of the catalogues' vocabularies, to write the description with."""
    return replace(schema, prefixes={**schema.prefixes, **PREFIXES})


def describe(parts: Graphs, schema: Schema, data: str, canonical: str, pieces: Sequence[Piece]) -> list[Triple]:
    """The description of a dataset and of the files it comes in. O(triples).

    `data` is the digest of the edited graphs, `canonical` the RDFC-1.0 hash of all.
    """
    graph = _Graph(schema)
    _dataset(graph, parts, data, canonical)
    for role, triples in parts.items():
        subset = graph_iri(role)
        graph.add(DATASET, "void:subset", iri=subset)
        graph.add(subset, "a", iri="void:Dataset")
        graph.add(subset, "void:triples", len(triples))
    for kind, iri, count in _partitions(parts):
        part = f"{DATASET}#{kind}-{graph.schema.curie(iri).replace(':', '-')}"
        graph.add(DATASET, f"void:{kind}Partition", iri=part)
        graph.add(part, f"void:{kind}", iri=iri)
        graph.add(part, "void:entities" if kind == "class" else "void:triples", count)
    for piece in pieces:
        _distribution(graph, piece)
    return graph.triples


def _dataset(graph: _Graph, parts: Graphs, data: str, canonical: str) -> None:
    schema = graph.schema
    triples = [triple for part in parts.values() for triple in part]
    classes = {t.object for t in triples if t.predicate.value == RDF_TYPE}
    about = next((t.object.value for t in triples if _is(t, ONTOLOGY, DCT + "description")), "")  # type: ignore[union-attr]
    for kind in ("void:Dataset", "dcat:Dataset", "schema:Dataset"):
        graph.add(DATASET, "a", iri=kind)
    texts = {
        "dct:title": schema.title, "schema:name": schema.title, "dct:description": about, "schema:description": about,
        "dcat:version": schema.version, "schema:version": schema.version,
        "dct:identifier": f"sha256:{data}", "schema:identifier": f"rdfc-1.0:sha256:{canonical}",
    }  # fmt: skip
    for name, text in texts.items():
        if text:
            graph.add(DATASET, name, text)
    for name in ("dct:license", "schema:license"):
        if schema.license:
            graph.add(DATASET, name, iri=schema.license)
    graph.add(DATASET, "schema:isAccessibleForFree", True)
    graph.add(DATASET, "dct:conformsTo", iri=ONTOLOGY)
    graph.add(DATASET, "void:uriSpace", BASE)
    for vocabulary in ("ckg", "dct", "rdfs", "skos"):
        graph.add(DATASET, "void:vocabulary", iri=schema.prefixes[vocabulary])
    counts = {
        "triples": len(triples),
        "distinctSubjects": len({t.subject for t in triples}),
        "distinctObjects": len({t.object for t in triples}),
        "properties": len({t.predicate for t in triples}),
        "classes": len(classes),
    }
    for name, count in counts.items():
        graph.add(DATASET, f"void:{name}", count)


def _is(triple: Triple, subject: str, predicate: str) -> bool:
    return triple.subject.value == subject and triple.predicate.value == predicate  # type: ignore[union-attr]


def _partitions(parts: Graphs) -> Iterator[tuple[str, str, int]]:
    """The classes with the number of their members, and the properties with the number of their triples."""
    triples = [triple for part in parts.values() for triple in part]
    members = {(t.object.value, t.subject.value) for t in triples if t.predicate.value == RDF_TYPE}  # type: ignore[union-attr]
    classes = Counter(kind for kind, _ in members)
    properties = Counter(triple.predicate.value for triple in triples)
    for kind, counts in (("class", classes), ("property", properties)):
        yield from ((kind, iri, counts[iri]) for iri in sorted(counts))


def _distribution(graph: _Graph, piece: Piece) -> None:
    file = f"{BASE}release/{graph.schema.version}/{piece.path}"
    checksum = f"{file}#sha256"
    for name in ("dcat:distribution", "schema:distribution"):
        graph.add(DATASET, name, iri=file)
    for kind in ("dcat:Distribution", "schema:DataDownload"):
        graph.add(file, "a", iri=kind)
    graph.add(file, "dct:title", piece.path)
    graph.add(file, "schema:name", piece.path)
    graph.add(file, "dct:description", piece.what)
    graph.add(file, "dcat:mediaType", iri=MEDIA_TYPES + piece.media_type)
    graph.add(file, "schema:encodingFormat", piece.media_type)
    graph.add(file, "dcat:byteSize", str(piece.size), datatype="xsd:nonNegativeInteger")
    graph.add(file, "schema:contentSize", f"{piece.size} B")
    graph.add(file, "schema:sha256", piece.sha256)
    graph.add(file, "spdx:checksum", iri=checksum)
    graph.add(checksum, "a", iri="spdx:Checksum")
    graph.add(checksum, "spdx:algorithm", iri="spdx:checksumAlgorithm_sha256")
    graph.add(checksum, "spdx:checksumValue", piece.sha256, datatype="xsd:hexBinary")


class _Graph:
    """Collects triples; names may be given in short form."""

    def __init__(self, schema: Schema) -> None:
        self.schema = described_by(schema)
        self.triples: list[Triple] = []

    def add(
        self, subject: str, predicate: str, value: str | int | None = None, *, iri: str = "", datatype: str = ""
    ) -> None:
        """One triple, with a literal or an IRI as its object."""
        from pyoxigraph import Literal, NamedNode, Triple

        node: Any = NamedNode(self._long(iri)) if iri else Literal(value)  # type: ignore[arg-type]
        if datatype:
            node = Literal(str(value), datatype=NamedNode(self._long(datatype)))
        self.triples.append(Triple(NamedNode(subject), NamedNode(self._long(predicate)), node))

    def _long(self, name: str) -> str:
        if name == "a":
            return RDF_TYPE
        prefix, colon, local = name.partition(":")
        known = colon and not local.startswith("//") and prefix in self.schema.prefixes
        return self.schema.prefixes[prefix] + local if known else name
