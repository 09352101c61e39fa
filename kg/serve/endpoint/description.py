"""What the endpoint says of itself: a SPARQL 1.1 Service Description with VoID counts of each named graph.

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/. It has no blank nodes: its parts are
named by fragments of the endpoint's address, so the same data give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from kg.schema import BASE, DCT, OWL, RDF_TYPE, Schema
from kg.serve.answering import Query
from kg.serve.endpoint.forms import GRAPHS, TABLES
from kg.store import graph_node

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.serve.endpoint.protocol import Answers
    from kg.sparql import Results
    from kg.sparql.results import Term
    from kg.store import Dataset

__all__ = ["Counts", "Facts", "counted", "description"]

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
PREFIXES = {"dct": DCT, "formats": "http://www.w3.org/ns/formats/", "owl": OWL, "sd": SD, "void": VOID}
Counts = Mapping[str, Mapping[str, int]]
"""The counts of each graph, by its IRI, that of the default graph by an empty one; they go by their VoID property."""
_COUNTED = {
    "triples": "COUNT(*)",
    "distinctSubjects": "COUNT(DISTINCT ?s)",
    "properties": "COUNT(DISTINCT ?p)",
    "distinctObjects": "COUNT(DISTINCT ?o)",
}


@dataclass(frozen=True)
class Facts:
    """What the description says of the graph: `counts` are those known, `countable` says whether to ask for them."""

    title: str
    version: str
    license: str
    counts: Counts = field(default_factory=dict)
    countable: bool = True

    @classmethod
    def of(cls, graph: KnowledgeGraph, dataset: Dataset | None) -> Self:
        """The facts of a graph; `dataset` is what answers queries on it, None if that lies elsewhere.

        A store on disk knows the size of its graphs; it may be too large to count more.
        """
        schema: Schema = graph.schema
        state = dataset.generation.state if dataset and dataset.generation else None
        counts = {_graph(name): {"triples": count} for name, count in state.graphs.items()} if state else {}
        countable = dataset is not None and state is None
        return cls(schema.title, graph.version, schema.license, counts, countable)


def _graph(name: str) -> str:
    """The IRI of a graph that goes by its role or its IRI."""
    return name if ":" in name else graph_node(name).value


async def counted(answers: Answers) -> Counts:
    """The counts of all graphs, as queries tell them. Raises what a query raises."""
    what = " ".join(f"({count} AS ?{name})" for name, count in _COUNTED.items())
    counts: dict[str, dict[str, int]] = {}
    for query in (f"SELECT {what} {{ ?s ?p ?o }}", f"SELECT ?g {what} {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"):
        answer = await answers.answer(Query(query, limit=None))
        for row in json.loads(answer.body)["results"]["bindings"]:
            graph = row.pop("g", {"value": ""})["value"]
            counts[graph] = {name: int(cell["value"]) for name, cell in row.items()}
    return counts


def description(address: str, facts: Facts) -> Results:
    """The description of the endpoint at an address, as a CONSTRUCT would give it."""
    from pyoxigraph import Literal, NamedNode

    from kg.sparql import Results
    from kg.sparql.results import TRIPLE

    def triple(subject: str, predicate: str, value: str | int, *, text: bool = False) -> tuple[Term | None, ...]:
        node: Term = Literal(value) if text or isinstance(value, int) else NamedNode(value)
        return NamedNode(subject), NamedNode(predicate), node

    service, dataset, default = (f"{address}#{part}" for part in ("service", "dataset", "default-graph"))
    made = [
        triple(service, RDF_TYPE, SD + "Service"),
        triple(service, SD + "endpoint", address),
        triple(service, SD + "supportedLanguage", SD + "SPARQL11Query"),
        triple(service, SD + "feature", SD + "UnionDefaultGraph"),
        triple(service, SD + "defaultDataset", dataset),
        *(triple(service, SD + "resultFormat", form.iri) for form in (*TABLES, *GRAPHS)),
        triple(dataset, RDF_TYPE, SD + "Dataset"),
        triple(dataset, RDF_TYPE, VOID + "Dataset"),
        triple(dataset, VOID + "sparqlEndpoint", address),
        triple(dataset, VOID + "uriSpace", BASE, text=True),
        triple(dataset, OWL + "versionInfo", facts.version, text=True),
        triple(dataset, SD + "defaultGraph", default),
        triple(default, RDF_TYPE, SD + "Graph"),
        *(triple(default, VOID + name, count) for name, count in facts.counts.get("", {}).items()),
    ]
    if facts.title:
        made.append(triple(dataset, DCT + "title", facts.title, text=True))
    if facts.license:
        made.append(triple(dataset, DCT + "license", facts.license))
    for part, name in _parts(facts.counts):
        made += [
            triple(dataset, SD + "namedGraph", f"{address}#{part}"),
            triple(f"{address}#{part}", RDF_TYPE, SD + "NamedGraph"),
            triple(f"{address}#{part}", SD + "name", name),
            triple(f"{address}#{part}", SD + "graph", f"{address}#{part}-triples"),
            triple(f"{address}#{part}-triples", RDF_TYPE, SD + "Graph"),
            *(triple(f"{address}#{part}-triples", VOID + key, count) for key, count in facts.counts[name].items()),
        ]
    return Results("construct", list(TRIPLE), sorted(made, key=str), prefixes=PREFIXES)


def _parts(counts: Counts) -> Iterator[tuple[str, str]]:
    """A name for each named graph that a fragment may be, and its IRI."""
    for number, name in enumerate(sorted(filter(None, counts)), 1):
        own = name.removeprefix(graph_node("").value)
        yield f"graph-{own if own.isalpha() and own.isascii() else number}", name
