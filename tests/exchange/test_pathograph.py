"""Pathograph JSON: an object of the shape that the pages of dismech draw, with live effects only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kg.exchange import ASPECTS, formats
from kg.exchange.content import standing
from kg.graph import KnowledgeGraph

TEXT = {"type": "string", "minLength": 1}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["nodes", "edges", "orphan_targets"],
    "properties": {
        "nodes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "node_type", "color", "is_orphan"],
                "properties": {
                    "id": TEXT,
                    "node_type": {
                        "enum": ["pathophysiology", "phenotype", "environmental", "treatment", "biochemical"]
                    },
                    "color": {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
                    "is_orphan": {"type": "boolean"},
                    "description": TEXT,
                    "meta": {
                        "type": "object",
                        "properties": {
                            "term_id": {"type": "string", "pattern": "^[A-Za-z][\\w.]*:\\S+$"},
                            "evidence_count": {"type": "integer", "minimum": 1},
                            "synonyms": {"type": "array", "items": TEXT},
                        },
                    },
                },
            },
        },
        "edges": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["source", "target", "predicate"],
                "properties": {
                    "source": TEXT,
                    "target": TEXT,
                    "predicate": {"enum": ["causes", "contributes_to", "treats", "influences"]},
                    "description": TEXT,
                    "is_orphan": {"type": "boolean"},
                },
            },
        },
        "orphan_targets": {"type": "array", "items": TEXT},
    },
}
"""Made after docs/pathographs.md and the exporter of dismech."""


def written(graph: KnowledgeGraph, folder: Path) -> dict[str, Any]:
    graph.export(folder / "graph.pathograph.json")
    found: dict[str, Any] = json.loads((folder / "graph.pathograph.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("which", ["graph", "various", "routes"])
def test_it_has_the_shape_that_is_described(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    document = written(request.getfixturevalue(which), tmp_path)
    jsonschema.validate(document, SCHEMA)
    names = [node["id"] for node in document["nodes"]]
    assert len(set(names)) == len(names)
    assert {edge[end] for edge in document["edges"] for end in ("source", "target")} == set(names)


@pytest.mark.parametrize("which", ["graph", "various"])
def test_signs_and_unsigned_effects_are_those_of_the_graph(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph: KnowledgeGraph = request.getfixturevalue(which)
    edges = written(graph, tmp_path)["edges"]
    signed = {(edge["source"], edge["sign"], edge["target"]) for edge in edges if edge["sign"]}
    unsigned = {(e["source"], "affects", e["target"], 0) for e in edges if not e["sign"]}
    assert signed == set(ASPECTS["signs"].of(graph._content))
    assert unsigned == set(ASPECTS["unsigned"].of(graph._content))
    assert set(formats()["pathograph"].keeps) == {"signs", "unsigned"}


def test_an_arrow_never_says_more_than_a_claim(various: KnowledgeGraph, tmp_path: Path) -> None:
    own = {"causes": "causes", "contributes-to": "contributes_to", "treats-or-prevents": "treats"}
    live = {
        (claim.subject.label, own.get(claim.predicate, "influences"), claim.object.label)
        for claim in various.claims()
        if standing(claim) == "causal"
    }
    edges = written(various, tmp_path)["edges"]
    assert {(edge["source"], edge["predicate"], edge["target"]) for edge in edges} == live
    assert len(live) < len(various.edges)


def test_the_same_graph_gives_the_same_bytes(various: KnowledgeGraph, tmp_path: Path) -> None:
    for name in ("a", "b"):
        various.export(tmp_path / f"{name}.pathograph.json")
    assert (tmp_path / "a.pathograph.json").read_bytes() == (tmp_path / "b.pathograph.json").read_bytes()
