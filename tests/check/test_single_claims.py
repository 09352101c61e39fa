"""Claims: about a thing and itself, and retractions that are not complete."""

from __future__ import annotations

import pytest

import kg

DATE = 'ckg:retraction-date "2026-05-31"^^xsd:date'


def test_a_claim_about_a_thing_and_itself_is_a_warning(folder):
    folder.replace("claims/s1.ttl", "ckg:subject entity:rank", "ckg:subject entity:vascular-calcification")
    assert ("warning", "self-claim", "claim:s1-3") in folder.rules()


def test_a_retracted_claim_needs_a_reason(folder):
    folder.replace("claims/s1.ttl", 'ckg:retraction-reason "Read wrongly." ; ', "")
    assert folder.rules() == {("error", "retraction", "claim:s1-3")}
    assert "without a reason" in folder.problems()[0].message


def test_a_retracted_claim_needs_a_date(folder):
    folder.replace("claims/s1.ttl", f" ; {DATE}", "")
    assert folder.rules() == {("error", "retraction", "claim:s1-3")}
    assert "without a date" in folder.problems()[0].message


@pytest.mark.parametrize(
    "value",
    ['"2026-05-31"', '"last spring"', '"2026-02-30"^^xsd:date', '"2026-05"^^xsd:date', '"20260531"^^xsd:date', "2026"],
)
def test_a_date_that_is_no_day_or_not_typed_as_one_is_an_error(folder, value):
    folder.replace("claims/s1.ttl", DATE, f"ckg:retraction-date {value}")
    (problem,) = folder.problems()
    assert (problem.level, problem.rule, problem.property) == ("error", "retraction", "ckg:retraction-date")


def test_a_retraction_that_was_not_carried_out_is_an_error(folder):
    folder.replace("claims/s1.ttl", "ckg:status ckg:retracted", "ckg:status ckg:curated")
    assert folder.rules() == {("error", "retraction", "claim:s1-3")}
    assert "counts as before" in folder.problems()[0].message


def test_a_retracted_claim_keeps_its_reason_and_date_in_python_and_json(folder):
    claim = kg.open(folder.path).claim("s1-3")
    assert (claim.retraction_reason, claim.retraction_date) == ("Read wrongly.", "2026-05-31")
    assert claim.to_dict()["retraction_date"] == "2026-05-31"
    other = kg.open(folder.path).claim("s1-1")
    assert other.retraction_reason is other.retraction_date is None
