"""What tests of the ontology share."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture(params=["HermiT", "owlrl"])
def reasoner(request: pytest.FixtureRequest) -> str:
    """Each reasoner that a contradiction must not get past; HermiT runs where there is Java."""
    if request.param == "HermiT" and not shutil.which("java"):
        pytest.skip("HermiT needs Java, which .ci/run installs")
    return str(request.param)
