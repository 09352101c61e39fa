"""kg check as a whole: the shipped data are sound, every broken file is told, the report in its three forms."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from answered import SCHEMA
from worlds import World

import kg.check
from kg.check import Report, check
from kg.check.report import RULES
from kg.cli.main import run
from kg.errors import FileProblem
from kg.model import Problem
from kg.schema import ontology_folder

EXPLAINED = {
    "entity:skin-biopsy": "a procedure of the founding case; no claim of the tables speaks of it",
    "source:nazir-2015-ref-10": "a stub: the founding report counts ten references, and cites this one for no claim",
}
"""The warnings that the shipped data keep, and why."""


def test_the_shipped_data_are_sound_and_every_warning_is_explained():
    report = check(ontology_folder())
    assert report.sound
    assert {(p.rule, p.subject) for p in report.problems} == {("unused", subject) for subject in EXPLAINED}
    assert report.counts["claims"] >= 818


def test_a_store_is_checked_like_its_folder(folder, tmp_path):
    folder.add("entities.ttl", 'entity:stray a ckg:Process ; rdfs:label "stray" ; ckg:no-match-reason "none" .\n')
    kg.open(folder.path).save(tmp_path / "store")
    told = {(p.level, p.rule, p.subject) for p in check(tmp_path / "store").problems}
    assert told == folder.rules() == {("error", "definition", "entity:stray"), ("warning", "unused", "entity:stray")}


def test_every_example_in_the_help_runs(folder, capsys):
    assert run(["check", "--help"]) == 0
    examples = re.findall(r"^\s+kg (check.*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) == 4
    for example in examples:
        asked_more = "--deep" in example  # the shapes ask for what this small world does not say
        assert run(["--data", str(folder.path), *example.split()]) == (3 if asked_more else 0), example
        assert ("shape (" in capsys.readouterr().out) is asked_more


def test_all_broken_files_are_reported_at_once(folder):
    (folder.path / "claims" / "x.ttl").write_text("not turtle")
    (folder.path / "claims" / "y.ttl").write_bytes(b"")
    (folder.path / "claims" / "z.ttl").write_bytes(b"\xff\xfe")
    told = {p.file for p in folder.problems() if p.rule == "syntax"}
    assert told == {"claims/x.ttl", "claims/y.ttl", "claims/z.ttl"}


def test_a_broken_schema_is_told_alone_for_without_it_nothing_can_be_judged(folder):
    shutil.copy(ontology_folder() / "schema.ttl", folder.path)
    assert folder.problems() == []
    folder.add("schema.ttl", "ckg:broken a\n")
    assert {(p.rule, p.file) for p in folder.problems()} == {("syntax", "schema.ttl")}


def test_a_predicate_without_its_sign_is_a_problem_and_no_crash(folder):
    shutil.copy(ontology_folder() / "schema.ttl", folder.path)
    folder.add("schema.ttl", "ckg:worsens a ckg:Predicate .\n")
    assert {(p.level, p.rule) for p in folder.problems()} == {("error", "schema")}


def test_references_to_nothing_and_unknown_words_are_told_with_their_place(folder):
    folder.replace("claims/s1.ttl", "ckg:cites source:s2", "ckg:cites source:s3")
    folder.add("claims/s1.ttl", 'claim:s1-4 ckg:colour "red" ; a ckg:Claim .\n')
    told = {(p.rule, p.subject, p.file, p.line) for p in folder.problems() if p.level == "error"}
    assert ("dangling", "claim:s1-1", "claims/s1.ttl", 14) in told
    assert ("property", "claim:s1-4", "claims/s1.ttl", 24) in told
    assert {rule for rule, *_ in told} == {"dangling", "property", "missing"}


def test_a_place_is_that_of_the_subject_and_not_of_its_namesake(folder):
    """An entity and a dispute may share a local name, and so may a source and a case."""
    folder.add("entities.ttl", 'entity:opg a ckg:Drug ; rdfs:label "OPG drug" ; skos:definition "A drug." .\n')
    folder.add("disputes.ttl", 'dispute:nothing a ckg:Dispute ; rdfs:label "x" ; skos:definition "x" .\n')
    folder.replace("claims/s1.ttl", "ckg:basis ckg:second-hand ; ckg:dispute dispute:opg", "ckg:basis ckg:second-hand")
    told = {p.subject: p.file for p in folder.problems()}
    assert told["dispute:opg"] == "disputes.ttl"
    assert told["entity:opg"] == "entities.ttl"


def test_a_folder_that_is_not_there_cannot_be_checked(tmp_path):
    with pytest.raises(FileProblem):
        check(tmp_path / "nowhere")


def test_the_same_folder_gives_the_same_report(folder):
    folder.replace("entities.ttl", "HGNC:11909", "HGNC:11926")
    assert check(folder.path) == check(folder.path)


# --- The three forms -------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(folder):
    folder.replace("entities.ttl", "HGNC:11909", "HGNC:11919")
    folder.add("entities.ttl", 'entity:stray a ckg:Process ; rdfs:label "stray" ; skos:definition "x" .\n')
    return folder.path


def test_the_text_tells_by_rule_how_many_where_what_and_what_to_do(broken, capsys):
    assert run(["check", str(broken)]) == 3
    out = capsys.readouterr().out
    assert "unknown-identifier (1 error): identifiers that nobody has verified" in out
    assert re.search(r"^  entities.ttl:14  entity:osteoprotegerin$", out, re.MULTILINE)
    assert "HGNC:11919 is not in terms.tsv" in out
    assert "→ Mend the identifier" in out
    assert out.index("(1 error)") < out.index("(1 warning)")
    assert out.splitlines()[-1].startswith(
        "not sound: 3 claims, 5 entities, 2 sources, 0 anchored, 2 errors and 2 warn"
    )
    assert max(len(line) for line in out.splitlines()) <= 100


def test_the_json_follows_the_schema_and_counts_by_rule(broken, capsys):
    assert run(["check", str(broken), "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert not answer["sound"]
    assert answer["rules"]["unknown-identifier"] == {"error": 1, "warning": 0}
    first = next(problem for problem in answer["problems"] if problem["rule"] == "unknown-identifier")
    assert (first["property"], first["value"], first["line"]) == ("skos:exactMatch", "HGNC:11919", 14)


def test_the_table_has_the_columns_of_robot_and_the_place(broken, capsys):
    assert run(["check", str(broken), "--format", "table"]) == 3
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert list(rows[0]) == ["Level", "Rule", "Subject", "Property", "Value", "File", "Line", "Message"]
    assert {row["Level"] for row in rows} == {"ERROR", "WARN"}
    (row,) = [row for row in rows if row["Rule"] == "unknown-identifier"]
    assert (row["Property"], row["Value"], row["File"]) == ("skos:exactMatch", "HGNC:11919", "entities.ttl")
    assert row["Line"] == "14"
    assert row["Message"].endswith("with its official label.")


def test_a_table_without_problems_is_a_header_and_warnings_alone_end_well(folder, capsys):
    assert run(["check", str(folder.path), "--format", "table"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    folder.add("sources.ttl", 'source:s3 a ckg:Source ; rdfs:label "s3" .\n')
    assert run(["check", str(folder.path)]) == 0
    assert "1 warning" in capsys.readouterr().out


def test_a_cell_never_breaks_the_table():
    problem = Problem("error", "shape", "a.ttl", 3, "x", "two\nlines\tand a tab.", "Mend\r\nit.")
    lines = Report((problem,), {}).to_table().splitlines()
    assert [line.count("\t") for line in lines] == [7, 7]
    assert lines[1].endswith("two lines and a tab. Mend it.")


def test_a_form_that_is_none_is_refused(capsys):
    assert run(["check", "--format", "xml"]) == 2
    assert "text, json or table" in capsys.readouterr().err


def test_every_rule_that_the_code_names_has_its_heading():
    """The names of rules stand in the code as texts; each of them is told in words."""
    folder = Path(kg.check.__file__).parent
    text = "".join(file.read_text() for file in [*folder.glob("*.py"), *folder.parent.glob("contents.py")])
    named = set(re.findall(r'"(?:error|warning)", "([a-z-]+)"', text)) | set(re.findall(r'use, "([a-z-]+)"', text))
    named |= set(re.findall(r'problem\(\s*"([a-z-]+)"', text))
    assert len(named) > 20
    assert named - {"warning"} <= set(RULES)


def test_every_heading_belongs_to_a_rule():
    text = "".join(file.read_text() for file in Path(kg.check.__file__).parents[1].rglob("*.py"))
    assert [rule for rule in RULES if text.count(f'"{rule}"') < 2] == []


def test_small_worlds_of_other_tests_are_told_what_they_lack(tmp_path):
    report = check(World(claims=[("a", "increases", "b")]).write(tmp_path))
    told = {(p.level, p.rule, p.subject) for p in report.problems}
    assert told == {
        (level, rule, f"entity:{name}") for name in "ab" for level, rule in (("warning", "identifier"), ("error", "definition"))
    }  # fmt: skip
