"""Consistency: what contradicts itself is rejected by either reasoner, with its name and place."""

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


def broken(folder, file, addition):
    """A copy of the world with one statement more; schema and signs are copies of the shipped ones."""
    WORLD.write(folder)
    for name in ("schema.ttl", "signs.ttl"):
        shutil.copy(ontology_folder() / name, folder / name)
    with (folder / file).open("a", encoding="utf-8") as more:
        more.write(f"\n{MORE}{addition}\n")
    return folder


def test_a_sound_world_is_consistent(tmp_path, reasoner):
    judgement = reasoning(WORLD.load(tmp_path).dataset, reasoner)
    assert (judgement.reasoner, judgement.problems) == (reasoner, [])
    assert judgement.statements > 1000


@pytest.mark.parametrize("canary", CANARIES)
def test_a_contradiction_is_rejected_by_either_reasoner(tmp_path, reasoner, canary):
    file, addition, subject, clashing = CANARIES[canary]
    dataset = Dataset.load(broken(tmp_path, file, addition), checked=False)
    judgement = reasoning(dataset, reasoner)
    assert judgement.reasoner == reasoner
    named = [problem for problem in judgement.problems if problem.subject == subject]
    assert {problem.level for problem in judgement.problems} == {"error"}
    assert any(clashing in problem.message and reasoner in problem.message for problem in named)
    assert all(problem.remedy for problem in judgement.problems)


def test_the_place_of_a_contradiction_is_told(tmp_path):
    dataset = Dataset.load(broken(tmp_path, "claims/all.ttl", "claim:c1 ckg:source claim:c2 ."), checked=False)
    (problem,) = reasoning(dataset, "owlrl").problems
    assert (problem.subject, problem.file, problem.rule) == ("claim:c2", "claims/all.ttl", "reasoning")
    assert problem.line > 0


def test_hermit_alone_says_that_there_is_a_contradiction(tmp_path, monkeypatch, reasoner):
    if reasoner == "owlrl":
        monkeypatch.setitem(sys.modules, "owlready2", None)  # owlrl needs no HermiT
    else:
        monkeypatch.setitem(sys.modules, "owlrl", None)
    dataset = Dataset.load(broken(tmp_path, "entities.ttl", "entity:a a ckg:Disease ."), checked=False)
    (problem,) = reasoning(dataset, reasoner).problems
    assert reasoner in problem.message
    assert bool(problem.subject) == (reasoner == "owlrl")


def test_without_java_owlrl_judges_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert reasoning(WORLD.load(tmp_path).dataset).reasoner == "owlrl"
    report = check(tmp_path, deep=True)
    assert "statements judged by owlrl" in report.counts


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


def test_nothing_is_left_behind(tmp_path, monkeypatch, reasoner):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    folder = broken(tmp_path / "world", "entities.ttl", "entity:a a ckg:Disease .")
    assert reasoning(Dataset.load(folder, checked=False), reasoner).problems
    assert list((tmp_path / "temporary").iterdir()) == []


def test_signs_that_do_not_parse_are_a_problem(tmp_path):
    dataset = Dataset.load(broken(tmp_path, "signs.ttl", "this is no turtle"))
    (problem,) = reasoning(dataset, "owlrl").problems
    assert "signs.ttl is not valid Turtle" in problem.message


def test_the_shipped_ontology_and_data_are_consistent(reasoner):
    judgement = reasoning(Dataset.load(ontology_folder()), reasoner)
    assert judgement.problems == []
    assert judgement.statements > 10_000
