"""Gaps: the steps on which answers rest and for which evidence is thin, the most telling first.

A step has a gap if it is unsigned, rests on one voice, is told second hand only, was seen in animals or cells only, is
contradicted, or is worded as a hypothesis only. What a gap is worth is measured on traces: *decisive* are those in
which an arm would be empty without the step, *contested* those with both arms whose routes use it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.causal.whatif import surviving
from kg.model import ARMS, JSON, Entity, Step, Trace

__all__ = ["REASONS", "Gap", "gaps", "literature_query"]


def _beyond_humans(step: Step) -> bool:
    stated = {claim.species for claim in step.claims if claim.species}
    return bool(stated) and "human" not in stated


REASONS: Mapping[str, Callable[[Step], bool]] = {
    "sign not known": lambda step: step.sign == 0,
    "contradicted": lambda step: step.contradicted,
    "hypothesis only": lambda step: step.hypothetical,
    "second hand only": lambda step: all(claim.basis == "second-hand" for claim in step.claims),
    "animals or cells only": _beyond_humans,
    "one voice": lambda step: step.support is not None and step.support.independent + step.support.unresolved == 1,
}
"""What makes a step a gap, by the words for it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A step with thin evidence: why, in which traces an arm hangs on it (`decisive`), in which contested ones it is
    used (`contested`), by how many routes, and a query for the literature.
    """

    step: Step
    reasons: tuple[str, ...]
    decisive: tuple[str, ...]
    contested: tuple[str, ...]
    routes: int
    query: str

    def __str__(self) -> str:
        return f"{self.step}: {', '.join(self.reasons)}"

    def to_dict(self) -> JSON:
        """The gap as JSON-ready data."""
        return {
            "step": self.step.to_dict(),
            "reasons": list(self.reasons),
            "decisive": list(self.decisive),
            "contested": list(self.contested),
            "routes": self.routes,
            "query": self.query,
        }


def gaps(steps: Iterable[Step], traces: Mapping[str, Trace]) -> list[Gap]:
    """The claim steps with a gap, those that would settle most first.

    `traces` are whole traces by the name of what they ask. Ordered by the number of decisive traces, of contested
    traces, of routes through the step, and of reasons; ties by the ids of the ends. O(steps on routes * routes).
    """
    decisive: dict[tuple[object, ...], list[str]] = defaultdict(list)
    contested: dict[tuple[object, ...], list[str]] = defaultdict(list)
    routes: Counter[tuple[object, ...]] = Counter()
    for name, trace in traces.items():
        used = {step.key: step for path in trace.paths for step in path.steps if step.claims}
        routes.update(step.key for path in trace.paths for step in path.steps if step.claims)
        for key, step in used.items():
            if trace.verdict == "contested":
                contested[key].append(name)
            if _decides(trace, step):
                decisive[key].append(name)
    found = []
    for step in steps:
        reasons = tuple(words for words, holds in REASONS.items() if holds(step))
        if reasons:
            key = step.key
            query = literature_query(step.source, step.target)
            found.append(Gap(step, reasons, tuple(decisive[key]), tuple(contested[key]), routes[key], query))
    found.sort(key=lambda g: (-len(g.decisive), -len(g.contested), -g.routes, -len(g.reasons), g.step.key))
    return found


def _decides(trace: Trace, step: Step) -> bool:
    """Whether a signed arm would be empty without the step."""
    arms: Sequence[int] = [sign for sign in ARMS if sign and trace.arm(sign)]
    on_all = [sign for sign in arms if all(step in path.steps for path in trace.arm(sign))]
    return bool(on_all) and any(not surviving(trace, step.claims)[sign] for sign in on_all)


def literature_query(*entities: Entity, most: int = 5) -> str:
    """A boolean query that literature databases understand, from the labels and synonyms of entities.

    >>> from kg.model import Entity
    >>> opg = Entity("osteoprotegerin", "", "osteoprotegerin", "Protein", synonyms=("OPG", "TNFRSF11B"))
    >>> literature_query(opg, Entity("warfarin", "", "warfarin", "Drug"))
    '("osteoprotegerin" OR "OPG" OR "TNFRSF11B") AND "warfarin"'
    """
    parts = []
    for entity in entities:
        names = list(dict.fromkeys((entity.label, *sorted(entity.synonyms, key=len))))[:most]
        quoted = [f'"{name.replace(chr(34), "")}"' for name in names]
        parts.append(f"({' OR '.join(quoted)})" if len(quoted) > 1 else quoted[0])
    return " AND ".join(parts)
