"""How a rule tells what it found: the problem with its file and line, names in short form."""

from __future__ import annotations

from typing import Literal

from kg.model import Problem
from kg.store import Dataset

__all__ = ["found"]


def found(
    dataset: Dataset,
    iri: str,
    level: Literal["error", "warning"],
    rule: str,
    message: str,
    remedy: str,
    *,
    property: str = "",  # noqa: A002 - the name of the field
    value: str = "",
) -> Problem:
    """A problem with the subject `iri`, at the place where its block begins."""
    file, line = dataset.locate(iri)
    return Problem(level, rule, file, line, dataset.schema.curie(iri), message, remedy, property, value)
