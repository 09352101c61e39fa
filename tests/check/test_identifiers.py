"""Identifiers and the blocks of terms.ttl: each fault is told, with what to do."""

from __future__ import annotations

import pytest

OPG = "entity:osteoprotegerin"


def only(folder, rule):
    (problem,) = [problem for problem in folder.problems() if problem.rule == rule]
    return problem


def test_an_entity_without_identifier_or_reason_is_a_warning(folder):
    folder.replace("entities.ttl", ' ;\n    ckg:no-match-reason "No vocabulary has it."', "")
    assert folder.rules() == {("warning", "identifier", "entity:vsmc-calcification")}


def test_an_identifier_that_nobody_verified_is_an_error(folder):
    folder.replace("entities.ttl", "skos:closeMatch MESH:D061205", "skos:closeMatch MESH:D061206")
    assert folder.rules() == {
        ("error", "unknown-identifier", "entity:vascular-calcification"),
        ("error", "identifier-use", "MESH:D061205"),
    }


def test_something_that_is_no_identifier_at_all_is_an_error(folder):
    folder.replace("entities.ttl", "MESH:D061205", '"calcification"')
    assert ("error", "unknown-identifier", "entity:vascular-calcification") in folder.rules()


@pytest.mark.parametrize(
    ("status", "successor", "remedy"),
    [
        ("obsolete", "HGNC:11926", "Use HGNC:11926 instead."),
        ("merged", "HGNC:11926|HGNC:11908", "Use HGNC:11926 or HGNC:11908 instead."),
        ("withdrawn", "", "Find its successor."),
    ],
)
def test_an_identifier_that_its_vocabulary_gave_up_is_an_error_that_names_the_successor(
    folder, status, successor, remedy
):
    folder.replace("terms.tsv", "TNFRSF11B\tcurrent\t", f"TNFRSF11B\t{status}\t{successor}")
    assert folder.rules() == {("error", "obsolete-identifier", OPG)}
    problem = only(folder, "obsolete-identifier")
    assert status in problem.message
    assert problem.remedy == remedy


def test_an_identifier_of_a_vocabulary_for_other_kinds_of_things_is_an_error(folder):
    folder.replace(
        "entities.ttl", "entity:vascular-calcification a ckg:Phenotype", "entity:vascular-calcification a ckg:Protein"
    )
    assert {(p.rule, p.value) for p in folder.problems() if p.rule == "identifier-prefix"} == {
        ("identifier-prefix", "HP:0004934"), ("identifier-prefix", "MESH:D061205")
    }  # fmt: skip
    assert "FPLX, HGNC" in folder.problems()[0].remedy


def test_two_exact_terms_of_one_vocabulary_are_an_error(folder):
    folder.replace("entities.ttl", "skos:exactMatch HGNC:11909", "skos:exactMatch HGNC:11909, HGNC:11926")
    folder.replace("entities.ttl", '"OPG", "TNFRSF11B"', '"OPG", "TNFRSF11B", "TNFSF11"')
    folder.add("terms.ttl", f'HGNC:11926 a skos:Concept ; skos:prefLabel "TNFSF11" ; dct:isReferencedBy {OPG} .\n')
    assert folder.rules() == {("error", "exact-match", OPG)}


def test_one_term_that_is_exactly_two_things_is_an_error(folder):
    folder.add(
        "entities.ttl",
        'entity:opg-again a ckg:Protein ; rdfs:label "OPG again" ; skos:definition "x" ; skos:altLabel "TNFRSF11B." ;\n'
        "    skos:exactMatch HGNC:11909 ; ckg:broader entity:osteoprotegerin .\n",
    )
    folder.replace("terms.ttl", f"{OPG} .", f"{OPG}, entity:opg-again .")
    told = folder.rules()
    assert ("error", "exact-match", "entity:osteoprotegerin") in told
    assert {rule for _, rule, _ in told} == {"exact-match", "shared-name"}


def test_a_term_that_is_exact_and_close_at_once_is_an_error(folder):
    folder.replace("entities.ttl", "skos:closeMatch MESH:D061205", "skos:closeMatch MESH:D061205, HP:0004934")
    assert folder.rules() == {("error", "identifier-twice", "entity:vascular-calcification")}


def test_an_entity_must_bear_the_official_label_of_what_it_is_exactly(folder):
    folder.replace("entities.ttl", ', "TNFRSF11B"', "")
    assert folder.rules() == {("error", "official-label", OPG)}
    assert "'TNFRSF11B'" in only(folder, "official-label").message


def test_case_and_hyphens_of_an_official_label_do_not_matter(folder):
    folder.replace("entities.ttl", '"TNFRSF11B"', '"Tnf-RSF11b"')
    assert folder.problems() == []


def test_a_table_of_terms_that_cannot_be_read_is_told_once(folder):
    (folder.path / "terms.tsv").write_text("curie\tlabel\n")
    (problem,) = folder.problems()
    assert (problem.level, problem.rule, problem.file) == ("error", "terms", "terms.tsv")


# --- The blocks of terms.ttl -----------------------------------------------------------------------------------------


def test_swapped_labels_of_two_identifiers_are_errors_on_both(folder):
    folder.replace("terms.ttl", 'skos:prefLabel "TNFRSF11A"', 'skos:prefLabel "?"')
    folder.replace("terms.ttl", 'skos:prefLabel "TNFRSF11B"', 'skos:prefLabel "TNFRSF11A"')
    folder.replace("terms.ttl", 'skos:prefLabel "?"', 'skos:prefLabel "TNFRSF11B"')
    assert folder.rules() == {("error", "swapped-label", "HGNC:11908"), ("error", "swapped-label", "HGNC:11909")}
    assert "that of HGNC:11909" in folder.problems()[0].message


def test_another_label_than_the_official_one_is_a_warning(folder):
    """What an entity is called need not follow at once; the new label is told."""
    folder.replace("terms.tsv", "TNFRSF11B", "TNFRSF11Z")
    assert folder.rules() == {("warning", "relabelled", "HGNC:11909")}
    assert "TNFRSF11Z" in folder.problems()[0].message


def test_a_block_with_two_labels_or_none_or_with_a_strange_property_is_an_error(folder):
    folder.replace("terms.ttl", '"TNFRSF11A"', '"TNFRSF11A", "RANK"')
    folder.replace("terms.ttl", 'skos:prefLabel "TNFRSF11B"', 'rdfs:seeAlso "TNFRSF11B"')
    errors = {(rule, subject) for level, rule, subject in folder.rules() if level == "error"}
    assert errors == {("value", "HGNC:11908"), ("missing", "HGNC:11909"), ("property", "HGNC:11909")}


def test_an_identifier_without_a_block_is_an_error_that_says_what_to_write(folder):
    folder.replace(
        "terms.ttl", f'HGNC:11909 a skos:Concept ; skos:prefLabel "TNFRSF11B" ; dct:isReferencedBy {OPG} .', ""
    )
    assert folder.rules() == {("error", "identifier-use", OPG)}
    block = only(folder, "identifier-use").remedy.removeprefix("Add it: ")
    folder.add("terms.ttl", block + "\n")
    assert folder.problems() == []


def test_a_block_of_an_identifier_that_nobody_verified_is_an_error(folder):
    folder.add("terms.ttl", 'HGNC:1 a skos:Concept ; skos:prefLabel "A1BG" ; dct:isReferencedBy entity:rank .\n')
    assert ("error", "unknown-identifier", "HGNC:1") in folder.rules()


def test_a_block_that_lists_an_entity_that_does_not_name_it_is_an_error(folder):
    folder.replace("terms.ttl", f"{OPG} .", f"{OPG}, entity:rank .")
    assert folder.rules() == {("error", "identifier-use", "HGNC:11909")}


def test_a_block_that_no_entity_uses_is_a_warning(folder):
    folder.add("terms.ttl", 'HGNC:11926 a skos:Concept ; skos:prefLabel "TNFSF11" .\n')
    assert folder.rules() == {("warning", "unused", "HGNC:11926")}


def test_identifiers_without_any_block_are_one_error_and_not_hundreds(folder):
    (folder.path / "terms.ttl").unlink()
    (problem,) = folder.problems()
    assert (problem.level, problem.rule, problem.file) == ("error", "terms", "terms.ttl")


def test_blocks_of_identifiers_are_no_entities_and_are_seen_by_sparql(graph):
    assert not any(entity.id.isdigit() or ":" in entity.id for entity in graph.entities)
    rows = graph.sparql(
        "SELECT ?name ?entity { HGNC:11909 skos:prefLabel ?name . ?entity skos:exactMatch HGNC:11909 }"
    ).rows
    assert rows == [("TNFRSF11B", graph.find("osteoprotegerin").iri)]
