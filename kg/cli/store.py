"""``kg store``: RDF of any size into a store on disk, with a bar while it takes long."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Json, print_json

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["register"]

PATIENCE = 1.0
"""So many seconds pass before a bar is shown."""


def register(app: typer.Typer) -> None:
    """Add the command to the ``kg`` command."""
    app.command(short_help="Load large RDF into a store on disk.")(store)


def store(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of RDF, or folders of Turtle.")],
    to: Annotated[Path, typer.Option("--to", metavar="STORE", help="The store to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the store that is there.")] = False,
    as_json: Json = False,
) -> int:
    """Load RDF of any size into a store on disk, which `kg --data STORE` reads; memory hardly grows with it.

    FILE is Turtle (.ttl), N-Triples (.nt), N-Quads (.nq), TriG (.trig) or RDF/XML (.rdf, .xml, .owl), each also with
    .gz; or a folder of Turtle, or a release. Plain triples go to the graph where the type of their subject belongs;
    the derived graphs are made anew. The old store stays, and can be read, until the new one is whole; if the load
    fails or is killed, it stays for good. Claims are judged when the store is read, or by `kg check STORE`.

    \b
    Examples:
      kg store my-data --to my-store
      kg store entities.ttl claims.nt.gz --to my-store --force
    """
    from kg.store.build import build

    with _Bar() as bar:
        state = build(files, to, force=force, progress=bar.show)
    version, graphs = f"{state.version} sha256:{state.data[:12]}", dict(state.graphs)
    if as_json:
        print_json({"type": "store", "location": str(to), "version": version, "digest": state.data, "graphs": graphs})
    else:
        _show(to, version, graphs)
    return 0


def _show(to: Path, version: str, graphs: dict[str, int]) -> None:
    from kg.cli.page import Page
    from kg.store import DERIVED, EDITED
    from kg.wording import count

    page = Page()
    page.line(f"Stored {count(sum(graphs.values()), 'statement')} in {to}: {version}")
    for title, roles in (("read", EDITED), ("derived", DERIVED)):
        page.field(title, ", ".join(f"{role} {graphs[role]}" for role in roles if graphs.get(role)) or "nothing")
    others = graphs.keys() - {*EDITED, *DERIVED}
    if others:
        number = sum(graphs[name] for name in others)
        page.field("besides", f"{count(number, 'statement')} in {count(len(others), 'graph')} that only SPARQL reads")


class _Bar:
    """A bar on stderr, from the second on in which it is still wanted; none where stderr is no terminal."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.bar: Progress | None = None

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar:
            self.bar.stop()

    def show(self, what: str, done: int, total: int) -> None:
        """Show how much of what is being done is done."""
        if not self.bar:
            if not sys.stderr.isatty() or time.monotonic() - self.begun < PATIENCE:
                return
            self.bar = _started()
        self.bar.update(self.bar.task_ids[0], description=what, completed=done, total=total or None)


def _started() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("reading", total=None)
    bar.start()
    return bar
