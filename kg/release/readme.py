"""The generated README pages: the figures of the data, and what is in a release.

``python -m kg.release.readme ontology/README.md`` writes the page of figures anew for the folder it stands in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kg.manifest import NAME, Manifest, Piece
from kg.model import DISCLAIMER
from kg.release.figures import figures
from kg.release.vocabulary import table

if TYPE_CHECKING:
    from kg.check import Report
    from kg.graph import KnowledgeGraph

__all__ = ["figures_page", "release_page"]

REMEDY = "python -m kg.release.readme ontology/README.md"
_COUNTED = ("what", "number", "")


def figures_page(graph: KnowledgeGraph, report: Report) -> str:
    """The figures of a graph, with the warnings that `kg.check` gives for it, as Markdown."""
    return "\n".join(_figures(graph, report))


def _figures(graph: KnowledgeGraph, report: Report) -> Iterator[str]:
    found = figures(graph)
    yield f"# The data in figures\n\n{graph.schema.title}, version {graph.schema.version}.\n"
    yield (
        f"Generated from the Turtle beside it; a test compares the two. To write it anew: `{REMEDY}`.\n{DISCLAIMER}\n"
    )
    yield "## How much there is\n"
    yield table(_COUNTED, found.size)
    yield "## How well it is anchored, mapped and supported\n"
    yield table(("what", "number", "share"), found.quality)
    yield f"## What `kg check` says\n\n{_counted(report)}\n"
    rows = [(p.rule, p.subject, p.message) for p in report.problems if p.level == "warning"]
    if rows:
        yield table(("rule", "of", "warning"), rows)
    yield "## Claims by predicate\n"
    yield table(("predicate", "claims", "share"), found.predicates)
    yield "## Claims by study design, strongest first\n"
    yield table(("design", "claims", "share"), found.designs)
    yield "## Claims by species\n"
    yield table(("species", "claims", "share"), found.species)
    yield "## Entities by kind\n"
    yield table(("kind", "entities", "class"), found.kinds)


def _counted(report: Report) -> str:
    levels = Counter(problem.level for problem in report.problems)
    return f"{levels['error']} errors, {levels['warning']} warnings."


def release_page(manifest: Manifest, pieces: Sequence[Piece]) -> str:
    """What is in the folder of a release and how to read it, as Markdown."""
    return "\n".join(_release(manifest, pieces))


def _release(manifest: Manifest, pieces: Sequence[Piece]) -> Iterator[str]:
    yield f"# {manifest.title}\n\nRelease {manifest.version}. {DISCLAIMER}\n"
    if manifest.filters:
        yield f"A part of the data: {'; '.join(manifest.filters)}.\n"
    yield table(("file", "what it is"), [(f"`{piece.path}`", piece.what) for piece in pieces])
    yield (
        "`dataset.ttl` and `dataset.jsonld` describe the dataset for catalogues (VoID, DCAT, schema.org).\n"
        f"`{NAME}` lists every file with its size and SHA-256; `kg diff` and `kg --data` refuse a release in which\n"
        "one is missing or changed.\n"
    )
    yield f"""\
- The data hold no blank nodes, so the sorted N-Quads are the canonical form of the dataset by RDFC-1.0 and their
  SHA-256 is its canonical hash: `{manifest.canonical}`.
- Edited graphs are what people wrote; derived graphs (direct, association, signed) are made from them by rule.
- In `claims.csv` several values in one cell are parted by a bar, and an unstated value is an empty cell. A cell that
  a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, one of these in full width, a tab or a
  line break, and is no number) has an apostrophe in front, and so has one that begins with an apostrophe; take the
  first one away to get the text as it was.
- The IRIs are names. They do not resolve yet.
"""
    yield (
        f"The same data give the same bytes. Data: SHA-256 `{manifest.data}`.\n"
        f"Licence: {manifest.license or 'not stated'}; see `LICENSE-DATA`.\n"
    )


if __name__ == "__main__":
    import sys
    from pathlib import Path

    import kg
    from kg.check import check
    from kg.files import write

    for name in map(Path, sys.argv[1:]):
        write(name, figures_page(kg.open(name.parent), check(name.parent)), force=True)
