"""Loading, bad data, saving: whole or not at all, and a message that says where and what to do. On disk: tests/store."""

from __future__ import annotations

import hashlib
import shutil

import pytest
from worlds import PREFIXES, World

import kg
from kg.errors import FileProblem, InvalidData
from kg.schema import ontology_folder
from kg.store import EDITED, Dataset, graph_node


@pytest.fixture
def folder(tmp_path):
    return World(claims=[("a", "increases", "b"), ("b", "decreases", "c")]).write(tmp_path / "world")


BAD = {
    "broken Turtle": ("claims/x.ttl", 'claim:x a ckg:Claim ;\n  ckg:subject "open .\n', r"claims/x\.ttl:\d+", "not valid Turtle"),
    "unknown predicate": (
        "claims/x.ttl",
        "\nclaim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:boosts ; ckg:object entity:b ; ckg:source source:s1 .\n",
        r"claims/x\.ttl:9: claim:x", "unknown predicate ckg:boosts",
    ),
    "dangling entity": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:ghost ; ckg:predicate ckg:increases ; ckg:object entity:b ; ckg:source source:s1 .\n",
        r"claims/x\.ttl:8: claim:x", "names entity:ghost, which is nowhere defined",
    ),
    "no source": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b .\n",
        r"claims/x\.ttl:8: claim:x", "has no source",
    ),
    "unknown source": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b ; ckg:source source:no .\n",
        r"claims/x\.ttl:8", "source:no",
    ),
    "misspelt property": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b ; "
        "ckg:source source:s1 ; ckg:certanity ckg:known .\n",
        r"claims/x\.ttl:8", "unknown property ckg:certanity",
    ),
    "unknown certainty": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b ; "
        "ckg:source source:s1 ; ckg:certainty ckg:sure .\n",
        r"claims/x\.ttl:8", "unknown certainty 'sure'",
    ),
    "two sources": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b ; "
        "ckg:source source:s1, source:s2 .\nsource:s2 a ckg:Source ; rdfs:label \"s2\" .\n",
        r"claims/x\.ttl:8", "2 values of ckg:source",
    ),
    "half an anchor": (
        "claims/x.ttl",
        "claim:x a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:increases ; ckg:object entity:b ; "
        "ckg:source source:s1 ; ckg:start 5 .\n",
        r"claims/x\.ttl:8", "the place is not whole",
    ),
    "no type": ("claims/x.ttl", 'claim:x rdfs:label "x" .\n', r"claims/x\.ttl:8", "no known type"),
    "entity without label": ("entities/x.ttl", "entity:x a ckg:Protein .\n", r"entities/x\.ttl:8", "has no label"),
    "entity of two kinds": (
        "entities/x.ttl", 'entity:x a ckg:Protein, ckg:Drug ; rdfs:label "x" .\n', r"entities/x\.ttl:8", "has 2 kinds"
    ),
    "dangling link": (
        "entities/x.ttl", 'entity:x a ckg:Protein ; rdfs:label "x" ; ckg:broader entity:no .\n', r"entities/x\.ttl:8",
        "ckg:broader names entity:no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_data_are_refused_with_file_line_and_remedy(folder, name):
    file, text, place, message = BAD[name]
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(PREFIXES + text)
    with pytest.raises(InvalidData, match=place) as caught:
        kg.open(folder)
    assert message in str(caught.value)
    problem = caught.value.problems[0]
    assert problem.remedy
    assert problem.line


@pytest.mark.parametrize("content", [b"", b"   \n", b"\x00\x01\xff\xfe\x80", "@prefix é".encode("latin-1")])
def test_empty_and_binary_files_are_refused(folder, content):
    (folder / "claims" / "x.ttl").write_bytes(content)
    with pytest.raises(InvalidData, match=r"claims/x\.ttl"):
        kg.open(folder)


def test_every_problem_is_listed(folder):
    (folder / "claims" / "x.ttl").write_text(PREFIXES + "claim:x a ckg:Claim .\n")
    with pytest.raises(InvalidData) as caught:
        kg.open(folder)
    assert [p.message for p in caught.value.problems] == [
        "has no object.", "has no predicate.", "has no source.", "has no subject."
    ]  # fmt: skip
    assert "3 more problems" in str(caught.value)


def test_a_folder_of_ones_own_uses_the_shipped_schema(folder):
    graph = kg.open(folder)
    assert graph.trace("a", "c").verdict == "decreases"
    assert "increases" in graph.schema.predicates


@pytest.mark.parametrize("where", ["missing", "empty"])
def test_nothing_to_read(tmp_path, where):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileProblem):
        kg.open(tmp_path / where)


def test_an_address_where_nobody_answers():
    with pytest.raises(FileProblem, match="cannot be reached"):
        kg.open("http://127.0.0.1:1/sparql")


def test_a_store_on_disk_answers_like_the_folder(folder, tmp_path):
    graph = kg.open(folder)
    graph.save(tmp_path / "store")
    stored = kg.open(tmp_path / "store")
    assert stored.version == graph.version
    assert stored.trace("a", "c").to_dict() == graph.trace("a", "c").to_dict()
    assert kg.open(tmp_path / "store").version == graph.version  # two readers at once
    query = "SELECT ?o WHERE { <https://w3id.org/calciphylaxis-kg/entity/a#up> ckg:next+ ?o } ORDER BY ?o"
    assert stored.sparql(query).rows == graph.sparql(query).rows


def test_saving_replaces_only_a_store_and_only_with_force(folder, tmp_path):
    graph = kg.open(folder)
    graph.save(tmp_path / "store")
    with pytest.raises(FileProblem, match="exists"):
        graph.save(tmp_path / "store")
    graph.save(tmp_path / "store", force=True)
    with pytest.raises(FileProblem, match="not a store"):
        graph.save(folder, force=True)
    assert (folder / "entities.ttl").is_file()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_saving_where_nothing_can_be_written(folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileProblem, match="Cannot write"):
        kg.open(folder).save(tmp_path / "file" / "store")


def test_the_digest_depends_on_the_data_alone(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    dataset = Dataset.load(folder)
    assert dataset.digest == Dataset.load(tmp_path / "copy").digest
    quads = (q for role in EDITED for q in dataset.store.quads_for_pattern(None, None, None, graph_node(role)))
    assert dataset.digest == hashlib.sha256("\n".join(sorted(map(str, quads))).encode()).hexdigest()
    claims = tmp_path / "copy" / "claims" / "all.ttl"
    claims.write_text(claims.read_text().replace("ckg:decreases", "ckg:increases"))
    assert Dataset.load(folder).digest != Dataset.load(tmp_path / "copy").digest


def test_locate_points_at_the_line_of_the_block(graph):
    dataset = Dataset.load(ontology_folder())
    for iri in (graph.claim("nazir-2015-32").iri, graph.find("OPG").iri, graph.source("nazir-2015").iri):
        file, line = dataset.locate(iri)
        text = (ontology_folder() / file).read_text().splitlines()[line - 1]
        assert text.split(" ")[0].split(":")[1] == iri.rsplit("/", 1)[1]
