"""What several formats are tried with."""

from __future__ import annotations

import pytest
from consumed import unlike

from kg.graph import KnowledgeGraph


@pytest.fixture(scope="session")
def various(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """A small graph with an edge of each sort."""
    return unlike(tmp_path_factory.mktemp("various"))


@pytest.fixture(scope="session")
def routes(graph: KnowledgeGraph) -> KnowledgeGraph:
    """The shipped graph, narrowed to the routes of its first question."""
    return graph.within(graph.trace("corticosteroids", "vascular calcification"))
