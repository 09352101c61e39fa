"""Publication: a release of the data as a folder of files, and the difference of two releases by meaning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.manifest import Manifest
    from kg.release.difference import Difference

__all__ = ["diff", "release"]


def release(graph: KnowledgeGraph, folder: str | Path, *, force: bool = False) -> Manifest:
    """Write a release of a graph into a folder, whole or not at all, and return its manifest.

    `kg.open` reads it again. The same data give the same bytes. An existing folder is kept unless it is empty, or an
    older release and `force` is set. Raises FileProblem if it is kept or cannot be written, InvalidData for data with
    blank nodes.

    >>> import kg, tempfile
    >>> from kg.release import release
    >>> graph = kg.load()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     manifest = release(graph, folder)
    ...     kg.open(folder).version == graph.version
    True
    >>> [piece.path for piece in manifest.files][:3]
    ['LICENSE-DATA', 'README.md', 'calciphylaxis-kg.jsonld']
    """
    from kg.release.bundle import bundle
    from kg.release.folder import write_folder

    made = bundle(graph)
    write_folder(folder, made.files, force=force)
    return made.manifest


def diff(old: str | Path, new: str | Path) -> Difference:
    """What changed from one state of the data to another: claims, entities, sources, edges, verdicts, and why.

    Each is a release, an on-disk store or a folder of Turtle. Raises FileProblem if one cannot be read, InvalidData if
    it is broken: Turtle that does not parse, or a release with a missing or changed file.

    >>> from kg.release import diff
    >>> from kg.schema import ontology_folder
    >>> bool(diff(ontology_folder(), ontology_folder()))
    False
    """
    from kg.release.difference import difference

    return difference(old, new)
