"""The forms in which the SPARQL endpoint writes answers, with their media types and the names that select them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GRAPHS", "HTML", "NAMES", "TABLES", "Form"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form by the name it has in `kg.sparql`: its media types, the first its own, the others what it also passes as.

    `iri` names it in a service description (https://www.w3.org/ns/formats/).
    """

    name: str
    types: tuple[str, ...]
    iri: str


_W3C = "http://www.w3.org/ns/formats/"
TABLES = (
    Form("json", ("application/sparql-results+json", "application/json"), _W3C + "SPARQL_Results_JSON"),
    Form("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), _W3C + "SPARQL_Results_XML"),
    Form("csv", ("text/csv",), _W3C + "SPARQL_Results_CSV"),
    Form("tsv", ("text/tab-separated-values",), _W3C + "SPARQL_Results_TSV"),
)
"""For SELECT and ASK; what is first is given to those who do not care."""
GRAPHS = (
    Form("turtle", ("text/turtle", "application/turtle", "application/x-turtle", "text/n3"), _W3C + "Turtle"),
    Form("ntriples", ("application/n-triples",), _W3C + "N-Triples"),
    Form("rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), _W3C + "RDF_XML"),
    Form("jsonld", ("application/ld+json", "application/json"), _W3C + "JSON-LD"),
    Form("trig", ("application/trig",), _W3C + "TriG"),
    Form("nquads", ("application/n-quads",), _W3C + "N-Quads"),
)
"""For CONSTRUCT and DESCRIBE, and for the description of the service."""
HTML = Form("html", ("text/html",), "")
"""The page for people. It comes last, so that nobody gets it who does not ask for it."""
NAMES = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "rdfxml"),
    "csv": ("csv",),
    "tsv": ("tsv",),
    "turtle": ("turtle",),
    "ttl": ("turtle",),
    "n3": ("turtle",),
    "ntriples": ("ntriples",),
    "nt": ("ntriples",),
    "rdfxml": ("rdfxml",),
    "rdf+xml": ("rdfxml",),
    "rdf": ("rdfxml",),
    "jsonld": ("jsonld",),
    "json-ld": ("jsonld",),
    "trig": ("trig",),
    "nquads": ("nquads",),
    "nq": ("nquads",),
    "html": ("html",),
}
"""What the parameter ``format`` may say, with the forms that it means; clients in use write it in all these ways."""
