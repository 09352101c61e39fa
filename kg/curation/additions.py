"""Adding the claims of a sheet, and the source they are from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from kg.curation.changes import Change, Edit, editable, tried
from kg.curation.claims import Reading, differing, read_claims
from kg.curation.doubts import doubts
from kg.curation.names import Names
from kg.curation.places import Text
from kg.curation.preview import Preview, Skipped
from kg.curation.sheet import Row, read_sheet
from kg.curation.sources import Metadata, source_of
from kg.errors import RefusedChange
from kg.graph import KnowledgeGraph
from kg.model import Claim, Problem, Source
from kg.statements import claim_statements, source_statements

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["add"]


def add(
    folder: str | Path,
    sheet: str | Path | None,
    source: str,
    *,
    text: str | Path | None = None,
    **metadata: Unpack[Metadata],
) -> Change:
    """The change that adds the claims of a sheet to a folder of Turtle; nothing is written until it is applied.

    `sheet` is a table with a header (``docs/claim-sheet.md``), tab-separated or, if its name ends in ``.csv``,
    comma-separated; None adds a source alone, as a work that claims are going to cite. `source` is the slug of a source
    that is there, or of a new one that `metadata` describes. `text` is your own copy of its text, in which the passages
    of the sheet are found; it is read and not kept. Rows that say what a claim says already are skipped, so that
    adding a sheet twice changes nothing.

    Raises RefusedChange with every problem of every row, or with the rules that the changed data would break;
    UsageError for a source or metadata that cannot be; FileProblem for a file that cannot be read.

    >>> import pathlib, shutil, tempfile
    >>> from kg.curation import add
    >>> from kg.schema import ontology_folder
    >>> place = tempfile.TemporaryDirectory()
    >>> folder = shutil.copytree(ontology_folder(), place.name + "/data")
    >>> sheet = pathlib.Path(place.name) / "sheet.csv"
    >>> _ = sheet.write_text("subject,predicate,object\\nOPG,decreases,coronary calcification\\n")
    >>> change = add(folder, sheet, "doe-2031", title="On examples", authors="Doe J", year=2031)
    >>> print(change.preview.claims[0], change.preview.edges[0].what)
    osteoprotegerin decreases coronary artery calcification [Doe 2031] new
    >>> [file.name for file in change.apply()]
    ['sources.ttl', 'doe-2031.ttl']
    >>> add(folder, sheet, "doe-2031").empty  # twice changes nothing
    True
    >>> place.cleanup()
    """
    folder, graph = editable(folder)
    names = Names(graph)
    work, is_new, about_source = source_of(graph, names, source, metadata)
    passages = Text(text) if text is not None else None
    reading = read_claims(read_sheet(sheet), work, graph, names, passages) if sheet is not None else Reading()
    edits = _edits(folder, graph, work if is_new else None, [claim for _, claim in reading.new])
    skipped, about_skipped = _skipped(reading)
    if not edits:
        return Change(folder, Preview("add", skipped=skipped, warnings=about_skipped))
    after, about_data = _tried(folder, edits, reading)
    held = [claim for claim in graph.claims() if claim.source == work]
    warnings = [
        *about_source,
        *about_skipped,
        *doubts(reading, held, graph.schema),
        *about_data,
        *(problem for edit in edits for problem in edit.lost(graph.schema)),
    ]
    preview = Preview.of(
        "add",
        graph,
        after,
        claims=tuple(after.claim(claim.id) for _, claim in reading.new),
        source=after.source(work.id) if is_new else None,
        skipped=skipped,
        warnings=tuple(warnings),
        files=tuple(edit.name for edit in edits),
    )
    return Change(folder, preview, edits)


def _edits(folder: Path, graph: KnowledgeGraph, source: Source | None, claims: list[Claim]) -> tuple[Edit, ...]:
    """The files to write, sources first."""
    edits = []
    if source is not None:
        made = list(source_statements(source))
        edits.append(Edit.of(folder, "sources.ttl", lambda held: [*held, *made], graph.schema))
    if claims:
        stated = [triple for claim in claims for triple in claim_statements(claim)]

        def extended(held: list[Triple]) -> list[Triple]:
            return [*held, *stated]

        edits.append(Edit.of(folder, f"claims/{claims[0].source.id}.ttl", extended, graph.schema))
    return tuple(edits)


def _tried(folder: Path, edits: Iterable[Edit], reading: Reading) -> tuple[KnowledgeGraph, list[Problem]]:
    """As `tried`; problems with a new claim name its row."""
    rows = {f"claim:{claim.id}": row for row, claim in reading.new}
    try:
        after, warnings = tried(folder, edits)
    except RefusedChange as error:
        raise RefusedChange([_of_row(problem, rows) for problem in error.problems]) from None
    return after, [_of_row(problem, rows) for problem in warnings]


def _of_row(problem: Problem, rows: dict[str, Row]) -> Problem:
    row = rows.get(problem.subject)
    return replace(problem, subject=f"{problem.subject} (row {row.number})") if row else problem


def _skipped(reading: Reading) -> tuple[tuple[Skipped, ...], tuple[Problem, ...]]:
    """The rows that say nothing new, and a warning for those that would say it with another note or status."""
    rows = {claim.id: row.number for row, claim in reading.new}
    skipped, warnings = [], []
    for row, claim, there in reading.known:
        place = f"is said by row {rows[there.id]} of the sheet" if there.id in rows else "is there"
        skipped.append(Skipped(there.id, place, row.number))
        lost = [name for name in differing(claim, there) if row.cells.get(_COLUMN.get(name, name))]
        if there.status == "retracted":
            remedy = "A retracted claim is not added again; mend its block if the retraction was wrong."
            warnings.append(
                row.problem("retracted", "", f"{there.id}, which says this, is retracted.", remedy, "warning")
            )
        elif lost:
            words = f"{there.id} says this with another {' and '.join(lost)}, which it keeps."
            warnings.append(row.problem("skipped", "", words, "Mend it in its file if yours is right.", "warning"))
    return tuple(skipped), tuple(warnings)


_COLUMN = {"disputes": "dispute"}
