"""One file of a snapshot: packed or plain, bounded, and clear about what is wrong with it."""

from __future__ import annotations

import sys

import pytest
from unpacked import put

from kg.errors import FileProblem, MissingExtra
from kg.terms import reading


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_a_file_is_read_packed_or_plain(tmp_path, ending):
    file = put(tmp_path / f"table.tsv{ending}", "id\tlabel\r\n1\tκ one\r\n")
    assert reading.lines(file) == ["id\tlabel", "1\tκ one"]
    assert list(reading.table(reading.lines(file))) == [{"id": "1", "label": "κ one"}]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("kept", [0, 3, 15, -1])
def test_a_packed_file_that_is_cut_off_or_damaged_is_named(tmp_path, ending, kept):
    file = put(tmp_path / f"terms.json{ending}", '{"a": "' + "some text " * 40 + '"}')
    file.write_bytes(file.read_bytes()[:kept] if kept else b"not packed at all")
    with pytest.raises(FileProblem, match=rf"terms\.json{ending} cannot be read: .+ Unpack it anew\."):
        reading.content(file)


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_a_file_that_unpacks_to_more_than_the_limit_is_refused(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(reading, "LIMIT", 2**20)
    file = put(tmp_path / f"bomb.json{ending}", b" " * 2**20)
    assert len(reading.content(file)) == 2**20
    put(file, b" " * (2**20 + 1))
    with pytest.raises(FileProblem, match="holds more than 1 MiB"):
        reading.content(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[" * 200_000, "nested too deep"),
        (b'{"a": 1', "is not JSON"),
        (b"<html>", "is not JSON"),
        (b'"\xff"', "is not JSON"),
        (b"", "is not JSON"),
        (b"1" * 5000, "is not JSON"),
    ],
)
def test_what_is_not_json_is_named(tmp_path, content, message):
    with pytest.raises(FileProblem, match=message):
        reading.json_content(put(tmp_path / "terms.json", content))


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"id\tlabel\n1\tsod", "cut off"), (b"id\n\xff\xfe\n", "not text in UTF-8")],
)
def test_a_text_that_is_empty_cut_off_or_not_utf8_is_named(tmp_path, content, message):
    with pytest.raises(FileProblem, match=message):
        reading.lines(put(tmp_path / "terms.tsv", content))


def test_what_is_no_file_is_named(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.json"):
        with pytest.raises(FileProblem, match=path.name):
            reading.content(path)


def test_without_a_module_for_zstandard_the_extra_is_named(tmp_path, monkeypatch):
    file = put(tmp_path / "terms.json.zst", "{}")
    module = "compression" if sys.version_info >= (3, 14) else "backports"
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"calciphylaxis-kg\[validate\]"):
        reading.content(file)
