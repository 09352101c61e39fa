"""The named graphs by role, and the role of statements that do not name their graph themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kg.schema import BASE, CKG, OWL

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

__all__ = ["DERIVED", "EDITED", "graph_node", "role_by_content", "role_of_graph"]

EDITED = ("schema", "entities", "sources", "claims", "cases")
"""Roles of the graphs that people edit."""
DERIVED = ("direct", "association", "signed")
"""Roles of the graphs that rules make."""
_GRAPH = BASE + "graph/"
_BY_TYPE = {
    "Claim": "claims",
    "Dispute": "claims",
    "Source": "sources",
    "Case": "cases",
    "Fact": "cases",
    "Question": "schema",
    "ForeignTerm": "schema",
}


def graph_node(role: str) -> NamedNode:
    """The IRI of the named graph of a role."""
    from pyoxigraph import NamedNode

    return NamedNode(_GRAPH + role)


def role_of_graph(name: str) -> str:
    """The role of one of our graphs, which is named as N-Quads name it; any other graph goes by its IRI.

    >>> role_of_graph("<https://w3id.org/calciphylaxis-kg/graph/claims>")
    'claims'
    """
    return name.strip("<>").removeprefix(_GRAPH)


def role_by_content(subject: str, types: Collection[str]) -> str:
    """The role of the graph in which a subject belongs, by its types and its IRI.

    What is no claim, dispute, source, case, fact or part of the schema is an entity or the term of one; a subject
    without a type that is known there is reported when the data are read, and so never lost in silence.

    >>> from kg.schema import CKG
    >>> role_by_content("https://example.org/one", {CKG + "Claim"})
    'claims'
    """
    for name, role in _BY_TYPE.items():
        if CKG + name in types:
            return role
    ours = subject.startswith((CKG, _GRAPH)) or subject + "#" == CKG
    foreign = any(iri.startswith(OWL) for iri in types) and not any(iri.startswith(CKG) for iri in types)
    return "schema" if ours or foreign else "entities"
