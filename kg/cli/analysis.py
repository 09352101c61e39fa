"""The commands that judge: what an agent does, where to intervene, what feeds back, and where evidence is thin."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.interventions import interventions
from kg.cli.options import Json, NameArgument, opened, print_json

if TYPE_CHECKING:
    from kg.causal.effects import Effect

__all__ = ["register"]

Steps = Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")]
Most = Annotated[int, typer.Option("--most", help="List at most this many.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(short_help="What a drug or anything else raises and lowers, good and harm.")(effects)
    app.command(short_help="What to take away so that nothing raises the target.")(interventions)
    app.command(short_help="Feedback loops by sign.")(loops)
    app.command(short_help="Thin evidence on which answers hang.")(gaps)


def effects(agent: NameArgument, max_steps: Steps = 3, as_json: Json = False) -> int:
    """Show both sides of a treatment: the conditions it makes better and worse, what it had no effect on.

    \b
    Examples:
      kg effects warfarin
      kg effects "sodium thiosulfate" --max-steps 2
      kg effects corticosteroids --json
    """
    from kg.cli.page import Page
    from kg.model import DISCLAIMER

    found = opened().effects(agent, max_steps=max_steps)
    if as_json:
        print_json({"type": "effects", **found.to_dict()})
        return 0
    page = Page()
    page.line(f"What {found.agent.label} does to conditions, by routes of up to {max_steps} steps", "bold")
    heads = {
        "harmful": "▲ harmful: every signed route makes it worse",
        "good": "▼ good: every signed route makes it better",
        "contested": "◆ contested: routes both ways",
        "unsigned": "◇ not judged: no sign, or nobody says which way is wanted",
    }
    for judgement, head in heads.items():
        listed = found.judged(judgement)
        if listed:
            page.line()
            page.line(f"{head} ({len(listed)})", "bold")
            for effect in listed:
                _effect(page, effect)
    told = {claim for effect in found.conditions for claim in effect.beside}
    for title, claims in (
        ("No effect found, and no route either", [claim for claim in found.nulls if claim not in told]),
        ("Goes with (observed together, no effect stated)", [c for c in found.associations if c not in told]),
    ):
        if claims:
            page.line()
            page.line(f"{title} ({len(claims)})", "bold")
            for claim in claims:
                page.line(f"{claim.sentence}: {claim.source.citation} ({claim.id})", indent=2, hang=4)
    if found.unfinished:
        page.line()
        page.line(f"Not judged, the search stopped early: {', '.join(map(str, found.unfinished))}", "yellow")
    page.line()
    page.line(DISCLAIMER, "dim")
    return 0


def _effect(page: Any, effect: Effect) -> None:
    from kg.cli.page import count

    page.line(effect.entity.label, indent=2)
    for sign, path in effect.best.items():
        counts = effect.trace.certificate.counts
        more = f"  and {count(counts[sign] - 1, 'more route')}" if counts[sign] > 1 else ""
        page.line(f"{path}  [{path.support or 'by definition'}]{more}", "dim", indent=6, hang=4)
    for claim in effect.beside:
        lead = "but " if claim.null else "also "
        page.line(f"{lead}{claim.predicate.replace('-', ' ')}: {claim.source.citation} ({claim.id})", indent=6, hang=4)


def loops(
    through: Annotated[str | None, typer.Option(help="Only loops that this entity is in.")] = None,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest loop, in steps.")] = 4,
    as_json: Json = False,
) -> int:
    """List the feedback loops: reinforcing ones drive themselves on, balancing ones hold themselves back.

    \b
    Examples:
      kg loops
      kg loops --through PTH --max-steps 6
      kg loops --json
    """
    from kg.cli.page import Page, arrowed, route

    graph = opened()
    found = graph.loops(max_steps)
    listed = found.through(graph.find(through)) if through else list(found.loops)
    if as_json:
        print_json({"type": "loops", "loops": [loop.to_dict() for loop in listed],
                    "certificate": found.certificate.to_dict()})  # fmt: skip
        return 0
    page = Page()
    where = f" through {graph.find(through).label}" if through else ""
    kinds = Counter(loop.kind for loop in listed)
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in ("reinforcing", "balancing", "unsigned") if kinds[kind])
    page.line(f"Feedback loops{where} of up to {max_steps} steps: {told or 'none'}", "bold")
    page.field("searched", f"{found.certificate}.")
    for loop in listed:
        page.line()
        page.line(f"{loop.kind}: {route(loop.steps)}", "bold", hang=4)
        if loop.weakest:
            page.line(f"weakest step {arrowed(loop.weakest)}: {loop.support}", "dim", indent=4, hang=4)
        if loop.restates:
            page.line("closed by one claim and a definition; it may only say the definition once more", "dim", indent=4)
        if loop.touches:
            page.line(f"touches the answers to {', '.join(loop.touches)}", "dim", indent=4, hang=4)
    return 0


def gaps(most: Most = 20, as_json: Json = False) -> int:
    """List the steps with thin evidence, first those on which answers to the standing questions hang.

    \b
    Examples:
      kg gaps
      kg gaps --most 5 --json
    """
    from kg.cli.page import Page

    found = opened().gaps()
    if as_json:
        print_json({"type": "gaps", "total": len(found), "gaps": [gap.to_dict() for gap in found[:most]]})
        return 0
    page = Page()
    page.line(f"{min(most, len(found))} of {len(found)} thin steps, those first on which most answers hang", "bold")
    for place, gap in enumerate(found[:most], 1):
        page.line()
        page.line(f"{place}. {gap}", "bold", hang=3)
        if gap.decisive:
            page.field("decides", ", ".join(gap.decisive))
        if gap.contested:
            page.field("contested", ", ".join(gap.contested))
        page.field("look up", gap.query)
    return 0
