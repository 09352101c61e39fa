"""Files of other programs: ``kg export``, ``kg import``, ``kg formats``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Force, Json, in_scope, names_like, opened, print_json, several
from kg.errors import NotFound, UsageError

if TYPE_CHECKING:
    from kg.exchange import Format
    from kg.graph import KnowledgeGraph

__all__ = ["register"]

FormatName = Annotated[
    str | None, typer.Option("--format", "-f", help="The format; else the ending of the name tells it.")
]


@in_scope
def export(
    path: Annotated[Path, typer.Argument(help="The file to write; its ending tells the format.")],
    *,
    graph: KnowledgeGraph,
    source: Annotated[
        str | None, typer.Option("--from", help="Only the routes from this entity.", autocompletion=names_like)
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", help="Only the routes to this entity.", autocompletion=names_like)
    ] = None,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")] = 4,
    form: FormatName = None,
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Write the graph, or the routes of one question, for another program; says what the format cannot hold.

    \b
    Examples:
      kg export graph.graphml
      kg export routes.json --from corticosteroids --to "vascular calcification"
      kg export humans.graphml --species human --force
    """
    if bool(source) != bool(target):
        raise UsageError("--from and --to go together.")
    stopped = False
    if source and target:
        trace = graph.trace(several(source), several(target), max_steps=max_steps)
        if not trace.paths:
            raise NotFound(f"No route: {trace.title} ({trace.certificate}). Nothing was written.")
        graph, stopped = graph.within(trace), trace.certificate.status == "budget"
    report = graph.export(path, form, force=force)
    if stopped:
        typer.echo("kg: the search stopped at its budget; there may be more routes. Ask for fewer steps.", err=True)
    if as_json:
        print_json(report.to_dict())
    else:
        typer.echo(str(report))
    return 4 if stopped else 0


def import_(
    files: Annotated[list[Path], typer.Argument(help="A file; or several that belong together, such as two of KGX.")],
    merge: Annotated[
        bool, typer.Option("--merge", help="Join it to the data in use, through shared identifiers.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write what comes of it as a store, to be used with --data.")
    ] = None,
    form: FormatName = None,
    unmapped: Annotated[
        str, typer.Option(help="What becomes of unknown predicates: unsigned or 'left out'.")
    ] = "unsigned",
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Read a graph of another program, and say what was kept, how it was read, and what was lost, with the lines.

    Without --to nothing is written: it is a trial.

    \b
    Examples:
      kg import mechanisms.graphml
      kg import mechanisms.graphml --merge --to joined
      kg --data joined trace corticosteroids "vascular calcification"
    """
    from kg.graph import read

    graph = read(*files, format=form, unmapped=unmapped)
    reports = [graph.report]
    if merge:
        graph = opened().merge(graph)
        reports.append(graph.report)
    if to is not None:
        graph.save(to, force=force)
        typer.echo(f"Wrote the store {to}.", err=True)
    if as_json:
        told = [report.to_dict() for report in reports if report]
        print_json({**told[0], "merger": told[1] if merge else None})
    else:
        typer.echo("\n".join(map(str, reports)))
    return 0


def formats(
    name: Annotated[str | None, typer.Argument(help="One format in full; none lists all.")] = None,
    as_json: Json = False,
) -> int:
    """List the formats with their endings, or show one: what it keeps and loses, and why.

    \b
    Examples:
      kg formats
      kg formats sif
      kg formats --json
    """
    from kg.exchange import formats as known
    from kg.exchange.registry import format_named

    listed = list(known().values()) if name is None else [format_named(name)]
    if as_json:
        print_json({"type": "formats", "formats": [each.to_dict() for each in listed]})
    elif name is None:
        for each in listed:
            typer.echo(f"{each.name:12} {each.abilities:17} {each.title}: {' '.join(each.endings)}")
        typer.echo("\n`kg formats NAME` tells what a format keeps and loses.")
    else:
        _show(listed[0])
    return 0


def _show(each: Format) -> None:
    """One format in full."""
    from kg.cli.page import Page
    from kg.exchange import ASPECTS

    page = Page()
    page.line(f"{each.title} ({each.name}), {' '.join(each.endings)}: {each.abilities}", style="bold")
    page.field("reads", each.reads_as or "nothing")
    page.field("needs", f"pip install 'calciphylaxis-kg[{each.extra}]'" if each.extra else "nothing more")
    if each.write:
        page.field("keeps", ", ".join(ASPECTS[kept].what for kept in each.keeps))
        page.field("read by", each.consumer)
        for why, lost in each.reasons.items():
            page.field("loses", f"{', '.join(lost)}: {why}")


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command(short_help="Write the graph for another program.")(export)
    app.command("import", short_help="Read a graph of another program.")(import_)
    app.command(short_help="List the formats that are read and written.")(formats)
