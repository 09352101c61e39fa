"""The RDF dataset: Turtle in, named graphs by role, derived graphs made by rule; in memory or on disk.

The folder that people edit is the only truth. `Dataset.load` reads it whole or not at all; the derived graphs
(``direct``, ``association``, ``signed``) are made by the CONSTRUCT queries in ``ontology/derive/``. `Dataset.build`
loads RDF of any size into a store on disk, which is replaced whole (`kg.store.disk`).
"""

from __future__ import annotations

from kg.store.dataset import Dataset
from kg.store.disk import is_store
from kg.store.roles import DERIVED, EDITED, graph_node
from kg.store.rules import constructed
from kg.store.turtle import parse_problem, turtle_files

__all__ = [
    "DERIVED",
    "EDITED",
    "Dataset",
    "constructed",
    "graph_node",
    "is_store",
    "parse_problem",
    "turtle_files",
]
