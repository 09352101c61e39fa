"""Support: evidence for and against, counted in voices.

A *voice* is the unit of counting. A claim from own data or inference speaks with the voice of its source (or of the
source's family: same patients, trial, registry). A second-hand claim that cites speaks with the voice of each cited
work, not of the citing paper; if the cited work is itself in the graph with the same claim second hand, the chain is
followed to its end, the root source. A second-hand claim without a citation is an unresolved voice, counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.model import Claim, Source, Support
from kg.schema import Schema

__all__ = ["support", "voices"]


def voices(claims: Iterable[Claim]) -> tuple[frozenset[str], frozenset[str]]:
    """The independent and the unresolved voices of claims that say the same; no voice is in both.

    O(claims), times the length of citation chains.
    """
    claims = list(claims)
    by_source: dict[str, list[Claim]] = {}
    for claim in claims:
        by_source.setdefault(claim.source.id, []).append(claim)
    independent: set[str] = set()
    unresolved: set[str] = set()
    for claim in claims:
        if claim.basis != "second-hand":
            independent.add(claim.source.voice)
        elif claim.cites:
            independent.update(root for work in claim.cites for root in _roots(work, by_source, frozenset()))
        else:
            unresolved.add(claim.source.voice)
    return frozenset(independent), frozenset(unresolved - independent)


def _roots(work: Source, by_source: Mapping[str, list[Claim]], seen: frozenset[str]) -> set[str]:
    """The voices at the end of the citation chains that start at a work; a circle of citations ends where it closes."""
    own = by_source.get(work.id, [])
    onward = [cited for claim in own if claim.basis == "second-hand" for cited in claim.cites]
    if work.id in seen or not onward or any(claim.basis != "second-hand" for claim in own):
        return {work.voice}
    return {root for cited in onward for root in _roots(cited, by_source, seen | {work.id})}


def support(claims: Sequence[Claim], against: Sequence[Claim], schema: Schema) -> Support:
    """The support that claims saying the same lend it, with the claims that contradict it.

    `best` is the design and species of the claim with the highest design rank (then certainty, then its id).
    """
    independent, unresolved = voices(claims)
    opposing, doubtful = voices(against)
    if not claims:
        return Support(against=len(opposing | doubtful))

    def ranks(claim: Claim) -> tuple[int, int]:
        return schema.rank("design", claim.design), schema.rank("certainty", claim.certainty)

    best = min(claims, key=lambda claim: (*(-rank for rank in ranks(claim)), claim.id))
    surest = max(claims, key=lambda claim: (ranks(claim)[1], claim.id))
    return Support(
        independent=len(independent),
        unresolved=len(unresolved),
        against=len(opposing | doubtful),
        best=(best.design, best.species),
        certainty=surest.certainty,
        ranks=(ranks(best)[0], ranks(surest)[1]),
    )
