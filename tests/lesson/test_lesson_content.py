"""What a lesson holds: which routes, which citations, how the sign follows, and how to ask the same again."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import subprocess
import sys
from itertools import pairwise

import pytest
from asked import ASKED

from kg.cli.main import run
from kg.lesson import Asked, lesson, words
from kg.model import ARMS
from kg.narrowing import Narrowing

pytestmark = pytest.mark.usefixtures("laid_out_once")

NAMES = [*ASKED, "narrowed"]
QUIZ = pytest.mark.parametrize("quiz", [False, True])
EVERY = pytest.mark.parametrize("name", NAMES)


def cited(told):
    """All citations in the order of the data."""
    steps = [said for route in told.routes for step in route.steps for said in (*step.claims, *step.against)]
    return [*told.beside, *steps]


# --- routes ---------------------------------------------------------------------------------------------------------


@EVERY
def test_the_first_route_of_each_signed_arm_is_told_and_an_unsigned_one_only_alone(traces, name):
    trace = traces[name]
    signed = [trace.arm(sign)[0] for sign in (1, -1) if trace.arm(sign)]
    assert [route.path for route in lesson(trace).routes] == (signed or trace.unsigned[:1])


@EVERY
def test_every_arm_with_routes_is_told_or_remarked_on(traces, name):
    told = lesson(traces[name])
    signs = {route.path.sign for route in told.routes}
    counts = traces[name].certificate.counts
    missing = [sign for sign in ARMS if counts[sign] and sign not in signs]
    assert len(told.remarks) == len(missing)
    for sign, remark in zip(missing, told.remarks, strict=True):
        assert str(counts[sign]) in remark
        assert ("does not list" in remark) == (not traces[name].arm(sign))


def test_the_other_routes_are_counted_by_what_they_pass(traces):
    raising, lowering = lesson(traces["contested without kinds"]).routes
    assert raising.others.startswith("31 more raise it, through osteoprotegerin (15), ")
    assert lowering.others.startswith("23 more lower it, through proinflammatory cytokine (9), ")
    assert "none is better supported" in raising.others
    strongest = traces["contested"].arms["increasing"].strongest
    assert words.told(strongest) in lesson(traces["contested"]).routes[0].others
    assert lesson(traces["by definition alone"]).routes[0].others == "none"


def test_a_search_that_was_cut_counts_only_as_far_as_it_went(traces):
    cut = lesson(traces["the first only"])
    assert cut.routes[0].others == "at least 3 more raise it; none of those listed is better supported"
    for name in ("the first only", "stopped with routes"):
        assert "as far as the search went" in lesson(traces[name]).verdict
    assert "as far as" not in lesson(traces["contested"]).verdict


@EVERY
def test_the_weakest_step_is_that_of_the_path(traces, name):
    for route in lesson(traces[name]).routes:
        weakest = route.weakest
        assert (weakest.step if weakest else None) == route.path.weakest
        assert [step.number for step in route.steps] == list(range(1, len(route.path) + 1))


# --- citations ------------------------------------------------------------------------------------------------------


@QUIZ
@EVERY
def test_references_are_numbered_without_gaps_and_each_is_cited(traces, name, quiz):
    told = lesson(traces[name], quiz=quiz)
    numbers = [reference.number for reference in told.references]
    assert numbers == list(range(1, len(numbers) + 1))
    used = {number for said in cited(told) for number in (said.reference, *said.cites)}
    assert used == set(numbers)
    assert len({reference.source for reference in told.references}) == len(numbers)


@EVERY
def test_every_claim_of_the_routes_and_beside_them_is_cited_and_no_other(traces, name):
    trace, told = traces[name], lesson(traces[name])
    steps = [step for route in told.routes for step in route.path.steps]
    on_routes = {claim for step in steps for claim in (*step.claims, *step.against)}
    assert set(told.claims) == on_routes | set(trace.beside) == {said.claim for said in cited(told)}
    assert set(told.claims) <= set(trace.claims)


@EVERY
def test_a_number_leads_to_the_source_of_its_claim_and_to_the_works_it_cites(traces, name):
    told = lesson(traces[name])
    by_number = {reference.number: reference for reference in told.references}
    for said in cited(told):
        assert by_number[said.reference].source == said.claim.source
        assert said.claim in by_number[said.reference].claims
        assert [by_number[number].source for number in said.cites] == list(said.claim.cites)
        assert all(said.reference in by_number[number].cited_by for number in said.cites)


def test_numbers_run_in_the_order_of_reading(traces):
    for name in NAMES:
        told = lesson(traces[name])
        met = dict.fromkeys(number for said in cited(told) for number in (said.reference, *said.cites))
        assert list(met) == sorted(met)
        asked = lesson(traces[name], quiz=True)
        steps = [said for route in asked.routes for step in route.steps for said in (*step.claims, *step.against)]
        met = dict.fromkeys(n for said in (*steps, *asked.beside) for n in (said.reference, *said.cites))
        assert list(met) == sorted(met)


def test_the_glossary_holds_the_entities_of_the_routes_or_the_ends(traces):
    told = lesson(traces["contested without kinds"])
    assert [entity.label for entity in told.glossary] == [
        "corticosteroid", "osteoprotegerin", "proinflammatory cytokine", "vascular calcification",
    ]  # fmt: skip
    assert [entity.label for entity in lesson(traces["no path"]).glossary] == ["vascular calcification", "warfarin"]


# --- signs ----------------------------------------------------------------------------------------------------------


def test_the_working_ends_with_the_net_sign_of_every_route(traces):
    for trace in traces.values():
        for path in trace.paths[:400]:
            working = words.working(path)
            assert len(working) == len(path) - 1
            for line, following in pairwise(working):
                assert following.startswith(line.split(" = ")[1] + " × ")
            claimed = any(step.kind == "claim" for step in path.steps)
            if working and claimed:
                assert working[-1].endswith(f" = {words.NET[path.sign]}")


@pytest.mark.parametrize(
    ("first", "second", "working"),
    [
        ("increases", "increases", "raises × raises = raises"),
        ("increases", "decreases", "raises × lowers = lowers"),
        ("decreases", "increases", "lowers × raises = lowers"),
        ("decreases", "decreases", "lowers × lowers = raises"),
        ("affects", "decreases", "no sign × lowers = no sign"),
        ("decreases", "affects", "lowers × no sign = no sign"),
    ],
)
def test_how_signs_multiply(world, first, second, working):
    trace = world(("a", first, "b"), ("b", second, "c")).trace("a", "c")
    assert words.working(trace.paths[0]) == (working,)


def test_definitions_go_the_same_or_the_opposite_way(world):
    graph = world(
        ("drug", "increases", "level"),
        links=[("low-state", "lowered-state-of", "level"), ("high-state", "raised-state-of", "level")],
        kinds={"drug": "Drug", "low-state": "Disease", "high-state": "Disease"},
    )
    down, up = graph.trace("drug", "low-state").paths[0], graph.trace("drug", "high-state").paths[0]
    assert words.working(down) == ("raises × opposite way = lowers",)
    assert words.working(up) == ("raises × same way = raises",)
    assert words.story(down) == "Drug raises level, which when lowered is low-state."
    assert words.working(graph.trace("low-state", "high-state").paths[0]) == ("opposite way × same way = opposite way",)


# --- words ----------------------------------------------------------------------------------------------------------


def test_a_kind_or_an_exposure_is_told_as_such(world):
    graph = world(
        ("child", "decreases", "target"), ("use", "increases", "target"),
        links=[("child", "broader", "parent"), ("use", "raised-state-of", "parent")],
        kinds={"child": "Drug", "parent": "DrugClass", "use": "Exposure"},
    )  # fmt: skip
    trace = graph.trace("parent", "target")
    assert words.story(trace.decreasing[0]) == "Child, a kind of parent, lowers target."
    assert words.story(trace.increasing[0]) == "Use, an exposure to parent, raises target."
    assert words.sentence(trace.decreasing[0].steps[0]) == "child is a kind of parent"


@pytest.mark.parametrize(
    ("extras", "sure", "caution", "verb"),
    [
        ({"certainty": "ckg:known"}, "worded as known", None, "raises"),
        ({"certainty": "ckg:supported"}, "stated or shown", None, "raises"),
        ({"certainty": "ckg:hypothesized"}, "a possibility only", "Only hypothesized", "may raise"),
        ({"certainty": "ckg:disputed"}, "called disputed by its own source", "Only hypothesized", "may raise"),
        ({}, "do not say", None, "raises"),
        ({"status": "ckg:draft"}, "do not say", "Read by one person only", "raises"),
    ],
)
def test_how_sure_a_step_is_is_told_in_words(world, extras, sure, caution, verb):
    step = world(("a", "increases", "b", extras)).trace("a", "b").paths[0].steps[0]
    assert sure in words.sure(step)
    assert words.sentence(step) == f"a {verb} b"
    assert bool(words.cautions(step)) == (caution is not None)
    assert caution is None or words.cautions(step)[0].startswith(caution)


def test_what_contradicts_a_step_and_a_generalization_are_told(world):
    graph = world(
        ("a", "increases", "b"), ("a", "has-no-effect-on", "b"), ("a", "decreases", "b"),
        links=[("b", "broader", "c")],
    )  # fmt: skip
    first, second = graph.trace("a", "c").increasing[0].steps
    assert "Contradicted: 2 claims against it." in words.cautions(first)
    assert words.cautions(second) == ("A generalization: what holds for a kind need not hold for its class.",)
    assert [said.claim.id for said in lesson(graph.trace("a", "c")).routes[0].steps[0].against] == ["c2", "c3"]


def test_where_it_was_seen_is_told_as_the_claims_state_it(world):
    graph = world(
        ("a", "increases", "b", {"species": "ckg:mouse", "tissue": "ckg:soft-tissue"}),
        ("a", "causes", "b", {"species": "ckg:human"}), ("b", "increases", "c", {"tissue": "ckg:bone"}),
        ("c", "increases", "d"),
    )  # fmt: skip
    steps = graph.trace("a", "d").paths[0].steps
    assert [words.seen(step) for step in steps] == [
        "humans and mice; soft tissue", "species not stated; bone", "species and tissue not stated",
    ]  # fmt: skip


def test_names_keep_their_letters_at_the_beginning_of_a_sentence():
    assert [words.opening(text) for text in ("mTOR rises", "RANKL", "beta-blocker", "")] == [
        "mTOR rises", "RANKL", "Beta-blocker", "",
    ]  # fmt: skip


# --- asking again ---------------------------------------------------------------------------------------------------


@QUIZ
@pytest.mark.parametrize("name", ["contested", "contested without kinds", "several ends", "unsigned", "no path"])
def test_both_lines_give_the_same_lesson(traces, capsys, name, quiz):
    told = lesson(traces[name], quiz=quiz)
    code = run(shlex.split(told.again.shell)[1:])
    assert code == (1 if name == "no path" else 0)
    assert capsys.readouterr().out == told.markdown()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(told.again.python)
    assert printed.getvalue() == told.markdown() + "\n"


def test_what_a_trace_cannot_tell_of_its_graph_is_told_in_words(traces):
    told = lesson(traces["narrowed"])
    assert "species human" in told.again.narrowed
    assert "without rankl" in told.again.narrowed
    assert told.again.narrowed in told.markdown().replace("\\", "")
    assert lesson(traces["contested without kinds"]).again.narrowed == ""


def test_how_it_was_asked_makes_the_lines_whole(traces):
    narrowing = Narrowing(
        species=("human",), years="2000-2010", drafts=False, unstated=True, without=("RANKL",), without_source=("s-1",)
    )
    asked = Asked(narrowing, data="my data")
    again = lesson(traces["narrowed"], asked=asked).again
    assert again.narrowed == ""
    assert again.shell == (
        "kg --data 'my data' explain corticosteroid calciphylaxis -n 4 --species human --years 2000-2010 --no-drafts "
        "--unstated --without RANKL --without-source s-1"
    )
    assert (
        'kg.open("my data").where(species=["human"], years=(2000, 2010), drafts=False, unstated=True)'
        '.without("RANKL", sources=["s-1"]).trace("corticosteroid", "calciphylaxis", max_steps=4).lesson().markdown()'
    ) in again.python


# --- the house ------------------------------------------------------------------------------------------------------


def test_a_lesson_knows_neither_rdf_nor_the_graph_nor_the_command():
    code = "import kg.lesson, kg.lesson.markdown, kg.lesson.page, kg.lesson.writing, kg.lesson.picture, sys, json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert (
        not {"rdflib", "pyoxigraph", "networkx", "matplotlib", "typer", "kg.graph", "kg.store", "kg.contents"} & loaded
    )


def test_a_trace_gives_its_lesson(traces):
    trace = traces["contested"]
    assert trace.lesson() == lesson(trace)
    assert trace.lesson(quiz=True) == lesson(trace, quiz=True) != lesson(trace)
