"""Cells that no spreadsheet runs, and that give back their text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import World

from kg.release.table import edge_status, plain, safe

RISKY = "=+-@\t\r\n＝＋－＠'"


@given(st.text(alphabet=st.sampled_from([*RISKY, "a", "1", ".", " ", '"', ","]), max_size=8))
def test_a_cell_comes_back_as_it_was_and_never_begins_like_a_formula(cell):
    guarded = safe(cell)
    assert plain(guarded) == cell
    assert guarded[:1] not in set(RISKY) - {"'"} or re.fullmatch(r"-?\d+(\.\d+)?", guarded)


@pytest.mark.parametrize(
    "cell", ["=cmd|'/c calc'!A1", "@SUM(A1)", "+1", "-1+1", "-0.5 mg", "\t=1", "\r=1", "＝1", "-1\n"]
)
def test_formulas_get_an_apostrophe(cell):
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1", "1", "-0.5", "", "odds ratio 2", "a=b"])
def test_numbers_and_plain_text_are_left_alone(cell):
    assert safe(cell) == cell


def test_the_status_of_an_edge_says_why_there_is_none(tmp_path):
    world = World(
        claims=[
            ("a", "increases", "b"), ("a", "affects", "b"), ("a", "positively-associated-with", "b"),
            ("a", "has-no-effect-on", "b"), ("a", "increases", "b", {"certainty": "ckg:refuted"}),
            ("a", "increases", "b", {"status": "ckg:retracted", "certainty": "ckg:refuted"}),
        ],
    )  # fmt: skip
    assert [edge_status(claim) for claim in world.load(tmp_path).claims()] == [
        "causal", "causal", "association", "none: null result", "none: refuted", "none: retracted",
    ]  # fmt: skip
