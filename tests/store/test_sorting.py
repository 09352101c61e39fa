"""Sorting outside of memory gives what sorting in memory gives, and leaves nothing behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.store import ordering
from kg.store.ordering import batches, in_order

LINES = st.lists(
    st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), max_size=4), max_size=40
)


@given(lines=LINES, chunk=st.integers(1, 5), runs=st.integers(2, 4))
def test_lines_come_in_order_and_once_however_little_fits_into_memory(lines, chunk, runs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "CHUNK", chunk)
        patch.setattr(ordering, "_RUNS", runs)
        found = list(in_order(lines))
    assert found == sorted(set(lines))
    assert [line.encode() for line in found] == sorted({line.encode() for line in lines})


def test_no_folder_is_used_for_what_fits_into_memory_and_none_is_left(tmp_path, monkeypatch):
    few = in_order(["b", "a"], folder=tmp_path)
    assert next(few) == "a"
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(ordering, "CHUNK", 1)
    many = in_order(["b", "a"], folder=tmp_path, prefix="mine-")
    assert next(many) == "a"
    assert [entry.name[:5] for entry in tmp_path.iterdir()] == ["mine-"]
    many.close()
    assert list(tmp_path.iterdir()) == []


def test_batches_hold_all_items_in_order(monkeypatch):
    monkeypatch.setattr(ordering, "CHUNK", 3)
    assert list(batches(range(7))) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches([])) == []
