"""The source of a sheet: one that is there, or a new one with its citation."""

from __future__ import annotations

from collections import Counter

import pytest

import kg
from kg.curation.names import Names, bare_identifier
from kg.curation.sources import citation, source_of
from kg.errors import UsageError


def found(data, slug, **metadata):
    graph = kg.open(data)
    return source_of(graph, Names(graph), slug, metadata)


def test_a_source_that_is_there_is_used(data):
    source, new, warnings = found(data, "s2")
    assert (source.doi, new, warnings) == ("10.1000/S2", False, ())


@pytest.mark.parametrize("doi", ["10.1000/s2", "https://doi.org/10.1000/S2", "doi:10.1000/s2", "DOI 10.1000/s2"])
def test_metadata_that_are_equal_are_no_change(data, doi):
    assert found(data, "s2", doi=doi, pmid="PMID: 123", title="")[1] is False


def test_metadata_that_differ_are_an_error_that_names_them_all(data):
    with pytest.raises(UsageError) as caught:
        found(data, "s2", doi="10.1000/other", pmid="123", year="2031")
    assert "its doi is '10.1000/S2', not '10.1000/other'" in str(caught.value)
    assert "its year is not known, not '2031'" in str(caught.value)
    assert "pmid" not in str(caught.value)


@pytest.mark.parametrize(
    ("slug", "hint"),
    [("Doe 2031", "doe-2031"), ("doe_2031", "doe-2031"), ("../doe", "doe"), ("doe--2031", "doe-2031"), ("", "nazir-2015"),
     ("-doe", "doe"), ("doe-", "doe"), ("Дое", "nazir-2015"), ("doe\n", "doe")],
)  # fmt: skip
def test_a_slug_with_wrong_characters_is_refused_with_a_hint(data, slug, hint):
    with pytest.raises(UsageError, match=rf"is no slug.*{hint}"):
        found(data, slug, title="On examples")


def test_a_new_source_needs_a_title_or_an_identifier(data):
    for metadata in ({}, {"year": "2031", "authors": "Doe J", "title": "  "}):
        with pytest.raises(UsageError, match="at least its --title"):
            found(data, "doe-2031", **metadata)
    for metadata in (
        {"title": "On examples"},
        {"doi": "10.1000/1"},
        {"pmid": "1"},
        {"pmcid": "PMC1"},
        {"url": "https://a.example/b"},
    ):
        assert found(data, "doe-2031", **metadata)[1]


def test_a_name_that_is_nearly_there_is_suggested(graph):
    with pytest.raises(UsageError, match="Did you mean nazir-2015"):
        source_of(graph, Names(graph), "nazir-2016", {})


def test_a_source_without_any_identifier_is_marked_and_warned_of(data):
    source, _, warnings = found(data, "doe-2031", title="On examples", read="full text")
    assert source.caution == "No DOI, PMID, PMCID or address is known for it."
    assert [p.rule for p in warnings] == ["source"]
    source, _, warnings = found(data, "doe-2031", pmid="12", read="full text")
    assert (source.caution, warnings) == (None, ())


@pytest.mark.parametrize(("name", "value"), [("doi", "https://doi.org/10.1000/s2"), ("pmid", "123")])
def test_an_identifier_that_another_source_has_is_refused(data, name, value):
    with pytest.raises(UsageError, match="--source s2"):
        found(data, "doe-2031", **{name: value})


def test_the_same_title_under_another_slug_is_a_warning(graph):
    shipped = graph.source("lertratanakul-2014")
    _, _, warnings = source_of(
        graph, Names(graph), "doe-2031", {"title": shipped.title, "url": shipped.url, "read": "abstract"}
    )
    assert ["title and the url" in problem.message for problem in warnings] == [True]


@pytest.mark.parametrize(
    ("name", "value"),
    [("doi", "11.1000/x"), ("doi", "10.1000/a b"), ("pmid", "PMC12"), ("pmid", "012"), ("pmcid", "12"), ("url", "ftp://x"),
     ("url", "https://a b"), ("year", "31"), ("year", "3031"), ("design", "guess"), ("read", "half"), ("title", "=cmd()"),
     ("authors", "@x"), ("journal", "a\u202eb"), ("colour", "red")],
)  # fmt: skip
def test_metadata_that_cannot_be_are_refused(data, name, value):
    with pytest.raises(UsageError, match=name):
        found(data, "doe-2031", **{"title": "On examples", name: value})


def test_all_metadata_are_read_as_people_write_them(data):
    source, _, warnings = found(
        data, "doe-2031", title=" On\nexamples ", authors="Doe J, Roe R", year=2031, journal="J Ex", doi="doi: 10.1000/1",
        pmid="pmid 12", pmcid="pmc34", url="https://a.example/b", design="Case Control", read="summary page", family="ex",
    )  # fmt: skip
    assert (source.title, source.year, source.doi, source.pmid, source.pmcid) == (
        "On examples",
        2031,
        "10.1000/1",
        "12",
        "PMC34",
    )
    assert (source.design, source.read, source.family) == ("case-control", "summary-only", "ex")
    assert source.citation == "Doe 2031, J Ex [read through a summary]"
    assert warnings == ()


def test_what_people_write_before_an_identifier_and_what_only_looks_so():
    assert bare_identifier("source-page-2020") == "source-page-2020"
    assert bare_identifier("doi-study-2020") == "doi-study-2020"
    assert bare_identifier("http://dx.doi.org/10.1/x") == "10.1/x"


def test_citations_are_composed_as_those_in_the_data_are(graph):
    """Nine in ten come out letter by letter; the others were shortened by hand, or completed later."""
    same = Counter(
        source.citation == citation(source.id, source.to_dict() | {"year": source.year}, [])
        for source in graph.sources
        if "-ref-" not in source.id
    )
    assert same[True] > 0.9 * sum(same.values())


def test_citations_are_unique_by_a_letter():
    taken = []
    for _ in range(4):
        taken.append(citation("doe-2031", {"authors": "Doe J", "year": 2031, "journal": "J Ex"}, taken))
    assert taken == ["Doe 2031, J Ex", "Doe 2031b, J Ex", "Doe 2031c, J Ex", "Doe 2031d, J Ex"]
    assert citation("doe", {"authors": "Doe J"}, ["Doe n.d.-a", "Doe n.d.-b"]) == "Doe n.d.-c"
    many = []
    for n in range(40):
        many.append(citation(f"doe-{n}", {"authors": "Doe J"}, many))
    assert len(set(many)) == 40


@pytest.mark.parametrize(
    ("authors", "surname"),
    [("Doe J", "Doe"), ("Al Beladi FI", "Al Beladi"), ("Doe, Jane; Roe, Rex", "Doe"), ("Doe J.-P.", "Doe"), ("WHO", "WHO"),
     ("Doe J and Roe R", "Doe"), ("Doe J et al.", "Doe"), ("AB CD", "AB")],
)  # fmt: skip
def test_the_surname_of_the_first_author(authors, surname):
    assert citation("x", {"authors": authors}, []) == f"{surname} n.d."


def test_a_long_title_is_cut_in_a_citation_without_author():
    assert citation("x", {"title": "a b c d e f g h i", "year": 2031}, []) == "“a b c d e f g h ...” 2031"
    assert citation("x", {"title": "a b c d e f g h"}, []) == "“a b c d e f g h” n.d."
