"""kg store: what it prints, its JSON, its exit codes, its bar."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from answered import SCHEMA
from worlds import PREFIXES, World

import kg
from kg.cli import store as command
from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the data that the examples of the help name."""
    monkeypatch.chdir(tmp_path)
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path / "my-data")
    (tmp_path / "entities.ttl").write_text((folder / "entities.ttl").read_text())
    (tmp_path / "claims.nt.gz").write_bytes(gzip.compress(b"<urn:a> <urn:p> <urn:b> .\n"))
    return tmp_path


def test_every_example_in_the_help_runs(here, capsys):
    assert run(["store", "--help"]) == 0
    examples = re.findall(r"^\s+(kg .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example
        assert "Stored " in capsys.readouterr().out


def test_what_was_stored_is_said_by_graph_and_can_be_asked(here, capsys):
    (here / "own.nq").write_text("<urn:a> <urn:p> <urn:b> <urn:g> .\n<urn:a> <urn:p> <urn:b> <urn:h> .\n")
    assert run(["store", "my-data", "own.nq", "--to", "s"]) == 0
    out, err = capsys.readouterr()
    assert kg.open("my-data").version in out
    assert re.search(r"read +schema \d+, entities 4, sources 2, claims 6\n", out)
    assert re.search(r"derived +direct 1, signed 2\n", out)
    assert "2 statements in 2 graphs that only SPARQL reads" in out
    assert err == ""
    assert run(["--data", "s", "trace", "a", "b"]) == 0
    assert run(["check", "s"]) == run(["check", "my-data"])


def test_json_follows_the_schema(here, capsys):
    assert run(["store", "my-data", "--to", "s", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert answer["type"] == "store"
    assert answer["graphs"]["direct"] == 1
    assert answer["version"] == kg.open("s").version


def test_the_same_input_gives_the_same_bytes(here, capsys):
    for name in ("s", "t"):
        assert run(["store", "my-data", "claims.nt.gz", "--to", name]) == 0
    first, second = capsys.readouterr().out.split("Stored ")[1:]
    assert first.replace(" in s:", "") == second.replace(" in t:", "")
    assert Path("s/kg-store.json").read_bytes() == Path("t/kg-store.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["my-data"], 2, "--to"),
        (["--to", "s"], 2, "FILE"),
        (["nowhere.nt", "--to", "s"], 5, "No file nowhere.nt"),
        (["data.csv", "--to", "s"], 2, "does not tell a format"),
        (["broken.ttl", "--to", "s"], 3, "broken.ttl:8: not valid Turtle"),
        (["empty.nt", "--to", "s"], 3, "empty.nt: the file is empty"),
        (["my-data", "--to", "there"], 5, "exists and is kept. Replace it with --force"),
        (["my-data", "--to", "my-data", "--force"], 5, "not a store of kg; it is left alone"),
        (["my-data", "--to", "no/where"], 5, "Cannot write no/where: there is no folder no"),
    ],
)
def test_exit_codes_and_messages(arguments, code, message, here, capsys):
    Path("data.csv").write_text("a,b\n")
    Path("broken.ttl").write_text(PREFIXES + "entity:x a nonsense .\n")
    Path("empty.nt").write_text("")
    kg.open("my-data").save("there")
    assert run(["store", *arguments]) == code
    out, err = capsys.readouterr()
    assert message in err
    assert out == ""
    assert not Path("s").exists()


@pytest.mark.parametrize(("terminal", "patience", "shown"), [(True, 0, True), (True, 60, False), (False, 0, False)])
def test_a_bar_is_shown_on_a_terminal_when_it_takes_long(terminal, patience, shown, here, capsys, monkeypatch):
    monkeypatch.setattr(command, "PATIENCE", patience)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert run(["store", "my-data", "--to", "s"]) == 0
    out, err = capsys.readouterr()
    assert bool(err) is shown
    assert ("reading" in err or "storing" in err) is shown
    assert "Stored" in out


def test_the_bar_is_taken_away_when_the_load_fails(here, capsys, monkeypatch):
    monkeypatch.setattr(command, "PATIENCE", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    Path("broken.nt").write_text("nonsense")
    assert run(["store", "my-data", "broken.nt", "--to", "s"]) == 3
    assert capsys.readouterr().err.rstrip().endswith("Mend the statement on this line.")
