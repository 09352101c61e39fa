"""The kg command on an endpoint and on Parquet files, and what all this costs those who have none."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from files import EDGES, NODES
from parquets import write_parquet

import kg
from kg.cli.main import run


@pytest.fixture(autouse=True)
def shipped_again():
    """The choice of data is the process's: tests that follow get the shipped ones back."""
    yield
    run(["find", "OPG"])


def test_kg_asks_an_endpoint_draws_and_writes_json(shipped, tmp_path, capsys):
    picture = tmp_path / "trace.svg"
    asked = ["trace", "osteoprotegerin", "vascular calcification", "--max-steps", "2"]
    assert run(["--data", shipped, *asked, "--draw", str(picture)]) == 0
    assert "osteoprotegerin" in capsys.readouterr().out
    assert "<svg" in picture.read_text("utf-8")
    assert run(["--data", shipped, *asked, "--json", "--without", "RANKL"]) == 0
    assert json.loads(capsys.readouterr().out)["certificate"]["data"] == f"{shipped} (claims)"
    assert run(["--data", shipped, "sparql", "ASK { GRAPH ?g { ?c a ckg:Claim } }"]) == 0
    assert "true" in capsys.readouterr().out
    assert run(["--data", shipped, "find", "osteoprot"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "is an address"),
        (["disputes"], "pull a part"),
        (["loops"], "pull a part"),
        (["query"], "pull a part"),
    ],
)
def test_what_needs_everything_says_so(shipped, capsys, arguments, words):
    assert run(["--data", shipped, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_kg_reads_parquet_one_file_or_a_pair(tmp_path, capsys):
    folder = tmp_path / "data"
    edges = write_parquet(folder / "rare_edges.parquet", EDGES)
    assert run(["--data", str(edges), "trace", "CHEBI:1", "MONDO:4"]) == 0
    write_parquet(folder / "rare_nodes.parquet", NODES)
    assert run(["--data", str(folder), "trace", "steroid", "calcification"]) == 0
    assert "edge 4 of rare_edges.parquet" in capsys.readouterr().out
    for files in (("rare_edges.parquet", "rare_nodes.parquet"), ("rare_nodes.parquet", "rare_edges.parquet")):
        assert kg.open(*(folder / file for file in files)).find("steroid").id == "CHEBI:1"


def test_nobody_there_is_exit_code_5(capsys):
    assert run(["--data", "http://nowhere.invalid/sparql", "trace", "a", "b"]) == 5
    assert "cannot be reached" in capsys.readouterr().err


def test_the_shipped_graph_pays_nothing_for_this():
    code = "import kg; kg.load().trace('corticosteroids', 'vascular calcification'); import kg.graph, kg.remote"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    heavy = {"duckdb", "pyspark", "py4j", "pyarrow", "numpy", "numba"}
    assert not heavy & {name.split(".")[0] for name in done.stdout.split()}
