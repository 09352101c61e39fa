"""Usage: entities and sources that nothing refers to; what refers to them."""

from __future__ import annotations

import pytest

STRAY = 'entity:stray a ckg:Process ; rdfs:label "stray" ; skos:definition "x" ; ckg:no-match-reason "x" .\n'
CASE = """\
@prefix case: <https://w3id.org/calciphylaxis-kg/case/> .
case:c a ckg:Case ; rdfs:label "a case" ; ckg:source source:s1 .
case:c-1 a ckg:Fact ; rdfs:label "a fact" ; ckg:case case:c ; ckg:presence ckg:present ; ckg:entity entity:stray .
"""


def test_an_entity_in_no_claim_link_or_fact_is_a_warning(folder):
    folder.add("entities.ttl", STRAY)
    assert folder.rules() == {("warning", "unused", "entity:stray")}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("claims/s2.ttl", "claim:s2-1 a ckg:Claim ; ckg:subject entity:stray ; ckg:predicate ckg:affects ; ckg:object entity:rank ; ckg:source source:s2 .\n"),
        ("entities.ttl", "entity:stray ckg:broader entity:rank .\n"),
        ("entities.ttl", "entity:rank ckg:broader entity:stray .\n"),
        ("cases/c.ttl", CASE),
    ],
)  # fmt: skip
def test_a_claim_a_link_or_a_fact_is_a_use(folder, file, text):
    folder.add("entities.ttl", STRAY)
    (folder.path / "cases").mkdir()
    folder.add(file, text)
    assert [problem for problem in folder.problems() if problem.rule == "unused"] == []


def test_a_source_that_says_nothing_and_is_not_cited_is_a_warning(folder):
    folder.add("sources.ttl", 'source:s3 a ckg:Source ; rdfs:label "Third 2003" .\n')
    assert folder.rules() == {("warning", "unused", "source:s3")}


def test_a_second_hand_claim_that_cites_nothing_is_no_problem(folder):
    folder.replace("claims/s1.ttl", "ckg:cites source:s2 ; ", "")
    folder.add("claims/s1.ttl", "claim:s1-3 ckg:cites source:s2 .\n")
    assert folder.problems() == []


def test_the_source_of_a_case_is_used(folder):
    folder.add("sources.ttl", 'source:s3 a ckg:Source ; rdfs:label "Third 2003" .\n')
    (folder.path / "cases").mkdir()
    folder.add("cases/c.ttl", CASE.replace("source:s1", "source:s3").replace("entity:stray", "entity:rank"))
    assert folder.problems() == []
