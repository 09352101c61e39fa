"""Definitions: every entity has one, and what things are by definition never runs in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from kg.check.finding import found
from kg.contents import Contents
from kg.model import Problem
from kg.store import Dataset

__all__ = ["definitions"]


def definitions(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Entities without a definition, and circles of definitional links. O(entities + links)."""
    for entity in contents.entities.values():
        if not entity.definition.strip():
            message = "has no definition."
            remedy = "Say in one skos:definition what it is, so that nobody takes it for its neighbour."
            yield found(dataset, entity.iri, "error", "definition", message, remedy, property="skos:definition")
    for circle in _circles(contents):
        steps = [f"{link} {target}" for _, link, target in circle]
        message = f"by definition it runs in a circle: {' '.join([circle[0][0], *steps])}."
        remedy = "Delete the link that is wrong; a thing is no kind, state or readout of itself."
        iri = contents.entities[circle[0][0]].iri
        link = f"ckg:{circle[0][1]}"
        yield found(dataset, iri, "error", "circle", message, remedy, property=link, value=f"entity:{circle[0][2]}")


def _circles(contents: Contents) -> Iterator[list[tuple[str, str, str]]]:
    """One circle of (entity, link, entity) for each set of entities that reach each other by definitional links."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for link in sorted(contents.links, key=lambda link: (link.source.id, link.kind, link.target.id)):
        graph.add_edge(link.source.id, link.target.id, key=link.kind)
    knots = [min(knot) for knot in nx.strongly_connected_components(graph) if len(knot) > 1]
    for start in sorted({*knots, *nx.nodes_with_selfloops(graph)}):
        yield [(source, kind, target) for source, target, kind in nx.find_cycle(graph, start)]
