"""Where the nodes and edges go: Graphviz, run aside, with node sizes that we measure. Pictures are laid out by ``dot``,
in ranks; graphs that are too large for one are scattered by ``sfdp``, as if their edges were springs.

Graphviz comes inside the pygraphviz wheel as a library. It runs in a child process, for three reasons: a layout that
takes too long can be ended, warnings that it prints about the fonts of the machine (it needs none of them) reach
nobody, and a failure inside C code cannot take the user's session with it.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.draw.geometry import Box, Point, Spline
from kg.errors import KGError, UsageError

__all__ = ["RANK_GAP", "Layout", "Plan", "place", "prepare", "release", "scatter"]

SECONDS = 30
"""No layout takes longer; 80 entities take a fraction of a second."""
INCH = 72.0
RANK_GAP = 84.0
"""Between the ranks of entities, unless a plan says another."""
SPARE, GAP, WIDE = 2.5, 12.0, 1.4
"""A scattered graph gets so many times the area that its nodes cover with such a gap, so many times wider than high."""
_SMALLER = "Narrow the graph (a scope, or the routes of one question), or take a format without places."

_CHILD = """
import json, sys
try:
    import pygraphviz
except ImportError as error:
    sys.exit(f"import: {error}")
engine, _, dot = sys.stdin.read().partition("\\n")
if not dot:
    sys.exit()  # nobody needed it
graph = pygraphviz.AGraph(string=dot)
graph.layout(engine)
nodes = {str(n): n.attr["pos"] for n in graph.nodes()}
edges = {k: graph.get_edge(u, v, k).attr["pos"] for u, v, k in graph.edges(keys=True) if k}
print(json.dumps({"nodes": nodes, "edges": edges}))
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be placed: node sizes with the radius of their corners, edges as (source, target, weight), groups kept
    together, first and last rank.
    """

    sizes: Mapping[str, tuple[float, float, float]]
    edges: Sequence[tuple[str, str, int]]
    groups: Sequence[Sequence[str]] = ()
    first: Sequence[str] = ()
    last: Sequence[str] = ()
    sideways: bool = True
    node_gap: float = 20.0
    rank_gap: float = RANK_GAP


@dataclass(frozen=True, slots=True)
class Layout:
    """Node boxes by id and one spline for each edge in the order of the plan; y grows downwards."""

    boxes: Mapping[str, Box]
    splines: Sequence[Spline]


def place(plan: Plan) -> Layout:
    """Lay a plan out. Raises UsageError if it takes too long and KGError if Graphviz is not there or fails."""
    if not plan.sizes:
        return Layout({}, ())
    names = {node: f"n{number}" for number, node in enumerate(plan.sizes)}
    found = _run("dot", _dot(plan, names), "Draw fewer entities (max_entities).")
    centres = {node: _point(found["nodes"][name]) for node, name in names.items()}
    boxes = {node: Box(x, -y, *plan.sizes[node]) for node, (x, y) in centres.items()}
    splines = [_spline(found["edges"].get(f"e{number}", "")) for number in range(len(plan.edges))]
    return Layout(boxes, splines)


def scatter(sizes: Mapping[str, tuple[float, float, float]], edges: Sequence[tuple[str, str]]) -> Mapping[str, Box]:
    """Lay nodes out by the edges between them, near to far, without overlaps; whole points, the same ones each time.

    The springs first, from a fixed start; then all is stretched to an area in which the nodes have room, and those that
    still overlap are moved apart. Raises UsageError if it takes too long and KGError if Graphviz is not there or fails.
    """
    names = {node: f"n{number}" for number, node in enumerate(sizes)}
    lines = [f"{names[source]} -- {names[target]}" for source, target in _joined(sizes, edges)]
    springs = _sized(sizes, names, "start=7 K=2 overlap=true", lines)
    points = _points(_run("sfdp", springs, _SMALLER), names)
    area = SPARE * sum((width + 2 * GAP) * (height + 2 * GAP) for width, height, _ in sizes.values())
    wide, high = math.sqrt(area * WIDE), math.sqrt(area / WIDE)
    apart = [f'{names[node]} [pos="{x * wide:.2f},{y * high:.2f}"]' for node, (x, y) in _unit_square(points).items()]
    found = _points(_run("nop", _sized(sizes, names, 'overlap=vpsc sep="+8"', apart), _SMALLER), names)
    return {node: Box(round(x), round(-y), *sizes[node]) for node, (x, y) in found.items()}


def _joined(nodes: Iterable[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges, and one from the most connected node to each part that hangs on nothing: else it would drift away."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph(edges)
    graph.add_nodes_from(nodes)
    hub = min(graph, key=lambda node: (-graph.degree[node], node))
    loose = sorted(min(part) for part in nx.connected_components(graph) if hub not in part)
    return sorted({(source, target) for source, target in edges if source != target}) + [(hub, node) for node in loose]


def _sized(
    sizes: Mapping[str, tuple[float, float, float]], names: Mapping[str, str], attributes: str, lines: Sequence[str]
) -> str:
    """An undirected graph in DOT whose nodes have sizes."""
    boxes = [f"{names[n]} [width={w / INCH:.4f} height={h / INCH:.4f}]" for n, (w, h, _) in sizes.items()]
    head = ["graph {", f"graph [splines=false {attributes}]", 'node [shape=box fixedsize=true label=""]']
    return "\n".join([*head, *boxes, *lines, "}"])


def _points(found: Mapping[str, Mapping[str, str]], names: Mapping[str, str]) -> dict[str, Point]:
    return {node: _point(found["nodes"][name]) for node, name in names.items()}


def _unit_square(points: Mapping[str, Point]) -> dict[str, Point]:
    """Points stretched so that their extent is one by one."""
    xs, ys = [x for x, _ in points.values()], [y for _, y in points.values()]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    return {node: ((x - min(xs)) / wide, (y - min(ys)) / high) for node, (x, y) in points.items()}


def _dot(plan: Plan, names: Mapping[str, str]) -> str:
    """The plan in DOT. Sizes are fixed and labels empty, so that no font is ever measured."""
    lines = [
        "digraph {",
        f"graph [rankdir={'LR' if plan.sideways else 'TB'} nodesep={plan.node_gap / INCH:.3f} "
        f"ranksep={plan.rank_gap / INCH:.3f} nslimit=20 nslimit1=20 mclimit=2 newrank=true splines=spline]",
        'node [shape=box fixedsize=true label=""]',
        "edge [dir=none]",
    ]
    lines += [f"{names[n]} [width={w / INCH:.4f} height={h / INCH:.4f}]" for n, (w, h, _) in plan.sizes.items()]
    for rank, members in (("source", plan.first), ("sink", plan.last)):
        if members:
            lines.append(f"{{rank={rank}; {'; '.join(names[n] for n in members)}}}")
    for number, group in enumerate(plan.groups):
        if group:
            lines.append(f"subgraph cluster{number} {{margin=6; {'; '.join(names[n] for n in group)}}}")
    for number, (source, target, weight) in enumerate(plan.edges):
        lines.append(f'{names[source]} -> {names[target]} [weight={weight} key="e{number}"]')
    return "\n".join([*lines, "}"])


_ready: list[subprocess.Popen[str]] = []
"""Children that wait for a graph."""


def prepare() -> None:
    """Have a child ready for the next layout, which then takes half the time: for a server, that draws again and again.

    It waits until it is needed, or this process ends, or `release` lets it go.
    """
    if not _ready:
        _ready.append(_started())


def release() -> None:
    """Let go of the child that `prepare` has made ready."""
    while _ready:
        _ready.pop().communicate()


def _started() -> subprocess.Popen[str]:
    """Graphviz in a child process that sees the same packages; what it says on stderr is kept from the user."""
    if not sys.executable:
        raise KGError("Drawing starts a second Python, and this Python does not know where it lives (sys.executable).")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONIOENCODING": "utf-8"}
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter with our own fixed program
            [sys.executable, "-P", "-S", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", errors="replace", env=environment,
        )  # fmt: skip
    except OSError as error:
        raise KGError(f"Drawing could not start {sys.executable}: {error.strerror}.") from None


def _run(engine: str, dot: str, remedy: str) -> dict[str, dict[str, str]]:
    waiting = _ready.pop() if _ready else None
    child = waiting if waiting and waiting.poll() is None else _started()
    with child:
        try:
            told, complaint = child.communicate(f"{engine}\n{dot}", timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise UsageError(f"Laying out this picture takes more than {SECONDS} seconds. {remedy}") from None
        finally:
            child.kill()  # if it is still at work: also when the user interrupts
    if child.returncode or not told.strip():
        raise KGError(_reason(complaint))
    answer: dict[str, dict[str, str]] = json.loads(told.strip().splitlines()[-1])
    return answer


def _reason(stderr: str) -> str:
    last = stderr.strip().splitlines()[-1] if stderr.strip() else "it said nothing"
    if last.startswith("import:"):
        return f"Drawing needs pygraphviz ({last.removeprefix('import: ')}). Install it with: pip install pygraphviz"
    return f"Graphviz could not lay this picture out: {last}"


def _point(text: str) -> Point:
    x, y = text.split(",")[:2]
    return float(x), float(y)


def _spline(text: str) -> Spline:
    """Graphviz's "x,y x,y ..." with its end markers dropped, y turned downwards."""
    points = [_point(part) for part in text.replace("\\\n", "").split() if part[:1] not in ("e", "s")]
    return tuple((x, -y) for x, y in points)
