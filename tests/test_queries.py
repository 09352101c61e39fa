"""The derived graphs, on the shipped data and on random claim sets; asking named queries, and their headers."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import InvalidData, UsageError
from kg.sparql import NamedQuery, Parameter, read_queries, run, run_named

ONTOLOGY = Path(__file__).resolve().parent.parent / "ontology"
BASE = "https://w3id.org/calciphylaxis-kg/"
CKG, ENTITY, GRAPH = f"{BASE}schema#", f"{BASE}entity/", f"{BASE}graph/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DERIVED = ("direct", "association", "signed")
EDITED = {
    "schema": ["schema.ttl"],
    "entities": ["entities.ttl"],
    "sources": ["sources.ttl"],
    "claims": ["disputes.ttl", "claims/*.ttl"],
    "cases": ["cases/*.ttl"],
}


def derive(store: ox.Store) -> ox.Store:
    """Add the derived graphs, as `kg.store` does."""
    for name in DERIVED:
        text = (ONTOLOGY / "derive" / f"{name}.rq").read_text("utf-8")
        made = set(store.query(text, use_default_graph_as_union=True))
        store.extend(ox.Quad(*triple, ox.NamedNode(GRAPH + name)) for triple in made)
    return store


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """The shipped data in their graphs, loaded without `kg.store`."""
    store = ox.Store()
    for graph, patterns in EDITED.items():
        for file in (file for pattern in patterns for file in sorted(ONTOLOGY.glob(pattern))):
            store.load(path=file, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + graph))
    return derive(store)


@pytest.fixture(scope="module")
def prefixes() -> dict[str, str]:
    declared = re.findall(r'sh:prefix "(\w+)" ; sh:namespace "([^"]+)"', (ONTOLOGY / "schema.ttl").read_text("utf-8"))
    assert len(declared) > 20
    return dict(declared)


QUERIES = read_queries(ONTOLOGY / "queries")


# --- the derived graphs ----------------------------------------------------------------------------------------------


def triples_of(store: ox.Store, name: str) -> set[tuple[str, str, str]]:
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + name))
    return {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in found}


def recomputed(store: ox.Store) -> dict[str, set[tuple[str, str, str]]]:
    """The derived graphs from the edited ones in plain Python: the rules of DESIGN.md, read without SPARQL."""
    about: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in store:
        if quad.graph_name.value.removeprefix(GRAPH) not in DERIVED:
            about[quad.subject.value][quad.predicate.value].add(quad.object.value)

    def one(subject: str, name: str) -> str:
        (value,) = about[subject][CKG + name] or {""}
        return value

    def of(kind: str) -> list[str]:
        return [subject for subject, facts in list(about.items()) if CKG + kind in facts[TYPE]]

    made: dict[str, set[tuple[str, str, str]]] = {name: set() for name in DERIVED}

    def step(source: str, target: str, sign: str) -> None:
        ends = {"1": ("up", "down"), "-1": ("down", "up"), "0": ()}[sign]
        for state, following in zip(("up", "down"), ends, strict=False):
            made["signed"].add((f"{source}#{state}", f"{CKG}next", f"{target}#{following}"))

    for claim in of("Claim"):
        predicate, subject, target = one(claim, "predicate"), one(claim, "subject"), one(claim, "object")
        dead = one(claim, "certainty") == f"{CKG}refuted" or one(claim, "status") == f"{CKG}retracted"
        if dead or one(predicate, "null") == "true":
            continue
        causal = one(predicate, "causal") == "true"
        made["direct" if causal else "association"].add((subject, predicate, target))
        if causal:
            step(subject, target, one(predicate, "sign"))
    outside = {kind for kind, facts in list(about.items()) if facts[f"{CKG}given-from-outside"] == {"true"}}
    for link in of("DefinitionalLink"):
        for source, facts in list(about.items()):
            for target in facts[link]:
                step(source, target, one(link, "sign"))
                if one(link, "reversible") == "true" and not facts[TYPE] & outside:
                    step(target, source, one(link, "sign"))
    return made


@pytest.mark.parametrize("name", DERIVED)
def test_derived_graphs_of_the_shipped_data_equal_a_recomputation(store, name):
    made = triples_of(store, name)
    assert made
    assert made == recomputed(store)[name]


def random_world(seed: int) -> ox.Store:
    """A few entities, links and claims under the shipped schema, dead and null claims among them."""
    choose = random.Random(seed)
    store = ox.Store()
    store.load(path=ONTOLOGY / "schema.ttl", format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + "schema"))
    predicates = sorted(
        quad.subject.value
        for quad in store.quads_for_pattern(None, ox.NamedNode(TYPE), ox.NamedNode(f"{CKG}Predicate"), None)
    )
    links = ["broader", "readout-of", "raised-state-of", "lowered-state-of"]
    names = [f"{ENTITY}e{number}" for number in range(choose.randint(1, 5))]

    def add(graph: str, subject: str, predicate: str, value: str) -> None:
        terms = (ox.NamedNode(part) for part in (subject, predicate, value, GRAPH + graph))
        store.add(ox.Quad(*terms))

    for name in names:
        add("entities", name, TYPE, CKG + choose.choice(["Drug", "Exposure", "Procedure", "Protein", "DrugClass"]))
        for link in choose.sample(links, choose.randint(0, 2)):
            add("entities", name, CKG + link, choose.choice(names))
    for number in range(choose.randint(0, 12)):
        claim = f"{BASE}claim/c{number}"
        add("claims", claim, TYPE, f"{CKG}Claim")
        add("claims", claim, f"{CKG}subject", choose.choice(names))
        add("claims", claim, f"{CKG}predicate", choose.choice(predicates))
        add("claims", claim, f"{CKG}object", choose.choice(names))
        if choose.random() < 0.8:
            add(
                "claims",
                claim,
                f"{CKG}certainty",
                CKG + choose.choice(["known", "hypothesized", "disputed", "refuted"]),
            )
        if choose.random() < 0.8:
            add("claims", claim, f"{CKG}status", CKG + choose.choice(["curated", "draft", "retracted"]))
    return store


def test_derived_graphs_of_random_claims_equal_a_recomputation():
    sizes = dict.fromkeys(DERIVED, 0)
    for seed in range(60):
        store = derive(random_world(seed))
        expected = recomputed(store)
        for name in DERIVED:
            assert triples_of(store, name) == expected[name], (seed, name)
            sizes[name] += len(expected[name])
    assert all(sizes.values())


def claim_alone(predicate: str, **extras: str) -> ox.Store:
    store = random_world(0)
    for quad in list(store.quads_for_pattern(None, None, None, None)):
        if quad.graph_name.value != f"{GRAPH}schema":
            store.remove(quad)
    facts = {"subject": f"{ENTITY}a", "predicate": CKG + predicate, "object": f"{ENTITY}b"}
    facts |= {key: CKG + value for key, value in extras.items()}
    for key, value in facts.items():
        store.add(
            ox.Quad(
                ox.NamedNode(f"{BASE}claim/1"),
                ox.NamedNode(CKG + key),
                ox.NamedNode(value),
                ox.NamedNode(f"{GRAPH}claims"),
            )
        )
    return derive(store)


@pytest.mark.parametrize(
    ("predicate", "extras", "counts"),
    [
        ("increases", {}, (1, 0, 2)),
        ("affects", {}, (1, 0, 0)),
        ("has-no-effect-on", {}, (0, 0, 0)),
        ("not-associated-with", {}, (0, 0, 0)),
        ("negatively-associated-with", {}, (0, 1, 0)),
        ("decreases", {"certainty": "disputed", "status": "draft"}, (1, 0, 2)),
        ("decreases", {"certainty": "refuted"}, (0, 0, 0)),
        ("decreases", {"status": "retracted"}, (0, 0, 0)),
        ("positively-associated-with", {"certainty": "refuted"}, (0, 0, 0)),
    ],
)
def test_what_one_claim_projects(predicate, extras, counts):
    store = claim_alone(predicate, **extras)
    assert tuple(len(triples_of(store, name)) for name in DERIVED) == counts


def test_a_decreasing_step_flips_the_state():
    states = {(ends[0][-4:], ends[2][-6:]) for ends in triples_of(claim_alone("decreases"), "signed")}
    assert states == {("a#up", "b#down"), ("down", "y/b#up")}


# --- asking named queries, and their headers (answers: tests/queries) ---------------------------------------------


def test_parameters_are_checked(store, prefixes):
    def ask(name, **parameters):
        return run_named(store, QUERIES[name], parameters, prefixes=prefixes)

    with pytest.raises(UsageError, match="no parameter 'goal'; it has target"):
        ask("what-lowers", goal="entity:rankl")
    with pytest.raises(UsageError, match="target must be an entity, not 'rank l'"):
        ask("what-lowers", target="rank l")
    with pytest.raises(UsageError, match="most must be an integer, not 'one'"):
        ask("rest-on-few-sources", most="one")
    with pytest.raises(UsageError, match="source must be a source, not 3"):
        ask("claims-of-source", source=3)

    class Entity:
        iri = f"{ENTITY}osteoprotegerin"

    assert ask("what-lowers", target=Entity()).rows == ask("what-lowers", target="entity:osteoprotegerin").rows


def test_a_text_parameter_is_a_literal_even_if_it_looks_like_an_iri(store, prefixes):
    text = "SELECT ?e { ?e rdfs:label ?label }"
    query = NamedQuery("by-label", "?", text, "", (Parameter("label", "text", "RANKL", "a label"),))
    assert rows_of_query(store, prefixes, query) == [(f"{ENTITY}rankl",)]
    assert rows_of_query(store, prefixes, query, label="entity:rankl") == []


def rows_of_query(store, prefixes, query, **parameters):
    return run_named(store, query, parameters, prefixes=prefixes).rows


def test_headers_are_read(tmp_path):
    (tmp_path / "b-query.rq").write_text(
        "# title: Who?\n# parameter: most (integer) = 3 — how many,\n#   at most\n# parameter: x (entity) = entity:a — who\n"
        "# reading: One row\n#   for each: thing.\n\n# a comment of the query\nSELECT ?x { ?x ?y ?most }\n",
        encoding="utf-8",
    )
    (tmp_path / "a-query.rq").write_text("# title: A?\n# reading: B.\nASK {}\n", encoding="utf-8")
    (tmp_path / "note.txt").write_text("not a query", encoding="utf-8")
    queries = read_queries(tmp_path)
    assert list(queries) == ["a-query", "b-query"]
    query = queries["b-query"]
    assert (query.title, query.reading) == ("Who?", "One row for each: thing.")
    assert query.parameters == (
        Parameter("most", "integer", "3", "how many, at most"),
        Parameter("x", "entity", "entity:a", "who"),
    )
    assert query.to_dict()["parameters"][0] == {
        "name": "most",
        "kind": "integer",
        "default": "3",
        "description": "how many, at most",
    }


@pytest.mark.parametrize(
    ("header", "line", "said"),
    [
        ("# reading: r\n", 1, "no title"),
        ("# title: t\n", 1, "no reading"),
        ("# title: t\n# title: u\n# reading: r\n", 1, "no title, or several"),
        ("# title: t\n# readings: r\n", 2, "not understood: '# readings: r'"),
        ("#   floating\n# title: t\n# reading: r\n", 1, "not understood"),
        ("# title: t\n# reading: r\n# parameter: x entity\n", 3, "this parameter is not understood"),
        ("# title: t\n# parameter: x (thing) = 1 — d\n# reading: r\n", 2, "unknown kind 'thing'"),
        ("# title: t\n# parameter: z (text) = 1 — d\n# reading: r\n", 2, "z is not in the query"),
        ("# title: t\n# parameter: x (text) = 1 — d\n# parameter: x (text) = 1 — d\n# reading: r\n", 3, "named twice"),
        ("# title: t\n# parameter: x (integer) = one — d\n# reading: r\n", 2, "no integer: 'one'"),
    ],
)
def test_malformed_headers_are_named_with_file_and_line(tmp_path, header, line, said):
    (tmp_path / "bad.rq").write_text(header + "SELECT ?x { ?x ?y ?w }\n", encoding="utf-8")
    with pytest.raises(InvalidData, match=re.escape(said)) as caught:
        read_queries(tmp_path)
    assert {(problem.file, problem.line) for problem in caught.value.problems} >= {("bad.rq", line)}


def reached(store: ox.Store, start: str) -> set[str]:
    """The states that a state leads to in one or more steps, by a plain search."""
    following = defaultdict(set)
    for here, _, there in triples_of(store, "signed"):
        following[here].add(there)
    seen: set[str] = set()
    todo = [start]
    while todo:
        new = following[todo.pop()] - seen
        seen |= new
        todo += new
    return seen


def test_property_path_on_the_double_cover_as_a_user_types_it(store, prefixes):
    states = run(store, f"SELECT ?state {{ <{ENTITY}corticosteroid#up> ckg:next+ ?state }}", prefixes=prefixes)
    assert {row[0] for row in states} == reached(store, f"{ENTITY}corticosteroid#up")
