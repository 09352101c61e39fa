"""``kg mcp``: the graph for assistants that are language models, by the Model Context Protocol."""

from __future__ import annotations

import importlib.util
from typing import Annotated

import typer

from kg.cli.options import opened
from kg.errors import MissingExtra, UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command(short_help="Serve the graph to an assistant (Model Context Protocol).")(mcp)


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve over HTTP on this machine instead of standard input and output.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="With --http: the port (8766); 0 takes any that is free.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Stop a SPARQL query after so many seconds.")] = 10.0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Write no line for each call.")] = False,
) -> int:
    """Serve the graph to an assistant: ten tools that read, none that writes, fetches or opens a file.

    An assistant starts it as a program and talks to it over standard input and output; what it has to say besides
    goes to standard error, never what was asked. With --http programs on this machine reach it at
    http://127.0.0.1:8766/mcp; no others do.

    \b
    Examples:
      kg mcp
      kg --data my-ontology mcp
      kg mcp --http --port 8766
    """
    if importlib.util.find_spec("mcp") is None:
        raise MissingExtra("mcp", "mcp")
    if port is not None and not http:
        raise UsageError("--port is for --http; over standard input and output there is none.")
    if seconds <= 0:
        raise UsageError(f"--seconds must be more than 0, not {seconds:g}.")
    from kg.serve.assistant.server import PATH, serve_http, serve_stdio
    from kg.serve.network.log import stderr

    graph = opened()
    log = (lambda _: None) if quiet else stderr
    if not http:
        serve_stdio(graph, seconds=seconds, log=log)
        return 0
    from kg.serve.network.server import address, bind

    listener = bind("127.0.0.1", 8766 if port is None else port)
    told = f"Assistants: {address(listener).rstrip('/')}{PATH}  (Ctrl-C stops it)"
    serve_http(graph, listener, seconds=seconds, ready=lambda: stderr(told), log=log)
    return 0
