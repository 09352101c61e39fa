"""Usage: entities and sources that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator

from kg.check.finding import found
from kg.contents import Contents
from kg.model import Entity, Problem, Source
from kg.store import Dataset

__all__ = ["usage"]


def usage(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Entities in no claim, link or fact; sources that neither say anything nor are cited. O(claims)."""
    entities = _entities(contents)
    for entity in contents.entities.values():
        if entity not in entities:
            message, remedy = (
                "is in no claim, definitional link or fact.",
                "Link it to what it belongs to, or delete it.",
            )
            yield found(dataset, entity.iri, "warning", "unused", message, remedy)
    sources = _sources(contents)
    for source in contents.sources.values():
        if source not in sources:
            message = "no claim or case comes from it, and no claim cites it."
            yield found(dataset, source.iri, "warning", "unused", message, "Add what it says, or delete it.")


def _entities(contents: Contents) -> set[Entity]:
    ends = {end for claim in contents.claims.values() for end in (claim.subject, claim.object)}
    ends |= {end for link in contents.links for end in (link.source, link.target)}
    return ends | {fact.entity for case in contents.cases.values() for fact in case.facts if fact.entity}


def _sources(contents: Contents) -> set[Source]:
    named = {source for claim in contents.claims.values() for source in (claim.source, *claim.cites)}
    return named | {case.source for case in contents.cases.values()}
