"""The sign algebra gives exactly the net effects of a walk over the signed double cover, by both reasoners."""

from __future__ import annotations

import contextlib
import io
import random
import shutil

import owlready2
import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Namespace
from worlds import World

from kg.check.reasoning import reasoning
from kg.schema import CKG, ontology_folder
from kg.store import Dataset

NAMESPACE = Namespace(CKG)
NODE = Namespace("urn:n:")
SIGNED = {"increases": 1, "causes": 1, "contributes-to": 1, "decreases": -1, "treats-or-prevents": -1}
NAIVE = """
@prefix ckg: <https://w3id.org/calciphylaxis-kg/schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
ckg:increases a owl:ObjectProperty, owl:TransitiveProperty ;
    owl:propertyChainAxiom ( ckg:decreases ckg:decreases ) .
ckg:decreases a owl:ObjectProperty ;
    owl:propertyChainAxiom ( ckg:increases ckg:decreases ), ( ckg:decreases ckg:increases ) .
"""


def random_edges(seed, prefix=""):
    """A small signed graph with cycles, self-loops and opposite edges, and unsigned edges that must not count."""
    rng = random.Random(seed)
    nodes = [f"{prefix}{number}" for number in range(rng.randint(2, 6))]
    predicates = [*SIGNED, "affects", "positively-associated-with"]
    return {(rng.choice(nodes), rng.choice(predicates), rng.choice(nodes)) for _ in range(rng.randint(1, 8))}


def walked(edges):
    """All net effects by brute force: who is reached with which sign by a walk of at least one signed step."""
    steps = {}
    for source, predicate, target in edges:
        if predicate in SIGNED:
            steps.setdefault(source, set()).add((target, SIGNED[predicate]))
    found = set()
    for start in steps:
        reached, waiting = set(), [(start, 1)]
        while waiting:
            node, sign = waiting.pop()
            for target, step in steps.get(node, ()):
                if (target, sign * step) not in reached:
                    reached.add((target, sign * step))
                    waiting.append((target, sign * step))
        found |= {(start, sign, target) for target, sign in reached}
    return found


def as_graph(edges):
    graph = Graph().parse(ontology_folder() / "signs.ttl")
    for source, predicate, target in edges:
        graph.add((NODE[source], NAMESPACE[predicate], NODE[target]))
        for node in (source, target):
            graph.add((NODE[node], RDF.type, OWL.NamedIndividual))
    for name in ("affects", "positively-associated-with"):
        graph.add((NAMESPACE[name], RDF.type, OWL.ObjectProperty))
    return graph


def by_owlrl(edges):
    graph = as_graph(edges)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {
        (str(source).removeprefix(NODE), sign, str(target).removeprefix(NODE))
        for name, sign in (("netIncreases", 1), ("netDecreases", -1))
        for source, target in graph.subject_objects(NAMESPACE[name])
    }


def by_hermit(edges):
    """What HermiT infers; it lists a pair under the lowest property that holds, so those below count as well."""
    graph, world = as_graph(edges), owlready2.World()
    with contextlib.redirect_stderr(io.StringIO()):
        world.get_ontology("urn:signs").load(fileobj=io.BytesIO(graph.serialize(format="nt").encode()))
        owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    return {
        (source.iri.removeprefix(NODE), sign, target.iri.removeprefix(NODE))
        for name, sign in (("netIncreases", 1), ("netDecreases", -1))
        for below in graph.transitive_subjects(RDFS.subPropertyOf, NAMESPACE[name])
        for source, target in world[str(below)].get_relations()
    }


def test_the_algebra_by_hand():
    edges = [("a", "decreases", "b"), ("b", "causes", "c"), ("c", "treats-or-prevents", "d"), ("d", "affects", "e")]
    expected = {
        ("a", -1, "b"), ("a", -1, "c"), ("a", 1, "d"), ("b", 1, "c"), ("b", -1, "d"), ("c", -1, "d"),
    }  # fmt: skip
    assert walked(edges) == expected
    assert by_owlrl(edges) == expected


@pytest.mark.parametrize("seed", range(30))
def test_owlrl_gives_the_net_effects_of_walks(seed):
    edges = random_edges(seed)
    assert by_owlrl(edges) == walked(edges)


def test_hermit_gives_the_net_effects_of_walks():
    """Several small graphs side by side, in one run."""
    if not shutil.which("java"):
        pytest.skip("HermiT needs Java, which .ci/run installs")
    edges = set().union(*(random_edges(seed, f"g{seed}-") for seed in range(6)))
    expected = walked(edges)
    assert {sign for _, sign, _ in expected} == {1, -1}
    assert by_hermit(edges) == expected


def test_the_obvious_chains_are_not_regular_and_hermit_refuses_them(tmp_path):
    if not shutil.which("java"):
        pytest.skip("HermiT needs Java, which .ci/run installs")
    world = World(claims=[("a", "increases", "b")]).write(tmp_path)
    (world / "signs.ttl").write_text(NAIVE)
    dataset = Dataset.load(world)
    (problem,) = reasoning(dataset, "HermiT").problems
    assert "regular" in problem.message
    assert reasoning(dataset, "owlrl").problems == []  # owlrl does not know the restriction


def test_the_predicates_of_the_algebra_have_the_signs_of_the_schema(graph):
    signs = Graph().parse(ontology_folder() / "signs.ttl")
    for name, predicate in graph.schema.predicates.items():
        under = {str(iri).removeprefix(CKG) for iri in signs.transitive_objects(NAMESPACE[name], RDFS.subPropertyOf)}
        signed = predicate.causal and predicate.sign in (1, -1)
        assert ("increases" in under, "decreases" in under) == (
            signed and predicate.sign == 1, signed and predicate.sign == -1
        )  # fmt: skip
