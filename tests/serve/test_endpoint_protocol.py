"""The SPARQL protocol over HTTP: the W3C's cases, every form, every refusal, and the page for those who read HTML."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import rdflib
from running import running
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import kg
from kg.serve.endpoint.description import Facts, description
from kg.serve.endpoint.protocol import Endpoint
from kg.serve.workers import Workers

AT = "/sparql"
BASE = "https://w3id.org/calciphylaxis-kg/"
ENTITIES, SOURCES, CASES = (f"{BASE}graph/{role}" for role in ("entities", "sources", "cases"))
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
DIRECT, FORM = {"Content-Type": "application/sparql-query"}, {"Content-Type": "application/x-www-form-urlencoded"}
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TWO = "ASK { entity:rankl a ckg:Protein . source:nazir-2015 a ckg:Source }"
NAMED = f"ASK {{ GRAPH <{SOURCES}> {{ source:nazir-2015 a ckg:Source }} }}"

rdflib_complains = pytest.mark.filterwarnings(r"ignore:(Dataset\.default_context|ConjunctiveGraph):DeprecationWarning")


@pytest.fixture(scope="module")
def sparql(served) -> Iterator[httpx.Client]:
    """The endpoint of the whole application."""
    with httpx.Client(base_url=served, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def bare(graph) -> Iterator[httpx.Client]:
    """The endpoint alone, with tight limits and a page that says what it was given."""

    def page(request, query, answer, error):
        told = {"query": query, "rows": answer and answer.rows, "cut": answer and answer.truncated}
        return PlainTextResponse(json.dumps({**told, "error": error and str(error)}), media_type="text/html")

    workers = Workers(graph.dataset, size=1, seconds=0.6, waiting=1)
    endpoint = Endpoint(workers, Facts.of(graph, graph.dataset), page, limit=2_000)
    with (
        running(Starlette(routes=[Route("/sparql", endpoint)]), close=workers.close) as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
    ):
        client.lines = server.lines
        yield client


# --- The cases of the W3C's suite for the protocol (sparql11/data-sparql11/protocol), by their names, in our words -----


def answers(response: httpx.Response, expected: bool) -> None:
    assert response.status_code == 200, response.text
    assert response.json()["boolean"] is expected


@pytest.mark.parametrize(
    ("case", "method", "asked", "expected"),
    [
        ("query_get", "GET", {"params": {"query": "ASK {}"}}, True),
        ("query_post_form", "POST", {"data": {"query": "ASK {}"}}, True),
        ("query_post_direct", "POST", {"content": "ASK {}", "headers": DIRECT}, True),
        (
            "query_dataset_default_graphs_get",
            "GET",
            {"params": {"query": TWO, "default-graph-uri": [ENTITIES, SOURCES]}},
            True,
        ),
        (
            "query_dataset_default_graphs_get, one",
            "GET",
            {"params": {"query": TWO, "default-graph-uri": SOURCES}},
            False,
        ),
        (
            "query_dataset_default_graphs_post",
            "POST",
            {"content": TWO, "headers": DIRECT, "params": {"default-graph-uri": [ENTITIES, SOURCES]}},
            True,
        ),
        (
            "query_dataset_named_graphs_get",
            "GET",
            {"params": {"query": NAMED, "named-graph-uri": [ENTITIES, SOURCES]}},
            True,
        ),
        (
            "query_dataset_named_graphs_get, other",
            "GET",
            {"params": {"query": NAMED, "named-graph-uri": [ENTITIES, CASES]}},
            False,
        ),
        (
            "query_dataset_named_graphs_post",
            "POST",
            {"data": {"query": NAMED, "named-graph-uri": [ENTITIES, SOURCES]}},
            True,
        ),
        (
            "query_dataset_full",
            "POST",
            {
                "content": "ASK { entity:rankl a ckg:Protein . GRAPH ?g { source:nazir-2015 a ckg:Source } }",
                "headers": DIRECT,
                "params": {"default-graph-uri": ENTITIES, "named-graph-uri": [SOURCES, CASES]},
            },
            True,
        ),
        (
            "query_multiple_dataset",
            "POST",
            {
                "content": f"ASK FROM <{ENTITIES}> {{ entity:rankl a ckg:Protein }}",
                "headers": DIRECT,
                "params": {"default-graph-uri": SOURCES},
            },
            False,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("query") else "",
)
def test_w3c_cases_that_are_answered(sparql, case, method, asked, expected):
    answers(sparql.request(method, AT, **asked), expected)


@pytest.mark.parametrize(
    ("case", "query", "kinds"),
    [
        ("query_content_type_select", "SELECT (1 AS ?value) {}", {JSON, XML, "text/csv", "text/tab-separated-values"}),
        ("query_content_type_ask", "ASK {}", {JSON, XML}),
        (
            "query_content_type_describe",
            "DESCRIBE entity:rankl",
            {"text/turtle", "application/rdf+xml", "application/n-triples"},
        ),
        (
            "query_content_type_construct",
            "CONSTRUCT { <urn:s> <urn:p> 1 } {}",
            {"text/turtle", "application/rdf+xml", "application/n-triples"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("query") else "",
)
def test_w3c_cases_of_the_content_type(sparql, case, query, kinds):
    response = sparql.post(AT, content=query, headers=DIRECT)
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] in kinds


@pytest.mark.parametrize(
    ("case", "method", "asked", "status", "said"),
    [
        ("bad_query_method", "PUT", {"params": {"query": "ASK {}"}}, 405, "read"),
        ("bad_multiple_queries", "GET", {"params": {"query": ["ASK {}", "SELECT * {}"]}}, 400, "2 queries"),
        (
            "bad_query_wrong_media_type",
            "POST",
            {"content": "ASK {}", "headers": {"Content-Type": "text/plain"}},
            415,
            "'text/plain' is no type of a query",
        ),
        ("bad_query_missing_form_type", "POST", {"content": "query=ASK%20%7B%7D"}, 415, "does not say what"),
        ("bad_query_missing_direct_type", "POST", {"content": "ASK {}"}, 415, "does not say what"),
        (
            "bad_query_non_utf8",
            "POST",
            {
                "content": "ASK {}".encode("utf-16"),
                "headers": {"Content-Type": "application/sparql-query; charset=UTF-16"},
            },
            415,
            "read in UTF-8, not in 'UTF-16'",
        ),
        ("bad_query_syntax", "GET", {"params": {"query": "ASK {"}}, 400, "line 1, column 6"),
        # not in the suite: two ways at once, no query, no text, and everything that would change the graph
        (
            "bad_both_ways",
            "POST",
            {"content": "ASK {}", "headers": DIRECT, "params": {"query": "ASK {}"}},
            400,
            "2 queries",
        ),
        ("bad_no_query", "POST", {"data": {"format": "json"}}, 400, "no query"),
        ("bad_empty_query", "GET", {"params": {"query": " "}}, 400, "query is empty"),
        ("bad_bytes", "POST", {"content": b"ASK { \xff }", "headers": DIRECT}, 400, "not text in UTF-8 (byte 7)"),
        ("bad_escape", "POST", {"content": b"query=ASK%20%FF", "headers": FORM}, 400, "UTF-8"),
        (
            "bad_charset",
            "POST",
            {"content": b"query=", "headers": {"Content-Type": f"{FORM['Content-Type']};charset=latin1"}},
            415,
            "latin1",
        ),
        (
            "bad_encoding",
            "POST",
            {"content": b"x", "headers": {**DIRECT, "Content-Encoding": "gzip"}},
            415,
            "Compressed",
        ),
        ("bad_graph", "GET", {"params": {"query": "ASK {}", "default-graph-uri": "no iri"}}, 400, "absolute IRI"),
        ("bad_format", "GET", {"params": {"query": "ASK {}", "format": "yaml"}}, 400, "'yaml' is no form"),
        (
            "bad_service",
            "GET",
            {"params": {"query": "ASK { SERVICE <http://localhost/> {} }"}},
            400,
            "SERVICE is refused",
        ),
        ("update_get", "GET", {"params": {"update": "CLEAR ALL"}}, 400, "never changed"),
        ("update_post_form", "POST", {"data": {"update": "CLEAR ALL"}}, 400, "never changed"),
        (
            "update_post_direct",
            "POST",
            {"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}},
            415,
            "never changed",
        ),
        ("update_as_query", "GET", {"params": {"query": "DELETE WHERE { ?s ?p ?o }"}}, 400, "never changed"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith(("bad_", "update_")) else "",
)
def test_w3c_cases_that_are_refused(bare, case, method, asked, status, said):
    response = bare.request(method, AT, **asked)
    assert (response.status_code, said in response.text) == (status, True), response.text
    if status == 405:
        assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"


# --- forms ------------------------------------------------------------------------------------------------------------

ROWS = "SELECT ?s ?label { ?s ckg:broader entity:corticosteroid ; rdfs:label ?label } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s ckg:broader ?o } { ?s ckg:broader ?o }"


@pytest.mark.parametrize(
    ("accept", "name", "form", "kind"),
    [
        ("*/*", "json", "json", JSON),
        ("application/json", None, "json", "application/json"),
        (XML, "xml", "xml", XML),
        ("text/xml;q=0.9, text/plain", None, "xml", "text/xml; charset=utf-8"),
        ("text/csv", "csv", "csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, text/tab-separated-values", "tsv", "tsv", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_tables_in_every_form(sparql, graph, accept, name, form, kind):
    own = graph.sparql(ROWS).serialize(form)
    response = sparql.get(AT, params={"query": ROWS}, headers={"Accept": accept})
    assert (response.text, response.headers["content-type"]) == (own, kind)
    assert "Accept" in response.headers["vary"].split(", ")
    if name:
        response = sparql.get(AT, params={"query": ROWS, "format": name}, headers={"Accept": "text/html"})
        assert (response.text, response.headers["content-type"]) == (own, kind)


@rdflib_complains
@pytest.mark.parametrize(
    ("accept", "name", "reader"),
    [
        ("text/turtle", "turtle", "turtle"),
        ("application/n-triples", "nt", "nt"),
        ("application/rdf+xml", "rdf+xml", "xml"),
        ("application/ld+json", "json-ld", "json-ld"),
        ("application/trig", "trig", "trig"),
        ("application/n-quads", "nquads", "nquads"),
    ],
)
def test_graphs_in_every_form(sparql, graph, accept, name, reader):
    expected = {tuple(map(rdflib.URIRef, row)) for row in graph.sparql(GRAPH).rows}
    for asked in ({"headers": {"Accept": accept}}, {"params": {"format": name}}):
        response = sparql.post(AT, data={"query": GRAPH}, **asked)
        assert response.headers["content-type"].partition(";")[0] == accept
        read = rdflib.Dataset(default_union=True)
        read.parse(data=response.content, format=reader)
        assert {quad[:3] for quad in read.quads()} == expected


def test_a_media_type_as_format_and_names_that_fit_both_kinds(sparql):
    for form, kind in (("text/csv", "text/csv"), ("application/sparql-results+xml", XML), ("xml", XML)):
        assert sparql.get(AT, params={"query": ROWS, "format": form}).headers["content-type"].startswith(kind)
    assert sparql.get(f"{AT}?query=ASK{{}}&format=application/sparql-results+xml").headers["content-type"] == XML
    for form, kind in (("xml", "application/rdf+xml"), ("json", "application/ld+json")):
        assert sparql.get(AT, params={"query": GRAPH, "format": form}).headers["content-type"] == kind


def test_what_is_not_there_in_an_acceptable_form_is_listed(sparql):
    for query, accept in ((ROWS, "text/turtle"), (GRAPH, "text/csv"), (ROWS, "image/png, */*;q=0"), ("", "image/png")):
        asked = {"query": query} if query else {}
        response = sparql.get(AT, params=asked, headers={"Accept": accept})
        assert response.status_code == 406
        assert ("text/csv" if query == ROWS else "text/turtle") in response.text
        assert "text/html" in response.text
    assert sparql.get(AT, params={"query": GRAPH, "format": "csv"}).status_code == 406


# --- errors that a program and a person can read -----------------------------------------------------------------------


def test_an_error_has_its_place_as_text_and_as_json(sparql):
    query = {"query": "SELECT *\nWHERE { ?s ?p }"}
    plain = sparql.get(AT, params=query)
    assert (plain.status_code, plain.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert plain.text.splitlines()[-2:] == ["WHERE { ?s ?p }", "              ^"]
    for asked in ({"headers": {"Accept": JSON}}, {"headers": {"Accept": "application/json"}}):
        told = sparql.get(AT, params=query, **asked)
        assert told.headers["content-type"] == "application/json"
        assert (told.json()["line"], told.json()["column"], told.json()["type"]) == (2, 15, "error")
    assert sparql.get(AT, params={**query, "format": "json"}).json()["line"] == 2


def test_an_answer_that_is_too_long_is_refused_whole(bare):
    response = bare.get(AT, params={"query": "SELECT * { ?s ?p ?o }"})
    assert response.status_code == 400
    assert "more than 2,000 rows" in response.text
    assert "Add LIMIT" in response.text
    response = bare.get(AT, params={"query": "SELECT * { ?s ?p ?o } LIMIT 2000"})
    assert len(response.json()["results"]["bindings"]) == 2_000


def test_a_body_or_an_address_that_is_too_large_is_refused(bare, sparql):
    assert bare.post(AT, content=b"#" * (1 << 20) + b"\n", headers=DIRECT).status_code == 413
    assert bare.post(AT, content=b"ASK {}" + b"#" * ((1 << 20) - 6), headers=DIRECT).status_code == 200
    assert sparql.get(AT, params={"query": "#" * 20_000}).status_code == 414
    assert bare.get(f"{AT}?" + "a=1&" * 200).status_code == 400


def test_what_takes_too_long_or_comes_when_all_are_busy_may_come_again(bare):
    with ThreadPoolExecutor(4) as clients:
        asked = [clients.submit(bare.get, AT, params={"query": FOREVER}) for _ in range(4)]
        found = [each.result() for each in asked]
    assert {response.status_code for response in found} == {503}
    said = sorted(response.text.split(".")[0] for response in found)
    assert said == [*["The query was stopped after 0"] * 2, *["Too many queries at once: 1 at work and 1 in line"] * 2]
    assert all(int(response.headers["retry-after"]) >= 1 for response in found)
    answers(bare.get(AT, params={"query": "ASK {}"}), True)


def test_a_query_whose_client_has_left_is_stopped(graph):
    workers = Workers(graph.dataset, size=1, seconds=60, waiting=0)
    endpoint = Endpoint(workers, Facts.of(graph, graph.dataset))
    with (
        running(Starlette(routes=[Route("/sparql", endpoint)]), close=workers.close) as server,
        httpx.Client(base_url=server.url, timeout=20) as client,
    ):
        with pytest.raises(httpx.ReadTimeout):
            client.get(AT, params={"query": FOREVER}, timeout=1)
        until = time.monotonic() + 20
        while (found := client.get(AT, params={"query": "ASK {}"})).status_code == 503:
            assert time.monotonic() < until
        answers(found, True)


def test_no_word_of_a_query_is_in_the_log(bare):
    bare.get(AT, params={"query": "SELECT ?secret { ?secret ?of 'the patient' }"})
    bare.get(AT, params={"query": "SELECT ?secret {"})
    assert bare.lines
    assert not any("secret" in line or "patient" in line for line in bare.lines)


# --- HTTP -------------------------------------------------------------------------------------------------------------


def test_head_options_and_other_origins(sparql):
    got = sparql.get(AT, params={"query": ROWS})
    head = sparql.head(AT, params={"query": ROWS})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", got.headers["etag"])
    assert head.headers["content-length"] == str(len(got.content))
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    options = sparql.options(AT, headers=asked)
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == options.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Content-Type" in options.headers["access-control-allow-headers"]
    for response in (got, options, sparql.get(AT, params={"query": "ASK {"})):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers


def test_pages_are_not_for_other_origins(sparql):
    assert "access-control-allow-origin" not in sparql.get("/").headers


def test_an_answer_that_the_client_has_is_not_sent_again(sparql):
    first = sparql.get(AT, params={"query": ROWS})
    mark = first.headers["etag"]
    again = sparql.get(AT, params={"query": ROWS}, headers={"If-None-Match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert sparql.get(AT, params={"query": ROWS, "format": "csv"}, headers={"If-None-Match": mark}).status_code == 200


# --- without a query: the description, and the page --------------------------------------------------------------------


@pytest.fixture(scope="module")
def counts(graph) -> dict[str, int]:
    """How many triples each graph has; the union of all goes by an empty name."""
    store = graph.dataset.store
    named = Counter(quad.graph_name.value for quad in store)
    return {**named, "": len({quad.triple for quad in store})}


@rdflib_complains
@pytest.mark.parametrize("form", ["turtle", "nt", "xml", "json-ld", "trig", "nquads"])
def test_the_service_describes_itself(sparql, served, graph, counts, form):
    response = sparql.get(AT, params={"format": {"xml": "rdfxml"}.get(form, form)})
    read = rdflib.Dataset(default_union=True)
    read.parse(data=response.content, format=form)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    (service,) = read.subjects(rdflib.RDF.type, sd.Service)
    assert [str(address) for address in read.objects(service, sd.endpoint)] == [f"{served}{AT}"]
    assert (service, sd.feature, sd.UnionDefaultGraph) in read
    assert len(set(read.objects(service, sd.resultFormat))) == 10
    (dataset,) = read.objects(service, sd.defaultDataset)
    counted = {}
    for named in read.objects(dataset, sd.namedGraph):
        (content,) = read.objects(named, sd.graph)
        (count,) = read.objects(content, void.triples)
        counted[str(read.value(named, sd.name))] = int(count)
    (default,) = read.objects(dataset, sd.defaultGraph)
    counted[""] = int(read.value(default, void.triples))
    assert counted == counts
    assert int(read.value(default, void.properties)) == len({quad.predicate for quad in graph.dataset.store})


def test_without_a_query_and_without_wishes_the_description_is_turtle(sparql):
    response = sparql.get(AT)
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    assert response.content == sparql.get(AT).content


def test_a_store_on_disk_is_described_by_what_it_knows(graph, tmp_path):
    graph.save(tmp_path / "store")
    stored = kg.open(tmp_path / "store")
    facts = Facts.of(stored, stored.dataset)
    assert not facts.countable, "it may be too large to be counted"
    counts = [row for row in description("http://localhost/sparql", facts) if row[1].endswith("void#triples")]
    assert sum(row[2] for row in counts) == len(graph.dataset.store)


def test_the_page_gets_the_query_with_its_answer_or_its_error(bare):
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    shown = bare.get(AT, headers=browser)
    assert shown.json() == {"query": None, "rows": None, "cut": None, "error": None}
    assert bare.get(AT, params={"query": "ASK {}", "format": "html"}).headers["content-type"].startswith("text/html")
    query = "SELECT * { ?s ?p ?o }"
    shown = bare.post(AT, data={"query": query}, headers=browser)
    assert shown.json() == {"query": query, "rows": 1_000, "cut": True, "error": None}
    shown = bare.get(AT, params={"query": "ASK {"}, headers=browser)
    assert (shown.status_code, "line 1, column 6" in shown.json()["error"]) == (400, True)
    assert "Accept" in shown.headers["vary"]
    shown = bare.get(AT, params={"query": FOREVER}, headers=browser)
    assert (shown.status_code, shown.headers["retry-after"]) == (503, "600")
