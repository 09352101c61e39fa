"""Support: evidence for and against, counted in voices.

A *voice* is the unit of counting. A claim from own data or inference speaks with the voice of its source (or of the
source's family: same patients, trial, registry). A second-hand claim that cites speaks with the voice of each cited
work, not of the citing paper; if the cited work is itself in the graph with the same claim second hand, the chain is
followed to its end, the root source. A second-hand claim without a citation is an unresolved voice, counted apart.

What stands against a statement is counted the same way, null results apart from opposite signs and from refutations.
A path is as strong as its weakest step; an arm or a mechanism as its strongest path (`kg.model.Arm`), and all voices
behind it are counted once each (`kg.model.Support.together`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Claim, Source, Support, Voice
from kg.model.support import by_strength

__all__ = ["support", "voices"]


def voices(claims: Iterable[Claim]) -> tuple[frozenset[str], frozenset[str]]:
    """The independent and the unresolved voices of claims that say the same; no voice is in both.

    O(claims), times the length of citation chains.
    """
    independent, unresolved = _heard(claims)
    return frozenset(independent), frozenset(unresolved)


def _heard(claims: Iterable[Claim]) -> tuple[dict[str, list[Claim]], dict[str, list[Claim]]]:
    """The independent and the unresolved voices with the claims through which each is heard."""
    claims = list(claims)
    by_source: dict[str, list[Claim]] = {}
    for claim in claims:
        by_source.setdefault(claim.source.id, []).append(claim)
    independent: dict[str, list[Claim]] = defaultdict(list)
    unresolved: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.basis != "second-hand":
            independent[claim.source.voice].append(claim)
        elif claim.cites:
            for root in {root for work in claim.cites for root in _roots(work, by_source, frozenset())}:
                independent[root].append(claim)
        else:
            unresolved[claim.source.voice].append(claim)
    return independent, {name: said for name, said in unresolved.items() if name not in independent}


def _roots(work: Source, by_source: Mapping[str, list[Claim]], seen: frozenset[str]) -> set[str]:
    """The voices at the end of the citation chains that start at a work; a circle of citations ends where it closes."""
    own = by_source.get(work.id, [])
    onward = [cited for claim in own if claim.basis == "second-hand" for cited in claim.cites]
    if work.id in seen or not onward or any(claim.basis != "second-hand" for claim in own):
        return {work.voice}
    return {root for cited in onward for root in _roots(cited, by_source, seen | {work.id})}


def support(claims: Sequence[Claim], against: Sequence[Claim] = ()) -> Support:
    """The support that claims saying the same lend it, with the claims that contradict it.

    Each voice is shown by its strongest claim: by design, then species, then certainty, as the ontology ranks them.
    """
    opposing = [voice for says, said in _apart(against).items() for voice in _spoken(said, says)]
    return Support(tuple(_spoken(claims, "for")), tuple(sorted(opposing, key=by_strength)))


def _apart(against: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Claims against a statement by how they contradict it; what its own source refutes is no opposite sign."""
    groups: dict[str, list[Claim]] = {"null": [], "opposite": [], "refuted": []}
    for claim in against:
        groups["null" if claim.null else "opposite" if claim.live else "refuted"].append(claim)
    return groups


def _spoken(claims: Sequence[Claim], says: str) -> list[Voice]:
    if not claims:
        return []
    found = []
    for heard, independent in zip(_heard(claims), (True, False), strict=True):
        for name, said in heard.items():
            best = min(said, key=lambda claim: (*(-rank for rank in claim.ranks), claim.id))
            surest = max(said, key=lambda claim: (claim.ranks.certainty, claim.id))
            ranks = best.ranks._replace(certainty=surest.ranks.certainty)
            found.append(Voice(name, independent, says, best.design, best.species, surest.certainty, ranks))
    return sorted(found, key=by_strength)
