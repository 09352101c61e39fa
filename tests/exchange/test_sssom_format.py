"""The identifiers of a graph as SSSOM: all of them, for the package that reads the format."""

from __future__ import annotations

import pytest

from kg.exchange import ASPECTS, formats


@pytest.mark.filterwarnings("ignore")  # what sssom and pandas deprecate is theirs
def test_sssom_reads_every_match_of_a_narrowed_graph(graph, tmp_path):
    pytest.importorskip("sssom", reason="the package sssom is not installed")
    from sssom.parsers import parse_sssom_table

    smaller = graph.within(graph.trace("warfarin", "calciphylaxis"))
    smaller.export(tmp_path / "x.sssom.tsv")
    table = parse_sssom_table(str(tmp_path / "x.sssom.tsv")).df
    found = {
        name: set(zip(rows["subject_label"], rows["object_id"], strict=True))
        for name, rows in table.groupby("predicate_id")
    }
    assert set(formats()["sssom"].keeps) == {"identifiers", "near"}
    assert found["skos:exactMatch"] == set(ASPECTS["identifiers"].of(smaller._content))
    assert found["skos:closeMatch"] == set(ASPECTS["near"].of(smaller._content))
