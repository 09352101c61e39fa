"""The figures that the answers show, each found again by another way: one SPARQL query, or one walk in networkx."""

from __future__ import annotations

from collections import Counter

import networkx
import pytest

FLAGSHIP = ("corticosteroids", "vascular calcification")
START, END = "corticosteroid", "vascular-calcification"


def signed(graph):
    """The steps of a graph as a networkx graph with one arc for each sign; definitions too, as networkx knows them."""
    steps = networkx.MultiDiGraph()
    steps.add_nodes_from(graph.network)
    for source, target, key, data in graph.network.edges(keys=True, data=True):
        steps.add_edge(
            source, target, data["sign"] if data["kind"] == "claim" else key, sign=data["sign"], kind=data["kind"]
        )
    for link in graph.links:
        if link.reversible:
            steps.add_edge(link.target.id, link.source.id, f"back {link.kind}", sign=link.sign, kind="definition")
    return steps


def walked(graph, steps=4):
    """Routes by sign: networkx's simple paths from the entity, and from each of its kinds and exposures by SPARQL."""
    arcs = signed(graph)
    kinds = graph.sparql(
        """SELECT DISTINCT ?kind WHERE {
             { ?kind ckg:broader+ ?what } UNION { ?kind ckg:raised-state-of/ckg:broader* ?what . ?kind a ckg:Exposure } }""",
        what=graph.find(START),
    )  # fmt: skip
    counts = Counter(_product(arcs, path) for path in _paths(arcs, START, steps))
    without = arcs.copy()
    without.remove_node(START)
    for (kind,) in kinds.rows:
        begin = kind.rsplit("/", 1)[1]
        for path in _paths(without, begin, steps - 1):
            if arcs.edges[path[0]]["kind"] == "claim":  # a kind must be followed by a claim
                counts[_product(arcs, path)] += 1
    return {sign: counts[sign] for sign in (1, -1, 0)}


def _paths(arcs, start, steps):
    return networkx.all_simple_edge_paths(arcs, start, END, cutoff=steps) if start in arcs and END in arcs else ()


def _product(arcs, path):
    sign = 1
    for edge in path:
        sign *= arcs.edges[edge]["sign"]
    return sign


@pytest.mark.parametrize(
    ("scope", "verdict", "figures"),
    [
        ({}, "contested", (70, 64, 24)),
        ({"species": "human"}, "contested", (3, 5, 0)),
        ({"certainty": "known"}, "contested", (2, 3, 0)),
        ({"certainty": "supported"}, "contested", (60, 56, 0)),
        ({"tissue": "vessel"}, "increases", (7, 0, 0)),
        ({"species": "mouse"}, "increases", (1, 0, 0)),
        ({"species": "rat"}, "no path", (0, 0, 0)),
    ],
)  # fmt: skip
def test_the_steroid_question_in_each_scope_has_the_routes_that_networkx_and_sparql_walk(
    graph, scope, verdict, figures
):
    narrowed = graph.where(**scope) if scope else graph
    trace = narrowed.trace(*FLAGSHIP)
    assert tuple(trace.certificate.counts[sign] for sign in (1, -1, 0)) == figures
    assert walked(narrowed) == dict(zip((1, -1, 0), figures, strict=True))
    assert trace.verdict == verdict
    whole = graph.trace(*FLAGSHIP).sensitivity()
    told = {
        (s.what, s.value): (s.verdict, *(s.left[sign] for sign in (1, -1, 0))) for s in whole.scopes if not s.unstated
    }
    for what, value in scope.items():
        assert told[what, value] == (verdict, *figures)


def test_two_step_routes_are_one_join_in_sparql(graph):
    rows = graph.sparql(
        """SELECT DISTINCT ?middle ?first ?second WHERE {
             GRAPH graph:direct { ?start ?p ?middle . ?middle ?q ?end }
             ?p ckg:sign ?first . ?q ckg:sign ?second }""",
        start=graph.find(START), end=graph.find(END),
    ).rows  # fmt: skip
    joined = {(row[0].rsplit("/", 1)[1], int(row[1]), int(row[2])) for row in rows}
    trace = graph.trace(*FLAGSHIP, max_steps=2, definitions=False, specialize=False)
    assert {(p.entities[1].id, p.steps[0].sign, p.steps[1].sign) for p in trace.paths if len(p) == 2} == joined


def test_the_claims_behind_a_step_and_against_it_are_those_of_one_query(graph):
    rows = graph.sparql(
        """SELECT ?claim ?predicate WHERE { ?claim ckg:subject ?a ; ckg:object ?b ; ckg:predicate ?predicate }""",
        a=graph.find("dexamethasone"), b=graph.find("OPG"),
    ).rows  # fmt: skip
    by_predicate = {predicate.rsplit("#", 1)[1]: set() for _, predicate in rows}
    for claim, predicate in rows:
        by_predicate[predicate.rsplit("#", 1)[1]].add(claim.rsplit("/", 1)[1])
    (lowering,) = [p.steps[0] for p in graph.trace("dexamethasone", "OPG", max_steps=1).decreasing]
    assert {claim.id for claim in lowering.claims} == by_predicate["decreases"]
    assert {claim.id for claim in lowering.against} == by_predicate["increases"]
    assert str(lowering.support).startswith("2 independent sources, best: in vitro experiment in cell culture")


@pytest.mark.parametrize(
    "agent", ["warfarin", "corticosteroids", "sodium thiosulfate", "cinacalcet", "parathyroidectomy"]
)
def test_direct_good_and_harm_of_an_agent_are_one_query(graph, agent):
    rows = graph.sparql(
        """SELECT DISTINCT ?condition ?sign ?wanted WHERE {
             GRAPH graph:direct { ?agent ?predicate ?condition } ?predicate ckg:sign ?sign .
             ?condition a ?kind OPTIONAL { ?condition ckg:wanted ?own } OPTIONAL { ?kind ckg:wanted ?of }
             BIND (COALESCE(?own, ?of) AS ?wanted) FILTER (?wanted != 0 && ?sign != 0) }""",
        agent=graph.find(agent),
    ).rows  # fmt: skip
    asked = {(row[0].rsplit("/", 1)[1], int(row[1]) * int(row[2])) for row in rows}
    found = {
        (effect.entity.id, sign * effect.entity.wanted)
        for effect in graph.effects(agent, max_steps=1).conditions
        for sign in effect.best
        if effect.best[sign].steps[0].kind == "claim"
    }
    assert found == asked
    assert asked
