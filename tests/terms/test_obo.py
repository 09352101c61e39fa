"""Ontologies as OBO text and as OBO Graphs: the same terms from both, and clear words for what is neither."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unpacked import RELATIONS, graphs, obo, put

from kg.errors import FileProblem
from kg.terms.obo import read_graphs, read_obo
from kg.terms.term import Term

BASE = "http://purl.obolibrary.org/obo/"
ID = st.integers(0, 30).map(lambda n: f"RO:{n:07}")
TERM = st.fixed_dictionaries(
    {
        "label": st.text(st.characters(whitelist_categories=("L", "N", "P")), max_size=8).map(
            lambda t: t.replace("\\", "")
        ),
        "obsolete": st.booleans(),
        "replaced_by": st.lists(ID, max_size=2, unique=True),
        "alternatives": st.lists(st.integers(31, 40).map(lambda n: f"RO:{n:07}"), max_size=2, unique=True),
    }
)


def as_stanza(curie, term):
    lines = [f"id: {curie}", f"name: {term['label']}"] if term["label"] else [f"id: {curie}"]
    lines += [f"alt_id: {other}" for other in term["alternatives"]]
    lines += ["is_obsolete: true"] if term["obsolete"] else []
    lines += [f"replaced_by: {other} ! a comment" for other in term["replaced_by"]]
    return "[Term]\n" + "\n".join(lines) + "\n\n"


def as_node(curie, term):
    values = [("oboInOwl", other) for other in term["alternatives"]]
    pairs = [
        {"pred": "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId", "val": other} for _, other in values
    ]
    pairs += [{"pred": f"{BASE}IAO_0100001", "val": BASE + other.replace(":", "_")} for other in term["replaced_by"]]
    meta = {"basicPropertyValues": pairs} | ({"deprecated": True} if term["obsolete"] else {})
    return {"id": BASE + curie.replace(":", "_"), "lbl": term["label"], "type": "CLASS", "meta": meta}


@given(st.dictionaries(ID, TERM, min_size=1, max_size=6))
def test_both_forms_of_one_ontology_give_the_same_terms(tmp_path_factory, terms):
    folder = tmp_path_factory.mktemp("forms")
    text = obo("ro", "releases/2026-01-01", {}, "".join(as_stanza(*item) for item in terms.items()))
    from_text = read_obo(put(folder / "a.obo", text))
    nodes = [as_node(*item) for item in terms.items()]
    from_graphs = read_graphs(put(folder / "a.json", graphs("ro", "2026-01-01", {}, nodes)))
    assert from_text == from_graphs
    for curie, term in terms.items():
        replaced = "|".join(term["replaced_by"]) if term["obsolete"] else ""
        assert from_text.terms[curie] == Term(
            curie, term["label"], "obsolete" if term["obsolete"] else "current", replaced
        )
        for other in term["alternatives"]:
            assert from_text.terms[other].status == "merged"


@pytest.mark.parametrize(
    ("header", "release", "date"),
    [
        ("data-version: hp/releases/2025-01-16\nontology: hp.obo", "2025-01-16", "2025-01-16"),
        ("data-version: 2.240\ndate: 08:03:2025 20:13\nontology: hp", "2.240", "2025-03-08"),
        ("data-version: http://www.ebi.ac.uk/hp/releases/v3.90.0/hp.owl\nontology: hp", "v3.90.0", ""),
        ("data-version: v3\nproperty_value: owl:versionInfo \"2025-01-16\" xsd:string\nontology: hp", "v3", "2025-01-16"),
        ("data-version: releases/2024-02-02\ndate: 03:09:2023 01:18\nontology: hp", "2024-02-02", "2024-02-02"),
        ("date: 10:07:2024 09:36", "2024-07-10", "2024-07-10"),
        ("ontology: hp", "", ""),
    ],
)  # fmt: skip
def test_the_release_is_what_the_header_states(tmp_path, header, release, date):
    file = put(tmp_path / "any.obo", f"{header}\n\n[Term]\nid: HP:0000822\nname: Hypertension\n")
    ontology = read_obo(file)
    assert (ontology.vocabulary, ontology.release, ontology.date) == ("HP", release, date)


def test_imported_terms_are_left_out_even_where_they_are_the_more(tmp_path):
    imported = {f"CHEBI:{n}": "imported" for n in range(9)}
    for file, read in (
        (put(tmp_path / "m.obo", obo("maxo", "2026-01-01", imported | {"MAXO:0000191": "therapy"})), read_obo),
        (put(tmp_path / "m.json", graphs("maxo", "2026-01-01", imported | {"MAXO:0000191": "therapy"})), read_graphs),
    ):
        assert set(read(file).terms) == {"MAXO:0000191"}


def test_relations_are_terms_also_by_the_id_among_their_references(tmp_path):
    terms = read_obo(put(tmp_path / "ro.obo", obo("ro", "2026-01-01", {}, RELATIONS))).terms
    assert {c: t.label for c, t in terms.items()} == {
        "RO:0002213": "positively regulates",
        "RO:0002212": "negatively regulates",
    }


def test_instances_comments_and_escapes_are_no_part_of_a_term(tmp_path):
    more = (
        "[Instance]\nid: HP:0000009\nname: no term\n\n"
        '[Term]\nid: HP:0000002 ! comment\nname: a \\{braced\\} name\nalt_id: HP:0000003 {source="x"}\n'
    )
    terms = read_obo(put(tmp_path / "hp.obo", obo("hp", "2026-01-01", {}, more))).terms
    assert terms["HP:0000002"].label == "a {braced} name"
    assert terms["HP:0000003"].replaced_by == "HP:0000002"
    assert "HP:0000009" not in terms


def test_a_term_of_its_own_wins_over_an_alternative_id_in_any_order(tmp_path):
    own, other = "[Term]\nid: HP:0000002\nname: own\n\n", "[Term]\nid: HP:0000001\nname: one\nalt_id: HP:0000002\n\n"
    for text in (own + other, other + own):
        assert read_obo(put(tmp_path / "hp.obo", obo("hp", "1", {}, text))).terms["HP:0000002"].label == "own"


def test_a_merged_term_of_graphs_is_known_by_the_reason_it_states(tmp_path):
    values = [
        {"pred": f"{BASE}IAO_0000231", "val": f"{BASE}IAO_0000227"},
        {"pred": f"{BASE}IAO_0100001", "val": f"{BASE}ECO_0000006"},
    ]
    node = {"id": f"{BASE}ECO_0005023", "meta": {"deprecated": True, "basicPropertyValues": values}}
    terms = read_graphs(put(tmp_path / "e.json", graphs("eco", "2026-01-01", {"ECO:0000006": "e"}, [node]))).terms
    assert terms["ECO:0005023"].content == ("", "merged", "ECO:0000006")


@pytest.mark.parametrize(
    "document",
    [
        [], {}, 1, "graphs", {"graphs": []}, {"graphs": 7}, {"graphs": [1]}, {"graphs": [{"nodes": 3}]},
        {"graphs": [{"nodes": [1, {"id": 4}, {"id": "x", "meta": [1]}], "meta": "no"}]},
    ],
)  # fmt: skip
def test_json_that_is_no_ontology_is_named(tmp_path, document):
    with pytest.raises(FileProblem, match=r"package\.json (is JSON, but not an ontology|holds no terms)"):
        read_graphs(put(tmp_path / "package.json", json.dumps(document)))


@pytest.mark.parametrize("text", ["\n", "ontology: hp\n", "<html>\n</html>\n", "[Term]\nname: without an id\n"])
def test_text_that_is_no_ontology_is_named(tmp_path, text):
    with pytest.raises(FileProblem, match=r"hp\.obo holds no terms"):
        read_obo(put(tmp_path / "hp.obo", text))
