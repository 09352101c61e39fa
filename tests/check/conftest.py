"""A small world in which nothing is wrong; each test breaks one thing in it and looks at what is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.check import check
from kg.model import Problem

PREFIXES = """\
@prefix HGNC: <https://identifiers.org/hgnc:> .
@prefix HP: <http://purl.obolibrary.org/obo/HP_> .
@prefix MESH: <http://id.nlm.nih.gov/mesh/> .
@prefix ckg: <https://w3id.org/calciphylaxis-kg/schema#> .
@prefix claim: <https://w3id.org/calciphylaxis-kg/claim/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dispute: <https://w3id.org/calciphylaxis-kg/dispute/> .
@prefix entity: <https://w3id.org/calciphylaxis-kg/entity/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/calciphylaxis-kg/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FILES = {
    "entities.ttl": """
entity:osteoprotegerin a ckg:Protein ;
    rdfs:label "osteoprotegerin" ;
    skos:definition "Decoy receptor of RANKL." ;
    skos:altLabel "OPG", "TNFRSF11B" ;
    ckg:ambiguous-name "the receptor" ;
    skos:exactMatch HGNC:11909 .

entity:rank a ckg:Protein ;
    rdfs:label "RANK" ;
    skos:definition "Receptor of RANKL." ;
    skos:altLabel "TNFRSF11A" ;
    ckg:ambiguous-name "the receptor" ;
    skos:exactMatch HGNC:11908 .

entity:vascular-calcification a ckg:Phenotype ;
    rdfs:label "vascular calcification" ;
    skos:definition "Calcium salts in the wall of a vessel." ;
    skos:exactMatch HP:0004934 ;
    skos:closeMatch MESH:D061205 .

entity:vsmc-calcification a ckg:Phenotype ;
    rdfs:label "vascular smooth muscle cell calcification" ;
    skos:definition "Calcium salts around cells of the vessel wall." ;
    ckg:broader entity:vascular-calcification ;
    ckg:no-match-reason "No vocabulary has it." .
""",
    "terms.ttl": """
HGNC:11908 a skos:Concept ; skos:prefLabel "TNFRSF11A" ; dct:isReferencedBy entity:rank .
HGNC:11909 a skos:Concept ; skos:prefLabel "TNFRSF11B" ; dct:isReferencedBy entity:osteoprotegerin .
HP:0004934 a skos:Concept ; skos:prefLabel "Vascular calcification" ; dct:isReferencedBy entity:vascular-calcification .
MESH:D061205 a skos:Concept ; skos:prefLabel "Vascular Calcification" ; dct:isReferencedBy entity:vascular-calcification .
""",
    "sources.ttl": """
source:s1 a ckg:Source ; rdfs:label "Somebody 2001" .
source:s2 a ckg:Source ; rdfs:label "Somebody else 2002" .
""",
    "disputes.ttl": """
dispute:opg a ckg:Dispute ; rdfs:label "osteoprotegerin" ; skos:definition "It lowers or it raises." .
""",
    "claims/s1.ttl": """
claim:s1-1 a ckg:Claim ;
    ckg:subject entity:osteoprotegerin ; ckg:predicate ckg:decreases ; ckg:object entity:vsmc-calcification ;
    ckg:source source:s1 ; ckg:cites source:s2 ; ckg:basis ckg:second-hand ; ckg:dispute dispute:opg .
claim:s1-2 a ckg:Claim ;
    ckg:subject entity:osteoprotegerin ; ckg:predicate ckg:increases ; ckg:object entity:vsmc-calcification ;
    ckg:source source:s1 ; ckg:dispute dispute:opg .
claim:s1-3 a ckg:Claim ;
    ckg:subject entity:rank ; ckg:predicate ckg:increases ; ckg:object entity:vascular-calcification ;
    ckg:source source:s1 ; ckg:status ckg:retracted ;
    ckg:retraction-reason "Read wrongly." ; ckg:retraction-date "2026-05-31"^^xsd:date .
""",
    "queries/what-acts-on.rq": """\
# title: What acts on an entity?
# parameter: target (entity) = entity:vascular-calcification — what is acted on
# reading: One row for each claim.

SELECT ?claim { ?claim ckg:object ?target } ORDER BY ?claim
""",
    "terms.tsv": "curie\tlabel\tstatus\treplaced_by\tseen_in\trelease\tdate\n"
    + "".join(
        f"{curie}\t{label}\tcurrent\t\tby hand\t1\t2026-01-01\n"
        for curie, label in (
            ("HGNC:11908", "TNFRSF11A"),
            ("HGNC:11909", "TNFRSF11B"),
            ("HGNC:11926", "TNFSF11"),
            ("HP:0004934", "Vascular calcification"),
            ("MESH:D061205", "Vascular Calcification"),
        )
    ),
}


@dataclass(frozen=True)
class Folder:
    """The small world on disk, to be broken."""

    path: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """Change one place of a file."""
        text = (self.path / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (self.path / file).write_text(text.replace(old, new), "utf-8")

    def add(self, file: str, text: str) -> None:
        """Add Turtle or rows to the end of a file."""
        start = PREFIXES if file.endswith(".ttl") and not (self.path / file).exists() else ""
        with (self.path / file).open("a", encoding="utf-8") as out:
            out.write(start + text)

    def problems(self) -> list[Problem]:
        """What a check finds in it."""
        return list(check(self.path).problems)

    def rules(self) -> set[tuple[str, str, str]]:
        """Level, rule and subject of what a check finds."""
        return {(problem.level, problem.rule, problem.subject) for problem in self.problems()}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A copy of the small world; nothing is wrong with it yet."""
    path = tmp_path / "world"
    for name, text in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text((PREFIXES if name.endswith(".ttl") else "") + text, "utf-8")
    world = Folder(path)
    assert world.problems() == []
    return world
