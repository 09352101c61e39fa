"""Disputes: a named set holds claims that contrast."""

from __future__ import annotations

from collections.abc import Iterator

from kg.check.finding import found
from kg.contents import Contents
from kg.model import Claim, Problem
from kg.store import Dataset

__all__ = ["disputes"]


def disputes(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Disputes of fewer than two claims, and those whose claims all say the same. O(claims).

    Retracted claims count as what they said: a retraction does not undo that there was a dispute.
    """
    for dispute in contents.disputes.values():
        if len(dispute.claims) < 2:
            message = f"holds {'one claim' if dispute.claims else 'no claim'}; it takes two to disagree."
            remedy = "Name it with ckg:dispute on the claims of both sides, or delete it."
            yield found(dataset, _iri(dataset, dispute.id), "error", "dispute", message, remedy)
        elif len({_side(claim) for claim in dispute.claims}) == 1 and not dispute.contrast:
            message = f"all of its {len(dispute.claims)} claims are on one side ({_side(dispute.claims[0])})."
            remedy = "Add the other side; or say with ckg:contrast what they differ in, if that is not the sign."
            yield found(dataset, _iri(dataset, dispute.id), "error", "dispute", message, remedy)


def _side(claim: Claim) -> str:
    if claim.null or claim.certainty == "refuted":
        return "no effect"
    return {1: "raises", -1: "lowers"}.get(claim.sign or 0, "no sign")


def _iri(dataset: Dataset, dispute: str) -> str:
    return f"{dataset.schema.prefixes['dispute']}{dispute}"
