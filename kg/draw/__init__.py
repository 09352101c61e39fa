"""Pictures. Three steps, one way: what is shown (`diagram`, `select`), where it lies (`layout`, `compose` give a
`scene`), and how it is painted (`svg`, `figure`, and the text `forms`).

Conventions follow SBGN Activity Flow: an arrow raises, a T-bar lowers, a plain end acts without a stated sign. The
sign is told by shape first and by colour second; see `kg.draw.style`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from kg.draw.compose import compose
from kg.draw.diagram import Diagram
from kg.draw.forms import dot, mermaid
from kg.draw.quiz import without_signs
from kg.draw.scene import Item, Scene
from kg.draw.select import Highlight, of_edges, of_path, of_trace
from kg.draw.svg import svg
from kg.errors import UsageError
from kg.files import write
from kg.model import Edge, Link, Path, Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FORMS", "diagram_of", "draw", "paint", "painted", "scene_of"]

Drawable = Trace | Path | Iterable[Edge]


def draw(
    thing: Drawable,
    path: str | FilePath | None = None,
    *,
    force: bool = False,
    link: Callable[[Item], str] | None = None,
    **options: Any,
) -> str:
    """Draw a trace, a path or edges.

    Without `path` the SVG text is returned. With one the picture is written in the form that its ending names (.svg
    .png .pdf .dot .mmd) and the path returned; an existing file is kept unless `force` is set. `link` gives the
    address that an entity or step of the SVG leads to (see `kg.draw.svg.svg`). `options` are those of `diagram_of`.

    Raises UsageError for an ending that is no form of picture, FileProblem if the file exists or cannot be written.

    >>> import kg
    >>> trace = kg.load().trace("warfarin", "calciphylaxis", max_steps=2)
    >>> trace.draw()[:4]
    '<svg'
    """
    return painted(diagram_of(thing, **options), path, force=force, link=link)


def painted(
    diagram: Diagram,
    path: str | FilePath | None = None,
    *,
    force: bool = False,
    link: Callable[[Item], str] | None = None,
) -> str:
    """A diagram as `draw` gives it: the SVG text, or written to `path` in the form that its ending names.

    Raises UsageError for an ending that is no form of picture (before anything is laid out), FileProblem as `draw`.
    """
    if path is None:
        return svg(compose(diagram), link)
    form = FORMS.get(FilePath(path).suffix.lower())
    if form is None:
        raise UsageError(f"{path} does not end in a form of picture. Use one of: {', '.join(FORMS)}.")
    return str(write(path, form(diagram), force=force))


def diagram_of(
    thing: Drawable,
    *,
    title: str = "",
    highlight: Highlight = None,
    max_entities: int | None = None,
    links: Iterable[Link] = (),
    version: str = "",
    signs: bool = True,
) -> Diagram:
    """What a picture of a thing shows, before anything has a place.

    `title` takes the place of the usual one; `highlight` names paths to be drawn thick and entities to stand out;
    `max_entities` sets the cap (40 for a trace, 80 for edges, by the rules of `kg.draw.select`), above which a trace
    goes only for its ends and the best route of each arm; `links` are drawn among edges; `version` is the data version
    that the picture states. ``signs=False`` asks for the signs instead of telling them; see `kg.draw.quiz`.
    """
    if isinstance(thing, Trace):
        diagram = of_trace(thing, title=title, highlight=highlight, max_entities=max_entities)
    elif isinstance(thing, Path):
        diagram = of_path(thing, title=title, highlight=highlight, version=version)
    else:
        diagram = of_edges(thing, links, title=title, highlight=highlight, max_entities=max_entities, version=version)
    return diagram if signs else without_signs(diagram)


def scene_of(thing: Drawable, **options: Any) -> Scene:
    """Everything that is painted, with its place. Raises UsageError if the layout takes too long."""
    return compose(diagram_of(thing, **options))


def paint(thing: Drawable, axes: Axes, **options: Any) -> Axes:
    """Paint a thing into matplotlib axes of your own; returns the axes."""
    from kg.draw import figure

    return figure.paint(scene_of(thing, **options), axes)


def _png(diagram: Diagram) -> bytes:
    from kg.draw import figure  # matplotlib takes a while to import

    return figure.png(compose(diagram))


def _pdf(diagram: Diagram) -> bytes:
    from kg.draw import figure

    return figure.pdf(compose(diagram))


FORMS: Mapping[str, Callable[[Diagram], str | bytes]] = {
    ".svg": lambda diagram: svg(compose(diagram)),
    ".png": _png,
    ".pdf": _pdf,
    ".dot": dot,
    ".mmd": mermaid,
}
"""How a diagram is written, by the ending of the file."""
