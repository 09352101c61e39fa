"""From the model back to RDF: the statements of a claim and of a source, as `kg.contents` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.model import Claim, Source
from kg.schema import BASE, CKG, DCT, RDF_TYPE, RDFS

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["claim_statements", "retraction_statements", "source_statements"]

XSD = "http://www.w3.org/2001/XMLSchema#"
_TERMS = ("certainty", "basis", "design", "directness", "species", "tissue", "status")
_TEXTS = ("population", "exposure", "effect", "caution", "section", "digest")


def claim_statements(claim: Claim) -> Iterator[Triple]:
    """All that a claim states; what it does not state is an absent triple."""
    about = _Subject(claim.iri)
    yield about.link(RDF_TYPE, CKG + "Claim")
    yield about.link(CKG + "subject", claim.subject.iri)
    yield about.link(CKG + "predicate", CKG + claim.predicate)
    yield about.link(CKG + "object", claim.object.iri)
    yield about.link(CKG + "source", claim.source.iri)
    for work in claim.cites:
        yield about.link(CKG + "cites", work.iri)
    for dispute in claim.disputes:
        yield about.link(CKG + "dispute", f"{BASE}dispute/{dispute}")
    for name in _TERMS:
        if value := getattr(claim, name):
            yield about.link(CKG + name, CKG + value)
    for name in _TEXTS:
        if value := getattr(claim, name):
            yield about.text(CKG + name, value)
    for name in ("start", "end"):
        if (number := getattr(claim, name)) is not None:
            yield about.text(CKG + name, str(number), "integer")
    if claim.note:
        yield about.text(RDFS + "comment", claim.note)


def retraction_statements(iri: str, reason: str, date: str) -> Iterator[Triple]:
    """What a retraction adds to a claim; it takes the place of its status."""
    about = _Subject(iri)
    yield about.link(CKG + "status", CKG + "retracted")
    yield about.text(CKG + "retraction-reason", reason)
    yield about.text(CKG + "retraction-date", date, "date")


def source_statements(source: Source) -> Iterator[Triple]:
    """All that is known of a source."""
    about = _Subject(source.iri)
    yield about.link(RDF_TYPE, CKG + "Source")
    yield about.text(RDFS + "label", source.citation)
    for iri, value, datatype in (
        (DCT + "title", source.title, "string"),
        (DCT + "creator", source.authors, "string"),
        (DCT + "issued", source.year, "gYear"),
        (CKG + "journal", source.journal, "string"),
        (CKG + "doi", source.doi, "string"),
        (CKG + "pmid", source.pmid, "string"),
        (CKG + "pmcid", source.pmcid, "string"),
        (CKG + "url", source.url, "anyURI"),
        (CKG + "family", source.family, "string"),
        (CKG + "caution", source.caution, "string"),
    ):
        if value is not None:
            yield about.text(iri, str(value), datatype)
    for name in ("design", "read"):
        if term := getattr(source, name):
            yield about.link(CKG + name, CKG + term)


class _Subject:
    """Makes the triples of one subject."""

    def __init__(self, iri: str) -> None:
        from pyoxigraph import NamedNode

        self._node = NamedNode(iri)

    def link(self, predicate: str, target: str) -> Triple:
        from pyoxigraph import NamedNode, Triple

        return Triple(self._node, NamedNode(predicate), NamedNode(target))

    def text(self, predicate: str, value: str, datatype: str = "string") -> Triple:
        from pyoxigraph import Literal, NamedNode, Triple

        return Triple(self._node, NamedNode(predicate), Literal(value, datatype=NamedNode(XSD + datatype)))
