"""The kernel: exact signed paths on large graphs, k best by steps or by support, as arrays of arc numbers.

`Kernel` holds a graph with its filters and answers questions on it. What it gives are numbers; steps, claims and names
are looked up outside, for the routes that are shown. How it searches: `kg.causal.kernel.layers` and `walk` (by steps),
`kg.causal.kernel.strongest` (by support); in what form it runs: `kg.causal.kernel.engine`.

Both forms give the same routes in the same order with the same counters. A question that is asked twice gets the same
answer and the same counters, also where bounds were kept from the first time: what they cost is charged each time.

>>> from kg.causal.kernel.arrays import Arrays
>>> arrays = Arrays.of(4, sources=[0, 1, 0, 2], targets=[1, 3, 2, 3], signs=[1, -1, 1, 1])
>>> found = Kernel(arrays).search([0], [3])
>>> [(arrays.places(route), sign) for route, sign in zip(found, found.signs.tolist())]
[([0, 1, 3], -1), ([0, 2, 3], 1)]
>>> found.status
'complete'
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kg.causal.kernel import layers, strongest
from kg.causal.kernel.arrays import Arrays
from kg.causal.kernel.engine import Engine, engine_for
from kg.causal.kernel.harvest import ARMS, Harvest, Routes
from kg.causal.kernel.layers import DONE, PAUSED, ROOM, SPENT, Graph, Space
from kg.causal.kernel.strongest import Bounds, Front
from kg.causal.kernel.workspace import bounds_for, enlarged_front, enlarged_space, front_for, graph_for, space_for
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.causal.kernel.arrays import Integers

__all__ = ["Kernel", "Routes"]

Room = TypeVar("Room", Space, Front)
"""Where a search works: the space of one by steps, the front of one by support."""


class _Question(NamedTuple):
    sources: list[int]
    targets: list[int]
    longest: int
    wanted: int
    k: int
    whole: bool
    budget: int


class Kernel:
    """Answers questions on one graph with one set of filters; safe to ask from several threads.

    `definitions` and `specialize` say whether arcs of these kinds are taken, `arcs` (one number an arc) and `entities`
    (one number an entity) drop those with 0. `engine` is a name (see `engine.engine_for`) or an Engine. Marks
    are kept for the next question, and the bounds of `KEPT` sets of targets; each takes at most `memory` bytes.
    """

    KEPT = 8

    def __init__(
        self,
        arrays: Arrays,
        *,
        definitions: bool = True,
        specialize: bool = True,
        arcs: Integers | None = None,
        entities: Integers | None = None,
        engine: str | Engine | None = None,
        memory: int = 4 * 2**30,
    ) -> None:
        """Raises UsageError for masks that do not fit or an unknown engine, MissingExtra without Numba if asked for."""
        import numpy as np

        if entities is not None and len(entities) != arrays.entities:
            raise UsageError(f"A mask of {len(entities)} numbers does not fit {arrays.entities} entities.")
        self.arrays = arrays
        self.engine = engine if isinstance(engine, Engine) else engine_for(engine, arrays.arcs)
        self.memory = memory
        self._present = np.ones(arrays.entities, np.uint8)
        if entities is not None:
            self._present[np.asarray(entities) == 0] = 0
        roles = arrays.roles(definitions=definitions, specialize=specialize, keep=arcs)
        self._graph = graph_for(arrays, roles, self._present, self.engine)
        self._probes = int(np.diff(arrays.in_start).max(initial=0)).bit_length()
        self._spaces: list[Space] = []
        self._bounds: OrderedDict[tuple[tuple[int, ...], int], Bounds] = OrderedDict()

    def search(
        self,
        sources: Iterable[int],
        targets: Iterable[int],
        max_steps: int = 4,
        *,
        k: int | None = None,
        signs: Iterable[int] = ARMS,
        order: str = "steps",
        whole: bool = False,
        budget: int = 5_000_000,
    ) -> Routes:
        """The routes of up to `max_steps` steps from any source to any target, of the signs asked for.

        With `k` the best k of each sign. By ``steps``: shorter first, then by source and arcs, as
        `kg.causal.search.search` gives them, all signs together. By ``support``: raising, lowering, unsigned, in each
        the stronger first (a route is as strong as its weakest arc), then the shorter, then by arcs.

        `whole` also gives what is as good as the k-th, for a finer order outside: by steps it finishes the length at
        which the last sign has its k, by support it gives all with the strength and the length of the k-th.

        A path may pass through another source or target. Filtered entities are no ends. Never raises for a spent
        `budget` (arcs looked at): the answer says so, and holds what was found. By support these are the strongest
        routes all the same if `k` was given. Ctrl-C is heard within a slice. Raises UsageError for anything out of
        range. Cost: see `kg.causal.kernel.layers` and `kg.causal.kernel.strongest`.
        """
        question = self._question(sources, targets, max_steps, k, signs, budget, whole=whole)
        if order not in ("steps", "support"):
            raise UsageError(f"order must be steps or support, not {order!r}.")
        harvest = Harvest()
        if not question.sources or not question.targets or question.longest < 1:
            harvest.sure = [question.longest] * len(ARMS)
        elif order == "support" and k is not None:
            self._by_support(question, harvest)
        else:
            self._by_steps(question, harvest)
        longest, wanted = question.longest, question.wanted
        return harvest.routes(self.arrays, longest, max_steps, wanted, by_support=order == "support" and k is None)

    def _question(
        self, sources: Iterable[int], targets: Iterable[int], max_steps: int, k: int | None, signs: Iterable[int],
        budget: int, *, whole: bool,
    ) -> _Question:  # fmt: skip
        n, ends = self.arrays.entities, []
        for name, numbers in (("source", sources), ("target", targets)):
            given = sorted({int(number) for number in numbers})
            if not given:
                raise UsageError("Name at least one entity at each end.")
            if given[0] < 0 or given[-1] >= n:
                wrong = given[0] if given[0] < 0 else given[-1]
                raise UsageError(f"No entity has the number {wrong} ({name}); there are {n}.")
            ends.append([number for number in given if self._present[number]])
        for name, least in (("max_steps", max_steps), ("k", 1 if k is None else k), ("budget", budget)):
            if least < 1:
                raise UsageError(f"{name} must be at least 1, not {least}.")
        asked = set(signs)
        if not asked or not asked <= set(ARMS):
            raise UsageError(f"signs must be some of 1, -1 and 0, not {sorted(asked)}.")
        wanted = sum(1 << arm for arm, sign in enumerate(ARMS) if sign in asked)
        return _Question(ends[0], ends[1], min(max_steps, n - 1), wanted, k or 0, whole, budget)

    # --- by steps -----------------------------------------------------------------------------------------------------

    def _by_steps(self, question: _Question, harvest: Harvest) -> None:
        space = self._space(question.longest)
        state = space.state
        for place in range(layers.CELLS):
            state[place] = 0
        state[layers.LONGEST], state[layers.WANTED] = question.longest, question.wanted
        state[layers.ENOUGH], state[layers.WHOLE] = question.k, int(question.whole)
        state[layers.BUDGET], state[layers.CURSOR], state[layers.DEPTH] = question.budget, -1, -1
        state[layers.PROBES] = self._probes
        layers.seed(self._graph, space, layers.FORE, question.sources)
        layers.seed(self._graph, space, layers.BACK, question.targets)
        cells = layers.FILLED, layers.ROUTES
        space, outcome = self._run(self.engine.advance, enlarged_space, space, harvest, cells)
        if outcome != ROOM:
            self._spaces.append(space)  # not after a stop for memory or Ctrl-C: its marks may be left over
        harvest.sure = [int(space.state[layers.SURE + arm]) for arm in range(len(ARMS))]
        harvest.work = tuple(int(space.state[place]) for place in (layers.TOUCHED, layers.PUSHED, layers.POPPED))

    def _run(
        self,
        advance: Callable[[Graph, Room, int], int],
        enlarged: Callable[[Room, Engine, int], Room | None],
        room: Room,
        harvest: Harvest,
        cells: tuple[int, int],
    ) -> tuple[Room, int]:
        """Search slice by slice, with more room where it is needed; the room used last, and how it ended.

        Ctrl-C is heard between two slices. `cells` are those of the state that say what was found. The end is DONE,
        SPENT (stopped at the budget), or ROOM (stopped for lack of memory).
        """
        outcome = PAUSED
        while outcome not in (DONE, SPENT):
            outcome = advance(self._graph, room, self.engine.slice)
            harvest.fetch(room, *cells)
            if outcome == ROOM:
                larger = enlarged(room, self.engine, self.memory)
                if larger is None:
                    harvest.stopped = "memory"
                    return room, ROOM
                room = larger
        if outcome == SPENT:
            harvest.stopped = "budget"
        return room, outcome

    def _space(self, longest: int) -> Space:
        """A space that no other search works in."""
        try:
            return self._spaces.pop()
        except IndexError:
            return space_for(self.arrays.entities, longest, self.engine)

    # --- by support ---------------------------------------------------------------------------------------------------

    def _by_support(self, question: _Question, harvest: Harvest) -> None:
        bounds = self._bounds_of(question)
        if bounds is None or bounds.state[strongest.ROUND] < question.longest:
            harvest.stopped = "memory" if bounds is None else "budget"
            harvest.work = (int(bounds.state[strongest.COUNTED]) if bounds else 0, 0, 0)
            return
        space = self._space(question.longest)
        front: Front | None = front_for(bounds, space.on_path, question.sources, self.engine)
        harvest.work = (int(bounds.state[strongest.COUNTED]), 0, 0)
        for arm in range(len(ARMS)):
            if front and question.wanted >> arm & 1:
                front = self._pick(front, arm, question, harvest)
        self._spaces.append(space)

    def _pick(self, front: Front, arm: int, question: _Question, harvest: Harvest) -> Front | None:
        """Search one arm; the front for the next one, or None after a stop."""
        state = front.state
        for place in range(strongest.FRONT_CELLS):
            state[place] = 0
        state[strongest.ARM], state[strongest.LONGEST], state[strongest.BUDGET] = arm, question.longest, question.budget
        state[strongest.GOALS], state[strongest.ENOUGH] = len(question.targets), question.k
        state[strongest.WHOLE] = int(question.whole)
        state[strongest.TOUCHED], state[strongest.PUSHED], state[strongest.POPPED] = harvest.work
        cells = strongest.FILLED, strongest.ROUTES
        last, outcome = self._run(self.engine.pick, enlarged_front, front, harvest, cells)
        state = last.state
        harvest.work = tuple(int(state[p]) for p in (strongest.TOUCHED, strongest.PUSHED, strongest.POPPED))
        if outcome == DONE and state[strongest.HEAPED] == 0:
            harvest.sure[arm] = question.longest
        return None if harvest.stopped else last

    def _bounds_of(self, question: _Question) -> Bounds | None:
        """The bounds of the targets, kept or made; not whole if the budget does not allow it; None without memory."""
        key = (tuple(question.targets), question.longest)
        kept = self._bounds.get(key)
        if kept is not None and kept.state[strongest.COUNTED] <= question.budget:
            self._bounds[key] = self._bounds.pop(key, kept)  # the one used last comes last
            return kept
        bounds = bounds_for(question.targets, self.arrays.entities, question.longest, self.engine, self.memory)
        if bounds is None:
            return None
        bounds.state[strongest.LIMIT] = question.budget
        outcome = PAUSED
        while outcome == PAUSED:
            outcome = self.engine.widen(self._graph, bounds, self.engine.slice)
        if outcome == DONE:
            self._bounds[key] = bounds
            while len(self._bounds) > self.KEPT:
                self._bounds.popitem(last=False)
        return bounds
