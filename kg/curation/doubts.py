"""What a curator should look at once more before new claims are written. Warnings, never errors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from kg.curation.claims import Reading, differing
from kg.curation.sheet import Row
from kg.model import Claim, Problem
from kg.schema import Schema

__all__ = ["doubts"]

_HEDGES = re.compile(
    r"\bmay\b|(?i:\b(might|could|perhaps|possibl[ey]|probabl[ey]|(un)?likely|potential(ly)?|suggest\w*|propos\w*"
    r"|hypothes\w*|presum\w*|putative\w*|appears?|seems?|thought to|believed to)\b)"
)
"""Words that hedge; a lower-case "may" alone, since May is a month."""
Stated = tuple[Row, Claim]


def doubts(reading: Reading, held: Sequence[Claim], schema: Schema) -> Iterator[Problem]:
    """Doubts about the new claims of a sheet; `held` are the claims of the same source that are there.

    O(rows, and claims held).
    """
    alike: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in held:
        if claim.status != "retracted":
            alike[claim.subject.id, claim.predicate, claim.object.id].append(claim)
    for row, claim in reading.new:
        yield from _wording(row, claim, schema)
        yield from _citations(row, claim)
        if claim.digest is None and claim.section is None:
            remedy = "Say at least its section, so that a reader can find it."
            yield row.problem("place", "section", "the place in the source is not said.", remedy, "warning")
        for other in alike[claim.subject.id, claim.predicate, claim.object.id]:
            words = f"{other.id} says the same of the pair, with another {', '.join(differing(claim, other))}."
            yield row.problem("alike", "", words, "If it is the same finding, leave the row out.", "warning")
    yield from _contradictions(reading.new, held)
    drafts = sum(claim.status == "draft" for _, claim in reading.new)
    if drafts:
        words = f"{drafts} claim{'' if drafts == 1 else 's'} of one reader only, marked draft."
        remedy = "Say curated in the column status once a second reader has checked them."
        yield Problem("warning", "draft", reading.new[0][0].file, 0, "", words, remedy, "status")


def _wording(row: Row, claim: Claim, schema: Schema) -> Iterator[Problem]:
    """Words that hedge, beside a certainty that does not."""
    hedged = claim.certainty and schema.rank("certainty", claim.certainty) <= schema.rank("certainty", "hypothesized")
    for column in () if hedged else ("note", "passage"):
        found = _HEDGES.search(row.cells.get(column, ""))
        if found:
            certainty = claim.certainty or "not stated"
            words = f"it hedges ({found.group()!r}), and the certainty is {certainty}."
            yield row.problem("hedged", column, words, "Say hypothesized if the source says no more.", "warning")


def _citations(row: Row, claim: Claim) -> Iterator[Problem]:
    """Works cited by a claim that is not second hand: they do not count."""
    if claim.cites and claim.basis != "second-hand":
        words = f"the basis is {claim.basis or 'not stated'}, so the cited works do not count as voices."
        yield row.problem("cites", "cites", words, "Say second hand, or leave the cell blank.", "warning")


def _contradictions(new: Sequence[Stated], held: Sequence[Claim]) -> Iterator[Problem]:
    """Pairs on which one paper says different things: it may well (dose, tissue), or a cell is wrong."""
    on_pair: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for row, claim in new:
        on_pair[claim.subject.id, claim.object.id].append((row, claim))
    others: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in held:
        if claim.status != "retracted":
            others[claim.subject.id, claim.object.id].append(claim)
    for pair, stated in on_pair.items():
        told = [(f"row {row.number}", claim) for row, claim in stated] + [(c.id, c) for c in others[pair]]
        sides = {claim.side for _, claim in told} - {"no sign"}
        if len(sides) > 1:
            row, claim = stated[0]
            words = ", ".join(f"{place} {claim.predicate.replace('-', ' ')}" for place, claim in told[:6])
            message = f"one paper contradicts itself on {claim.subject.label} and {claim.object.label}: {words}."
            remedy = "If both are meant, say in what they differ: dose, tissue, species, time."
            yield row.problem("contradiction", "", message, remedy, "warning")
