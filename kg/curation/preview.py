"""What a change does to the graph, told before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kg.causal.network import contradicting
from kg.causal.replay import Replayed
from kg.causal.support import support
from kg.graph import KnowledgeGraph
from kg.model import JSON, Claim, Dispute, Edge, Entity, Problem, Source, Support

__all__ = ["EdgeChange", "Preview", "Skipped", "edge_changes"]


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """An edge that appears (`before` is None), vanishes (`after` is None), or is supported otherwise."""

    subject: Entity
    predicate: str
    object: Entity
    before: Support | None
    after: Support | None

    @property
    def what(self) -> str:
        """``new``, ``gone``, ``more support`` or ``less support`` (voices against count as less)."""
        if self.before is None or self.after is None:
            return "new" if self.before is None else "gone"
        return "more support" if self.before < self.after else "less support"

    def __str__(self) -> str:
        return f"{self.subject.label} {self.predicate.replace('-', ' ')} {self.object.label}"

    def to_dict(self) -> JSON:
        """The change as JSON-ready data; the entities by their ids."""
        return {
            "what": self.what,
            "subject": self.subject.id,
            "predicate": self.predicate,
            "object": self.object.id,
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was asked for and is so already: the claim, the row that says it (if a sheet does), and how it differs."""

    claim: str
    reason: str
    row: int | None = None

    def __str__(self) -> str:
        place = f"row {self.row}: " if self.row else ""
        return f"{place}{self.claim} {self.reason}"

    def to_dict(self) -> JSON:
        """What is skipped as JSON-ready data."""
        return {"row": self.row, "claim": self.claim, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does: the claims it adds or retracts, and what follows from that.

    `source` is the source that the change adds, if it adds one; `files` are those it writes, none if it changes
    nothing.
    """

    action: Literal["add", "retract"]
    claims: tuple[Claim, ...] = ()
    source: Source | None = None
    skipped: tuple[Skipped, ...] = ()
    edges: tuple[EdgeChange, ...] = ()
    disputes_opened: tuple[Dispute, ...] = ()
    disputes_closed: tuple[Dispute, ...] = ()
    verdicts: tuple[Replayed, ...] = ()
    questions: int = 0
    """How many standing questions were asked."""
    warnings: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, action: Literal["add", "retract"], before: KnowledgeGraph, after: KnowledgeGraph, **more: Any
    ) -> Preview:
        """The preview of a change from one graph to another; `more` are the fields that the graphs do not tell."""
        old, new = ({dispute.id: dispute for dispute in graph.disputes()} for graph in (before, after))
        replay = before.replay(after)
        return cls(
            action,
            edges=edge_changes(before, after),
            disputes_opened=tuple(dispute for name, dispute in new.items() if name not in old),
            disputes_closed=tuple(dispute for name, dispute in old.items() if name not in new),
            verdicts=replay.changed,
            questions=len(replay.questions),
            **more,
        )

    def to_dict(self) -> JSON:
        """The preview as JSON-ready data."""
        return {
            "type": "change",
            "action": self.action,
            "source": self.source.to_dict() if self.source else None,
            "claims": [claim.to_dict() for claim in self.claims],
            "skipped": [skipped.to_dict() for skipped in self.skipped],
            "edges": [edge.to_dict() for edge in self.edges],
            "disputes_opened": [_dispute(dispute) for dispute in self.disputes_opened],
            "disputes_closed": [_dispute(dispute) for dispute in self.disputes_closed],
            "verdicts": [verdict.to_dict() for verdict in self.verdicts],
            "questions": self.questions,
            "warnings": [warning.to_dict() for warning in self.warnings],
            "files": list(self.files),
        }


def _dispute(dispute: Dispute) -> JSON:
    sides = {side: [claim.id for claim in claims] for side, claims in dispute.sides}
    return {"id": dispute.id, "label": dispute.label, "definition": dispute.definition, "sides": sides}


def edge_changes(before: KnowledgeGraph, after: KnowledgeGraph) -> tuple[EdgeChange, ...]:
    """The edges that appear, vanish, or are supported otherwise. O(claims)."""
    old, new = _supported(before), _supported(after)
    found = []
    for key in sorted(old.keys() | new.keys()):
        edge = (new.get(key) or old[key])[0]
        was, now = (held[key][1] if key in held else None for held in (old, new))
        if was != now:
            found.append(EdgeChange(edge.subject, edge.predicate, edge.object, was, now))
    return tuple(found)


def _supported(graph: KnowledgeGraph) -> Mapping[tuple[str, str, str], tuple[Edge, Support]]:
    against = contradicting(graph.claims())
    return {
        (e.subject.id, e.predicate, e.object.id): (
            e,
            support(e.claims, against.get((e.subject.id, e.object.id, e.sign), ())),
        )
        for e in graph.edges
    }
