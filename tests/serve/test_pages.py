"""The pages: what they say, where their links lead, what they answer as JSON. In a real browser: test_browser.py."""

from __future__ import annotations

import collections
import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

import pytest
from answered import SCHEMA
from starlette.testclient import TestClient
from worlds import PREFIXES, World

import kg
from kg.serve.app import application
from kg.serve.pages import Site, queries, things
from kg.serve.pages.page import row
from kg.serve.pages.trace import DOWNLOADS, sparql

FLAGSHIP = "/trace?from=corticosteroids&to=vascular+calcification"
PAGES = [
    "/", "/search", "/search?q=OPG", FLAGSHIP, f"{FLAGSHIP}&sensitivity=1&species=human", "/trace?from=OPG&to=SLE",
    "/entity/osteoprotegerin", "/claim/nazir-2015-32", "/source/nazir-2015", "/disputes", "/disputes?about=OPG", "/gaps",
    "/effects/warfarin", "/case/nazir-2015", "/dispute/steroid-opg", "/sparql",
]  # fmt: skip


class Seen(HTMLParser):
    """The places, links and loaded things of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.hrefs, self.loaded, self.tags = [], [], [], collections.Counter()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        assert not any(name.startswith("on") or name == "style" for name in given), (tag, given)
        self.ids += [given["id"]] if "id" in given else []
        self.hrefs += [given["href"]] if tag == "a" and "href" in given else []
        self.loaded += [given[name] for name in ("src", "srcset", "data", "poster") if given.get(name)]


@pytest.fixture(scope="module")
def client(graph):
    return TestClient(application(graph, None), base_url="http://localhost")


@pytest.fixture(scope="module")
def flagship(client):
    return client.get(FLAGSHIP).text


@pytest.mark.parametrize("address", PAGES)
def test_every_page_states_version_licence_and_disclaimer_and_answers_as_json(address, client, graph):
    page = client.get(address, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for said in (graph.version, "CC BY 4.0", "MIT", "not medical advice", '<html lang="en">', "<h1"):
        assert said in page.text
    seen = Seen(page.text)
    assert (seen.tags["h1"], seen.tags["main"]) == (1, 1)
    doubled = [name for name, number in collections.Counter(seen.ids).items() if number > 1]
    assert not doubled
    told = re.search(r'href="([^"]*)">This page as JSON', page.text)
    assert told
    if address != "/sparql":  # there the format is that of an answer to a query
        answer = client.get(told[1].replace("&amp;", "&")).json()
        SCHEMA.validate(answer)
        assert answer["disclaimer"]


def test_no_link_leads_nowhere(client):
    """Every address that a page of each sort names answers, and every place on the same page is there."""
    asked: dict[str, int] = {}
    sorts = collections.Counter()
    for address in [*PAGES, "/nothing", "/trace?from=osteprotegrin&to=OPG"]:
        seen = Seen(client.get(address, headers={"Accept": "text/html"}).text)
        for href in (href for href in seen.hrefs if "format=json" not in href):
            where, _, place = urljoin(address, href).partition("#")
            if href.startswith("#") or where == address:
                assert not place or place in seen.ids or unquote(place) in seen.ids, (address, href)
            elif where.startswith("/") and where not in asked and sorts[sort := where.split("/")[1][:6]] < 5:
                sorts[sort] += 1
                asked[where] = client.get(where, headers={"Accept": "text/html"}).status_code
    assert {where: code for where, code in asked.items() if code != 200} == {}
    assert len(asked) > 40


def test_the_flagship_page_shows_both_arms_and_each_step_with_its_papers(flagship, graph):
    trace = graph.trace("corticosteroids", "vascular calcification")
    counts = trace.certificate.counts
    assert [counts[sign] for sign in (1, -1)] == [70, 64]
    for said in (f"▲ {counts[1]}", f"▼ {counts[-1]}", "contested", trace.rests_on, str(trace.certificate)):
        assert said in flagship
    steps = {s for groups in trace.mechanisms.values() for group in groups for s in group.best.steps}
    steps |= {step for arm in trace.arms.values() for step in arm.strongest.steps}
    assert flagship.count("<tr id=") == len(steps)
    for claim in {claim for step in steps for claim in (*step.claims, *step.against)}:
        assert f'href="/claim/{claim.id}"' in flagship


def test_each_step_of_the_picture_leads_to_its_row_and_each_entity_to_its_page(flagship):
    picture = flagship[flagship.index("<svg") : flagship.index("</svg>")]
    rows, ids = re.findall(r'href="#(row-[^"]*)"', picture), set(Seen(flagship).ids)
    assert len(rows) > 30
    assert set(rows) <= ids
    assert len(re.findall(r'href="/entity/', picture)) == len(re.findall(r'class="node ', picture))


def test_pages_are_light(client):
    """On the wire, with style and script: 100 kB are the bar."""
    sizes = []
    for address in (FLAGSHIP, "/static/style.css", "/static/script.js"):
        with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            sizes.append(len(b"".join(answer.iter_raw())))
    assert sum(sizes) < 60_000


def test_a_scope_is_the_graph_narrowed(client, graph):
    told = client.get(f"{FLAGSHIP}&species=human&certainty=supported&without=RANKL&format=json").json()
    narrow = graph.where(species="human", certainty="supported").without("RANKL")
    trace = narrow.trace("corticosteroids", "vascular calcification")
    assert told == {**trace.to_dict(), "disclaimer": told["disclaimer"]}


def test_an_unknown_name_is_answered_with_addresses_that_work(client):
    page = client.get("/trace?from=osteprotegrin|SLE&to=vascular+calcification&steps=3")
    assert page.status_code == 404
    assert "Did you mean" in page.text
    instead = next(href for href in Seen(page.text).hrefs if href.startswith("/trace"))
    assert "steps=3" in instead
    assert client.get(instead).status_code == 200
    assert "osteoprotegerin" in client.get("/entity/osteprotegrin").text


def test_an_entity_of_which_nothing_is_known_has_a_page_without_a_picture(client, graph):
    known = {end for edge in graph.edges for end in (edge.subject, edge.object)}
    bare = [entity for entity in graph.entities if entity not in known and not graph.links_on(entity)]
    assert bare
    for entity in bare:
        page = client.get(f"/entity/{entity.id}")
        assert page.status_code == 200
        assert "<svg" not in page.text


def test_every_claim_source_and_dispute_has_a_page(graph):
    site = Site(graph)
    claims = [things.claim(site, claim) for claim in graph.claims()[::9]]
    sources = [things.source(site, source) for source in graph.sources[::9]]
    disputes = [things.dispute(site, dispute) for dispute in graph.disputes()]
    for page in (*claims, *sources, *disputes):
        assert "<h1" in site.html(page)


def test_an_ambiguous_name_lists_what_it_may_mean(client, graph):
    name = next(entity.ambiguous_names[0] for entity in graph.entities if entity.ambiguous_names)
    page = client.get(f"/trace?from={name}&to=skin+necrosis")
    assert page.status_code == 400
    assert "Which one?" in page.text
    choices = [href for href in Seen(page.text).hrefs if href.startswith("/trace") and "format" not in href]
    assert len(choices) > 1
    assert {client.get(href).status_code for href in choices} == {200}


def test_any_name_of_an_entity_leads_to_its_permanent_address(client):
    moved = client.get("/entity/OPG?format=json", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (301, "/entity/osteoprotegerin?format=json")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/trace?from=OPG&to=SLE&steps=1", 200, "the other direction"),
        ("/trace?from=OPG", 400, "no &#39;to&#39;"),
        (f"{FLAGSHIP}&species=unicorn", 400, "Unknown species"),
        (f"{FLAGSHIP}&format=pdf", 400, "Use html or json"),
        ("/search?q=qqqqqqq", 200, "No entity is named like"),
        ("/search?q=a&limit=0", 400, "from 1 to 200"),
        ("/disputes?about=skin-biopsy", 200, "No two claims"),
        ("/claim/nobody-1", 404, "No claim"),
        ("/source/nobody", 404, "No source"),
        ("/case/nobody", 404, "There are: nazir-2015"),
        ("/trace.exe?from=OPG&to=SLE", 404, "No form"),
        ("/trace.svg?from=OPG&to=SLE&steps=1", 404, "No route"),
        ("/static/../app.py", 404, "no page"),
        ("/sparql?name=nobody", 404, "No query"),
        ("/sparql?name=what-lowers&target=nobody", 404, "No entity"),
        ("/sparql?name=what-lowers&colour=red", 400, "no parameter"),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_explained(address, status, said, client):
    page = client.get(address, headers={"Accept": "text/html"})
    assert page.status_code == status
    assert said in page.text


def test_the_name_of_a_file_opens_no_file(client, tmp_path):
    packet = tmp_path / "packet.json"
    packet.write_text('{"id": "secret", "metaData": {}}')
    for name in (packet, f"../..{packet}", f"case:{packet}"):
        answer = client.get(f"/case/{name}")
        assert answer.status_code == 404
        assert "secret" not in answer.text


def test_a_named_query_goes_to_the_address_of_its_text(client):
    moved = client.get("/sparql?name=what-lowers&target=OPG", follow_redirects=False)
    assert moved.status_code == 303
    text = dict(part.split("=", 1) for part in moved.headers["location"].partition("?")[2].split("&"))["query"]
    assert "https://w3id.org/calciphylaxis-kg/entity/osteoprotegerin" in unquote(text)


def test_a_named_query_keeps_the_form_that_was_asked_for(client):
    moved = client.get("/sparql?name=what-lowers&format=csv", follow_redirects=False)
    assert moved.headers["location"].endswith("format=csv")
    assert moved.headers["access-control-allow-origin"] == "*"


def test_the_queries_that_pages_offer_have_rows(graph, client):
    assert len(graph.sparql(queries.EXAMPLE)) > 5
    trace = graph.trace("corticosteroids", "vascular calcification")
    behind = {claim.id for path in trace.paths for step in path.steps for claim in step.claims}
    rows = graph.sparql(sparql(trace)).rows
    assert sorted(row[0].rsplit("/", 1)[1] for row in rows) == sorted(behind)


def test_more_routes_than_a_page_can_weigh_are_left_to_the_command_line(client, monkeypatch):
    monkeypatch.setattr("kg.serve.pages.trace.MOST_ROUTES", 100)
    page = client.get(FLAGSHIP)
    assert "sensitivity=1" not in page.text
    assert "List every route" not in page.text
    monkeypatch.setattr("kg.serve.pages.trace.MOST_TOLD", 100)
    json_file = FLAGSHIP.replace("/trace", "/trace.json")
    for more in (f"{FLAGSHIP}&all=1", f"{FLAGSHIP}&sensitivity=1", f"{FLAGSHIP}&format=json", json_file):
        refused = client.get(more)
        assert refused.status_code == 400
        assert "kg trace corticosteroid vascular-calcification" in refused.text


def test_what_stands_against_the_strongest_route_is_told(flagship, graph):
    arm = graph.trace("corticosteroids", "vascular calcification").arms["increasing"]
    steps = [step for step in arm.strongest.steps if step.against and step != arm.strongest.weakest]
    assert steps
    for step in steps:
        assert f"against {step}" in flagship
    assert {row(step) for step in arm.strongest.steps} <= set(Seen(flagship).ids)


def test_data_of_others_are_not_given_our_licence(graph, tmp_path):
    graph.export(tmp_path / "graph.graphml")
    assert Site(graph).licence == "CC BY 4.0"
    assert Site(kg.open(tmp_path / "graph.graphml")).licence == ""


def test_what_is_taken_away_is_whole(client):
    answers = {ending: client.get(f"/trace.{ending}?from=SLE&to=calciphylaxis&steps=3") for ending in DOWNLOADS}
    assert {answer.status_code for answer in answers.values()} == {200}
    for ending, answer in answers.items():
        named = f'filename="systemic-lupus-erythematosus-calciphylaxis.{ending}"'
        assert answer.headers["content-disposition"] == f"attachment; {named}"
    assert ET.fromstring(answers["svg"].content).tag.endswith("svg")
    assert answers["png"].content.startswith(b"\x89PNG")
    assert {part for entry in answers["cx2"].json() for part in entry} >= {"nodes", "edges"}
    SCHEMA.validate(answers["json"].json())
    import pyoxigraph

    triples = pyoxigraph.parse(io.BytesIO(answers["ttl"].content), pyoxigraph.RdfFormat.TURTLE)
    assert sum(1 for _ in triples) > 100


def test_a_page_that_did_not_change_is_not_sent_again(client):
    first = client.get("/gaps")
    again = client.get("/gaps", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_under_a_path_of_a_proxy_every_address_begins_with_it(graph):
    client = TestClient(application(graph, None, root="/kg"), base_url="http://localhost")
    for address in ("/", FLAGSHIP, "/entity/osteoprotegerin", "/entity/osteoprotegrin", "/nothing"):
        seen = Seen(client.get(address).text)
        inside = [href for href in (*seen.hrefs, *seen.loaded) if href.startswith("/")]
        assert inside
        assert all(href.startswith("/kg/") and "//" not in href for href in inside)


HOSTILE = "<script>alert(1)</script>"


def test_names_with_markup_stay_text(tmp_path):
    folder = World([("a", "increases", "b"), ("b", "decreases", "c")]).write(tmp_path / "world")
    entities = (folder / "entities.ttl").read_text("utf-8")
    shown = f"{HOSTILE}&amp; '\\\" onload=x "
    entities = entities.replace('rdfs:label "b"', f'rdfs:label "{shown}" ; skos:definition "{HOSTILE}{{{{7*191}}}}"')
    (folder / "entities.ttl").write_text(entities, "utf-8")
    (folder / "sources.ttl").write_text(f'{PREFIXES}source:s1 a ckg:Source ; rdfs:label "{HOSTILE}" .', "utf-8")
    client = TestClient(application(kg.open(folder), None), base_url="http://localhost")
    for address in (
        "/",
        "/search",
        "/trace?from=a&to=c",
        "/entity/b",
        "/claim/c1",
        "/source/s1",
        "/gaps",
        "/effects/a",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert HOSTILE not in page.text
        assert Seen(page.text).tags["script"] == 1
        assert "1337" not in page.text


def test_a_graph_that_is_asked_question_by_question_is_explored_too(tmp_path):
    (tmp_path / "g_nodes.tsv").write_text(
        "id\tname\tcategory\nX:1\tsteroid\tbiolink:Drug\nX:2\tbone\tbiolink:Disease\n"
    )
    columns = "subject\tpredicate\tobject\tqualified_predicate\tobject_direction_qualifier\n"
    (tmp_path / "g_edges.tsv").write_text(f"{columns}X:1\tbiolink:affects\tX:2\tbiolink:causes\tdecreased\n")
    graph = kg.open(tmp_path / "g_nodes.tsv", tmp_path / "g_edges.tsv")
    client = TestClient(application(graph, None), base_url="http://localhost")
    found = client.get("/trace?from=steroid&to=bone")
    assert found.status_code == 200
    assert "▼ lowers" in found.text
    for address in ("/", "/entity/X%3A1", "/search?q=steroid"):
        assert client.get(address).status_code == 200, address
    for href in {href for href in Seen(found.text).hrefs if href.startswith("/")}:
        assert client.get(href, headers={"Accept": "text/html"}).status_code == 200, href
    refused = client.get("/gaps")
    assert refused.status_code == 400
    assert "Traceback" not in refused.text


def test_a_mistake_of_ours_is_told_without_its_details(graph, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("kg.serve.pages.lists.gaps", broken)
    client = TestClient(application(graph, None), base_url="http://localhost", raise_server_exceptions=False)
    page = client.get("/gaps")
    assert page.status_code == 500
    assert "not your fault" in page.text
    assert "secret" not in page.text
    assert client.get("/gaps?format=json").json()["type"] == "error"
