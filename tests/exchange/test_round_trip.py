"""Every format that is both written and read, with the shipped graph and with one that holds every sort of claim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import World

import kg
from kg.exchange import ASPECTS, Format, formats
from kg.graph import KnowledgeGraph, read

BOTH = [each for each in formats().values() if each.write and each.read and "entities" in each.keeps]
GRAPHS = [each for each in BOTH if "claims" in each.keeps]
"""Those that hold a whole graph, claim by claim."""


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """A small graph with all that is easily lost: each predicate, null, refuted and retracted claims, opposite claims on
    one pair, claims that differ in their wording only, and texts with every letter that means something to a format.
    """
    claims: list[tuple[str, str, str] | tuple[str, str, str, dict[str, str]]] = [
        ("a", "increases", "b", {"certainty": "ckg:known", "species": "ckg:human", "tissue": "ckg:vessel"}),
        ("a", "increases", "b", {"certainty": "ckg:hypothesized", "basis": "ckg:second-hand", "cites": "source:s2"}),
        ("a", "decreases", "b", {"certainty": "ckg:supported", "dispute": "dispute:d1"}),
        ("b", "decreases", "a", {"certainty": "ckg:disputed"}),
        ("a", "increases", "c", {"certainty": "ckg:refuted"}),
        ("b", "causes", "sick", {"status": "ckg:draft"}),
        ("b", "contributes-to", "sick", {"exposure": '"1 mg/d; \\"long\\" <2 & more>"'}),
        ("cure", "treats-or-prevents", "sick", {"effect": '"HR 0.5 | 0.3-0.8\\tnot \\\\ quite"'}),
        ("c", "affects", "b"),
        ("cure", "has-no-effect-on", "c", {"design": "ckg:trial"}),
        ("c", "positively-associated-with", "sick", {"population": '"Männer über 60 – 日本"'}),
        ("b", "negatively-associated-with", "c"),
        ("a", "not-associated-with", "sick", {"section": '"Results, p. 3"'}),
        ("c", "decreases", "sick", {
            "status": "ckg:retracted", "retraction-reason": '"wrong"', "retraction-date": '"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>',
        }),
    ]  # fmt: skip
    world = World(
        claims=claims,
        links=[("c", "broader", "b"), ("high-b", "raised-state-of", "b"), ("low-b", "lowered-state-of", "b")],
        kinds={"sick": "Disease", "cure": "Drug", "high-b": "Phenotype", "low-b": "Phenotype", "c": "SmallMolecule"},
        entities=["alone"],
        sources=["s1", "s2"],
        source_extras={"s1": ' ; ckg:doi "10.1000/one" ; ckg:family "twins"', "s2": ' ; ckg:pmid "123"'},
    )
    folder = world.write(tmp_path_factory.mktemp("hard"))
    disputes = (folder / "claims" / "all.ttl").read_text("utf-8")
    dispute = 'dispute:d1 a ckg:Dispute ; rdfs:label "up or down" ; skos:definition "which way | a, b" .\n'
    (folder / "claims" / "all.ttl").write_text(disputes + dispute, "utf-8")
    entities = (folder / "entities.ttl").read_text("utf-8")
    more = 'entity:b skos:altLabel "β|x", "B \\\\ b", "tab\\there" ; skos:definition "a \\"quoted\\" <b> & more" .\n'
    (folder / "entities.ttl").write_text(entities + more, "utf-8")
    return kg.open(folder)


def again(graph: KnowledgeGraph, form: Format, folder: Path) -> KnowledgeGraph:
    """The graph as it comes back from a file."""
    graph.export(folder / f"graph{form.endings[0]}", form.name)
    files = sorted(folder.iterdir(), key=lambda file: "edge" in file.name)
    return read(*files, format=form.name)


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
@pytest.mark.parametrize("which", ["graph", "hard"])
def test_what_a_format_is_said_to_keep_comes_back_and_nothing_else(
    form: Format, which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    before: KnowledgeGraph = request.getfixturevalue(which)
    after = again(before, form, tmp_path)
    for name, aspect in ASPECTS.items():
        held, back = set(aspect.of(before._content)), set(aspect.of(after._content))
        if name in form.loses:
            assert back != held or not held, f"{name} is said to be lost, and is not"
        else:
            assert back == held, name


@pytest.mark.parametrize("form", ["turtle", "kgx-tsv"])
def test_the_same_routes_come_back(form: str, graph: KnowledgeGraph, tmp_path: Path) -> None:
    after = again(graph, formats()[form], tmp_path)
    for source, target in (("corticosteroids", "vascular calcification"), ("warfarin", "calciphylaxis")):
        one, two = graph.trace(source, target), after.trace(source, target)
        assert [str(path) for path in one.paths] == [str(path) for path in two.paths]
        assert [str(path.support) for path in one.paths] == [str(path.support) for path in two.paths]


@pytest.mark.parametrize("form", BOTH, ids=lambda form: form.name)
def test_the_same_graph_gives_the_same_bytes(form: Format, hard: KnowledgeGraph, tmp_path: Path) -> None:
    written = [_written(hard, form, tmp_path / name) for name in ("one", "two")]
    assert written[0] == written[1]


def _written(graph: KnowledgeGraph, form: Format, folder: Path) -> list[bytes]:
    folder.mkdir()
    graph.export(folder / f"graph{form.endings[0]}", form.name)
    return [file.read_bytes() for file in sorted(folder.iterdir())]


def causal(graph: KnowledgeGraph) -> Iterator[tuple[str, str, str]]:
    for edge in graph.edges:
        if edge.claims[0].causal:
            yield edge.subject.label, edge.predicate, edge.object.label


@pytest.mark.parametrize("form", BOTH, ids=lambda form: form.name)
def test_refuted_retracted_and_null_claims_never_become_causal(
    form: Format, hard: KnowledgeGraph, tmp_path: Path
) -> None:
    pairs = {(subject, target) for subject, _, target in causal(hard)}
    after = again(hard, form, tmp_path)
    assert {(subject, target) for subject, _, target in causal(after)} <= pairs
    for subject, target in (("a", "c"), ("cure", "c"), ("c", "sick")):
        assert (subject, target) not in pairs
