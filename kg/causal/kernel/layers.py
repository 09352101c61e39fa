"""Exact search for signed paths on flat arrays: layers of exact length from both ends, then depth-first between them.

Idea. A state is an entity with the net sign so far: raising, lowering or unsigned. The graph of states is never built;
one byte an entity and layer holds the set of its signs as three bits, and a step turns the set: a lowering one swaps
two bits, an unsigned one leaves the third. For each exact length d = 1, 2, ..., L:

1. *Grow.* Forward layer i holds what some walk of exactly i steps from a source reaches, backward layer j from where
   some walk of exactly j steps reaches a target, each with its signs. The one whose next layer touches fewer arcs
   grows, until i + 1 + j = d: they meet across one arc. Layers are kept for the next length. If one is empty there are
   no longer walks.
2. *Trim.* From the outermost forward layer back to the sources: with which signs does an entity of layer i reach a
   target in exactly d - i steps? Behind the meeting arc the backward layers themselves say it, and where it costs no
   more a further backward layer is grown instead, which the next length needs anyway. If no source reaches a target
   with a wanted sign, no walk of length d exists, hence no path: a safe and quick no.
3. *Walk* (`walk`). Depth-first from each source, in the order of the arcs, only to states from which a target
   is reached in the steps that are left with a sign that is still wanted, and never to an entity that is on the path.
   The mark is per entity, not per state: no entity appears twice, not even with the other sign.

Choices. The routes come in the order of `kg.causal.search.search`: by length, then by source, then by arcs. An arm that
has its k routes is no longer wanted, and walks that could only serve it are cut off. Where k are asked for there mostly
are plenty, so the walk is tried before the trimming, for half the arcs that trimming may touch, and then goes on where
it was. Steps into a small layer, as the targets, are found by bisection where an entity has many arcs. Layers are
cleared by their lists of members, never as a whole. Every loop counts the arcs that it looks at and stops within the
budget: growing is charged an entity's arcs at once, bisection its probes. All that a search knows stands in arrays, so
it can pause and go on: a compiled one runs in slices, and Ctrl-C gets through.

Cost. Layers O(arcs) a length at most, and mostly about the square root of what there is within reach, since they meet
in the middle. A walk that leads to a target need not be a path, so between two routes the search may run into dead
ends: exponential in L in the worst case (all walks of the wanted sign repeat an entity), which is why there is a
budget. Memory: 3 bytes an entity and layer, 4 bytes a member.

These functions are plain Python over anything that is indexed by numbers (NumPy arrays, memoryviews, `array.array`,
lists), and Numba compiles them as they stand; see `kg.causal.kernel.engine`.

References: searching from both ends: Pohl, "Bi-directional search", Machine Intelligence 6, 1971; pruning bounded
simple paths by exact distance: Rizzi, Sacomoto, Sagot, "Efficiently listing bounded length st-paths", IWOCA 2014; Peng
et al., "Hop-constrained s-t simple path enumeration: towards bridging theory and practice", PVLDB 13(4), 2019.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

__all__ = ["FUNCTIONS", "Graph", "Ints", "Space", "approach", "clear", "finish", "onward", "seed", "trim"]


class Ints(Protocol):
    """Numbers by place."""

    def __getitem__(self, place: int, /) -> int: ...
    def __setitem__(self, place: int, number: int, /) -> None: ...
    def __len__(self) -> int: ...


class Graph(NamedTuple):
    """What a search reads: arrays, masks and the tables of signs. See `kg.causal.kernel.arrays.Arrays` for the arrays.

    `roles` says for each arc where it may stand, `present` for each entity whether it is there. A set of signs is a sum
    of 1 (raising), 2 (lowering) and 4 (unsigned). ``turn[(sign + 1) * 8 + set]`` is the set after a step of that sign,
    and `in_code` holds sign + 1 for each entering arc, so that it need not be looked up, or 3 if the arc is closed;
    ``join[set * 8 + set]`` what one set before and one after make together, ``fit[set * 8 + wanted]`` the signs that
    may follow the first set to make a wanted one.
    """

    out_start: Ints
    out_target: Ints
    out_code: Ints
    out_strength: Ints
    in_start: Ints
    in_source: Ints
    in_arc: Ints
    in_code: Ints
    roles: Ints
    present: Ints
    turn: Ints
    join: Ints
    fit: Ints


class Space(NamedTuple):
    """What a search writes; all marks are 0 between two searches.

    Row ``3 * i + side`` of `marks` (one byte an entity) is layer i of a side: `BACK`, `FORE`, or `TRIM` (the signs with
    which an entity of the forward layer reaches a target in time). ``members[begin[row]:end[row]]`` are the entities of
    a row, and ``cost[row]`` the number of arcs that the next layer would touch. The path so far is `place`, `sign` and
    `taken`; `upcoming` is the next arc to try at each depth. Routes are handed over in `arcs`, `lengths` and `signs`.
    """

    state: Ints
    marks: Ints
    members: Ints
    begin: Ints
    end: Ints
    cost: Ints
    on_path: Ints
    place: Ints
    sign: Ints
    taken: Ints
    upcoming: Ints
    arcs: Ints
    lengths: Ints
    signs: Ints


BACK, FORE, TRIM = 0, 1, 2
FIRST, LATER, AFTER = 1, 2, 4  # as in kg.causal.kernel.arrays
DONE, PAUSED, SPENT, ROOM, FULL = 0, 1, 2, 3, 4
"""How `advance` ends: finished; time for a pause; the budget is spent; larger arrays needed; routes to be fetched."""
NEXT, GROW, DEEPEN, CUT, WALK = 0, 1, 2, 3, 4
"""The stages of a length."""
(STAGE, LENGTH, LONGEST, FORTH, BEHIND, CURSOR, LEVEL, ORIGIN, DEPTH, TRIAL, PROBES, USED, FILLED, ROUTES, WANTED,
 ENOUGH, WHOLE, BUDGET, TOUCHED, PUSHED, POPPED, FOUND, SURE, CELLS) = (*range(22), 24, 27)  # fmt: skip
"""Places in `state`: the length in work and the longest one, how far the layers go (`FORTH`, `BEHIND`), where work on a
layer paused (`CURSOR`, -1 if none is in work), the level to be trimmed next (-1: all are), the next source (`ORIGIN`),
the end of the path (`DEPTH`), when the trial ends, the price of one bisection, what is used of `members`, `arcs` and
`lengths`, the signs still wanted, how many of each are enough (0: all), whether to finish lengths, the budget and the
counters. `FOUND` (routes) and `SURE` (lengths known whole) hold a number for each of the three signs."""


def seed(graph: Graph, space: Space, side: int, entities: Ints) -> None:
    """Put the sources (`FORE`) or the targets (`BACK`) into the first layer of their side, in the order given."""
    state = space.state
    starts = graph.out_start if side == FORE else graph.in_start
    space.begin[side] = state[USED]
    space.cost[side] = 0
    for at in range(len(entities)):
        entity = entities[at]
        space.members[state[USED]] = entity
        space.marks[side * len(graph.present) + entity] = 1
        space.cost[side] += starts[entity + 1] - starts[entity]
        state[USED] += 1
    space.end[side] = state[USED]


def grow(graph: Graph, space: Space, side: int, level: int, pause: int) -> int:
    """Grow the next layer of a side; a cursor below 0 says that it is not begun."""
    state, marks, members = space.state, space.marks, space.members
    starts = graph.out_start if side == FORE else graph.in_start
    ends = graph.out_target if side == FORE else graph.in_source
    turn, code, roles, present = graph.turn, graph.out_code, graph.roles, graph.present
    row, n = 3 * level + side, len(graph.present)
    old, new = row * n, (row + 3) * n
    role = FIRST if side == FORE and level == 0 else LATER
    forward, in_code = side == FORE, graph.in_code
    at, used, touched = state[CURSOR], state[USED], state[TOUCHED]
    if at < 0:
        if 3 * (level + 2) * n > len(marks) or used + min(n, space.cost[row]) > len(members):
            return ROOM
        space.begin[row + 3] = used
        space.end[row + 3] = used
        space.cost[row + 3] = 0
        at = space.begin[row]
    cost = space.cost[row + 3]
    outcome = DONE
    while at < space.end[row]:
        entity = members[at]
        low, high = starts[entity], starts[entity + 1]
        if touched + high - low > state[BUDGET]:
            outcome = SPENT
            break
        if touched >= pause:
            outcome = PAUSED
            break
        touched += high - low
        have = marks[old + entity]
        for entry in range(low, high):
            other = ends[entry]
            seen = marks[new + other]
            now = seen | turn[(code[entry] + 1 if forward else in_code[entry]) * 8 + have]
            if now != seen and (not forward or (roles[entry] & role and present[other])):
                marks[new + other] = now
                if seen == 0:
                    members[used] = other
                    used += 1
                    cost += starts[other + 1] - starts[other]
        at += 1
    space.end[row + 3] = used
    space.cost[row + 3] = cost
    state[CURSOR] = -1 if outcome == DONE else at
    state[USED] = used
    state[TOUCHED] = touched
    return outcome


def approach(graph: Graph, space: Space, pause: int) -> int:
    """Grow layers, the cheaper side first, until one arc parts them; stop for good if one is empty."""
    state, cost = space.state, space.cost
    while state[FORTH] + state[BEHIND] + 1 < state[LENGTH]:
        level = state[FORTH]
        side = FORE
        if cost[3 * state[BEHIND] + BACK] <= cost[3 * level + FORE]:
            level = state[BEHIND]
            side = BACK
        outcome = grow(graph, space, side, level, pause)
        if outcome != DONE:
            return outcome
        state[FORTH if side == FORE else BEHIND] = level + 1
        row = 3 * (level + 1) + side
        if space.begin[row] == space.end[row]:  # no walk is that long, nor any longer
            finish(space, state[LONGEST])
            return DONE
    state[STAGE] = WALK
    state[ORIGIN] = 0
    state[DEPTH] = -1
    state[LEVEL] = state[LENGTH] - state[BEHIND] - 1
    state[TRIAL] = state[TOUCHED]
    if state[ENOUGH] > 0 and state[WHOLE] == 0:
        state[TRIAL] += min(cost[3 * state[FORTH] + FORE], cost[3 * state[BEHIND] + BACK]) // 2
    return DONE


def onward(space: Space, level: int) -> int:
    """The row that says how an entity goes on after `level` steps of a path of the length in work."""
    state = space.state
    if state[LENGTH] - level <= state[BEHIND]:
        return 3 * (state[LENGTH] - level) + BACK
    return 3 * level + (TRIM if state[LEVEL] < level else FORE)


def trim(graph: Graph, space: Space, pause: int) -> int:
    """Mark in each forward layer the entities from which a target is reached in time, from the meeting layer back."""
    state, marks, members = space.state, space.marks, space.members
    starts, target, code, roles, turn = graph.out_start, graph.out_target, graph.out_code, graph.roles, graph.turn
    n, touched = len(graph.present), state[TOUCHED]
    while state[LEVEL] >= 0:
        level = state[LEVEL]
        row = 3 * level + FORE
        after = onward(space, level + 1) * n
        role = FIRST if level == 0 else LATER
        at = space.begin[row] if state[CURSOR] < 0 else state[CURSOR]
        while at < space.end[row]:
            entity = members[at]
            fitting = graph.fit[marks[row * n + entity] * 8 + state[WANTED]]
            arc, high, found = starts[entity], starts[entity + 1], 0
            stop = min(high, arc + state[BUDGET] - touched)
            if touched >= pause and stop == high:
                state[CURSOR] = at
                state[TOUCHED] = touched
                return PAUSED
            touched -= arc
            while arc < stop and found != fitting:
                goes = marks[after + target[arc]]
                if goes and roles[arc] & role:
                    found |= turn[(code[arc] + 1) * 8 + goes] & fitting
                arc += 1
            touched += arc
            if arc == stop and stop < high and found != fitting:
                state[TOUCHED] = touched
                return SPENT
            marks[(row + 1) * n + entity] = found
            at += 1
        state[CURSOR] = -1
        state[LEVEL] = level - 1
    state[TOUCHED] = touched
    state[STAGE] = WALK
    return DONE


def finish(space: Space, length: int) -> None:
    """Note that all lengths up to this one are whole for the arms still wanted; go on to the next."""
    state = space.state
    lacking = state[ENOUGH] == 0
    for arm in range(3):
        if state[WANTED] & 1 << arm:
            state[SURE + arm] = length
            lacking = lacking or state[FOUND + arm] < state[ENOUGH]
    untrim(space)
    if not lacking:
        state[WANTED] = 0
    state[LENGTH] = length
    state[STAGE] = NEXT


def untrim(space: Space) -> None:
    """Clear what was trimmed for the length in work, if anything was."""
    state = space.state
    if state[STAGE] not in (NEXT, GROW):
        for level in range(max(state[LEVEL], 0), state[LENGTH] - state[BEHIND]):
            wipe(space, 3 * level + FORE, 3 * level + TRIM)


def wipe(space: Space, row: int, marked: int) -> None:
    """Clear one row of marks at the members of another."""
    n = len(space.on_path)
    for at in range(space.begin[row], space.end[row]):
        space.marks[marked * n + space.members[at]] = 0


def clear(space: Space) -> None:
    """Set all marks to 0 again."""
    state = space.state
    untrim(space)
    begun = 1 if state[STAGE] in (GROW, DEEPEN) and state[CURSOR] >= 0 else 0  # a layer in work is there too
    for level in range(state[FORTH] + 1 + begun):
        wipe(space, 3 * level + FORE, 3 * level + FORE)
    for level in range(state[BEHIND] + 1 + begun):
        wipe(space, 3 * level + BACK, 3 * level + BACK)
    for depth in range(state[DEPTH] + 1):
        space.on_path[space.place[depth]] = 0


FUNCTIONS = (grow, wipe, untrim, finish, approach, onward, trim, clear)
"""What Numba compiles, each after those that it calls."""
