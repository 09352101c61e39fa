"""How objects look in a notebook: well-formed, escaped, with a picture where there is one."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import pytest
from sketches import HOSTILE, claim, definition, entity, hostile_trace, path, source, step

from kg.draw.html import show
from kg.model import DISCLAIMER, Case, Fact, Path

EMPTY = {"br", "hr", "img", "input", "meta", "link"}
HOSTILE_TEXT = f"{HOSTILE['markup']} {HOSTILE['quotes']}"


class Page(HTMLParser):
    """Reads HTML and refuses tags that do not close in order; keeps the elements and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def page(thing) -> Page:
    return Page(thing._repr_html_())


@pytest.fixture(scope="module")
def things(graph, flagship) -> dict[str, object]:
    return {
        "graph": graph,
        "narrowed graph": graph.where(species="human"),
        "entity": graph.find("OPG"),
        "claim": graph.claims()[0],
        "source": graph.source("nazir-2015"),
        "case": graph.cases[0],
        "fact": graph.cases[0].facts[0],
        "step": flagship.increasing[0].steps[-1],
        "path": flagship.increasing[0],
        "trace": flagship,
        "results": graph.sparql("SELECT ?e ?l { ?e a ckg:Case ; rdfs:label ?l }"),
        "cut results": graph.sparql("SELECT ?e { ?e rdfs:label ?l } ORDER BY ?e", limit=3),
        "yes or no": graph.sparql("ASK { ?s ?p ?o }"),
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("graph", ["claims", "entities", "sources", "version"]),
        ("narrowed graph", ["filter", "species"]),
        ("entity", ["osteoprotegerin", "Protein", "also called", "OPG", "identifiers"]),
        ("claim", ["source", "place", "certainty", "status"]),
        ("source", ["Nazir 2015", "title", "year", "full-text"]),
        ("case", ["source", "Nazir 2015"]),
        ("fact", ["category", "presence"]),
        ("step", ["support", "claim", "independent"]),
        ("path", ["step 1", "weakest step", "corticosteroid"]),
        (
            "trace",
            ["verdict", "contested", "rests on", "searched", "complete: every route", "increasing routes", DISCLAIMER],
        ),
        ("results", ["case:nazir-2015", "Woman of 52"]),
        ("cut results", ["the first 3 rows; there are more"]),
        ("yes or no", ["true"]),
    ],
)
def test_each_object_has_well_formed_html_that_says_what_matters(things, name, words):
    found = page(things[name])
    assert set(found.tags) & {"table", "p"}
    assert "script" not in found.tags
    assert [word for word in words if word not in found.text] == []


def test_a_table_leaves_out_what_is_not_known(graph):
    known = page(graph.find("OPG")).text
    assert "definition" in known
    assert "definition" not in page(entity("x")).text
    assert "None" not in page(claim(entity("a"), 1, entity("b"))).text


def hostile_things() -> dict[str, object]:
    bad = entity("bad", HOSTILE_TEXT, kind=HOSTILE_TEXT)
    said = source(HOSTILE_TEXT)
    stated = claim(bad, 1, entity("b"), source=said, note=HOSTILE_TEXT, section=HOSTILE_TEXT, effect=HOSTILE_TEXT)
    told = step(bad, 1, entity("b"), against=(stated,), source=said)
    fact = Fact("f", "f", HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, bad, value=HOSTILE_TEXT, note=HOSTILE_TEXT)
    return {
        "entity": bad,
        "claim": stated,
        "source": said,
        "fact": fact,
        "case": Case("c", "c", HOSTILE_TEXT, said, (fact,)),
        "step": told,
        "path": Path((told,)),
        "trace": hostile_trace(),
    }


@pytest.mark.parametrize("name", hostile_things())
def test_hostile_text_is_shown_and_never_obeyed(name):
    found = page(hostile_things()[name])
    assert "script" not in found.tags
    assert found.tags.count("b") == found.tags.count("caption")  # captions are bold, what they say is not
    assert not {name for name in found.attributes if name.startswith("on") or name in ("href", "src")}
    assert HOSTILE["markup"] in found.text


def test_hostile_text_in_results_is_shown_and_never_obeyed(graph):
    found = page(graph.sparql("SELECT ?x { BIND(?given AS ?x) }", given=HOSTILE_TEXT))
    assert {"script", "b", "svg"} & set(found.tags) == set()
    assert HOSTILE["markup"] in found.text


def test_the_html_of_a_trace_and_of_a_path_begins_with_the_picture(flagship):
    for thing in (flagship, flagship.decreasing[0]):
        html = thing._repr_html_()
        assert html.startswith("<svg ")
        assert html.index("</svg>") < html.index("<table>")
        assert page(thing).tags.count("svg") == 1
    assert flagship._repr_html_().startswith(flagship.draw())


def test_a_trace_without_routes_has_no_picture_and_says_so(graph):
    found = page(graph.trace("calciphylaxis", "warfarin"))
    assert "svg" not in found.tags
    assert "no path" in found.text
    assert DISCLAIMER in found.text


def test_a_cell_does_not_fail_for_want_of_a_layout(flagship, monkeypatch):
    monkeypatch.setattr("kg.draw.layout.SECONDS", 0.001)
    found = page(flagship)
    assert "svg" not in found.tags
    assert "No picture: Laying out this picture takes more than 0.001 seconds." in found.text
    assert "contested" in found.text


def test_a_step_by_definition_has_no_evidence_and_says_so():
    a, b = entity("a"), entity("b")
    assert "by definition, not by evidence" in page(definition(a, "broader", b)).text
    assert "by definition" in page(Path((definition(a, "broader", b), *path(b, entity("c")).steps))).text


def test_a_step_shows_the_claims_for_it_and_against_it():
    a, b = entity("a"), entity("b")
    doubt = claim(a, -1, b, source=source("Doubter 2001"))
    found = page(step(a, 1, b, against=(doubt,)))
    assert re.search(r"claima increases b \[Nobody 2020.*againsta decreases b \[Doubter 2001\]", found.text)


def test_what_has_no_view_of_its_own_shows_its_text():
    assert show("<a & b>") == f"<pre>{escape('<a & b>')}</pre>"
