"""Writing files: whole or not at all, and never over something that was not to be replaced."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import FileProblem
from kg.files import write

AS_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere, so nothing can be refused")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """The operating system refuses to let a file grow beyond this many bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def refused(path: Path | str, data: str = "new", force: bool = False) -> str:
    """Writing fails with one line and the exit code for files; gives the line."""
    with pytest.raises(FileProblem) as caught:
        write(path, data, force=force)
    message = str(caught.value)
    assert caught.value.exit_code == 5
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("data", ["text: Größe, α → β\n", "", b"\x00\xffbytes"])
def test_a_new_file_holds_exactly_what_was_given_and_stands_alone(tmp_path, data):
    file = tmp_path / "new.txt"
    assert write(file, data) == file
    assert file.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("mask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path, mask, expected):
    with umask(mask):
        write(tmp_path / "new.txt", "x")
        assert os.umask(mask) == mask
    assert mode(tmp_path / "new.txt") == expected


def test_a_path_may_be_a_text_and_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write("here.txt", "x") == Path("here.txt")
    assert (tmp_path / "here.txt").read_text() == "x"


def test_an_existing_file_is_kept_without_force(tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("old")
    assert "exists and is kept. Replace it with --force" in refused(file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_an_existing_file_is_replaced_with_force_and_keeps_its_mode(tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("old and longer")
    file.chmod(0o640)
    write(file, "new", force=True)
    assert (file.read_text(), mode(file)) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    file, link = tmp_path / "folder" / "real.txt", tmp_path / "link.txt"
    link.symlink_to(file)
    write(link, "first")
    assert "exists" in refused(link)
    write(link, "second", force=True)
    assert link.is_symlink()
    assert file.read_text() == "second"
    assert list(file.parent.iterdir()) == [file]


def test_a_long_name_that_the_system_allows_is_allowed(tmp_path):
    assert write(tmp_path / ("n" * 255), "x").read_text() == "x"
    assert "File name too long" in refused(tmp_path / ("n" * 256))


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_no_file(tmp_path, force):
    assert "is a folder. Name a file in it." in refused(tmp_path, force=force)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_not_there_is_not_made(tmp_path, force):
    assert f"there is no folder {tmp_path / 'nowhere'}." in refused(tmp_path / "nowhere" / "new.txt", force=force)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "Not a directory" in refused(tmp_path / "file" / "new.txt")


@AS_ROOT
def test_without_the_right_to_write_nothing_changes(tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("old")
    tmp_path.chmod(0o500)
    try:
        assert "Permission denied" in refused(tmp_path / "new.txt")
        assert "Permission denied" in refused(file, force=True)
        assert list(tmp_path.iterdir()) == [file]
        assert file.read_text() == "old"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("old", [None, "old"])
def test_a_disk_that_fills_up_half_way_leaves_what_was_there_and_nothing_else(tmp_path, old):
    file = tmp_path / "big.txt"
    if old:
        file.write_text(old)
    with at_most(10_000):
        message = refused(file, "x" * 20_000, force=True)
    assert message == f"Cannot write {file}: File too large."
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == ([("big.txt", old)] if old else [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_device_says_that_it_is_full():
    assert refused("/dev/full", force=True) == "Cannot write /dev/full: No space left on device."


def test_a_device_takes_what_is_written_and_stays_a_device():
    assert "exists and is kept" in refused("/dev/null")
    write("/dev/null", "gone", force=True)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("stop", [OSError("no"), KeyboardInterrupt()])
def test_whatever_ends_the_writing_no_temporary_file_remains(tmp_path, monkeypatch, stop):
    file = tmp_path / "old.txt"
    file.write_text("old")

    def fail(*_):
        raise stop

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises((FileProblem, KeyboardInterrupt)):
        write(file, "new", force=True)
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_text() == "old"


def test_a_reader_who_holds_the_old_file_open_keeps_reading_it(tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("old")
    with file.open() as reader:
        write(file, "new", force=True)
        assert reader.read() == "old"
    assert file.read_text() == "new"
