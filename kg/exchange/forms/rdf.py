"""The dataset as files of RDF: N-Quads, TriG, JSON-LD 1.1 and Turtle, and Turtle of RDF 1.2.

N-Quads, TriG and JSON-LD hold every graph, the derived ones too, so that a triple store answers the same queries as
`kg` does. Turtle has one graph: the edited ones, merged; the derived ones follow from it.

The canonical form of a dataset by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) is its N-Quads in canonical spelling,
sorted, with blank nodes named by an algorithm. Blank nodes are refused here, so the sorted N-Quads already are the
canonical form, and their SHA-256 is the RDFC-1.0 hash.

RDF 1.2 (https://www.w3.org/TR/rdf12-turtle/) can speak about a triple without stating it. There each claim is a
reifier of its triple (``claim:x rdf:reifies <<( s p o )>>``, in place of ``ckg:subject``, ``ckg:predicate`` and
``ckg:object``). The triple is also stated if the claim is a live effect or association; that of a null result, of a
refuted or of a retracted claim is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.errors import InvalidData
from kg.exchange.content import Content, standing
from kg.exchange.format import Format
from kg.exchange.forms.rdfreading import reader
from kg.exchange.loss import Loss
from kg.model import Problem
from kg.schema import BASE, CKG, RDF_TYPE, Schema
from kg.store import DERIVED, EDITED, Dataset
from kg.turtle import RDF_REIFIES, to_trig, to_turtle

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["FORMATS", "Graphs", "graph_iri", "graphs", "jsonld", "jsonld_graph", "nquads", "trig", "turtle"]

Graphs = Mapping[str, "list[Triple]"]
"""The triples of each named graph by its role: the edited graphs, the derived ones, then any other by name."""

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def graphs(dataset: Dataset) -> Graphs:
    """All graphs of a dataset with their triples in the order of N-Triples.

    Raises InvalidData for a blank node: it has no name that lasts, so two files could not be compared.
    """
    found: dict[str, list[Triple]] = {}
    for quad in dataset.store.quads_for_pattern(None, None, None, None):
        if "BlankNode" in (type(quad.subject).__name__, type(quad.object).__name__):
            name = dataset.schema.curie(quad.predicate.value)
            message = f"a blank node stands beside {name} in {_role(quad.graph_name)}, and what is written holds none."
            raise InvalidData([Problem("error", "release", "", 0, name, message, "Give the node an IRI.")])
        found.setdefault(_role(quad.graph_name), []).append(quad.triple)
    order = [role for role in (*EDITED, *DERIVED) if role in found]
    order += sorted(set(found) - set(order))
    return {role: sorted(found[role], key=str) for role in order}


def _role(graph: Any) -> str:
    iri = str(graph.value)
    role = iri.removeprefix(BASE + "graph/")
    return role if role in (*EDITED, *DERIVED) else iri


def graph_iri(role: str) -> str:
    """The IRI of a graph: one of ours goes by its role, any other by its IRI."""
    return role if ":" in role else f"{BASE}graph/{role}"


def nquads(parts: Graphs) -> bytes:
    """All graphs as canonical N-Quads, sorted by code point."""
    lines = (f"{triple} <{graph_iri(role)}> .\n" for role, triples in parts.items() for triple in triples)
    return "".join(sorted(lines)).encode()


def trig(parts: Graphs, schema: Schema) -> str:
    """All graphs as TriG, each in canonical form."""
    return to_trig({graph_iri(role): triples for role, triples in parts.items()}, schema.prefixes)


def turtle(triples: Iterable[Triple], schema: Schema) -> str:
    """One graph as canonical Turtle."""
    return to_turtle(triples, schema.prefixes)


def jsonld(parts: Graphs, schema: Schema) -> str:
    """All graphs as JSON-LD 1.1: named graphs of node objects by IRI, with the prefixes of the schema as context."""
    schema = _unmistakable(parts.values(), schema)
    named = [
        {"@id": schema.curie(graph_iri(role)), "@graph": nodes(triples, schema)} for role, triples in parts.items()
    ]
    return _document(named, schema.prefixes)


def jsonld_graph(triples: Iterable[Triple], schema: Schema) -> str:
    """One graph as JSON-LD, outside of any named graph."""
    triples = list(triples)
    schema = _unmistakable([triples], schema)
    return _document(nodes(triples, schema), schema.prefixes)


def _unmistakable(parts: Iterable[Iterable[Triple]], schema: Schema) -> Schema:
    """The schema without prefixes that JSON-LD does not allow, or would find in an IRI (``MESH:D1``) that is whole."""
    iris = {str(term.value) for triples in parts for triple in triples for term in triple if hasattr(term, "value")}
    schemes = {iri.partition(":")[0] for iri in iris if ":" in iri}
    return replace(schema, prefixes={k: v for k, v in schema.prefixes.items() if k and k not in schemes})


def nodes(triples: Iterable[Triple], schema: Schema) -> list[dict[str, Any]]:
    """Triples as JSON-LD node objects, by IRI; their properties by name."""
    found: dict[str, dict[str, list[Any]]] = {}
    for triple in triples:
        node = found.setdefault(str(triple.subject.value), {})  # type: ignore[union-attr]
        if triple.predicate.value == RDF_TYPE:
            node.setdefault("@type", []).append(schema.curie(triple.object.value))  # type: ignore[union-attr]
        else:
            node.setdefault(schema.curie(triple.predicate.value), []).append(_value(triple.object, schema))
    return [
        {"@id": schema.curie(iri), **{name: _plain(found[iri][name]) for name in sorted(found[iri])}}
        for iri in sorted(found)
    ]


def _value(term: Any, schema: Schema) -> Any:
    if type(term).__name__ == "NamedNode":
        return {"@id": schema.curie(term.value)}
    if term.language:
        direction = {"@direction": str(term.direction)} if term.direction else {}
        return {"@value": term.value, "@language": term.language, **direction}
    if term.datatype.value == XSD_STRING:
        return term.value
    return {"@value": term.value, "@type": schema.curie(term.datatype.value)}


def _plain(values: list[Any]) -> Any:
    """A single value without its list; several in a fixed order."""
    return values[0] if len(values) == 1 else sorted(values, key=lambda value: json.dumps(value, sort_keys=True))


def _document(content: list[dict[str, Any]], prefixes: Mapping[str, str]) -> str:
    # Written out with @prefix, since a short form ends in one of :/?#[]@ or may not serve as a prefix (JSON-LD 1.1).
    context = {name: {"@id": prefixes[name], "@prefix": True} for name in sorted(prefixes)}
    return json.dumps({"@context": context, "@graph": content}, ensure_ascii=False, indent=1) + "\n"


# --- RDF 1.2 ------------------------------------------------------------------------------------------------------


def reified(content: Content, parts: Graphs) -> Iterator[Triple]:
    """The edited graphs merged, with each claim as a reifier of its triple; live claims state their triple too."""
    from pyoxigraph import NamedNode, Triple

    claims = {claim.iri for claim in content.claims}
    said = {CKG + name for name in ("subject", "predicate", "object")}
    for triple in _edited(parts):
        if not (triple.predicate.value in said and str(triple.subject.value) in claims):  # type: ignore[union-attr]
            yield triple
    for claim in content.claims:
        ends = NamedNode(claim.subject.iri), NamedNode(CKG + claim.predicate), NamedNode(claim.object.iri)
        yield Triple(NamedNode(claim.iri), NamedNode(RDF_REIFIES), Triple(*ends))
        if standing(claim) in ("causal", "association"):
            yield Triple(*ends)


def _edited(parts: Graphs) -> Iterator[Triple]:
    return (triple for role in EDITED for triple in parts.get(role, ()))


# --- the formats --------------------------------------------------------------------------------------------------


def _turtle(content: Content) -> str:
    return turtle(_edited(graphs(content.dataset())), content.schema)


def _turtle_1_2(content: Content) -> str:
    triples = reified(content, graphs(content.dataset()))
    return 'VERSION "1.2"\n' + turtle(triples, content.schema)


def _other_graphs(content: Content) -> list[Loss]:
    """What stands in graphs that are none of ours, for which a format of one graph has no place."""
    parts = graphs(content.dataset())
    others = [role for role in parts if role not in (*EDITED, *DERIVED)]
    return [Loss("statements in other graphs", "the format has one graph", len(parts[role]), role) for role in others]


_OURS = "entities and claims in our vocabulary, as plain triples or in graphs named like ours; also .gz"
_BOTH = "rdflib and pyoxigraph"

FORMATS = (
    Format(
        "turtle",
        "Turtle",
        (".ttl",),
        _turtle,
        reader(".ttl"),
        tells=_other_graphs,
        consumer=_BOTH,
        reads_as=f"{_OURS}; RDF 1.2 too",
    ),
    Format(
        "turtle-1.2",
        "Turtle of RDF 1.2",
        (".ttl12",),
        _turtle_1_2,
        reader(".ttl"),
        tells=_other_graphs,
        consumer="pyoxigraph",
        reads_as=f"{_OURS}; claims as reifiers",
    ),
    Format(
        "trig",
        "TriG",
        (".trig",),
        lambda content: trig(graphs(content.dataset()), content.schema),
        reader(".trig"),
        consumer=_BOTH,
        reads_as=_OURS,
    ),
    Format(
        "n-quads",
        "N-Quads",
        (".nq",),
        lambda content: nquads(graphs(content.dataset())),
        reader(".nq"),
        consumer=_BOTH,
        reads_as=_OURS,
    ),
    Format(
        "json-ld",
        "JSON-LD",
        (".jsonld",),
        lambda content: jsonld(graphs(content.dataset()), content.schema),
        reader(".jsonld"),
        consumer=_BOTH,
        reads_as=f"{_OURS}; with its context in the file",
    ),
    Format("n-triples", "N-Triples", (".nt",), read=reader(".nt"), reads_as=_OURS),
    Format("rdf-xml", "RDF/XML", (".rdf", ".xml", ".owl"), read=reader(".rdf"), reads_as=_OURS),
)
