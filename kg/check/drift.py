"""Drift: derived graphs against their rules, both ways, and against the claims as Python reads them."""

from __future__ import annotations

from collections.abc import Iterator

from kg.contents import Contents
from kg.errors import InvalidData
from kg.model import Problem
from kg.schema import BASE, CKG
from kg.store import DERIVED, Dataset, constructed, graph_node

__all__ = ["drift"]


def drift(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """What a derived graph lacks or has too much, by its rule and by the claims."""
    held: dict[str, set[str]] = {}
    for role in DERIVED:
        try:
            made = {str(triple) for triple in constructed(dataset, role)}
        except InvalidData:  # the rule `queries` tells why
            continue
        quads = dataset.store.quads_for_pattern(None, None, None, graph_node(role))
        held[role] = {str(quad.triple) for quad in quads}
        yield from _difference(role, held[role], made, "its rule")
    for role, causal in (("direct", True), ("association", False)):
        if role not in held:
            continue
        read_off = {
            f"<{claim.subject.iri}> <{CKG}{claim.predicate}> <{claim.object.iri}>"
            for claim in contents.claims.values()
            if claim.live and not claim.null and claim.causal is causal
        }
        yield from _difference(role, held[role], read_off, "the claims")


def _difference(role: str, held: set[str], wanted: set[str], by: str) -> Iterator[Problem]:
    for word, triples in (("lacks", wanted - held), ("has too much:", held - wanted)):
        if triples:
            first = min(triples).replace(BASE, "")
            message = f"differs from {by}: {word} {len(triples)} triples, such as {first}."
            yield Problem("error", "drift", "", 0, f"graph:{role}", message, "Load the Turtle anew and save it again.")
