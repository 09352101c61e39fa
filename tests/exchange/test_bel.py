"""BEL: which relation says what, what a script leaves out, and what scripts and node-link JSON of others mean."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World

import kg
from kg.errors import KGError
from kg.exchange import ASPECTS, formats
from kg.exchange.forms.belterms import parse, thing
from kg.exchange.part import PartFormat
from kg.graph import KnowledgeGraph, read
from kg.model import Claim

FORMAT = formats()["bel"]
RELATIONS = {
    "increases": "increases", "causes": "increases", "contributes-to": "increases", "decreases": "decreases",
    "treats-or-prevents": "decreases", "affects": "regulates", "positively-associated-with": "positiveCorrelation",
    "negatively-associated-with": "negativeCorrelation", "has-no-effect-on": "causesNoChange",
    "not-associated-with": "noCorrelation",
}  # fmt: skip


def script(graph: KnowledgeGraph, folder: Path) -> str:
    graph.export(folder / "graph.bel")
    return (folder / "graph.bel").read_text("utf-8")


def test_each_claim_that_bel_can_say_is_one_statement_with_its_relation(graph: KnowledgeGraph, tmp_path: Path) -> None:
    claims = {claim.id: claim for claim in graph.claims()}
    blocks = script(graph, tmp_path).split("\n\nSET STATEMENT_GROUP = ")[1:]
    assert len(blocks) > 600
    for block in blocks:
        group, citation, text, *_, statement, unset = block.strip().splitlines()
        claim = claims.pop(json.loads(group))
        subject, relation, target = parse(statement)
        assert relation == RELATIONS[claim.predicate]
        assert target
        assert [thing(subject).label, thing(target).label] == [claim.subject.label, claim.object.label]
        assert (claim.source.pmid or claim.source.pmcid or claim.source.doi or "") in citation
        assert json.loads(text.partition(" = ")[2]) == claim.note
        assert unset == "UNSET STATEMENT_GROUP"
    nameless = {"Measurement", "Exposure", "Procedure", "Population", "AnatomicalEntity", "CellType"}
    assert all(nameless & {claim.subject.kind, claim.object.kind} for claim in claims.values())


def test_terms_say_what_an_entity_is_by_its_identifier_or_our_name(graph: KnowledgeGraph, tmp_path: Path) -> None:
    text = script(graph, tmp_path)
    assert 'a(CHEBI:10033 ! "warfarin")' in text
    assert 'p(HGNC:11909 ! "osteoprotegerin")' in text
    assert 'path(MONDO:0017215 ! "calciphylaxis")' in text
    assert 'complex(CKG:calciprotein-particle ! "calciprotein particle")' in text
    assert "AS URL" not in text


def test_refuted_and_retracted_claims_are_not_in_the_script(tmp_path: Path) -> None:
    retracted = {
        "status": "ckg:retracted", "retraction-reason": '"wrong"',
        "retraction-date": '"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>',
    }  # fmt: skip
    world = World([
        ("a", "increases", "b", {"certainty": "ckg:refuted"}), ("c", "decreases", "d", retracted),
        ("e", "has-no-effect-on", "f"), ("e", "increases", "m", {"exposure": r'"a \"high\" dose\n1 \\ 2"'}),
    ], kinds={"m": "Disease"})  # fmt: skip
    graph = world.load(tmp_path)
    statements = [line for line in script(graph, tmp_path).splitlines() if " ! " in line]
    assert statements == [
        'p(CKG:e ! "e") causesNoChange p(CKG:f ! "f")',
        'p(CKG:e ! "e") increases path(CKG:m ! "m")',
    ]
    assert read(tmp_path / "graph.bel").claims()[1].exposure == r'a "high" dose 1 \ 2'


def told(claim: Claim) -> tuple[object, ...]:
    stated = ("certainty", "basis", "design", "directness", "species", "tissue", "status", "population", "exposure")
    ends = claim.subject.label, claim.predicate, claim.object.label
    return (*ends, claim.sign, claim.effect, len(claim.cites), *(getattr(claim, name) for name in stated))


def test_the_part_that_is_said_comes_back(graph: KnowledgeGraph, tmp_path: Path) -> None:
    assert isinstance(FORMAT, PartFormat)
    report = graph.export(tmp_path / "graph.bel")
    part, after = FORMAT.part(graph._content), read(tmp_path / "graph.bel")
    assert Counter(map(told, after.claims())) == Counter(map(told, part.claims))
    for name in ("entities", "signs", "predicates", "unsigned", "associations", "nulls"):
        held = set(ASPECTS[name].of(part))
        assert set(ASPECTS[name].of(after._content)) == held
        assert report.kept[ASPECTS[name].what] == len(held)
    pmids = Counter(claim.source.pmid for claim in part.claims if claim.source.pmid)
    assert Counter(claim.source.pmid for claim in after.claims() if claim.source.pmid) == pmids


# --- what others write --------------------------------------------------------------------------------------------

THEIRS = r"""
# a comment
SET DOCUMENT Name = "Theirs"
DEFINE NAMESPACE HGNC AS URL "https://example.org/hgnc.belns"
DEFINE ANNOTATION Species AS PATTERN "\d+"
SET Citation = {"PubMed", "A journal", "111"}
SET Evidence = "A text that goes on \
in the next line"
SET Species = "9606"
SET CellLine = "HeLa"
p(HGNC:391 ! AKT1) -> act(p(HGNC:"GSK3B"), ma(kin))
kin(p(HGNC:391)) =| bp(GO:"apoptotic process")
UNSET CellLine
r(HGNC:391) decreases path(MESH:D009369)
p(HGNC:391) increases p(HGNC:GSK3B, pmod(P, S, 9))
p(HGNC:391) increases deg(p(HGNC:GSK3B))
SET Citation = {"DOI", "10.1000/x"}
a(CHEBI:"oxygen") causesNoChange deg(p(HGNC:391))
a(CHEBI:"oxygen") positiveCorrelation path(MESH:D009369)
a(CHEBI:"oxygen") association path(MESH:D009369)
p(HGNC:391) isA p(FPLX:AKT ! AKT)
complex(p(HGNC:391), p(HGNC:GSK3B)) increases bp(GO:"apoptotic process")
p(HGNC:391) -> (p(HGNC:GSK3B) -> bp(GO:"apoptotic process"))
rxn(reactants(a(CHEBI:"oxygen")), products(a(CHEBI:"water"))) increases p(HGNC:391)
p(HGNC:391)
p(HGNC:391) frobnicates p(HGNC:GSK3B)
p(HGNC:391 increases p(HGNC:GSK3B)
"""


def foreign(folder: Path, text: str, name: str = "theirs.bel") -> KnowledgeGraph:
    (folder / name).write_text(text, "utf-8")
    return read(folder / name)


def test_a_script_of_others_is_read_with_its_signs_citations_and_losses(tmp_path: Path) -> None:
    graph = foreign(tmp_path, THEIRS)
    assert [
        (c.subject.label, c.predicate, c.object.label, *(work.citation for work in c.cites), c.species)
        for c in graph.claims()
    ] == [
        ("AKT1", "increases", "GSK3B", "PMID:111", "human"),
        ("AKT1", "decreases", "apoptotic process", "PMID:111", "human"),
        ("AKT1", "decreases", "MESH:D009369", "PMID:111", "human"),
        ("AKT1", "affects", "GSK3B", "PMID:111", "human"),
        ("AKT1", "affects", "GSK3B", "PMID:111", "human"),
        ("oxygen", "has-no-effect-on", "AKT1", "doi:10.1000/x", None),
        ("oxygen", "positively-associated-with", "MESH:D009369", "doi:10.1000/x", None),
        ("complex(p(HGNC:391), p(HGNC:GSK3B))", "increases", "apoptotic process", "doi:10.1000/x", None),
        ("AKT1", "affects", "GSK3B", "doi:10.1000/x", None),
    ]
    assert {entity.origin for entity in graph.entities} == {"Theirs"}
    assert graph.find("AKT1").matches == ("HGNC:391",)
    assert graph.find("GSK3B").matches == ()
    report = graph.report
    assert report
    losses = {loss.place: loss.why for loss in report.losses if loss.place}
    lines = dict(enumerate(THEIRS.splitlines(), 1))
    for at, why in losses.items():
        assert lines[int(at.removeprefix("line "))]
        assert why
    for why in (
        "form or variant", "aspect degradation", "a statement about a statement", "no single thing",
        "without a relation", "association without a sign", "'increases' where ) is expected",
    ):  # fmt: skip
        assert any(why in loss for loss in losses.values()), why
    assert "annotations cellline (2)" in str(report)
    assert "bel:frobnicates: affects (not in the table" in str(report)


NODES = ["p(HGNC:391 ! AKT1)", "p(HGNC:4617 ! GSK3B)", "path(MESH:D009369 ! Neoplasms)"]
LINKS = [
    {"source": 0, "target": 1, "relation": "increases", "line": 7, "evidence": "text",
     "citation": {"namespace": "pubmed", "identifier": "111"},
     "annotations": {"Species": [{"namespace": "Species", "identifier": "9606"}]},
     "target_modifier": {"modifier": "Activity"}},
    {"source": 0, "target": 2, "relation": "decreases", "source_modifier": {"modifier": "Degradation"}},
    {"source": 1, "target": 2, "relation": "noCorrelation", "line": 9},
    {"source": 2, "target": 1, "relation": "noCorrelation", "line": 9},
    {"source": 0, "target": 9, "relation": "increases"},
    {"source": 0, "target": 1, "relation": "partOf"},
]  # fmt: skip


def nodelink(version: str = "0.15.5") -> dict[str, object]:
    top = {"pybel_version": version, "document_metadata": {"name": "Theirs"}}
    return {"graph": top, "nodes": [{"bel": term} for term in NODES], "links": LINKS}


def test_node_link_json_of_pybel_is_read_like_its_script(tmp_path: Path) -> None:
    graph = foreign(tmp_path, json.dumps(nodelink(), indent=1), "theirs.bel.nodelink.json")
    assert [(c.subject.label, c.predicate, c.object.label, c.species) for c in graph.claims()] == [
        ("AKT1", "increases", "GSK3B", "human"),
        ("AKT1", "affects", "Neoplasms", None),
        ("GSK3B", "not-associated-with", "Neoplasms", None),
    ]
    assert [work.pmid for work in graph.claims()[0].cites] == ["111"]
    told = str(graph.report)
    assert "an end is no node" in told
    assert "bel:partOf: neither an effect" in told


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.bel", "", "empty"),
        ("x.bel", "hello\nworld", "no BEL script"),
        ("x.bel", 'SET DOCUMENT Name = "x"\nSET Evidence = "never\nclosed', "x.bel:2: a quotation mark"),
        ("x.bel", 'SET DOCUMENT Name = "x"', "without a single entity"),
        ("x.bel.json", "{}", "no list of links"),
        ("x.bel.json", json.dumps(nodelink("0.13.2")), "pybel 0.13.2"),
    ],
)
def test_what_is_no_bel_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(KGError, match=message):
        kg.open(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p(HGNC:1", "it ends too early"),
        ("p(HGNC:1)) increases p(HGNC:2)", "where a relation is expected"),
        ('p(HGNC:"A) increases p(HGNC:2)', "not closed"),
        ("p(HGNC:1) increases p(HGNC:2) p(HGNC:3)", "after its end"),
        ("act(" * 40 + "p(HGNC:1)" + ")" * 40, "nested too deeply"),
    ],
)
def test_what_is_no_statement_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


@given(st.data())
@settings(max_examples=12)
def test_no_mutation_of_a_file_is_more_than_a_loss_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name, text = data.draw(st.sampled_from([("x.bel", THEIRS), ("x.bel.json", json.dumps(nodelink(), indent=0))]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        junk = data.draw(
            st.sampled_from(["", '"', "(", ")", "{", "null", ":", "!", "\\", ",", "[]", "9", "<a b>", "\n"])
        )
        text = text[:at] + junk + text[at + data.draw(st.integers(0, 12)) :]
    with suppress(KGError):
        graph = foreign(tmp_path_factory.mktemp("mutated"), text, name)
        assert all(claim.subject.label for claim in graph.claims())
