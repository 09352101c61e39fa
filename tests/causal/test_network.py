"""graph.network equals the derived triples, on the shipped data and on random claim sets."""

from __future__ import annotations

import networkx
import pytest
from worlds import random_world

CKG = "https://w3id.org/calciphylaxis-kg/schema#"
ENTITY = "https://w3id.org/calciphylaxis-kg/entity/"


def triples(graph, role):
    rows = graph.sparql(f"SELECT ?s ?p ?o WHERE {{ GRAPH graph:{role} {{ ?s ?p ?o }} }}", limit=None).rows
    return {(s.removeprefix(ENTITY), p.removeprefix(CKG), o.removeprefix(ENTITY)) for s, p, o in rows}


def definitional(graph):
    rows = graph.sparql("SELECT ?s ?p ?o WHERE { ?s ?p ?o . ?p a ckg:DefinitionalLink }", limit=None).rows
    return {(s.removeprefix(ENTITY), p.removeprefix(CKG), o.removeprefix(ENTITY)) for s, p, o in rows}


def edges(graph, kind):
    return {(s, key, o) for s, o, key, data in graph.network.edges(keys=True, data=True) if data["kind"] == kind}


def same(graph):
    assert edges(graph, "claim") == triples(graph, "direct")
    assert edges(graph, "definition") == definitional(graph)
    assert {(e.subject.id, e.predicate, e.object.id) for e in graph.edges if not e.claims[0].causal} == triples(
        graph, "association"
    )


def test_the_shipped_network_equals_the_derived_triples(graph):
    same(graph)
    assert len(edges(graph, "claim")) > 400


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_equal_the_derived_triples(tmp_path, seed):
    graph = random_world(seed, claims=20, links=5).load(tmp_path)
    same(graph)
    same(graph.where(species="human"))
    same(graph.without("e0"))


@pytest.mark.parametrize("seed", range(25))
def test_the_signed_double_cover_speaks_of_the_same_walks(tmp_path, seed):
    graph = random_world(seed, claims=14, links=5).load(tmp_path)
    cover = networkx.DiGraph()
    for source, target, data in graph.network.edges(data=True):
        links = [(source, target)]
        link = next((k for k in graph.links if (k.source.id, k.target.id) == links[0] and k.reversible), None)
        if data["kind"] == "definition" and link and link.sign == data["sign"]:
            links.append((target, source))
        for a, b in links:
            if data["sign"]:
                cover.add_edge((a, 1), (b, data["sign"]))
                cover.add_edge((a, -1), (b, -data["sign"]))
    state = {"up": 1, "down": -1}
    rows = graph.sparql("SELECT ?a ?b WHERE { GRAPH graph:signed { ?a ckg:next ?b } }", limit=None).rows
    held = set()
    for pair in rows:
        (a, up_a), (b, up_b) = (iri.removeprefix(ENTITY).split("#") for iri in pair)
        held.add(((a, state[up_a]), (b, state[up_b])))
    assert held == set(cover.edges)


def test_attributes_and_any_networkx_algorithm(graph):
    data = graph.network["corticosteroid"]["osteoprotegerin"]["decreases"]
    assert data["sign"] == -1
    assert data["kind"] == "claim"
    assert [claim.id for claim in data["claims"]] == ["nazir-2015-32"]
    assert str(data["support"]).startswith("1 independent")
    assert graph.network["hypercalcemia"]["serum-calcium"]["raised-state-of"]["kind"] == "definition"
    assert networkx.shortest_path(graph.network, "corticosteroid", "vascular-calcification")[0] == "corticosteroid"


def test_every_causal_claim_of_the_report_is_an_edge_with_its_sign(graph):
    signs = {"increases": 1, "causes": 1, "contributes-to": 1, "decreases": -1, "treats-or-prevents": -1, "affects": 0}
    claims = [claim for claim in graph.claims(source="nazir-2015") if claim.predicate in signs]
    assert len(claims) == 63
    for claim in claims:
        edge = graph.network[claim.subject.id][claim.object.id][claim.predicate]
        assert edge["sign"] == signs[claim.predicate]
        assert claim in edge["claims"]
