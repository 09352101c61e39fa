"""Traces: one question, the standing ones, and what changes between two graphs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.causal.network import Network
from kg.causal.replay import TRIED, Replay, StandingAnswer, replay
from kg.causal.state import State
from kg.causal.trace import Question, trace
from kg.model import Claim, Trace

if TYPE_CHECKING:
    pass

from kg.graph.catalogue import Catalogue, Names

__all__ = ["Questions"]


class Questions(Catalogue):
    """A catalogue of which one asks whether one thing leads to another."""

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
            k=self._listed if k is None else k,
            sign=sign,
            order=order,
            budget=budget,
        )
        off = [name for name, on in (("definitions", definitions), ("specializations", specialize)) if not on]
        filters = [*self.filters, *(f"without {name}" for name in off)]
        return self._answered(question, filters, definitions, specialize)

    @property
    def _listed(self) -> int | None:
        """How many routes an arm lists if nobody says; None for all."""
        return None

    def _answered(self, question: Question, filters: list[str], definitions: bool, specialize: bool) -> Trace:
        """The answer to a question that makes sense; how it is searched depends on where the data lie."""
        found = trace(self._network(definitions, specialize), question, filters, self.version)
        return dataclasses.replace(found, beside=self._beside(question))

    def _beside(self, question: Question) -> tuple[Claim, ...]:
        """What is said of the very pairs asked, but makes no route: null results and associations."""
        sources, targets = question.sources, question.targets
        return tuple(claim for claim in self._apart if claim.subject in sources and claim.object in targets)

    @functools.cached_property
    def _apart(self) -> list[Claim]:
        """The live claims that make no route."""
        return [claim for claim in self._contents.claims.values() if claim.live and (claim.null or not claim.causal)]

    def _network(self, definitions: bool, specialize: bool) -> Network:
        key = (definitions, specialize)
        if key not in self._networks:
            parts = (self.entities, self._contents.claims.values(), self._contents.links)
            self._networks[key] = Network.of(*parts, definitions=definitions, specialize=specialize)
        return self._networks[key]

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

    @functools.cached_property
    def _standing(self) -> dict[str, Trace]:
        """The traces of the standing questions whose ends are in this graph, by the id of the question."""
        held = self._contents.entities
        asked = [q for q in self.questions if {q.source.id, q.target.id} <= held.keys()]
        return {question.id: self.trace(question.source, question.target) for question in asked}

    def replay(self, other: Questions, *, renamed: Mapping[str, str] | None = None, most: int = TRIED) -> Replay:
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
