"""What ``kg effects`` prints: harm and good side by side, each with its best routes and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.cli.page import Page
from kg.model import DISCLAIMER, Claim
from kg.wording import LEGEND, count, route, seen_with

if TYPE_CHECKING:
    from kg.causal.effects import Effect, Effects

__all__ = ["show_effects"]

_HEADS: Mapping[str, str] = {
    "harmful": "▲ harmful: every signed route makes it worse",
    "good": "▼ good: every signed route makes it better",
    "contested": "◆ contested: routes both ways",
    "unsigned": "◇ not judged: no source gives a sign",
}
_ALWAYS = ("harmful", "good")
"""Both sides of a treatment are told, also where one is empty."""


def show_effects(found: Effects) -> None:
    """The conditions by judgement, then what was found to have no effect or only seen together."""
    page = Page()
    steps = count(found.max_steps, "step")
    page.line(f"What {found.agent.label} does to conditions, by routes of up to {steps}", "bold")
    page.line()
    page.field("searched", f"{found.certificate}.")
    page.field("data", found.certificate.data)
    for judgement, head in _HEADS.items():
        listed = found.judged(judgement)
        if listed or judgement in _ALWAYS:
            page.line()
            page.line(f"{head} ({len(listed)})", "bold")
        if not listed and judgement in _ALWAYS:
            page.line("none in this graph, which was not gathered from the literature on drug safety", "dim", indent=2)
        for effect in listed:
            _effect(page, effect)
    told = {claim for effect in found.conditions for claim in effect.beside}
    for title, claims in (
        (f"No effect found, and no route of up to {steps} either", [c for c in found.nulls if c not in told]),
        ("Goes with (observed together, no effect stated)", [c for c in found.associations if c not in told]),
    ):
        if claims:
            page.line()
            page.line(f"{title} ({len(claims)})", "bold")
            for claim in claims:
                page.line(_cited(claim, claim.sentence), indent=2, hang=4)
    if found.unfinished:
        page.line()
        page.line(f"Not judged, the search stopped early: {', '.join(map(str, found.unfinished))}", "yellow")
    page.line()
    page.line("How to read", "bold")
    for row in LEGEND[:2]:
        page.line(row, "dim", indent=2)
    page.line(DISCLAIMER, "dim")


def _effect(page: Page, effect: Effect) -> None:
    page.line(effect.entity.label, indent=2)
    for sign, path in effect.best.items():
        counts = effect.trace.certificate.counts
        more = f"  and {count(counts[sign] - 1, 'more route')}" if counts[sign] > 1 else ""
        circumstance = f"  ({seen_with(path)})" if seen_with(path) else ""
        page.line(f"{route(path.steps)}  [{path.worth}]{circumstance}{more}", "dim", indent=6, hang=4)
    for claim in effect.beside:
        lead = "but" if effect.against(claim) else "also"
        kind = f" {claim.object.label}," if claim.object != effect.entity else ""
        page.line(f"{lead}{kind} {_cited(claim, claim.predicate.replace('-', ' '))}", indent=6, hang=4)


def _cited(claim: Claim, words: str) -> str:
    return f"{words}: {claim.source.citation} ({claim.id})"
