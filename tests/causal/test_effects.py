"""Both sides of a treatment: judged by which way a patient wants a condition to go."""

from __future__ import annotations

import pytest
from worlds import World

from kg.errors import UsageError


def judged(graph, agent):
    return {str(effect.entity): effect.judgement for effect in graph.effects(agent).conditions}


def test_each_judgement(tmp_path):
    graph = World(
        claims=[("drug", "decreases", "ill"), ("drug", "increases", "worse"), ("drug", "increases", "m"), ("m", "decreases", "relieved"),
                ("drug", "increases", "both"), ("drug", "decreases", "both"), ("drug", "affects", "dim"),
                ("drug", "increases", "protein"), ("drug", "has-no-effect-on", "unmoved"),
                ("drug", "positively-associated-with", "beside"), ("drug", "increases", "gone", {"status": "ckg:retracted"})],
        kinds={"drug": "Drug", **dict.fromkeys(["ill", "worse", "relieved", "both", "dim", "unmoved", "beside", "gone"], "Disease")},
    ).load(tmp_path)  # fmt: skip
    assert judged(graph, "drug") == {
        "ill": "good", "worse": "harmful", "both": "contested", "dim": "unsigned", "relieved": "good"
    }  # fmt: skip
    found = graph.effects("drug")
    assert [claim.object.id for claim in found.nulls] == ["unmoved"]
    assert [claim.object.id for claim in found.associations] == ["beside"]
    assert "protein" in {claim.object.id for claim in found.direct}
    assert "gone" not in {claim.object.id for claim in found.direct}
    with pytest.raises(UsageError, match="good, harmful"):
        found.judged("bad")


def test_the_verdict_on_a_condition_is_that_of_its_trace(graph):
    for effect in graph.effects("corticosteroids").conditions:
        assert effect.trace.verdict == graph.trace("corticosteroids", effect.entity, max_steps=3).verdict
        assert set(effect.best) == {sign for sign in (1, -1) if effect.trace.arm(sign)}


@pytest.mark.parametrize(
    ("agent", "good", "harmful"),
    [
        ("warfarin", set(), {"calciphylaxis", "vascular-calcification"}),
        ("corticosteroids", {"systemic-lupus-erythematosus"}, {"striae-distensae", "osteoporosis"}),
        ("sodium thiosulfate", {"calciphylaxis"}, {"metabolic-acidosis"}),
        ("cinacalcet", {"calciphylaxis"}, {"hypoparathyroidism"}),
        ("parathyroidectomy", {"hyperparathyroidism", "calciphylaxis"}, {"hypoparathyroidism"}),
    ],
)
def test_the_treatments_that_must_be_right(graph, agent, good, harmful):
    found = graph.effects(agent)
    assert good <= {effect.entity.id for effect in found.judged("good")}
    assert harmful <= {effect.entity.id for effect in found.judged("harmful")}


def test_null_results_stand_beside_the_effects(graph):
    assert {claim.predicate for claim in graph.effects("sodium thiosulfate").nulls} <= {
        "has-no-effect-on",
        "not-associated-with",
    }
    assert len(graph.effects("sodium thiosulfate").nulls) == 7


def test_healing_is_wanted_up_and_death_down(graph):
    assert graph.entity("wound-healing").wanted == 1
    assert graph.entity("mortality").wanted == -1
    assert graph.entity("calciphylaxis").wanted == -1
    assert graph.entity("rankl").wanted == 0


def test_a_null_result_stands_beside_the_effect_that_it_speaks_against(graph):
    found = {str(effect.entity): effect for effect in graph.effects("sodium thiosulfate").conditions}
    assert [claim.id for claim in found["calciphylaxis"].beside if claim.null] == ["kim-2018-1"]
    assert found["calciphylaxis"].best[-1].support.nulls == 1
    assert found["calciphylaxis"].judgement == "good"
