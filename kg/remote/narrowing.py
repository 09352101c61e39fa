"""What a graph that lies elsewhere has been narrowed to: remembered, and done to each part that is pulled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.errors import NotFound, UsageError
from kg.graph import KnowledgeGraph

__all__ = ["Narrowing"]


@dataclass(frozen=True)
class Narrowing:
    """Scopes (the arguments of ``where``, without `sources`), sources to keep, and what has been taken away, by id."""

    scopes: tuple[Mapping[str, Any], ...] = ()
    kept: tuple[frozenset[str], ...] = ()
    entities: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    words: tuple[str, ...] = field(default=(), compare=False)

    def where(self, filters: Mapping[str, Any], sources: Iterable[str] | None, words: Iterable[str]) -> Narrowing:
        """Narrowed further by a scope."""
        kept = self.kept if sources is None else (*self.kept, frozenset(sources))
        scopes = (*self.scopes, filters) if filters.keys() - {"unstated"} else self.scopes
        return replace(self, scopes=scopes, kept=kept, words=(*self.words, *words))

    def without(
        self, entities: Iterable[str], sources: Iterable[str], claims: Iterable[str], reports: bool
    ) -> Narrowing:
        """Narrowed further by taking something away."""
        gone, works, dropped = frozenset(entities), frozenset(sources), frozenset(claims)
        words = [f"without {name}" for name in (*sorted(gone), *sorted(works))]
        if reports and works:
            words.append(f"without reports that cite nothing but {' and '.join(sorted(works))}")
        return replace(
            self,
            entities=self.entities | gone,
            sources=self.sources if reports else self.sources | works,
            reported=self.reported | works if reports else self.reported,
            claims=self.claims | dropped,
            words=(*self.words, *words, *(f"without {name}" for name in sorted(dropped))),
        )

    def of(self, part: KnowledgeGraph) -> KnowledgeGraph:
        """A part, narrowed. What it does not hold is not missed: it was found in the whole when it was named."""
        for filters in self.scopes:
            part = part.where(**filters)
        for sources in self.kept:
            held = _held(sources, part.source)
            part = part.where(sources=held) if held else part.without(claims=[c.id for c in part.claims()])
        entities = _held(self.entities, part.entity)
        if entities or self.claims:
            part = part.without(*entities, claims=_held(self.claims, part.claim))
        for works, reports in ((self.sources, False), (self.reported, True)):
            if held := _held(works, part.source):
                part = part.without(sources=held, reports=reports)
        return part


def _held(names: Iterable[str], look: Callable[[str], object]) -> list[str]:
    """Those of some names that a part has."""
    found = []
    for name in sorted(names):
        try:
            look(name)
        except (NotFound, UsageError):
            continue
        found.append(name)
    return found
