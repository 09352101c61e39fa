"""Kinds: whether what a claim names may stand where it stands, by ``ckg:subject-kind`` and ``ckg:object-kind``."""

from __future__ import annotations

from collections.abc import Iterator

from kg.contents import Contents
from kg.model import Problem
from kg.store import Dataset

__all__ = ["kinds"]


def kinds(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Claims whose subject or object is of a kind that their predicate does not allow. O(claims).

    >>> from kg.contents import read
    >>> from kg.schema import ontology_folder
    >>> dataset = Dataset.load(ontology_folder())
    >>> list(kinds(dataset, read(dataset)))
    []
    """
    for claim in contents.claims.values():
        predicate = dataset.schema.predicates[claim.predicate]
        ends = (("subject", claim.subject, predicate.subject_kinds), ("object", claim.object, predicate.object_kinds))
        for end, entity, allowed in ends:
            if allowed and entity.kind not in allowed:
                file, line = dataset.locate(claim.iri)
                message = (
                    f"the {end} of {claim.predicate} is a {entity.kind} ({entity.id}), "
                    f"but may only be one of: {', '.join(allowed)}."
                )
                remedy = f"Choose another predicate or another entity, or widen ckg:{end}-kind in schema.ttl."
                name = dataset.schema.curie(claim.iri)
                yield Problem("error", "kind", file, line, name, message, remedy, f"ckg:{end}", f"entity:{entity.id}")
