"""The picture of a cut: the routes that raise the target, what is to be changed on them, and who does that.

Drawn is the best route of each mechanism of the raising arm, as in the picture of the trace, and for a member of the
cut that is on none of them the best route through it. Members bear a badge that says which way they are to be pushed;
agents have a double outline and act on them by the claims of the graph. Thick is the best route that the cut leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path as FilePath

from kg.draw import painted
from kg.draw.diagram import Arrow, Change, Diagram, Node, arrow_of_step
from kg.draw.select import of_trace
from kg.model import ARMS, Entity, Path, Step, Trace

__all__ = ["AGENTS", "Changed", "draw", "of_cut"]

AGENTS = 3
"""At most so many agents of each member are drawn, the best supported; a note names how many more there are."""

Changed = tuple[Entity | Step, str, Sequence[Path]]
"""An entity or a step of a cut; ``lower``, ``raise``, ``remove`` or ``break``; and how its agents act on it."""


def draw(*, path: str | FilePath | None = None, force: bool = False, **parts: object) -> str:
    """Draw what `of_cut` takes: the SVG text, or written to `path` in the form that its ending names.

    Raises UsageError for an ending that is no form of picture, FileProblem if the file exists and `force` is not set.
    """
    return painted(of_cut(**parts), path, force=force)  # type: ignore[arg-type]


def of_cut(
    *,
    trace: Trace,
    members: Sequence[Changed],
    left: Sequence[Path],
    told: str,
    title: str = "",
    max_entities: int | None = None,
) -> Diagram:
    """The raising arm of a trace with the members of a cut marked.

    `left` are its routes that the cut leaves, `told` says the cut in words.
    `max_entities` caps the entities on routes as in the picture of a trace; agents come on top.
    """
    raising = _raising_arm(trace)
    wanted = [what for what, _, _ in members]
    drawn = of_trace(raising, max_entities=max_entities)
    asked = [*_missing(wanted, drawn, raising.increasing), *left[:1]]
    if asked:
        drawn = of_trace(raising, highlight=asked, max_entities=max_entities)
    thick = {(step.source.id, step.target.id, step.sign) for path in left[:1] for step in path.steps}
    broken = {what.key for what in wanted if isinstance(what, Step)}
    acting = [path for _, _, agents in members for path in agents[:AGENTS]]
    arrows = [_restated(arrow, thick, broken) for arrow in drawn.arrows]
    held = {arrow.key for arrow in arrows}
    steps = dict.fromkeys(step for path in acting for step in path.steps)
    arrows += [arrow for arrow in map(arrow_of_step, steps) if arrow.key not in held]
    return replace(
        drawn,
        title=title or f"Where to cut: {trace.title}",
        subtitle=told[:1].upper() + told[1:],
        nodes=tuple(_nodes(drawn.nodes, members, acting)),
        arrows=tuple(arrows),
        notes=tuple(_notes(drawn.notes, trace, members, left)),
        thick="best route that is left" if thick else "",
    )


def _raising_arm(trace: Trace) -> Trace:
    """The trace as if it had no other arm."""
    return replace(
        trace,
        decreasing=[],
        unsigned=[],
        mechanisms={name: trace.mechanisms.get(name, []) if name == ARMS[1] else [] for name in ARMS.values()},
        certificate=replace(trace.certificate, counts={1: len(trace.increasing)}),
    )


def _missing(wanted: Iterable[Entity | Step], drawn: Diagram, paths: Sequence[Path]) -> list[Path]:
    """The best route through each member that the picture does not show yet."""
    nodes = {node.id for node in drawn.nodes}
    arrows = {(arrow.source, arrow.target, arrow.sign) for arrow in drawn.arrows}
    found = []
    for what in wanted:
        if isinstance(what, Step):
            shown = (what.source.id, what.target.id, what.sign) in arrows
            through = (path for path in paths if what in path.steps)
        else:
            shown = what.id in nodes
            through = (path for path in paths if what in path.entities)
        path = None if shown else next(through, None)
        found += [path] if path else []
    return found


def _restated(arrow: Arrow, thick: set[tuple[str, str, int]], broken: set[tuple[str, str, int, str, str]]) -> Arrow:
    key = (arrow.source, arrow.target, arrow.sign)
    is_claim = arrow.kind == "claim"
    return replace(arrow, bold=key in thick, broken=is_claim and (*key, "claim", "") in broken)


def _nodes(nodes: Iterable[Node], members: Sequence[Changed], acting: Iterable[Path]) -> Iterable[Node]:
    """The entities on routes with their marks, then members and agents on none, and what agents act through."""
    changes: dict[Entity, Change] = {
        what: "lower" if verb == "lower" else "raise" if verb == "raise" else "remove"
        for what, verb, _ in members
        if isinstance(what, Entity)
    }
    agents = {path.entities[0] for path in acting}
    nodes = list(nodes)
    held = {node.entity for node in nodes}
    for node in nodes:
        role = node.role or ("agent" if node.entity in agents else "")
        yield replace(node, role=role, change=changes.get(node.entity, ""))
    for entity in dict.fromkeys((*changes, *(entity for path in acting for entity in path.entities))):
        if entity not in held:
            yield Node(entity, "agent" if entity in agents else "", changes.get(entity, ""))


def _notes(notes: Sequence[str], trace: Trace, members: Sequence[Changed], left: Sequence[Path]) -> Iterable[str]:
    total = len(trace.increasing)
    if not total:
        yield f"No route of up to {trace.certificate.max_steps} steps was found that raises it: nothing to cut."
    elif left:
        yield f"Left open: {len(left)} of {total} raising routes; the best of them is drawn thick."
    yield from notes
    if total:
        yield "Not drawn: routes that lower it, and what the agents do elsewhere."
    more = Counter({what.label: len(agents) - AGENTS for what, _, agents in members if isinstance(what, Entity)})
    rest = [f"{number} on {name}" for name, number in more.items() if number > 0]
    if rest:
        yield f"Not drawn: further agents, {', '.join(rest)}."
