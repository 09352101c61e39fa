"""`kg questions`: the standing questions with their verdicts, and before and after in a scope (`kg.causal.replay`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Json, in_scope, opened, print_json
from kg.errors import NotFound

if TYPE_CHECKING:
    from kg.causal.replay import Replay, Replayed, StandingAnswer
    from kg.cli.page import Page
    from kg.graph import KnowledgeGraph

__all__ = ["register"]

_MARKS = {"increasing": "▲", "decreasing": "▼", "unsigned": "◇"}
CAUSES_SHOWN = 4
_LEGEND = "▲ routes that raise it   ▼ routes that lower it   ◇ routes without a sign"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(short_help="The standing questions, and what leaving evidence out does to them.")(questions)


@in_scope
def questions(
    graph: KnowledgeGraph,
    every: Annotated[bool, typer.Option("--all", help="Also list the questions whose verdict stays.")] = False,
    as_json: Json = False,
) -> int:
    """List the standing questions with verdict and routes, or, with options that leave evidence out, before and after.

    Of each changed verdict it says which claims turn it; the others are counted. To leave out a source means its own
    claims, as if it had never been loaded: what other papers report of it second hand stays, unless --and-reports is
    given too. --json always lists every question.

    \b
    Examples:
      kg questions
      kg questions --without-source nazir-2015
      kg questions --without-source nazir-2015-ref-9 --and-reports
      kg questions --species human --all
      kg questions --certainty known --json
    """
    if not graph.questions:
        raise NotFound("These data have no standing question. State some in questions.ttl: from what, to what.")
    if not graph.filters:
        _list(graph, as_json)
        return 0
    replay = opened().replay(graph)
    if as_json:
        print_json(replay.to_dict())
    else:
        _show(replay, every)
    if not len(graph):
        hint = "Leave out less, or keep claims that do not say as well, with --unstated."
        typer.echo(f"kg: no claim is left in this scope; what still holds, holds by definition. {hint}", err=True)
    return 0


def _list(graph: KnowledgeGraph, as_json: bool) -> None:
    from kg.cli.page import Page
    from kg.model import DISCLAIMER
    from kg.wording import count

    answers = graph.answers()
    if as_json:
        told = [answer.to_dict() for answer in answers]
        print_json({"type": "questions", "data": graph.version, "claims": len(graph), "questions": told})
        return
    page = Page()
    page.line(count(len(answers), "standing question"), "bold")
    for answer in sorted(answers, key=_order):
        counts = " ".join(f"{_MARKS[name]}{number:<3}" for name, number in answer.routes.items())
        label = f"{answer.question.label}  ({answer.question.id})"
        page.line(f"{answer.verdict:<10} {counts} {label}", indent=2, hang=26)
    page.line(_LEGEND, "dim", indent=2)
    page.field("searched", _searched(answers))
    page.field("data", f"{graph.version}, {count(len(graph), 'claim')}")
    page.line(DISCLAIMER, "dim")


def _order(answer: StandingAnswer) -> tuple[object, ...]:
    """Contested ones first, the most evenly contested before the lopsided ones; then by verdict and words."""
    up, down = answer.routes["increasing"], answer.routes["decreasing"]
    even = min(up, down) / max(up, down, 1)
    return (answer.verdict != "contested", -even, answer.verdict, answer.question.label)


# --- before and after ----------------------------------------------------------------------------------------------


def _show(replay: Replay, every: bool) -> None:
    from kg.cli.page import Page
    from kg.model import DISCLAIMER

    page = Page()
    page.line(f"The standing questions: {len(replay.changed)} of {len(replay.questions)} verdicts changed", "bold")
    page.field("before", str(replay.old))
    page.field("after", str(replay.new))
    page.field(
        "searched", _searched(answer for question in replay.questions for answer in (question.old, question.new))
    )
    for question in replay.changed:
        _question(page, question)
    page.line()
    if replay.unchanged:
        page.line(_stay(replay.unchanged, every), "bold")
    for question in replay.unchanged if every else ():
        _question(page, question)
    page.line(_LEGEND, "dim")
    page.line(DISCLAIMER, "dim")


def _question(page: Page, question: Replayed) -> None:
    page.line()
    page.line(question.label, "bold", indent=2)
    verdicts = f"{question.before} → {question.after}" if question.changed else f"{question.after} as before"
    page.line(f"{verdicts}   {_routes(question.old.routes, question.new.routes)}", indent=4, hang=2)
    if question.emptied:
        page.line(f"no route is left in the arm: {', '.join(question.emptied)}", "yellow", indent=4)
    if question.changed:
        page.line(question.why, indent=4)
    for cause in question.causes[:CAUSES_SHOWN]:
        if cause.words:
            page.line(f"{cause.name}: {cause.words}", "dim", indent=6, hang=4)


def _routes(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """The routes of each arm, before and after where they differ."""
    counts = {name: str(n) if n == after[name] else f"{n} → {after[name]}" for name, n in before.items()}
    return "   ".join(f"{_MARKS[name]} {number}" for name, number in counts.items())


def _stay(questions: Sequence[Replayed], every: bool) -> str:
    from kg.wording import count

    moved = sum(question.old.routes != question.new.routes for question in questions)
    emptied = sum(bool(question.emptied) for question in questions)
    words = [f"{moved} of them on other routes"] if moved else []
    words += [f"{emptied} of them with an arm emptied"] if emptied else []
    one = len(questions) == 1
    hint = "" if every else f" (--all lists {'it' if one else 'them'})"
    told = f"{count(len(questions), 'verdict')} stand{'s' if one else ''}"
    return f"{told}{': ' if words else ''}{', '.join(words)}{hint}"


def _searched(answers: Iterable[StandingAnswer]) -> str:
    """How whole the answers are, in a line."""
    certificates = [answer.certificate for answer in answers if answer.certificate]
    steps = max((certificate.max_steps for certificate in certificates), default=0)
    short = sum(certificate.status != "complete" for certificate in certificates)
    stopped = f"; {short} of {len(certificates)} traces stopped at the budget" if short else ""
    return f"{'not ' if short else ''}every route of up to {steps} steps{stopped}"
