"""Claims as CSV: cells that no spreadsheet runs and that give back their text, and all that the table is said to keep."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import World

from kg.exchange import ASPECTS, formats
from kg.exchange.forms.tables import claims_table, edge_status, plain, safe
from kg.model import Claim, Source

RISKY = "=+-@\t\r\n＝＋－＠'"


@given(st.text(alphabet=st.sampled_from([*RISKY, "a", "1", ".", " ", '"', ","]), max_size=8))
def test_a_cell_comes_back_as_it_was_and_never_begins_like_a_formula(cell):
    guarded = safe(cell)
    assert plain(guarded) == cell
    assert guarded[:1] not in set(RISKY) - {"'"} or re.fullmatch(r"-?\d+(\.\d+)?", guarded)


@pytest.mark.parametrize(
    "cell", ["=cmd|'/c calc'!A1", "@SUM(A1)", "+1", "-1+1", "-0.5 mg", "\t=1", "\r=1", "＝1", "-1\n"]
)
def test_formulas_get_an_apostrophe(cell):
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1", "1", "-0.5", "", "odds ratio 2", "a=b"])
def test_numbers_and_plain_text_are_left_alone(cell):
    assert safe(cell) == cell


def test_the_status_of_an_edge_says_why_there_is_none(tmp_path):
    world = World(
        claims=[
            ("a", "increases", "b"), ("a", "affects", "b"), ("a", "positively-associated-with", "b"),
            ("a", "has-no-effect-on", "b"), ("a", "increases", "b", {"certainty": "ckg:refuted"}),
            ("a", "increases", "b", {"status": "ckg:retracted", "certainty": "ckg:refuted"}),
        ],
    )  # fmt: skip
    assert [edge_status(claim) for claim in world.load(tmp_path).claims()] == [
        "causal", "causal", "association", "none: null result", "none: refuted", "none: retracted",
    ]  # fmt: skip


def claim_of(row: dict[str, str], graph) -> Claim:
    """A claim as somebody makes it of a row of the table alone."""
    told = {name: plain(value) for name, value in row.items() if value}
    predicate = told["predicate"].removeprefix("refuted-")
    known = graph.schema.predicates[predicate]
    ends = [
        replace(graph.entities[0], id=told[end], iri=told[end], label=told[f"{end}_label"], kind=told[f"{end}_kind"])
        for end in ("subject", "object")
    ]
    named = {name: told.get(f"source_{name}") for name in ("doi", "pmid", "pmcid")}
    fields = ("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure", "effect")
    texts = (*fields, "status", "caution", "section", "digest", "note")
    return Claim(
        id=told["claim"], iri=told["claim_iri"], subject=ends[0], predicate=predicate, object=ends[1], sign=known.sign,
        causal=known.causal, source=Source(told["source"], "", told["citation"], **named),
        disputes=tuple(told.get("disputes", "").split("|")) if told.get("disputes") else (),
        start=int(told["start"]) if "start" in told else None, end=int(told["end"]) if "end" in told else None,
        **{name: told.get(name) for name in texts},
    )  # fmt: skip


def test_all_that_the_table_is_said_to_keep_can_be_read_from_it(graph, tmp_path):
    graph.export(tmp_path / "claims.csv")
    with (tmp_path / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = [claim_of(row, graph) for row in csv.DictReader(file, strict=True)]
    before = graph._content
    after = replace(before, claims=claims)
    form = formats()["csv"]
    assert {"signs", "refuted", "claims", "certainty", "sources", "qualifiers", "places", "notes"} <= set(form.keeps)
    for name in form.keeps:
        assert set(ASPECTS[name].of(after)) == set(ASPECTS[name].of(before)), name


def test_what_is_refuted_or_retracted_has_no_sign_and_a_predicate_that_says_so(tmp_path):
    world = World(
        claims=[
            ("a", "increases", "b", {"certainty": "ckg:refuted"}), ("a", "decreases", "b", {"status": "ckg:retracted"}),
            ("a", "has-no-effect-on", "b"),
        ],
    )  # fmt: skip
    graph = world.load(tmp_path / "world")
    graph.export(tmp_path / "claims.csv")
    with (tmp_path / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["predicate"], row["sign"], row["causal"], row["edge"]) for row in csv.DictReader(file)]
    assert rows == [
        ("refuted-increases", "", "false", "none: refuted"),
        ("has-no-effect-on", "", "true", "none: null result"),
    ]
    released = claims_table(graph.claims())
    assert "retracted-decreases" in released
    assert ",decreases," not in released
