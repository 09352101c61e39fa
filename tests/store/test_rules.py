"""Rules asked one triple at a time make what the CONSTRUCT makes."""

from __future__ import annotations

import pytest
from worlds import random_world

from kg.errors import InvalidData
from kg.store import DERIVED, Dataset, constructed
from kg.store.rules import _as_select, streamed


@pytest.mark.parametrize("seed", range(25))
def test_streamed_and_constructed_triples_are_the_same(seed, tmp_path):
    dataset = Dataset.load(random_world(seed).write(tmp_path))
    for role in DERIVED:
        assert set(streamed(dataset, role)) == set(constructed(dataset, role))


def test_the_shipped_rules_are_streamed(graph):
    from kg.schema import ontology_folder

    for role in DERIVED:
        assert _as_select((ontology_folder() / "derive" / f"{role}.rq").read_text())
        assert set(streamed(graph.dataset, role)) == set(constructed(graph.dataset, role))


RULES = {
    "one triple": "CONSTRUCT { ?s ckg:p ?o } WHERE { ?s ckg:object ?o }",
    "with a full stop, in lower case": "construct{?s a ?o.}where{?s ckg:object ?o}",
    "a word in a comment": "# CONSTRUCT { ?a ?b ?c }\nCONSTRUCT { ?s <urn:p> ?o } WHERE { ?s ckg:object ?o }",
    "limited": "CONSTRUCT { ?s ckg:p ?o } WHERE { ?s ckg:object ?o } ORDER BY ?s LIMIT 1",
    "two triples": "CONSTRUCT { ?s ckg:p ?o . ?o ckg:q ?s } WHERE { ?s ckg:object ?o }",
    "two objects": "CONSTRUCT { ?s ckg:p ?o, ?s } WHERE { ?s ckg:object ?o }",
    "a literal": "CONSTRUCT { ?s ckg:p 'x' } WHERE { ?s ckg:object ?o }",
    "short form": "CONSTRUCT WHERE { ?s ckg:object ?o }",
    "empty": "CONSTRUCT { } WHERE { ?s ckg:object ?o }",
    "not every triple can stand": "CONSTRUCT { ?l ?s ?o } WHERE { ?s ckg:object ?o . ?o rdfs:label ?l }",
    "a name is no predicate": "CONSTRUCT { ?s ?l ?o } WHERE { ?s ckg:object ?o . ?o rdfs:label ?l }",
    "not every variable is bound": "CONSTRUCT { ?s ckg:p ?x } WHERE { ?s ckg:object ?o OPTIONAL { ?s ckg:none ?x } }",
    "the word is a name": "PREFIX construct: <urn:> CONSTRUCT { ?s construct:p ?o } WHERE { ?s ckg:object ?o }",
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_of_ones_own_makes_the_same_either_way(name, new):
    (new / "derive").mkdir()
    (new / "derive" / "direct.rq").write_text(RULES[name])
    dataset = Dataset(
        Dataset.load(new.parent / "new", checked=False).store, Dataset.load(new, checked=False).schema, new, new
    )
    found = constructed(dataset, "direct")
    assert set(streamed(dataset, "direct")) == set(found)
    assert bool(found) is not name.startswith(("empty", "not every", "a name is no"))


@pytest.mark.parametrize("rule", ["SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o }", "nonsense", ""])
def test_a_rule_that_does_not_run_is_refused_either_way(rule, new):
    dataset = Dataset.load(new)
    (new / "derive").mkdir()
    (new / "derive" / "direct.rq").write_text(rule)
    for ask in (constructed, lambda *arguments: list(streamed(*arguments))):
        with pytest.raises(InvalidData, match=r"derive/direct\.rq"):
            ask(dataset, "direct")
