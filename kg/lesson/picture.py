"""The picture of a lesson: the routes that it tells and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.draw.compose import compose
from kg.draw.diagram import Diagram, Node, Role, arrow_of_step
from kg.draw.quiz import without_signs
from kg.draw.svg import svg
from kg.errors import UsageError
from kg.lesson import words

if TYPE_CHECKING:
    from kg.lesson.content import Lesson
    from kg.model import Entity, Step

__all__ = ["draw", "of_routes"]


def draw(lesson: Lesson, *, signs: bool = True) -> str:
    """The picture as SVG text. Raises UsageError for a lesson without a route."""
    if not lesson.routes:
        raise UsageError("This lesson has no route, so there is nothing to draw.")
    return svg(compose(of_routes(lesson, signs=signs)))


def of_routes(lesson: Lesson, *, signs: bool = True) -> Diagram:
    """The routes of a lesson side by side; ``signs=False`` asks for the signs."""
    trace, paths = lesson.trace, [route.path for route in lesson.routes]
    arms: dict[Step, set[int]] = {}
    for path in paths:
        for step in path.steps:
            arms.setdefault(step, set()).add(path.sign)
    entities = dict.fromkeys(entity for path in paths for entity in path.entities)
    roles: dict[Entity, Role] = {**dict.fromkeys(trace.sources, "source"), **dict.fromkeys(trace.targets, "target")}
    ends = [words.listed([entity.label for entity in side], "or") for side in (trace.sources, trace.targets)]
    diagram = Diagram(
        title=f"From {ends[0]} to {ends[1]}",
        subtitle=f"{words.VERDICTS[trace.verdict][0]}: the most direct route{' of each arm' if len(paths) > 1 else ''}",
        nodes=tuple(Node(entity, roles.get(entity, "")) for entity in entities),
        arrows=tuple(arrow_of_step(step, tuple(found)) for step, found in arms.items()),
        version=trace.certificate.data,
        subject=ends[1],
        form="trace",
    )
    return diagram if signs else without_signs(diagram)
