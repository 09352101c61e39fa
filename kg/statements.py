"""From the model back to RDF: entities, links, sources, claims and disputes as statements that `kg.contents` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kg.model import Claim, Dispute, Entity, Link, Source
from kg.schema import BASE, CKG, DCT, RDF_TYPE, RDFS, SH, SKOS, Schema

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = [
    "claim_statements",
    "dispute_statements",
    "entity_statements",
    "link_statement",
    "prefix_statements",
    "retraction_statements",
    "source_statements",
]

XSD = "http://www.w3.org/2001/XMLSchema#"
_TERMS = ("certainty", "basis", "design", "directness", "species", "tissue", "status")
_TEXTS = {
    **{name: CKG + name for name in ("population", "exposure", "effect", "caution", "section", "digest")},
    "note": RDFS + "comment",
    "origin": CKG + "imported-from",
    "retraction_reason": CKG + "retraction-reason",
}


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
    for name, iri in _TEXTS.items():
        if value := getattr(claim, name):
            yield about.text(iri, value)
    for name in ("start", "end"):
        if (number := getattr(claim, name)) is not None:
            yield about.text(CKG + name, str(number), "integer")
    if claim.retraction_date:
        yield about.text(CKG + "retraction-date", claim.retraction_date, "date")


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
    if source.note:
        yield about.text(RDFS + "comment", source.note)
    for name in ("design", "read"):
        if term := getattr(source, name):
            yield about.link(CKG + name, CKG + term)


def entity_statements(entity: Entity, schema: Schema) -> Iterator[Triple]:
    """All that is known of an entity but its links. `schema` spells its CURIEs out, and knows what a kind wants."""
    about = _Subject(entity.iri)
    yield about.link(RDF_TYPE, CKG + entity.kind)
    yield about.text(RDFS + "label", entity.label)
    for iri, values in (
        (SKOS + "altLabel", entity.synonyms),
        (CKG + "ambiguous-name", entity.ambiguous_names),
        (SKOS + "definition", (entity.definition,)),
        (CKG + "no-match-reason", (entity.no_match_reason,)),
        (CKG + "imported-from", (entity.origin,)),
    ):
        for value in values:
            if value:
                yield about.text(iri, value)
    for iri, curies in ((SKOS + "exactMatch", entity.matches), (SKOS + "closeMatch", entity.close)):
        for curie in curies:
            yield about.link(iri, schema.expanded(curie))
    if entity.wanted and entity.wanted != schema.kind(entity.kind).wanted:
        yield about.text(CKG + "wanted", str(entity.wanted), "integer")


def link_statement(link: Link) -> Triple:
    """A definitional link."""
    return _Subject(link.source.iri).link(CKG + link.kind, link.target.iri)


def dispute_statements(dispute: Dispute) -> Iterator[Triple]:
    """What a named dispute is about; which claims stand in it is stated of the claims."""
    about = _Subject(f"{BASE}dispute/{dispute.id}")
    yield about.link(RDF_TYPE, CKG + "Dispute")
    yield about.text(RDFS + "label", dispute.label)
    for iri, value in ((SKOS + "definition", dispute.definition), (CKG + "contrast", dispute.contrast)):
        if value:
            yield about.text(iri, value)


def prefix_statements(prefixes: Mapping[str, str]) -> Iterator[Triple]:
    """The declarations of prefixes with their namespaces."""
    for prefix, namespace in sorted(prefixes.items()):
        about = _Subject(f"{CKG}prefix-{prefix}")
        yield about.link(RDF_TYPE, SH + "PrefixDeclaration")
        yield about.text(SH + "prefix", prefix)
        yield about.text(SH + "namespace", namespace, "anyURI")


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
