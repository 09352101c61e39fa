"""The finder of minimal sets against trying every set, and what it says when it stops."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.causal.interventions.hitting import hitting_sets

routes_of_letters = st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=5), max_size=9)


def by_trying_every_set(routes, most):
    members = sorted(set().union(*routes))
    found: list[frozenset[str]] = []
    for size in range(1, most + 1):
        for some in map(frozenset, itertools.combinations(members, size)):
            if all(some & route for route in routes) and not any(small < some for small in found):
                found.append(some)
    return found


@given(routes_of_letters, st.integers(1, 5))
def test_every_minimal_set_is_found_and_no_other(routes, most):
    found = hitting_sets(routes, most, 1_000_000)
    expected = by_trying_every_set(routes, most) if routes else []
    assert sorted(map(sorted, found.sets)) == sorted(map(sorted, expected))
    assert len(set(found.sets)) == len(found.sets)
    assert found.exhaustive
    assert not found.stopped


@given(routes_of_letters.filter(bool), st.integers(1, 3))
def test_it_tells_how_many_members_are_needed_even_if_more_than_asked_for(routes, most):
    found = hitting_sets(routes, most, 1_000_000)
    assert found.exact
    assert found.least == min(map(len, by_trying_every_set(routes, 8)))
    assert found.needed == str(found.least)


@given(routes_of_letters.filter(bool), st.integers(1, 5), st.integers(1, 40))
def test_a_search_that_stops_tells_nothing_untrue(routes, most, budget):
    found = hitting_sets(routes, most, budget)
    every = by_trying_every_set(routes, most)
    assert found.tried <= budget
    assert set(found.sets) <= set(every)
    assert {one for one in every if len(one) <= found.complete_to} <= set(found.sets)
    needed = min(map(len, by_trying_every_set(routes, 8)))
    assert needed == found.least if found.exact else needed >= found.least
    assert found.exhaustive == (found.complete_to >= most)
    assert found.stopped or (found.exhaustive and found.exact)


def test_a_spent_budget_says_how_far_it_got():
    rng = random.Random(1)
    routes = [frozenset(rng.sample(range(60), 6)) for _ in range(60)]
    found = hitting_sets(routes, 12, 3_000)
    assert found.stopped
    assert found.tried == 3_000
    assert not found.exact
    assert found.needed == f"more than {found.least - 1}"
    assert (
        str(found) == f"stopped after 3000 branches tried; every set of up to {found.complete_to}, of larger ones some"
    )
    assert hitting_sets(routes, 12, 3_000) == found


def test_without_routes_there_is_no_set_and_nothing_is_needed():
    found = hitting_sets([], 3, 10)
    assert (found.sets, found.least, found.exact, found.exhaustive, found.stopped) == ((), 0, True, True, False)


@pytest.mark.parametrize("most", [4, 1000])
def test_a_size_beyond_any_minimal_set_costs_nothing(most):
    routes = [frozenset("ab"), frozenset("bc"), frozenset("cd")]
    found = hitting_sets(routes, most, 100)
    assert sorted(map(sorted, found.sets)) == [["a", "c"], ["b", "c"], ["b", "d"]]
    assert found.complete_to == most
