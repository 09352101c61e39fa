"""A graph as flat records: nodes and edges with plain attributes, for formats that know no more than that.

Each claim is an edge of its own, so that opposite claims on the same pair stand side by side. What is no live causal
claim cannot be taken for one: the predicate of a refuted claim is written ``refuted-increases``, without a sign, a null
result has a predicate of its own, and `standing` says what each edge is. Retracted claims are left out. Sources and
disputes stand in the head of the graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from kg.exchange.content import Content, standing
from kg.exchange.draft import Draft
from kg.model import JSON, Claim, Dispute, Entity, Link, Ranks, Source

__all__ = ["FORMAT", "LOSES", "edges", "head", "joined", "node", "parted", "put_back", "put_foreign", "scalar"]

FORMAT = "https://w3id.org/calciphylaxis-kg/flat/1"
REFUTED = "refuted-"
LOSES: Mapping[str, str] = {
    "retracted": "a retracted claim is told to nobody",
    "cases": "facts of patients are no edges; see the Phenopacket format",
    "questions": "they are not part of what is known",
    "terms": "labels of other vocabularies are not repeated",
}
"""What flat records do not hold, and why."""
_LISTS = {"synonyms", "ambiguous_names", "matches", "close", "cites", "disputes"}
_SIGNS = {"1": "increases", "+": "increases", "+1": "increases", "-1": "decreases", "-": "decreases", "−": "decreases"}
_NAMES = {
    "label": ("label", "name", "shared name", "title"),
    "category": ("kind", "category", "type"),
    "predicate": ("predicate", "relation", "interaction", "shared interaction", "edge_type", "type", "label", "key"),
    "sign": ("sign", "effect", "polarity"),
    "publications": ("publications", "pmid", "pmids", "references", "doi"),
}
"""Where other programs put these, in the order in which they are looked for."""


# --- out ----------------------------------------------------------------------------------------------------------


def head(content: Content) -> JSON:
    """What is said of the graph as a whole, with its sources and its disputes."""
    schema = content.schema
    disputes = [
        {"id": d.id, "label": d.label, "definition": d.definition, "contrast": d.contrast} for d in content.disputes
    ]
    return {
        "format": FORMAT,
        "title": schema.title,
        "version": content.version,
        "license": schema.license,
        "sources": [_stated(source.to_dict()) for source in content.used_sources],
        "disputes": [_stated(dispute) for dispute in disputes],
    }


def node(entity: Entity) -> JSON:
    """An entity as a record; what it does not state is left out."""
    return _stated({**entity.to_dict(), "ambiguous_names": list(entity.ambiguous_names)})


def edges(content: Content) -> list[JSON]:
    """Claims, then definitional links, as records with the ids of their ends as ``subject`` and ``object``."""
    return [*map(_claim, content.speaking), *map(_link, content.links)]


def _claim(claim: Claim) -> JSON:
    told = standing(claim)
    said = {"predicate": REFUTED + claim.predicate, "sign": None} if told == "refuted" else {}
    source = claim.source
    evidence = {"citation": source.citation, "doi": source.doi, "pmid": source.pmid}
    return _stated({**claim.to_dict(), **said, "standing": told, **evidence})


def _link(link: Link) -> JSON:
    ends = {"subject": link.source.id, "predicate": link.kind, "object": link.target.id}
    return {**ends, "sign": link.sign, "standing": "definition", "reversible": link.reversible}


def _stated(record: JSON) -> JSON:
    return {name: value for name, value in record.items() if value not in (None, [], "")}


def scalar(value: Any) -> str | int | float | bool:
    """A value for formats without lists: several texts parted by bars, anything deeper as JSON."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return joined(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def joined(values: Iterable[str]) -> str:
    r"""Texts in one cell, parted by bars; a bar or backslash in a text gets a backslash before it.

    >>> joined(["a|b", "c"]), parted(joined(["a|b", "c"]))
    ('a\\|b|c', ['a|b', 'c'])
    """
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def parted(cell: str) -> list[str]:
    """The texts in a cell that `joined` wrote."""
    found, escaped = [""], False
    for letter in cell:
        if escaped or letter not in "|\\":
            found[-1] += letter
            escaped = False
        elif letter == "|":
            found.append("")
        else:
            escaped = True
    return [text for text in found if text]


# --- back ---------------------------------------------------------------------------------------------------------


def put_back(draft: Draft, top: JSON, nodes: Iterable[Mapping[str, Any]], arcs: Iterable[Mapping[str, Any]]) -> None:
    """Read records that `head`, `node` and `edges` made: the same objects again."""
    sources = {told["id"]: Source(**_fields(Source, told)) for told in _several(top.get("sources"))}
    disputes = [Dispute(**_fields(Dispute, told)) for told in _several(top.get("disputes"))]
    entities = {told["id"]: Entity(**_fields(Entity, told)) for told in nodes}
    draft.keep(*sources.values(), *disputes, *entities.values())
    for told in arcs:
        ends = entities[told["subject"]], entities[told["object"]]
        if told["standing"] == "definition":
            draft.link(ends[0], told["predicate"], ends[1])
            continue
        predicate = str(told["predicate"]).removeprefix(REFUTED)
        known = draft.schema.predicates[predicate]
        said = _fields(Claim, told) | {
            "subject": ends[0],
            "object": ends[1],
            "predicate": predicate,
            "sign": known.sign,
            "causal": known.causal,
            "source": sources[told["source"]],
            "cites": tuple(sources[name] for name in _values(told.get("cites"))),
        }
        ranks = Ranks(*(draft.schema.rank(name, said.get(name)) for name in Ranks._fields))
        draft.keep(Claim(**{**said, "ranks": ranks}))


def put_foreign(
    draft: Draft,
    nodes: Iterable[tuple[str, Mapping[str, Any]]],
    arcs: Iterable[tuple[str, str, Mapping[str, Any], str]],
) -> None:
    """Read nodes (key, attributes) and edges (key, key, attributes, place) that some other program wrote.

    Labels, categories, predicates, signs and publications are looked for under the names that are usual for them; an
    edge without a predicate or a sign comes in as an effect without a sign.
    """
    for key, told in nodes:
        draft.entity(key, _first(told, "label"), category=_first(told, "category"))
    for subject, target, told, place in arcs:
        sign, predicate = _first(told, "sign"), _first(told, "predicate")
        said = _SIGNS.get(sign) or predicate or "affects"
        if not predicate and sign not in _SIGNS:
            draft.lose("signs", "the edge states neither a predicate nor a sign", place)
        works = parted(_first(told, "publications"))
        draft.state(draft.entity(subject), said, draft.entity(target), publications=works, place=place)


def _first(told: Mapping[str, Any], what: str) -> str:
    found = next((told[name] for name in _NAMES[what] if told.get(name) not in (None, "")), "")
    return joined(map(str, found)) if isinstance(found, list) else str(found)


def _fields(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields of a class that a record states."""
    names = {field.name for field in fields(kind)}
    return {name: tuple(_values(value)) if name in _LISTS else value for name, value in told.items() if name in names}


def _values(value: Any) -> list[str]:
    return parted(value) if isinstance(value, str) else list(value or ())


def _several(value: Any) -> list[JSON]:
    return json.loads(value) if isinstance(value, str) else list(value or ())
