"""A graph as a Phenopacket if it is about one patient; and no graph in a Phenopacket."""

from __future__ import annotations

import json

import pytest
from worlds import World

import kg
from kg.errors import UsageError
from kg.graph import read


def test_the_case_of_the_graph_is_written_as_kg_case_export_writes_it_and_each_other_fact_is_told(graph, tmp_path):
    report = graph.export(tmp_path / "case.phenopacket.json")
    (case,) = graph.cases
    made = graph.export_case(case)
    text = (tmp_path / "case.phenopacket.json").read_text("utf-8")
    assert text == made.text
    assert {str(loss) for loss in made.losses} <= {f"{loss.what}: {loss.why}" for loss in report.losses}


def test_the_phenopackets_package_reads_it(graph, tmp_path):
    pytest.importorskip("phenopackets", reason="the package phenopackets is not installed")
    from google.protobuf.json_format import MessageToDict, Parse
    from phenopackets.schema.v2 import Phenopacket

    graph.export(tmp_path / "case.phenopacket.json")
    text = (tmp_path / "case.phenopacket.json").read_text("utf-8")
    assert MessageToDict(Parse(text, Phenopacket())) == json.loads(text)


def test_a_graph_without_a_case_is_refused(tmp_path):
    graph = World(claims=[("a", "increases", "b")]).load(tmp_path / "world")
    with pytest.raises(UsageError, match=r"holds 0 cases.*kg case export"):
        graph.export(tmp_path / "case.phenopacket.json")
    assert not (tmp_path / "case.phenopacket.json").exists()


@pytest.mark.parametrize("opener", [read, kg.open])
def test_a_patient_is_not_read_as_a_graph(graph, tmp_path, opener):
    file = tmp_path / "case.phenopacket.json"
    graph.export(file)
    with pytest.raises(UsageError, match=r"a patient, not a graph.*kg case explain"):
        opener(file)
