"""Durations: their order, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.durations import age_at, days

PARTS = st.tuples(*(st.integers(0, most) for most in (90, 11, 29)))


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "1Y", "P-1Y", "-", "P1YT", "P1M1Y", "P1.5Y", "last week", "P1Y extra", "P١Y"]
)
def test_other_texts_are_no_durations(text):
    with pytest.raises(ValueError, match="no ISO 8601 duration"):
        days(text)


def test_units_of_time():
    assert days("P1Y") == days("P12M") == 365.25
    assert days("P2W") == days("P14D") == -days("-P14D") == 14
    assert days("PT24H") == days("PT1440M") == days("PT86400S") == days("PT86400.5S") == 1


@given(PARTS, PARTS, st.sampled_from(["", "-"]), st.sampled_from(["", "-"]))
def test_ages_keep_the_order_of_times(one, other, sign, other_sign):
    first, second = (f"{s}P{y}Y{m}M{d}D" for s, (y, m, d) in ((sign, one), (other_sign, other)))
    if days(first) + 31 < days(second):
        assert days(age_at(100, first)) < days(age_at(100, second))


@given(PARTS)
def test_an_age_is_the_years_and_the_offset_together(parts):
    years, months, rest = parts
    age = age_at(20, f"P{years}Y{months}M{rest}D")
    assert days(age) == pytest.approx(days(f"P{20 + years}Y{months}M{rest}D"))


def test_nothing_happens_before_birth():
    with pytest.raises(ValueError, match="before the birth"):
        age_at(2, "-P3Y")
    assert age_at(2, "-P2Y") == "P0D"
