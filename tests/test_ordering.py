"""Names that hold numbers in their order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.ordering import natural


def test_numbers_count_by_value():
    assert sorted(["b-10", "b-9", "a", "b-9-2", "b-9-11"], key=natural) == ["a", "b-9", "b-9-2", "b-9-11", "b-10"]


@given(st.text(alphabet="a-0123456789²٣", max_size=12), st.text(alphabet="a-0123456789²٣", max_size=12))
def test_every_two_texts_have_one_order_and_the_key_holds_the_whole_text(one, other):
    assert "".join(part for *_, part in natural(one)) == one
    assert (natural(one) == natural(other)) == (one == other)
    assert (natural(one) < natural(other)) + (natural(other) < natural(one)) + (one == other) == 1
