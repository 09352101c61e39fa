"""CX2 as ndex2 reads it."""

from __future__ import annotations

import json

import pytest
from consumed import assert_keeps_what_it_says, told

from kg.exchange import formats
from kg.exchange.placed import LOOKS
from kg.graph import KnowledgeGraph

ndex2 = pytest.importorskip("ndex2.cx2", reason="needs ndex2, which reads CX2")


def read(graph: KnowledgeGraph):
    document = json.loads(formats()["cx2"].write(graph._content))
    return document, ndex2.RawCX2NetworkFactory().get_cx2network(document)


@pytest.fixture(scope="module")
def shipped(graph):
    return read(graph)


def back(network):
    nodes = [{**node["v"], "label": node["v"]["name"]} for node in network.get_nodes().values()]
    return told(network.get_network_attributes(), nodes, [edge["v"] for edge in network.get_edges().values()])


def test_ndex2_finds_everything_that_cx2_is_said_to_keep(graph, various, shipped):
    assert_keeps_what_it_says("cx2", graph, back(shipped[1]))
    assert_keeps_what_it_says("cx2", various, back(read(various)[1]))


def test_nodes_have_places_and_edges_join_the_entities_they_name(shipped):
    nodes = shipped[1].get_nodes()
    assert all(isinstance(node[axis], float) for node in nodes.values() for axis in ("x", "y"))
    assert len({(node["x"], node["y"]) for node in nodes.values()}) == len(nodes)
    for edge in shipped[1].get_edges().values():
        assert (edge["v"]["subject"], edge["v"]["object"]) == tuple(nodes[edge[end]]["v"]["id"] for end in "st")


def test_opposite_claims_on_one_pair_are_edges_side_by_side(various):
    _, network = read(various)
    found = [
        edge["v"] for edge in network.get_edges().values() if (edge["v"]["subject"], edge["v"]["object"]) == ("a", "b")
    ]
    assert sorted((edge["interaction"], edge["sign"], edge["look"]) for edge in found) == [
        ("decreases", -1, "lowers"),
        ("increases", 1, "raises"),
    ]


def test_what_is_no_live_effect_neither_has_a_sign_nor_an_end(various):
    _, network = read(various)
    shapes = mapping(network, "edge", "EDGE_TARGET_ARROW_SHAPE")
    denied = [e["v"] for e in network.get_edges().values() if e["v"]["standing"] in ("refuted", "null result")]
    assert sorted(edge["interaction"] for edge in denied) == [
        "has-no-effect-on",
        "not-associated-with",
        "refuted-increases",
    ]
    assert all("sign" not in edge and shapes[edge["look"]] == "none" and edge["mark"] for edge in denied)


def mapping(network, of: str, name: str) -> dict[str, object]:
    told = network.get_visual_properties()[f"{of}Mapping"][name]["definition"]["map"]
    return {each["v"]: each["vp"] for each in told}


def test_styles_tell_the_sign_by_the_shape_of_the_end_and_guesses_by_dashes(various, shipped):
    _, network = read(various)
    shapes = mapping(network, "edge", "EDGE_TARGET_ARROW_SHAPE")
    assert {look: shapes[look] for look in ("raises", "lowers", "acts")} == {
        "raises": "triangle",
        "lowers": "tee",
        "acts": "none",
    }
    assert set(shapes) == set(LOOKS) >= {edge["v"]["look"] for edge in shipped[1].get_edges().values()}
    lines = mapping(network, "edge", "EDGE_LINE_STYLE")
    guessed = {lines[e["v"]["line"]] for e in network.get_edges().values() if e["v"].get("certainty") == "hypothesized"}
    assert guessed == {"dashed"}
    fills = mapping(network, "node", "NODE_BACKGROUND_COLOR")
    assert len({fills[node["v"]["category"]] for node in shipped[1].get_nodes().values()}) == 4
    sizes = network.get_node_bypasses()
    assert all(sizes[number]["NODE_WIDTH"] > sizes[number]["NODE_HEIGHT"] / 3 > 0 for number in network.get_nodes())


def test_the_document_counts_its_aspects_and_ends_well(shipped):
    document = shipped[0]
    assert document[0] == {"CXVersion": "2.0", "hasFragments": False}
    aspects = {name: told for part in document[2:-1] for name, told in part.items()}
    assert {each["name"]: each["elementCount"] for each in document[1]["metaData"]} == {
        name: len(told) for name, told in aspects.items()
    }
    assert document[-1] == {"status": [{"error": "", "success": True}]}
