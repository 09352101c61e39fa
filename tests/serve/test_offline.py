"""Answers as one file: everything inside, nothing asked for from outside, the same bytes again."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from worlds import World

import kg
from kg.cli.main import run
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.model import DISCLAIMER
from kg.narrowing import Narrowing
from kg.serve.pages import offline
from kg.serve.question import Question

pytestmark = pytest.mark.usefixtures("loaded_once")

BAR = 150_000
"""Bytes of the flagship file."""
FLAGSHIP = ["--from", "corticosteroids", "--to", "vascular calcification"]
LOADING = {"action", "background", "code", "data", "formaction", "manifest", "ping", "poster", "src", "srcset"}
"""Attributes by which a browser asks for something, on whatever element."""


def routes(graph: KnowledgeGraph, source: str, target: str, **told: bool) -> str:
    answer = graph.trace(source, target)
    return offline.trace(graph, answer, Question((source,), (target,)).of(answer), **told)


class Seen(HTMLParser):
    """What a browser makes of a file: elements, places, links, text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inlined: dict[str, list[str]] = {"style": [], "script": []}
        self.words: list[str] = []
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.inlined:
            self.inlined[self._open].append(data)
        else:
            self.words.append(data)

    @functools.cached_property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, *names: str) -> list[str]:
        return [value or "" for _, found in self.elements for name, value in found.items() if name in names]


@pytest.fixture(scope="module")
def files(graph: KnowledgeGraph) -> Mapping[str, str]:
    """A file of each sort, of the shipped graph."""
    return {
        "trace": routes(graph, "corticosteroids", "vascular calcification"),
        "all": routes(graph, "warfarin", "calciphylaxis", every=True, sensitivity=True),
        "entity": offline.entity(graph, graph.find("OPG")),
        "case": offline.case(graph, graph.explain_case("nazir-2015")),
        "whole": offline.whole(graph),
    }


@functools.cache
def sound(text: str) -> Seen:
    """The file as a browser sees it, after what must hold for every file was found to hold."""
    seen = Seen(text)
    assert not LOADING & {name for _, found in seen.elements for name in found}
    assert not [tag for tag, found in seen.elements if "href" in found and tag != "a"]
    links = seen.values("href")
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    assert not [name for _, found in seen.elements for name in found if name.startswith("on") or name == "style"]

    [style], [script] = seen.inlined["style"], seen.inlined["script"]
    assert not re.search(r"url\(|@import", style)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in (style, script)]
    [policy] = [found["content"] for tag, found in seen.elements if found.get("http-equiv")]
    allowed = f"style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'"
    assert policy == f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"

    places = Counter(seen.values("id"))
    assert max(places.values()) == 1
    inside = {link[1:] for link in links if link.startswith("#")}
    named = {name for names in seen.values("aria-labelledby", "aria-controls", "for") for name in names.split()}
    assert inside | named <= places.keys()
    assert DISCLAIMER in seen.text
    return seen


# --- every sort of file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["trace", "all", "entity", "case", "whole"])
def test_a_file_needs_nothing_else_and_every_place_that_it_names_is_in_it(
    sort: str, files: Mapping[str, str], graph: KnowledgeGraph
) -> None:
    seen = sound(files[sort])
    assert f"data {graph.version}. Code: MIT. Data: CC BY 4.0." in seen.text
    assert "every route of up to 4 steps" in seen.text or sort == "entity"


def test_the_flagship_file_is_small_and_holds_the_claims_with_their_papers(
    files: Mapping[str, str], graph: KnowledgeGraph
) -> None:
    assert len(files["trace"].encode()) < BAR
    seen = sound(files["trace"])
    places = set(seen.values("id"))
    trace = graph.trace("corticosteroids", "vascular calcification")
    steps = [step for groups in trace.mechanisms.values() for group in groups for step in group.best.steps]
    assert "70 routes raise it" in seen.text
    assert "64 routes lower it" in seen.text
    for step in steps:
        assert {f"entity-{step.source.id}", f"entity-{step.target.id}"} <= places
        for claim in (*step.claims, *step.against):
            assert f"claim-{claim.id}" in places
            assert claim.note in seen.text
            assert claim.place in seen.text
            for work in (claim.source, *claim.cites):
                assert f"source-{work.id}" in places
                assert (work.title or work.citation) in seen.text
                assert not work.doi or f"https://doi.org/{work.doi}" in seen.values("href")


def test_the_whole_graph_is_in_its_file(files: Mapping[str, str], graph: KnowledgeGraph) -> None:
    seen = sound(files["whole"])
    places = set(seen.values("id"))
    for sort, listed in (
        ("claim", graph.claims()), ("entity", graph.entities), ("source", graph.sources), ("dispute", graph.disputes()),
    ):  # fmt: skip
        assert {f"{sort}-{thing.id}" for thing in listed} <= places
    assert all(claim.note in seen.text for claim in graph.claims() if claim.note)
    assert all(answer.question.label in seen.text for answer in graph.answers())


@pytest.mark.parametrize("name", ["calciphylaxis", "uremia"])
def test_an_entity_has_all_of_its_claims_inside(name: str, graph: KnowledgeGraph) -> None:
    found = graph.find(name)
    places = set(sound(offline.entity(graph, found)).values("id"))
    assert {f"claim-{c.id}" for c in (*graph.claims(subject=found), *graph.claims(object=found))} <= places


# --- other data -------------------------------------------------------------------------------------------------------

HOSTILE = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'"


@pytest.fixture
def hostile(tmp_path: Path) -> KnowledgeGraph:
    """A graph whose labels, citation, note and definitions try to become markup."""
    said = HOSTILE.replace('"', '\\"')
    extras = {"exposure": f'"{said}"', "section": f'"{said}" ; rdfs:comment "{said} said"'}
    said_of_c = ("decreases", "negatively-associated-with", "treats-or-prevents", "affects", "has-no-effect-on")
    claims = [("a", "increases", "b"), ("c", "increases", "c"), *(("b", said, "c") for said in said_of_c)]
    World([(*claim, extras) for claim in claims], links=[("d", "broader", "c")]).write(tmp_path)
    for file in (tmp_path / "entities.ttl", tmp_path / "sources.ttl"):
        file.write_text(file.read_text().replace('rdfs:label "', f'rdfs:label "{said} '))
    return kg.open(tmp_path)


@pytest.mark.parametrize(
    "written",
    [
        lambda graph: routes(graph, "a", "c", every=True, sensitivity=True),
        lambda graph: offline.entity(graph, graph.entity("c")),
        offline.whole,
    ],
    ids=["trace", "entity", "whole"],
)
def test_what_the_data_say_never_becomes_markup(
    written: Callable[[KnowledgeGraph], str], hostile: KnowledgeGraph
) -> None:
    seen = sound(written(hostile))
    assert [tag for tag, _ in seen.elements if tag in ("script", "style", "img")] == ["style", "script"]
    assert f"{HOSTILE} said" in seen.text


def test_of_a_large_graph_a_trace_is_written_and_the_rest_refused(tmp_path: Path) -> None:
    (tmp_path / "x_nodes.tsv").write_text('id\tname\nX:1"><b>\tone\nX:2#\ttwo\nX:3 %41\tthree\n')
    (tmp_path / "x_edges.tsv").write_text(
        'subject\tpredicate\tobject\tpublications\nX:1"><b>\tbiolink:disrupts\tX:2#\tPMID:1\n'
        "X:2#\tbiolink:disrupts\tX:3 %41\tPMID:2\n"
    )
    graph = kg.open(tmp_path / "x_nodes.tsv")
    assert "raises" in sound(routes(graph, "one", "three")).text
    for refused in (lambda: offline.whole(graph), lambda: offline.entity(graph, graph.find("one"))):
        with pytest.raises(UsageError, match="only a trace"):
            refused()


def test_an_empty_graph_is_a_file_too(tmp_path: Path) -> None:
    assert "0 claims from 1 source about 1 entity" in sound(offline.whole(World(entities=["a"]).load(tmp_path))).text


# --- the command ------------------------------------------------------------------------------------------------------


def test_another_process_writes_the_same_bytes(files: Mapping[str, str], tmp_path: Path) -> None:
    """Sets have another order there."""
    file = tmp_path / "steroids.html"
    command = [sys.executable, "-m", "kg.cli", "html", str(file), *FLAGSHIP]
    done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, check=True)
    assert done.stdout == b""
    assert file.read_text("utf-8") == files["trace"]


def test_the_scope_is_told_and_asked_again(tmp_path: Path, graph: KnowledgeGraph) -> None:
    file = tmp_path / "humans.html"
    assert run(["html", str(file), *FLAGSHIP, "--species", "human", "--without", "RANKL", "-n", "3"]) == 0
    text = sound(file.read_text("utf-8")).text
    narrowed = Narrowing(species=("human",), without=("RANKL",)).of(graph)
    assert all(filter_ in text for filter_ in narrowed.filters)
    assert "--max-steps 3 --species human --without RANKL" in text


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--from", "calciphylaxis", "--to", "warfarin"], 1, "No route"),
        (["--from", "osteoprotegrin", "--to", "calciphylaxis"], 1, "Did you mean osteoprotegerin"),
        (["--entity", "osteoprotegrin"], 1, "Did you mean osteoprotegerin"),
        (["--case", "nobody"], 1, "nazir-2015"),
        (["--from", "warfarin", "--to", "calciphylaxis", "--budget", "3"], 4, "nothing was written"),
        (["--from", "warfarin"], 2, "go together"),
        (["--from", "warfarin", "--to", "calciphylaxis", "--entity", "OPG"], 2, "one thing"),
        (["--entity", "OPG", "--all"], 2, "--from and --to"),
        (["--max-steps", "3"], 2, "--from and --to"),
        (["--from", "", "--to", ""], 2, "empty"),
        (["--species", "martian"], 2, "martian"),
    ],
)
def test_what_cannot_be_told_leaves_no_file(
    options: list[str], code: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["html", str(tmp_path / "out.html"), *options]) == code
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_search_that_stops_at_its_budget_says_so_in_words_and_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "stopped.html"
    assert run(["html", str(file), *FLAGSHIP, "--budget", "800"]) == 4
    assert "stopped at its budget" in capsys.readouterr().err
    assert "stopped" in re.search(r"Searched\.(.*?arcs touched)", sound(file.read_text("utf-8")).text)[1]


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "warfarin.html"
    file.write_text("mine")
    asked = ["html", str(file), "--from", "warfarin", "--to", "calciphylaxis", "-n", "2"]
    assert run(asked) == 5
    assert "--force" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert run([*asked, "--force"]) == 0
    assert "warfarin" in sound(file.read_text("utf-8")).text


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert run(["html", str(tmp_path / "opg.html"), "--entity", "OPG"]) == 2
    assert "calciphylaxis-kg[web]" in capsys.readouterr().err
