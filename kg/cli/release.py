"""`kg release` and `kg diff`: publish the data, and tell what changed between two states of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Json, opened, print_json

if TYPE_CHECKING:
    from kg.cli.page import Page
    from kg.curation.preview import EdgeChange
    from kg.manifest import Manifest
    from kg.release.difference import Difference, Side
    from kg.release.records import Changed, Changes

__all__ = ["register"]

LISTED = 20
"""So many lines of each part of a difference are shown; --json gives all."""

PLACE = "A release, an on-disk store, or a folder of Turtle."
Old = Annotated[Path, typer.Argument(metavar="OLD", help=PLACE)]
New = Annotated[Path, typer.Argument(metavar="NEW", help=PLACE)]


def register(app: typer.Typer) -> None:
    """Add both commands to the ``kg`` command."""
    app.command(short_help="Write a release of the data.")(release)
    app.command(short_help="What changed between two releases.")(diff)


def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; new, or empty.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an older release.")] = False,
    as_json: Json = False,
) -> int:
    """Write a release of the data in use: RDF, a table of claims, mappings, descriptions, reference, hashes.

    It is written whole or not at all, and the same data give the same bytes. README.md in the folder says what each
    file is. `kg --data DIR` reads a release, `kg diff` compares two.

    \b
    Examples:
      kg release my-release
      kg --data my-data release my-release --force
    """
    from kg.release import release as write

    manifest = write(opened(), folder, force=force)
    if as_json:
        print_json({"type": "release", "folder": str(folder), "manifest": manifest.to_dict()})
    else:
        _show_release(manifest)
    typer.echo(f"Wrote the release {folder}.", err=True)
    return 0


def diff(old: Old, new: New, as_json: Json = False) -> int:
    """Compare two releases, stores or folders by meaning: claims, entities, sources, edges, verdicts and why.

    A claim that only got another number has moved; it is neither removed nor added. Of each changed verdict of a
    standing question it says which single changes turn it.

    \b
    Examples:
      kg diff my-release my-data
      kg diff release-1 release-2 --json
    """
    from kg.release import diff as compare

    difference = compare(old, new)
    if as_json:
        print_json(difference.to_dict())
    else:
        _show(difference)
    return 0


def _show_release(manifest: Manifest) -> None:
    from kg.cli.page import Page

    page = Page()
    page.line(f"{manifest.title}, version {manifest.version}", "bold")
    width = max(len(piece.path) for piece in manifest.files)
    for piece in manifest.files:
        page.line(f"{piece.path:<{width}}  {piece.size:>9,} bytes", indent=2)
    page.line(f"Canonical hash (RDFC-1.0, SHA-256): {manifest.canonical}")


# --- a difference as text ------------------------------------------------------------------------------------------


def _show(difference: Difference) -> None:
    from kg.cli.page import Page

    page = Page()
    page.line(f"from {_side(difference.old)}", "bold")
    page.line(f"to   {_side(difference.new)}", "bold")
    for side in (difference.old, difference.new):
        if side.problems:
            some = f"{len(side.problems)} problem{'s' if len(side.problems) > 1 else ''}"
            told = f"{side.location} has {some} (`kg check` lists them): {side.problems[0]}"
            page.line(told, "yellow")
    if not difference:
        page.line("No difference.")
        return
    for sort, changes in difference.changes.items():
        _part(page, sort.capitalize(), list(_lines(difference, changes)), _counts(changes))
    _part(page, "Edges", list(_edges(difference.edges)))
    _part(page, "Verdicts of the standing questions", [str(verdict) for verdict in difference.verdicts])
    if not difference.verdicts:
        page.line(f"The verdicts of all {difference.questions} standing questions are the same.")


def _side(side: Side) -> str:
    return f"{side.location} ({side.version}, {side.claims} claims)"


def _part(page: Page, title: str, lines: Sequence[str], counts: str = "") -> None:
    if not lines:
        return
    page.line(f"{title}: {counts or len(lines)}", "bold")
    for line in lines[:LISTED]:
        page.line(line, indent=2, hang=4)
    if len(lines) > LISTED:
        page.line(f"and {len(lines) - LISTED} more (--json lists all)", "dim", indent=2)


def _counts(changes: Changes) -> str:
    names = ("added", "removed", "changed", "retracted", "moved")
    return ", ".join(f"{len(getattr(changes, name))} {name}" for name in names if getattr(changes, name))


def _lines(difference: Difference, changes: Changes) -> Iterator[str]:
    labels = difference.labels
    yield from (f"+ {name}: {labels[name]}" for name in changes.added)
    yield from (f"- {name}: {labels[name]}" for name in changes.removed)
    yield from (f"retracted {change.name}: {labels[change.name]}{_fields(change)}" for change in changes.retracted)
    yield from (f"~ {change.name}: {labels[change.name]}{_fields(change)}" for change in changes.changed)
    yield from (f"{move.before} is now {move.after}: {labels[move.after]}" for move in changes.moved)


def _fields(change: Changed) -> str:
    return "".join(f"; {field}" for field in change.fields)


def _edges(edges: Sequence[EdgeChange]) -> Iterator[str]:
    marks = {"new": "+", "gone": "-"}
    for edge in edges:
        weighed = [str(support) for support in (edge.before, edge.after) if support]
        yield f"{marks.get(edge.what, '~')} {edge}: {edge.what}, {' → '.join(weighed)}"
