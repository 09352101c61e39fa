"""The cache: found again, made anew when stale or broken, safe under a crash, two writers and a full disk."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from files import EDGES, NODES, write

import kg
from kg.large import cache
from kg.large.graph import LargeGraph

ASKED = ("steroid", "calcification")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Two files that are large enough to be kept."""
    monkeypatch.setattr("kg.large.loading.SMALL", 0)
    monkeypatch.setattr(cache, "QUICK", 0)
    return write(tmp_path / "data")


@pytest.fixture
def made(monkeypatch):
    """How often a graph was made from its files."""
    calls = []
    from kg.large import loading

    real = loading.build
    monkeypatch.setattr(loading, "build", lambda *given: calls.append(1) or real(*given))
    return calls


def told(graph):
    return (
        str(graph.trace(*ASKED)), [c.to_dict() for c in graph.claims()], [e.to_dict() for e in graph.entities],
        graph.report, graph.version, [e.id for e in graph.search("cal")], str(graph.where(species="human").trace("steroid", "TNF-α")),
    )  # fmt: skip


def homes(folder):
    return sorted(entry for entry in folder.iterdir() if (entry / "manifest.json").exists())


def test_a_graph_that_was_read_is_mapped_the_next_time(files, made, cache_folder):
    first, second = kg.open(*files), kg.open(*files)
    assert len(made) == 1
    assert told(first) == told(second)
    arrays = second._tables.arrays
    assert isinstance(arrays.out_target.base, np.memmap)
    assert type(arrays.out_target) is np.ndarray
    assert [home.name for home in homes(cache_folder)] == [second._tables.digest]


def test_of_a_small_graph_nothing_is_kept(tmp_path, cache_folder, monkeypatch):
    monkeypatch.setattr(cache, "SETTLED", -1.0)
    kg.open(*write(tmp_path))
    assert list(cache_folder.iterdir()) == []


def test_a_changed_file_is_read_anew_even_with_its_old_size_and_time(files, made):
    before = kg.open(*files)
    state = files[1].stat()
    text = files[1].read_text()
    files[1].write_text(text.replace("biolink:treats", "biolink:causes"))
    os.utime(files[1], ns=(state.st_atime_ns, state.st_mtime_ns))
    assert files[1].stat().st_size == state.st_size
    after = kg.open(*files)
    assert len(made) == 2
    assert [graph.trace("dexamethasone", "calcification").verdict for graph in (before, after)] == [
        "decreases",
        "contested",
    ]
    assert before.version != after.version


def test_a_file_that_has_settled_is_not_read_again(files, made, monkeypatch):
    monkeypatch.setattr(cache, "SETTLED", -1.0)
    kg.open(*files)
    monkeypatch.setattr(cache, "blake2b", _only_short(cache.blake2b))
    kg.open(*files)
    assert len(made) == 1


def _only_short(real):
    """BLAKE2b for names and notes; whoever digests a file with it fails."""

    def digest(data=b"", **given):
        assert given.get("digest_size") != 32, "the file was read again"
        return real(data, **given)

    return digest


def test_a_file_changed_a_moment_ago_is_not_trusted_by_its_time(files, monkeypatch, cache_folder):
    monkeypatch.setattr(cache, "SETTLED", 3600.0)
    kg.open(*files)
    assert not list(cache_folder.glob("seen/*"))


def test_another_option_or_table_is_another_graph(files, made, monkeypatch):
    kg.open(*files)
    kg.open(*files, unmapped="left out")
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    kg.open(*files)
    assert len(made) == 3


def _shorten(home):
    file = home / "arrays.out_target.npy"
    file.write_bytes(file.read_bytes()[:-1])


def _remove(home):
    (home / "statements.row.npy").unlink()


def _garble(home):
    (home / "manifest.json").write_text("{ no json")


def _old(home):
    manifest = json.loads((home / "manifest.json").read_text())
    (home / "manifest.json").write_text(json.dumps({**manifest, "format": 0}))


def _retype(home):
    np.save(home / "arrays.out_target.npy", np.zeros(3))


def _empty(home):
    (home / "manifest.json").write_text("[]")


def _lose_a_part(home):
    manifest = json.loads((home / "manifest.json").read_text())
    del manifest["parts"]["nodes.ids.data"]
    (home / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("broken", [_shorten, _remove, _garble, _old, _retype, _empty, _lose_a_part])
def test_a_broken_entry_is_made_anew(files, made, cache_folder, broken):
    whole = told(kg.open(*files))
    broken(homes(cache_folder)[0])
    assert told(kg.open(*files)) == whole
    assert len(made) == 2
    assert told(kg.open(*files)) == whole
    assert len(made) == 2  # and kept


def test_a_crash_while_writing_leaves_no_half_of_a_graph(files, cache_folder, made):
    code = textwrap.dedent(f"""
        import os, sys
        sys.path[:0] = {[str(Path(kg.__file__).parent.parent)]!r}
        from kg.large import cache, loading
        loading.SMALL = 0
        done = []
        def synced(file):
            done.append(file)
            if len(done) == 5:
                os._exit(9)
        cache._synced = synced
        import kg
        kg.open({str(files[0])!r}, {str(files[1])!r})
    """)
    assert (
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "KG_CACHE": str(cache_folder)}).returncode == 9
    )
    assert homes(cache_folder) == []
    left = list(cache_folder.glob(".made-*"))
    assert len(left) == 1
    assert kg.open(*files).trace(*ASKED).paths
    assert len(homes(cache_folder)) == 1
    assert left[0].exists()  # its writer might still be at work
    os.utime(left[0], (time.time() - 2 * cache.ABANDONED,) * 2)
    kg.open(*files, unmapped="left out")
    assert not left[0].exists()


def test_of_two_writers_one_wins_and_both_have_the_graph(files, cache_folder):
    code = textwrap.dedent(f"""
        import sys
        sys.path[:0] = {[str(Path(kg.__file__).parent.parent)]!r}
        import kg
        from kg.large import cache, loading
        loading.SMALL = 0
        real = cache._words
        def words(tables):  # both have written all arrays before one goes on
            print("ready", flush=True)
            sys.stdin.readline()
            return real(tables)
        cache._words = words
        print(kg.open({str(files[0])!r}, {str(files[1])!r}).trace(*{ASKED!r}), flush=True)
    """)
    env = {**os.environ, "KG_CACHE": str(cache_folder)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    answers = [writer.communicate("go\n")[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert answers[0] == answers[1] != ""
    assert len(homes(cache_folder)) == 1
    assert not list(cache_folder.glob(".made-*"))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_without_room_or_right_the_graph_is_used_without_a_cache(files, cache_folder, monkeypatch, code):
    def refuse(*_args, **_more):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(cache.os, "fsync", refuse)
    assert kg.open(*files).trace(*ASKED).paths
    assert homes(cache_folder) == []
    assert not list(cache_folder.glob(".made-*"))


def test_the_cache_can_be_switched_off_and_moved(files, made, monkeypatch, tmp_path, cache_folder):
    monkeypatch.setenv("KG_CACHE", "off")
    assert cache.folder() is None
    for _ in range(2):
        kg.open(*files)
    assert len(made) == 2
    assert homes(cache_folder) == []
    monkeypatch.delenv("KG_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    for platform, variable, end in (
        ("linux", "XDG_CACHE_HOME", "xdg/kg"),
        ("win32", "LOCALAPPDATA", "xdg/kg/cache"),
        ("darwin", "HOME", "xdg/Library/Caches/kg"),
    ):
        monkeypatch.setattr(cache.sys, "platform", platform)
        monkeypatch.setenv(variable, str(tmp_path / "xdg"))
        assert cache.folder().as_posix().endswith(end)


def test_a_place_that_is_no_folder_is_no_cache(files, monkeypatch, tmp_path, made):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "file"))
    assert kg.open(*files).trace(*ASKED).paths


def test_the_graphs_used_last_are_kept(files, cache_folder, monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "KEPT", 2)
    digests = []
    for number in range(4):
        graph = kg.open(*write(tmp_path / str(number), [*NODES, {"id": f"X:{number}"}], EDGES))
        digests.append(graph._tables.digest)
        os.utime(cache_folder / digests[-1], (1000 + number,) * 2)
    assert {home.name for home in homes(cache_folder)} == set(digests[-2:])


def test_mapped_tables_serve_filters_and_support(files):
    kg.open(*files)
    mapped = kg.open(*files)
    assert isinstance(mapped, LargeGraph)
    left = mapped.without("TNF-α").where(unstated=True, species="human")
    assert left.trace(*ASKED, order="support").verdict == "decreases"
    assert mapped._tables.arrays.out_start.flags.writeable  # a private map: compiled code takes it as any array


def test_compiled_and_plain_kernels_agree_on_mapped_tables(files, monkeypatch):
    pytest.importorskip("numba", reason="the extra fast, with numba, is not installed")
    kg.open(*files)
    answers = []
    for name in ("plain", "compiled"):
        monkeypatch.setenv("KG_KERNEL", name)
        mapped = kg.open(*files)
        answers.append([mapped.trace(*ASKED, order=order).to_dict() for order in ("steps", "support")])
    assert answers[0] == answers[1]


def test_the_digest_of_a_file_regards_every_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_PART", 8)
    monkeypatch.setattr(cache, "_BLOCK", 4)
    file, seen = tmp_path / "file", set()
    contents = [b"", b"\x00", b"a" * 7, b"a" * 8, b"a" * 9, b"a" * 16, b"a" * 8 + b"b" * 8, b"b" * 8 + b"a" * 8]
    contents += [b"a" * place + b"c" + b"a" * (20 - place) for place in range(21)]
    for content in contents:
        file.write_bytes(content)
        seen.add(cache._digested(file))
    assert len(seen) == len(contents)
