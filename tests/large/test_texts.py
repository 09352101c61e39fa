"""Texts as bytes, columns of numbers, kinds of any depth and combined columns, against plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.large.kinds import kinds
from kg.large.tables import _combined
from kg.large.texts import Column, Texts, smallest

TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
SHORT = st.text("ab|", max_size=6)


@given(st.lists(TEXT))
def test_texts_come_back_as_they_were(listed):
    texts = Texts.of(listed)
    assert list(texts) == listed
    assert [texts[place] for place in range(len(texts))] == listed
    assert texts[1:3] == listed[1:3]
    assert not listed or texts[-1] == listed[-1]


@given(st.lists(TEXT), TEXT)
def test_a_text_is_found_among_sorted_ones(listed, wanted):
    ordered = sorted({*listed})
    found = Texts.of(ordered).find(wanted)
    assert found == (ordered.index(wanted) if wanted in ordered else None)


@given(st.lists(SHORT), st.text("ab", min_size=1, max_size=3))
def test_holding_finds_parts_and_values(listed, part):
    texts = Texts.of(listed)
    assert texts.holding(part).tolist() == [at for at, text in enumerate(listed) if part in text]
    assert texts.holding(part, value=True).tolist() == [at for at, text in enumerate(listed) if part in text.split("|")]


@given(st.lists(TEXT, min_size=1))
def test_a_column_numbers_its_texts_in_order(cells):
    known = list(dict.fromkeys(cells))
    column = Column.of(np.array([known.index(cell) for cell in cells]), known)
    assert list(column) == cells == [column[row] for row in range(len(column))]
    assert list(column.values) == sorted(known)


def test_numbers_take_the_smallest_type_that_holds_them():
    assert [smallest(np.array([0]), count).dtype for count in (256, 257, 65536, 65537, 2**31 + 1)] == [
        np.uint8, np.uint16, np.uint16, np.int32, np.int64,
    ]  # fmt: skip


@given(st.integers(2, 7), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_kinds_are_all_that_can_be_climbed_down_to(entities, links):
    links = sorted({(child % entities, parent % entities) for child, parent in links})
    below = {place: {child for child, parent in links if parent == place} for place in range(entities)}
    wanted = set()
    for place in range(entities):
        seen, queue = {place}, [place]
        while queue:
            new = below[queue.pop()] - seen
            seen |= new
            queue += new
        wanted |= {(place, kind) for kind in seen - {place}}
    child, parent = (
        (np.array(column, np.int32) for column in zip(*links, strict=True)) if links else (np.zeros(0, np.int32),) * 2
    )
    found = kinds(entities, child, parent)
    assert [divmod(pair, entities) for pair in found.tolist()] == sorted(wanted)
    assert kinds(entities, child, parent, most=len(wanted) - 1) is None or not wanted


@given(st.lists(st.tuples(SHORT, SHORT, st.just("x")), max_size=12))
def test_combined_columns_name_each_row(rows):
    columns = []
    for cells in zip(*rows, strict=True) if rows else ([], [], []):
        known = list(dict.fromkeys(cells))
        columns.append(Column.of(np.array([known.index(c) for c in cells], np.int64), known))
    codes, found = _combined(columns, len(rows))
    assert [found[code] for code in codes.tolist()] == rows
    assert len(found) == max(1, len({*rows})) or not rows
