"""CSV for Neo4j by the rules of its importer: typed headers, ids that are there, types that tell null results apart."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import fields

import pytest
from worlds import World

from kg.exchange.content import standing
from kg.model import Claim, Dispute, Entity, Source

HEADER = re.compile(r"(?:curie:ID|:LABEL|:START_ID|:END_ID|:TYPE|[a-z_]+(?::(?:int|boolean|string\[\]))?)")
VALUES = {"int": r"-?\d+", "boolean": "true|false", "string[]": ".*", "": ".*"}


@pytest.fixture(scope="module")
def tables(graph, tmp_path_factory):
    folder = tmp_path_factory.mktemp("neo4j")
    graph.export(folder / "graph", "neo4j")
    return [read(folder / f"graph{tail}") for tail in ("_nodes.csv", "_relationships.csv")]


def read(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def typed(row):
    """What the importer makes of a row: values by their types, none for empty fields."""
    makes = {"int": int, "boolean": "true".__eq__, "string[]": lambda text: text.split(";"), "": str}
    return {
        name.partition(":")[0]: makes[name.partition(":")[2]](value)
        for name, value in row.items()
        if value and not name.startswith(":") and name != "curie:ID"
    }


def test_every_header_and_every_field_is_as_the_importer_wants_it(tables):
    for rows in tables:
        assert all(HEADER.fullmatch(name) for name in rows[0])
        assert len({name.partition(":")[0] for name in rows[0] if name[0] != ":"}) == sum(n[0] != ":" for n in rows[0])
        for row in rows:
            for name, value in row.items():
                assert "\n" not in value
                assert not value or re.fullmatch(VALUES.get(name.partition(":")[2], ".*"), value), (name, value)
    nodes, edges = tables
    ids = Counter(row["curie:ID"] for row in nodes)
    assert set(ids.values()) == {1}
    assert {row[end] for row in edges for end in (":START_ID", ":END_ID")} <= set(ids)
    assert all(row[":LABEL"] for row in nodes)
    assert all(row[":TYPE"] for row in edges)


def test_all_that_the_graph_states_stands_in_the_two_files(tables, graph):
    nodes, edges = tables
    held = {row["curie:ID"]: typed(row) for row in nodes}
    for kind, prefix, things in (
        (Entity, "entity", graph.entities), (Source, "source", graph._content.used_sources),
        (Dispute, "dispute", graph._content.disputes),
    ):  # fmt: skip
        for thing in things:
            for field in fields(kind):
                if field.name not in ("claims", "named"):
                    value = getattr(thing, field.name)
                    wanted = list(value) if isinstance(value, tuple) else value
                    assert held[f"{prefix}:{thing.id}"].get(field.name) == (wanted if wanted not in ("", []) else None)
    said = {row["id"]: (row, typed(row)) for row in edges if row["id"]}
    assert said.keys() == {claim.id for claim in graph.claims()}
    for claim in graph.claims():
        row, told = said[claim.id]
        assert (row[":START_ID"], row[":END_ID"]) == (f"entity:{claim.subject.id}", f"entity:{claim.object.id}")
        assert (told["source"], told.get("cites", [])) == (claim.source.id, [work.id for work in claim.cites])
        for field in fields(Claim):
            if field.name not in ("subject", "object", "source", "cites", "ranks"):
                value = getattr(claim, field.name)
                wanted = list(value) if isinstance(value, tuple) else value
                assert told.get(field.name) == (wanted if wanted not in ("", []) else None), (claim.id, field.name)
    links = {(r[":START_ID"], r[":TYPE"], r[":END_ID"]) for r in edges if not r["id"]}
    assert len(links) == len(graph._content.links)


def test_null_and_refuted_claims_have_types_of_their_own_and_changed_texts_are_told(tmp_path):
    world = World(
        claims=[
            ("a", "increases", "b"), ("a", "increases", "c", {"certainty": "ckg:refuted"}), ("a", "has-no-effect-on", "b"),
            ("a", "not-associated-with", "b", {"effect": '"one\\ntwo"'}), ("a", "decreases", "b", {"status": "ckg:retracted"}),
        ],
    )  # fmt: skip
    folder = world.write(tmp_path / "world")
    with (folder / "entities.ttl").open("a", encoding="utf-8") as file:
        file.write('entity:a skos:altLabel "one; two" .\n')
    import kg

    graph = kg.open(folder)
    report = graph.export(tmp_path / "g_nodes.csv", "neo4j")
    edges = read(tmp_path / "g_relationships.csv")
    assert [row[":TYPE"] for row in edges] == [
        "INCREASES",
        "REFUTED_INCREASES",
        "HAS_NO_EFFECT_ON",
        "NOT_ASSOCIATED_WITH",
    ]
    assert {row["sign:int"] for row in edges if row[":TYPE"] != "INCREASES"} == {""}
    assert {standing(claim) for claim in graph.claims()} > {"refuted", "retracted"}
    assert read(tmp_path / "g_nodes.csv")[0]["synonyms:string[]"] == "one, two"
    told = {loss.what: loss.count for loss in report.losses}
    assert told["semicolons in values of arrays"] == 1
    assert told["line ends in texts"] == 1
