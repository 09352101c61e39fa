"""The endpoint as other programs find it: SPARQLWrapper, rdflib's store, curl, our own client; and against Oxigraph's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from running import running
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

import kg
from kg.serve.app import application
from kg.sparql import NamedQuery
from kg.sparql.asking import prepared
from kg.store import Dataset

sys.path.append(str(Path(__file__).parent.parent / "remote"))
import serving

GRAPHS = "https://w3id.org/calciphylaxis-kg/graph/"
SELECT = "SELECT ?s ?label { ?s ckg:broader entity:corticosteroid ; rdfs:label ?label } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT { ?s ckg:broader ?o } { ?s ckg:broader ?o }"


@pytest.fixture(scope="module")
def address(served) -> str:
    return f"{served}/sparql"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as client:
        yield client


# --- SPARQLWrapper and rdflib -----------------------------------------------------------------------------------------


@pytest.fixture
def wrapper(address) -> SPARQLWrapper:
    return SPARQLWrapper(address)


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize(("form", "ours"), [(JSON, "json"), (XML, "xml"), (CSV, "csv"), (TSV, "tsv")])
def test_sparqlwrapper_reads_tables(wrapper, graph, form, ours, direct):
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(form)
    if direct:
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(POSTDIRECTLY)
    read = wrapper.queryAndConvert()
    if form == JSON:
        rows = [tuple(row[name]["value"] for name in ("s", "label")) for row in read["results"]["bindings"]]
        assert rows == graph.sparql(SELECT).rows
    elif form == XML:
        assert len(read.getElementsByTagName("result")) == len(graph.sparql(SELECT))
    else:
        assert read.decode() == graph.sparql(SELECT).serialize(ours)


@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, XML, JSONLD])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_reads_graphs(wrapper, graph, form):
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(form)
    read = wrapper.queryAndConvert()
    if isinstance(read, bytes):
        read = rdflib.Graph().parse(data=read, format="turtle")
    assert {tuple(map(str, triple)) for triple in read} == set(graph.sparql(CONSTRUCT).rows)


def test_sparqlwrapper_is_told_what_is_wrong(wrapper):
    wrapper.setQuery("SELECT * { ?s ?p }")
    with pytest.raises(QueryBadFormed, match=r"line 1, column 18"):
        wrapper.query()


def test_rdflib_reads_the_graph_through_its_store(address, graph):
    store = SPARQLStore(address, method="POST")
    remote = rdflib.Graph(store)
    rankl = rdflib.URIRef(graph.find("RANKL").iri)
    assert str(remote.value(rankl, rdflib.RDFS.label)) == "RANKL"
    assert len(remote) == int(graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0][0])
    rows = remote.query(f"SELECT ?p ?o {{ {rankl.n3()} ?p ?o }}")
    assert {(str(p), str(o)) for p, o in rows} == {row[1:] for row in graph.sparql("DESCRIBE entity:rankl").rows}
    assert bool(remote.query(f"ASK {{ {rankl.n3()} ?p ?o }}"))
    claims = rdflib.Graph(SPARQLStore(address), identifier=rdflib.URIRef(f"{GRAPHS}claims"))
    assert (rankl, None, None) not in claims


# --- curl -------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(
    "options",
    [
        ("--get", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv"),
        ("--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv"),
        ("--data-urlencode", f"query={SELECT}", "-d", "format=csv"),
        ("-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv", "--data-binary", SELECT),
        ("--data-urlencode", f"query={SELECT}", "-d", "format=csv", "--http1.0"),
        ("--data-urlencode", f"query={SELECT}", "-d", "format=csv", "--compressed", "-H", "Transfer-Encoding: chunked"),
    ],
    ids=["get", "form", "form with format", "direct", "HTTP 1.0", "chunked and compressed"],
)
def test_curl_in_every_way_that_it_sends_a_query(address, graph, options):
    got = subprocess.run(["curl", "-sS", "--fail-with-body", address, *options], capture_output=True, check=True)
    assert got.stdout.decode() == graph.sparql(SELECT).serialize("csv")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_without_wishes_gets_json_and_errors_as_text(address):
    got = subprocess.run(["curl", "-sS", address, "-d", "query=ASK {}"], capture_output=True, check=True)
    assert json.loads(got.stdout) == {"head": {}, "boolean": True}
    got = subprocess.run(
        ["curl", "-sS", "-w", "%{http_code}", address, "-d", "query=ASK {"], capture_output=True, check=True
    )
    assert got.stdout.decode().splitlines()[1:] == ["ASK {", "     ^", "400"]


# --- answer by answer against Oxigraph's own server on the same data --------------------------------------------------

SPREAD = [
    SELECT,
    "SELECT ?kind (COUNT(?e) AS ?n) (SAMPLE(?e) AS ?one) { ?e a ?kind } GROUP BY ?kind HAVING (COUNT(?e) = 1)",
    "SELECT DISTINCT ?state { <https://w3id.org/calciphylaxis-kg/entity/corticosteroid#up> ckg:next+ ?state }",
    "SELECT ?s ?o { GRAPH graph:direct { ?s ckg:decreases ?o } MINUS { ?s a ckg:Drug } }",
    "SELECT ?c ?note { ?c a ckg:Claim OPTIONAL { ?c ckg:tissue ?note } } ORDER BY ?c LIMIT 200 OFFSET 100",
    "SELECT ?x (STRLEN(?l) / 3 AS ?n) (UCASE(?l) AS ?u) { VALUES ?x { entity:rankl entity:osteoprotegerin } ?x rdfs:label ?l }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT ?s { ?s rdfs:label ?l FILTER(REGEX(?l, '^vit', 'i') && EXISTS { ?s ckg:broader|^ckg:broader ?o }) }",
    "SELECT ?year (COUNT(?s) AS ?n) (MIN(?s) AS ?first) { ?s a ckg:Source ; ckg:year ?year } GROUP BY ?year",
    "SELECT (1.5 AS ?d) (1e3 AS ?e) (true AS ?b) ('x'@de AS ?l) ('2020-01-01'^^xsd:date AS ?t) (1/0 AS ?none) {}",
    "ASK { entity:corticosteroid ckg:decreases entity:osteoprotegerin }",
    "ASK { entity:corticosteroid ckg:decreases entity:no-such-thing }",
    CONSTRUCT,
    "DESCRIBE entity:rankl source:nazir-2015",
    "CONSTRUCT WHERE { ?c ckg:subject entity:corticosteroid ; ckg:predicate ?p ; ckg:object ?o }",
]  # fmt: skip
PARTS = [
    "SELECT ?s ?p { ?s a ?p }",
    f"SELECT ?s ?g FROM <{GRAPHS}cases> FROM NAMED <{GRAPHS}direct> {{ {{ ?s a ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}",
    f"SELECT ?s FROM <{GRAPHS}none> {{ ?s ?p ?o }}",
]
DATASETS = [
    {},
    {"default-graph-uri": [f"{GRAPHS}cases", f"{GRAPHS}sources"]},
    {"named-graph-uri": [f"{GRAPHS}direct"]},
    {"default-graph-uri": f"{GRAPHS}none", "named-graph-uri": f"{GRAPHS}none"},
]


@pytest.fixture(scope="module")
def generation(graph, tmp_path_factory) -> str:
    """The folder of a store on disk with the shipped data, as Oxigraph reads it."""
    place = tmp_path_factory.mktemp("oxigraph") / "store"
    graph.save(place)
    dataset = Dataset.open(place)
    return str(dataset.generation.folder)


@pytest.fixture(scope="module")
def union(generation) -> Iterator[str]:
    """The address of Oxigraph's read-only server; its default graph is the union of all, as ours is."""
    with serving.served("--location", generation, "--union-default-graph", command="serve-read-only") as server:
        yield server.address


@pytest.fixture(scope="module")
def apart(generation) -> Iterator[str]:
    """The same with a default graph of its own, which is empty."""
    with serving.served("--location", generation, command="serve-read-only") as server:
        yield server.address


@pytest.fixture(scope="module")
def told(client) -> Callable[..., tuple[list[str], Counter[str]] | bool | set[str]]:
    """What an endpoint answers, in a form that two of them can be compared by."""
    accept = {"Accept": "application/sparql-results+json, application/n-triples;q=0.9"}

    def answer(address: str, query: str, **asked: object) -> tuple[list[str], Counter[str]] | bool | set[str]:
        response = client.post(address, data={"query": query, **asked}, headers=accept)
        assert response.status_code == 200, response.text
        if response.headers["content-type"].startswith("application/n-triples"):
            return {str(quad.triple) for quad in ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES)}
        found = response.json()
        if "boolean" in found:
            return found["boolean"]
        return found["head"]["vars"], Counter(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])

    return answer


@pytest.mark.parametrize("query", SPREAD)
def test_answers_are_those_of_oxigraph(told, address, union, graph, query):
    ours = told(address, query)
    assert ours == told(union, prepared(query, graph.schema.prefixes, {}))
    assert ours is False or ours


def test_named_queries_are_answered_as_oxigraph_does(told, address, union, graph):
    look_up = {"entity": graph.entity, "source": graph.source, "integer": int, "text": str}

    def written(query: NamedQuery) -> str:
        values = {parameter.name: look_up[parameter.kind](parameter.default) for parameter in query.parameters}
        return prepared(query.text, graph.schema.prefixes, values)

    texts = [written(query) for query in graph.queries.values()]
    with ThreadPoolExecutor(2) as both:
        ours, theirs = both.map(lambda at: [told(at, text) for text in texts], (address, union))
    assert len(texts) >= 30
    assert dict(zip(graph.queries, ours, strict=True)) == dict(zip(graph.queries, theirs, strict=True))


@pytest.mark.parametrize("graphs", DATASETS, ids=["in the query", "default", "named", "none"])
def test_parts_of_the_dataset_are_those_of_oxigraph(told, address, apart, graphs):
    for query in PARTS if graphs else PARTS[1:]:  # ours has a union as its default graph, theirs is empty
        assert told(address, query, **graphs) == told(apart, query, **graphs)


# --- our own client, and a graph that lies at our endpoint -------------------------------------------------------------


def test_our_own_client_asks_our_endpoint(address, graph):
    remote = kg.open(address)
    trace, here = (g.trace("corticosteroids", "vascular calcification", max_steps=3) for g in (remote, graph))
    assert (trace.verdict, len(trace.increasing), len(trace.decreasing)) == (
        here.verdict,
        len(here.increasing),
        len(here.decreasing),
    )
    assert remote.sparql(SELECT).rows == graph.sparql(SELECT).rows


def test_a_graph_that_lies_elsewhere_is_asked_there(told, client, address, graph):
    with running(application(kg.open(address), None)) as server:
        at = f"{server.url}/sparql"
        assert told(at, SELECT) == told(address, SELECT)
        assert told(at, CONSTRUCT) == told(address, CONSTRUCT)
        refused = client.get(at, params={"query": SELECT, "default-graph-uri": f"{GRAPHS}claims"})
        assert (refused.status_code, "lies at another endpoint" in refused.text) == (400, True)
        broken = client.get(at, params={"query": "ASK { ?s ?p }"})
        assert (broken.status_code, f"{address} does not accept" in broken.text) == (400, True)
        described = client.get(at, headers={"Accept": "application/n-triples"}).text
        assert f"<{at}#service>" in described
        assert "void#triples" not in described


def test_an_endpoint_that_is_gone_is_told(client):
    with serving.served() as server:
        remote = kg.open(server.load(b"<urn:a> <urn:b> <urn:c> .", "application/n-triples"))
    with running(application(remote, None)) as server:
        response = client.get(f"{server.url}/sparql", params={"query": "ASK {}"})
    assert (response.status_code, "cannot be reached" in response.text) == (503, True)
