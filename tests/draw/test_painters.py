"""SVG, PNG, PDF and axes of one's own: what a file holds, what it does not, and that it is the same every time."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import imread
from sketches import HOSTILE, edge, entity, path

from kg.draw import draw, paint, scene_of
from kg.draw.figure import MOST_DOTS, pdf, png
from kg.draw.figure import paint as paint_scene
from kg.draw.measure import clean
from kg.draw.scene import Scene, Words
from kg.draw.style import CATEGORY
from kg.draw.svg import svg
from kg.errors import FileProblem, UsageError

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = ["flagship", "path down", "graph of 40", "links and associations", "hostile", "no path", "nothing"]
A, B = entity("a"), entity("b")
FORMS = ["svg", "png", "pdf", "dot", "mmd"]
BOXES = pytest.mark.filterwarnings("ignore:Glyph .* missing from font")  # DejaVu Sans has no Chinese and no emoji


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def groups(root: ElementTree.Element, kind: str) -> dict[str, ElementTree.Element]:
    """The groups of one kind by their ids, without the digest of the picture before them."""
    found = [g for g in root.iter(f"{SVG}g") if g.get("class").split()[0] == kind]
    return {g.get("id").split("-", 1)[1]: g for g in found}


def title(group: ElementTree.Element) -> str:
    return group.find(f"{SVG}title").text


# --- SVG ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_an_svg_is_an_image_with_a_name_and_a_description(picture, name):
    root = parsed(svg(picture(name).scene))
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    named, described = root.get("aria-labelledby").split()
    texts = {child.get("id"): child.text or "" for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    scene = picture(name).scene
    assert texts == {named: scene.title, described: scene.description}
    assert [float(n) for n in root.get("viewBox").split()] == [0, 0, scene.width, scene.height]


@pytest.mark.parametrize("name", DRAWN)
def test_ids_in_an_svg_are_unique_and_names(picture, name):
    ids = [element.get("id") for element in parsed(svg(picture(name).scene)).iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 2 + len(picture(name).scene.items)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", found, re.ASCII) for found in ids)


def test_a_slug_that_is_no_name_becomes_one():
    odd = entity('ü "x" <y>', "odd")
    assert set(groups(parsed(draw(path(odd, B))), "node")) == {"node-_fc__20__22_x_22__20__3c_y_3e_", "node-b"}


@pytest.mark.parametrize("name", DRAWN)
def test_text_stays_text(picture, name):
    scene = picture(name).scene
    texts = [element.text or "" for element in parsed(svg(scene)).iter(f"{SVG}text")]
    assert texts == scene.texts
    for node, group in groups(parsed(svg(scene)), "node").items():
        (label,) = (n.label for n in picture(name).diagram.nodes if f"node-{n.id}" == node)
        shown = "".join(t.text for t in group.iter(f"{SVG}text")).replace(" ", "")
        whole = label.replace(" ", "")
        assert shown == whole or (len(shown) > 25 and shown.endswith("…") and whole.startswith(shown[:-1]))


def test_tooltips_name_entities_and_the_sources_of_each_step(picture, flagship):
    root = parsed(svg(picture("flagship").scene))
    steps = {
        (s.source.id, s.target.id, s.sign): s for route in flagship.paths for s in route.steps if s.kind == "claim"
    }
    cited = 0
    for name, group in groups(root, "step").items():
        start, end, way, *link = name.removeprefix("step-").split("--")
        if link:
            assert "by definition, not by evidence" in title(group)
            continue
        found = steps[start, end, {"up": 1, "down": -1, "unsigned": 0}[way]]
        assert title(group).startswith(f"{found}\n{found.support}")
        named = [source.citation for source in found.sources if source.citation in title(group).splitlines()]
        assert len(named) == min(6, len({source.citation for source in found.sources})) > 0
        cited += len(named)
    assert cited > 20
    assert title(groups(root, "node")["node-osteoprotegerin"]).startswith("osteoprotegerin (Protein)\n")


@pytest.mark.parametrize("name", DRAWN)
def test_an_svg_holds_nothing_active_and_asks_for_nothing_outside(picture, name):
    text = svg(picture(name).scene)
    root = parsed(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "rect", "g", "path", "text",
    }  # fmt: skip
    attributes = {key for element in root.iter() for key in element.attrib}
    assert not {key for key in attributes if key.startswith("on") or "href" in key}
    assert re.findall(r"https?:|url\(|@import", text) == ["http:"]
    assert 'xmlns="http://www.w3.org/2000/svg"' in text


def test_hostile_labels_and_sources_are_shown_as_they_are(picture):
    root = parsed(svg(picture("hostile").scene))
    nodes = groups(root, "node")
    assert set(nodes) == {f"node-{name}" for name in [*HOSTILE, "between"]}
    assert title(nodes["node-markup"]) == f"{HOSTILE['markup']} (Drug)"
    assert title(nodes["node-control"]).startswith("be\ufffdll\ufffd null\n\tline\u2028two\u202eleft")
    assert [t.text for t in nodes["node-empty"].iter(f"{SVG}text")] == ["empty"]
    said = title(groups(root, "step")["step-markup--between--up"])
    assert HOSTILE["markup"] in said
    assert "half \ufffd of a pair" in said


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_titles_and_versions_of_ones_own_are_escaped_too(text):
    root = parsed(draw([edge(A, 1, B)], title=text or "x", version=text))
    assert root.find(f"{SVG}title").text in (clean(text), "x", None)


def test_two_pictures_can_stand_on_one_page(flagship):
    pictures = [flagship.draw(), flagship.draw(max_entities=10), draw(flagship.increasing[0]), flagship.draw(title="x")]
    page = parsed(f"<div>{''.join(pictures)}</div>")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) > 100


def test_a_step_and_a_node_can_be_styled_by_their_classes(picture):
    root = parsed(svg(picture("flagship").scene))
    classes = {group.get("class") for group in root.iter(f"{SVG}g")}
    assert {"node intervention source", "node condition target", "node molecule", "step claim bar"} <= classes
    assert any(re.fullmatch("step claim (arrow|bar)( hypothesized)? bold", name) for name in classes)
    shapes = {element.get("class") for element in root.iter(f"{SVG}path")}
    assert {"halo", "line", "arrow", "bar", "open", "dispute", "outline", "band raising", "band lowering"} <= shapes


# --- the same every time ------------------------------------------------------------------------------------------------


def test_the_same_question_gives_the_same_bytes_in_every_process_and_form(tmp_path):
    program = (
        "import sys, kg\n"
        "graph = kg.load()\n"
        "trace = graph.trace('corticosteroids', 'vascular calcification')\n"
        "short = graph.trace('osteoprotegerin', 'vascular calcification', max_steps=1)\n"  # painted from a scene, as the SVG is
        f"for form in {FORMS}:\n"
        "    (short if form in ('png', 'pdf') else trace).draw(f'{sys.argv[1]}/trace.{form}')\n"
        "graph.draw(f'{sys.argv[1]}/graph.svg', max_entities=30)\n"
    )

    def digests(seed: str) -> dict[str, str]:
        folder = tmp_path / seed
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", program, str(folder)], check=True, env=environment)
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}

    first = digests("1")
    assert len(first) == len(FORMS) + 1
    assert digests("2") == first


@pytest.mark.parametrize("form", FORMS)
def test_drawing_again_writes_the_same_bytes(form, tmp_path):
    first, second = (draw(path(A, B), tmp_path / f"{n}.{form}") for n in (1, 2))
    assert Path(first).read_bytes() == Path(second).read_bytes()


# --- PNG and PDF --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["flagship", "path down", "highlighted", "nothing"])
def test_a_png_is_as_large_as_its_scene_and_shows_every_node_in_its_place(picture, name):
    scene = picture(name).scene
    data = png(scene)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    pixels = imread(io.BytesIO(data))
    assert pixels.shape[:2] == pytest.approx((2 * scene.height, 2 * scene.width), abs=1)
    assert tuple(pixels[0, 0][:3]) == (1, 1, 1)
    assert pixels[:, :, :3].min() < 0.2  # the ink of the text
    for item in scene.of("node"):
        inside = pixels[round(2 * (item.box.top + 5)), round(2 * item.box.x)]
        assert tuple(inside[:3]) == pytest.approx(to_rgb(CATEGORY[item.classes[0]].fill), abs=0.01), item.id


def test_a_very_large_scene_becomes_a_coarser_png():
    pixels = imread(io.BytesIO(png(Scene(2 * MOST_DOTS, 400, "", "", ()))))
    assert pixels.shape[:2] == pytest.approx((200, MOST_DOTS), abs=1)


def test_a_pdf_has_its_size_its_title_and_fonts_whose_letters_can_be_copied(picture):
    scene = picture("flagship").scene
    with mpl.rc_context({"pdf.compression": 0}):
        data = pdf(scene)
    assert data.startswith(b"%PDF-")
    box = re.search(rb"/MediaBox \[ ?([\d. ]+?) ?\]", data)
    assert [float(n) for n in box[1].split()] == pytest.approx([0, 0, scene.width, scene.height], abs=0.1)
    assert b"/Subtype /CIDFontType2" in data or b"/Subtype /TrueType" in data
    assert b"/ToUnicode" in data
    assert b"/Type3" not in data
    assert b"/CreationDate" not in data
    assert scene.title.encode("utf-16-be") in data.replace(b"\\", b"")


@BOXES
@pytest.mark.parametrize("form", ["png", "pdf"])
@pytest.mark.parametrize("setting", [{}, {"text.usetex": True}, {"axes.formatter.use_mathtext": True}])
def test_hostile_labels_are_painted_and_never_taken_for_formulas(picture, form, setting):
    with mpl.rc_context(setting):
        data = {"png": png, "pdf": pdf}[form](picture("hostile").scene)
    assert len(data) > 10_000


# --- axes of one's own --------------------------------------------------------------------------------------------------


def figure(width: float = 6, height: float = 4) -> Figure:
    drawn = Figure(figsize=(width, height))
    FigureCanvasAgg(drawn)
    return drawn


@pytest.mark.parametrize(("width", "height"), [(12, 3), (3, 9), (6, 6)])
def test_a_picture_in_axes_keeps_its_proportions_and_its_text_inside_the_nodes(flagship, width, height):
    drawn = figure(width, height)
    axes = drawn.add_axes((0.1, 0.1, 0.8, 0.8))
    assert paint(flagship, axes) is axes
    drawn.canvas.draw()
    origin, right, down = axes.transData.transform([(0, 0), (100, 0), (0, 100)])
    assert right[0] - origin[0] == pytest.approx(origin[1] - down[1])
    scale = (right[0] - origin[0]) / 100
    texts = {text.get_text(): text for text in axes.texts}
    checked = 0
    for item in scene_of(flagship).of("node"):
        for words in (mark for mark in item.marks if isinstance(mark, Words)):
            extent = texts[words.text].get_window_extent()
            assert extent.width <= item.box.width * scale
            checked += 1
    assert checked > 30
    inside = axes.get_window_extent()
    page = axes.transData.transform([(0, 0), (axes.get_xlim()[1], axes.get_ylim()[0])])
    assert all(inside.x0 - 1 <= x <= inside.x1 + 1 and inside.y0 - 1 <= y <= inside.y1 + 1 for x, y in page)


def test_other_axes_of_the_figure_stay_as_they_are():
    drawn = figure()
    left, right = drawn.subplots(1, 2)
    right.plot([0, 1], [2, 3])
    limits = right.get_xlim(), right.get_ylim(), right.get_position().bounds
    paint([edge(A, 1, B)], left)
    drawn.canvas.draw()
    assert (right.get_xlim(), right.get_ylim(), right.get_position().bounds) == limits
    assert right.axison
    assert not left.axison


@pytest.mark.parametrize("label", [r"$\alpha$+$\beta$", "5$ or 6$", r"a\_b \$", "$"])
def test_a_label_in_axes_reads_as_it_is_written(label):
    axes = figure().add_subplot()
    paint(path(entity("x", label), B), axes)
    (shown,) = (text for text in axes.texts if text.get_text() == label)
    assert not shown.get_parse_math()
    shown.figure.canvas.draw()


def test_text_grows_with_the_axes():
    sizes = []
    for width in (5, 10):
        axes = figure(width, width).add_axes((0, 0, 1, 1))
        paint_scene(scene_of(path(A, B)), axes)
        sizes.append(axes.texts[0].get_fontsize())
    assert sizes[1] == pytest.approx(2 * sizes[0])


# --- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [*FORMS, "SVG", "Png"])
def test_the_ending_names_the_form_and_the_path_is_returned(form, tmp_path):
    file = tmp_path / f"picture.{form}"
    assert draw([edge(A, 1, B)], file) == str(file)
    begins = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "mmd": b"---\ntitle:"}
    assert file.read_bytes().startswith(begins[form.lower()])


@pytest.mark.parametrize("name", ["picture.jpg", "picture", "picture.svg.gz", ".svg", "svg"])
def test_another_ending_is_refused_with_those_that_there_are(name, tmp_path):
    with pytest.raises(UsageError, match=r"form of picture. Use one of: \.svg, \.png, \.pdf, \.dot, \.mmd\."):
        draw([edge(A, 1, B)], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_picture_is_kept_without_force(tmp_path):
    file = tmp_path / "picture.svg"
    file.write_text("mine")
    with pytest.raises(FileProblem, match="exists and is kept"):
        draw([edge(A, 1, B)], file)
    assert file.read_text() == "mine"
    draw([edge(A, 1, B)], file, force=True)
    assert file.read_text() == draw([edge(A, 1, B)])


def test_a_picture_that_cannot_be_laid_out_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr("kg.draw.layout.SECONDS", 0.001)
    with pytest.raises(UsageError):
        draw([edge(A, 1, B)], tmp_path / "picture.png")
    assert list(tmp_path.iterdir()) == []


def test_graph_and_trace_draw_what_the_package_draws(graph, flagship, tmp_path):
    assert flagship.draw(max_entities=12) == draw(flagship, max_entities=12)
    causal = [e for e in graph.edges if e.claims[0].causal]
    options = {"version": graph.version, "max_entities": 8}
    assert graph.draw(max_entities=8) == draw(causal, **options)
    assert graph.draw(tmp_path / "x.svg", max_entities=8) == str(tmp_path / "x.svg")
