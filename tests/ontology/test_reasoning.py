"""Consistency: what contradicts itself is rejected by either reasoner, with its name and place.

HermiT is asked about one contradiction of each sort: they all come to two classes with a common member.
"""

from __future__ import annotations

import shutil
import sys
import tempfile

import pytest
from worlds import PREFIXES, World

from kg.check import check
from kg.check.reasoning import reasoning
from kg.errors import MissingExtra, UsageError
from kg.schema import ontology_folder
from kg.store import Dataset

MORE = PREFIXES + "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
WORLD = World(claims=[("a", "increases", "b"), ("b", "decreases", "a")], kinds={"a": "Drug"})

CANARIES = {
    # file: what is added to it, what the report must name, and one of the two classes that clash
    "an entity of two kinds": ("entities.ttl", "entity:a a ckg:Disease .", "entity:a", "ckg:Disease"),
    "a claim whose source is an entity": ("claims/all.ttl", "claim:c1 ckg:source entity:b .", "entity:b", "ckg:Source"),
    "a source that is a claim": ("claims/all.ttl", "claim:c1 ckg:source claim:c2 .", "claim:c2", "ckg:Source"),
    "a certainty that is a basis": ("claims/all.ttl", "claim:c1 ckg:certainty ckg:inference .", "ckg:inference", "ckg:Basis"),
    "a predicate that is a design": ("schema.ttl", "ckg:affects a ckg:Design .", "ckg:affects", "ckg:Design"),
    "a kind that can have no member": (
        "schema.ttl", "ckg:Odd a owl:Class ; rdfs:subClassOf ckg:Drug, ckg:Disease .", "ckg:Odd", "ckg:Drug"
    ),
    "a property that can hold of nothing": (
        "schema.ttl",
        "ckg:odd a owl:ObjectProperty ; rdfs:subPropertyOf ckg:cites ; rdfs:domain ckg:Source .",
        "ckg:odd",
        "ckg:Claim",
    ),
    "a chain that can hold of nothing": (
        "signs.ttl", "ckg:netDecreases owl:propertyChainAxiom ( ckg:cites ckg:increases ) .", "ckg:netDecreases", "ckg:Source"
    ),
    "a layer that can hold of nothing": (
        "signs.ttl", "ckg:minusPair rdfs:subPropertyOf ckg:cites .", "ckg:minusPair", "ckg:Claim"
    ),
}  # fmt: skip


OF_EACH_SORT = [
    "an entity of two kinds", "a kind that can have no member", "a property that can hold of nothing",
    "a chain that can hold of nothing", "a layer that can hold of nothing",
]  # fmt: skip
HERMIT = pytest.mark.skipif(not shutil.which("java"), reason="HermiT needs Java, which .ci/run installs")


def broken(folder, *faults):
    """A copy of the world with some statements more; schema and signs are copies of the shipped ones."""
    WORLD.write(folder)
    for name in ("schema.ttl", "signs.ttl"):
        shutil.copy(ontology_folder() / name, folder / name)
    for file, addition, *_ in faults:
        with (folder / file).open("a", encoding="utf-8") as more:
            more.write(f"\n{MORE}{addition}\n")
    return folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for what is temporary, empty at first."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@HERMIT
def test_a_sound_world_is_consistent_to_hermit(tmp_path):
    judgement = reasoning(WORLD.load(tmp_path).dataset, "HermiT")
    assert (judgement.reasoner, judgement.problems) == ("HermiT", [])
    assert judgement.statements > 1000


def test_owlrl_names_every_contradiction_and_its_place_and_nothing_else(tmp_path, monkeypatch, temporary):
    """All in one world, since owlrl goes on after the first; that nothing else is named shows that the rest is sound."""
    monkeypatch.setitem(sys.modules, "owlready2", None)  # it needs no HermiT
    judgement = reasoning(Dataset.load(broken(tmp_path / "world", *CANARIES.values()), checked=False), "owlrl")
    assert judgement.reasoner == "owlrl"
    for canary, (*_, subject, clashing) in CANARIES.items():
        named = [problem for problem in judgement.problems if problem.subject == subject]
        assert any(clashing in problem.message and "owlrl" in problem.message for problem in named), canary
    assert {problem.subject for problem in judgement.problems} == {subject for _, _, subject, _ in CANARIES.values()}
    assert {(problem.level, problem.rule) for problem in judgement.problems} == {("error", "reasoning")}
    assert all(problem.remedy for problem in judgement.problems)
    places = {problem.subject: (problem.file, problem.line) for problem in judgement.problems}
    assert (places["entity:a"][0], places["claim:c2"][0]) == ("entities.ttl", "claims/all.ttl")
    assert places["entity:a"][1] > 0
    assert places["claim:c2"][1] > 0
    assert list(temporary.iterdir()) == []


@HERMIT
@pytest.mark.parametrize("canary", OF_EACH_SORT)
def test_hermit_alone_says_that_there_is_a_contradiction(tmp_path, monkeypatch, canary):
    monkeypatch.setitem(sys.modules, "owlrl", None)
    judgement = reasoning(Dataset.load(broken(tmp_path, CANARIES[canary]), checked=False), "HermiT")
    (problem,) = judgement.problems
    assert (judgement.reasoner, problem.level, problem.subject) == ("HermiT", "error", "")
    assert "HermiT" in problem.message


@HERMIT
def test_owlrl_tells_where_the_contradiction_is_that_hermit_finds_and_nothing_is_left_behind(tmp_path, temporary):
    fault = file, _, subject, clashing = CANARIES["an entity of two kinds"]
    judgement = reasoning(Dataset.load(broken(tmp_path / "world", fault), checked=False), "HermiT")
    assert judgement.reasoner == "HermiT"
    (problem,) = judgement.problems
    assert (problem.subject, problem.file) == (subject, file)
    assert clashing in problem.message
    assert "HermiT" in problem.message
    assert list(temporary.iterdir()) == []


def test_without_java_owlrl_judges_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    report = check(WORLD.write(tmp_path), deep=True)
    assert report.counts["statements judged by owlrl"] > 1000
    assert [problem for problem in report.problems if problem.rule == "reasoning"] == []


def test_without_the_extra_the_message_names_it(tmp_path, monkeypatch):
    dataset = WORLD.load(tmp_path).dataset
    for package in ("owlready2", "owlrl"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=r"\[validate\]"):
        reasoning(dataset)
    for name in ("HermiT", "owlrl"):
        with pytest.raises(MissingExtra, match=r"\[validate\]"):
            reasoning(dataset, name)


def test_hermit_asked_for_without_java_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="Java"):
        reasoning(WORLD.load(tmp_path).dataset, "HermiT")


def test_signs_that_do_not_parse_are_a_problem(tmp_path):
    dataset = Dataset.load(broken(tmp_path, ("signs.ttl", "this is no turtle")))
    (problem,) = reasoning(dataset, "owlrl").problems
    assert "signs.ttl is not valid Turtle" in problem.message


def test_the_shipped_ontology_and_data_are_consistent_to_owlrl_too():
    """HermiT, where there is Java, judges them in the deep check (test_shapes)."""
    judgement = reasoning(Dataset.load(ontology_folder()), "owlrl")
    assert judgement.problems == []
    assert judgement.statements > 10_000
