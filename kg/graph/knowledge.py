"""`KnowledgeGraph`, the one object a user holds. Thin: each method hands over to the module that knows how."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from kg.causal.network import to_networkx
from kg.causal.routes import leaning
from kg.causal.scope import Scope
from kg.errors import AmbiguousEntity, NotFound, UsageError
from kg.model import Claim, Entity, Source, Trace
from kg.schema import ontology_folder
from kg.store import Dataset

if TYPE_CHECKING:
    import networkx

    from kg.exchange import Content, LossReport
    from kg.sparql import NamedQuery, Results

from kg.graph.catalogue import Name
from kg.graph.judgements import Judgements

__all__ = ["KnowledgeGraph"]


class KnowledgeGraph(Judgements):
    """Entities, sources and claims, and the questions one can ask of them.

    Get one from `kg.load` or `kg.open`. `where` and `without` give smaller graphs with the same methods; a graph
    never changes.

    >>> import kg
    >>> graph = kg.load()
    >>> trace = graph.trace("corticosteroids", "vascular calcification")
    >>> trace.verdict
    'contested'
    >>> print(trace.increasing[1])
    corticosteroid ⊣ osteoprotegerin ⊣ vascular calcification
    """

    def where(self, *, drafts: bool = True, unstated: bool = False, **filters: Any) -> KnowledgeGraph:
        """A smaller graph: only claims inside a scope.

        Filters: `species`, `tissue`, `design`, `basis` (a value or several), `certainty` (at least that),
        `population` (a text in it), `sources` (slugs), `years` (from, to). ``unstated=True`` also keeps claims that
        do not say; ``drafts=False`` drops claims that one reader only has seen. Raises UsageError for unknown values.
        """
        known = self._contents.sources
        try:
            scope = Scope.of(self.schema, drafts=drafts, unstated=unstated, known_sources=known, **filters)
        except TypeError as error:
            name = str(error).rsplit("'", 2)[-2] if "'" in str(error) else str(error)
            names = "species, tissue, population, certainty, design, basis, sources, years, drafts, unstated"
            raise UsageError(f"Unknown filter {name!r}. Use one of: {names}.") from None
        kept = [claim for claim in self._contents.claims.values() if scope.keeps(claim)]
        return self._smaller(kept, self._contents.entities, scope.describe())

    def without(
        self,
        *entities: Name,
        sources: Iterable[str | Source] = (),
        claims: Iterable[str | Claim] = (),
        reports: bool = False,
    ) -> KnowledgeGraph:
        """A smaller graph: without these entities (and every claim and link on them), sources or claims.

        Without a source means without its own claims, as if it had never been loaded. What other papers report of it
        second hand stays, unless ``reports=True``: then the reports that cite nothing but these sources go as well.
        Raises UnknownEntity, AmbiguousEntity, NotFound (source or claim).
        """
        gone = {self.entity(name).id for name in entities}
        works = {self.source(name) for name in ([sources] if isinstance(sources, str | Source) else sources)}
        listed = [claims] if isinstance(claims, str | Claim) else claims
        dropped = {self.claim(name.id if isinstance(name, Claim) else name).id for name in listed}
        fallen = set(leaning(self._contents.claims.values(), *works)) if reports else set()
        kept = [
            claim
            for claim in self._contents.claims.values()
            if not {claim.subject.id, claim.object.id} & gone
            and claim.source not in works
            and claim.id not in dropped
            and claim not in fallen
        ]
        left = {name: entity for name, entity in self._contents.entities.items() if name not in gone}
        slugs = sorted(work.id for work in works)
        cited = [f"reports that cite nothing but {' and '.join(slugs)}"] if reports and works else []
        words = [f"without {name}" for name in (*sorted(gone), *slugs, *cited, *sorted(dropped))]
        return self._smaller(kept, left, words)

    def _smaller(self, claims: list[Claim], entities: Mapping[str, Entity], words: Sequence[str]) -> KnowledgeGraph:
        count = f"keeping {len(claims)} of {len(self._contents.claims)} claims"
        filters = [*self.filters, *words[:-1], *(f"{word} ({count})" for word in words[-1:])]
        smaller = KnowledgeGraph(self._whole, self._contents.narrowed(claims, entities), filters, self._report)
        smaller._before = self
        return smaller

    _before: KnowledgeGraph | None = None

    def find(self, text: str) -> Entity:
        """The one entity that goes by a label, synonym, abbreviation, slug or identifier.

        Raises UnknownEntity with ``suggestions``, AmbiguousEntity with ``candidates``, or UsageError for an entity that
        was left out: its name means nothing else in a narrowed graph.

        >>> import kg
        >>> kg.load().without("OPG").find("OPG")
        Traceback (most recent call last):
            ...
        kg.errors.UsageError: osteoprotegerin is left out of this graph, so nothing can be asked of it.
        """
        meant = self._meant(text) if self._before is not None else None
        if meant and meant.id not in self._contents.entities:
            raise UsageError(f"{meant.label} is left out of this graph, so nothing can be asked of it.")
        return super().find(text)

    def _meant(self, text: str) -> Entity | None:
        """The entity that a name means before anything was left out; None if it means none, or several."""
        try:
            return self._lookup.named(text) if self._before is None else self._before._meant(text)
        except AmbiguousEntity:
            return None

    def sparql(self, text: str, limit: int | None = 10_000, **bindings: Any) -> Results:
        """Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE) over the union of all graphs, or those in FROM.

        Prefixes are predeclared (``entity:``, ``ckg:``, ``claim:``, ``source:``, ``skos:``, ...). `bindings` are put
        in as terms, never as text. At most `limit` rows are returned; ``truncated`` says whether there were more.
        Raises QueryError with line and column, also for SERVICE and for updates, which are refused.
        """
        from kg.sparql import run

        return run(self.dataset.store, text, prefixes=self.schema.prefixes, limit=limit, bindings=bindings)

    @functools.cached_property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The named queries, by name."""
        from kg.sparql import read_queries

        folder = self._whole.folder
        own = folder / "queries" if folder else None
        return read_queries(own if own and own.is_dir() else ontology_folder() / "queries")

    def query(self, name: str, limit: int | None = 10_000, **parameters: Any) -> Results:
        """Run a named query; parameters that name entities or sources are looked up like everywhere else.

        Raises NotFound for an unknown query, UsageError for an unknown parameter.
        """
        from kg.sparql import run_named

        queries = self.queries
        if name not in queries:
            raise NotFound(f"No query {name!r}. There are: {', '.join(sorted(queries))}.")
        resolve = {"entity": self.entity, "source": self.source}
        kinds = {parameter.name: parameter.kind for parameter in queries[name].parameters}
        values = {key: resolve.get(kinds.get(key, ""), lambda v: v)(value) for key, value in parameters.items()}
        return run_named(self.dataset.store, queries[name], values, prefixes=self.schema.prefixes, limit=limit)

    @functools.cached_property
    def network(self) -> networkx.MultiDiGraph[str]:
        """The causal edges and definitional links as a networkx.MultiDiGraph, ready for any of its algorithms.

        Nodes are entity ids, edge keys the predicate or the link; edge attributes `kind`, `sign`, `claims`,
        `support`. Associations and null results are not in it.
        """
        return to_networkx(self.entities, list(self._contents.claims.values()), self._contents.links)

    def draw(self, path: str | FilePath | None = None, **options: Any) -> str:
        """Draw the causal edges: the most connected part, up to the cap that the picture states. See `kg.draw.draw`."""
        from kg.draw import draw

        causal = [edge for edge in self.edges if edge.claims[0].causal]
        return draw(causal, path, **{"version": self.version, **options})

    def to_rdflib(self) -> Any:
        """The whole dataset as an rdflib.Dataset with the same named graphs, for tools that speak rdflib."""
        import io

        import rdflib
        from pyoxigraph import RdfFormat

        buffer = io.BytesIO()
        self.dataset.store.dump(buffer, RdfFormat.N_QUADS)
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=buffer.getvalue(), format="nquads")
        for prefix, namespace in self.schema.prefixes.items():
            dataset.bind(prefix, namespace)
        return dataset

    def within(self, trace: Trace) -> KnowledgeGraph:
        """A smaller graph: the entities, claims and definitional links on the routes of an answer, and what contradicts
        them or is said of the very pair. Exported, it is laid out as the picture of the answer is.
        """
        steps = {
            step for paths in (trace.increasing, trace.decreasing, trace.unsigned) for p in paths for step in p.steps
        }
        ends = {entity for step in steps for entity in (step.source, step.target)} | {*trace.sources, *trace.targets}
        said = {claim for step in steps for claim in (*step.claims, *step.against)} | set(trace.beside)
        kept = [claim for claim in self._contents.claims.values() if claim in said]
        entities = {name: entity for name, entity in self._contents.entities.items() if entity in ends}
        words = [f"the routes from {_labels(trace.sources)} to {_labels(trace.targets)}"]
        smaller = self._smaller(kept, entities, words)
        smaller._answer = trace
        return smaller

    _answer: Trace | None = None

    def export(self, path: str | FilePath, format: str | None = None, *, force: bool = False) -> LossReport:  # noqa: A002
        """Write the graph for another program, in the format that the ending tells or that is named (`kg formats`).

        Gives the loss report: what the file holds and what the format cannot hold. Refuted claims and null results
        never become plain causal edges. Raises UsageError for an unknown format, FileProblem if a file exists and
        `force` is not set, or it cannot be written.

        >>> import kg, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     report = kg.load().export(f"{folder}/graph.graphml")
        ...     kg.open(f"{folder}/graph.graphml").trace("warfarin", "calciphylaxis").verdict
        'increases'
        >>> report.losses[0].what
        'facts of cases'
        """
        from kg.exchange import write_file

        return write_file(self._content, path, format, force=force)

    @property
    def _content(self) -> Content:
        from kg.exchange import Content

        parts = self._contents
        asked = [q for q in self.questions if {q.source.id, q.target.id} <= parts.entities.keys()]
        return Content(
            self.schema, self.version, self.entities, self.sources, list(parts.claims.values()), parts.links,
            list(parts.disputes.values()), self.cases, asked, parts.terms, lambda: self.dataset, self._answer,
        )  # fmt: skip

    def merge(self, other: KnowledgeGraph) -> KnowledgeGraph:
        """The graph with a foreign one joined to it through shared identifiers; see `kg.exchange.merge`.

        What is foreign stays marked by its origin in every claim and step. `report` of the new graph tells which
        entities and publications met, which only have the same name, and what was left out. Raises UsageError for a
        graph whose claims are not all in memory.
        """
        from kg.exchange.merge import merge

        dataset, merger = merge((self.dataset, self._contents), (other.dataset, other._contents))
        return KnowledgeGraph(dataset, report=merger)

    def save(self, location: str | FilePath, *, force: bool = False) -> None:
        """Write an on-disk store that `kg.open` reads; the old one stays, and is read, until the new one is whole.

        Raises FileProblem if something is there and not `force`, or if another process is writing it.
        """
        self.dataset.save(location, force=force)

    @functools.cached_property
    def dataset(self) -> Dataset:
        """The RDF dataset behind the graph; of a narrowed graph one with fewer claims, derived anew."""
        if not self._narrowed:
            return self._whole
        kept = {claim.iri for claim in self._contents.claims.values()}
        return self._whole.subset(kept, {entity.iri for entity in self.entities})


def _labels(entities: Iterable[Entity]) -> str:
    return " or ".join(entity.label for entity in entities)
