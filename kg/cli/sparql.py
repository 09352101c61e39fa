"""SPARQL on the command line: ``kg sparql`` for a query of one's own, ``kg query`` for the named ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kg.cli.options import Json, opened, print_json
from kg.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(short_help="Answer a SPARQL query.")(sparql)
    app.command(short_help="Run a named query, or list them.")(query)


def _queries(incomplete: str) -> list[str]:
    """Names of queries that begin with what is typed so far."""
    return [name for name in sorted(opened().queries) if name.startswith(incomplete)]


def sparql(
    query: Annotated[str, typer.Argument(help="The query; @FILE reads a file, - reads standard input.")],
    limit: Annotated[int, typer.Option(help="Return at most this many rows.")] = 10_000,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="table; json, xml, csv, tsv for rows; turtle, ntriples, rdfxml, jsonld, trig, nquads for triples.",
        ),
    ] = "",
    as_json: Json = False,
) -> int:
    """Answer a SPARQL query over all graphs, or those in FROM; prefixes are predeclared, nothing is fetched or changed.

    \b
    Examples:
      kg sparql "SELECT ?x WHERE { entity:corticosteroid ckg:decreases ?x }"
      kg sparql "ASK { <https://w3id.org/calciphylaxis-kg/entity/warfarin#up> ckg:next+ ?state }"
      kg sparql "CONSTRUCT WHERE { ?s ckg:treats-or-prevents ?o }" --format turtle
    """
    import sys

    try:
        if query == "-":
            query = sys.stdin.read()
        elif query.startswith("@"):
            query = Path(query[1:]).read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError("The query is not text in UTF-8.") from None
    return _print_results(opened().sparql(query, limit=limit), form or ("json" if as_json else ""))


def query(
    name: Annotated[str | None, typer.Argument(help="The query; none lists them.", autocompletion=_queries)] = None,
    parameters: Annotated[list[str] | None, typer.Argument(help="Parameters as name=value.")] = None,
    limit: Annotated[int, typer.Option(help="Return at most this many rows.")] = 10_000,
    form: Annotated[str, typer.Option("--format", "-f", help="table, json, xml, csv or tsv.")] = "",
    as_json: Json = False,
) -> int:
    """Run a named query, or list them.

    \b
    Examples:
      kg query
      kg query what-lowers target=OPG
      kg query claims-of-source source=nazir-2015 --format csv
    """
    from kg.cli import text

    graph = opened()
    if name is None:
        if as_json:
            print_json({"type": "queries", "queries": [query.to_dict() for query in graph.queries.values()]})
        else:
            text.show_queries(graph.queries)
        return 0
    values = {}
    for parameter in parameters or ():
        key, equals, value = parameter.partition("=")
        if not equals:
            raise UsageError(f"The parameter {parameter!r} is not of the form name=value.")
        values[key] = value
    return _print_results(graph.query(name, limit=limit, **values), form or ("json" if as_json else ""))


def _print_results(results: Any, form: str) -> int:
    typer.echo(results.serialize(form or "table").rstrip("\n"))
    if results.kind != "ask" and not results:
        typer.echo("kg: no rows. Check the spelling of what you asked for; `kg find` and `kg query` help.", err=True)
        return 1
    if results.truncated:
        typer.echo(f"kg: stopped at {len(results)} rows; there are more. Raise --limit.", err=True)
        return 4
    return 0
