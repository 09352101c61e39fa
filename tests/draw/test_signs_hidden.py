"""A picture that asks for its signs: every step alike, with a question mark, and nothing that tells."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import sketches
from sketches import definition, edge, entity, path, step, trace

from kg.draw import diagram_of, draw, scene_of
from kg.draw.forms import dot, mermaid
from kg.draw.quiz import QUESTION, without_signs
from kg.model import Path

A, B, C, D = (entity(name) for name in "abcd")
GENERAL = "What raises and lowers what"
"""The usual title of a picture of a graph."""
TELLING = re.compile(r"rais|lower|increas|decreas|unsigned|up\b|down\b|disput|hypothe|arrow|\bbar\b|→|⊣", re.IGNORECASE)


def shown(text: str) -> str:
    """What tells something in an SVG: words, classes and ids, without the question itself."""
    return (
        re.sub(r' (?:d|viewBox|style)="[^"]*"', "", text)
        .replace(QUESTION, "")
        .replace("raises or lowers?", "")
        .replace(GENERAL, "")
    )


def test_every_step_has_the_same_plain_stroke_and_a_question_mark(flagship):
    scene = scene_of(flagship, signs=False)
    strokes = {tuple((m.role, m.stroke, m.dash) for m in item.marks) for item in scene.of("step")}
    assert len(strokes) == 1
    assert [item.classes[:2] for item in scene.of("step")] == [("question", "plain")] * len(scene.of("step"))
    assert scene.texts.count("?") == len(scene.of("step")) + 1
    assert len(scene.of("step")) == len({item.ends for item in scene.of("step")})


def test_question_marks_lie_above_all_lines(flagship):
    items = [item for item in scene_of(flagship, signs=False).items if item.kind in ("step", "text")]
    marks = [place for place, item in enumerate(items) if item.id.startswith("question-")]
    assert min(marks) > max(place for place, item in enumerate(items) if item.kind == "step")


def test_the_same_entities_are_drawn_and_the_legend_explains_what_is_there(flagship):
    told, asked = diagram_of(flagship), diagram_of(flagship, signs=False)
    assert {node.id for node in asked.nodes} == {node.id for node in told.nodes}
    assert {(a.source, a.target) for a in asked.arrows} == {(a.source, a.target) for a in told.arrows}
    entries = [item.classes[0] for item in scene_of(flagship, signs=False).of("legend")]
    assert entries[0] == "question"
    assert not {
        "increases",
        "decreases",
        "affects",
        "definition",
        "opposite",
        "raising",
        "lowering",
        "disputed",
        "hypothesized",
    } & set(entries)


@pytest.mark.parametrize("name", ["trace", "path", "edges"])
def test_nothing_in_the_svg_tells_a_sign(graph, flagship, name):
    thing = {"trace": flagship, "path": flagship.decreasing[-1], "edges": graph.edges}[name]
    options = {"links": graph.links, "max_entities": 25} if name == "edges" else {}
    text = draw(thing, signs=False, **options)
    ElementTree.fromstring(text)
    names = sorted((e.label for e in graph.entities), key=len, reverse=True)
    left = shown(text)
    for label in [*names, *(e.id for e in graph.entities)]:
        left = left.replace(label, "")
    assert TELLING.findall(left) == []
    assert TELLING.findall(shown(draw(thing, **options)))  # the probe finds what a telling picture tells


def test_definitions_and_synonyms_are_left_out_of_tooltips(graph, flagship):
    text = draw(flagship, signs=False)
    for node in diagram_of(flagship).nodes:
        assert not node.entity.definition or node.entity.definition not in text
        assert node.entity.label in text


def test_any_signs_give_the_same_picture():
    def routes(one, two, three, four):
        return trace(path(A, B, D, signs=(one, two)), path(A, C, D, signs=(three, four)))

    asked = {
        draw(routes(*signs), signs=False) for signs in ((1, 1, -1, 1), (-1, 1, 1, 1), (1, -1, -1, -1), (-1, 1, -1, -1))
    }
    assert len(asked) == 1


def test_opposite_steps_between_two_entities_become_one_question():
    both = [edge(A, 1, B), edge(A, -1, B)]
    (arrow,) = diagram_of(both, signs=False).arrows
    assert (arrow.id, arrow.kind, arrow.sign, arrow.end) == ("step-a--b", "question", 0, "plain")
    assert draw(both, signs=False) == draw(both[:1], signs=False)


def test_definitions_associations_and_doubts_are_asked_like_the_rest():
    doubtful = step(A, 1, B, certainty="hypothesized", against=(sketches.claim(A, -1, B),))
    asked = diagram_of(Path((doubtful, definition(B, "lowered-state-of", C))), signs=False)
    assert {(arrow.kind, arrow.hypothetical, arrow.disputed, arrow.arms) for arrow in asked.arrows} == {
        ("question", False, False, ())
    }
    associated = diagram_of([edge(A, -1, B, causal=False)], signs=False)
    assert associated.arrows[0].kind == "question"


def test_what_is_thick_stays_thick(flagship):
    asked = diagram_of(flagship, signs=False, highlight=flagship.increasing[2])
    thick = {(arrow.source, arrow.target) for arrow in asked.arrows if arrow.bold}
    assert thick == {(s.source.id, s.target.id) for s in flagship.increasing[2].steps}


def test_text_forms_ask_too():
    asked = without_signs(diagram_of(path(A, B, C, signs=(1, -1))))
    assert dot(asked).count('label="?"') == 2
    assert dot(asked).count("arrowhead=none") == 2
    assert mermaid(asked).count('|"?"|') == 2
    assert not TELLING.findall(mermaid(asked).replace(QUESTION, ""))


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "dot", "mmd"])
def test_every_form_of_file_is_written(flagship, tmp_path, ending):
    file = tmp_path / f"quiz.{ending}"
    flagship.draw(file, signs=False)
    assert file.stat().st_size > 500
