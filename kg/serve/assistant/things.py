"""Entities and claims as an assistant is told them: found by name, described, listed by filter, one in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from kg.errors import AmbiguousEntity, NotFound, UnknownEntity, UsageError
from kg.graph.described import described
from kg.model import JSON, Claim, Entity
from kg.serve.assistant.answers import Answer, fitted, refusal
from kg.serve.assistant.glossary import Glossary, by_strength, named
from kg.wording import count, said

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["claim_told", "claims_told", "entity_told", "found"]

NEIGHBORS = ((15,), (10,), (6,), (3,), (1,))
"""So many neighbors on each side are told, the first number that fits."""
PAGES = tuple((most,) for most in (50, 40, 30, 20, 15, 10, 7, 5, 3, 2, 1))
"""So many claims of a page are told, the first number that fits."""


def found(graph: KnowledgeGraph, name: str, limit: int) -> Answer:
    """The entity that goes by a name, and those named alike."""
    alike = tuple(graph.search(name, limit))
    try:
        entity = graph.find(name)
    except (UnknownEntity, AmbiguousEntity) as error:
        refused = refusal(error)
        candidates = tuple(dict.fromkeys((*refused.candidates, *alike)))
        return Answer(refused.summary, candidates=candidates, advice=refused.advice, status=refused.status)
    others = tuple(other for other in alike if other != entity)
    result = {"found": entity.to_dict(), "alike": named(others)}
    lines = [_entity(entity), *(["Named alike: " + "; ".join(f"{e.label} ({e.id})" for e in others)] if others else [])]
    return Answer(f"{name.strip()!r} is {entity.label} ({entity.id}).", result, tuple(lines))


def entity_told(graph: KnowledgeGraph, name: str) -> Answer:
    """An entity: what it is, what going up means, its definitional links, what it acts on and what acts on it."""
    entity = graph.find(name)
    return fitted(partial(_described, graph, entity), NEIGHBORS)


def _described(graph: KnowledgeGraph, entity: Entity, most: int) -> Answer:
    glossary = Glossary()
    kind = graph.schema.kind(entity.kind)
    result: JSON = {"entity": entity.to_dict(), "up_means": kind.up_means, "links": [], "sides": {}}
    lines, left = [_entity(entity), f"Going up means: {kind.up_means}"], []
    try:
        links = graph.links_on(entity)
        sides = {"acts_on": graph.claims(subject=entity), "acted_on_by": graph.claims(object=entity)}
    except UsageError as error:
        left.append(f"its claims and links: {error}")
        links, sides = [], {}
    result["links"] = [f"{link.source.label} {link.kind.replace('-', ' ')} {link.target.label}" for link in links]
    lines += [f"By definition: {'; '.join(result['links'])}"] if links else []
    for side, claims in sides.items():
        told = _neighbors(claims, most, glossary)
        result["sides"][side] = told
        lines.append(f"What {_SIDES[side]}: {count(told['claims'], 'claim')}")
        lines += [
            f"  {n['says']}: {count(n['claims'], 'claim')}; strongest: {glossary.cited(n['strongest'])}"
            for n in told["neighbors"]
        ]
        if told["more"]:
            left.append(f"{count(told['more'], 'more neighbor')} that {_SIDES[side]}; claims lists every claim")
    return Answer(
        f"{entity.label} ({entity.id}), {kind.label}.", result, tuple(lines), glossary, left_out=tuple(left),
        advice=("trace asks whether one entity leads to another.",),
    )  # fmt: skip


_SIDES = {"acts_on": "it acts on or goes with", "acted_on_by": "acts on it or goes with it"}


def _neighbors(claims: Sequence[Claim], most: int, glossary: Glossary) -> JSON:
    """Claims grouped by what they say, the best supported by number first, each with its strongest claim."""
    groups: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.subject.id, claim.predicate, claim.object.id].append(claim)
    order = sorted(groups.values(), key=lambda group: (-len(group), group[0].sentence.casefold()))
    told = []
    for group in order[:most]:
        strongest = min(group, key=by_strength)
        told.append(
            {"says": group[0].sentence, "claims": len(group), "strongest": glossary.claim(strongest, says=False)}
        )
    return {"claims": len(claims), "neighbors": told, "more": max(0, len(order) - most)}


def claims_told(
    graph: KnowledgeGraph,
    *,
    subject: str,
    predicate: str,
    object: str,  # noqa: A002 - the words of the data model
    about: str,
    source: str,
    limit: int,
    offset: int,
) -> Answer:
    """A page of the claims that fit, by id; as many of the page as are not too large."""
    claims = graph.claims(
        subject=subject or None, predicate=predicate or None, object=object or None, source=source or None
    )
    if about:
        entity = graph.find(about)
        claims = [claim for claim in claims if entity in (claim.subject, claim.object)]
    if not claims:
        advice = "Try fewer filters, the other direction (subject and object), or a kind of the entity."
        return Answer("No claim fits.", status="nothing found", advice=(advice,))
    return fitted(partial(_page, claims[offset : offset + limit], len(claims), offset, graph.filters), PAGES)


def _page(claims: Sequence[Claim], total: int, offset: int, filters: Sequence[str], most: int) -> Answer:
    glossary = Glossary()
    ids = [glossary.claim(claim, note=True) for claim in claims[:most]]
    end = offset + len(ids)
    scope = f" ({'; '.join(filters)})" if filters else ""
    left = [f"{count(total - end, 'claim')} after these; ask again with offset={end}"] if end < total else []
    lines = [f"- {glossary.cited(name)}" for name in ids]
    told = f"Claims {offset + 1} to {end} of {total}" if ids else f"There are {total} claims, none beyond {offset}"
    advice = ("get_claim tells one in full.",) if ids else ()
    result = {"total": total, "offset": offset, "claims": ids}
    return Answer(f"{told}{scope}.", result, tuple(lines), glossary, left_out=tuple(left), advice=advice)


def claim_told(graph: KnowledgeGraph, name: str) -> Answer:
    """One claim in full, with its source, the works it cites, and who says otherwise."""
    try:
        claim = graph.claim(name)
    except NotFound as error:
        return _no_claim(graph, name, error)
    glossary, left = Glossary(), []
    glossary.claim(claim, note=True)
    cited = [glossary.source(work) for work in claim.cites]
    disputes: list[JSON] = []
    disputed = []
    try:
        for dispute in graph.disputes(claim.subject):
            if claim in dispute.claims:
                sides = {side: len(claims) for side, claims in dispute.sides}
                disputes.append({"id": dispute.id, "label": dispute.label, "sides": sides})
                words = [f"{len(some)} {said(side, causal=causal)}" for side, causal, some in dispute.groups]
                disputed.append(f"Disputed in {dispute.label} ({dispute.id}): {', '.join(words)}")
    except UsageError as error:
        left.append(f"who says otherwise: {error}")
    full = described(graph, claim)
    result = {"claim": full["claim"], "source": full["source"], "cites": cited, "disputes": disputes}
    lines = [f"Source: {claim.source.citation}", f"Place: {claim.place}", glossary.cited(claim.id)]
    lines += [f"Our note: {claim.note}"] if claim.note else []
    lines += disputed
    advice = ("disputes_and_gaps tells both sides of a dispute.",) if disputes else ()
    return Answer(f"{claim.sentence}.", result, tuple(lines), glossary, left_out=tuple(left), advice=advice)


def _no_claim(graph: KnowledgeGraph, name: str, error: NotFound) -> Answer:
    """Whoever asks for a claim by the id of its source is told how to go on."""
    answer = refusal(error)
    try:
        source = graph.source(name.rsplit("-", 1)[0]) if name.rsplit("-", 1)[-1].isdecimal() else graph.source(name)
    except NotFound:
        advice = "claims lists claims with their ids, by subject, object or source."
    else:
        advice = f"There is a source {source.id}; claims with source={source.id} lists its claims."
    return Answer(answer.summary, status=answer.status, advice=(advice,))


def _entity(entity: Entity) -> str:
    also = f"; also called {', '.join(entity.synonyms)}" if entity.synonyms else ""
    ids = f"; {', '.join(entity.matches)}" if entity.matches else ""
    return f"{entity.label} ({entity.id}, {entity.kind}{ids}{also}): {entity.definition}"
