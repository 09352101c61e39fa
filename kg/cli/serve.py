"""``kg serve``: the graph in the browser, and as a SPARQL endpoint."""

from __future__ import annotations

import importlib
import re
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Choice, opened
from kg.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from kg.serve.network.safety import Hosts

__all__ = ["register"]

NEEDED = ("starlette", "uvicorn", "jinja2")
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only with --public
OPEN = (
    "kg: this is open to everyone who can reach this machine at port {port}. There is no login and no encryption: "
    "whoever connects can read all of this graph and run queries on it, and others on the way can read along. It "
    "answers to IP addresses; a name needs --allow-host NAME. For more than a trial put a reverse proxy in front: "
    "docs/operations.md."
)


def register(app: typer.Typer) -> None:
    """Add the command to the ``kg`` command."""
    app.command(short_help="The graph in the browser, and as a SPARQL endpoint.")(serve)


def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen at; 127.0.0.1 if left out: this machine only.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at; 0 for any that is free.")] = 8765,
    public: Annotated[bool, typer.Option("--public", help="Let other machines reach it, without login.")] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A name by which the server is called, such as that of a proxy; repeatable."),
    ] = None,
    url: Annotated[
        str, typer.Option("--address", help="Where readers find it behind a reverse proxy: https://example.org/kg")
    ] = "",
    no_cors: Annotated[
        bool, typer.Option("--no-cors", help="Let no other web page that is open in a browser read /sparql.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer SPARQL.")] = 2,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="How long one SPARQL query may take.")] = 10,
    open_: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Write no line for each request.")] = False,
) -> int:
    """Serve the graph: pages for the browser, and at /sparql an endpoint of the SPARQL 1.1 protocol. It is read-only.

    Other machines cannot reach it unless you say --public. Requests are logged on stderr, without what was asked.

    \b
    Examples:
      kg serve --open
      kg serve --port 0 --quiet
      kg --data my-data serve --workers 4 --seconds 30
      kg serve --address https://graph.example.org/calciphylaxis
    """
    _require(*NEEDED)
    from kg.graph.partial import PartialGraph
    from kg.serve.app import application
    from kg.serve.network.safety import guarded
    from kg.serve.network.server import address, bind, run
    from kg.serve.workers import Workers

    scheme, name, root = _address(url)
    hosts = _hosts([*(allow_host or ()), *filter(None, (name, host))], public)
    with bind(host or (EVERYWHERE if public else "127.0.0.1"), port, public=public) as listener:
        place = address(listener)
        if public:
            typer.echo(OPEN.format(port=listener.getsockname()[1]), err=True)
        graph = opened()
        lies_here = not isinstance(graph, PartialGraph)
        answering = Workers(graph.dataset, size=workers, seconds=seconds) if lies_here else None
        app = application(graph, answering, root=root, data=Choice.named())

        def ready() -> None:
            typer.echo(f"Explorer: {place}  (Ctrl-C stops it)")
            if answering:
                answering.start()
            if open_:
                import webbrowser

                threading.Thread(target=webbrowser.open, args=(place,), daemon=True).start()

        guard = guarded(app, hosts=hosts, access=not quiet, scheme=scheme, root=root, shared=not no_cors)
        run(guard, listener, ready=ready, close=answering.close if answering else None)
    return 0


def _require(*packages: str) -> None:
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError:
            raise MissingExtra(package, "web") from None


def _hosts(names: list[str], public: bool) -> Hosts:
    """Whom the server answers: those who call it by a name that is its own."""
    from kg.serve.network.safety import Hosts

    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:]+", name):
            raise UsageError(f"{name!r} is no host. Give the name alone: graph.example.org, without port or path.")
    return Hosts(frozenset(name.lower() for name in names), addresses=public)


def _address(url: str) -> tuple[str, str, str]:
    """Scheme, host and path of the address that readers use; the path without a slash in its end."""
    found = re.fullmatch(r"(https?)://([A-Za-z0-9._-]+)(?::[0-9]+)?((?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?", url)
    if url and not found:
        raise UsageError(f"--address {url!r} is no plain address. Write it as https://graph.example.org/calciphylaxis")
    return (found[1], found[2], found[3]) if found else ("http", "", "")
