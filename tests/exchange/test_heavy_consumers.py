"""The proofs with heavy consumers: the command itself, and that the page tells of the versions it asks. Not the proofs."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import pytest


def test_an_unknown_consumer_is_refused_and_nothing_is_installed(root: Path) -> None:
    command = [sys.executable, str(root / "benchmarks" / "consumers.py"), "no-such-program"]
    done = run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "no consumer no-such-program; there are kgx, indra, pybel" in done.stderr


def test_the_page_tells_what_the_pinned_versions_made_of_our_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(root / "benchmarks")
    import consumers

    page = (root / "docs" / "exchange-consumers.md").read_text("utf-8")
    for consumer in consumers.CONSUMERS:
        assert f"| {consumer.installed[0].replace('==', ' ')} |" in page
