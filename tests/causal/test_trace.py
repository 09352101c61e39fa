"""Traces: arms, verdicts, order, mechanisms, certificate."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_search import make
from worlds import World, random_world

import kg
from kg.causal.mechanisms import mechanisms
from kg.errors import UsageError
from kg.model import Path


def test_each_verdict(tmp_path):
    graph = World(
        claims=[
            ("up", "increases", "x"), ("down", "decreases", "x"), ("both", "increases", "x"),
            ("both", "decreases", "x"), ("odd", "affects", "x"), ("up", "has-no-effect-on", "y"),
        ]
    ).load(tmp_path)  # fmt: skip
    verdicts = {name: graph.trace(name, "x").verdict for name in ("up", "down", "both", "odd", "y")}
    assert verdicts == {"up": "increases", "down": "decreases", "both": "contested", "odd": "unsigned", "y": "no path"}


def test_a_null_result_is_no_path_but_counts_against(tmp_path):
    graph = World(claims=[("a", "increases", "b"), ("a", "has-no-effect-on", "b")]).load(tmp_path)
    trace = graph.trace("a", "b")
    assert trace.verdict == "increases"
    assert trace.increasing[0].support.against == 1
    assert trace.increasing[0].steps[0].disputed


def test_a_budget_is_never_turned_into_no_path(tmp_path):
    graph = World(claims=[("a", "increases", "b"), ("b", "increases", "c")]).load(tmp_path)
    stopped = graph.trace("a", "c", budget=1)
    assert (stopped.verdict, stopped.certificate.status) == ("none found", "budget")
    assert graph.trace("c", "a").verdict == "no path"


def test_k_is_per_arm_and_the_verdict_regards_both(tmp_path):
    world = World(
        claims=[("a", "increases", f"m{n}") for n in range(4)]
        + [(f"m{n}", sign, "b") for n in range(4) for sign in ("increases", "decreases")]
    )
    trace = world.load(tmp_path).trace("a", "b", k=2)
    assert [len(trace.arm(sign)) for sign in (1, -1, 0)] == [2, 2, 0]
    assert trace.certificate.status == "k reached"
    assert trace.certificate.counts[1] == 4
    one_arm = world.load(tmp_path).trace("a", "b", sign=-1)
    assert (one_arm.verdict, one_arm.increasing, len(one_arm.decreasing)) == ("contested", [], 4)


@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from(["steps", "support"]))
def test_k_best_are_the_first_of_all(seed, k, order):
    trace, cut = _both(seed, k, order)
    for sign in (1, -1, 0):
        assert [str(path) for path in cut.arm(sign)] == [str(path) for path in trace.arm(sign)][:k]


def _both(seed, k, order):
    from kg.causal.network import Network
    from kg.causal.trace import Question, trace

    nodes, claims, links = make(seed, claims=30)
    network = Network.of(nodes, claims, links)
    ends = {"sources": (nodes[0],), "targets": (nodes[-1],), "max_steps": 5, "order": order}
    return trace(network, Question(**ends)), trace(network, Question(**ends, k=k))


@given(st.integers(0, 10**6))
def test_routes_are_ordered_by_steps_then_generalizations_then_support(seed):
    trace, _ = _both(seed, 1, "steps")
    for sign in (1, -1, 0):
        keys = [
            (len(path), path.generalizations, [-part for part in path.support.strength] if path.support else [-(10**9)])
            for path in trace.arm(sign)
        ]
        assert keys == sorted(keys)


@given(st.integers(0, 10**6))
def test_mechanisms_follow_the_grouping_rule(seed):
    trace, _ = _both(seed, 1, "steps")
    for sign in (1, -1, 0):
        paths = trace.arm(sign)
        groups = mechanisms(paths)
        assert Counter(str(p) for group in groups for p in group.paths) == Counter(str(p) for p in paths)
        left = list(paths)
        # replay: the largest group first, each as large as the rule says at its turn
        for group in sorted((g for g in groups if g.key), key=lambda g: -len(g.paths)):
            counts = Counter(entity for path in left for entity in path.entities[1:-1])
            assert len(group.paths) == max(counts.values()) == counts[group.key]
            left = [path for path in left if path not in set(group.paths)]
        assert all(len(path) == 1 for path in left)
        assert [group.paths[0] for group in groups] == sorted((g.paths[0] for g in groups), key=paths.index)


def test_ties_between_mechanisms_go_to_shorter_routes_then_names(tmp_path):
    graph = World(
        claims=[("a", "increases", "z"), ("z", "increases", "m"), ("m", "increases", "b"), ("z", "increases", "b"),
                ("m", "increases", "q"), ("q", "increases", "b"), ("a", "increases", "m")]
    ).load(tmp_path)  # fmt: skip
    trace = graph.trace("a", "b")
    through = Counter(entity.id for path in trace.increasing for entity in path.entities[1:-1])
    assert through["m"] > through["z"]
    assert trace.mechanisms["increasing"][0].label in ("m", "z")
    assert {m.label: len(m.paths) for m in trace.mechanisms["increasing"]} == {"m": through["m"], "z": 1}


def test_definitions_flip_and_are_marked(tmp_path):
    graph = World(
        claims=[("drug", "increases", "low"), ("quantity", "increases", "x")],
        links=[("low", "lowered-state-of", "quantity")],
        kinds={"low": "Disease"},
    ).load(tmp_path)
    (path,) = graph.trace("drug", "x").decreasing
    assert [step.kind for step in path.steps] == ["claim", "definition", "claim"]
    assert path.steps[1].support is None
    assert graph.trace("drug", "x", definitions=False).verdict == "no path"


@pytest.mark.parametrize("kind", ["Drug", "Exposure", "Procedure"])
def test_a_rise_of_the_substance_does_not_mean_it_was_given(tmp_path, kind):
    graph = World(
        claims=[("a", "increases", "hormone"), ("infusion", "increases", "b")],
        links=[("infusion", "raised-state-of", "hormone")],
        kinds={"infusion": kind},
    ).load(tmp_path)
    assert graph.trace("a", "b").verdict == "no path"


def test_kinds_of_the_source_and_exposures_to_it_are_taken_in_and_must_be_followed_by_a_claim(tmp_path):
    graph = World(
        claims=[("kind", "increases", "x"), ("course", "decreases", "x"), ("grandkind", "increases", "y")],
        links=[("kind", "broader", "cls"), ("grandkind", "broader", "kind"), ("course", "raised-state-of", "cls")],
        kinds={"course": "Exposure", "kind": "Drug", "cls": "DrugClass"},
    ).load(tmp_path)
    trace = graph.trace("cls", "x")
    assert trace.verdict == "contested"
    assert {path.steps[0].kind for path in trace.paths} == {"specialization"}
    assert str(graph.trace("cls", "y").increasing[0]) == "cls ∋ grandkind → y"
    assert graph.trace("cls", "kind").verdict == "no path"  # no claim follows
    assert graph.trace("cls", "x", specialize=False).verdict == "no path"


def test_mixed_settings_are_said(tmp_path):
    bone, vessel = {"tissue": "ckg:bone", "species": "ckg:mouse"}, {"tissue": "ckg:vessel", "species": "ckg:mouse"}
    graph = World(claims=[("a", "increases", "b", bone), ("b", "increases", "c", vessel)]).load(tmp_path)
    settings = graph.trace("a", "c").increasing[0].settings
    assert (settings.tissues, settings.mixed_tissues, settings.mixed_species) == (("bone", "vessel"), True, False)
    assert str(settings) == "mixes bone and vessel"


def test_an_arm_that_rests_on_one_source_says_so(tmp_path):
    graph = World(
        claims=[("a", "decreases", "m", {"source": "source:preprint"}), ("m", "increases", "b"), ("m", "increases", "c"),
                ("c", "increases", "b"), ("a", "increases", "b", {"source": "source:s1"}),
                ("a", "increases", "b", {"source": "source:s2"})]
    ).load(tmp_path)  # fmt: skip
    trace = graph.trace("a", "b")
    assert "All 2 decreasing routes rest on preprint" in trace.rests_on
    assert "no step hangs on a single source" in trace.rests_on


@pytest.mark.parametrize(
    "limits",
    [{"max_steps": 0}, {"max_steps": -3}, {"k": 0}, {"budget": 0}, {"sign": 2}, {"order": "random"}],
)
def test_limits_that_make_no_sense_are_refused(graph, limits):
    with pytest.raises(UsageError):
        graph.trace("warfarin", "calciphylaxis", **limits)


def test_same_entity_at_both_ends_is_refused(graph):
    with pytest.raises(UsageError, match="different"):
        graph.trace("OPG", "osteoprotegerin")


@pytest.mark.parametrize("seed", range(8))
def test_flipping_every_sign_of_the_last_step_swaps_the_arms(tmp_path, seed):
    world = random_world(seed, claims=20, links=0)
    flip = {"increases": "decreases", "decreases": "increases", "causes": "treats-or-prevents",
            "contributes-to": "treats-or-prevents", "treats-or-prevents": "causes"}  # fmt: skip
    flipped = World(
        claims=[(s, flip.get(p, p) if o == "e1" else p, o, extra) for s, p, o, extra in world.claims],
        kinds=world.kinds, entities=world.entities,
    )  # fmt: skip
    one = world.load(tmp_path / "a").trace("e0", "e1")
    two = flipped.load(tmp_path / "b").trace("e0", "e1")
    assert (len(one.increasing), len(one.decreasing)) == (len(two.decreasing), len(two.increasing))


@pytest.mark.parametrize("seed", range(60))
def test_flipping_every_sign_between_two_entities_that_all_routes_join_swaps_the_arms(tmp_path, seed):
    """A cut: each route goes from `x` to `y` once, so with the signs of those claims the arms change places."""
    rng = random.Random(seed)
    before, after = ([f"{side}{n}" for n in range(3)] for side in "ab")
    names = [("e0", *before, "x"), ("y", *after, "e1")]
    predicates = ["increases", "decreases", "increases", "decreases", "affects"]
    sides = [(*rng.sample(side, 2), rng.choice(predicates)) for side in names for _ in range(rng.randint(2, 8))]
    around = [(one, sign, other) for one, other, sign in sides]
    cut = [("x", rng.choice(predicates), "y", {"source": f"source:s{n}"}) for n in range(rng.randint(1, 3))]
    turned = {"increases": "decreases", "decreases": "increases", "affects": "affects"}
    plain = World([*around, *cut], entities=("e0", "e1")).load(tmp_path / "plain").trace("e0", "e1", max_steps=9)
    flipped = World([*around, *((a, turned[p], b, more) for a, p, b, more in cut)], entities=("e0", "e1"))
    other = flipped.load(tmp_path / "flipped").trace("e0", "e1", max_steps=9)
    for sign in (1, -1, 0):
        routes = {tuple(entity.id for entity in path.entities) for path in plain.arm(sign)}
        assert routes == {tuple(entity.id for entity in path.entities) for path in other.arm(-sign)}
        assert plain.certificate.counts[sign] == other.certificate.counts[-sign]
    swapped = {"increases": "decreases", "decreases": "increases"}
    assert other.verdict == swapped.get(plain.verdict, plain.verdict)


def test_the_flagship_has_the_routes_and_the_counts_of_the_design(graph):
    trace = graph.trace("corticosteroids", "vascular calcification")
    plain = graph.trace("corticosteroids", "vascular calcification", specialize=False)
    assert trace.verdict == plain.verdict == "contested"
    assert (trace.certificate.counts[1], trace.certificate.counts[-1]) == (70, 64)
    assert (plain.certificate.counts[1], plain.certificate.counts[-1]) == (32, 24)
    assert trace.certificate.status == "complete"
    raising, lowering = {str(path) for path in trace.increasing}, {str(path) for path in trace.decreasing}
    assert "corticosteroid ⊣ osteoprotegerin ⊣ RANKL → vascular calcification" in raising
    assert "corticosteroid → RANK-mediated NF-kB signaling → vascular calcification" in raising
    assert (
        "corticosteroid ⊣ osteoprotegerin ⊣ RANKL → RANK-mediated NF-kB signaling → vascular calcification" in raising
    )
    assert "corticosteroid ⊣ proinflammatory cytokine → vascular calcification" in lowering
    assert "corticosteroid ⊣ NF-kB signaling → vascular calcification" in lowering
    step = next(p for p in trace.increasing if str(p).startswith("corticosteroid ⊣ osteoprotegerin")).steps[0]
    assert [(claim.id, claim.place) for claim in step.claims] == [
        ("nazir-2015-32", "Discussion, squeezed offsets 4069-4168")
    ]


def test_definitional_steps_work_where_they_must(graph):
    coronary = graph.trace("coronary artery calcification", "vascular calcification")
    assert str(coronary.increasing[0]) == (
        "coronary artery calcification ⇒ arterial calcification ⇒ vascular calcification"
    )
    assert coronary.increasing[0].generalizations == 2
    assert graph.trace("hypercalcemia", "serum calcium", max_steps=1).verdict == "increases"
    assert graph.trace("serum calcium", "hypercalcemia", max_steps=1).verdict == "increases"
    culture = graph.trace("dexamethasone", "vascular calcification").increasing
    proxy = next(p for p in culture if p.entities[-2].id == "vsmc-calcification-in-vitro")
    assert (proxy.steps[-1].kind, proxy.steps[-1].link) == ("definition", "readout-of")
    assert graph.trace("vascular calcification", "vsmc-calcification-in-vitro", max_steps=1).verdict == "no path"


def test_a_path_knows_its_parts(graph):
    path = graph.trace("corticosteroids", "vascular calcification").increasing[1]
    assert isinstance(path, Path)
    assert [entity.id for entity in path.entities] == ["corticosteroid", "osteoprotegerin", "vascular-calcification"]
    assert (path.sign, len(path)) == (1, 2)
    assert path.weakest.support == path.support == min(step.support for step in path.steps)
    assert kg.load().trace("corticosteroids", "vascular calcification").increasing[1] == path


def test_null_results_and_associations_on_the_very_pair_stand_beside_the_routes(graph, tmp_path):
    world = World(
        claims=[("a", "increases", "b"), ("a", "has-no-effect-on", "b"), ("a", "positively-associated-with", "b"),
                ("a", "not-associated-with", "c"), ("a", "not-associated-with", "b", {"status": "ckg:retracted"})]
    ).load(tmp_path)  # fmt: skip
    assert [claim.id for claim in world.trace("a", "b").beside] == ["c2", "c3"]
    assert [claim.id for claim in world.trace("a", ["b", "c"]).beside] == ["c2", "c3", "c4"]
    nulls = [claim for claim in graph.trace("sodium thiosulfate", "calciphylaxis mortality").beside if claim.null]
    assert len(nulls) == 3


def test_a_route_that_passes_a_hypothesis_says_so_even_where_another_step_is_weaker(tmp_path):
    guess = {"certainty": "ckg:hypothesized"}
    graph = World(
        claims=[("a", "increases", "b", guess), ("a", "increases", "b", {**guess, "source": "source:s2"}),
                ("b", "increases", "c", {"certainty": "ckg:known"})],
    ).load(tmp_path)  # fmt: skip
    (path,) = graph.trace("a", "c").increasing
    assert (str(path.weakest), str(path.softest)) == ("b increases c", "a increases b")
    assert path.worth == "1 independent source; known; but only hypothesized: a increases b"
    (known,) = graph.trace("b", "c").increasing
    assert known.worth == "1 independent source; known"
