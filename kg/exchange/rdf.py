"""The dataset as files of RDF: sorted N-Quads, canonical Turtle for each graph, JSON-LD.

The canonical form of a dataset by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) is its N-Quads in canonical spelling,
sorted, with blank nodes named by an algorithm. A release holds no blank nodes, so its sorted N-Quads already are the
canonical form, and their SHA-256 is the RDFC-1.0 hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import InvalidData
from kg.exchange.format import Format
from kg.model import Problem
from kg.schema import BASE, RDF_TYPE, Schema
from kg.store import DERIVED, EDITED, Dataset
from kg.turtle import to_turtle

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Graphs", "graphs", "jsonld", "jsonld_graph", "nquads", "turtle"]

Graphs = Mapping[str, "list[Triple]"]
"""The triples of each named graph by its role: the edited graphs, the derived ones, then any other by name."""

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def graphs(dataset: Dataset) -> Graphs:
    """All graphs of a dataset with their triples in the order of N-Triples.

    Raises InvalidData for a blank node: it has no name that lasts, so two releases could not be compared.
    """
    found: dict[str, list[Triple]] = {}
    for quad in dataset.store.quads_for_pattern(None, None, None, None):
        if "BlankNode" in (type(quad.subject).__name__, type(quad.object).__name__):
            name = dataset.schema.curie(quad.predicate.value)
            message = f"a blank node stands beside {name} in {_role(quad.graph_name)}, and a release holds none."
            raise InvalidData([Problem("error", "release", "", 0, name, message, "Give the node an IRI.")])
        found.setdefault(_role(quad.graph_name), []).append(quad.triple)
    order = [role for role in (*EDITED, *DERIVED) if role in found]
    order += sorted(set(found) - set(order))
    return {role: sorted(found[role], key=str) for role in order}


def _role(graph: Any) -> str:
    return str(graph.value).removeprefix(BASE + "graph/")


def nquads(parts: Graphs) -> bytes:
    """All graphs as canonical N-Quads, sorted by code point."""
    lines = (f"{triple} <{BASE}graph/{role}> .\n" for role, triples in parts.items() for triple in triples)
    return "".join(sorted(lines)).encode()


def turtle(triples: Iterable[Triple], schema: Schema) -> str:
    """One graph as canonical Turtle."""
    return to_turtle(triples, schema.prefixes)


def jsonld(parts: Graphs, schema: Schema) -> str:
    """All graphs as JSON-LD 1.1: named graphs of node objects by IRI, with the prefixes of the schema as context."""
    named = [{"@id": f"graph:{role}", "@graph": nodes(triples, schema)} for role, triples in parts.items()]
    return _document(named, schema.prefixes)


def jsonld_graph(triples: Iterable[Triple], schema: Schema) -> str:
    """One graph as JSON-LD, outside of any named graph."""
    return _document(nodes(triples, schema), schema.prefixes)


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
        return {"@value": term.value, "@language": term.language}
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


FORMATS: tuple[Format, ...] = ()
