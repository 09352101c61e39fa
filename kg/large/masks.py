"""Which arcs are left when claims and entities are taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.causal.kernel.arrays import CLAIM, DEFINITION, SPECIALIZATION, Arrays
from kg.large.kinds import kinds
from kg.large.tables import Tables

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["arcs_kept"]


def arcs_kept(tables: Tables, keep: Numbers | None, present: Numbers | None) -> Numbers:
    """A mask of arcs (uint8): claims of which one is kept, and kinds by links between entities that are there.

    `keep` has one number a row of the file, `present` one an entity; None: all. O(rows + arcs).
    """
    import numpy as np

    arrays, statements = tables.arrays, tables.statements
    mask = np.ones(arrays.arcs, np.uint8)
    if keep is not None:
        counted = np.zeros(len(statements.row) + 1, np.int64)
        np.cumsum(keep[statements.row], out=counted[1:])
        held = counted[statements.last] > counted[statements.first]
        claims = arrays.out_kind == CLAIM
        mask[claims] = held[arrays.row[claims]]
    if present is not None:
        mask[_lost_kinds(arrays, present)] = 0
    return mask


def _lost_kinds(arrays: Arrays, present: Numbers) -> Numbers:
    """The arcs to kinds that were kinds only by way of an entity that is taken away."""
    import numpy as np

    source = np.repeat(np.arange(arrays.entities), np.diff(arrays.out_start))
    linked = (arrays.out_kind == DEFINITION) & (present[source] != 0) & (present[arrays.out_target] != 0)
    left = kinds(arrays.entities, source[linked], arrays.out_target[linked])
    special = np.flatnonzero(arrays.out_kind == SPECIALIZATION)
    pairs = source[special].astype(np.int64) * arrays.entities + arrays.out_target[special]
    lost: Numbers = special[~np.isin(pairs, np.zeros(0, np.int64) if left is None else left)]
    return lost
