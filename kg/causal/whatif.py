"""What if a claim, a source or a whole kind of evidence were not there: which verdicts stand, and on what they turn.

Idea. A trace that holds every route of up to n steps needs no second search: taking claims away can only take routes
away. A step falls when its last claim falls, a route when one of its steps falls; what is left gives the verdict, as
if the claims had never been loaded (tested). Steps by definition never fall.

A *pivot* is a set of claims whose removal empties an arm, and so changes the verdict, while no part of it does. To cut
a route one of its steps must lose all of its claims, and each claim belongs to one step only; so a pivot is a hitting
set of steps over the routes of the arm, each step as heavy as it has claims. Found by branching on the steps of a
route that is not cut yet, with the total weight as bound: exact up to the stated size, O(s ** size * routes) with at
most s steps a route.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kg.causal.trace import verdict_of
from kg.errors import UsageError
from kg.model import ARMS, JSON, Certificate, Claim, Path, Source, Step, Trace

__all__ = ["Loss", "Pivots", "Sensitivity", "pivots", "sensitivity", "surviving", "whole"]

Evidence = Callable[[Claim], str | None]
EVIDENCE: Mapping[str, Evidence] = {
    "source": lambda claim: claim.source.id,
    "family": lambda claim: claim.source.family,
    "design": lambda claim: claim.design or "unstated",
    "species": lambda claim: claim.species or "unstated",
    "certainty": lambda claim: claim.certainty or "unstated",
}
"""The kinds of evidence that are taken away one value at a time, and how a claim is read for each."""
SCOPES: Mapping[str, Evidence] = {
    "species": lambda claim: claim.species,
    "tissue": lambda claim: claim.tissue,
    "design": lambda claim: claim.design,
    "basis": lambda claim: claim.basis,
    "certainty": lambda claim: claim.certainty,
}
"""The filters of `KnowledgeGraph.where` under which the question is asked again, and how a claim is read for each."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What taking away some evidence would do: `claims` fall, `left` routes stay in each arm, `verdict` is the new one,
    `flips` says that it is another, `emptied` names the arms that lose all their routes.

    `how` is ``without`` (the claims of this source, family, design... are taken away) or ``only`` (all the others are:
    the question asked in that scope, as ``graph.where(species="human")`` does it; `unstated`: also keeping the claims
    that do not say). `needs` are the sources on which all signed routes that are left hinge: without any one of them
    none is left.
    """

    how: Literal["without", "only"]
    what: str
    value: str
    claims: int
    left: Mapping[int, int]
    verdict: str
    flips: bool
    emptied: tuple[str, ...]
    unstated: bool = False
    needs: tuple[Source, ...] = ()

    def __str__(self) -> str:
        counts = ", ".join(f"{self.left[sign]} {name}" for sign, name in ARMS.items())
        least = " or better" if (self.how, self.what) == ("only", "certainty") else ""
        claims = f"{self.claims} claim{'' if self.claims == 1 else 's'} fall{'s' if self.claims == 1 else ''}"
        kept = " or not stated" if self.unstated else ""
        return f"{self.how} {self.what} {self.value}{least}{kept}: {self.verdict} ({counts}; {claims})"

    def to_dict(self) -> JSON:
        """The loss as JSON-ready data."""
        names = ("how", "what", "value", "claims", "verdict", "flips", "unstated")
        return {
            **{name: getattr(self, name) for name in names},
            "left": {name: self.left[sign] for sign, name in ARMS.items()},
            "emptied": list(self.emptied),
            "needs": [source.id for source in self.needs],
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """All losses of a trace, those that flip its verdict first, then those that empty an arm.

    `scopes` are the answers in each narrower scope: humans only, vessels only, what is known only...
    """

    verdict: str
    losses: tuple[Loss, ...]
    scopes: tuple[Loss, ...]
    certificate: Certificate

    @property
    def flips(self) -> tuple[Loss, ...]:
        """The losses that change the verdict."""
        return tuple(loss for loss in self.losses if loss.flips)

    def to_dict(self) -> JSON:
        """The sensitivity as JSON-ready data."""
        told = {name: [loss.to_dict() for loss in getattr(self, name)] for name in ("losses", "scopes")}
        return {"verdict": self.verdict, **told, "certificate": self.certificate.to_dict()}


@dataclass(frozen=True, slots=True)
class Pivots:
    """By arm the smallest sets of claims whose removal empties it; an arm without any has none of up to `most`."""

    most: int
    sets: Mapping[str, tuple[tuple[Claim, ...], ...]]
    certificate: Certificate

    def __str__(self) -> str:
        parts = []
        for arm, sets in self.sets.items():
            found = f"{len(sets)} of size {len(sets[0])}" if sets else f"none within {self.most}"
            parts.append(f"{arm}: {found}")
        return "; ".join(parts)

    def to_dict(self) -> JSON:
        """The pivots as JSON-ready data; claims by their ids."""
        sets = {arm: [[claim.id for claim in one] for one in found] for arm, found in self.sets.items()}
        return {"most": self.most, "sets": sets, "certificate": self.certificate.to_dict()}


def surviving(trace: Trace, gone: Iterable[Claim]) -> dict[int, list[Path]]:
    """The routes of each arm that are left when claims are taken away.

    Raises UsageError if the trace does not list all routes that it found (asked with `k` or `sign`).
    """
    whole(trace)
    lost = frozenset(gone)
    fallen = {step.key for path in trace.paths for step in path.steps if step.claims and lost.issuperset(step.claims)}
    return {sign: [p for p in trace.arm(sign) if not any(s.key in fallen for s in p.steps)] for sign in ARMS}


def sensitivity(trace: Trace) -> Sensitivity:
    """What the verdict would be without each single source, family, design, species or certainty behind its routes, and
    what it is in each narrower scope.

    Raises UsageError if the trace does not list all routes that it found. O(values of evidence * routes).
    """
    whole(trace)
    behind = {claim for path in trace.paths for step in path.steps for claim in step.claims}
    losses = []
    for what, read in EVIDENCE.items():
        groups: dict[str, list[Claim]] = defaultdict(list)
        for claim in behind:
            value = read(claim)
            if value:
                groups[value].append(claim)
        losses += [_loss(trace, "without", what, value, claims) for value, claims in sorted(groups.items())]
    losses.sort(key=lambda loss: (not loss.flips, not loss.emptied, list(EVIDENCE).index(loss.what), loss.value))
    return Sensitivity(trace.verdict, tuple(losses), tuple(_scopes(trace, behind)), trace.certificate)


def _scopes(trace: Trace, behind: Collection[Claim]) -> Iterator[Loss]:
    """The answer in the scope of each single value that some claim behind it states, the most claims first; without
    and with the claims that do not say.
    """
    for what, read in SCOPES.items():
        inside: dict[str, set[Claim]] = defaultdict(set)
        for claim in behind:
            if value := read(claim):
                inside[value].add(claim)
        if what == "certainty":  # a scope of certainty is "at least"
            floors = {value: next(iter(claims)).ranks.certainty for value, claims in inside.items()}
            inside = {v: {c for c in behind if c.certainty and c.ranks.certainty >= floors[v]} for v in inside}
        silent = {claim for claim in behind if not read(claim)}
        for value, claims in sorted(inside.items(), key=lambda item: (-len(item[1]), item[0])):
            for unstated in (False, True) if silent else (False,):
                gone = [claim for claim in behind if claim not in claims and not (unstated and claim in silent)]
                yield replace(_loss(trace, "only", what, value, gone), unstated=unstated, needs=_needed(trace, gone))


def _needed(trace: Trace, gone: Collection[Claim]) -> tuple[Source, ...]:
    """The sources on which all signed routes hinge that are left when claims are taken away, by their citation.

    A route hinges on a source if one of its steps has no claim left from any other.
    """
    lost = frozenset(gone)
    left = surviving(trace, lost)
    hinges: list[set[Source]] = []
    for path in (*left[1], *left[-1]):
        behind = ({claim.source for claim in step.claims if claim not in lost} for step in path.steps if step.claims)
        hinges.append({source for sources in behind if len(sources) == 1 for source in sources})
    shared = set.intersection(*hinges) if hinges else set()
    return tuple(sorted(shared, key=lambda source: (source.citation, source.id)))


def _loss(trace: Trace, how: Literal["without", "only"], what: str, value: str, claims: Sequence[Claim]) -> Loss:
    left = {sign: len(paths) for sign, paths in surviving(trace, claims).items()}
    verdict = verdict_of(left, stopped=trace.certificate.status == "budget")
    emptied = tuple(name for sign, name in ARMS.items() if trace.arm(sign) and not left[sign])
    return Loss(how, what, value, len(claims), left, verdict, verdict != trace.verdict, emptied)


def pivots(trace: Trace, most: int = 3) -> Pivots:
    """The smallest sets of claims whose removal empties an arm, for each arm that has routes; at most `most` claims.

    Raises UsageError if the trace does not list all routes that it found, or for `most` below 1.
    """
    whole(trace)
    if most < 1:
        raise UsageError(f"A pivot has at least 1 claim; most={most} asks for fewer.")
    found: dict[str, tuple[tuple[Claim, ...], ...]] = {}
    for sign, name in ARMS.items():
        if trace.arm(sign):
            found[name] = next((sets for size in range(1, most + 1) if (sets := _cuts(trace.arm(sign), size))), ())
    return Pivots(most, found, trace.certificate)


def _cuts(paths: Sequence[Path], size: int) -> tuple[tuple[Claim, ...], ...]:
    """All sets of `size` claims that cut every route; call with growing sizes, so that no smaller set does."""
    routes = [[step for step in path.steps if step.claims] for path in paths]
    if not all(routes):
        return ()  # a route by definition alone cannot be cut
    hits = ([claim for step in steps for claim in step.claims] for steps in _hits(routes, size, ()))
    sets = {tuple(sorted(claims, key=lambda claim: claim.id)) for claims in hits if len(claims) == size}
    return tuple(sorted(sets, key=lambda claims: [claim.id for claim in claims]))


def _hits(routes: Sequence[Sequence[Step]], room: int, taken: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """Sets of steps with at most `room` claims that hit every route."""
    keys = {step.key for step in taken}
    open_route = next((route for route in routes if not any(step.key in keys for step in route)), None)
    if open_route is None:
        yield taken
        return
    for step in open_route:
        if len(step.claims) <= room:
            yield from _hits(routes, room - len(step.claims), (*taken, step))


def whole(trace: Trace) -> None:
    """Raise UsageError if a trace does not list all routes that it found."""
    counts = trace.certificate.counts
    if trace.certificate.status == "k reached" or any(len(trace.arm(sign)) < counts.get(sign, 0) for sign in ARMS):
        raise UsageError("This trace lists only some of its routes. Ask it without k and without sign.")
