"""The checksums over all shipped data: one digit of any identifier, or any two labels, cannot change unseen.

The mutations are made in the store; the rules read nothing else. Every mutation that gives another identifier of the
slice is tried, for these are the ones that could pass; of the others one for every sixth identifier, for they are all
alike.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.check.authority import authority
from kg.check.identifiers import identifiers
from kg.check.names import names
from kg.check.terms import terms
from kg.contents import Contents, read
from kg.lookup import keys
from kg.schema import RDFS, SKOS, ontology_folder
from kg.store import Dataset, graph_node

GRAPH = graph_node("entities")
MAPPINGS = [f"{SKOS}{how}Match" for how in ("exact", "close", "broad", "related")]
DATASET = Dataset.load(ontology_folder())
CONTENTS = read(DATASET)
KNOWN = authority(DATASET)
IDENTIFIERS = sorted(
    (q for how in MAPPINGS for q in DATASET.store.quads_for_pattern(None, NamedNode(how), None, GRAPH)), key=str
)
BLOCKS = sorted(DATASET.store.quads_for_pattern(None, NamedNode(SKOS + "prefLabel"), None, GRAPH), key=str)
LABELS = [
    quad
    for entity in CONTENTS.entities.values()
    for quad in DATASET.store.quads_for_pattern(NamedNode(entity.iri), NamedNode(RDFS + "label"), None, GRAPH)
]


@pytest.fixture(scope="module", autouse=True)
def spelt_once() -> Iterator[None]:
    """Has the rules find the forms of each name once: they are the same for every mutation."""
    with pytest.MonkeyPatch.context() as patch:
        for rule in ("names", "identifiers"):
            patch.setattr(importlib.import_module(f"kg.check.{rule}"), "keys", functools.cache(keys))
        yield


@contextmanager
def changed(old: list[Quad], new: list[Quad]) -> Iterator[Dataset]:
    """The shipped dataset with some statements in the place of others, for a while."""
    for quad in old:
        DATASET.store.remove(quad)
    added = [quad for quad in new if quad not in DATASET.store]
    try:
        DATASET.store.extend(added)
        yield DATASET
    finally:
        for quad in added:
            DATASET.store.remove(quad)
        DATASET.store.extend(old)


def errors(dataset: Dataset, contents: Contents) -> set[str]:
    return {p.rule for rule in (identifiers, terms) for p in rule(dataset, contents) if p.level == "error"}


def local(iri: str) -> int:
    """Where the part of an IRI begins that names the term."""
    return len(iri) - len(DATASET.schema.curie(iri).partition(":")[2])


def mutations(iri: str, number: int) -> Iterator[str]:
    """The IRI with one digit changed: every change that names another known term, and of every sixth one more."""
    places = [place for place in range(local(iri), len(iri)) if iri[place].isdigit()]
    made = [f"{iri[:p]}{digit}{iri[p + 1 :]}" for p in places for digit in "0123456789" if digit != iri[p]]
    confusable = [other for other in made if DATASET.schema.curie(other) in KNOWN]
    yield from confusable
    if made and number % 6 == 0:  # a family of proteins is named by letters
        yield random.Random(iri).choice(sorted(set(made) - set(confusable)))


def test_the_shipped_data_have_none_of_these_errors():
    assert errors(DATASET, CONTENTS) == set()
    assert list(names(DATASET, CONTENTS)) == []
    assert len(IDENTIFIERS) > 400
    assert len(BLOCKS) == len(CONTENTS.terms) == len(KNOWN)


def test_one_digit_of_any_identifier_of_any_entity_cannot_change_unseen():
    tried = confusable = 0
    for number, quad in enumerate(IDENTIFIERS):
        for iri in mutations(quad.object.value, number):
            tried += 1
            confusable += DATASET.schema.curie(iri) in KNOWN
            with changed([quad], [Quad(quad.subject, quad.predicate, NamedNode(iri), GRAPH)]) as dataset:
                told = errors(dataset, CONTENTS)
            assert told & {"unknown-identifier", "identifier-use"}, f"{quad.subject} {quad.object} -> {iri}"
    assert tried > confusable + 50
    assert confusable > 100


def test_one_digit_of_any_block_of_terms_ttl_cannot_change_unseen():
    for number, quad in enumerate(BLOCKS):
        block = list(DATASET.store.quads_for_pattern(quad.subject, None, None, GRAPH))
        for iri in mutations(quad.subject.value, number):
            moved = [Quad(NamedNode(iri), q.predicate, q.object, GRAPH) for q in block]
            with changed(block, moved) as dataset:
                labels = dict(CONTENTS.terms)
                labels[DATASET.schema.curie(iri)] = labels.pop(DATASET.schema.curie(quad.subject.value))
                told = errors(dataset, replace(CONTENTS, terms=labels))
            assert told, f"{quad.subject} -> {iri}"


# --- Labels ----------------------------------------------------------------------------------------------------------


def swapped_terms(one: Quad, other: Quad) -> list[str]:
    labels = dict(CONTENTS.terms)
    first, second = (DATASET.schema.curie(quad.subject.value) for quad in (one, other))
    labels[first], labels[second] = labels[second], labels[first]
    return [p.rule for p in terms(DATASET, replace(CONTENTS, terms=labels)) if p.level == "error"]


@given(st.tuples(st.sampled_from(BLOCKS), st.sampled_from(BLOCKS)))
def test_no_two_labels_of_identifiers_can_be_swapped_unseen(pair):
    assume(pair[0].object != pair[1].object)
    assert "swapped-label" in swapped_terms(*pair)


def test_a_row_of_labels_in_terms_ttl_cannot_be_swapped_unseen():
    pairs = [(one, other) for one, other in itertools.pairwise(BLOCKS[::3]) if one.object != other.object]
    assert all("swapped-label" in swapped_terms(one, other) for one, other in pairs)


def swapped_entities(one: str, other: str) -> list[str]:
    entities = dict(CONTENTS.entities)
    first, second = entities[one], entities[other]
    entities[one], entities[other] = replace(first, label=second.label), replace(second, label=first.label)
    return [p.rule for p in names(DATASET, replace(CONTENTS, entities=entities)) if p.level == "error"]


NAMES = sorted(CONTENTS.entities)
LOOSE = [name for name, e in CONTENTS.entities.items() if set(keys(name)).isdisjoint(keys(e.label))]


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
def test_no_two_labels_of_entities_can_be_swapped_unseen(pair):
    assert "swapped-label" in swapped_entities(*pair)


@pytest.mark.parametrize("pairs", [list(itertools.combinations(LOOSE, 2)), list(itertools.pairwise(NAMES[::5]))])
def test_labels_unlike_their_ids_and_a_row_of_others_cannot_be_swapped_unseen(pairs):
    """The labels that are not their id but for case and hyphens are the ones that could pass: all pairs of them."""
    unseen = [pair for pair in pairs if "swapped-label" not in swapped_entities(*pair)]
    assert unseen == []


def test_a_swap_of_statements_is_seen_and_what_is_put_back_is_sound():
    one, other = LABELS[3], LABELS[200]
    assert {type(one.object), type(other.object)} == {Literal}
    new = [Quad(a.subject, a.predicate, b.object, GRAPH) for a, b in ((one, other), (other, one))]
    with changed([one, other], new) as dataset:
        assert "swapped-label" in {problem.rule for problem in names(dataset, read(dataset))}
    assert list(names(DATASET, read(DATASET))) == []
