"""Disputes: named sets, opposite findings on a pair, across kinds of it, and what differs between the sides."""

from __future__ import annotations

import itertools

import pytest
from worlds import World, random_world

from kg.causal.disputes import contrasts
from kg.errors import NotFound

HUMAN, MOUSE = {"species": "ckg:human"}, {"species": "ckg:mouse"}


def found(graph):
    return {dispute.id: {claim.id for claim in dispute.claims} for dispute in graph.disputes()}


def test_opposite_signs_and_nulls_on_one_pair_are_disputes_and_agreement_is_none(tmp_path):
    graph = World(
        claims=[
            ("a", "increases", "b"), ("a", "decreases", "b"), ("a", "causes", "c"), ("a", "has-no-effect-on", "c"),
            ("a", "increases", "d"), ("a", "contributes-to", "d"), ("a", "affects", "e"), ("a", "decreases", "e"),
            ("a", "positively-associated-with", "f"), ("a", "not-associated-with", "f"),
        ]
    ).load(tmp_path)  # fmt: skip
    assert found(graph) == {"a~b": {"c1", "c2"}, "a~c": {"c3", "c4"}, "a~f": {"c9", "c10"}}


def test_a_finding_on_a_kind_contrasts_with_one_on_its_class_and_siblings_do_not(tmp_path):
    graph = World(
        claims=[("a", "increases", "coronary"), ("a", "decreases", "vascular"), ("a", "increases", "aortic"),
                ("steroid", "increases", "x"), ("dexamethasone", "has-no-effect-on", "x"),
                ("sib1", "increases", "y"), ("sib2", "decreases", "y")],
        links=[("coronary", "broader", "vascular"), ("aortic", "broader", "vascular"),
               ("dexamethasone", "broader", "glucocorticoid"), ("glucocorticoid", "broader", "steroid"),
               ("sib1", "broader", "class"), ("sib2", "broader", "class")],
    ).load(tmp_path)  # fmt: skip
    assert found(graph) == {"a~vascular": {"c1", "c2", "c3"}, "steroid~x": {"c4", "c5"}}
    assert all("across kinds" in dispute.definition for dispute in graph.disputes())


def test_retracted_claims_take_no_side_and_refuted_ones_stand_against(tmp_path):
    graph = World(
        claims=[("a", "increases", "b"), ("a", "decreases", "b", {"status": "ckg:retracted"}),
                ("a", "increases", "c"), ("a", "increases", "c", {"certainty": "ckg:refuted"})]
    ).load(tmp_path)  # fmt: skip
    assert found(graph) == {"a~c": {"c3", "c4"}}


def test_what_differs_between_the_sides_is_told_and_what_they_share_is_not(tmp_path):
    graph = World(
        claims=[("a", "increases", "b", {**HUMAN, "exposure": '"low dose"', "tissue": "ckg:bone"}),
                ("a", "decreases", "b", {**MOUSE, "exposure": '"high dose"', "tissue": "ckg:bone"}),
                ("a", "decreases", "b", MOUSE)]
    ).load(tmp_path)  # fmt: skip
    (dispute,) = graph.disputes()
    assert dispute.differences == [
        ("species", [("raises", ("human",)), ("lowers", ("mouse",))]),
        ("dose or exposure", [("raises", ("low dose",)), ("lowers", ("high dose",))]),
    ]
    assert [(side, len(claims)) for side, claims in dispute.sides] == [("raises", 1), ("lowers", 2)]


def brute_force(graph):
    """All general pairs with two claims on comparable pairs that take different sides."""
    above = {entity.id: {entity.id} for entity in graph.entities}
    for _ in graph.entities:
        for link in graph.links:
            if link.kind == "broader":
                above[link.source.id] |= above[link.target.id]
    expected = {}
    for one, other in itertools.combinations([c for c in graph.claims() if c.status != "retracted"], 2):
        if one.side == other.side or "no sign" in (one.side, other.side):
            continue
        tops = []
        for a, b in ((one.subject.id, other.subject.id), (one.object.id, other.object.id)):
            tops.append({x for x, y in ((a, b), (b, a)) if x in above[y]})
        for pair in itertools.product(*tops):
            expected.setdefault("~".join(pair), set()).update({one.id, other.id})
    return expected


@pytest.mark.parametrize("seed", range(60))
def test_random_worlds_give_what_brute_force_gives(tmp_path, seed):
    graph = random_world(seed, entities=5, claims=20, links=6).load(tmp_path)
    assert found(graph) == brute_force(graph)
    claims, links = graph.claims(), graph.links
    assert contrasts([], claims[::-1], links[::-1]) == contrasts([], claims, links)


def test_the_shipped_disputes(graph):
    disputes = {dispute.id: dispute for dispute in graph.disputes()}
    assert sum(dispute.named for dispute in disputes.values()) == 52
    assert all(len(dispute.claims) > 1 for dispute in disputes.values())
    across = disputes["warfarin~mortality"]
    assert {claim.object.id for claim in across.claims} == {"mortality", "calciphylaxis-mortality"}
    assert dict(across.differences)["endpoint"][0] == ("raises", ("calciphylaxis mortality",))
    assert [(side, len(claims)) for side, claims in disputes["steroid-opg"].sides] == [("raises", 1), ("lowers", 5)]
    assert len(graph.where(species="human").disputes()) < len(disputes)


def test_a_dispute_goes_by_its_id_or_label_and_those_about_an_entity_can_be_asked_for(graph):
    assert graph.dispute("steroid-opg") == graph.dispute("Steroids and osteoprotegerin")
    about = {dispute.id for dispute in graph.disputes("OPG")}
    assert {"osteoprotegerin", "steroid-opg"} <= about
    for dispute in graph.disputes():
        ends = {end.id for claim in dispute.claims for end in (claim.subject, claim.object)}
        assert ("osteoprotegerin" in ends) == (dispute.id in about)
    with pytest.raises(NotFound, match="kg disputes"):
        graph.dispute("steroid-opk")
