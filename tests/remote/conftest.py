"""Makes the helpers beside the tests importable, and serves data from a real endpoint: ``oxigraph serve``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [
    str(Path(__file__).parent),
    str(Path(__file__).parent.parent),
    str(Path(__file__).parent.parent / "large"),
]

from serving import Server, quads, served  # noqa: E402 - found by the path above


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """An endpoint that tests fill one after the other; named graphs are not part of its default graph."""
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def shipped(graph) -> Iterator[str]:
    """The address of an endpoint that holds the shipped graph, in its named graphs."""
    with served() as running:
        yield running.load(quads(graph))
