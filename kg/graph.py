"""`KnowledgeGraph`, the one object a user holds. Thin: each method hands over to the module that knows how."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from kg.causal.cutting import Outcome, cut
from kg.causal.disputes import contrasts
from kg.causal.effects import Effects, effects
from kg.causal.elsewhere import Profile, profile
from kg.causal.gaps import Gap, gaps
from kg.causal.interventions import By, Interventions, interventions
from kg.causal.loops import FeedForward, Loops, feed_forward, loops
from kg.causal.members import Agents, agents
from kg.causal.network import Network, edges, to_networkx
from kg.causal.replay import TRIED, Replay, StandingAnswer, replay
from kg.causal.routes import leaning
from kg.causal.scope import Scope
from kg.causal.state import State
from kg.causal.trace import Question, trace
from kg.contents import Contents, read
from kg.errors import AmbiguousEntity, NotFound, UsageError
from kg.lookup import Lookup
from kg.model import ARMS, Case, Certificate, Claim, Dispute, Edge, Entity, Link, Source, StandingQuestion, Trace
from kg.schema import Schema, ontology_folder
from kg.store import Dataset

if TYPE_CHECKING:
    import networkx

    from kg.cases import Export
    from kg.causal.cases import Explanation
    from kg.sparql import NamedQuery, Results

__all__ = ["KnowledgeGraph", "load", "open"]

Name = str | Entity
Names = Name | Iterable[Name]


def load() -> KnowledgeGraph:
    """The knowledge graph that ships with the package.

    >>> import kg
    >>> graph = kg.load()
    >>> graph.find("OPG").label
    'osteoprotegerin'
    """
    return KnowledgeGraph(Dataset.load(ontology_folder()))


def open(  # noqa: A001 - the public name is kg.open
    location: str | FilePath, *more: str | FilePath, unmapped: str | None = None, engine: str | None = None
) -> KnowledgeGraph:
    """A knowledge graph of your own: a folder of Turtle laid out like ``ontology/``, a store that `save` wrote, a
    release that ``kg release`` wrote, or two KGX files (``kg.open("nodes.tsv", "edges.tsv")``; .jsonl and .gz too).

    Data that lie elsewhere, or are too large for memory, are asked question by question: a SPARQL 1.1 endpoint
    (``kg.open("http://localhost:7878/query")``), or KGX edges in Parquet (``kg.open("edges.parquet")``, with
    ``"nodes.parquet"`` where there are names; folders of such files too). DuckDB reads these here, or the Spark cluster
    that `engine` names (``engine="spark://host:7077"``). See `kg.remote.graph.RemoteGraph`.

    Of two KGX files that are named alike one will do, or the folder that holds them. Predicates of theirs that
    ``ontology/foreign.ttl`` does not have are read as ``affects``, or left out with ``unmapped="left out"``;
    `kg.large.LargeGraph.report` counts them.

    Of a folder, a release and also a store, all claims are read into memory: some 5 kB and 0.2 ms for each of them.
    SPARQL on a store that is too large for that: ``kg.store.Dataset.open(location).store.query(...)``.

    Raises FileProblem if it cannot be read and InvalidData if it breaks a rule; then nothing is loaded.
    """
    from kg.large import is_kgx, open_kgx
    from kg.remote import is_remote, open_remote

    if is_remote(location, *more):
        return open_remote(location, *more, engine=engine, unmapped=unmapped or "unsigned")
    if engine is not None:
        raise UsageError(f"engine says what reads Parquet files; {location} is none.")
    if is_kgx(location, *more):
        return open_kgx(location, *more, unmapped=unmapped or "unsigned")
    if unmapped is not None:
        raise UsageError(f"unmapped says how KGX files are read; {location} is none.")
    if more:
        raise UsageError("kg.open takes one folder or store; several files are not read yet.")
    return KnowledgeGraph(Dataset.at(location))


class KnowledgeGraph:
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

    def __init__(
        self,
        dataset: Dataset,
        contents: Contents | None = None,
        filters: Sequence[str] = (),
    ) -> None:
        self._whole = dataset
        self._contents = read(dataset) if contents is None else contents
        self._narrowed = contents is not None
        self.filters = tuple(filters)
        self._networks: dict[tuple[bool, bool], Network] = {}
        self._profiles: dict[tuple[object, ...], Profile] = {}

    # --- contents -------------------------------------------------------------------------------------------------

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

    # --- questions ------------------------------------------------------------------------------------------------

    def trace(
        self,
        source: Names,
        target: Names,
        *,
        max_steps: int = 4,
        k: int | None = None,
        sign: int | None = None,
        order: str = "steps",
        definitions: bool = True,
        specialize: bool = True,
        budget: int = 5_000_000,
    ) -> Trace:
        """All routes from source to target that visit no entity twice, in two arms, with verdict and certificate.

        `source` and `target` are names or entities, or lists of them. `max_steps` bounds the length, `k` the routes
        listed per arm, `sign` lists one arm only (the verdict still regards both). `order` is ``"steps"`` (length,
        generalizations, support, names) or ``"support"`` (support first). `definitions` and `specialize` switch off
        definitional steps and kinds of the source. `budget` bounds the arcs touched; a search that stops there says
        so in its certificate and never claims that there is no path.

        Raises UnknownEntity, AmbiguousEntity, UsageError. Exponential in `max_steps` at worst.
        """
        question = Question(
            self._resolve(source),
            self._resolve(target),
            max_steps=max_steps,
            k=k,
            sign=sign,
            order=order,
            budget=budget,
        )
        off = [name for name, on in (("definitions", definitions), ("specializations", specialize)) if not on]
        filters = [*self.filters, *(f"without {name}" for name in off)]
        answer = trace(self._network(definitions, specialize), question, filters, self.version)
        return dataclasses.replace(answer, beside=self._beside(question))

    def _beside(self, question: Question) -> tuple[Claim, ...]:
        """What is said of the very pairs asked, but makes no route: null results and associations."""
        return tuple(
            claim
            for claim in self._contents.claims.values()
            if claim.subject in question.sources
            and claim.object in question.targets
            and claim.live
            and (claim.null or not claim.causal)
        )

    def verdicts(self) -> dict[str, str]:
        """The verdict of each standing question, by its id; ``gone`` where an end is not in this graph."""
        return {answer.question.id: answer.verdict for answer in self.answers()}

    def answers(self) -> list[StandingAnswer]:
        """The standing questions with their verdicts, routes per arm and certificates, by id.

        >>> import kg
        >>> print(kg.load().answers()[0])
        Does calciphylaxis lead to skin necrosis? increases (3 increasing, 0 decreasing, 0 unsigned)
        """
        return [StandingAnswer.of(question, self._standing.get(question.id)) for question in self.questions]

    def replay(self, other: KnowledgeGraph, *, renamed: Mapping[str, str] | None = None, most: int = TRIED) -> Replay:
        """The standing questions before and after: asked of this graph and of another, and what turned each verdict.

        The other may be this graph without a paper that was retracted, or in a scope; or a graph of other data.
        `without` says what a source takes with it. `renamed` gives the new ids of claims of this graph that were only
        renumbered. For each changed verdict at most `most` single changes are tried.

        >>> import kg
        >>> graph = kg.load()
        >>> replay = graph.replay(graph.without(sources=["nazir-2015"]))
        >>> print(len(replay.changed), "of", len(replay.questions), "change, such as", replay.changed[-1].question)
        3 of 17 change, such as thiosulfate-calciphylaxis
        >>> replay.changed[-1].before, replay.changed[-1].after, replay.changed[-1].emptied
        ('contested', 'decreases', ('increasing',))
        >>> replay.changed[-1].why
        'turned by claim nazir-2015-48 (removed) alone'
        """
        return replay(self._state.renamed(renamed or {}), other._state, most)

    @functools.cached_property
    def _state(self) -> State:
        """What the answers to standing questions follow from."""
        parts, claims = self._contents, tuple(self._contents.claims.values())
        network = self._network(definitions=True, specialize=True)
        return State(parts.entities, claims, parts.links, self.questions, network, self.filters, self.version)

    def effects(self, agent: Name, *, max_steps: int = 4, budget: int = 5_000_000) -> Effects:
        """Everything an agent raises and lowers: the good beside the harm, and what it had no effect on.

        Conditions are the entities of which the ontology says which way a patient wants them to go; each is judged by
        a trace of up to `max_steps` steps, with `budget` for each. Raises UnknownEntity, AmbiguousEntity, UsageError.
        """
        entity = self.entity(agent)
        conditions = [other for other in self.entities if other.wanted and other != entity]
        traces = {other: self.trace(entity, other, max_steps=max_steps, budget=budget) for other in conditions}
        return effects(entity, self.claims(subject=entity), traces, self._unsearched(max_steps), self._kinds)

    def _unsearched(self, max_steps: int) -> Certificate:
        """The certificate of an answer that needed no search."""
        none = dict.fromkeys(ARMS, 0)
        return Certificate("complete", max_steps, max_steps, none, self.filters, 0, self.version)

    @functools.cached_property
    def _kinds(self) -> dict[Entity, set[Entity]]:
        """The kinds of each entity, of any depth."""
        network = self._network(definitions=True, specialize=True)
        return {
            entity: {step.target for _, step in kinds if step.link == "broader"}
            for entity, kinds in zip(network.entities, network.kinds, strict=True)
        }

    def loops(self, max_steps: int = 4, *, definitions: bool = True, budget: int = 5_000_000) -> Loops:
        """Every feedback loop of up to `max_steps` steps, by length, with its sign, its weakest step and the standing
        questions that it touches.

        Raises UsageError for `max_steps` below 2. Exponential in `max_steps` at worst.
        """
        filters = self.filters if definitions else (*self.filters, "without definitions")
        network = self._network(definitions, specialize=False)
        return loops(network, max_steps, budget, filters, self.version, self._standing)

    def feed_forward(self) -> list[FeedForward]:
        """Where one entity acts on another both directly and through a third, with the same or the opposite sign."""
        return feed_forward(self._network(definitions=True, specialize=False))

    def case(self, name: str | FilePath) -> Case:
        """The case of a report by its id, or the one that a file describes: a Phenopacket v2 (.json) or our YAML.

        Raises NotFound for an unknown id, FileProblem, InvalidData or MissingExtra for files; see `kg.cases`.
        """
        from kg.cases import Names, is_case_file, read_case

        if is_case_file(name):
            return read_case(name, Names(self._lookup, self.entities))
        found = self._contents.cases.get(str(name).removeprefix("case:"))
        if found is None:
            ids = ", ".join(self._contents.cases) or "none"
            hint = f"There are: {ids}; or name a file that ends in .json, .yaml or .yml."
            raise NotFound(f"No case {str(name)!r}. {hint}")
        return found

    def explain_case(
        self,
        case: Case | str | FilePath,
        *,
        max_steps: int = 4,
        probe_steps: int = 2,
        compare: int = 8,
        budget: int = 5_000_000,
    ) -> Explanation:
        """What the literature makes of one patient: findings explained, opposed, unexplained; rivals; what is missing.

        `case` is a Case, or what `case` takes. `max_steps` bounds the routes to findings, `probe_steps` those that
        predict what was not measured, `compare` the rival mechanisms compared; `budget` the arcs touched per finding.
        Not a diagnosis: it lists what papers say.

        >>> import kg
        >>> explanation = kg.load().explain_case("nazir-2015")
        >>> "serum calcium" in [finding.entity.label for finding in explanation.explained]
        True

        Raises as `case`; UsageError for limits below 1, InvalidData for a time that is no duration.
        """
        from kg.causal.cases import explain

        return explain(
            case if isinstance(case, Case) else self.case(case), self._network(True, True), self.schema,
            max_steps=max_steps, probe_steps=probe_steps, compare=compare, budget=budget,
            filters=self.filters, data=self.version, suggest=self._why_not,
        )  # fmt: skip

    def export_case(self, case: Case | str | FilePath, *, created: str | None = None) -> Export:
        """A case as a GA4GH Phenopacket v2: ``.packet``, ``.text`` to be written, ``.losses``.

        `created` is the time of creation to be stated (``2026-01-31T00:00:00Z``); without it none is, so that the same
        case gives the same bytes. Raises as `case`, and UsageError for a `created` that is no such time.
        """
        from kg.cases import export
        from kg.terms.authority import Authority

        slices = [folder / "terms.tsv" for folder in (self._whole.folder, ontology_folder()) if folder]
        file = next(file for file in slices if file.is_file())
        found = case if isinstance(case, Case) else self.case(case)
        maker = f"calciphylaxis-kg, data {self.version}"
        return export(found, self.entities, Authority(file).terms, self.schema.prefixes, maker=maker, created=created)

    def _why_not(self, name: str) -> tuple[str, Sequence[Entity]]:
        """Why a name means no entity, and the entities that it may mean."""
        try:
            self._lookup.named(name)
        except AmbiguousEntity as error:
            return "fits several entities", error.candidates
        return "no entity of this graph", self.search(name, 3)

    def interventions(
        self,
        target: Names,
        *,
        sources: Names,
        spare: Names = (),
        protect: bool = False,
        by: By = "entities",
        max_steps: int = 4,
        most: int = 3,
        elsewhere: int = 2,
        definitions: bool = True,
        specialize: bool = True,
        budget: int = 5_000_000,
        tries: int = 200_000,
    ) -> Interventions:
        """What to take away so that no route of up to `max_steps` steps from the sources raises the target any more.

        Minimal sets of up to `most` entities (or claim steps, with ``by="steps"``), smallest first; `spare` names
        entities that may not be taken, `protect` forbids to cut a route that lowers the target. Each member comes with
        the drugs and procedures of the graph that act on it in the wanted direction, and each of these with the harm
        and the good that it does elsewhere, by routes of up to `elsewhere` steps. `definitions`, `specialize` and
        `budget` are those of `trace`; `tries` bounds the branches of the search for sets.

        >>> import kg
        >>> found = kg.load().interventions("vascular calcification", sources="CKD", most=4)
        >>> print(found.cuts[0].members[1], "by", found.search.needed, "in all")
        lower hyperphosphatemia by 4 in all

        Raises UnknownEntity, AmbiguousEntity, UsageError.
        """
        options: dict[str, Any] = {"definitions": definitions, "specialize": specialize, "budget": budget}
        answer = self.trace(sources, target, max_steps=max_steps, **options)
        limits: dict[str, Any] = {"protect": protect, "by": by, "most": most, "tries": tries}
        found = interventions(answer, self._outside(definitions), spare=self._resolve(spare), **limits)
        beside = tuple(
            self._profile(agent, answer.targets, elsewhere, max_steps=max_steps, **options) for agent in found.agents
        )
        return dataclasses.replace(found, elsewhere=beside)

    def cut(
        self,
        target: Names,
        *,
        sources: Names,
        entities: Names,
        max_steps: int = 4,
        definitions: bool = True,
        specialize: bool = True,
        budget: int = 5_000_000,
    ) -> Outcome:
        """What taking `entities` away leaves between the sources and the target, and what it takes, in both arms.

        It is what ``graph.without(...)`` would find, told beside what was there before and what each entity does alone.
        The two differ only in routes that begin with a kind of a source: a kind that is one through a taken kind alone
        is lost to ``without``, but not here (see `kg.causal.cutting`). The other arguments are those of `trace`.

        >>> import kg
        >>> graph = kg.load()
        >>> print(graph.cut("vascular calcification", sources="corticosteroids", entities="RANKL"))
        without RANKL: contested; 38 of 70 routes still raise it, 57 of 64 still lower it

        Raises UnknownEntity, AmbiguousEntity; UsageError for no entity or for one that is an end of the question.
        """
        answer = self.trace(
            sources, target, max_steps=max_steps, definitions=definitions, specialize=specialize, budget=budget
        )
        taken = self._resolve(entities)
        network = self._network(definitions=True, specialize=True)
        kinds = [step.target for entity in taken for _, step in network.kinds[network.number[entity.id]]]
        return cut(answer, taken, self._outside(definitions), kinds)

    def _profile(self, agent: Entity, targets: Sequence[Entity], short: int, **options: Any) -> Profile:
        """What an agent does to the targets by routes as asked, and to other conditions by short ones; found once."""
        key = (agent.id, tuple(target.id for target in targets), short, tuple(options.items()))
        if key not in self._profiles:
            near = {**options, "max_steps": short}
            conditions = [other for other in self.entities if other.wanted and other != agent]
            reached = self.trace(agent, conditions or targets, **near)
            ends = dict.fromkeys(path.entities[-1] for path in reached.paths)
            traces = {end: self.trace(agent, end, **near) for end in ends if end in conditions}
            found = effects(agent, self.claims(subject=agent), traces, self._unsearched(short), self._kinds)
            to_target = [self.trace(agent, target, **options) for target in targets if target != agent]
            self._profiles[key] = profile(found, to_target, reached.certificate)
        return self._profiles[key]

    def _outside(self, definitions: bool) -> Agents:
        """Who acts on each entity from outside: drugs, procedures and exposures."""
        network = self._network(definitions, specialize=True)
        outside = {name for name, kind in self.schema.kinds.items() if kind.agent}
        return agents([step for leaving in network.arcs for _, step in leaving], outside)

    def gaps(self) -> list[Gap]:
        """The steps with thin evidence, first those on which standing questions turn; each with a literature query."""
        arcs = self._network(definitions=True, specialize=True).claim_arcs
        return gaps([step for leaving in arcs for _, step in leaving], self._standing)

    @functools.cached_property
    def _standing(self) -> dict[str, Trace]:
        """The traces of the standing questions whose ends are in this graph, by the id of the question."""
        held = self._contents.entities
        asked = [q for q in self.questions if {q.source.id, q.target.id} <= held.keys()]
        return {question.id: self.trace(question.source, question.target) for question in asked}

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
        return KnowledgeGraph(self._whole, self._contents.narrowed(claims, entities), filters)

    # --- SPARQL ---------------------------------------------------------------------------------------------------

    def sparql(self, text: str, limit: int | None = 10_000, **bindings: Any) -> Results:
        """Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE) over the union of all graphs.

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

    # --- views and neighbours -------------------------------------------------------------------------------------

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

    def save(self, location: str | FilePath, *, force: bool = False) -> None:
        """Write an on-disk store that `kg.open` reads; the old one stays, and is read, until the new one is whole.

        Raises FileProblem if something is there and not `force`, or if another process is writing it.
        """
        self.dataset.save(location, force=force)

    @property
    def schema(self) -> Schema:
        """The vocabulary: predicates, links, kinds, values, prefixes."""
        return self._whole.schema

    @functools.cached_property
    def dataset(self) -> Dataset:
        """The RDF dataset behind the graph; of a narrowed graph one with fewer claims, derived anew."""
        if not self._narrowed:
            return self._whole
        kept = {claim.iri for claim in self._contents.claims.values()}
        return self._whole.subset(kept, {entity.iri for entity in self.entities})

    @functools.cached_property
    def version(self) -> str:
        """Data version and the digest of the data it was loaded from: ``0.1.0 sha256:f1b3e866bdab``."""
        return f"{self.schema.version} sha256:{self._whole.digest[:12]}"

    @functools.cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._contents.entities)

    def _network(self, definitions: bool, specialize: bool) -> Network:
        key = (definitions, specialize)
        if key not in self._networks:
            parts = (self.entities, self._contents.claims.values(), self._contents.links)
            self._networks[key] = Network.of(*parts, definitions=definitions, specialize=specialize)
        return self._networks[key]

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
