"""`RemoteGraph`: the questions of `kg.KnowledgeGraph` on data that lie elsewhere and are not read into memory.

For each question the part between its ends is pulled (`kg.remote.frontier`), and answered there by the same search
and with the same words as any graph. The certificate tells what was not pulled.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from kg.causal.search import Found
from kg.causal.trace import Question, answer
from kg.errors import NotFound, UnknownEntity, UsageError
from kg.graph import KnowledgeGraph, Name, Names
from kg.graph.partial import PartialGraph
from kg.large.graph import LISTED
from kg.model import Claim, Entity, Source, Trace
from kg.remote.client import Unanswered
from kg.remote.frontier import Engine, Limits, Pulled, pull
from kg.remote.names import bare
from kg.remote.narrowing import Narrowing
from kg.schema import Schema

if TYPE_CHECKING:
    from kg.large.report import Report
    from kg.sparql import Results

__all__ = ["Place", "RemoteGraph"]

ALIKE = 4
"""A name that is in no other is compared with those that have its first letters in them."""


class Place(Protocol):
    """Where a graph lies: a database of Parquet files, or an endpoint."""

    @property
    def origin(self) -> str:
        """Its name: the files, or the address."""
        ...

    @property
    def version(self) -> str:
        """What names the state of the data, as far as that can be told."""
        ...

    @property
    def schema(self) -> Schema:
        """The vocabulary that the data are read with."""
        ...

    def engine(
        self, sources: tuple[Entity, ...], targets: tuple[Entity, ...], definitions: bool, specialize: bool,
        narrowing: Narrowing, limits: Limits,
    ) -> AbstractContextManager[Engine]:  # fmt: skip
        """What grows the frontiers of one question; its tables go with it."""
        ...

    def candidates(self, text: str) -> KnowledgeGraph:
        """A graph without claims of the entities that may go by a name."""
        ...

    def known_as(self, text: str) -> str:
        """The name by which the candidates know what goes by a text."""
        ...

    def like(self, text: str) -> KnowledgeGraph:
        """A graph without claims of entities that have a text in one of their names."""
        ...

    def scope(self, filters: Mapping[str, Any]) -> list[str]:
        """A scope in words. Raises UsageError for filters and values that the data do not know."""
        ...

    def source(self, name: str) -> Source:
        """The source with this id. Raises NotFound."""
        ...

    def has_claim(self, name: str) -> bool:
        """Whether there is a claim with this id."""
        ...

    def sparql(self, text: str, limit: int | None, bindings: Mapping[str, Any]) -> Results:
        """The answer to a query. Raises UsageError where there is no SPARQL."""
        ...

    def report(self) -> Report:
        """How the predicates are read, counted over all the data."""
        ...

    @property
    def large(self) -> bool:
        """Whether a trace lists a few routes only, unless more are asked for."""
        ...

    @property
    def left_out(self) -> tuple[str, ...]:
        """What of the data no answer regards though it might have made routes, for the certificate."""
        ...

    def claims(self) -> int:
        """How many claims there are."""
        ...


class RemoteGraph(PartialGraph):
    """A graph on Parquet files or at a SPARQL endpoint: `trace`, `find`, `search`, `where`, `without`, `sparql`.

    Get one from `kg.open`. `pull` gives the part between two ends as a graph in memory, for all other questions;
    `limited` sets how much may be pulled. What needs everything at once is refused with a clear message.

    For a trace the part of the graph on walks of up to `max_steps` steps is pulled, and the routes are those of the
    whole graph. On tables of as many claims as make a `kg.large.LargeGraph` large, ``k=None`` means `LISTED` per arm
    there as here. Where a limit cut the pulling short, or an endpoint did not answer, the certificate names what is
    missing, its status is ``budget``, and `exhaustive_to` says up to which length no route is missing.
    """

    def __init__(self, place: Place, limits: Limits | None = None, narrowing: Narrowing | None = None) -> None:
        self._place = place
        self.limits = limits or Limits()
        self._narrowing = narrowing or Narrowing()
        self.filters = self._narrowing.words
        self._known: dict[str, Entity] = {}

    # --- questions ----------------------------------------------------------------------------------------------------

    @property
    def _listed(self) -> int | None:
        return LISTED if self._place.large else None

    def _answered(self, question: Question, filters: list[str], definitions: bool, specialize: bool) -> Trace:
        filters = [*self.filters, *self._place.left_out, *filters[len(self.filters) :]]
        try:
            pulled = self._pulled(question, definitions, specialize)
        except Unanswered as trouble:  # not even the names of the ends came
            return answer(question, Found(stopped=True), [*filters, str(trouble)], self.version)
        found = pulled.graph.trace(
            list(question.sources), list(question.targets), max_steps=question.max_steps, k=question.k,
            sign=question.sign, order=question.order, definitions=definitions, specialize=specialize,
            budget=question.budget,
        )  # fmt: skip
        return pulled.certified(found, filters, self.version)

    def pull(self, source: Names, target: Names, *, max_steps: int = 4) -> Pulled:
        """The part between two ends as a graph in memory, ready for all questions, with what was cut short.

        It holds every claim on two entities that are neighbors on a walk of up to `max_steps` steps. Raises what
        `trace` raises.
        """
        question = Question(self._resolve(source), self._resolve(target), max_steps=max_steps)
        return self._pulled(question, definitions=True, specialize=True)

    def _pulled(self, question: Question, definitions: bool, specialize: bool) -> Pulled:
        ends = question.sources, question.targets
        with self._place.engine(*ends, definitions, specialize, self._narrowing, self.limits) as engine:
            found = pull(engine, question.max_steps, self.limits)
        return Pulled(self._narrowing.of(found.graph), found.whole, found.cuts)

    def limited(self, **limits: Any) -> RemoteGraph:
        """The same graph with other limits on what is pulled; see `kg.remote.Limits`.

        Raises UsageError for a limit that there is not, or that is not above 0.
        """
        try:
            return RemoteGraph(self._place, Limits(**{**vars(self.limits), **limits}), self._narrowing)
        except TypeError:
            raise UsageError(f"Unknown limit. Use one of: {', '.join(vars(self.limits))}.") from None

    def where(self, *, drafts: bool = True, unstated: bool = False, **filters: Any) -> RemoteGraph:
        """A smaller graph: only claims inside a scope, by the filters that such data have elsewhere too.

        Nothing is asked yet but whether the values are known; they go along with each question. Raises UsageError.
        """
        sources = filters.pop("sources", None)
        listed = [sources] if isinstance(sources, str | Source) else sources
        works = None if listed is None else sorted({self._work(name) for name in listed})
        scope = {name: value for name, value in filters.items() if value is not None}
        scope |= {} if drafts else {"drafts": False}
        words = self._place.scope(scope)
        words += [] if works is None else [f"sources {', '.join(works) or 'none'}"]
        words += ["claims that do not say kept"] if words and unstated else []
        return self._narrower(self._narrowing.where({**scope, "unstated": unstated}, works, words))

    def _work(self, name: str | Source) -> str:
        try:
            return self.source(name).id
        except NotFound as error:
            raise UsageError(str(error)) from None

    def without(
        self,
        *entities: Name,
        sources: Iterable[str | Source] = (),
        claims: Iterable[str | Claim] = (),
        reports: bool = False,
    ) -> RemoteGraph:
        """A smaller graph: without these entities, sources or claims; see `kg.KnowledgeGraph.without`.

        Raises UnknownEntity, AmbiguousEntity, NotFound (source or claim).
        """
        gone = [self.entity(name).id for name in entities]
        works = [self.source(name).id for name in ([sources] if isinstance(sources, str | Source) else sources)]
        listed = [claims] if isinstance(claims, str | Claim) else claims
        dropped = [claim.id if isinstance(claim, Claim) else claim.removeprefix("claim:") for claim in listed]
        for name in dropped:
            if not self._place.has_claim(name):
                raise NotFound(f"No claim {name!r} in {self._place.origin}.")
        return self._narrower(self._narrowing.without(gone, works, dropped, reports))

    def _narrower(self, narrowing: Narrowing) -> RemoteGraph:
        return RemoteGraph(self._place, self.limits, narrowing)

    # --- names and contents -------------------------------------------------------------------------------------------

    def find(self, text: str) -> Entity:
        """The one entity that goes by an identifier, a label or a synonym; asked where the data lie.

        Case, blanks and marks do not count. Raises UnknownEntity with suggestions, AmbiguousEntity, UsageError for an
        empty name, FileProblem.
        """
        if text not in self._known:
            try:
                found = self._entity(text)
                self._known |= {text: found, found.id: found}
            except UnknownEntity:
                raise UnknownEntity(text.strip(), self.search(text, 5)) from None
        return self._known[text]

    def _entity(self, text: str) -> Entity:
        if not text.strip():
            raise UsageError("The name of an entity is empty. Give a label, a synonym or an identifier.")
        found = self._place.candidates(text.strip()).find(self._place.known_as(text.strip()))
        if found.id in self._narrowing.entities:
            raise UnknownEntity(text.strip())
        return found

    def search(self, text: str, limit: int = 10) -> list[Entity]:
        """Entities that have a text in one of their names, best first. Raises UsageError for limit < 1."""
        if limit < 1:
            raise UsageError(f"limit must be at least 1, not {limit}.")
        if not any(map(str.isalnum, text)):
            return []
        found = self._place.like(text).search(text, limit + len(self._narrowing.entities))
        found = found or self._place.like(bare(text)[:ALIKE]).search(text, limit + len(self._narrowing.entities))
        return [entity for entity in found if entity.id not in self._narrowing.entities][:limit]

    def entity_names(self) -> list[str]:
        """No names for completion: there may be too many of them."""
        return []

    def source(self, name: str | Source) -> Source:
        """The source with this id. Raises NotFound."""
        return self._place.source(name.id if isinstance(name, Source) else name)

    def sparql(self, text: str, limit: int | None = 10_000, **bindings: Any) -> Results:
        """Answer a SPARQL query at the endpoint; see `kg.KnowledgeGraph.sparql`. Filters do not narrow it.

        Raises QueryError also for SERVICE and for updates, which are refused; UsageError on Parquet files.
        """
        return self._place.sparql(text, limit, bindings)

    @property
    def schema(self) -> Schema:
        """The vocabulary that the data are read with: the shipped one."""
        return self._place.schema

    @property
    def report(self) -> Report:
        """How the predicates of foreign data are read, counted over all of them: one query. Raises UsageError where
        the data are claims in our own shape, FileProblem.
        """
        return self._place.report()

    @functools.cached_property
    def version(self) -> str:
        """What names the data: the address of an endpoint, or the files and a digest of their footers."""
        return self._place.version

    def __len__(self) -> int:
        """How many claims there are in all, whatever the filters; asked where the data lie."""
        return self._place.claims()

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        narrowed = f", {'; '.join(self.filters)}" if self.filters else ""
        return f"<RemoteGraph {self.version}{narrowed}>"

    def _repr_html_(self) -> str:
        from kg.draw import html

        rows = [("version", self.version), *(("filter", words) for words in self.filters)]
        return html.table(self._place.origin, rows)

    # --- what is not here ---------------------------------------------------------------------------------------------

    @property
    def _refusal(self) -> str:  # type: ignore[override]
        return (
            f"{self._place.origin} is asked question by question, not read into memory. Ask it for trace, find, "
            "search, where, without, sparql (an endpoint); else pull a part: graph.pull(source, target).graph."
        )

    @property
    def _lookup(self) -> NoReturn:
        self._refuse()
