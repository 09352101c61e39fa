"""Which verdicts of the standing questions changed, and which single changes turn them.

What can turn a verdict are the arrows (subject, object and sign of a live causal claim, or a definitional link) that
are not the same in both data and, if they are claims, stand on a route of the question in one of the two. Each is tried
by itself: put into the old data, does it give the new verdict? If none does, each is undone in the new data: does the
old verdict come back?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.causal.network import Network
from kg.causal.trace import Question, trace
from kg.model import JSON, Claim, Entity, Link, Path, StandingQuestion, Trace
from kg.schema import Schema
from kg.turtle import _natural

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["TRIED", "Cause", "VerdictChange", "verdict_changes"]

TRIED = 200
"""So many single changes are tried at most for one verdict."""
GONE = "gone"
Key = tuple[str, str]
"""A claim by its id, or a link by its words: ``("claim", "nazir-2015-32")``, ``("link", "a broader b")``."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A single change that turns a verdict: a claim or link, and whether it was added, removed or changed."""

    sort: str
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.sort} {self.name} ({self.what})"

    def to_dict(self) -> JSON:
        """The cause as JSON-ready data."""
        return {"sort": self.sort, "name": self.name, "what": self.what}


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A standing question whose verdict is another one.

    `how` says what the causes are: ``alone`` (each of them turns the old verdict into the new one), ``undone`` (none
    does alone, but without any one of these the old verdict would stand), ``together`` (neither; several changes turn
    it together), ``ends`` (an end of the question is in one of the two only). `tried` of `changes` were tried.
    """

    question: str
    label: str
    before: str
    after: str
    how: str
    causes: tuple[Cause, ...]
    tried: int
    changes: int

    @property
    def why(self) -> str:
        """The reason in words."""
        listed = ", ".join(map(str, self.causes))
        if self.how == "ends":
            return "an end of the question is in one of the two only"
        if self.how == "alone":
            return f"turned by {listed}{', each of them alone' if len(self.causes) > 1 else ' alone'}"
        most = f", the first {self.tried} of {self.changes} tried one by one" if self.tried < self.changes else ""
        undone = f"; without any one of these it would not have turned: {listed}" if self.causes else ""
        return f"turned by several changes together{most}{undone}"

    def __str__(self) -> str:
        return f"{self.label} {self.before} → {self.after}: {self.why}"

    def to_dict(self) -> JSON:
        """The change as JSON-ready data."""
        names = ("question", "label", "before", "after", "how", "why", "tried", "changes")
        return {**{name: getattr(self, name) for name in names}, "causes": [cause.to_dict() for cause in self.causes]}


def verdict_changes(
    old: KnowledgeGraph, new: KnowledgeGraph, renamed: Mapping[str, str] | None = None, most: int = TRIED
) -> tuple[tuple[VerdictChange, ...], int]:
    """The standing questions whose verdict changed, and how many were asked.

    The questions of both are asked of both, as `new` puts them. `renamed` gives the new ids of claims that were only
    renumbered. For each changed verdict at most `most` single changes are tried, twice at worst; each costs a network
    and a trace.
    """
    before, after = _Data.of(old, renamed or {}), _Data.of(new, {})
    questions = {q.id: q for graph in (old, new) for q in graph.questions}
    causes = _Causes(before, after, most)
    networks = before.network(), after.network()
    found = []
    for name in sorted(questions):
        answers = [_ask(network, questions[name]) for network in networks]
        if _verdict(answers[0]) != _verdict(answers[1]):
            found.append(causes.explain(questions[name], *answers))
    return tuple(found), len(questions)


@dataclass(frozen=True)
class _Data:
    """What a verdict depends on: claims by id and links by their words."""

    entities: Mapping[str, Entity]
    parts: Mapping[Key, Claim | Link]
    schema: Schema
    renamed: Mapping[str, str]

    @classmethod
    def of(cls, graph: KnowledgeGraph, renamed: Mapping[str, str]) -> _Data:
        claims: dict[Key, Claim | Link] = {("claim", renamed.get(c.id, c.id)): c for c in graph.claims()}
        links: dict[Key, Claim | Link] = {("link", f"{x.source.id} {x.kind} {x.target.id}"): x for x in graph.links}
        return cls({entity.id: entity for entity in graph.entities}, claims | links, graph.schema, renamed)

    def network(self) -> Network:
        claims = [part for part in self.parts.values() if isinstance(part, Claim)]
        links = [part for part in self.parts.values() if isinstance(part, Link)]
        return Network.of(self.entities.values(), claims, links, self.schema)

    def with_part(self, key: Key, other: _Data) -> _Data:
        """The same, with one part as the other data have it: added, removed or replaced."""
        parts = {name: part for name, part in self.parts.items() if name != key}
        if key in other.parts:
            parts[key] = other.parts[key]
        return _Data({**other.entities, **self.entities}, parts, self.schema, self.renamed)


class _Causes:
    """Tries single changes; the network of each changed copy is made once, for all questions."""

    def __init__(self, before: _Data, after: _Data, most: int) -> None:
        self.before, self.after, self.most = before, after, most
        self._networks: dict[tuple[bool, Key], Network] = {}
        self.differing = [
            key
            for key in sorted(before.parts.keys() | after.parts.keys(), key=lambda key: (key[0], _natural(key[1])))
            if _arrow(before.parts.get(key)) != _arrow(after.parts.get(key))
        ]

    def explain(self, question: StandingQuestion, before: Trace | None, after: Trace | None) -> VerdictChange:
        """Why the verdict of a question is another; the traces are its answers, None where an end is missing."""
        old, new = _verdict(before), _verdict(after)
        candidates = self._on_routes(before, after)
        tried = candidates[: self.most]
        how, keys = "ends", list[Key]()
        if before and after:
            how, keys = "alone", self._turning(question, tried, undo=False, wanted=new)
        if before and after and not keys:
            keys = self._turning(question, tried, undo=True, wanted=old)
            how = "undone" if keys else "together"
        causes = tuple(Cause(sort, name, self._what((sort, name))) for sort, name in keys)
        return VerdictChange(question.id, question.label, old, new, how, causes, len(tried), len(candidates))

    def _on_routes(self, before: Trace | None, after: Trace | None) -> list[Key]:
        claims = [claim for answer in (before, after) if answer for path in answer.paths for claim in _claims(path)]
        used = {("claim", self.before.renamed.get(claim.id, claim.id)) for claim in claims}
        return [key for key in self.differing if key[0] == "link" or key in used]

    def _turning(self, question: StandingQuestion, keys: Sequence[Key], *, undo: bool, wanted: str) -> list[Key]:
        return [key for key in keys if _verdict(_ask(self._network(undo, key), question)) == wanted]

    def _network(self, undo: bool, key: Key) -> Network:
        if (undo, key) not in self._networks:
            base, other = (self.after, self.before) if undo else (self.before, self.after)
            self._networks[undo, key] = base.with_part(key, other).network()
        return self._networks[undo, key]

    def _what(self, key: Key) -> str:
        part = self.after.parts.get(key)
        if key not in self.before.parts or part is None:
            return "added" if part is not None else "removed"
        return "retracted" if isinstance(part, Claim) and part.status == "retracted" else "changed"


def _arrow(part: Claim | Link | None) -> tuple[object, ...] | None:
    """What a claim or link adds to the network: nothing for null results, associations and what is not live."""
    if isinstance(part, Link):
        return part.source.id, part.source.kind, part.target.id, part.sign, part.reversible
    if part is None or part.null or not (part.live and part.causal):
        return None
    return part.subject.id, part.object.id, part.sign


def _claims(path: Path) -> Iterator[Claim]:
    return (claim for step in path.steps for claim in step.claims)


def _ask(network: Network, question: StandingQuestion) -> Trace | None:
    """The trace of a question, None where one of its ends is not there."""
    if not {question.source.id, question.target.id} <= network.number.keys():
        return None
    return trace(network, Question((question.source,), (question.target,)))


def _verdict(answer: Trace | None) -> str:
    return answer.verdict if answer else GONE
