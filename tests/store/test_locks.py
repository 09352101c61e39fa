"""Locks hold against others in the same process too, end with their holder, and never lie about who holds them."""

from __future__ import annotations

import os

import pytest

from kg.store import locks
from kg.store.locks import Busy, Hold, only_writer, unheld


def test_only_one_is_in_the_block(tmp_path):
    with only_writer(tmp_path / "lock"):
        with pytest.raises(Busy, match=f"process {os.getpid()} on .* since "), only_writer(tmp_path / "lock"):
            pytest.fail("two writers")
        with pytest.raises(Busy), only_writer(tmp_path / "lock"):  # the refused one has not let go of it
            pytest.fail("two writers")
    with only_writer(tmp_path / "lock"):
        pass


def test_an_error_in_the_block_lets_go(tmp_path):
    with pytest.raises(ZeroDivisionError), only_writer(tmp_path / "lock"):
        raise ZeroDivisionError
    with only_writer(tmp_path / "lock"):
        pass


@pytest.mark.parametrize("note", [b"", b"half of a no", b"[]", b"\xff"])
def test_a_holder_that_has_not_said_who_it_is(note, tmp_path):
    with only_writer(tmp_path / "lock"):
        (tmp_path / "lock").write_bytes(note)
        with pytest.raises(Busy, match="another process"), only_writer(tmp_path / "lock"):
            pytest.fail("two writers")


def test_a_lock_file_that_its_holder_removes_meanwhile_is_made_anew(tmp_path, monkeypatch):
    file, locked = tmp_path / "lock", locks._locked

    def removed(handle):
        monkeypatch.setattr(locks, "_locked", locked)
        file.unlink()
        return locked(handle)

    monkeypatch.setattr(locks, "_locked", removed)
    with only_writer(file):
        assert file.exists()
        with pytest.raises(Busy), only_writer(file):
            pytest.fail("two writers")


def test_what_a_reader_holds_is_held_until_the_last_one_is_gone(tmp_path):
    (tmp_path / "file").write_text("")
    first, second = Hold(tmp_path / "file"), Hold(tmp_path / "file")
    for _ in range(2):
        with unheld(tmp_path / "file") as free:
            assert not free
        if first:
            del first
            first = None
    del second
    with unheld(tmp_path / "file") as free:
        assert free


def test_nobody_begins_to_hold_what_is_being_removed(tmp_path):
    (tmp_path / "file").write_text("")
    with unheld(tmp_path / "file") as free:
        assert free
        with pytest.raises(Busy):
            Hold(tmp_path / "file")
    assert Hold(tmp_path / "file")


def test_a_missing_file_is_held_by_nobody(tmp_path):
    with unheld(tmp_path / "file") as free:
        assert free
    with pytest.raises(FileNotFoundError):
        Hold(tmp_path / "file")


def test_a_longer_note_of_the_last_holder_does_not_spoil_that_of_this_one(tmp_path):
    (tmp_path / "lock").write_text('{"pid": 1, "host": "elsewhere", "since": "long ago"}' + " " * 500 + "and more")
    told = pytest.raises(Busy, match=f"process {os.getpid()} ")
    with only_writer(tmp_path / "lock"), told, only_writer(tmp_path / "lock"):
        pytest.fail("two writers")
