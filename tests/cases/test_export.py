"""Phenopackets out: read back by the phenopackets package and by ourselves, with all losses told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from google.protobuf.json_format import Parse
from patients import case, fact
from phenopackets import Phenopacket

from kg.errors import UsageError

DATED = "2026-01-31T00:00:00Z"


@pytest.fixture(scope="module")
def parsed(exported):
    return Parse(exported.text, Phenopacket())


def test_the_phenopackets_package_reads_the_founding_case(parsed):
    assert parsed.id == "nazir-2015"
    features = {feature.type.id: feature for feature in parsed.phenotypic_features}
    assert features["HP:0033126"].type.label == "Cutaneous necrosis"
    assert features["HP:0000083"].onset.age.iso8601duration == "P50Y6M"
    assert {d.term.id: d.onset.age.iso8601duration for d in parsed.diseases}["MONDO:0007915"] == "P34Y"
    calcium = next(m for m in parsed.measurements if m.assay.id == "CMO:0000503")
    assert (calcium.value.quantity.value, calcium.value.quantity.unit.id) == (13.4, "UCUM:mg/dL")
    assert calcium.value.quantity.HasField("reference_range") is False  # the report states none
    assert {a.treatment.agent.id for a in parsed.medical_actions} >= {"CHEBI:15365", "MESH:D000069603"}
    assert (parsed.subject.sex, parsed.subject.vital_status.status) == (1, 2)  # FEMALE, DECEASED
    assert parsed.subject.vital_status.time_of_death.age.iso8601duration == "P52Y3M"


def test_resources_are_those_of_the_identifiers_used(exported, parsed):
    text = json.dumps({key: value for key, value in exported.packet.items() if key != "metaData"})
    for resource in parsed.meta_data.resources:
        assert f'"{resource.namespace_prefix}:' in text
    prefixes = {resource.namespace_prefix for resource in parsed.meta_data.resources}
    used = {part["id"].split(":")[0] for part in _terms(exported.packet)}
    assert used == prefixes
    assert parsed.meta_data.phenopacket_schema_version == "2.0"
    hp = next(resource for resource in parsed.meta_data.resources if resource.namespace_prefix == "HP")
    assert hp.iri_prefix == "http://purl.obolibrary.org/obo/HP_"
    assert hp.version


def _terms(value):
    """Every OntologyClass of a packet."""
    if isinstance(value, list):
        for item in value:
            yield from _terms(item)
    elif isinstance(value, dict):
        if set(value) == {"id", "label"}:
            yield value
        for key, item in value.items():
            if key != "metaData":
                yield from _terms(item)


def test_labels_are_those_of_the_authority_slice(exported, root):
    rows = [line.split("\t") for line in (root / "ontology" / "terms.tsv").read_text("utf-8").splitlines()]
    official = {row[0]: row[1] for row in rows}
    for term in _terms(exported.packet):
        if not term["id"].startswith("UCUM:"):
            assert term["label"] == official[term["id"]]


def test_every_fact_is_in_the_packet_or_among_the_losses(graph, exported):
    lost = {loss.what.split(":")[0] for loss in exported.losses}
    words = [feature["description"] for feature in exported.packet["phenotypicFeatures"]]
    words += [measured["description"] for measured in exported.packet["measurements"]]
    terms = {term["id"] for term in _terms(exported.packet)}
    for one in graph.case("nazir-2015").facts:
        carried = one.entity and set(one.entity.matches) & terms
        told = any(one.label in text for text in words)
        placed = one.label in ("age", "sex", "death")
        assert one.label in lost or carried or told or placed, one.label
        assert not (one.presence == "unknown" and one.label not in lost)


def test_close_matches_are_marked_and_never_another_entity(graph, exported):
    exact = {curie: entity for entity in graph.entities for curie in entity.matches}
    marked = {r["id"]: r for r in exported.packet["metaData"]["externalReferences"]}
    for term in _terms(exported.packet):
        if term["id"] not in exact and not term["id"].startswith("UCUM:"):
            assert marked[term["id"]]["description"].startswith("close match, not the same")
    assert not marked.keys() & exact.keys()
    assert any("HP:0033126" in loss.why for loss in exported.losses)  # infarction of the dermis is not told as necrosis
    assert "nitrates" in {loss.what for loss in exported.losses}  # nor nitrates as nitroglycerin


def test_what_was_written_is_read_again(graph, exported, read):
    original = graph.case("nazir-2015")
    again = read(exported.text)
    held = {f.entity.id for f in again.facts if f.entity}
    assert held <= {f.entity.id for f in original.facts if f.entity}
    assert all(f.entity for f in again.facts)
    lost = {loss.what.split(":")[0] for loss in exported.losses}
    lost |= {loss.what for loss in exported.losses}
    kept = {f.entity.id for f in original.facts if f.entity and f.label not in lost}
    assert kept <= held
    directions = {f.entity.id: f.direction for f in again.facts}
    assert directions["serum-calcium"] == directions["serum-creatinine"] == "raised"
    categories = {f.entity.id: f.category for f in again.facts}
    assert (categories["renal-impairment"], categories["cyanosis"]) == ("history", "symptom")
    explained = {f.entity.id for f in graph.explain_case(again).explained}
    assert {"skin-necrosis", "arterial-calcification", "serum-calcium", "gangrene"} <= explained


def test_the_same_case_gives_the_same_bytes_and_a_stated_time_is_taken(graph, exported):
    assert graph.export_case("nazir-2015").text == exported.text
    assert "created" not in exported.packet["metaData"]
    dated = graph.export_case("nazir-2015", created=DATED)
    assert dated.packet["metaData"]["created"] == DATED
    assert Parse(dated.text, Phenopacket()).meta_data.created.seconds == 1769817600
    assert "the time of creation" not in {loss.what for loss in dated.losses}
    with pytest.raises(UsageError, match="no time in UTC"):
        graph.export_case("nazir-2015", created="today")


def test_an_absent_feature_is_excluded_and_a_lowered_one_is_not_told_as_present(graph):
    age = replace(fact(0, graph.entity("SLE"), "demographics"), entity=None, label="age", value="40", unit="year")
    made = graph.export_case(
        case(
            age,
            fact(1, graph.entity("gangrene"), presence="absent", time="P0D"),
            fact(2, graph.entity("SLE"), "diagnosis", "absent"),
            fact(3, graph.entity("antinuclear-antibody"), "lab", direction="lowered"),
            fact(4, graph.entity("cyanosis"), time="-P90Y"),
            fact(5, graph.entity("serum-calcium"), "lab", value="13.4", unit="furlong", direction="raised"),
        )
    )
    (gangrene, cyanosis) = Parse(made.text, Phenopacket()).phenotypic_features
    assert (gangrene.type.id, gangrene.excluded, gangrene.onset.age.iso8601duration) == ("HP:0100758", True, "P40Y")
    assert not cyanosis.HasField("onset")
    assert made.packet["diseases"][0]["excluded"] is True
    assert "measurements" not in made.packet
    lost = {loss.what: loss.why for loss in made.losses}
    assert "without a number" in lost["antinuclear antibody: lowered"]
    assert "before the birth" in lost["cyanosis: the time"]
    assert "serum calcium" in lost


def test_without_an_age_no_times_are_told(graph):
    made = graph.export_case(case(fact(1, graph.entity("gangrene"), time="P0D")))
    assert "onset" not in made.packet["phenotypicFeatures"][0]
    assert "timeAtLastEncounter" not in made.packet["subject"]
    assert "all times" in {loss.what for loss in made.losses}
