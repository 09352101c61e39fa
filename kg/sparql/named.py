"""Named queries: the competency questions of the graph, each a file with a header that says how to ask and read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, get_args

import pyoxigraph as ox

from kg.errors import InvalidData, QueryError, UsageError
from kg.model import Problem
from kg.sparql.asking import run, term
from kg.sparql.lexer import tokenize
from kg.sparql.results import Results, Term

__all__ = ["NamedQuery", "Parameter", "read_queries", "read_query", "run_named"]

Kind = Literal["entity", "source", "text", "integer"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a named query is asked about: the variable ``?name`` of its text, with the value if none is given."""

    name: str
    kind: Kind
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A competency question of the graph: `title` says what it answers, `reading` how to read its rows."""

    name: str
    title: str
    text: str
    reading: str
    parameters: tuple[Parameter, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The query as JSON-ready data."""
        names = ("name", "kind", "default", "description")
        parameters = [{name: getattr(parameter, name) for name in names} for parameter in self.parameters]
        own = {name: getattr(self, name) for name in ("name", "title", "reading", "text")}
        return {**own, "parameters": parameters}


def read_queries(folder: Path | Traversable) -> dict[str, NamedQuery]:
    """The named queries of a folder, by name (the file's, without ``.rq``), in alphabetical order.

    A file begins with comment lines::

        # title: What lowers an entity?
        # parameter: target (entity) = entity:vascular-calcification — what is lowered
        # reading: One row for each claim step,
        #   continued on lines that are indented.

    Raises
    ------
    InvalidData
        with every malformed header, its file and line.
    """
    problems: list[Problem] = []
    files = [file for file in folder.iterdir() if file.name.endswith(".rq")]
    files.sort(key=lambda file: file.name.removesuffix(".rq"))
    queries = {}
    for file in files:
        try:
            queries[file.name.removesuffix(".rq")] = read_query(file)
        except InvalidData as error:
            problems += error.problems
    if problems:
        raise InvalidData(problems)
    return queries


def read_query(file: Path | Traversable) -> NamedQuery:
    """One named query. Raises InvalidData with all that is wrong with its header, or if it is no text."""
    problems: list[Problem] = []
    try:
        query = _read(file.name, file.read_text(encoding="utf-8"), problems)
    except UnicodeDecodeError:
        problem = Problem("error", "query", file.name, 0, "", "not a text in UTF-8.", "Restore it from your copy.")
        raise InvalidData([problem]) from None
    except QueryError as error:
        message = (str(error).splitlines() or [""])[0]
        raise InvalidData([Problem("error", "query", file.name, error.line or 0, "", message, "Mend it.")]) from None
    if problems:
        raise InvalidData(problems)
    return query


_REMEDY = "Write `# title: ...`, `# parameter: name (kind) = default — description`, `# reading: ...`."


def _read(file: str, text: str, problems: list[Problem]) -> NamedQuery:
    def wrong(line: int, message: str) -> None:
        problems.append(Problem("error", "query-header", file, line, "", message, _REMEDY))

    entries: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        if match := re.fullmatch(r"# (title|parameter|reading): +(\S.*)", line):
            entries.append((number, match[1], match[2].strip()))
        elif entries and re.match(r"#(?: {2,}|\t)\S", line):
            start, key, value = entries[-1]
            entries[-1] = (start, key, f"{value} {line[1:].strip()}")
        else:
            wrong(number, f"this line of the header is not understood: {line!r}.")
    variables = {token.text[1:] for token in tokenize(text) if token.kind == "variable"}
    parameters: dict[str, Parameter] = {}
    for number, _, value in (entry for entry in entries if entry[1] == "parameter"):
        parameter = _parameter(value, variables - parameters.keys())
        if isinstance(parameter, str):
            wrong(number, parameter)
        else:
            parameters[parameter.name] = parameter
    for key in ("title", "reading"):
        if [entry[1] for entry in entries].count(key) != 1:
            wrong(1, f"the header has no {key}, or several.")
    words = {key: value for _, key, value in entries}
    name = file.removesuffix(".rq")
    return NamedQuery(name, words.get("title", ""), text, words.get("reading", ""), tuple(parameters.values()))


def _parameter(entry: str, variables: set[str]) -> Parameter | str:
    """A parameter as its header line states it, or what is wrong with the line."""
    match = re.fullmatch(r"(\w+) \((\w+)\) = (.+?) — (.+)", entry)
    if match is None:
        return f"this parameter is not understood: {entry!r}."
    name, kind, default, description = match.groups()
    if kind not in get_args(Kind):
        return f"parameter {name} is of the unknown kind {kind!r}; there are {', '.join(get_args(Kind))}."
    if name not in variables:
        return f"parameter {name} is not in the query, or is named twice."
    if kind == "integer" and not re.fullmatch(r"[+-]?\d+", default):
        return f"the default of parameter {name} is no integer: {default!r}."
    return Parameter(name, kind, default, description)  # type: ignore[arg-type]


def run_named(
    store: ox.Store,
    query: NamedQuery,
    parameters: Mapping[str, object] | None = None,
    *,
    prefixes: Mapping[str, str],
    limit: int | None = 10_000,
) -> Results:
    """Ask a named query, with its defaults for the parameters that are not given.

    An entity or source is an object with an ``iri``, a CURIE or an IRI; finding one by its name is the caller's work.

    Raises
    ------
    UsageError
        A parameter that the query does not have, or a value that is not of its kind.
    QueryError
        As `run` does.
    """
    given = dict(parameters or {})
    if unknown := sorted(given.keys() - {parameter.name for parameter in query.parameters}):
        known = ", ".join(parameter.name for parameter in query.parameters) or "none"
        raise UsageError(f"The query {query.name} has no parameter {unknown[0]!r}; it has {known}.")
    bindings: dict[str, object] = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        bindings[parameter.name] = _argument(parameter, value, prefixes)
    return run(store, query.text, prefixes=prefixes, limit=limit, bindings=bindings)


def _argument(parameter: Parameter, value: object, prefixes: Mapping[str, str]) -> Term:
    if parameter.kind == "integer" and re.fullmatch(r"[+-]?\d+", str(value).strip()):
        return ox.Literal(int(str(value)))
    if parameter.kind == "text" and isinstance(value, str):
        return ox.Literal(value)
    if parameter.kind in ("entity", "source"):
        found = term(parameter.name, value, prefixes)
        if isinstance(found, ox.NamedNode):
            return found
    article = "an" if parameter.kind in ("entity", "integer") else "a"
    raise UsageError(f"{parameter.name} must be {article} {parameter.kind}, not {value!r}.")
