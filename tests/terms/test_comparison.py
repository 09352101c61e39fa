"""The comparison, pure: each kind of finding, what counts as in use, and that nothing is lost or told twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.terms import Edition, Seen, Term, compare
from kg.terms.comparison import KINDS, STALE

OLD = {"release": "2025-01-01", "date": "2025-01-01", "seen_in": "HP release, hp.obo"}
NEW = {"release": "2026-01-01", "date": "2026-01-01", "seen_in": "HP release, hp.obo"}
EDITION = Edition("HP:", NEW["seen_in"], NEW["release"], NEW["date"])
ROW = Term("HP:1", "one", **OLD)
CASES = {
    "relabelled": (ROW, Term("HP:1", "uno", **NEW)),
    "obsolete": (ROW, Term("HP:1", "obsolete one", "obsolete", "HP:2", **NEW)),
    "merged": (ROW, Term("HP:1", "", "merged", "HP:2", **NEW)),
    "withdrawn": (ROW, Term("HP:1", "one", "withdrawn", **NEW)),
    "restored": (replace(ROW, status="obsolete"), Term("HP:1", "one", **NEW)),
    "missing": (ROW, None),
}


def seen(*terms, editions=(EDITION,)):
    return Seen({term.curie: term for term in terms if term}, editions)


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_is_found_and_its_row_changes(kind):
    row, stated = CASES[kind]
    report = compare({"HP:1": row}, seen(stated), {"HP:1"})
    [finding] = report.findings
    assert (finding.kind, finding.curie, finding.old_label, finding.in_use) == (kind, "HP:1", "one", True)
    assert finding.replaced_by == (stated.replaced_by if stated else "")
    assert report.stale is (kind in STALE)
    assert (report.unchanged, report.not_covered) == (0, {})
    if kind == "missing":  # the row goes on saying where the term was seen last
        assert report.changes == {}
        assert finding.seen_in == OLD["seen_in"]
    else:
        assert report.changes == {"HP:1": replace(stated, label=stated.label or "one")}


@pytest.mark.parametrize("kind", CASES)
def test_what_is_not_in_use_makes_nothing_stale(kind):
    row, stated = CASES[kind]
    report = compare({"HP:1": row}, seen(stated), {"HP:2": ""})
    assert [f.in_use for f in report.findings if f.curie == "HP:1"] == [False]
    assert compare({"HP:1": row}, seen(stated)).stale is False


def test_the_same_content_in_a_newer_release_changes_only_where_it_was_seen():
    report = compare({"HP:1": ROW}, seen(Term("HP:1", "one", **NEW)), {"HP:1"})
    assert (report.findings, report.unchanged) == ((), 1)
    assert report.changes == {"HP:1": replace(ROW, **NEW)}


def test_the_same_content_in_the_same_release_changes_nothing_however_the_file_is_called():
    again = replace(ROW, seen_in="HP repository, hp.obo", release="v2025-01-01")
    report = compare({"HP:1": again}, seen(ROW, editions=(replace(EDITION, release="2025-01-01", date="2025-01-01"),)))
    assert (report.findings, report.changes, report.unchanged) == ((), {}, 1)


def test_an_older_snapshot_turns_nothing_back():
    row = replace(ROW, **NEW)
    older = replace(EDITION, release="2025-01-01", date="2025-01-01")
    report = compare({"HP:1": row}, seen(Term("HP:1", "uno", **OLD), editions=(older,)), {"HP:1"})
    assert (report.findings, report.changes, report.unchanged) == ((), {}, 0)
    [((vocabulary, reason), terms)] = report.not_covered.items()
    assert (vocabulary, terms) == ("HP", 1)
    assert "HP release, hp.obo (2025-01-01)" in reason


def test_a_term_without_a_snapshot_is_not_covered():
    report = compare({"MESH:D1": Term("MESH:D1", "one"), "MESH:C1": Term("MESH:C1", "two")}, seen(), {"MESH:D1"})
    assert report.not_covered == {("MESH", "no snapshot"): 2}
    half = compare({"MESH:C1": Term("MESH:C1", "two")}, seen(editions=(Edition("MESH:D", "a", "1", ""),)))
    assert half.not_covered == {("MESH", "no snapshot"): 1}


def test_what_is_recorded_as_gone_and_in_use_is_stale_even_without_a_snapshot():
    row = replace(ROW, status="obsolete", replaced_by="HP:2")
    report = compare({"HP:1": row}, seen(editions=()), {"HP:1"})
    assert report.stale
    assert [(f.kind, f.replaced_by) for f in report.findings] == [("obsolete", "HP:2")]


def test_a_term_in_use_without_a_row_is_compared_with_the_label_that_the_data_give():
    stated = Term("HP:1", "one", **NEW)
    assert compare({}, seen(stated), {"HP:1": "one"}).unchanged == 1
    assert compare({}, seen(stated), {"HP:1": ""}).unchanged == 1
    report = compare({}, seen(stated), {"HP:1": "uno", "HP:2": ""})
    assert [(f.kind, f.curie) for f in report.findings] == [("missing", "HP:2"), ("relabelled", "HP:1")]
    assert report.changes == {}


def test_findings_stand_gravest_first_then_by_curie():
    rows = {f"HP:{n}": Term(f"HP:{n}", "x", **OLD) for n in range(4)}
    report = compare(rows, seen(Term("HP:3", "y", **NEW), Term("HP:2", "x", "withdrawn", **NEW)))
    assert [f.curie for f in report.findings] == ["HP:2", "HP:0", "HP:1", "HP:3"]


CONTENT = st.tuples(st.sampled_from(["", "one", "two"]), st.sampled_from(["current", *KINDS[:3]]), st.just(""))
TELLING = st.sampled_from([OLD, NEW, {"release": "", "date": "", "seen_in": ""}])
IDS = st.sampled_from([f"{prefix}:{n}" for prefix in ("HP", "GO", "MESH") for n in range(4)])


@st.composite
def worlds(draw):
    rows = {c: Term(c, *draw(CONTENT), **draw(TELLING)) for c in draw(st.sets(IDS))}
    editions = tuple(Edition(covers, **draw(TELLING)) for covers in draw(st.sets(st.sampled_from(["HP:", "GO:"]))))
    terms = {}
    for edition in editions:
        told = {"seen_in": edition.seen_in, "release": edition.release, "date": edition.date}
        for curie in draw(st.sets(IDS.filter(lambda c, e=edition: c.startswith(e.covers)))):
            terms[curie] = Term(curie, *draw(CONTENT), **told)
    return rows, Seen(terms, editions), draw(st.dictionaries(IDS, st.sampled_from(["", "one"])))


@given(worlds())
def test_every_term_is_told_once_and_writing_twice_changes_nothing(world):
    rows, stated, used = world
    report = compare(rows, stated, used)
    covered = {c for c in {*rows, *used} if brute_covered(rows.get(c, Term(c, "")), stated, c)}
    assert report.unchanged + sum(f.curie in covered for f in report.findings) == len(covered)
    assert sum(report.not_covered.values()) == len({*rows, *used}) - len(covered)
    assert set(report.changes) <= covered & set(rows) & set(stated.terms)
    again = compare(rows | report.changes, stated, used)
    assert again.changes == {}
    assert again.stale == report.stale
    assert {f.kind for f in again.findings} <= STALE | ({"relabelled"} if set(used) - set(rows) else set())


def brute_edition(stated, curie):
    return next((e for e in stated.editions if curie.startswith(e.covers)), None)


def brute_covered(row, stated, curie):
    edition = brute_edition(stated, curie)
    return edition is not None and (not row.seen_in or edition.date >= row.date)
