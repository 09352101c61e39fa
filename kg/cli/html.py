"""``kg html``: an answer, an entity, a patient or the whole graph as one file, with everything inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Choice, Force, in_scope, names_like, several
from kg.errors import NotFound, UsageError

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.narrowing import Narrowing

__all__ = ["register"]

STEPS = 4
STOPPED = "kg: the search stopped at its budget; there may be more routes. Ask for fewer steps or raise --budget."


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="An answer, or the whole graph, as one offline file for the browser.")(html)


@in_scope
def html(
    path: Annotated[Path, typer.Argument(metavar="OUT.html", help="The file to write.")],
    source: Annotated[
        str | None, typer.Option("--from", help="The routes from this entity.", autocompletion=names_like)
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", help="The routes to this entity.", autocompletion=names_like)
    ] = None,
    entity: Annotated[
        str | None, typer.Option(help="An entity with its neighborhood.", autocompletion=names_like)
    ] = None,
    case: Annotated[str | None, typer.Option(help="A case of a report, or a file: .json, .yaml, .yml.")] = None,
    max_steps: Annotated[
        int | None, typer.Option("--max-steps", "-n", help="The longest route, in steps.", show_default=str(STEPS))
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="With --from and --to: list every route.")] = False,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="With --from and --to: also tell on what the verdict turns.")
    ] = False,
    *,
    graph: KnowledgeGraph,
    asked: Narrowing,
    budget: Annotated[int, typer.Option(help="Stop after touching this many arcs.")] = 5_000_000,
    force: Force = False,
) -> int:
    """Write an answer as one file: the page of the explorer, with the claims, papers and entities it names inside.

    It opens from disk, without network and also without JavaScript; it loads nothing. Without --from and --to, --entity
    or --case it holds the whole graph. Several entities at one end are parted by a bar: "SLE|corticosteroids". Ends
    with 1 if there is no route (nothing is written) or no finding is explained, 4 if a search stopped at its budget.

    \b
    Examples:
      kg html steroids.html --from corticosteroids --to "vascular calcification"
      kg html lupus.html --from SLE --to calciphylaxis --species human --all --sensitivity
      kg html opg.html --entity OPG
      kg html patient.html --case nazir-2015
      kg html graph.html
    """
    from kg.files import write

    routes = source is not None or target is not None
    if routes and (source is None or target is None):
        raise UsageError("--from and --to go together.")
    if routes + (entity is not None) + (case is not None) > 1:
        raise UsageError("A file holds one thing: the routes --from one entity --to another, an --entity, or a --case.")
    if (every or sensitivity) and not routes:
        raise UsageError("--all and --sensitivity are about routes. Name their ends with --from and --to.")
    if max_steps is not None and not routes and case is None:
        raise UsageError("--max-steps is about routes. Use it with --from and --to, or with --case.")
    steps = STEPS if max_steps is None else max_steps
    if source is not None and target is not None:
        text, code = _routes(graph, asked, source, target, steps, budget, every=every, sensitivity=sensitivity)
    elif case is not None:
        text, code = _patient(graph, case, steps, budget)
    else:
        text, code = _contents(graph, entity), 0
    if text:
        write(path, text, force=force)
        typer.echo(f"Wrote {path}.", err=True)
    if code == 4:
        typer.echo(STOPPED if text else f"{STOPPED} None was found so far, and nothing was written.", err=True)
    return code


def _routes(
    graph: KnowledgeGraph, asked: Narrowing, source: str, target: str, steps: int, budget: int, **told: bool
) -> tuple[str, int]:
    """The file of a trace, empty if no route was found before the search stopped, and the exit code."""
    from kg.serve.pages import offline
    from kg.serve.question import Question

    trace = graph.trace(several(source), several(target), max_steps=steps, budget=budget)
    stopped = trace.certificate.status == "budget"
    if not trace.paths and not stopped:
        raise NotFound(f"No route: {trace.title} ({trace.certificate}). Nothing was written.")
    question = Question((), (), steps, narrowing=asked).of(trace)
    return offline.trace(
        graph, trace, question, data=Choice.named(), **told
    ) if trace.paths else "", 4 if stopped else 0


def _patient(graph: KnowledgeGraph, case: str, steps: int, budget: int) -> tuple[str, int]:
    from kg.serve.pages import offline

    found = graph.explain_case(case, max_steps=steps, budget=budget)
    stopped = "budget" in (found.certificate.status, found.probes.status)
    return offline.case(graph, found), 4 if stopped else 0 if found.explained else 1


def _contents(graph: KnowledgeGraph, entity: str | None) -> str:
    from kg.serve.pages import offline

    return offline.whole(graph) if entity is None else offline.entity(graph, graph.find(entity))
