"""``kg export``, ``kg import`` and ``kg formats`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answered import SCHEMA

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once")


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A small graph of others, with two entities of ours."""
    nodes = [{"id": "HGNC:11909", "label": "OPG gene"}, {"id": "X:1", "label": "thing"}]
    edges = [
        {"source": "X:1", "target": "HGNC:11909", "predicate": "decreases", "publications": "PMID:1"},
        {"source": "X:1", "target": "HGNC:11909", "predicate": "biolink:part_of"},
    ]
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps({"nodes": nodes, "edges": edges}, indent=1))
    return file


def test_a_graph_is_written_and_its_losses_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", str(tmp_path / "graph.graphml")]) == 0
    told = capsys.readouterr().out
    assert "graph.graphml (GraphML) written: entities 330" in told
    assert "lost: facts of cases (65)" in told


def test_only_the_routes_of_a_question_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", str(tmp_path / "r.json"), "--from", "warfarin", "--to", "calciphylaxis", "-n", "2"]) == 0
    written = json.loads((tmp_path / "r.json").read_text())
    assert "330" not in capsys.readouterr().out
    assert {"warfarin", "calciphylaxis"} < {node["id"] for node in written["nodes"]}
    assert len(written["nodes"]) < 20


def test_a_question_without_routes_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", str(tmp_path / "r.json"), "--from", "mortality", "--to", "warfarin", "-n", "2"]) == 1
    assert "Nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()


def test_one_end_alone_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", str(tmp_path / "r.json"), "--from", "warfarin"]) == 2
    assert "--from and --to go together" in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()


def test_a_graph_is_read_on_trial_joined_and_kept(
    theirs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", str(theirs)]) == 0
    told = capsys.readouterr().out
    assert "entities 2, claims 1" in told
    assert "line" in told
    assert run(["import", str(theirs), "--merge", "--to", str(tmp_path / "joined")]) == 0
    assert "met: osteoprotegerin (there: OPG gene) by HGNC:11909" in capsys.readouterr().out
    data = ["--data", str(tmp_path / "joined")]
    assert run([*data, "trace", "thing", "vascular calcification", "-n", "3"]) == 0
    told = capsys.readouterr().out
    assert "⊣°" in told
    assert "° only from another graph: theirs.json" in told
    assert run([*data, "trace", "thing", "vascular calcification", "-n", "3", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    first = answer["increasing"][0]["steps"][0] if answer["increasing"] else answer["decreasing"][0]["steps"][0]
    assert first["foreign"] == ["theirs.json"]


@pytest.mark.parametrize("command", [["export"], ["import"], ["import", "--merge"], ["formats"]])
def test_json_follows_the_schema(
    command: list[str], theirs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = {"export": [str(tmp_path / "new.graphml")], "import": [str(theirs)], "formats": []}[command[0]]
    assert run([*command, *file, "--json"]) == 0
    SCHEMA.validate(json.loads(capsys.readouterr().out))


def test_formats_are_listed_with_what_they_lose(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["formats"]) == 0
    told = capsys.readouterr().out
    assert "graphml      read and written  GraphML: .graphml" in told
    assert run(["formats", "graphml"]) == 0
    assert "loses       facts of cases: facts of patients are no edges" in capsys.readouterr().out
    assert run(["formats", "no-such"]) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["import", "no-such-file.json"], 5, "No file no-such-file.json"),
        (["import", "x.docx"], 5, "No file"),
        (["export", "x.docx"], 2, "tells no format"),
        (["export", "no/such/folder/x.graphml"], 5, "Cannot write"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_with_its_code(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == code
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told
