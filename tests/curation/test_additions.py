"""Adding a sheet: what it writes, what it recognises, what it refuses, and what it says beforehand."""

from __future__ import annotations

import hashlib
import re

import pytest

import kg
from kg.check import check, squeeze
from kg.curation import add
from kg.curation import changes as changes_module
from kg.errors import FileProblem, RefusedChange, UsageError
from kg.model import Problem

NEW = {"title": "On examples", "doi": "10.1000/new", "read": "abstract"}
TEXT = "Preface. Steroids lower the de-\ncoy  recep-\ntor.The ﬁrst signal then\nrises, as we saw in all of the mice."


def problems_of(*arguments, **more):
    with pytest.raises(RefusedChange) as caught:
        add(*arguments, **more)
    return caught.value.problems


def test_a_claim_comes_back_as_the_sheet_states_it(data, sheet, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    path = sheet(
        "subject;predicate;object;certainty;basis;design;directness;species;tissue;population;exposure;effect;cites;dispute;"
        "section;passage;status;note",
        "Steroid;Has no effect on;RANKL;known;Second hand;in vitro experiment;indirect;cell culture;heart valve;in ten;"
        "for a day;-0.5 (95% CI -1 to 0.1);10.1000/s2|s1|s2;RANKL or not;Results;the first signal then rises;curated;It did not.",
    )
    change = add(data, path, "doe-2031", text=tmp_path / "text.txt", **NEW)
    change.apply()
    claim = kg.open(data).claim("doe-2031-1")
    passage = squeeze("the first signal then rises")
    assert claim.to_dict() == change.preview.claims[0].to_dict()
    assert {k: v for k, v in claim.to_dict().items() if v is not None and k not in ("iri", "sign", "causal")} == {
        "id": "doe-2031-1", "subject": "steroid", "predicate": "has-no-effect-on", "object": "rankl", "source": "doe-2031",
        "cites": ["s1", "s2"], "certainty": "known", "basis": "second-hand", "design": "in-vitro-experiment",
        "directness": "indirect", "species": "cell-culture", "tissue": "heart-valve", "population": "in ten",
        "exposure": "for a day", "effect": "-0.5 (95% CI -1 to 0.1)", "disputes": ["rankl-dispute"], "status": "curated",
        "section": "Results", "start": squeeze(TEXT).index(passage), "end": squeeze(TEXT).index(passage) + len(passage),
        "digest": hashlib.sha256(passage.encode()).hexdigest(), "note": "It did not.",
    }  # fmt: skip
    assert claim.source.to_dict() == change.preview.source.to_dict()
    assert claim.source.citation == "“On examples” n.d."
    assert check(data, {"doe-2031": tmp_path / "text.txt"}).counts["places proved"] == 1


def test_the_words_of_a_passage_are_written_nowhere(data, sheet, tmp_path, tree):
    (tmp_path / "text.txt").write_text(TEXT)
    path = sheet("subject;predicate;object;passage", "steroid;increases;rankl;The first signal then rises")
    change = add(data, path, "doe-2031", text=tmp_path / "text.txt", **NEW)
    change.apply()
    assert not [name for name, content in tree(data).items() if b"signal" in content]
    assert "signal" not in str(change.preview.to_dict())


def test_the_example_in_the_docs_makes_again_what_ships(root, papers, tmp_path):
    """Its rows are claims of a paper in the data: they are recognised; and without them, they are made as they were."""
    example = re.search(r"```csv\n(.*?)```", (root / "docs" / "claim-sheet.md").read_text(), re.DOTALL)[1]
    path = tmp_path / "example.csv"
    path.write_text(example)
    shipped = kg.open(papers).claims(source="lertratanakul-2014")
    again = add(papers, path, "lertratanakul-2014")
    assert again.empty
    assert [skipped.claim for skipped in again.preview.skipped] == [claim.id for claim in shipped]
    assert again.preview.warnings == ()
    file = papers / "claims" / "lertratanakul-2014.ttl"
    before = file.read_bytes()
    file.unlink()
    add(papers, path, "lertratanakul-2014").apply()
    assert file.read_bytes() == before


def test_adding_twice_changes_nothing(data, sheet, tree):
    path = sheet("subject;predicate;object;effect", "steroid;increases;rankl;OR 2", "opg;decreases;rankl;")
    add(data, path, "doe-2031", **NEW).apply()
    once = tree(data)
    for more in (NEW, {}):
        again = add(data, path, "doe-2031", **more)
        assert again.empty
        assert [str(s) for s in again.preview.skipped] == ["row 2: doe-2031-1 is there", "row 3: doe-2031-2 is there"]
        assert again.apply() == ()
        assert tree(data) == once


def test_only_the_two_files_are_touched_and_only_by_their_own_blocks(data, sheet, tree):
    before = tree(data)
    change = add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)
    assert tree(data) == before
    assert change.apply() == (data / "sources.ttl", data / "claims" / "doe-2031.ttl")
    after = tree(data)
    assert {name for name in after if after[name] != before.get(name)} == {"sources.ttl", "claims/doe-2031.ttl"}
    assert change.preview.files == ("sources.ttl", "claims/doe-2031.ttl")


def test_numbers_run_on_and_those_of_retracted_claims_stay_taken(data, sheet):
    header = "subject;predicate;object"
    add(data, sheet(header, "steroid;increases;rankl", "opg;decreases;rankl"), "doe-2031", **NEW).apply()
    kg.curation.retract(data, ["doe-2031-2"], reason="Wrong.", date="2031-01-01").apply()
    change = add(data, sheet(header, "rankl;decreases;opg"), "doe-2031")
    assert [claim.id for claim in change.preview.claims] == ["doe-2031-3"]


def test_a_row_that_says_what_a_retracted_claim_says_is_not_added_again(data, sheet):
    path = sheet("subject;predicate;object", "steroid;increases;rankl")
    add(data, path, "doe-2031", **NEW).apply()
    kg.curation.retract(data, ["doe-2031-1"], reason="Wrong.", date="2031-01-01").apply()
    again = add(data, path, "doe-2031")
    assert again.empty
    assert [p.rule for p in again.preview.warnings] == ["retracted"]


def test_duplicates_in_a_sheet_are_added_once(data, sheet):
    path = sheet(
        "subject;predicate;object;note",
        "steroid;increases;rankl;One.",
        "steroid;Increases;RANKL;",
        "steroid;increases;rankl;Two.",
    )
    preview = add(data, path, "doe-2031", **NEW).preview
    assert [claim.note for claim in preview.claims] == ["One."]
    assert [(s.row, s.reason) for s in preview.skipped] == [
        (3, "is said by row 2 of the sheet"),
        (4, "is said by row 2 of the sheet"),
    ]
    assert [p.subject for p in preview.warnings if p.rule == "skipped"] == ["row 4"]


@pytest.mark.parametrize(
    ("column", "value"), [("species", "mouse"), ("effect", "OR 3"), ("section", "Methods"), ("cites", "s1")]
)
def test_another_qualifier_makes_another_claim_and_a_warning(data, sheet, column, value):
    add(
        data,
        sheet("subject;predicate;object;species;effect;section", "steroid;increases;rankl;rat;OR 2;Results"),
        "doe-2031",
        **NEW,
    ).apply()
    cells = {"species": "rat", "effect": "OR 2", "section": "Results", "cites": "", column: value}
    path = sheet(
        "subject;predicate;object;species;effect;section;cites", f"steroid;increases;rankl;{';'.join(cells.values())}"
    )
    preview = add(data, path, "doe-2031").preview
    assert [claim.id for claim in preview.claims] == ["doe-2031-2"]
    assert [column in p.message for p in preview.warnings if p.rule == "alike"] == [True]


@pytest.mark.parametrize(
    ("column", "value"), [("note", "Other words."), ("status", "curated"), ("dispute", "rankl-dispute")]
)
def test_another_note_status_or_dispute_makes_no_new_claim_and_is_not_lost_in_silence(data, sheet, column, value):
    add(data, sheet("subject;predicate;object;note", "steroid;increases;rankl;Words."), "doe-2031", **NEW).apply()
    again = add(data, sheet(f"subject;predicate;object;{column}", f"steroid;increases;rankl;{value}"), "doe-2031")
    assert again.empty
    (warning,) = again.preview.warnings
    assert column in warning.message


def test_the_same_words_at_another_place_make_another_claim(data, sheet, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    rows = [
        f"steroid;increases;rankl;{words}" for words in ("the first signal then rises", "as we saw in all of the mice")
    ]
    path = sheet("subject;predicate;object;passage", *rows, "steroid;increases;rankl;")
    preview = add(data, path, "doe-2031", text=tmp_path / "text.txt", **NEW).preview
    assert len({claim.digest for claim in preview.claims}) == 3


def test_blank_rows_columns_and_cells_are_absent_triples(data, sheet):
    add(
        data, sheet("subject;predicate;object;effect;species", "steroid;increases;rankl; ;", ""), "doe-2031", **NEW
    ).apply()
    lines = (data / "claims" / "doe-2031.ttl").read_text().split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in lines[1:]] == [
        "ckg:subject",
        "ckg:predicate",
        "ckg:object",
        "ckg:source",
        "ckg:status",
    ]


def test_text_that_turtle_must_escape_comes_back_unchanged(data, tmp_path):
    note = 'A "quoted" back\\slash, a # and a <tag>; é, α, \U0001f600.'
    path = tmp_path / "sheet.csv"
    path.write_text('subject,predicate,object,note\nsteroid,increases,rankl,"' + note.replace('"', '""') + '"\n')
    add(data, path, "doe-2031", **NEW).apply()
    assert kg.open(data).claim("doe-2031-1").note == note


# --- what it says beforehand ---------------------------------------------------------------------------------------


def test_the_preview_tells_edges_disputes_and_verdicts(data, sheet):
    path = sheet(
        "subject;predicate;object;basis;section",
        "steroid;increases;opg;own data;Results",
        "steroid;decreases;opg;own data;Results",
        "opg;has no effect on;calcification;own data;Results",
    )
    preview = add(data, path, "doe-2031", **NEW).preview
    edges = {str(edge): (edge.what, str(edge.before or ""), str(edge.after)) for edge in preview.edges}
    assert edges == {
        "steroid increases opg": ("new", "", "1 independent source; 2 opposite findings against"),
        "steroid decreases opg": (
            "more support",
            "1 independent source",
            "2 independent sources; 1 opposite source against",
        ),
        "opg decreases calcification": (
            "less support",
            "1 independent source",
            "1 independent source; 1 null source against",
        ),
    }
    assert [dispute.id for dispute in preview.disputes_opened] == ["opg~calcification", "steroid~opg"]
    assert preview.disputes_closed == ()
    assert [str(verdict) for verdict in preview.verdicts] == [
        "steroid? increases → contested: turned by claim doe-2031-1 (added) alone"
    ]
    assert preview.questions == 2
    assert kg.open(data).verdicts() == {"q1": "increases", "q2": "increases"}
    assert {p.rule for p in preview.warnings} == {"contradiction", "draft"}


def test_one_paper_on_both_sides_is_a_warning_also_against_what_is_there(data, sheet):
    header = "subject;predicate;object;status;section;certainty"
    add(data, sheet(header, "steroid;increases;rankl;curated;Results;"), "doe-2031", **NEW).apply()
    path = sheet(
        header, "steroid;negatively associated with;rankl;curated;Results;", "opg;affects;rankl;curated;Results;",
        "opg;increases;rankl;curated;Results;", "rankl;increases;opg;curated;Results;refuted", "rankl;increases;opg;curated;Results;",
    )  # fmt: skip
    found = add(data, path, "doe-2031").preview.warnings
    assert [(p.rule, p.subject) for p in found] == [("contradiction", "row 2"), ("contradiction", "row 5")]
    assert "row 2 negatively associated with, doe-2031-1 increases" in found[0].message


@pytest.mark.parametrize(
    ("note", "certainty", "warned"),
    [("It may rise.", "supported", True), ("It may rise.", "", True), ("Possibly a rise.", "known", True),
     ("It may rise.", "hypothesized", False), ("It may rise.", "disputed", False), ("Seen in May 2020.", "known", False),
     ("It rose.", "known", False)],
)  # fmt: skip
def test_hedged_words_beside_a_firm_certainty_are_a_warning(data, sheet, note, certainty, warned):
    path = sheet(
        "subject;predicate;object;certainty;note;section", f"steroid;increases;rankl;{certainty};{note};Results"
    )
    found = [p for p in add(data, path, "doe-2031", **NEW).preview.warnings if p.rule == "hedged"]
    assert [p.subject for p in found] == (["row 2, note"] if warned else [])


def test_other_warnings(data, sheet):
    path = sheet("subject;predicate;object;basis;cites;status", "steroid;increases;rankl;own data;s1;curated")
    found = add(data, path, "doe-2031", doi="10.1000/new").preview.warnings
    assert {p.rule for p in found} == {"source", "cites", "place"}
    assert {p.level for p in found} == {"warning"}


def test_the_preview_is_plain_data_and_the_same_every_time(data, sheet):
    path = sheet("subject;predicate;object", "steroid;increases;rankl", "opg;affects;rankl")
    one, two = (add(data, path, "doe-2031", **NEW) for _ in range(2))
    assert one.preview.to_dict() == two.preview.to_dict()
    assert one.edits == two.edits


def test_a_file_that_is_not_canonical_loses_its_comments_and_says_so(data, sheet):
    (data / "sources.ttl").write_text("# mine\n" + (data / "sources.ttl").read_text())
    change = add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW)
    assert [p.file for p in change.preview.warnings if p.rule == "form"] == ["sources.ttl"]
    change.apply()
    again = add(data, sheet("subject;predicate;object", "opg;increases;rankl"), "roe-2031", title="More examples")
    assert [p for p in again.preview.warnings if p.rule == "form"] == []


# --- a source alone ------------------------------------------------------------------------------------------------


def test_a_source_alone_can_be_added_and_then_cited(data, sheet):
    change = add(data, None, "roe-2030", title="The first example", year=2030, authors="Roe R")
    assert change.preview.files == ("sources.ttl",)
    change.apply()
    path = sheet("subject;predicate;object;basis;cites", "steroid;increases;rankl;second hand;Roe 2030")
    add(data, path, "doe-2031", **NEW).apply()
    assert [work.id for work in kg.open(data).claim("doe-2031-1").cites] == ["roe-2030"]
    assert add(data, None, "roe-2030").empty


def test_a_folder_without_a_file_of_sources_gets_one(data):
    (data / "sources").mkdir()
    (data / "sources.ttl").rename(data / "sources" / "old.ttl")
    add(data, None, "roe-2030", title="The first example").apply()
    assert {source.id for source in kg.open(data).sources} == {"s1", "s2", "roe-2030"}


# --- what it refuses -----------------------------------------------------------------------------------------------


def test_all_mistakes_of_all_rows_are_told_at_once_and_nothing_is_written(data, sheet, tree):
    before = tree(data)
    path = sheet(
        "subject;predicate;object;certainty;cites;dispute;status;species;note",
        "steriod;increases;rankl;known;;;;;",
        "steroid;raises;;sure;s3|s1;weather;retracted;dog;",
        "rankl;increases;RANKL;;;;;;=1+1",
        "steroid;causes;rankl;;;;;;",
        "steroid;increases;rankl;;;;;;Fine.",
    )
    found = problems_of(data, path, "doe-2031", **NEW)
    assert [p.subject for p in found] == [
        "row 2, subject",
        *(f"row 3, {column}" for column in ("certainty", "cites", "dispute", "object", "predicate", "species", "status")),
        "row 4, note", "row 4, object", "row 5, object",
    ]  # fmt: skip
    text = str(RefusedChange(found))
    assert text.startswith("nothing was written, because of 11 problems:")
    for words in ("sheet.tsv:2: row 2, subject: there is no entity 'steriod'. Did you mean steroid?", "unknown certainty 'sure'",
                  "no source 's3'", "no named dispute 'weather'", "cannot be retracted", "unknown species 'dog'",
                  "the cell is blank", "both rankl", "is a formula",
                  "rankl is a Protein, which cannot be the object of 'causes'"):  # fmt: skip
        assert words in text
    assert {(p.property, p.value) for p in found} >= {("subject", "steriod"), ("certainty", "sure"), ("note", "=1+1")}
    assert tree(data) == before


def test_a_claim_cannot_cite_its_own_source(data, sheet):
    (problem,) = problems_of(data, sheet("subject;predicate;object;cites", "steroid;increases;rankl;s2"), "s2")
    assert "is the source itself" in problem.message


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("3;9;;", "start and end without digest"),
        ("3;;;", "start without end and digest"),
        (f"3;;{'a' * 64};", "start and digest without end"),
        (f"9;3;{'a' * 64};", "are no stretch"),
        (f"x;9;{'a' * 64};", "are no stretch"),
        (f"-3;9;{'a' * 64};", "are no stretch"),
        (f"3.0;9;{'a' * 64};", "are no stretch"),
        (f"3;9;{'g' * 64};", "is no SHA-256"),
        ("3;9;abc;", "is no SHA-256"),
        (f"3;9;{'a' * 64};", "the digest is not that of text.txt"),
        (";;;the second signal then falls", "text.txt does not hold 'the second signal then falls'"),
        (";;;The First", "too short"),
        (";;;...", "too short"),
        ("3;9;;the first signal then rises", "a passage and start and end as well"),
    ],
)
def test_a_place_that_is_not_whole_or_not_true_is_refused(data, sheet, tmp_path, cells, words):
    (tmp_path / "text.txt").write_text(TEXT)
    path = sheet("subject;predicate;object;start;end;digest;passage", f"steroid;increases;rankl;{cells}")
    (problem,) = problems_of(data, path, "doe-2031", text=tmp_path / "text.txt", **NEW)
    assert problem.rule == "place"
    assert words in problem.message


def test_a_passage_needs_a_text_and_a_text_must_be_one(data, sheet, tmp_path):
    path = sheet("subject;predicate;object;passage", "steroid;increases;rankl;the first signal then rises")
    (problem,) = problems_of(data, path, "doe-2031", **NEW)
    assert "--text FILE" in problem.remedy
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for file, words in (("binary", "UTF-8"), ("nowhere", "Cannot read")):
        with pytest.raises(FileProblem, match=words):
            add(data, path, "doe-2031", text=tmp_path / file, **NEW)


def test_a_place_from_elsewhere_is_taken_with_all_three_and_proved_where_there_is_a_text(data, sheet, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    passage = squeeze(TEXT)[3:30]
    cells = f"3;30;{hashlib.sha256(passage.encode()).hexdigest().upper()}"
    path = sheet("subject;predicate;object;start;end;digest", f"steroid;increases;rankl;{cells}")
    for text in (None, tmp_path / "text.txt"):
        (claim,) = add(data, path, "doe-2031", text=text, **NEW).preview.claims
        assert (claim.start, claim.end, claim.digest) == (3, 30, hashlib.sha256(passage.encode()).hexdigest())


def test_what_breaks_a_rule_of_the_data_is_refused_with_its_row(data, sheet, tree, monkeypatch):
    """A rule that only `kg check` knows, on the claim of the second row."""
    before = tree(data)
    real = changes_module.check

    def stricter(folder):
        report = real(folder)
        if not (folder / "claims" / "doe-2031.ttl").exists():
            return report
        broken = Problem("error", "rule", "claims/doe-2031.ttl", 9, "claim:doe-2031-2", "a protein cannot do that.")
        return type(report)((*report.problems, broken), report.counts)

    monkeypatch.setattr(changes_module, "check", stricter)
    path = sheet("subject;predicate;object", "steroid;increases;rankl", "rankl;increases;opg")
    (problem,) = problems_of(data, path, "doe-2031", **NEW)
    assert problem.subject == "claim:doe-2031-2 (row 3)"
    assert tree(data) == before


def test_problems_that_were_there_before_do_not_stand_in_the_way(data, sheet, monkeypatch):
    real = changes_module.check
    old = Problem("error", "rule", "entities.ttl", 9, "entity:opg", "no identifier.")
    monkeypatch.setattr(changes_module, "check", lambda f: type(real(f))((*real(f).problems, old), {}))
    assert not add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", **NEW).empty


def test_new_warnings_of_the_check_are_told(data):
    preview = add(data, None, "roe-2030", title="The first example", read="abstract").preview
    before = {p.message for p in check(data).problems}
    assert not before & {p.message for p in preview.warnings}


def test_unknown_metadata_is_a_usage_error(data, sheet):
    with pytest.raises(UsageError, match="has no colour"):
        add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe-2031", colour="red")


# --- thousands of rows ---------------------------------------------------------------------------------------------


def test_thousands_of_rows_that_are_right(data, sheet):
    header = "subject;predicate;object;population;section"
    path = sheet(header, *(f"steroid;increases;rankl;group {n % 1800};Results" for n in range(2_000)))
    change = add(data, path, "doe-2031", **NEW)
    assert (len(change.preview.claims), len(change.preview.skipped)) == (1800, 200)
    change.apply()
    assert add(data, path, "doe-2031").empty


def test_ten_thousand_rows_that_are_wrong(data, sheet):
    path = sheet("subject;predicate;object", *(f"nobody {n};increases;rankl" for n in range(10_000)))
    assert len(problems_of(data, path, "doe-2031", **NEW)) == 10_000
