"""Retracting claims: they stay, with the reason and the date, and speak no longer."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.curation.changes import Change, Edit, editable, tried
from kg.curation.preview import Preview, Skipped
from kg.curation.sheet import is_formula, shown, squashed
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.model import Claim
from kg.schema import CKG
from kg.statements import retraction_statements
from kg.store import turtle_files

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["retract"]

_REPLACED = {CKG + name for name in ("status", "retraction-reason", "retraction-date")}


def retract(
    folder: str | Path,
    claims: Iterable[str] = (),
    *,
    reason: str,
    date: str | None = None,
    source: str | None = None,
) -> Change:
    """The change that retracts claims of a folder of Turtle; nothing is written until it is applied.

    `claims` are ids; `source` adds all claims of one source that are not retracted yet. `reason` is one sentence,
    `date` as ``2031-05-30`` (none: today). Everything else about a claim stays as it is. A claim that is retracted
    already, with the same reason, is left alone, so that retracting twice changes nothing.

    Raises NotFound for an unknown claim or source; UsageError without claims, without a reason, for a date that is
    none, and for a claim that is retracted with another reason or date.

    >>> import shutil, tempfile
    >>> from kg.curation import retract
    >>> from kg.schema import ontology_folder
    >>> place = tempfile.TemporaryDirectory()
    >>> folder = shutil.copytree(ontology_folder(), place.name + "/data")
    >>> change = retract(folder, ["nazir-2015-32"], reason="Only an example.", date="2031-05-30")
    >>> change.preview.claims[0].sentence, change.preview.files
    ('corticosteroid decreases osteoprotegerin', ('claims/nazir-2015.ttl',))
    >>> place.cleanup()
    """
    reason, day = _reason(reason), _day(date)
    folder, graph = editable(folder)
    named = [graph.claim(name) for name in ([claims] if isinstance(claims, str) else claims)]
    listed = graph.claims(source=source) if source is not None else []
    if not named and not listed:
        raise UsageError("No claim to retract. Name claims, such as nazir-2015-32, or a source that has some.")
    _agree([claim for claim in named if claim.status == "retracted"], reason, date)
    every = list(dict.fromkeys([*named, *listed]))
    going = [claim for claim in every if claim.status != "retracted"]
    skipped = tuple(Skipped(claim.id, "is retracted already") for claim in every if claim.status == "retracted")
    if not going:
        return Change(folder, Preview("retract", skipped=skipped))
    edits = _edits(folder, graph, going, reason, day)
    after, about_data = tried(folder, edits)
    preview = Preview.of(
        "retract",
        graph,
        after,
        claims=tuple(after.claim(claim.id) for claim in going),
        skipped=skipped,
        warnings=(*about_data, *(problem for edit in edits for problem in edit.lost(graph.schema))),
        files=tuple(edit.name for edit in edits),
    )
    return Change(folder, preview, edits)


def _reason(text: str) -> str:
    reason = squashed(text)
    if not reason:
        raise UsageError("A retraction needs a reason. Say in one sentence what is wrong with the claim.")
    if is_formula(reason) or not reason.isprintable():
        raise UsageError(f"The reason {shown(reason)} is a formula to a spreadsheet, or holds a control character.")
    return reason


def _day(date: str | None) -> str:
    if date is None:
        return datetime.date.today().isoformat()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
            return datetime.date.fromisoformat(date).isoformat()
    except ValueError:
        pass  # no such day
    raise UsageError(f"{shown(date)} is no date. Write it as 2031-05-30.")


def _agree(retracted: Iterable[Claim], reason: str, date: str | None) -> None:
    """Raises UsageError for a claim that is retracted with another reason, or another date if one was named."""
    for claim in retracted:
        if (claim.retraction_reason, claim.retraction_date) != (reason, date or claim.retraction_date):
            raise UsageError(
                f"{claim.id} is retracted already, on {claim.retraction_date or 'an unknown day'}, because: "
                f"{claim.retraction_reason or 'no reason was given'} It keeps that reason and date."
            )


def _edits(folder: Path, graph: KnowledgeGraph, claims: Iterable[Claim], reason: str, day: str) -> tuple[Edit, ...]:
    """One edit for each file that holds one of the claims."""
    from pyoxigraph import RdfFormat, parse

    wanted = {claim.iri for claim in claims}
    edits = []
    for role, file in turtle_files(folder):
        if role == "claims":
            held = {quad.subject.value for quad in parse(path=file, format=RdfFormat.TURTLE)}
            change = functools.partial(_retracted, gone=wanted & held, reason=reason, day=day)
            if wanted & held:
                edits.append(Edit.of(folder, file.relative_to(folder).as_posix(), change, graph.schema))
    return tuple(edits)


def _retracted(held: Iterable[Triple], gone: set[str], reason: str, day: str) -> list[Triple]:
    kept = [t for t in held if not (t.subject.value in gone and t.predicate.value in _REPLACED)]  # type: ignore[union-attr]
    return kept + [triple for iri in sorted(gone) for triple in retraction_statements(iri, reason, day)]
