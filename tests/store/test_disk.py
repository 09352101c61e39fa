"""Stores on disk: replaced whole or not at all, whatever is killed; one writer; readers are never disturbed."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import time
from pathlib import Path

import pyoxigraph
import pytest
from stores import WHOLE, left_in, started, statements

import kg
from kg.cli.main import run
from kg.errors import FileProblem
from kg.store import Dataset, build, disk, is_store, ordering

KILLED = Path(__file__).parent / "killed.py"
POSIX = pytest.mark.skipif(os.name != "posix", reason="the test kills forked processes or fills a named pipe")


# --- killed in the middle ---------------------------------------------------------------------------------------------


SWITCH = ["kg.files", "kg.store.disk", "kg.store.locks"]
"""The modules that put a new generation in the place of the old one."""
LOAD = ["kg.store.build", "kg.store.ordering"]
"""The modules that fill a generation."""


def survivors(way, old, new, ram, modules):
    """The place as writers left it that were killed wherever the disk had changed, in order; the last one was not."""
    (ram / "work").mkdir()
    Dataset.load(old).save(ram / "store")
    with started(KILLED, way, new, ram / "store", ram / "work", *modules) as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    found = sorted((ram / "work").iterdir(), key=lambda place: int(place.name))
    assert len(found) > 6
    return found


@POSIX
@pytest.mark.parametrize(("way", "modules"), [("save", SWITCH), ("build", LOAD)], ids=["save", "build"])
def test_whenever_a_writer_is_killed_the_old_or_the_new_data_are_there_whole(way, modules, old, new, ram):
    former, later = Dataset.load(old), Dataset.load(new)
    contents = {False: (statements(former), former.digest), True: (statements(later), later.digest)}
    states, remnants = [], set()
    for place in survivors(way, old, new, ram, modules):
        found = Dataset.open(place)
        states.append(found.digest == later.digest)
        assert (statements(found), found.digest) == contents[states[-1]], place
        del found
        remnants.update(left_in(place))
        former.save(place, force=True)  # the next writer removes what the killed one left
        assert left_in(place) == WHOLE
    assert states == sorted(states)  # first the old, from one line on the new
    assert set(states) == {False, True}
    typical = ".kg-" if way == "save" else "generation-sorting-"
    assert any(name.startswith(typical) for name in remnants)


@POSIX
def test_whenever_the_first_writer_is_killed_there_is_nothing_or_the_whole(old, new, ram):
    after = statements(Dataset.load(new))
    states = []
    for place in survivors("first", old, new, ram, SWITCH):
        try:
            found = Dataset.at(place)
        except FileProblem:
            states.append(False)
        else:
            assert statements(found) == after
            states.append(True)
            del found
        Dataset.build([new], place, force=states[-1])  # without force: nothing is lost, and nothing is left
        assert left_in(place) == WHOLE
    assert states == sorted(states)
    assert states.count(False) > 4
    assert states[-1]


@POSIX
def test_a_first_load_that_was_killed_is_told_and_can_be_loaded_again(new, tmp_path):
    place, pipe = tmp_path / "store", tmp_path / "slow.nt"
    os.mkfifo(pipe)
    with started("-m", "kg.cli", "store", pipe, "--to", place) as process, pipe.open("w") as half:
        half.write("<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> ")  # the process waits for the rest
        half.flush()
        while not (place / "generation-000001").exists():
            time.sleep(0.01)
        process.kill()
        process.wait()
    assert is_store(place)
    with pytest.raises(FileProblem, match="not complete: its first load is running, or was broken off"):
        kg.open(place)
    Dataset.build([new], place)  # without force: nothing is lost
    assert left_in(place) == WHOLE


# --- one writer -------------------------------------------------------------------------------------------------------


HOLDER = """
import sys
from pathlib import Path
from kg.store import disk

def fill(folder):
    print("writing", flush=True)
    sys.stdin.read()
    raise SystemExit

disk.replace(Path(sys.argv[1]), fill, force=True)
"""


@pytest.fixture
def writer(store):
    """Another process that is writing the store, and goes on until its input ends."""
    with started("-c", HOLDER, store) as process:
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_at_once_who_writes_and_what_to_do(writer, store, new, capsys):
    assert run(["store", str(new), "--to", str(store), "--force"]) == 5
    told = capsys.readouterr().err
    assert re.search(rf"is being written by process {writer.pid} on .+ since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d", told)
    assert "Wait until it is done, or stop it; reading goes on" in told
    with pytest.raises(FileProblem, match=f"process {writer.pid} "):
        kg.open(new).save(store, force=True)


def test_a_second_writer_changes_nothing_of_the_first(writer, store, new):
    before = left_in(store)
    assert before == ["generation", *WHOLE]
    with pytest.raises(FileProblem):
        Dataset.build([new], store, force=True)
    assert left_in(store) == before


def test_readers_read_while_a_writer_writes(writer, store, old):
    assert statements(Dataset.open(store)) == statements(Dataset.load(old))
    assert kg.open(store).trace("a", "c").verdict == "decreases"


def test_a_writer_that_was_killed_is_in_nobodys_way(writer, store, new):
    writer.kill()
    writer.wait()
    Dataset.build([new], store, force=True)
    assert statements(Dataset.open(store)) == statements(Dataset.load(new))
    assert left_in(store) == WHOLE


def test_of_two_writers_that_see_no_store_the_slower_does_not_replace_it_unasked(old, new, tmp_path, monkeypatch):
    place, only_writer = tmp_path / "store", disk.only_writer

    def outrun(lock):
        monkeypatch.setattr(disk, "only_writer", only_writer)
        Dataset.load(new).save(place)
        return only_writer(lock)

    monkeypatch.setattr(disk, "only_writer", outrun)
    with pytest.raises(FileProblem, match="exists and is kept"):
        Dataset.load(old).save(place)
    assert statements(Dataset.open(place)) == statements(Dataset.load(new))


# --- readers beside a writer ------------------------------------------------------------------------------------------


def test_a_reader_goes_on_reading_what_it_opened(store, old, new):
    reader = Dataset.open(store)
    for _ in range(3):
        Dataset.build([new], store, force=True)
        assert statements(reader) == statements(Dataset.load(old))
    assert statements(Dataset.open(store)) == statements(Dataset.load(new))


def test_an_old_generation_stays_while_it_is_read_and_not_longer(store, new):
    reader = Dataset.open(store)
    Dataset.build([new], store, force=True)
    Dataset.build([new], store, force=True)
    assert left_in(store) == ["generation", *WHOLE]
    assert reader.generation.folder.is_dir()
    del reader
    Dataset.build([new], store, force=True)
    assert left_in(store) == WHOLE


def test_a_reader_in_another_process_is_not_disturbed_either(store, old, new):
    script = (
        "import sys; from kg.store import Dataset; d = Dataset.open(sys.argv[1]); print('open', flush=True); "
        "sys.stdin.read(); print(len(d.store), len(set(map(str, d.store))))"
    )
    with started("-c", script, store) as reader:
        assert reader.stdout.readline() == "open\n"
        Dataset.build([new], store, force=True)
        assert left_in(store) == ["generation", *WHOLE]
        number = len(Dataset.load(old).store)
        assert reader.communicate() == (f"{number} {number}\n", "")


@pytest.mark.parametrize("when", ["before it is held", "once it is held"])
def test_a_store_replaced_while_it_is_being_opened_gives_the_new_data(when, store, new, monkeypatch):
    hold = disk._held

    def overtaken(file):
        monkeypatch.setattr(disk, "_held", hold)
        held = hold(file) if when == "once it is held" else None
        Dataset.build([new], store, force=True)
        return held or hold(file)

    monkeypatch.setattr(disk, "_held", overtaken)
    assert statements(Dataset.open(store)) == statements(Dataset.load(new))


def test_a_store_that_is_replaced_without_end_is_given_up(store, old, monkeypatch):
    dataset, hold = Dataset.load(old), disk._held

    def overtaken(file):
        held = hold(file)
        monkeypatch.setattr(disk, "_held", hold)
        dataset.save(store, force=True)
        monkeypatch.setattr(disk, "_held", overtaken)
        return held

    monkeypatch.setattr(disk, "_ATTEMPTS", 5)
    monkeypatch.setattr(disk, "_held", overtaken)
    with pytest.raises(FileProblem, match=r"replaced 5 times while it was being opened. Try again"):
        Dataset.open(store)


# --- stores of an older kg --------------------------------------------------------------------------------------------


@pytest.fixture
def plain(old, tmp_path):
    """A store as kg wrote it before there were generations: a plain folder of RocksDB files."""
    store = pyoxigraph.Store(str(tmp_path / "plain"))
    store.bulk_extend(Dataset.load(old).store)
    store.flush()
    return tmp_path / "plain"


def test_a_store_of_an_older_kg_is_read(plain, old):
    assert is_store(plain)
    assert statements(Dataset.open(plain)) == statements(Dataset.load(old))
    assert kg.open(plain).version == kg.open(old).version


def test_a_store_of_an_older_kg_is_replaced_by_one_of_today(plain, new):
    with pytest.raises(FileProblem, match="exists and is kept"):
        Dataset.build([new], plain)
    (plain / "notes.txt").write_text("mine")
    Dataset.build([new], plain, force=True)
    assert left_in(plain) == sorted([*WHOLE, "notes.txt"])
    assert statements(Dataset.open(plain)) == statements(Dataset.load(new))


def test_a_reader_of_a_store_of_an_older_kg_goes_on_reading(plain, old, new):
    reader = Dataset.open(plain)
    Dataset.build([new], plain, force=True)
    assert statements(reader) == statements(Dataset.load(old))
    assert (plain / "CURRENT").exists()
    assert statements(Dataset.open(plain)) == statements(Dataset.load(new))
    del reader
    Dataset.build([new], plain, force=True)
    assert left_in(plain) == WHOLE


# --- what is damaged, in the way, or cannot be written ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged"), (b"nonsense", "damaged"), (b"[]", "damaged"), (b"\xff", "damaged"), (b"{}", "damaged"),
        (b'{"format": "https://w3id.org/calciphylaxis-kg/store/9"}', "store/9, which this kg does not know"),
        (b'{"format": "https://w3id.org/calciphylaxis-kg/store/1", "generation": "../other", "version": "1", '
         b'"data": {"value": ""}, "graphs": {}}', "damaged"),
    ],
)  # fmt: skip
def test_a_damaged_pointer_is_refused_and_can_be_replaced(content, message, store, new):
    (store / "kg-store.json").write_bytes(content)
    with pytest.raises(FileProblem, match=message):
        Dataset.open(store)
    Dataset.build([new], store, force=True)
    assert statements(Dataset.open(store)) == statements(Dataset.load(new))
    assert left_in(store) == WHOLE


def test_a_pointer_to_what_is_not_there_is_refused(store):
    shutil.rmtree(Dataset.open(store).generation.folder)
    with pytest.raises(FileProblem, match=r"its files are missing. Write it anew"):
        Dataset.open(store)


def test_a_damaged_generation_is_refused(store):
    folder = Dataset.open(store).generation.folder
    for file in folder.glob("*.sst"):
        file.write_bytes(b"garbage")
    (folder / "CURRENT").write_text("nonsense")
    with pytest.raises(FileProblem, match=r"Cannot open the store .* Write it anew"):
        Dataset.open(store)


def test_a_generation_that_is_no_store_of_kg_is_refused(tmp_path):
    pyoxigraph.Store(str(tmp_path / "other")).flush()
    with pytest.raises(FileProblem, match="was not written by kg"):
        Dataset.open(tmp_path / "other")


def test_the_pointer_says_what_is_in_force(store, old):
    pointer = json.loads((store / "kg-store.json").read_text())
    assert pointer["generation"] == "generation-000001"
    assert pointer["data"]["value"] == Dataset.load(old).digest
    assert sum(pointer["graphs"].values()) == len(Dataset.load(old).store)
    assert Dataset.open(store).generation.state.to_dict() == pointer


def test_a_folder_of_something_else_is_left_alone(store, new, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(FileProblem, match="not a store of kg; it is left alone"):
            Dataset.build([new], tmp_path / "mine", force=force)
    assert left_in(tmp_path / "mine") == ["thesis.txt"]


def test_an_empty_folder_becomes_a_store_and_stays_if_the_load_fails(new, tmp_path):
    place = tmp_path / "empty"
    place.mkdir()
    (new / "claims" / "x.ttl").write_text("broken")
    with pytest.raises(kg.errors.InvalidData):
        Dataset.build([new], place)
    assert left_in(place) == []
    (new / "claims" / "x.ttl").unlink()
    Dataset.build([new], place)
    assert left_in(place) == WHOLE


def full(*arguments, **named):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Full:
    """Oxigraph on a disk that is full as soon as something is to be kept there."""

    made = pyoxigraph.Store
    bulk_load = bulk_extend = flush = full

    def __new__(cls, path=None):
        return super().__new__(cls) if path else cls.made()


@pytest.mark.parametrize("layer", ["sorting", "loading", "pointer"])
@pytest.mark.parametrize("first", [True, False], ids=["nothing there", "a store there"])
def test_on_a_full_disk_all_stays_as_it_was(layer, first, store, old, new, tmp_path, monkeypatch, capsys):
    place = tmp_path / "fresh" if first else store
    if layer == "sorting":
        monkeypatch.setattr(ordering, "CHUNK", 20)
        monkeypatch.setattr(ordering, "_written", full)
    elif layer == "loading":
        monkeypatch.setattr(pyoxigraph, "Store", Full)
    else:
        monkeypatch.setattr(disk, "write", full)
    assert run(["store", str(new), "--to", str(place), "--force"]) == 5
    assert "No space left on device. What was there stays." in capsys.readouterr().err
    monkeypatch.undo()
    if first:
        assert not place.exists()
    else:
        assert left_in(place) == WHOLE
        assert statements(Dataset.open(place)) == statements(Dataset.load(old))


LIMITED = """
import resource, sys
from kg.cli.main import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(run(sys.argv[2:]))
"""


@POSIX
@pytest.mark.parametrize("limit", [1, 1_000, 4_000, 10_000])
def test_when_oxigraph_itself_cannot_write_all_stays_as_it_was(limit, store, old, new):
    with started("-c", LIMITED, limit, "store", new, "--to", store, "--force") as process:
        _, told = process.communicate()
    assert process.returncode == 5, told
    assert "Cannot write the store" in told
    assert left_in(store) == WHOLE
    assert statements(Dataset.open(store)) == statements(Dataset.load(old))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_without_the_right_to_write_all_stays_as_it_was(store, old, new):
    store.chmod(0o500)
    try:
        with pytest.raises(FileProblem, match=r"Cannot write the store .*Permission denied"):
            Dataset.build([new], store, force=True)
        assert statements(Dataset.open(store)) == statements(Dataset.load(old))  # who may not write may read
    finally:
        store.chmod(0o700)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RuntimeError("Oxigraph")])
def test_whatever_interrupts_a_load_all_stays_as_it_was(error, store, old, new, monkeypatch):
    def interrupted(*arguments):
        raise error

    monkeypatch.setattr(build, "_settle", interrupted)
    with pytest.raises(type(error) if isinstance(error, Exception) else error):
        Dataset.build([new], store, force=True)
    assert left_in(store) == WHOLE
    assert statements(Dataset.open(store)) == statements(Dataset.load(old))


def test_once_the_pointer_is_replaced_nothing_makes_the_writing_fail(store, new, monkeypatch):
    def broken(folder):
        if folder == store:
            full()

    monkeypatch.setattr(disk, "_sync", broken)
    Dataset.build([new], store, force=True)
    assert statements(Dataset.open(store)) == statements(Dataset.load(new))


def test_a_place_in_a_folder_that_is_not_there(new, tmp_path):
    with pytest.raises(FileProblem, match=r"Cannot write .*: there is no folder"):
        Dataset.build([new], tmp_path / "no" / "where")
