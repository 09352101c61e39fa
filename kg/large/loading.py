"""From two KGX files to a graph: read, made into tables, kept for the next time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from kg.foreign import Signs
from kg.large import cache
from kg.large.graph import LargeGraph
from kg.large.kgx import EDGES, NODES, SMALL, read_table
from kg.large.tables import Tables, build
from kg.schema import shipped_schema

__all__ = ["load"]


def load(nodes: Path, edges: Path, *, unmapped: str = "unsigned", reader: str = "auto") -> LargeGraph:
    """The graph of two KGX files, from the cache if it was read before; see `kg.large.cache`.

    `unmapped` says what becomes of predicates that ``ontology/foreign.ttl`` does not have: ``unsigned`` reads them as
    ``affects``, ``left out`` leaves them out; `LargeGraph.report` counts them. `reader` chooses how files are read, see
    `kg.large.kgx.read_table`. Raises FileProblem, InvalidData with file and line, UsageError.

    O(nodes log nodes + edges).
    """
    signs = Signs(shipped_schema(), unmapped)
    told = f"{signs.digest} {nodes.name} {edges.name}"

    def make(digest: str) -> Tables:
        read = read_table(nodes, NODES, 1, reader), read_table(edges, EDGES, 3, reader)
        return build(*read, signs, (nodes.name, edges.name), digest)

    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(cache.digest_of, (nodes, edges), told)
        if cache.folder() is None or _small(nodes, edges):
            tables = replace(make(""), digest=digest.result())
        else:
            tables = cache.kept(digest.result(), lambda: make(digest.result()))
    return LargeGraph(tables, signs, filters=tables.report.left_out)


def _small(*files: Path) -> bool:
    """Whether reading files takes no longer than looking into the cache."""
    return sum(file.stat().st_size for file in files if file.exists()) <= SMALL
