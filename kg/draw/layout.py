"""Where the nodes and edges go: Graphviz ``dot``, run aside, with node sizes that we measure.

Graphviz comes inside the pygraphviz wheel as a library. It runs in a child process, for three reasons: a layout that
takes too long can be ended, warnings that it prints about the fonts of the machine (it needs none of them) reach
nobody, and a failure inside C code cannot take the user's session with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.draw.geometry import Box, Point, Spline
from kg.errors import KGError, UsageError

__all__ = ["Layout", "Plan", "place"]

SECONDS = 30
"""No layout takes longer; 80 entities take a fraction of a second."""
INCH = 72.0

_CHILD = """
import json, sys
try:
    import pygraphviz
except ImportError as error:
    sys.exit(f"import: {error}")
graph = pygraphviz.AGraph(string=sys.stdin.read())
graph.layout("dot")
nodes = {str(n): n.attr["pos"] for n in graph.nodes()}
edges = {k: graph.get_edge(u, v, k).attr["pos"] for u, v, k in graph.edges(keys=True)}
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
    rank_gap: float = 84.0


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
    found = _run(_dot(plan, names))
    centres = {node: _point(found["nodes"][name]) for node, name in names.items()}
    boxes = {node: Box(x, -y, *plan.sizes[node]) for node, (x, y) in centres.items()}
    splines = [_spline(found["edges"].get(f"e{number}", "")) for number in range(len(plan.edges))]
    return Layout(boxes, splines)


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


def _run(dot: str) -> dict[str, dict[str, str]]:
    """Graphviz in a child process that sees the same packages; what it says on stderr is kept from the user."""
    if not sys.executable:
        raise KGError("Drawing starts a second Python, and this Python does not know where it lives (sys.executable).")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-P", "-S", "-c", _CHILD]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter with our own fixed program
            command, input=dot, capture_output=True, encoding="utf-8", errors="replace", timeout=SECONDS,
            env=environment, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"Laying out this picture takes more than {SECONDS} seconds. Draw fewer entities (max_entities)."
        ) from None
    except OSError as error:
        raise KGError(f"Drawing could not start {sys.executable}: {error.strerror}.") from None
    if done.returncode or not done.stdout.strip():
        raise KGError(_reason(done.stderr))
    answer: dict[str, dict[str, str]] = json.loads(done.stdout.strip().splitlines()[-1])
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
