"""A narrower graph as one value: what to keep and what to leave out, however it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph.knowledge import KnowledgeGraph

__all__ = ["Narrowing", "literal"]


_KEPT = ("species", "tissue", "design", "basis", "certainty", "population")


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
        stated = {name: value for name in _KEPT if (value := getattr(self, name))}
        return {**stated, **({"years": _years(self.years)} if self.years else {})}

    @property
    def options(self) -> list[str]:
        """The options of a command that ask for it."""
        return list(self._options())

    def _options(self) -> Iterator[str]:
        for name in (*_KEPT, "years", "no_drafts", "unstated", "without", "without_source"):
            value = {"no_drafts": not self.drafts, "unstated": self.unstated and bool(self.filters)}.get(name)
            value = getattr(self, name) if value is None else value
            option = f"--{name.replace('_', '-')}"
            if value is True:
                yield option
            elif value:
                yield from (word for each in ([value] if isinstance(value, str) else value) for word in (option, each))
        if self.reports and self.without_source:
            yield "--and-reports"

    @property
    def python(self) -> str:
        """What makes a graph so in Python: ``.where(species=["human"]).without("RANKL")``; empty where nothing does."""
        kept = self.filters
        kept |= {} if self.drafts else {"drafts": False}
        kept |= {"unstated": True} if self.unstated and self.filters else {}
        gone = [literal(name) for name in self.without]
        gone += [f"sources={literal(self.without_source)}"] if self.without_source else []
        gone += ["reports=True"] if self.reports and self.without_source else []
        where = f".where({', '.join(f'{name}={literal(value)}' for name, value in kept.items())})" if kept else ""
        return where + (f".without({', '.join(gone)})" if gone else "")

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.filters or not self.drafts or self.without or self.without_source)


def _years(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not all(year.isdecimal() and len(year) <= 4 for year in (first, last or first)):
        raise UsageError(f"The years {text!r} are no range. Write them as 2010-2020.")
    return int(first), int(last or first)


def literal(value: object) -> str:
    """A value as Python writes it, texts in double quotes where they hold none; several names as a list.

    >>> literal(("RANKL", "OPG"))
    '["RANKL", "OPG"]'
    """
    if isinstance(value, str):
        return f'"{value}"' if value.isprintable() and not {'"', "\\"} & set(value) else repr(value)
    if isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)
