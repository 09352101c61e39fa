"""The page that commands print on.

Colour only on a terminal; without one the width is fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.text import Text

__all__ = ["Page"]


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
