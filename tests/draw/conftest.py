"""The pictures that several tests look at, each laid out once."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
import sketches
from worlds import random_world

from kg.draw import diagram_of
from kg.draw.diagram import Diagram
from kg.draw.layout import Layout
from kg.draw.scene import Scene
from kg.graph import KnowledgeGraph
from kg.model import Trace

compose = importlib.import_module("kg.draw.compose")  # kg.draw.compose is the function


@dataclass(frozen=True)
class Picture:
    """A picture at every stage; `routings` holds each layout before and after its ends were spread."""

    name: str
    diagram: Diagram
    scene: Scene
    routings: Sequence[tuple[Layout, Layout, Sequence[tuple[str, str]]]]


def picture_of(name: str, thing, **options) -> Picture:
    routings = []

    def watched(layout, ends, sideways):
        after = spread(layout, ends, sideways)
        routings.append((layout, after, ends))
        return after

    spread = compose.spread
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "spread", watched)
        diagram = diagram_of(thing, **options)
        return Picture(name, diagram, compose.compose(diagram), routings)


@pytest.fixture(scope="session")
def flagship(graph: KnowledgeGraph) -> Trace:
    """Both arms, unsigned routes, definitions, kinds of the source, hypotheses and disputes."""
    return graph.trace("corticosteroids", "vascular calcification")


@pytest.fixture(scope="session")
def picture(graph: KnowledgeGraph, flagship: Trace) -> Callable[[str], Picture]:
    """A picture by its name."""

    def causal(**options):
        return [edge for edge in graph.edges if edge.claims[0].causal], options

    things = {
        "flagship": lambda: (flagship, {}),
        "lupus": lambda: (graph.trace("SLE", "calciphylaxis"), {}),
        "warfarin": lambda: (graph.trace("warfarin", "calciphylaxis"), {}),
        "vitamin K": lambda: (graph.trace("vitamin K", "vascular calcification"), {}),
        "several ends": lambda: (graph.trace(["warfarin", "denosumab"], ["calciphylaxis", "hypercalcemia"]), {}),
        "no path": lambda: (graph.trace("calciphylaxis", "warfarin"), {}),
        "highlighted": lambda: (flagship, {"highlight": [flagship.increasing[5], "RANKL"]}),
        "path up": lambda: (flagship.increasing[0], {}),
        "path down": lambda: (flagship.decreasing[-1], {}),
        "path unsigned": lambda: (flagship.unsigned[0], {}),
        "graph of 40": lambda: causal(max_entities=40),
        "graph of 80": causal,
        "links and associations": lambda: (graph.edges, {"links": graph.links, "max_entities": 30}),
        "hostile": lambda: (sketches.hostile_trace(), {}),
        "nothing": lambda: ([], {}),
    }

    @functools.cache
    def named(name: str) -> Picture:
        thing, options = things[name]()
        return picture_of(name, thing, **options)

    return named


@pytest.fixture(scope="session")
def random_pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    """Of fourteen random worlds the trace between two entities, and the whole graph with its links."""
    found = []
    for seed in range(14):
        graph = random_world(seed, entities=9, claims=50, links=8).load(tmp_path_factory.mktemp("world"))
        ends = graph.entities[0], graph.entities[-1]
        found.append(picture_of(f"trace of world {seed}", graph.trace(*ends)))
        found.append(picture_of(f"graph of world {seed}", graph.edges, links=graph.links))
    return found
