"""The identifiers of a graph as SSSOM: all of them. That the package sssom reads the tables is proved for releases."""

from __future__ import annotations

import csv

from kg.exchange import ASPECTS, formats


def test_every_match_of_a_narrowed_graph_stands_in_the_table_and_nothing_else(graph, tmp_path):
    smaller = graph.within(graph.trace("warfarin", "calciphylaxis", max_steps=3))
    smaller.export(tmp_path / "x.sssom.tsv")
    lines = (tmp_path / "x.sssom.tsv").read_text("utf-8").splitlines()
    found: dict[str, set[tuple[str, str]]] = {}
    for row in csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t"):
        found.setdefault(row["predicate_id"], set()).add((row["subject_label"], row["object_id"]))
    assert set(formats()["sssom"].keeps) == {"identifiers", "near"}
    assert found.pop("skos:exactMatch") == set(ASPECTS["identifiers"].of(smaller._content))
    assert found.pop("skos:closeMatch") == set(ASPECTS["near"].of(smaller._content))
    assert set(found) <= {"skos:broadMatch", "skos:relatedMatch"}
