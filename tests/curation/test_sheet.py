"""A sheet is read as it is: encodings, separators, quotation marks; what cannot be read names its row and column."""

from __future__ import annotations

import zipfile

import pytest

from kg.curation import sheet as module
from kg.curation.sheet import is_formula, read_sheet, squashed
from kg.errors import FileProblem, RefusedChange

HEADER = "subject;predicate;object;note"
ROW = "TNF-α;increases;RANKL;Ça va."


def problems_of(path):
    with pytest.raises(RefusedChange) as caught:
        read_sheet(path)
    return caught.value.problems


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_and_blank_lines_say_nothing(sheet):
    read = read_sheet(sheet(HEADER, "", ROW, ";;;", "  ", ROW, ""))
    assert [(row.number, row.line) for row in read.rows] == [(3, 3), (6, 6)]
    assert read.rows[0].cells == {"subject": "TNF-α", "predicate": "increases", "object": "RANKL", "note": "Ça va."}
    assert read.problems == ()


@pytest.mark.parametrize("name", ["sheet.tsv", "sheet.csv", "sheet.CSV", "sheet.txt"])
def test_the_ending_tells_the_separator(sheet, name):
    separator = "," if name.lower().endswith("csv") else "\t"
    path = sheet(HEADER.replace(";", separator), ROW.replace(";", separator), name=name)
    assert read_sheet(path).rows[0].cells["object"] == "RANKL"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_fine(sheet, encoding):
    assert read_sheet(sheet(HEADER, ROW, encoding=encoding)).rows[0].cells["note"] == "Ça va."


def test_utf_16_of_the_other_byte_order(tmp_path):
    path = tmp_path / "sheet.tsv"
    path.write_bytes(b"\xfe\xff" + f"{HEADER}\n{ROW}".replace(";", "\t").encode("utf-16-be"))
    assert read_sheet(path).rows[0].cells["subject"] == "TNF-α"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileProblem, match="UTF-16"):
        read_sheet(path)


def test_header_names_in_any_case_and_order(sheet):
    read = read_sheet(sheet(" Object ;SUBJECT;Predicate", "b;a;increases"))
    assert read.rows[0].cells == {"object": "b", "subject": "a", "predicate": "increases"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(tmp_path, end):
    path = tmp_path / "sheet.tsv"
    path.write_bytes(end.join(["subject\tpredicate\tobject", "a\tincreases\tb", "c\tincreases\td"]).encode())
    assert [row.cells["object"] for row in read_sheet(path).rows] == ["b", "d"]


def test_quotes_tabs_and_line_breaks_in_cells(tmp_path):
    path = tmp_path / "sheet.tsv"
    path.write_text(
        'subject\tpredicate\tobject\tnote\na\tincreases\tb\t"it ""rose""\twith\n\n  dose"\nc\tcauses\td\t5" x\n'
    )
    first, second = read_sheet(path).rows
    assert first.cells["note"] == 'it "rose" with dose'
    assert (second.number, second.line, second.cells["note"]) == (3, 5, '5" x')


@pytest.mark.parametrize("cell", ['"never closed', '"closed" too early'])
def test_a_quotation_mark_that_breaks_the_table_is_named_with_its_row(sheet, cell):
    read = read_sheet(sheet(HEADER, ROW, f"a;increases;b;{cell}", ROW))
    (problem,) = read.problems
    assert (problem.subject, problem.line) == ("row 3", 3)
    assert "twice" in problem.remedy
    assert len(read.rows) == 1


def test_latin_1_bytes_are_named_with_row_and_column(tmp_path):
    path = tmp_path / "sheet.tsv"
    lines = [HEADER, ROW, "caf\xe9;increases;b;Ça va."]
    path.write_bytes(
        b"\n".join(
            line.replace(";", "\t").encode(e) for line, e in zip(lines, ("utf-8", "utf-8", "latin-1"), strict=True)
        )
    )
    found = read_sheet(path).problems
    assert [(p.rule, p.subject, p.property) for p in found] == [
        ("encoding", "row 3, subject", "subject"), ("encoding", "row 3, note", "note")
    ]  # fmt: skip
    assert "byte E9" in found[0].message
    assert "'é'" in found[0].message
    assert found[0].message.encode()  # no lone surrogate is left in it
    assert found[0].value.encode()


def test_a_control_character_is_refused(sheet):
    (problem,) = read_sheet(sheet(HEADER, "a;increases;b;bell\x07")).problems
    assert (problem.rule, problem.subject) == ("encoding", "row 2, note")


def test_everything_wrong_with_a_header_is_told_at_once(sheet):
    found = problems_of(sheet("subject;subject;certanty;colour;predicate", "a;b;c;d;e"))
    text = " ".join(map(str, found))
    assert "unknown column 'certanty'. Did you mean certainty?" in text
    assert "unknown column 'colour'" in text
    assert "'subject' stands there 2 times" in text
    assert "the column 'object' is missing" in text
    assert len(found) == 4


@pytest.mark.parametrize(("name", "separator"), [("sheet.csv", "\t"), ("sheet.tsv", ","), ("sheet.csv", ";")])
def test_a_wrong_separator_is_said_once(tmp_path, name, separator):
    path = tmp_path / name
    path.write_text("subject;predicate;object\na;increases;b\n".replace(";", separator))
    (problem,) = problems_of(path)
    assert "all of it is one cell" in problem.message


def test_a_cell_without_a_column_is_named(sheet):
    read = read_sheet(sheet("subject;predicate;object;", "a;increases;b;;", "a;increases;b;;stray"))
    (problem,) = read.problems
    assert problem.subject == "row 3"
    assert "'stray' stands in cell 5" in problem.message


def test_a_short_row_has_blank_cells(sheet):
    assert read_sheet(sheet(HEADER, "a;increases;b")).rows[0].cells.keys() == {"subject", "predicate", "object"}


@pytest.mark.parametrize(
    "content", ["", "\n \n", "\ufeff", "subject\tpredicate\tobject\n", "subject\tpredicate\tobject\n\n\t\t\n"]
)
def test_an_empty_sheet_is_refused(tmp_path, content):
    path = tmp_path / "sheet.tsv"
    path.write_text(content, "utf-8")
    (problem,) = problems_of(path)
    assert "is empty" in problem.message or "holds no claim" in problem.message
    assert "docs/claim-sheet.md" in problem.remedy


def test_files_that_are_no_sheet(tmp_path):
    workbook = tmp_path / "sheet.xlsx"
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    renamed = tmp_path / "sheet.tsv"
    renamed.write_bytes(workbook.read_bytes())
    binary = tmp_path / "noise.csv"
    binary.write_bytes(bytes(range(256)))
    for path in (workbook, renamed, binary):
        with pytest.raises(FileProblem, match="no text"):
            read_sheet(path)
    for path in (tmp_path, tmp_path / "nowhere.tsv"):
        with pytest.raises(FileProblem, match="Cannot read"):
            read_sheet(path)


def test_a_sheet_that_is_too_large_is_not_read(sheet, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    with pytest.raises(FileProblem, match="larger than"):
        read_sheet(sheet(HEADER, ROW))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+A1", "-A1", "-", "+", "-1+1", "-1+HYPERLINK(A1)", "+1 cmd|' /C calc'!A0",
     "-1*2", "+1=1", "-2!A1", " =1", "＝1+1", "＋A1", "-1 +f(x)"],
)  # fmt: skip
def test_what_a_spreadsheet_would_compute_is_a_formula(text):
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    ["-0.5 (95% CI -0.9 to -0.1)", "+12 mg/dL", "-3", "- 3", "-.5", "-12%", "-1,200; p = 0.03", "-0.5/year", "−0.5", "1=1",
     "OR 2 = 2", "", "a@b", "-0.5(95% CI)"],
)  # fmt: skip
def test_a_signed_number_is_no_formula(text):
    assert not is_formula(text)


@pytest.mark.parametrize("column", ["population", "exposure", "effect", "section", "note"])
def test_formulas_are_refused_in_free_text(sheet, column):
    read = read_sheet(
        sheet(f"subject;predicate;object;{column}", "a;increases;b;=cmd|' /C calc'!A0", "a;causes;b;-0.5 less")
    )
    (problem,) = read.problems
    assert (problem.rule, problem.subject, problem.value) == ("formula", f"row 2, {column}", "=cmd|' /C calc'!A0")
    assert column not in read.rows[0].cells


def test_squashing_composes_letters_and_joins_lines():
    assert squashed(" e\u0301 \t\n\u00a0x ") == "é x"
