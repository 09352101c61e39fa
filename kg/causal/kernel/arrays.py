"""A signed graph as flat arrays: compressed sparse rows in both directions, for graphs of up to 10^8 arcs.

Idea. Entities are numbers, arcs are numbers. The arcs that leave an entity stand side by side, so one array of n + 1
starting points and one array of m targets hold the graph; a second pair holds it backwards, and `in_arc` leads from
there to the number of the arc. A route is then a few integers, and steps, claims and names are looked up later, for
the few routes that are shown.

Choices. The order of arcs is that of `kg.causal.network.Network`: by source, specializations last, then by target,
then raising, unsigned, lowering, then claims before definitions, then as given. So the smallest arc numbers come first
in every answer, whatever the order of the input. Arcs between the same two entities with different signs or of
different kinds stay apart; self-loops are left out, no path can use them. Filters are masks of one byte an arc and one
byte an entity: a scope costs no copy of the graph.

Cost. Counting sort digit by digit (NumPy sorts 16-bit digits by counting): O(n + m). Memory: 16 (n + 1) + 22 m bytes,
50 MB for 47,031 entities and 2,250,197 arcs; while it is built about three times as much. A `kg.causal.kernel.Kernel`
adds n + 2 m bytes of masks.

Reference: compressed rows are the usual form of sparse matrices, see Saad, "Iterative Methods for Sparse Linear
Systems", 2nd ed., SIAM 2003, section 3.4; sorting by digits: Knuth, "The Art of Computer Programming", vol. 3, 5.2.5.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.causal.network import Network
    from kg.model import Step

    Integers = NDArray[Any]
    """Numbers of one small type, one after the other."""

__all__ = [
    "AFTER",
    "CLAIM",
    "DEFINITION",
    "FIRST",
    "LATER",
    "LIMIT",
    "SPECIALIZATION",
    "STRONGEST",
    "Arrays",
    "by_digits",
    "from_network",
]

CLAIM, DEFINITION, SPECIALIZATION = 0, 1, 2
"""The kinds of arcs, as the kinds of steps."""
FIRST, LATER, AFTER = 1, 2, 4
"""What an arc may be: the first step, a later one, the one right after a specialization. Bits of a mask."""
_ROLES = (FIRST | LATER | AFTER, FIRST | LATER, FIRST)
STRONGEST = LIMIT = 2**31 - 2
"""The strength of an arc that needs no evidence, the greatest there is; and the most entities, arcs or rows of input:
numbers take four bytes."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """A signed graph as flat arrays.

    - `out_start` (int64, n + 1): the arcs of entity e are those from ``out_start[e]`` up to ``out_start[e + 1]``.
    - `out_target` (int32, m), `out_code` (int8, m: the sign +1, -1 or 0), `out_kind` (uint8, m), `out_strength`
      (int32, m: higher is stronger): where an arc leads, and what it is.
    - `in_start` (int64, n + 1), `in_source` (int32, m), `in_arc` (int32, m): the arcs that enter an entity, by source.
    - `row` (int32, m): which arc of the input it is.

    >>> Arrays.of(3, sources=[1, 0, 0], targets=[2, 2, 1], signs=[-1, 1, 1]).out_target.tolist()
    [1, 2, 2]
    """

    out_start: Integers
    out_target: Integers
    out_code: Integers
    out_kind: Integers
    out_strength: Integers
    in_start: Integers
    in_source: Integers
    in_arc: Integers
    row: Integers

    @classmethod
    def of(
        cls,
        entities: int,
        sources: Sequence[int] | Integers,
        targets: Sequence[int] | Integers,
        signs: Sequence[int] | Integers,
        kinds: Sequence[int] | Integers | None = None,
        strengths: Sequence[int] | Integers | None = None,
    ) -> Arrays:
        """Build the arrays from one row per arc; without `kinds` all are claims, without `strengths` all are equal.

        Rows that are equal in everything become arcs of their own, so group before. Raises UsageError for numbers out
        of range, columns of different lengths, or more than `LIMIT` of anything. O(n + m).
        """
        import numpy as np

        given = {"sources": sources, "targets": targets, "signs": signs, "kinds": kinds, "strengths": strengths}
        ranges = (entities - 1, entities - 1, 1, SPECIALIZATION, STRONGEST)
        columns = {
            name: _column(name, len(sources), column, -1 if name == "signs" else 0, most)
            for (name, column), most in zip(given.items(), ranges, strict=True)
        }
        if not 0 <= entities <= LIMIT or len(sources) > LIMIT:
            raise UsageError(f"{entities} entities and {len(sources)} arcs: at most {LIMIT} of each fit the arrays.")
        kept = np.flatnonzero(columns["sources"] != columns["targets"])
        taken: Any = slice(None) if len(kept) == len(sources) else kept
        source, target, sign, kind, strength = (column[taken] for column in columns.values())
        # least significant key first; within one target +1, 0, -1
        keys = (kind + 3 * (1 - sign), target, (kind == SPECIALIZATION).astype(np.uint8), source)
        order: Any = slice(None)
        if not _in_order(keys):
            order = None
            for key in keys:
                order = by_digits(order, key)
        source, target = source[order], target[order]
        entering = by_digits(None, target)
        return cls(
            out_start=_starts(source, entities),
            out_target=target.astype(np.int32),
            out_code=sign[order].astype(np.int8),
            out_kind=kind[order].astype(np.uint8),
            out_strength=strength[order].astype(np.int32),
            in_start=_starts(target, entities),
            in_source=source[entering].astype(np.int32),
            in_arc=entering.astype(np.int32),
            row=kept[order].astype(np.int32),
        )

    @property
    def entities(self) -> int:
        """The number of entities, n."""
        return len(self.out_start) - 1

    @property
    def arcs(self) -> int:
        """The number of arcs, m."""
        return len(self.out_target)

    @property
    def nbytes(self) -> int:
        """What the arrays take in memory: 16 (n + 1) + 22 m bytes."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def roles(self, *, definitions: bool = True, specialize: bool = True, keep: Integers | None = None) -> Integers:
        """The mask of arcs (uint8): for each the sum of `FIRST`, `LATER` and `AFTER` that it may be, 0 if none.

        A claim may stand anywhere, a definition not right after a specialization, a specialization only at the
        beginning. `definitions` and `specialize` switch these kinds off; `keep` (one number an arc) drops the arcs
        where it is 0. Raises UsageError if it has another length. O(m).
        """
        import numpy as np

        roles = np.array([role if used else 0 for role, used in zip(_ROLES, (1, definitions, specialize), strict=True)])
        mask = roles.astype(np.uint8)[self.out_kind]
        if keep is not None:
            if len(keep) != self.arcs:
                raise UsageError(f"A mask of {len(keep)} numbers does not fit {self.arcs} arcs.")
            mask[np.asarray(keep) == 0] = 0
        return mask

    def source(self, arc: int) -> int:
        """The entity that an arc leaves. O(log n)."""
        return bisect_right(self.out_start, arc) - 1

    def places(self, route: Sequence[int] | Integers) -> list[int]:
        """The entities of a route that is given by its arcs, the source first. O(log n + its length)."""
        return [self.source(int(route[0])), *(int(self.out_target[arc]) for arc in route)]


def from_network(network: Network) -> tuple[Arrays, list[Step]]:
    """The arrays of a network, and its steps in the order of the arc numbers.

    Strengths are the places of the supports among all supports; what holds by definition is the strongest. O(m log m).

    >>> import kg
    >>> from kg.causal.network import Network
    >>> graph = kg.load()
    >>> network = Network.of(graph.entities, graph.claims(), graph.links)
    >>> arrays, steps = from_network(network)
    >>> arrays.arcs == len(steps)
    True
    """
    kinds = {"claim": CLAIM, "definition": DEFINITION, "specialization": SPECIALIZATION}
    steps = [step for place in range(len(network.entities)) for arcs in (network.arcs, network.kinds)
             for _, step in arcs[place]]  # fmt: skip
    ranks = {strength: rank for rank, strength in enumerate(sorted({s.support.strength for s in steps if s.support}))}
    arrays = Arrays.of(
        len(network.entities),
        [network.number[step.source.id] for step in steps],
        [network.number[step.target.id] for step in steps],
        [step.sign for step in steps],
        [kinds[step.kind] for step in steps],
        [ranks[step.support.strength] if step.support else STRONGEST for step in steps],
    )
    return arrays, [steps[row] for row in arrays.row]


def _column(name: str, length: int, column: Sequence[int] | Integers | None, least: int, most: int) -> Integers:
    """A column of the input as an array of its own, checked."""
    import numpy as np

    if column is None:
        return np.zeros(length, np.int8)
    checked = np.asarray(column)
    if checked.shape != (length,):
        raise UsageError(f"The column {name} has shape {checked.shape}; {length} sources need one number each.")
    if length and checked.dtype.kind not in "iu":
        raise UsageError(f"The column {name} holds {checked.dtype}; it must hold whole numbers.")
    if length and not (least <= checked.min() and checked.max() <= most):
        wrong = int(np.flatnonzero((checked < least) | (checked > most))[0])
        raise UsageError(f"The column {name} holds {checked[wrong]} at row {wrong}; it must lie in {least} to {most}.")
    narrow = checked.dtype if checked.dtype.itemsize > 2 else np.dtype(np.int32)  # room for the keys made of it
    return checked.astype(narrow if narrow.kind == "i" else np.int64, copy=False)


def _in_order(keys: Sequence[Integers]) -> bool:
    """Whether rows stand in the order of their keys already, of which the last decides first."""
    tied = keys[0][1:] == keys[0][1:]
    for key in reversed(keys):
        if (tied & (key[:-1] > key[1:])).any():
            return False
        tied &= key[:-1] == key[1:]
    return True


def by_digits(order: Integers | None, key: Integers) -> Integers:
    """An order (None: as it is) sorted anew by a key, equals as they were; 16 bits at a time, so by counting."""
    import numpy as np

    for shift in range(0, int(key.max(initial=0)).bit_length(), 16):
        digit = (key >> shift).astype(np.uint16)  # the lower bits alone
        order = np.argsort(digit, kind="stable") if order is None else order[np.argsort(digit[order], kind="stable")]
    return np.arange(len(key)) if order is None else order


def _starts(ends: Integers, entities: int) -> Integers:
    """For each entity how many arcs have a smaller end, and last the number of all arcs."""
    import numpy as np

    starts = np.zeros(entities + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=entities), out=starts[1:])
    return starts
