"""The kg command on KGX files, and what it costs those who have none."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from files import EDGES, NODES, write

import kg
from kg.cli.main import run
from kg.errors import NotFound


@pytest.fixture
def data(tmp_path):
    return str(write(tmp_path / "data", stem="rare_")[0])


def test_kg_trace_answers_draws_and_writes_json(data, tmp_path, capsys):
    picture = tmp_path / "trace.svg"
    assert run(["--data", data, "trace", "steroid", "calcification", "--draw", str(picture)]) == 0
    shown = capsys.readouterr()
    assert "every signed route found lowers it" in shown.out
    assert "edge 4 of rare_edges.tsv" in shown.out
    assert "cites PMID:1, PMID:2" in shown.out
    assert "<svg" in picture.read_text("utf-8")
    assert run(["--data", data, "trace", "steroid", "calcification", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "decreases"


def test_options_that_narrow_work_alike(data, capsys):
    assert run(["--data", data, "trace", "steroid", "calcification", "--without", "TNF-α"]) == 0
    assert "without HGNC:3" in capsys.readouterr().out
    assert run(["--data", data, "trace", "steroid", "calcification", "--species", "human"]) == 1
    assert run(["--data", data, "trace", "steroid", "calcification", "--design", "trial"]) == 2
    assert "KGX files do not state design" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["find", "calc"], 0, "calcification"),
        (["show", "steroid"], 0, "dexamethasone broader steroid"),
        (["show", "edge-2"], 0, "steroid decreases TNF-α"),
        (["show", "fungus"], 0, "fungus  (OrganismTaxon; X:1)"),
        (["disputes"], 0, "CHEBI:1~HGNC:3"),
        (["sparql", "ASK {}"], 2, "has no RDF"),
        (["query"], 2, "has no RDF"),
        (["trace", "steroid", "nobody"], 1, "No entity 'nobody'"),
    ],
)
def test_other_commands_answer_or_say_why_not(tmp_path, capsys, arguments, code, words):
    nodes = [*NODES, {"id": "X:1", "name": "fungus", "category": "biolink:OrganismTaxon"}]
    write(tmp_path / "data", nodes, EDGES)
    assert run(["--data", str(tmp_path / "data"), *arguments]) == code
    told = capsys.readouterr()
    assert words in told.out + told.err


def test_losses_are_told_on_stderr_in_one_line(tmp_path, capsys):
    write(tmp_path, NODES, [*EDGES, {"subject": "CHEBI:1", "predicate": "x:zaps", "object": "GO:9"}])
    assert run(["--data", str(tmp_path), "trace", "steroid", "GO:9", "--json"]) == 0
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert (
        "rows with predicates not in the table, read as affects, unsigned: 1; entities named by edges only" in told.err
    )
    assert json.loads(told.out)["verdict"] == "unsigned"


def test_a_broken_file_is_one_line_and_exit_code_3(tmp_path, capsys):
    _, edges = write(tmp_path)
    edges.write_text("subject\tpredicate\tobject\na\tb\n")
    assert run(["--data", str(edges), "find", "a"]) == 3
    assert f"{edges}:2: the row has 2 cells, the header 3." in capsys.readouterr().err


def test_on_a_large_graph_show_does_not_look_for_disputes(data, monkeypatch, capsys):
    monkeypatch.setattr("kg.large.graph.MOST", 4)
    assert run(["--data", data, "show", "bone"]) == 0
    with pytest.raises(NotFound, match="too many to look for disputes"):
        kg.open(data).dispute("x")


def test_the_shipped_graph_pays_nothing_for_large_ones():
    code = "import kg, sys; kg.load().trace('OPG', 'vascular calcification'); print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not {"numpy", "numba", "pyarrow", "kg.large", "kg.causal.kernel.arrays", "kg.causal.kernel"} & loaded
    assert "kg.causal.search" in loaded
