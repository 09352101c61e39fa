"""What holds for every named query: a question with a title, defaults, a reading, and the same rows in the same order."""

from __future__ import annotations

import random
import re

import pyoxigraph as ox
import pytest
from asking import BASE

from kg.schema import ontology_folder
from kg.sparql import guard, read_queries, run_named
from kg.sparql.lexer import tokenize

QUERIES = read_queries(ontology_folder() / "queries")


def test_there_are_at_least_thirty():
    assert len(QUERIES) >= 30
    assert list(QUERIES) == sorted(QUERIES)
    titles = [query.title for query in QUERIES.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_a_plain_question_and_answers_it_with_its_defaults(graph, name):
    query = QUERIES[name]
    assert re.fullmatch(r"[A-Z][^?]{15,120}\?", query.title)
    assert query.reading.startswith("One row for each")
    assert query.reading.endswith(".")
    assert all(parameter.description and parameter.default for parameter in query.parameters)
    found = graph.query(name, limit=None)
    assert found.kind == "select"
    assert len(found) > 0
    assert not any(value is None for value in found.rows[0][:2])
    assert graph.query(name, limit=None).rows == found.rows


@pytest.mark.parametrize("name", QUERIES)
def test_every_row_can_be_read_without_looking_up_an_iri(graph, name):
    """At least one column of text, and every IRI a short name with a prefix."""
    found = graph.query(name, limit=None)
    texts = [isinstance(value, str) and not value.startswith(BASE) for value in found.rows[0]]
    assert any(texts)
    assert "<https://" not in str(found)


@pytest.mark.parametrize("name", QUERIES)
def test_the_order_of_every_query_is_total(graph, name):
    """The rows stay as they are when the data come in another order: nothing is left to the engine."""
    quads = list(graph.dataset.store)
    random.Random(7).shuffle(quads)
    shuffled = ox.Store()
    shuffled.extend(quads)
    found = graph.query(name, limit=None)
    assert len(set(found.rows)) == len(found)
    (order,) = re.findall(r"^ORDER BY (.+)\s*\Z", QUERIES[name].text, re.MULTILINE)
    keys = [found.columns.index(key) for key in re.findall(r"\?(\w+)", order) if key in found.columns]
    assert len({tuple(row[key] for key in keys) for row in found.rows}) == len(found)
    again = run_named(shuffled, QUERIES[name], prefixes=graph.schema.prefixes, limit=None)
    assert again.rows == found.rows


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_runs_anywhere(name):
    """Each file declares the prefixes that it uses and no others, and passes the guard."""
    text = QUERIES[name].text
    guard(text)
    assert list(ox.Store().query(text)) == []
    names = [token.text for token in tokenize(text) if token.kind == "name"]
    assert {name for name in names if name.endswith(":")} == {
        name.partition(":")[0] + ":" for name in names if name[-1] != ":"
    }


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_that_a_reading_names_is_there(name):
    for other in re.findall(r"\b[a-z]+(?:-[a-z]+){2,}\b", QUERIES[name].reading):
        assert other in QUERIES, other
    for function in re.findall(r"kg\.causal\.(\w+)\.(\w+)", QUERIES[name].reading):
        module = __import__(f"kg.causal.{function[0]}", fromlist=[function[1]])
        assert hasattr(module, function[1])
