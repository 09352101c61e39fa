"""Pathograph JSON, as the pages of the Monarch disease-mechanism project draw it and other sites embed it.

One object with ``nodes`` (``id`` is the name, ``node_type``, ``color``, ``is_orphan``, ``description``, ``meta``),
``edges`` (``source``, ``target``, ``predicate``, ``is_orphan``, ``description``) and ``orphan_targets``; described in
docs/pathographs.md and src/dismech/export/pathograph_export.py of https://github.com/monarch-initiative/dismech as of
September 2026. There is no schema of it with a version; keys that a page does not know are ignored by it.

A pathograph is the causal part of a graph: its predicates say that one thing brings about another (``causes``,
``contributes_to``), that a treatment is for something (``treats``), or that it acts on it in a way that is not said
(``influences``). None of them raises or lowers, so what does is written as ``influences``: an arrow that says less,
never more. A key of our own, ``sign`` (1, -1 or 0), says which way for those who read it, and the description says it
in words. Nothing but live causal claims is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from kg.exchange.content import Content, standing
from kg.exchange.format import Format
from kg.model import JSON, Claim, Entity

__all__ = ["FORMATS"]

_PREDICATES = {"causes": "causes", "contributes-to": "contributes_to", "treats-or-prevents": "treats"}
_NEUTRAL = "influences"
_NODE_TYPES = {
    **dict.fromkeys(("Drug", "DrugClass", "Procedure"), "treatment"),
    **dict.fromkeys(("Disease", "Phenotype"), "phenotype"),
    "Exposure": "environmental",
    "Measurement": "biochemical",
}
_COLORS = {
    "pathophysiology": "#dbeafe",
    "phenotype": "#fef3c7",
    "environmental": "#dcfce7",
    "treatment": "#fce7f3",
    "biochemical": "#e0e7ff",
}
_ORDER = ("HP", "MONDO", "GO", "CHEBI", "HGNC", "MESH")
"""Which identifier of several a node shows."""


def write(content: Content) -> str:
    """The causal edges of the graph as one pathograph."""
    edges = _edges(content)
    names = _names(content.entities)
    used = {end for edge in edges for end in (edge[0].subject, edge[0].object)}
    document = {
        "nodes": [_node(entity, names[entity], edges) for entity in content.entities if entity in used],
        "edges": [_edge(claims, names) for claims in edges],
        "orphan_targets": [],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _edges(content: Content) -> list[list[Claim]]:
    """The live causal claims, those with the same subject, predicate and object together."""
    found: dict[tuple[Entity, str, Entity], list[Claim]] = {}
    for claim in content.claims:
        if standing(claim) == "causal":
            found.setdefault((claim.subject, claim.predicate, claim.object), []).append(claim)
    return list(found.values())


def _names(entities: Sequence[Entity]) -> Mapping[Entity, str]:
    """The names that nodes go by: labels, with the id where two have the same."""
    labels = Counter(entity.label for entity in entities)
    return {e: e.label if labels[e.label] == 1 else f"{e.label} ({e.id})" for e in entities}


def _node(entity: Entity, name: str, edges: Sequence[Sequence[Claim]]) -> JSON:
    sort = _NODE_TYPES.get(entity.kind, "pathophysiology")
    matches = {curie.partition(":")[0]: curie for curie in reversed(entity.matches)}
    term = next((matches[prefix] for prefix in _ORDER if prefix in matches), None)
    cited = sum(1 for claims in edges for claim in claims if claim.subject == entity)
    meta: JSON = {"term_id": term, "synonyms": list(entity.synonyms), "evidence_count": cited}
    if term and term.startswith("HGNC:"):
        meta |= {"genes": [entity.label], "gene_terms": [{"id": term, "label": entity.label}]}
    told = {"description": entity.definition, "meta": {key: value for key, value in meta.items() if value}}
    node: JSON = {"id": name, "node_type": sort, "color": _COLORS[sort], "is_orphan": False}
    return node | {key: value for key, value in told.items() if value}


def _edge(claims: Sequence[Claim], names: Mapping[Entity, str]) -> JSON:
    said = dict.fromkeys(f"{claim.certainty or 'certainty not stated'}: {claim.source.citation}" for claim in claims)
    return {
        "source": names[claims[0].subject],
        "target": names[claims[0].object],
        "predicate": _PREDICATES.get(claims[0].predicate, _NEUTRAL),
        "sign": claims[0].sign,
        "is_orphan": False,
        "description": f"{claims[0].sentence} ({'; '.join(said)})",
    }


_ONLY_CAUSAL = "a pathograph draws effects only"
_NO_PLACE = "it has no place for them"

FORMATS = (
    Format(
        "pathograph",
        "Pathograph JSON (dismech)",
        (".pathograph.json",),
        write,
        loses={
            "entities": "a node without an edge is not drawn",
            "kinds": "five sorts of nodes",
            "definitions": "of nodes that are drawn only",
            "synonyms": "of nodes that are drawn only",
            "identifiers": "one for each node that is drawn",
            "near": _NO_PLACE,
            "reasons": _NO_PLACE,
            "wanted": _NO_PLACE,
            "links": _ONLY_CAUSAL,
            "predicates": "its own have no sign: what raises or lowers only influences, and a key says which way",
            "associations": _ONLY_CAUSAL,
            "nulls": _ONLY_CAUSAL,
            "refuted": _ONLY_CAUSAL,
            "retracted": "a retracted claim is told to nobody",
            "claims": "an edge is all claims of the same thing",
            "certainty": "in words, in the description",
            "drafts": _NO_PLACE,
            "sources": "their citations, in the description",
            "cites": _NO_PLACE,
            "qualifiers": _NO_PLACE,
            "places": _NO_PLACE,
            "notes": _NO_PLACE,
            "publications": _NO_PLACE,
            "families": _NO_PLACE,
            "disputes": _NO_PLACE,
            "contrasts": _NO_PLACE,
            "cases": "facts of patients are no edges",
            "questions": "they are not part of what is known",
            "terms": "labels of other vocabularies are not repeated",
        },
        consumer="a schema made after its public description",
    ),
)
