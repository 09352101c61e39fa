"""Every shape finds its fault in a copy with one fault, says what to do, and finds nothing in complete data."""

from __future__ import annotations

import sys

import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef

from kg.check import check
from kg.check.shapes import shapes
from kg.errors import InvalidData, MissingExtra
from kg.schema import BASE, ontology_folder
from kg.store import Dataset

SHAPES = Graph().parse(ontology_folder() / "shapes.ttl")
DIGEST = "0" * 64
PREFIXES = "".join(
    f"@prefix {name}: <{BASE}{path}> .\n"
    for name, path in (
        ("case", "case/"), ("ckg", "schema#"), ("claim", "claim/"), ("dispute", "dispute/"), ("entity", "entity/"),
        ("source", "source/"),
    )
) + """@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix CHEBI: <http://purl.obolibrary.org/obo/CHEBI_> .
"""  # fmt: skip
COMPLETE = {
    "claims/smith-2020.ttl": f"""
claim:smith-2020-1 a ckg:Claim ;
    ckg:subject entity:salt ; ckg:predicate ckg:increases ; ckg:object entity:stone ;
    ckg:source source:smith-2020 ; ckg:cites source:jones-2010 ;
    ckg:certainty ckg:supported ; ckg:basis ckg:second-hand ; ckg:design ckg:cohort ; ckg:directness ckg:direct ;
    ckg:species ckg:human ; ckg:tissue ckg:vessel ;
    ckg:population "adults" ; ckg:exposure "6 g a day" ; ckg:effect "1.2 (1.1-1.3)" ;
    ckg:dispute dispute:salt ; ckg:status ckg:curated ; ckg:caution "one center" ;
    ckg:section "Results" ; ckg:start 10 ; ckg:end 20 ; ckg:digest "{DIGEST}" ;
    rdfs:comment "More salt, more stones." .
claim:smith-2020-2 a ckg:Claim ;
    ckg:subject entity:salt ; ckg:predicate ckg:has-no-effect-on ; ckg:object entity:stone ;
    ckg:source source:smith-2020 ; ckg:certainty ckg:known ; ckg:basis ckg:own-data ; ckg:design ckg:trial ;
    ckg:dispute dispute:salt ;
    ckg:status ckg:retracted ; ckg:retraction-reason "misread" ; ckg:retraction-date "2026-05-31"^^xsd:date ;
    ckg:section "Abstract" ; rdfs:comment "No difference." .
""",
    "disputes.ttl": """
dispute:salt a ckg:Dispute ; rdfs:label "the salt dispute" ; skos:definition "More stones, against no difference." .
""",
    "entities.ttl": """
entity:salt a ckg:SmallMolecule ; rdfs:label "salt" ; skos:definition "Table salt." ;
    skos:altLabel "sodium chloride" ; skos:hiddenLabel "NaCl" ; ckg:ambiguous-name "SALT" ;
    skos:exactMatch CHEBI:26710 ; skos:closeMatch CHEBI:24866 .
entity:stone a ckg:Phenotype ; rdfs:label "stone" ; skos:definition "A stone of the kidney." ;
    ckg:no-match-reason "made up for a test" .
entity:big-stone a ckg:Phenotype ; rdfs:label "big stone" ; skos:definition "A stone above 1 cm." ;
    ckg:broader entity:stone ; skos:closeMatch CHEBI:24866 .
""",
    "sources.ttl": """
source:smith-2020 a ckg:Source ; rdfs:label "Smith 2020, J Salt" ; dct:title "Salt and stones" ; dct:creator "Smith" ;
    dct:issued "2020"^^xsd:gYear ; ckg:journal "J Salt" ; ckg:doi "10.1234/salt" ; ckg:pmid "12345" ;
    ckg:pmcid "PMC123" ; ckg:url "https://example.org/salt"^^xsd:anyURI ; ckg:design ckg:cohort ;
    ckg:read ckg:full-text ; ckg:family "salt-trial" .
source:jones-2010 a ckg:Source ; rdfs:label "Jones 2010" ; rdfs:comment "the bibliography is not in the text" .
""",
    "cases/smith-2020.ttl": f"""
case:smith-2020 a ckg:Case ; rdfs:label "A man with stones" ; ckg:source source:smith-2020 .
case:smith-2020-p001 a ckg:Fact ; rdfs:label "stone size" ; ckg:case case:smith-2020 ; ckg:category "imaging" ;
    ckg:entity entity:stone ; ckg:presence ckg:present ; ckg:value "2" ; ckg:unit "cm" ; ckg:direction ckg:raised ;
    ckg:time "P7D"^^xsd:duration ; ckg:body-site "left kidney" ;
    ckg:start 30 ; ckg:end 40 ; ckg:digest "{DIGEST}" .
""",
}

EMPTY_TEXTS = {
    "population": '"adults"', "exposure": '"6 g a day"', "effect": '"1.2 (1.1-1.3)"', "caution": '"one center"',
    "section": '"Results"', "retraction-reason": '"misread"',
}  # fmt: skip
FAULTS = [
    # shape, file, what is replaced, by what
    ("claim-name", "claims/smith-2020.ttl", "claim:smith-2020-1 a", "claim:Smith a"),
    ("claim-name", "claims/smith-2020.ttl", "claim:smith-2020-1 a", "claim:smith-2020-01 a"),
    ("claim-subject", "claims/smith-2020.ttl", "ckg:subject entity:salt ; ckg:predicate ckg:increases", "ckg:predicate ckg:increases"),
    ("claim-subject", "claims/smith-2020.ttl", "ckg:subject entity:salt ; ckg:predicate ckg:inc", "ckg:subject entity:salt, entity:stone ; ckg:predicate ckg:inc"),
    ("claim-subject", "claims/smith-2020.ttl", "ckg:subject entity:salt ; ckg:predicate ckg:inc", "ckg:subject entity:sand ; ckg:predicate ckg:inc"),
    ("claim-predicate", "claims/smith-2020.ttl", "ckg:predicate ckg:increases", "ckg:predicate ckg:raises"),
    ("claim-predicate", "claims/smith-2020.ttl", "ckg:predicate ckg:increases", "ckg:predicate ckg:increases, ckg:decreases"),
    ("claim-object", "claims/smith-2020.ttl", "increases ; ckg:object entity:stone", "increases ; ckg:object source:smith-2020"),
    ("claim-object", "claims/smith-2020.ttl", "increases ; ckg:object entity:stone ;", "increases ;"),
    ("claim-source", "claims/smith-2020.ttl", "ckg:source source:smith-2020 ; ckg:cites", "ckg:cites"),
    ("claim-source", "claims/smith-2020.ttl", "ckg:source source:smith-2020 ; ckg:cites", "ckg:source source:smith-2020, source:jones-2010 ; ckg:cites"),
    ("claim-cites", "claims/smith-2020.ttl", "ckg:cites source:jones-2010", "ckg:cites source:nobody"),
    ("claim-certainty", "claims/smith-2020.ttl", "ckg:certainty ckg:supported", "ckg:certainty ckg:own-data"),
    ("claim-certainty", "claims/smith-2020.ttl", "ckg:certainty ckg:supported", "ckg:certainty ckg:supported, ckg:known"),
    ("claim-wording", "claims/smith-2020.ttl", "ckg:certainty ckg:supported ;", ""),
    ("claim-basis", "claims/smith-2020.ttl", "ckg:basis ckg:own-data", "ckg:basis ckg:own-data, ckg:inference"),
    ("claim-basis", "claims/smith-2020.ttl", "ckg:basis ckg:own-data", "ckg:basis ckg:known"),
    ("claim-grounds", "claims/smith-2020.ttl", "ckg:basis ckg:own-data ;", ""),
    ("claim-design", "claims/smith-2020.ttl", "ckg:design ckg:cohort", "ckg:design ckg:hearsay"),
    ("claim-design", "claims/smith-2020.ttl", "ckg:design ckg:cohort", "ckg:design ckg:cohort, ckg:trial"),
    ("claim-evidence", "claims/smith-2020.ttl", "ckg:design ckg:trial ;", ""),
    ("claim-directness", "claims/smith-2020.ttl", "ckg:directness ckg:direct", "ckg:directness ckg:human"),
    ("claim-species", "claims/smith-2020.ttl", "ckg:species ckg:human", "ckg:species ckg:human, ckg:mouse"),
    ("claim-tissue", "claims/smith-2020.ttl", "ckg:tissue ckg:vessel", "ckg:tissue \"vessel\""),
    *((f"claim-{name}", "claims/smith-2020.ttl", f"ckg:{name} {text}", f'ckg:{name} ""') for name, text in EMPTY_TEXTS.items()),
    *((f"claim-{name}", "claims/smith-2020.ttl", f"ckg:{name} {text}", f'ckg:{name} {text}, "more"') for name, text in EMPTY_TEXTS.items()),
    ("claim-section", "claims/smith-2020.ttl", 'ckg:section "Results" ;', ""),
    ("claim-dispute", "claims/smith-2020.ttl", "ckg:dispute dispute:salt ; ckg:status ckg:cur", "ckg:dispute dispute:salt, entity:salt ; ckg:status ckg:cur"),
    ("claim-status", "claims/smith-2020.ttl", "ckg:status ckg:curated", "ckg:status ckg:finished"),
    ("claim-status", "claims/smith-2020.ttl", "ckg:status ckg:curated ;", ""),
    ("claim-sentence", "claims/smith-2020.ttl", 'rdfs:comment "No difference."', 'rdfs:comment "No difference.", "None."'),
    ("claim-sentence", "claims/smith-2020.ttl", ' ; rdfs:comment "No difference."', ""),
    ("claim-retraction-date", "claims/smith-2020.ttl", '"2026-05-31"^^xsd:date', '"last May"'),
    ("claim-retraction", "claims/smith-2020.ttl", 'ckg:retraction-reason "misread" ;', ""),
    ("claim-retraction", "claims/smith-2020.ttl", '; ckg:retraction-date "2026-05-31"^^xsd:date', ""),
    ("claim-retraction", "claims/smith-2020.ttl", "ckg:retracted", "ckg:draft"),
    ("claim-citation", "claims/smith-2020.ttl", "ckg:basis ckg:second-hand", "ckg:basis ckg:own-data"),
    ("start", "claims/smith-2020.ttl", "ckg:start 10", "ckg:start 20"),
    ("start", "claims/smith-2020.ttl", "ckg:start 10", "ckg:start -10"),
    ("start", "cases/smith-2020.ttl", "ckg:start 30", "ckg:start 30, 31"),
    ("end", "claims/smith-2020.ttl", "ckg:end 20", "ckg:end 20, 21"),
    ("digest", "claims/smith-2020.ttl", DIGEST, DIGEST[1:]),
    ("digest", "cases/smith-2020.ttl", DIGEST, "G" * 64),
    ("anchor", "claims/smith-2020.ttl", f'; ckg:digest "{DIGEST}"', ""),
    ("anchor", "claims/smith-2020.ttl", "; ckg:end 20", ""),
    ("anchor", "cases/smith-2020.ttl", "ckg:start 30 ;", ""),
    ("entity-name", "entities.ttl", "entity:big-stone a", "entity:Big_Stone a"),
    ("entity-label", "entities.ttl", 'rdfs:label "salt"', 'rdfs:label "salt", "salz"'),
    ("entity-label", "entities.ttl", 'rdfs:label "salt" ;', ""),
    ("entity-definition", "entities.ttl", 'skos:definition "Table salt."', 'skos:definition ""'),
    ("entity-definition", "entities.ttl", 'skos:definition "Table salt." ;', ""),
    ("entity-synonym", "entities.ttl", '"sodium chloride"', '"sodium chloride"@en'),
    ("entity-search-word", "entities.ttl", '"NaCl"', "11"),
    ("entity-ambiguous-name", "entities.ttl", '"SALT"', '""'),
    ("entity-link", "entities.ttl", "ckg:broader entity:stone", "ckg:broader entity:rock"),
    ("entity-link", "entities.ttl", "ckg:broader entity:stone", "ckg:readout-of source:smith-2020"),
    ("entity-exact-match", "entities.ttl", "skos:exactMatch CHEBI:26710", "skos:exactMatch entity:stone"),
    ("entity-exact-match", "entities.ttl", "skos:exactMatch CHEBI:26710", 'skos:exactMatch "CHEBI:26710"'),
    ("entity-close-match", "entities.ttl", "CHEBI:26710 ; skos:closeMatch CHEBI:24866", "CHEBI:26710 ; skos:closeMatch ckg:Entity"),
    ("entity-reason", "entities.ttl", '"made up for a test"', '"made up", "for a test"'),
    ("entity-identifier", "entities.ttl", ' ;\n    ckg:no-match-reason "made up for a test"', ""),
    ("source-name", "sources.ttl", "source:jones-2010 a", 'source:Brown a ckg:Source ; rdfs:label "B" ; rdfs:comment "none" .\nsource:jones-2010 a'),
    ("source-citation", "sources.ttl", 'rdfs:label "Smith 2020, J Salt" ;', ""),
    ("source-title", "sources.ttl", '"Salt and stones"', '"Salt and stones", "Salt"'),
    ("source-authors", "sources.ttl", 'dct:creator "Smith"', 'dct:creator "Smith", "Jones"'),
    ("source-year", "sources.ttl", '"2020"^^xsd:gYear', '"2020"'),
    ("source-journal", "sources.ttl", '"J Salt" ;', '"" ;'),
    ("source-doi", "sources.ttl", '"10.1234/salt"', '"https://doi.org/10.1234/salt"'),
    ("source-pmid", "sources.ttl", '"12345"', '"PMID12345"'),
    ("source-pmcid", "sources.ttl", '"PMC123"', '"123"'),
    ("source-url", "sources.ttl", '"https://example.org/salt"^^xsd:anyURI', '"example.org/salt"^^xsd:anyURI'),
    ("source-design", "sources.ttl", "ckg:design ckg:cohort", "ckg:design ckg:human"),
    ("source-read", "sources.ttl", "ckg:read ckg:full-text", "ckg:read ckg:full-text, ckg:title-only"),
    ("source-family", "sources.ttl", '"salt-trial"', '"salt-trial", "stone-trial"'),
    ("source-trace", "sources.ttl", ' ; rdfs:comment "the bibliography is not in the text"', ""),
    ("case-label", "cases/smith-2020.ttl", 'rdfs:label "A man with stones" ;', ""),
    ("case-source", "cases/smith-2020.ttl", "ckg:source source:smith-2020", "ckg:source entity:salt"),
    ("fact-label", "cases/smith-2020.ttl", '"stone size"', '"stone size", "size"'),
    ("fact-case", "cases/smith-2020.ttl", "ckg:case case:smith-2020", "ckg:case case:nobody"),
    ("fact-category", "cases/smith-2020.ttl", 'ckg:category "imaging" ;', ""),
    ("fact-presence", "cases/smith-2020.ttl", "ckg:presence ckg:present", "ckg:presence ckg:raised"),
    ("fact-presence", "cases/smith-2020.ttl", "ckg:presence ckg:present ;", ""),
    ("fact-entity", "cases/smith-2020.ttl", "ckg:entity entity:stone", "ckg:entity entity:stone, entity:salt"),
    ("fact-value", "cases/smith-2020.ttl", 'ckg:value "2"', 'ckg:value "2", "3"'),
    ("fact-unit", "cases/smith-2020.ttl", 'ckg:unit "cm"', 'ckg:unit ""'),
    ("fact-measure", "cases/smith-2020.ttl", 'ckg:value "2" ;', ""),
    ("fact-direction", "cases/smith-2020.ttl", "ckg:raised", "ckg:present"),
    ("fact-time", "cases/smith-2020.ttl", '"P7D"^^xsd:duration', '"a week later"'),
    ("fact-site", "cases/smith-2020.ttl", '"left kidney"', '""'),
    ("dispute-label", "disputes.ttl", 'rdfs:label "the salt dispute" ;', ""),
    ("dispute-definition", "disputes.ttl", 'skos:definition "More stones, against no difference."', 'skos:definition "More.", "None."'),
    ("dispute-claims", "claims/smith-2020.ttl", "ckg:dispute dispute:salt ;\n    ckg:status ckg:retracted", "ckg:status ckg:retracted"),
]  # fmt: skip
WARNINGS = {"claim-wording", "claim-grounds", "claim-evidence", "claim-sentence"}


def written(folder, contents):
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PREFIXES + text, "utf-8")
    return folder


def spoilt(file, old, new):
    assert COMPLETE[file].count(old) == 1, f"{old!r} must occur once in {file}"
    return {**COMPLETE, file: COMPLETE[file].replace(old, new)}


def named(shape):
    return str(shape).rpartition("/")[2]


def test_complete_data_break_no_shape(tmp_path):
    assert list(shapes(Dataset.load(written(tmp_path, COMPLETE)))) == []


@pytest.mark.parametrize(("shape", "file", "old", "new"), FAULTS)
def test_a_fault_breaks_its_shape_and_no_other(tmp_path, shape, file, old, new):
    problems = list(shapes(Dataset.load(written(tmp_path, spoilt(file, old, new)), checked=False)))
    broken = {p.message.rstrip(".").rpartition("shape:")[2] for p in problems}
    assert broken == {shape}
    assert {p.level for p in problems} == {"warning" if shape in WARNINGS else "error"}
    message = str(SHAPES.value(URIRef(f"{BASE}shape/{shape}"), SH.message))
    assert {(p.rule, p.remedy) for p in problems} == {("shape", message)}
    assert all(p.line > 0 and p.subject and p.file for p in problems)


def test_every_shape_that_can_report_has_a_broken_copy():
    reporting = {named(shape) for shape in SHAPES.subjects(SH.message)}
    assert reporting == {fault[0] for fault in FAULTS}


def test_every_targeted_or_named_property_shape_says_what_to_do():
    constraining = (
        set(SHAPES.objects(None, SH.property)) | set(SHAPES.subjects(SH["or"])) | set(SHAPES.subjects(SH.xone))
    )
    for shape in constraining:
        if isinstance(shape, URIRef):
            assert SHAPES.value(shape, SH.message), named(shape)
    for shape in SHAPES.subjects(SH.message):
        (message,) = SHAPES.objects(shape, SH.message)
        assert str(message)[0].isupper()
        assert str(message)[-1] == "."


def test_the_shapes_are_valid_shacl_core():
    valid, _, text = pyshacl.validate(Graph(), shacl_graph=SHAPES, meta_shacl=True, advanced=False)
    assert valid, text
    used = {str(term) for triple in SHAPES for term in triple if str(term).startswith(str(SH))}
    beyond_core = {"sparql", "select", "ask", "js", "rule", "target", "SPARQLConstraint", "SPARQLTarget", "Function"}
    assert not {term.rpartition("#")[2] for term in used} & beyond_core


def test_invalid_shacl_would_be_noticed():
    spoilt_shapes = Graph() + SHAPES
    spoilt_shapes.set((URIRef(f"{BASE}shape/claim-subject"), SH.minCount, Literal("one")))
    with pytest.raises(pyshacl.errors.ReportableRuntimeError):
        pyshacl.validate(Graph(), shacl_graph=spoilt_shapes, meta_shacl=True, advanced=False)


def test_shapes_cover_each_sort_of_thing():
    targets = {str(target).rpartition("#")[2] for target in SHAPES.objects(None, SH.targetClass)}
    assert targets == {"Claim", "Entity", "Source", "Case", "Fact", "Dispute"}
    assert all((shape, RDF.type, None) in SHAPES for shape in SHAPES.subjects(SH.message))


def test_a_problem_names_property_value_and_place(tmp_path):
    contents = spoilt("sources.ttl", '"PMC123"', '"123"')
    (problem,) = shapes(Dataset.load(written(tmp_path, contents)))
    assert (problem.subject, problem.property, problem.value) == ("source:smith-2020", "ckg:pmcid", "123")
    assert (problem.file, problem.message) == ("sources.ttl", "ckg:pmcid '123' breaks shape:source-pmcid.")


def test_a_folder_may_have_shapes_of_its_own(tmp_path):
    folder = written(tmp_path, COMPLETE)
    own = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n" + (
        "ckg:s a sh:NodeShape ; sh:targetClass ckg:Source ; sh:property ckg:p .\n"
        'ckg:p a sh:PropertyShape ; sh:path ckg:pmid ; sh:minCount 1 ; sh:message "Give it." .\n'
    )
    (folder / "shapes.ttl").write_text(PREFIXES + own)
    (problem,) = shapes(Dataset.load(folder))
    assert (problem.subject, problem.remedy) == ("source:jones-2010", "Give it.")
    (folder / "shapes.ttl").write_text(PREFIXES + own.replace("sh:minCount 1", "sh:minCount true"))
    with pytest.raises(InvalidData, match=r"shapes\.ttl"):
        list(shapes(Dataset.load(folder)))
    (folder / "shapes.ttl").write_text("no turtle")
    with pytest.raises(InvalidData, match=r"shapes\.ttl"):
        list(shapes(Dataset.load(folder)))


def test_without_the_extra_the_message_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(MissingExtra, match=r"\[validate\]"):
        list(shapes(Dataset.load(written(tmp_path, COMPLETE))))


def test_the_default_check_needs_no_extra(tmp_path, monkeypatch):
    for package in ("pyshacl", "owlrl", "owlready2", "rdflib"):
        monkeypatch.setitem(sys.modules, package, None)
    assert "claims" in check(written(tmp_path, COMPLETE)).counts


def test_the_shipped_data_pass_the_deep_check():
    report = check(ontology_folder(), deep=True)
    assert [p for p in report.problems if p.rule in ("shape", "reasoning", "kind")] == []
    assert any(name.startswith("statements judged by ") for name in report.counts)
