"""Where the literature disagrees and where evidence is thin, as an assistant is told it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from kg.causal.gaps import Gap
from kg.errors import NotFound, UsageError
from kg.model import JSON, Dispute, Entity
from kg.serve.assistant.answers import Answer, fitted
from kg.serve.assistant.glossary import Glossary, by_strength
from kg.wording import count, said

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["BOTH", "told"]

BOTH = ("both", "disputes", "gaps")
_DETAILS = ((25, 3), (25, 2), (25, 1), (12, 1), (6, 1), (3, 1), (2, 1), (1, 1))
"""How many disputes and gaps of a page, and claims of each side, are told."""


def told(graph: KnowledgeGraph, about: str, what: str, limit: int, offset: int) -> Answer:
    """Disputes and gaps, at all or about an entity; or one dispute by its id, with every side.

    Raises UnknownEntity, AmbiguousEntity, and UsageError for another `what`, or a graph whose claims are not at hand.
    """
    if what not in BOTH:
        raise UsageError(f"what is {what!r}; use one of: {', '.join(BOTH)}.")
    if about:
        try:
            return _dispute(graph.dispute(about))
        except NotFound:
            pass
    entity = graph.find(about) if about else None
    disputes = graph.disputes(entity) if what != "gaps" else []
    gaps, left = _gaps(graph, what)
    gaps = [gap for gap in gaps if entity is None or _on(gap, entity)]
    if not disputes and not gaps:
        names = {"both": "dispute and no gap", "disputes": "dispute", "gaps": "gap"}[what]
        where = f" about {entity.label}" if entity else ""
        return Answer(f"No {names} is known{where}.", left_out=left, status="nothing found")
    end, totals = offset + limit, {"disputes": len(disputes), "gaps": len(gaps)}
    return fitted(partial(_page, disputes[offset:end], gaps[offset:end], totals, offset, left), _DETAILS)


def _gaps(graph: KnowledgeGraph, what: str) -> tuple[list[Gap], tuple[str, ...]]:
    """The gaps if they are asked for; of a graph that has disputes only, why there are none."""
    if what == "disputes":
        return [], ()
    try:
        return graph.gaps(), ()
    except UsageError as error:
        if what == "gaps":
            raise
        return [], (f"gaps: {error}",)


def _on(gap: Gap, entity: Entity) -> bool:
    return entity in (gap.step.source, gap.step.target)


def _page(
    disputes: Sequence[Dispute], gaps: Sequence[Gap], totals: JSON, offset: int, missing: tuple[str, ...],
    most: int, each: int,
) -> Answer:  # fmt: skip
    glossary = Glossary(each)
    told = {
        "disputes": [_contrast(one, glossary) for one in disputes[:most]],
        "gaps": [_gap(one, glossary) for one in gaps[:most]],
    }
    left = [
        f"{totals[name] - offset - len(told[name])} {name} after these; ask again with what={name} and "
        f"offset={offset + len(told[name])}"
        for name in told
        if told[name] and offset + len(told[name]) < totals[name]
    ]
    lines = [
        line
        for one, data in zip(disputes, told["disputes"], strict=False)
        for line in _dispute_lines(one, data, glossary)
    ]
    lines += [line for one in told["gaps"] for line in _gap_lines(one, glossary)]
    counted = [count(number, name.removesuffix("s")) for name, number in totals.items() if number]
    advice = ("disputes_and_gaps with about=ID of a dispute tells all of its claims.",) if disputes else ()
    return Answer(
        f"{' and '.join(counted)}.", {**told, "totals": totals, "offset": offset}, tuple(lines), glossary,
        left_out=(*left, *missing), advice=advice,
    )  # fmt: skip


def _dispute(dispute: Dispute) -> Answer:
    """One dispute with as many claims of each side as fit."""

    def whole(each: int) -> Answer:
        glossary = Glossary(each)
        told = _contrast(dispute, glossary)
        result = {"disputes": [told], "gaps": [], "totals": {"disputes": 1, "gaps": 0}, "offset": 0}
        hidden = len(dispute.claims) - sum(len(side["claims"]) for side in told["sides"].values())
        left = (
            (f"{count(hidden, 'weaker claim')} of this dispute; claims with subject and object lists them",)
            if hidden
            else ()
        )
        summary = f"{dispute.label}: {dispute.definition}"
        return Answer(summary, result, tuple(_dispute_lines(dispute, told, glossary)), glossary, left_out=left)

    return fitted(whole, ((50,), (20,), (10,), (5,), (3,), (1,)))


def _contrast(dispute: Dispute, glossary: Glossary) -> JSON:
    told: JSON = {"id": dispute.id, "label": dispute.label, "definition": dispute.definition, "named": dispute.named}
    told |= {"contrast": dispute.contrast} if dispute.contrast else {}
    told["differences"] = {what: {side: list(v) for side, v in by} for what, by in dispute.differences}
    told["sides"] = {side: {"total": len(cs), "claims": glossary.some(cs)} for side, cs in dispute.sides}
    return told


def _gap(gap: Gap, glossary: Glossary) -> JSON:
    names = ("reasons", "decisive", "contested")
    told: JSON = {name: list(getattr(gap, name)) for name in names}
    return {"step": glossary.step(gap.step), **told, "routes": gap.routes, "query": gap.query}


def _dispute_lines(dispute: Dispute, told: JSON, glossary: Glossary) -> list[str]:
    lines = [f"Dispute {told['id']}: {told['label']}. {told['definition']}"]
    lines += [f"  contrast: {told['contrast']}"] if "contrast" in told else []
    for what, by in told["differences"].items():
        lines.append(f"  {what}: " + "; ".join(f"{_side(dispute, s)}: {', '.join(values)}" for s, values in by.items()))
    for side, causal, claims in dispute.groups:
        shown = told["sides"][side]["claims"]
        cited = [glossary.cited(claim.id) for claim in sorted(claims, key=by_strength) if claim.id in shown]
        lines.append(f"  {said(side, causal=causal)} ({len(claims)}): {' | '.join(cited) or 'none told here'}")
    return lines


def _side(dispute: Dispute, side: str) -> str:
    """What a side says: an effect, what was only seen together, or both."""
    return " or ".join(said(name, causal=causal) for name, causal, _ in dispute.groups if name == side)


def _gap_lines(told: JSON, glossary: Glossary) -> list[str]:
    step = glossary.steps[told["step"] - 1]
    reasons = ", ".join(told["reasons"])
    decisive = f"; decides {', '.join(told['decisive'])}" if told["decisive"] else ""
    return [f"Gap: {step['says']} (step {told['step']}): {reasons}{decisive}; to look up: {told['query']}"]
