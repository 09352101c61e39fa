"""Layouts of graphs that are too large for a picture."""

from __future__ import annotations

import math
import random

import pytest
from sketches import edge, entity

from kg.draw import diagram_of
from kg.draw.compose import places
from kg.draw.diagram import Node
from kg.draw.layout import scatter

SIZES = {f"n{number}": (60.0 + 10 * (number % 9), 34.0 + 18 * (number % 3), 10.0) for number in range(100)}
WHEEL = [("n0", f"n{number}") for number in range(1, 40)] + [("n40", "n41"), ("n41", "n42"), ("n0", "n0")]


@pytest.fixture(scope="module")
def boxes():
    return scatter(SIZES, WHEEL)


def test_no_node_lies_on_another_and_each_has_its_size(boxes):
    listed = list(boxes.items())
    assert not [(a, b) for i, (a, one) in enumerate(listed) for b, other in listed[:i] if one.overlaps(other)]
    assert {name: (box.width, box.height, box.corner) for name, box in boxes.items()} == SIZES


def test_the_same_graph_is_laid_out_alike_in_whatever_order_its_edges_come(boxes):
    assert scatter(SIZES, random.Random(1).sample(WHEEL, len(WHEEL))) == boxes


def test_parts_that_hang_on_nothing_stay_near_and_neighbours_lie_nearer_than_others(boxes):
    def apart(one, other):
        return math.dist((boxes[one].x, boxes[one].y), (boxes[other].x, boxes[other].y))

    far = max(apart(one, other) for one in boxes for other in boxes)
    assert far < 4 * math.sqrt(sum(width * height for width, height, _ in SIZES.values()))
    others = [apart("n41", name) for name in SIZES if name not in ("n40", "n41", "n42")]
    assert max(apart("n41", "n40"), apart("n41", "n42")) < sorted(others)[len(others) // 3]


def test_a_graph_that_fits_a_picture_lies_as_in_the_picture():
    a, b = entity("a"), entity("b")
    diagram = diagram_of([edge(a, 1, b)])
    small = places(diagram)
    assert set(small.boxes) == {"a", "b"}
    assert len(small.splines[0]) >= 4
    assert isinstance(diagram.nodes[0], Node)
