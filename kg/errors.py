"""The errors a user can meet. Each message says what was wrong, where, and what to do.

Every class carries the exit code of the ``kg`` command: 1 nothing found, 2 usage or ambiguous name, 3 invalid data,
4 stopped by a limit, 5 cannot read or write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from kg.model import Entity, Problem

__all__ = [
    "AmbiguousEntity",
    "FileProblem",
    "InvalidData",
    "KGError",
    "MissingExtra",
    "NotFound",
    "QueryError",
    "RefusedChange",
    "UnknownEntity",
    "UsageError",
]


class KGError(Exception):
    """Base of all errors that kg raises on purpose; ``exit_code`` is what the command ends with."""

    exit_code: ClassVar[int] = 2


class UsageError(KGError):
    """A parameter is out of range or does not fit the others."""


class NotFound(KGError):
    """Nothing goes by that name or id."""

    exit_code = 1


class UnknownEntity(NotFound):
    """No entity goes by that name; ``suggestions`` holds the nearest ones, best first."""

    def __init__(self, name: str, suggestions: Sequence[Entity] = ()) -> None:
        self.name = name
        self.suggestions = list(suggestions)
        hint = " or ".join(e.label for e in self.suggestions[:3])
        tail = f" Did you mean {hint}?" if hint else " Try `kg find` with a part of the name."
        super().__init__(f"No entity {name!r}.{tail}")


class AmbiguousEntity(KGError):
    """A name fits several entities; ``candidates`` lists them all."""

    def __init__(self, name: str, candidates: Sequence[Entity]) -> None:
        self.name = name
        self.candidates = list(candidates)
        listed = ", ".join(f"{e.label} ({e.id})" for e in self.candidates)
        super().__init__(f"{name!r} fits several entities: {listed}. Name one of them.")


class InvalidData(KGError):
    """The data break a rule; ``problems`` lists each with its file, line and remedy. Nothing was loaded."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        more = len(self.problems) - 1
        tail = f" ({more} more problem{'s' if more > 1 else ''}; `kg check` lists all)" if more else ""
        super().__init__(f"{self.problems[0]}{tail}")


class RefusedChange(InvalidData):
    """A change of the data holds mistakes, or would break a rule; ``problems`` lists each. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        count = f"{len(self.problems)} problem{'' if len(self.problems) == 1 else 's'}"
        self.args = ("\n  ".join([f"nothing was written, because of {count}:", *map(str, self.problems)]),)


class QueryError(KGError):
    """A SPARQL query was refused or does not parse; ``line`` and ``column`` count from 1, None where unknown."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class FileProblem(KGError):
    """A file or folder cannot be read or written."""

    exit_code = 5


class MissingExtra(KGError):
    """An optional package is not installed; the message names the extra to install."""

    def __init__(self, package: str, extra: str) -> None:
        install = f"pip install 'calciphylaxis-kg[{extra}]' (or, in a checkout, pip install '.[{extra}]')"
        super().__init__(f"This needs the package {package}. Install it with: {install}")
