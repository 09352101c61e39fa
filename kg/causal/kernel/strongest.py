"""The strongest signed paths on flat arrays: best first, with a bound on how strong a beginning can still end.

Idea. A path is as strong as its weakest arc. For a set of targets, `Bounds.best` tells for each entity, sign and r how
strong the weakest arc of a walk to a target with that sign can be within r further steps. Walks include all paths, so
what a beginning can still become is never underrated: its key is that bound, then the fewest steps that reach it, then
its arcs. Take the beginning with the best key, extend it, put its children back; what is complete when it is taken
stands before everything that is left. So the k best are exactly the k best: stronger first, then shorter, then in the
order of the arcs. Each sign is searched for on its own.

Choices. The bounds cost L rounds over the arcs, but only entities whose bound rose in the last round are looked at, and
they serve every question with the same targets (`kg.causal.kernel.Kernel` keeps them). Siblings are lazy: a beginning
that is extended becomes a *stem* with its possible next arcs as a heap of their own, and only its best one competes
with those of other stems. An entity on the path is never entered again, with either sign. Everything stands in arrays,
so the search can pause; arcs are charged against the budget an entity at a time.

Cost. Bounds: O(L m) arcs at most, 12 L + 13 bytes an entity. Then, for c candidates that are made, O(c log c); c is
near k times the length times the degree where bounds are tight, and exponential in L in the worst case.

Plain Python over numbers that Numba compiles as it stands, as in `kg.causal.kernel.layers`.

References: the bottleneck form of best-first search (A*): Hart, Nilsson, Raphael, "A formal basis for the heuristic
determination of minimum cost paths", IEEE TSSC 4(2), 1968; lazy siblings as in Eppstein, "Finding the k shortest
paths", SIAM J. Comput. 28(2), 1998.
"""

from __future__ import annotations

from typing import NamedTuple

from kg.causal.kernel.layers import AFTER, DONE, FIRST, FULL, LATER, PAUSED, ROOM, SPENT, Graph, Ints

__all__ = ["FUNCTIONS", "Bounds", "Front", "pick", "widen"]


class Bounds(NamedTuple):
    """The bounds of one set of targets.

    ``best[(r * n + entity) * 3 + arm]`` is the strength of the strongest walk of 1 to r steps to a target with the
    sign of the arm (0 raising, 1 lowering, 2 unsigned), plus 1, and 0 if there is none; r = 0 marks the targets, as
    `goal` does. `changed` holds two lists of entities whose bound rose in this round and the last, `noted` the round in
    which they were listed.
    """

    state: Ints
    best: Ints
    changed: Ints
    noted: Ints
    goal: Ints


ROUND, ROWS, AT, LISTED, COMING, LIMIT, COUNTED, BOUND_CELLS = range(8)
"""Places in the state of `Bounds`: the round, the number of rounds, how far it is, lengths of both lists, arcs."""


def turned(arm: int, code: int) -> int:
    """The arm after a step of a sign before or behind it."""
    if code == 0 or arm == 2:
        return 2
    return arm if code > 0 else 1 - arm


def widen(graph: Graph, bounds: Bounds, slice_: int) -> int:
    """Go on with the bounds for about so many arcs: `DONE`, `PAUSED`, or `SPENT`."""
    state, rows, n = bounds.state, bounds.state[ROWS], len(graph.present)
    pause = state[COUNTED] + slice_
    while state[ROUND] < rows:
        now = state[ROUND]
        if state[AT] < 0:
            for place in range(n * 3 * now, n * 3 * (now + 1) if now > 1 else 0):
                bounds.best[place] = bounds.best[place - n * 3]
            state[AT] = 0
            state[COMING] = 0
        while state[AT] < state[LISTED]:
            entity = bounds.changed[(now - 1) % 2 * n + state[AT]]
            arcs = graph.in_start[entity + 1] - graph.in_start[entity]
            if state[COUNTED] + arcs > state[LIMIT]:
                return SPENT
            if state[COUNTED] >= pause:
                return PAUSED
            state[COUNTED] += arcs
            state[COMING] = lift(graph, bounds, entity, now, state[COMING])
            state[AT] += 1
        state[LISTED] = state[COMING]
        state[AT] = -1
        state[ROUND] = now + 1
    return DONE


def lift(graph: Graph, bounds: Bounds, entity: int, now: int, listed: int) -> int:
    """Lift the bounds of all that enters an entity; says how many are listed for the next round."""
    best, noted, n = bounds.best, bounds.noted, len(graph.present)
    source, in_arc, in_code, strength = graph.in_source, graph.in_arc, graph.in_code, graph.out_strength
    old, new = ((now - 1) * n + entity) * 3, now * n * 3
    most = max(best[old], best[old + 1], best[old + 2])
    for entry in range(graph.in_start[entity], graph.in_start[entity + 1]):
        other = source[entry]
        place = new + other * 3
        if best[place] >= most and best[place + 1] >= most and best[place + 2] >= most:
            continue  # nothing to gain, whatever the arc is
        code = in_code[entry]
        if code == 3:
            continue
        weak = strength[in_arc[entry]] + 1
        for arm in range(3):
            strong = min(best[old + arm], weak)
            place = new + other * 3 + turned(arm, code - 1)
            if strong > best[place]:
                best[place] = strong
                if noted[other] != now:
                    noted[other] = now
                    bounds.changed[now % 2 * n + listed] = other
                    listed += 1
    return listed


class Front(NamedTuple):
    """The beginnings that compete.

    A stem is a beginning of a path that was extended: its last entity `place`, the arc `arc` that led there (the
    entity itself for a source) from its `parent` stem (-1), its `arm` so far, its weakest arc `weak` and its `depth`.
    Its possible next arcs are ``keys[low:high]`` and ``moves[low:high]``, a heap; a move is twice the arc, and one more
    if the path goes on behind it. `heap` holds the stems by their best move. Routes are handed over in `arcs`,
    `lengths` and `signs`.
    """

    state: Ints
    best: Ints
    goal: Ints
    origins: Ints
    on_path: Ints
    keys: Ints
    moves: Ints
    place: Ints
    arc: Ints
    parent: Ints
    arm: Ints
    weak: Ints
    depth: Ints
    low: Ints
    high: Ints
    heap: Ints
    arcs: Ints
    lengths: Ints
    signs: Ints


(ARM, LONGEST, GOALS, ORIGIN, POOL, STEMS, HEAPED, FILLED, ROUTES, FOUND, ENOUGH, WHOLE, LAST, BUDGET, TOUCHED,
 PUSHED, POPPED, FRONT_CELLS) = range(18)  # fmt: skip
"""Places in the state of `Front`."""
TOP = 2**31 - 2  # the greatest strength, as STRONGEST in kg.causal.kernel.arrays


def better(front: Front, one: int, other: int) -> bool:
    """Whether a move comes before another one of the same stem."""
    keys, moves = front.keys, front.moves
    return keys[one] < keys[other] or (keys[one] == keys[other] and moves[one] < moves[other])


def sink(front: Front, low: int, high: int, at: int) -> None:
    """Let a move sink to its place in the heap of its stem."""
    keys, moves = front.keys, front.moves
    while True:
        child = low + 2 * (at - low) + 1
        if child + 1 < high and better(front, child + 1, child):
            child += 1
        if child >= high or not better(front, child, at):
            break
        keys[at], keys[child] = keys[child], keys[at]
        moves[at], moves[child] = moves[child], moves[at]
        at = child


def ahead(front: Front, one: int, other: int) -> bool:
    """Whether the best move of a stem comes before that of another stem: by key, then by the arcs of the paths."""
    x, y = front.low[one], front.low[other]
    if front.keys[x] != front.keys[y]:
        return front.keys[x] < front.keys[y]
    left, right = front.moves[x] >> 1, front.moves[y] >> 1
    while front.depth[one] > front.depth[other]:
        left, one = front.arc[one], front.parent[one]
    while front.depth[other] > front.depth[one]:
        right, other = front.arc[other], front.parent[other]
    while one != other:
        left, one = front.arc[one], front.parent[one]
        right, other = front.arc[other], front.parent[other]
    return left < right


def settle(front: Front, at: int) -> None:
    """Let a stem find its place in the heap of stems, up or down."""
    heap, count = front.heap, front.state[HEAPED]
    while at > 0 and ahead(front, heap[at], heap[(at - 1) // 2]):
        heap[at], heap[(at - 1) // 2] = heap[(at - 1) // 2], heap[at]
        at = (at - 1) // 2
    while True:
        child = 2 * at + 1
        if child + 1 < count and ahead(front, heap[child + 1], heap[child]):
            child += 1
        if child >= count or not ahead(front, heap[child], heap[at]):
            break
        heap[at], heap[child] = heap[child], heap[at]
        at = child


def promise(front: Front, entity: int, arm: int, steps: int) -> int:
    """The strength that a path at an entity with the sign of an arm can still keep within so many steps; -1 if none."""
    best, wanted = front.best, front.state[ARM]
    place = (steps * len(front.goal) + entity) * 3
    if wanted < 2:
        return -1 if arm == 2 else best[place + (arm ^ wanted)] - 1
    strong = best[place + 2]
    return (max(strong, best[place], best[place + 1]) if arm == 2 else strong) - 1


def add(front: Front, strong: int, steps: int, move: int) -> None:
    """Add a move to the pool; the smaller key is the better one."""
    at = front.state[POOL]
    front.keys[at] = (TOP - int(strong)) << 32 | steps
    front.moves[at] = move
    front.state[POOL] = at + 1


def mark(front: Front, stem: int, on: int) -> None:
    """Mark the entities of a beginning."""
    while stem >= 0:
        front.on_path[front.place[stem]] = on
        stem = front.parent[stem]


def extend(graph: Graph, front: Front, stem: int) -> None:
    """List the possible moves of a stem and let it compete."""
    state, depth = front.state, front.depth[stem]
    left, arm = state[LONGEST] - depth - 1, front.arm[stem]
    role = FIRST if depth == 0 else LATER
    if depth == 1 and not graph.roles[front.arc[stem]] & LATER:
        role = AFTER
    front.low[stem] = state[POOL]
    mark(front, stem, 1)
    for arc in range(graph.out_start[front.place[stem]], graph.out_start[front.place[stem] + 1]):
        other = graph.out_target[arc]
        state[TOUCHED] += 1
        if not (graph.roles[arc] & role and graph.present[other]) or front.on_path[other]:
            continue
        now, weak = turned(arm, graph.out_code[arc]), min(front.weak[stem], graph.out_strength[arc])
        if front.goal[other] and now == state[ARM] and graph.roles[arc] & LATER:
            add(front, weak, depth + 1, 2 * arc)
        if left > 0 and (state[GOALS] > 1 or not front.goal[other]):
            weak = min(weak, promise(front, other, now, left))
            steps = 1
            while weak >= 0 and promise(front, other, now, steps) < weak:
                steps += 1
            if weak >= 0:
                add(front, weak, depth + 1 + steps, 2 * arc + 1)
    mark(front, stem, 0)
    low, high = front.low[stem], state[POOL]
    front.high[stem] = high
    for at in range(low + (high - low) // 2 - 1, low - 1, -1):
        sink(front, low, high, at)
    if high > low:
        front.heap[state[HEAPED]] = stem
        state[HEAPED] += 1
        settle(front, state[HEAPED] - 1)


def sprout(graph: Graph, front: Front, parent: int, arc: int, entity: int) -> None:
    """Make a beginning a stem: a source, or an arc further than its parent."""
    state = front.state
    stem = state[STEMS]
    state[STEMS] = stem + 1
    state[PUSHED] += 1
    front.place[stem], front.arc[stem], front.parent[stem] = entity, arc, parent
    front.arm[stem], front.weak[stem], front.depth[stem] = 0, TOP, 0
    if parent >= 0:
        front.arm[stem] = turned(front.arm[parent], graph.out_code[arc])
        front.weak[stem] = min(front.weak[parent], graph.out_strength[arc])
        front.depth[stem] = front.depth[parent] + 1
    extend(graph, front, stem)


def drop(front: Front) -> None:
    """Take the best move away from the best stem."""
    state, stem = front.state, front.heap[0]
    low, high = front.low[stem], front.high[stem] - 1
    front.high[stem] = high
    state[POPPED] += 1
    if high > low:
        front.keys[low], front.moves[low] = front.keys[high], front.moves[high]
        sink(front, low, high, low)
    else:
        state[HEAPED] -= 1
        front.heap[0] = front.heap[state[HEAPED]]
    if state[HEAPED] > 0:
        settle(front, 0)


def deliver(front: Front, stem: int, arc: int) -> None:
    """Hand over a path: a stem and its last arc."""
    state, depth = front.state, front.depth[stem]
    while depth >= 0:
        front.arcs[state[FILLED] + depth] = arc
        arc, stem, depth = front.arc[stem], front.parent[stem], depth - 1
    length = front.depth[front.heap[0]] + 1
    front.lengths[state[ROUTES]] = length
    front.signs[state[ROUTES]] = 1 << state[ARM]
    state[FILLED] += length
    state[ROUTES] += 1
    state[FOUND] += 1


def hindrance(graph: Graph, front: Front, entity: int, pause: int) -> int:
    """What keeps an entity from becoming a stem: `SPENT`, `PAUSED` or `ROOM`; `DONE` if nothing does."""
    state = front.state
    arcs = graph.out_start[entity + 1] - graph.out_start[entity]
    if state[TOUCHED] + arcs > state[BUDGET]:
        return SPENT
    if state[TOUCHED] >= pause:
        return PAUSED
    return ROOM if state[POOL] + 2 * arcs > len(front.keys) or state[STEMS] == len(front.heap) else DONE


def pick(graph: Graph, front: Front, slice_: int) -> int:
    """Go on with the search for one arm for about so many arcs; says how it ended, as in `kg.causal.kernel.layers`."""
    state = front.state
    pause = state[TOUCHED] + slice_
    while state[ORIGIN] < len(front.origins):
        entity = front.origins[state[ORIGIN]]
        outcome = hindrance(graph, front, entity, pause)
        if outcome != DONE:
            return outcome
        state[ORIGIN] += 1
        sprout(graph, front, -1, entity, entity)
    while state[HEAPED] > 0:
        stem = front.heap[0]
        key, move = front.keys[front.low[stem]], front.moves[front.low[stem]]
        if 0 < state[ENOUGH] <= state[FOUND] and not (state[WHOLE] and key == state[LAST]):
            return DONE
        if move & 1 == 0:
            if state[FILLED] + front.depth[stem] + 1 > len(front.arcs) or state[ROUTES] == len(front.lengths):
                return FULL
            deliver(front, stem, move >> 1)
            state[LAST] = key
            drop(front)
            continue
        outcome = hindrance(graph, front, graph.out_target[move >> 1], pause)
        if outcome != DONE:
            return outcome
        drop(front)
        sprout(graph, front, stem, move >> 1, graph.out_target[move >> 1])
    return DONE


FUNCTIONS = (
    turned, lift, widen, better, sink, ahead, settle, promise, add, mark, extend, sprout, drop, deliver, hindrance,
    pick,
)  # fmt: skip
"""What Numba compiles, each after those that it calls."""
