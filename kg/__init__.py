"""calciphylaxis-kg: a literature-knowledge graph of calciphylaxis mechanisms, and the toolkit to question it.

>>> import kg
>>> graph = kg.load()
>>> graph.trace("corticosteroids", "vascular calcification").verdict
'contested'

A map of what the literature says, not medical advice.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # importing `typing` for it would double what `import kg` costs
if TYPE_CHECKING:
    from typing import Any

    from kg import errors
    from kg.graph import KnowledgeGraph, load, open
    from kg.model import Certificate, Claim, Edge, Entity, Mechanism, Path, Source, Step, Support, Trace

__version__ = "0.1.0"

__all__ = [
    "Certificate",
    "Claim",
    "Edge",
    "Entity",
    "KnowledgeGraph",
    "Mechanism",
    "Path",
    "Source",
    "Step",
    "Support",
    "Trace",
    "__version__",
    "errors",
    "load",
    "open",
]

_HOME = {"KnowledgeGraph": "kg.graph", "load": "kg.graph", "open": "kg.graph", "errors": "kg.errors"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import kg`` costs next to nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    module = importlib.import_module(_HOME.get(name, "kg.model"))
    value = module if name == "errors" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
