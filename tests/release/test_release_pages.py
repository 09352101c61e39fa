"""Description, reference, schema card, figures: what they say is what the data hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF, SDO, VOID
from worlds import World

import kg
from kg.check import check
from kg.release.advice import EXAMPLES, PITFALLS
from kg.release.bundle import bundle
from kg.release.figures import figures
from kg.release.readme import REMEDY, figures_page
from kg.release.vocabulary import table
from kg.schema import VOCABULARIES, ontology_folder

pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # rdflib's own
DATASET = rdflib.URIRef("https://w3id.org/calciphylaxis-kg/dataset")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def description(released):
    return rdflib.Graph().parse(released / "dataset.ttl")


@pytest.fixture(scope="module")
def card(released):
    return json.loads((released / "schema-card.json").read_text("utf-8"))


# --- the description -----------------------------------------------------------------------------------------------


def test_the_description_is_the_same_in_turtle_and_json_ld(released, description):
    assert set(rdflib.Graph().parse(released / "dataset.jsonld", format="json-ld")) == set(description)


def test_the_description_counts_what_is_there(description, graph):
    def asked(query):
        return int(graph.sparql(query).rows[0][0])

    def stated(name):
        return int(description.value(DATASET, VOID[name]))

    assert stated("triples") == len(graph.dataset.store)
    everywhere = "SELECT (COUNT(DISTINCT ?{0}) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert stated("distinctSubjects") == asked(everywhere.format("s"))
    assert stated("distinctObjects") == asked(everywhere.format("o"))
    assert stated("properties") == asked(everywhere.format("p"))
    assert stated("classes") == asked("SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?s a ?c }")
    parts = {str(description.value(p, VOID["class"])): int(description.value(p, VOID.entities))
             for p in description.objects(DATASET, VOID.classPartition)}  # fmt: skip
    for iri, count in parts.items():
        assert count == asked(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{iri}> }}")
    for part in description.objects(DATASET, VOID.propertyPartition):
        iri, count = description.value(part, VOID.property), int(description.value(part, VOID.triples))
        assert count == asked(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s <{iri}> ?o }} }}")
    subsets = {str(s): int(description.value(s, VOID.triples)) for s in description.objects(DATASET, VOID.subset)}
    assert sum(subsets.values()) == len(graph.dataset.store)
    assert subsets[graph.schema.prefixes["graph"] + "direct"] == sum(e.claims[0].causal for e in graph.edges)


def test_the_description_names_the_files_with_their_sizes_and_hashes(released, description):
    manifest = {entry["path"]: entry for entry in json.loads((released / "manifest.json").read_text())["files"]}
    found = set()
    for file in description.objects(DATASET, DCAT.distribution):
        entry = manifest[str(description.value(file, DCTERMS.title))]
        found.add(entry["path"])
        assert int(description.value(file, DCAT.byteSize)) == entry["size"]
        assert str(description.value(file, SDO.sha256)) == entry["sha256"]
        assert str(description.value(description.value(file, SPDX.checksum), SPDX.checksumValue)) == entry["sha256"]
        assert str(description.value(file, DCAT.mediaType)).endswith(entry["media_type"])
    assert found == set(manifest) - {"dataset.ttl", "dataset.jsonld"}


def test_the_description_says_version_and_licence(description, graph):
    for name in (DCTERMS.license, SDO.license):
        assert str(description.value(DATASET, name)) == graph.schema.license
    assert str(description.value(DATASET, rdflib.URIRef(str(DCAT) + "version"))) == graph.schema.version
    assert set(description.objects(DATASET, RDF.type)) == {VOID.Dataset, DCAT.Dataset, SDO.Dataset}
    assert str(description.value(DATASET, SDO.description))


def test_every_term_of_the_description_is_one_of_its_vocabulary(description):
    known = {str(DCAT): DCAT, str(VOID): VOID, str(DCTERMS): DCTERMS, str(SDO): SDO}
    used = set(description.predicates()) | set(description.objects(None, RDF.type))
    new_in_dcat_3 = {rdflib.URIRef(str(DCAT) + "version")}  # the copy in rdflib is DCAT 2
    for term in used - new_in_dcat_3:
        home = next((home for home in known if term.startswith(home)), None)
        assert home is None or term in known[home], term
    assert {home for home in known if any(term.startswith(home) for term in used)} == set(known)


# --- the reference -------------------------------------------------------------------------------------------------


def test_the_reference_has_every_term_with_definition_and_example(released, graph):
    page = (released / "reference.md").read_text("utf-8")
    sections = dict(re.findall(r"^`ckg:([\w-]+)`: (.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL))
    for terms in (graph.schema.predicates, graph.schema.links, graph.schema.kinds):
        for name, term in terms.items():
            assert term.definition in sections[name]
            assert "- Example: " in sections[name], name
    assert "sign -1; 0" not in sections["decreases"]
    assert "causal, sign -1; " in sections["decreases"]
    assert "RO:0004046 (causally upstream of or within, negative effect)" in sections["decreases"]
    for vocabulary in VOCABULARIES:
        for value in graph.schema.vocabularies[vocabulary.lower()]:
            assert f"| `{value}` | " in sections[vocabulary]


def test_an_example_from_the_data_stands_in_where_the_schema_has_none(tmp_path, root):
    folder = World(claims=[("a", "increases", "b")], links=[("a", "broader", "b")]).write(tmp_path)
    schema = (root / "ontology" / "schema.ttl").read_text()
    (folder / "schema.ttl").write_text(re.sub(r"skos:example \"[^\"]*\"", 'rdfs:comment "none"', schema))
    page = bundle(kg.open(folder)).files["reference.md"].decode()
    assert "- Example: a increases b (claim c1)." in page
    assert "- Example: a is a kind of b." in page


def test_a_cell_shows_bars_and_angles_as_they_are():
    assert table(("a", "b"), [("x|y", 1), ("<z>", 22)]) == "| a | b |\n| --- | --: |\n| x\\|y | 1 |\n| &lt;z> | 22 |\n"
    assert table(("a",), []) == "| a |\n| --- |\n"


# --- the schema card ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_example_query_has_an_answer(graph, example):
    results = graph.sparql(example.query)
    assert results.rows or results.boolean is True


@pytest.mark.parametrize("pitfall", [p for p in PITFALLS if p.wrong], ids=lambda pitfall: pitfall.title)
def test_the_wrong_query_of_a_pitfall_differs_from_the_right_one_which_has_an_answer(graph, pitfall):
    wrong, right = graph.sparql(pitfall.wrong), graph.sparql(pitfall.right)
    assert right.rows
    assert wrong.rows != right.rows


def test_what_the_pitfalls_say_of_the_graphs_is_so(graph):
    def ask(query):
        return graph.sparql(query).boolean

    for predicate in ("positively-associated-with", "negatively-associated-with"):
        assert not ask(f"ASK {{ GRAPH graph:direct {{ ?s ckg:{predicate} ?o }} }}")
        assert ask(f"ASK {{ GRAPH graph:association {{ ?s ckg:{predicate} ?o }} }}")
    assert not ask("ASK { GRAPH graph:direct { ?s ?p ?o } ?p ckg:null true }")
    assert not ask("ASK { GRAPH graph:signed { ?state ckg:next ?o } ?state rdfs:label ?label }")
    drafts = graph.sparql(
        "ASK { ?c ckg:status ckg:draft ; ckg:subject ?s ; ckg:predicate ?p ; ckg:object ?o GRAPH graph:direct { ?s ?p ?o } }"
    )
    assert drafts.boolean


def test_the_card_counts_what_is_there(card, graph):
    for entry in card["predicates"]:
        assert entry["claims"] == len(graph.claims(predicate=entry["name"].removeprefix("ckg:")))
        edges = [edge for edge in graph.edges if f"ckg:{edge.predicate}" == entry["name"]]
        assert entry["edges"] == len(edges)
    assert sum(entry["claims"] for entry in card["predicates"]) == len(graph)
    assert sum(entry["entities"] for entry in card["kinds"]) == len(graph.entities)
    assert sum(entry["links"] for entry in card["links"]) == len(graph.links)
    for entry in card["graphs"]:
        assert entry["triples"] == len(
            list(graph.dataset.store.quads_for_pattern(None, None, None, _named(entry, graph)))
        )
        assert entry["definition"]
    classes = {entry["name"]: entry for entry in card["classes"]}
    assert classes["ckg:Claim"]["members"] == len(graph)
    assert classes["ckg:Entity"]["members"] == len(graph.entities)
    for name, entry in classes.items():
        if name != "ckg:Entity":
            for used in entry["properties"]:
                query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s a {name} ; {used['name']} ?o }}"
                assert int(graph.sparql(query).rows[0][0]) == used["triples"]
    for entry in card["vocabularies"]:
        assert sum(value["claims"] for value in entry["values"]) + entry["unstated"] == len(graph)


def _named(entry, graph):
    from pyoxigraph import NamedNode

    return NamedNode(graph.schema.prefixes["graph"] + entry["name"].removeprefix("graph:"))


def test_the_queries_of_the_card_run_with_the_prefixes_of_the_card_alone(released, card):
    import pyoxigraph

    store = pyoxigraph.Store()
    store.load(path=released / "calciphylaxis-kg.nq", format=pyoxigraph.RdfFormat.N_QUADS)
    for example in card["examples"]:
        answer = store.query(example["query"], prefixes=card["prefixes"], use_default_graph_as_union=True)
        assert list(answer) if not isinstance(answer, pyoxigraph.QueryBoolean) else answer


def test_page_and_data_of_the_card_agree(released, card):
    page = (released / "schema-card.md").read_text("utf-8")
    for entry in (*card["graphs"], *card["classes"], *card["kinds"], *card["predicates"], *card["named_queries"]):
        assert f"`{entry['name']}`" in page
    for pitfall in card["pitfalls"]:
        assert pitfall["text"] in page
        assert pitfall["right"] in page
    assert len(card["named_queries"]) >= 15
    assert "not medical advice" in page


# --- the figures ---------------------------------------------------------------------------------------------------


def test_the_figures_of_a_small_world_are_right(tmp_path):
    world = World(
        claims=[
            ("a", "increases", "b", {"basis": "ckg:second-hand", "design": "ckg:trial", "section": '"x"'}),
            ("a", "increases", "b", {"status": "ckg:draft", "source": "source:s2", "species": "ckg:human"}),
            ("a", "decreases", "b", {"status": "ckg:retracted"}),
            ("a", "has-no-effect-on", "b"),
            ("a", "positively-associated-with", "c"),
        ],
        sources=("s1", "s2", "s3"),
        links=[("c", "broader", "b")],
    )
    found = figures(world.load(tmp_path))
    size = {what: count for what, count, _ in found.size}
    assert size == {
        "claims": 5, "sources": 3, "entities": 3, "definitional links": 1, "causal edges": 1, "associations": 1,
        "null results": 1, "disputes": 1, "cases": 0, "standing questions": 0,
    }  # fmt: skip
    quality = {what: (count, share) for what, count, share in found.quality}
    assert quality["claims with a place in their source"] == (1, "20.0 %")
    assert quality["claims taken second hand"] == (1, "20.0 %")
    assert quality["drafts (one reader only)"] == (1, "20.0 %")
    assert quality["retracted claims"] == (1, "20.0 %")
    assert quality["edges that rest on one source or family"] == (1, "50.0 %")
    assert found.designs == (("trial", 1, "20.0 %"), ("not stated", 4, "80.0 %"))
    assert found.species == (("human", 1, "20.0 %"), ("not stated", 4, "80.0 %"))
    assert found.kinds == (("protein", 3, "`Protein`"),)


def test_the_page_of_an_empty_graph_has_no_shares(tmp_path):
    graph = World(entities=["a"]).load(tmp_path)
    assert "nan" not in figures_page(graph, check(tmp_path))


def test_every_warning_stands_on_the_page(tmp_path):
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path)
    report = check(folder)
    page = figures_page(kg.open(folder), report)
    warnings = [problem for problem in report.problems if problem.level == "warning"]
    assert warnings
    assert f" {len(warnings)} warnings." in page
    for problem in warnings:
        assert f"| {problem.rule} | {problem.subject} | {problem.message} |" in page


def test_the_page_of_figures_in_the_ontology_is_that_of_the_data(graph, derived, pytestconfig):
    folder = ontology_folder()
    today = figures_page(graph, check(folder))
    if not pytestconfig.getoption("--rewrite"):
        remedy = f"ontology/README.md is not what the data give today. Write it anew: {REMEDY}"
        assert (folder / "README.md").read_text("utf-8") == today, remedy
    derived(folder / "README.md", today)


def test_the_command_that_the_page_names_writes_it(tmp_path):
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path)
    module, file = REMEDY.split()[2:]
    command = [sys.executable, "-m", module, str(folder / Path(file).name)]
    subprocess.run(command, check=True, capture_output=True)
    assert (folder / "README.md").read_text("utf-8") == figures_page(kg.open(folder), check(folder))
