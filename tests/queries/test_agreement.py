"""What SPARQL can only half answer, against the other half in Python: where they must agree, and where they differ.

Most queries on routes speak of walks of up to three or four steps on the signed double cover. `kg.causal.routes` speaks
of the simple routes of a trace. On the same steps (no kinds of the source, signed routes only) and up to the same
length it finds nothing that the query does not; on the shipped data, at these lengths, both find the same. What a trace
adds, kinds of the source and unsigned steps, is stated where it shows.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from asking import rows
from walking import kinds_of
from worlds import World

from kg.causal import routes
from kg.causal.whatif import surviving

STEROID, HORMONE, LUPUS = "corticosteroid", "parathyroid-hormone", "systemic-lupus-erythematosus"
VESSEL, DISEASE = "vascular-calcification", "calciphylaxis"


def paths(graph, source, target, most=4, **options):
    """The signed routes of a trace without kinds of the source: the steps of the signed double cover."""
    found = graph.trace(source, target, max_steps=most, specialize=False, **options)
    return [path for path in found.paths if path.sign]


def distinct(found):
    """One path for each sequence of states: a claim and a definition of one sign are one step of the double cover."""
    by_states = {}
    for path in found:
        sign, states = 1, []
        for step in path.steps:
            sign *= step.sign
            states.append((step.target.id, sign))
        by_states.setdefault(tuple(states), path)
    return list(by_states.values())


def ends(worlds, count):
    """Each small world with some of its entities."""
    for seed, small in worlds.items():
        yield small, random.Random(seed).sample([entity.id for entity in small.entities], count)


def any_of(check, worlds, count):
    """Runs a check on each small world; whether any of them had something to agree on."""
    found = [check(small, *some) for small, some in ends(worlds, count)]
    return any(found)


# --- intermediates, and those on every route -------------------------------------------------------------------------


def check_intermediates(graph, source, target):
    found = [path for path in distinct(paths(graph, source, target)) if len(path) > 1]
    every = set(routes.essential(found))
    expected = [(p.entity.id, p.routes, len(found), p.entity in every) for p in routes.intermediates(found)]
    assert sorted(rows(graph, "intermediates", "entity routes of every", source=source, target=target)) == sorted(
        expected
    )
    return every


def test_intermediates_and_essential_ones_are_the_same_up_to_four_steps(graph, worlds):
    assert check_intermediates(graph, LUPUS, DISEASE) == set()
    assert check_intermediates(graph, "warfarin", "matrix-gla-protein") == {graph.entity("mgp-carboxylation")}
    assert any_of(check_intermediates, worlds, 2)


def test_a_trace_adds_kinds_of_the_source_to_the_intermediates(graph):
    told = {row[0] for row in rows(graph, "intermediates", "entity", source=STEROID, target=VESSEL)}
    added = {p.entity.id for p in routes.intermediates(graph.trace(STEROID, VESSEL).paths)} - told
    assert {"glucocorticoid", "long-term-corticosteroid-exposure"} <= added


# --- where routes meet, and shared intermediates -------------------------------------------------------------------------


def meetings(graph, source, other, target):
    found = routes.meeting_points(paths(graph, source, target), paths(graph, other, target))
    return {(m.entity.id, m.sign > 0): (m.steps, m.other_steps) for m in found}


def walked(graph, name, **parameters):
    found = rows(graph, name, "entity raised steps otherSteps", **parameters)
    return {(entity, raised): tuple(steps) for entity, raised, *steps in found}


def test_meeting_points_of_the_shipped_graph_are_the_same(graph):
    found = meetings(graph, HORMONE, STEROID, VESSEL)
    assert found == walked(graph, "where-routes-meet")
    assert found["osteoprotegerin", False] == found["rank-nf-kb-signaling", True] == (1, 1)
    assert found["rankl", True] == (1, 2)


def test_no_meeting_point_of_simple_routes_is_missing_among_those_of_walks(worlds):
    more = 0
    for small, (source, other, target) in ends(worlds, 3):
        of_walks = walked(small, "where-routes-meet", source=source, other=other, target=target)
        for meeting, steps in meetings(small, source, other, target).items():
            if meeting[0] not in (source, other):  # on a route of the one cause, the other may be an intermediate
                assert meeting in of_walks
                assert all(near <= far for near, far in zip(of_walks[meeting], steps, strict=True))
                of_walks.pop(meeting)
        more += len(of_walks)
    assert more, "walks should sometimes meet where routes do not"


def test_risk_factors_share_the_same_intermediates_with_warfarin(graph):
    found = defaultdict(dict)
    for factor, *key, steps, other in rows(
        graph, "risk-factors-sharing-intermediates", "factor entity raised steps otherSteps"
    ):
        found[factor][tuple(key)] = (steps, other)
    assert len(found) > 20
    for factor, shared in found.items():
        assert shared == meetings(graph, "warfarin", factor, DISEASE)
    assert found["protein-c-deficiency"]["hypercoagulability", True] == (1, 1)
    assert not meetings(graph, "warfarin", "female-sex", DISEASE)


# --- what acts against a route, and the brakes that are lowered ----------------------------------------------------------


def opposed(graph, source, target):
    raising = [path for path in paths(graph, source, target) if path.sign > 0]
    kinds = [graph.entity(name) for name in kinds_of(graph, source)]
    found = routes.opposing(raising, graph.edges, spare=kinds)
    return {(o.edge.subject.id, o.edge.object.id, "raises" if o.edge.sign > 0 else "lowers"): o.steps for o in found}


def opposed_on_walks(graph, source, target):
    found = rows(graph, "treatments-against-a-route", "treatment entity does steps", source=source, target=target)
    return {tuple(key): steps for *key, steps in found}


def test_treatments_against_the_steroid_routes_are_the_same(graph):
    found = opposed(graph, STEROID, VESSEL)
    assert found == opposed_on_walks(graph, STEROID, VESSEL)
    assert found["denosumab", "rankl", "lowers"] == 2
    assert found["infliximab", "tnf-alpha", "lowers"] == 3


def test_no_treatment_against_simple_routes_is_missing_among_those_against_walks(worlds):
    both = more = 0
    for small, (source, target) in ends(worlds, 2):
        simple, of_walks = opposed(small, source, target), opposed_on_walks(small, source, target)
        assert all(of_walks.get(key, 9) <= steps for key, steps in simple.items())
        both, more = both + len(simple), more + len(of_walks.keys() - simple.keys())
    assert both
    assert more


def check_brakes(graph, target, condition):
    found = defaultdict(set)
    for factor, inhibitor in rows(graph, "inhibitors-lowered", "factor inhibitor", target=target, condition=condition):
        if len({factor, inhibitor, target}) == 3:  # no route visits an entity twice
            found[factor].add(inhibitor)
    causes = {c.subject.id for c in graph.claims() if c.live and c.sign == 1 and c.object.id == condition} - {target}
    for factor in causes:
        two_steps = paths(graph, factor, target, most=2, definitions=False)
        assert {entity.id for entity in routes.brakes(two_steps)} == found.pop(factor, set())
    assert not found
    return causes


def test_the_inhibitors_that_risk_factors_lower_are_the_brakes_of_two_step_routes(graph, worlds):
    check_brakes(graph, VESSEL, DISEASE)
    assert any_of(check_brakes, worlds, 2)
    three = routes.brakes(paths(graph, "warfarin", VESSEL, most=3))
    assert graph.entity("matrix-gla-protein") in three  # two steps away, so that the query does not tell it
    assert "warfarin" not in {row[0] for row in rows(graph, "inhibitors-lowered", "factor")}


# --- routes that avoid an entity ------------------------------------------------------------------------------------------


def check_avoiding(graph, source, target, without):
    found = distinct(routes.avoiding(paths(graph, source, target, most=3), [graph.entity(without)]))
    expected = [(len(path), path.sign, *([e.id for e in path.entities[1:-1]] + [None, None])[:2]) for path in found]
    given = {"source": source, "target": target, "without": without}
    told = rows(graph, "routes-that-avoid", "steps sign first second", **given)
    assert sorted(told, key=str) == sorted(expected, key=str)
    smaller = graph.without(without)
    assert distinct(paths(smaller, source, target, most=3)) == found
    return told


def test_interleukin_1_and_tnf_alpha_reach_calcification_without_rankl(graph):
    assert (2, 1, "proinflammatory-cytokine", None) in check_avoiding(graph, "interleukin-1", VESSEL, "rankl")
    assert (1, 1, None, None) in check_avoiding(graph, "tnf-alpha", VESSEL, "rankl")


def test_routes_that_avoid_are_the_same_up_to_three_steps(worlds):
    assert any_of(check_avoiding, worlds, 3)


def test_routes_read_as_those_of_a_trace(graph):
    told = {row[0] for row in rows(graph, "routes-in-three-steps", "route")}
    assert told == {str(path) for path in paths(graph, STEROID, VESSEL, most=3, definitions=False)}
    assert "corticosteroid ⊣ osteoprotegerin ⊣ RANKL → vascular calcification" in told
    told = {row[0] for row in rows(graph, "routes-that-avoid", "route", without="female-sex")}
    plain = {str(path).replace("⇒", "→").replace("⇏", "⊣") for path in paths(graph, "interleukin-1", VESSEL, most=3)}
    assert told == plain


# --- what falls with a source ----------------------------------------------------------------------------------------------


def causal_edges(graph):
    return {(a, key, b) for a, b, key, kind in graph.network.edges(keys=True, data="kind") if kind == "claim"}


def check_fall(graph, source, pairs):
    claims = routes.leaning(graph.claims(), graph.source(source))
    smaller = graph.without(claims=claims)
    told = rows(graph, "what-falls-without-a-source", "subject predicate object stepFalls", source=source)
    causal = {row for row in told if graph.schema.predicates[row[1]].causal}
    assert {row[:3] for row in causal} == causal_edges(graph) - causal_edges(smaller)
    signs = {name: predicate.sign for name, predicate in graph.schema.predicates.items()}
    gone = {(subject, target, signs[predicate]) for subject, predicate, target, falls in causal if falls}
    count = 0
    for trace in (graph.trace(*pair) for pair in pairs):
        by_steps = [
            path
            for path in trace.paths
            if any(step.claims and (step.source.id, step.target.id, step.sign) in gone for step in path.steps)
        ]
        fallen = routes.fallen(trace.paths, claims)
        assert fallen == by_steps
        assert {*trace.paths} - {*fallen} == {path for arm in surviving(trace, claims).values() for path in arm}
        count += len(fallen)
    return count


def test_what_falls_with_the_founding_report(graph):
    assert check_fall(graph, "nazir-2015", [(STEROID, VESSEL), (LUPUS, DISEASE)])
    smaller = graph.without(claims=routes.leaning(graph.claims(), graph.source("nazir-2015")))
    before, after = graph.verdicts(), smaller.verdicts()
    flipped = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    # SPARQL tells the edges; that these verdicts turn with them takes the traces.
    assert flipped["thiosulfate-calciphylaxis"] == ("contested", "decreases")
    assert "steroids-vascular-calcification" not in flipped


def test_a_cited_work_takes_the_reports_of_it_along(graph):
    told = rows(graph, "what-falls-without-a-source", "statement told", source="nazir-2015-ref-4")
    assert told
    assert all(reports == 1 for _, reports in told)
    check_fall(graph, "nazir-2015-ref-4", [(STEROID, VESSEL)])


def test_what_falls_is_what_goes_when_the_claims_go(worlds):
    assert sum(check_fall(small, "s1", [pair]) for small, pair in ends(worlds, 2))


# --- roots ------------------------------------------------------------------------------------------------------------------


def voices_of(graph, subject, target):
    """The independent and the unresolved voices of each edge that the query tells."""
    told = defaultdict(lambda: (set(), set()))
    for says, voice, how in rows(graph, "root-sources", "says voice how", subject=subject, object=target):
        told[says.replace(" ", "-")][how == "unresolved"].add(voice)
    return {key: (independent, unresolved - independent) for key, (independent, unresolved) in told.items()}


def chained(edge):
    """Whether a cited work tells the same second hand from another."""
    second_hand = {c.source.id for c in edge.claims if c.basis == "second-hand" and c.cites}
    return any(work.id in second_hand for c in edge.claims for work in c.cites)


def test_root_sources_are_the_voices_of_every_edge(graph, worlds):
    assert not any(chained(edge) for edge in graph.edges)  # so that both agree throughout the shipped data
    for one in [graph, *worlds.values()]:
        for edge in one.edges:
            independent, unresolved = (set(part) for part in routes.roots(edge.claims))
            if not chained(edge):
                told = voices_of(one, edge.subject.id, edge.object.id)[edge.predicate]
                assert told == (independent, unresolved), edge


def test_python_follows_a_chain_of_citations_that_the_query_does_not(tmp_path):
    told = {"basis": "ckg:second-hand"}
    graph = World(
        claims=[
            ("a", "increases", "b", {**told, "source": "source:late", "cites": "source:early"}),
            ("a", "increases", "b", {**told, "source": "source:early", "cites": "source:root"}),
            ("a", "increases", "b", {"source": "source:root"}),
        ],
        sources=("late", "early", "root"),
    ).load(tmp_path)  # fmt: skip
    assert voices_of(graph, "a", "b") == {"increases": ({"early", "root"}, set())}
    assert routes.roots(graph.claims()) == (("root",), ())


# --- steps seen in animals or cells only, words of a route -------------------------------------------------------------------


def check_unseen(graph, source, target):
    trace = graph.trace(source, target)
    told = set(rows(graph, "seen-only-in-animals-or-cells", "subject object sign"))
    steps = {step for path in trace.paths for step in path.steps if step.claims}
    found = set(routes.unseen_in(trace.paths))
    assert found == {step for step in steps if (step.source.id, step.target.id, step.sign) in told}
    return found


def test_steps_never_seen_in_people_are_the_same_on_a_trace(graph, worlds):
    words = {str(step) for step in check_unseen(graph, STEROID, VESSEL)}
    assert "osteoprotegerin decreases vascular calcification" in words  # mice only
    assert "corticosteroid increases RANK-mediated NF-kB signaling" not in words
    assert any_of(check_unseen, worlds, 2)


def test_the_words_of_the_steroid_routes_are_the_same(graph):
    told = {row[0] for row in rows(graph, "glossary-of-a-route", "entity")}
    assert told == {entity.id for entity in routes.glossary(paths(graph, STEROID, VESSEL, most=3))}
    whole = {entity.id for entity in routes.glossary(graph.trace(STEROID, VESSEL, max_steps=3).paths)}
    assert {"dexamethasone", "long-term-corticosteroid-exposure"} <= whole - told  # kinds of the source


def test_no_word_of_a_simple_route_is_missing_among_those_of_walks(worlds):
    more = 0
    for small, (source, target) in ends(worlds, 2):
        told = {row[0] for row in rows(small, "glossary-of-a-route", "entity", source=source, target=target)}
        simple = {entity.id for entity in routes.glossary(paths(small, source, target, most=3))}
        assert simple <= told
        more += len(told - simple)
    assert more


# --- loops and net effects ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def flagged(graph):
    found = rows(graph, "feedback-loops", "entity reinforcing balancing")
    return {
        (e, kind) for e, *kinds in found for kind, yes in zip(("reinforcing", "balancing"), kinds, strict=True) if yes
    }


def test_loops_of_walks_hold_every_simple_loop_and_more(graph, flagged):
    simple = {
        (step.source.id, loop.kind)
        for loop in graph.loops(max_steps=6).loops
        for step in loop.steps
        if loop.sign and step.kind == "claim"  # the query begins with a claim
    }
    assert simple < flagged
    assert ("rankl", "reinforcing") in simple
    # A walk may take up a loop of either sign on its way, so that it flags more than simple loops give.
    assert ("dkk1", "balancing") in flagged - simple


@pytest.mark.parametrize("source", ["warfarin", STEROID])
def test_net_effects_of_walks_hold_those_of_every_trace_and_more(graph, source):
    told = {e: (up, down) for e, up, down in rows(graph, "net-effects", "entity raised lowered", source=source)}
    beyond = 0
    for entity in graph.entities:
        if entity.id != source:
            signs = {path.sign for path in paths(graph, source, entity)}
            raised, lowered = told.get(entity.id, (False, False))
            assert signs <= {sign for sign, told_so in ((1, raised), (-1, lowered)) if told_so}
            beyond += raised + lowered > len(signs)
    assert beyond
