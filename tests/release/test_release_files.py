"""A release as its readers meet it: rdflib, pyoxigraph, csv, yaml and hashlib read every file; the bytes never vary."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Literal, NamedNode, Quad, RdfFormat
from worlds import PREFIXES, World, random_world

import kg
from kg.errors import InvalidData
from kg.exchange.forms import rdf
from kg.exchange.forms.tables import COLUMNS, edge_status, plain
from kg.manifest import read_manifest
from kg.release import release
from kg.release.bundle import bundle

pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # rdflib's own
ROLES = ("schema", "entities", "sources", "claims", "cases", "direct", "association", "signed")


def quads_of(graph):
    return pyoxigraph.Dataset(graph.dataset.store)


def rdflib_quads(path, form):
    dataset = rdflib.Dataset()
    dataset.parse(data=path.read_bytes(), format=form)
    return set(dataset.quads())


# --- RDF ---------------------------------------------------------------------------------------------------------


def test_rdflib_reads_every_rdf_file_to_the_same_triples(released, graph):
    stored = {
        (rdflib.term.URIRef(q.subject.value), rdflib.term.URIRef(q.predicate.value), node(q.object),
         rdflib.term.URIRef(q.graph_name.value))
        for q in graph.dataset.store
    }  # fmt: skip
    assert rdflib_quads(released / "calciphylaxis-kg.nq", "nquads") == stored
    assert rdflib_quads(released / "calciphylaxis-kg.jsonld", "json-ld") == stored
    parts = set()
    for role in ROLES:
        part = rdflib.Graph().parse(released / "graphs" / f"{role}.ttl", format="turtle")
        name = rdflib.term.URIRef(graph.schema.prefixes["graph"] + role)
        parts |= {(*triple, name) for triple in part}
    assert parts == stored


def node(term):
    if isinstance(term, NamedNode):
        return rdflib.term.URIRef(term.value)
    if term.language:
        return rdflib.term.Literal(term.value, lang=term.language)
    plain_text = term.datatype.value.endswith("#string")
    return rdflib.term.Literal(term.value, datatype=None if plain_text else term.datatype.value)


def test_oxigraph_reads_n_quads_and_json_ld_to_the_same_dataset(released, graph):
    for name, form in (("calciphylaxis-kg.nq", RdfFormat.N_QUADS), ("calciphylaxis-kg.jsonld", RdfFormat.JSON_LD)):
        assert pyoxigraph.Dataset(pyoxigraph.parse(path=released / name, format=form)) == quads_of(graph)


def test_the_sorted_n_quads_are_the_canonical_form_and_their_hash_is_that_of_rdfc_1_0(released, graph):
    dataset = quads_of(graph)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = pyoxigraph.serialize(dataset, format=RdfFormat.N_QUADS).decode().splitlines(keepends=True)
    canonical = "".join(sorted(lines)).encode()
    assert (released / "calciphylaxis-kg.nq").read_bytes() == canonical
    assert read_manifest(released).canonical == hashlib.sha256(canonical).hexdigest()


def test_texts_with_every_sort_of_character_survive_all_forms(tmp_path):
    text = 'quote " backslash \\ tab \t line \n return \r bell \x07 delete \x7f low \x01 µ κ 😀 \u2028 =1+1'
    graph = World(claims=[("a", "increases", "b")]).load(tmp_path / "world")
    claim, named = NamedNode(graph.claims()[0].iri), NamedNode(graph.schema.prefixes["graph"] + "claims")
    comment = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
    graph.dataset.store.add(Quad(claim, comment, Literal(text), named))
    release(kg.KnowledgeGraph(graph.dataset), tmp_path / "release")
    assert kg.open(tmp_path / "release").claims()[0].note == text
    dataset = quads_of(graph)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = pyoxigraph.serialize(dataset, format=RdfFormat.N_QUADS).decode().split(" .\n")
    written = (tmp_path / "release" / "calciphylaxis-kg.nq").read_bytes().decode()
    assert sorted(written.split(" .\n")) == sorted(lines)
    for name, form in (("calciphylaxis-kg.jsonld", "json-ld"), ("graphs/claims.ttl", "turtle")):
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=(tmp_path / "release" / name).read_bytes(), format=form)
        assert dataset.value(rdflib.URIRef(claim.value), rdflib.RDFS.comment) == rdflib.Literal(text)


@pytest.mark.parametrize("seed", range(15))
def test_a_release_of_random_data_opens_as_the_same_data(seed, tmp_path):
    graph = random_world(seed).load(tmp_path / "world")
    release(graph, tmp_path / "release")
    opened = kg.open(tmp_path / "release")
    assert quads_of(opened) == quads_of(graph)
    assert opened.version == graph.version
    assert [claim.to_dict() for claim in opened.claims()] == [claim.to_dict() for claim in graph.claims()]


def test_a_language_tag_survives_json_ld(graph):
    triple = pyoxigraph.Triple(NamedNode("http://a"), NamedNode("http://b"), Literal("Niere", language="de"))
    text = rdf.jsonld({"claims": [triple]}, graph.schema)
    (quad,) = pyoxigraph.parse(text, format=RdfFormat.JSON_LD)
    assert quad.object == triple.object


def test_blank_nodes_are_refused_with_the_place_named(tmp_path):
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path / "world")
    (folder / "questions.ttl").write_text(PREFIXES + 'ckg:thing rdfs:seeAlso [ rdfs:label "x" ] .\n')
    graph = kg.open(folder)
    assert any(isinstance(quad.object, BlankNode) for quad in graph.dataset.store)
    with pytest.raises(InvalidData, match=r"blank node.* in schema") as caught:
        release(graph, tmp_path / "release")
    assert caught.value.problems[0].remedy
    assert not (tmp_path / "release").exists()


# --- the same bytes ----------------------------------------------------------------------------------------------


def test_the_same_data_give_the_same_bytes_whatever_the_hash_seed(released, tmp_path):
    """This process has a seed of its own, and the other one has another."""
    command = [sys.executable, "-m", "kg.cli", "release", str(tmp_path / "again")]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "4711"}, check=True, capture_output=True)
    assert contents(tmp_path / "again") == contents(released)


def test_the_order_of_the_data_does_not_matter(tmp_path):
    world = World(claims=[("a", "increases", "b"), ("b", "decreases", "c")], sources=("s1", "s2"))
    first = bundle(world.load(tmp_path / "one"))
    file = tmp_path / "one" / "entities.ttl"
    head, *blocks = file.read_text().split("\nentity:")
    random.Random(1).shuffle(blocks)
    file.write_text("\nentity:".join([head, *blocks]))
    assert bundle(kg.open(tmp_path / "one")).files == first.files


def test_a_release_of_a_release_is_the_same_release(released, tmp_path):
    release(kg.open(released), tmp_path / "again")
    assert contents(tmp_path / "again") == contents(released)


def test_nothing_of_this_machine_and_no_date_is_in_a_release(released, tmp_path):
    words = (str(tmp_path), str(Path.home()), os.uname().nodename, str(Path(kg.__file__).parent))
    for path, content in contents(released).items():
        for word in words:
            assert word.encode() not in content or len(word) < 3, (path, word)


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# --- the manifest, the licence, the readme -------------------------------------------------------------------------


def test_the_manifest_lists_every_file_with_its_size_and_hash(released, graph):
    manifest = json.loads((released / "manifest.json").read_text())
    found = contents(released)
    assert {entry["path"] for entry in manifest["files"]} | {"manifest.json"} == set(found)
    for entry in manifest["files"]:
        content = found[entry["path"]]
        assert (entry["size"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry["what"].endswith(".")
    assert manifest["version"] == graph.schema.version
    assert graph.version.endswith(manifest["data"]["value"][:12])


def test_the_readme_names_every_file(released):
    text = (released / "README.md").read_text()
    for path in contents(released):
        assert f"`{path}`" in text or path == "README.md"
    assert "not medical advice" in text


def test_the_licence_is_the_shipped_one_or_that_of_the_data(released, root, tmp_path):
    assert (released / "LICENSE-DATA").read_text() == (root / "LICENSE-DATA").read_text()
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path / "world")
    (folder / "LICENSE-DATA").write_text("Mine.\n")
    assert bundle(kg.open(folder)).files["LICENSE-DATA"] == b"Mine.\n"


def test_data_under_another_licence_do_not_get_the_shipped_text(tmp_path, root):
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path / "world")
    schema = (root / "ontology" / "schema.ttl").read_text()
    assert "licenses/by/4.0/" in schema
    (folder / "schema.ttl").write_text(schema.replace("licenses/by/4.0/", "publicdomain/zero/1.0/"))
    text = bundle(kg.open(folder)).files["LICENSE-DATA"].decode()
    assert "publicdomain/zero/1.0/" in text
    assert "Attribution" not in text


def test_a_narrowed_graph_says_so_in_its_release(graph, tmp_path):
    part = graph.where(species="mouse")
    release(part, tmp_path / "mouse")
    assert read_manifest(tmp_path / "mouse").filters == part.filters
    assert "species" in (tmp_path / "mouse" / "README.md").read_text()
    assert len(kg.open(tmp_path / "mouse")) == len(part) < len(graph)


# --- the table ---------------------------------------------------------------------------------------------------


def rows_of(folder):
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_table_has_a_row_for_each_claim_with_all_that_it_states(released, graph):
    rows = {row["claim"]: row for row in rows_of(released)}
    assert set(rows) == {claim.id for claim in graph.claims()}
    for claim in graph.claims():
        row, stated = rows[claim.id], claim.to_dict()
        assert (row["subject"], row["object"], row["source"]) == (claim.subject.id, claim.object.id, claim.source.id)
        assert row["subject_label"] == claim.subject.label
        assert row["object_exact"].split("|") == [*claim.object.matches] or not claim.object.matches
        assert row["citation"] == plain(row["citation"]) == claim.source.citation
        assert row["edge"] == edge_status(claim)
        for name in set(stated) & set(COLUMNS) - {"subject", "object", "source", "cites", "disputes", "causal"}:
            assert plain(row[name]) == ("" if stated[name] is None else str(stated[name])), (claim.id, name)


def test_the_table_leaves_nothing_out_that_a_claim_or_source_states(graph):
    claim = graph.claims()[0]
    renamed = {"id": "claim", "iri": "claim_iri"}
    assert {renamed.get(name, name) for name in claim.to_dict()} <= set(COLUMNS)
    left_out = {"id", "iri", "citation", "note", "caution"}  # these have columns of their own, or are the curator's
    assert {f"source_{name}" for name in claim.source.to_dict() if name not in left_out} <= set(COLUMNS)


def test_the_edges_of_the_table_are_the_edges_of_the_graph(released, graph):
    held = {(row["subject"], row["predicate"], row["object"]): row["edge"] for row in rows_of(released)}
    causal = {(e.subject.id, e.predicate, e.object.id) for e in graph.edges if e.claims[0].causal}
    assert {key for key, edge in held.items() if edge == "causal"} == causal
    assert sum(edge == "association" for edge in held.values()) == len(graph.edges) - len(causal)


def test_lines_end_as_rfc_4180_wants(released):
    text = (released / "claims.csv").read_bytes()
    assert text.count(b"\r\n") == len(rows_of(released)) + 1
    assert text.endswith(b"\r\n")


def test_an_empty_graph_still_has_its_header(tmp_path):
    files = bundle(World(entities=["a"]).load(tmp_path / "world")).files
    assert files["claims.csv"].decode().strip().split(",") == list(COLUMNS)
