"""The arrays that the kernel works in: made, enlarged when a search says that they are too small, used again.

Nothing here is cleared for a question: a search leaves its marks at 0. Large arrays are asked for as zeros, which the
system hands out page by page when they are first touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, TypeVar

from kg.causal.kernel import layers, strongest
from kg.causal.kernel.arrays import LATER, STRONGEST, Arrays
from kg.causal.kernel.engine import Engine
from kg.causal.kernel.layers import Graph, Ints, Space
from kg.causal.kernel.strongest import Bounds, Front

if TYPE_CHECKING:
    from kg.causal.kernel.arrays import Integers

__all__ = ["bounds_for", "enlarged_front", "enlarged_space", "front_for", "graph_for", "nbytes", "space_for"]

_SETS = range(8)
_ARMS = (0, 1, 2)
_ROUTES, _ARCS = 1024, 8192
"""How many routes and arcs are handed over at once."""
_SIZES = dict.fromkeys(("marks", "on_path", "goal", "sign", "signs"), 1) | dict.fromkeys(
    ("members", "best", "changed", "noted", "arcs", "lengths"), 4
)
"""Bytes a number by the names of the arrays; the others take eight."""
_MOVES = ("keys", "moves")
_STEMS = ("place", "arc", "parent", "arm", "weak", "depth", "low", "high", "heap")
"""The arrays of a front that grow with its moves and its stems."""

Arrayed = TypeVar("Arrayed", Space, Front, Bounds)


def _zeros(name: str, size: int, engine: Engine, old: Ints | None = None) -> Ints:
    """An array of the type that its name has, with what was in an old one."""
    import numpy as np

    array = np.zeros(size, {1: np.uint8, 4: np.int32, 8: np.int64}[_SIZES.get(name, 8)])
    if old is not None:
        array[: len(old)] = old
    return engine.view(array)


def _made(kind: type[Arrayed], engine: Engine, sizes: dict[str, int]) -> Arrayed:
    return kind(**{name: _zeros(name, size, engine) for name, size in sizes.items()})


def _enlarged(arrays: Arrayed, engine: Engine, sizes: dict[str, int]) -> Arrayed:
    """With some arrays made longer, what is in them kept."""
    return arrays._replace(**{name: _zeros(name, size, engine, getattr(arrays, name)) for name, size in sizes.items()})


def nbytes(arrays: Space | Front | Bounds, sizes: dict[str, int] | None = None) -> int:
    """What arrays take in memory, with some of them at other sizes."""
    lengths: dict[str, int] = {name: len(array) for name, array in arrays._asdict().items()} | (sizes or {})
    return sum(_SIZES.get(name, 8) * size for name, size in lengths.items())


def _combined(one: int, other: int) -> int:
    """The arm that two arms make together."""
    return 2 if 2 in (one, other) else one ^ other


def _together(some: int, others: int) -> int:
    """The set of arms that two sets of arms make together."""
    pairs = product(_ARMS, _ARMS)
    return sum({1 << _combined(a, b) for a, b in pairs if some >> a & 1 and others >> b & 1})


def graph_for(arrays: Arrays, roles: Integers, present: Integers, engine: Engine) -> Graph:
    """What a search reads, with its tables of signs."""
    import numpy as np

    arms: Sequence[int] = (1, 2, 0)  # of the signs -1, 0, +1
    tables = (
        [_together(1 << arm, after) for arm in arms for after in _SETS] + [0] * len(_SETS),
        [_together(before, after) for before in _SETS for after in _SETS],
        [
            sum(1 << arm for arm in _ARMS if _together(before, 1 << arm) & wanted)
            for before in _SETS
            for wanted in _SETS
        ],
    )
    open_ = (roles[arrays.in_arc] & LATER > 0) & (present[arrays.in_source] > 0)
    in_code = np.where(open_, arrays.out_code[arrays.in_arc] + 1, 3).astype(np.int8)
    flat = (
        arrays.out_start, arrays.out_target, arrays.out_code, arrays.out_strength, arrays.in_start, arrays.in_source,
        arrays.in_arc, in_code, roles, present, *(np.array(table, np.int64) for table in tables),
    )  # fmt: skip
    return Graph(*(engine.view(_read_only(array)) for array in flat))


def _read_only(array: Integers) -> Integers:
    """A view that cannot be written, whether the array lies in memory or in a file: one type, compiled once."""
    import numpy as np

    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


def space_for(entities: int, longest: int, engine: Engine) -> Space:
    """A space for searches by steps; it grows with the length that they reach."""
    levels = min(longest, 7) + 1
    return _made(
        Space,
        engine,
        {
            "state": layers.CELLS, "marks": 3 * levels * entities, "members": 4 * entities, "begin": 3 * levels + 3,
            "end": 3 * levels + 3, "cost": 3 * levels + 3, "on_path": entities, "place": 2 * levels + 2,
            "sign": 2 * levels + 2, "taken": 2 * levels + 2, "upcoming": 2 * levels + 2, "arcs": _ARCS,
            "lengths": _ROUTES, "signs": _ROUTES,
        },
    )  # fmt: skip


def enlarged_space(space: Space, engine: Engine, memory: int) -> Space | None:
    """A space with room for what lacked it; None if that takes more than `memory` bytes."""
    state, n = space.state, len(space.on_path)
    sizes: dict[str, int] = {}
    levels = len(space.begin) // 3 - 1
    if max(state[layers.FORTH], state[layers.BEHIND]) + 2 > levels:
        sizes |= {"marks": 6 * levels * n} | dict.fromkeys(("begin", "end", "cost"), 6 * levels + 3)
    if state[layers.USED] + n > len(space.members):
        sizes["members"] = 2 * len(space.members)
    if state[layers.LENGTH] + 2 > len(space.place):
        sizes |= dict.fromkeys(("place", "sign", "taken", "upcoming"), 2 * len(space.place))
    if state[layers.LENGTH] + 1 > len(space.arcs):
        sizes["arcs"] = 2 * len(space.arcs)
    return _enlarged(space, engine, sizes) if nbytes(space, sizes) <= memory else None


def bounds_for(targets: Sequence[int], entities: int, longest: int, engine: Engine, memory: int) -> Bounds | None:
    """Bounds of a set of targets, not yet widened; None if they take more than `memory` bytes."""
    sizes = {
        "state": strongest.BOUND_CELLS, "best": 3 * longest * entities, "changed": 2 * entities, "noted": entities,
        "goal": entities,
    }  # fmt: skip
    if sum(_SIZES.get(name, 8) * size for name, size in sizes.items()) > memory:
        return None
    bounds = _made(Bounds, engine, sizes)
    for at, target in enumerate(targets):
        bounds.goal[target] = 1
        bounds.best[target * 3] = STRONGEST + 1  # one more than it is: 0 says that there is no walk
        bounds.changed[at] = target
    state = bounds.state
    state[strongest.ROUND], state[strongest.ROWS] = 1, longest
    state[strongest.AT], state[strongest.LISTED] = -1, len(targets)
    return bounds


def front_for(bounds: Bounds, on_path: Ints, origins: Sequence[int], engine: Engine) -> Front:
    """A front for one question."""
    import numpy as np

    sizes = dict.fromkeys(_MOVES, 2**17) | dict.fromkeys(_STEMS, 2**12)
    sizes |= {"state": strongest.FRONT_CELLS, "arcs": max(_ARCS, bounds.state[strongest.ROWS])}
    sizes |= {"lengths": _ROUTES, "signs": _ROUTES}
    made = {name: _zeros(name, size, engine) for name, size in sizes.items()}
    starts = engine.view(np.array(origins, np.int64))
    return Front(**made, best=bounds.best, goal=bounds.goal, origins=starts, on_path=on_path)


def enlarged_front(front: Front, engine: Engine, memory: int) -> Front | None:
    """A front with twice the room; None if that takes more than `memory` bytes."""
    sizes = {name: 2 * len(getattr(front, name)) for name in (*_MOVES, *_STEMS)}
    return _enlarged(front, engine, sizes) if nbytes(front, sizes) <= memory else None
