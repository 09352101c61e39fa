"""Graphs whose claims are not all here as objects and RDF: what is made from these is refused in plain words."""

from __future__ import annotations

from typing import NoReturn

from kg.errors import UsageError
from kg.graph.catalogue import Name
from kg.graph.knowledge import KnowledgeGraph

__all__ = ["PartialGraph"]


class PartialGraph(KnowledgeGraph):
    """A graph that answers traces and names; whatever needs all claims at once, or RDF, raises UsageError.

    Who inherits says in `_refusal` why, and what to do instead.
    """

    _refusal: str

    def _refuse(self) -> NoReturn:
        raise UsageError(self._refusal)

    def effects(self, agent: Name, *, max_steps: int = 4, budget: int = 0) -> NoReturn:  # noqa: ARG002
        """Refused: these data do not say which way a patient wants a condition to go."""
        self._refuse()

    def _network(self, definitions: bool, specialize: bool) -> NoReturn:  # noqa: ARG002
        self._refuse()

    @property
    def queries(self) -> NoReturn:
        """Refused: the named queries are written for RDF of ours as a whole."""
        self._refuse()

    @property
    def dataset(self) -> NoReturn:
        """Refused: there is no RDF here."""
        self._refuse()

    @property
    def _contents(self) -> NoReturn:  # type: ignore[override]
        self._refuse()

    @property
    def _whole(self) -> NoReturn:  # type: ignore[override]
        self._refuse()
