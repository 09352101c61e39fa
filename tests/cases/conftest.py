"""Makes the helpers beside the tests importable, and gives packets and files to write over."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.model import Case

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "causal")]


@pytest.fixture
def read(graph, tmp_path) -> Callable[..., Case]:
    """Reads a text, or data as JSON, as the case that a file of this name holds."""

    def reading(content: Any, name: str = "patient.json") -> Case:
        file = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
        file.write_bytes(json.dumps(content).encode() if data is None else data)
        return graph.case(file)

    return reading


@pytest.fixture(scope="session")
def exported(graph):
    """The founding case as a Phenopacket."""
    return graph.export_case("nazir-2015")
