"""What is told of one thing as JSON-ready data, the same from the command line, on pages and for assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import JSON, Claim, Dispute, Entity, Source

if TYPE_CHECKING:
    from kg.graph.knowledge import KnowledgeGraph

__all__ = ["described"]


def described(graph: KnowledgeGraph, thing: Entity | Claim | Source | Dispute) -> JSON:
    """An entity with its links and claims, a claim with its source, a source with its claims, or a dispute."""
    if isinstance(thing, Dispute):
        return {"type": "disputes", "disputes": [thing.to_dict()]}
    if isinstance(thing, Claim):
        return {"type": "claim", "claim": thing.to_dict(), "source": thing.source.to_dict()}
    if isinstance(thing, Source):
        claims = [claim.to_dict() for claim in graph.claims(source=thing)]
        return {"type": "source", "source": thing.to_dict(), "claims": claims}
    links = [link for link in graph.links if thing in (link.source, link.target)]
    return {
        "type": "entity",
        "entity": thing.to_dict(),
        "links": [{"source": k.source.id, "link": k.kind, "target": k.target.id, "sign": k.sign} for k in links],
        "claims_out": [claim.to_dict() for claim in graph.claims(subject=thing)],
        "claims_in": [claim.to_dict() for claim in graph.claims(object=thing)],
    }
