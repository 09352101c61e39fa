"""One shape for what every tool answers, good or not: the answer, its sources, the data, what was left out, what next.

A name that fits nothing, a search that stopped or a query that was refused is an answer too: it says what happened and
what to do. `status` tells which it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from kg.errors import AmbiguousEntity, KGError, QueryError, UnknownEntity
from kg.model import DISCLAIMER, FORMAT, JSON, Entity
from kg.serve.assistant.glossary import Glossary, named, shortened

__all__ = ["LARGEST", "STATUSES", "Answer", "bounded", "fitted", "refusal", "size"]

LARGEST = 25_000
"""So many bytes an answer has at most, its readable text and its JSON together."""
STATUSES = {
    "answered": "the result is there",
    "nothing found": "the graph holds nothing of the kind, or nothing goes by that name; candidates may",
    "ambiguous": "a name fits several entities; candidates has them all, ask again with an id",
    "refused": "the question makes no sense or is not allowed here; the summary says why",
    "stopped": "a limit, or data out of reach, ended the work early; what is told is true, but not all",
}
"""What can become of a question."""
# by the exit code with which the command ends
_BY_EXIT_CODE = {1: "nothing found", 4: "stopped", 5: "stopped"}


@dataclass(frozen=True)
class Answer:
    """What a tool answers.

    `summary` says it in a sentence or two, `result` holds it as data, `lines` tell the same to a reader; `told` has the
    steps, claims and sources that it names. `left_out` says what is not here and how to get it, `advice` what to do
    next, `candidates` what a name may have meant.
    """

    summary: str
    result: JSON | None = None
    lines: tuple[str, ...] = ()
    told: Glossary = field(default_factory=Glossary)
    candidates: tuple[Entity, ...] = ()
    left_out: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    status: str = "answered"

    def to_dict(self, tool: str, data: str) -> JSON:
        """The answer as JSON-ready data; what is empty is left out."""
        parts: JSON = {
            "result": self.result,
            "steps": self.told.steps,
            "claims": self.told.claims,
            "sources": self.told.sources,
            "candidates": named(self.candidates),
            "left_out": list(self.left_out),
            "advice": list(self.advice),
        }
        head = {"format": FORMAT, "type": "assistant", "tool": tool, "status": self.status, "summary": self.summary}
        return {**head, **{name: part for name, part in parts.items() if part}, "data": data, "disclaimer": DISCLAIMER}

    def text(self, data: str) -> str:
        """The answer for a reader."""
        lines = [self.summary, *self.lines, *self.told.lines()]
        if self.candidates:
            lines.append("Did you mean: " + "; ".join(f"{e.label} ({e.id}, {e.kind})" for e in self.candidates) + "?")
        lines += [f"Left out: {words}" for words in self.left_out]
        lines += [f"Next: {words}" for words in self.advice]
        return "\n".join([*lines, *self.told.works(), f"Data {data}. {DISCLAIMER}"])


def size(answer: Answer, data: str = " " * 40, tool: str = " " * 20) -> int:
    """How many bytes the answer takes, as JSON and as text together; about, until `data` and `tool` are known."""
    told = json.dumps(answer.to_dict(tool, data), ensure_ascii=False, separators=(",", ":"))
    return len(told.encode()) + len(answer.text(data).encode())


def fitted(make: Callable[..., Answer], details: Iterable[tuple[int, ...]], largest: int = LARGEST) -> Answer:
    """The first of several forms of an answer, most telling first, that is not too large; at worst the last.

    `make` makes an answer with so much detail as each of the `details` says.
    """
    for detail in details:
        answer = make(*detail)
        if size(answer) <= largest:
            break
    return answer


def bounded(answer: Answer) -> Answer:
    """The answer, unless it is far too large after all: an entity of a foreign graph may have thousands of names."""
    if (taken := size(answer)) <= 4 * LARGEST:
        return answer
    told = f"The answer has {taken // 1000} kB, more than an assistant can read."
    return Answer(told, advice=("Ask for less: a lower limit, another tool, or sparql_query.",), status="stopped")


def refusal(error: KGError) -> Answer:
    """An error as an answer: what was wrong, what the name may have meant, what to do."""
    summary = shortened(error)
    if isinstance(error, UnknownEntity):
        near = tuple(error.suggestions)
        advice = ("Ask again with the id of a candidate.",) if near else ("Call find_entity with a part of the name.",)
        summary = f"No entity goes by the name {shortened(repr(error.name))}."
        return Answer(summary, candidates=near, advice=advice, status="nothing found")
    if isinstance(error, AmbiguousEntity):
        meant = f"{shortened(repr(error.name))} fits several entities."
        advice = ("Ask again with the id of the one that is meant; ask the user if you cannot tell.",)
        return Answer(meant, candidates=tuple(error.candidates), advice=advice, status="ambiguous")
    advice = ("Mend the query; graph_schema has the vocabulary, examples and pitfalls.",)
    answer = Answer(summary, status=_BY_EXIT_CODE.get(error.exit_code, "refused"))
    return replace(answer, advice=advice) if isinstance(error, QueryError) else answer
