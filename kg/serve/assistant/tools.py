"""The ten tools. Their descriptions are written for a language model: what each answers, and how not to read it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import anyio
import anyio.to_thread

from kg.errors import KGError
from kg.model import JSON
from kg.narrowing import Narrowing
from kg.serve.assistant import disagreements, interventions, patients, queries, things, traces, vocabulary
from kg.serve.assistant import parameters as given
from kg.serve.assistant.answers import Answer
from kg.serve.assistant.parameters import Told
from kg.serve.question import BUDGET, Question

if TYPE_CHECKING:
    from kg.cases.names import Names
    from kg.graph import KnowledgeGraph
    from kg.serve.workers import Workers

__all__ = ["TITLES", "Tools"]

TITLES: Mapping[str, str] = {
    "find_entity": "Find an entity by name",
    "describe_entity": "Describe an entity",
    "trace": "Trace a cause to an outcome, both ways",
    "claims": "List claims",
    "get_claim": "One claim in full",
    "disputes_and_gaps": "Where the literature disagrees, where it is thin",
    "interventions": "What to take away so that nothing raises an outcome",
    "explain_case": "What the literature makes of one patient",
    "sparql_query": "Ask in SPARQL",
    "graph_schema": "The vocabulary of the graph",
}
"""The tools by name, with their titles for people."""
TRIES = 50_000
"""Branches of the search for cuts."""


class Tools:
    """The questions that assistants may ask of a graph; each method is a tool, its docstring what the model is told.

    One question at a time is worked on, in a thread, so that the server keeps answering: two at once would share one
    interpreter and gain nothing. `workers` answer SPARQL; None asks the graph itself, where its data lie elsewhere.
    """

    def __init__(self, graph: KnowledgeGraph, workers: Workers | None) -> None:
        self.graph = graph
        self.workers = workers
        self._turn = anyio.CapacityLimiter(1)

    async def waited(self, work: Callable[[], Any]) -> Any:
        """What `work` gives, done in a thread when its turn has come."""
        return await anyio.to_thread.run_sync(work, limiter=self._turn)

    def find_entity(
        self,
        name: given.Name,
        limit: Annotated[int, Told("At most this many candidates.", 1, 25)] = 8,
    ) -> Answer:
        """Find the entity that goes by a name, and entities named alike, with ids, definitions and identifiers.

        Start here when a name is unclear: a class and its kinds ("steroids": corticosteroid, glucocorticoid,
        dexamethasone), or a protein and its serum level, are entities of their own. An entity is a thing that can go up
        or down: an amount, an activity, a condition. A name that fits several gives all of them as candidates.
        """
        return things.found(self.graph, name, limit)

    def describe_entity(self, name: given.Name) -> Answer:
        """What an entity is, what "going up" means for it, what it is by definition, and its neighbors.

        Neighbors are grouped by what claims say (A decreases B: 3 claims) with the strongest claim of each. Neighbors
        are single steps: for what follows over several steps use trace.
        """
        return things.entity_told(self.graph, name)

    def trace(
        self,
        source: given.Source,
        target: given.Target,
        max_steps: given.Steps = 4,
        species: given.Species = (),
        tissue: given.Tissue = (),
        design: given.Design = (),
        certainty: given.Certainty = "",
        unstated: given.Unstated = False,
        without: given.Without = (),
        without_source: given.WithoutSource = (),
        arm: given.Arm = "",
        mechanism: given.Mechanism = "",
        offset: given.Offset = 0,
    ) -> Answer:
        """Can one thing lead to another, by which steps, on whose word, and who disagrees? The main question.

        Gives every causal route of up to max_steps steps that visits no entity twice, always in both arms: routes that
        raise the target (increasing), that lower it (decreasing), and without a stated sign. An arm is told as
        mechanisms: routes that share an intermediate entity, each by its best route. A route is worth what its weakest
        step is; a step has claims (who says so, where) and claims against it. Support counts voices: a review and the
        paper it cites are one. The certificate says whether the search was complete, to how many steps, and what was
        filtered out. `beside` has null results and associations on the very pair, which make no route.

        How not to read it: the verdict says what the literature in this graph holds, not what is true, and not how
        likely or how large an effect is; no probability, no medical advice. Never report one arm without the other, nor
        a verdict without certificate and papers. "no path" is no evidence of no effect. A caution "mixes bone and
        vessel" says that no single setting has shown the whole route. Use filters to ask in humans only, among trials,
        or without a paper, and see whether the verdict holds.
        """
        narrowing = Narrowing(
            species=species, tissue=tissue, design=design, certainty=certainty, unstated=unstated, without=without,
            without_source=without_source,
        )  # fmt: skip
        question = Question(_parted(source), _parted(target), max_steps, narrowing=narrowing)
        view = traces.View(arm, self._label(mechanism), offset)
        return traces.told(question.asked(self.graph), question, view)

    def claims(
        self,
        subject: given.Subject = "",
        predicate: given.Predicate = "",
        object: given.Object = "",  # noqa: A002 - the words of the data model
        about: given.Either = "",
        source: given.Work = "",
        species: given.Species = (),
        tissue: given.Tissue = (),
        design: given.Design = (),
        certainty: given.Certainty = "",
        unstated: given.Unstated = False,
        limit: Annotated[int, Told("At most this many claims.", 1, 50)] = 20,
        offset: given.Offset = 0,
    ) -> Answer:
        """List claims: what single sources say of two entities, with wording, design, species, tissue and place.

        Null results (has-no-effect-on, not-associated-with) and associations are listed too; they make no route. A
        claim with the basis second-hand tells what another work found and names it in `cites`. The certainty is the
        source's own wording. A claim whose certainty is refuted says that it is not so.
        """
        scope = Narrowing(species=species, tissue=tissue, design=design, certainty=certainty, unstated=unstated)
        return things.claims_told(
            scope.of(self.graph), subject=subject, predicate=predicate, object=object, about=about, source=source,
            limit=limit, offset=offset,
        )  # fmt: skip

    def get_claim(self, id: given.ClaimId) -> Answer:  # noqa: A002
        """One claim in full: its source with identifiers, its place in it, what it cites, and the disputes it is in.

        Check a claim here before resting a statement on it. The note is ours, in our own words, and no quotation.
        """
        return things.claim_told(self.graph, id)

    def disputes_and_gaps(
        self,
        about: given.Topic = "",
        what: Annotated[str, Told("Which of the two.", values=disagreements.BOTH)] = "both",
        limit: Annotated[int, Told("At most this many of each.", 1, 25)] = 6,
        offset: given.Offset = 0,
    ) -> Answer:
        """Where sources disagree, with both sides and what else differs between them; and where evidence is thin.

        A dispute holds claims of opposite sign, or an effect against a null result, with species, dose, design and
        endpoint where the sides differ in them: often that explains the contrast. A gap is a step with thin evidence
        (one voice, animals only, hypothesis only), those first without which an answer would change, each with a query
        for literature databases. Neither side of a dispute is right because it has more claims.
        """
        return disagreements.told(self.graph, about, what, limit, offset)

    def interventions(
        self,
        source: given.Source,
        target: given.Target,
        most: Annotated[int, Told("The largest set of entities to look for.", 1, 6)] = 3,
        cut: given.Cut = (),
        spare: given.Spare = (),
        protect: Annotated[bool, Told("Cut no route that lowers the target.")] = False,
        max_steps: given.Steps = 4,
        species: given.Species = (),
        tissue: given.Tissue = (),
        design: given.Design = (),
        certainty: given.Certainty = "",
        unstated: given.Unstated = False,
    ) -> Answer:
        """What to take away so that no route from source raises target, who acts there, and the harm they do elsewhere.

        Gives minimal sets of intermediate entities that meet every raising route (cuts), for each member the drugs,
        procedures and exposures of the graph that push it the wanted way, and what each of these does to the target by
        other routes and to other conditions (harm, contested, good). With `cut` it tells what a set of your own leaves
        open and which protective routes are lost. It is about routes in this graph: not a treatment, not a
        recommendation, nothing on dose, safety or benefit. Always report the harm with the cut.
        """
        scope = Narrowing(species=species, tissue=tissue, design=design, certainty=certainty, unstated=unstated)
        graph = scope.of(self.graph)
        ends: dict[str, Any] = {"sources": list(_parted(source)), "max_steps": max_steps, "budget": BUDGET}
        if cut:
            return interventions.outcome_told(graph.cut(list(_parted(target)), entities=list(cut), **ends))
        return interventions.cuts_told(
            graph.interventions(
                list(_parted(target)), spare=list(spare), protect=protect, most=most, tries=TRIES, **ends
            )
        )

    def explain_case(
        self,
        case: given.CaseId = "",
        patient: given.Patient = {},  # noqa: B006 - read only
        max_steps: given.Steps = 4,
        offset: given.Offset = 0,
    ) -> Answer:
        """Which findings of one patient the literature explains, by which routes, what it contradicts or leaves open.

        From the conditions and exposures to each finding: explained, contradicted, by definition, or unexplained; then
        rival mechanisms, what is not known in this patient (never taken for absent), and measurements that would
        separate rivals. It lists what papers say: no diagnosis, no cause proven in this patient, no advice. Names that
        fit no entity are left out and told with candidates. Send no names, dates or other data that identify a person.
        """
        found = patients.case_of(self.graph, case, patient, lambda: self.names)
        return patients.told(self.graph.explain_case(found, max_steps=max_steps, budget=BUDGET), offset)

    async def sparql_query(
        self,
        query: given.QueryText,
        parameters: given.QueryParameters = {},  # noqa: B006 - read only
        limit: Annotated[int, Told("At most this many rows.", 1, 1_000)] = 100,
    ) -> Answer:
        """Ask the graph in SPARQL 1.1, for counts and lists that no other tool gives. Read graph_schema first.

        Read-only: updates and SERVICE are refused, nothing is fetched, a query that takes too long is stopped. The
        default graph is the union of all graphs. A claim is a node (ckg:subject, ckg:predicate, ckg:object,
        ckg:source); plain edges stand in graph:direct, associations in graph:association, null results in neither. The
        answer says if rows were cut. Reachability in SPARQL is no route: use trace for these.
        """
        text = await self.waited(functools.partial(queries.prepared, self.graph, query, parameters))
        return await queries.asked(self.graph, self.workers, text, limit, self.waited)

    def graph_schema(
        self,
        part: Annotated[str, Told("Which part.", values=vocabulary.PARTS)] = "overview",
        query: given.QueryName = "",
    ) -> Answer:
        """The vocabulary: graphs and prefixes, predicates with their signs, kinds, qualifiers, queries, pitfalls.

        Read it before sparql_query: predicates, qualifiers and pitfalls first. The sign of a predicate (raises, lowers,
        none, null result) and whether it is causal are stated here and nowhere else.
        """
        return vocabulary.told(self.card, part, query)

    def _label(self, mechanism: str) -> str:
        """A mechanism by the label of its entity, if it goes by another name of it."""
        try:
            return self.graph.find(mechanism).label
        except KGError:
            return mechanism

    @functools.cached_property
    def card(self) -> JSON:
        """The schema card."""
        return vocabulary.schema_card(self.graph)

    @functools.cached_property
    def names(self) -> Names:
        """What finds the entities that the description of a patient names."""
        return patients.names_of(self.graph)


def _parted(names: str) -> tuple[str, ...]:
    """The names that are parted by a bar."""
    return tuple(name.strip() for name in names.split("|") if name.strip()) or (names,)
