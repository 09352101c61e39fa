"""What a picture says, before anything has a place: nodes, arrows, title and notes.

Step one of three (diagram, layout, scene). The text forms (DOT, Mermaid) are written from here as well, so that
every form of a picture shows the same things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.draw.measure import clean
from kg.model import DISCLAIMER, Claim, Entity, Link, Step

__all__ = [
    "CHANGES",
    "CITED",
    "Arrow",
    "Change",
    "Diagram",
    "Node",
    "arrow_of_claims",
    "arrow_of_link",
    "arrow_of_step",
    "category",
]

Category = Literal["intervention", "condition", "molecule", "process"]
Role = Literal["source", "target", "highlight", "agent", ""]
Change = Literal["lower", "raise", "remove", ""]
ArrowKind = Literal["claim", "association", "definition", "question"]

_CATEGORIES: dict[str, Category] = {
    **dict.fromkeys(("Drug", "DrugClass", "Exposure", "Procedure"), "intervention"),
    **dict.fromkeys(("Disease", "Phenotype", "Measurement", "Population"), "condition"),
    **dict.fromkeys(("Protein", "ProteinFamily", "Complex", "SmallMolecule"), "molecule"),
}
CHANGES: Mapping[Change, str] = {"lower": "to be lowered", "raise": "to be raised", "remove": "to be taken away"}
"""What is to become of an entity, in words."""
CITED = 6
"""How many sources a tooltip names before it says how many more there are."""


def category(kind: str) -> Category:
    """Which of the four shapes a kind of entity gets; what is neither drug, condition nor molecule is a process."""
    return _CATEGORIES.get(kind, "process")


@dataclass(frozen=True, slots=True)
class Node:
    """An entity to be drawn; `role` says whether it is an end of the question, was asked to stand out or is an agent
    that acts from outside, `change` what is to become of it where the picture is of a cut.
    """

    entity: Entity
    role: Role = ""
    change: Change = ""

    @property
    def id(self) -> str:
        """The slug of the entity."""
        return self.entity.id

    @property
    def label(self) -> str:
        """Its name on one line; the slug where it has none."""
        return clean(self.entity.label) or self.id

    @property
    def category(self) -> Category:
        """Its shape and fill."""
        return category(self.entity.kind)

    @property
    def tooltip(self) -> str:
        """Label, kind and definition, and what is to become of it."""
        entity = self.entity
        change = CHANGES.get(self.change, "")
        also = f"also: {', '.join(entity.synonyms[:6])}" if entity.synonyms else ""
        return "\n".join(filter(None, (f"{entity.label} ({entity.kind})", change, entity.definition, also)))


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step to be drawn. `arms` are the net signs of the drawn routes it lies on, `bold` says that it was asked for,
    `broken` that it is to be broken; `disputed` that other claims contradict it, `named` that it stands in a named
    dispute without that.
    """

    source: str
    target: str
    sign: int
    kind: ArrowKind
    tooltip: str
    hypothetical: bool = False
    disputed: bool = False
    arms: tuple[int, ...] = ()
    bold: bool = False
    detail: str = ""
    broken: bool = False
    named: bool = False

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        """What makes two arrows the same, and the order they are written in."""
        return (self.source, self.target, self.sign, self.kind, self.detail)

    @property
    def id(self) -> str:
        """An identifier for documents: ``step-warfarin--calciphylaxis--up``."""
        if self.kind == "question":
            return f"step-{self.source}--{self.target}"
        way = {1: "up", -1: "down", 0: "unsigned"}[self.sign]
        tail = "" if self.kind == "claim" else f"--{self.detail or self.kind}"
        return f"step-{self.source}--{self.target}--{way}{tail}"

    @property
    def end(self) -> str:
        """The shape of its end: ``arrow``, ``bar`` or ``plain``; ``open`` for what raises by definition. An association
        and a question have a plain end, whatever the sign.
        """
        if self.kind in ("association", "question"):
            return "plain"
        if self.kind == "definition":
            return "bar" if self.sign < 0 else "open"
        return {1: "arrow", -1: "bar", 0: "plain"}[self.sign]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole picture without places. `subject` names the target in the legend of a trace; `notes` say what was left
    out; `thick` says in the legend what the thick lines are; `credit` is the citation. A `form` other than ``graph``
    runs from left to right; a ``star`` is one entity with its neighbors.
    """

    title: str
    subtitle: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()
    version: str = ""
    subject: str = ""
    thick: str = ""
    form: Literal["trace", "path", "star", "graph"] = "graph"

    @property
    def credit(self) -> str:
        """Citation, data version and disclaimer."""
        return f"calciphylaxis-kg{', data ' + self.version if self.version else ''}. {DISCLAIMER}"

    @property
    def description(self) -> str:
        """The picture in words, for those who hear it."""
        drawn = f"{len(self.nodes)} entities and {len(self.arrows)} steps are drawn."
        return " ".join(part for part in (self.subtitle, drawn, *self.notes) if part)


def arrow_of_step(step: Step, arms: Sequence[int] = (), bold: bool = False) -> Arrow:
    """A step of a path as an arrow."""
    claimed = step.kind == "claim"
    lines = [str(step), str(step.support) if step.support else "by definition, not by evidence"]
    if step.generalization:
        lines.append("generalization: what holds for a kind need not hold for its class")
    if step.draft:
        lines.append("draft: one reader only")
    if step.foreign:
        lines.append(f"only from another graph: {', '.join(step.foreign)}")
    if step.disputes:
        lines.append(f"in a named dispute: {', '.join(step.disputes)}")
    lines += _cited("", step.claims) + _cited("against: ", step.against)
    return Arrow(
        step.source.id,
        step.target.id,
        step.sign,
        "claim" if claimed else "definition",
        "\n".join(lines),
        hypothetical=step.hypothetical,
        disputed=step.contradicted,
        named=step.disputed and not step.contradicted,
        arms=tuple(sorted(set(arms), reverse=True)),
        bold=bold,
        detail="" if claimed else f"{step.link or step.kind}{'-reverse' if step.reverse else ''}",
    )


def arrow_of_claims(claims: Sequence[Claim], sign: int, disputed: bool, bold: bool = False) -> Arrow:
    """All claims with one subject, object and sign as one arrow; of associations where none is causal."""
    first, causal = claims[0], any(claim.causal for claim in claims)
    predicates = " / ".join(sorted({claim.predicate.replace("-", " ") for claim in claims}))
    lines = [f"{first.subject.label} {predicates} {first.object.label}", *_cited("", claims)]
    return Arrow(
        first.subject.id,
        first.object.id,
        sign,
        "claim" if causal else "association",
        "\n".join(lines),
        hypothetical=all(claim.certainty in ("hypothesized", "disputed") for claim in claims),
        disputed=disputed,
        bold=bold,
    )


def arrow_of_link(link: Link) -> Arrow:
    """A definitional link as an arrow."""
    words = f"{link.source.label} {link.kind.replace('-', ' ')} {link.target.label}"
    tip = f"{words}\nby definition, not by evidence"
    return Arrow(link.source.id, link.target.id, link.sign, "definition", tip, detail=link.kind)


def _cited(before: str, claims: Sequence[Claim]) -> list[str]:
    """The sources of claims, each once; after six the number of the others."""
    names = sorted({claim.source.citation for claim in claims})
    more = [f"{before}and {len(names) - CITED} more"] if len(names) > CITED else []
    return [f"{before}{name}" for name in names[:CITED]] + more
