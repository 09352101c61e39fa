"""The frontiers of a question on a SPARQL endpoint: layers and pairs are kept here, neighbors are asked for in batches.

Every pair of entities with a step between them that was seen is kept; distances are counted on these pairs once the two
sides have met. Each side goes on from its outermost layer, so no entity is asked for twice. To `close`, the two
outermost layers are joined: every other step on a walk has been seen from one side or the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from kg.remote.frontier import ENTERING, LEAVING, SIDES, Cost, Cut, Limits
from kg.remote.reading import BATCH, Read, Reader, value, values

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["Endpoint", "Pair", "Shape"]

Pair = tuple[str, str]


class Shape(Protocol):
    """How the data of an endpoint say that one entity acts on another."""

    def steps(self, side: str, given: str) -> str:
        """The pattern of all that makes a step between ?n, which has been `given`, and a neighbor ?m on a side."""
        ...

    def kinds(self, given: str) -> str:
        """The pattern of ?m, a kind of ?n, which has been `given`."""
        ...

    def name(self, iri: str) -> str:
        """The short name of an entity."""
        ...

    def part(self, reader: Reader, pairs: Iterable[Pair], links: Iterable[Pair], ends: Iterable[str]) -> Part:
        """The graph of everything that is said of some pairs, of the links from kinds upwards, and of the ends."""
        ...


Part = tuple["KnowledgeGraph", dict[Pair, str]]
"""A graph, and the pairs of which not everything came, with the reason."""


class Endpoint:
    """The engine of one question; `gone` are entities that no route may visit."""

    def __init__(
        self, reader: Reader, shape: Shape, limits: Limits, sources: Iterable[str], targets: Iterable[str],
        *, specialize: bool, gone: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.reader, self.shape, self.limits = reader, shape, limits
        self.gone, self.specialize = frozenset(gone), specialize
        self.ends = (tuple(sources), tuple(targets))
        self.layers = {LEAVING: [set(self.ends[0])], ENTERING: [set(self.ends[1])]}
        self.reached = {LEAVING: set(self.ends[0]), ENTERING: set(self.ends[1])}
        self.counts: dict[str, dict[tuple[str, ...], int]] = {}
        self.kinds: set[str] = set()
        self.links: set[Pair] = set()
        self.pairs: set[Pair] = set()
        self.room: int | None = limits.edges

    def begin(self) -> list[Cut]:
        """Find the kinds of the sources, of any depth."""
        above = set(self.ends[0]) if self.specialize else set()
        cuts = []
        while above:
            read = self.reader.read("?n", [(name,) for name in above], "?n ?m", self.shape.kinds)
            found = {(value(kind), value(parent)) for parent, kind in read.rows}
            cuts += self._lost(read, 1, "kinds of")
            self.links |= {(kind, parent) for kind, parent in found if not {kind, parent} & self.gone}
            above = {kind for kind, _ in self.links} - self.kinds - set(self.ends[0])
            self.kinds |= above
            if len(self.kinds) > self.limits.fan_out:
                many = f"{len(self.kinds):,} kinds, more than {self.limits.fan_out:,}"
                cuts.append(Cut(many, 1, "kinds of", tuple(map(self.shape.name, self.ends[0]))))
                self.kinds.clear()
                break
        return cuts

    def cost(self, side: str, hop: int) -> Cost:
        """Ask how many statements leave the outermost layer."""
        layer = self._layer(side, hop - 1)
        counts, unknown = self.reader.counts("?n", [(n,) for n in layer], "?n ?m", self._pattern(side))
        hubs = {key: many for key, many in counts.items() if many > self.limits.fan_out}
        self.counts[side] = {key: many for key, many in counts.items() if key not in hubs}
        return Cost(
            len(layer),
            sum(self.counts[side].values()),
            {self.shape.name(name): many for (name,), many in hubs.items()},
            tuple(self._lost(unknown, hop, side)),
        )

    def grow(self, side: str, hop: int) -> list[Cut]:
        """Fetch the neighbors of the outermost layer."""
        read = self._fetch(side, self.counts.pop(side))
        fresh = {value(row[1]) for row in read.rows} - self.gone - self.reached[side]
        if side == LEAVING and hop == 1:
            fresh |= self.kinds
        self.layers[side].append(fresh)
        self.reached[side] |= fresh
        return self._lost(read, hop, side)

    def close(self, hops: Mapping[str, int], steps: int) -> list[Cut]:
        """Join the two outermost layers: what is lost there is on walks of just `steps` steps."""
        layers = {side: self._layer(side, hops[side]) for side in SIDES}
        if not all(layers.values()):
            return []
        if min(map(len, layers.values())) <= BATCH:
            return self._joined(layers, steps)
        costs = {side: self.cost(side, hops[side] + 1) for side in SIDES}
        side = min(SIDES, key=lambda s: (len(costs[s].hubs), costs[s].total))
        cost = costs[side]
        if self.room is not None and cost.total > self.room:
            why = f"pulled for routes of up to {steps - 1} steps only: {cost.total:,} more statements are "
            return [Cut(f"{why}more than is left of {self.limits.edges:,}", steps)]
        read = self._fetch(side, self.counts[side])
        limit = f"more than {self.limits.fan_out:,} statements"
        hubs = [Cut(limit, steps, side, tuple(cost.hubs))] if cost.hubs else []
        return [*cost.lost, *self._lost(read, steps, side), *hubs]

    def _joined(self, layers: Mapping[str, set[str]], steps: int) -> list[Cut]:
        """Ask for the steps between two layers, one of which fits into a query whole; no hub matters here."""
        few, many = sorted(SIDES, key=lambda side: len(layers[side]))
        names = values("?m", [(name,) for name in sorted(layers[few])])
        read = self.reader.read(
            "?n", [(n,) for n in layers[many]], "?n ?m", lambda given: self.shape.steps(many, f"{given} {names}")
        )
        self._see(many, read)
        return self._lost(read, steps, many)

    def _layer(self, side: str, hop: int) -> set[str]:
        """The entities at a distance; at one from the sources also the kinds, if that layer was never grown."""
        layers = self.layers[side]
        return layers[hop] if hop < len(layers) else set()

    def _pattern(self, side: str) -> Callable[[str], str]:
        return lambda given: self.shape.steps(side, given)

    def _fetch(self, side: str, counts: Mapping[tuple[str, ...], int]) -> Read:
        read = self.reader.read("?n", counts, "?n ?m", self._pattern(side))
        self._see(side, read)
        return read

    def _see(self, side: str, read: Read) -> None:
        """Keep the pairs that were read."""
        found = {(value(n), value(m)) for n, m in read.rows}
        pairs = found if side == LEAVING else {(m, n) for n, m in found}
        self.pairs |= {pair for pair in pairs if not self.gone.intersection(pair)}
        if self.room is not None:
            self.room = max(self.room - len(read.rows), 0)

    def _lost(self, read: Read, hop: int, side: str) -> list[Cut]:
        names = sorted(self.shape.name(key[0]) for key in read.lost)
        return [Cut(read.why, hop, side, tuple(names))] if names else []

    # --- what is wanted ---------------------------------------------------------------------------------------------

    def lengths(self, steps: int) -> Mapping[int, int]:
        """How many of the pairs lie on walks of each length."""
        return Counter(length for length in self._lengths().values() if length <= steps)

    def _lengths(self) -> dict[Pair, int]:
        """The length of the shortest walk that each pair lies on. O(pairs)."""
        seeds = dict.fromkeys(self.kinds, 1) | dict.fromkeys(self.ends[0], 0)
        there = _distances(self.pairs, seeds)
        back = _distances([(o, s) for s, o in self.pairs], dict.fromkeys(self.ends[1], 0))
        return {(s, o): there[s] + 1 + back[o] for s, o in self.pairs if s in there and o in back}

    def part(self, steps: int) -> tuple[KnowledgeGraph, list[Cut]]:
        """Fetch everything that is said of the wanted pairs."""
        lengths = {pair: length for pair, length in self._lengths().items() if length <= steps}
        for pair in ((source, target) for source in self.ends[0] for target in self.ends[1]):
            lengths.setdefault(pair, 1)  # what stands beside the routes is said of these
        graph, lost = self.shape.part(self.reader, lengths, self.links, (*self.ends[0], *self.ends[1]))
        cuts = []
        for why in sorted(set(lost.values())):
            pairs = sorted(pair for pair in lost if lost[pair] == why)
            names = tuple(f"{self.shape.name(s)} to {self.shape.name(o)}" for s, o in pairs)
            cuts.append(Cut(why, min(lengths.get(pair, 1) for pair in pairs), "from", names))
        return graph, cuts


def _distances(pairs: Iterable[Pair], seeds: Mapping[str, int]) -> dict[str, int]:
    """The distance of each entity along pairs from seeds that have one already (0 or 1)."""
    after: dict[str, list[str]] = defaultdict(list)
    for here, there in pairs:
        after[here].append(there)
    found = dict(seeds)
    layer, hop = {name for name, at in seeds.items() if at == 0}, 0
    while layer or hop == 0:
        hop += 1
        layer = {there for here in layer for there in after[here] if found.get(there, hop + 1) > hop}
        found.update(dict.fromkeys(layer, hop))
        layer |= {name for name, at in seeds.items() if at == hop}
    return found
