"""What foreign predicates and qualifiers are read as: each rule, and the table against Biolink itself."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

import kg
from kg.errors import UsageError
from kg.foreign import ACTS, ASSOCIATED, KIND_OF, LOWERS, NONE, NULL, RAISES, Signs
from kg.large.kgx import EDGES, NODES
from kg.schema import shipped_schema

SCHEMA = shipped_schema()
SIGNS = Signs(SCHEMA)
VOCAB = "https://w3id.org/biolink/vocab/"
UP, DOWN = {"object_direction_qualifier": "increased"}, {"object_direction_qualifier": "decreased"}
CAUSES = {"qualified_predicate": "biolink:causes"}


@pytest.mark.parametrize(
    ("predicate", "qualifiers", "reading", "group"),
    [
        ("biolink:affects", {}, "affects", ACTS),
        ("biolink:affects", CAUSES | UP, "increases", RAISES),
        ("biolink:affects", CAUSES | DOWN, "decreases", LOWERS),
        ("biolink:affects", {"object_direction_qualifier": "upregulated"}, "increases", RAISES),
        ("biolink:regulates", {"object_direction_qualifier": "downregulated"}, "decreases", LOWERS),
        ("biolink:affects", CAUSES | UP | {"object_aspect_qualifier": "abundance"}, "increases", RAISES),
        ("biolink:affects", CAUSES | UP | {"object_aspect_qualifier": "degradation"}, "affects", ACTS),
        ("biolink:affects", CAUSES | UP | {"subject_direction_qualifier": "decreased"}, "decreases", LOWERS),
        ("biolink:affects", CAUSES | DOWN | {"subject_direction_qualifier": "decreased"}, "increases", RAISES),
        ("biolink:causes", {"subject_direction_qualifier": "decreased"}, "decreases", LOWERS),
        ("biolink:affects", {"subject_direction_qualifier": "decreased"}, "affects", ACTS),
        ("biolink:affects", CAUSES | {"object_direction_qualifier": "sideways"}, "affects", ACTS),
        ("biolink:treats", UP, "affects", ACTS),
        ("biolink:causes", {"subject_form_or_variant_qualifier": "genetic_variant_form"}, "affects", ACTS),
        ("biolink:causes", {}, "causes", RAISES),
        ("biolink:contributes_to", {}, "contributes-to", RAISES),
        ("biolink:treats", {}, "treats-or-prevents", LOWERS),
        ("biolink:treats", {"negated": "True"}, "has-no-effect-on", NULL),
        ("biolink:affects", CAUSES | UP | {"negated": "true"}, "has-no-effect-on", NULL),
        ("biolink:affects", {"negated": "false"}, "affects", ACTS),
        ("biolink:associated_with", {}, "biolink:associated_with", ASSOCIATED),
        ("biolink:associated_with", {"negated": "true"}, "not-associated-with", NULL),
        ("biolink:positively_correlated_with", {}, "positively-associated-with", ASSOCIATED),
        ("biolink:positively_correlated_with", UP, "biolink:positively_correlated_with", ASSOCIATED),
        ("biolink:negatively_correlated_with", {}, "negatively-associated-with", ASSOCIATED),
        ("biolink:subclass_of", {}, "broader", KIND_OF),
        ("biolink:subclass_of", {"negated": "true"}, "", NONE),
        ("biolink:part_of", {}, "", NONE),
        ("biolink:in_clinical_trials_for", {}, "", NONE),
        ("biolink:treats_or_applied_or_studied_to_treat", {}, "", NONE),
        ("RO:0002213", {}, "increases", RAISES),
        ("ro:0002212", {}, "decreases", LOWERS),
        ("http://purl.obolibrary.org/obo/RO_0004046", {}, "decreases", LOWERS),
        ("positively_regulates", {}, "increases", RAISES),
        ("causally upstream of, negative effect", {}, "decreases", LOWERS),
        ("causes", {}, "causes", RAISES),
        ("biolink:Ameliorates Condition", {}, "treats-or-prevents", LOWERS),
    ],
)  # fmt: skip
def test_a_statement_is_read_as(predicate, qualifiers, reading, group):
    meaning = SIGNS.read(predicate, qualifiers)
    assert (meaning.predicate, meaning.group, meaning.mapped, meaning.swapped) == (reading, group, True, False)


def test_an_inverse_changes_the_places_of_its_ends_and_of_their_qualifiers():
    assert (SIGNS.read("biolink:caused_by", {}).predicate, SIGNS.read("biolink:caused_by", {}).swapped) == (
        "causes",
        True,
    )
    less = SIGNS.read("biolink:affected_by", {"subject_direction_qualifier": "decreased"})
    assert (less.predicate, less.swapped) == ("decreases", True)


def test_an_unmapped_predicate_is_unsigned_or_left_out_as_asked():
    assert SIGNS.read("x:zaps", {}) == SIGNS.read("biolink:zaps", {})
    assert (SIGNS.read("x:zaps", {}).predicate, SIGNS.read("x:zaps", {}).mapped) == ("affects", False)
    assert SIGNS.read("x:zaps", {"negated": "true"}).group == NULL
    assert Signs(SCHEMA, "left out").read("x:zaps", {}).group == NONE
    with pytest.raises(UsageError, match="unmapped must be one of unsigned, left out"):
        Signs(SCHEMA, "guess")


def test_a_negation_that_is_neither_true_nor_false_makes_no_claim():
    assert SIGNS.read("biolink:causes", {"negated": "maybe"}).group == NONE
    assert "maybe" in SIGNS.read("biolink:causes", {"negated": "maybe"}).unsure


def test_a_lost_sign_says_why():
    assert (
        SIGNS.read("biolink:affects", CAUSES | UP | {"object_aspect_qualifier": "transport"}).unsure
        == "object aspect transport"
    )
    assert SIGNS.read("biolink:causes", {"object_derivative_qualifier": "metabolite"}).unsure == "object derivative"
    assert SIGNS.read("biolink:affects", CAUSES | UP).unsure == ""


def test_the_sign_of_a_reading_is_that_of_our_predicate():
    for term in SCHEMA.foreign.values():
        ours = SCHEMA.predicates.get(term.reads[0])
        if ours:
            meaning = SIGNS.read(SCHEMA.curie(term.iri), {})
            assert (meaning.predicate, meaning.sign) == (ours.name, ours.sign)
            assert (meaning.group in (RAISES, ACTS, LOWERS)) == ours.causal


def test_categories_values_and_taxa():
    assert SIGNS.kind("biolink:NamedThing|biolink:Disease|biolink:Gene") == "Disease"
    assert SIGNS.kind("biolink:OrganismTaxon") == "OrganismTaxon"
    assert SIGNS.kind("SmallMolecule") == "SmallMolecule"
    assert SIGNS.kind("") == "NamedThing"
    assert SIGNS.values("", "NCBITaxon:10090") == ("mouse",)
    assert SIGNS.values("KnowledgeLevelEnum", "prediction") == ("hypothesized", "inference")
    assert SIGNS.values("KnowledgeLevelEnum", "knowledge_assertion") == ()


def test_the_digest_follows_the_table_and_the_option():
    assert SIGNS.digest == Signs(shipped_schema()).digest
    assert SIGNS.digest != Signs(SCHEMA, "left out").digest


def test_the_shipped_graph_has_the_table_in_its_schema():
    assert kg.load().schema.foreign == SCHEMA.foreign
    assert len(SCHEMA.foreign) > 300


def test_every_reading_is_a_term_of_ours():
    readings = {"unsigned-association", "no-claim", "entity-itself"}
    ours = {
        *SCHEMA.predicates,
        *SCHEMA.links,
        *SCHEMA.kinds,
        *readings,
        *(v for values in SCHEMA.vocabularies.values() for v in values),
    }
    assert [term for term in SCHEMA.foreign.values() if not term.reads or not ours.issuperset(term.reads)] == []


# --- against Biolink itself ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def biolink():
    found = importlib.util.find_spec("biolink_model")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the package biolink-model, which has the names to compare with, is not installed")
    return yaml.load(
        (Path(found.submodule_search_locations[0]) / "schema" / "biolink_model.yaml").read_text("utf-8"),
        yaml.CSafeLoader,
    )


def snake(name):
    return re.sub(r"\W+", "_", name)


def predicates(biolink):
    slots = biolink["slots"]

    def related(name):
        while name and name != "related to":
            name = slots[name].get("is_a")
        return bool(name)

    return {snake(name): slots[name] for name in slots if related(name)}


def test_every_biolink_name_of_the_table_is_in_biolink(biolink):
    known = set(predicates(biolink)) | {
        "".join(w[0].upper() + w[1:] for w in name.split()) for name in biolink["classes"]
    }
    known |= {
        f"{enum}#{value}" for enum, told in biolink["enums"].items() for value in told.get("permissible_values") or ()
    }
    ours = {iri.removeprefix(VOCAB) for iri in SCHEMA.foreign if iri.startswith(VOCAB)}
    assert sorted(ours - known) == []


def test_every_predicate_of_biolink_is_in_the_table(biolink):
    assert sorted(set(predicates(biolink)) - {iri.removeprefix(VOCAB) for iri in SCHEMA.foreign}) == []


def test_inverses_in_biolink_are_read_alike_the_other_way_round(biolink):
    for name, slot in predicates(biolink).items():
        if slot.get("inverse"):
            one, other = (SCHEMA.foreign[VOCAB + snake(n)] for n in (name, slot["inverse"]))
            assert one.reads == other.reads, name
            assert one.inverse != other.inverse or one.reads == ("no-claim",), name


def test_all_columns_that_are_read_are_slots_of_biolink(biolink):
    slots = {snake(name) for name in biolink["slots"]}
    of_the_node_normalizer = {"equivalent_identifiers"}  # which is not part of Biolink
    assert {*EDGES, *NODES} - slots == of_the_node_normalizer
