"""The authority slice: refused where it is no table of terms, and rewritten in the named rows alone."""

from __future__ import annotations

import pytest
import unpacked
from unpacked import COLUMNS

from kg.errors import FileProblem, InvalidData
from kg.schema import ontology_folder
from kg.terms.authority import Authority, used
from kg.terms.term import Term

HEADER = "\t".join(COLUMNS)
ROW = "HP:0000822\tHypertension\tcurrent\t\tpyhpo 4.0.0, hp.obo\t2025-01-16\t2025-01-16\tUMLS:C0020538"


def slice_of(tmp_path, text):
    file = tmp_path / "terms.tsv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Authority(file)


def test_the_shipped_slice_is_rewritten_byte_for_byte():
    file = ontology_folder() / "terms.tsv"
    authority = Authority(file)
    assert authority.rewritten({}).encode() == file.read_bytes()
    assert authority.rewritten(authority.terms).encode() == file.read_bytes()


def test_only_the_named_rows_change_and_their_other_cells_stay(tmp_path):
    authority = slice_of(tmp_path, f"{HEADER}\n{ROW}\nHP:1\tone\tcurrent\t\t\t\t\tX:1\n")
    term = Term("HP:1", "uno", "obsolete", "HP:2", release="2026", date="2026-01-01", seen_in="hp.obo")
    expected = f"{HEADER}\n{ROW}\nHP:1\tuno\tobsolete\tHP:2\thp.obo\t2026\t2026-01-01\tX:1\n"
    assert authority.rewritten({"HP:1": term}) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"curie\tlabel\n{ROW}\n", r"terms\.tsv:1: .*status, replaced_by, seen_in"),
        ("", r"terms\.tsv:1: "),
        (f"{HEADER}\n{ROW}\n{ROW}\n", r"terms\.tsv:3: .*HP:0000822 a second time"),
        (f"{HEADER}\n{ROW}\textra\n", r"terms\.tsv:2: .*9 cells, not 8"),
        (f"{HEADER}\n\n{ROW.replace('current', 'fine')}\n", r"terms\.tsv:3: .*status 'fine'"),
    ],
)
def test_a_slice_that_is_no_table_of_terms_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(InvalidData, match=message):
        slice_of(tmp_path, text)


def test_a_slice_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(FileProblem, match=r"Cannot read .*terms\.tsv"):
        Authority(tmp_path / "terms.tsv")
    with pytest.raises(FileProblem, match="UTF-8"):
        slice_of(tmp_path, b"\xff\n")


def test_identifiers_in_use_are_those_of_the_turtle_and_of_the_mapping_tables(tmp_path):
    folder = unpacked.data(tmp_path / "data", [], ["HGNC:11909", "MESH:D014859", "EFO:0004723", "RO:0002213"])
    (folder / "mappings").mkdir()
    table = "# comment\nsubject_id\tpredicate_id\tobject_id\tobject_label\nckg:a\tskos:exactMatch\tRO:0002213\tpositively regulates\nckg:a\tskos:exactMatch\tbiolink:affects\taffects\n"
    (folder / "mappings/a.sssom.tsv").write_text(table)
    (folder / "mappings/b.sssom.tsv").write_bytes(b"\xff")
    expected = {"HGNC:11909": "", "MESH:D014859": "", "EFO:0004723": "", "RO:0002213": "positively regulates"}
    found = used(folder)
    assert {curie: found.get(curie) for curie in expected} == expected
    assert not any(curie.startswith("biolink") for curie in found)


def test_every_term_of_the_shipped_slice_is_in_use():
    assert set(Authority(ontology_folder() / "terms.tsv").terms) <= set(used(ontology_folder()))
