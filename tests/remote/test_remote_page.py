"""Every Python example of docs/remote.md runs and prints what it says; that with Spark is covered by test_spark.py."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from kg.large.kgx import EDGES, NODES
from kg.remote.frontier import Limits

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "remote.md").read_text("utf-8")
ADDRESS = "http://localhost:7878/query"


def test_the_examples_run_and_print_what_they_say(shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    here = [code.replace(ADDRESS, shipped) for code in blocks if "engine=" not in code]
    assert (len(blocks), len(here)) == (5, 4)
    names: dict[str, object] = {}
    for code in here:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "docs/remote.md", "exec"), names)
        for words in re.findall(r"^print\(.*\)  # (.+)$", code, re.MULTILINE):
            assert words in out.getvalue().splitlines()


def test_the_columns_and_limits_are_those_of_the_code():
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert {*NODES, *(name for name in EDGES if not name.startswith(("subject_", "object_")))} <= told
    for name, value in vars(Limits()).items():
        assert f"| `{name}` | {value:,.0f} |" in PAGE
