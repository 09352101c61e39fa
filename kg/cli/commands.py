"""The commands. Each turns arguments into one call on the graph and hands the answer to `kg.cli.text` or to JSON."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import kg
from kg.cli import (
    analysis,
    assistant,
    case,
    claims,
    exchange,
    html,
    lesson,
    questions,
    release,
    serve,
    sparql,
    store,
    terms,
)
from kg.cli.options import (
    Choice,
    Force,
    Json,
    NameArgument,
    in_scope,
    names_like,
    opened,
    print_json,
    several,
)
from kg.errors import KGError, NotFound, UnknownEntity, UsageError

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.model import Dispute, Entity

__all__ = ["app"]

app = typer.Typer(
    help="Question the literature on calciphylaxis: causal paths, both ways, with the papers behind them.\n\n"
    "A map of what the literature says, not medical advice.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _choose(data: str | None) -> str | None:
    """Remember which data the command reads, before any other option is answered."""
    Choice.address = data if data and "://" in data else None
    Choice.data = Path(data) if data and not Choice.address else None
    return data


def _show_version(value: bool) -> None:
    if value:
        graph = opened()
        typer.echo(f"kg {kg.__version__}, data {graph.version}")
        raise typer.Exit


@app.callback()
def options(
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            envvar="KG_DATA",
            is_eager=True,
            callback=_choose,
            help="A folder of Turtle, a store, a release, KGX files (one of a pair), a file of another program "
            "(kg formats), edges in Parquet, or the address of a SPARQL endpoint.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, help="Show the versions of program and data.")
    ] = False,
) -> None:
    """Options that stand before the command."""


@app.command(short_help="Routes from one entity to another, both ways.")
@in_scope
def trace(
    source: NameArgument,
    target: NameArgument,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")] = 4,
    k: Annotated[int | None, typer.Option("-k", help="List at most this many routes per arm.")] = None,
    sign: Annotated[str | None, typer.Option(help="List one arm only: increasing, decreasing or unsigned.")] = None,
    order: Annotated[str, typer.Option(help="Order of routes: steps or support.")] = "steps",
    no_definitions: Annotated[bool, typer.Option("--no-definitions", help="Take no steps by definition.")] = False,
    no_kinds: Annotated[
        bool, typer.Option("--no-kinds", help="Take no kinds of, or exposures to, the source.")
    ] = False,
    *,
    graph: KnowledgeGraph,
    every: Annotated[bool, typer.Option("--all", help="List every route and all of its claims.")] = False,
    sensitivity: Annotated[bool, typer.Option("--sensitivity", help="Also tell on what the verdict turns.")] = False,
    budget: Annotated[int, typer.Option(help="Stop after touching this many arcs.")] = 5_000_000,
    draw: Annotated[Path | None, typer.Option(help="Also draw it: .svg .png .pdf .dot .mmd")] = None,
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Trace one entity to another: routes that raise it, routes that lower it, and on what they rest.

    Several entities at one end are parted by a bar: "SLE|corticosteroids".

    \b
    Examples:
      kg trace corticosteroids "vascular calcification"
      kg trace warfarin calciphylaxis --species human --certainty supported
      kg trace SLE calciphylaxis --max-steps 3 --all
      kg trace warfarin calciphylaxis --sensitivity
      kg trace PTH "vascular calcification" --without RANKL --json
    """
    from kg.cli.trace_text import show_trace
    from kg.model import ARMS

    signs = {name: value for value, name in ARMS.items()}
    if sign is not None and sign not in signs:
        raise UsageError(f"--sign {sign!r} is no arm. Use one of: {', '.join(signs)}.")
    answer = graph.trace(
        several(source), several(target), max_steps=max_steps, k=k, sign=signs[sign] if sign else None, order=order,
        definitions=not no_definitions, specialize=not no_kinds, budget=budget,
    )  # fmt: skip
    if draw is not None:
        answer.draw(draw, force=force)
        typer.echo(f"Drew {draw}.", err=True)
    if as_json:
        judged = (
            {"sensitivity": answer.sensitivity().to_dict(), "pivots": answer.pivots.to_dict()} if sensitivity else {}
        )
        print_json({**answer.to_dict(), **judged})
    else:
        show_trace(answer, every=every, sensitivity=sensitivity)
    if answer.certificate.status == "budget":
        typer.echo("kg: the search stopped at its budget; ask for fewer steps or raise --budget.", err=True)
        return 4
    return 1 if answer.verdict == "no path" else 0


@app.command(short_help="Find entities by name.")
def find(
    name: NameArgument,
    limit: Annotated[int, typer.Option(help="List at most this many.")] = 10,
    as_json: Json = False,
) -> int:
    """Find entities by a name or a part of one.

    \b
    Examples:
      kg find OPG
      kg find calcification --limit 20
      kg find HGNC:11909 --json
    """
    from kg.cli import text

    found = opened().search(name, limit)
    if as_json:
        print_json({"type": "entities", "entities": [entity.to_dict() for entity in found]})
    else:
        text.show_entities(found)
    if len(found) == limit:
        typer.echo(f"kg: the first {limit}; there may be more. Raise --limit.", err=True)
    if not found:
        raise NotFound(f"No entity is named like {name!r}.")
    return 0


@app.command(short_help="Show an entity, a claim, a source or a dispute in full.")
def show(
    name: Annotated[
        str, typer.Argument(help="An entity, or the id of a claim, source or dispute.", autocompletion=names_like)
    ],
    as_json: Json = False,
) -> int:
    """Show an entity with its claims, a claim with its place, a source with its claims, or a dispute with its sides.

    \b
    Examples:
      kg show osteoprotegerin
      kg show nazir-2015-32
      kg show nazir-2015 --json
      kg show steroid-opg
    """
    from kg.cli import text
    from kg.graph.described import described
    from kg.model import Entity

    graph = opened()
    found = _thing(graph, name)
    if as_json:
        print_json(described(graph, found))
    else:
        text.show_thing(graph, found)
    if isinstance(found, Entity):
        with contextlib.suppress(KGError):
            other = graph.dispute(name).id
            typer.echo(f"kg: there is also a dispute of that name; `kg disputes {other}` shows it.", err=True)
    return 0


def _thing(graph: KnowledgeGraph, name: str) -> Any:
    """What goes by a name. An entity's own label or id comes before a dispute of that name."""
    for look_up in (graph.claim, graph.source, partial(_named_so, graph), graph.dispute):
        try:
            return look_up(name)
        except NotFound:
            continue
    try:
        return graph.find(name)
    except UnknownEntity as error:
        if not error.suggestions:
            raise NotFound(f"No entity, claim, source or dispute {name!r}. Try `kg find` with a part of it.") from None
        raise


def _named_so(graph: KnowledgeGraph, name: str) -> Entity:
    """The entity whose own label or id this is. Raises NotFound."""
    try:
        found = graph.find(name)
    except KGError:
        raise NotFound(name) from None
    if name.strip().casefold() not in (found.id.casefold(), found.label.casefold()):
        raise NotFound(name)
    return found


@app.command(short_help="Draw the most connected part of the graph.")
@in_scope
def draw(
    path: Annotated[Path, typer.Argument(help="Where to: .svg .png .pdf .dot .mmd")],
    *,
    graph: KnowledgeGraph,
    entities: Annotated[int, typer.Option(help="Draw at most this many entities, the most connected.")] = 40,
    force: Force = False,
) -> int:
    """Draw the graph: its most connected part, up to a cap that the picture states. For one question use trace --draw.

    \b
    Examples:
      kg draw graph.svg --force
      kg draw bone.png --tissue bone --entities 25 --force
    """
    graph.draw(path, force=force, max_entities=entities)
    typer.echo(f"Drew {path}.", err=True)
    return 0


@app.command(short_help="Where the literature disagrees.")
def disputes(
    name: Annotated[
        str | None, typer.Argument(help="One dispute in full, or those about an entity.", autocompletion=names_like)
    ] = None,
    as_json: Json = False,
) -> int:
    """List where the literature disagrees, at all or about one entity, or show one dispute with both sides.

    \b
    Examples:
      kg disputes
      kg disputes OPG
      kg disputes steroid-opg
    """
    from kg.cli import text

    found, full = _disputes(opened(), name)
    if as_json:
        print_json({"type": "disputes", "disputes": [dispute.to_dict() for dispute in found]})
    else:
        text.show_disputes(found, full=full)
    return 0


def _disputes(graph: KnowledgeGraph, name: str | None) -> tuple[list[Dispute], bool]:
    """The disputes asked for, and whether it is one that was asked for by its name."""
    if name is None:
        return graph.disputes(), False
    try:
        return [graph.dispute(name)], True
    except NotFound as unknown:
        try:
            entity = graph.find(name)
        except UnknownEntity:
            raise unknown from None
    found = graph.disputes(entity)
    if not found:
        raise NotFound(f"No dispute is about {entity.label}. `kg disputes` lists them all.")
    return found, False


@app.command(short_help="Check the data.")
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of Turtle or a store; none: the data in use.")] = None,
    texts: Annotated[list[str] | None, typer.Option("--text", help="SOURCE=FILE: prove places in this text.")] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also run the SHACL shapes and an OWL reasoner (extra: validate).")
    ] = False,
    form: Annotated[str, typer.Option("--format", "-f", help="text, json or table (tab-separated).")] = "text",
    as_json: Json = False,
) -> int:
    """Check the data: syntax, references, identifiers, names, definitions, disputes, queries, drift of the derived
    graphs, and places in your copy of a text. Errors end with exit code 3, warnings do not.

    \b
    Examples:
      kg check
      kg check --deep
      kg check --format table
      kg check --json
    """
    from kg.check import check as run_check
    from kg.cli import text
    from kg.schema import ontology_folder

    files = {}
    for pair in texts or ():
        source, equals, file = pair.partition("=")
        if not equals:
            raise UsageError(f"--text {pair!r} is not of the form SOURCE=FILE.")
        files[source] = file
    form = "json" if as_json else form
    if form not in ("text", "json", "table"):
        raise UsageError(f"--format {form!r} is no form of a report. Use text, json or table.")
    report = run_check(folder or Choice.folder() or ontology_folder(), files, deep=deep)
    if form == "json":
        print_json(report.to_dict())
    elif form == "table":
        typer.echo(report.to_table())
    else:
        text.show_report(report)
    return 0 if report.sound else 3


app.add_typer(terms.app, name="terms")
app.add_typer(claims.app, name="claims")
app.add_typer(case.app, name="case")
release.register(app)
sparql.register(app)
analysis.register(app)
questions.register(app)
lesson.register(app)
html.register(app)
store.register(app)
serve.register(app)
assistant.register(app)
exchange.register(app)
