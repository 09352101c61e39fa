"""The picture of a cut: what is drawn, how members and agents are marked, what the legend and the notes say."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from worlds import World

from kg.draw.compose import compose
from kg.draw.diagram import CHANGES
from kg.draw.forms import dot, mermaid
from kg.draw.intervention import AGENTS, of_cut
from kg.draw.measure import text_width
from kg.draw.routing import hits
from kg.draw.scene import Shape, Words
from kg.draw.select import of_trace
from kg.draw.svg import svg
from kg.errors import UsageError
from kg.files import FileProblem

ASKED = {
    "kidney": ("vascular calcification", "CKD", {"most": 4}),
    "lupus": ("calciphylaxis", "SLE", {"most": 6}),
    "steroids": ("vascular calcification", "corticosteroids", {"most": 8}),
    "steps": ("calciphylaxis", "SLE", {"most": 7, "by": "steps"}),
    "none": ("vascular calcification", "corticosteroids", {}),
    "essential": ("hypercalcemia", "IL-6", {}),
}


@pytest.fixture(scope="module")
def answers(graph):
    found = {
        name: graph.interventions(target, sources=source, **more) for name, (target, source, more) in ASKED.items()
    }
    chosen = graph.cut("vascular calcification", sources="corticosteroids", entities=["RANKL", "NF-kB signaling"])
    return {**found, "chosen": chosen}


def diagram(answer):
    """The diagram of an answer, as its `draw` makes it."""
    members = answer.cuts[0].members if hasattr(answer, "cuts") and answer.cuts else getattr(answer, "members", ())
    left = answer.uncuttable if hasattr(answer, "uncuttable") else answer.left[1]
    parts = [(member.what, member.verb, member.acting) for member in members]
    return of_cut(trace=answer.trace, members=parts, left=left, told="what is taken")


@pytest.mark.parametrize("name", [*ASKED, "chosen"])
def test_the_best_route_of_each_raising_mechanism_is_drawn_and_no_lowering_one(answers, name):
    answer = answers[name]
    drawn = diagram(answer)
    on_routes = {(a.source, a.target, a.sign) for a in drawn.arrows if a.arms}
    for mechanism in answer.trace.mechanisms["increasing"]:
        assert {(s.source.id, s.target.id, s.sign) for s in mechanism.best.steps} <= on_routes
    assert {arms for a in drawn.arrows for arms in a.arms} == {1}
    raising = [a.key for a in of_trace(answer.trace).arrows if 1 in a.arms]
    assert {a.key for a in drawn.arrows if a.arms} >= {*raising}


@pytest.mark.parametrize("name", ["kidney", "lupus", "steroids", "essential", "chosen"])
def test_each_member_is_marked_with_its_direction_and_its_agents_act_on_it(answers, name):
    answer = answers[name]
    members = answer.members if name == "chosen" else answer.cuts[0].members
    drawn = diagram(answer)
    marks = {node.id: node.change for node in drawn.nodes if node.change}
    assert marks == {member.what.id: member.verb for member in members}
    arrows = {(a.source, a.target, a.sign) for a in drawn.arrows}
    roles = {node.id: node.role for node in drawn.nodes}
    acting = [path for member in members for path in member.acting[:AGENTS]]
    for path in acting:
        assert {(s.source.id, s.target.id, s.sign) for s in path.steps} <= arrows
        assert roles[path.entities[0].id] in ("agent", "source")
    assert {name for name, role in roles.items() if role == "agent"} <= {path.entities[0].id for path in acting}
    assert bool(acting) == ("agent" in roles.values())


def test_a_cut_of_steps_marks_the_steps(answers):
    drawn = diagram(answers["steps"])
    broken = {(a.source, a.target) for a in drawn.arrows if a.broken}
    assert broken == {(m.what.source.id, m.what.target.id) for m in answers["steps"].cuts[0].members}
    for item in compose(drawn).of("step"):
        slashes = [mark for mark in item.marks if isinstance(mark, Shape) and mark.role == "broken"]
        assert len(slashes) == (2 if item.ends in broken else 0)


@pytest.mark.parametrize("name", [*ASKED, "chosen"])
def test_nothing_overlaps_and_names_and_badges_stay_inside_their_nodes(answers, name):
    scene = compose(diagram(answers[name]))
    boxes = {item.id.removeprefix("node-"): item.box for item in scene.of("node")}
    assert [(a, b) for (a, here), (b, there) in combinations(boxes.items(), 2) if here.overlaps(there)] == []
    assert [item.id for item in scene.of("step") if hits(item.spline, boxes, item.ends)] == []
    for item in scene.of("node"):
        words = [mark for mark in item.marks if isinstance(mark, Words)]
        left = min(mark.x - text_width(mark.text, mark.size, mark.bold) / 2 for mark in words)
        right = max(mark.x + text_width(mark.text, mark.size, mark.bold) / 2 for mark in words)
        assert item.box.left <= left < right <= item.box.right
        for badge in (mark for mark in item.marks if isinstance(mark, Shape) and mark.role.startswith("cut ")):
            xs = [x for _, points in badge.moves for x, _ in points]
            ys = [y for _, points in badge.moves for _, y in points]
            assert item.box.left + 3 <= min(xs) < max(xs) <= left - 2
            assert item.box.top + 3 <= min(ys) < max(ys) <= item.box.bottom - 3


@pytest.mark.parametrize("name", [*ASKED, "chosen"])
def test_the_legend_explains_each_mark_that_is_there_and_no_other(answers, name):
    drawn = diagram(answers[name])
    legend = {item.id.removeprefix("legend-") for item in compose(drawn).of("legend")}
    assert {e for e in legend if e.startswith("cut-")} == {f"cut-{node.change}" for node in drawn.nodes if node.change}
    assert ("agent" in legend) == any(node.role == "agent" for node in drawn.nodes)
    assert ("broken" in legend) == any(arrow.broken for arrow in drawn.arrows)
    assert ("bold" in legend) == any(arrow.bold for arrow in drawn.arrows)


def test_thick_is_the_best_route_that_is_left(answers):
    for name, left in (("lupus", answers["lupus"].uncuttable), ("chosen", answers["chosen"].left[1])):
        bold = {(a.source, a.target, a.sign) for a in diagram(answers[name]).arrows if a.bold}
        assert bold == {(s.source.id, s.target.id, s.sign) for s in left[0].steps}
    assert not any(arrow.bold for arrow in diagram(answers["steroids"]).arrows)
    assert diagram(answers["chosen"]).notes[0] == "Left open: 31 of 70 raising routes; the best of them is drawn thick."


def test_the_marks_of_a_cut_differ_by_shape_not_by_colour(answers):
    """A triangle down, a triangle up, a cross: told apart without colour, and unlike the diamond of a dispute."""
    shapes = {}
    for name in ("kidney", "chosen"):
        for item in compose(diagram(answers[name])).of("legend"):
            if item.id.startswith("legend-cut-"):
                shapes[item.id] = [m for m in item.marks if isinstance(m, Shape)]
    assert set(shapes) == {"legend-cut-lower", "legend-cut-raise", "legend-cut-remove"}
    assert len({mark.fill for marks in shapes.values() for mark in marks[:1]}) == 1
    forms = {name: [(mark.role, len(mark.moves)) for mark in marks[1:]] for name, marks in shapes.items()}
    assert forms["legend-cut-remove"] == [("cross", 2), ("cross", 2)]
    down, up = (shapes[f"legend-cut-{way}"][1].moves for way in ("lower", "raise"))
    tip = [max if moves is down else min for moves in (down, up)]
    for moves, farthest in zip((down, up), tip, strict=True):
        ys = [point[1] for _, points in moves for point in points]
        assert ys.count(farthest(ys)) == 1


def test_text_forms_say_what_the_marks_say(answers):
    kidney, steps = diagram(answers["kidney"]), diagram(answers["steps"])
    assert 'label="hyperphosphatemia\\n(to be lowered)"' in dot(kidney)
    assert 'label="calcitriol\\n(to be raised)"' in dot(kidney)
    assert re.search(r'"hemodialysis" \[.*peripheries=2', dot(kidney))
    assert '("uremic toxin (to be lowered)")' in mermaid(kidney)
    assert '[["hemodialysis"]]' in mermaid(kidney)
    assert 'label="to be broken"' in dot(steps)
    assert mermaid(steps).count('"to be broken"') == 7
    drawn = svg(compose(kidney))
    assert all(
        words in drawn for words in (CHANGES["lower"], CHANGES["raise"], "acts from outside in the wanted direction")
    )
    assert "hyperphosphatemia (Phenotype)\nto be lowered\n" in drawn


def test_only_the_best_supported_agents_are_drawn_and_the_others_counted(tmp_path):
    drugs = [f"drug{number}" for number in range(AGENTS + 2)]
    graph = World(
        claims=[("a", "increases", "m"), ("m", "increases", "b"), *((drug, "decreases", "m") for drug in drugs)],
        kinds=dict.fromkeys(drugs, "Drug"),
    ).load(tmp_path)  # fmt: skip
    drawn = diagram(graph.interventions("b", sources="a"))
    assert sum(node.role == "agent" for node in drawn.nodes) == AGENTS
    assert drawn.notes[-1] == "Not drawn: further agents, 2 on m."


def test_a_member_on_no_best_route_is_drawn_with_the_best_route_through_it(tmp_path):
    graph = World(
        claims=[("a", "increases", "m"), ("m", "increases", "b"), ("m", "increases", "n"), ("n", "increases", "b")],
        entities=["idle"],
    ).load(tmp_path)
    outcome = graph.cut("b", sources="a", entities=["n", "idle"])
    drawn = diagram(outcome)
    assert [mechanism.label for mechanism in outcome.trace.mechanisms["increasing"]] == ["m"]
    assert {(a.source, a.target) for a in drawn.arrows} == {("a", "m"), ("m", "b"), ("m", "n"), ("n", "b")}
    assert {node.id: node.change for node in drawn.nodes if node.change} == {"n": "lower", "idle": "remove"}


def test_it_is_written_like_every_picture(answers, tmp_path):
    for answer in (answers["kidney"], answers["chosen"]):
        folder = tmp_path / type(answer).__name__
        folder.mkdir()
        assert answer.draw() == answer.draw()
        for ending in ("svg", "png", "pdf", "dot", "mmd"):
            assert answer.draw(folder / f"x.{ending}") == str(folder / f"x.{ending}")
            assert (folder / f"x.{ending}").stat().st_size > 500
        with pytest.raises(FileProblem, match="exists"):
            answer.draw(folder / "x.svg")
        with pytest.raises(UsageError, match="form of picture"):
            answer.draw(folder / "x.docx")


def test_another_cut_can_be_drawn_and_one_that_is_not_there_is_refused(answers):
    found = answers["steroids"]
    assert "medial arterial calcification" in found.draw(cut=1)
    assert found.draw(cut=1) != found.draw(cut=0)
    for number in (4, -1):
        with pytest.raises(UsageError, match="There are 4, counted from 0"):
            found.draw(cut=number)


def test_nothing_to_cut_and_no_set_small_enough_are_said_in_the_picture(graph, answers):
    assert "No set of up to 3 cuts it; it takes 8" in answers["none"].draw()
    nothing = graph.interventions("warfarin", sources="calciphylaxis").draw()
    assert "No route of up to 4 steps was found that raises it: nothing to cut." in nothing


def test_the_title_of_the_picture_says_the_cut(answers):
    assert "Taken: raise calcitriol" in answers["kidney"].draw()
    assert "Without RANKL and NF-kB signaling: contested; 31 of 70 routes still raise it" in answers["chosen"].draw()
