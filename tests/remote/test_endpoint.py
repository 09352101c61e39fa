"""SPARQL endpoints (``oxigraph serve``): the answers are those of the same data in memory."""

from __future__ import annotations

import random

import pytest
from files import write
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import quads
from shapes import shape
from worlds import random_world

import kg
from kg.errors import AmbiguousEntity, NotFound, QueryError, UnknownEntity, UsageError
from kg.remote import endpoint, reading
from kg.schema import CKG

QUESTIONS = [
    ("corticosteroids", "vascular calcification", 4), ("CKD", "calciphylaxis", 3), ("warfarin", "vascular calcification", 4),
    ("calciphylaxis", "skin necrosis", 3), ("osteoprotegerin", "vascular calcification", 1),
]  # fmt: skip


# --- claims in our own shape ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def remote(shipped):
    return kg.open(shipped)


@pytest.mark.parametrize(("source", "target", "steps"), QUESTIONS)
@pytest.mark.parametrize("options", [{}, {"definitions": False}, {"specialize": False}, {"order": "support", "k": 5}])
def test_answers_on_the_shipped_graph_are_those_in_memory(graph, remote, source, target, steps, options):
    got, wanted = (g.trace(source, target, max_steps=steps, **options) for g in (remote, graph))
    assert shape(got) == shape(wanted)
    assert (got.sources, got.targets, got.key) == (wanted.sources, wanted.targets, wanted.key)
    assert (
        got.certificate.filters == tuple(f"without {name}" for name in options if name in ("definitions",)) or options
    )


@pytest.mark.parametrize(
    "filters",
    [{"species": "human"}, {"species": "human", "unstated": True}, {"certainty": "known"}, {"design": ["cohort", "trial"]},
     {"basis": "own-data"}, {"tissue": "vessel", "unstated": True}, {"sources": ["nazir-2015"]}, {"years": (2010, 2024)},
     {"population": "dialysis"}, {"drafts": False}],
)  # fmt: skip
def test_scopes_are_answered_as_in_memory(graph, remote, filters):
    for source, target, steps in QUESTIONS[:3]:
        got, wanted = (g.where(**filters).trace(source, target, max_steps=steps) for g in (remote, graph))
        assert shape(got) == shape(wanted)
        assert list(got.certificate.filters) == [w.split(" (keeping")[0] for w in wanted.certificate.filters]


def test_what_is_taken_away_is_taken_away_as_in_memory(graph, remote):
    for gone in ({"entities": ["RANKL"]}, {"sources": ["nazir-2015"]}, {"sources": ["nazir-2015"], "reports": True},
                 {"claims": ["nazir-2015-32"]}, {"entities": ["osteoprotegerin", "RANKL"], "sources": "nazir-2015"}):  # fmt: skip
        names, more = gone.get("entities", []), {name: value for name, value in gone.items() if name != "entities"}
        got, wanted = (g.without(*names, **more).trace(*QUESTIONS[0][:2]) for g in (remote, graph))
        assert shape(got) == shape(wanted)
        assert got.certificate.filters[0].startswith("without ")


@pytest.fixture(scope="module")
def worlds(server, tmp_path_factory):
    """A world by its number: in memory, and served from named graphs or from the default graph."""
    made: dict[int, tuple] = {}

    def world(seed):
        if seed not in made:
            world = random_world(seed, entities=8, claims=50, links=8)
            world.claims = [
                *world.claims,
                ("e0", "affects", "e1"),
            ]  # an endpoint without any claim would be plain triples
            graph = world.load(tmp_path_factory.mktemp("world"))
            data = quads(graph)
            if seed % 2:
                data = b"".join(line.rpartition(b" <")[0] + b" .\n" for line in data.splitlines())
            made[seed] = graph, data
        graph, data = made[seed]
        return graph, kg.open(server.load(data, "application/n-triples" if seed % 2 else "application/n-quads"))

    return world


@settings(max_examples=40)
@given(st.integers(0, 40), st.integers(1, 6), st.booleans(), st.booleans())
def test_answers_on_random_worlds_are_those_in_memory(worlds, seed, max_steps, definitions, specialize):
    memory, remote = worlds(seed)
    source, target = random.Random(seed).sample([entity.id for entity in memory.entities], 2)
    options = {"max_steps": max_steps, "definitions": definitions, "specialize": specialize}
    assert shape(remote.trace(source, target, **options)) == shape(memory.trace(source, target, **options))


@settings(max_examples=20)
@given(st.integers(0, 40), st.integers(1, 4))
def test_small_batches_and_pages_and_sets_of_ends_make_no_difference(worlds, seed, max_steps):
    memory, remote = worlds(seed)
    rng = random.Random(seed)
    names = [entity.id for entity in memory.entities]
    sources, targets = (rng.sample(names, min(3, len(names))) for _ in range(2))
    if len({*sources, *targets}) == 1:
        return
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in ((reading, "BATCH", 2), (reading, "PAGE", 3), (endpoint, "BATCH", 1)):
            patch.setattr(module, name, value)
        got = remote.trace(sources, targets, max_steps=max_steps)
    assert shape(got) == shape(memory.trace(sources, targets, max_steps=max_steps))


def test_only_the_part_between_the_ends_comes_here(graph, remote):
    pulled = remote.pull("corticosteroids", "vascular calcification")
    assert pulled.cuts == ()
    assert len(pulled.graph) < len(graph) / 4
    assert pulled.graph.loops() is not None
    assert shape(pulled.graph.trace(*QUESTIONS[0][:2])) == shape(graph.trace(*QUESTIONS[0][:2]))


def test_entities_go_by_their_names(graph, remote):
    for name in ("OPG", "osteoprotegerin", "entity:osteoprotegerin", "HGNC:11909", "Corticosteroids", "TNF-alpha", "TNFα",
                 "NF-kB", "vascular  calcification", graph.find("OPG").iri):  # fmt: skip
        assert remote.find(name) == graph.find(name)
    with pytest.raises(UnknownEntity, match="Did you mean osteoprotegerin"):
        remote.find("osteoprotegrin")
    with pytest.raises(UsageError):
        remote.find(" ")
    with pytest.raises(UsageError):
        remote.search("bone", limit=0)
    for name in (n for e in graph.entities for n in e.ambiguous_names):
        with pytest.raises(AmbiguousEntity):
            remote.find(name)
    assert remote.search("osteo")[:3] == graph.search("osteo")[:3]
    assert remote.search("?!") == []
    left = remote.without("RANKL")
    assert graph.find("RANKL") not in left.search("RANKL")
    with pytest.raises(UnknownEntity):
        left.find("RANKL")


@pytest.mark.parametrize("name", ['x" } INSERT', "a\\", "a\nb", "}", "<http://e/>", "http://e/ x", "'''", "?n"])
def test_a_name_can_change_no_query(remote, name):
    with pytest.raises(UnknownEntity):
        remote.find(name)


def test_unknown_values_sources_and_claims_are_told(remote):
    for ask in (lambda: remote.where(species="unicorn"), lambda: remote.where(colour="red"), lambda: remote.where(sources=["nobody-1900"]),
                lambda: remote.limited(patience=3), lambda: remote.limited(fan_out=0), lambda: remote.report):  # fmt: skip
        with pytest.raises(UsageError):
            ask()
    for ask in (
        lambda: remote.without(claims=["nobody-1"]),
        lambda: remote.without(sources=["nobody-1900"]),
        lambda: remote.source("a b"),
    ):
        with pytest.raises(NotFound):
            ask()
    assert remote.source("nazir-2015").year == 2015


def test_queries_go_through_the_guard_to_the_endpoint(graph, remote):
    asked = "SELECT ?drug ?label { GRAPH graph:entities { ?drug a ckg:Drug ; rdfs:label ?label } } ORDER BY ?drug"
    wanted = graph.sparql(asked)
    assert remote.sparql(asked).rows == wanted.rows
    short = remote.sparql(asked, limit=2)
    assert (short.rows, short.truncated) == (wanted.rows[:2], True)
    assert remote.sparql("ASK { GRAPH ?g { ?e rdfs:label ?l } }", e=graph.find("OPG")).boolean is True
    triples = remote.sparql("CONSTRUCT { ?d a ckg:Drug } WHERE { GRAPH ?g { ?d a ckg:Drug } }")
    assert (triples.kind, len(triples)) == ("construct", len(wanted))
    for text in ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", "DELETE WHERE { ?s ?p ?o }", "SELECT { nonsense"):
        with pytest.raises(QueryError):
            remote.sparql(text)
    with pytest.raises(UsageError):
        remote.sparql(asked, limit=0)


@pytest.mark.parametrize(
    "ask",
    [lambda g: g.entities, lambda g: g.claims(), lambda g: g.loops(), lambda g: g.network, lambda g: g.draw(), lambda g: g.gaps(),
     lambda g: g.query("what-lowers", target="OPG"), lambda g: g.queries, lambda g: g.save("x"), lambda g: g.disputes()],
)  # fmt: skip
def test_what_needs_everything_at_once_is_refused_in_plain_words(remote, ask):
    with pytest.raises(UsageError, match="pull a part"):
        ask(remote)


def test_pictures_json_and_pages_are_made_of_its_answers(remote, shipped):
    answer = remote.trace("osteoprotegerin", "vascular calcification", max_steps=2)
    assert "<svg" in answer.draw()
    assert answer.to_dict()["certificate"]["data"] == f"{shipped} (claims)"
    assert shipped in repr(remote)
    assert "<table" in remote.where(species="human")._repr_html_()
    assert bool(remote)
    assert remote.entity_names() == []
    assert len(remote) == len(kg.load())


# --- limits -----------------------------------------------------------------------------------------------------------------


def test_a_hub_that_is_not_followed_is_named_and_the_answer_is_not_complete(graph, remote):
    short = remote.limited(fan_out=4).trace("corticosteroids", "vascular calcification")
    told = short.certificate
    assert told.status == "budget"
    assert told.exhaustive_to < 4
    assert any("not followed: steps" in word and "more than 4" in word for word in told.filters)
    whole = graph.trace("corticosteroids", "vascular calcification")
    seen = {str(path) for path in short.paths}
    assert seen < {str(path) for path in whole.paths}
    assert {str(path) for path in whole.paths if len(path) <= told.exhaustive_to} <= seen


@settings(max_examples=40)
@given(st.integers(0, 40), st.integers(1, 5), st.integers(1, 12), st.sampled_from(["fan_out", "edges"]))
def test_no_route_as_short_as_the_certificate_says_is_missing(worlds, seed, max_steps, limit, name):
    memory, remote = worlds(seed)
    source, target = random.Random(seed).sample([entity.id for entity in memory.entities], 2)
    got = remote.limited(**{name: limit}).trace(source, target, max_steps=max_steps)
    wanted = memory.trace(source, target, max_steps=max_steps)
    seen, there = ({str(path.key) for path in trace.paths} for trace in (got, wanted))
    assert seen <= there
    assert {str(path.key) for path in wanted.paths if len(path) <= got.certificate.exhaustive_to} <= seen
    if seen != there:
        assert got.certificate.status == "budget"
        assert got.certificate.filters
    if got.certificate.status == "budget":
        assert got.verdict != "no path"


# --- plain triples ----------------------------------------------------------------------------------------------------------

PREDICATES = {
    "increases": "RO:0002213", "decreases": "RO:0002212", "causes": "biolink:causes", "contributes-to": "biolink:contributes_to",
    "treats-or-prevents": "biolink:treats", "affects": "biolink:affects", "positively-associated-with": "biolink:positively_correlated_with",
    "negatively-associated-with": "biolink:negatively_correlated_with", "has-no-effect-on": "biolink:caused_by",
    "not-associated-with": "ex:acts-on", "broader": "biolink:subclass_of",
}  # fmt: skip
SPACES = {
    "RO": "http://purl.obolibrary.org/obo/RO_",
    "biolink": "https://w3id.org/biolink/vocab/",
    "ex": "http://example.org/",
}
CHEBI = "http://purl.obolibrary.org/obo/CHEBI_"


def iri(curie):
    prefix, _, local = curie.partition(":")
    return f"<{SPACES[prefix]}{local}>"


@pytest.fixture(scope="module")
def plain(server, tmp_path_factory):
    """A world of plain triples by its number: as KGX files in memory, and served."""
    made = {}

    def triples(seed, unmapped="unsigned"):
        if seed not in made:
            world = random_world(seed, entities=8, claims=50, links=6)
            said = [(c[0], PREDICATES[c[1]], c[2]) for c in world.claims]
            said += [(a, PREDICATES["broader"], b) for a, link, b in world.links if link == "broader"]
            made[seed] = world.names(), sorted(set(said))
        names, said = made[seed]
        number = {name: str(at) for at, name in enumerate(names)}
        nodes = [{"id": f"CHEBI:{number[n]}", "name": f"thing {n}", "category": "biolink:Drug"} for n in names]
        edges = [{"subject": f"CHEBI:{number[s]}", "predicate": p if "ex" not in p else iri(p)[1:-1], "object": f"CHEBI:{number[o]}"}
                 for s, p, o in said]  # fmt: skip
        folder = tmp_path_factory.mktemp("plain")
        (folder / "none").write_text("")
        memory = kg.open(
            *write(folder, nodes, edges or [{"subject": "", "predicate": "", "object": ""}]), unmapped=unmapped
        )
        data = [f"<{CHEBI}{number[s]}> {iri(p)} <{CHEBI}{number[o]}> .\n" for s, p, o in said]
        label = "<http://www.w3.org/2000/01/rdf-schema#label>"
        data += [f'<{CHEBI}{number[n]}> {label} "thing {n}"@en, "Ding {n}"@de .\n' for n in names]
        data += [
            f"<{CHEBI}{number[n]}> a {iri('biolink:Drug')} ; <http://www.w3.org/2004/02/skos/core#related> <{CHEBI}0> .\n"
            for n in names
        ]
        return memory, kg.open(server.load("".join(data).encode(), "text/turtle"), unmapped=unmapped)

    return triples


@settings(max_examples=30)
@given(st.integers(0, 25), st.integers(1, 5), st.sampled_from(["unsigned", "left out"]), st.booleans(), st.booleans())
def test_plain_triples_are_answered_as_the_same_rows_in_memory(
    plain, seed, max_steps, unmapped, definitions, specialize
):
    memory, remote = plain(seed, unmapped)
    source, target = random.Random(seed).sample([entity.id for entity in memory.entities], 2)
    options = {"max_steps": max_steps, "definitions": definitions, "specialize": specialize}
    got, wanted = (shape(g.trace(source, target, **options), claims=False) for g in (remote, memory))
    wanted["rests_on"] = wanted["rests_on"].replace("edges.tsv", remote._place.origin)
    assert got == wanted


def test_plain_triples_go_by_labels_and_identifiers_and_are_reported(plain):
    memory, remote = plain(3)
    first = remote.find("CHEBI:0")
    assert (first.label, first.kind, first.iri) == ("thing e0", "Drug", f"{CHEBI}0")
    for name in ("thing e0", "Thing E0", "THING-e0", "chebi:0", f"{CHEBI}0"):
        assert remote.find(name) == first
    with pytest.raises(UnknownEntity, match="Did you mean thing e0"):
        remote.find("thinge")
    read, wanted = remote.report, memory.report
    assert read.unmapped == {"http://example.org/acts-on": sum(wanted.unmapped.values())}
    assert read.read["biolink:causes"] == wanted.read["biolink:causes"]
    claim = remote.pull("CHEBI:0", "CHEBI:1").graph.claims()[0]
    assert claim.id.split(" ")[0].startswith("CHEBI:")
    assert len(remote.without(claims=[claim.id]).pull("CHEBI:0", "CHEBI:1").graph) < len(
        remote.pull("CHEBI:0", "CHEBI:1").graph
    )
    for ask in (lambda: remote.source("PMID:1"), lambda: remote.without(claims=["a b c"])):
        with pytest.raises(NotFound):
            ask()
    assert remote.source(remote._place.origin).id == remote._place.origin
    with pytest.raises(UsageError):
        remote.where(design="trial")
    left = remote.where(species="human").trace("CHEBI:0", "CHEBI:1")
    assert {step.kind for path in left.paths for step in path.steps} <= {"definition", "specialization"}


def test_plain_triples_of_our_own_predicates_are_read_as_themselves(server):
    data = f"@prefix c: <{CKG}> . @prefix e: <http://e.org/> . e:a c:decreases e:b . e:b c:increases e:d . e:x c:broader e:a . e:a c:has-no-effect-on e:d ."
    graph = kg.open(server.load(data.encode(), "text/turtle"))
    answer = graph.trace("http://e.org/a", "http://e.org/d")
    assert [str(path) for path in answer.decreasing] == ["http://e.org/a ⊣ http://e.org/b → http://e.org/d"]
    assert [claim.predicate for claim in answer.beside] == ["has-no-effect-on"]
    assert graph.trace("http://e.org/x", "http://e.org/d").verdict == "decreases"


def test_an_endpoint_takes_no_files_and_no_engine(shipped):
    for ask in (
        lambda: kg.open(shipped, "nodes.tsv"),
        lambda: kg.open(shipped, engine="duckdb"),
        lambda: kg.open("ontology", engine="duckdb"),
    ):
        with pytest.raises(UsageError):
            ask()
