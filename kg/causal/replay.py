"""Retraction replay: the standing questions asked of two states of the data, and which changes turn their verdicts.

Idea. A verdict depends on nothing but arrows: subject, object and sign of a live causal claim, or a definitional link.
So what can turn a verdict are the arrows that are not the same in both states and, if they are claims, stand on a route
of the question in one of the two. Each is tried by itself: put into the old state, does it give the new verdict? If
none does, each is undone in the new state: does the old verdict come back? No more than `TRIED` are tried for one
verdict; the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.causal.network import Network
from kg.causal.state import Key, State, arrow, ask
from kg.model import ARMS, FORMAT, JSON, Certificate, Claim, StandingQuestion, Trace
from kg.ordering import natural

__all__ = ["GONE", "TRIED", "Cause", "Replay", "Replayed", "StandingAnswer", "replay"]

TRIED = 200
"""So many single changes are tried at most for one verdict."""
GONE = "gone"
"""The verdict of a question of which an end is not in the data."""
How = Literal["alone", "undone", "together", "ends"]


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """What one state of the data answers to a standing question.

    `verdict` is that of its trace, or ``gone`` where an end of the question is not in the data; then there is no
    `certificate` either. `rests_on` says in one line on what each arm rests.
    """

    question: StandingQuestion
    verdict: str
    rests_on: str = ""
    certificate: Certificate | None = None

    @classmethod
    def of(cls, question: StandingQuestion, found: Trace | None) -> StandingAnswer:
        """The answer that a trace gives; None is the trace of a question of which an end is not in the data."""
        return cls(question, found.verdict, found.rests_on, found.certificate) if found else cls(question, GONE)

    @property
    def routes(self) -> dict[str, int]:
        """How many routes each arm has, by its name."""
        counts = self.certificate.counts if self.certificate else {}
        return {name: counts.get(sign, 0) for sign, name in ARMS.items()}

    def __str__(self) -> str:
        counts = ", ".join(f"{number} {name}" for name, number in self.routes.items())
        return f"{self.question.label} {self.verdict}" + (f" ({counts})" if self.certificate else "")

    def to_dict(self) -> JSON:
        """The answer as JSON-ready data; the ends of the question by their ids."""
        return {
            **_told(self.question),
            "verdict": self.verdict,
            "routes": self.routes,
            "rests_on": self.rests_on,
            "certificate": self.certificate.to_dict() if self.certificate else None,
        }


@dataclass(frozen=True, slots=True)
class Cause:
    """A single change that turns a verdict: a claim or link, whether it was added, removed or changed, and what it says
    in words (for a claim with its source).
    """

    sort: str
    name: str
    what: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.sort} {self.name} ({self.what})"

    def to_dict(self) -> JSON:
        """The cause as JSON-ready data."""
        return {"sort": self.sort, "name": self.name, "what": self.what, "words": self.words}


@dataclass(frozen=True, slots=True)
class Replayed:
    """A standing question before and after: the answers of the old and of the new state, and what turned the verdict.

    `how` says what the `causes` are: ``alone`` (each of them turns the old verdict into the new one), ``undone`` (none
    does alone, but without any one of these the old verdict would stand), ``together`` (neither; several changes turn
    it together), ``ends`` (an end of the question is in one of the two only); None if the verdict is the same. `tried`
    of `changes` were tried.
    """

    old: StandingAnswer
    new: StandingAnswer
    how: How | None = None
    causes: tuple[Cause, ...] = ()
    tried: int = 0
    changes: int = 0

    @property
    def question(self) -> str:
        """The id of the question."""
        return self.new.question.id

    @property
    def label(self) -> str:
        """The question in words."""
        return self.new.question.label

    @property
    def before(self) -> str:
        """The old verdict."""
        return self.old.verdict

    @property
    def after(self) -> str:
        """The new verdict."""
        return self.new.verdict

    @property
    def changed(self) -> bool:
        """Whether the verdict is another."""
        return self.before != self.after

    @property
    def emptied(self) -> tuple[str, ...]:
        """The arms that had routes and have none any more; those of an end that is gone, too."""
        left = self.new.routes
        return tuple(name for name, number in self.old.routes.items() if number and not left[name])

    @property
    def why(self) -> str:
        """What turned the verdict, in words; empty if it is the same."""
        listed = ", ".join(map(str, self.causes))
        if self.how is None:
            return ""
        if self.how == "ends":
            return "an end of the question is in one of the two only"
        if self.how == "alone":
            return f"turned by {listed}{', each of them alone' if len(self.causes) > 1 else ' alone'}"
        most = f", the first {self.tried} of {self.changes} tried one by one" if self.tried < self.changes else ""
        undone = f"; without any one of these it would not have turned: {listed}" if self.causes else ""
        return f"turned by several changes together{most}{undone}"

    def __str__(self) -> str:
        verdicts = f"{self.before} → {self.after}: {self.why}" if self.changed else self.after
        return f"{self.label} {verdicts}"

    def to_dict(self) -> JSON:
        """The question before and after as JSON-ready data."""
        names = ("before", "after", "changed", "how", "why", "tried", "changes")
        certified = [answer.certificate.to_dict() if answer.certificate else None for answer in (self.old, self.new)]
        return {
            **_told(self.new.question),
            **{name: getattr(self, name) for name in names},
            "causes": [cause.to_dict() for cause in self.causes],
            "routes": {"before": self.old.routes, "after": self.new.routes},
            "emptied": list(self.emptied),
            "certificates": {"before": certified[0], "after": certified[1]},
        }


@dataclass(frozen=True, slots=True, repr=False)
class Replay:
    """The standing questions of two states of the data, asked of both: those whose verdict changed first, by id."""

    old: State
    new: State
    questions: tuple[Replayed, ...]

    @property
    def changed(self) -> tuple[Replayed, ...]:
        """The questions whose verdict is another."""
        return tuple(question for question in self.questions if question.changed)

    @property
    def unchanged(self) -> tuple[Replayed, ...]:
        """The questions whose verdict is the same, on fewer or more routes perhaps."""
        return tuple(question for question in self.questions if not question.changed)

    def __bool__(self) -> bool:
        """Whether any verdict changed."""
        return bool(self.changed)

    def __str__(self) -> str:
        turned = f"The standing questions: {len(self.changed)} of {len(self.questions)} verdicts changed."
        return "\n".join([turned, f"before: {self.old}", f"after: {self.new}", *map(str, self.changed)])

    def __repr__(self) -> str:
        return f"<Replay: {len(self.changed)} of {len(self.questions)} verdicts changed>"

    def to_dict(self) -> JSON:
        """The comparison as JSON-ready data."""
        return {
            "format": FORMAT,
            "type": "replay",
            "before": self.old.to_dict(),
            "after": self.new.to_dict(),
            "changed": len(self.changed),
            "questions": [question.to_dict() for question in self.questions],
        }


def replay(old: State, new: State, most: int = TRIED) -> Replay:
    """The standing questions of both states, as `new` puts them, asked of both; and what turned each changed verdict.

    For each changed verdict at most `most` single changes are tried, twice at worst. Each costs a trace, and a network
    if it is a changed link.
    """
    causes = _Causes(old, new, most)
    questions = {question.id: question for state in (old, new) for question in state.questions}
    replayed = [causes.replayed(questions[name]) for name in sorted(questions)]
    return Replay(old, new, tuple(sorted(replayed, key=lambda question: not question.changed)))


class _Causes:
    """Tries single changes; the network of each changed copy is made once, for all questions."""

    def __init__(self, old: State, new: State, most: int) -> None:
        self.old, self.new, self.most = old, new, most
        self._networks: dict[tuple[bool, Key], Network] = {}
        keys = sorted(old.parts.keys() | new.parts.keys(), key=lambda key: (key[0], natural(key[1])))
        self.differing = [key for key in keys if arrow(old.parts.get(key)) != arrow(new.parts.get(key))]

    def replayed(self, question: StandingQuestion) -> Replayed:
        """The question asked of both states, and why its verdict is another, if it is."""
        traces = [state.ask(question) for state in (self.old, self.new)]
        old, new = (StandingAnswer.of(question, found) for found in traces)
        if old.verdict == new.verdict:
            return Replayed(old, new)
        candidates = self._on_routes(traces)
        tried = candidates[: self.most]
        how, keys = self._turning(question, old, new, tried)
        causes = tuple(Cause(*key, self._what(key), self._words(key)) for key in keys)
        return Replayed(old, new, how, causes, len(tried), len(candidates))

    def _on_routes(self, traces: Iterable[Trace | None]) -> list[Key]:
        paths = [path for found in traces if found for path in found.paths]
        used = {("claim", claim.id) for path in paths for step in path.steps for claim in step.claims}
        return [key for key in self.differing if key[0] == "link" or key in used]

    def _turning(
        self, question: StandingQuestion, old: StandingAnswer, new: StandingAnswer, keys: Sequence[Key]
    ) -> tuple[How, list[Key]]:
        if GONE in (old.verdict, new.verdict):
            return "ends", []
        alone = [key for key in keys if self._verdict(question, key, undo=False) == new.verdict]
        if alone:
            return "alone", alone
        undone = [key for key in keys if self._verdict(question, key, undo=True) == old.verdict]
        return ("undone" if undone else "together"), undone

    def _verdict(self, question: StandingQuestion, key: Key, *, undo: bool) -> str:
        """The verdict with one change made in the old state, or undone in the new one."""
        if (undo, key) not in self._networks:
            base, other = (self.new, self.old) if undo else (self.old, self.new)
            self._networks[undo, key] = base.with_part(key, other)
        found = ask(self._networks[undo, key], question)
        return found.verdict if found else GONE

    def _words(self, key: Key) -> str:
        part = self.old.parts.get(key) or self.new.parts.get(key)
        return str(part) if isinstance(part, Claim) else ""

    def _what(self, key: Key) -> str:
        part = self.new.parts.get(key)
        if key not in self.old.parts or part is None:
            return "added" if part is not None else "removed"
        return "retracted" if isinstance(part, Claim) and part.status == "retracted" else "changed"


def _told(question: StandingQuestion) -> JSON:
    ends = {"source": question.source.id, "target": question.target.id}
    return {"question": question.id, "label": question.label, **ends}
