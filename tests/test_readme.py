"""Every command and example of the README runs as printed, and every figure in it is that of the data."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PICTURE = "docs/steroids-to-calcification.svg"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", blocks("python"), ids=range(len(blocks("python"))))
def test_every_python_example_runs_and_prints_what_it_says(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
    promised = re.findall(r"^print\(.*\)  # (?!or )(.+)$", code, re.MULTILINE)
    for words in promised:
        assert words in out.getvalue().splitlines()


@pytest.mark.parametrize("commands", blocks("sh"), ids=range(len(blocks("sh"))))
def test_every_command_runs(commands, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for command in commands.splitlines():
        assert run(shlex.split(command)[1:]) == 0, command
        out, err = capsys.readouterr()
        assert out or err.startswith(("Drew", "Wrote"))


def test_the_answer_is_the_one_that_the_command_gives(capsys):
    assert run(["trace", "corticosteroids", "vascular calcification"]) == 0
    out = capsys.readouterr().out
    answer, *more = blocks("text")
    assert out.startswith(answer)
    assert more
    assert all(part in out for part in more)


def test_the_figures_are_those_of_the_data(graph):
    words = " ".join(README.split())
    assert f"{len(graph)} claims from {len(graph.sources)} sources about {len(graph.entities)} entities" in words
    assert f"{sum(claim.status == 'draft' for claim in graph.claims())} claims have had one reader only" in words


def test_the_picture_is_the_one_that_is_drawn_today(graph, derived):
    derived(ROOT / PICTURE, graph.trace("corticosteroids", "vascular calcification").draw())


def test_ci_runs_exactly_the_test_command_of_the_readme():
    (command,) = re.findall(r"^    (python3 -m venv .* pytest)$", README, re.MULTILINE)
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
