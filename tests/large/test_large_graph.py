"""LargeGraph answers what KnowledgeGraph answers: on random worlds, with every option and filter."""

from __future__ import annotations

import itertools
import random

import networkx
import pytest
from files import EDGES, NODES, kgx_world, write, write_world
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.errors import AmbiguousEntity, NotFound, UnknownEntity, UsageError
from kg.large.graph import LargeGraph
from kg.large.strengths import strengths
from kg.model import ARMS


def shape(trace):
    """Everything that an answer says, by ids."""
    return {
        "verdict": trace.verdict,
        "rests_on": trace.rests_on,
        "arms": {name: [route(path) for path in trace.arm(sign)] for sign, name in ARMS.items()},
        "mechanisms": {arm: [(m.label, len(m.paths)) for m in found] for arm, found in trace.mechanisms.items()},
        "certificate": (trace.certificate.status, trace.certificate.exhaustive_to, trace.certificate.counts, trace.certificate.filters),
        "beside": sorted((c.subject.id, c.predicate, c.object.id) for c in trace.beside),
    }  # fmt: skip


def route(path):
    return [
        (s.source.id, s.target.id, s.sign, s.kind, s.link, s.predicates, s.support and (s.support.strength, str(s.support)), len(s.claims))
        for s in path.steps
    ]  # fmt: skip


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """Forty worlds, each as a small graph and as a large one."""
    made = []
    for seed in range(40):
        world, folder = kgx_world(seed), tmp_path_factory.mktemp("world")
        made.append((world.load(folder / "turtle"), kg.open(*write_world(world, folder))))
    return made


def both(worlds, seed):
    small, large = worlds[seed % len(worlds)]
    rng = random.Random(seed)
    names = [entity.id for entity in small.entities]
    source, target = rng.sample(names, 2)
    return small, large, rng, names, source, target


def test_the_worlds_are_worth_comparing(worlds):
    routes = [
        trace
        for small, _ in worlds
        for a, b in itertools.permutations(small.entities, 2)
        if (trace := small.trace(a, b)).paths
    ]
    assert len(routes) > 200
    assert {trace.verdict for trace in routes} == {"increases", "decreases", "contested", "unsigned"}
    assert any(step.kind == "specialization" for trace in routes for path in trace.paths for step in path.steps)
    assert any(step.against for trace in routes for path in trace.paths for step in path.steps)


@given(
    st.integers(0, 10**6),
    st.sampled_from(["steps", "support"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, 1, -1, 0]),
)
def test_the_trace_is_that_of_the_small_graph(worlds, seed, order, definitions, specialize, k, sign):
    small, large, rng, _, source, target = both(worlds, seed)
    asked = {
        "max_steps": rng.randint(1, 5),
        "order": order,
        "definitions": definitions,
        "specialize": specialize,
        "k": k,
        "sign": sign,
    }
    assert shape(large.trace(source, target, **asked)) == shape(small.trace(source, target, **asked))


@given(st.integers(0, 10**6))
def test_so_are_traces_between_sets(worlds, seed):
    small, large, rng, names, _, _ = both(worlds, seed)
    sources, targets = (rng.sample(names, rng.randint(1, len(names) - 1)) for _ in range(2))
    if set(sources) != set(targets) or len(set(sources)) > 1:
        assert shape(large.trace(sources, targets)) == shape(small.trace(sources, targets))


@given(st.integers(0, 10**6), st.sampled_from(["human", ["mouse", "human"]]), st.booleans())
def test_so_are_traces_in_a_scope(worlds, seed, species, unstated):
    small, large, _, _, source, target = both(worlds, seed)
    scoped = [graph.where(species=species, unstated=unstated) for graph in (small, large)]
    assert len(scoped[0]) == len(scoped[1])
    assert shape(scoped[1].trace(source, target)) == shape(scoped[0].trace(source, target))


@given(st.integers(0, 10**6), st.booleans())
def test_so_are_traces_without_entities_and_sources(worlds, seed, by_source):
    small, large, rng, names, source, target = both(worlds, seed)
    gone = rng.sample([name for name in names if name not in (source, target)] or [""], 1) if len(names) > 2 else []
    sources = ["s2"] if by_source and any(c.source.id == "s2" for c in small.claims()) else []
    left = [graph.without(*gone, sources=sources) for graph in (small, large)]
    assert [len(graph) for graph in left] == [len(left[0])] * 2
    assert [entity.id for entity in left[1].entities] == [entity.id for entity in left[0].entities]
    assert shape(left[1].trace(source, target, max_steps=5)) == shape(left[0].trace(source, target, max_steps=5))


@given(st.integers(0, 10**6))
def test_narrowing_twice_is_narrowing_by_both(worlds, seed):
    small, large, _, _, source, target = both(worlds, seed)
    sources = ["s1"] if any(claim.source.id == "s1" for claim in small.claims()) else []
    left = [graph.where(species="human", unstated=True).without(sources=sources) for graph in (small, large)]
    assert shape(left[1].trace(source, target)) == shape(left[0].trace(source, target))


@given(st.integers(0, 10**6))
def test_claims_and_the_networkx_graph_are_those_of_the_small_graph(worlds, seed):
    small, large, _, _, source, target = both(worlds, seed)

    def told(claims):
        return sorted(
            map(
                str,
                (
                    (c.subject.id, c.predicate, c.object.id, c.sign, c.causal, c.species, c.basis, c.source.id)
                    for c in claims
                ),
            )
        )

    assert told(large.claims()) == told(small.claims())
    for ends in ({"subject": source}, {"object": target}, {"subject": source, "object": target}, {"source": "s1"}):
        if ends != {"source": "s1"} or any(c.source.id == "s1" for c in small.claims()):
            assert told(large.claims(**ends)) == told(small.claims(**ends))
    keys = [
        sorted((a, b, key, d["sign"], d["kind"]) for a, b, key, d in g.network.edges(keys=True, data=True))
        for g in (small, large)
    ]
    assert keys[0] == keys[1]
    assert [d.id for d in large.disputes(source)] == [d.id for d in small.disputes(source)]


# --- as on a truly large graph ------------------------------------------------------------------------------------------


@pytest.fixture
def as_large(monkeypatch):
    monkeypatch.setattr("kg.large.graph.LARGE", 0)


@given(seed=st.integers(0, 10**6), k=st.integers(1, 4))
def test_the_k_best_by_support_are_as_strong_as_those_of_the_small_graph(worlds, seed, k):
    small, large, _, _, source, target = both(worlds, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.large.graph.LARGE", 0)
        got, wanted = (
            g.trace(source, target, order="support", k=k, max_steps=4)
            for g in (LargeGraph(large._tables, large._signs), small)
        )
    for sign in ARMS:
        assert [strong(path) for path in got.arm(sign)] == [strong(path) for path in wanted.arm(sign)]


def strong(path):
    return (path.support.strength if path.support else None, len(path.steps))


@given(seed=st.integers(0, 10**6), scope=st.sampled_from([{}, {"species": "human"}]))
def test_strengths_order_steps_as_their_support_does(worlds, seed, scope):
    _, large, *_ = both(worlds, seed)
    graph = large.where(**scope) if scope else large
    ranks = strengths(graph._records)
    arcs = [arc for arc in range(len(ranks)) if graph._arcs[arc]]
    steps = [graph._records.step(arc) for arc in arcs]
    told = [(step.support.strength, int(ranks[arc])) for arc, step in zip(arcs, steps, strict=True) if step.support]
    for (one, low), (other, high) in itertools.combinations(told, 2):
        assert (one < other, one == other) == (low < high, low == high)


def test_a_large_graph_lists_ten_routes_an_arm_unless_more_are_asked_for(as_large, tmp_path):
    middles = [f"m{n:02}" for n in range(25)]
    edges = [
        {"subject": a, "predicate": "biolink:causes", "object": b} for m in middles for a, b in (("s", m), (m, "t"))
    ]
    graph = kg.open(*write(tmp_path, [{"id": name} for name in ("s", "t", *middles)], edges))
    short = graph.trace("s", "t")
    assert [path.entities[1].id for path in short.increasing] == middles[:10]
    assert short.certificate.status == "k reached"
    assert len(graph.trace("s", "t", k=100).increasing) == 25


def test_a_spent_budget_is_told(tmp_path):
    names = [f"n{n}" for n in range(12)]
    edges = [{"subject": a, "predicate": "biolink:causes", "object": b} for a, b in itertools.permutations(names, 2)]
    graph = kg.open(*write(tmp_path, [{"id": name} for name in names], edges))
    answer = graph.trace("n0", "n1", max_steps=8, budget=2000)
    assert answer.certificate.status == "budget"
    assert answer.certificate.exhaustive_to < 8


# --- names and contents ---------------------------------------------------------------------------------------------------


@pytest.fixture
def toy(tmp_path):
    return kg.open(*write(tmp_path))


@pytest.mark.parametrize(
    ("name", "found"),
    [("steroid", "CHEBI:1"), ("Steroids", "CHEBI:1"), ("gc", "CHEBI:1"), ("CHEBI:1", "CHEBI:1"), ("chebi:1", "CHEBI:1"),
     ("TNF-alpha", "HGNC:3"), ("TNFα", "HGNC:3"), ("UniProt:P3", "HGNC:3"), ("  bone ", "UBERON:5")],
)  # fmt: skip
def test_an_entity_goes_by_its_names_and_identifiers(toy, name, found):
    assert toy.find(name).id == found


def test_the_list_of_names_holds_their_faithful_forms_only(toy):
    with pytest.raises(UnknownEntity, match="Did you mean TNF-α"):
        toy.find("tnfa")


def test_a_misspelt_name_gets_suggestions_and_an_empty_one_an_error(toy):
    with pytest.raises(UnknownEntity, match="Did you mean calcification"):
        toy.find("calcifcation")
    with pytest.raises(UsageError):
        toy.find(" ")
    assert toy.search("calc")[0].label == "calcification"
    assert [e.label for e in toy.search("cification")] == ["calcification"]
    assert [e.label for e in toy.search("ethaso")] == ["dexamethasone"]
    assert toy.search("!!") == []
    with pytest.raises(UsageError):
        toy.search("bone", limit=0)


def test_a_name_of_two_entities_is_ambiguous_and_a_label_beats_a_synonym(tmp_path):
    nodes = [
        {"id": "A:1", "name": "bone", "synonym": ""},
        {"id": "A:2", "name": "Bone", "synonym": ""},
        {"id": "A:3", "name": "skin", "synonym": "os"},
        {"id": "A:4", "name": "OS", "synonym": ""},
    ]
    graph = kg.open(*write(tmp_path, nodes, EDGES[:1]))
    with pytest.raises(AmbiguousEntity) as error:
        graph.find("bone")
    assert [e.id for e in error.value.candidates] == ["A:1", "A:2"]
    assert graph.find("os").id == "A:4"


def test_what_is_taken_away_goes_by_no_name(toy):
    left = toy.without("bone")
    for look in (left.find, lambda name: left.without(name)):
        with pytest.raises(UnknownEntity):
            look("bone")
    assert "bone" not in [e.label for e in left.search("bone")]
    assert len(left.entities) == len(toy.entities) - 1


def test_entities_are_a_sequence_that_is_made_when_looked_at(toy):
    assert len(toy.entities) == 5
    assert toy.entities[0].label == "steroid"
    assert [e.id for e in toy.entities[1:3]] == [e.id for e in list(toy.entities)[1:3]]
    drug, gene = toy.entities[0], toy.find("TNF-α")
    assert (drug.kind, gene.kind) == ("Drug", "Protein")
    assert drug.iri == "http://purl.obolibrary.org/obo/CHEBI_1"
    assert gene.matches == ("HGNC:3", "UniProt:P3")
    assert drug.synonyms == ("glucocorticoid", "GC")


def test_publications_are_voices_and_a_row_without_any_speaks_for_its_knowledge_source(toy):
    step = toy.trace("steroid", "TNF-α").decreasing[0].steps[0]
    assert (step.support.independent, step.support.unresolved, step.support.nulls) == (2, 0, 1)
    assert [source.pmid for source in step.claims[0].cites] == ["1", "2"]
    assert step.claims[0].species == "human"
    told = toy.claims(subject="TNF-α")[0]
    assert (told.certainty, told.basis, told.source.id) == ("hypothesized", "inference", "infores:b")
    assert (told.section, told.note) == ("edge 4 of edges.tsv", "biolink:causes")


def test_a_row_without_any_provenance_is_an_unresolved_voice_of_the_file(tmp_path):
    graph = kg.open(
        *write(tmp_path, NODES, [{"subject": "CHEBI:1", "predicate": "biolink:causes", "object": "MONDO:4"}])
    )
    support = graph.trace("steroid", "calcification").increasing[0].support
    assert (support.independent, support.unresolved) == (0, 1)


def test_an_association_without_a_sign_stands_beside_the_routes(toy):
    trace = toy.trace("steroid", "calcification")
    assert [claim.predicate for claim in trace.beside] == ["biolink:associated_with"]
    assert not any("associated" in p for path in trace.paths for s in path.steps for p in s.predicates)


def test_without_a_publication_goes_what_cites_nothing_else(toy):
    assert len(toy.without(sources=["PMID:1"])) == len(toy) - 1  # the association; the other row cites PMID:2 as well
    assert len(toy.without(sources=["PMID:1", "PMID:2"])) == len(toy) - 2
    assert len(toy.without(sources="infores:b")) == len(toy) - 2
    assert len(toy.without(claims=["edge-2"])) == len(toy) - 1
    assert toy.claim("edge-2").object.label == "TNF-α"
    for call in (
        lambda: toy.without(sources=["PMID:9"]),
        lambda: toy.without(claims=["edge-99"]),
        lambda: toy.claim("x"),
        lambda: toy.source("PMID:"),
    ):
        with pytest.raises(NotFound):
            call()


def test_filters_of_kgx(toy):
    assert [c.id for c in toy.where(species="human").claims()] == ["edge-2"]
    assert [c.id for c in toy.where(certainty="hypothesized").claims()] == ["edge-4"]
    assert [c.id for c in toy.where(basis="second-hand").claims()] == ["edge-2", "edge-3", "edge-6"]
    assert [c.id for c in toy.where(basis="inference").claims()] == ["edge-4"]
    assert [c.id for c in toy.where(sources=["PMID:2", "infores:b"]).claims()] == ["edge-2", "edge-4", "edge-5"]
    assert "basis inference (keeping 1 of 5 claims)" in repr(toy.where(basis="inference"))


@pytest.mark.parametrize(
    ("filters", "message"),
    [({"design": "trial"}, "do not state design"), ({"colour": "red"}, "Unknown filter 'colour'"),
     ({"species": "unicorn"}, "These files know: .*human"), ({"sources": ["PMID:9"]}, "No source 'PMID:9'"), ({"certainty": "sure"}, "known")],
)  # fmt: skip
def test_a_filter_that_does_not_fit_says_what_does(toy, filters, message):
    with pytest.raises(UsageError, match=message):
        toy.where(**filters)


@pytest.mark.parametrize(
    "ask",
    [lambda g: g.sparql("ASK {}"), lambda g: g.query("x"), lambda g: g.queries, lambda g: g.dataset, lambda g: g.loops(), lambda g: g.gaps(),
     lambda g: g.effects("steroid"), lambda g: g.explain_case("x"), lambda g: g.feed_forward(), lambda g: g.save("x"),
     lambda g: g.interventions("calcification", sources="steroid"), lambda g: g.to_rdflib(), lambda g: g.trace("steroid", "steroid")],
)  # fmt: skip
def test_what_needs_rdf_or_all_claims_is_refused_in_plain_words(toy, ask):
    with pytest.raises(UsageError):
        ask(toy)


def test_too_many_claims_are_not_listed(toy, monkeypatch):
    monkeypatch.setattr("kg.large.graph.MOST", 3)
    for ask in (lambda: toy.claims(), lambda: toy.edges, lambda: toy.network, lambda: toy.draw()):
        with pytest.raises(UsageError, match="too many to list"):
            ask()
    assert len(toy.claims(subject="CHEBI:1", object="HGNC:3")) == 2


def test_pictures_json_and_pages_are_made_of_its_answers(toy, tmp_path):
    trace = toy.trace("steroid", "calcification")
    assert "<svg" in trace.draw()
    assert trace.to_dict()["certificate"]["data"].startswith("kgx blake2b:")
    assert isinstance(toy.network, networkx.MultiDiGraph)
    assert "<svg" in toy.draw()
    assert "LargeGraph" in repr(toy)
    assert "<table" in toy._repr_html_()
    assert (toy.cases, toy.questions) == ([], [])
    assert [source.id for source in toy.sources] == ["infores:a", "infores:b"]
    assert isinstance(toy, kg.KnowledgeGraph)
    assert trace.pivots
    assert trace.sensitivity()
