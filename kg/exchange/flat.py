"""A graph as flat records: nodes and edges with plain attributes, for formats that know no more than that.

Each claim is an edge of its own, so that opposite claims on the same pair stand side by side. What is no live causal
claim cannot be taken for one: the predicate of a refuted claim is written ``refuted-increases``, without a sign, a null
result has a predicate of its own, and `standing` says what each edge is. Retracted claims are left out. Sources and
disputes stand in the head of the graph.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from kg.exchange.content import Content, standing
from kg.exchange.draft import Draft
from kg.model import JSON, Claim, Dispute, Entity, Link, Ranks, Source
from kg.schema import UNSORTED
from kg.statements import claim_statements, dispute_statements, entity_statements, source_statements

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
    """Read records that `head`, `node` and `edges` made: the same objects again.

    A record that somebody broke is a loss: it lacks something, names what is not there, or has values unknown to us.
    """
    back = _Back(draft)
    for what, records, put in (
        ("sources", _several(draft, top, "sources"), back.source),
        ("disputes", _several(draft, top, "disputes"), back.dispute),
        ("entities", nodes, back.entity),
        ("claims and definitional links", arcs, back.arc),
    ):
        for number, told in enumerate(records, 1):
            try:
                put(told)
            except KeyError as error:
                draft.lose(what, f"{error.args[0]!r} is missing, or not known", _place(told, number))
            except (AttributeError, TypeError, ValueError) as error:
                draft.lose(what, f"not as they are written: {error}", _place(told, number))


class _Back:
    """Makes objects of records and keeps those that can be stated. Raises KeyError, TypeError, ValueError."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.schema = draft, draft.schema
        self.seen: dict[tuple[type, str], Any] = {}

    def source(self, told: Mapping[str, Any]) -> None:
        self._keep(told, Source(**_fields(Source, told)), source_statements)

    def dispute(self, told: Mapping[str, Any]) -> None:
        self._keep(told, Dispute(**_fields(Dispute, told)), dispute_statements)

    def entity(self, told: Mapping[str, Any]) -> None:
        made = Entity(**_fields(Entity, told))
        if made.kind != UNSORTED:
            self.schema.kinds[made.kind]
        self._keep(told, made, lambda entity: entity_statements(entity, self.schema))

    def arc(self, told: Mapping[str, Any]) -> None:
        ends = self.draft.entities[told["subject"]], self.draft.entities[told["object"]]
        predicate = str(told["predicate"]).removeprefix(REFUTED)
        if told["standing"] == "definition":
            self.draft.link(ends[0], self.schema.links[predicate].name, ends[1])
            return
        known = self.schema.predicates[predicate]
        said = _fields(Claim, told) | {
            "subject": ends[0],
            "object": ends[1],
            "predicate": predicate,
            "sign": known.sign,
            "causal": known.causal,
            "source": self.draft.sources[told["source"]],
            "cites": tuple(self.draft.sources[name] for name in _values(told.get("cites"))),
        }
        if predicate != told["predicate"]:
            said["certainty"] = "refuted"
        for name, value in said.items():
            if value and name in self.schema.vocabularies:
                self.schema.vocabularies[name][value]
        ranks = Ranks(*(self.schema.rank(name, said.get(name)) for name in Ranks._fields))
        self._keep(told, Claim(**{**said, "ranks": ranks}), claim_statements)

    def _keep(self, told: Any, made: Any, statements: Callable[[Any], Iterable[Any]]) -> None:
        if self.seen.setdefault((type(made), made.id), told) != told:
            raise ValueError(f"another one is called {made.id!r} as well, and the first is kept")
        for _ in statements(made):  # which fails for values that are none
            pass
        self.draft.keep(made)


def _place(told: Any, number: int) -> str:
    line = getattr(told, "line", 0)
    return f"line {line}" if line else f"record {number}"


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
    reads = {field.name: _READS.get(field.name, lambda value: value) for field in fields(kind)}
    return {name: reads[name](value) for name, value in told.items() if name in reads}


def _values(value: Any) -> list[str]:
    return parted(value) if isinstance(value, str) else list(value or ())


_READS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(
        ("synonyms", "ambiguous_names", "matches", "close", "cites", "disputes"), lambda v: tuple(_values(v))
    ),
    **dict.fromkeys(("start", "end", "year", "wanted"), int),
}
"""How the fields that are no plain texts are read."""


def _several(draft: Draft, top: JSON, name: str) -> list[JSON]:
    """A list in the head of a graph, which formats without lists write as JSON."""
    value = top.get(name)
    try:
        return list(json.loads(value) if isinstance(value, str) else value or ())
    except (TypeError, ValueError, RecursionError):
        draft.lose(name, "no list of JSON, as we write it, in the head of the graph")
        return []
