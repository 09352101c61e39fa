"""Text that draws itself: DOT (https://graphviz.org/doc/info/lang.html) and Mermaid flowcharts (https://mermaid.js.org).

Both are written as pictures are (`kg.draw.forms`), but of all entities: a picture has a cap, a file has none. One arrow
stands for all claims with the same subject, object and sign; associations have arrows of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kg.draw import diagram_of, forms
from kg.draw.diagram import Arrow, Diagram, Node, arrow_of_claims, arrow_of_link, arrow_of_step
from kg.exchange.content import ASPECTS, Content, standing
from kg.exchange.format import Format
from kg.exchange.loss import Loss
from kg.model import Claim, Step, Trace

__all__ = ["FORMATS", "whole"]

MERMAID_ARROWS, MERMAID_LETTERS = 500, 50_000
"""What Mermaid draws as it is shipped (``maxEdges``, ``maxTextSize``)."""


def whole(content: Content) -> Diagram:
    """All entities of a graph with everything that a picture can show between them.

    A graph that was narrowed to the routes of an answer looks like the picture of the answer, with all its routes.
    """
    trace = content.trace
    steps = _steps(trace) if trace else {}
    told = {claim for step in steps for claim in step.claims}
    linked = {(frozenset((step.source, step.target)), step.link) for step in steps}
    arrows = [
        *_claims([claim for claim in content.claims if claim not in told]),
        *(arrow_of_link(k) for k in content.links if (frozenset((k.source, k.target)), k.kind) not in linked),
    ]
    if trace is None:
        title, count = content.schema.title, len(content.entities)
        nodes = tuple(map(Node, content.entities))
        return Diagram(title, f"{count} entities", nodes, _sorted(arrows), version=content.version)
    picture = diagram_of(trace)
    thick = {arrow.key for arrow in picture.arrows if arrow.bold}
    ends = {node.id: node.role for node in picture.nodes}
    routes = [arrow_of_step(step, tuple(arms)) for step, arms in steps.items()]
    return replace(
        picture,
        nodes=tuple(Node(entity, ends.get(entity.id, "")) for entity in content.entities),
        arrows=_sorted([*(replace(arrow, bold=arrow.key in thick) for arrow in routes), *arrows]),
        notes=(),
    )


def _steps(trace: Trace) -> Mapping[Step, set[int]]:
    """The steps of all routes with the arms that they are on."""
    found: dict[Step, set[int]] = {}
    for sign in (1, -1, 0):
        for path in trace.arm(sign):
            for step in path.steps:
                found.setdefault(step, set()).add(sign)
    return found


def _claims(claims: list[Claim]) -> list[Arrow]:
    """An arrow for each subject, object and sign of live claims, causal ones and associations apart."""
    groups: dict[tuple[str, str, int, bool], list[Claim]] = {}
    for claim in claims:
        if standing(claim) in ("causal", "association"):
            groups.setdefault((claim.subject.id, claim.object.id, claim.sign or 0, claim.causal), []).append(claim)
    pairs = {key[:3] for key in groups}
    return [
        arrow_of_claims(said, sign, disputed=bool(sign) and (subject, target, -sign) in pairs)
        for (subject, target, sign, _), said in groups.items()
    ]


def _sorted(arrows: list[Arrow]) -> tuple[Arrow, ...]:
    return tuple(sorted(arrows, key=lambda arrow: arrow.key))


def _mermaid_limits(content: Content) -> list[Loss]:
    diagram = whole(content)
    arrows, letters = len(diagram.arrows), len(forms.mermaid(diagram))
    limits = ((arrows, MERMAID_ARROWS, "arrows", "maxEdges"), (letters, MERMAID_LETTERS, "letters", "maxTextSize"))
    return [
        Loss(
            what, f"Mermaid as shipped draws no diagram with more than {most:,} of them; raise its {name}", found - most
        )
        for found, most, what, name in limits
        if found > most
    ]


_DRAWN = ("entities", "signs", "unsigned", "associations")
_NOT_DRAWN = {
    "nulls": "no arrow stands for a null result",
    "refuted": "no arrow stands for what is refuted",
    "retracted": "a retracted claim is told to nobody",
    "predicates": "one arrow for each subject, object and sign; the end of its line tells the sign",
    "links": "drawn dotted, without their kind",
    "kinds": "four shapes for all kinds",
}


def _loses(told: str) -> Mapping[str, str]:
    return {name: _NOT_DRAWN.get(name, told) for name in ASPECTS if name not in _DRAWN}


def _writer(form: Callable[[Diagram], str]) -> Callable[[Content], str]:
    return lambda content: form(whole(content))


FORMATS = (
    Format(
        "dot",
        "DOT",
        (".dot", ".gv"),
        _writer(forms.dot),
        loses=_loses("not part of a picture; tooltips tell people the definition and the first sources"),
        consumer="Graphviz",
    ),
    Format(
        "mermaid",
        "Mermaid",
        (".mmd", ".mermaid"),
        _writer(forms.mermaid),
        loses=_loses("not part of a picture"),
        tells=_mermaid_limits,
        consumer="Mermaid in Chromium",
    ),
)
