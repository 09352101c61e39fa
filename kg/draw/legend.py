"""The legend: one entry for each thing that is in the picture, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg.draw.badges import badge, inner
from kg.draw.diagram import CHANGES, Arrow, ArrowKind, Diagram
from kg.draw.geometry import Box
from kg.draw.measure import clean, text_width
from kg.draw.scene import Item, Mark, Shape, Words, curve, rounded
from kg.draw.strokes import diamond, question, stroke
from kg.draw.style import ARM, CATEGORY, INK, LEGEND_SIZE, PAPER

__all__ = ["legend"]

SAMPLE, GAP, LINE = 38.0, 26.0, 23.0
"""Width of a sample, gap between entries, height of a line of entries."""
LONGEST = 330.0
"""A longer name of the target is not repeated in the legend."""
_PLAIN = Arrow("", "", 1, "claim", "")


def legend(diagram: Diagram, left: float, top: float, width: float) -> tuple[list[Item], float]:
    """The entries in lines of the given width, and the height they take."""
    items: list[Item] = []
    x, y = left, top
    for name, words, box in _entries(diagram):
        span = SAMPLE + 8 + text_width(words, LEGEND_SIZE)
        if x > left and x + span > left + width:
            x, y = left, y + LINE
        place = Box(x + SAMPLE / 2, y + LINE / 2, SAMPLE, LINE)
        text = Words(x + SAMPLE + 8, y + LINE / 2 + LEGEND_SIZE * 0.35, words, LEGEND_SIZE, INK)
        items.append(Item(f"legend-{name}", "legend", (name,), (*_sample(box, place), text)))
        x += span + GAP
    return items, (y + LINE - top if items else 0.0)


def _sample(what: str | Arrow | int, place: Box) -> tuple[Mark, ...]:
    """A small picture of the thing explained: a category by name, a band by its sign, or an arrow."""
    line = tuple((place.left + 1 + (place.width - 2) * n / 3, place.y) for n in range(4))
    if isinstance(what, Arrow):
        return (*stroke(what, line)[1:], *(question(line) if what.kind == "question" else ()))
    if isinstance(what, int):
        return (Shape(curve(line), "band", ARM[what], 10.0),)
    if what in ("dispute", "named dispute"):
        mark = diamond((place.x - 5, place.y), (1.0, 0.0), small=what == "named dispute")
        return (*stroke(_PLAIN, line)[1:], *mark)
    if what in ("end", "highlight"):
        width = 2.8 if what == "end" else 2.2
        return (Shape(rounded(Box(place.x, place.y, 32, 15), 4), "outline", INK, width, fill=PAPER),)
    change = next((name for name in CHANGES if name == what), None)
    if change:
        return badge(change, (place.x, place.y))
    box = Box(place.x, place.y, 32, 15)
    if what == "agent":
        return (Shape(rounded(box, 7.5), "outline", INK, 1.4, fill=PAPER), inner(replace(box, corner=7.5), INK))
    look = CATEGORY[what]
    return (
        Shape(
            rounded(box, min(look.radius, 7.5 if what == "intervention" else 4.5)),
            "outline",
            look.outline,
            1.4,
            fill=look.fill,
        ),
    )


def _entries(diagram: Diagram) -> Iterator[tuple[str, str, str | Arrow | int]]:
    """Name, words and sample of each entry, from what is present."""
    yield from _signs(diagram.arrows)
    yield from _kinds(diagram.arrows)
    yield from _routes(diagram)
    present = {node.category for node in diagram.nodes}
    for name, look in CATEGORY.items():
        if name in present:
            yield name, look.words, name
    if any(node.role in ("source", "target") for node in diagram.nodes):
        yield "end", "asked from, asked to", "end"
    if any(node.role == "highlight" for node in diagram.nodes):
        yield "highlight", "highlighted", "highlight"
    yield from _cuts(diagram)


def _cuts(diagram: Diagram) -> Iterator[tuple[str, str, str | Arrow | int]]:
    """The marks of a cut, and who acts from outside."""
    for change, words in CHANGES.items():
        if any(node.change == change for node in diagram.nodes):
            yield f"cut-{change}", words, change
    if any(arrow.broken for arrow in diagram.arrows):
        yield "broken", "to be broken", replace(_PLAIN, broken=True)
    if any(node.role == "agent" for node in diagram.nodes):
        yield "agent", "acts from outside in the wanted direction", "agent"


def _signs(arrows: tuple[Arrow, ...]) -> Iterator[tuple[str, str, str | Arrow | int]]:
    """What a claim says of its ends, and how surely."""
    signs = {arrow.sign for arrow in arrows if arrow.kind == "claim"}
    words = {1: ("increases", "raises"), -1: ("decreases", "lowers"), 0: ("affects", "affects, sign not stated")}
    for sign, (name, told) in words.items():
        if sign in signs:
            yield name, told, replace(_PLAIN, sign=sign)
    hypothetical = [arrow.sign for arrow in arrows if arrow.hypothetical]
    if hypothetical:
        yield "hypothesized", "only hypothesized", replace(_PLAIN, sign=hypothetical[0], hypothetical=True)
    if any(arrow.disputed for arrow in arrows):
        yield "disputed", "contradicted by other claims", "dispute"
    if any(arrow.named for arrow in arrows):
        yield "named", "in a named dispute", "named dispute"


def _kinds(arrows: tuple[Arrow, ...]) -> Iterator[tuple[str, str, str | Arrow | int]]:
    """Steps that are not causal claims: definitions, associations and questions."""
    present = {(arrow.kind, arrow.sign) for arrow in arrows}
    rows: tuple[tuple[ArrowKind, int, str, str], ...] = (
        ("definition", 1, "definition", "by definition, not by evidence"),
        ("definition", -1, "opposite", "by definition, the opposite"),
        ("association", 1, "association-positive", "positive association, not causal"),
        ("association", -1, "association-negative", "negative association, not causal"),
        ("question", 0, "question", "raises or lowers?"),
    )
    for kind, sign, name, told in rows:
        if (kind, sign) in present:
            yield name, told, replace(_PLAIN, kind=kind, sign=sign)


def _routes(diagram: Diagram) -> Iterator[tuple[str, str, str | Arrow | int]]:
    """The bands of the arms, and what the thick line stands for."""
    subject = clean(diagram.subject)
    if not subject or text_width(subject, LEGEND_SIZE) > LONGEST:
        subject = "the target"
    arms = {sign for arrow in diagram.arrows for sign in arrow.arms}
    routes = {
        1: ("raising", f"on a route that raises {subject}"),
        -1: ("lowering", f"on a route that lowers {subject}"),
        0: ("unsigned", "on a route without a stated sign"),
    }
    for sign in (1, -1, 0):
        if sign in arms:
            yield (*routes[sign], sign)
    bold = next((arrow for arrow in diagram.arrows if arrow.bold), None)
    if diagram.thick and bold:
        yield "bold", diagram.thick, replace(_PLAIN, bold=True, sign=bold.sign)
