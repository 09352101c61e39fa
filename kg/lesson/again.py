"""How to ask the same again: one line for the shell, one for Python."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.model import Entity, Trace

__all__ = ["Again", "Asked", "again"]

_SWITCHES = {
    "without definitions": ("--no-definitions", "definitions=False"),
    "without specializations": ("--no-kinds", "specialize=False"),
}
"""What a certificate says of the switches of a trace, and how they are set."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question was asked, as far as its trace does not tell.

    `where` holds the filters of `KnowledgeGraph.where`; `entities`, `sources` and `reports` what was left out by
    `KnowledgeGraph.without`; `data` names the data if they are not the shipped ones.
    """

    where: Mapping[str, Any] = field(default_factory=dict)
    entities: Sequence[str] = ()
    sources: Sequence[str] = ()
    reports: bool = False
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
    for name, value in asked.where.items():
        words += _option(name, value)
    words += [word for name in asked.entities for word in ("--without", name)]
    words += [word for name in asked.sources for word in ("--without-source", name)]
    words += ["--and-reports"] if asked.reports else []
    words += [*switches, *(["--budget", str(asked.budget)] if asked.budget else []), *(["--quiz"] if quiz else [])]
    return shlex.join(words)


def _option(name: str, value: Any) -> list[str]:
    if name == "drafts":
        return [] if value else ["--no-drafts"]
    if name == "unstated":
        return ["--unstated"] if value else []
    if name == "years":
        return ["--years", f"{value[0]}-{value[1]}"]
    values = [value] if isinstance(value, str) else value
    return [word for each in values for word in (f"--{name}", each)]


def _python(trace: Trace, quiz: bool, asked: Asked, switches: Iterable[str]) -> str:
    graph = f"kg.open({_literal(asked.data)})" if asked.data else "kg.load()"
    if asked.where:
        graph += f".where({', '.join(f'{name}={_literal(value)}' for name, value in asked.where.items())})"
    if asked.entities or asked.sources:
        names = [_literal(name) for name in asked.entities]
        names += [f"sources={_literal(list(asked.sources))}"] if asked.sources else []
        names += ["reports=True"] if asked.reports else []
        graph += f".without({', '.join(names)})"
    ends = [_ends(side) for side in (trace.sources, trace.targets)]
    budget = [f"budget={asked.budget}"] if asked.budget else []
    given = ", ".join([*ends, f"max_steps={trace.certificate.max_steps}", *switches, *budget])
    return f"import kg; print({graph}.trace({given}).lesson({'quiz=True' if quiz else ''}).markdown())"


def _ends(side: Sequence[Entity]) -> str:
    ids = [entity.id for entity in side]
    return _literal(ids[0] if len(ids) == 1 else ids)


def _literal(value: Any) -> str:
    """A value as Python writes it, texts in double quotes where they hold none."""
    if isinstance(value, str):
        return f'"{value}"' if value.isprintable() and not {'"', "\\"} & set(value) else repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)
