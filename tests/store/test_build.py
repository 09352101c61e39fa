"""Loading RDF of any size: every format, every graph in its place, the same data as from a folder, or nothing at all."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import random

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize
from stores import WHOLE, left_in, statements
from worlds import PREFIXES, World, random_world

import kg
from kg.errors import FileProblem, InvalidData, UsageError
from kg.release import release
from kg.schema import CKG, ontology_folder
from kg.store import DERIVED, EDITED, Dataset, graph_node, ordering

PLAIN = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}
NAMED = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD}


def edited(dataset):
    """The statements of the graphs that people edit."""
    return [q for role in EDITED for q in dataset.store.quads_for_pattern(None, None, None, graph_node(role))]


def write(file, items):
    """Write triples or quads in the format that the ending of a file tells, gzipped if it says so."""
    name = file.name.removesuffix(".gz")
    form = (PLAIN | NAMED)[name[name.index(".") :]]
    data = serialize(items, format=form)
    file.write_bytes(gzip.compress(data) if file.name.endswith(".gz") else data)
    return file


def same(store, folder):
    """Whether a store holds what a folder of Turtle gives, and says so."""
    assert statements(store) == statements(folder)
    assert store.digest == folder.digest
    assert sum(store.generation.state.graphs.values()) == len(folder.store)
    return True


# --- the same data, whatever they come from ---------------------------------------------------------------------------


@pytest.mark.parametrize("gz", ["", ".gz"])
@pytest.mark.parametrize("ending", [*PLAIN, *NAMED])
def test_every_format_gives_the_data_of_the_folder(ending, gz, new, tmp_path):
    dataset = Dataset.load(new)
    items = edited(dataset) if ending in NAMED else [quad.triple for quad in edited(dataset)]
    file = write(tmp_path / f"all{ending}{gz}", items)
    assert same(Dataset.build([file], tmp_path / "store"), dataset)


def test_endings_may_be_in_capitals_and_owl_is_rdf_xml(new, tmp_path):
    file = write(tmp_path / "all.rdf", [quad.triple for quad in edited(Dataset.load(new))])
    file = file.rename(tmp_path / "ALL.OWL")
    assert same(Dataset.build([file], tmp_path / "store"), Dataset.load(new))


def test_a_folder_of_turtle_gives_itself(new, tmp_path):
    assert same(Dataset.build([new], tmp_path / "store"), Dataset.load(new))
    assert kg.open(tmp_path / "store").trace("a", "c").to_dict() == kg.open(new).trace("a", "c").to_dict()


def test_the_shipped_data_as_loose_triples_find_their_graphs_again(graph, tmp_path):
    file = write(tmp_path / "all.nt.gz", [quad.triple for quad in edited(graph.dataset)])
    store = Dataset.build([file], tmp_path / "store")
    assert same(store, graph.dataset)
    assert kg.open(tmp_path / "store").version == graph.version


def test_a_release_gives_the_data_it_was_made_of(new, tmp_path):
    release(kg.open(new), tmp_path / "release")
    assert same(Dataset.build([tmp_path / "release"], tmp_path / "store"), Dataset.load(new))


@pytest.mark.parametrize("seed", range(5))
def test_loose_files_of_any_cut_give_the_data_of_the_folder(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(ordering, "CHUNK", 300)
    dataset = Dataset.load(random_world(seed).write(tmp_path / "world"))
    rng = random.Random(seed)
    files = []
    for number, ending in enumerate([*PLAIN, *NAMED]):
        some = [quad for quad in edited(dataset) if rng.random() < 0.4 or number == seed % 5]
        rng.shuffle(some)
        items = some if ending in NAMED else [quad.triple for quad in some]
        files.append(write(tmp_path / f"{number}{ending}{rng.choice(['', '.gz'])}", items))
    assert same(Dataset.build(files, tmp_path / "store"), dataset)


# --- which graph ------------------------------------------------------------------------------------------------------


def graph_of(store, subject):
    """The roles of the graphs in which a subject stands."""
    names = {q.graph_name.value for q in store.store.quads_for_pattern(NamedNode(subject), None, None, None)}
    return {name.rsplit("/", 1)[1] for name in names}


def build(tmp_path, text, *more):
    """A store of one Turtle file."""
    (tmp_path / "x.ttl").write_text(PREFIXES + text)
    return Dataset.build([tmp_path / "x.ttl", *more], tmp_path / "store", force=True)


@pytest.mark.parametrize(
    ("block", "role"),
    [
        ("entity:x a ckg:Protein .", "entities"),
        ("<http://identifiers.org/hgnc/1> a skos:Concept .", "entities"),
        ("entity:x a ckg:Protien .", "entities"),
        ('entity:x rdfs:label "untyped" .', "entities"),
        ("claim:x a ckg:Claim .", "claims"),
        ("entity:x a ckg:Claim, ckg:Protein .", "claims"),
        ("dispute:x a ckg:Dispute .", "claims"),
        ("source:x a ckg:Source .", "sources"),
        ("<urn:case> a ckg:Case .", "cases"),
        ("<urn:fact> a ckg:Fact .", "cases"),
        ("<urn:question> a ckg:Question .", "schema"),
        ("<urn:term> a ckg:ForeignTerm .", "schema"),
        ("<urn:property> a <http://www.w3.org/2002/07/owl#ObjectProperty> .", "schema"),
        ("ckg:list-1 rdfs:label 'x' .", "schema"),
        ("entity:x a ckg:Protein, <http://www.w3.org/2002/07/owl#NamedIndividual> .", "entities"),
    ],
)
def test_a_plain_triple_goes_where_the_type_of_its_subject_belongs(block, role, tmp_path):
    store = build(tmp_path, f"entity:other a ckg:Protein .\n{block}\n")
    prefix, name = block.split(" ")[0].split(":", 1)
    subject = store.schema.prefixes.get(prefix, f"{prefix}:") + name
    assert graph_of(store, subject.strip("<>")) == {role}


def test_a_type_may_stand_in_another_file_than_the_rest(tmp_path):
    (tmp_path / "type.nt").write_text(f"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{CKG}Claim> .\n")
    store = build(tmp_path, 'entity:a a ckg:Protein .\n<urn:x> rdfs:label "x" .\n', tmp_path / "type.nt")
    assert graph_of(store, "urn:x") == {"claims"}


def test_a_misspelt_kind_is_found_when_the_store_is_opened(tmp_path):
    build(tmp_path, 'entity:x a ckg:Protien ; rdfs:label "x" .\n')
    with pytest.raises(InvalidData, match="no known type"):
        kg.open(tmp_path / "store")


def test_a_graph_of_ones_own_stays_for_sparql_and_is_no_part_of_the_digest(new, tmp_path):
    own = Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b"), NamedNode("urn:mine"))
    store = Dataset.build([new, write(tmp_path / "own.nq", [own])], tmp_path / "store")
    assert own in store.store
    assert store.digest == Dataset.load(new).digest
    assert store.generation.state.graphs["urn:mine"] == 1
    assert kg.open(tmp_path / "store").sparql("SELECT ?o { <urn:a> <urn:p> ?o }").rows
    assert kg.open(tmp_path / "store").version == kg.open(new).version


def test_what_stands_in_a_derived_graph_is_made_anew(new, tmp_path):
    stray = Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b"), graph_node("direct"))
    assert same(Dataset.build([new, write(tmp_path / "x.nq", [stray])], tmp_path / "store"), Dataset.load(new))


def test_a_statement_in_two_graphs_stays_in_both(new, tmp_path):
    label = next(iter(Dataset.load(new).store.quads_for_pattern(None, None, None, graph_node("entities"))))
    twice = Quad(label.subject, label.predicate, label.object, graph_node("claims"))
    store = Dataset.build([new, write(tmp_path / "x.nq", [twice])], tmp_path / "store")
    assert {label, twice} <= set(store.store)
    assert store.digest == Dataset(store.store, store.schema, new).digest


def test_the_schema_is_ours_unless_the_files_define_predicates(new, tmp_path):
    shipped = Dataset.build([new], tmp_path / "store")
    assert shipped.schema == Dataset.load(new).schema
    text = (ontology_folder() / "schema.ttl").read_text().replace("calciphylaxis mechanisms", "something else")
    (tmp_path / "own.ttl").write_text(text)
    own = Dataset.build([new, tmp_path / "own.ttl"], tmp_path / "store", force=True)
    assert own.schema.title != shipped.schema.title
    assert "something else" in own.schema.title


def test_the_rules_of_the_first_folder_that_has_some_are_run(new, tmp_path):
    (new / "derive").mkdir()
    for role in DERIVED:
        rule = "CONSTRUCT { ?claim ckg:seen 'yes' } WHERE { ?claim a ckg:Claim }"
        (new / "derive" / f"{role}.rq").write_text(rule)
    assert same(Dataset.build([new], tmp_path / "store"), Dataset.load(new))
    (new / "derive" / "signed.rq").write_text("CONSTRUCT { ?s ?p ?o } WHERE { nonsense")
    with pytest.raises(InvalidData, match=r"derive/signed\.rq"):
        Dataset.build([new], tmp_path / "store", force=True)


def test_derived_graphs_are_there_even_when_nothing_is_in_them(tmp_path):
    store = build(tmp_path, 'entity:x a ckg:Protein ; rdfs:label "x" .\n')
    kg.open(tmp_path / "store").save(tmp_path / "saved")
    for dataset in (store, Dataset.open(tmp_path / "saved")):
        assert {graph_node(role) for role in DERIVED} <= set(dataset.store.named_graphs())


# --- the digest -------------------------------------------------------------------------------------------------------


ODD = """
entity:x a ckg:Protein ; rdfs:label "a\\ttab", "a\\nline", "a\\rreturn", "\\u2028", "ä", "ä"@de, "x"@EN-gb, "x"@en ;
    rdfs:comment "01"^^<http://www.w3.org/2001/XMLSchema#integer>, "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>,
        "1"^^<http://www.w3.org/2001/XMLSchema#boolean>, true, 1e3, "1000"^^<http://www.w3.org/2001/XMLSchema#double>,
        "2020-01-01T24:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>, "x"^^<urn:type>, <<( entity:x a 007 )>> .
entity:x1 a ckg:Protein . entity:x-1 a ckg:Protein . <https://w3id.org/calciphylaxis-kg/entity/x/1> a ckg:Protein .
"""


def test_the_digest_is_of_what_the_store_gives_back_and_that_of_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(ordering, "CHUNK", 100)
    store = build(tmp_path, ODD)
    lines = sorted(map(str, edited(store)))
    assert store.digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    folder = World(entities=["x"]).write(tmp_path / "world")
    (folder / "entities.ttl").write_text(PREFIXES + ODD)
    (folder / "sources.ttl").unlink()
    assert same(store, Dataset.load(folder))


def test_the_order_of_files_and_repetition_do_not_matter(new, tmp_path):
    (tmp_path / "a.nt").write_text("<urn:a> <urn:p> <urn:b> .\n" * 3)
    (tmp_path / "b.nt").write_text("<urn:a> <urn:p> <urn:c> .\n")
    one, two = tmp_path / "a.nt", tmp_path / "b.nt"
    orders = [*itertools.permutations([new, one, two]), [one, new, one, two, one, new]]
    assert len({Dataset.build(order, tmp_path / "s", force=True).digest for order in orders}) == 1


# --- what is broken ---------------------------------------------------------------------------------------------------


GOOD = "<urn:a> <urn:p> <urn:b> .\n"
XML = '<?xml version="1.0"?>\n<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#">\n'
BODY = '<r:Description r:about="urn:a"><e:p>x</e:p></r:Description>\n'
BROKEN = {
    "syntax in N-Triples": ("x.nt", (GOOD * 3 + '<urn:a> <urn:p> "open .\n').encode(), 4, "not valid N-Triples"),
    "syntax in Turtle": ("x.ttl", (GOOD * 2 + "<urn:a> <urn:p> nonsense .\n").encode(), 3, "not valid Turtle"),
    "syntax in N-Quads": ("x.nq", (GOOD + "<urn:a> <p> <urn:b> .\n").encode(), 2, "not valid N-Quads"),
    "syntax in TriG": ("x.trig", (GOOD + "<urn:g> {\n <urn:a> <urn:p> }\n").encode(), 3, "not valid TriG"),
    "syntax in XML": ("x.rdf", (XML + BODY + "<e:x></e:y></r:RDF>").encode(), 4, "not valid RDF/XML: mismatched tag"),
    "XML that breaks off": ("x.rdf", (XML + BODY * 2).encode(), 5, "not valid RDF/XML: no element found"),
    "XML with a relative IRI": ("x.rdf", (XML + BODY.replace("urn:a", "a") + "</r:RDF>").encode(), 0, "IRI 'a'"),
    "not UTF-8": ("x.nt", (GOOD * 2).encode() + b'<urn:a> <urn:p> "\xff" .\n', 3, "not a text file in UTF-8"),
    "XML in Latin-1": ("x.rdf", XML.replace("?>", ' encoding="ISO-8859-1"?>').encode(), 0, "not a text file in UTF-8"),
    "gz that breaks off": ("x.nt.gz", gzip.compress((GOOD * 9).encode())[:-4], 10, "compression breaks off"),
    "gz that is damaged": (
        "x.nt.gz",
        gzip.compress((GOOD * 9).encode())[:-8] + b"\0" * 8,
        10,
        "compression is damaged",
    ),
    "gz that is none": ("x.nt.gz", GOOD.encode(), 1, "compression is damaged (Not a gzipped file"),
    "gz by content only": ("x.nt", gzip.compress(GOOD.encode()), 1, "not valid N-Triples"),
    "empty": ("x.nt", b"", 0, "the file is empty"),
    "blank": ("x.ttl", b" \n\n", 0, "the file is empty"),
    "empty gz": ("x.nt.gz", gzip.compress(b""), 0, "the file is empty"),
    "empty XML": ("x.rdf", b"", 0, "the file is empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_line_and_all_stays_as_it_was(name, store, old, new, tmp_path):
    file, content, line, message = BROKEN[name]
    (tmp_path / file).write_bytes(content)
    with pytest.raises(InvalidData) as caught:
        Dataset.build([new, tmp_path / file], store, force=True)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == (str(tmp_path / file), line)
    assert message in problem.message
    assert problem.remedy
    assert left_in(store) == WHOLE
    assert statements(Dataset.open(store)) == statements(Dataset.load(old))


def test_a_broken_file_leaves_nothing_where_nothing_was(tmp_path):
    (tmp_path / "x.nt").write_text("nonsense")
    with pytest.raises(InvalidData):
        Dataset.build([tmp_path / "x.nt"], tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("seed", range(10))
def test_a_file_cut_anywhere_is_refused_or_ends_between_statements(seed, new, tmp_path):
    rng = random.Random(seed)
    items = edited(Dataset.load(new))
    file = write(tmp_path / f"x{rng.choice(['.nq', '.nq.gz', '.trig'])}", rng.sample(items, 300))
    data = file.read_bytes()
    file.write_bytes(data[: rng.randrange(1, len(data) - 2)])
    try:
        store = Dataset.build([new, file], tmp_path / "store")
    except InvalidData as refused:
        found = refused.problems[0].file
        assert found == str(file)
    else:
        assert not file.name.endswith(".gz")
        assert same(store, Dataset.load(new))


def test_a_missing_file_an_unknown_ending_and_a_store_are_refused_before_anything_is_read(store, new, tmp_path):
    (tmp_path / "broken.nt").write_text("nonsense")
    (tmp_path / "data.csv").write_text("a,b\n")
    for file, error, message in (
        (tmp_path / "nowhere.nt", FileProblem, "No file"),
        (tmp_path / "data.csv", UsageError, r"\.ttl, \.nt, \.nq, \.trig"),
        (store, UsageError, "is an on-disk store already"),
        (tmp_path, FileProblem, "holds no knowledge graph.*kg import FILE --to FOLDER"),
    ):
        with pytest.raises(error, match=message):
            Dataset.build([tmp_path / "broken.nt", file], tmp_path / "fresh")
    with pytest.raises(UsageError, match="at least one file"):
        Dataset.build([], tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()


def test_a_file_that_cannot_be_read(store, new, tmp_path, monkeypatch):
    (tmp_path / "x.nt").write_text(GOOD)
    opened = type(tmp_path).open

    def refuse(path, *arguments, **named):
        if path.name == "x.nt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(type(tmp_path), "open", refuse)
    with pytest.raises(FileProblem, match=r"Cannot read .*x\.nt: Permission denied"):
        Dataset.build([new, tmp_path / "x.nt"], store, force=True)


def test_files_without_an_entity_or_a_claim_are_no_knowledge_graph(tmp_path):
    (tmp_path / "x.ttl").write_text(PREFIXES + "source:x a ckg:Source .\n")
    with pytest.raises(FileProblem, match="no entity and no claim"):
        Dataset.build([tmp_path / "x.ttl"], tmp_path / "store")
    assert not (tmp_path / "store").exists()


# --- bounded memory ---------------------------------------------------------------------------------------------------


def test_no_more_statements_are_held_than_fit_into_a_chunk(new, tmp_path, monkeypatch):
    held = []
    batches = ordering.batches

    def counting(items):
        for batch in batches(items):
            held.append(len(batch))
            yield batch

    for module in ("ordering", "build"):
        monkeypatch.setattr(f"kg.store.{module}.batches", counting)
    monkeypatch.setattr(ordering, "CHUNK", 50)
    monkeypatch.setattr("kg.store.rules.constructed", lambda *_: pytest.fail("a whole derived graph was held"))
    assert same(Dataset.build([new], tmp_path / "store"), Dataset.load(new))
    assert max(held) == 50
    assert sum(held) > 3 * 2_000


def test_progress_is_told_from_the_first_byte_to_the_last_rule(new, tmp_path):
    (tmp_path / "more.nt").write_text("<urn:a> <urn:p> <urn:b> .\n" * 5_000)
    told = []
    Dataset.build([new, tmp_path / "more.nt"], tmp_path / "store", progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(what for what, _, _ in told)) == ["reading", "storing", "deriving"]
    for what in ("reading", "storing", "deriving"):
        done = [number for name, number, _ in told if name == what]
        assert done == sorted(done)
        assert all(number <= total for name, number, total in told if name == what)
    size = sum(file.stat().st_size for file in [*new.rglob("*.ttl"), tmp_path / "more.nt"])
    assert max(step for step in told if step[0] == "reading")[1:] == (size, size)
