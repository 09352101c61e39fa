"""GPML: interactions become claims by their arrow heads and by what their ends are attached to."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoilt import borne, spoilt_xml

from kg.errors import InvalidData
from kg.graph import KnowledgeGraph, read

SAMPLE = Path(__file__).parent / "samples" / "pathway.gpml"
NEWER = """<Pathway xmlns="http://pathvisio.org/GPML/2021" title="Made up" organism="Homo sapiens" version="WP99999_r2">
<DataNodes>
<DataNode elementId="a" textLabel="AAA1" type="GeneProduct"><Xref identifier="999991" dataSource="Entrez Gene" />
 <States><State elementId="s" textLabel="p" type="Phosphorylation" /></States></DataNode>
<DataNode elementId="b" textLabel="salt" type="Metabolite"><Xref identifier="CHEBI:9999991" dataSource="chebi" /></DataNode>
<DataNode elementId="c" textLabel="both" type="Alias" elementRef="g"><Xref identifier="" dataSource="" /></DataNode>
<DataNode elementId="d" textLabel="DDD1" type="Protein" groupRef="g" />
</DataNodes>
<Interactions>
<Interaction elementId="i"><Waypoints>
 <Point elementId="p1" arrowHead="Undirected" elementRef="b" /><Point elementId="p2" arrowHead="{head}" elementRef="{end}" />
 <Anchor elementId="n" /></Waypoints><CitationRefs><CitationRef elementRef="q" /></CitationRefs></Interaction>
</Interactions>
<Groups><Group elementId="g" type="Complex"><Xref identifier="CPX-9" dataSource="complexportal" /></Group></Groups>
<Citations><Citation elementId="q"><Xref identifier="10.9999/made.up" dataSource="doi" /></Citation></Citations>
</Pathway>"""


@pytest.fixture(scope="module")
def pathway() -> KnowledgeGraph:
    return read(SAMPLE)


def said(graph: KnowledgeGraph) -> list[tuple[str, str, str]]:
    return [(claim.subject.label, claim.predicate, claim.object.label) for claim in graph.claims()]


def lost(graph: KnowledgeGraph, what: str = "") -> list[str]:
    assert graph.report is not None
    return [str(loss) for loss in graph.report.losses if loss.what.startswith(what)]


def test_arrow_heads_and_ends_make_claims(pathway: KnowledgeGraph) -> None:
    assert said(pathway) == [
        ("AAA1", "increases", "BBB1"),
        ("BBB1", "decreases", "salt"),  # the bar is at the other end
        ("salt", "affects", "stone"),
        ("AAA1", "affects", "stone"),  # an inhibition of that conversion, by way of its anchor
        ("salt", "affects", "BBB1"),
        ("CCC1", "decreases", "DDD1:DDD2"),  # a group acts on a complex
        ("CCC2", "decreases", "DDD1:DDD2"),
        ("AAA1", "affects", "BBB1"),  # a stimulation of its phosphorylated state
        ("salt", "affects", "stone"),  # with a head at either end
        ("stone", "affects", "salt"),
    ]


def test_publications_of_an_interaction_are_cited_for_it(pathway: KnowledgeGraph) -> None:
    claims = pathway.claims()
    assert [[source.pmid for source in claim.cites] for claim in claims if claim.cites] == [["99999902"]]
    assert {claim.origin for claim in claims} == {"WikiPathways WP99999"}
    assert lost(pathway, "publications") == [
        "line 16: publications: referred to, but not in the file",
        "publications: cited for the pathway or a node, not for an interaction",
    ]


def test_members_of_a_group_are_said_to_be_so(pathway: KnowledgeGraph) -> None:
    assert [claim.subject.label for claim in pathway.claims() if claim.note] == ["CCC1", "CCC2"]


def test_nodes_with_the_same_identifier_are_one(pathway: KnowledgeGraph) -> None:
    assert {entity.label: (entity.kind, entity.matches) for entity in pathway.entities} == {
        "AAA1": ("Protein", ("NCBIGene:999991",)),
        "BBB1": ("Protein", ("UniProtKB:X99999",)),
        "CCC1": ("Protein", ("hgnc.symbol:CCC1",)),
        "CCC2": ("Protein", ("ENSEMBL:ENSG99999999991",)),
        "DDD1": ("Protein", ()),
        "DDD2": ("Protein", ()),
        "DDD1:DDD2": ("Complex", ()),
        "salt": ("SmallMolecule", ("CHEBI:9999991",)),
        "stone": ("SmallMolecule", ()),
    }
    assert lost(pathway, "identifiers") == ["line 13: identifiers: no CURIE is known for Own list 7"]


def test_interactions_that_say_nothing_are_losses_with_their_line(pathway: KnowledgeGraph) -> None:
    assert lost(pathway, "interactions") == [
        "line 43: interactions: not attached at both ends",
        "line 46: interactions: without an arrow head: which acts on which is not said",
        "line 49: interactions: attached to a Label, which is no entity",
        "line 52: interactions: attached to something that is not in the file",
        "line 55: interactions: attached to itself, by way of others",
    ]
    assert lost(pathway, "statements") == [
        "line 40: statements: wp:ComplexBinding: neither an effect nor an association"
    ]
    assert [each.partition(":")[0] for each in lost(pathway, "signs")] == ["line 28", "line 37"]


@pytest.mark.parametrize(
    ("head", "end", "predicate", "label"),
    [
        ("Stimulation", "a", "increases", "AAA1"),
        ("Inhibition", "a", "decreases", "AAA1"),
        ("Inhibition", "s", "affects", "AAA1"),
        ("Conversion", "a", "affects", "AAA1"),
        ("Inhibition", "c", "decreases", "DDD1"),
        ("Directed", "g", "affects", "DDD1"),
    ],
)
def test_the_version_of_2021(head: str, end: str, predicate: str, label: str, tmp_path: Path) -> None:
    (tmp_path / "a.gpml").write_text(NEWER.format(head=head, end=end), "utf-8")
    graph = read(tmp_path / "a.gpml")
    assert said(graph) == [("salt", predicate, label)]
    assert [source.doi for source in graph.claims()[0].cites] == ["10.9999/made.up"]


@pytest.mark.parametrize(
    ("head", "why"),
    [("", "without an arrow head"), ("Undirected", "without an arrow head"), ("Binding", "neither an effect")],
)
def test_heads_that_say_nothing_make_no_claim(head: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.gpml").write_text(NEWER.format(head=head, end="a"), "utf-8")
    graph = read(tmp_path / "a.gpml")
    assert said(graph) == []
    assert [loss for loss in lost(graph) if why in loss and loss.startswith("line 10: ")]


def test_a_head_that_nobody_knows_has_no_sign(tmp_path: Path) -> None:
    (tmp_path / "a.gpml").write_text(NEWER.format(head="Unheard-of", end="a"), "utf-8")
    graph = read(tmp_path / "a.gpml")
    assert said(graph) == [("salt", "affects", "AAA1")]
    assert graph.report
    assert "not in the table, so without a sign" in str(graph.report)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<Pathway/>", "no GPML: the root is no Pathway of GPML"),
        ("<sbgn/>", "no GPML: the root is no Pathway of GPML"),
        ('<Pathway xmlns="http://genmapp.org/GPML/2010a"/>', "version 2010a of GPML; 2013a and 2021 are read"),
        ('<!DOCTYPE Pathway [<!ENTITY a "b">]><Pathway/>', "it declares a document type"),
        ('<Pathway xmlns="http://pathvisio.org/GPML/2013a"/>', "without a single entity"),
    ],
)
def test_other_files_are_refused(content: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.gpml").write_text(content, "utf-8")
    with pytest.raises(InvalidData, match=why):
        read(tmp_path / "a.gpml")


@settings(max_examples=12)
@given(random=st.randoms(use_true_random=False), sample=st.sampled_from([SAMPLE.read_text("utf-8"), NEWER]))
def test_spoilt_pathways_are_borne(random: Random, sample: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "spoilt.gpml"
    path.write_text(spoilt_xml(sample, random), "utf-8")
    assert borne(path, "gpml") in ("read", "refused")
