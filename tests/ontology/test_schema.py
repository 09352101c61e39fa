"""The vocabulary: OWL 2 EL, disjoint, labelled, defined, with examples that are true and mappings that agree."""

from __future__ import annotations

import csv
import itertools
import re

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from kg.contents import read
from kg.schema import CKG, VOCABULARIES, ontology_folder
from kg.store import Dataset

C = Namespace(CKG)
SCHEMA = Graph().parse(ontology_folder() / "schema.ttl")
SIGNS = Graph().parse(ontology_folder() / "signs.ttl")
KINDS = sorted(SCHEMA.subjects(RDFS.subClassOf, C.Entity))
PREDICATES = sorted(SCHEMA.subjects(RDF.type, C.Predicate))
LINKS = sorted(SCHEMA.subjects(RDF.type, C.DefinitionalLink))
MATCHES = {SKOS[f"{how}Match"] for how in ("exact", "close", "broad", "narrow", "related")}

EL_TYPES = {
    OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.TransitiveProperty,
    OWL.AllDisjointClasses,
}  # fmt: skip
EL_AXIOMS = {
    RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith, OWL.members, RDF.first, RDF.rest,
    OWL.propertyChainAxiom,
}  # fmt: skip
EL_HEAD = {RDFS.label, OWL.versionInfo}
EL_DATATYPES = {XSD.string, XSD.anyURI, XSD.integer, XSD.nonNegativeInteger, XSD.decimal, XSD.dateTime}
W3C = tuple(str(namespace) for namespace in (OWL, RDFS, RDF))


def beyond_el(graph):
    """What does not belong to the constructs of OWL 2 EL that we use, or uses them in a form that EL does not allow."""
    classes = set(graph.subjects(RDF.type, OWL.Class))
    for subject, predicate, target in graph:
        if predicate == RDF.type:
            if str(target).startswith(W3C) and target not in EL_TYPES:
                yield f"type {target}"
        elif str(predicate).startswith(W3C) and predicate not in EL_AXIOMS | EL_HEAD:
            yield f"axiom {predicate}"
        elif predicate in (RDFS.subClassOf, OWL.disjointWith) and not {subject, target} <= classes:
            yield f"{predicate} of something else than named classes: {subject}, {target}"
        elif predicate == RDFS.domain and target not in classes:
            yield f"domain {target}"
        elif predicate == RDFS.range and target not in classes | EL_DATATYPES:
            yield f"range {target}"


def chains(graph):
    for made, cells in graph.subject_objects(OWL.propertyChainAxiom):
        yield made, list(Collection(graph, cells))


def test_the_schema_and_the_signs_stay_in_owl_2_el():
    assert list(beyond_el(SCHEMA)) == []
    assert list(beyond_el(SCHEMA + SIGNS)) == []


def test_no_chain_makes_a_property_with_a_range_which_el_would_forbid():
    both = SCHEMA + SIGNS
    made = {above for name, _ in chains(both) for above in both.transitive_objects(name, RDFS.subPropertyOf)}
    assert made
    assert [name for name in made if (name, RDFS.range, None) in both] == []


@pytest.mark.parametrize(
    "addition",
    [
        "ckg:increases owl:inverseOf ckg:next .",
        "ckg:increases a owl:SymmetricProperty .",
        "ckg:subject a owl:FunctionalProperty .",
        "ckg:Drug owl:equivalentClass [ owl:unionOf ( ckg:Protein ckg:Disease ) ] .",
        "ckg:Drug rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ckg:next ; owl:maxCardinality 1 ] .",
        "ckg:Drug owl:complementOf ckg:Disease .",
        "ckg:increases owl:propertyDisjointWith ckg:decreases .",
        "ckg:time rdfs:range xsd:duration .",
        "ckg:source rdfs:domain [ owl:unionOf ( ckg:Claim ckg:Case ) ] .",
        "ckg:Drug rdfs:subClassOf ckg:Nowhere .",
    ],
)
def test_what_is_beyond_el_would_be_noticed(addition):
    prefixes = "".join(f"@prefix {p}: <{n}> .\n" for p, n in SCHEMA.namespaces() if p in ("ckg", "owl", "rdfs", "xsd"))
    assert list(beyond_el(SCHEMA + Graph().parse(data=prefixes + addition)))


def test_the_schema_has_no_blank_nodes():
    assert not [node for triple in SCHEMA for node in triple if isinstance(node, BNode)]


def test_kinds_are_disjoint_in_one_axiom_and_pairwise():
    assert len(KINDS) == 16
    (axiom,) = SCHEMA.subjects(RDF.type, OWL.AllDisjointClasses)
    assert sorted(Collection(SCHEMA, SCHEMA.value(axiom, OWL.members))) == KINDS
    pairs = {frozenset(pair) for pair in SCHEMA.subject_objects(OWL.disjointWith)}
    assert {frozenset(pair) for pair in itertools.combinations(KINDS, 2)} <= pairs


def test_classes_beside_the_kinds_are_pairwise_disjoint():
    others = set(SCHEMA.subjects(RDF.type, OWL.Class)) - set(KINDS)
    ours = sorted(iri for iri in others if str(iri).startswith(CKG))
    pairs = {frozenset(pair) for pair in SCHEMA.subject_objects(OWL.disjointWith)}
    assert {frozenset(pair) for pair in itertools.combinations(ours, 2)} <= pairs
    assert {C[name] for name in VOCABULARIES} <= set(ours)


def test_every_term_of_ours_has_one_label_and_one_definition():
    both = SCHEMA + SIGNS
    machinery = {OWL.AllDisjointClasses, SH.PrefixDeclaration}
    terms = {s for s, t in both.subject_objects(RDF.type) if t not in machinery and str(s).startswith(CKG)}
    assert len(terms) > 150
    for term in terms:
        for said in (RDFS.label, SKOS.definition):
            (text,) = both.objects(term, said)
            assert str(text).strip(), term
        assert str(both.value(term, SKOS.definition)).endswith("."), term
    assert {s for s in both.subjects() if str(s).startswith(CKG)} - terms == {
        s for s in both.subjects() if set(both.objects(s, RDF.type)) & machinery or (s, RDF.first, None) in both
    } - {s for s in both.subjects() if isinstance(s, BNode)}


def test_every_kind_says_what_going_up_means():
    for kind in KINDS:
        (text,) = SCHEMA.objects(kind, C["up-means"])
        assert str(text).strip()


def claim_of(text, graph):
    name = re.fullmatch(r".*\(claim ([a-z0-9-]+)\)\.", text)
    assert name, text
    return graph.claim(name[1])


def test_the_example_of_a_predicate_is_a_claim_of_the_data(graph):
    for predicate in PREDICATES:
        (text,) = SCHEMA.objects(predicate, SKOS.example)
        claim = claim_of(str(text), graph)
        assert C[claim.predicate] == predicate
        assert claim.live or claim.null
        for entity in (claim.subject, claim.object):
            assert entity.label.lower() in str(text).lower()


def test_the_example_of_a_kind_is_an_entity_in_a_claim_of_the_data(graph):
    for kind in KINDS:
        (text,) = SCHEMA.objects(kind, SKOS.example)
        claim = claim_of(str(text), graph)
        entity = next(e for e in (claim.subject, claim.object) if str(text).lower().startswith(e.label.lower() + ","))
        assert C[entity.kind] == kind


def test_the_example_of_a_link_is_a_link_of_the_data():
    links = read(Dataset.load(ontology_folder())).links
    for name in LINKS:
        (text,) = SCHEMA.objects(name, SKOS.example)
        words = f" {SCHEMA.value(name, RDFS.label)} "
        child, _, parent = str(text).rstrip(".").partition(words)
        ends = {(link.source.label.lower(), link.target.label.lower()) for link in links if C[link.kind] == name}
        assert (child.lower(), parent.lower()) in ends


def test_allowed_kinds_are_kinds_and_reach_the_predicates(graph):
    for predicate in graph.schema.predicates.values():
        for allowed in (predicate.subject_kinds, predicate.object_kinds):
            assert isinstance(allowed, tuple)
            assert list(allowed) == sorted(set(allowed))
            assert set(allowed) <= set(graph.schema.kinds)
        assert predicate.object_kinds
    assert graph.schema.predicates["treats-or-prevents"].object_kinds == ("Disease", "Phenotype")
    assert graph.schema.predicates["positively-associated-with"].subject_kinds == ()


# --- the mapping table ---------------------------------------------------------------------------------------------

FILE = ontology_folder() / "mappings" / "schema.sssom.tsv"
LINES = FILE.read_text("utf-8").splitlines()
ROWS = list(csv.DictReader((line for line in LINES if line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE))
CURIE_MAP = dict(re.findall(r'^#  (\w+): "(\S+)"$', "\n".join(LINES), re.MULTILINE))
RO_LABELS = {
    # As the Relation Ontology has them. One public tool has the two of a pair swapped.
    "RO:0002212": "negatively regulates",
    "RO:0002213": "positively regulates",
    "RO:0004046": "causally upstream of or within, negative effect",
    "RO:0004047": "causally upstream of or within, positive effect",
    "RO:0011023": "indirectly negatively regulates quantity of",
    "RO:0011024": "indirectly positively regulates quantity of",
    "RO:0015007": "increased in magnitude relative to",
    "RO:0015008": "decreased in magnitude relative to",
    "RO:0017003": "positively correlated with",
    "RO:0017004": "negatively correlated with",
}
DIRECTIONS = {
    "positive": 1, "positively": 1, "increased": 1, "increases": 1, "negative": -1, "negatively": -1, "decreased": -1,
    "decreases": -1, "treat": -1, "treats": -1, "ameliorates": -1, "preventative": -1,
}  # fmt: skip


def iri(curie):
    prefix, _, local = curie.partition(":")
    return URIRef(CURIE_MAP[prefix] + local)


def test_the_table_has_the_slots_that_sssom_asks_for():
    required = {"subject_id", "predicate_id", "object_id", "mapping_justification"}
    wanted = {"subject_label", "object_label", "object_source", "comment"}
    assert required | wanted <= set(ROWS[0])
    head = {line[1:].partition(":")[0] for line in LINES if line[0] == "#" and line[1] != " "}
    assert {"mapping_set_id", "license", "curie_map"} <= head
    for row in ROWS:
        assert all(row[slot] for slot in (*required, "subject_label", "object_source")), row
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        for slot in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
            assert row[slot].partition(":")[0] in CURIE_MAP, row[slot]
        if row["object_id"] == "sssom:NoTermFound":
            assert not row["object_label"]
            assert row["comment"], "why nothing was found"
        else:
            assert row["object_label"]
            assert row["object_source_version"], "where it was seen"
    assert len({(r["subject_id"], r["predicate_id"], r["object_id"], r["object_source"]) for r in ROWS}) == len(ROWS)


def test_new_rows_say_why():
    assert [r["object_id"] for r in ROWS if r["subject_id"].startswith("ckg:") and not r["comment"]] == []


def test_the_prefixes_of_the_table_are_those_of_the_schema(graph):
    for prefix, namespace in CURIE_MAP.items():
        assert graph.schema.prefixes.get(prefix, namespace) == namespace


def test_labels_of_subjects_are_those_of_the_schema():
    for row in ROWS:
        if row["subject_id"].startswith("ckg:"):
            assert row["subject_label"] == str(SCHEMA.value(iri(row["subject_id"]), RDFS.label))


def test_table_and_schema_say_the_same():
    table = {
        (iri(r["subject_id"]), iri(r["predicate_id"]), iri(r["object_id"]))
        for r in ROWS
        if r["subject_id"].startswith("ckg:") and r["object_id"] != "sssom:NoTermFound"
    }
    held = {(s, p, o) for s, p, o in SCHEMA if p in MATCHES}
    assert table == held


def test_every_predicate_link_kind_design_basis_and_certainty_is_in_the_table():
    mapped = {iri(row["subject_id"]) for row in ROWS}
    values = {v for name in ("Design", "Basis", "Certainty") for v in SCHEMA.subjects(RDF.type, C[name])}
    provenance = {C[name] for name in ("Claim", "Source", "Case", "Fact", "Dispute", "Entity", "source", "cites")}
    assert {*PREDICATES, *LINKS, *KINDS, *values, *provenance} <= mapped


def direction_of(label):
    found = {DIRECTIONS[word] for word in re.findall(r"[a-z]+", label.lower()) if word in DIRECTIONS}
    assert len(found) <= 1, label
    return found.pop() if found else None


def wrong_directions(rows):
    """Mappings whose label speaks of the other direction than the sign of our predicate or link."""
    for row in rows:
        sign = SCHEMA.value(iri(row["subject_id"]), C.sign)
        said = direction_of(row["object_label"])
        if sign is not None and said is not None and said != int(sign):
            yield row["subject_id"], row["object_id"]


def test_direction_words_agree_with_the_sign_of_our_predicates():
    signed = [r for r in ROWS if SCHEMA.value(iri(r["subject_id"]), C.sign) is not None]
    assert sum(direction_of(row["object_label"]) is not None for row in signed) >= 16
    assert list(wrong_directions(ROWS)) == []


def test_ro_identifiers_have_the_labels_of_ro():
    signed = {r["object_id"]: r["object_label"] for r in ROWS if r["object_id"] in RO_LABELS}
    assert signed == RO_LABELS


@pytest.mark.parametrize("one", [0, 2, 4, 6, 8])
def test_two_swapped_ro_terms_would_be_noticed(one):
    first, second = list(RO_LABELS)[one : one + 2]
    swap = {first: second, second: first}
    rows = [{**r, "object_id": swap.get(r["object_id"], r["object_id"])} for r in ROWS]
    assert {r["object_id"]: r["object_label"] for r in rows if r["object_id"] in RO_LABELS} != RO_LABELS
    with_labels = [{**r, "object_label": RO_LABELS.get(r["object_id"], r["object_label"])} for r in rows]
    assert {name for _, name in wrong_directions(with_labels)} == {first, second}


def test_flags_are_booleans_and_signs_integers():
    for predicate in PREDICATES:
        for flag in ("causal", "null"):
            assert isinstance(SCHEMA.value(predicate, C[flag]), Literal)
            assert SCHEMA.value(predicate, C[flag]).datatype == XSD.boolean
    assert {int(sign) for sign in SCHEMA.objects(None, C.sign)} == {1, 0, -1}
