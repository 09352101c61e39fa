"""Names: every spelling finds its entity, several meanings are listed, misspellings get suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import AmbiguousEntity, UnknownEntity, UsageError
from kg.lookup import keys

FOUND = {
    "steroids": "corticosteroid", "corticosteroids": "corticosteroid", "steroid use": "corticosteroid",
    "long-term steroids": "long-term-corticosteroid-exposure",
    "prolonged steroid use": "long-term-corticosteroid-exposure",
    "OPG": "osteoprotegerin", "opg": "osteoprotegerin", "RANK-L": "rankl", "RANKL": "rankl", "rank ligand": "rankl",
    "NFkB": "nf-kb-signaling", "NF-κB": "nf-kb-signaling", "NF-kappaB": "nf-kb-signaling", "NF kappa B": "nf-kb-signaling",
    "TNF-alpha": "tnf-alpha", "TNFα": "tnf-alpha", "TNF-α": "tnf-alpha", "tumour necrosis factor alpha": "tnf-alpha",
    "IL1": "interleukin-1", "IL-1": "interleukin-1", "interleukin 1": "interleukin-1", "IL-1β": "interleukin-1-beta",
    "lupus": "systemic-lupus-erythematosus", "SLE": "systemic-lupus-erythematosus", "ESRD": "end-stage-renal-disease",
    "STS": "sodium-thiosulfate", "sodium thiosulphate": "sodium-thiosulfate", "HPT": "hyperparathyroidism",
    "PTH": "parathyroid-hormone", "vascular calcification": "vascular-calcification", "haemodialysis": "hemodialysis",
    "uraemia": "uremia", "hyperphosphataemia": "hyperphosphatemia", "ischaemia": "ischemia",
    "HGNC:11909": "osteoprotegerin", "hgnc:11909": "osteoprotegerin", "entity:rankl": "rankl", "  OPG ": "osteoprotegerin",
    "https://w3id.org/calciphylaxis-kg/entity/rankl": "rankl",
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_every_spelling_finds_its_entity(graph, name):
    assert graph.find(name).id == FOUND[name]


def test_the_nine_entities_of_the_report_by_those_very_names(graph):
    names = ["SLE", "corticosteroids", "PTH", "IL-1", "TNF-α", "RANKL", "OPG", "NF-κB", "vascular calcification"]
    assert len({graph.find(name) for name in names}) == 9


def test_every_label_and_synonym_finds_its_own_entity(graph):
    wrong = [
        (name, entity.id, graph.find(name).id)
        for entity in graph.entities
        for name in (entity.label, entity.id, entity.iri, *entity.synonyms, *(m for m in entity.matches))
        if graph.find(name) != entity
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("ALP", {"serum-alkaline-phosphatase", "tissue-nonspecific-alkaline-phosphatase"}),
        ("PTX", {"parathyroidectomy", "pentoxifylline"}),
        ("kidney failure", {"renal-impairment", "end-stage-renal-disease", "chronic-kidney-disease"}),
        ("calcification", {"vascular-calcification", "ectopic-calcification", "coronary-artery-calcification"}),
    ],
)
def test_names_that_fit_several_list_their_candidates(graph, name, some):
    with pytest.raises(AmbiguousEntity) as caught:
        graph.find(name)
    assert some <= {entity.id for entity in caught.value.candidates}
    assert all(entity.label in str(caught.value) for entity in caught.value.candidates)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("osteoprotegrin", "osteoprotegerin"), ("calcifilaxis", "calciphylaxis"), ("warfrin", "warfarin"),
     ("corticosteriods", "corticosteroid"), ("parathyroid hormon", "parathyroid-hormone")],
)  # fmt: skip
def test_a_misspelling_gets_the_right_suggestion_first(graph, name, meant):
    with pytest.raises(UnknownEntity) as caught:
        graph.find(name)
    assert caught.value.suggestions[0].id == meant
    assert caught.value.suggestions[0].label in str(caught.value)


def test_nonsense_gets_no_suggestion_and_empty_is_a_usage_error(graph):
    with pytest.raises(UnknownEntity) as caught:
        graph.find("qqqqqqqq")
    assert caught.value.suggestions == []
    for empty in ("", "   "):
        with pytest.raises(UsageError):
            graph.find(empty)


def test_search_ranks_same_before_beginning_before_containing(graph):
    found = [entity.id for entity in graph.search("osteoprotegerin")]
    assert found[0] == "osteoprotegerin"
    assert "serum-osteoprotegerin" in found
    assert len(graph.search("calcification", 3)) == 3
    with pytest.raises(UsageError):
        graph.search("x", 0)


@given(st.text(max_size=30))
def test_any_text_gives_an_answer_or_a_clear_error(graph, text):
    try:
        found = graph.find(text)
    except (UnknownEntity, AmbiguousEntity, UsageError):
        return
    assert found in graph.entities


@given(st.sampled_from(["TNF-α", "NF-κB", "interleukin-1", "vitamin K"]), st.sampled_from(["", "-", " ", "_", "–"]))
def test_hyphens_spaces_and_case_do_not_count(name, mark):
    spelt = name.replace("-", mark).replace(" ", mark)
    assert keys(spelt.upper())[0] == keys(name)[0]
