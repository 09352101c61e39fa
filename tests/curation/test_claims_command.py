"""`kg claims`: previews, asks, writes; exit codes, JSON by its schema, and every example in the help."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from answered import SCHEMA

import kg
from kg.cli.main import run

SOURCE = [
    "--source",
    "doe-2031",
    "--title",
    "On examples",
    "--year",
    "2031",
    "--authors",
    "Doe J",
    "--read",
    "abstract",
]


@pytest.fixture
def adding(data, sheet):
    path = sheet("subject;predicate;object;section", "steroid;increases;opg;Results", "steroid;decreases;opg;Results")
    return ["--data", str(data), "claims", "add", str(path), *SOURCE]


@pytest.fixture
def retracting(data):
    return ["--data", str(data), "claims", "retract", "c3", "--reason", "Wrong.", "--date", "2031-05-30"]


def answers(monkeypatch, line):
    """A terminal at which somebody types a line."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: line == "y")


def test_the_preview_in_words(adding, capsys, data, tree):
    before = tree(data)
    assert run(adding) == 0
    out, err = capsys.readouterr()
    for words in (
        "New source (1)\n  Doe 2031 (doe-2031)", "New claims (2)\n  doe-2031-1: steroid increases opg [draft]",
        "New edges (1)", "Edges with more support (1)", "1 independent source → 2 independent sources; 1 opposite",
        "Disputes opened (1)\n  steroid~opg", "Verdicts that flip (1)\n  steroid? increases → contested",
        "Look at once more (3)", "one paper contradicts itself on steroid and opg",
    ):  # fmt: skip
        assert words in out
    assert "there is no terminal to ask on. Write it with --yes." in err
    assert tree(data) == before


def test_yes_writes_and_doing_it_again_says_so(adding, capsys, data, tree):
    assert run([*adding, "--yes"]) == 0
    assert "Wrote sources.ttl and claims/doe-2031.ttl." in capsys.readouterr().err
    once = tree(data)
    assert run([*adding, "--yes"]) == 0
    out, err = capsys.readouterr()
    assert "row 2: doe-2031-1 is there" in out
    assert "Nothing to write" in err
    assert tree(data) == once


@pytest.mark.parametrize(("line", "written"), [("y", True), ("n", False)])
def test_on_a_terminal_it_asks(adding, capsys, data, tree, monkeypatch, line, written):
    before = tree(data)
    answers(monkeypatch, line)
    assert run(adding) == 0
    assert (tree(data) != before) is written
    assert ("Wrote" if written else "Nothing was written") in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--dry-run"], ["--dry-run", "--yes"], ["--dry-run", "--yes", "--json"], ["--json"]])
def test_a_dry_run_and_json_without_yes_write_nothing_and_ask_nothing(adding, data, tree, monkeypatch, more):
    before = tree(data)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: pytest.fail("asked"))
    assert run([*adding, *more]) == 0
    assert tree(data) == before


def test_a_real_process_without_a_terminal_only_previews(adding, data, tree):
    before = tree(data)
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", *adding], input="y\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "no terminal" in done.stderr
    assert tree(data) == before


def test_json_follows_the_schema(adding, retracting, capsys):
    for command, written in ((adding, False), ([*adding, "--yes"], True), ([*adding, "--yes"], False),
                             (retracting, False), ([*retracting, "--yes"], True), ([*retracting, "--yes"], False)):  # fmt: skip
        assert run([*command, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        SCHEMA.validate(answer)
        assert (answer["type"], answer["written"]) == ("change", written)


def test_a_refused_sheet_ends_with_three_and_tells_all_problems_also_as_json(data, sheet, capsys):
    path = sheet("subject;predicate;object", "steriod;increases;opg", "steroid;raises;opg")
    command = ["--data", str(data), "claims", "add", str(path), *SOURCE]
    assert run(command) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kg: nothing was written, because of 2 problems:\n  sheet.tsv:2: row 2, subject:")
    assert run([*command, "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert [(p["property"], p["value"]) for p in answer["problems"]] == [
        ("subject", "steriod"),
        ("predicate", "raises"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["add"], 2, "Name the source"),
        (["add", "nowhere.tsv", *SOURCE], 5, "Cannot read nowhere.tsv"),
        (["add", "--source", "Doe 2031", "--title", "x"], 2, "is no slug"),
        (["add", "--source", "s2", "--doi", "10.1000/other"], 2, "its doi is"),
        (["add", "--source", "doe-2031"], 2, "at least its --title"),
        (["add", "--source", "doe-2031", "--title", "x", "--year", "soon"], 2, "--year"),
        (["add", "--source", "doe-2031", "--title", "x", "--text", "nowhere.txt"], 5, "nowhere.txt"),
        (["retract"], 2, "reason"),
        (["retract", "--reason", "Wrong."], 2, "No claim to retract"),
        (["retract", "c9", "--reason", "Wrong."], 1, "No claim 'c9'"),
        (["retract", "c1", "--reason", "Wrong.", "--date", "soon"], 2, "is no date"),
        (["retract", "--source", "s9", "--reason", "Wrong."], 1, "No source 's9'"),
        (["retract", "c1", "--reason", "Wrong.", "--folder", "nowhere"], 5, "No folder"),
    ],
)
def test_bad_input_gets_one_message_and_the_right_exit_code(data, capsys, arguments, code, message):
    assert run(["--data", str(data), "claims", *arguments]) == code
    out, err = capsys.readouterr()
    assert message in err
    assert "Traceback" not in out + err


def test_the_folder_option_wins_over_the_data_in_use(data, tmp_path, tree):
    other = tmp_path / "other"
    shutil.copytree(data, other)
    before = tree(data)
    assert run(["--data", str(data), "claims", "add", *SOURCE, "--folder", str(other), "--yes"]) == 0
    assert tree(data) == before
    assert "doe-2031" in {source.id for source in kg.open(other).sources}


def test_retracting_previews_and_writes(retracting, capsys, data):
    assert run(retracting) == 0
    out = capsys.readouterr().out
    assert "c3: rankl increases calcification [own data, retracted; 2031-05-30: Wrong.]" in out
    assert "Edges that vanish (1)" in out
    assert "rankl? increases → no path" in out
    assert run([*retracting, "--yes"]) == 0
    assert kg.open(data).claim("c3").status == "retracted"


def test_long_previews_are_cut_and_say_so(data, sheet, capsys):
    path = sheet("subject;predicate;object;population", *(f"steroid;increases;rankl;group {n}" for n in range(50)))
    assert run(["--data", str(data), "claims", "add", str(path), *SOURCE]) == 0
    out = capsys.readouterr().out
    assert "New claims (50)" in out
    assert "and 30 more (--json lists all)" in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("command", ["add", "retract"])
def test_every_example_in_the_help_runs(command, capsys, papers, tmp_path, monkeypatch, root):
    monkeypatch.chdir(tmp_path)
    papers.rename("my-data")
    example = re.search(r"```csv\n(.*?)```", (root / "docs" / "claim-sheet.md").read_text(), re.DOTALL)[1]
    Path("sheet.csv").write_text(example)
    assert run(["claims", command, "--help"]) == 0
    examples = re.findall(r"^\s+(kg .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) >= 2
    for line in examples:
        assert run(shlex.split(line)[1:]) == 0, line
