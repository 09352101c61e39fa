"""Kinds of any depth: from each entity to what is a kind of it, so that a route may begin with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["MOST", "kinds"]

MOST = 10_000_000
"""With more pairs than this no routes begin with kinds; the loss report says so."""


def kinds(entities: int, child: Numbers, parent: Numbers, most: int = MOST) -> Numbers | None:
    """All pairs of an entity and a kind of it, of any depth, as ``entity * entities + kind``, sorted; None if there are
    more than `most`.

    Circles of definitions do no harm: no entity is a kind of itself. Level by level, O(pairs * depth).
    """
    import numpy as np

    order = np.argsort(parent, kind="stable")
    below = child[order].astype(np.int64)
    start = np.searchsorted(parent[order], np.arange(entities + 1))
    found = np.unique(parent.astype(np.int64) * entities + child)
    found = found[found // entities != found % entities]
    fresh = found
    while len(fresh):
        above, kind = fresh // entities, fresh % entities
        many = start[kind + 1] - start[kind]
        total = int(many.sum())
        if len(found) + total > 4 * most:
            return None
        ends = np.cumsum(many)
        at = np.arange(total) + np.repeat(start[kind] - (ends - many), many)
        reached = np.unique(np.repeat(above, many) * entities + below[at])
        reached = reached[reached // entities != reached % entities]
        fresh = reached[~np.isin(reached, found, assume_unique=True)]
        found = np.union1d(found, fresh)
        if len(found) > most:
            return None
    return found
