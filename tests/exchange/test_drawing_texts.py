"""DOT as Graphviz reads it, and Mermaid as Mermaid draws it in a browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess

import pytest
from npmpack import fetched
from pygraphviz import AGraph

from kg.draw import forms
from kg.exchange import ASPECTS, formats
from kg.exchange.forms.diagrams import whole

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
ASK = """<meta charset="utf-8"><body><script src="package/dist/mermaid.min.js"></script><script>
const texts = TEXTS;
const limits = {maxEdges: 2000, maxTextSize: 200000};
async function tried(text, more, draw) {
  mermaid.initialize({startOnLoad: false, ...more});
  try {
    if (!draw) return {type: (await mermaid.parse(text)).diagramType};
    const {svg} = await mermaid.render("drawn", text);
    const page = new DOMParser().parseFromString(svg, "text/html");
    return {nodes: page.querySelectorAll("g.node").length, edges: page.querySelectorAll("path.flowchart-link").length,
      labels: [...page.querySelectorAll("g.node .nodeLabel")].map(each => each.textContent),
      crosses: page.querySelectorAll("path.flowchart-link[marker-end*=cross]").length};
  } catch (error) { return {error: String(error)}; }
}
(async () => {
  const told = {graph: await tried(texts.graph, limits), limited: await tried(texts.graph, {}),
    various: await tried(texts.various, {}, true), routes: await tried(texts.routes, {})};
  document.body.textContent = JSON.stringify(told);
})();
</script></body>"""


@pytest.fixture(params=["graph", "various", "routes"])
def each(request):
    return request.getfixturevalue(request.param)


# --- DOT --------------------------------------------------------------------------------------------------------------


def test_graphviz_finds_all_entities_with_the_signs_effects_and_associations_that_dot_keeps(each):
    read = AGraph(string=formats()["dot"].write(each._content))
    labels = {entity.id: entity.label for entity in each.entities}
    assert set(read.nodes()) == set(labels)
    found = {}
    for edge in read.edges():
        sort = (edge.attr["arrowhead"], edge.attr["style"] == "dotted", (edge.attr["label"] or " ")[0])
        found.setdefault(sort, set()).add((labels[edge[0]], labels[edge[1]]))
    told = {kind: ASPECTS[kind].of(each._content) for kind in ("signs", "unsigned", "associations")}
    for sign, head in ((1, "normal"), (-1, "tee")):
        drawn = set().union(*(pairs for sort, pairs in found.items() if sort[:2] == (head, False)))
        assert drawn == {(subject, target) for subject, said, target in told["signs"] if said == sign}
    plain = {sort[2]: pairs for sort, pairs in found.items() if sort[:2] == ("none", False)}
    for sign, mark in ((1, "+"), (-1, "−")):
        assert plain.pop(mark, set()) == {(s, target) for s, _, target, said in told["associations"] if said == sign}
    assert set().union(*plain.values()) == {(subject, target) for subject, _, target, _ in told["unsigned"]}


def test_nothing_is_cut_off_and_links_are_told_as_definitions(graph):
    diagram = whole(graph._content)
    assert len(diagram.nodes) == len(graph.entities) > 300
    assert sum(arrow.kind == "definition" for arrow in diagram.arrows) == len(graph.links)


def test_the_routes_of_an_answer_have_its_title_its_ends_and_its_best_routes_in_bold(routes):
    diagram = whole(routes._content)
    trace = routes._content.trace
    assert diagram.title == trace.title
    assert [node.id for node in diagram.nodes if node.role] == ["corticosteroid", "vascular-calcification"]
    best = {(step.source.id, step.target.id) for arm in (trace.increasing, trace.decreasing) for step in arm[0].steps}
    assert {(arrow.source, arrow.target) for arrow in diagram.arrows if arrow.bold} == best
    steps = {step for path in trace.paths for step in path.steps}
    assert sum(bool(arrow.arms) for arrow in diagram.arrows) == len(steps)


# --- Mermaid ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(graph, various, routes, tmp_path_factory):
    """What Mermaid makes of three files, and of the largest within the limits that it has as shipped."""
    if BROWSER is None:
        pytest.skip("no Chromium here to run Mermaid")
    folder = tmp_path_factory.mktemp("mermaid")
    fetched("mermaid@11", folder)
    graphs = {"graph": graph, "various": various, "routes": routes}
    texts = {name: formats()["mermaid"].write(each._content) for name, each in graphs.items()}
    page = folder / "page.html"
    page.write_text(ASK.replace("TEXTS", json.dumps(texts).replace("</", "<\\/")), "utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
               "--virtual-time-budget=60000", "--dump-dom", page.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(html.unescape(re.search(r"<body>(\{.*\})</body>", done.stdout, re.DOTALL)[1]))


def test_mermaid_draws_every_entity_and_arrow(drawn, various):
    diagram, seen = whole(various._content), drawn["various"]
    assert (seen["nodes"], seen["edges"]) == (len(diagram.nodes), len(diagram.arrows))
    assert sorted(seen["labels"]) == sorted(node.label for node in diagram.nodes)
    assert seen["crosses"] == sum(arrow.end == "bar" for arrow in diagram.arrows)


def test_mermaid_parses_the_whole_graph_once_its_limits_are_raised_as_the_loss_report_says(drawn, graph):
    assert drawn["graph"] == drawn["routes"] == {"type": "flowchart-v2"}
    assert "error" in drawn["limited"]
    report = formats()["mermaid"].report(graph._content, "graph.mmd")
    diagram = whole(graph._content)
    over = {loss.what: loss.count for loss in report.losses if "as shipped" in loss.why}
    assert over == {"arrows": len(diagram.arrows) - 500, "letters": len(forms.mermaid(diagram)) - 50_000}


def test_a_small_graph_is_within_the_limits(various):
    assert not [loss for loss in formats()["mermaid"].report(various._content, "x").losses if "as shipped" in loss.why]
