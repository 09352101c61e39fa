"""What all objects share: equality by what they name, the shape of their JSON, and how a problem is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

__all__ = ["DISCLAIMER", "FORMAT", "JSON", "Keyed", "Losses", "Problem"]

JSON = dict[str, Any]
FORMAT = "https://w3id.org/calciphylaxis-kg/answer/1"
DISCLAIMER = "A map of what the literature says, not medical advice."


class Keyed:
    """Equality and hash by `key`, so that objects of two graphs that name the same thing are equal."""

    __slots__ = ()

    @property
    def key(self) -> object:
        """What makes two objects of this class the same."""
        raise NotImplementedError(f"{type(self).__name__} must define its key")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and type(other) is type(self) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def _repr_html_(self) -> str:
        from kg.draw import html  # the view, imported when a notebook asks for it

        return html.show(self)


class Losses(Protocol):
    """A report of what did not come through when a graph was read, joined or written."""

    @property
    def clean(self) -> bool:
        """Whether nothing was lost."""

    @property
    def summary(self) -> str:
        """What was lost, in one line; empty if nothing was."""

    def to_dict(self) -> JSON:
        """The report as JSON-ready data."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong with the data: where, what, and what to do. `level` is ``error`` or ``warning``.

    `property` and `value` name the statement at fault, where it is a single one.
    """

    level: Literal["error", "warning"]
    rule: str
    file: str
    line: int
    subject: str
    message: str
    remedy: str = ""
    property: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "") if part)
        text = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{place}: {text} {self.remedy}".strip() if place else f"{text} {self.remedy}".strip()

    def to_dict(self) -> JSON:
        """The problem as JSON-ready data."""
        names = ("level", "rule", "file", "line", "subject", "property", "value", "message", "remedy")
        return {name: getattr(self, name) for name in names}
