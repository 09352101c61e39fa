"""`kg claims`: add the claims of a sheet, retract claims. A preview first; written on a yes, whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Choice, print_json
from kg.errors import RefusedChange

if TYPE_CHECKING:
    from kg.curation import Change, Preview
    from kg.model import Claim, Support

__all__ = ["app"]

LISTED = 20
"""So many lines of each part of a preview are shown; --json gives all."""

app = typer.Typer(
    help="Add claims from a sheet, or retract claims.\n\n"
    "You see first what it changes; it is written whole or not at all.",
    short_help="Add claims from a sheet, or retract claims.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Folder = Annotated[Path | None, typer.Option(help="The folder of Turtle to change; none: the data in use.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Preview only; ask nothing, write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]
Json = Annotated[bool, typer.Option("--json", help="Write the preview as JSON; asks nothing.")]


@app.command(short_help="Add the claims of a sheet.")
def add(
    sheet: Annotated[
        Path | None, typer.Argument(help="A .tsv or .csv with a header; none: add the source alone.")
    ] = None,
    source: Annotated[str, typer.Option(help="The slug of the source, such as nazir-2015; new ones need more.")] = "",
    folder: Folder = None,
    text: Annotated[
        Path | None, typer.Option(help="Your copy of the source's text, to find the passages of the sheet in.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a new source.")] = None,
    authors: Annotated[str | None, typer.Option(help="Its authors, as printed: surname and initials.")] = None,
    year: Annotated[str | None, typer.Option(help="The year that is printed on it.")] = None,
    journal: Annotated[str | None, typer.Option(help="Journal, book or site.")] = None,
    doi: Annotated[str | None, typer.Option(help="Its DOI.")] = None,
    pmid: Annotated[str | None, typer.Option(help="Its PMID.")] = None,
    pmcid: Annotated[str | None, typer.Option(help="Its PMCID.")] = None,
    url: Annotated[str | None, typer.Option(help="The page that was opened.")] = None,
    design: Annotated[str | None, typer.Option(help="Its study design.")] = None,
    read: Annotated[str | None, typer.Option(help="How much of it was read: full text, abstract, ...")] = None,
    family: Annotated[str | None, typer.Option(help="Name of the patients, trial or registry it shares.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Add the claims of a sheet about one source, without writing Turtle.

    The sheet has a row for each claim, with names as people write them; docs/claim-sheet.md lists its columns. What
    the data hold already is skipped, so that adding a sheet twice changes nothing.

    \b
    Examples:
      kg --data my-data claims add sheet.csv --source lertratanakul-2014 --dry-run
      kg --data my-data claims add --source doe-2031 --title "On examples" --year 2031 --read abstract --yes
    """
    from kg.curation import add as prepare
    from kg.errors import UsageError

    if not source:
        raise UsageError("Name the source: --source SLUG, such as nazir-2015.")

    def change() -> Change:
        return prepare(
            folder or _in_use(), sheet, source, text=text, title=title, authors=authors, year=year,
            journal=journal, doi=doi, pmid=pmid, pmcid=pmcid, url=url, design=design, read=read, family=family,
        )  # fmt: skip

    return _offer(change, dry_run, yes, as_json)


@app.command(short_help="Retract claims.")
def retract(
    claims: Annotated[list[str] | None, typer.Argument(help="Claims by their ids, such as nazir-2015-32.")] = None,
    reason: Annotated[str, typer.Option(help="What is wrong, in one sentence.")] = "",
    date: Annotated[str | None, typer.Option(help="The day, as 2031-05-30; none: today.")] = None,
    source: Annotated[str | None, typer.Option(help="Retract all claims of this source.")] = None,
    folder: Folder = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Retract claims: they stay, with the reason and the date, and are counted no longer.

    \b
    Examples:
      kg --data my-data claims retract nazir-2015-32 --reason "Read again: it says the opposite." --dry-run
      kg --data my-data claims retract --source panizo-2009 --reason "The paper was withdrawn." --date 2031-05-30 --yes
    """
    from kg.curation import retract as prepare

    return _offer(
        lambda: prepare(folder or _in_use(), claims or (), reason=reason, date=date, source=source),
        dry_run, yes, as_json,
    )  # fmt: skip


def _in_use() -> Path:
    """The folder of the data in use."""
    from kg.schema import ontology_folder

    return Choice.folder() or ontology_folder()


def _offer(prepare: Callable[[], Change], dry_run: bool, yes: bool, as_json: bool) -> int:
    """Preview a change, and write it if that is wanted."""
    try:
        change = prepare()
    except RefusedChange as error:
        if as_json:
            print_json({"type": "problems", "problems": [problem.to_dict() for problem in error.problems]})
        raise
    if as_json:
        written = change.apply() if yes and not dry_run else ()
        print_json({**change.preview.to_dict(), "written": bool(written)})
        return 0
    _show(change.preview)
    if change.empty:
        typer.echo("Nothing to write: the data say all of it already.", err=True)
    elif dry_run:
        typer.echo("Nothing was written: this is a dry run.", err=True)
    elif yes or _agreed():
        change.apply()
        typer.echo(f"Wrote {' and '.join(change.preview.files)}.", err=True)
    return 0


def _agreed() -> bool:
    """Ask on a terminal; elsewhere say how to write."""
    if not sys.stdin.isatty():
        typer.echo("Nothing was written: there is no terminal to ask on. Write it with --yes.", err=True)
        return False
    agreed = typer.confirm("Write?", default=False, err=True)
    if not agreed:
        typer.echo("Nothing was written.", err=True)
    return agreed


# --- the preview as text -------------------------------------------------------------------------------------------


def _show(preview: Preview) -> None:
    from kg.cli.page import Page

    page = Page()

    def part(title: str, lines: Sequence[object], style: str = "") -> None:
        if lines:
            page.line(f"{title} ({len(lines)})", "bold")
        for line in lines[:LISTED]:
            page.line(str(line), style, indent=2, hang=4)
        if len(lines) > LISTED:
            page.line(f"and {len(lines) - LISTED} more (--json lists all)", "dim", indent=2)

    if preview.source:
        part("New source", [f"{preview.source.citation} ({preview.source.id})"])
    part("New claims" if preview.action == "add" else "Claims retracted", [_told(claim) for claim in preview.claims])
    part("Left alone", preview.skipped, "dim")
    for what in ("new", "more support", "less support", "gone"):
        changed = [edge for edge in preview.edges if edge.what == what]
        part(_EDGES[what], [f"{edge}: {_weighed(edge.before, edge.after)}" for edge in changed])
    part("Disputes opened", [f"{dispute.id}: {dispute.definition}" for dispute in preview.disputes_opened])
    part("Disputes closed", [f"{dispute.id}: {dispute.definition}" for dispute in preview.disputes_closed])
    part("Verdicts that flip", preview.verdicts, "magenta")
    if preview.questions and not preview.verdicts:
        page.line(f"No verdict of the {preview.questions} standing questions flips.")
    part("Look at once more", preview.warnings, "yellow")


_EDGES = {
    "new": "New edges",
    "more support": "Edges with more support",
    "less support": "Edges with less support",
    "gone": "Edges that vanish",
}


def _told(claim: Claim) -> str:
    qualities = (claim.certainty, claim.basis, claim.design, claim.species, claim.tissue, claim.status)
    words = ", ".join(word.replace("-", " ") for word in qualities if word)
    because = f"; {claim.retraction_date}: {claim.retraction_reason}" if claim.status == "retracted" else ""
    return f"{claim.id}: {claim.sentence} [{words}{because}]"


def _weighed(*supports: Support | None) -> str:
    return " → ".join(str(support) for support in supports if support is not None)
