"""The page that commands print on, and the short forms of steps and claims on it.

Colour only on a terminal; without one the width is fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from kg.model import Claim, Step

__all__ = ["Page", "arrowed", "cited", "count", "marks", "qualified", "route"]


def _console() -> Console:
    plain = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    width = min(plain.width, 110) if plain.is_terminal else 100
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True, width=width)


class Page:
    """Prints lines with a hanging indent inside the width of the console."""

    def __init__(self) -> None:
        self.console = _console()

    def line(self, text: str = "", style: str = "", indent: int = 0, hang: int = 2) -> None:
        """A paragraph, wrapped, with its later lines indented by `hang` more."""
        first, rest = " " * indent, " " * (indent + hang)
        wrapped = textwrap.wrap(
            text, self.console.width, initial_indent=first, subsequent_indent=rest, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
        for part in wrapped or [""]:
            self.console.print(Text(part, style=style))

    def field(self, name: str, text: str, style: str = "") -> None:
        """A name and what it says, the text aligned behind the name."""
        width = self.console.width - 14
        parts = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
        for place, part in enumerate(parts):
            self.console.print(Text.assemble((f"  {name if place == 0 else '':<11} ", "bold"), (part, style)))


def marks(step: Step) -> str:
    """The marks of a step: ``?`` hypothesized, ``!`` contradicted, ``~`` in a named dispute, ``*`` draft, ``^``
    generalization, ``°`` foreign.
    """
    flags = (
        (step.hypothetical, "?"),
        (step.contradicted, "!"),
        (step.disputed and not step.contradicted, "~"),
        (step.draft, "*"),
        (step.generalization, "^"),
        (step.foreign, "°"),
    )
    return "".join(mark for holds, mark in flags if holds)


def route(steps: Sequence[Step]) -> str:
    """Steps in a row, with their arrows and marks."""
    parts = [steps[0].source.label]
    for step in steps:
        parts += [step.arrow + marks(step), step.target.label]
    return " ".join(parts)


def arrowed(step: Step) -> str:
    """One step with its arrow and marks."""
    return f"{step.source.label} {step.arrow}{marks(step)} {step.target.label}"


def cited(claim: Claim) -> str:
    """A claim by its source, how it was found, and its place."""
    cites = f"; cites {', '.join(work.citation for work in claim.cites)}" if claim.cites else ""
    said = f" says {claim.predicate.replace('-', ' ')}" if claim.null else ""
    via = f"from {claim.origin}" if claim.origin and claim.origin != claim.source.citation else ""
    stated = "; ".join(part for part in (qualified(claim), via, claim.place) if part)
    return f"{claim.source.citation}{said}: {stated}{cites} ({claim.id})"


def qualified(claim: Claim) -> str:
    """The qualifiers of a claim in words."""
    words = [claim.certainty, claim.basis, claim.design, claim.species, claim.tissue]
    draft = [] if claim.status == "curated" else [claim.status]
    told = [word.replace("-", " ") for word in [*words, *draft] if word]
    return ", ".join([*told, *([f"with {claim.exposure}"] if claim.exposure else [])])


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 route``, ``2 routes``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
