"""A narrower graph as one value: what to keep and what to leave out, however it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph.knowledge import KnowledgeGraph

__all__ = ["Narrowing"]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters of `KnowledgeGraph.where` and `KnowledgeGraph.without`, as the command line and addresses state them.

    `years` is written ``2010-2020``; `unstated` also keeps claims that do not say; `reports` takes second-hand reports
    of the sources left out with them. An empty one asks for nothing.

    >>> import kg
    >>> Narrowing(species=("human",), certainty="supported").of(kg.load()).filters[0]
    'species human'
    """

    species: tuple[str, ...] = ()
    tissue: tuple[str, ...] = ()
    design: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    certainty: str = ""
    population: str = ""
    years: str = ""
    unstated: bool = False
    drafts: bool = True
    without: tuple[str, ...] = ()
    without_source: tuple[str, ...] = ()
    reports: bool = False

    def of(self, graph: KnowledgeGraph) -> KnowledgeGraph:
        """The graph, narrowed; itself where nothing is asked.

        Raises UsageError for unknown values, UnknownEntity, AmbiguousEntity, NotFound for what is to be left out.
        """
        if filters := self.filters:
            graph = graph.where(drafts=self.drafts, unstated=self.unstated, **filters)
        elif not self.drafts:
            graph = graph.where(drafts=False)
        if self.without or self.without_source:
            graph = graph.without(*self.without, sources=self.without_source, reports=self.reports)
        return graph

    @property
    def filters(self) -> dict[str, Any]:
        """The arguments of `where` that are stated. Raises UsageError for years that are no range."""
        names = ("species", "tissue", "design", "basis", "certainty", "population")
        stated = {name: value for name in names if (value := getattr(self, name))}
        return {**stated, **({"years": _years(self.years)} if self.years else {})}

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.filters or not self.drafts or self.without or self.without_source)


def _years(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not all(year.isdecimal() and len(year) <= 4 for year in (first, last or first)):
        raise UsageError(f"The years {text!r} are no range. Write them as 2010-2020.")
    return int(first), int(last or first)
