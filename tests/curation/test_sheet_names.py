"""Names in cells: found as everywhere else, with suggestions or candidates where they are not; looked up once."""

from __future__ import annotations

import contextlib

import pytest

from kg.curation.names import SUGGESTED, Names, Refused, plain
from kg.lookup import Lookup


@pytest.fixture(scope="module")
def names(graph):
    return Names(graph)


@pytest.mark.parametrize("text", ["OPG", "osteoprotegerin", "Osteo-protegerin", "HGNC:11909", "entity:osteoprotegerin"])
def test_entities_go_by_any_of_their_names(names, text):
    assert names.entity(text).id == "osteoprotegerin"


def test_an_unknown_entity_gets_suggestions_and_an_ambiguous_one_its_candidates(names):
    with pytest.raises(Refused) as caught:
        names.entity("osteoprotegrin")
    assert "Did you mean osteoprotegerin" in caught.value.remedy
    with pytest.raises(Refused, match=r"fits several entities: .*renal impairment") as caught:
        names.entity("kidney failure")
    assert caught.value.remedy == "Name one of them."


@pytest.mark.parametrize("text", ["has-no-effect-on", "Has no effect on", "has_no  effect-on"])
def test_predicates_go_by_their_names_and_labels(names, text):
    assert names.predicate(text) == "has-no-effect-on"


@pytest.mark.parametrize("word", ["raises", "associated with", "increase d", ""])
def test_an_unknown_predicate_lists_them_all(names, graph, word):
    with pytest.raises(Refused) as caught:
        names.predicate(word)
    assert all(plain(name) in caught.value.remedy for name in graph.schema.predicates)


def test_every_value_of_every_vocabulary_goes_by_its_name_and_with_blanks(names, graph):
    for vocabulary, values in graph.schema.vocabularies.items():
        for value in values:
            assert names.value(vocabulary, value) == names.value(vocabulary, value.replace("-", " ").title()) == value


@pytest.mark.parametrize(
    ("text", "value"), [("abstract", "abstract-only"), ("Summary page", "summary-only"), ("full text", "full-text")]
)
def test_values_go_by_their_labels(names, text, value):
    assert names.value("readingdepth", text) == value


def test_a_value_nearly_right_is_suggested(names):
    with pytest.raises(Refused) as caught:
        names.value("design", "case reports")
    assert "Did you mean case report?" in caught.value.remedy


@pytest.mark.parametrize("text", ["lertratanakul-2014", "10.1002/ACR.22271", "https://doi.org/10.1002/acr.22271",
                                  "Lertratanakul 2014, Arthritis Care Res", "source:lertratanakul-2014"])  # fmt: skip
def test_cited_works_go_by_slug_identifier_or_citation(names, text):
    assert names.source(text).id == "lertratanakul-2014"


def test_an_unknown_work_says_how_to_add_it(names):
    with pytest.raises(Refused, match="Did you mean lertratanakul-2014") as caught:
        names.source("lertratanakul-2015")
    assert "kg claims add --source" in caught.value.remedy


def test_disputes_go_by_id_and_label_even_without_a_claim_yet(names, data):
    import kg

    assert names.dispute("Steroid OPG") == "steroid-opg"
    assert Names(kg.open(data)).dispute("RANKL or not") == "rankl-dispute"
    with pytest.raises(Refused, match="no named dispute"):
        names.dispute("weather")


def test_each_distinct_name_is_looked_up_once_and_suggestions_are_bounded(graph, monkeypatch):
    """A thousand unknown names must not cost a thousand searches for suggestions."""
    calls = {"named": 0, "search": 0, "made": 0}
    for method in ("named", "search"):
        plainly = getattr(Lookup, method)

        def counted(self, text, *more, method=method, plainly=plainly):
            calls[method] += 1
            return plainly(self, text, *more)

        monkeypatch.setattr(Lookup, method, counted)
    names = Names(graph)
    for text in ["OPG"] * 1000 + ["nobody"] * 1000 + [f"nobody {n}" for n in range(100)]:
        with contextlib.suppress(Refused):
            names.entity(text)
    assert calls["named"] == 102
    assert calls["search"] == SUGGESTED
