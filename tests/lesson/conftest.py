"""Lessons that several tests look at: one of each kind of answer, on the shipped graph and on small worlds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from asked import ASKED
from worlds import World

from kg.graph import KnowledgeGraph
from kg.model import Trace


@pytest.fixture(scope="session")
def traces(graph: KnowledgeGraph) -> dict[str, Trace]:
    found = {name: graph.trace(source, target, **options) for name, (source, target, options) in ASKED.items()}
    found["narrowed"] = graph.where(species="human").without("RANKL").trace("corticosteroids", "calciphylaxis")
    return found


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., KnowledgeGraph]:
    """A small graph of these claims and links."""
    made: list[None] = []

    def load(*claims, links=(), **more) -> KnowledgeGraph:
        made.append(None)
        return World(claims=claims, links=links, **more).load(tmp_path / f"world-{len(made)}")

    return load
