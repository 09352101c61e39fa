"""Allowed kinds of subject and object: the rule agrees with the schema on every predicate and every kind."""

from __future__ import annotations

import pytest
from worlds import World

from kg.check import check
from kg.check.kinds import kinds
from kg.contents import read
from kg.schema import ontology_folder
from kg.store import Dataset


def found(dataset):
    return {(p.subject, p.property, p.value): p for p in kinds(dataset, read(dataset))}


def test_the_rule_fires_for_exactly_the_kinds_that_are_not_allowed(tmp_path, graph):
    """Every predicate with every kind at both ends, against the lists of the schema."""
    schema = graph.schema
    world = World(
        claims=[
            (f"{one}-of-{name}", name, f"{two}-of-{name}")
            for name in schema.predicates
            for one in schema.kinds
            for two in schema.kinds
        ],
        kinds={f"{kind}-of-{name}": kind for name in schema.predicates for kind in schema.kinds},
    )
    dataset = Dataset.load(world.write(tmp_path))
    expected = set()
    for number, (subject, name, target) in enumerate(world.claims, 1):
        predicate = schema.predicates[name]
        ends = (("subject", subject, predicate.subject_kinds), ("object", target, predicate.object_kinds))
        for end, entity, allowed in ends:
            if allowed and world.kinds[entity] not in allowed:
                expected.add((f"claim:c{number}", f"ckg:{end}", f"entity:{entity}"))
    assert set(found(dataset)) == expected
    assert 0 < len(expected) < 2 * len(world.claims)


@pytest.mark.parametrize(
    ("claim", "entities", "end"),
    [
        (("a", "treats-or-prevents", "b"), {"a": "Protein", "b": "Disease"}, "subject"),
        (("a", "treats-or-prevents", "b"), {"a": "Drug", "b": "Protein"}, "object"),
        (("a", "causes", "b"), {"a": "Population", "b": "Disease"}, "subject"),
        (("a", "causes", "b"), {"a": "Disease", "b": "Drug"}, "object"),
        (("a", "increases", "b"), {"a": "Protein", "b": "Procedure"}, "object"),
        (("a", "positively-associated-with", "b"), {"a": "Drug", "b": "Population"}, "object"),
    ],
)
def test_a_claim_of_the_wrong_kind_is_an_error_with_its_place(tmp_path, claim, entities, end):
    report = check(World(claims=[claim], kinds=entities).write(tmp_path))
    (problem,) = [p for p in report.problems if p.rule == "kind"]
    wrong = entities[claim[0] if end == "subject" else claim[2]]
    assert (problem.level, problem.file, problem.line > 0, problem.subject) == (
        "error",
        "claims/all.ttl",
        True,
        "claim:c1",
    )
    assert f"the {end} of {claim[1]} is a {wrong}" in problem.message
    assert "may only be one of: " in problem.message
    assert not report.sound


def test_membership_of_a_group_may_go_along_with_a_disease(tmp_path):
    world = World(claims=[("f", "positively-associated-with", "d")], kinds={"f": "Population", "d": "Disease"})
    assert found(Dataset.load(world.write(tmp_path))) == {}


def test_a_schema_without_constraints_allows_every_kind(tmp_path):
    folder = World(claims=[("a", "treats-or-prevents", "b")]).write(tmp_path)
    lines = (ontology_folder() / "schema.ttl").read_text("utf-8").replace("ckg:subject-kind ckg:", "ckg:origin ckg:")
    (folder / "schema.ttl").write_text(lines.replace("ckg:object-kind ckg:", "ckg:origin ckg:"), "utf-8")
    dataset = Dataset.load(folder)
    assert dataset.schema.predicates["treats-or-prevents"].subject_kinds == ()
    assert found(dataset) == {}


def test_every_shipped_claim_fits():
    assert found(Dataset.load(ontology_folder())) == {}
