"""The walk between the layers of `layers`: depth-first, in the order of the arcs, each path handed over.

Plain Python over numbers that Numba compiles as it stands, as there. `advance` runs a whole search, a slice at a time.
"""

from __future__ import annotations

from kg.causal.kernel.layers import (
    AFTER,
    BACK,
    BEHIND,
    BUDGET,
    CUT,
    DEEPEN,
    DEPTH,
    DONE,
    ENOUGH,
    FILLED,
    FIRST,
    FORE,
    FORTH,
    FOUND,
    FULL,
    GROW,
    LATER,
    LENGTH,
    LEVEL,
    LONGEST,
    NEXT,
    ORIGIN,
    PAUSED,
    POPPED,
    PROBES,
    PUSHED,
    ROOM,
    ROUTES,
    SPENT,
    STAGE,
    TOUCHED,
    TRIAL,
    TRIM,
    WANTED,
    WHOLE,
    Graph,
    Space,
    approach,
    clear,
    finish,
    grow,
    onward,
    trim,
)

__all__ = ["FUNCTIONS", "advance"]


def role(graph: Graph, space: Space) -> int:
    """What the next arc must be: a specialization stands first and must be followed by a claim."""
    depth = space.state[DEPTH]
    if depth == 1 and not graph.roles[space.taken[0]] & LATER:
        return AFTER
    return FIRST if depth == 0 and space.state[LENGTH] > 1 else LATER


def scan(graph: Graph, space: Space, low: int, high: int) -> int:
    """The first arc from `low` on that the path may take; `high` if there is none."""
    state, marks, on_path = space.state, space.marks, space.on_path
    target, code, roles, turn, join = graph.out_target, graph.out_code, graph.roles, graph.turn, graph.join
    depth, part = state[DEPTH], role(graph, space)
    row = onward(space, depth + 1)
    after = row * len(graph.present)
    loose = 7 if row % 3 == FORE else 0  # not trimmed: whatever is there may go on
    have, wanted = space.sign[depth], state[WANTED]
    for arc in range(low, high):
        other = target[arc]
        goes = marks[after + other]
        if goes and roles[arc] & part and not on_path[other]:
            now = turn[(code[arc] + 1) * 8 + have]
            if join[now * 8 + (goes | loose)] & wanted:
                return arc
    return high


def find(graph: Graph, space: Space, low: int, high: int, row: int) -> int:
    """As `scan`, by bisection in the arcs that enter each entity of the next layer: they are sorted by number."""
    state, in_arc, after = space.state, graph.in_arc, row * len(graph.present)
    have, part, best = space.sign[state[DEPTH]], role(graph, space), high
    for at in range(space.begin[row], space.end[row]):
        entity = space.members[at]
        first, stop = graph.in_start[entity], graph.in_start[entity + 1]
        end = first if space.on_path[entity] else stop
        while first < stop:
            middle = (first + stop) // 2
            if in_arc[middle] < low:
                first = middle + 1
            else:
                stop = middle
        while first < end and in_arc[first] < best:
            arc = in_arc[first]
            now = graph.turn[(graph.out_code[arc] + 1) * 8 + have]
            if graph.roles[arc] & part and graph.join[now * 8 + space.marks[after + entity]] & state[WANTED]:
                best = arc
            first += 1
    return best


def seek(graph: Graph, space: Space, low: int, high: int, limit: int) -> int:
    """The next arc that the path may take, `high` if there is none; -1 if the limit of arcs comes first."""
    state = space.state
    depth = state[DEPTH]
    row = onward(space, depth + 1)
    price = (space.end[row] - space.begin[row]) * state[PROBES]
    if row % 3 == BACK and price < high - low:
        if state[TOUCHED] + price > limit:
            return -1
        state[TOUCHED] += price
        arc = find(graph, space, low, high, row)
        space.upcoming[depth] = min(arc + 1, high)
        return arc
    stop = min(high, low + limit - state[TOUCHED])
    arc = scan(graph, space, low, stop)
    after = min(arc + 1, stop)
    state[TOUCHED] += after - low
    space.upcoming[depth] = after
    return -1 if arc == stop and stop < high else arc


def walk(graph: Graph, space: Space, pause: int) -> int:
    """Hand over every path of the length in work, depth-first; or until a limit of arcs is reached."""
    state = space.state
    limit = min(state[BUDGET], state[TRIAL]) if state[LEVEL] >= 0 else state[BUDGET]
    while state[WANTED]:
        depth = state[DEPTH]
        if state[TOUCHED] >= pause:
            return PAUSED
        if depth < 0:
            if not begin(graph, space):
                finish(space, state[LENGTH])
                return DONE
            continue
        last = depth + 1 == state[LENGTH]
        if last and (state[FILLED] + depth + 1 > len(space.arcs) or state[ROUTES] == len(space.lengths)):
            return FULL
        high = graph.out_start[space.place[depth] + 1]
        arc = seek(graph, space, space.upcoming[depth], high, limit)
        if arc < 0:
            return fail(space) if limit < state[BUDGET] else SPENT
        if arc == high:
            space.on_path[space.place[depth]] = 0
            state[DEPTH] = depth - 1
            state[POPPED] += 1
        elif last:
            emit(graph, space, arc)
        else:
            push(graph, space, arc)
    return DONE


def fail(space: Space) -> int:
    """The trial is over: trim the forward layers; a further backward layer serves as well and serves again later."""
    state, cost = space.state, space.cost
    fore, back = cost[3 * state[FORTH] + FORE], cost[3 * state[BEHIND] + BACK]
    apart = state[LEVEL] == state[FORTH] > 0
    state[STAGE] = DEEPEN if apart and back <= 2 * fore else CUT
    return DONE


def deepen(graph: Graph, space: Space, pause: int) -> int:
    """Grow a further backward layer behind the meeting arc; then one forward layer less is to be trimmed."""
    state = space.state
    outcome = grow(graph, space, BACK, state[BEHIND], pause)
    if outcome == DONE:
        state[BEHIND] += 1
        state[LEVEL] -= 1
        state[STAGE] = CUT
        row = 3 * state[BEHIND] + BACK
        if space.begin[row] == space.end[row]:
            finish(space, state[LONGEST])
    return outcome


def begin(graph: Graph, space: Space) -> bool:
    """Begin the paths from the next source that can reach a target in the length in work; False if there is none."""
    state, first = space.state, space.begin[FORE]
    while first + state[ORIGIN] < space.end[FORE]:
        entity = space.members[first + state[ORIGIN]]
        state[ORIGIN] += 1
        goes = 7 if state[LEVEL] >= 0 else space.marks[TRIM * len(graph.present) + entity]
        if graph.join[8 + goes] & state[WANTED]:
            state[DEPTH] = -1
            enter(graph, space, entity, 1)
            return True
    return False


def push(graph: Graph, space: Space, arc: int) -> None:
    """Take an arc."""
    depth = space.state[DEPTH]
    space.taken[depth] = arc
    sign = graph.turn[(graph.out_code[arc] + 1) * 8 + space.sign[depth]]
    enter(graph, space, graph.out_target[arc], sign)


def enter(graph: Graph, space: Space, entity: int, sign: int) -> None:
    """Put an entity on the path."""
    state = space.state
    state[DEPTH] += 1
    state[PUSHED] += 1
    depth = state[DEPTH]
    space.place[depth] = entity
    space.sign[depth] = sign
    space.upcoming[depth] = graph.out_start[entity]
    space.on_path[entity] = 1


def emit(graph: Graph, space: Space, last: int) -> None:
    """Hand over the path with a last arc; an arm that now has enough is no longer wanted."""
    state, depth = space.state, space.state[DEPTH]
    sign = graph.turn[(graph.out_code[last] + 1) * 8 + space.sign[depth]]
    space.taken[depth] = last
    for step in range(depth + 1):
        space.arcs[state[FILLED] + step] = space.taken[step]
    space.lengths[state[ROUTES]] = depth + 1
    space.signs[state[ROUTES]] = sign
    state[FILLED] += depth + 1
    state[ROUTES] += 1
    arm = sign >> 1  # 1, 2, 4: the places 0, 1, 2
    state[FOUND + arm] += 1
    if state[FOUND + arm] == state[ENOUGH] and not state[WHOLE]:
        state[WANTED] &= ~sign


def advance(graph: Graph, space: Space, slice_: int) -> int:
    """Go on with a search for about so many arcs; says how it ended. After `DONE` and `SPENT` all marks are 0."""
    state = space.state
    pause = state[TOUCHED] + slice_
    outcome = DONE
    while outcome == DONE:
        if state[WANTED] == 0:
            break
        if state[STAGE] == NEXT:
            if state[LENGTH] >= state[LONGEST]:
                break
            if state[LENGTH] + 2 > len(space.place) or state[LENGTH] + 1 > len(space.arcs):
                return ROOM
            state[LENGTH] += 1
            state[STAGE] = GROW
        elif state[STAGE] == GROW:
            outcome = approach(graph, space, pause)
        elif state[STAGE] == DEEPEN:
            outcome = deepen(graph, space, pause)
        elif state[STAGE] == CUT:
            outcome = trim(graph, space, pause)
        else:
            outcome = walk(graph, space, pause)
    if outcome in (DONE, SPENT):
        clear(space)
    return outcome


FUNCTIONS = (role, scan, find, seek, enter, begin, push, emit, fail, deepen, walk, advance)
"""What Numba compiles after the functions of `kg.causal.kernel.layers`, each after those that it calls."""
