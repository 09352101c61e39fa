"""RDF forms: the programs that read them find the same triples; what is read is ours, or is said to be lost."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, NamedNode, RdfFormat, Store

import kg
from kg.errors import FileProblem, InvalidData, KGError
from kg.exchange.content import standing
from kg.exchange.forms import rdf, rdfreading
from kg.graph import KnowledgeGraph, read
from kg.release import release
from kg.schema import BASE, CKG
from kg.store import EDITED, graph_node

pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # rdflib's own
FORMS = {"turtle": ".ttl", "turtle-1.2": ".ttl12", "trig": ".trig", "n-quads": ".nq", "json-ld": ".jsonld"}
OXIGRAPH = {
    ".ttl": RdfFormat.TURTLE, ".ttl12": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS,
    ".jsonld": RdfFormat.JSON_LD, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML,
}  # fmt: skip
RDFLIB = {".ttl": "turtle", ".trig": "trig", ".nq": "nquads", ".jsonld": "json-ld"}
PREFIXES = """@prefix ckg: <https://w3id.org/calciphylaxis-kg/schema#> .
@prefix entity: <https://w3id.org/calciphylaxis-kg/entity/> .
@prefix claim: <https://w3id.org/calciphylaxis-kg/claim/> .
@prefix source: <https://w3id.org/calciphylaxis-kg/source/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix graph: <https://w3id.org/calciphylaxis-kg/graph/> .
"""
OURS = """entity:a a ckg:Drug ; rdfs:label "a" .
entity:b a ckg:Protein ; rdfs:label "b" .
source:s a ckg:Source ; rdfs:label "s" .
claim:c a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b ; ckg:source source:s .
"""


def lost(graph: KnowledgeGraph) -> list[tuple[str, str, int, str]]:
    assert graph.report is not None
    return [(loss["what"], loss["why"], loss["count"], loss["place"]) for loss in graph.report.to_dict()["losses"]]


def written(tmp_path: Path, text: str, name: str = "x.ttl") -> Path:
    (tmp_path / name).write_text(PREFIXES + text, "utf-8")
    return tmp_path / name


# --- the programs that read them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [name for name in FORMS if name != "turtle-1.2"])
def test_rdflib_and_oxigraph_read_the_same_triples(form: str, various: KnowledgeGraph, tmp_path: Path) -> None:
    ending = FORMS[form]
    various.export(tmp_path / f"x{ending}")
    data = (tmp_path / f"x{ending}").read_bytes()
    held = list(various.dataset.store)
    if form == "turtle":
        expected = {q.triple for role in EDITED for q in held if q.graph_name == graph_node(role)}
        assert {q.triple for q in pyoxigraph.parse(data, format=OXIGRAPH[ending])} == expected
        lines = {f"{triple} ." for triple in expected}
    else:
        assert pyoxigraph.Dataset(pyoxigraph.parse(data, format=OXIGRAPH[ending])) == pyoxigraph.Dataset(held)
        lines = {f"{quad} ." for quad in held}
    theirs = rdflib.Dataset()
    theirs.parse(data=data, format=RDFLIB[ending])
    ours = rdflib.Dataset()
    ours.parse(data="\n".join(lines), format="nquads")
    assert set(theirs.quads()) == set(ours.quads())


@pytest.mark.parametrize("form", FORMS)
def test_the_canonical_hash_is_the_same_after_the_round_trip(
    form: str, various: KnowledgeGraph, tmp_path: Path
) -> None:
    first, second = tmp_path / f"one{FORMS[form]}", tmp_path / f"two{FORMS[form]}"
    various.export(first)
    back = kg.open(first)
    back.export(second)
    assert second.read_bytes() == first.read_bytes()
    assert canonical(second) == canonical(first)
    assert back.version == various.version
    assert pyoxigraph.Dataset(back.dataset.store) == pyoxigraph.Dataset(various.dataset.store)
    assert back.report is not None
    counts = {"entities": len(various.entities), "claims": len(various), "definitional links": len(various.links)}
    assert back.report.to_dict()["kept"] == counts
    assert not lost(back)


def canonical(file: Path) -> str:
    """The RDFC-1.0 hash of what a file holds, by Oxigraph."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(path=file, format=OXIGRAPH[file.suffix]))
    if file.suffix != ".ttl12":  # RDFC-1.0 knows no triple terms; without blank nodes there is nothing to do
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = pyoxigraph.serialize(dataset, format=RdfFormat.N_QUADS).decode().splitlines()
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def test_the_shipped_data_keep_their_digest(graph: KnowledgeGraph, tmp_path: Path) -> None:
    graph.export(tmp_path / "x.jsonld")
    assert kg.open(tmp_path / "x.jsonld").version == graph.version


def test_rdf_1_2_speaks_of_all_claims_and_states_those_that_are_live(various: KnowledgeGraph, tmp_path: Path) -> None:
    various.export(tmp_path / "x.ttl12")
    store = Store()
    store.load(path=tmp_path / "x.ttl12", format=RdfFormat.TURTLE)
    rows = store.query(
        """SELECT ?claim ?s ?p ?o (EXISTS { ?s ?p ?o } AS ?stated)
        WHERE { ?claim rdf:reifies <<( ?s ?p ?o )>> ; a ckg:Claim ; ckg:source ?source } ORDER BY ?claim""",
        prefixes=dict(various.schema.prefixes),
    )
    found = [[node.value for node in row] for row in rows]
    assert len(found) == len(various)
    for claim, (iri, *triple, stated) in zip(sorted(various.claims(), key=lambda claim: claim.iri), found, strict=True):
        assert iri == claim.iri
        assert triple == [claim.subject.iri, CKG + claim.predicate, claim.object.iri]
        assert (stated == "true") == (standing(claim) in ("causal", "association"))
    assert {standing(c) for c in various.claims()} == {"causal", "association", "null result", "refuted", "retracted"}
    assert not list(store.quads_for_pattern(NamedNode(various.claims()[0].iri), NamedNode(CKG + "subject"), None))


def test_a_narrowed_graph_is_whole_in_its_file(routes: KnowledgeGraph, tmp_path: Path) -> None:
    report = routes.export(tmp_path / "x.trig")
    back = kg.open(tmp_path / "x.trig")
    assert [claim.to_dict() for claim in back.claims()] == [claim.to_dict() for claim in routes.claims()]
    assert len(back.questions) == report.kept["standing questions"] < len(routes.questions)


# --- what is read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.nt", "x.rdf", "X.XML", "x.owl", "x.ttl.gz", "x.nt.gz", "x.jsonld.gz"])
def test_plain_triples_find_their_graphs_whatever_the_form(name: str, various: KnowledgeGraph, tmp_path: Path) -> None:
    triples = [q.triple for q in various.dataset.store if q.graph_name in map(graph_node, EDITED)]
    ending = Path(name.lower().removesuffix(".gz")).suffix
    data = pyoxigraph.serialize(triples, format=OXIGRAPH.get(ending, RdfFormat.RDF_XML))
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert kg.open(tmp_path / name).version == various.version


def test_several_files_are_one_graph_and_a_name_of_a_format_serves_where_the_ending_does_not(tmp_path: Path) -> None:
    *things, claim = OURS.splitlines()
    one = written(tmp_path, "\n".join(things), "things.txt")
    two = written(tmp_path, f"graph:claims {{ {claim} }}", "claims.trig")
    assert [str(c) for c in read(one, two, format="turtle").claims()] == ["a increases b [s]"]


def test_a_schema_in_the_file_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = 'ckg:boosts a ckg:Predicate ; rdfs:label "boosts" ; ckg:sign 1 ; ckg:causal true ; ckg:null false .\n'
    more = "ckg:Drug rdfs:subClassOf ckg:Entity . ckg:Protein rdfs:subClassOf ckg:Entity .\n"
    graph = kg.open(written(tmp_path, own + more + OURS.replace("ckg:increases", "ckg:boosts")))
    assert list(graph.schema.predicates) == ["boosts"]
    assert [(edge.predicate, edge.sign) for edge in graph.edges] == [("boosts", 1)]


def test_a_plain_effect_without_a_claim_is_lost_and_one_with_it_is_not(tmp_path: Path) -> None:
    graph = kg.open(written(tmp_path, f"{OURS}entity:a ckg:increases entity:b .\nentity:b ckg:decreases entity:a .\n"))
    assert [(edge.subject.label, edge.predicate) for edge in graph.edges] == [("a", "increases")]
    assert lost(graph) == [("plain statements", "ckg:decreases without a live claim that says so", 1, "line 9")]


def test_a_derived_graph_is_made_anew_and_what_it_added_is_lost(various: KnowledgeGraph, tmp_path: Path) -> None:
    various.export(tmp_path / "x.nq")
    names = various.schema.prefixes
    added = f"<{names['entity']}a> <{names['ckg']}increases> <{names['entity']}c> <{names['graph']}direct> .\n"
    (tmp_path / "x.nq").write_text((tmp_path / "x.nq").read_text("utf-8") + added, "utf-8")
    back = kg.open(tmp_path / "x.nq")
    assert pyoxigraph.Dataset(back.dataset.store) == pyoxigraph.Dataset(various.dataset.store)
    assert [(what, why) for what, why, _, _ in lost(back)] == [
        ("plain statements", "ckg:increases without a live claim that says so")
    ]


def test_what_has_no_place_in_the_graph_is_told(tmp_path: Path) -> None:
    text = f"""{OURS}entity:b rdfs:seeAlso [ rdfs:label "x" ] .
entity:a rdfs:seeAlso <<( entity:a ckg:increases entity:b )>> .
<http://example.org/g> {{ entity:a rdfs:label "of others" }}
"""
    graph = kg.open(written(tmp_path, text, "x.trig"))
    assert graph.find("a").label == "a"
    assert lost(graph) == [
        ("statements", "about a triple, and not of a claim", 1, "line 8"),
        ("statements", "with a blank node, which has no name that lasts", 1, ""),
        ("statements", "with a blank node, which has no name that lasts", 1, "line 9"),
        ("statements in other graphs", "only SPARQL reads them", 1, "line 14"),
    ]
    said = graph.sparql("SELECT ?x WHERE { GRAPH <http://example.org/g> { ?s rdfs:label ?x } }")
    assert len(said.rows) == 1
    assert {loss.what for loss in graph.export(tmp_path / "y.ttl").losses} == {"statements in other graphs"}
    graph.export(tmp_path / "y.trig")
    assert pyoxigraph.Dataset(kg.open(tmp_path / "y.trig").dataset.store) == pyoxigraph.Dataset(graph.dataset.store)


def test_a_graph_of_another_name_names_no_file_of_a_release(tmp_path: Path) -> None:
    others = "".join(
        f'<{iri}> {{ entity:a rdfs:label "x" }}\n' for iri in ("http://example.org/../../g", f"{BASE}graph/a:b")
    )
    file = written(tmp_path, OURS + others, "x.trig")
    release(kg.open(file), tmp_path / "release")
    assert {file.parent.name for file in tmp_path.rglob("*.ttl")} == {"release", "graphs"}
    assert not any("example" in str(path) for path in tmp_path.rglob("*"))
    back = kg.open(tmp_path / "release")
    assert pyoxigraph.Dataset(back.dataset.store) == pyoxigraph.Dataset(kg.open(file).dataset.store)


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<urn:x> a <http://www.w3.org/2002/07/owl#Class> .", r"1 statements on things of the types owl:Class \(1\)"),
        ("<urn:x> rdfs:label 'x' .", "of the types none"),
        (f"<urn:g> {{ {OURS} }}", r"in graphs of other names \(urn:g\)"),
        (OURS.replace("ckg:source source:s", "ckg:source source:t"), r"trig:11: claim:c: ckg:source names source:t"),
        (f"{OURS}entity:a rdfs:label .", r"trig:12: not valid TriG"),
        (
            f"{OURS}claim:d a ckg:Claim ; rdf:reifies <<( _:x ckg:affects entity:b )>> .",
            "trig:12: claim:d: has no object",
        ),
        ("ckg:boosts a ckg:Predicate .", r"x\.trig: ckg:boosts: has no null"),
        (
            "ckg:b a ckg:Predicate ; ckg:null false ; ckg:sign 'up' .",
            r"x\.trig: ckg:b: its sign 'up' is no whole number",
        ),
    ],
)
def test_what_is_no_graph_of_ours_is_said_in_one_sentence(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match=message) as refused:
        kg.open(written(tmp_path, text, "x.trig"))
    assert "\n" not in str(refused.value)


def test_a_context_that_lies_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "x.jsonld").write_text('{"@context": "http://localhost:1/context", "@id": "urn:x", "a": 1}')
    with pytest.raises(InvalidData, match="nothing is fetched"):
        kg.open(tmp_path / "x.jsonld")


def test_a_packed_file_that_holds_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdfreading, "LARGEST", 100_000)
    (tmp_path / "x.nt.gz").write_bytes(gzip.compress(b"\n" * 10_000_000))
    with pytest.raises(FileProblem, match=r"more than 100,000 bytes.*kg store"):
        kg.open(tmp_path / "x.nt.gz")


WORDS = [b"", b'"', b" . ", b"<", b"5", b"_:x", b"ckg:Claim", b"{", b"\xff", b"[]", b"\n", b"entity:b", b"<<( "]
CHANGES = st.tuples(st.floats(0, 1), st.sampled_from(WORDS), st.integers(0, 30))


@settings(max_examples=40)
@given(st.sampled_from([".ttl", ".trig", ".jsonld", ".rdf"]), st.lists(CHANGES, min_size=1, max_size=3))
def test_a_spoilt_file_is_refused_or_read_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, ending: str, changes: list[tuple[float, bytes, int]]
) -> None:
    triples = [quad.triple for quad in pyoxigraph.parse(PREFIXES + OURS, format=RdfFormat.TURTLE)]
    data = (PREFIXES + OURS).encode() if ending == ".ttl" else pyoxigraph.serialize(triples, format=OXIGRAPH[ending])
    for place, put, gone in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + gone :]
    file = tmp_path_factory.mktemp("spoilt") / f"x{ending}"
    file.write_bytes(data)
    try:
        message = str(read(file).report)
    except KGError as error:
        message = str(error)
        assert "\n" not in message
    assert file.name in message


# --- names that one form understands otherwise --------------------------------------------------------------------


def test_iris_and_prefixes_that_a_form_would_misread_come_back_as_they_were(graph: KnowledgeGraph) -> None:
    text = f"""{PREFIXES}entity:a rdfs:seeAlso <MESH:D1>, <https://bioregistry.io/a.:5>, "x"@en--rtl, "no"^^<http://www.w3.org/2001/XMLSchema#integer> ."""
    triples = [quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.TURTLE)]
    odd = {**graph.schema.prefixes, "a.": "https://bioregistry.io/a.:", "": "https://bioregistry.io/"}
    schema = replace(graph.schema, prefixes=odd)
    assert "MESH" in odd
    back = pyoxigraph.parse(rdf.turtle(triples, schema), format=RdfFormat.TURTLE)
    assert {quad.triple for quad in back} == set(triples)
    plain = [triple for triple in triples if not getattr(triple.object, "direction", None)]
    back = pyoxigraph.parse(rdf.jsonld_graph(plain, schema), format=RdfFormat.JSON_LD)
    assert {quad.triple for quad in back} == set(plain)
