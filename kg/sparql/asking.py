"""Asking a store: the text is guarded, values are put in as whole tokens, errors are told on the text as written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice, pairwise
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError, UsageError
from kg.sparql.guard import guard
from kg.sparql.lexer import CLOSING, OPENING, Token, refusal, tokenize
from kg.sparql.results import TRIPLE, Results, Term

__all__ = ["collect", "prepared", "run", "term"]


def run(
    store: ox.Store,
    text: str,
    *,
    prefixes: Mapping[str, str],
    limit: int | None = 10_000,
    bindings: Mapping[str, object] | None = None,
    default_graphs: Collection[str] = (),
    named_graphs: Collection[str] = (),
) -> Results:
    """Ask a store a SPARQL query and get up to `limit` rows (None: all).

    `prefixes` need no declaration in the text. `bindings` gives variables a value: something with an ``iri`` (an
    Entity), a pyoxigraph term, a CURIE or an absolute IRI, a number, a truth value; any other text is a literal.
    A value takes the place of its variable everywhere, subqueries, FILTER, paths and aggregates included, and keeps
    its column if it is selected by name. Values are put in as whole tokens, written by pyoxigraph, so that no value
    can change the query. (pyoxigraph's own ``substitutions`` reach only variables that are selected.)

    The dataset is the one that FROM and FROM NAMED in the text say, or, over it, these `default_graphs` and
    `named_graphs` (IRIs; where only one sort is given there is nothing of the other). Without any of this the default
    graph is the union of all graphs. All are graphs of the store: one that it does not have is empty, none is fetched.

    Raises
    ------
    QueryError
        The text was refused by `guard`, does not parse, or cannot be evaluated; with line and column.
    UsageError
        `limit` below 1; a value for a variable that is not in the text or that the query computes itself; a graph whose
        name is no IRI.

    >>> store = ox.Store()
    >>> store.load(b'@prefix e: <http://e/> . e:prednisone e:lowers e:osteoprotegerin .', format=ox.RdfFormat.TURTLE)
    >>> given = {"drug": "e:prednisone"}
    >>> print(run(store, "SELECT ?what { ?drug e:lowers ?what }", prefixes={"e": "http://e/"}, bindings=given))
    what
    -----------------
    e:osteoprotegerin
    """
    if limit is not None and limit < 1:
        raise UsageError(f"limit is {limit}; it must be 1 or more, or None for all rows.")
    guard(text)
    asked = text
    edits: list[Edit] = []
    if bindings:
        values = {name.lstrip("?$"): str(term(name, value, prefixes)) for name, value in bindings.items()}
        asked, edits = _substitute(text, values)
    dataset = _dataset(text, prefixes, default_graphs, named_graphs)
    try:
        found = store.query(asked, prefixes=dict(prefixes), **dataset)
        return collect(found, limit, prefixes)
    except SyntaxError as error:
        raise _explain(text, asked, edits, str(error), prefixes) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"The query cannot be answered: {error}.") from None


def _dataset(
    text: str, prefixes: Mapping[str, str], default_graphs: Collection[str], named_graphs: Collection[str]
) -> dict[str, Any]:
    """The arguments that tell pyoxigraph which graphs to ask."""
    if default_graphs or named_graphs:
        return {"default_graph": _graphs(default_graphs), "named_graphs": _graphs(named_graphs)}
    # The union of all graphs would take the place of what FROM says.
    return {} if _has_from(text, prefixes) else {"use_default_graph_as_union": True}


def _graphs(names: Collection[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(name) for name in names]
    except ValueError as error:
        raise UsageError(f"A graph is named by an absolute IRI: {error}.") from None


def _has_from(text: str, prefixes: Mapping[str, str]) -> bool:
    """Whether a query says itself which graphs it asks; Oxigraph wants no blank behind a keyword: ``FROMex:g``."""
    if not re.search(r"(?<![\w?$:])from", text, re.IGNORECASE):
        return False
    tokens = tokenize(text)
    known = prefixes.keys() | _declared(tokens)
    top = [token for token in tokens if token.depth == 0 and token.text.upper().startswith("FROM")]
    names = (token.text.partition(":")[0] for token in top if token.kind == "name")
    return any(token.kind == "word" for token in top) or any(name not in known for name in names)


def _declared(tokens: list[Token]) -> set[str]:
    """The prefixes that a query declares."""
    return {after.text.rstrip(":") for token, after in pairwise(tokens) if token.text.upper() == "PREFIX"}


def prepared(text: str, prefixes: Mapping[str, str], bindings: Mapping[str, object]) -> str:
    """A query as another engine can be asked it: guarded, with values put in, and the prefixes it uses declared.

    Raises QueryError and UsageError as `run` does.

    >>> prepared("ASK { ?drug e:lowers ?what }", {"e": "http://e/", "f": "http://f/"}, {"drug": "e:prednisone"})
    'PREFIX e: <http://e/> ASK {  <http://e/prednisone>  e:lowers ?what }'
    """
    guard(text)
    values = {name.lstrip("?$"): str(term(name, value, prefixes)) for name, value in bindings.items()}
    tokens = tokenize(text)
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    needed = sorted(used & prefixes.keys() - _declared(tokens))
    asked = _substitute(text, values)[0] if values else text
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in needed) + asked


def collect(
    found: ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple], limit: int | None, prefixes: Mapping[str, str]
) -> Results:
    """The first rows of what an engine found, triples each once and sorted."""
    stop = None if limit is None else limit + 1
    if isinstance(found, ox.QueryBoolean):
        return Results("ask", [], [], prefixes=prefixes, boolean=bool(found))
    if isinstance(found, ox.QuerySolutions):
        columns = [variable.value for variable in found.variables]
        terms: list[tuple[Term | None, ...]] = [tuple(row) for row in islice(found, stop)]
        return Results("select", columns, terms[:limit], limit is not None and len(terms) > limit, prefixes)
    triples = dict.fromkeys(found) if stop is None else _distinct(found, stop)
    # Oxigraph's order is not ours to promise: sorted, the same graph gives the same bytes.
    kept = sorted(islice(triples, limit), key=lambda triple: [str(part) for part in triple])
    terms = [(triple.subject, triple.predicate, triple.object) for triple in kept]
    return Results("construct", list(TRIPLE), terms, limit is not None and len(triples) > limit, prefixes)


def _distinct(found: Iterator[ox.Triple], stop: int) -> dict[ox.Triple, None]:
    triples: dict[ox.Triple, None] = {}
    for triple in found:
        triples[triple] = None
        if len(triples) == stop:
            break
    return triples


def term(name: str, value: object, prefixes: Mapping[str, str]) -> Term:
    """A Python value as an RDF term."""
    iri = getattr(value, "iri", None)
    try:
        if isinstance(iri, str):
            return ox.NamedNode(iri)
        if isinstance(value, ox.NamedNode | ox.Literal):
            return value
        if isinstance(value, str):
            head, colon, local = value.partition(":")
            if re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:)\S+", value):
                return ox.NamedNode(value)
            if colon and head in prefixes and re.fullmatch(r"\S*", local):
                return ox.NamedNode(prefixes[head] + local)
            return ox.Literal(value)
        if isinstance(value, bool | int | float):
            return ox.Literal(value)
    except (ValueError, OverflowError):  # not an IRI after all, or not a text
        if isinstance(value, str) and value.isprintable():
            return ox.Literal(value)
    raise UsageError(f"{name}={value!r} cannot be put into a query; give an entity, an IRI, a text or a number.")


Edit = tuple[int, int, int]
"""Where a value was put in: end of the variable in the text, start and end of the value in the text that was asked."""


def _substitute(text: str, values: Mapping[str, str]) -> tuple[str, list[Edit]]:
    """The text with values in the place of their variables, and where they stand."""
    parts: list[str] = []
    edits: list[Edit] = []
    seen: set[str] = set()
    done = length = 0
    clause: list[str] = [""]  # the clause that is open in each group: select, by, values or none
    tokens = tokenize(text)
    for index, token in enumerate(tokens):
        word = token.text.upper()
        if token.text == "{":
            clause[-1] = ""
            clause.append("")
        elif token.text == "}":
            clause = clause[:-1] or [""]
        elif token.kind == "word" and token.inner != "(":
            clause[-1] = {"SELECT": "select", "BY": "by", "VALUES": "values"}.get(word, clause[-1])
            clause[-1] = "" if word in ("WHERE", "FROM", "HAVING", "LIMIT", "OFFSET") else clause[-1]
        name = token.text[1:]
        if token.kind != "variable" or name not in values:
            continue
        if clause[-1] == "values" or tokens[index - 1].text.upper() == "AS":
            raise UsageError(f"The query gives ?{name} a value itself; it cannot be given another.")
        seen.add(name)
        value = values[name]
        if token.inner != "(" and clause[-1]:
            column = name if len(clause) == 1 else f"{name}_{index}"
            value = f"({value} AS ?{column})" if clause[-1] == "select" else f"({value})"
        parts += [text[done : token.start], f" {value} "]
        length += token.start - done
        done = token.start + len(token.text)
        edits.append((done, length, length + len(value) + 2))
        length += len(value) + 2
    if missing := [name for name in values if name not in seen]:
        names = ", ".join(f"?{name}" for name in missing)
        raise UsageError(f"There is no {names} in the query to give a value to.")
    return "".join([*parts, text[done:]]), edits


def _open(tokens: list[Token]) -> bool:
    """Whether a bracket or a quotation mark is left open."""
    marks = [token.text for token in tokens if token.kind == "mark"]
    return any(marks.count(left) > marks.count(right) for left, right in CLOSING.items()) or not {"'", '"'}.isdisjoint(
        marks
    )


def _explain(text: str, asked: str, edits: list[Edit], message: str, prefixes: Mapping[str, str]) -> QueryError:
    """Oxigraph's syntax error in plain words, on the text as it was written."""
    place = re.match(r"error at (\d+):(\d+)", message)
    if not place:
        return QueryError(f"The query cannot be read: {message}.")
    lines = asked.split("\n")
    at = sum(len(line) + 1 for line in lines[: int(place[1]) - 1]) + int(place[2]) - 1
    for end, start, stop in reversed(edits):  # from the text that was asked back to the text as written
        if at >= stop:
            at += end - stop
            break
        if at >= start:
            at = end - 1
            break
    tokens = tokenize(text)
    declared = _declared(tokens)
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix not in prefixes and prefix != "_" and prefix not in declared:
            known = ", ".join(sorted(prefixes)) or "none"
            hint = f"Declare it with PREFIX {prefix}: <...>, or use one that is known: {known}"
            return refusal(text, token.start, f"Unknown prefix {prefix!r}. {hint}")
    first = OPENING.match(text)
    opening = first["word"].upper() if first else ""
    if first and not opening.startswith(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")):
        instead = f", not {opening}" if opening else ""
        return refusal(text, first.start("word"), f"A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE{instead}")
    said = re.search(r"[A-Z][a-z]* (?:[A-Za-z]+ )+[a-z]+|IRI parsing failed", message)
    near = next((token for token in tokens if token.start + len(token.text) > at), None)
    if said and said.group() != "Prefix not found":
        reason = f"The query cannot be read: {said.group()}"
    elif _open(tokens):
        reason = "The query ends too early; is a bracket or a quotation mark left open?"
        at = len(text.rstrip())
    else:
        near = near or tokens[-1]
        at = near.start
        reason = f"The query cannot be read from {near.text[:40]!r} on"
    return refusal(text, min(at, len(text)), reason)
