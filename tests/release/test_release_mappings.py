"""The mapping tables by the words of SSSOM: required slots, prefixes that are declared, labels that are the official."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Quad
from worlds import World

import kg
from kg.release.bundle import bundle
from kg.schema import SKOS, ontology_folder

JUSTIFICATIONS = {
    "semapv:ManualMappingCuration", "semapv:LexicalMatching", "semapv:LogicalReasoning", "semapv:CompositeMatching",
    "semapv:UnspecifiedMatching", "semapv:MappingReview", "semapv:MappingChaining", "semapv:MappingInversion",
}  # fmt: skip
FILES = ["entities.sssom.tsv", "schema.sssom.tsv"]


def read(text):
    head = "".join(line[1:] for line in text.splitlines(keepends=True) if line.startswith("#"))
    body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    return yaml.safe_load(head), list(csv.DictReader(io.StringIO(body), delimiter="\t"))


@pytest.mark.parametrize("name", FILES)
def test_required_slots_are_there_and_every_prefix_is_declared(released, name):
    head, rows = read((released / "mappings" / name).read_text("utf-8"))
    assert {"mapping_set_id", "license", "curie_map"} <= set(head)
    known = set(head["curie_map"]) | {"sssom", "skos", "semapv", "owl", "rdf", "rdfs"}
    assert len(rows) > 50
    for row in rows:
        for slot in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
            assert row[slot].split(":")[0] in known, row
        assert row["mapping_justification"] in JUSTIFICATIONS


@pytest.mark.filterwarnings("ignore")  # what sssom and pandas deprecate is theirs
@pytest.mark.parametrize("name", FILES)
def test_the_sssom_package_reads_and_validates_the_tables(released, name):
    pytest.importorskip("sssom", reason="the package sssom is not installed")
    from sssom.constants import SchemaValidationType
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    table = parse_sssom_table(str(released / "mappings" / name))
    assert len(table.df) == len(read((released / "mappings" / name).read_text("utf-8"))[1])
    checks = [SchemaValidationType.JsonSchema, SchemaValidationType.PrefixMapCompleteness]
    assert all(not report.results for report in validate(table, checks).values())


def test_every_match_of_every_entity_stands_in_the_table_once_with_its_official_label(released, graph):
    _, rows = read((released / "mappings" / "entities.sssom.tsv").read_text("utf-8"))
    with (ontology_folder() / "terms.tsv").open(encoding="utf-8", newline="") as file:
        official = {row["curie"]: row["label"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    wanted = Counter()
    for entity in graph.entities:
        wanted.update((f"entity:{entity.id}", "skos:exactMatch", term) for term in entity.matches)
        wanted.update((f"entity:{entity.id}", "skos:closeMatch", term) for term in entity.close)
    found = Counter((row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows)
    assert {key: n for key, n in found.items() if key[1] in ("skos:exactMatch", "skos:closeMatch")} == wanted
    for row in rows:
        assert row["object_label"] == official[row["object_id"]]
        assert row["subject_label"] == graph.entity(row["subject_id"]).label


def test_a_broad_match_is_in_and_an_unknown_term_has_no_label(tmp_path):
    graph = World(claims=[("a", "increases", "b")]).load(tmp_path)
    add = graph.dataset.store.add
    entity, named = NamedNode(graph.entity("a").iri), NamedNode(graph.schema.prefixes["graph"] + "entities")
    add(Quad(entity, NamedNode(SKOS + "broadMatch"), NamedNode(graph.schema.prefixes["HP"] + "9999999"), named))
    add(Quad(entity, NamedNode(SKOS + "altLabel"), Literal("tab\tin it"), named))
    text = bundle(kg.KnowledgeGraph(graph.dataset)).files["mappings/entities.sssom.tsv"].decode()
    head, rows = read(text)
    assert [(row["predicate_id"], row["object_id"], row["object_label"]) for row in rows] == [
        ("skos:broadMatch", "HP:9999999", "")
    ]
    assert "HP" in head["curie_map"]


def test_a_version_of_a_package_is_not_passed_off_as_the_release_of_a_vocabulary(released):
    _, rows = read((released / "mappings" / "entities.sssom.tsv").read_text("utf-8"))
    hgnc = [row for row in rows if row["object_id"].startswith("HGNC:")]
    assert hgnc
    assert {row["object_source_version"] for row in hgnc} == {""}
    assert {row["object_source_version"] for row in rows if row["object_id"].startswith("MONDO:")} != {""}


def test_the_schema_table_is_the_one_that_is_kept_with_the_schema(released):
    kept = ontology_folder() / "mappings" / "schema.sssom.tsv"
    assert (released / "mappings" / "schema.sssom.tsv").read_bytes() == kept.read_bytes()
