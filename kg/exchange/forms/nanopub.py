"""Nanopublications (https://nanopub.net/guidelines/working_draft/), one for each claim, in one TriG file.

Each stands under its claim's IRI as ``.../nanopub`` and has the four graphs that the guidelines ask for. The assertion
says what the source says: of a live effect or association the plain triple, and of every claim its certainty and
qualifiers. That of a null result or a refuted claim holds no plain triple: it speaks of the claim. The provenance names
the publication that says so, as the primary source if it reports its own data, else those that it cites; and it
describes them. The publication information is ours: label, licence, remarks, what the entities are.

They hold no date, since the data have none of their claims, and no signature: sign them with the key that publishes
them (the ``nanopub`` package can). Claims of foreign graphs have neither creator nor licence, which we cannot state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from kg.exchange.content import Content, standing
from kg.exchange.format import Format
from kg.model import Claim, Entity, Source
from kg.schema import BASE, CKG, DCT, RDF_TYPE, RDFS, SKOS, Schema
from kg.statements import claim_statements, entity_statements, source_statements
from kg.turtle import to_trig

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["FORMATS"]

NP = "http://www.nanopub.org/nschema#"
NPX = "http://purl.org/nanopub/x/"
PROV = "http://www.w3.org/ns/prov#"
PROJECT = "The calciphylaxis-kg developers"
_ASSERTED = {RDF_TYPE} | {
    CKG + name
    for name in (
        *("subject", "predicate", "object", "certainty", "directness", "species", "tissue"),
        *("population", "exposure", "effect"),
    )
}
"""What the source says, of all that a claim states."""
_CURATED = {RDFS + "comment"} | {CKG + name for name in ("status", "caution", "dispute")}
"""What we say of a claim; the rest is where it comes from."""
_NAMED = {RDF_TYPE, RDFS + "label", SKOS + "exactMatch"}
"""What is repeated of an entity."""
_PARTIAL = "only of entities that claims are about"
_LOSES = {
    "entities": "only those that claims are about",
    "kinds": _PARTIAL,
    "identifiers": _PARTIAL,
    **dict.fromkeys(
        ("definitions", "synonyms", "near", "reasons", "wanted", "links"), "a nanopublication is one claim"
    ),
    "retracted": "a retracted claim is told to nobody",
    "contrasts": "a nanopublication is one claim",
    "cases": "facts of patients are no claims of the literature",
    "questions": "they are not part of what is known",
    "terms": "labels of other vocabularies are not repeated",
}


def write(content: Content) -> str:
    """The claims as nanopublications, in the order of their ids."""
    graphs = {iri: part for claim in content.speaking for iri, part in _graphs(claim, content.schema).items()}
    return to_trig(graphs, {**content.schema.prefixes, "np": NP, "npx": NPX, "prov": PROV})


def _graphs(claim: Claim, schema: Schema) -> Mapping[str, list[Triple]]:
    """The four graphs of a nanopublication by their IRIs."""
    name = f"{claim.iri}/nanopub"
    head, assertion, provenance, information = (
        f"{name}/{part}" for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    stated = list(claim_statements(claim))
    known = _ASSERTED | _CURATED
    return {
        head: [
            _link(name, RDF_TYPE, NP + "Nanopublication"),
            _link(name, NP + "hasAssertion", assertion),
            _link(name, NP + "hasProvenance", provenance),
            _link(name, NP + "hasPublicationInfo", information),
        ],
        assertion: [*_plain(claim), *(triple for triple in stated if triple.predicate.value in _ASSERTED)],
        provenance: [
            *_origins(assertion, claim),
            *(triple for triple in stated if triple.predicate.value not in known),
            *(triple for source in (claim.source, *claim.cites) for triple in source_statements(source)),
        ],
        information: [
            *_published(name, claim, schema),
            *(triple for triple in stated if triple.predicate.value in _CURATED),
            *(triple for entity in (claim.subject, claim.object) for triple in _named(entity, schema)),
        ],
    }


def _plain(claim: Claim) -> Iterator[Triple]:
    """The triple that a live effect or association is."""
    if standing(claim) in ("causal", "association"):
        yield _link(claim.subject.iri, CKG + claim.predicate, claim.object.iri)


def _origins(assertion: str, claim: Claim) -> Iterator[Triple]:
    """Where the assertion is from: who says so, and on whose word."""
    yield _link(assertion, PROV + "wasDerivedFrom", _work(claim.source))
    for source in (claim.source,) if claim.basis == "own-data" else claim.cites:
        yield _link(assertion, PROV + "hadPrimarySource", _work(source))


def _work(source: Source) -> str:
    """The IRI of a publication: its DOI or PubMed's, else ours."""
    if source.doi:
        return f"https://doi.org/{quote(source.doi)}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{quote(source.pmid)}/" if source.pmid else source.iri


def _published(name: str, claim: Claim, schema: Schema) -> Iterator[Triple]:
    """What is known of the nanopublication itself; its label says how certain the claim is."""
    yield _text(name, RDFS + "label", claim.sentence + (f" ({claim.certainty})" if claim.certainty else ""))
    yield _link(name, NPX + "introduces", claim.iri)
    if claim.status == "draft":
        yield _link(name, RDF_TYPE, NPX + "DraftNanopub")
    if claim.origin is None:
        yield _link(name, DCT + "creator", BASE)
        yield _text(BASE, RDFS + "label", PROJECT)
        if schema.license:
            yield _link(name, DCT + "license", schema.license)


def _named(entity: Entity, schema: Schema) -> Iterator[Triple]:
    return (triple for triple in entity_statements(entity, schema) if triple.predicate.value in _NAMED)


def _link(subject: str, predicate: str, target: str) -> Triple:
    from pyoxigraph import NamedNode, Triple

    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(target))


def _text(subject: str, predicate: str, value: str) -> Triple:
    from pyoxigraph import Literal, NamedNode, Triple

    return Triple(NamedNode(subject), NamedNode(predicate), Literal(value))


FORMATS = (
    Format(
        "nanopub",
        "nanopublications",
        (".nanopub.trig",),
        write,
        loses=_LOSES,
        consumer="the nanopub package",
    ),
)
