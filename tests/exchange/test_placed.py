"""Where nodes lie and what edges look like, in every format that viewers read."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

import pytest

from kg.draw import layout
from kg.errors import UsageError
from kg.exchange import formats
from kg.exchange.placed import LOOKS, placed

PLACED = ("cx2", "cyjs", "gexf", "sbgn")
TEXTS = ("dot", "mermaid", "sif")
WRITE = """
import hashlib, kg
from kg.exchange import formats
graph = kg.load()
routes = graph.within(graph.trace("warfarin", "calciphylaxis", max_steps=2))
for name in %r:
    each = graph if name in ("gexf", "sif") else routes
    print(name, hashlib.sha256(formats()[name].write(each._content).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def shipped(graph):
    return placed(graph._content)


def test_every_entity_of_a_large_graph_has_a_place_and_none_lies_on_another(shipped, graph):
    boxes = {node.id: node.box for node in shipped.nodes}
    assert set(boxes) == {entity.id for entity in graph.entities}
    assert not [pair for pair in combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]])]
    assert min(min(box.left, box.top) for box in boxes.values()) >= 19.9
    assert all(round(value, 1) == value for box in boxes.values() for value in (box.x, box.y, box.width, box.height))


def test_a_large_graph_is_no_larger_than_its_nodes_need(shipped):
    boxes = [node.box for node in shipped.nodes]
    wide, high = max(box.right for box in boxes), max(box.bottom for box in boxes)
    assert wide * high < 8 * sum(box.width * box.height for box in boxes)
    assert 0.5 < wide / high < 3


def test_every_edge_has_a_look_and_only_live_effects_and_definitions_have_ends(shipped, various):
    for graph in (shipped, placed(various._content)):
        ends = {(edge.told["standing"], edge.look.end, edge.told.get("sign")) for edge in graph.edges}
        assert ends <= {
            ("causal", "arrow", 1),
            ("causal", "bar", -1),
            ("causal", "plain", 0),
            ("association", "plain", 1),
            ("association", "plain", -1),
            ("definition", "open", 1),
            ("definition", "bar", -1),
            ("null result", "plain", None),
            ("refuted", "plain", None),
        }
    assert {edge.told["look"] for edge in placed(various._content).edges} == set(LOOKS)


def test_a_layout_that_takes_too_long_says_what_to_do(graph, monkeypatch):
    monkeypatch.setattr(layout, "SECONDS", 0.001)
    with pytest.raises(
        UsageError, match=r"more than 0.001 seconds. Narrow the graph .* or take a format without places"
    ):
        formats()["cx2"].write(graph._content)


def test_two_processes_with_other_hashes_write_the_same_bytes():
    program = WRITE % ((*PLACED, *TEXTS),)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    one, two = (process.communicate(timeout=120)[0].splitlines() for process in running)
    assert one == two
    assert len(one) == len((*PLACED, *TEXTS))


def test_an_empty_graph_is_written_too(graph):
    nothing = graph.without(*graph.entities)
    for name in (*PLACED, *TEXTS):
        assert formats()[name].write(nothing._content) or name == "sif"
