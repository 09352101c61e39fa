"""Writing a lesson: one file or two, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg import files
from kg.errors import FileProblem, UsageError
from kg.lesson import lesson
from kg.lesson import writing as module

pytestmark = pytest.mark.usefixtures("laid_out_once")


@pytest.fixture
def told(traces):
    return lesson(traces["contested without kinds"])


def content(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def test_html_is_one_file(told, tmp_path):
    assert told.write(tmp_path / "x.html") == (tmp_path / "x.html",)
    assert content(tmp_path) == {"x.html": told.html()}


@pytest.mark.parametrize("quiz", [False, True])
def test_markdown_brings_its_picture_and_refers_to_it(traces, tmp_path, quiz):
    told = lesson(traces["contested"], quiz=quiz)
    assert told.write(str(tmp_path / "my lesson.MD")) == (tmp_path / "my lesson.MD", tmp_path / "my lesson.svg")
    found = content(tmp_path)
    assert found == {"my lesson.MD": told.markdown("my lesson.svg"), "my lesson.svg": told.draw()}
    assert "](my%20lesson.svg)" in found["my lesson.MD"]
    assert (">?</text>" in found["my lesson.svg"]) == quiz


def test_a_lesson_without_a_route_has_no_picture(traces, tmp_path):
    told = lesson(traces["no path"])
    assert told.write(tmp_path / "x.md") == (tmp_path / "x.md",)
    assert list(content(tmp_path)) == ["x.md"]
    with pytest.raises(UsageError, match="no route"):
        told.draw()


@pytest.mark.parametrize("name", ["x.txt", "x", "x.pdf", "x.markdown", ".md"])
def test_another_ending_is_refused_before_anything_is_written(told, tmp_path, name):
    with pytest.raises(UsageError, match=r"\.html .*\.md"):
        told.write(tmp_path / name)
    assert content(tmp_path) == {}


@pytest.mark.parametrize("there", ["x.md", "x.svg"])
def test_either_file_that_exists_keeps_both_from_being_written(told, tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(FileProblem, match=f"{there} exists and is kept"):
        told.write(tmp_path / "x.md")
    assert content(tmp_path) == {there: "mine"}
    told.write(tmp_path / "x.md", force=True)
    assert content(tmp_path) == {"x.md": told.markdown("x.svg"), "x.svg": told.draw()}


def test_an_html_file_that_exists_is_kept(told, tmp_path):
    (tmp_path / "x.html").write_text("mine")
    with pytest.raises(FileProblem, match="kept"):
        told.write(tmp_path / "x.html")
    assert content(tmp_path) == {"x.html": "mine"}
    told.write(tmp_path / "x.html", force=True)
    assert content(tmp_path) == {"x.html": told.html()}


@pytest.mark.parametrize("before", [None, "mine"])
def test_if_the_picture_cannot_be_written_the_text_is_as_before(told, tmp_path, monkeypatch, before):
    if before:
        (tmp_path / "x.md").write_text(before)

    def failing(path, data, *, force=False):
        if Path(path).suffix == ".svg":
            raise FileProblem(f"Cannot write {path}: No space left on device.")
        return write(path, data, force=force)

    write = files.write
    monkeypatch.setattr(module.files, "write", failing)
    with pytest.raises(FileProblem, match="No space left"):
        told.write(tmp_path / "x.md", force=True)
    assert content(tmp_path) == ({"x.md": before} if before else {})


@pytest.mark.parametrize("taken", ["x.md", "x.svg"])
def test_a_folder_in_the_way_is_told_and_nothing_is_written(told, tmp_path, taken):
    (tmp_path / taken).mkdir()
    with pytest.raises(FileProblem, match="is a folder" if taken == "x.md" else "x.svg"):
        told.write(tmp_path / "x.md", force=True)
    assert os.listdir(tmp_path) == [taken]


def test_a_missing_folder_is_told(told, tmp_path):
    with pytest.raises(FileProblem, match="there is no folder"):
        told.write(tmp_path / "no" / "x.md")
    assert content(tmp_path) == {}
