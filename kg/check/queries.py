"""Queries: every named query can be read and runs with its defaults, and so does every rule of a derived graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kg.contents import Contents
from kg.errors import InvalidData, KGError, QueryError
from kg.model import Problem
from kg.sparql import NamedQuery, read_query, run_named
from kg.store import DERIVED, Dataset, constructed

__all__ = ["queries"]

_REMEDY = "Mend it; `kg query NAME` shows the place."


def queries(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """What is wrong with the queries of a folder: header, syntax, parameters, rules of derived graphs.

    A store, or a folder without queries of its own, is asked the shipped ones; those are not checked here.
    """
    folder = dataset.folder or Path()
    for role in sorted({*DERIVED, *(file.stem for file in folder.glob("derive/*.rq"))}):
        try:
            constructed(dataset, role)
        except InvalidData as error:
            yield from error.problems
    for file in sorted(folder.glob("queries/*.rq")):
        yield from _query(dataset, contents, file)


def _query(dataset: Dataset, contents: Contents, file: Path) -> Iterator[Problem]:
    place = f"queries/{file.name}"
    try:
        query = read_query(file)
    except InvalidData as error:
        yield from (replace(problem, file=place) for problem in error.problems)
        return
    yield from _defaults(query, contents, dataset.schema.prefixes, place)
    try:
        run_named(dataset.store, query, prefixes=dataset.schema.prefixes, limit=1)
    except KGError as error:
        message = (str(error).splitlines() or [""])[0]
        line = error.line or 0 if isinstance(error, QueryError) else 0
        yield Problem("error", "query", place, line, query.name, message, _REMEDY)


def _defaults(query: NamedQuery, contents: Contents, prefixes: Mapping[str, str], place: str) -> Iterator[Problem]:
    """Defaults that name an entity or source that is not there; the query would run, and answer nothing."""
    for parameter in query.parameters:
        known = {"entity": contents.entities, "source": contents.sources}.get(parameter.kind)
        name = parameter.default.removeprefix(f"{parameter.kind}:").removeprefix(prefixes.get(parameter.kind, "none"))
        if known is not None and name not in known:
            message = f"the default of {parameter.name}, {parameter.default}, is no {parameter.kind} of this graph."
            remedy = "Name one that is there; `kg find` lists them."
            yield Problem("error", "query", place, 0, query.name, message, remedy, value=parameter.default)
