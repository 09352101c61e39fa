"""A quiz asks and does not tell: no sign before the key, in no form, and the key has all of it."""

from __future__ import annotations

import itertools
import re
from html import unescape

import pytest
from asked import ASKED

from kg.lesson import lesson, words

pytestmark = pytest.mark.usefixtures("laid_out_once")

NAMES = [name for name in [*ASKED, "narrowed"] if name not in ("no path", "none found")]
EVERY = pytest.mark.parametrize("name", NAMES)
ASKING = (
    "raises or lowers", "raise or lower", "which step raises, which lowers", "the same way or opposite ways",
    "routes of up to", "route of up to",
)  # fmt: skip
"""What asks for a sign without telling it."""
TELLING = re.compile(
    r"\b(rais|lower|increas|decreas|inhibit|suppress|promot|prevent|reduc|caus|contribut|protect|treat|enhanc|stimulat"
    r"|contested|opposite|associated|up\b|down\b|same way|no effect|sign stated)|[→⊣⇒⇏∋×▲▼]",
    re.IGNORECASE,
)
"""Beginnings of words, and symbols, that tell a sign."""


def told_words(lesson_of):
    """What no quiz hides: names, filters, and the support of a step, which tells what is against it but not its sign."""
    entities = [entity.label for entity in (*lesson_of.glossary, *lesson_of.trace.sources, *lesson_of.trace.targets)]
    disputes = [name for route in lesson_of.routes for step in route.path.steps for name in step.disputes]
    supports = [str(step.support) for route in lesson_of.routes for step in route.path.steps]
    return [*entities, *disputes, *supports, *lesson_of.trace.certificate.filters]


def telling(text: str, lesson_of) -> list[str]:
    """What tells a sign in a text, after questions and names were taken out."""
    text = unescape(text).lower()
    for phrase in (*ASKING, *sorted(told_words(lesson_of), key=len, reverse=True)):
        text = text.replace(phrase.lower(), " ")
    return [text[max(found.start() - 30, 0) : found.end() + 20] for found in TELLING.finditer(text)]


def before_key(lesson_of) -> dict[str, str]:
    """The questions in every form: what stands before the key, and the picture."""
    page = lesson_of.html()
    body = page.split("</style>")[1].split('<details id="key">')[0]
    return {
        "markdown": lesson_of.markdown("picture.svg").split("## Key")[0],
        "page": re.sub(r' (?:d|style|font-family|viewBox)="[^"]*"', "", body),
        "picture": re.sub(r' (?:d|style|font-family|viewBox)="[^"]*"', "", lesson_of.draw()),
    }


@EVERY
@pytest.mark.parametrize("form", ["markdown", "page", "picture"])
def test_nothing_before_the_key_tells_a_sign(traces, name, form):
    asked = lesson(traces[name], quiz=True)
    assert telling(before_key(asked)[form], asked) == []


def test_the_probe_finds_signs_where_they_are_told(traces):
    told = lesson(traces["contested"])
    for text in (told.markdown(), told.html().split("</style>")[1], told.draw()):
        assert len(telling(text, told)) > 5


@EVERY
def test_notes_titles_citations_and_definitions_wait_in_the_key(traces, name):
    asked = lesson(traces[name], quiz=True)
    hidden = {claim.note for claim in asked.claims} | {claim.id for claim in asked.claims}
    hidden |= {r.source.title for r in asked.references} | {r.source.citation for r in asked.references}
    hidden |= {entity.definition for entity in asked.glossary} | {asked.trace.rests_on, asked.verdict}
    for text in before_key(asked).values():
        assert [part for part in hidden if part and part in unescape(text)] == []


@EVERY
def test_every_step_is_asked(traces, name):
    asked = lesson(traces[name], quiz=True)
    steps = [step for route in asked.routes for step in route.path.steps]
    claims = sum(step.kind == "claim" for step in steps)
    for form, text in before_key(asked).items():
        if form != "picture":
            assert text.count("Raises or lowers? What does ") == claims
            assert text.count("By definition: do both go the same way or opposite ways?") == len(steps) - claims
            assert text.count("Taken together: does ") == sum(len(route.steps) > 1 for route in asked.routes)
            assert ("What do the routes come to" in text) == (len(asked.routes) > 1)
    arrows = {(step.source, step.target) for step in steps}
    assert asked.draw().count('class="step question plain"') == len(arrows)
    assert asked.draw().count(">?</text>") == len(arrows) + 1  # and one in the legend


@EVERY
def test_the_key_has_all_that_the_lesson_tells(traces, name):
    asked, told = lesson(traces[name], quiz=True), lesson(traces[name])
    keys = {
        "markdown": asked.markdown("x.svg").split("## Key")[1].replace("\\", ""),
        "page": unescape(asked.html().split('<details id="key">')[1].split("</details>")[0]),
    }
    for key in keys.values():
        assert told.verdict[1:] in key
        for route in told.routes:
            assert words.story(route.path) in key
            assert route.others in key
            for line in words.working(route.path):
                assert line in key
            for step in route.steps:
                assert f"Step {step.number}. {step.sentence}" in key
        for claim in told.claims:
            assert (claim.note or "") in key
            assert claim.id in key
        for reference in told.references:
            assert reference.source.citation in key
            assert f"[{reference.number}]" in key
        for entity in told.glossary:
            assert entity.definition in key


def test_the_same_routes_with_any_signs_give_the_same_quiz(world):
    """The strongest form of "tells nothing": from the questions alone no assignment of signs can be told apart."""
    ends = [("a", "m"), ("m", "z"), ("a", "n"), ("n", "z")]
    verbs = {1: "increases", -1: "decreases"}
    quizzes, keys = set(), set()
    for signs in itertools.product((1, -1), repeat=4):
        if signs[0] * signs[1] == signs[2] * signs[3]:
            continue  # both routes lead the same way: only the better one is asked
        claims = ((start, verbs[sign], end) for (start, end), sign in zip(ends, signs, strict=True))
        asked = lesson(world(*claims).trace("a", "z"), quiz=True)
        assert len(asked.routes) == 2
        quizzes.add(tuple(re.sub(r"kg[0-9a-f]{8}|sha256:\w+", "", text) for text in before_key(asked).values()))
        keys.add(asked.markdown().split("## Key")[1].split("## To ask it again")[0])
    assert len(quizzes) == 1
    assert len(keys) == 8


def test_opposite_claims_on_one_pair_give_the_same_quiz_whichever_came_first(world):
    texts = set()
    for first, second in (("increases", "decreases"), ("decreases", "increases")):
        asked = lesson(world(("a", first, "b"), ("a", second, "b")).trace("a", "b"), quiz=True)
        assert len(asked.routes) == 2
        texts.add(re.sub(r"sha256:\w+", "", asked.markdown().split("## Key")[0]))
    assert len(texts) == 1


@pytest.mark.parametrize("back", [False, True])
def test_a_state_gives_the_same_quiz_whether_it_is_raised_or_lowered(world, back):
    texts = set()
    for link in ("raised-state-of", "lowered-state-of"):
        graph = world(("a", "increases", "state"), ("level", "increases", "z"), links=[("state", link, "level")],
                      kinds={"state": "Disease"}) if not back else world(
            ("a", "increases", "level"), ("state", "increases", "z"), links=[("state", link, "level")],
            kinds={"state": "Disease"})  # fmt: skip
        asked = lesson(graph.trace("a", "z"), quiz=True)
        assert len(asked.routes[0].steps) == 3
        forms = before_key(asked)
        texts.add(tuple(re.sub(r"kg[0-9a-f]{8}|sha256:\w+", "", text) for text in forms.values()))
    assert len(texts) == 1


def test_routes_stand_in_the_order_of_their_names_in_a_quiz_and_of_the_arms_in_a_lesson(traces, world):
    for trace in traces.values():
        routes = lesson(trace, quiz=True).routes
        names = [[entity.label.casefold() for entity in route.path.entities] for route in routes]
        assert names == sorted(names)
        assert [route.path.sign for route in lesson(trace).routes] in ([1, -1], [1], [-1], [0], [])
    swapped = world(("a", "decreases", "b"), ("b", "increases", "z"), ("a", "increases", "c"), ("c", "increases", "z"))
    assert [route.path.sign for route in lesson(swapped.trace("a", "z"), quiz=True).routes] == [-1, 1]


def test_without_a_route_there_is_nothing_to_ask_and_the_answer_is_told(traces):
    for name in ("no path", "none found"):
        asked, told = lesson(traces[name], quiz=True), lesson(traces[name])
        assert asked.markdown() == told.markdown().replace(told.again.shell, asked.again.shell).replace(
            told.again.python, asked.again.python
        )
        assert "<details" not in asked.html()
