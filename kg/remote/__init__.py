"""Graphs that lie elsewhere: Parquet files through DuckDB or Spark, and SPARQL 1.1 endpoints.

Nothing is read into memory but the part that a question is about (`kg.remote.frontier`); on that part the exact search
runs. `kg.open("edges.parquet")` and ``kg.open("http://localhost:7878/query")`` lead here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.remote.graph import RemoteGraph

__all__ = ["is_remote", "open_remote"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_remote(location: str | Path, *more: str | Path) -> bool:
    """Whether what `kg.open` was given is an address, Parquet files, or a folder with such files."""
    if any(_ADDRESS.match(str(name)) or _parquet(name) for name in (location, *more)):
        return True
    folder = Path(location)
    return not more and folder.is_dir() and any(folder.rglob("*.parquet")) and not any(folder.glob("*.ttl"))


def open_remote(
    location: str | Path, *more: str | Path, engine: str | None = None, unmapped: str = "unsigned"
) -> RemoteGraph:
    """The graph at an address, or of Parquet files: of edges, and if there are any, of nodes.

    `engine` is ``duckdb`` (also without it) or the master of a Spark cluster. Raises UsageError, FileProblem,
    InvalidData, MissingExtra (``scale``).
    """
    from kg.remote.graph import RemoteGraph

    if re.match(r"https?://", str(location), re.IGNORECASE) and not _parquet(location):
        if more or engine:
            raise UsageError(f"{location} is an endpoint: it takes no further files and no engine.")
        from kg.remote.client import Client
        from kg.remote.web import Web

        return RemoteGraph(Web(Client(str(location)), unmapped))
    from kg.remote.parquet import Parquet

    return RemoteGraph(Parquet(*_tables(str(location), *map(str, more)), engine=engine, unmapped=unmapped))


def _tables(location: str, *more: str) -> tuple[str, ...]:
    """The places of edges and, if there is one, of nodes: in this order, unless their names say the other one.

    A folder with one file of each is a pair, as KGX names them (``x_nodes.parquet``, ``x_edges.parquet``).
    """
    if len(more) > 1:
        raise UsageError("A graph of Parquet files takes one file or folder of edges and one of nodes.")
    if more:
        return (*more, location) if _role(location) == "nodes" and _role(more[0]) != "nodes" else (location, *more)
    held = {_role(file): str(file) for file in sorted(Path(location).glob("*")) if _parquet(file)}
    return (held["edges"], held["nodes"]) if set(held) == {"edges", "nodes"} else (location,)


def _role(name: str | Path) -> str:
    """``nodes`` or ``edges`` where the last word of a name says so."""
    found = re.search(r"(?:^|[_.-])(nodes|edges)$", Path(name).stem.casefold())
    return found[1] if found else str(name)


def _parquet(name: str | Path) -> bool:
    return str(name).casefold().rstrip("/").endswith((".parquet", ".pq"))
