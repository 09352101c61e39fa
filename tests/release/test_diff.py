"""What changed between two states: against brute force on random data, sort by sort, across schema versions."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import PREFIXES, World, random_world

import kg
from kg.errors import FileProblem, InvalidData
from kg.release import diff, release
from kg.release.records import SORTS, Changes, compare, records

A_B = [("a", "increases", "b"), ("b", "decreases", "c")]


def states(tmp_path, old, new):
    return old.write(tmp_path / "old"), new.write(tmp_path / "new")


def claims(difference):
    return difference.changes["claims"]


# --- records against brute force ---------------------------------------------------------------------------------

NAMES = st.sampled_from([f"claim:c{number}" for number in range(6)])
VALUES = st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=2, unique=True).map(lambda v: tuple(sorted(v)))
RECORDS = st.dictionaries(NAMES, st.dictionaries(st.sampled_from(["p", "q"]), VALUES, min_size=1), max_size=6)


def held(claims):
    return {**{sort: {} for sort in SORTS}, "claims": claims}


@given(RECORDS, RECORDS)
def test_every_record_is_told_once_and_the_difference_rebuilds_the_new_state(old, new):
    found = compare(held(old), held(new))["claims"]
    state = dict(old)
    for move in found.moved:
        assert old[move.before] == new[move.after]
        assert move.before not in new
        assert move.after not in old
        state[move.after] = state.pop(move.before)
    for name in found.removed:
        del state[name]
    for change in (*found.changed, *found.retracted):
        record = dict(state[change.name])
        for field in change.fields:
            assert record.get(field.name, ()) == field.before != field.after
            record.pop(field.name, None)
            if field.after:
                record[field.name] = field.after
        state[change.name] = record
    for name in found.added:
        assert name not in state
        state[name] = new[name]
    assert state == new
    left = [frozenset(old[name].items()) for name in found.removed]
    assert not {frozenset(new[name].items()) for name in found.added} & set(left)  # else they would have moved


@given(RECORDS, RECORDS)
def test_the_other_way_round_added_and_removed_change_places(old, new):
    there, back = compare(held(old), held(new))["claims"], compare(held(new), held(old))["claims"]
    assert (len(there.added), len(there.removed)) == (len(back.removed), len(back.added))
    assert {c.name for c in there.changed} == {c.name for c in back.changed}
    assert len(there.moved) == len(back.moved)


@given(RECORDS)
def test_a_state_does_not_differ_from_itself(state):
    assert not any(compare(held(state), held(state)).values())


# --- whole states --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_random_states_differ_in_the_claims_and_edges_in_which_they_differ(seed, tmp_path):
    rng = random.Random(seed)
    old = random_world(seed, claims=10)
    predicates = ["increases", "decreases", "has-no-effect-on"]
    new_claims = [(c[0], rng.choice(predicates), *c[2:]) if rng.random() < 0.3 else c for c in old.claims]
    new = replace(old, claims=[*new_claims, *(("e0", "affects", "e1") for _ in range(rng.randint(0, 2)))])
    found = diff(*states(tmp_path, old, new))
    graphs = [kg.open(tmp_path / name) for name in ("old", "new")]
    ids = [{claim.id: claim.predicate for claim in graph.claims()} for graph in graphs]
    assert set(claims(found).added) == {f"claim:{name}" for name in ids[1].keys() - ids[0].keys()}
    changed = {f"claim:{name}" for name in ids[0] if ids[0][name] != ids[1][name]}
    assert {change.name for change in claims(found).changed} == changed
    edges = [{(e.subject.id, e.predicate, e.object.id) for e in graph.edges} for graph in graphs]
    told = {
        what: {(e.subject.id, e.predicate, e.object.id) for e in found.edges if e.what == what}
        for what in ("new", "gone")
    }
    assert told == {"new": edges[1] - edges[0], "gone": edges[0] - edges[1]}
    assert bool(found) is (graphs[0].version != graphs[1].version)


def test_a_state_has_no_difference_to_its_release_and_its_store(tmp_path):
    folder = World(claims=A_B).write(tmp_path / "world")
    graph = kg.open(folder)
    release(graph, tmp_path / "release")
    graph.save(tmp_path / "store")
    for old in (folder, tmp_path / "release", tmp_path / "store"):
        for new in (folder, tmp_path / "release", tmp_path / "store"):
            found = diff(old, new)
            assert not found
            assert found.to_dict()["same"] is True


def test_changed_fields_say_from_what_to_what(tmp_path):
    old = World(claims=[("a", "increases", "b", {"species": "ckg:mouse", "effect": '"2"', "start": "5"})])
    new = World(claims=[("a", "increases", "b", {"species": "ckg:human", "start": "6", "section": '"x"'})])
    (change,) = claims(diff(*states(tmp_path, old, new))).changed
    assert {field.name: (field.before, field.after) for field in change.fields} == {
        "ckg:species": (("ckg:mouse",), ("ckg:human",)),
        "ckg:effect": (('"2"',), ()),
        "ckg:section": ((), ('"x"',)),
        "ckg:start": (("5",), ("6",)),
    }
    assert "ckg:species from ckg:mouse to ckg:human" in map(str, change.fields)


def test_a_retracted_claim_is_told_as_retracted_with_its_reason(tmp_path):
    old = World(claims=A_B)
    more = {"status": "ckg:retracted", "retraction-reason": '"misread"', "retraction-date": '"2031-05-30"'}
    new = World(claims=[(*A_B[0], more), A_B[1]])
    found = diff(*states(tmp_path, old, new))
    (change,) = claims(found).retracted
    assert claims(found) == Changes(retracted=(change,))
    assert ("ckg:retraction-reason", ('"misread"',)) in [(field.name, field.after) for field in change.fields]
    assert [(edge.what, str(edge)) for edge in found.edges] == [("gone", "a increases b")]
    again = World(claims=[(*A_B[0], {**more, "retraction-reason": '"misread, page 3"'}), A_B[1]])
    assert len(claims(diff(tmp_path / "new", again.write(tmp_path / "again"))).changed) == 1


def test_a_renumbered_claim_has_moved_and_turns_no_verdict(tmp_path):
    folder = ask(World(claims=A_B).write(tmp_path / "old"), "a", "c")
    new = ask(World(claims=A_B).write(tmp_path / "new"), "a", "c")
    file = new / "claims" / "all.ttl"
    file.write_text(file.read_text().replace("claim:c1 ", "claim:c77 "))
    found = diff(folder, new)
    assert [(move.before, move.after) for move in claims(found).moved] == [("claim:c1", "claim:c77")]
    assert not claims(found).added
    assert not claims(found).removed
    assert not found.edges
    assert not found.verdicts


def test_renaming_a_source_moves_the_source_and_leaves_its_claims_alone(tmp_path):
    old, new = states(tmp_path, World(claims=A_B), World(claims=A_B))
    for file in (new / "sources.ttl", new / "claims" / "all.ttl"):
        file.write_text(file.read_text().replace("source:s1", "source:smith-2001"))
    found = diff(old, new)
    assert [(m.before, m.after) for m in found.changes["sources"].moved] == [("source:s1", "source:smith-2001")]
    assert not claims(found)


def test_entities_sources_and_disputes_are_compared_likewise(tmp_path):
    old = World(claims=A_B, sources=("s1", "s2"), entities=["d"])
    new = World(claims=A_B, sources=("s1", "s3"), entities=["e"], kinds={"a": "Drug"}, links=[("a", "broader", "b")],
                source_extras={"s1": ' ; ckg:doi "10.1/x"', "s3": ' ; ckg:doi "10.1/y"'})  # fmt: skip
    folders = states(tmp_path, old, new)
    (folders[1] / "disputes.ttl").write_text(PREFIXES + 'dispute:d a ckg:Dispute ; rdfs:label "d" .\n')
    found = diff(*folders)
    entities, sources = found.changes["entities"], found.changes["sources"]
    assert (entities.added, entities.removed) == (("entity:e",), ("entity:d",))
    fields = {change.name: {field.name for field in change.fields} for change in entities.changed}
    assert fields == {"entity:a": {"rdf:type", "ckg:broader"}}
    assert (sources.added, sources.removed) == (("source:s3",), ("source:s2",))
    assert [change.name for change in sources.changed] == ["source:s1"]
    assert found.changes["disputes"].added == ("dispute:d",)
    assert found.labels["entity:e"] == "e"


def test_an_edge_that_gains_a_voice_is_told_with_both_supports(tmp_path):
    old = World(claims=A_B)
    new = World(claims=[*A_B, ("a", "increases", "b", {"source": "source:s2"})])
    (edge,) = diff(*states(tmp_path, old, new)).edges
    assert (edge.what, edge.before.independent, edge.after.independent) == ("more support", 1, 2)


def test_values_of_different_types_with_the_same_letters_differ(tmp_path):
    old, new = World(claims=[(*A_B[0], {"effect": '"5"'})]), World(claims=[(*A_B[0], {"effect": "5"})])
    (change,) = claims(diff(*states(tmp_path, old, new))).changed
    assert [(field.before, field.after) for field in change.fields] == [(('"5"',), ("5",))]


# --- schema versions -----------------------------------------------------------------------------------------------


@pytest.fixture
def schema(root):
    return (root / "ontology" / "schema.ttl").read_text()


BOOSTS = """
ckg:boosts a owl:ObjectProperty, ckg:Predicate ; rdfs:label "boosts" ; skos:definition "More." ;
    ckg:sign 1 ; ckg:causal true ; ckg:null false .
ckg:pig a ckg:Species ; rdfs:label "pig" .
"""


def test_a_predicate_and_a_value_that_one_schema_lacks_are_schema_changes(tmp_path, schema):
    old, new = states(tmp_path, World(claims=A_B), World(claims=[("a", "boosts", "b", {"species": "ckg:pig"}), A_B[1]]))
    (new / "schema.ttl").write_text(schema + BOOSTS)
    for first, second in ((old, new), (new, old)):
        found = diff(first, second)
        changes = found.changes["schema"]
        names = changes.added if second == new else changes.removed
        assert set(names) == {"ckg:boosts", "ckg:pig"}
        assert found.labels["ckg:boosts"] == "predicate boosts, used by 1 claim"
        assert [change.name for change in claims(found).changed] == ["claim:c1"]
        assert {str(edge) for edge in found.edges} == {"a increases b", "a boosts b"}
        assert not found.old.problems
        assert not found.new.problems
        assert found.to_dict()


def test_what_neither_schema_knows_is_told_as_a_problem_and_still_compared(tmp_path):
    old = World(claims=A_B)
    new = World(claims=[("a", "boosts", "b", {"species": "ckg:pig", "mood": '"good"'}), A_B[1]])
    found = diff(*states(tmp_path, old, new))
    assert {problem.rule for problem in found.new.problems} >= {"predicate", "value", "property"}
    assert not found.old.problems
    fields = {field.name for change in claims(found).changed for field in change.fields}
    assert fields == {"ckg:predicate", "ckg:species", "ckg:mood"}
    assert [(edge.what, str(edge)) for edge in found.edges] == [("gone", "a increases b")]


def test_a_whole_vocabulary_may_be_missing_on_one_side(tmp_path, schema):
    world = World(claims=[("a", "increases", "b", {"tissue": "ckg:bone"})])
    old, new = states(tmp_path, world, world)
    bare = re.sub(r"^ckg:(\w|-)+ a ckg:Tissue .*\n", "", schema, flags=re.MULTILINE)
    assert bare != schema
    (old / "schema.ttl").write_text(re.sub(r"^ckg:Tissue a owl:Class(.|\n)*? \.\n", "", bare, flags=re.MULTILINE))
    (new / "schema.ttl").write_text(schema)
    found = diff(old, new)
    assert {"ckg:Tissue", "ckg:bone"} <= set(found.changes["schema"].added)
    assert found.old.problems
    assert not claims(found)


def test_another_version_of_the_schema_is_told(tmp_path, schema):
    old, new = states(tmp_path, World(claims=A_B), World(claims=A_B))
    (new / "schema.ttl").write_text(schema.replace('owl:versionInfo "0.1.0"', 'owl:versionInfo "0.2.0"'))
    (old / "schema.ttl").write_text(schema)
    (change,) = diff(old, new).changes["schema"].changed
    assert [(field.before, field.after) for field in change.fields] == [(('"0.1.0"',), ('"0.2.0"',))]


def test_a_prefix_that_means_something_else_in_the_other_schema_confuses_nothing(tmp_path, schema):
    old, new = states(tmp_path, World(claims=A_B), World(claims=A_B))
    (old / "schema.ttl").write_text(schema)
    (new / "schema.ttl").write_text(schema.replace('"https://identifiers.org/hgnc:"', '"https://hgnc.org/"'))
    for folder in (old, new):
        with (folder / "entities.ttl").open("a") as file:
            file.write("entity:a skos:exactMatch <https://identifiers.org/hgnc:5> .\n")
    assert not diff(old, new).changes["entities"]


# --- bad input -----------------------------------------------------------------------------------------------------


def test_places_that_hold_nothing_and_broken_turtle_are_refused(tmp_path):
    folder = World(claims=A_B).write(tmp_path / "world")
    (tmp_path / "empty").mkdir()
    for bad in ("missing", "empty"):
        with pytest.raises(FileProblem):
            diff(folder, tmp_path / bad)
    (folder / "claims" / "x.ttl").write_text("claim:x a")
    with pytest.raises(InvalidData, match=r"claims/x\.ttl"):
        diff(folder, folder)


def test_blank_nodes_are_refused_in_a_comparison_too(tmp_path):
    folder = World(claims=A_B).write(tmp_path / "world")
    (folder / "questions.ttl").write_text(PREFIXES + 'ckg:thing rdfs:seeAlso [ rdfs:label "x" ] .\n')
    with pytest.raises(InvalidData, match="blank node"):
        diff(folder, folder)


def test_the_shipped_data_stand_in_their_sorts(graph):
    found = records(graph.dataset, graph.schema.curie)
    assert len(found["claims"]) == len(graph)
    assert len(found["entities"]) == len(graph.entities)
    assert len(found["sources"]) == len(graph.sources)
    assert len(found["questions"]) == len(graph.questions)
    assert len(found["cases"]) == sum(len(case.facts) + 1 for case in graph.cases)
    assert found["claims"]["claim:nazir-2015-32"]["ckg:predicate"] == ("ckg:decreases",)


def ask(folder, source, target):
    text = f'<https://w3id.org/calciphylaxis-kg/question/q> a ckg:Question ; rdfs:label "q?" ; ckg:from entity:{source} ; ckg:to entity:{target} .\n'
    (folder / "questions.ttl").write_text(PREFIXES + text)
    return folder
