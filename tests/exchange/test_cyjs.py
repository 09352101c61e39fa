"""Cytoscape JSON as cytoscape.js reads it, headless under Node."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from consumed import assert_keeps_what_it_says, told
from npmpack import fetched

from kg.exchange import formats
from kg.graph import KnowledgeGraph

ASK = """
const fs = require("fs"), warnings = []; console.warn = (...said) => warnings.push(said.join(" "));
const cytoscape = require(process.argv[2]);
const looks = {
  node: n => ({wide: n.numericStyle("width")}),
  edge: e => ({end: e.style("target-arrow-shape"), line: e.style("line-style"), label: e.style("label"),
    width: e.numericStyle("width"), under: e.style("underlay-color"), beside: e.parallelEdges().length}),
};
const told = process.argv.slice(4).map((file, number) => {
  const painted = number > 0;  // the whole graph would take long
  const cy = cytoscape({headless: true, styleEnabled: painted, ...JSON.parse(fs.readFileSync(file, "utf-8"))});
  const all = each => ({data: each.data(), ...(painted ? looks[each.group().slice(0, 4)](each) : {})});
  return {
    head: cy.data(),
    nodes: cy.nodes().map(n => ({...all(n), place: n.position()})),
    edges: cy.edges().map(e => ({...all(e), ends: [e.source().id(), e.target().id()]})),
    raising: cy.edges("[standing = 'causal'][sign > 0]").length,
    lowering: cy.edges("[standing = 'causal'][sign < 0]").length,
  };
});
fs.writeFileSync(process.argv[3], JSON.stringify({told, warnings}));
process.exit(0);  // cytoscape.js would go on drawing
"""


@pytest.fixture(scope="module")
def shown(graph, various, routes, tmp_path_factory):
    """What cytoscape.js tells of three graphs, by name, and its warnings."""
    if shutil.which("node") is None:
        pytest.skip("no Node here to run cytoscape.js")
    folder = tmp_path_factory.mktemp("cytoscape")
    library = fetched("cytoscape@3", folder) / "dist" / "cytoscape.cjs.js"
    graphs = {"graph": graph, "various": various, "routes": routes}
    files = [folder / f"{name}.cyjs" for name in graphs]
    for file, each in zip(files, graphs.values(), strict=True):
        each.export(file)
    (folder / "ask.cjs").write_text(ASK)
    command = ["node", str(folder / "ask.cjs"), str(library), str(folder / "answer.json"), *map(str, files)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    return {**dict(zip(graphs, answer["told"], strict=True)), "warnings": answer["warnings"]}


def back(seen):
    edges = [{**edge["data"], "source": edge["data"].get("claimed_by")} for edge in seen["edges"]]
    return told(seen["head"], [node["data"] for node in seen["nodes"]], edges)


@pytest.mark.parametrize("name", ["graph", "various"])
def test_cytoscape_finds_everything_that_the_format_is_said_to_keep(name, shown, request):
    assert_keeps_what_it_says("cyjs", request.getfixturevalue(name), back(shown[name]))


def test_cytoscape_takes_the_styles_without_a_warning_and_nodes_where_they_are(shown, graph):
    assert shown["warnings"] == []
    written = {n["data"]["id"]: n["position"] for n in document(graph)["elements"]["nodes"]}
    assert {node["data"]["id"]: node["place"] for node in shown["graph"]["nodes"]} == written
    assert all(node["wide"] == node["data"]["width"] > 20 for node in shown["routes"]["nodes"])


def document(graph: KnowledgeGraph):
    return json.loads(formats()["cyjs"].write(graph._content))


def test_selectors_by_sign_find_the_live_effects_and_no_other(shown, graph, various):
    for name, each in (("graph", graph), ("various", various)):
        live = [claim for claim in each.claims() if claim.live and claim.causal and not claim.null]
        assert shown[name]["raising"] == sum(claim.sign == 1 for claim in live)
        assert shown[name]["lowering"] == sum(claim.sign == -1 for claim in live)
    assert {edge["beside"] for edge in shown["various"]["edges"] if edge["ends"] == ["a", "b"]} == {3}  # and one back


def test_ends_tell_the_sign_dashes_a_guess_and_words_what_is_denied(shown):
    ends = {(edge["data"]["look"], edge["end"]) for edge in shown["various"]["edges"]}
    assert ends == {
        ("raises", "triangle"),
        ("lowers", "tee"),
        ("acts", "none"),
        ("goes with", "none"),
        ("goes against", "none"),
        ("by definition", "triangle"),
        ("opposite by definition", "tee"),
        ("null result", "none"),
        ("refuted", "none"),
    }
    for edge in shown["various"]["edges"]:
        guess = edge["data"].get("certainty") == "hypothesized"
        assert edge["line"] == (
            "dotted" if edge["data"]["standing"] == "definition" else "dashed" if guess else "solid"
        )
        assert edge["label"] == edge["data"].get("mark", "")
    marks = {edge["data"]["look"]: edge["label"] for edge in shown["various"]["edges"]}
    assert (marks["refuted"], marks["goes with"], marks["goes against"]) == ("refuted increases", "+", "−")
    assert marks["null result"] in ("has no effect on", "not associated with")
    assert {edge["label"] for edge in shown["various"]["edges"] if edge["ends"] == ["a", "b"]} == {"◇"}


def test_the_routes_of_an_answer_are_shown_as_its_picture_shows_them(shown):
    nodes, edges = shown["routes"]["nodes"], shown["routes"]["edges"]
    places = {node["data"].get("role"): node["place"]["x"] for node in nodes}
    assert places["source"] == min(node["place"]["x"] for node in nodes)
    assert places["target"] > 0.9 * max(node["place"]["x"] for node in nodes)
    assert {edge["data"].get("arms") for edge in edges} >= {"raising", "lowering", "raising and lowering", None}
    assert len({edge["under"] for edge in edges}) >= 3
    bold = [edge for edge in edges if edge["data"].get("bold")]
    assert bold
    assert min(edge["width"] for edge in bold) > max(edge["width"] for edge in edges if edge not in bold)
    assert "70 routes raise it" in shown["routes"]["head"]["description"]
