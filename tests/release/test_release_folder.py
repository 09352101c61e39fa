"""Writing whole or not at all, and reading only what is whole: kept folders, half-way failures, broken releases."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from worlds import World

import kg
from kg.check import check
from kg.errors import FileProblem, InvalidData
from kg.manifest import is_release, parse_manifest, read_manifest
from kg.release import diff, release


@pytest.fixture
def world(tmp_path):
    return World(claims=[("a", "increases", "b"), ("b", "decreases", "c")]).load(tmp_path / "world")


@pytest.fixture
def folder(world, tmp_path):
    release(world, tmp_path / "release")
    return tmp_path / "release"


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def left_behind(tmp_path):
    return [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


# --- writing ------------------------------------------------------------------------------------------------------


def test_an_empty_folder_is_filled(world, tmp_path):
    (tmp_path / "empty").mkdir()
    release(world, tmp_path / "empty")
    assert is_release(tmp_path / "empty")


def test_a_release_is_kept_without_force_and_replaced_with_it(world, folder, tmp_path):
    (folder / "claims.csv").write_text("changed")
    with pytest.raises(FileProblem, match="--force"):
        release(world, folder)
    assert (folder / "claims.csv").read_text() == "changed"
    release(world, folder, force=True)
    assert read_manifest(folder)
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "graphs/mine.ttl"])
def test_a_folder_that_is_no_release_is_left_alone_even_with_force(world, tmp_path, name):
    file = tmp_path / "mine" / name
    file.parent.mkdir(parents=True)
    file.write_text('{"format": "something else"}')
    with pytest.raises(FileProblem, match="left alone"):
        release(world, tmp_path / "mine", force=True)
    assert contents(tmp_path / "mine") == {name: b'{"format": "something else"}'}


def test_a_release_with_files_of_others_is_not_replaced(world, folder):
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FileProblem, match=r"notes\.txt"):
        release(world, folder, force=True)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_file_in_the_way_and_a_missing_parent_are_told(world, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileProblem, match="is a file"):
        release(world, tmp_path / "file", force=True)
    with pytest.raises(FileProblem, match="Cannot write"):
        release(world, tmp_path / "no" / "where")
    with pytest.raises(FileProblem, match="Cannot write"):
        release(world, tmp_path / "file" / "below")


def test_a_link_is_followed(world, folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    release(world, tmp_path / "link", force=True)
    assert (tmp_path / "link").is_symlink()
    assert read_manifest(folder)


def test_a_failure_while_writing_leaves_nothing_and_the_old_release_as_it_was(world, folder, tmp_path, monkeypatch):
    before = contents(folder)
    count = iter(range(100))

    def failing(self, data):
        if next(count) == 5:
            raise OSError(28, "No space left on device")
        return len(data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(FileProblem, match="No space left"):
        release(world, folder, force=True)
    assert contents(folder) == before
    assert left_behind(tmp_path) == []


def test_a_failure_of_the_last_move_puts_the_old_release_back(world, folder, tmp_path, monkeypatch):
    before, replace = contents(folder), os.replace

    def failing(source, target):
        if Path(source).name == "new":
            raise OSError(1, "Operation not permitted")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(FileProblem, match="not permitted"):
        release(world, folder, force=True)
    assert contents(folder) == before
    assert left_behind(tmp_path) == []


def test_the_folder_can_be_read_by_whom_the_umask_allows(world, tmp_path):
    release(world, tmp_path / "release")
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "release").stat().st_mode == (tmp_path / "plain").stat().st_mode


# --- reading ------------------------------------------------------------------------------------------------------


def test_a_release_is_opened_checked_and_compared(world, folder, tmp_path):
    origin = tmp_path / "world"
    opened = kg.open(folder)
    assert opened.version == world.version
    assert opened.trace("a", "c").to_dict() == world.trace("a", "c").to_dict()
    assert not diff(folder, folder)
    said = [[(p.level, p.rule, p.subject, p.message) for p in check(place).problems] for place in (folder, origin)]
    assert said[0] == said[1]


def test_every_missing_or_changed_file_is_named(folder, tmp_path):
    listed = [piece.path for piece in read_manifest(folder).files]
    assert len(listed) > 15
    for path in listed:
        for change in ("missing", "changed", "longer"):
            copy = shutil.copytree(folder, tmp_path / "copy")
            content = (copy / path).read_bytes()
            (copy / path).unlink()
            if change != "missing":
                (copy / path).write_bytes(content[:-1] + b"#" if change == "changed" else content + b"#")
            with pytest.raises(InvalidData) as caught:
                kg.open(copy)
            assert [problem.file for problem in caught.value.problems] == [path]
            assert caught.value.exit_code == 3
            with pytest.raises(InvalidData):
                diff(folder, copy)
            shutil.rmtree(copy)


BROKEN = {
    "not JSON": lambda parts: "{",
    "not text": lambda parts: b"\xff\xfe\x00",
    "a list": lambda parts: json.dumps([parts]),
    "another format": lambda parts: json.dumps({**parts, "format": "https://w3id.org/calciphylaxis-kg/release/2"}),
    "no files": lambda parts: json.dumps({k: v for k, v in parts.items() if k != "files"}),
    "no N-Quads": lambda parts: json.dumps(
        {**parts, "files": [f for f in parts["files"] if f["media_type"] != "application/n-quads"]}
    ),
    "a path outside": lambda parts: json.dumps({**parts, "files": [{**parts["files"][0], "path": "../claims.csv"}]}),
    "an absolute path": lambda parts: json.dumps({**parts, "files": [{**parts["files"][0], "path": "/claims.csv"}]}),
    "no hash": lambda parts: json.dumps({**parts, "files": [{**parts["files"][0], "sha256": "x"}]}),
    "a size in words": lambda parts: json.dumps({**parts, "files": [{**parts["files"][0], "size": "ten"}]}),
    "an entry too much": lambda parts: json.dumps({**parts, "files": [{**parts["files"][0], "more": 1}]}),
    "a path that is a number": lambda parts: json.dumps({**parts, "files": [{**parts["files"][0], "path": 1}]}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_manifest_is_refused_by_name(folder, name):
    broken = BROKEN[name](json.loads((folder / "manifest.json").read_text()))
    (folder / "manifest.json").write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    with pytest.raises(InvalidData, match=r"manifest\.json") as caught:
        kg.open(folder)
    assert caught.value.problems[0].remedy


def test_n_quads_that_do_not_parse_are_refused_even_if_their_hash_is_right(folder):
    _replace(folder, b"<a> <b> .\n")
    with pytest.raises(InvalidData, match="not valid N-Quads"):
        kg.open(folder)


def test_n_quads_without_a_schema_are_refused(folder):
    _replace(folder, b"<http://a> <http://b> <http://c> <http://d> .\n")
    with pytest.raises(InvalidData, match="graph:schema"):
        kg.open(folder)


def _replace(folder, quads):
    import hashlib

    name = read_manifest(folder).quads
    parts = json.loads((folder / "manifest.json").read_text())
    for entry in parts["files"]:
        if entry["path"] == name:
            entry |= {"size": len(quads), "sha256": hashlib.sha256(quads).hexdigest()}
    (folder / name).write_bytes(quads)
    (folder / "manifest.json").write_text(json.dumps(parts))


def test_a_manifest_reads_back_as_it_was_written(folder):
    manifest = parse_manifest((folder / "manifest.json").read_bytes())
    assert json.loads((folder / "manifest.json").read_text()) == manifest.to_dict()


def test_a_folder_of_turtle_with_a_manifest_of_its_own_is_read_as_turtle(world, tmp_path):
    (tmp_path / "world" / "manifest.json").write_text("{}")
    assert not is_release(tmp_path / "world")
    assert len(kg.open(tmp_path / "world")) == 2
