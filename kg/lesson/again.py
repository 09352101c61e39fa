"""How to ask the same again: one line for the shell, one for Python."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.model import Entity, Trace
from kg.narrowing import Narrowing, literal

__all__ = ["Again", "Asked", "again"]

_SWITCHES = {
    "without definitions": ("--no-definitions", "definitions=False"),
    "without specializations": ("--no-kinds", "specialize=False"),
}
"""What a certificate says of the switches of a trace, and how they are set."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question was asked, as far as its trace does not tell.

    `narrowing` is how its graph was narrowed; `data` names the data if they are not the shipped ones.
    """

    narrowing: Narrowing = field(default_factory=Narrowing)
    budget: int | None = None
    data: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """The lines that ask the same again; `narrowed` is what they leave to the reader, in words."""

    shell: str
    python: str
    narrowed: str = ""


def again(trace: Trace, quiz: bool, asked: Asked | None = None) -> Again:
    """The two lines. Of a trace alone only the question is known, not how its graph was narrowed: that is told."""
    switches = [_SWITCHES[name] for name in trace.certificate.filters if name in _SWITCHES]
    filters = [name for name in trace.certificate.filters if name not in _SWITCHES]
    narrowed = "" if asked or not filters else ", ".join(filters)
    given = asked or Asked()
    return Again(
        _shell(trace, quiz, given, [option for option, _ in switches]),
        _python(trace, quiz, given, [argument for _, argument in switches]),
        narrowed,
    )


def _shell(trace: Trace, quiz: bool, asked: Asked, switches: Iterable[str]) -> str:
    ends = ["|".join(entity.id for entity in side) for side in (trace.sources, trace.targets)]
    data = ["--data", asked.data] if asked.data else []
    words = ["kg", *data, "explain", *ends, "-n", str(trace.certificate.max_steps)]
    words += asked.narrowing.options
    words += [*switches, *(["--budget", str(asked.budget)] if asked.budget else []), *(["--quiz"] if quiz else [])]
    return shlex.join(words)


def _python(trace: Trace, quiz: bool, asked: Asked, switches: Iterable[str]) -> str:
    graph = f"kg.open({literal(asked.data)})" if asked.data else "kg.load()"
    graph += asked.narrowing.python
    ends = [_ends(side) for side in (trace.sources, trace.targets)]
    budget = [f"budget={asked.budget}"] if asked.budget else []
    given = ", ".join([*ends, f"max_steps={trace.certificate.max_steps}", *switches, *budget])
    return f"import kg; print({graph}.trace({given}).lesson({'quiz=True' if quiz else ''}).markdown())"


def _ends(side: Sequence[Entity]) -> str:
    ids = [entity.id for entity in side]
    return literal(ids[0] if len(ids) == 1 else ids)
