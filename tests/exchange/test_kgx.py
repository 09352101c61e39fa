"""KGX: every row by the rules of Biolink itself, the same signs on a large graph, and files of others read whole or told."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from biolinkrules import Biolink
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import World

import kg
from kg.errors import FileProblem, InvalidData, UsageError
from kg.exchange import read as read_files
from kg.exchange.content import standing
from kg.exchange.forms.biolink import ORDER
from kg.foreign import QUALIFIERS, Signs
from kg.graph import read
from kg.schema import shipped_schema

STANDINGS = [
    ("a", "increases", "b"), ("a", "decreases", "b", {"certainty": "ckg:refuted"}), ("a", "has-no-effect-on", "c"),
    ("a", "increases", "c", {"certainty": "ckg:refuted"}), ("a", "not-associated-with", "d"),
    ("b", "decreases", "d", {"status": "ckg:retracted"}), ("cure", "treats-or-prevents", "d"),
    ("care", "treats-or-prevents", "d", {"species": "ckg:mouse", "tissue": "ckg:vessel"}), ("c", "affects", "d"),
    ("air", "treats-or-prevents", "d"), ("b", "causes", "d"), ("b", "contributes-to", "d"),
    ("b", "positively-associated-with", "d"), ("b", "negatively-associated-with", "d"),
]  # fmt: skip
KINDS = {"d": "Disease", "cure": "Drug", "care": "Procedure", "air": "Exposure", "c": "Process"}


def rows(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / f"g_{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, graph: kg.KnowledgeGraph) -> Path:
    folder = tmp_path_factory.mktemp("kgx")
    for form in ("tsv", "jsonl"):
        graph.export(folder / f"g_edges.{form}")
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[kg.KnowledgeGraph, Path]:
    folder = tmp_path_factory.mktemp("world")
    graph = World(claims=STANDINGS, kinds=KINDS, links=[("c", "broader", "b"), ("c", "readout-of", "d")]).load(folder)
    for form in ("tsv", "jsonl"):
        graph.export(folder / "g", f"kgx-{form}")
    return graph, folder


@pytest.fixture(scope="module")
def biolink() -> Biolink:
    return Biolink()


# --- by the rules of Biolink ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["written", "world"])
def test_every_node_and_edge_is_as_the_biolink_model_wants_it(which, request, biolink):
    found = request.getfixturevalue(which)
    folder = found if isinstance(found, Path) else found[1]
    nodes, edges = rows(folder, "nodes"), rows(folder, "edges")
    categories = {row["id"]: row["category"] for row in nodes}
    assert len(categories) == len(nodes)
    assert len({row["id"] for row in edges}) == len(edges)
    wrong = Counter(f for row in nodes for f in biolink.node(row))
    wrong += Counter(f for row in edges for f in biolink.edge(row, categories))
    assert wrong == {}


def test_few_nodes_have_identifiers_that_biolink_does_not_list_for_their_category(written, biolink):
    odd = Counter(prefix for row in rows(written, "nodes") if (prefix := biolink.odd_prefix(row)))
    assert odd == {
        "FPLX": 1,
        "PATO": 1,
        "MESH": 1,
    }  # of a complex, a population and a process: better than no shared name


def test_the_order_of_identifiers_is_that_of_biolink(biolink):
    for category, ours in ORDER.items():
        listed = dict.fromkeys(biolink.classes[biolink.by_name[f"biolink:{category}"]]["id_prefixes"])
        assert [prefix for prefix in listed if prefix in ours] == list(ours), category


def test_each_claim_is_read_as_what_it_is_by_the_table_of_foreign_terms(world):
    graph, folder = world
    claims = {claim.id: claim for claim in graph.claims()}
    signs = Signs(shipped_schema())
    for row in rows(folder, "edges"):
        if row["id"].startswith("claim:"):
            claim = claims[row["id"].removeprefix("claim:")]
            told = {
                name: str(row[name]).lower() if name == "negated" else row[name] for name in QUALIFIERS if name in row
            }
            meaning = signs.read(row["predicate"], told)
            null = standing(claim) in ("null result", "refuted")
            assert row["negated"] == null
            assert (meaning.sign, meaning.unsure) == (None if null else claim.sign, ""), claim
    assert len([row for row in rows(folder, "edges") if row["id"].startswith("claim:")]) == len(STANDINGS) - 1


def test_what_treats_in_animals_or_is_no_treatment_for_biolink_is_said_so(world):
    said = {row["subject"]: row for row in rows(world[1], "edges") if row["ckg_predicate"] == "treats-or-prevents"}
    assert said["entity:cure"]["predicate"] == "biolink:treats"
    assert said["entity:care"]["predicate"] == "biolink:beneficial_in_models_for"
    assert said["entity:care"]["species_context_qualifier"] == "NCBITaxon:10090"
    assert said["entity:care"]["anatomical_context_qualifier"] == ["UBERON:0001981"]
    assert (said["entity:air"]["predicate"], said["entity:air"]["object_direction_qualifier"]) == (
        "biolink:affects",
        "decreased",
    )


def test_publications_are_the_works_that_speak_for_a_claim(written, graph):
    said = {row["id"]: row for row in rows(written, "edges")}
    names = {row["ckg_id"]: row["id"] for row in rows(written, "nodes") if row["ckg_kind"] == "Source"}
    for claim in graph.claims():
        assert said[f"claim:{claim.id}"]["publications"] == [names[w.id] for w in claim.cites or (claim.source,)]


# --- on a large graph -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["tsv", "jsonl"])
def test_a_large_graph_has_the_same_signs_and_no_plain_edge_for_what_is_null_or_refuted(written, graph, form):
    large = kg.open(written / f"g_nodes.{form}", written / f"g_edges.{form}")
    names = {row["id"]: row["ckg_id"] for row in rows(written, "nodes")}

    def said(claims):
        return Counter(
            (names.get(c.subject.id, c.subject.id), c.sign, c.causal, names.get(c.object.id, c.object.id))
            for c in claims
        )

    assert said(large.claims()) == said(graph.claims())
    assert not large.report.unmapped
    assert not large.report.unsure
    for options in ({"definitions": False}, {"definitions": False, "sign": -1, "max_steps": 3}):
        one = graph.trace("warfarin", "calciphylaxis", **options)
        two = large.trace("warfarin", "calciphylaxis", **options)
        plain = [[str(p) for p in t.paths if all(s.kind == "claim" for s in p.steps)] for t in (one, two)]
        assert sorted(plain[0]) == sorted(plain[1])


def test_refuted_and_null_claims_make_no_step_of_a_large_graph(world):
    large = kg.open(world[1] / "g_nodes.tsv", world[1] / "g_edges.tsv")
    assert {str(p) for p in large.trace("a", "b").paths} == {"a → b"}
    assert large.trace("a", "c").verdict == "no path"
    assert [c.predicate for c in large.trace("a", "c").beside] == ["has-no-effect-on"] * 2


# --- files of other programs ----------------------------------------------------------------------------------------

NODES = [
    {"id": "CHEBI:1", "name": "drug | one", "category": ["biolink:Drug"], "synonym": ["d1"], "xref": ["MESH:D1", "no curie"],
     "equivalent_identifiers": ["UNII:X"], "description": "a drug", "taxon": "x"},
    {"id": "MONDO:2", "name": "sickness", "category": ["biolink:NamedThing", "biolink:Disease"]},
    {"id": "MONDO:2", "name": "another name", "category": ["biolink:Disease"]},
    {"name": "nameless"},
]  # fmt: skip
EDGES = [
    {"subject": "CHEBI:1", "predicate": "biolink:treats", "object": "MONDO:2", "publications": ["PMID:1", "PMID:2"],
     "primary_knowledge_source": "infores:x", "knowledge_level": "prediction", "species_context_qualifier": "NCBITaxon:9606",
     "anatomical_context_qualifier": ["UBERON:0002097"]},
    {"subject": "CHEBI:1", "predicate": "biolink:affects", "object": "HGNC:3", "qualified_predicate": "biolink:causes",
     "object_direction_qualifier": "decreased", "object_aspect_qualifier": "abundance"},
    {"subject": "CHEBI:1", "predicate": "biolink:causes", "object": "MONDO:2", "negated": True},
    {"subject": "CHEBI:1", "predicate": "biolink:part_of", "object": "MONDO:2"},
    {"subject": "CHEBI:1", "predicate": "x:zaps", "object": "MONDO:2", "agent_type": "manual_agent"},
    {"subject": "MONDO:2", "predicate": "biolink:caused_by", "object": "CHEBI:1", "negated": "perhaps"},
    {"subject": "CHEBI:1", "object": "MONDO:2"},
    {"subject": "CHEBI:1", "predicate": "biolink:subclass_of", "object": "CHEBI:1"},
]  # fmt: skip


def lines(records: list[dict]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def tsv(records: list[dict]) -> str:
    names = list(dict.fromkeys(name for record in records for name in record))

    def cell(value: object) -> str:
        return "|".join(value) if isinstance(value, list) else str(value)

    body = ["\t".join(cell(record.get(name, "")) for name in names) for record in records]
    return "\n".join(["\t".join(names), *body]) + "\n"


def packed(file: Path, parts: dict[str, str]) -> Path:
    if file.suffix == ".zip":
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return file
    with tarfile.open(file, "w:gz") as archive:
        for name, content in parts.items():
            told = tarfile.TarInfo(name)
            told.size = len(content.encode())
            archive.addfile(told, io.BytesIO(content.encode()))
    return file


def foreign(folder: Path, form: str) -> list[Path]:
    text = tsv if "tsv" in form else lines
    parts = {
        "x/y_nodes." + ("tsv" if text is tsv else "jsonl"): text(NODES),
        "x/y_edges." + ("tsv" if text is tsv else "jsonl"): text(EDGES),
    }
    if form == "json":
        (folder / "x.kgx.json").write_text(json.dumps({"nodes": NODES, "edges": EDGES}, indent=1), "utf-8")
        return [folder / "x.kgx.json"]
    if form.endswith(("zip", "tar.gz")):
        return [packed(folder / f"x{form[form.index('.') :]}", parts | {"x/README": "about"})]
    for name, content in parts.items():
        with (gzip.open if form.endswith(".gz") else open)(
            folder / f"{Path(name).name}{'.gz' if form.endswith('.gz') else ''}", "wt"
        ) as file:
            file.write(content)
    return [next(file for file in folder.iterdir() if "edges" in file.name)]


@pytest.mark.parametrize("form", ["tsv", "jsonl", "json", "tsv.gz", "tsv.tar.gz", "jsonl.zip"])
def test_a_foreign_graph_is_read_alike_in_every_form_and_each_loss_has_its_line(tmp_path, form):
    graph = read(*foreign(tmp_path, form))
    said = {(c.subject.label, c.predicate, c.object.label): c for c in graph.claims()}
    assert sorted(said) == [
        ("drug | one", "affects", "sickness"),
        ("drug | one", "decreases", "HGNC:3"),
        ("drug | one", "has-no-effect-on", "sickness"),
        ("drug | one", "treats-or-prevents", "sickness"),
    ]
    treats = said["drug | one", "treats-or-prevents", "sickness"]
    assert (treats.certainty, treats.species, treats.tissue, treats.basis) == (
        "hypothesized",
        "human",
        "skin",
        "inference",
    )
    assert [work.pmid for work in treats.cites] == ["1", "2"]
    assert treats.source.citation == "infores:x"
    drug = graph.find("drug | one")
    assert (drug.kind, drug.matches, drug.close, drug.synonyms) == (
        "Drug",
        ("CHEBI:1", "UNII:X"),
        ("MESH:D1",),
        ("d1",),
    )
    assert graph.find("sickness").kind == "Disease"
    lost = {(loss.what, loss.why.split(":")[0]): loss for loss in graph.report.losses}
    for what in (
        ("nodes", "without an id"), ("edges", "without subject, predicate or object"), ("identifiers", "'no curie' is no CURIE"),
        ("repeated descriptions of an entity", "the first one is kept"), ("statements", "biolink"),
        ("descriptions of nodes", "no node has the id 'HGNC"), ("definitional links", "of an entity to itself"),
        ("cells", "no place in the model for the column taxon of nodes"),
        ("cells", "no place in the model for the column agent_type of edges"),
    ):  # fmt: skip
        assert what in lost, what
        assert what[0] == "cells" or "line " in lost[what].place


def test_a_large_graph_and_an_imported_one_read_the_same_claims(tmp_path):
    edges = foreign(tmp_path, "tsv")[0]
    large, small = kg.open(edges), read(edges)

    def said(graph):
        return sorted(
            (c.subject.label, c.predicate, c.object.label, c.certainty or "", c.species or "") for c in graph.claims()
        )

    assert said(large) == said(small)


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ("", "subject\tpredicate\tobject\n", r"x_nodes.tsv.*line 1.*empty|x_nodes.tsv:1.*empty"),
        ("name\nx\n", "subject\tpredicate\tobject\n", "no column id"),
        ("id\nx\n", "subject\tobject\n", "no column predicate"),
        ("id\tid\nx\ty\n", "subject\tpredicate\tobject\n", "column id stands there twice"),
        ("id\tname\nx\n", "subject\tpredicate\tobject\n", r"nodes.tsv:2.*the row has 1 cells, the header 2"),
        ("id\nx\n", "subject\tpredicate\tobject\na\tb\tc\td\n", r"edges.tsv:2.*4 cells"),
        ("id\n\xe9\n", "subject\tpredicate\tobject\n", r"nodes.tsv:2.*UTF-8"),
        ("id\n", "subject\tpredicate\tobject\n", "without a single entity"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_line(tmp_path, nodes, edges, message):
    (tmp_path / "x_nodes.tsv").write_bytes(nodes.encode("latin-1"))
    (tmp_path / "x_edges.tsv").write_bytes(edges.encode("latin-1"))
    with pytest.raises(InvalidData, match=message):
        read(tmp_path / "x_nodes.tsv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.kgx.json", '{"nodes": [}', "no JSON"),
        ("x.kgx.json", '{"nodes": []}', "no list of nodes and one of edges"),
        ("x_nodes.jsonl", "[1]\n", "no JSON object"),
        ("x.zip", "no archive", "no sound archive"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path, name, content, message):
    (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / "x_edges.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises((InvalidData, FileProblem), match=message):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"x_nodes.tsv": "id\n"}, "a file of nodes and one of edges"),
        ({"a/x_nodes.tsv": "id\n", "b/x_nodes.tsv": "id\n"}, "several files of nodes"),
        ({"../x_nodes.tsv": "id\n"}, "leads out"),
        ({"x_nodes.tsv": "name\n"}, r"x.tar.gz/x_nodes.tsv:1.*no column id"),
    ],
)
def test_an_archive_that_is_no_graph_is_refused(tmp_path, parts, message):
    with pytest.raises(InvalidData, match=message):
        read(packed(tmp_path / "x.tar.gz", parts))


def test_of_two_forms_of_one_graph_in_a_folder_the_one_that_is_named_is_read(written, graph):
    for form in ("tsv", "jsonl"):
        report = kg.open(written / f"g_edges.{form}").report
        assert any(name == f"g_nodes.{form}" for name in report.ignored)
    assert len(read(written / "g_nodes.tsv")) == len(graph)


def test_one_file_without_the_other_is_told(tmp_path):
    (tmp_path / "x_nodes.tsv").write_text("id\n")
    with pytest.raises(FileProblem, match="no other beside it"):
        read(tmp_path / "x_nodes.tsv")
    with pytest.raises(UsageError, match="two files"):
        read(*[tmp_path / "x_nodes.tsv"] * 3)


# --- files of ours that somebody changed ----------------------------------------------------------------------------


def test_a_row_without_our_columns_makes_the_whole_file_a_foreign_one(world, tmp_path):
    folder = world[1]
    (tmp_path / "x_nodes.jsonl").write_bytes((folder / "g_nodes.jsonl").read_bytes())
    edges = [*rows(folder, "edges"), {"subject": "entity:a", "predicate": "biolink:causes", "object": "entity:c"}]
    (tmp_path / "x_edges.jsonl").write_text(lines(edges), "utf-8")
    graph = read(tmp_path / "x_nodes.jsonl")
    assert ("a", "causes", "c") in {(c.subject.label, c.predicate, c.object.label) for c in graph.claims()}
    assert any("ckg_predicate" in loss.why for loss in graph.report.losses)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=2),
    st.just({"a": [1]}), st.sampled_from(["refuted", "causal", "definition", "a b", "<", "entity:b", "broader", "x:1|y:2"]),
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_with_changed_values_is_read_with_losses_or_refused(world, tmp_path, data):
    of = {"ours": (rows(world[1], "nodes"), rows(world[1], "edges")), "others": (NODES, EDGES)}
    nodes, edges = ([dict(row) for row in part] for part in of[data.draw(st.sampled_from(sorted(of)))])
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from(nodes + edges))
        if row:
            key = data.draw(st.sampled_from(sorted(row)))
            value = data.draw(VALUES)
            row[key] = value
    (tmp_path / "x_nodes.jsonl").write_text(lines(nodes), "utf-8")
    (tmp_path / "x_edges.jsonl").write_text(lines(edges), "utf-8")
    try:
        read_files([tmp_path / "x_nodes.jsonl"])
    except (InvalidData, FileProblem):
        return
