"""``kg interventions``: where to cut, who acts there, and what a cut of one's own leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.options import Force, Json, NameArgument, in_scope, print_json, several
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.causal.interventions.cuts import Interventions
    from kg.causal.interventions.cutting import Outcome
    from kg.graph import KnowledgeGraph

__all__ = ["interventions"]


@in_scope
def interventions(
    target: NameArgument,
    sources: Annotated[str, typer.Option("--from", help="Where the routes begin; several are parted by a bar.")],
    spare: Annotated[str | None, typer.Option(help="Entities that may not be taken, parted by a bar.")] = None,
    protect: Annotated[bool, typer.Option("--protect", help="Cut no route that lowers the target.")] = False,
    steps: Annotated[bool, typer.Option("--steps", help="Cut steps instead of entities.")] = False,
    cut: Annotated[
        str | None, typer.Option(help="Judge this cut instead of finding one; several entities are parted by a bar.")
    ] = None,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")] = 4,
    most: Annotated[int, typer.Option("--most", help="The largest set.")] = 3,
    no_definitions: Annotated[bool, typer.Option("--no-definitions", help="Take no steps by definition.")] = False,
    no_kinds: Annotated[
        bool, typer.Option("--no-kinds", help="Take no kinds of, or exposures to, the source.")
    ] = False,
    agents: Annotated[bool, typer.Option("--agents", help="Tell everything that agents do elsewhere.")] = False,
    elsewhere: Annotated[int, typer.Option(help="The longest route of agents to other conditions, in steps.")] = 2,
    budget: Annotated[int, typer.Option(help="Stop a search for routes after touching this many arcs.")] = 5_000_000,
    tries: Annotated[int, typer.Option(help="Stop the search for sets after trying this many branches.")] = 200_000,
    *,
    graph: KnowledgeGraph,
    draw: Annotated[
        Path | None, typer.Option(help="Also draw it, with the first set marked: .svg .png .pdf .dot .mmd")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Find the smallest sets of entities without which no route raises the target, and what acts on them.

    For each drug, procedure or exposure that acts on a member the wanted way it also tells what that does elsewhere.
    With --cut it tells what taking these entities away leaves, each alone and all together. Ends with 0, with 1 if
    nothing raises the target, and with 4 if a search stopped at its budget.

    \b
    Examples:
      kg interventions "vascular calcification" --from "chronic kidney disease" --most 4
      kg interventions "vascular calcification" --from corticosteroids --cut "RANKL|NF-kB signaling"
      kg interventions calciphylaxis --from warfarin --most 6 --protect --agents
      kg interventions calciphylaxis --from SLE --steps --most 5 --json
    """
    common: dict[str, Any] = {
        "sources": several(sources), "max_steps": max_steps, "budget": budget,
        "definitions": not no_definitions, "specialize": not no_kinds,
    }  # fmt: skip
    if cut is not None:
        if spare or protect or steps:
            raise UsageError(
                "--cut judges a set of your own. Leave out --spare, --protect and --steps: they find sets."
            )
        outcome = graph.cut(several(target), entities=several(cut), **common)
        return _answered(outcome, outcome.certificate.status == "budget", draw, force, as_json, steps, agents)
    found = graph.interventions(
        several(target), spare=several(spare) if spare else (), protect=protect, by="steps" if steps else "entities",
        most=most, elsewhere=elsewhere, tries=tries, **common,
    )  # fmt: skip
    return _answered(found, found.stopped, draw, force, as_json, steps, agents)


def _answered(
    found: Interventions | Outcome,
    stopped: bool,
    draw: Path | None,
    force: bool,
    as_json: bool,
    steps: bool,
    every: bool,
) -> int:
    """Draw and print an answer, and give the exit code."""
    from kg.causal.interventions.cutting import Outcome
    from kg.cli.intervention_text import show_interventions, show_outcome

    if draw is not None:
        found.draw(draw, force=force)
        typer.echo(f"Drew {draw}.", err=True)
    if as_json:
        print_json({"type": "cut" if isinstance(found, Outcome) else "interventions", **found.to_dict()})
    elif isinstance(found, Outcome):
        show_outcome(found)
    else:
        show_interventions(found, "steps" if steps else "entities", every=every)
    if stopped:
        typer.echo("kg: a search stopped at its budget; ask for less, or raise --budget or --tries.", err=True)
        return 4
    return 0 if found.trace.increasing else 1
