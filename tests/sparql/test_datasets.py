"""Which graphs a query asks (FROM, and the arguments of `run`), and the forms that its results can be written in."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import QueryError, UsageError
from kg.sparql import Results, run

PREFIXES = {"e": "http://e/", "from": "http://from/"}
OBJECTS = "SELECT ?o { ?s ?p ?o }"
NAMED = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """One triple in the default graph and one in each of two named graphs, told by their objects."""
    data = "<http://e/s> <http://e/p> <http://e/d> .\n"
    data += "".join(f"<http://e/s> <http://e/p> <http://e/{n}> <http://e/g{n}> .\n" for n in (1, 2))
    store = ox.Store()
    store.load(data.encode(), ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture
def ask(store):
    """The objects that a query finds, as a sorted text."""

    def objects(text: str, **graphs) -> str:
        return "".join(sorted(row[0][-1] for row in run(store, text, prefixes=PREFIXES, **graphs)))

    return objects


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (OBJECTS, "12d"),
        (NAMED, "12"),
        ("SELECT ?o FROM <http://e/g1> { ?s ?p ?o }", "1"),
        ("SELECT ?o\nfrom e:g1 # from\nfrom<http://e/g2>{ ?s ?p ?o }", "12"),
        ("SELECT ?o FROM <http://e/g1> { GRAPH ?g { ?s ?p ?o } }", ""),
        ("SELECT ?o FROM NAMED <http://e/g1> { GRAPH ?g { ?s ?p ?o } }", "1"),
        ("SELECT ?o FROM NAMED <http://e/g1> { ?s ?p ?o }", ""),
        ("SELECT ?o FROM e:g1 FROM NAMED e:g2 { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", "12"),
        ("SELECT ?o FROM <http://e/none> { ?s ?p ?o }", ""),
        ("SELECT ?o FROM <file:///etc/passwd> { ?s ?p ?o }", ""),
        ("SELECT ?o FROMe:g1 { ?s ?p ?o }", "1"),  # Oxigraph reads it so
        # the word elsewhere says nothing about the graphs
        ("SELECT ?o { ?s ?p ?o FILTER(STR(?o) != 'FROM <http://e/g1>') } # FROM e:g1", "12d"),
        ("SELECT ?o { ?from ?p ?o OPTIONAL { ?o from:from ?from } }", "12d"),
        ("PREFIX FROM: <http://e/> SELECT ?o { FROM:s FROM:p ?o }", "12d"),
    ],
)
def test_from_says_which_graphs_are_asked(ask, text, found):
    assert ask(text) == found


@pytest.mark.parametrize(
    ("text", "default", "named", "found"),
    [
        (OBJECTS, ["http://e/g1"], [], "1"),
        (OBJECTS, ["http://e/g1", "http://e/g2"], [], "12"),
        (NAMED, ["http://e/g1"], [], ""),
        (OBJECTS, [], ["http://e/g1"], ""),
        (NAMED, [], ["http://e/g1"], "1"),
        (OBJECTS, ["http://e/none"], [], ""),
        ("SELECT ?o FROM <http://e/g2> { ?s ?p ?o }", ["http://e/g1"], [], "1"),
        ("SELECT ?o FROM NAMED <http://e/g2> { GRAPH ?g { ?s ?p ?o } }", [], ["http://e/g1"], "1"),
    ],
)
def test_graphs_given_go_before_those_of_the_query(ask, text, default, named, found):
    assert ask(text, default_graphs=default, named_graphs=named) == found


def test_the_guard_stands_before_the_graphs_and_a_graph_is_an_iri(ask):
    with pytest.raises(QueryError, match="SERVICE is refused"):
        ask("SELECT * FROM <http://e/g1> { SERVICE <http://e/> { ?s ?p ?o } }", default_graphs=["http://e/g1"])
    with pytest.raises(UsageError, match="absolute IRI"):
        ask(OBJECTS, default_graphs=["g1"])


def test_naming_a_graph_fetches_nothing(store, monkeypatch):
    """pyoxigraph has an HTTP client, for SERVICE alone: a server that FROM names gets no connection."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/data.ttl"
        listener.settimeout(0.2)
        for text, graphs in (
            (f"SELECT * FROM <{address}> {{ ?s ?p ?o }}", {}),
            (f"SELECT * FROM NAMED <{address}> {{ GRAPH <{address}> {{ ?s ?p ?o }} }}", {}),
            (OBJECTS, {"default_graphs": [address], "named_graphs": [address]}),
        ):
            assert not run(store, text, prefixes={}, **graphs)
        with pytest.raises(TimeoutError):
            listener.accept()


# --- forms ------------------------------------------------------------------------------------------------------------


def results(*triples: tuple[ox.NamedNode, ox.NamedNode, object]) -> Results:
    return Results("construct", ["subject", "predicate", "object"], list(triples), prefixes=PREFIXES)


A, P = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p")


def test_only_prefixes_that_occur_are_declared():
    spaces = {"e": "http://e/", "f": "http://f/", "xsd": "http://www.w3.org/2001/XMLSchema#", "o": "http://o/"}
    nested = ox.Triple(A, P, ox.NamedNode("http://f/x"))
    for value, names in ((A, {"e"}), (ox.Literal(1), {"e", "xsd"}), (nested, {"e", "f"})):
        made = Results("construct", ["subject", "predicate", "object"], [(A, P, value)], prefixes=spaces)
        text = made.serialize("turtle")
        assert {line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("@prefix")} == names
        assert [t.triple for t in ox.parse(text, format=ox.RdfFormat.TURTLE)] == [ox.Triple(A, P, value)]


@pytest.mark.filterwarnings(r"ignore:(Dataset\.default_context|ConjunctiveGraph):DeprecationWarning")
@pytest.mark.parametrize(
    ("form", "reader"),
    [
        ("turtle", "turtle"),
        ("ntriples", "nt"),
        ("rdfxml", "xml"),
        ("jsonld", "json-ld"),
        ("trig", "trig"),
        ("nquads", "nquads"),
    ],
)
def test_triples_are_read_back_by_another_program(form, reader):
    texts = ["plain", 'a "quoted" <b> & c', "line\nfeed and\rcarriage return", "µ ⊣ 𝛼", ""]
    found = results(*((A, P, ox.Literal(text)) for text in texts), (A, P, ox.Literal("x", language="de")), (A, P, A))
    read = rdflib.Dataset(default_union=True)
    read.parse(data=found.serialize(form), format=reader)
    literals = {rdflib.Literal(text) for text in texts} | {rdflib.Literal("x", lang="de")}
    assert {quad[2] for quad in read.quads()} == {*literals, rdflib.URIRef("http://e/a")}


@pytest.mark.parametrize(
    ("triple", "form", "said"),
    [
        ((A, ox.NamedNode("http://e/1"), A), "rdfxml", "XML cannot hold"),
        ((A, ox.NamedNode("http://e/"), A), "rdfxml", "XML cannot hold"),
        ((A, P, ox.Literal("a\x01")), "rdfxml", "XML cannot hold"),
        ((A, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#li"), A), "rdfxml", "reserved syntax term"),
        ((A, P, ox.Triple(A, P, A)), "jsonld", "Use turtle"),
    ],
)
def test_what_a_form_cannot_hold_is_refused_not_written_wrong(triple, form, said):
    with pytest.raises(UsageError, match=said):
        results(triple).serialize(form)
    assert results(triple).serialize("ntriples")


def test_a_table_with_what_xml_cannot_hold_is_refused_as_xml(store):
    found = run(store, r'SELECT ("a\u0001" AS ?x) {}', prefixes={})
    with pytest.raises(UsageError, match="XML cannot hold these results"):
        found.serialize("xml")
    assert found.serialize("csv") == "x\r\na\x01\r\n"
