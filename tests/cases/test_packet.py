"""Phenopackets in: identifiers, times, measurements, and every field that is wrong."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from kg.errors import InvalidData

UNIT = {"id": "UCUM:mg/dL", "label": "milligram per deciliter"}
PACKET = {
    "id": "patient one",
    "subject": {"id": "p", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P52Y"}}},
    "phenotypicFeatures": [
        {"type": {"id": "HP:0033126", "label": "Cutaneous necrosis"}, "onset": {"age": {"iso8601duration": "P52Y"}}},
        {"type": {"id": "HP:0003072", "label": "Hypercalcemia"}, "excluded": True},
        {"type": {"id": "HP:9999999", "label": "Purple hair"}},
        {"type": {"id": "HP:0000083"}, "description": "history: renal impairment; 18 months"},
    ],
    "measurements": [
        {"assay": {"id": "CMO:0000503", "label": "serum calcium level"},
         "value": {"quantity": {"unit": UNIT, "value": 13.4, "referenceRange": {"unit": UNIT, "low": 8.5, "high": 10.5}}},
         "timeObserved": {"age": {"iso8601duration": "P52Y"}}}
    ],
    "diseases": [{"term": {"id": "MONDO:0007915", "label": "SLE"}, "onset": {"age": {"iso8601duration": "P34Y"}}}],
    "medicalActions": [
        {"treatment": {"agent": {"id": "CHEBI:10033", "label": "warfarin"}}},
        {"procedure": {"code": {"id": "MAXO:0000602", "label": "hemodialysis"},
                       "performed": {"age": {"iso8601duration": "P53Y"}}}},
    ],
    "metaData": {"created": "2026-01-01T00:00:00Z", "createdBy": "test", "phenopacketSchemaVersion": "2.0", "resources": []},
}  # fmt: skip


def packet(**changes):
    return {**deepcopy(PACKET), **changes}


def by_name(case):
    return {(f.entity.id if f.entity else f.label): f for f in case.facts}


def test_identifiers_name_entities_and_fields_their_roles(read):
    facts = by_name(read(PACKET))
    assert {name: (f.category, f.presence, f.direction, f.time) for name, f in facts.items()} == {
        "female-sex": ("demographics", "present", None, None),
        "skin-necrosis": ("sign", "present", None, "P52Y"),
        "hypercalcemia": ("sign", "absent", None, None),
        "Purple hair": ("sign", "present", None, None),
        "renal-impairment": ("history", "present", None, None),
        "serum-calcium": ("lab", "present", "raised", "P52Y"),
        "systemic-lupus-erythematosus": ("diagnosis", "present", None, "P34Y"),
        "warfarin": ("treatment", "present", None, None),
        "hemodialysis": ("treatment", "present", None, "P53Y"),
    }
    assert (facts["serum-calcium"].value, facts["serum-calcium"].unit) == ("13.4", "milligram per deciliter")
    assert facts["Purple hair"].entity is None
    assert read(PACKET).id == "patient-one"


def test_protobuf_names_with_underscores_are_read_alike(read):
    def snake(value):
        if isinstance(value, list):
            return [snake(item) for item in value]
        if not isinstance(value, dict):
            return value
        names = {"iso8601duration": "iso8601duration"}
        return {
            names.get(key, "".join(f"_{c.lower()}" if c.isupper() else c for c in key)): snake(v)
            for key, v in value.items()
        }

    turned = snake(PACKET)
    assert "phenotypic_features" in turned
    told = [[(f.label, f.category, f.presence, f.direction, f.time) for f in read(p).facts] for p in (PACKET, turned)]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("value", "bounds", "direction"),
    [
        (13.4, {"low": 8.5, "high": 10.5}, "raised"), (8.0, {"low": 8.5, "high": 10.5}, "lowered"),
        (9.0, {"low": 8.5, "high": 10.5}, "normal"), (10.5, {"low": 8.5, "high": 10.5}, "normal"),
        (13.4, {"high": 10.5}, "raised"), (1, {"low": 2}, "lowered"), ("13.4", {"high": 10.5}, "raised"), (13.4, {}, None),
        (13.4, {"unit": {"id": "UCUM:mmol/L"}, "high": 2.6}, None),
    ],
)  # fmt: skip
def test_a_value_is_read_against_its_reference_range(read, value, bounds, direction):
    quantity = {"unit": UNIT, "value": value, "referenceRange": {"unit": UNIT, **bounds}}
    measured = {"assay": {"id": "CMO:0000503"}, "value": {"quantity": quantity}}
    (fact,) = read(
        packet(measurements=[measured], phenotypicFeatures=[], diseases=[], medicalActions=[], subject={})
    ).facts
    assert fact.direction == direction


@pytest.mark.parametrize(
    ("label", "presence", "direction"),
    [("Positive", "present", None), ("Negative", "absent", None), ("High", "present", "raised"),
     ("abnormally low", "present", "lowered"), ("Normal", "present", "normal")],
)  # fmt: skip
def test_a_value_in_words(read, graph, label, presence, direction):
    measured = {"assay": {"id": "HP:0003613"}, "value": {"ontologyClass": {"id": "NCIT:C1", "label": label}}}
    case = read(packet(measurements=[measured], phenotypicFeatures=[]))
    fact = by_name(case)["antiphospholipid-antibody"]
    assert (fact.presence, fact.direction) == (presence, direction)


def test_a_value_in_words_that_say_nothing_of_a_direction_is_no_finding(read, graph):
    measured = {"assay": {"id": "CMO:0000503"}, "value": {"ontologyClass": {"id": "NCIT:C2", "label": "Borderline"}}}
    parts = {"assay": {"id": "CMO:0000542"}, "complexValue": {"typedQuantities": []}}
    explanation = graph.explain_case(read(packet(measurements=[measured, parts], phenotypicFeatures=[])))
    assert {f.entity.id for f in explanation.findings} == {"systemic-lupus-erythematosus"}
    assert [left.fact.entity.id for left in explanation.left_out] == ["serum-calcium", "serum-phosphate"]


def test_a_close_match_is_taken_where_it_is_the_only_one_and_said(read):
    facts = by_name(read(packet(phenotypicFeatures=[{"type": {"id": "HP:0025300", "label": "Malar rash"}}])))
    assert facts["facial-rash"].note == "read by HP:0025300, a close match, not the same"
    exact = by_name(read(PACKET))["skin-necrosis"]  # HP:0033126 is also close to infarction of the dermis
    assert exact.note is None


def test_labels_are_never_guessed_from(read, graph):
    case = read(packet(phenotypicFeatures=[{"type": {"id": "XYZ:1", "label": "hypercalcemia"}}]))
    assert by_name(case)["hypercalcemia"].entity is None
    (left,) = [one for one in graph.explain_case(case).left_out if one.fact.label == "hypercalcemia"]
    assert left.suggestions[0].id == "hypercalcemia"


def test_times_are_ages_or_days_by_the_calendar(read):
    stamp = {"timestamp": "2013-09-01T10:00:00.123456789Z"}
    dated = [{"type": {"id": "HP:0033126"}, "onset": stamp}]
    treated = {"treatment": {"agent": {"id": "CHEBI:10033"}, "doseIntervals": [
        {"interval": {"start": "2013-08-30T00:00:00Z", "end": "2013-09-30T00:00:00Z"}}]}}  # fmt: skip

    def times(**changes):
        facts = by_name(read(packet(phenotypicFeatures=dated, measurements=[], **changes)))
        return facts["skin-necrosis"].time, facts["warfarin"].time if "warfarin" in facts else None

    plain = {"diseases": [], "medicalActions": [treated]}
    assert times(subject={"dateOfBirth": "1961-09-01T00:00:00Z"}, **plain) == ("P18993D", "P18991D")
    assert times(subject={}, **plain) == ("P15949D", "P15947D")
    assert times(subject={}, medicalActions=[treated]) == (None, None)  # an age is stated elsewhere: not comparable
    before = [{"type": {"id": "HP:0033126"}, "onset": {"interval": {"start": "1969-12-30T00:00:00Z"}}}]
    case = read(packet(phenotypicFeatures=before, measurements=[], subject={}, **plain))
    assert by_name(case)["skin-necrosis"].time == "-P2D"


@pytest.mark.parametrize(
    "onset",
    [{"ageRange": {"start": {"iso8601duration": "P1Y"}}}, {"ontologyClass": {"id": "HP:0003577"}},
     {"gestationalAge": {"weeks": 30}}, {}],
)  # fmt: skip
def test_ranges_and_classes_of_onset_are_no_times(read, onset):
    case = read(packet(phenotypicFeatures=[{"type": {"id": "HP:0033126"}, "onset": onset}]))
    assert by_name(case)["skin-necrosis"].time is None


def test_death_and_other_actions(read):
    vital = {"status": "DECEASED", "timeOfDeath": {"age": {"iso8601duration": "P53Y"}},
             "causeOfDeath": {"id": "MONDO:0004781", "label": "acute myocardial infarction"}}  # fmt: skip
    actions = [
        {"therapeuticRegimen": {"ontologyClass": {"id": "CHEBI:15365"}, "startTime": {"age": {"iso8601duration": "P50Y"}}}},
        {"radiationTherapy": {"modality": {"id": "XYZ:2", "label": "beam"}, "dosage": 1, "fractions": 1},
         "adverseEvents": [{"id": "HP:0100758", "label": "Gangrene"}]},
    ]  # fmt: skip
    facts = by_name(read(packet(subject={"sex": "MALE", "vitalStatus": vital}, medicalActions=actions)))
    assert (facts["mortality"].category, facts["mortality"].time) == ("outcome", "P53Y")
    assert facts["acute-myocardial-infarction"].category == "outcome"
    assert (facts["aspirin"].category, facts["aspirin"].time) == ("treatment", "P50Y")
    assert (facts["beam"].category, facts["gangrene"].category, facts["sex"].value) == ("treatment", "course", "male")


def test_parts_that_are_not_read_are_named(read, graph):
    case = read(packet(interpretations=[{"id": "i"}], files=[{"uri": "x"}]))
    names = {left.fact.label for left in graph.explain_case(case).left_out}
    assert {"interpretations", "files"} <= names


@pytest.mark.parametrize("version", ["1.0.0", "1.0.0-RC3", "1", "v1.0"])
def test_version_one_is_refused_by_name(read, version):
    old = packet(metaData={"phenopacketSchemaVersion": version}, genes=[])
    with pytest.raises(InvalidData, match=r"metaData\.phenopacketSchemaVersion: is .*version 1.*kg reads version 2"):
        read(old)


def test_version_one_without_its_number_is_known_by_its_fields(read):
    for old, field in (
        (packet(metaData={}, genes=[{"id": "HGNC:1"}]), "genes"),
        (
            packet(metaData={}, phenotypicFeatures=[{"type": {"id": "HP:1"}, "negated": True}]),
            r"Features\[0\]\.negated",
        ),
    ):
        with pytest.raises(InvalidData, match=f"{field}: is a field of version 1"):
            read(old)


def changed(path, value):
    """The packet with one value put in; ``None`` takes it out."""
    whole = packet()
    *way, last = path
    place = whole
    for key in way:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return whole


FEATURE = ("phenotypicFeatures", 0)
QUANTITY = ("measurements", 0, "value", "quantity")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("metaData",), None, r"metaData.phenopacketSchemaVersion: is missing"),
        (("metaData", "phenopacketSchemaVersion"), "3.0", r"is '3.0'; a Phenopacket of version 2"),
        (("metaData", "phenopacketSchemaVersion"), 2, r"is 2; a Phenopacket of version 2"),
        (("colour",), "red", r"colour: is no field of a Phenopacket"),
        (("proband",), {}, r"proband: is no field .* one member at a time"),
        (("id",), 7, r"id: is a number where a text is needed"),
        (("subject",), [], r"subject: is a list where a Individual is needed"),
        (("subject", "dateOfBirth"), "yesterday", r"subject.dateOfBirth: is 'yesterday', which is no time"),
        (("phenotypicFeatures",), {}, r"phenotypicFeatures: is an object where a list is needed"),
        ((*FEATURE, "type"), None, r"phenotypicFeatures\[0\].type: is missing"),
        ((*FEATURE, "type"), "HP:1", r"phenotypicFeatures\[0\].type: is a text where a OntologyClass is needed"),
        ((*FEATURE, "type", "id"), "necrosis", r"phenotypicFeatures\[0\].type.id: is 'necrosis', which is no CURIE"),
        ((*FEATURE, "excluded"), "yes", r"phenotypicFeatures\[0\].excluded: is a text where true or false"),
        ((*FEATURE, "onset"), {"when": "then"}, r"phenotypicFeatures\[0\].onset.when: is no field of a TimeElement"),
        ((*FEATURE, "onset", "age", "iso8601duration"), "52", r"onset.age.iso8601duration: is wrong: '52' is no ISO"),
        ((*FEATURE, "onset"), {"timestamp": 5}, r"onset.timestamp: is 5, which is no time"),
        (("measurements", 0, "value"), None, r"measurements\[0\].value: is missing"),
        ((*QUANTITY, "value"), "much", r"measurements\[0\].value.quantity.value: is a text where a number is needed"),
        ((*QUANTITY, "value"), True, r"quantity.value: is true or false where a number is needed"),
        ((*QUANTITY, "referenceRange", "top"), 1, r"referenceRange.top: is no field of a ReferenceRange"),
        (("diseases", 0, "name"), "x", r"diseases\[0\].name: is no field of a Disease"),
        (("medicalActions", 0), {}, r"medicalActions\[0\]: states none of procedure"),
        (("medicalActions", 0, "treatment", "agent"), None, r"medicalActions\[0\].treatment.agent: is missing"),
    ],
)
def test_a_wrong_field_is_told_by_its_place(read, path, value, message):
    with pytest.raises(InvalidData, match=message) as caught:
        read(changed(path, value))
    assert str(caught.value).startswith("patient.json: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no JSON"), ("{", "patient.json:1: is no JSON"), ("[]", "is no object"), ("[" * 100_000, "nested too deeply"),
        ('{"id": NaN}', "NaN"), ("1" * 5000, "is no"), (b"\xff", "UTF-8"), ("null", "is no object"),
    ],
)  # fmt: skip
def test_what_is_no_json_object(read, text, message):
    with pytest.raises(InvalidData, match=message):
        read(text)


def test_the_packet_of_these_tests_is_one_that_the_phenopackets_package_reads():
    from google.protobuf.json_format import Parse
    from phenopackets import Phenopacket

    parsed = Parse(json.dumps(PACKET), Phenopacket())
    assert parsed.measurements[0].value.quantity.reference_range.high == 10.5


def test_every_message_that_is_read_has_the_fields_of_the_schema():
    import phenopackets

    from kg.cases.fields import MESSAGES

    for name, fields in MESSAGES.items():
        held = {field.json_name for field in getattr(phenopackets, name).DESCRIPTOR.fields}
        assert set(fields.split()) == held, name
