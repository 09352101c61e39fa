"""What agents do elsewhere: against the effects of each asked alone, on a small world, and on the shipped graph."""

from __future__ import annotations

import random

import pytest
from worlds import World

from kg.errors import UsageError


def labels(effects):
    return [effect.entity.label for effect in effects]


@pytest.fixture
def world(tmp_path):
    """`drug` lowers both steps of a route to `b`; it raises `b` by another, harms, helps, and is disputed elsewhere."""
    return World(
        claims=[
            ("a", "increases", "m"), ("a", "increases", "n"), ("m", "increases", "b"), ("n", "increases", "b"),
            ("drug", "decreases", "m"), ("drug", "decreases", "n"), ("drug", "increases", "other"), ("other", "increases", "b"),
            ("drug", "increases", "far"), ("far", "increases", "farther"), ("farther", "increases", "late"),
            ("drug", "increases", "rash"), ("drug", "decreases", "pain"), ("drug", "increases", "fever"),
            ("drug", "decreases", "fever"), ("drug", "has-no-effect-on", "cough"), ("far", "increases", "itch"),
        ],
        kinds={"drug": "Drug", **dict.fromkeys(("b", "rash", "pain", "fever", "cough", "itch", "late"), "Disease")},
    ).load(tmp_path)  # fmt: skip


def test_the_target_the_harm_the_good_and_the_null_results_are_told_apart(world):
    found = world.interventions("b", sources="a")
    (profile,) = found.elsewhere  # one agent on two members: judged once
    assert profile.agent.id == "drug"
    assert [len(member.agents) for member in found.members] == [1, 1]
    assert [(effect.entity.id, effect.trace.verdict) for effect in profile.raising] == [("b", "contested")]
    assert str(profile.raising[0].best[1]) == "drug → other → b"
    assert labels(profile.harm) == ["rash", "itch"]  # short routes first; `late` is three steps away
    assert labels(profile.good) == ["pain"]
    assert labels(profile.contested) == ["fever"]
    assert [claim.object.id for claim in profile.nulls] == ["cough"]
    assert (profile.complete, profile.certificate.status, profile.certificate.max_steps) == (True, "complete", 2)
    assert str(profile) == "drug: harm: rash, itch; contested: fever; good: pain"
    assert found.profile(world.entity("drug")) is profile


def test_how_far_one_looks_can_be_said(world):
    assert labels(world.interventions("b", sources="a", elsewhere=1).elsewhere[0].harm) == ["rash"]
    assert labels(world.interventions("b", sources="a", elsewhere=3).elsewhere[0].harm) == ["rash", "itch", "late"]
    with pytest.raises(UsageError, match="at least 1"):
        world.interventions("b", sources="a", elsewhere=0)


def test_a_profile_is_found_once(world):
    first, again = (world.interventions("b", sources="a", most=most).elsewhere[0] for most in (2, 3))
    assert first is again
    assert world.interventions("b", sources="a", max_steps=3).elsewhere[0] is not first


def test_an_agent_that_does_not_raise_the_target_is_not_said_to(tmp_path):
    graph = World(
        claims=[("a", "increases", "m"), ("m", "increases", "b"), ("drug", "decreases", "m")], kinds={"drug": "Drug"}
    ).load(tmp_path)
    (profile,) = graph.interventions("b", sources="a").elsewhere
    assert profile.raising == ()
    assert [effect.trace.verdict for effect in profile.on_target] == ["decreases"]
    assert str(profile) == "drug: nothing found elsewhere"


def clinic(seed):
    """A route with two drugs on its step, and whatever else they may do to conditions and proteins, at random."""
    rng = random.Random(seed)
    drugs, conditions = ["drug", "drug2"], [f"c{number}" for number in range(5)]
    others = ["a", "b", "m", "p0", "p1", *conditions]
    acts = ["increases", "decreases", "affects", "has-no-effect-on", "positively-associated-with"]
    claims = [("a", "increases", "m"), ("m", "increases", "b"), *((drug, "decreases", "m") for drug in drugs)]
    for starts, number in ((drugs, 10), (others, 12)):
        claims += [(rng.choice(starts), rng.choice(acts), rng.choice(others)) for _ in range(number)]
    links = [("c0", "broader", "c1"), ("c2", "raised-state-of", "p0"), ("drug2", "broader", "drug")][: seed % 4]
    kinds = {**dict.fromkeys(drugs, "Drug"), **dict.fromkeys(conditions, "Disease")}
    return World(claims=claims, links=links, kinds=kinds)


@pytest.mark.parametrize("seed", range(60))
def test_it_tells_what_the_effects_of_the_agent_tell(tmp_path, seed):
    graph = clinic(seed).load(tmp_path)
    targets = ["b", "c1"][: 1 + seed % 2]
    found = graph.interventions(targets, sources="a", most=4)
    assert {profile.agent for profile in found.elsewhere} == set(found.agents)
    for profile in found.elsewhere:
        alone = graph.effects(profile.agent, max_steps=2)
        expected = [effect for effect in alone.conditions if effect.entity.id not in targets]
        assert [effect.to_dict() for effect in profile.effects.conditions] == [effect.to_dict() for effect in expected]
        assert profile.nulls == alone.nulls
        raised = {end for end in targets if graph.trace(profile.agent, end).verdict in ("increases", "contested")}
        assert {effect.entity.id for effect in profile.raising} == raised
        judged = [*profile.harm, *profile.good, *profile.contested, *profile.effects.judged("unsigned")]
        assert sorted(map(str, judged)) == sorted(map(str, expected))


def test_the_random_clinics_have_agents_that_harm_and_agents_that_raise_the_target(tmp_path):
    profiles = [
        profile
        for seed in range(60)
        for profile in clinic(seed).load(tmp_path / str(seed)).interventions("b", sources="a", most=4).elsewhere
    ]
    assert len(profiles) > 40
    for part in ("harm", "good", "contested", "nulls", "raising"):
        assert sum(bool(getattr(profile, part)) for profile in profiles) > 8, part


def test_a_search_for_harm_that_stops_at_its_budget_says_so(graph):
    ask = {"target": "vascular calcification", "sources": "CKD", "most": 4, "max_steps": 2}
    found = graph.interventions(**ask)
    assert found.elsewhere
    assert not found.stopped
    enough = graph.trace("CKD", "vascular calcification", max_steps=2).certificate.arcs_touched
    short = graph.interventions(**ask, budget=enough)
    assert short.certificate.status == "complete"
    assert not all(profile.complete for profile in short.elsewhere)
    assert short.stopped


def test_the_harm_of_agents_in_the_steroid_question_is_what_sparql_finds_on_the_direct_edges(graph):
    """For each agent what it raises or lowers in one step against what a patient wants, less what is contested."""
    found = graph.interventions("vascular calcification", sources="corticosteroids", most=8, elsewhere=1)
    wanted = {entity.id: entity.wanted for entity in graph.entities}
    assert {agent.id for agent in found.agents} == {
        "bisphosphonate",
        "sodium-thiosulfate",
        "dexamethasone",
        "vitamin-k1",
    }
    for profile in found.elsewhere:
        rows = graph.sparql(
            "SELECT ?x ?sign { GRAPH graph:direct { ?agent ?p ?x } ?p ckg:sign ?sign }", agent=profile.agent.iri
        ).rows
        signs: dict[str, set[int]] = {}
        for x, sign in rows:
            signs.setdefault(str(x).rsplit("/", 1)[-1], set()).add(int(str(sign)))
        direct = {name for name, found in signs.items() if found - {0} == {-wanted[name]} and wanted[name]}
        shown = {
            effect.entity.id for effect in profile.harm if effect.best[-effect.entity.wanted].steps[0].kind == "claim"
        }
        assert shown == direct - {"vascular-calcification"}
    harm = {profile.agent.id: labels(profile.harm) for profile in found.elsewhere}
    assert harm["sodium-thiosulfate"] == ["metabolic acidosis", "chemical peritonitis", "bone strength"]
