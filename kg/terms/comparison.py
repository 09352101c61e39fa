"""The comparison itself: what the authority slice says against what the snapshots say; pure, without files.

A snapshot counts for a term only where it is not older than what the slice itself rests on: an old file must not turn
a newer label back. Such terms, and those of vocabularies without a snapshot, are *not covered*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from kg.model import JSON
from kg.terms.snapshots import Edition, Seen
from kg.terms.term import CURRENT, Term, later

__all__ = ["KINDS", "STALE", "Finding", "Report", "compare"]

KINDS = ("obsolete", "merged", "withdrawn", "missing", "relabelled", "restored")
"""What can be found on a term, gravest first; ``restored`` was recorded as gone and is current again."""
STALE = frozenset(KINDS[:4])
"""The kinds that a term in use must not have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One term that is not, or is no longer, as the slice says."""

    kind: str
    curie: str
    old_label: str
    new_label: str
    replaced_by: str
    in_use: bool
    seen_in: str

    def to_dict(self) -> JSON:
        """The finding as JSON-ready data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True)
class Report:
    """The outcome: what was read, what was found, and which rows would be, or were, rewritten."""

    editions: tuple[Edition, ...]
    findings: tuple[Finding, ...]
    unchanged: int
    not_covered: Mapping[tuple[str, str], int]
    """How many terms of a vocabulary are not covered, by (vocabulary, reason)."""
    changes: Mapping[str, Term]
    """The rows of the slice that differ from what the snapshots say or where they were seen, by CURIE."""
    warnings: tuple[str, ...] = ()
    written: bool = False

    @property
    def stale(self) -> bool:
        """Whether something in use is obsolete, merged, withdrawn or missing."""
        return any(finding.in_use and finding.kind in STALE for finding in self.findings)

    def of_kind(self, kind: str) -> list[Finding]:
        """The findings of one kind, by CURIE."""
        return [finding for finding in self.findings if finding.kind == kind]

    def to_dict(self) -> JSON:
        """The report as JSON-ready data."""
        names = ("covers", "seen_in", "release", "date")
        return {
            "type": "terms",
            "current": not self.stale,
            "unchanged": self.unchanged,
            "findings": [finding.to_dict() for finding in self.findings],
            "not_covered": [
                {"vocabulary": vocabulary, "reason": reason, "terms": terms}
                for (vocabulary, reason), terms in self.not_covered.items()
            ],
            "snapshots": [
                {name: getattr(edition, name) for name in names} | {"preferred_to": list(edition.preferred_to)}
                for edition in self.editions
            ],
            "rows_to_change": sorted(self.changes),
            "written": self.written,
            "warnings": list(self.warnings),
        }


def compare(authority: Mapping[str, Term], seen: Seen, used: Mapping[str, str] | Collection[str] = ()) -> Report:
    """Compare the authority slice, and CURIEs in use that have no row in it, with what snapshots say.

    `used` holds the CURIEs in use, with the labels that the data give them where it is a mapping. O(terms).

    >>> old = {"GO:1": Term("GO:1", "old name", release="1", seen_in="go.obo")}
    >>> new = Term("GO:1", "new name", release="2", seen_in="go.obo")
    >>> [found] = compare(old, Seen({"GO:1": new}, (Edition("GO:", "go.obo", "2", ""),)), {"GO:1"}).findings
    >>> found.kind, found.old_label, found.new_label
    ('relabelled', 'old name', 'new name')
    """
    labels = used if isinstance(used, Mapping) else dict.fromkeys(used, "")
    known = {curie: Term(curie, label) for curie, label in labels.items()} | dict(authority)
    findings: list[Finding] = []
    changes: dict[str, Term] = {}
    not_covered: Counter[tuple[str, str]] = Counter()
    unchanged = 0
    for curie in sorted(known):
        row, stated = known[curie], seen.terms.get(curie)
        reason = _not_covered(row, seen.edition(curie))
        if reason:
            not_covered[curie.partition(":")[0], reason] += 1
            stated = row
        kind = _kind(row, stated)
        if kind:
            findings.append(_finding(kind, row, stated, curie in labels))
        elif not reason:
            unchanged += 1
        if not reason and stated and curie in authority:
            fresh = replace(stated, label=stated.label or row.label)
            if fresh.content != row.content or later(fresh, row) > 0:
                changes[curie] = fresh
    findings.sort(key=lambda finding: (KINDS.index(finding.kind), finding.curie))
    return Report(seen.editions, tuple(findings), unchanged, dict(sorted(not_covered.items())), changes)


def _not_covered(row: Term, edition: Edition | None) -> str:
    """Why nothing newer is known about a row; empty where something is."""
    if edition is None:
        return "no snapshot"
    if row.seen_in and later(edition, row) < 0:
        return f"not known to be newer than terms.tsv: {edition.seen_in} ({edition.release or 'no release'})"
    return ""


def _kind(row: Term, stated: Term | None) -> str:
    """What there is to say about a term; empty if nothing."""
    if stated is None:
        return "missing"
    if stated.status != CURRENT:
        return stated.status
    if row.status != CURRENT:
        return "restored"
    return "relabelled" if row.label and stated.label and stated.label != row.label else ""


def _finding(kind: str, row: Term, stated: Term | None, in_use: bool) -> Finding:
    told = stated or row
    return Finding(kind, row.curie, row.label, told.label or row.label, told.replaced_by, in_use, told.seen_in)
