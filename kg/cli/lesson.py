"""``kg explain``: a trace told step by step for teaching, or asked as a quiz."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Choice, Force, Json, NameArgument, in_scope, print_json, several

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.lesson import Asked, Lesson
    from kg.model import Trace
    from kg.narrowing import Narrowing

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="Teach an answer step by step, or as a quiz.")(explain)


@in_scope
def explain(
    source: NameArgument,
    target: NameArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write .html, or .md with its picture (.svg).")
    ] = None,
    quiz: Annotated[bool, typer.Option("--quiz", help="Hide the signs; the key is at the end.")] = False,
    max_steps: Annotated[int, typer.Option("--max-steps", "-n", help="The longest route, in steps.")] = 4,
    no_definitions: Annotated[bool, typer.Option("--no-definitions", help="Take no steps by definition.")] = False,
    no_kinds: Annotated[
        bool, typer.Option("--no-kinds", help="Take no kinds of, or exposures to, the source.")
    ] = False,
    *,
    graph: KnowledgeGraph,
    asked: Narrowing,
    budget: Annotated[int, typer.Option(help="Stop after touching this many arcs.")] = 5_000_000,
    force: Force = False,
    as_json: Json = False,
) -> int:
    """Explain the best route of each arm step by step, with numbered citations and a picture.

    Without -o the Markdown goes to standard output, without its picture. Several entities at one end are parted by a
    bar: "SLE|corticosteroids".

    \b
    Examples:
      kg explain corticosteroids "vascular calcification"
      kg explain corticosteroids "vascular calcification" -o lesson.html --force
      kg explain warfarin calciphylaxis --quiz -o quiz.md --force
      kg explain PTH "vascular calcification" --species human --json
    """
    from kg.lesson import lesson

    answer = graph.trace(
        several(source), several(target), max_steps=max_steps, definitions=not no_definitions,
        specialize=not no_kinds, budget=budget,
    )  # fmt: skip
    _put(lesson(answer, quiz, _asked(asked, answer, budget)), out, force, as_json)
    if answer.certificate.status == "budget":
        typer.echo("kg: the search stopped at its budget; ask for fewer steps or raise --budget.", err=True)
        return 4
    return 1 if answer.verdict == "no path" else 0


def _asked(asked: Narrowing, answer: Trace, budget: int) -> Asked:
    """How the question was asked; where the data lie on this machine is left out."""
    from kg.lesson import Asked

    return Asked(asked, budget if answer.certificate.status == "budget" else None, Choice.named())


def _put(told: Lesson, out: Path | None, force: bool, as_json: bool) -> None:
    """Write the lesson where it was asked for."""
    if out is not None:
        written = told.write(out, force=force)
        typer.echo(f"Wrote {' and '.join(map(str, written))}.", err=True)
    if as_json:
        print_json(told.to_dict())
    elif out is None:
        typer.echo(told.markdown().rstrip("\n"))
        if told.routes:
            typer.echo("kg: for the picture too, name a file: -o lesson.html or -o lesson.md.", err=True)
