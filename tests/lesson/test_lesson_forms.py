"""Markdown that renders and a page that stands alone: whole, escaped, labelled, and the same every time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from asked import ASKED
from markdown_it import MarkdownIt

from kg.lesson import lesson, words
from kg.model import DISCLAIMER
from kg.model import Path as PathOf

pytestmark = pytest.mark.usefixtures("laid_out_once")

NAMES = [*ASKED, "narrowed"]
EVERY = pytest.mark.parametrize("name", NAMES)
QUIZ = pytest.mark.parametrize("quiz", [False, True])
EMPTY = {"meta", "br", "hr", "img", "path", "rect"}
HOSTILE = '</p><script>alert(1)</script> *bold* _it_ [link](http://x) `code` | $x$ # 1. "q" \\ &amp; <!-- ]]>'


class Page(HTMLParser):
    """Reads HTML and refuses tags that do not close in order; keeps elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data if self.open[-1:] != ["style"] else ""

    def having(self, name: str) -> list[str]:
        return [given[name] for _, given in self.elements if name in given]

    def tags(self, name: str) -> list[dict[str, str]]:
        return [given for tag, given in self.elements if tag == name]


def body(html: str) -> str:
    return html.split("<body>")[1].split("</body>")[0]


def squeezed(text: str) -> str:
    return " ".join(text.split())


# --- what both say --------------------------------------------------------------------------------------------------


@QUIZ
@EVERY
def test_both_forms_say_the_same_words(traces, name, quiz):
    told = lesson(traces[name], quiz=quiz)
    rendered = Page(MarkdownIt().render(told.markdown()))
    page = Page(re.sub(r"<figure>.*?</figure>", "", body(told.html()), flags=re.DOTALL))

    def plain(text: str) -> str:  # what only one of the forms has: what kind of document it is, colons after names
        return re.sub(r"[\W_]", "", squeezed(text))

    assert plain(rendered.text) == plain(page.text.replace("Quiz" if quiz and told.routes else "Lesson", "", 1))


@EVERY
def test_everything_that_a_clinician_must_know_is_told(traces, name):
    trace, told = traces[name], lesson(traces[name])
    text = squeezed(Page(body(told.html())).text)
    expected = [told.question, told.verdict[1:], str(trace.certificate), DISCLAIMER, trace.certificate.data]
    expected += [trace.rests_on] if trace.increasing or trace.decreasing else []
    for route in told.routes:
        expected += [words.story(route.path), route.others, *words.working(route.path)]
        expected += [str(route.path.settings)] if route.path.settings.mixed else ["not mixed"]
        for step in route.steps:
            expected += [step.sentence, *words.cautions(step.step)]
            claimed = [words.sure(step.step), words.seen(step.step), str(step.step.support)]
            expected += claimed if step.step.kind == "claim" else ["not by evidence"]
    for claim in told.claims:
        expected += [claim.note or claim.source.citation, claim.id, claim.place, claim.effect or ""]
    for reference in told.references:
        expected += [reference.source.citation, reference.source.title or "", reference.source.doi or ""]
    expected += [entity.definition for entity in told.glossary] + list(told.remarks)
    assert [part for part in expected if squeezed(part) not in text] == []


def test_null_results_and_associations_on_the_very_pair_stand_before_the_routes(traces):
    told = lesson(traces["decreases, with claims beside"])
    for text in (told.markdown(), Page(body(told.html())).text):
        null, together, route = (
            text.index(words) for words in ("no effect or no relation", "only observed", "The most direct route")
        )
        assert null < together < route
        assert "Sodium thiosulfate is not associated with calciphylaxis mortality: " in text
    assert len(told.beside) == len(traces["decreases, with claims beside"].beside) == 4


@QUIZ
def test_same_lesson_same_bytes_in_two_processes(quiz):
    code = (
        "import kg; told = kg.load().trace('SLE', 'calciphylaxis').lesson(quiz=" + repr(quiz) + ");"
        "print(told.markdown('x.svg'), told.html(), told.to_dict())"
    )
    outs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert outs[0] == outs[1]
    assert len(outs[0]) > 10_000


# --- Markdown -------------------------------------------------------------------------------------------------------


@QUIZ
@EVERY
def test_markdown_renders_with_headings_that_skip_no_level(traces, name, quiz):
    told = lesson(traces[name], quiz=quiz)
    tokens = MarkdownIt().parse(told.markdown("my picture.svg"))
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not [token for token in tokens if token.type.startswith("html")]
    images = [child for token in tokens for child in token.children or () if child.type == "image"]
    assert [image.attrs["src"] for image in images] == (["my%20picture.svg"] if told.routes else [])
    assert all(image.content for image in images)


def test_markdown_without_a_picture_refers_to_none(traces):
    assert "![" not in lesson(traces["contested"]).markdown()


def test_the_list_of_references_has_their_numbers(traces):
    told = lesson(traces["contested"])
    rendered = MarkdownIt().render(told.markdown())
    items = rendered.split("References</h2>")[1].split("<ol>")[1].split("</ol>")[0].count("<li>")
    assert items == len(told.references)


# --- the page -------------------------------------------------------------------------------------------------------


@QUIZ
@EVERY
def test_the_page_parses_and_loads_nothing_from_elsewhere(traces, name, quiz):
    html = lesson(traces[name], quiz=quiz).html()
    page = Page(html)
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert not {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "base", "form"} & {
        tag for tag, _ in page.elements
    }
    assert page.having("src") == []
    assert page.having("srcset") == []
    assert not [name for _, given in page.elements for name in given if name.startswith("on")]
    assert not re.search(r"url\(|@import|expression", html)
    policies = [given["content"] for given in page.tags("meta") if given.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    links = [link for link in page.having("href") if not link.startswith("#")]
    assert all(re.match(r"https?://[^\s\"<>]+$", link) for link in links)
    addresses = {address for address in re.findall(r'https?://[^\s"<>\')]+', html) if "w3.org" not in address}
    assert {unescape(address).rstrip("/") for address in addresses} <= {link.rstrip("/") for link in links} | {
        text for text in addresses if text in page.text
    }


@QUIZ
@EVERY
def test_ids_are_unique_and_every_reference_within_the_page_leads_somewhere(traces, name, quiz):
    told = lesson(traces[name], quiz=quiz)
    page = Page(told.html())
    ids = page.having("id")
    assert len(ids) == len(set(ids))
    inner = [link[1:] for link in page.having("href") if link.startswith("#")]
    assert set(inner) == {f"ref-{reference.number}" for reference in told.references}
    named = [name for given in page.having("aria-labelledby") for name in given.split()]
    assert set(inner) | set(named) <= set(ids)


@QUIZ
@EVERY
def test_the_page_is_labelled_for_those_who_hear_it(traces, name, quiz):
    told = lesson(traces[name], quiz=quiz)
    page = Page(told.html())
    assert [tag for tag, _ in page.elements].count("main") == 1
    assert all("aria-labelledby" in given for given in page.tags("section"))
    pictures = page.tags("svg")
    assert len(pictures) == (0 if not told.routes else 2 if quiz else 1)
    assert all(given["role"] == "img" and given["aria-labelledby"] for given in pictures)
    cites = [given for given in page.tags("a") if given.get("class") == "cite"]
    assert {given["aria-label"] for given in cites} == {f"reference {r.number}" for r in told.references}
    assert len(page.tags("figcaption")) == len(pictures)
    assert [given for given in page.tags("details") if "open" in given] == []


def hostile_trace(world):
    """A route of one step on which everything that is text is hostile."""
    trace = world(("a", "increases", "b")).trace("a", "b")
    (step,) = trace.paths[0].steps
    (claim,) = step.claims
    source = replace(
        claim.source,
        citation=HOSTILE,
        title=HOSTILE,
        doi='10.1/<x>"y',
        pmid='1"2',
        url="javascript:alert(1)",
        read=HOSTILE,
    )
    claim = replace(
        claim, note=HOSTILE, source=source, population=HOSTILE, effect=HOSTILE, section=HOSTILE, disputes=(HOSTILE,)
    )
    start = replace(step.source, label=HOSTILE, definition=HOSTILE, kind="Pro<b>tein")
    path = PathOf((replace(step, source=start, claims=(claim,)),))
    return replace(trace, sources=(start,), increasing=[path], rests_on=HOSTILE, beside=(replace(claim, causal=False),))


@QUIZ
@pytest.mark.parametrize("form", ["html", "markdown"])
def test_hostile_text_stays_text(world, form, quiz):
    told = lesson(hostile_trace(world), quiz=quiz)
    html = told.html() if form == "html" else MarkdownIt("commonmark").render(told.markdown())
    page = Page(html)
    assert squeezed(page.text).count(squeezed(HOSTILE)) >= 12
    assert not {"script", "b", "img"} & {tag for tag, _ in page.elements}
    outside = {given["href"] for given in page.tags("a") if not given["href"].startswith("#")}
    assert outside == {"https://doi.org/10.1/%3Cx%3E%22y", "https://pubmed.ncbi.nlm.nih.gov/1%222/"}


@pytest.mark.parametrize(
    "text", ["1. item", "2) item", "- item", "+ item", "# heading", "> quote", "=== ", "~~~", "![x](y)"]
)
def test_what_begins_like_markup_does_not_become_it(world, text):
    trace = hostile_trace(world)
    (step,) = trace.paths[0].steps
    claim = replace(step.claims[0], note=text, source=replace(step.claims[0].source, citation=text, title=text))
    told = lesson(replace(trace, increasing=[PathOf((replace(step, claims=(claim,)),))], beside=()))
    page = Page(MarkdownIt("commonmark").render(told.markdown()))
    assert squeezed(page.text).count(text.strip()) >= 2
    assert page.tags("img") == []
    assert len(page.tags("blockquote")) == 1


# --- a real browser -------------------------------------------------------------------------------------------------

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
MEASURE = """<script>addEventListener("load", () => { const box = document.querySelector("svg").getBoundingClientRect();
  const all = [...document.querySelectorAll("main *")].filter(e => !e.closest("figure"));
  document.body.innerHTML = JSON.stringify({wide: document.documentElement.scrollWidth, view: innerWidth,
    picture: [box.width, box.height], paper: getComputedStyle(document.body).backgroundColor, key: key && key.clientHeight,
    over: all.filter(e => e.getBoundingClientRect().right > innerWidth + 1).length}) });
  const key = document.querySelector("details")</script>"""
"""Put into a copy of the page, since the page itself allows no script."""


def measured(html: str, folder: Path, width: int, *options: str) -> dict:
    """What the browser makes of a page in a window of this width."""
    file = folder / "page.html"
    file.write_text(re.sub(r"<meta http-equiv[^>]*>", "", html).replace("</main>", f"{MEASURE}</main>"), "utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", *options,
               f"--window-size={width},900", "--dump-dom", file.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(Page(done.stdout.split("<body>")[1].split("</body>")[0]).text)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here to render the page")
@pytest.mark.parametrize("width", [500, 1200])  # Chromium's window is never narrower than 500
@QUIZ
def test_a_browser_renders_the_page_without_overflow(traces, tmp_path, width, quiz):
    found = measured(lesson(traces["contested"], quiz=quiz).html(), tmp_path, width)
    assert found["over"] == 0
    assert found["wide"] <= found["view"]
    assert found["picture"][0] > 450
    assert found["picture"][1] > 100
    assert (found["key"] or 0) < 100  # the key of a quiz is folded away


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here to render the page")
def test_the_page_is_dark_where_the_reader_wants_it(traces, tmp_path):
    html = lesson(traces["contested"]).html()
    light = measured(html, tmp_path, 800, "--blink-settings=preferredColorScheme=1")
    dark = measured(html, tmp_path, 800, "--blink-settings=preferredColorScheme=0")
    assert light["paper"] == "rgb(255, 255, 255)"
    assert dark["paper"] == "rgb(20, 24, 31)"
