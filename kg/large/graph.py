r"""`LargeGraph`: the questions of `kg.KnowledgeGraph`, on arrays.

It holds tables, two masks and nothing per claim; entities, steps, claims and sources are made for what an answer shows.
Routes are found by `kg.causal.kernel`; what follows after the search (arms, mechanisms, verdict, certificate) is the
same code as on a small graph.

>>> from pathlib import Path
>>> _ = Path("toy_nodes.tsv").write_text("id\tname\tcategory\nA\tsteroid\tbiolink:Drug\nB\tbone\tbiolink:Cell\n")
>>> _ = Path("toy_edges.tsv").write_text("subject\tpredicate\tobject\nA\tbiolink:disrupts\tB\n")
>>> import kg
>>> graph = kg.open("toy_nodes.tsv", "toy_edges.tsv")
>>> print(graph.trace("steroid", "bone").decreasing[0])
steroid ⊣ bone
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kg.causal.disputes import contrasts
from kg.causal.kernel import Kernel
from kg.causal.kernel.engine import LARGE
from kg.causal.network import edges, to_networkx
from kg.causal.trace import Question, answer
from kg.errors import NotFound, UsageError
from kg.foreign import KIND_OF, Signs
from kg.graph import Name
from kg.graph.partial import PartialGraph
from kg.large.masks import arcs_kept
from kg.large.names import Names as Lookup
from kg.large.records import Entities, Records
from kg.large.report import Report
from kg.large.scope import claims_on, claims_that_fall, scoped
from kg.large.strengths import strengths
from kg.large.tables import Tables
from kg.model import Case, Claim, Dispute, Edge, Entity, Link, Source, StandingQuestion, Trace
from kg.schema import Schema

if TYPE_CHECKING:
    import networkx

    from kg.large.texts import Numbers

__all__ = ["LISTED", "MOST", "LargeGraph"]

LISTED = 10
"""So many routes per arm a trace lists on a large graph, unless another `k` is asked for."""
MOST = 200_000
"""The most claims of which a list, a networkx graph or a picture is made."""


class LargeGraph(PartialGraph):
    """A graph of two KGX files: `trace`, `where`, `without`, `find`, `search`, `claims` and pictures of traces.

    `report` tells how the files were read. There is no RDF, so no SPARQL; and what needs every claim at once (loops,
    gaps, effects, cases) is refused with a clear message. `network`, `edges` and `draw` work for up to `MOST` claims.

    Up to a million arcs a trace is the very one that a small graph gives. On larger ones there may be millions of
    routes: there ``k=None`` means `LISTED` per arm, and of routes that are equally long those first whose entities come
    first; within that choice they are ordered as always. With ``order="support"`` the k are exactly the best by the
    weakest step, then by length. The certificate says ``k reached`` where there are more.
    """

    _refusal = (
        "This is a graph of KGX files. It has no RDF and no list of all its claims in memory: ask it for trace, "
        "find, search, claims, where, without, and pictures of traces."
    )

    def __init__(
        self,
        tables: Tables,
        signs: Signs,
        keep: Numbers | None = None,
        present: Numbers | None = None,
        filters: Sequence[str] = (),
    ) -> None:
        self._tables, self._signs, self._keep, self._present = tables, signs, keep, present
        self._records = Records(tables, signs, keep)
        self._kernels: dict[tuple[bool, bool, bool], Kernel] = {}
        self.filters = tuple(filters)

    # --- contents -----------------------------------------------------------------------------------------------------

    @property
    def report(self) -> Report:
        """How the files were read: what predicates were read as, and what was lost or mended."""
        return self._tables.report

    @property
    def schema(self) -> Schema:
        """The vocabulary that the files are read with: the shipped one."""
        return self._signs.schema

    @functools.cached_property
    def version(self) -> str:
        """The digest of the two files and of the table that they were read with: ``kgx blake2b:f1b3e866bdab``."""
        return f"kgx blake2b:{self._tables.digest[:12]}"

    @property
    def entities(self) -> list[Entity]:
        """The entities, by id: made one by one, and counted without being made."""
        return Entities(self._records, self._numbers)  # type: ignore[return-value]

    @functools.cached_property
    def _numbers(self) -> Numbers:
        import numpy as np

        return np.arange(len(self._tables.nodes.ids)) if self._present is None else np.flatnonzero(self._present)

    @property
    def sources(self) -> list[Source]:
        """The knowledge sources that rows name, by id; not the publications, of which there may be millions."""
        column = self._tables.statements.columns.get("primary_knowledge_source")
        return [self._records.source(name) for name in column.values if name] if column else []

    @property
    def cases(self) -> list[Case]:
        """None: KGX files have no patients."""
        return []

    @property
    def questions(self) -> list[StandingQuestion]:
        """None: KGX files have no standing questions."""
        return []

    @property
    def links(self) -> list[Link]:
        """The definitional links (a kind of). Raises UsageError if there are more than `MOST`."""
        statements = self._tables.statements
        first = statements.first[statements.group[statements.first] == KIND_OF]
        self._bounded(len(first), "definitional links")
        return self._linked(first.tolist())

    def links_on(self, name: Name) -> list[Link]:
        """The definitional links with this entity at one end. Raises UnknownEntity, AmbiguousEntity."""
        number, group = self._records.number(self.entity(name)), self._tables.statements.group
        places = {*self._places(number, None), *self._places(None, number)}
        return self._linked(sorted(place for place in places if group[place] == KIND_OF))

    def _linked(self, places: Iterable[int]) -> list[Link]:
        """The links at some places of the order of statements, each once."""
        targets = self._tables.statements.object
        ends = dict.fromkeys((self._records.subject(place), int(targets[place])) for place in places)
        return [
            Link(self._records.entity(a), "broader", self._records.entity(b), 1, False)
            for a, b in ends
            if self._there(a) and self._there(b)
        ]

    @property
    def edges(self) -> list[Edge]:
        """The live causal edges and associations. Raises UsageError if there are more than `MOST` claims."""
        return edges(self.claims())

    def claims(
        self,
        *,
        subject: Name | None = None,
        predicate: str | None = None,
        object: Name | None = None,  # noqa: A002 - the words of the data model
        source: str | Source | None = None,
    ) -> list[Claim]:
        """The claims that fit, in the order of the file. Raises UsageError if that may be more than `MOST`."""
        if predicate is not None and predicate not in {s.meaning.predicate for s in self._tables.statements.meanings}:
            known = ", ".join(self.schema.predicates)
            if predicate not in self.schema.predicates:
                raise UsageError(f"Unknown predicate {predicate!r}. Use one of: {known}.")
            return []
        work = None if source is None else self.source(source)
        places = self._places(
            *(None if end is None else self._records.number(self.entity(end)) for end in (subject, object))
        )
        self._bounded(len(places), "claims")
        return [
            claim
            for claim in self._records.claims(places)
            if (predicate is None or claim.predicate == predicate)
            and (work is None or claim.source == work or work in claim.cites)
        ]

    def _places(self, subject: int | None, target: int | None) -> Sequence[int]:
        """The places of the statements with these ends."""
        statements = self._tables.statements
        if subject is not None and target is not None:
            return self._records.pair(subject, target)
        if subject is not None:
            return range(int(statements.start[subject]), int(statements.start[subject + 1]))
        if target is not None:
            found: list[int] = (statements.object == target).nonzero()[0].tolist()
            return found
        return range(len(statements.row))

    def _bounded(self, count: int, what: str) -> None:
        if count > MOST:
            raise UsageError(f"{count:,} {what} are too many to list (at most {MOST:,}). Name an entity, or trace.")

    def claim(self, name: str) -> Claim:
        """The claim of a row of the file of edges, such as ``edge-17``. Raises NotFound."""
        number = name.removeprefix("edge-")
        rows = self._tables.statements.row
        found = (rows == int(number) - 1).nonzero()[0].tolist() if number.isdecimal() else []
        for claim in self._records.claims(found):
            return claim
        raise NotFound(f"No claim {name!r}. Claims go by the number of their row, such as edge-17.")

    def source(self, name: str | Source) -> Source:
        """The knowledge source or publication with this identifier. Raises NotFound if no row names it."""
        name = name.id if isinstance(name, Source) else name
        try:
            claims_that_fall(self._records, [name])
        except UsageError as error:
            raise NotFound(str(error)) from None
        return self._records.source(name)

    def disputes(self, about: Name | None = None) -> list[Dispute]:
        """Where findings are opposite, at all or about an entity. Raises UsageError for more than `MOST` claims."""
        found = contrasts((), self.claims(), self.links)
        entity = None if about is None else self.entity(about)
        return [d for d in found if entity is None or any(entity in (c.subject, c.object) for c in d.claims)]

    def dispute(self, name: str) -> Dispute:
        """The dispute with this id, such as ``CHEBI:1~HGNC:3``. Raises NotFound, also for more than `MOST` claims."""
        if len(self) > MOST:
            raise NotFound(f"No dispute {name!r}: {len(self):,} claims are too many to look for disputes.")
        return super().dispute(name)

    # --- questions ----------------------------------------------------------------------------------------------------

    @property
    def _large(self) -> bool:
        return self._tables.arrays.arcs >= LARGE

    @property
    def _listed(self) -> int | None:
        return LISTED if self._large else None

    def _answered(self, question: Question, filters: list[str], definitions: bool, specialize: bool) -> Trace:
        by_support = question.order == "support" and self._large
        routes = self._kernel(definitions, specialize, by_support).search(
            [self._records.number(entity) for entity in question.sources],
            [self._records.number(entity) for entity in question.targets],
            question.max_steps,
            k=None if question.order == "support" and not self._large else question.k,
            order=question.order if by_support else "steps",
            whole=not self._large,
            budget=question.budget,
        )
        answered = answer(question, routes.found(self._records.step), filters, self.version)
        return dataclasses.replace(answered, beside=self._beside(question))

    def _beside(self, question: Question) -> tuple[Claim, ...]:
        numbers = [[self._records.number(e) for e in side] for side in (question.sources, question.targets)]
        return tuple(claim for a in numbers[0] for b in numbers[1] for claim in self._records.beside(a, b))

    def _kernel(self, definitions: bool, specialize: bool, by_support: bool) -> Kernel:
        key = (definitions, specialize, by_support)
        if key not in self._kernels:
            arrays = self._tables.arrays
            if by_support:
                arrays = dataclasses.replace(arrays, out_strength=strengths(self._records))
            self._kernels[key] = Kernel(
                arrays, definitions=definitions, specialize=specialize, arcs=self._arcs, entities=self._present
            )
        return self._kernels[key]

    @functools.cached_property
    def _arcs(self) -> Numbers:
        return arcs_kept(self._tables, self._keep, self._present)

    def where(self, *, drafts: bool = True, unstated: bool = False, **filters: Any) -> LargeGraph:  # noqa: ARG002
        """A smaller graph: only claims inside a scope. KGX files state species, tissue, certainty, basis and sources.

        A value may be ours (``human``) or the file's own (``NCBITaxon:7955``). There are no drafts in KGX files. Raises
        UsageError for other filters and for unknown values. O(edges); nothing is copied but a mask.
        """
        keep, words = scoped(self._records, filters, unstated)
        return self._narrower(keep if self._keep is None else keep & self._keep, self._present, words)

    def without(
        self,
        *entities: Name,
        sources: Iterable[str | Source] = (),
        claims: Iterable[str | Claim] = (),
        reports: bool = False,  # noqa: ARG002 - rows are reports; see the docstring
    ) -> LargeGraph:
        """A smaller graph: without these entities, knowledge sources or publications, or claims.

        A row that cites publications is a report of them: it goes once all that it cites are gone, whatever `reports`
        says. Raises UnknownEntity, AmbiguousEntity, NotFound.
        """
        import numpy as np

        gone = {self._records.number(self.entity(name)) for name in entities}
        works = [self.source(name).id for name in ([sources] if isinstance(sources, str | Source) else sources)]
        listed = [claims] if isinstance(claims, str | Claim) else claims
        dropped = [self.claim(c.id if isinstance(c, Claim) else c).id for c in listed]
        keep = np.ones(len(self._tables.statements.meaning), np.uint8) if self._keep is None else self._keep.copy()
        present = self._present
        if gone:
            present = np.ones(len(self._tables.nodes.ids), np.uint8) if present is None else present.copy()
            present[list(gone)] = 0
            keep[claims_on(self._records, gone)] = 0
        if works:
            keep[claims_that_fall(self._records, works)] = 0
        keep[[int(name.removeprefix("edge-")) - 1 for name in dropped]] = 0
        names = sorted(self._tables.nodes.ids[number] for number in gone)
        return self._narrower(keep, present, [f"without {n}" for n in (*names, *sorted(works), *sorted(dropped))])

    def _narrower(self, keep: Numbers, present: Numbers | None, words: Sequence[str]) -> LargeGraph:
        smaller = LargeGraph(self._tables, self._signs, keep, present)
        count = f"keeping {len(smaller):,} of {len(self):,} claims"
        smaller.filters = (*self.filters, *words[:-1], *(f"{word} ({count})" for word in words[-1:]))
        return smaller

    # --- views --------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def network(self) -> networkx.MultiDiGraph[str]:
        """The causal edges and links as a networkx graph. Raises UsageError if there are more than `MOST` claims."""
        return to_networkx(self.entities, self.claims(), self.links)

    @functools.cached_property
    def _lookup(self) -> Any:
        return Lookup(self._tables.nodes.ids, self._tables.nodes.index, self._records.entity, self._there)

    def _there(self, number: int) -> bool:
        return self._present is None or bool(self._present[number])

    @functools.cached_property
    def _size(self) -> int:
        statements = self._tables.statements
        claims = statements.group != KIND_OF
        return int((claims if self._keep is None else claims & (self._keep[statements.row] != 0)).sum())

    def __len__(self) -> int:
        """How many claims it holds."""
        return self._size

    def __repr__(self) -> str:
        narrowed = f", {'; '.join(self.filters)}" if self.filters else ""
        return f"<LargeGraph {self.version}: {len(self):,} claims, {len(self._numbers):,} entities{narrowed}>"

    def _repr_html_(self) -> str:
        from kg.draw import html

        rows = [
            ("claims", len(self)),
            ("entities", len(self._numbers)),
            ("version", self.version),
            *(("read", line.strip()) for line in str(self.report).splitlines()),
            *(("filter", words) for words in self.filters),
        ]
        return html.table(", ".join(self._tables.files), rows)
