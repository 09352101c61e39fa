"""A change is written whole or not at all: whatever fails, the folder is as it was, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg.curation import add, changes, retract
from kg.errors import FileProblem, InvalidData, UsageError

NEW = {"title": "On examples", "doi": "10.1000/new"}


@pytest.fixture
def change(data, sheet):
    """A change of two files, one of which is new."""
    return add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)


@pytest.fixture
def change_of_two(data, sheet, change):
    """A change of two files that are both there."""
    change.apply()
    return retract(data, ["c1", "doe-2031-1"], reason="Wrong.", date="2031-01-01")


def failing(number, error):
    """os.replace that fails at its n-th call, once."""
    calls = 0
    real = os.replace

    def replace(source, target):
        nonlocal calls
        calls += 1
        if calls == number:
            raise error
        return real(source, target)

    return replace


@pytest.mark.parametrize("which", ["change", "change_of_two"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("number", [1, 2])
def test_a_move_that_fails_half_way_is_undone(data, tree, monkeypatch, request, which, number, error):
    change = request.getfixturevalue(which)
    assert len(change.edits) == 2
    before = tree(data)
    with monkeypatch.context() as patch:
        patch.setattr(changes.os, "replace", failing(2 + number, error))  # two calls lay the new files down
        with pytest.raises(FileProblem if isinstance(error, OSError) else KeyboardInterrupt):
            change.apply()
    assert tree(data) == before
    assert [path for path in data.iterdir() if path.name.startswith(".")] == []
    change.apply()  # and it can be written once the trouble is over
    assert tree(data) != before
    assert kg.open(data)


def test_new_files_that_cannot_be_laid_down_change_nothing(data, tree, change, monkeypatch):
    before = tree(data)

    def full(*_, **__):
        raise FileProblem("disk full")

    monkeypatch.setattr(changes, "write", full)
    with pytest.raises(FileProblem):
        change.apply()
    assert tree(data) == before
    assert not any(path.name.startswith(".change") for path in data.iterdir())


def test_if_even_undoing_fails_the_old_files_are_kept_and_named(data, change_of_two, monkeypatch):
    old = (data / "claims" / "all.ttl").read_bytes()
    real, calls = os.replace, 0

    def replace(source, target):
        nonlocal calls
        calls += 1
        if calls > 3:  # the first file is in its place, then everything fails
            raise OSError(5, "Input/output error")
        return real(source, target)

    monkeypatch.setattr(changes.os, "replace", replace)
    with pytest.raises(FileProblem, match="The old files are in") as caught:
        change_of_two.apply()
    kept = Path(str(caught.value).rsplit("The old files are in ", 1)[1].split(";")[0])
    assert old in [file.read_bytes() for file in kept.iterdir()]


def test_a_claims_folder_that_was_made_for_the_change_goes_with_it(data, tree, sheet, monkeypatch):
    disputes = (data / "claims" / "all.ttl").read_text() + (data / "disputes.ttl").read_text()
    (data / "disputes.ttl").write_text(disputes)
    shutil.rmtree(data / "claims")
    change = add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)
    with monkeypatch.context() as patch:
        patch.setattr(changes.os, "replace", failing(4, OSError(28, "No space left on device")))
        with pytest.raises(FileProblem, match="No space left"):
            change.apply()
    assert not (data / "claims").exists()
    change.apply()
    assert (data / "claims" / "doe-2031.ttl").is_file()


def test_a_new_file_goes_again_if_the_next_cannot_be_moved(data, tree, sheet, monkeypatch):
    (data / "sources").mkdir()
    (data / "sources.ttl").rename(data / "sources" / "old.ttl")
    before = tree(data)
    change = add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)
    monkeypatch.setattr(changes.os, "replace", failing(4, OSError(28, "No space left on device")))
    with pytest.raises(FileProblem, match="No space left"):
        change.apply()
    assert tree(data) == before


def test_undoing_leaves_alone_what_somebody_else_wrote_meanwhile(data, change, monkeypatch):
    theirs = data / "claims" / "doe-2031.ttl"
    move = failing(4, OSError(5, "Input/output error"))

    def replace(source, target):
        if str(target).endswith("doe-2031.ttl"):
            theirs.write_text("theirs")
        move(source, target)

    monkeypatch.setattr(changes.os, "replace", replace)
    with pytest.raises(FileProblem, match="Input/output error"):
        change.apply()
    assert theirs.read_text() == "theirs"


@pytest.mark.parametrize("fault", ["edited", "deleted", "made"])
def test_a_file_that_changed_since_the_preview_is_not_overwritten(data, tree, change, fault):
    file = data / ("claims/doe-2031.ttl" if fault == "made" else "sources.ttl")
    if fault == "deleted":
        file.unlink()
    else:
        file.write_bytes((file.read_bytes() if file.exists() else b"") + b"# mine\n")
    before = tree(data)
    with pytest.raises(FileProblem, match="changed since the preview"):
        change.apply()
    assert tree(data) == before


def test_a_change_can_be_applied_once(change):
    change.apply()
    with pytest.raises(FileProblem, match="changed since the preview"):
        change.apply()


def test_the_mode_of_a_file_stays(data, change):
    (data / "sources.ttl").chmod(0o640)
    change.apply()
    assert (data / "sources.ttl").stat().st_mode & 0o777 == 0o640
    assert (data / "claims" / "doe-2031.ttl").stat().st_mode & 0o077 == (
        data / "claims" / "all.ttl"
    ).stat().st_mode & 0o077


def test_a_link_is_followed_and_stays(data, change, tmp_path):
    (data / "sources.ttl").rename(tmp_path / "elsewhere.ttl")
    (data / "sources.ttl").symlink_to(tmp_path / "elsewhere.ttl")
    change.apply()
    assert (data / "sources.ttl").is_symlink()
    assert "doe-2031" in (tmp_path / "elsewhere.ttl").read_text()


def test_a_preview_writes_nothing_even_where_the_folder_holds_other_things(data, tree, sheet):
    (data / ".hidden").mkdir()
    (data / ".hidden" / "notes.ttl").write_text("not turtle")
    (data / "readme.md").write_text("mine")
    before = tree(data)
    add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)
    assert tree(data) == before


def test_data_that_are_broken_already_are_not_changed(data, sheet):
    (data / "claims" / "x.ttl").write_text("not turtle")
    with pytest.raises(InvalidData, match=r"claims/x\.ttl"):
        add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)


def test_where_there_is_no_folder_of_turtle(data, tmp_path):
    kg.open(data).save(tmp_path / "store")
    for place, error, words in (
        (tmp_path / "store", UsageError, "on-disk store"),
        (tmp_path / "nowhere", FileProblem, "No folder"),
        (data / "sources.ttl", FileProblem, "No folder"),
        (data / "claims", FileProblem, "no knowledge graph"),
    ):
        with pytest.raises(error, match=words):
            add(place, None, "doe-2031", **NEW)
        with pytest.raises(error, match=words):
            retract(place, ["c1"], reason="Wrong.")


def test_the_data_of_an_installed_package_are_refused(tmp_path, root, tree):
    """Laid out as the wheel lays it out: the ontology inside the package."""
    site = tmp_path / "site"
    shutil.copytree(root / "kg", site / "kg", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "ontology", site / "kg" / "ontology")
    before = tree(site / "kg" / "ontology")
    for more in (["claims", "retract", "nazir-2015-1", "--reason", "Wrong."],
                 ["claims", "add", "--source", "doe-2031", "--title", "On examples"]):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "kg.cli", *more, "--yes"], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**{k: v for k, v in os.environ.items() if k != "KG_DATA"}, "PYTHONPATH": str(site)},
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert "installed package" in done.stderr
        assert "cp -r" in done.stderr
    assert tree(site / "kg" / "ontology") == before
