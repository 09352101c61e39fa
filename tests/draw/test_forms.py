"""Diagrams as text: DOT as Graphviz reads it, Mermaid line by line."""

from __future__ import annotations

import re

import pytest
import yaml
from pygraphviz import AGraph
from sketches import HOSTILE, claim, definition, edge, entity, path, step, trace

from kg.draw import diagram_of
from kg.draw.forms import dot, mermaid
from kg.draw.measure import clean
from kg.model import Path

A, B, C = (entity(name) for name in "abc")
DRAWN = ["flagship", "path down", "graph of 40", "links and associations", "hostile", "no path", "nothing"]
ASSOCIATION = {sign: [edge(A, sign, B, predicate="associated", causal=False)] for sign in (1, -1)}
ARROWS = {
    "raises": path(A, B),
    "lowers": path(A, B, signs=(-1,)),
    "affects": path(A, B, signs=(0,)),
    "guessed": Path((step(A, 1, B, certainty="hypothesized"),)),
    "guessed lowering": Path((step(A, -1, B, certainty="hypothesized"),)),
    "disputed": Path((step(A, -1, B, against=(claim(A, 1, B),)),)),
    "named": Path((step(A, 1, B, disputes=("a-quarrel",)),)),
    "definition": Path((definition(A, "broader", B),)),
    "opposite": Path((definition(A, "lowered-state-of", B),)),
    "goes with": ASSOCIATION[1],
    "goes against": ASSOCIATION[-1],
}
LABELS = pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)


# --- DOT --------------------------------------------------------------------------------------------------------------


def attributes(thing) -> dict[str, str]:
    read = AGraph(string=dot(diagram_of(thing)))
    (found,) = read.edges()
    return {name: found.attr[name] for name in ("arrowhead", "style", "label") if found.attr[name]}


@pytest.mark.parametrize("name", DRAWN)
def test_dot_is_read_back_with_the_same_nodes_and_edges(picture, name):
    diagram = picture(name).diagram
    read = AGraph(string=dot(diagram))
    assert read.directed
    assert sorted(read.nodes()) == sorted(node.id for node in diagram.nodes)
    heads = {"arrow": "normal", "bar": "tee", "plain": "none", "open": "empty"}
    assert sorted((*e, e.attr["arrowhead"], e.attr["style"] or "") for e in read.edges()) == sorted(
        (a.source, a.target, heads[a.end], pattern(a)) for a in diagram.arrows
    )


def pattern(arrow) -> str:
    return "dotted" if arrow.kind == "definition" else "dashed" if arrow.hypothetical else ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("raises", {"arrowhead": "normal"}),
        ("lowers", {"arrowhead": "tee"}),
        ("affects", {"arrowhead": "none"}),
        ("guessed", {"arrowhead": "normal", "style": "dashed"}),
        ("disputed", {"arrowhead": "tee", "label": "◇"}),
        ("named", {"arrowhead": "normal", "label": "◆"}),
        ("definition", {"arrowhead": "empty", "style": "dotted"}),
        ("opposite", {"arrowhead": "tee", "style": "dotted"}),
        ("goes with", {"arrowhead": "none", "label": "+"}),
        ("goes against", {"arrowhead": "none", "label": "−"}),
    ],
)
def test_ends_and_patterns_in_dot(name, expected):
    assert attributes(ARROWS[name]) == expected


@LABELS
def test_a_label_in_dot_is_read_back_as_it_was(label):
    read = AGraph(string=dot(diagram_of(path(entity("x", label), B), title=f"to {label}")))
    shown = read.get_node("x").attr["label"]
    assert shown.replace("\\\\", "\\") == clean(label) or (shown == "x" and not clean(label))
    caption = "\\n".join(clean(line) for line in f"to {label}".split("\n"))
    assert read.graph_attr["label"].replace("\\\\", "\\").startswith(caption)


def test_dot_has_tooltips_with_sources_a_caption_and_thick_lines(flagship):
    diagram = diagram_of(flagship)
    read = AGraph(string=dot(diagram))
    caption = read.graph_attr["label"].split("\\n")
    assert caption == [diagram.title, diagram.subtitle, *diagram.notes, diagram.credit]
    (found,) = (a for a in diagram.arrows if (a.source, a.target) == ("corticosteroid", "osteoprotegerin"))
    drawn = read.get_edge("corticosteroid", "osteoprotegerin")
    assert drawn.attr["tooltip"].split("\\n") == found.tooltip.split("\n")
    bold = {(a.source, a.target) for a in diagram.arrows if a.bold}
    assert {tuple(e) for e in read.edges() if float(e.attr["penwidth"]) > 2} == bold


@pytest.mark.parametrize(
    ("thing", "direction"), [(path(A, B), "LR"), (trace(path(A, B, C)), "LR"), (ASSOCIATION[1], "TB")]
)
def test_traces_run_from_left_to_right_and_graphs_downwards(thing, direction):
    assert f"rankdir={direction} " in dot(diagram_of(thing))
    assert f"flowchart {direction}\n" in mermaid(diagram_of(thing))


# --- Mermaid ----------------------------------------------------------------------------------------------------------

NODE = re.compile(r'  (n\d+)(?:\(\["(.*)"\]\)|\["(.*)"\]|\("(.*)"\))')
LINE = re.compile(r'  (n\d+) (-\.-[>x]?|--[->x])(?:\|"([a-z ,]+)"\|)? (n\d+)')
OTHER = re.compile(r"  (%% .*|classDef [a-z]+ fill:\S+|class n\d+(,n\d+)* [a-z]+|linkStyle \d+ stroke:\S+)")


def mermaid_lines(thing, **options) -> list[str]:
    return mermaid(diagram_of(thing, **options)).splitlines()


def decoded(label: str) -> str:
    """A Mermaid label as a browser shows it."""
    assert not re.search(r'["<>&`%$\\]|#(?!\d+;)', label)
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label)


@pytest.mark.parametrize("name", DRAWN)
def test_every_line_of_mermaid_is_a_node_a_line_or_a_style(picture, name):
    diagram = picture(name).diagram
    before, header, yaml, *body = mermaid(diagram).splitlines()
    assert (before, header[:8], yaml, body[0][:10]) == ("---", 'title: "', "---", "flowchart ")
    nodes = [found for line in body if (found := NODE.fullmatch(line))]
    lines = [found for line in body if (found := LINE.fullmatch(line))]
    assert [line for line in body[1:] if not any(p.fullmatch(line) for p in (NODE, LINE, OTHER))] == []
    assert [found[1] for found in nodes] == [f"n{n}" for n in range(len(diagram.nodes))]
    assert [decoded(next(filter(None, found.groups()[1:]))) for found in nodes] == [n.label for n in diagram.nodes]
    names = [node.id for node in diagram.nodes]
    assert [(names[int(f[1][1:])], names[int(f[4][1:])]) for f in lines] == [
        (a.source, a.target) for a in diagram.arrows
    ]
    assert [line.split()[1] for line in body if "linkStyle" in line] == [str(n) for n in range(len(diagram.arrows))]
    styled = [name for line in body if line.startswith("  class ") for name in line.split()[1].split(",")]
    assert sorted(styled) == sorted(found[1] for found in nodes)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("raises", "n0 --> n1"),
        ("lowers", 'n0 --x|"lowers"| n1'),
        ("affects", 'n0 ---|"affects"| n1'),
        ("guessed", "n0 -.-> n1"),
        ("guessed lowering", 'n0 -.-x|"lowers"| n1'),
        ("disputed", 'n0 --x|"lowers, contradicted"| n1'),
        ("named", 'n0 -->|"in a named dispute"| n1'),
        ("definition", 'n0 -.->|"by definition"| n1'),
        ("opposite", 'n0 -.-x|"opposite by definition"| n1'),
        ("goes with", 'n0 ---|"goes with"| n1'),
        ("goes against", 'n0 ---|"goes against"| n1'),
    ],
)
def test_ends_patterns_and_words_in_mermaid(name, line):
    assert f"  {line}" in mermaid_lines(ARROWS[name])


@pytest.mark.parametrize(
    ("kind", "shown"), [("Drug", 'n0(["x"])'), ("Disease", 'n0["x"]'), ("Protein", 'n0("x")'), ("Process", 'n0("x")')]
)
def test_categories_have_their_shapes_in_mermaid(kind, shown):
    assert f"  {shown}" in mermaid_lines(path(entity("x", kind=kind), B))


@LABELS
def test_a_label_in_mermaid_can_neither_end_nor_be_taken_for_markup(label):
    found = mermaid_lines(path(entity("x", label), B))
    (shown,) = (match[4] for line in found if (match := NODE.fullmatch(line)) and match[1] == "n0")
    assert decoded(shown) == (clean(label) or "x")


@LABELS
def test_a_title_in_mermaid_stays_one_quoted_line(label):
    before, header, after, *_ = mermaid_lines(path(A, B), title=f"to {label}")
    assert (before, after) == ("---", "---")
    assert yaml.safe_load(header) == {"title": clean(f"to {label}")}


def test_notes_in_mermaid_are_comments_and_never_directives():
    found = [line for line in mermaid_lines([edge(A, 1, B)], version="1 %%{init: {}}%%") if "%%" in line]
    assert found
    assert all(line.startswith("  %% ") and "%%" not in line[5:] for line in found)
