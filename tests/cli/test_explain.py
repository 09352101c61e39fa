"""``kg explain``: what it prints and writes, its exit codes, and the lines that ask the same again."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex

import jsonschema
import pytest
from answered import SCHEMA

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")

FLAGSHIP = ["explain", "corticosteroids", "vascular calcification"]
SCOPE = ["--species", "human", "--species", "mouse", "--certainty", "supported", "--years", "1990-2024", "--unstated",
         "--no-drafts", "--without", "RANKL", "--without-source", "shioi-2020"]  # fmt: skip


@pytest.mark.parametrize("more", [[], ["--quiz"], ["--no-kinds", "-n", "3"], SCOPE])
def test_markdown_goes_to_standard_output_and_how_to_get_a_picture_to_the_other(capsys, more):
    assert run([*FLAGSHIP, *more]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("# Does corticosteroid raise or lower vascular calcification?\n")
    assert "![" not in out
    assert "-o lesson.html" in err
    assert "not medical advice" in out.splitlines()[-1]


def test_every_example_in_the_help_runs(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "--help"]) == 0
    examples = re.findall(r"^\s+(kg .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) == 4
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example
        out, err = capsys.readouterr()
        assert out or err.startswith("Wrote ")
    assert {file.name for file in tmp_path.iterdir()} == {"lesson.html", "quiz.md", "quiz.svg"}


@pytest.mark.parametrize(
    "more",
    [[], SCOPE, ["--quiz"], ["--without-source", "nazir-2015", "--and-reports"], ["--no-definitions", "-n", "2"]],
)
def test_both_lines_ask_the_same_again(capsys, more):
    assert run([*FLAGSHIP, *more]) == 0
    out = capsys.readouterr().out
    shell = re.search(r"```sh\n(.*)\n```", out)[1]
    assert run(shlex.split(shell)[1:]) == 0
    assert capsys.readouterr().out == out
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(re.search(r"```python\n(.*)\n```", out)[1])
    lesson, _, again = printed.getvalue().partition("## To ask it again")
    assert lesson == out.partition("## To ask it again")[0]
    # A trace does not know how its graph was narrowed: in Python the lines are those of the question alone.
    assert ("Narrow the graph first" in again) == any(option in more for option in ("--species", "--without-source"))


@pytest.mark.parametrize(
    ("more", "written"),
    [
        (["-o", "x.html"], ["x.html"]),
        (["-o", "x.md"], ["x.md", "x.svg"]),
        (["--out", "q.md", "--quiz"], ["q.md", "q.svg"]),
    ],
)
def test_files_are_written_and_named(capsys, tmp_path, monkeypatch, more, written):
    monkeypatch.chdir(tmp_path)
    assert run([*FLAGSHIP, *more]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"Wrote {' and '.join(written)}.\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == written
    assert run([*FLAGSHIP, *more]) == 5
    assert "--force" in capsys.readouterr().err
    assert run([*FLAGSHIP, *more, "--force"]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["explain", "osteoprotegrin", "calciphylaxis"], 1, "Did you mean osteoprotegerin"),
        (["explain", "kidney failure", "calciphylaxis"], 2, "fits several entities"),
        (["explain", "OPG", "osteoprotegerin"], 2, "Name two different"),
        (["explain", "OPG", "RANKL", "-n", "0"], 2, "at least 1"),
        (["explain", "OPG", "RANKL", "--species", "martian"], 2, "Use one of"),
        (["explain", "OPG", "RANKL", "--years", "soon"], 2, "2010-2020"),
        (["explain", "OPG"], 2, "'target'"),
        (["explain", "OPG", "RANKL", "-o", "lesson.docx"], 2, "form of lesson"),
        (["explain", "OPG", "RANKL", "-o", "no/such/folder/x.html"], 5, "Cannot write no/such/folder/x.html"),
        (["explain", "OPG", "RANKL", "-o", "no/such/folder/x.md"], 5, "Cannot write no/such/folder/x.md"),
    ],
)
def test_bad_input_gets_one_message_and_the_right_exit_code(arguments, code, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert message in " ".join(err.split())
    assert "Traceback" not in out + err
    assert list(tmp_path.iterdir()) == []


def test_no_path_is_exit_code_one_and_still_an_answer(capsys):
    assert run(["explain", "vascular calcification", "warfarin"]) == 1
    out, err = capsys.readouterr()
    assert "**No path.**" in out
    assert "picture" not in err


def test_a_search_that_stops_at_its_budget_is_exit_code_four(capsys):
    assert run([*FLAGSHIP, "-n", "1000000", "--budget", "20000"]) == 4
    out, err = capsys.readouterr()
    assert "as far as the search went" in out
    assert "stopped at the budget" in out
    assert "--budget 20000" in out
    assert "raise --budget" in err
    assert run(["explain", "corticosteroids", "calciphylaxis", "-n", "9", "--budget", "3"]) == 4
    assert "**None found.**" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (FLAGSHIP, 0), ([*FLAGSHIP, "--quiz", *SCOPE], 0), (["explain", "corticosteroids", "adynamic bone disease"], 0),
        (["explain", "sodium thiosulfate", "calciphylaxis mortality"], 0), (["explain", "hypercalcemia", "serum calcium", "-n", "1"], 0),
        (["explain", "SLE|warfarin", "calciphylaxis|skin necrosis", "-n", "3"], 0),
        (["explain", "vascular calcification", "warfarin"], 1), ([*FLAGSHIP, "-n", "50", "--budget", "20000"], 4),
    ],
)  # fmt: skip
def test_json_follows_the_schema(arguments, code, capsys):
    assert run([*arguments, "--json"]) == code
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert answer["type"] == "lesson"
    assert answer["quiz"] is ("--quiz" in arguments)
    assert "not medical advice" in answer["disclaimer"]
    cited = {claim["id"] for reference in answer["references"] for claim in reference["claims"]}
    assert cited == set(answer["claims"])


def test_the_schema_refuses_a_lesson_with_more_or_less(capsys):
    assert run([*FLAGSHIP, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    for broken in ({**answer, "more": 1}, {name: value for name, value in answer.items() if name != "references"}):
        with pytest.raises(jsonschema.ValidationError):
            SCHEMA.validate(broken)


def test_where_the_data_lie_is_not_told(capsys, tmp_path, graph):
    folder = tmp_path / "my store"
    graph.save(folder)
    assert run(["--data", str(folder), *FLAGSHIP]) == 0
    out = capsys.readouterr().out
    assert str(tmp_path) not in out
    assert "kg --data 'my store' explain" in out
    assert 'kg.open("my store")' in out
