"""What follows from traces: both sides of a treatment, where to intervene, loops, gaps, one patient."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from kg.causal.effects import Effects, effects
from kg.causal.gaps import Gap, gaps
from kg.causal.interventions.cuts import By, Interventions, interventions
from kg.causal.interventions.cutting import Outcome, cut
from kg.causal.interventions.elsewhere import Profile, profile
from kg.causal.interventions.members import Agents, agents
from kg.causal.loops import FeedForward, Loops, feed_forward, loops
from kg.errors import AmbiguousEntity, NotFound
from kg.model import ARMS, Case, Certificate, Entity
from kg.schema import ontology_folder

if TYPE_CHECKING:
    from kg.cases import Export
    from kg.causal.cases import Explanation

from kg.graph.catalogue import Name, Names
from kg.graph.questions import Questions

__all__ = ["Judgements"]


class Judgements(Questions):
    """Questions, and the judgements that rest on their answers."""

    def effects(self, agent: Name, *, max_steps: int = 4, budget: int = 5_000_000) -> Effects:
        """Everything an agent raises and lowers: the good beside the harm, and what it had no effect on.

        Conditions are the entities of which the ontology says which way a patient wants them to go; each is judged by
        a trace of up to `max_steps` steps, with `budget` for each. Raises UnknownEntity, AmbiguousEntity, UsageError.
        """
        entity = self.entity(agent)
        conditions = [other for other in self.entities if other.wanted and other != entity]
        traces = {other: self.trace(entity, other, max_steps=max_steps, budget=budget) for other in conditions}
        return effects(entity, self.claims(subject=entity), traces, self._unsearched(max_steps), self._kinds)

    @functools.cached_property
    def _kinds(self) -> dict[Entity, set[Entity]]:
        """The kinds of each entity, of any depth."""
        network = self._network(definitions=True, specialize=True)
        return {
            entity: {step.target for _, step in kinds if step.link == "broader"}
            for entity, kinds in zip(network.entities, network.kinds, strict=True)
        }

    def _unsearched(self, max_steps: int) -> Certificate:
        """The certificate of an answer that needed no search."""
        none = dict.fromkeys(ARMS, 0)
        return Certificate("complete", max_steps, max_steps, none, self.filters, 0, self.version)

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
        is lost to ``without``, but not here (see `kg.causal.interventions.cutting`). The other arguments are those of
        `trace`.

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
