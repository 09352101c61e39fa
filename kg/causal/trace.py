"""The answer to "from X to Y": both arms, mechanisms, verdict, what it rests on, and the certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.causal.mechanisms import mechanisms
from kg.causal.network import Network
from kg.causal.search import Found, Route, search
from kg.errors import UsageError
from kg.model import ARMS, Certificate, Entity, Path, Source, Trace

__all__ = ["LARGE_NETWORK", "ORDERS", "Question", "answer", "trace", "verdict_of"]

ORDERS = ("steps", "support")
LARGE_NETWORK = 30_000
"""From how many arcs on the kernel searches a network: dense ones of that size gain nothing yet, sparse ones much."""


@dataclass(frozen=True)
class Question:
    """What is asked: the ends and the limits of a trace. Raises UsageError for limits that make no sense."""

    sources: tuple[Entity, ...]
    targets: tuple[Entity, ...]
    max_steps: int = 4
    k: int | None = None
    sign: int | None = None
    order: str = "steps"
    budget: int = 5_000_000

    def __post_init__(self) -> None:
        if not self.sources or not self.targets:
            raise UsageError("Name at least one entity at each end.")
        if set(self.sources) == set(self.targets) and len(set(self.sources)) == 1:
            raise UsageError(f"Both ends are {self.sources[0].label}. Name two different entities.")
        if self.max_steps < 1:
            raise UsageError(f"max_steps must be at least 1, not {self.max_steps}.")
        if self.k is not None and self.k < 1:
            raise UsageError(f"k must be at least 1, not {self.k}.")
        if self.budget < 1:
            raise UsageError(f"budget must be at least 1, not {self.budget}.")
        if self.sign not in (None, 1, -1, 0):
            raise UsageError(f"sign must be 1, -1 or 0, not {self.sign}.")
        if self.order not in ORDERS:
            raise UsageError(f"order must be one of {', '.join(ORDERS)}, not {self.order!r}.")


def trace(network: Network, question: Question, filters: Sequence[str] = (), data: str = "") -> Trace:
    """Answer a question on a network.

    The verdict and the counts always regard both arms; `question.sign` only says which arm's routes are listed.
    `filters` and `data` are repeated in the certificate.
    """
    return answer(question, _found(network, question), filters, data)


def _found(network: Network, question: Question) -> Found:
    """The routes, found by the search that fits the size of the network; which one it is shows in `arcs_touched` only.

    With `k` by steps the length is finished at which the last arm has its k routes, so these hold the k best.
    """
    sources, targets = ([network.number[e.id] for e in side] for side in (question.sources, question.targets))
    k = question.k if question.order == "steps" else None
    if network.size >= LARGE_NETWORK:
        kernel, steps = network.kernel
        routes = kernel.search(sources, targets, question.max_steps, k=k, whole=True, budget=question.budget)
        return routes.found(steps.__getitem__)

    def enough(routes: list[Route]) -> bool:
        if k is None:
            return False
        counts = Counter(_net(route) for route in routes)
        return all(counts[sign] >= k for sign in ARMS)

    return search(network, sources, targets, question.max_steps, question.budget, enough)


def answer(question: Question, found: Found, filters: Sequence[str] = (), data: str = "") -> Trace:
    """The answer to a question from the routes that a search found, whichever engine searched. O(routes log routes)."""
    k = question.k
    arms: dict[int, list[Path]] = {sign: [] for sign in ARMS}
    for route in found.routes:
        path = Path(route)
        arms[path.sign].append(path)
    counts = {sign: len(paths) for sign, paths in arms.items()}
    key = _by_steps if question.order == "steps" else _by_support
    for sign in arms:
        arms[sign].sort(key=key)
    rests = rests_on(arms)
    verdict = verdict_of(counts, found.stopped)
    cut = k is not None and (found.exhaustive_to < question.max_steps or any(n > k for n in counts.values()))
    listed = {s: p[:k] if question.sign in (None, s) else [] for s, p in arms.items()}
    return Trace(
        sources=question.sources,
        targets=question.targets,
        verdict=verdict,
        increasing=listed[1],
        decreasing=listed[-1],
        unsigned=listed[0],
        mechanisms={name: mechanisms(listed[sign]) for sign, name in ARMS.items()},
        rests_on=rests,
        certificate=Certificate(
            status="budget" if found.stopped else "k reached" if cut else "complete",
            max_steps=question.max_steps,
            exhaustive_to=found.exhaustive_to,
            counts=counts,
            filters=(*filters, *found.notes),
            arcs_touched=found.arcs_touched,
            data=data,
        ),
    )


def _net(route: Route) -> int:
    sign = 1
    for step in route:
        sign *= step.sign
    return sign


def _names(path: Path) -> tuple[object, ...]:
    """Labels in order; routes with the same ones keep the order of the search, which depends on the data alone."""
    return tuple([entity.label for entity in path.entities])


def _strength(path: Path) -> tuple[int, ...]:
    """Strong first; a route that holds by definition alone is the strongest."""
    return tuple(-part for part in path.support.strength) if path.support else (-(10**9),)


def _by_steps(path: Path) -> tuple[object, ...]:
    return (len(path), path.generalizations, _strength(path), _names(path))


def _by_support(path: Path) -> tuple[object, ...]:
    return (_strength(path), len(path), path.generalizations, _names(path))


Verdict = Literal["increases", "decreases", "contested", "unsigned", "no path", "none found"]


def verdict_of(counts: Mapping[int, int], stopped: bool) -> Verdict:
    """The verdict on arms of so many routes; without any, a search that was stopped proves nothing."""
    if counts[1] and counts[-1]:
        return "contested"
    if counts[1]:
        return "increases"
    if counts[-1]:
        return "decreases"
    if counts[0]:
        return "unsigned"
    return "none found" if stopped else "no path"


def rests_on(arms: dict[int, list[Path]]) -> str:
    """One line that says on what each arm rests.

    A route hinges on a source if one of its steps has no claim from any other. If all routes of an arm hinge on the
    same source, the arm stands and falls with it; else the line names the source on which most routes hinge.
    """
    lines = [_arm_rests(ARMS[sign], arms[sign]) for sign in (1, -1) if arms.get(sign)]
    return " ".join(lines) if lines else "No signed route."


def _arm_rests(name: str, paths: list[Path]) -> str:
    hinges: Counter[str] = Counter()
    gates: Counter[str] = Counter()
    named: dict[str, Source | Entity] = {}
    only: dict[int, Source | None] = {}  # by identity of the step: steps are shared between routes
    for path in paths:
        hinging = set()
        for step in path.steps:
            if id(step) not in only:
                sources = {claim.source.id: claim.source for claim in step.claims}
                only[id(step)] = next(iter(sources.values())) if len(sources) == 1 else None
            source = only[id(step)]
            if source:
                named[source.id] = source
                hinging.add(source.id)
        hinges.update(hinging)
        for entity in path.entities[1:-1]:
            named[entity.id] = entity
            gates[entity.id] += 1
    total = len(paths)
    routes = f"{total} {name} route{'s' if total != 1 else ''}"
    order = sorted(hinges, key=lambda source: (-hinges[source], str(named[source]), source))
    needed = [str(named[source]) for source in order if hinges[source] == total]
    shared = sorted((str(named[entity]) for entity in gates if gates[entity] == total), key=str.casefold)
    through = f", all through {' and '.join(shared)}" if shared and total > 1 else ""
    if needed:
        lead = f"All {routes} rest" if total > 1 else f"The one {name} route rests"
        shown = "; ".join(needed[:3]) + (f" and {len(needed) - 3} more" if len(needed) > 3 else "")
        return f"{lead} on {shown}{through}."
    if order:
        first = hinges[order[0]]
        most = f"{first} {'needs' if first == 1 else 'need'} {named[order[0]]}"
        return f"{routes.capitalize()}{through}: no single source carries them all ({most})."
    return f"{routes.capitalize()}{through}: no step hangs on a single source."
