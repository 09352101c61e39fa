"""Benchmarks on the shipped graph: prints Markdown tables of medians and ratios, all from one run. See README.md."""

from __future__ import annotations

import contextlib
import functools
import heapq
import importlib
import itertools
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from time import process_time
from typing import Any
from unittest import mock

import networkx as nx
import pyoxigraph
from limits import Stopped, forked
from measuring import machine, shown, table

import kg
from kg.causal.network import Network

Action = Callable[[], object]
State = tuple[str, int]
"""An entity with the net sign by which it was reached: a node of the sign-doubled graph."""

FLAGSHIP = ("corticosteroids", "vascular calcification")
SOURCES = ("corticosteroid", "warfarin", "chronic-kidney-disease", "systemic-lupus-erythematosus",
           "parathyroid-hormone", "phosphate", "sodium-thiosulfate")  # fmt: skip
TARGETS = ("vascular-calcification", "calciphylaxis", "vsmc-osteogenic-differentiation")
PAIRS = list(itertools.product(SOURCES, TARGETS))
"""The pairs of the comparison with networkx, the flagship first."""
STEPS, BEST, FIRST = 6, 10, 200
"""The longest path, the best paths per arm that are timed, the paths per pair in which repeats are counted."""
QUERIES = ("disputes", "feedback-loops", "net-effects", "nulls-against-effects", "opposite-signs",
           "rest-on-few-sources", "second-hand-without-citation")  # fmt: skip
"""Shipped queries that take more than a millisecond."""
OTHERS = 20
"""CPU seconds that rdflib has for one query."""
MOST: list[int] = []
"""At most so many rounds, if there is a number: a quick run, to see that everything works."""
STAGES = {"search": "search", "Path": "making Path objects", "mechanisms": "grouping", "rests_on": "what arms rest on"}
"""What `kg.causal.trace` calls, by its name there, and what that does."""


# --- Measuring and printing ------------------------------------------------------------------------------------------


def spent() -> float:
    """CPU seconds of this process and of the processes that it started and that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def medians(*actions: Action, rounds: int = 41) -> list[float]:
    """Median CPU seconds of each action; every round runs all, in an order drawn anew; the first is not counted."""
    seconds: list[list[float]] = [[] for _ in actions]
    draw = random.Random(2015)
    for _ in range(min([rounds, *MOST]) + 1):
        for place in draw.sample(range(len(actions)), len(actions)):
            start = spent()
            actions[place]()
            seconds[place].append(spent() - start)
    return [statistics.median(measured[1:]) for measured in seconds]


def line(what: str, seconds: float, against: float = 0, *, most: float = 0, times: float = 0) -> list[str]:
    """A line of the table; the bar is `most` seconds, or `times` the time that it is measured against."""
    bar = shown(most) if most else f"{times} x" if times else ""
    met = seconds <= (most or times * against)
    ratio = [shown(against), f"{seconds / against:.2f}"] if against else ["", ""]
    return [what, shown(seconds), *ratio, bar, ("yes" if met else "NO") if bar else ""]


# --- The shipped graph -----------------------------------------------------------------------------------------------


def processes() -> list[list[str]]:
    """Fresh processes: `import kg`, and a cold `kg trace`, against a bare interpreter; bytecode is there already."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryDirectory() as folder:

        def python(*arguments: str) -> Action:
            command = [sys.executable, "-X", f"pycache_prefix={folder}", *arguments]
            return lambda: subprocess.run(command, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)

        bare, imported = medians(python("-c", "pass"), python("-c", "import kg"))
        again, cold = medians(python("-c", "pass"), python("-m", "kg.cli", "trace", *FLAGSHIP), rounds=21)
    return [
        line("`import kg`, fresh process; against a bare interpreter", imported, bare, times=1.5),
        line("`kg trace`, flagship, fresh process; against a bare interpreter", cold, again, most=1),
    ]


def traces(graph: kg.KnowledgeGraph) -> list[list[str]]:
    """In process: loading the shipped graph, and warm traces of the flagship pair, both arms and kinds."""
    lines = [line("`kg.load()`", *medians(kg.load, rounds=11), most=0.5)]
    for steps, bar in ((4, 0.01), (6, 0.2)):
        ask = functools.partial(graph.trace, *FLAGSHIP, max_steps=steps)
        routes = sum(ask().certificate.counts.values())
        lines.append(line(f"`graph.trace`, flagship, {routes} routes to {steps} steps", *medians(ask), most=bar))
    return lines


def stages(graph: kg.KnowledgeGraph, steps: int) -> list[str]:
    """Where a warm trace of the flagship pair spends its time: in the functions that it calls, and in the rest."""
    module: Any = importlib.import_module("kg.causal.trace")
    parts_of: dict[str, float] = defaultdict(float)

    def timed(name: str, inner: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            start = process_time()
            answer = inner(*arguments, **options)
            parts_of[name] += process_time() - start
            return answer

        return call

    rounds: list[list[float]] = []
    clocked: dict[str, Any] = {name: timed(name, getattr(module, name)) for name in STAGES}
    with mock.patch.multiple(module, **clocked):
        for _ in range(min([41, *MOST])):
            parts_of.clear()
            start = process_time()
            graph.trace(*FLAGSHIP, max_steps=steps)
            whole = process_time() - start
            rounds.append([*(parts_of[name] for name in STAGES), whole - sum(parts_of.values()), whole])
    parts = [statistics.median(part) for part in zip(*rounds, strict=True)]
    return [f"{steps} steps", *(f"{shown(part)} ({part / parts[-1]:.0%})" for part in parts)]


def plain_text(graph: kg.KnowledgeGraph, name: str) -> str:
    """A shipped query with its parameters filled in."""
    query = graph.queries[name]
    text = query.text
    for parameter in query.parameters:
        text = re.sub(rf"\?{parameter.name}\b", parameter.default, text)
    return text


def sparql(graph: kg.KnowledgeGraph, name: str) -> tuple[list[str], list[str]]:
    """SPARQL through the API against pyoxigraph alone: same store, text, prefixes, union default graph, all rows.

    The first line compares tuples of terms. The second compares tuples of Python values, by `graph.sparql` and by
    `graph.query`, which also finds the named query and puts its parameters in.
    """
    text = plain_text(graph, name)
    prefixes, store = dict(graph.schema.prefixes), graph.dataset.store

    def raw() -> Any:
        return store.query(text, prefixes=prefixes, use_default_graph_as_union=True)

    def raw_terms() -> list[tuple[Any, ...]]:
        return [tuple(row) for row in raw()]

    def raw_values() -> list[tuple[Any, ...]]:
        return [tuple([None if term is None else term.value for term in row]) for row in raw()]

    rows = len(graph.sparql(text))
    if rows != len(raw_terms()):
        raise SystemExit(f"{name}: {rows} rows through kg, {len(raw_terms())} from pyoxigraph")
    ours, theirs = medians(lambda: graph.sparql(text).terms, raw_terms, rounds=61)
    asked, named, plain = medians(lambda: graph.sparql(text).rows, lambda: graph.query(name).rows, raw_values)
    return (
        line(f"`graph.sparql`, {name}, {rows} rows; against pyoxigraph", ours, theirs, times=1.2),
        [name, shown(plain), f"{asked / plain:.2f}", f"{named / plain:.2f}"],
    )


def rdflib_too(graph: kg.KnowledgeGraph) -> list[list[str]]:
    """The same queries by rdflib on the same quads, each once, in a child that is stopped when it takes too long."""
    import rdflib

    dataset = rdflib.Dataset(default_union=True)
    quads = graph.dataset.store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
    dataset.parse(data=quads, format="nquads")
    prefixes = dict(graph.schema.prefixes)

    def terms(text: str) -> object:
        return graph.sparql(text).terms

    def counted(text: str) -> int:
        return len(list(dataset.query(text, initNs=prefixes)))

    lines = []
    for name in QUERIES[: min([len(QUERIES), *MOST])]:
        text = plain_text(graph, name)
        (ours,) = medians(functools.partial(terms, text), rounds=11)
        told = [str(len(graph.sparql(text)))]
        try:
            theirs, rows = forked(functools.partial(counted, text), OTHERS)
            told = [shown(theirs), f"{theirs / ours:.0f} x", str(rows), *told]
        except Stopped as stopped:
            late = str(stopped) == "time"
            told = [f"> {OTHERS} s" if late else str(stopped), f"> {OTHERS / ours:.0f} x" if late else "", "", *told]
        lines.append([name, shown(ours), *told])
    return lines


# --- Signed paths, against networkx on the sign-doubled graph --------------------------------------------------------


def doubled(graph: kg.KnowledgeGraph) -> nx.DiGraph[State]:
    """Every signed step of the graph twice, once from each sign of its source, so that a path carries its net sign."""
    network = Network.of(graph.entities, graph.claims(), graph.links, specialize=False)
    steps = [step for arcs in network.arcs for _, step in arcs if step.sign]
    return nx.DiGraph([((s.source.id, sign), (s.target.id, sign * s.sign)) for s in steps for sign in (1, -1)])


def shortest(double: nx.DiGraph[State], source: str, target: str) -> list[Iterator[tuple[State, ...]]]:
    """What networkx gives for each sign of the target: simple paths of the doubled graph, shortest first."""

    def arm(sign: int) -> Iterator[tuple[State, ...]]:
        with contextlib.suppress(nx.NetworkXNoPath, nx.NodeNotFound):
            found = map(tuple, nx.shortest_simple_paths(double, (source, 1), (target, sign)))
            yield from itertools.takewhile(lambda path: len(path) <= STEPS + 1, found)

    return [arm(1), arm(-1)]


def first(double: nx.DiGraph[State], source: str, target: str) -> list[tuple[State, ...]]:
    """The first paths that networkx gives, both signs of the target merged by length."""
    return list(itertools.islice(heapq.merge(*shortest(double, source, target), key=len), FIRST))


def states(path: kg.Path) -> tuple[State, ...]:
    """A path of kg as a path of the doubled graph."""
    signs = itertools.accumulate([1, *(step.sign for step in path.steps)], lambda net, sign: net * sign)
    return tuple((entity.id, sign) for entity, sign in zip(path.entities, signs, strict=True))


def repeats(path: Sequence[State]) -> bool:
    """Whether a path visits an entity twice, once with each sign."""
    return len({entity for entity, _ in path}) < len(path)


def paths(graph: kg.KnowledgeGraph) -> tuple[list[list[str]], list[list[str]]]:
    """The times for the best and for all paths; how many paths visit an entity twice, and how many right ones lack."""
    double = doubled(graph)
    trace = functools.partial(graph.trace, max_steps=STEPS, specialize=False)

    def best(pairs: list[tuple[str, str]], rounds: int) -> list[float]:
        return medians(
            lambda: [trace(*pair, k=BEST) for pair in pairs],
            lambda: [list(itertools.islice(arm, BEST)) for pair in pairs for arm in shortest(double, *pair)],
            rounds=rounds,
        )

    every = medians(lambda: [trace(*p) for p in PAIRS], lambda: [first(double, *p) for p in PAIRS], rounds=7)
    all_pairs = f"{len(PAIRS)} pairs to {STEPS} steps"
    lines = [
        line(f"{BEST} best paths per arm, flagship to {STEPS} steps; against networkx", *best(PAIRS[:1], 41)),
        line(f"{BEST} best paths per arm, {all_pairs}; against networkx", *best(PAIRS, 7)),
        line(f"all paths, {all_pairs}; against the first {FIRST} a pair of networkx", *every),
    ]
    seen: Counter[str] = Counter()
    for pair in PAIRS:
        answer = trace(*pair)
        ours, theirs = [states(path) for path in answer.increasing + answer.decreasing], first(double, *pair)
        right = {path for path in theirs if not repeats(path)}
        seen.update(ours=len(ours), ours_twice=sum(map(repeats, ours)), missed=len(right - set(ours)))
        seen.update(theirs=len(theirs), theirs_twice=len(theirs) - len(right))
    return lines, [
        [name, str(seen[who]), str(seen[f"{who}_twice"]), f"{seen[f'{who}_twice'] / seen[who]:.2%}", missed]
        for name, who, missed in (("`graph.trace`", "ours", str(seen["missed"])), ("networkx", "theirs", ""))
    ]


def report() -> None:
    """Measure everything, then print it."""
    graph = kg.load()
    lines = [*processes(), *traces(graph)]
    terms, values = zip(*(sparql(graph, name) for name in QUERIES), strict=True)
    times, wrong = paths(graph)
    print(table(["what", "time", "against", "ratio", "bar", "met"], [*lines, *terms, *times]))
    parts = [*STAGES.values(), "ordering and the rest", "whole"]
    print(table(["`graph.trace`, flagship", *parts], [stages(graph, 4), stages(graph, 6)]))
    print(table(["rows as Python values", "pyoxigraph", "`graph.sparql`", "`graph.query`"], values))
    print(table(["SPARQL", "`graph.sparql`", "rdflib", "ratio", "rows of rdflib", "our rows"], rdflib_too(graph)))
    print(table([f"{len(PAIRS)} pairs", "paths", "visit an entity twice", "share", "right paths missed"], wrong))


if __name__ == "__main__":
    print(machine(kg.load().version))
    report()
