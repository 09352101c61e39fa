"""Claims: what a single claim may not say."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from kg.check.finding import found
from kg.contents import Contents
from kg.model import Claim, Problem
from kg.schema import CKG
from kg.store import Dataset, graph_node

__all__ = ["claims"]

_DATE = "http://www.w3.org/2001/XMLSchema#date"


def claims(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Claims about a thing and itself; retractions without reason or date, or that were not carried out. O(claims)."""
    for claim in contents.claims.values():
        if claim.subject == claim.object:
            message = f"says that {claim.subject.label} {claim.predicate.replace('-', ' ')} itself."
            remedy = "Name the two things apart, such as a protein and its serum level."
            yield found(dataset, claim.iri, "warning", "self-claim", message, remedy, property="ckg:object")
        yield from _retraction(dataset, claim)


def _retraction(dataset: Dataset, claim: Claim) -> Iterator[Problem]:
    stated = {"retraction-reason": claim.retraction_reason, "retraction-date": claim.retraction_date}
    if claim.status != "retracted":
        for name in (name for name, value in stated.items() if value):
            message = f"has a ckg:{name}, but its status is {claim.status}, so it counts as before."
            remedy = "State ckg:status ckg:retracted, or delete it."
            yield found(dataset, claim.iri, "error", "retraction", message, remedy, property=f"ckg:{name}")
        return
    if not (claim.retraction_reason or "").strip():
        remedy = "Say in one ckg:retraction-reason why."
        yield found(dataset, claim.iri, "error", "retraction", "is retracted without a reason.", remedy)
    if not claim.retraction_date:
        remedy = 'Say when, such as ckg:retraction-date "2026-05-31"^^xsd:date.'
        yield found(dataset, claim.iri, "error", "retraction", "is retracted without a date.", remedy)
    elif not _is_day(dataset, claim):
        where = {"property": "ckg:retraction-date", "value": claim.retraction_date}
        message = f"is retracted on {claim.retraction_date!r}, which is no day."
        remedy = 'Write it as "2026-05-31"^^xsd:date.'
        yield found(dataset, claim.iri, "error", "retraction", message, remedy, **where)


def _is_day(dataset: Dataset, claim: Claim) -> bool:
    """Whether the date is one, and is typed as one."""
    from pyoxigraph import Literal, NamedNode

    text, date = claim.retraction_date or "", NamedNode(CKG + "retraction-date")
    quads = dataset.store.quads_for_pattern(NamedNode(claim.iri), date, None, graph_node("claims"))
    typed = all(isinstance(quad.object, Literal) and quad.object.datatype.value == _DATE for quad in quads)
    try:
        return typed and len(text) == len("2026-05-31") and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False
