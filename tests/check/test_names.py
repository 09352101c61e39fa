"""Names: shared, ambiguous, double and swapped ones."""

from __future__ import annotations

import pytest

OPG, RANK = "entity:osteoprotegerin", "entity:rank"


@pytest.mark.parametrize("shared", ["RANK", "rank", "R-A-N K", "osteo-protegerin"])
def test_a_name_of_two_entities_is_an_error_however_it_is_spelt(folder, shared):
    folder.replace(
        "entities.ttl",
        'skos:definition "Calcium salts in the wall',
        f'skos:altLabel "{shared}" ; skos:definition "Calcium salts in the wall',
    )
    (problem,) = folder.problems()
    assert (problem.level, problem.rule) == ("error", "shared-name")
    assert "entity:vascular-calcification" in problem.message


def test_a_shared_name_that_is_declared_ambiguous_on_each_is_none(folder):
    folder.replace("entities.ttl", '"OPG", "TNFRSF11B"', '"OPG", "TNFRSF11B", "the receptor"')
    assert folder.problems() == []


def test_a_name_that_others_call_ambiguous_must_be_called_so_here_too(folder):
    folder.replace(
        "entities.ttl",
        'skos:definition "Calcium salts in',
        'skos:altLabel "The Receptor" ; skos:definition "Calcium salts in',
    )
    assert folder.rules() == {("error", "shared-name", "entity:vascular-calcification")}


def test_an_ambiguous_name_that_fits_one_entity_only_is_a_warning(folder):
    folder.replace("entities.ttl", '"OPG", "TNFRSF11B" ;\n    ckg:ambiguous-name "the receptor"', '"OPG", "TNFRSF11B"')
    assert folder.rules() == {("warning", "ambiguous-name", RANK)}


@pytest.mark.parametrize("again", ["osteoprotegerin", "Osteoprotegerin", "opg", " OPG "])
def test_a_name_given_twice_but_for_case_and_spaces_is_a_warning(folder, again):
    folder.replace("entities.ttl", '"OPG", "TNFRSF11B"', f'"OPG", "TNFRSF11B", "{again}"')
    assert folder.rules() == {("warning", "duplicate-name", OPG)}


@pytest.mark.parametrize("other", ["O.P.G", "osteo-protegerin", "osteoprotegerins"])
def test_other_ways_of_writing_a_name_are_welcome(folder, other):
    folder.replace("entities.ttl", '"OPG", "TNFRSF11B"', f'"OPG", "TNFRSF11B", "{other}"')
    assert folder.problems() == []


def swap(folder, one, other):
    folder.replace("entities.ttl", f'rdfs:label "{one}"', 'rdfs:label "?"')
    folder.replace("entities.ttl", f'rdfs:label "{other}"', f'rdfs:label "{one}"')
    folder.replace("entities.ttl", 'rdfs:label "?"', f'rdfs:label "{other}"')


def test_swapped_labels_are_errors_that_name_the_other_entity(folder):
    swap(folder, "osteoprotegerin", "RANK")
    swapped = {p.subject: p.message for p in folder.problems() if p.rule == "swapped-label"}
    assert swapped.keys() == {OPG, RANK}
    assert RANK in swapped[OPG]


def test_a_label_that_is_longer_than_its_id_is_caught_when_it_is_swapped(folder):
    swap(folder, "vascular smooth muscle cell calcification", "RANK")
    assert ("error", "swapped-label", "entity:vsmc-calcification") in folder.rules()


def test_two_labels_that_are_both_longer_than_their_ids_are_caught_when_swapped(folder):
    folder.add(
        "entities.ttl",
        'entity:vsmc-apoptosis a ckg:Process ; rdfs:label "vascular smooth muscle cell apoptosis" ;\n'
        '    skos:definition "x" ; ckg:no-match-reason "x" ; ckg:broader entity:vascular-calcification .\n',
    )
    assert folder.problems() == []
    swap(folder, "vascular smooth muscle cell calcification", "vascular smooth muscle cell apoptosis")
    assert {rule for _, rule, _ in folder.rules()} == {"swapped-label"}


def test_a_label_that_is_nothing_like_its_id_is_no_error_by_itself(folder):
    """A graph of one's own may have numbers for ids."""
    folder.add(
        "entities.ttl",
        'entity:e0001 a ckg:Process ; rdfs:label "itching" ; skos:definition "x" ; ckg:no-match-reason "x" ;\n'
        "    ckg:broader entity:vascular-calcification .\n",
    )
    assert folder.problems() == []
