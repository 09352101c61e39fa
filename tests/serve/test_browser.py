"""The pages as people meet them: in a real browser, by keyboard, on a phone, in the dark, without JavaScript, offline.

Whatever a test does, the browser may ask no other host for anything and may have nothing to complain about, which
includes what the Content-Security-Policy forbids. The main pages are left as pictures in ``build/screenshots``.
"""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from answered import SCHEMA
from npmpack import fetched
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

import kg
from kg.cli.main import run
from kg.graph import KnowledgeGraph

FLAGSHIP = "/trace?from=corticosteroid&to=vascular-calcification"
BROKEN = "SELECT ?x {\n  ?x a ckg:Claim ;\n     ckg:subject ]\n}"
ROWS = "SELECT ?claim { ?claim ckg:object entity:osteoprotegerin } ORDER BY ?claim"
PAGES = {
    "start": "/",
    "entities": "/search",
    "found": "/search?q=opg",
    "nothing-found": "/search?q=zzzz",
    "trace": FLAGSHIP,
    "every-route": "/trace?from=parathyroidectomy&to=calciphylaxis&all=1&sensitivity=1",
    "no-route": "/trace?from=vascular-calcification&to=corticosteroid&steps=1",
    "entity": "/entity/osteoprotegerin",
    "claim": "/claim/nazir-2015-32",
    "source": "/source/nazir-2015",
    "disputes": "/disputes",
    "no-dispute": "/disputes?about=dexamethasone",
    "dispute": "/dispute/cinacalcet",
    "gaps": "/gaps",
    "effects": "/effects/warfarin",
    "case": "/case/nazir-2015",
    "sparql": f"/sparql?query={quote(ROWS)}",
    "sparql-yes": f"/sparql?query={quote('ASK { ?x a ckg:Claim }')}",
    "sparql-triples": f"/sparql?query={quote('CONSTRUCT WHERE { ?x ckg:decreases entity:osteoprotegerin }')}",
    "sparql-error": f"/sparql?query={quote(BROKEN)}",
    "unknown-name": "/entity/osteoprotegrin",
    "ambiguous-name": "/entity/calcification",
    "refused": "/trace?from=PTH&to=OPG&steps=99",
}
LIKE_OTHERS = ("found", "nothing-found", "trace", "sparql-yes", "sparql-triples", "ambiguous-name", "refused")
MAIN = ("start", "trace", "entity", "case", "sparql-error")
PATIENCE = 30_000
"""Milliseconds; a machine that is busy with other tests takes its time."""
WIDTHS = {390: 1600, 1280: 1400, 1920: 1400}
WIDTH = "document.querySelector('.frame svg').viewBox.baseVal.width"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@dataclass
class Watched:
    """A window whose requests and complaints are kept."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def heard(self, message: ConsoleMessage) -> None:
        """What stands on the console, but for the notice that the page itself is an answer of 400 or 404."""
        notice = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in ("error", "warning") and not notice:
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium here to open the pages in")
    expect.set_options(timeout=PATIENCE)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=quiet)
        yield found
        found.close()


@pytest.fixture
def window(browser: Browser, served: str):
    """Opens windows onto the explorer; in the end none of them has asked elsewhere or complained."""
    opened: list[tuple[BrowserContext, Watched]] = []

    def open_window(**options) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "base_url": served, **options})
        context.set_default_timeout(PATIENCE)
        opened.append((context, Watched(context.new_page())))
        return opened[-1][1].page

    yield open_window
    for context, watched in opened:
        context.close()
        assert [url for url in watched.asked if not url.startswith((served, "file://", "data:"))] == []
        assert watched.complaints == []


def tab_to(page: Page, selector: str) -> Locator:
    """Presses Tab until a thing that fits has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return page.locator(":focus")
    raise AssertionError(f"Tab does not lead to {selector}")


def type_ahead(page: Page, text: str, wanted: str) -> None:
    """Types a name, and takes a suggestion with the arrows and Enter."""
    page.keyboard.type(text)
    option = page.locator(f"[role=option][data-name='{wanted}']:visible")
    expect(option).to_be_visible()
    for _ in range(page.get_by_role("option").count()):
        page.keyboard.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            break
    page.keyboard.press("Enter")
    expect(option).to_have_count(0)


def arms(page: Page) -> list[str]:
    """The arms whose routes are seen."""
    return [panel.get_attribute("data-panel") for panel in page.locator("[data-panel]:visible").all()]


# --- the question ---


def test_the_flagship_question_by_keyboard_alone(window, served: str, graph: KnowledgeGraph) -> None:
    page = window()
    page.goto("/")
    tab_to(page, "#from")
    type_ahead(page, "steroids", "corticosteroid")
    page.keyboard.press("Tab")
    type_ahead(page, "vascular calc", "vascular calcification")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served}{FLAGSHIP}")  # ids, and no empty field

    counts = graph.trace("corticosteroid", "vascular calcification").certificate.counts
    tiles = page.locator(".tiles li b").all_inner_texts()
    assert tiles == [f"▲ {counts[1]}", f"▼ {counts[-1]}", f"◇ {counts[0]}"]
    assert page.locator(".verdict").first.inner_text() == "◆ contested"
    assert arms(page) == ["increasing", "decreasing", "unsigned"]

    tab_to(page, ".skip[href='#below']")
    page.keyboard.press("Enter")  # over the picture
    assert tab_to(page, "[role=tab]").inner_text() == "Both arms"
    rows = page.locator(".steps tbody tr")
    every = rows.count()
    for arm, band in (("increasing", "raising"), ("decreasing", "lowering")):
        page.keyboard.press("ArrowRight")
        assert arms(page) == [arm]
        assert 0 < page.locator(".steps tbody tr:visible").count() < every
        lit = page.locator("g.step:not(.dim)")
        assert lit.count() == page.locator(f"g.step:has(.{band})").count()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert len(arms(page)) == 3


def test_a_narrower_scope_changes_the_verdict_and_a_source_can_be_left_out(window, graph: KnowledgeGraph) -> None:
    page = window()
    page.goto(FLAGSHIP)
    page.get_by_text("Ask again").click()
    assert page.get_by_label("From").input_value() == "corticosteroid"
    assert page.get_by_label("to", exact=True).input_value() == "vascular calcification"
    page.get_by_label("design of study").select_option("animal experiment")
    page.get_by_role("button", name="Trace in this scope").click()
    page.wait_for_url("**design=*")
    assert parse_qs(urlsplit(page.url).query) == {
        "from": ["corticosteroid"], "to": ["vascular-calcification"], "design": ["animal-experiment"]
    }  # fmt: skip
    narrow = graph.where(design="animal-experiment").trace("corticosteroid", "vascular calcification")
    assert narrow.verdict == "increases"
    assert page.locator(".verdict").first.inner_text() == "▲ raises"
    assert "animal experiment" in page.locator(".answer").inner_text().replace("-", " ")

    page.get_by_text("Ask again").click()
    source = page.get_by_label("leave out a source").locator("option").nth(1)
    left, cited = source.get_attribute("value"), source.inner_text()
    page.get_by_label("leave out a source").select_option(left)
    page.get_by_label("leave out an entity").fill("OPG")
    page.get_by_role("button", name="Trace in this scope").click()
    page.wait_for_url("**without_source=*")
    assert page.get_by_label(f"without {cited}").is_checked()
    assert page.get_by_label("leave out an entity").input_value() == "osteoprotegerin"
    page.get_by_role("link", name="Ask without this scope").click()
    page.wait_for_url(f"**{FLAGSHIP}")


def test_the_steps_lead_to_claims_and_these_to_their_sources(window, graph: KnowledgeGraph) -> None:
    page = window()
    page.goto(FLAGSHIP)
    page.locator("[id='row-corticosteroid--osteoprotegerin--down'] .claims a").first.click()
    claim = graph.claim("nazir-2015-32")
    expect(page.get_by_role("heading", level=1)).to_have_text("corticosteroid decreases osteoprotegerin")
    assert page.get_by_text(claim.place).is_visible()
    page.get_by_role("link", name=claim.source.citation, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(claim.source.title)


def test_what_is_taken_away_is_whole(window, tmp_path: Path) -> None:
    page = window(accept_downloads=True)
    page.goto(FLAGSHIP)
    files = {}
    for link in page.locator("#take ~ .buttons a").all():
        with page.expect_download() as taken:
            link.click()
        name = taken.value.suggested_filename
        taken.value.save_as(tmp_path / name)
        files[name.rpartition(".")[2]] = tmp_path / name
    assert set(files) == {"svg", "png", "cx2", "ttl", "json"}
    assert ET.parse(files["svg"]).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert files["png"].read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    SCHEMA.validate(json.loads(files["json"].read_text("utf-8")))
    assert kg.open(files["ttl"]).trace("corticosteroid", "vascular calcification").verdict == "contested"
    assert json.loads(files["cx2"].read_text("utf-8"))[0]["CXVersion"] == "2.0"


# --- the picture ---


def test_picture_and_table_show_the_same_thing(window) -> None:
    page = window(viewport={"width": 1280, "height": 1600})
    page.goto(FLAGSHIP)
    step = page.locator("g.step[data-ends='corticosteroid osteoprotegerin']")
    row = page.locator("[id='row-corticosteroid--osteoprotegerin--down']")
    row.hover()
    expect(step).to_have_class(re.compile(r"\blit\b"))
    page.mouse.move(0, 0)
    expect(step).not_to_have_class(re.compile(r"\blit\b"))
    row.locator(".self").focus()
    expect(step).to_have_class(re.compile(r"\blit\b"))
    row.locator(".self").press("Enter")
    expect(page.locator("svg").first).to_be_in_viewport(ratio=0.5)

    step.locator(".line").dispatch_event("pointerenter")
    expect(row).not_to_have_class("")
    status = page.get_by_role("status")
    expect(status).to_contain_text("corticosteroid decreases osteoprotegerin")

    page.locator("g.node", has_text="osteoprotegerin").click()
    expect(status).to_contain_text("osteoprotegerin (Protein)")
    lit = page.locator("g.step:not(.dim)").all()
    assert lit
    assert all("osteoprotegerin" in one.get_attribute("data-ends").split() for one in lit)
    assert status.get_by_role("link", name="Open it").get_attribute("href") == "/entity/osteoprotegerin"
    status.get_by_role("button", name="Show all").click()
    assert page.locator(".dim").count() == 0


def test_the_picture_is_moved_by_mouse_keyboard_and_buttons(window) -> None:
    page = window(viewport={"width": 1280, "height": 1600})
    page.goto(FLAGSHIP)
    svg = page.locator(".frame svg")

    def seen() -> list[float]:
        return [float(number) for number in svg.get_attribute("viewBox").split()]

    whole = seen()
    page.get_by_role("button", name="Zoom in").click()
    assert seen()[2] == pytest.approx(whole[2] * 0.75)
    page.locator(".frame").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("-")
    assert seen()[2] == pytest.approx(whole[2])
    page.keyboard.press("0")
    assert seen() == whole
    box = svg.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(f"{WIDTH} < {whole[2]}")
    near = seen()
    node = page.locator("g.node", has_text="RANKL").last.bounding_box()
    page.mouse.move(node["x"] + 5, node["y"] + 5)
    page.mouse.down()
    page.mouse.move(node["x"] + 65, node["y"] + 5, steps=3)
    page.mouse.up()
    assert seen()[0] < near[0]  # dragged at an entity, which was not chosen by that
    assert page.locator(".dim").count() == 0


def test_the_picture_is_usable_on_a_phone(window) -> None:
    page = window(**PHONE)
    page.goto(FLAGSHIP)
    svg = page.locator(".frame svg")
    box = svg.bounding_box()
    assert box["height"] < 844
    words = page.locator("g.node text").first.evaluate("text => text.getScreenCTM().a * 15")
    assert words > 7  # pixels of the letters; the whole picture would have them at four
    before = page.evaluate(WIDTH)
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    x, y = box["x"] + 180, box["y"] + 200
    touches = page.context.new_cdp_session(page)
    for sort, apart in (("touchStart", 20), ("touchMove", 40), ("touchMove", 80), ("touchEnd", 0)):
        points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}] if apart else []
        touches.send("Input.dispatchTouchEvent", {"type": sort, "touchPoints": points})
    page.wait_for_function(f"{WIDTH} < {before / 2}")
    page.get_by_role("button", name="Fit all of it").tap()
    page.locator("g.node", has_text="dexamethasone").tap()
    expect(page.get_by_role("status")).to_contain_text("dexamethasone (Drug)")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


# --- SPARQL ---


def test_the_editor_shows_an_error_at_its_place_and_rows_after_mending(window) -> None:
    page = window()
    page.goto("/sparql")
    editor = page.get_by_label("Query", exact=True)
    editor.fill("\n" * 40 + BROKEN)
    editor.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Line 43, column 18.")
    expect(editor).to_be_focused()
    chosen = editor.evaluate("area => [area.value.slice(area.selectionStart, area.selectionEnd), area.scrollTop > 0]")
    assert chosen == ["]", True]
    page.keyboard.type("entity:calciphylaxis")
    editor.press("Control+Enter")
    expect(page.get_by_role("heading", name="rows")).to_be_visible()
    assert page.locator("[aria-invalid]").count() == 0

    editor.fill(ROWS)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    page.get_by_role("link", name="claim:nazir-2015-32").click()
    page.wait_for_url("**/claim/nazir-2015-32")


def test_a_named_query_is_found_and_asked_of_something_else(window) -> None:
    page = window()
    page.goto("/sparql")
    page.get_by_label("Narrow the list").fill("what does one publication say")
    assert page.locator("#queries > li:visible").count() == 1
    page.locator("#queries > li:visible summary").click()
    page.locator("#queries > li:visible input:not([type])").fill("nazir-2015")
    page.locator("#queries > li:visible button").click()
    page.wait_for_url("**/sparql?query=*")
    assert "nazir-2015" in page.get_by_label("Query", exact=True).input_value()
    assert page.locator("tbody tr").count() > 10


# --- without JavaScript, without network ---


def test_without_javascript_everything_is_read_asked_and_followed(window, served: str) -> None:
    page = window(java_script_enabled=False)
    page.goto("/")
    page.locator("#from").fill("steroids")
    page.locator("#to").fill("vascular calcification")
    page.get_by_role("button", name="Trace", exact=True).click()
    expect(page.locator(".verdict").first).to_have_text("◆ contested")
    assert arms(page) == ["increasing", "decreasing", "unsigned"]
    assert page.locator("link[rel=canonical]").get_attribute("href") == FLAGSHIP
    assert page.locator("[data-live]:visible, [role=tab]").count() == 0  # nothing that does nothing
    page.locator("g.node a", has_text="osteoprotegerin").click()
    page.wait_for_url("**/entity/osteoprotegerin")
    page.goto("/sparql")
    page.locator("textarea").fill(BROKEN)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    expect(page.get_by_role("alert")).to_contain_text("Line 3, column 18.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_offline_file_opens_from_disk_without_network(window, loaded_once, tmp_path: Path, script: bool) -> None:
    file = tmp_path / "steroids.html"
    assert run(["html", str(file), "--from", "corticosteroids", "--to", "vascular calcification"]) == 0
    page = window(offline=True, java_script_enabled=script)
    page.goto(file.as_uri())
    expect(page.locator(".verdict").first).to_have_text("◆ contested")
    if script:
        page.get_by_role("tab", name="lowers").click()
        assert arms(page) == ["decreasing"]
        page.locator("g.node", has_text="osteoprotegerin").click()
        page.get_by_role("status").get_by_role("link", name="Open it").click()
        assert page.url.endswith("#entity-osteoprotegerin")
        page.get_by_role("tab", name="Both arms").click()
    page.locator("[id='row-corticosteroid--osteoprotegerin--down'] .claims a").first.click()
    expect(page.locator("[id='claim-nazir-2015-32']")).to_be_in_viewport()


# --- how it looks ---


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core, the checker of accessibility."""
    return (fetched("axe-core@4", tmp_path_factory.mktemp("axe")) / "axe.min.js").read_text("utf-8")


def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds that is serious or critical, by these rules or all, with the first place of each."""
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("options => axe.run({exclude: ['.frame svg']}, options)", options)["violations"]
    bad = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in bad]


def test_accessible_on_every_sort_of_page_in_light_and_dark(window, axe: str) -> None:
    page = window(viewport={"width": 1280, "height": 800})
    found = []
    for path in (path for name, path in PAGES.items() if name not in LIKE_OTHERS):
        page.goto(path)
        page.evaluate(axe)
        found += findings(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += findings(page, "color-contrast")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert found == []


def test_every_sort_of_page_has_its_marks(window) -> None:
    """What axe would find first, where it is not there: a language, a title, one main head, names for all fields."""
    page = window(viewport={"width": 390, "height": 844})
    for name, path in PAGES.items():
        page.goto(path)
        told = page.evaluate(
            """() => ({
              lang: document.documentElement.lang, title: document.title, heads: document.querySelectorAll("h1").length,
              unnamed: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(one => !one.labels.length).length,
              empty: [...document.querySelectorAll("a[href], button")].filter(one => !(one.ariaLabel || one.textContent.trim())).length,
              twice: [...document.querySelectorAll("[id]")].map(one => one.id).filter((id, place, all) => all.indexOf(id) < place),
              nowhere: [...document.querySelectorAll("a[href^='#']")].map(one => one.getAttribute("href").slice(1)).filter(id => !document.getElementById(id)),
              wide: document.documentElement.scrollWidth - innerWidth, inline: document.querySelectorAll("[style]:not(.frame svg), main style, main script").length,
            })"""
        )
        assert told.pop("title")
        assert (name, told) == (
            name,
            {"lang": "en", "heads": 1, "unnamed": 0, "empty": 0, "twice": [], "nowhere": [], "wide": 0, "inline": 0},
        )
        assert page.get_by_text("not medical advice").last.is_visible()


def test_main_pages_fit_phone_laptop_and_projector(window, root: Path) -> None:
    folder = root / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in WIDTHS.items():
        page = window(viewport={"width": width, "height": height})
        for name in MAIN:
            page.goto(PAGES[name])
            assert page.evaluate("document.documentElement.scrollWidth") == width
            page.screenshot(path=folder / f"{name}-{width}.png")
