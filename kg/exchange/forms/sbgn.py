"""SBGN-ML 0.3, Activity Flow Level 1 Version 1.2, with a layout (https://github.com/sbgn/sbgn/wiki/SBGN_ML).

Activity Flow says what raises or lowers what, and no more: an influence stands for all causal claims with the same
subject, object and sign. It knows biological activities, whose unit of information tells the sort of thing that acts,
and phenotypes, from which no influence may go out: diseases, signs and measurements that act on something are written
as activities of an unspecified entity. No influence says "necessary": no predicate of ours means it. There are no
compartments, since the tissue belongs to a claim, not to an entity.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kg.draw.diagram import Arrow, Node
from kg.draw.geometry import Box, Point, Spline
from kg.draw.measure import clean, text_width
from kg.exchange.content import ASPECTS, Content
from kg.exchange.format import Format
from kg.exchange.markup import escaped, quoted
from kg.exchange.placed import MARGIN, laid_out
from kg.schema import Schema

__all__ = ["FORMATS"]

NAMESPACE = "http://sbgn.org/libsbgn/0.3"
LANGUAGE = "http://identifiers.org/combine.specifications/sbgn.af.level-1.version-1.2"
XHTML = "http://www.w3.org/1999/xhtml"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:bqbiol="http://biomodels.net/biology-qualifiers/"'
_INFLUENCES = {1: "positive influence", -1: "negative influence", 0: "unknown influence"}
_SORTS: Mapping[str, str] = {
    **dict.fromkeys(("Protein", "ProteinFamily"), "macromolecule"),
    **dict.fromkeys(("Drug", "DrugClass", "Exposure", "Procedure"), "perturbation"),
    "Complex": "complex",
    "SmallMolecule": "simple chemical",
}
"""What acts, as a unit of information tells it; any other kind is an unspecified entity."""
SMALL = 9.0
APART = 10.0
"""Between straight arcs that join the same two nodes."""


def write(content: Content) -> str:
    """The causal part of a graph as one SBGN-ML document."""
    diagram, layout = laid_out(content)
    causal = [(a, s) for a, s in zip(diagram.arrows, layout.splines, strict=True) if a.kind == "claim"]
    acting = {arrow.source for arrow, _ in causal}
    names = {node.id: f"entity{number}" for number, node in enumerate(diagram.nodes)}
    courses = _courses(causal, layout.boxes)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<sbgn xmlns="{NAMESPACE}">',
        f'<map id="map" language="activity flow" version="{LANGUAGE}">',
        _notes([diagram.title, diagram.subtitle, diagram.credit]),
        _canvas(layout.boxes, courses),
        *(
            line
            for node in diagram.nodes
            for line in _glyph(node, names[node.id], layout.boxes[node.id], node.id in acting, content.schema)
        ),
        *(
            line
            for number, ((arrow, _), course) in enumerate(zip(causal, courses, strict=True))
            for line in _arc(arrow, f"influence{number}", names, course)
        ),
        "</map>",
        "</sbgn>",
    ]
    return "\n".join(lines) + "\n"


# --- glyphs -----------------------------------------------------------------------------------------------------------


def _glyph(node: Node, name: str, box: Box, acts: bool, schema: Schema) -> Iterator[str]:
    phenotype = node.category == "condition" and not acts
    yield f'<glyph id="{name}" class="{"phenotype" if phenotype else "biological activity"}">'
    if node.entity.definition:
        yield _notes([node.entity.definition])
    yield from _annotation(name, [node.entity.iri, *map(schema.expanded, node.entity.matches)])
    yield f"<label text={quoted(node.label)}/>"
    yield _bbox(box)
    if not phenotype:
        yield from _unit(f"{name}-kind", box, schema.kind(node.entity.kind).label, _SORTS.get(node.entity.kind))
    yield "</glyph>"


def _unit(name: str, box: Box, words: str, sort: str | None) -> Iterator[str]:
    """The unit of information on the upper side of an activity: the kind in words, the shape that tells the sort."""
    size = Box(box.x, box.top, round(text_width(words, SMALL) + 10, 1), 14.0)
    yield f'<glyph id="{name}" class="unit of information">'
    yield f"<label text={quoted(words)}/>"
    yield f'<entity name="{sort or "unspecified entity"}"/>'
    yield _bbox(size)
    yield "</glyph>"


def _annotation(name: str, things: Sequence[str]) -> Iterator[str]:
    """What a glyph stands for, in RDF as annotations of SBGN-ML are written."""
    yield f'<extension><annotation><rdf:RDF {RDF}><rdf:Description rdf:about="#{name}"><bqbiol:is><rdf:Bag>'
    yield from (f"<rdf:li rdf:resource={quoted(iri)}/>" for iri in things)
    yield "</rdf:Bag></bqbiol:is></rdf:Description></rdf:RDF></annotation></extension>"


def _notes(texts: Sequence[str]) -> str:
    shown = "".join(f"<p>{escaped(clean(text))}</p>" for text in texts if text)
    return f'<notes><body xmlns="{XHTML}">{shown}</body></notes>'


def _bbox(box: Box) -> str:
    return f'<bbox x="{box.left:.1f}" y="{box.top:.1f}" w="{box.width:.1f}" h="{box.height:.1f}"/>'


def _canvas(boxes: Mapping[str, Box], courses: Sequence[Spline]) -> str:
    """The box of the map: everything lies in it."""
    points = [point for course in courses for point in course]
    right = max([box.right for box in boxes.values()] + [x for x, _ in points], default=0.0) + MARGIN
    bottom = max([box.bottom for box in boxes.values()] + [y for _, y in points], default=0.0) + MARGIN
    return _bbox(Box(right / 2, bottom / 2, right, bottom))


# --- arcs -------------------------------------------------------------------------------------------------------------


def _arc(arrow: Arrow, name: str, names: Mapping[str, str], course: Spline) -> Iterator[str]:
    """An influence along its course: two points for a straight line, else cubic curves."""
    ends = f'source="{names[arrow.source]}" target="{names[arrow.target]}"'
    yield f'<arc id="{name}" class="{_INFLUENCES[arrow.sign]}" {ends}>'
    yield _notes(arrow.tooltip.split("\n"))
    yield f"<start {_at(course[0])}/>"
    if len(course) == 2:
        yield f"<end {_at(course[1])}/>"
    for at in range(1, len(course) - 2, 3):
        word = "end" if at + 3 == len(course) else "next"
        yield f"<{word} {_at(course[at + 2])}><point {_at(course[at])}/><point {_at(course[at + 1])}/></{word}>"
    yield "</arc>"


def _at(point: Point) -> str:
    return f'x="{point[0]:.1f}" y="{point[1]:.1f}"'


def _courses(arrows: Sequence[tuple[Arrow, Spline]], boxes: Mapping[str, Box]) -> list[Spline]:
    """The splines of a layout; where it gives none, straight lines, those between the same two nodes side by side."""
    pairs = [frozenset((arrow.source, arrow.target)) for arrow, _ in arrows]
    total, seen = Counter(pairs), Counter[frozenset[str]]()
    found = []
    for (arrow, spline), pair in zip(arrows, pairs, strict=True):
        aside = (seen[pair] - (total[pair] - 1) / 2) * APART
        seen[pair] += 1
        ends = sorted(pair)
        turned = -aside if arrow.source != ends[0] else aside
        found.append(spline if len(spline) >= 4 else _straight(boxes[arrow.source], boxes[arrow.target], turned))
    return found


def _straight(one: Box, other: Box, aside: float) -> Spline:
    """A line from the outline of a box to that of another, moved to its side; of a box to itself a loop above it."""
    if one == other:
        x, y = one.x + aside, one.top
        return ((x - 8, y), (x - 16, y - 30), (x + 16, y - 30), (x + 8, y))
    dx, dy = other.x - one.x, other.y - one.y
    span = math.hypot(dx, dy) or 1.0
    shift = (-dy / span * aside, dx / span * aside)
    start, end = (one.x + shift[0], one.y + shift[1]), (other.x + shift[0], other.y + shift[1])
    return _leaving(start, end, one), _leaving(end, start, other)


def _leaving(inside: Point, outside: Point, box: Box) -> Point:
    """Where the line from a point in a box to one outside leaves the box."""
    dx, dy = outside[0] - inside[0], outside[1] - inside[1]
    across = ((box.right if dx > 0 else box.left) - inside[0]) / dx if dx else math.inf
    along = ((box.bottom if dy > 0 else box.top) - inside[1]) / dy if dy else math.inf
    share = min(across, along, 1.0)
    return inside[0] + dx * share, inside[1] + dy * share


_KEPT = ("entities", "identifiers", "signs", "unsigned")
_OTHER = "Activity Flow has no place for it; notes tell people the definition and the first sources"
_LOSES: Mapping[str, str] = {
    "kinds": "four sorts of activities and phenotypes for all kinds",
    "links": "Activity Flow has influences only, no definitions",
    "predicates": "one influence for each subject, object and sign",
    "associations": "Activity Flow has influences only, no associations",
    "nulls": "no influence stands for a null result",
    "refuted": "no influence stands for what is refuted",
    "retracted": "a retracted claim is told to nobody",
}

FORMATS = (
    Format(
        "sbgn",
        "SBGN-ML Activity Flow",
        (".sbgn",),
        write,
        loses={name: _LOSES.get(name, _OTHER) for name in ASPECTS if name not in _KEPT},
        consumer="libsbgnpy, its schema and its Schematron rules",
    ),
)
