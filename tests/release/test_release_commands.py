"""`kg release` and `kg diff`: what they print, JSON by its schema, exit codes, bad input."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from answered import SCHEMA
from test_diff import ask
from worlds import World

import kg
from kg.cli.main import run
from kg.cli.release import LISTED

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with data and an older and a newer release of them, where commands run."""
    monkeypatch.chdir(tmp_path)
    world = World(claims=[("a", "increases", "c"), ("a", "decreases", "b"), ("b", "decreases", "c")])
    ask(world.write(tmp_path / "my-data"), "a", "c")
    assert run(["--data", "my-data", "release", "release-1"]) == 0
    claims = tmp_path / "my-data" / "claims" / "all.ttl"
    claims.write_text(
        claims.read_text().replace("ckg:increases ; ckg:object entity:c", "ckg:decreases ; ckg:object entity:c")
    )
    assert run(["--data", "my-data", "release", "release-2"]) == 0
    return tmp_path


@pytest.mark.parametrize("command", ["release", "diff"])
def test_every_example_in_the_help_runs(command, here, capsys):
    capsys.readouterr()
    assert run([command, "--help"]) == 0
    examples = re.findall(r"^\s+(kg .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) >= 2
    if command == "diff":
        shutil.copytree("release-1", "my-release")
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example


def test_json_follows_the_schema(here, capsys):
    capsys.readouterr()
    for arguments in (
        ["--data", "my-data", "release", "third", "--json"],
        ["diff", "release-1", "release-2", "--json"],
    ):
        assert run(arguments) == 0
        answer = json.loads(capsys.readouterr().out)
        SCHEMA.validate(answer)
        assert "not medical advice" in answer["disclaimer"]
    assert answer["same"] is False
    assert [verdict["after"] for verdict in answer["verdicts"]] == ["contested"]


def test_json_of_every_sort_of_change_follows_the_schema(here, capsys):
    sheet = here / "my-data" / "claims" / "all.ttl"
    text = sheet.read_text().replace("claim:c3 ", "claim:c9 ")
    text = text.replace(
        "ckg:decreases ; ckg:object entity:b ", "ckg:decreases ; ckg:object entity:b ; ckg:status ckg:retracted "
    )
    sheet.write_text(
        text
        + "claim:c5 a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:soars ; ckg:object entity:c ; ckg:source source:s1 .\n"
    )
    capsys.readouterr()
    assert run(["diff", "release-2", "my-data", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert {what: len(found) for what, found in answer["claims"].items()} == {
        "added": 1, "removed": 0, "changed": 0, "retracted": 1, "moved": 1,
    }  # fmt: skip
    assert answer["new"]["problems"]


def test_the_text_says_what_changed_and_why(here, capsys):
    capsys.readouterr()
    assert run(["diff", "release-1", "release-2"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    for words in (
        "from release-1 (0.1.0 sha256:", "Claims: 1 changed",
        "~ claim:c1: a decreases c [s1]; ckg:predicate from ckg:increases to ckg:decreases",
        "Edges: 2", "+ a decreases c: new, 1 independent", "- a increases c: gone, 1 independent",
        "Verdicts of the standing questions: 1",
        "q? increases → contested: turned by claim c1 (changed) alone",
    ):  # fmt: skip
        assert words in out


def test_no_difference_is_said_and_answered_with_0(here, capsys):
    capsys.readouterr()
    assert run(["diff", "release-2", "my-data"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "No difference."


def test_long_lists_are_cut_and_say_so(here, capsys):
    capsys.readouterr()
    assert run(["diff", "my-data", str(Path(kg.__file__).parent.parent / "ontology")]) == 0
    out = capsys.readouterr().out
    assert re.search(r"and \d{3} more \(--json lists all\)", out)
    assert len(out.splitlines()) < 20 * 4 * LISTED
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--data", "my-data", "release", "release-1"], 5, "is kept"),
        (["--data", "my-data", "release", "my-data", "--force"], 5, "left alone"),
        (["--data", "my-data", "release", "no/where"], 5, "Cannot write"),
        (["release"], 2, "DIR"),
        (["diff", "release-1"], 2, "NEW"),
        (["diff", "release-1", "nothing"], 5, "nothing"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_with_its_code(here, capsys, arguments, code, words):
    capsys.readouterr()
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_a_broken_release_ends_with_3_and_the_file_named(here, capsys):
    (here / "release-2" / "claims.csv").unlink()
    capsys.readouterr()
    assert run(["diff", "release-1", "release-2"]) == 3
    assert "claims.csv" in capsys.readouterr().err


def test_the_data_option_reads_a_release(here, capsys):
    capsys.readouterr()
    assert run(["--data", "release-2", "trace", "a", "c"]) == 0
    assert "CONTESTED" in capsys.readouterr().out
