"""Where the literature disagrees: named contrast sets, and pairs of entities with opposite findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.model import Claim, Dispute

__all__ = ["contrasts"]


def contrasts(named: Iterable[Dispute], claims: Iterable[Claim]) -> list[Dispute]:
    """The named disputes that still have two claims, then every further ordered pair with opposite findings.

    A pair is a dispute if live claims on it have opposite signs, or a signed claim stands against a null result. A
    pair all of whose claims stand in one named set is not repeated. O(claims).
    """
    found = [dispute for dispute in named if len(dispute.claims) > 1]
    covered = [set(dispute.claims) for dispute in found]
    pairs: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.status != "retracted":
            pairs[claim.subject.id, claim.object.id].append(claim)
    for (subject, target), members in sorted(pairs.items()):
        sides = {_side(claim) for claim in members} - {"0"}
        if len(sides) > 1 and not any(set(members) <= cover for cover in covered):
            label = f"{members[0].subject.label} and {members[0].object.label}"
            text = f"Opposite findings on one pair: {', '.join(sorted(sides))}."
            found.append(Dispute(f"{subject}~{target}", label, text, tuple(sorted(members, key=lambda c: c.id))))
    return found


def _side(claim: Claim) -> str:
    """What a claim says of its pair: raises or goes with, lowers or goes against, null; "0" for no sign."""
    if claim.null or not claim.live:
        return "null"
    return {1: "up", -1: "down", 0: "0"}[claim.sign or 0]
