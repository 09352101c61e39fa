"""What a graph holds and how it is named: entities, sources, claims, disputes; names to entities."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from kg.causal.disputes import contrasts
from kg.causal.interventions.elsewhere import Profile
from kg.causal.network import Network, edges
from kg.contents import Contents, read
from kg.errors import NotFound, UsageError
from kg.lookup import Lookup
from kg.model import Case, Claim, Dispute, Edge, Entity, Link, Losses, Source, StandingQuestion
from kg.schema import Schema
from kg.store import Dataset

__all__ = ["Catalogue", "Name", "Names"]

Name = str | Entity
Names = Name | Iterable[Name]


class Catalogue:
    """Entities, sources and claims with their names: what the questions are asked of."""

    def __init__(
        self,
        dataset: Dataset,
        contents: Contents | None = None,
        filters: Sequence[str] = (),
        report: Losses | None = None,
    ) -> None:
        self._whole = dataset
        self._contents = read(dataset) if contents is None else contents
        self._narrowed = contents is not None
        self.filters = tuple(filters)
        self._report = report
        self._networks: dict[tuple[bool, bool], Network] = {}
        self._profiles: dict[tuple[object, ...], Profile] = {}

    @property
    def report(self) -> Losses | None:
        """What was lost when the graph was read from a foreign file or joined to another; None if it is our own."""
        return self._report

    @property
    def entities(self) -> list[Entity]:
        """All entities, by id."""
        return list(self._contents.entities.values())

    @property
    def sources(self) -> list[Source]:
        """All sources, by id; in a narrowed graph too, since a source is known even when none of its claims is in."""
        return list(self._contents.sources.values())

    @property
    def cases(self) -> list[Case]:
        """The patients of case reports."""
        return list(self._contents.cases.values())

    @property
    def questions(self) -> list[StandingQuestion]:
        """The standing questions: traces that are asked again after every change of the data."""
        return list(self._contents.questions.values())

    @property
    def links(self) -> list[Link]:
        """The definitional links."""
        return list(self._contents.links)

    def links_on(self, name: Name) -> list[Link]:
        """The definitional links with this entity at one end. Raises UnknownEntity, AmbiguousEntity."""
        entity = self.entity(name)
        return [link for link in self._contents.links if entity in (link.source, link.target)]

    @property
    def edges(self) -> list[Edge]:
        """The live causal edges and associations: claims grouped by subject, predicate and object."""
        return edges(self._contents.claims.values())

    def claims(
        self,
        *,
        subject: Name | None = None,
        predicate: str | None = None,
        object: Name | None = None,  # noqa: A002 - the words of the data model
        source: str | Source | None = None,
    ) -> list[Claim]:
        """The claims that fit, null results and associations included, by id.

        Raises UnknownEntity, AmbiguousEntity, NotFound (source) or UsageError (predicate) for names that do not fit.
        """
        if predicate is not None and predicate not in self.schema.predicates:
            raise UsageError(f"Unknown predicate {predicate!r}. Use one of: {', '.join(self.schema.predicates)}.")
        ends = [None if end is None else self.entity(end) for end in (subject, object)]
        work = None if source is None else self.source(source)
        return [
            claim
            for claim in self._contents.claims.values()
            if (ends[0] is None or claim.subject == ends[0])
            and (predicate is None or claim.predicate == predicate)
            and (ends[1] is None or claim.object == ends[1])
            and (work is None or claim.source == work)
        ]

    def entity(self, name: Name) -> Entity:
        """The entity that goes by a name or id, as `find`; an Entity is looked up by its id."""
        return self.find(name.id if isinstance(name, Entity) else name)

    def claim(self, name: str) -> Claim:
        """The claim with this id, such as ``nazir-2015-32``. Raises NotFound."""
        found = self._contents.claims.get(name.removeprefix("claim:").rsplit("/", 1)[-1])
        if found is None:
            raise NotFound(f"No claim {name!r}. Claims go by their source and a number, such as nazir-2015-32.")
        return found

    def source(self, name: str | Source) -> Source:
        """The source with this slug, DOI, PMID or PMCID. Raises NotFound with the nearest slugs."""
        if isinstance(name, Source):
            name = name.id
        wanted = name.removeprefix("source:").rsplit(self.schema.prefixes["source"], 1)[-1]
        found = self._contents.sources.get(wanted)
        if found is None:
            ids = (
                s for s in self.sources if wanted.casefold() in (str(i).casefold() for i in (s.doi, s.pmid, s.pmcid))
            )
            found = next(ids, None)
        if found is None:
            import difflib

            near = difflib.get_close_matches(wanted, self._contents.sources, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else " Sources go by their slug, such as nazir-2015."
            raise NotFound(f"No source {name!r}.{hint}")
        return found

    def find(self, text: str) -> Entity:
        """The one entity that goes by a label, synonym, abbreviation, slug or identifier.

        Raises UnknownEntity with ``suggestions`` or AmbiguousEntity with ``candidates``.
        """
        return self._lookup.find(text)

    def search(self, text: str, limit: int = 10) -> list[Entity]:
        """Entities whose names are like a text, best first."""
        return self._lookup.search(text, limit)

    def entity_names(self) -> list[str]:
        """Every label and synonym, for completion."""
        return self._lookup.names()

    def disputes(self, about: Name | None = None) -> list[Dispute]:
        """Where the literature disagrees: the named contrast sets, then every further pair with opposite findings.

        A null result against an effect counts, and so does a finding on a kind against one on its class; see
        ``dispute.sides`` and ``dispute.differences``. `about` keeps those with a claim on this entity. Raises
        UnknownEntity, AmbiguousEntity.
        """
        parts = self._contents
        found = contrasts(parts.disputes.values(), parts.claims.values(), parts.links)
        if about is None:
            return found
        entity = self.entity(about)
        return [d for d in found if any(entity in (claim.subject, claim.object) for claim in d.claims)]

    def dispute(self, name: str) -> Dispute:
        """The dispute with this id or label, such as ``steroid-opg``. Raises NotFound."""
        wanted = name.strip().casefold().removeprefix("dispute:")
        found = next((d for d in self.disputes() if wanted in (d.id.casefold(), d.label.casefold())), None)
        if found is None:
            raise NotFound(f"No dispute {name!r}. `kg disputes` lists them.")
        return found

    @property
    def schema(self) -> Schema:
        """The vocabulary: predicates, links, kinds, values, prefixes."""
        return self._whole.schema

    @functools.cached_property
    def version(self) -> str:
        """Data version and the digest of the data it was loaded from: ``0.1.0 sha256:f1b3e866bdab``."""
        return f"{self.schema.version} sha256:{self._whole.digest[:12]}"

    @functools.cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._contents.entities)

    def _resolve(self, names: Names) -> tuple[Entity, ...]:
        listed = [names] if isinstance(names, str | Entity) else list(names)
        return tuple(dict.fromkeys(self.entity(name) for name in listed))

    def __len__(self) -> int:
        """How many claims it holds."""
        return len(self._contents.claims)

    def __repr__(self) -> str:
        narrowed = f", {'; '.join(self.filters)}" if self.filters else ""
        counts = f"{len(self)} claims, {len(self._contents.entities)} entities, {len(self._contents.sources)} sources"
        return f"<KnowledgeGraph {self.version}: {counts}{narrowed}>"

    def _repr_html_(self) -> str:
        from kg.draw import html

        rows = [
            ("claims", len(self)),
            ("entities", len(self._contents.entities)),
            ("sources", len(self._contents.sources)),
            ("version", self.version),
            *(("filter", words) for words in self.filters),
        ]
        return html.table(self.schema.title, rows)
