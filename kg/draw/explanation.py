"""The picture of an explanation: what the patient has on the left, what was found on the right, a route between.

Drawn is the best route of each explained finding, as many as fit under a cap. Heavy outlines mark what the patient has
and what was found; what is both, or lies on the way to another finding, stands in between with a heavy outline too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path as FilePath

from kg.draw import painted
from kg.draw.diagram import Diagram, Node, Role, arrow_of_step
from kg.draw.scene import Item
from kg.errors import UsageError
from kg.model import Certificate, Entity, Path

__all__ = ["ENTITIES", "draw", "of_routes"]

ENTITIES = 60
"""At most so many entities; further findings are named in a note."""


def draw(
    *,
    path: str | FilePath | None = None,
    force: bool = False,
    link: Callable[[Item], str] | None = None,
    **parts: object,
) -> str:
    """Draw the routes that `of_routes` takes: the SVG text, or written to `path` in the form that its ending names.

    Raises UsageError for an ending that is no form of picture, FileProblem if the file exists and `force` is not set.
    """
    return painted(of_routes(**parts), path, force=force, link=link)  # type: ignore[arg-type]


def of_routes(
    *,
    title: str,
    causes: Sequence[Entity],
    routes: Mapping[Entity, Path],
    others: Mapping[str, Sequence[str]],
    certificate: Certificate,
    max_entities: int = ENTITIES,
) -> Diagram:
    """One route for each finding; `others` are the names of the findings without one by their verdict, told in notes.

    Routes are taken in their order as long as all entities stay under the cap; causes on no route are not drawn.
    Raises UsageError for a cap under 2.
    """
    if max_entities < 2:
        raise UsageError(f"max_entities={max_entities} is too few for a picture. Use at least 2.")
    taken: dict[Entity, Path] = {}
    for finding, path in routes.items():
        if len({entity for other in (*taken.values(), path) for entity in other.entities}) <= max_entities:
            taken[finding] = path
    left_out = [finding.label for finding in routes if finding not in taken]
    steps = dict.fromkeys(step for path in taken.values() for step in path.steps)
    entities = dict.fromkeys(entity for path in taken.values() for entity in path.entities)
    passed = {entity for path in taken.values() for entity in path.entities[:-1]}
    reached = {entity for path in taken.values() for entity in path.entities[1:]}
    all_findings = len(routes) + sum(map(len, others.values()))
    return Diagram(
        title=title,
        subtitle=f"{len(routes)} of {all_findings} findings explained by routes of up to {certificate.max_steps} steps",
        nodes=tuple(Node(e, _role(e, {*causes}, {*routes}, passed, reached)) for e in entities),
        arrows=tuple(arrow_of_step(step) for step in steps),
        notes=tuple(_notes(left_out, others, certificate)),
        version=certificate.data,
        form="trace",
    )


def _role(
    entity: Entity, causes: set[Entity], findings: set[Entity], passed: set[Entity], reached: set[Entity]
) -> Role:
    """An end of the picture where it is one on every route; what the patient has in the middle stands out there."""
    if entity in causes and entity not in reached:
        return "source"
    if entity in findings and entity not in passed:
        return "target"
    return "highlight" if entity in causes | findings else ""


def _notes(left_out: Sequence[str], others: Mapping[str, Sequence[str]], certificate: Certificate) -> Iterable[str]:
    yield (
        "Left: conditions and exposures of the patient. Right: findings. In between, heavy outlines are findings too. "
        "The best supporting route of each explained finding is drawn; routes that oppose it are not."
    )
    for verdict, names in others.items():
        if names:
            yield f"{verdict.capitalize()}: {', '.join(names)}."
    if left_out:
        yield f"Explained, but left out for want of room: {', '.join(left_out)}."
    if certificate.status != "complete" or certificate.filters:
        yield f"Search: {certificate}."
