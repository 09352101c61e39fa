"""``kg case``: exit codes, JSON by its schema, files, bad input."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from answered import SCHEMA

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")


@pytest.fixture
def here(tmp_path, monkeypatch, root):
    text = re.search(r"```yaml\n(.*?)```", (root / "docs" / "case-file.md").read_text("utf-8"), re.DOTALL)[1]
    (tmp_path / "patient.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ["explain", "export"])
def test_every_example_in_the_help_runs(command, capsys, here):
    assert run(["case", command, "--help"]) == 0
    examples = re.findall(r"^\s+(kg case .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example
        out, err = capsys.readouterr()
        assert out or "Wrote" in err


@pytest.mark.parametrize(
    "arguments", [["explain", "nazir-2015"], ["explain", "patient.yaml"], ["export", "nazir-2015", "n.json"]]
)
def test_json_follows_the_schema(arguments, capsys, here):
    assert run(["case", *arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert "not medical advice" in answer["disclaimer"]


def test_the_answer_can_be_grasped_from_the_first_screen(capsys):
    assert run(["case", "explain", "nazir-2015"]) == 0
    out = capsys.readouterr().out
    top = " ".join("\n".join(out.splitlines()[:30]).split())
    for words in ("17 of 35 findings", "skin necrosis", "arterial calcification", "UNEXPLAINED 17: oral ulcer", "starts from",
                  "hyperphosphatemia (found, 7)", "serum parathyroid hormone", "serum albumin", "serum 25-hydroxyvitamin D",
                  "antiphospholipid antibody", "never taken for absent", "complete: every route of up to 4 steps"):  # fmt: skip
        assert words in top
    assert "Not known in this patient" in out
    assert out.rstrip().endswith("not medical advice.")
    assert max(len(line) for line in out.splitlines()) <= 100


def test_all_lists_every_route_and_a_query_for_what_is_unexplained(capsys):
    assert run(["case", "explain", "nazir-2015", "--all", "-n", "3"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "(--all)" not in out
    assert 'to search: ("oral ulcer" OR' in out or 'to search: "oral ulcer"' in out


def test_a_file_with_unknown_and_contradictory_terms_is_answered_and_says_so(capsys, here):
    (here / "odd.yaml").write_text(
        "conditions: [SLE]\nfindings: [skin necrosis, osteoprotegrin, gangrene]\nabsent: [gangrene]\n"
    )
    assert run(["case", "explain", "odd.yaml"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "EXPLAINED 1 of 1 finding: skin necrosis; 3 further facts could not be used." in out
    assert "left out osteoprotegrin (did you mean osteoprotegerin?), gangrene: took no part" in out
    assert "Did you mean osteoprotegerin" in out
    assert "gangrene: absent and present at one time; neither is used." in out


@pytest.mark.parametrize(
    "text", ["label: nobody\n", "findings: [pyuria]\n", "conditions: [SLE]\nfindings: [oral ulcer]\n"]
)
def test_nothing_explained_is_exit_code_one_and_still_an_answer(text, capsys, here):
    (here / "a.yaml").write_text(text)
    assert run(["case", "explain", "a.yaml"]) == 1
    out, err = capsys.readouterr()
    assert "searched" in out
    assert err == ""
    assert run(["case", "explain", "a.yaml", "--json", "--draw", "a.svg"]) == 1
    SCHEMA.validate(json.loads(capsys.readouterr().out))
    assert (here / "a.svg").read_text("utf-8").startswith("<svg")


def test_a_stopped_search_is_exit_code_four(capsys):
    assert run(["case", "explain", "nazir-2015", "--budget", "5"]) == 4
    out, err = capsys.readouterr()
    assert "UNDECIDED" in out
    assert "budget" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["explain", "nobody"], 1, "There are: nazir-2015"),
        (["explain", "none.json"], 5, "Cannot read"),
        (["explain", "old.json"], 3, "version 1"),
        (["explain", "broken.yaml"], 3, "broken.yaml:1"),
        (["explain", "nazir-2015", "-n", "0"], 2, "max_steps must be at least 1"),
        (["explain", "nazir-2015", "--draw", "x.docx"], 2, "form of picture"),
        (["explain", "nazir-2015", "--draw", "patient.svg"], 5, "exists and is kept"),
        (["export", "nazir-2015", "x.txt"], 2, "does not end in .json"),
        (["export", "nazir-2015", "old.json"], 5, "exists and is kept"),
        (["export", "nazir-2015", "x.json", "--created", "now"], 2, "no time in UTC"),
        (["export", "nobody", "x.json"], 1, "No case 'nobody'"),
    ],
)
def test_bad_input_gets_one_message_and_the_right_exit_code(arguments, code, message, capsys, here):
    (here / "old.json").write_text('{"id": "x", "metaData": {"phenopacketSchemaVersion": "1.0.0"}}')
    (here / "broken.yaml").write_text("- a\n")
    (here / "patient.svg").write_text("mine")
    assert run(["case", *arguments]) == code
    out, err = capsys.readouterr()
    assert message in " ".join(err.split())
    assert "Traceback" not in out + err
    assert "internal error" not in err
    assert (here / "patient.svg").read_text() == "mine"


def test_export_writes_whole_files_and_tells_its_losses(capsys, here):
    assert run(["case", "export", "nazir-2015", "n.json"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "warfarin exposure: unknown" in err
    first = (here / "n.json").read_bytes()
    assert run(["case", "export", "nazir-2015", "n.json", "--force"]) == 0
    assert (here / "n.json").read_bytes() == first
    capsys.readouterr()
    assert run(["case", "explain", "n.json"]) == 0
    assert "skin necrosis" in capsys.readouterr().out
