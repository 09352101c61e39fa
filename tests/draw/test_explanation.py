"""The picture of an explanation: who stands where, what the notes say, and the cap."""

from __future__ import annotations

import pytest

from kg.causal.cases.explanation import VERDICTS
from kg.draw.compose import compose
from kg.draw.explanation import of_routes
from kg.errors import UsageError
from kg.files import FileProblem


@pytest.fixture(scope="module")
def explanation(graph):
    return graph.explain_case("nazir-2015")


def diagram(explanation, **more):
    return of_routes(
        title="x",
        causes=[cause.entity for cause in explanation.causes],
        routes={finding.entity: finding.supporting[0] for finding in explanation.explained},
        others={v: [f.label for f in explanation.judged(v)] for v in VERDICTS if v != "explained"},
        certificate=explanation.certificate,
        **more,
    )


def test_conditions_stand_left_findings_right_and_what_is_both_in_between(explanation):
    drawn = diagram(explanation)
    boxes = {item.id.removeprefix("node-"): item.box for item in compose(drawn).of("node")}
    roles = {node.id: node.role for node in drawn.nodes}
    left = [boxes[name] for name, role in roles.items() if role == "source"]
    right = [boxes[name] for name, role in roles.items() if role == "target"]
    others = [boxes[name] for name, role in roles.items() if role not in ("source", "target")]
    assert max(box.right for box in left) < min(box.left for box in others)
    assert max(box.right for box in others) < min(box.left for box in right)
    assert (roles["calciphylaxis"], roles["serum-calcium"], roles["osteoprotegerin"]) == ("highlight", "highlight", "")


def test_every_explained_finding_has_its_best_route_and_the_others_are_named(explanation):
    drawn = diagram(explanation)
    arrows = {(arrow.source, arrow.target, arrow.sign) for arrow in drawn.arrows}
    for finding in explanation.explained:
        steps = {(s.source.id, s.target.id, s.sign) for s in finding.supporting[0].steps}
        assert steps <= arrows
    notes = " ".join(drawn.notes)
    assert all(finding.label in notes for finding in explanation.unexplained)
    assert "By definition: serum creatinine raised." in drawn.notes
    assert drawn.subtitle == "17 of 35 findings explained by routes of up to 4 steps"


def test_a_cap_leaves_out_whole_routes_and_names_their_findings(explanation):
    drawn = diagram(explanation, max_entities=10)
    assert len(drawn.nodes) <= 10
    ends = {node.id for node in drawn.nodes}
    notes = " ".join(drawn.notes)
    for finding in explanation.explained:
        assert finding.entity.id in ends or finding.entity.label in notes
    with pytest.raises(UsageError, match="too few"):
        diagram(explanation, max_entities=1)


def test_it_is_written_like_every_picture(explanation, tmp_path):
    assert explanation.draw() == explanation.draw()
    for ending in ("svg", "png", "pdf", "dot", "mmd"):
        assert explanation.draw(tmp_path / f"x.{ending}") == str(tmp_path / f"x.{ending}")
    with pytest.raises(FileProblem, match="exists"):
        explanation.draw(tmp_path / "x.svg")
    with pytest.raises(UsageError, match="form of picture"):
        explanation.draw(tmp_path / "x.docx")
