"""Makes the helpers beside the tests importable; the release of the shipped data, written once."""

import sys
from pathlib import Path

import pytest

from kg.release import release

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]


@pytest.fixture(scope="session")
def released(graph, tmp_path_factory) -> Path:
    """A release of the shipped data; tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("release") / "shipped"
    release(graph, folder)
    return folder
