"""Mechanisms: hundreds of routes of one arm, grouped into a handful of stories.

Rule: take the intermediate entity that lies on most of the routes not yet grouped (ties: shorter routes, then name),
group those routes under it, repeat. Routes without intermediates form the group "direct".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kg.model import Entity, Mechanism, Path

__all__ = ["mechanisms"]


def mechanisms(paths: Sequence[Path]) -> list[Mechanism]:
    """Group the routes of one arm, given in the order of the trace; each group keeps that order.

    Groups come in the order of their best routes. O(total length of the routes + groups * entities).
    """
    through: dict[str, set[int]] = defaultdict(set)  # by id: hashing an id is cheap, and there may be many routes
    length: dict[str, int] = defaultdict(int)
    named: dict[str, Entity] = {}
    for place, path in enumerate(paths):
        for entity in path.entities[1:-1]:
            named[entity.id] = entity
            through[entity.id].add(place)
            length[entity.id] += len(path.steps)
    groups: list[tuple[Entity | None, list[int]]] = []
    direct = [place for place, path in enumerate(paths) if len(path.steps) == 1]
    if direct:
        groups.append((None, direct))
    while through:
        key = min(through, key=lambda e: (-len(through[e]), length[e], named[e].label.casefold(), e))
        grouped = sorted(through[key])
        groups.append((named[key], grouped))
        for place in grouped:
            for entity in paths[place].entities[1:-1]:
                through[entity.id].discard(place)
                length[entity.id] -= len(paths[place].steps)
                if not through[entity.id]:
                    del through[entity.id]
    groups.sort(key=lambda group: group[1][0])
    return [Mechanism(tuple(paths[place] for place in places), key) for key, places in groups]
