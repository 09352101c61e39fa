"""Large graphs: KGX files straight to arrays, and a graph object that answers the same questions on them.

`kg.open("nodes.tsv", "edges.tsv")` leads here. See `kg.large.graph` for the object, `kg.foreign` for how foreign
predicates are read, `kg.large.cache` for what is kept on disk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FileProblem, UsageError

if TYPE_CHECKING:
    from kg.large.graph import LargeGraph

__all__ = ["files_of", "is_kgx", "open_kgx"]

_NAMED = re.compile(r"(?:(.*)[_.-])?(nodes|edges)\.(tsv|jsonl)(?:\.gz)?", re.IGNORECASE)


def is_kgx(location: str | Path, *more: str | Path) -> bool:
    """Whether what `kg.open` was given are KGX files: one of them, two, or a folder that holds such a pair.

    Told by the names alone: ``nodes.tsv`` and ``edges.tsv``, or with a common beginning (``x_nodes.jsonl.gz``).
    """
    path = Path(location)
    if "://" in str(location):
        return False
    if all(_KGX_ENDING.search(Path(name).name) for name in (location, *more)):
        return True
    return not more and path.is_dir() and bool(_pairs(path)) and not any(path.glob("*.ttl"))


_KGX_ENDING = re.compile(r"\.(tsv|jsonl)(\.gz)?$", re.IGNORECASE)


def open_kgx(location: str | Path, *more: str | Path, unmapped: str = "unsigned") -> LargeGraph:
    """The graph of two KGX files: both, either of a pair that is named alike, or a folder with one such pair.

    Raises UsageError for more than two files, FileProblem if one is not there or cannot be read, InvalidData for what
    is wrong in them.
    """
    from kg.large.loading import load

    return load(*files_of(location, *more), unmapped=unmapped)


def files_of(location: str | Path, *more: str | Path) -> tuple[Path, Path]:
    """The files of nodes and of edges: given both, either of a pair, or a folder with one. Raises as `open_kgx`."""
    if len(more) > 1:
        raise UsageError("A KGX graph is two files, one of nodes and one of edges. Join the others first.")
    return _both(Path(location), *map(Path, more)) if more else _pair(Path(location))


def _both(one: Path, other: Path) -> tuple[Path, Path]:
    """Two files as nodes and edges: by their names, else in the order given."""
    roles = [match[2].casefold() if (match := _NAMED.fullmatch(path.name)) else "" for path in (one, other)]
    return (other, one) if roles in (["edges", "nodes"], ["edges", ""], ["", "nodes"]) else (one, other)


def _pair(path: Path) -> tuple[Path, Path]:
    """The pair that a file belongs to, or the one in a folder."""
    pairs = _pairs(path if path.is_dir() else path.parent)
    if path.is_dir():
        if len(pairs) != 1:
            names = ", ".join(nodes.name for nodes, _ in pairs)
            raise UsageError(f"{path} holds several KGX graphs ({names}). Name the file of nodes of one.")
        return pairs[0]
    if not path.exists():
        raise FileProblem(f"No file {path}.")
    for pair in [*_alike(path), *pairs]:
        if path.name in (file.name for file in pair):
            return pair
    raise FileProblem(f"{path} is one file of a KGX graph, and no other beside it is named alike. Name both files.")


def _alike(path: Path) -> list[tuple[Path, Path]]:
    """A file and the one that is named like it to the very ending, if that is there."""
    match = _NAMED.fullmatch(path.name)
    if match is None:
        return []
    before, after = path.name[: match.start(2)], path.name[match.end(2) :]
    nodes, edges = (path.with_name(before + role + after) for role in ("nodes", "edges"))
    return [(nodes, edges)] if nodes.exists() and edges.exists() else []


def _pairs(folder: Path) -> list[tuple[Path, Path]]:
    """The pairs of files in a folder that are named as nodes and edges of the same graph, in the order of names."""
    found: dict[str, dict[str, Path]] = {}
    names: Sequence[Path] = sorted(folder.iterdir()) if folder.is_dir() else ()
    for file in names:
        if match := _NAMED.fullmatch(file.name):
            found.setdefault(match[1] or "", {}).setdefault(match[2].casefold(), file)
    return [(pair["nodes"], pair["edges"]) for pair in found.values() if len(pair) == 2]
