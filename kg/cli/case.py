"""``kg case``: what the literature makes of one patient, and a case as a Phenopacket."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Force, Json, in_scope, opened, print_json

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["app"]

app = typer.Typer(
    help="Patients: explain a case of a report or of a file, export one as a Phenopacket.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _cases(incomplete: str) -> list[str]:
    """Ids of cases that begin with what is typed so far."""
    return [case.id for case in opened().cases if case.id.startswith(incomplete)]


CaseArgument = Annotated[
    str,
    typer.Argument(metavar="CASE", help="A case of a report, or a file: .json, .yaml, .yml.", autocompletion=_cases),
]


@app.command(short_help="What the literature makes of one patient.")
@in_scope
def explain(
    case: CaseArgument,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")] = 4,
    every: Annotated[bool, typer.Option("--all", help="List every route, rival and measurement.")] = False,
    budget: Annotated[int, typer.Option(help="Stop after touching this many arcs for a finding.")] = 5_000_000,
    *,
    graph: KnowledgeGraph,
    draw: Annotated[Path | None, typer.Option(help="Also draw it: .svg .png .pdf .dot .mmd")] = None,
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Explain a patient: for each finding the routes from the conditions and exposures that the patient has.

    CASE is the id of a case in the graph, a GA4GH Phenopacket of version 2 (.json) or a small YAML (.yaml, .yml; see
    docs/case-file.md). What nobody looked for is never taken for absent, and what came first is never taken for a
    cause. Ends with 0 if a finding is explained, 1 if none is, 4 if a search stopped at its budget.

    \b
    Examples:
      kg case explain nazir-2015
      kg case explain nazir-2015 --max-steps 3 --all
      kg case explain nazir-2015 --species human
      kg case explain nazir-2015 --json
    """
    from kg.cli.case_text import show_explanation

    answer = graph.explain_case(case, max_steps=max_steps, budget=budget)
    if draw is not None:
        answer.draw(draw, force=force)
        typer.echo(f"Drew {draw}.", err=True)
    if as_json:
        print_json(answer.to_dict())
    else:
        show_explanation(answer, every=every)
    if "budget" in (answer.certificate.status, answer.probes.status):
        typer.echo("kg: a search stopped at its budget; ask for fewer steps or raise --budget.", err=True)
        return 4
    return 0 if answer.explained else 1


@app.command(short_help="Write a case as a GA4GH Phenopacket.")
def export(
    case: CaseArgument,
    path: Annotated[Path, typer.Argument(metavar="FILE.json", help="The file to write.")],
    created: Annotated[str | None, typer.Option(help="The time of creation to state: 2026-01-31T00:00:00Z.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Write a case as a GA4GH Phenopacket of version 2 in JSON; what it loses is listed.

    \b
    Examples:
      kg case export nazir-2015 nazir.json
      kg case export nazir-2015 dated.json --created 2026-01-31T00:00:00Z --json
    """
    from kg.errors import UsageError
    from kg.files import write

    if path.suffix.lower() != ".json":
        raise UsageError(f"{path} does not end in .json, and a Phenopacket is written in JSON.")
    graph = opened()
    written = graph.export_case(case, created=created)
    write(path, written.text, force=force)
    if as_json:
        losses = [loss.to_dict() for loss in written.losses]
        print_json({"type": "case_export", "case": graph.case(case).id, "file": path.name, "losses": losses})
    typer.echo(f"Wrote {path}. Not carried over:", err=True)
    for loss in written.losses:
        typer.echo(f"  {loss}", err=True)
    return 0
