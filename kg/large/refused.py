"""What a graph of KGX files does not answer, refused in plain words instead of failing somewhere inside."""

from __future__ import annotations

from typing import NoReturn

from kg.errors import UsageError
from kg.graph import KnowledgeGraph, Name

__all__ = ["WithoutRDF"]


class WithoutRDF(KnowledgeGraph):
    """A graph without RDF and without all its claims as objects: whatever is made from these raises UsageError."""

    def effects(self, agent: Name, *, max_steps: int = 4, budget: int = 0) -> NoReturn:  # noqa: ARG002
        """Refused: KGX files do not say which way a patient wants a condition to go."""
        self._refuse()

    def _network(self, definitions: bool, specialize: bool) -> NoReturn:  # noqa: ARG002
        self._refuse()

    @property
    def queries(self) -> NoReturn:
        """Refused: there is no RDF."""
        self._refuse()

    @property
    def dataset(self) -> NoReturn:
        """Refused: there is no RDF."""
        self._refuse()

    @property
    def _contents(self) -> NoReturn:  # type: ignore[override]
        self._refuse()

    @property
    def _whole(self) -> NoReturn:  # type: ignore[override]
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UsageError(
            "This is a graph of KGX files. It has no RDF and no list of all its claims in memory: ask it for trace, "
            "find, search, claims, where, without, and pictures of traces."
        )
