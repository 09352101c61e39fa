"""Disputes: it takes two to disagree, and they must differ in something."""

from __future__ import annotations

import pytest

import kg

OPG = ("error", "dispute", "dispute:opg")
SECOND = "claims/s1.ttl", "ckg:predicate ckg:increases ; ckg:object entity:vsmc-calcification"


@pytest.mark.parametrize("remaining", [0, 1])
def test_a_dispute_of_fewer_than_two_claims_is_an_error(folder, remaining):
    folder.replace("claims/s1.ttl", "ckg:source source:s1 ; ckg:dispute dispute:opg", "ckg:source source:s1")
    if not remaining:
        folder.replace("claims/s1.ttl", " ; ckg:dispute dispute:opg", "")
    assert folder.rules() == {OPG}


@pytest.mark.parametrize("predicate", ["decreases", "treats-or-prevents", "negatively-associated-with"])
def test_a_dispute_whose_claims_share_one_sign_is_an_error(folder, predicate):
    folder.replace(*SECOND[:2], SECOND[1].replace("increases", predicate))
    assert OPG in folder.rules()


@pytest.mark.parametrize("predicate", ["has-no-effect-on", "not-associated-with", "affects", "causes"])
def test_a_null_result_no_sign_or_the_other_sign_is_another_side(folder, predicate):
    folder.replace(*SECOND[:2], SECOND[1].replace("increases", predicate))
    assert OPG not in folder.rules()


def test_a_claim_that_its_own_source_refutes_is_another_side(folder):
    folder.replace(*SECOND[:2], SECOND[1].replace("increases", "decreases") + " ; ckg:certainty ckg:refuted")
    assert folder.problems() == []


def test_a_dispute_that_says_its_contrast_is_not_of_sign_is_sound(folder):
    folder.replace(*SECOND[:2], SECOND[1].replace("increases", "decreases"))
    folder.replace("disputes.ttl", "rdfs:label", 'ckg:contrast "the cell that does it" ; rdfs:label')
    assert folder.problems() == []
    (dispute,) = [d for d in kg.open(folder.path).disputes() if d.id == "opg"]
    assert dispute.contrast == dispute.to_dict()["contrast"] == "the cell that does it"


def test_a_retraction_does_not_make_a_dispute_one_sided(folder):
    folder.replace(
        *SECOND[:2],
        f'{SECOND[1]} ; ckg:status ckg:retracted ; ckg:retraction-reason "x" ; ckg:retraction-date "2026-05-31"^^xsd:date',
    )
    assert folder.problems() == []


def test_the_shipped_disputes_without_a_contrast_of_sign_say_what_they_are_about(graph):
    told = {dispute.id for dispute in graph.disputes() if dispute.contrast}
    assert told == {"intima-media", "steroid-receptor", "thrombus-order"}
