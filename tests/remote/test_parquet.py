"""Parquet through DuckDB: the answers are those of the same data in memory; limits and faults are told."""

from __future__ import annotations

import random

import pytest
from files import EDGES, NODES, kgx_world, write, write_world
from hypothesis import given
from hypothesis import strategies as st
from parquets import from_tsv, write_parquet
from shapes import shape

import kg
from kg.errors import FileProblem, InvalidData, NotFound, UnknownEntity, UsageError


class Worlds(list):
    def __repr__(self):
        return "worlds"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """Thirty worlds, each in memory and as Parquet: with texts and nodes, with lists, or without nodes."""
    made = Worlds()
    for seed in range(30):
        folder = tmp_path_factory.mktemp("world")
        nodes, edges = write_world(kgx_world(seed, entities=9, claims=70, links=6), folder)
        lists = seed % 3 == 1
        files = [from_tsv(edges, lists=lists), *([from_tsv(nodes, lists=lists)] if seed % 3 != 2 else [])]
        made.append((kg.open(nodes, edges), kg.open(*files)))
    return made


def both(worlds, seed):
    memory, remote = worlds[seed % len(worlds)]
    rng = random.Random(seed)
    ends = rng.sample(sorted({end.id for c in memory.claims() for end in (c.subject, c.object)} or {"e0", "e1"}), 2)
    return memory, remote, rng, ends


def test_the_worlds_are_worth_comparing(worlds):
    answers = [memory.trace(*both(worlds, seed)[3], max_steps=4) for seed, (memory, _) in enumerate(worlds)]
    assert sum(len(answer.paths) > 5 for answer in answers) > 10
    assert {answer.verdict for answer in answers} >= {"contested", "no path"}
    assert any(step.kind == "specialization" for answer in answers for path in answer.paths for step in path.steps)


@given(
    st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([None, 1, 3]), st.sampled_from(["steps", "support"]),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_answers_are_those_in_memory(worlds, seed, max_steps, k, order, definitions, specialize):
    memory, remote, _, ends = both(worlds, seed)
    options = {"max_steps": max_steps, "k": k, "order": order, "definitions": definitions, "specialize": specialize}
    assert shape(remote.trace(*ends, **options)) == shape(memory.trace(*ends, **options))


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_sets_of_ends_are_answered_as_in_memory(worlds, seed, max_steps):
    memory, remote, rng, ends = both(worlds, seed)
    names = sorted({end.id for c in memory.claims() for end in (c.subject, c.object)})
    sources, targets = ([end, *rng.sample(names, min(2, len(names)))] for end in ends)
    got, wanted = (graph.trace(sources, targets, max_steps=max_steps) for graph in (remote, memory))
    assert shape(got) == shape(wanted)


@given(
    st.integers(0, 10**6), st.sampled_from([{"species": "human"}, {"species": ["mouse", "human"]}, {"basis": "own-data"}, {"certainty": "known"}, {"sources": ["s2"]}]),
    st.booleans(),
)  # fmt: skip
def test_filters_are_answered_as_in_memory(worlds, seed, filters, unstated):
    memory, remote, _, ends = both(worlds, seed)
    if "s2" not in {claim.source.id for claim in memory.claims()}:
        filters = {"species": "human"}
    got, wanted = (graph.where(unstated=unstated, **filters).trace(*ends) for graph in (remote, memory))
    assert shape(got) == shape(wanted)
    words = [word.split(" (keeping")[0] for word in wanted.certificate.filters]
    assert list(got.certificate.filters) == words


@given(st.integers(0, 10**6), st.booleans())
def test_what_is_taken_away_is_taken_away_as_in_memory(worlds, seed, twice):
    memory, remote, rng, ends = both(worlds, seed)
    claims = memory.claims()
    gone = [e for e in {c.object.id for c in claims} if e not in ends][:1]
    dropped = [rng.choice(claims).id]
    sources = ["s1"] if any(c.source.id == "s1" for c in claims) else []
    left = [graph.without(*gone, claims=dropped) for graph in (remote, memory)]
    if twice:
        left = [graph.where(species="human", unstated=True).without(sources=sources) for graph in left]
    assert shape(left[0].trace(*ends)) == shape(left[1].trace(*ends))
