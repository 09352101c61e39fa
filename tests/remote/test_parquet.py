"""Parquet through DuckDB: the answers are those of the same data in memory; limits and faults are told."""

from __future__ import annotations

import random
import sys

import pytest
from files import EDGES, NODES, kgx_world, write, write_world
from hypothesis import given, settings
from hypothesis import strategies as st
from parquets import from_tsv, kgx_rows, write_parquet
from shapes import shape

import kg
from kg.errors import FileProblem, InvalidData, MissingExtra, NotFound, UnknownEntity, UsageError


class Worlds(list):
    def __repr__(self):
        return "worlds"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """Eighteen worlds, each in memory and as Parquet: with texts and nodes, with lists, or without nodes."""
    made = Worlds()
    for seed in range(18):
        folder = tmp_path_factory.mktemp("world")
        nodes, edges = write_world(kgx_world(seed, entities=9, claims=70, links=6), folder)
        lists = seed % 3 == 1
        files = [from_tsv(edges, lists=lists), *([from_tsv(nodes, lists=lists)] if seed % 3 != 2 else [])]
        made.append((kg.open(nodes, edges), kg.open(*files)))
    return made


def both(worlds, seed):
    memory, remote = worlds[seed % len(worlds)]
    rng = random.Random(seed)
    ends = rng.sample(sorted({end.id for c in memory.claims() for end in (c.subject, c.object)} or {"e0", "e1"}), 2)
    return memory, remote, rng, ends


def test_the_worlds_are_worth_comparing(worlds):
    answers = [memory.trace(*both(worlds, seed)[3], max_steps=4) for seed, (memory, _) in enumerate(worlds)]
    assert sum(len(answer.paths) > 5 for answer in answers) > 6
    assert {answer.verdict for answer in answers} >= {"contested", "no path"}
    assert any(step.kind == "specialization" for answer in answers for path in answer.paths for step in path.steps)


@settings(max_examples=20)
@given(
    st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([None, 1, 3]), st.sampled_from(["steps", "support"]),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_answers_are_those_in_memory(worlds, seed, max_steps, k, order, definitions, specialize):
    memory, remote, _, ends = both(worlds, seed)
    options = {"max_steps": max_steps, "k": k, "order": order, "definitions": definitions, "specialize": specialize}
    assert shape(remote.trace(*ends, **options)) == shape(memory.trace(*ends, **options))


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_sets_of_ends_are_answered_as_in_memory(worlds, seed, max_steps):
    memory, remote, rng, ends = both(worlds, seed)
    names = sorted({end.id for c in memory.claims() for end in (c.subject, c.object)})
    sources, targets = ([end, *rng.sample(names, min(2, len(names)))] for end in ends)
    got, wanted = (graph.trace(sources, targets, max_steps=max_steps) for graph in (remote, memory))
    assert shape(got) == shape(wanted)


@settings(max_examples=20)
@given(
    st.integers(0, 10**6), st.sampled_from([{"species": "human"}, {"species": ["mouse", "human"]}, {"basis": "own-data"}, {"certainty": "known"}, {"sources": ["s2"]}]),
    st.booleans(),
)  # fmt: skip
def test_filters_are_answered_as_in_memory(worlds, seed, filters, unstated):
    memory, remote, _, ends = both(worlds, seed)
    if "s2" not in {claim.source.id for claim in memory.claims()}:
        filters = {"species": "human"}
    got, wanted = (graph.where(unstated=unstated, **filters).trace(*ends) for graph in (remote, memory))
    assert shape(got) == shape(wanted)
    words = [word.split(" (keeping")[0] for word in wanted.certificate.filters]
    assert list(got.certificate.filters) == words


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.booleans())
def test_what_is_taken_away_is_taken_away_as_in_memory(worlds, seed, twice):
    memory, remote, rng, ends = both(worlds, seed)
    claims = memory.claims()
    gone = [e for e in {c.object.id for c in claims} if e not in ends][:1]
    dropped = [rng.choice(claims).id]
    sources = ["s1"] if any(c.source.id == "s1" for c in claims) else []
    left = [graph.without(*gone, claims=dropped) for graph in (remote, memory)]
    if twice:
        left = [graph.where(species="human", unstated=True).without(sources=sources) for graph in left]
    assert shape(left[0].trace(*ends)) == shape(left[1].trace(*ends))


def test_a_predicate_that_is_read_the_other_way_is_followed_the_other_way(tmp_path):
    edges = [{"subject": end, "predicate": "biolink:caused_by", "object": start} for start, end in ("ab", "bc")]
    graph = kg.open(write_parquet(tmp_path / "edges.parquet", edges))
    assert [str(path) for path in graph.trace("a", "c", max_steps=2).increasing] == ["a → b → c"]
    assert graph.trace("c", "a", max_steps=2).verdict != "increases"


# --- the shipped graph ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(graph, tmp_path_factory):
    """The shipped graph as KGX: in memory, and as a folder of two Parquet files with a file of nodes."""
    folder = tmp_path_factory.mktemp("shipped")
    nodes, edges = kgx_rows(graph)
    memory = kg.open(*write(folder, nodes, edges))
    half = len(edges) // 2
    write_parquet(folder / "edges" / "part-1.parquet", edges[:half], lists=True)
    write_parquet(folder / "edges" / "part-2.parquet", edges[half:], lists=True)
    return memory, kg.open(folder / "edges", write_parquet(folder / "nodes.parquet", nodes, lists=True))


@pytest.mark.parametrize(
    ("source", "target", "steps"),
    [
        ("corticosteroids", "vascular calcification", 4),
        ("chronic kidney disease", "calciphylaxis", 3),
        ("OPG", "calciphylaxis", 5),
    ],
)
def test_answers_on_the_shipped_graph_are_those_in_memory(shipped, source, target, steps):
    memory, remote = shipped
    got, wanted = (shape(g.trace(source, target, max_steps=steps), claims=False) for g in (remote, memory))
    assert got == wanted
    assert sum(got["certificate"][2].values()) > 2


def test_claims_keep_the_number_of_their_row_and_their_file(shipped):
    memory, remote = shipped
    claims = remote.pull("corticosteroids", "vascular calcification").graph.claims()
    one, other = (next(c for c in claims if f"part-{n}" in c.id) for n in (1, 2))
    half = len(memory._tables.statements.meaning) // 2
    for claim, before in ((one, 0), (other, half)):
        row = int(claim.id.split(" ")[0].removeprefix("edge-"))
        same = memory.claim(f"edge-{row + before}")
        assert (same.subject.id, same.predicate, same.object.id) == (claim.subject.id, claim.predicate, claim.object.id)
        assert claim.section == f"edge {row} of part-{1 if before == 0 else 2}.parquet"
        assert len(remote.without(claims=[claim.id]).pull(claim.subject, claim.object, max_steps=1).graph) < len(
            remote.pull(claim.subject, claim.object, max_steps=1).graph
        )
    for name in ("edge-1", "edge-0 of part-1.parquet", "edge-9999 of part-1.parquet", "edge-1 of part-3.parquet", "x"):
        with pytest.raises(NotFound):
            remote.without(claims=[name])


def test_entities_go_by_their_names(shipped, graph):
    memory, remote = shipped
    for name in ("OPG", "osteoprotegerin", "Corticosteroids", "TNF-alpha", "TNFα", "vascular-calcification"):
        assert remote.find(name).id == memory.find(name).id
    with pytest.raises(UnknownEntity, match="Did you mean osteoprotegerin"):
        remote.find("osteoprotegrin")
    assert remote.search("osteo")[0] == memory.search("osteo")[0]
    for name in ("x' OR '1'='1", "'; DROP TABLE edges", "%", "\\", '"', "{0}", ":part", "$part"):
        with pytest.raises(UnknownEntity):
            remote.find(name)


def test_without_a_file_of_nodes_entities_go_by_their_identifiers(tmp_path):
    graph = kg.open(write_parquet(tmp_path / "edges.parquet", EDGES))
    assert graph.find("HGNC:3").label == "HGNC:3"
    assert graph.trace("CHEBI:1", "MONDO:4").decreasing
    with pytest.raises(UnknownEntity):
        graph.find("steroid")
    assert graph.search("steroid") == []


# --- limits and faults ------------------------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 12), st.sampled_from(["fan_out", "edges"]))
def test_no_route_as_short_as_the_certificate_says_is_missing(worlds, seed, max_steps, limit, name):
    memory, remote, _, ends = both(worlds, seed)
    got = remote.limited(**{name: limit}).trace(*ends, max_steps=max_steps)
    wanted = memory.trace(*ends, max_steps=max_steps)
    seen, there = ({str(path.key) for path in trace.paths} for trace in (got, wanted))
    assert seen <= there
    assert {str(path.key) for path in wanted.paths if len(path) <= got.certificate.exhaustive_to} <= seen
    if seen != there:
        assert got.certificate.status == "budget"
    if got.certificate.status == "budget":
        assert got.certificate.filters
        assert got.verdict != "no path"


def test_a_hub_is_named_with_its_direction_and_hop_and_how_many(tmp_path):
    """Both ends lead to hubs, so that one of them has to be opened."""
    edges = [{"subject": a, "predicate": "biolink:causes", "object": b} for a, b in [("s", "hub"), ("pit", "t")]]
    edges += [{"subject": "hub", "predicate": "biolink:causes", "object": f"m{n}"} for n in range(30)]
    edges += [{"subject": f"n{n}", "predicate": "biolink:causes", "object": "pit"} for n in range(40)]
    edges += [{"subject": "m1", "predicate": "biolink:causes", "object": "n1"}]
    graph = kg.open(write_parquet(tmp_path / "edges.parquet", edges))
    assert len(graph.trace("s", "t", max_steps=5).increasing) == 1
    told = graph.limited(fan_out=10).trace("s", "t", max_steps=5)
    assert (told.verdict, told.certificate.status, told.certificate.exhaustive_to) == ("none found", "budget", 1)
    assert told.certificate.filters == ("not followed: steps leaving hub at hop 2: 30 statements, more than 10",)
    assert "not followed" in str(told)


def test_a_hub_that_the_other_side_comes_to_costs_nothing(tmp_path):
    edges = [{"subject": "s", "predicate": "biolink:causes", "object": f"m{n}"} for n in range(50)]
    edges += [{"subject": "m7", "predicate": "biolink:treats", "object": "t"}]
    graph = kg.open(write_parquet(tmp_path / "edges.parquet", edges)).limited(fan_out=10)
    answer = graph.trace("s", "t", max_steps=2)
    assert (answer.verdict, answer.certificate.status, answer.certificate.filters) == ("decreases", "complete", ())
    assert len(graph.pull("s", "t", max_steps=2).graph) == 2


def test_a_large_table_lists_ten_routes_an_arm_unless_more_are_asked_for(tmp_path, monkeypatch):
    middles = [f"m{n:02}" for n in range(25)]
    edges = [
        {"subject": a, "predicate": "biolink:causes", "object": b} for m in middles for a, b in (("s", m), (m, "t"))
    ]
    graph = kg.open(write_parquet(tmp_path / "edges.parquet", edges))
    assert len(graph.trace("s", "t").increasing) == 25
    monkeypatch.setattr("kg.remote.parquet.LARGE", 50)
    short = graph.trace("s", "t")
    assert [path.entities[1].id for path in short.increasing] == middles[:10]
    assert short.certificate.status == "k reached"
    assert len(graph.trace("s", "t", k=100).increasing) == 25


def test_the_report_counts_how_predicates_are_read(tmp_path):
    rows = [*EDGES, {"subject": "CHEBI:1", "predicate": "ex:foo", "object": "HGNC:3", "confidence": "0.4"}]
    memory = kg.open(*write(tmp_path, NODES, rows)).report
    remote = kg.open(write_parquet(tmp_path / "edges.parquet", rows))
    report = remote.report
    for name in ("read", "no_claim", "unmapped", "unsure", "edges", "claims"):
        assert getattr(report, name) == getattr(memory, name)
    assert report.ignored == {"edges.parquet": ("confidence",)}
    assert len(remote) == memory.claims
    left = kg.open(tmp_path / "edges.parquet", unmapped="left out")
    assert left.report.claims == memory.claims - 1
    assert "ex:foo" in str(remote.trace("CHEBI:1", "HGNC:3").unsigned[0].steps[0].claims[0].note)
    assert left.trace("CHEBI:1", "HGNC:3").unsigned == []
    assert left.trace("CHEBI:1", "HGNC:3").certificate.filters == left.report.left_out != ()


def test_files_that_are_none_are_told(tmp_path):
    (tmp_path / "bad.parquet").write_text("this is no Parquet file")
    (tmp_path / "empty.parquet").write_bytes(b"")
    whole = write_parquet(tmp_path / "half.parquet", EDGES)
    whole.write_bytes(whole.read_bytes()[:-20])
    for name in ("bad.parquet", "empty.parquet", "half.parquet", "none.parquet"):
        with pytest.raises(FileProblem, match=name) as error:
            kg.open(tmp_path / name)
        assert "\n" not in str(error.value)
    with pytest.raises(InvalidData, match="no column object"):
        kg.open(write_parquet(tmp_path / "short.parquet", [{"subject": "a", "predicate": "b"}]))
    edges = write_parquet(tmp_path / "edges.parquet", EDGES)
    with pytest.raises(InvalidData, match="no column id"):
        kg.open(edges, write_parquet(tmp_path / "nodes.parquet", [{"name": "a"}]))


def test_a_row_without_an_end_and_an_empty_table_do_no_harm(tmp_path):
    rows = [
        {"subject": "a", "predicate": "biolink:causes"},
        {"subject": "a", "predicate": "biolink:causes", "object": "b"},
    ]
    graph = kg.open(write_parquet(tmp_path / "edges.parquet", rows))
    assert len(graph.trace("a", "b").increasing) == 1
    empty = kg.open(write_parquet(tmp_path / "none.parquet", [], columns=["subject", "predicate", "object"]))
    with pytest.raises(UnknownEntity):
        empty.trace("a", "b")
    assert len(empty) == 0


@pytest.mark.parametrize(
    ("ask", "message"),
    [(lambda g, f: g.sparql("ASK {}"), "no SPARQL"), (lambda g, f: g.where(design="trial"), "do not state design"),
     (lambda g, f: g.where(species="unicorn"), "These files know"), (lambda g, f: g.entities, "pull a part"),
     (lambda g, f: kg.open(f, engine="sparkle"), "engine must be"), (lambda g, f: kg.open(f, "a.parquet", "b.parquet"), "one file or folder"),
     (lambda g, f: kg.open("s3://bucket/edges.parquet"), "files of this machine"), (lambda g, f: kg.open(f, unmapped="x"), "unmapped must be")],
)  # fmt: skip
def test_what_does_not_fit_is_told(tmp_path, ask, message):
    file = write_parquet(tmp_path / "edges.parquet", EDGES)
    with pytest.raises(UsageError, match=message):
        ask(kg.open(file), file)


def test_sources_and_publications_are_known_by_their_identifiers(tmp_path):
    for lists in (False, True):
        graph = kg.open(write_parquet(tmp_path / f"{lists}.parquet", EDGES, lists=lists))
        assert graph.source("PMID:2").pmid == "2"
        assert graph.source("infores:b").id == "infores:b"
        for name in ("PMID:", "infores:c", "", "PMID:1|PMID:2"):
            with pytest.raises(NotFound):
                graph.source(name)
        with pytest.raises(UsageError):
            graph.where(sources=["infores:c"])
        assert graph.without(sources=["PMID:1", "PMID:2"]).trace("CHEBI:1", "HGNC:3").paths == []
        assert graph.without(sources=["PMID:1"]).trace("CHEBI:1", "HGNC:3").paths


def test_two_questions_at_once_do_not_meet(worlds):
    from concurrent.futures import ThreadPoolExecutor

    asked = [(memory, remote, ends) for memory, remote, _, ends in (both(worlds, seed) for seed in range(12))] * 2
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda one: shape(one[1].trace(*one[2])), asked))
    assert got == [shape(memory.trace(*ends)) for memory, _, ends in asked]


def test_duckdb_is_named_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtra, match=r"duckdb.*\[scale\]"):
        kg.open(write_parquet(tmp_path / "edges.parquet", EDGES))
