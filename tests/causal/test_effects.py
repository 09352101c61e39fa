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
        assert effect.trace.verdict == graph.trace("corticosteroids", effect.entity, max_steps=4).verdict
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
    found = graph.effects(agent, max_steps=3)
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
    found = {str(effect.entity): effect for effect in graph.effects("sodium thiosulfate", max_steps=3).conditions}
    assert [claim.id for claim in found["calciphylaxis"].beside if claim.null] == ["kim-2018-1"]
    assert found["calciphylaxis"].best[-1].support.nulls == 1
    assert found["calciphylaxis"].judgement == "good"


def test_a_null_result_on_a_kind_of_an_outcome_stands_beside_the_outcome(graph, tmp_path):
    found = {str(effect.entity): effect for effect in graph.effects("sodium thiosulfate").conditions}
    told = {claim.object.id for claim in found["mortality"].beside}
    assert told == {"calciphylaxis-mortality"}
    assert all(found["mortality"].against(claim) for claim in found["mortality"].beside)
    world = World(
        claims=[("drug", "decreases", "ill"), ("drug", "positively-associated-with", "ill"),
                ("drug", "negatively-associated-with", "ill"), ("drug", "has-no-effect-on", "part")],
        links=[("part", "broader", "ill")], kinds=dict.fromkeys(["ill", "part"], "Disease"),
    ).load(tmp_path)  # fmt: skip
    (effect,) = world.effects("drug").conditions
    assert [(claim.predicate, effect.against(claim)) for claim in effect.beside] == [
        ("positively-associated-with", True), ("negatively-associated-with", False), ("has-no-effect-on", True)
    ]  # fmt: skip


def test_effects_are_certified_and_say_what_a_spent_budget_left_unjudged(graph):
    whole, cut = graph.effects("warfarin"), graph.effects("warfarin", budget=3)
    assert (whole.certificate.status, whole.unfinished) == ("complete", ())
    assert whole.certificate.counts[1] == sum(len(effect.trace.increasing) for effect in whole.conditions)
    assert cut.certificate.status == "budget"
    assert cut.unfinished
