"""Identifiers: every entity has a verified one, or says why not."""

from __future__ import annotations

from collections.abc import Iterator

from kg.contents import Contents
from kg.model import Problem
from kg.store import Dataset

__all__ = ["identifiers"]


def identifiers(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Entities without any identifier that do not say why."""
    for entity in contents.entities.values():
        if not entity.matches and not entity.close and not entity.no_match_reason:
            file, line = dataset.locate(entity.iri)
            name = f"entity:{entity.id}"
            remedy = "Map it with skos:exactMatch or skos:closeMatch, or state ckg:no-match-reason."
            yield Problem("warning", "identifier", file, line, name, "no identifier and no reason why.", remedy)
