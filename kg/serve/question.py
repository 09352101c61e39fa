"""A trace as an address asks it: ends, limits and scope, read from the parameters of a URL and written back."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kg.errors import UsageError
from kg.narrowing import Narrowing, literal

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.model import Trace

__all__ = ["BUDGET", "MOST_STEPS", "Parameters", "Question", "narrowing", "narrowing_parameters", "refuse_unknown"]

MOST_STEPS = 6
"""Longer routes are for Python: on the shipped graph there are thousands, and no page shows them."""
MOST_ENDS = 8
BUDGET = 1_000_000
"""Arcs touched; ten times what the shipped graph takes for routes of six steps."""
Parameters = Iterable[tuple[str, str]]
_STEPS = 4
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_LISTS = ("species", "tissue", "design", "basis", "without", "without_source")
_TEXTS = ("certainty", "population", "years")
_FLAGS = ("unstated", "drafts", "reports")
_OWN = ("from", "to", "steps", "order", "definitions", "kinds")
SHOWING = ("format", "all", "sensitivity")
"""What is said in an address of how to show an answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which routes are asked for. `sources` and `targets` are names as they were typed, or ids.

    >>> question = Question.read([("from", "SLE|corticosteroids"), ("to", "calciphylaxis"), ("species", "human")])
    >>> question.sources, question.narrowing.species
    (('SLE', 'corticosteroids'), ('human',))
    >>> question.parameters
    'from=SLE%7Ccorticosteroids&to=calciphylaxis&species=human'
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    max_steps: int = _STEPS
    order: str = "steps"
    definitions: bool = True
    kinds: bool = True
    narrowing: Narrowing = field(default_factory=Narrowing)

    @classmethod
    def read(cls, parameters: Parameters) -> Question:
        """The question in the parameters of an address.

        Raises UsageError for an end that is missing, a number that is none or too large, a flag that is neither 0 nor
        1, and a parameter that it does not know: a misspelt filter must not pass for one that was obeyed.
        """
        given = _gathered(parameters)
        refuse_unknown(given, (*_OWN, *SHOWING))
        ends = [tuple(name for text in given.get(key, ()) for name in _parted(text)) for key in ("from", "to")]
        for key, names in zip(("from", "to"), ends, strict=True):
            if not names:
                raise UsageError(
                    f"The question has no {key!r}. Name an entity, as in /trace?from=SLE&to=calciphylaxis."
                )
            if len(names) > MOST_ENDS:
                raise UsageError(f"The question has {len(names)} entities at {key!r}. Name at most {MOST_ENDS}.")
        return cls(
            ends[0],
            ends[1],
            max_steps=_steps(_last(given, "steps", str(_STEPS))),
            order=_last(given, "order", "steps"),
            definitions=_flag(given, "definitions", True),
            kinds=_flag(given, "kinds", True),
            narrowing=narrowing(given.items()),
        )

    def asked(self, graph: KnowledgeGraph) -> Trace:
        """The answer, by the graph narrowed as the question wants it. Raises what `KnowledgeGraph.trace` raises."""
        return self.narrowing.of(graph).trace(
            list(self.sources), list(self.targets), max_steps=self.max_steps, order=self.order,
            definitions=self.definitions, specialize=self.kinds, budget=BUDGET,
        )  # fmt: skip

    def of(self, trace: Trace) -> Question:
        """The same question with the ends by their ids, as its permanent address names them."""
        ends = [tuple(entity.id for entity in side) for side in (trace.sources, trace.targets)]
        return replace(self, sources=ends[0], targets=ends[1])

    @property
    def parameters(self) -> str:
        """The parameters of its address; what is as usual is left out."""
        return urlencode([*self._pairs(), *narrowing_parameters(self.narrowing)])

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield "from", "|".join(self.sources)
        yield "to", "|".join(self.targets)
        if self.max_steps != _STEPS:
            yield "steps", str(self.max_steps)
        if self.order != "steps":
            yield "order", self.order
        yield from ((name, "0") for name in ("definitions", "kinds") if not getattr(self, name))

    def python(self, data: str = "") -> str:
        """The question as Python code that gives the same answer; `data` names the data if they are not the shipped."""
        ends = ", ".join(literal(side if len(side) > 1 else side[0]) for side in (self.sources, self.targets))
        more: dict[str, Any] = {"max_steps": self.max_steps} if self.max_steps != _STEPS else {}
        more |= {"order": self.order} if self.order != "steps" else {}
        more |= {n: False for n, on in (("definitions", self.definitions), ("specialize", self.kinds)) if not on}
        lines = [
            "import kg",
            "",
            f"graph = {f'kg.open({literal(data)})' if data else 'kg.load()'}{self.narrowing.python}",
            f"trace = graph.trace({', '.join([ends, *(f'{name}={literal(value)}' for name, value in more.items())])})",
            "print(trace)",
            'trace.draw("answer.svg", force=True)',
        ]
        return "\n".join(lines)

    def shell(self, data: str = "") -> str:
        """The question as a command line that gives the same answer."""
        words = ["kg", *(["--data", data] if data else []), "trace", "|".join(self.sources), "|".join(self.targets)]
        words += ["--max-steps", str(self.max_steps)] if self.max_steps != _STEPS else []
        words += ["--order", self.order] if self.order != "steps" else []
        words += [flag for flag, on in (("--no-definitions", self.definitions), ("--no-kinds", self.kinds)) if not on]
        return shlex.join([*words, *self.narrowing.options])


def narrowing(parameters: Iterable[tuple[str, Any]]) -> Narrowing:
    """The narrowing in the parameters of an address. Raises UsageError for a flag that is neither 0 nor 1."""
    given = _gathered(parameters)
    lists = {name: tuple(dict.fromkeys(v for text in given.get(name, ()) for v in _parted(text))) for name in _LISTS}
    texts = {name: _last(given, name, "") for name in _TEXTS}
    usual = Narrowing()
    flags = {name: _flag(given, name, getattr(usual, name)) for name in _FLAGS}
    return Narrowing(**lists, **texts, **flags)  # type: ignore[arg-type]


def refuse_unknown(given: Iterable[str], own: Iterable[str]) -> None:
    """Raises UsageError for a parameter that is neither one of a narrowing nor one of one's own."""
    known = [*own, *_LISTS, *_TEXTS, *_FLAGS]
    for name in given:
        if name not in known:
            raise UsageError(f"There is no parameter {name[:40]!r} here. There are: {', '.join(known)}.")


def narrowing_parameters(asked: Narrowing) -> Iterator[tuple[str, str]]:
    """A narrowing as the parameters of an address; what asks for nothing is left out."""
    for name in _LISTS:
        yield from ((name, value) for value in getattr(asked, name))
    yield from ((name, getattr(asked, name)) for name in _TEXTS if getattr(asked, name))
    usual = Narrowing()
    for name in _FLAGS:
        if getattr(asked, name) != getattr(usual, name):
            yield name, str(int(getattr(asked, name)))


def _gathered(parameters: Iterable[tuple[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).extend([value] if isinstance(value, str) else value)
    return found


def _last(given: Mapping[str, list[str]], name: str, usual: str) -> str:
    return ([text.strip() for text in given.get(name, ()) if text.strip()] or [usual])[-1]


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _flag(given: Mapping[str, list[str]], name: str, usual: bool) -> bool:
    text = _last(given, name, str(int(usual))).lower()
    if text not in (*_TRUE, *_FALSE):
        raise UsageError(f"{name}={text!r} is neither 1 nor 0.")
    return text in _TRUE


def _steps(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) <= 4 and 1 <= int(text) <= MOST_STEPS):
        raise UsageError(
            f"steps={text!r} is no number from 1 to {MOST_STEPS}. For longer routes use kg.trace in Python."
        )
    return int(text)
