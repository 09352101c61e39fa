"""The explorer of the shipped graph as a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running import Running, running

from kg.graph import KnowledgeGraph
from kg.serve import app
from kg.serve.app import application
from kg.serve.workers import Workers


@pytest.fixture(scope="session", autouse=True)
def nothing_ahead() -> Iterator[None]:
    """No server answers worked questions ahead, which would take the time of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "PAUSE", 600)
        yield


@pytest.fixture(scope="session")
def explorer(graph: KnowledgeGraph) -> Iterator[Running]:
    """The server, its log, and raw connections to it."""
    workers = Workers(graph.dataset)
    with running(application(graph, workers), close=workers.close) as found:
        yield found


@pytest.fixture(scope="session")
def served(explorer: Running) -> str:
    """The address of the server, without a slash in the end."""
    return explorer.url
