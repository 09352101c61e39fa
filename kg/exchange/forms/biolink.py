"""Entities and claims in the words of the Biolink Model, version 4.4 (https://biolink.github.io/biolink-model/).

Categories are those that ``ontology/schema.ttl`` maps our kinds to; taxa and places in the body those that
``ontology/foreign.ttl`` reads. Every statement here is read by that table with the sign it has with us (tested).

- ``increases`` and ``decreases`` are said by qualifiers: affects, in full causes, with a direction of the object, and
  of its activity or abundance where it is a molecule. ``causes``, ``contributes-to`` and ``treats-or-prevents`` have a
  predicate of their own; a treatment is ``treats`` only where Biolink lets it be (of a condition, by something given),
  and ``beneficial_in_models_for`` if it was seen in animals or cells.
- Null results and refuted claims are negated.
- An association class is named where one has places for the ends and the qualifiers, else plain ``Association``.
- `publications` are what speaks for the claim: the works that it cites, else its source. So a review and the paper
  that it cites do not count twice.
- ``broader`` is ``subclass_of``. Biolink has no word for a readout or a state: they are related as concepts, no more.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from kg.exchange.content import Content, standing
from kg.model import JSON, Claim, Entity, Link, Source
from kg.schema import CKG, SKOS, UNSORTED, shipped_schema
from kg.store import graph_node

__all__ = ["ORDER", "RESOURCE", "Biolink"]

VOCAB = "https://w3id.org/biolink/vocab/"
RESOURCE = "infores:calciphylaxis-kg"
"""How we name ourselves as a knowledge source; not (yet) in the catalog of information resources."""
ORDER: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("SmallMolecule", "ChemicalEntity"),
        ("CHEBI", "UNII", "PUBCHEM.COMPOUND", "CHEMBL.COMPOUND", "DRUGBANK", "MESH"),
    ),
    "Drug": ("RXCUI", "CHEBI", "UNII", "PUBCHEM.COMPOUND", "CHEMBL.COMPOUND", "DRUGBANK", "MESH"),
    "Protein": ("UniProtKB", "PR", "ENSEMBL", "MESH"),
    "Gene": ("NCBIGene", "ENSEMBL", "HGNC"),
    "MacromolecularComplex": ("GO", "PR", "REACT", "ComplexPortal"),
    "Disease": ("MONDO", "DOID", "OMIM", "EFO", "UMLS", "MESH", "NCIT", "HP"),
    "PhenotypicFeature": ("HP", "EFO", "NCIT", "UMLS", "MESH"),
    **dict.fromkeys(("BiologicalProcess", "Pathway"), ("GO", "REACT", "KEGG")),
    "AnatomicalEntity": ("UBERON", "GO", "CL", "MESH"),
    "Cell": ("CL", "MESH", "UBERON"),
}
"""The vocabularies that name a node of a category, the best first, as Biolink orders them (those that we meet)."""
_ALSO = {"Procedure": "Treatment"}
"""A second category of some kinds: without it Biolink does not let them treat."""
_PREDICATES: Mapping[str, str] = {
    **dict.fromkeys(("increases", "decreases", "affects", "has-no-effect-on"), "affects"),
    "causes": "causes",
    "contributes-to": "contributes_to",
    "treats-or-prevents": "treats",
    "positively-associated-with": "positively_correlated_with",
    "negatively-associated-with": "negatively_correlated_with",
    "not-associated-with": "associated_with",
}
_CHEMICALS = ("Drug", "DrugClass", "SmallMolecule")
_MOLECULES = (*_CHEMICALS, "Protein", "ProteinFamily")
_GIVEN = (*_CHEMICALS, "Procedure")
_CONDITIONS = {"Disease": "EntityToDiseaseAssociation", "Phenotype": "EntityToPhenotypicFeatureAssociation"}
_LIVING = ("ProteinFamily", "Complex", "Process", "Pathway", "AnatomicalEntity", "CellType", "Population")
_MODELS = ("mouse", "rat", "rabbit", "cell-culture")
_STATISTICAL = ("meta-analysis", "trial", "cohort", "case-control")
"""Designs whose own data are analyzed in groups."""


class Biolink:
    """Names the nodes of a graph and says its claims. Each entity and source has a name of its own."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._taken: set[str] = set()
        self._categories: dict[str, str] = dict(self._mapped())
        self.entities = {entity.id: self._named(entity) for entity in content.entities}
        self.sources = {s.id: self._free([*works(s), f"source:{s.id}"]) for s in content.used_sources}

    # --- nodes ----------------------------------------------------------------------------------------------------

    def categories(self, entity: Entity) -> list[str]:
        """The categories of an entity, the nearest first. A protein that is named by its gene is a gene as well."""
        found = [self._categories.get(entity.kind, "NamedThing")]
        if entity.kind in _ALSO:
            found.append(_ALSO[entity.kind])
        if entity.kind == "Protein" and _prefix(self.entities[entity.id]) in ORDER["Gene"]:
            found.append("Gene")
        return [f"biolink:{name}" for name in found]

    def _mapped(self) -> Iterator[tuple[str, str]]:
        """The category of each kind by the closest match that the schema states."""
        from pyoxigraph import NamedNode

        store = self.content.dataset().store
        for kind in (UNSORTED, *self.content.schema.kinds):
            for how in ("broadMatch", "closeMatch", "exactMatch"):  # the last one wins
                found = store.quads_for_pattern(
                    NamedNode(CKG + kind), NamedNode(SKOS + how), None, graph_node("schema")
                )
                names = sorted(quad.object.value for quad in found)  # type: ignore[union-attr]
                yield from ((kind, name.removeprefix(VOCAB)) for name in names if name.startswith(VOCAB))

    def _named(self, entity: Entity) -> str:
        """The best exact identifier that no other entity has, else our own name."""
        category = self._categories.get(entity.kind, "NamedThing")
        order = ORDER.get(category, ()) + (ORDER["Gene"] if category == "Protein" else ())
        places = {prefix: place for place, prefix in reversed(list(enumerate(order)))}
        best = sorted(entity.matches, key=lambda name: places.get(_prefix(name), len(order)))
        return self._free([*best, f"entity:{entity.id}"])

    def _free(self, names: Sequence[str]) -> str:
        """The first of some names that is a CURIE and not taken; the last one is our own, which nobody else has."""
        found = next((name for name in names if name not in self._taken and _CURIE.fullmatch(name)), names[-1])
        self._taken.add(found)
        return found

    # --- statements -----------------------------------------------------------------------------------------------

    def statement(self, claim: Claim) -> JSON:
        """A claim as an edge, without what Biolink has no slot for."""
        ends = claim.subject, claim.object
        predicate = self._predicate(claim)
        return {
            "id": f"claim:{claim.id}",
            "subject": self.entities[ends[0].id],
            "predicate": f"biolink:{predicate}",
            "object": self.entities[ends[1].id],
            "category": [f"biolink:{_association(ends[0].kind, predicate, ends[1].kind)}"],
            **(_direction(claim) if predicate == "affects" and claim.sign else {}),
            "negated": standing(claim) in ("refuted", "null result"),
            "knowledge_level": _level(claim),
            "agent_type": "not_provided" if claim.origin else "manual_agent",
            **_knowledge_source(claim),
            "publications": [self.sources[work.id] for work in claim.cites or (claim.source,) if not _resource(work)],
            "species_context_qualifier": _places()["species"].get(claim.species or ""),
            "anatomical_context_qualifier": [t for t in [_places()["tissue"].get(claim.tissue or "")] if t],
        }

    def definition(self, link: Link) -> JSON:
        """A definitional link as an edge."""
        said = "subclass_of" if link.kind == "broader" else "related_to_at_concept_level"
        return {
            "id": f"{link.source.id}-{link.kind}-{link.target.id}",
            "subject": self.entities[link.source.id],
            "predicate": f"biolink:{said}",
            "object": self.entities[link.target.id],
            "category": ["biolink:Association"],
            "negated": False,
            "knowledge_level": "knowledge_assertion",
            "agent_type": "manual_agent",
            "primary_knowledge_source": RESOURCE,
        }

    def _predicate(self, claim: Claim) -> str:
        said = _PREDICATES[claim.predicate]
        if said != "treats":
            return said
        if claim.subject.kind not in _GIVEN or claim.object.kind not in _CONDITIONS:
            return "affects"
        return "beneficial_in_models_for" if claim.species in _MODELS else said


def works(source: Source) -> list[str]:
    """The CURIEs of a publication, the best first; the name of an information resource itself."""
    if _resource(source):
        return [source.citation]
    named = (("PMID", source.pmid), ("doi", source.doi), ("PMC", (source.pmcid or "").removeprefix("PMC")))
    return [f"{prefix}:{local}" for prefix, local in named if local]


_CURIE = re.compile(r"[A-Za-z][\w.-]*:[^\s|]+")


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]


def _resource(source: Source) -> bool:
    """Whether a source is a database rather than a publication."""
    return source.citation.startswith("infores:")


def _knowledge_source(claim: Claim) -> JSON:
    if _resource(claim.source):
        return {"primary_knowledge_source": claim.source.citation, "aggregator_knowledge_source": [RESOURCE]}
    return {"primary_knowledge_source": RESOURCE}


def _direction(claim: Claim) -> JSON:
    """The qualifiers that give an effect its sign."""
    return {
        "qualified_predicate": "biolink:causes",
        **({"object_aspect_qualifier": "activity_or_abundance"} if claim.object.kind in _MOLECULES else {}),
        "object_direction_qualifier": "increased" if (claim.sign or 0) > 0 else "decreased",
    }


def _association(subject: str, predicate: str, target: str) -> str:
    """The class of associations that has a place for two kinds and what is said of them."""
    if target in _CONDITIONS:
        return _CONDITIONS[target]
    if predicate != "affects":
        return "Association"
    if target in _CHEMICALS and subject in _MOLECULES:
        return "GeneAffectsChemicalAssociation"  # of chemicals as well, says Biolink
    if subject in _CHEMICALS and target in ("Protein", *_LIVING):
        return "ChemicalAffectsGeneAssociation" if target == "Protein" else "ChemicalAffectsBiologicalEntityAssociation"
    return "GeneToGeneAssociation" if subject == target == "Protein" else "Association"


def _level(claim: Claim) -> str:
    """The level of knowledge: a hypothesis is a prediction, an association in groups of people a statistical one."""
    if claim.certainty == "hypothesized":
        return "prediction"
    if not claim.causal and claim.basis == "own-data" and claim.design in _STATISTICAL:
        return "statistical_association"
    return "not_provided" if claim.origin and not claim.certainty else "knowledge_assertion"


@functools.cache
def _places() -> Mapping[str, Mapping[str, str]]:
    """The taxon of each species and the part of the body of each tissue, as the table of foreign terms reads them."""
    schema = shipped_schema()
    found: dict[str, dict[str, str]] = {"species": {}, "tissue": {}}
    for iri, term in sorted(schema.foreign.items()):
        for vocabulary, prefix in (("species", "NCBITaxon"), ("tissue", "UBERON")):
            if _prefix(schema.curie(iri)) == prefix:
                found[vocabulary].setdefault(term.reads[0], schema.curie(iri))
    return found
