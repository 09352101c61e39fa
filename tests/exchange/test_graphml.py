"""GraphML as igraph reads it (networkx reads it in the round trip of all formats)."""

from __future__ import annotations

import pytest
from consumed import assert_keeps_what_it_says, told

igraph = pytest.importorskip("igraph", reason="needs igraph, which reads GraphML")


@pytest.mark.filterwarnings("ignore:Could not add edge ids:RuntimeWarning")  # it keeps the attribute, which is right
@pytest.mark.parametrize("name", ["graph", "various"])
def test_igraph_finds_the_same_claims_with_opposite_ones_side_by_side(name, request, tmp_path):
    graph = request.getfixturevalue(name)
    file = tmp_path / "graph.graphml"
    graph.export(file)
    read = igraph.Graph.Read_GraphML(str(file))
    assert read.is_directed()
    head = {key: read[key] for key in read.attributes()}
    nodes, edges = ([stated(each.attributes()) for each in listed] for listed in (read.vs, read.es))
    assert_keeps_what_it_says("graphml", graph, told(head, nodes, edges))
    for edge in read.es:
        assert (edge["subject"], edge["object"]) == (read.vs[edge.source]["id"], read.vs[edge.target]["id"])


def stated(attributes):
    """igraph gives every attribute to all: an empty text or no number where an element states none."""
    return {name: value for name, value in attributes.items() if value == value and value != ""}
