"""GEXF as networkx reads it."""

from __future__ import annotations

import io

import networkx as nx
import pytest
from consumed import assert_keeps_what_it_says, told

from kg.exchange import flat, formats
from kg.exchange.placed import placed


def read(graph):
    return nx.read_gexf(io.BytesIO(formats()["gexf"].write(graph._content).encode()))


def back(network):
    """The graph again; its sources from what each edge tells of them."""
    sources = {}
    edges = []
    for subject, target, told_ in network.edges(data=True):
        edge = {**told_, "subject": subject, "object": target}
        if "claimed_by" in edge:
            edge["source"] = edge["claimed_by"]
            sources[edge["source"]] = {n: edge[n] for n in ("citation", "doi", "pmid", "pmcid") if n in edge}
        cites = flat.parted(edge.get("cites", ""))
        edges.append({**edge, "cites": [f"cited-{citation}" for citation in cites]})
        sources |= {f"cited-{citation}": {"citation": citation} for citation in cites}
    listed = [{"id": name, "iri": f"https://example.org/{hash(name)}", **each} for name, each in sources.items()]
    return told({"sources": listed}, [{**data, "id": name} for name, data in network.nodes(data=True)], edges)


def test_networkx_finds_everything_that_gexf_is_said_to_keep(graph, various):
    for each in (graph, various):
        network = read(each)
        assert network.is_directed()
        assert network.is_multigraph()
        assert_keeps_what_it_says("gexf", each, back(network))


def test_opposite_claims_stand_side_by_side_and_denials_have_no_sign(various):
    network = read(various)
    assert {(edge["predicate"], edge["sign"]) for edge in network.get_edge_data("a", "b").values()} == {
        ("increases", 1),
        ("decreases", -1),
    }
    (refuted,) = network.get_edge_data("a", "cure").values()
    assert (refuted["label"], refuted.get("sign")) == ("refuted increases", None)


@pytest.mark.parametrize("which", ["various", "routes"])
def test_nodes_are_where_they_are_drawn_and_coloured_by_category(which, request):
    graph = request.getfixturevalue(which)
    network = read(graph)
    for node in placed(graph._content).nodes:
        seen = network.nodes[node.id]["viz"]
        assert (seen["position"]["x"], -seen["position"]["y"]) == (node.box.x, node.box.y)
    colours = {(data["category"], *data["viz"]["color"].values()) for _, data in network.nodes(data=True)}
    assert len(colours) == 4
