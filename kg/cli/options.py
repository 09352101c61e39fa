"""What several commands share: which data they read, how they narrow it, and how they write JSON."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import kg
from kg.errors import KGError, UsageError
from kg.model import DISCLAIMER, FORMAT

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.narrowing import Narrowing

__all__ = [
    "Choice",
    "Force",
    "Json",
    "NameArgument",
    "in_scope",
    "names_like",
    "narrowed",
    "opened",
    "print_json",
    "several",
]


class Choice:
    """Which data the command reads; set by the options before the command's name."""

    data: Path | None = None
    address: str | None = None

    @classmethod
    def folder(cls) -> Path | None:
        """The data as a place on this machine. Raises UsageError for an address: what lies there is only asked."""
        if cls.address:
            raise UsageError(f"{cls.address} is an address. This command needs a folder of Turtle or a store.")
        return cls.data

    @classmethod
    def named(cls) -> str:
        """What the data are called, for others to read: without where they lie on this machine, and without a key in an
        address; empty for the shipped ones.
        """
        if cls.address:
            from kg.remote.client import shown

            return shown(cls.address)
        return cls.data.name if cls.data else ""


def opened() -> KnowledgeGraph:
    """The graph that the command reads."""
    chosen = Choice.address or Choice.data
    return kg.open(chosen) if chosen else kg.load()


def names_like(incomplete: str) -> list[str]:
    """Names of entities that begin with what is typed so far."""
    try:
        graph = opened()
    except KGError:
        return []
    wanted = incomplete.casefold()
    return [name for name in graph.entity_names() if name.casefold().startswith(wanted)]


def print_json(answer: dict[str, Any]) -> None:
    """Write an answer as JSON, with its format and the disclaimer."""
    typer.echo(json.dumps({"format": FORMAT, **answer, "disclaimer": DISCLAIMER}, ensure_ascii=False, indent=2))


NameArgument = Annotated[
    str, typer.Argument(help="An entity: label, synonym or identifier.", autocompletion=names_like)
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing output file.")]


def _values(vocabulary: str) -> Callable[[str], list[str]]:
    """Completes the values that the ontology has for a filter, the strongest first."""

    def complete(incomplete: str) -> list[str]:
        ranks = opened().schema.vocabularies[vocabulary]
        return [v for v in sorted(ranks, key=lambda v: (-ranks[v], v)) if v.startswith(incomplete)]

    return complete


Species = Annotated[
    list[str] | None,
    typer.Option(
        help="Keep what was seen in this species, such as human or mouse; may be repeated. A wrong value lists all.",
        autocompletion=_values("species"),
    ),
]
Tissue = Annotated[
    list[str] | None,
    typer.Option(
        help="Keep what was seen in this tissue, such as vessel or bone; may be repeated.",
        autocompletion=_values("tissue"),
    ),
]
Design = Annotated[
    list[str] | None,
    typer.Option(
        help="Keep evidence of this design, such as trial, cohort or animal-experiment; may be repeated.",
        autocompletion=_values("design"),
    ),
]
Basis = Annotated[
    list[str] | None,
    typer.Option(
        help="Keep claims on this basis: own-data, inference or second-hand; may be repeated.",
        autocompletion=_values("basis"),
    ),
]
Certainty = Annotated[
    str | None,
    typer.Option(help="Keep claims worded at least so: known, supported (shown, stated), hypothesized."),
]
Years = Annotated[str | None, typer.Option(help="Keep claims of sources from these years, as 2010-2020.")]
Population = Annotated[str | None, typer.Option(help="Keep claims whose population has this text.")]
Unstated = Annotated[bool, typer.Option("--unstated", help="Also keep claims that do not say.")]
Without = Annotated[list[str] | None, typer.Option(help="Leave out this entity; may be repeated.")]
WithoutSource = Annotated[list[str] | None, typer.Option(help="Leave out this source; may be repeated.")]
AndReports = Annotated[
    bool,
    typer.Option("--and-reports", help="With --without-source: also leave out second-hand reports that cite no other."),
]
NoDrafts = Annotated[bool, typer.Option("--no-drafts", help="Leave out claims that one reader only has seen.")]


def narrowing(
    species: Species = None,
    tissue: Tissue = None,
    design: Design = None,
    basis: Basis = None,
    certainty: Certainty = None,
    population: Population = None,
    years: Years = None,
    unstated: Unstated = False,
    no_drafts: NoDrafts = False,
    without: Without = None,
    without_source: WithoutSource = None,
    and_reports: AndReports = False,
) -> Narrowing:
    """What the options of a command ask to keep and to leave out."""
    from kg.narrowing import Narrowing

    if and_reports and not without_source:
        raise UsageError("--and-reports says what goes with a source. Name one with --without-source.")
    return Narrowing(
        species=tuple(species or ()), tissue=tuple(tissue or ()), design=tuple(design or ()), basis=tuple(basis or ()),
        certainty=certainty or "", population=population or "", years=years or "", unstated=unstated,
        drafts=not no_drafts, without=tuple(without or ()), without_source=tuple(without_source or ()),
        reports=and_reports,
    )  # fmt: skip


def narrowed(asked: Narrowing) -> KnowledgeGraph:
    """The graph that the command reads, narrowed as its options ask."""
    graph = opened()
    mended = None if Choice.address else getattr(graph, "report", None)  # an endpoint would have to count everything
    if mended is not None and not mended.clean:
        typer.echo(f"kg: read with losses: {mended.summary}. In Python, graph.report tells all.", err=True)
    return asked.of(graph)


def in_scope(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that narrow a graph, in the place of its parameter `graph`, and the graph itself.

    A command with a parameter `asked` also gets what they ask for, as a `Narrowing`.
    """
    named = {"KnowledgeGraph": Any, "Narrowing": Any}
    scope = inspect.signature(narrowing, eval_str=True, locals=named).parameters
    own = inspect.signature(command, eval_str=True, locals=named)

    @functools.wraps(command)
    def run(**given: Any) -> int:
        asked = narrowing(**{name: given.pop(name) for name in scope})
        more = {"asked": asked} if "asked" in own.parameters else {}
        return command(graph=narrowed(asked), **more, **given)

    parameters: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        parameters += scope.values() if name == "graph" else [parameter] if name != "asked" else []
    keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
    run.__signature__ = own.replace(parameters=keyword)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in keyword} | {"return": int}
    return run


def several(names: str) -> list[str]:
    """The names that are parted by a bar."""
    return [name.strip() for name in names.split("|") if name.strip()] or [names]
