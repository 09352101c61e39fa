"""The MCP server through the SDK's own client: in memory, over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import jsonschema
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client

import kg
from kg.cli.main import run
from kg.graph import KnowledgeGraph
from kg.model import ARMS, DISCLAIMER
from kg.serve.assistant import things
from kg.serve.assistant.answers import LARGEST, STATUSES
from kg.serve.assistant.glossary import words
from kg.serve.assistant.server import assistant, workers_for
from kg.serve.assistant.tools import TITLES

SCHEMA = json.loads((Path(kg.__file__).parent / "answer.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator({"$ref": "#/$defs/assistant", "$defs": SCHEMA["$defs"]})
STEROIDS = {"source": "corticosteroids", "target": "vascular calcification"}
PATIENT = {
    "label": "made up",
    "conditions": ["SLE", "chronic kidney disease"],
    "exposures": ["warfarin", "a drug that nobody knows"],
    "findings": [{"serum calcium": "raised"}, "skin necrosis"],
    "unknown": ["PTH"],
}
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GOOD: list[tuple[str, dict[str, Any]]] = [
    ("find_entity", {"name": "steroids"}),
    ("describe_entity", {"name": "calciphylaxis"}),
    ("describe_entity", {"name": "OPG"}),
    ("trace", STEROIDS),
    ("trace", {**STEROIDS, "arm": "decreasing"}),
    ("trace", {**STEROIDS, "mechanism": "RANKL", "max_steps": 6}),
    ("trace", {"source": "SLE|warfarin", "target": "calciphylaxis", "species": ["human"], "unstated": True}),
    ("claims", {"about": "calciphylaxis", "limit": 50}),
    ("claims", {"predicate": "has-no-effect-on", "limit": 50}),
    ("get_claim", {"id": "nazir-2015-32"}),
    ("disputes_and_gaps", {"limit": 25}),
    ("disputes_and_gaps", {"about": "steroid-opg"}),
    ("disputes_and_gaps", {"about": "OPG", "what": "gaps"}),
    ("interventions", {"source": "CKD", "target": "vascular calcification", "most": 6, "max_steps": 6}),
    ("interventions", {**STEROIDS, "cut": ["RANKL", "NF-kB signaling"]}),
    ("explain_case", {"case": "nazir-2015"}),
    ("explain_case", {"patient": PATIENT}),
    ("sparql_query", {"query": "SELECT * { ?s ?p ?o }", "limit": 1000}),
    ("sparql_query", {"query": "what-lowers", "parameters": {"target": "OPG"}}),
    ("sparql_query", {"query": "ASK { entity:warfarin ?p ?o }"}),
    ("sparql_query", {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "limit": 1000}),
    *(("graph_schema", {"part": part}) for part in ("overview", "predicates", "kinds", "qualifiers", "classes")),
    *(("graph_schema", {"part": part}) for part in ("examples", "pitfalls", "queries")),
    ("graph_schema", {"query": "net-effects"}),
]


class Asker:
    """An assistant of a graph, and a client that asks it."""

    def __init__(self, graph: KnowledgeGraph, portal: BlockingPortal, **limits: Any) -> None:
        self.log: list[str] = []
        self.portal = portal
        self.workers = workers_for(graph, **limits)
        self.server = assistant(graph, self.workers, self.log.append)
        self._session = portal.wrap_async_context_manager(Client(self.server))

    def __enter__(self) -> Asker:
        self._client = self._session.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._session.__exit__(None, None, None)
        if self.workers:
            self.portal.call(self.workers.close)

    def client(self, work: Callable[[Client], Any]) -> Any:
        """What the client gives."""
        return self.portal.call(work, self._client)

    def call(self, tool: str, **arguments: Any) -> Any:
        """What a tool gives, as the protocol has it."""
        return self.client(lambda client: client.call_tool(tool, arguments))

    def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a tool, which must be one, and valid."""
        given = self.call(tool, **arguments)
        assert not given.is_error, given.content
        answer = given.structured_content
        VALIDATOR.validate(answer)
        assert answer["tool"] == tool
        assert answer["disclaimer"] == DISCLAIMER
        assert answer["status"] in STATUSES
        (text,) = [part.text for part in given.content]
        assert answer["summary"] in text
        assert text.endswith(DISCLAIMER)
        assert (
            len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()) + len(text.encode()) <= LARGEST
        )
        return {**answer, "text": text}

    def read(self, address: str) -> str:
        """The text of a resource."""
        (content,) = self.client(lambda client: client.read_resource(address)).contents
        return content.text


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """A loop of events in a thread of its own."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def ask(graph: KnowledgeGraph, portal: BlockingPortal) -> Iterator[Asker]:
    with Asker(graph, portal, size=1, seconds=2.0) as asker:
        yield asker


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, portal: BlockingPortal) -> Iterator[Asker]:
    """An assistant of two KGX files, which are not read into objects."""
    folder = tmp_path_factory.mktemp("kgx")
    nodes = [("id", "name", "category"), ("A:1", "steroid", "biolink:Drug"), ("A:2", "bone", "biolink:Cell")]
    edges = [("subject", "predicate", "object", "publications"), ("A:1", "biolink:disrupts", "A:2", "PMID:1")]
    for name, rows in (("x_nodes.tsv", nodes), ("x_edges.tsv", edges)):
        (folder / name).write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_CACHE", "off")
        graph = kg.open(folder / "x_nodes.tsv", folder / "x_edges.tsv")
    with Asker(graph, portal) as asker:
        yield asker


# --- what is offered --------------------------------------------------------------------------------------------------


def test_ten_tools_that_read_and_none_that_writes(ask, graph):
    tools = ask.client(lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == list(TITLES)
    assert len(tools) == 10
    for tool in tools:
        told = tool.annotations
        assert (told.read_only_hint, told.idempotent_hint) == (True, True)
        assert (told.destructive_hint, told.open_world_hint) == (False, False)
        assert tool.title == told.title == TITLES[tool.name]
        assert len(tool.description) > 150
        assert tool.input_schema["additionalProperties"] is False
        assert all(field["description"] for field in tool.input_schema["properties"].values())
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
    assert len(json.dumps([tool.model_dump(exclude_none=True) for tool in tools])) < 40_000


def test_what_can_become_of_a_question_is_published(ask):
    assert SCHEMA["$defs"]["assistant"]["properties"]["status"]["enum"] == list(STATUSES)
    assert {"$ref": "#/$defs/assistant"} in SCHEMA["oneOf"]


def test_values_and_bounds_are_those_of_the_ontology(ask, graph):
    tools = {
        tool.name: tool.input_schema["properties"] for tool in ask.client(lambda client: client.list_tools()).tools
    }
    trace = tools["trace"]
    for name in ("species", "tissue", "design"):
        assert set(trace[name]["items"]["enum"]) == set(graph.schema.vocabularies[name])
    ranks = graph.schema.vocabularies["certainty"]
    assert trace["certainty"]["enum"] == sorted(ranks, key=lambda value: -ranks[value])
    assert set(tools["claims"]["predicate"]["enum"]) == set(graph.schema.predicates)
    assert (trace["max_steps"]["minimum"], trace["max_steps"]["maximum"]) == (1, 6)


@pytest.mark.parametrize(("tool", "arguments"), GOOD, ids=[f"{tool}-{n}" for n, (tool, _) in enumerate(GOOD)])
def test_a_good_answer_is_valid_whole_and_small(ask, graph, tool, arguments, capfd):
    answer = ask(tool, **arguments)
    assert answer["status"] == "answered"
    assert answer["data"] == graph.version
    claims, sources = answer.get("claims", {}), answer.get("sources", {})
    for name, told in claims.items():
        claim = graph.claim(name)
        assert sources[told["source"]]["citation"] == claim.source.citation
        assert [told.get(key) for key in ("certainty", "design", "species")] == [
            claim.certainty,
            claim.design,
            claim.species,
        ]
        assert told["sign"] == claim.sign
        assert told["place"] == claim.place
    for name, told in sources.items():
        source = graph.source(name)
        assert [told.get(key) for key in ("doi", "pmid")] == [source.doi, source.pmid]
    for step in answer.get("steps", ()):
        assert {*step.get("claims", ()), *step.get("against", ())} <= claims.keys()
    assert capfd.readouterr().out == ""


# --- the main question ------------------------------------------------------------------------------------------------


def test_both_arms_with_mechanisms_papers_and_certificate(ask, graph):
    answer, trace = ask("trace", **STEROIDS), graph.trace(*STEROIDS.values())
    told = answer["result"]
    assert told["verdict"] == trace.verdict == "contested"
    assert told["rests_on"] == trace.rests_on
    assert told["certificate"] == trace.certificate.to_dict()
    for sign, name in ARMS.items():
        arm = told["arms"][name]
        assert arm["routes"] == len(trace.arm(sign))
        assert arm["evidence"] == str(trace.arms[name].evidence)
        labels = [mechanism["label"] for mechanism in arm["mechanisms"]] + list(arm["others"])
        assert labels == [mechanism.label for mechanism in trace.mechanisms[name]]
        for mechanism, real in zip(arm["mechanisms"], trace.mechanisms[name], strict=False):
            steps = [answer["steps"][number - 1] for number in mechanism["best"]["steps"]]
            assert [step["says"] for step in steps] == [str(step) for step in real.best.steps]
            assert answer["steps"][mechanism["best"]["weakest"] - 1]["support"] == str(real.support)
    assert min(len(told["arms"][name]["mechanisms"]) for name in ("increasing", "decreasing")) >= 3
    assert "Nazir 2015" in answer["text"]
    assert len(answer["text"]) < 12_000


def test_asking_for_one_arm_keeps_the_other(ask):
    told = ask("trace", **STEROIDS, arm="decreasing", offset=2)["result"]["arms"]
    assert told["increasing"]["routes"] == 70
    assert told["increasing"]["strongest"]["words"].startswith("corticosteroid of which a kind is dexamethasone")
    assert len(told["decreasing"]["mechanisms"]) > 3


def test_the_routes_of_a_mechanism_can_be_leafed_through(ask, graph):
    trace = graph.trace(*STEROIDS.values())
    (mechanism,) = (one for one in trace.mechanisms["increasing"] if one.label == "osteoprotegerin")
    seen: list[str] = []
    while len(seen) < len(mechanism.paths):
        arms = ask("trace", **STEROIDS, arm="increasing", mechanism="OPG", offset=len(seen))["result"]["arms"]
        assert arms["decreasing"]["strongest"]
        seen += [route["words"] for route in arms["increasing"]["mechanisms"][0]["page"]]
    assert seen == [words(path) for path in mechanism.paths]


def test_a_scope_is_that_of_the_graph(ask, graph):
    asked = {"species": ["human", "mouse"], "unstated": True, "without": ["RANKL"], "without_source": ["nazir-2015"]}
    narrow = graph.where(species=["human", "mouse"], unstated=True).without("RANKL", sources=["nazir-2015"])
    told = ask("trace", **STEROIDS, **asked)["result"]
    assert told["verdict"] == "contested"
    assert told["certificate"] == narrow.trace(*STEROIDS.values()).certificate.to_dict()
    assert told["picture"].endswith("?species=human%7Cmouse&without=RANKL&without_source=nazir-2015&unstated=1")
    assert ask.read(told["picture"]) == narrow.trace(*STEROIDS.values()).draw()


def test_null_results_on_the_pair_stand_beside_the_routes(ask, graph):
    null = next(c for c in graph.claims(predicate="has-no-effect-on") if graph.trace(c.subject, c.object).paths)
    answer = ask("trace", source=null.subject.id, target=null.object.id)
    assert null.id in answer["result"]["beside"]
    assert answer["claims"][null.id]["sign"] is None
    assert null.id in answer["text"]


def test_a_search_that_stopped_claims_neither_that_there_is_no_path_nor_that_an_arm_is_empty(ask, monkeypatch):
    monkeypatch.setattr("kg.serve.question.BUDGET", 1)
    answer = ask("trace", **STEROIDS)
    assert (answer["status"], answer["result"]["verdict"]) == ("stopped", "none found")
    monkeypatch.setattr("kg.serve.question.BUDGET", 700)
    answer = ask("trace", **STEROIDS)
    assert answer["status"] == "stopped"
    assert sum(answer["result"]["certificate"]["counts"].values()) > 0
    assert "may be missing" in answer["summary"]


def test_no_path_is_an_answer_with_its_limit(ask):
    answer = ask("trace", source="calciphylaxis", target="warfarin")
    assert (answer["status"], answer["result"]["verdict"]) == ("nothing found", "no path")
    assert answer["result"]["certificate"]["status"] == "complete"
    assert "no evidence" in answer["summary"]


# --- the other tools say what the graph says --------------------------------------------------------------------------


def test_claims_can_be_leafed_through(ask, graph):
    seen: list[str] = []
    while True:
        page = ask("claims", about="vascular calcification", species="human", limit=50, offset=len(seen))["result"]
        seen += page["claims"]
        if len(seen) >= page["total"]:
            break
    entity = graph.find("vascular calcification")
    assert seen == [c.id for c in graph.where(species="human").claims() if entity in (c.subject, c.object)]


def test_cuts_come_with_what_their_agents_do_elsewhere(ask, graph):
    asked = {"source": "chronic kidney disease", "target": "vascular calcification", "most": 4}
    told = ask("interventions", **asked)["result"]
    found = graph.interventions("vascular calcification", sources="CKD", most=4)
    assert [[m["says"] for m in cut["members"]] for cut in told["cuts"]] == [
        list(map(str, cut.members)) for cut in found.cuts
    ]
    acting = {agent["agent"] for cut in told["cuts"] for member in cut["members"] for agent in member["agents"]}
    assert acting == {agent["agent"] for agent in told["elsewhere"]}
    assert all(agent["harm"] or agent["good"] or agent["contested"] for agent in told["elsewhere"])
    assert len(told["uncuttable"]) == found.open


def test_a_cut_of_ones_own_tells_what_is_left_and_lost(ask, graph):
    told = ask("interventions", **STEROIDS, cut=["RANKL"])["result"]
    outcome = graph.cut("vascular calcification", sources="corticosteroids", entities="RANKL")
    assert told["left"] == {name: len(outcome.left[sign]) for sign, name in ARMS.items()}
    assert told["lost"] == {name: len(outcome.lost[sign]) for sign, name in ARMS.items()}


def test_a_patient_is_explained_as_the_graph_does_it(ask, graph):
    explanation = graph.explain_case("nazir-2015")
    answer = ask("explain_case", case="nazir-2015")
    assert {f["entity"]: f["verdict"] for f in answer["result"]["findings"]} == {
        f.entity.id: f.verdict for f in explanation.findings
    }
    packet = ask("explain_case", patient=graph.export_case("nazir-2015").packet)["result"]
    assert len(packet["findings"]) > 20
    told = ask("explain_case", patient=PATIENT)["result"]
    assert [f["verdict"] for f in told["findings"]] == ["explained", "explained"]
    assert [one["fact"] for one in told["unused"]] == ["a drug that nobody knows"]
    assert [one["label"] for one in told["unknown"]] == ["parathyroid hormone"]


def test_the_findings_of_a_patient_can_be_leafed_through(ask, graph):
    routed = [f.entity.id for f in graph.explain_case("nazir-2015").findings if f.supporting or f.opposing]
    seen: list[str] = []
    while len(seen) < len(routed):
        findings = ask("explain_case", case="nazir-2015", offset=len(seen))["result"]["findings"]
        seen += [finding["entity"] for finding in findings if "best" in finding or "against" in finding]
    assert seen == routed


def test_a_dispute_has_both_sides(ask, graph):
    told = ask("disputes_and_gaps", about="steroid-opg")["result"]["disputes"][0]
    sides = {side: {claim.id for claim in claims} for side, claims in graph.dispute("steroid-opg").sides}
    assert {side: set(part["claims"]) for side, part in told["sides"].items()} == sides


def test_a_claim_is_told_with_whom_and_what_it_was_seen(ask, graph):
    told = (
        "Gossett 2023, Medicina: supported, own data, systematic review, human, 5 patients, with intraperitoneal route"
    )
    assert told in ask("get_claim", id="gossett-2023-1")["text"]
    ends = {"source": "sodium thiosulfate", "target": "chemical peritonitis"}
    for tool, asked in (
        ("claims", {"subject": ends["source"], "object": ends["target"]}),
        ("describe_entity", {"name": ends["target"]}),
    ):
        assert told in ask(tool, **asked)["text"]
    assert (
        "Gossett 2023, Medicina, 5 patients, with intraperitoneal route (gossett-2023-1)"
        in ask("trace", **ends)["text"]
    )


def test_associations_are_not_told_as_effects(ask, graph):
    for dispute in graph.disputes():
        text = ask("disputes_and_gaps", about=dispute.id)["text"]
        sides = re.findall(r"^  (raises|goes with|lowers|goes against) \((\d+)\)", text, re.MULTILINE)
        effects = [c.sign for c in dispute.claims if c.causal and c.sign]
        assert sum(int(n) for side, n in sides if side in ("raises", "lowers")) == len(effects)
    assert "goes with (4): serum osteoprotegerin" in ask("disputes_and_gaps", about="osteoprotegerin")["text"]
    assert "What it acts on or goes with: 5 claims" in ask("describe_entity", name="serum OPG")["text"]


def test_rows_are_those_of_the_graph(ask, graph):
    query = "SELECT ?x (COUNT(?c) AS ?n) { ?c ckg:object ?x } GROUP BY ?x ORDER BY DESC(?n) ?x"
    told = ask("sparql_query", query=query, limit=5)["result"]
    found = graph.sparql(query, limit=5)
    assert told["rows"] == [[graph.schema.curie(row[0]), row[1]] for row in found.rows]
    assert told["truncated"] is True
    named = ask("sparql_query", query="what-lowers", parameters={"target": "OPG"})["result"]["rows"]
    assert [row[1] for row in named] == [row[1] for row in graph.query("what-lowers", target="OPG").rows]


# --- names and limits that do not fit are answers too -----------------------------------------------------------------


def test_unknown_and_ambiguous_names_get_candidates(ask):
    unknown = ask("trace", source="osteoprotegrin", target="calciphylaxis")
    assert unknown["status"] == "nothing found"
    assert unknown["candidates"][0] == {"id": "osteoprotegerin", "label": "osteoprotegerin", "kind": "Protein"}
    assert "osteoprotegerin" in unknown["text"]
    ambiguous = ask("describe_entity", name="BMP")
    assert ambiguous["status"] == "ambiguous"
    assert {one["id"] for one in ambiguous["candidates"]} == {"bmp-2", "bmp-4", "bmp-7"}
    assert ask("find_entity", name="BMP")["candidates"][:3] == ambiguous["candidates"]


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("trace", {"source": "warfarin", "target": "calciphylaxis", "max_steps": 7}, "give 1 to 6"),
        ("trace", {"source": "warfarin", "target": "calciphylaxis", "species": "martian"}, "human"),
        ("trace", {"source": "warfarin", "target": "calciphylaxis", "arm": "upwards"}, "increasing"),
        ("trace", {**STEROIDS, "mechanism": "aspirin"}, "osteoprotegerin"),
        ("trace", {"source": "warfarin", "target": "warfarin"}, "two different"),
        ("trace", {"source": " ", "target": "|"}, "empty"),
        ("trace", {"source": "warfarin", "target": "calciphylaxis", "without_source": ["nobody-1900"]}, "nobody-1900"),
        ("claims", {"subject": "calciphylaxis", "object": "warfarin"}, "No claim fits"),
        ("claims", {"predicate": "explodes"}, "increases"),
        ("get_claim", {"id": "nazir-2015-9999"}, "source=nazir-2015"),
        ("disputes_and_gaps", {"about": "alopecia", "what": "disputes"}, "about alopecia"),
        ("disputes_and_gaps", {"what": "fights"}, "gaps"),
        ("interventions", {"source": "calciphylaxis", "target": "warfarin"}, "nothing to cut"),
        ("interventions", {**STEROIDS, "cut": ["vascular calcification"]}, "an end of the question"),
        ("explain_case", {}, "nazir-2015"),
        ("explain_case", {"case": "nobody"}, "nazir-2015"),
        ("explain_case", {"patient": {"feelings": ["sad"]}}, "findings"),
        ("explain_case", {"patient": {"findings": ["pain"] * 101}}, "at most 100"),
        ("explain_case", {"patient": {"phenotypicFeatures": [], "metaData": {}}}, "version"),
        ("sparql_query", {"query": "SELECT ?x { ?x a ckg:Unicorn }"}, "No row"),
        ("sparql_query", {"query": "SELECT ?x WHERE"}, "line 1"),
        ("sparql_query", {"query": "no-such-query"}, "part=queries"),
        ("sparql_query", {"query": "SELEC ?x { ?x ?p ?o }"}, "No named query 'SELEC', and as SPARQL it does not start"),
        ("sparql_query", {"query": "PREFIX x: <http://x/> SELEC * {}"}, "starts with SELECT"),
        ("trace", {**STEROIDS, "without": ["vascular calcification"]}, "is left out"),
        ("sparql_query", {"query": "what-lowers", "parameters": {"colour": "red"}}, "target"),
        ("graph_schema", {"part": "everything"}, "predicates"),
        ("graph_schema", {"query": "what-lower"}, "what-lowers"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_answered_with_what_would(ask, tool, arguments, says):
    answer = ask(tool, **arguments)
    assert answer["status"] in ("refused", "nothing found")
    assert says in answer["text"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"max_steps": "many"}, "max_steps must be a whole number, not 'many'."),
        (
            {"source": ["warfarin"], "target": {"a": 1}},
            "source must be a text, not ['warfarin']; target must be a text",
        ),
        ({"target": None}, "target must be a text, not None."),
        ({"specie": ["human"]}, "specie is unknown (did you mean species?)."),
        ({"species": ["human", 7], "x" * 1000: 1}, "species must be a list of texts, not 7; xxx"),
    ],
)
def test_a_wrong_type_or_an_argument_that_there_is_not_is_an_error(ask, arguments, says):
    given = ask.call("trace", **{"source": "warfarin", "target": "calciphylaxis", **arguments})
    assert given.is_error
    (text,) = [part.text for part in given.content]
    assert text.startswith(f"trace cannot be called so: {says}")
    assert "It takes: source (a text, needed), target (a text, needed), max_steps (a whole number)" in text
    assert "\n" not in text
    assert len(text) < 1_000


def test_a_missing_argument_is_named(ask):
    text = ask.call("trace", source="warfarin").content[0].text
    assert text.startswith("trace cannot be called so: target is missing. It takes: source")


def test_null_and_single_words_are_taken_as_they_are_meant(ask):
    meant = ask("trace", source="warfarin", target="calciphylaxis", species=["human"])
    assert ask("trace", source="warfarin", target="calciphylaxis", species="human", certainty=None, arm=None) == meant


# --- hostile arguments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "../../etc/passwd", "\x00", "'; DROP TABLE x; --", "{{7*7}}", "\u202e"]
)
def test_names_are_only_names(ask, name):
    for tool, arguments in (("trace", {"source": name, "target": name}), ("get_claim", {"id": name})):
        assert ask(tool, **arguments)["status"] in ("nothing found", "refused")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("find_entity", {"name": "x" * 1_000_000}),
        ("trace", {"source": "warfarin", "target": "y" * 301}),
        ("trace", {"source": "warfarin", "target": "calciphylaxis", "without": ["z"] * 21}),
        ("claims", {"source": "s" * 10_000}),
        ("sparql_query", {"query": "SELECT * {" + " " * 20_001 + "}"}),
        ("sparql_query", {"query": "what-lowers", "parameters": {"target": "t" * 100_000}}),
        ("explain_case", {"patient": {"label": "l" * 200_000}}),
    ],
)
def test_what_is_too_long_is_not_looked_at(ask, tool, arguments):
    answer = ask(tool, **arguments)
    assert answer["status"] == "refused"
    assert len(answer["text"]) < 1_000


def test_no_file_is_opened(ask, tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text("label: secret\nfindings: [pain]\n", "utf-8")
    for case in (str(file), f"file://{file}", "../case.yaml", f"case:{file}"):
        answer = ask("explain_case", case=case)
        assert answer["status"] == "nothing found"
        assert "secret" not in answer["text"]
    for address in (f"file://{file}", f"kg://trace/{file}/x.svg", "kg://trace/..%2f..%2fetc%2fpasswd/x.svg"):
        with pytest.raises(MCPError):
            ask.read(address)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "INSERT"),
        ("LOAD <file:///etc/passwd>", "LOAD"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "No row"),
        ("SELECT * { " + "{ " * 2000 + "} " * 2000 + "}", "too large"),
    ],
)
def test_queries_read_and_call_no_one(ask, query, says):
    assert says in ask("sparql_query", query=query)["text"]


def test_a_query_that_runs_forever_is_stopped_and_the_next_one_answered(ask, monkeypatch):
    monkeypatch.setattr(ask.workers, "seconds", 0.5)
    stopped = ask("sparql_query", query=FOREVER)
    assert stopped["status"] == "stopped"
    assert "LIMIT" in stopped["summary"]
    assert ask("sparql_query", query="ASK { ?s ?p ?o }")["result"]["boolean"] is True


def test_a_defect_tells_nobody_what_was_asked(ask, monkeypatch):
    def broken(*_: Any) -> None:
        raise RuntimeError("a secret of osteoprotegerin")

    monkeypatch.setattr(things, "found", broken)
    given = ask.call("find_entity", name="osteoprotegerin")
    assert given.is_error
    assert "osteoprotegerin" not in given.content[0].text + "".join(ask.log)
    assert "RuntimeError" in ask.log[-1]


def test_the_log_tells_of_each_call_but_not_what_was_asked(ask):
    ask("trace", source="warfarin", target="calciphylaxis")
    assert re.fullmatch(r"\S+Z trace answered \d+ ms", ask.log[-1])


def test_the_server_answers_while_it_works(ask, monkeypatch):
    begun, over = threading.Event(), threading.Event()
    real = things.found

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert over.wait(10)
        return real(*arguments)

    monkeypatch.setattr(things, "found", slow)

    async def both(client: Client) -> Any:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "find_entity", {"name": "OPG"})
            await anyio.to_thread.run_sync(begun.wait)
            listed = await client.list_resources()
            over.set()
        return listed

    assert len(ask.client(both).resources) == 2


# --- resources and the prompt -----------------------------------------------------------------------------------------


def test_the_schema_card_has_every_predicate_with_its_sign(ask, graph):
    page = ask.read("kg://schema")
    for name in (*graph.schema.predicates, *graph.schema.links, *graph.schema.kinds):
        assert f"`ckg:{name}`" in page
    assert "raises" in page or "+1" in page
    assert all(f"`{name}`" in page for name in graph.queries)
    assert "PREFIX ckg:" in page


def test_the_version_names_program_data_and_licence(ask, graph):
    page = ask.read("kg://version")
    assert all(words in page for words in (kg.__version__, graph.version, graph.schema.license, DISCLAIMER))


def test_the_picture_of_a_trace(ask, graph):
    address = ask("trace", **STEROIDS)["result"]["picture"]
    picture = ask.read(address)
    assert picture == graph.trace(*STEROIDS.values()).draw()
    assert ET.fromstring(picture).tag.endswith("svg")
    narrow = ask.read("kg://trace/SLE%7Cwarfarin/calciphylaxis.svg?species=human&steps=2")
    assert "systemic lupus erythematosus" in narrow
    for wrong in ("kg://trace/osteoprotegrin/x.svg", "kg://trace/SLE/calciphylaxis.svg?steps=99", "kg://nothing"):
        with pytest.raises(MCPError):
            ask.read(wrong)


def test_the_prompt_asks_for_both_sides(ask):
    given = ask.client(lambda client: client.get_prompt("both_sides", {"source": "SLE", "target": "pain"}))
    assert "both" in ask.server.instructions
    assert "whether SLE can lead to pain" in given.messages[0].content.text


# --- other graphs -----------------------------------------------------------------------------------------------------


def test_a_graph_that_cannot_answer_everything_says_so(large):
    assert large("trace", source="steroid", target="bone")["result"]["verdict"] == "decreases"
    assert large("describe_entity", name="steroid")["result"]["sides"]["acts_on"]["claims"] == 1
    assert large("claims", object="bone")["claims"]["edge-1"]["cites"] == ["PMID:1"]
    assert large("graph_schema", part="predicates")["status"] == "answered"
    assert large("sparql_query", query="ASK { ?s ?p ?o }")["status"] == "refused"
    assert large("explain_case", patient={"conditions": ["steroid"], "findings": ["bone"]})["status"] == "refused"
    answer = large("disputes_and_gaps")
    assert answer["status"] == "nothing found"
    assert "KGX" in answer["text"]


def test_a_narrowed_graph_says_what_it_was_narrowed_to(graph, portal):
    with Asker(graph.where(species="human"), portal) as asker:
        told = asker("trace", source="warfarin", target="calciphylaxis")["result"]["certificate"]
        assert told["filters"][0].startswith("species human")
        assert "species human" in asker.read("kg://version")


# --- the command ------------------------------------------------------------------------------------------------------


def test_over_standard_input_and_output_only_the_protocol_is_written(tmp_path):
    strange: list[object] = []
    log = tmp_path / "log"

    async def noted(message: object) -> None:
        if isinstance(message, Exception):
            strange.append(message)

    async def session() -> None:
        program = StdioServerParameters(command=sys.executable, args=["-m", "kg.cli", "mcp"], cwd=tmp_path)
        with log.open("w", encoding="utf-8") as errors:
            async with Client(stdio_client(program, errlog=errors), message_handler=noted) as client:
                assert len((await client.list_tools()).tools) == 10
                given = await client.call_tool("trace", STEROIDS)
                VALIDATOR.validate(given.structured_content)
                rows = await client.call_tool("sparql_query", {"query": "SELECT (COUNT(?c) AS ?n) { ?c a ckg:Claim }"})
                assert rows.structured_content["result"]["rows"][0][0] > 800

    asyncio.run(session())
    assert not strange
    lines = log.read_text("utf-8").splitlines()
    assert [line.split()[1:3] for line in lines] == [["trace", "answered"], ["sparql_query", "answered"]]


def test_over_http_on_this_machine_alone():
    command = [sys.executable, "-m", "kg.cli", "mcp", "--http", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        address = re.search(r"http://127\.0\.0\.1:\d+/mcp", process.stderr.readline())[0]

        async def session(mode: str) -> Any:
            async with Client(address, mode=mode) as client:
                return await client.call_tool("sparql_query", {"query": "ASK { ?s ?p ?o }"})

        try:
            for mode in ("auto", "legacy"):
                assert asyncio.run(session(mode)).structured_content["result"]["boolean"] is True
            head = {"accept": "application/json, text/event-stream"}
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
            for spoofed in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
                assert httpx.post(address, json=body, headers={**head, **spoofed}).status_code in (403, 421)
        finally:
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=20)
        assert (process.returncode, out, errors) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--port", "1"], "--http"), (["--seconds", "0"], "--seconds"), (["--http", "--port", "70000"], "65535")],
)
def test_options_that_make_no_sense_are_refused(arguments, says, capsys):
    assert run(["mcp", *arguments]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


def test_without_the_sdk_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    assert run(["mcp"]) == 2
    assert "calciphylaxis-kg[mcp]" in capsys.readouterr().err
