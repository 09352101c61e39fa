"""Two graphs into one: who meets, what is kept apart, what is left out, and what stays marked as foreign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kg
from kg.graph import KnowledgeGraph

OPG, CALCIFICATION = "HGNC:11909", "GO:0055074"


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory, graph: KnowledgeGraph) -> KnowledgeGraph:
    """A graph of others, with a paper and two entities of ours."""
    opg, calcium = graph.find("osteoprotegerin"), graph.find("serum calcium")
    known = next(s for s in graph.sources if s.pmid)
    nodes = [
        {"id": opg.matches[0], "label": "TNFRSF11B", "category": "biolink:Protein"},
        {"id": graph.find("parathyroid hormone").matches[0].lower(), "label": "PTH gene"},
        {"id": "X:1", "label": "sclerostin-like thing", "category": "biolink:Protein"},
        {"id": "X:2", "label": calcium.label, "category": "something else"},
    ]
    edges = [
        {
            "source": nodes[0]["id"],
            "target": "X:1",
            "predicate": "biolink:causes",
            "publications": f"PMID:{known.pmid}",
        },
        {"source": "X:1", "target": nodes[1]["id"], "sign": -1},
        {"source": "X:1", "target": "X:2", "predicate": "no such predicate"},
        {"source": nodes[0]["id"], "target": nodes[1]["id"], "predicate": "biolink:subclass_of"},
        {"source": "X:1", "target": nodes[0]["id"], "predicate": "biolink:subclass_of"},
        {"source": "X:1", "target": "X:2", "predicate": "biolink:part_of"},
    ]
    file = tmp_path_factory.mktemp("foreign") / "theirs.json"
    file.write_text(json.dumps({"nodes": nodes, "edges": edges}, indent=1))
    return kg.open(file)


def test_what_was_read_is_told_line_by_line(foreign: KnowledgeGraph) -> None:
    report = foreign.report
    assert report is not None
    told = report.to_dict()
    assert told["kept"] == {"entities": 4, "claims": 3, "definitional links": 2}
    assert told["mapped"]["no such predicate"] == {"affects (not in the table, so without a sign)": 1}
    lost = [(loss["what"], loss["place"]) for loss in told["losses"]]
    assert ("statements", f"line {_line(foreign, 'part_of')}") in lost


def _line(foreign: KnowledgeGraph, text: str) -> int:
    lines = Path(foreign.dataset.origin).read_text().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if text in line)
    return max(number for number, line in enumerate(lines[:at], 1) if line.strip() == "{")


def test_entities_meet_by_identifiers_and_names_alone_join_nothing(
    graph: KnowledgeGraph, foreign: KnowledgeGraph
) -> None:
    merger = graph.merge(foreign).report.to_dict()
    assert {(met["ours"]) for met in merger["met"]} == {"osteoprotegerin", "parathyroid-hormone"}
    assert [(pair["ours"], pair["foreign"]) for pair in merger["namesakes"]] == [("serum-calcium", "x-2")]
    assert len(merger["sources"]) == 1
    assert any("both are ours" in loss["why"] for loss in merger["losses"])


def test_a_route_through_both_graphs_is_found_and_its_foreign_steps_say_so(
    graph: KnowledgeGraph, foreign: KnowledgeGraph
) -> None:
    joined = graph.merge(foreign)
    path = joined.trace("osteoprotegerin", "parathyroid hormone", max_steps=2).decreasing[0]
    assert [step.foreign for step in path.steps] == [("theirs.json",), ("theirs.json",)]
    onward = joined.trace("osteoprotegerin", "vascular calcification", max_steps=4)
    assert any(step.foreign for path in onward.paths for step in path.steps)
    assert all(not step.foreign for p in graph.trace("OPG", "vascular calcification").paths for step in p.steps)


def test_a_paper_of_ours_is_the_same_voice(graph: KnowledgeGraph, foreign: KnowledgeGraph) -> None:
    joined = graph.merge(foreign)
    claim = next(c for c in joined.claims(subject="osteoprotegerin") if c.origin)
    assert claim.cites[0] in graph.sources
    assert claim.source.citation == "theirs.json"


def test_what_is_ours_stands_as_it_was(graph: KnowledgeGraph, foreign: KnowledgeGraph) -> None:
    joined = graph.merge(foreign)
    assert joined.find("OPG").to_dict() == graph.find("OPG").to_dict()
    assert [c.to_dict() for c in joined.claims() if not c.origin] == [c.to_dict() for c in graph.claims()]
    assert set(graph.links) <= set(joined.links)


def test_our_own_graph_joined_to_itself_is_itself(graph: KnowledgeGraph, tmp_path: Path) -> None:
    graph.export(tmp_path / "ours.json", "node-link")
    joined = graph.merge(kg.open(tmp_path / "ours.json"))
    assert joined.version == graph.version


def test_a_joined_graph_is_kept_in_a_store_and_comes_back_marked(
    graph: KnowledgeGraph, foreign: KnowledgeGraph, tmp_path: Path
) -> None:
    graph.merge(foreign).save(tmp_path / "joined")
    back = kg.open(tmp_path / "joined")
    assert sorted({c.origin for c in back.claims() if c.origin}) == ["theirs.json"]
    assert back.find("sclerostin-like thing").origin == "theirs.json"
    assert back.schema.prefixes["X"] == "https://bioregistry.io/X:"
