"""The commands that judge: what an agent does, where to intervene, what feeds back, and where evidence is thin."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.interventions import interventions
from kg.cli.options import Json, NameArgument, in_scope, print_json
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["register"]

Steps = Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")]
Most = Annotated[int, typer.Option("--most", help="List at most this many.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(short_help="What a drug or anything else raises and lowers, good and harm.")(effects)
    app.command(short_help="What to take away so that nothing raises the target.")(interventions)
    app.command(short_help="Feedback loops by sign.")(loops)
    app.command(short_help="Thin evidence on which answers hang.")(gaps)


@in_scope
def effects(
    agent: NameArgument,
    max_steps: Steps = 4,
    *,
    graph: KnowledgeGraph,
    budget: Annotated[int, typer.Option(help="Stop after touching this many arcs for a condition.")] = 5_000_000,
    as_json: Json = False,
) -> int:
    """Show both sides of a treatment: the conditions it makes better and worse, what it had no effect on.

    Ends with 0 if a condition could be judged or a null result is known, 1 if nothing is said, 4 if a search stopped at
    its budget.

    \b
    Examples:
      kg effects warfarin
      kg effects "sodium thiosulfate" --max-steps 2
      kg effects corticosteroids --species human --json
    """
    from kg.cli.effects_text import show_effects

    found = graph.effects(agent, max_steps=max_steps, budget=budget)
    if as_json:
        print_json({"type": "effects", **found.to_dict()})
    else:
        show_effects(found)
    if found.certificate.status == "budget":
        typer.echo("kg: a search stopped at its budget; ask for fewer steps or raise --budget.", err=True)
        return 4
    return 0 if found.conditions or found.nulls or found.associations else 1


@in_scope
def loops(
    through: Annotated[str | None, typer.Option(help="Only loops that this entity is in.")] = None,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest loop, in steps.")] = 4,
    *,
    graph: KnowledgeGraph,
    budget: Annotated[int, typer.Option(help="Stop after touching this many arcs.")] = 5_000_000,
    as_json: Json = False,
) -> int:
    """List the feedback loops: reinforcing ones drive themselves on, balancing ones hold themselves back.

    Ends with 0 if there is one, 1 if there is none, 4 if the search stopped at its budget.

    \b
    Examples:
      kg loops
      kg loops --through PTH --max-steps 6
      kg loops --json
    """
    from kg.cli.page import Page
    from kg.model import DISCLAIMER
    from kg.wording import LEGEND, arrowed, route

    entity = graph.find(through) if through is not None else None
    found = graph.loops(max_steps, budget=budget)
    listed = found.through(entity) if entity else list(found.loops)
    code = 4 if found.certificate.status == "budget" else 0 if listed else 1
    if code == 4:
        typer.echo("kg: the search stopped at its budget; ask for fewer steps or raise --budget.", err=True)
    if as_json:
        print_json({"type": "loops", "loops": [loop.to_dict() for loop in listed],
                    "certificate": found.certificate.to_dict()})  # fmt: skip
        return code
    page = Page()
    where = f" through {entity.label}" if entity else ""
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
    page.line()
    page.line("How to read", "bold")
    for row in (*LEGEND[:2], "An answer is that to a standing question; kg questions lists them."):
        page.line(row, "dim", indent=2)
    page.line(DISCLAIMER, "dim")
    return code


@in_scope
def gaps(most: Most = 20, *, graph: KnowledgeGraph, as_json: Json = False) -> int:
    """List the steps with thin evidence, first those on which answers to the standing questions hang.

    \b
    Examples:
      kg gaps
      kg gaps --most 5 --json
    """
    from kg.cli.page import Page
    from kg.model import DISCLAIMER

    if most < 1:
        raise UsageError(f"--most must be at least 1, not {most}.")
    found = graph.gaps()
    if as_json:
        print_json({"type": "gaps", "total": len(found), "gaps": [gap.to_dict() for gap in found[:most]]})
        return 0 if found else 1
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
    page.line()
    page.line("How to read", "bold")
    page.line(
        "decides: without this step an arm of the answer to that standing question would be empty (kg questions lists "
        "them); contested: both of its arms have routes, and this step is on one", "dim", indent=2,
    )  # fmt: skip
    page.line(DISCLAIMER, "dim")
    return 0 if found else 1
