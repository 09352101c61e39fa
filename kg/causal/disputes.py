"""Where the literature disagrees: named contrast sets, and pairs of entities with opposite findings.

Two findings contrast if they are on the same ordered pair of entities, or on a kind of one or both of them (coronary
calcification under vascular calcification), and say different things: raises or goes with, lowers or goes against, no
effect. What is true of a kind need not be true of its class, so a contrast across kinds may be none; it says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.model import Claim, Dispute, Link
from kg.wording import said

__all__ = ["contrasts"]

Pair = tuple[str, str]


def contrasts(named: Iterable[Dispute], claims: Iterable[Claim], links: Iterable[Link] = ()) -> list[Dispute]:
    """The named disputes that still have two claims, then every further pair with opposite findings, by its ids.

    `links` tell what is a kind of what. A pair all of whose contrasting claims stand in one named set is not repeated.
    O(claims * pairs of ancestors of their ends).
    """
    found = [dispute for dispute in map(_spoken, named) if len(dispute.claims) > 1]
    covered = [set(dispute.claims) for dispute in found]
    spoken = [claim for claim in claims if claim.status != "retracted" and claim.side != "no sign"]
    for pair, members in sorted(_contrasting(spoken, _ancestors(links)).items()):
        if not any(members <= cover for cover in covered):
            found.append(_dispute(pair, sorted(members, key=lambda claim: claim.id)))
    return found


def _spoken(dispute: Dispute) -> Dispute:
    """A named dispute without the claims that were retracted: they say nothing any more."""
    return replace(dispute, claims=tuple(claim for claim in dispute.claims if claim.status != "retracted"))


def _contrasting(claims: Sequence[Claim], above: Mapping[str, frozenset[str]]) -> dict[Pair, set[Claim]]:
    """For each pair the claims on it, or on kinds of it, that another of them contradicts."""
    on_pair: dict[Pair, list[Claim]] = defaultdict(list)
    for claim in claims:
        on_pair[claim.subject.id, claim.object.id].append(claim)
    under: dict[Pair, list[Pair]] = defaultdict(list)
    for subject, target in on_pair:
        for general in above.get(subject, frozenset()) | {subject}:
            for wide in above.get(target, frozenset()) | {target}:
                under[general, wide].append((subject, target))
    found: dict[Pair, set[Claim]] = {}
    for pair, pairs in under.items():
        members = {
            claim
            for place, one in enumerate(pairs)
            for other in pairs[place:]
            if _meet_at(pair, one, other, above)
            for claim in _opposed(on_pair[one], on_pair[other])
        }
        if members:
            found[pair] = members
    return found


def _meet_at(pair: Pair, one: Pair, other: Pair, above: Mapping[str, frozenset[str]]) -> bool:
    """Whether one end of each side is the general one and the other a kind of it: siblings are not compared."""
    return all(
        general in (a, b) and (a == b or b in above.get(a, ()) or a in above.get(b, ()))
        for general, a, b in zip(pair, one, other, strict=True)
    )


def _opposed(some: Sequence[Claim], others: Sequence[Claim]) -> list[Claim]:
    """All claims of two pairs if their sides are not all one; on pairs that agree, none."""
    if some is not others:
        sides = {claim.side for claim in others}
        some = [claim for claim in some if sides - {claim.side}]
        others = [claim for claim in others if {c.side for c in some} - {claim.side}]
    both = [*some, *others]
    return both if len({claim.side for claim in both}) > 1 else []


def _dispute(pair: Pair, members: Sequence[Claim]) -> Dispute:
    named = {end.id: end.label for claim in members for end in (claim.subject, claim.object)}
    ends = [named.get(end, end.replace("-", " ")) for end in pair]
    across = {(claim.subject.id, claim.object.id) for claim in members} != {pair}
    where = "across kinds of one pair, which need not contradict" if across else "on one pair"
    sides = ", ".join(said(side, causal=causal) for side, causal, _ in Dispute("", "", "", tuple(members)).groups)
    text = f"Opposite findings {where}: {sides}."
    return Dispute(f"{pair[0]}~{pair[1]}", " and ".join(ends), text, tuple(members), named=False)


def _ancestors(links: Iterable[Link]) -> dict[str, frozenset[str]]:
    """For each entity its classes, of any height."""
    parents: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.kind == "broader":
            parents[link.source.id].add(link.target.id)

    def climb(start: str) -> frozenset[str]:
        seen: set[str] = set()
        queue = [start]
        while queue:
            new = parents.get(queue.pop(), set()) - seen
            seen |= new
            queue += new
        return frozenset(seen - {start})

    return {entity: climb(entity) for entity in list(parents)}
