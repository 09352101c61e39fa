"""Queries and rules of derived graphs: header, syntax, defaults, and what they may not do."""

from __future__ import annotations

import shutil

import pytest

import kg
from kg.errors import InvalidData
from kg.schema import ontology_folder

QUERY = "queries/what-acts-on.rq"


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("# title: What acts", "# titel: What acts", "query-header", 1),
        ("= entity:vascular-calcification —", "entity:vascular-calcification", "query-header", 2),
        ("ORDER BY", "ORDRE BY", "query", 5),
        ("ckg:object ?target", "ckg:object ?target . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }", "query", 5),
        ("ckg:object", "nowhere:object", "query", 5),
        ("entity:vascular-calcification", "entity:vascular-calcificatoin", "query", 0),
        ("SELECT ?claim {", "DELETE WHERE {", "query", 5),
    ],
)
def test_a_query_that_cannot_be_asked_is_an_error_with_file_and_line(folder, old, new, rule, line):
    folder.replace(QUERY, old, new)
    problem = folder.problems()[0]
    assert (problem.level, problem.rule, problem.file, problem.line) == ("error", rule, QUERY, line)


def test_every_query_is_judged_for_itself(folder):
    (folder.path / "queries" / "a.rq").write_text("SELECT * { ?s ?p ?o }")
    (folder.path / "queries" / "b.rq").write_bytes(b"\xff")
    folder.replace(QUERY, "ORDER BY", "ORDRE BY")
    assert {problem.file for problem in folder.problems()} == {"queries/a.rq", "queries/b.rq", QUERY}


@pytest.fixture
def ruled(folder):
    shutil.copytree(ontology_folder() / "derive", folder.path / "derive")
    assert folder.problems() == []
    return folder


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("CONSTRUCT { ?state ckg:next ?nextState }", "CONSTRUCT { ?state ckg:next }", 9, "expected"),
        ("CONSTRUCT { ?state ckg:next ?nextState }", "SELECT ?state ?nextState", 0, "no CONSTRUCT"),
        ("?from ?link ?to .", "SERVICE <http://127.0.0.1:1/> { ?from ?link ?to }", 22, "SERVICE is refused"),
    ],
)
def test_a_rule_that_does_not_run_is_one_error_with_its_line(ruled, old, new, line, why):
    ruled.replace("derive/signed.rq", old, new)
    (problem,) = ruled.problems()
    assert (problem.level, problem.rule, problem.file, problem.subject) == (
        "error",
        "query",
        "derive/signed.rq",
        "graph:signed",
    )
    assert problem.line == line
    assert why in problem.message
    with pytest.raises(InvalidData, match=r"derive/signed\.rq"):
        kg.open(ruled.path)


def test_a_rule_that_is_not_there_is_an_error(ruled):
    (ruled.path / "derive" / "direct.rq").unlink()
    assert {(p.rule, p.file) for p in ruled.problems()} == {("query", "derive/direct.rq")}


def test_a_rule_that_gives_something_else_than_the_claims_do_is_drift(ruled):
    ruled.replace("derive/direct.rq", "CONSTRUCT { ", "CONSTRUCT { ?claim a ckg:Claim . ")
    assert {(p.rule, p.subject) for p in ruled.problems()} == {("drift", "graph:direct")}
