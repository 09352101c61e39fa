"""Definitions: missing ones, and circles."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("text", ["", ' skos:definition " " ;\n   '])
def test_an_entity_without_a_definition_is_an_error(folder, text):
    folder.replace("entities.ttl", 'skos:definition "Receptor of RANKL." ;\n   ', text)
    assert folder.rules() == {("error", "definition", "entity:rank")}


def test_a_circle_of_broader_links_is_an_error_that_shows_it(folder):
    folder.replace(
        "entities.ttl",
        "skos:closeMatch MESH:D061205",
        "skos:closeMatch MESH:D061205 ; ckg:broader entity:vsmc-calcification",
    )
    (problem,) = folder.problems()
    assert (problem.level, problem.rule) == ("error", "circle")
    assert "vascular-calcification broader vsmc-calcification broader vascular-calcification" in problem.message


def test_a_thing_that_is_a_kind_of_itself_is_a_circle(folder):
    folder.replace(
        "entities.ttl",
        "ckg:broader entity:vascular-calcification",
        "ckg:broader entity:vascular-calcification, entity:vsmc-calcification",
    )
    assert folder.rules() == {("error", "circle", "entity:vsmc-calcification")}


def test_circles_through_different_links_are_told_once_each(folder):
    """Three things in one circle through kinds, states and readouts; and two in another."""
    folder.add(
        "entities.ttl",
        "".join(
            f'entity:{name} a ckg:Phenotype ; rdfs:label "{name}" ; skos:definition "x" ; ckg:no-match-reason "x" ;\n'
            f"    ckg:{link} entity:{other} .\n"
            for name, link, other in (
                ("aa", "broader", "bb"), ("bb", "raised-state-of", "cc"), ("cc", "readout-of", "aa"),
                ("dd", "lowered-state-of", "ee"), ("ee", "broader", "dd"), ("ff", "broader", "aa"),
            )
        ),
    )  # fmt: skip
    told = [problem.message for problem in folder.problems()]
    assert len(told) == 2
    assert "aa broader bb raised-state-of cc readout-of aa" in told[0]
    assert "dd lowered-state-of ee broader dd" in told[1]
