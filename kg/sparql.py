"""SPARQL for readers: a guard, a row limit, bindings, results in the standard formats, and the named queries.

`run` asks a pyoxigraph store; the union of all its graphs is the default graph. Every text first passes `guard`:
Oxigraph obeys SERVICE (it would call out from the reader's machine) and has no switch to forbid it, and it takes the
process down when a query is nested thousands of levels deep. The guard reads the text with a lexer of its own. It
need not be told what is valid (Oxigraph refuses the rest); it must never miss a keyword that Oxigraph would see, so
it follows Oxigraph where that departs from the standard (``SERVICEex:x {`` is a call there) and in doubt refuses.
"""

from __future__ import annotations

import functools
import html
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import pyoxigraph as ox

from kg.errors import InvalidData, MissingExtra, QueryError, UsageError
from kg.model import FORMAT, Problem

if TYPE_CHECKING:
    import pandas

__all__ = ["NamedQuery", "Parameter", "Results", "guard", "read_queries", "run", "run_named"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Value = str | int | float | bool | None
XSD = "http://www.w3.org/2001/XMLSchema#"

# --- The lexer -------------------------------------------------------------------------------------------------------

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\\\"']|{_UCHAR}"
_LETTER = r"A-Za-z0-9_\x80-\U0010ffff"  # where only names may hold a character, too many is as good as exactly enough
_LOCAL = r"\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = re.compile(
    rf"""
      (?P<blank>    [ \t\r\n]+ | \#[^\r\n]* )
    | (?P<string>   '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+''' | \"\"\"(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*+\"\"\"
                  | '(?:[^'\\\r\n]|{_ESCAPE})*+' | "(?:[^"\\\r\n]|{_ESCAPE})*+" )
    | (?P<iri>      <(?:[^<>"{{}}|^`\\\x00-\x20]|{_UCHAR})*+> )
    | (?P<tag>      @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<variable> [?$][{_LETTER}]+ )
    | (?P<name>     (?:[A-Za-z_\x80-\U0010ffff][{_LETTER}.\-]{{0,250}}+(?<!\.))?:
                    (?:(?:[{_LETTER}:%]|{_LOCAL})(?:[{_LETTER}:%\-]|\.+(?=[{_LETTER}:%\-\\])|{_LOCAL})*+)? )
    | (?P<word>     [{_LETTER}]+ )
    | (?P<mark>     \^\^ | << | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENING = re.compile(  # the first word after the prefixes
    r"(?:[ \t\r\n]+|#[^\r\n]*|PREFIX[^<]*<[^<>]*>|BASE[^<]*<[^<>]*>)*+(?P<word>\w*)", re.IGNORECASE
)
_BEFORE_IRI = frozenset("(,=!|/^*+-&<>;") | {"^^", "<<"}
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE COPY MOVE ADD WITH".split())
_CLOSING = {"(": ")", "[": "]", "{": "}"}
DEPTH, OPERATORS, SHORT = 100, 1_000, 1_000
"""Limits on nesting and on words and operators; a text of up to `SHORT` characters cannot do harm and is not counted.
Oxigraph's recursive parser and evaluator overflowed an 8 MB stack from 1,000 nested calls and 4,000 chained BINDs on."""


class Token(NamedTuple):
    """A piece of a query; `inner` is the bracket that encloses it (empty at the top), `depth` how many do."""

    kind: str
    text: str
    start: int
    inner: str
    depth: int


def tokenize(text: str) -> list[Token]:
    """The tokens of a query, blanks and comments left out. Raises QueryError where ``<`` can be read in two ways.

    ``<`` opens an IRI or means less than. It can mean less than only right inside round brackets and behind something
    to compare; there the two readings are told apart by what follows, and a text that would read differently from
    then on (``FILTER(?a<'>')``) is refused.
    """
    tokens: list[Token] = []
    brackets: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        kind, piece = match.lastgroup or "", match.group()
        if piece == "<<" and text[at + 2 : at + 3].strip(" \t\r\n(") or kind == "iri" and _doubtful(piece, tokens, brackets):
            hint = "Put a blank behind '<' if it means less than; write the IRI with a prefix if it is one."
            raise _refusal(text, at, f"It is not clear whether '<' opens an IRI here. {hint}")
        if kind == "iri" and piece[1:2] in ("?", "$") and brackets[-1:] == ["("]:
            kind, piece = "mark", "<"
        if kind == "mark" and brackets and piece == _CLOSING[brackets[-1]]:
            brackets.pop()
        if kind != "blank":
            tokens.append(Token(kind, piece, at, brackets[-1] if brackets else "", len(brackets)))
        if kind == "mark" and piece in _CLOSING:
            brackets.append(piece)
        at += len(piece)
    return tokens


def _doubtful(piece: str, tokens: list[Token], brackets: list[str]) -> bool:
    """Whether something that looks like an IRI may be a comparison, and the rest of the text would read differently."""
    if brackets[-1:] != ["("] or tokens[-1].text in _BEFORE_IRI:
        return False  # no comparison can stand here
    if re.match(r"<[A-Za-z][\w+.-]*://|.*\\", piece):
        return False  # no comparison reads like that
    return re.search(r"['#()]|service", piece, re.IGNORECASE) is not None


# --- The guard -------------------------------------------------------------------------------------------------------


def guard(text: str) -> None:
    """Refuse what a reader's query may not do: SERVICE, updates, and nesting that would bring the process down.

    Whatever passes makes pyoxigraph call no one. The word may stand in IRIs, strings, comments, variables and
    prefixed names. Codepoint escapes outside strings and IRIs are not understood by Oxigraph but by other engines,
    so a text with escapes is read in both ways.

    Raises
    ------
    QueryError
        with line and column (from 1) of what was refused.

    Takes time linear in the length of the text; microseconds where the word service does not occur.

    >>> guard("SELECT ?service { ?service a ckg:Drug } # no SERVICE here")
    >>> guard("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
        ...
    kg.errors.QueryError: SERVICE is refused: a query here calls no other server (line 1, column 12).
    SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }
               ^
    """
    opening = _OPENING.match(text)
    word = opening["word"].upper() if opening else ""
    if not text.strip() or (opening and opening.end() == len(text) and not word):
        raise QueryError("The query is empty. Try: SELECT ?entity ?label { ?entity a ckg:Drug ; rdfs:label ?label }")
    if opening and word in _UPDATES:
        raise _refusal(text, opening.start("word"), f"{word} is refused: the graph is read here, never changed")
    if len(text) > SHORT:
        _refuse_depth(text)
    if "service" in text.lower():
        _refuse_service(text)
    if re.search(_UCHAR, text):
        decoded = re.sub(_UCHAR, lambda match: _decode(match.group()), text)
        if "service" in decoded.lower():
            _refuse_service(decoded)


def _decode(escape: str) -> str:
    code = int(escape[2:], 16)
    return chr(code) if code <= 0x10FFFF else escape


def _refuse_service(text: str) -> None:
    tokens = tokenize(text)
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        at = token.text.lower().find("service")
        # Oxigraph wants no blank behind a keyword: a name with the word in it is a call if a group follows.
        named = token.kind == "name" and after is not None and after.text == "{"
        graph = before is not None and before.text.upper() in ("GRAPH", "FROM", "NAMED")
        if at >= 0 and (token.kind == "word" or named and not graph):
            raise _refusal(text, token.start + at, "SERVICE is refused: a query here calls no other server")
        if token.text == "\\":
            raise _refusal(text, token.start, "A backslash may stand in strings, IRIs and names only")


def _refuse_depth(text: str) -> None:
    operators = 0
    for token in tokenize(text):
        operators += token.kind == "word" and not token.text.isdigit() or token.text in ("!", "|", "&", "+", "-", "*", "/")
        if token.depth > DEPTH or operators > OPERATORS:
            limit = f"{DEPTH} brackets deep" if token.depth > DEPTH else f"{OPERATORS:,} words and operators"
            raise _refusal(text, token.start, f"The query is too large: no more than {limit}")


def _refusal(text: str, at: int, message: str) -> QueryError:
    """An error that shows the line with a caret under the character at that offset."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line, column = text.count("\n", 0, at) + 1, at - start + 1
    shown, offset = text[start : end if end >= 0 else len(text)].rstrip("\r"), at - start
    if len(shown) > 120:  # a window on a long line
        left = max(0, offset - 60)
        shown, offset = shown[left : left + 120], offset - left
    caret = "".join("\t" if char == "\t" else " " for char in shown[:offset]) + "^"
    return QueryError(f"{message.rstrip('.')} (line {line}, column {column}).\n{shown}\n{caret}", line, column)


# --- Asking ----------------------------------------------------------------------------------------------------------


def run(
    store: ox.Store,
    text: str,
    *,
    prefixes: Mapping[str, str],
    limit: int | None = 10_000,
    bindings: Mapping[str, object] | None = None,
) -> Results:
    """Ask a store a SPARQL query and get up to `limit` rows (None: all).

    `prefixes` need no declaration in the text. `bindings` gives variables a value: something with an ``iri`` (an
    Entity), a pyoxigraph term, a CURIE or an absolute IRI, a number, a truth value; any other text is a literal.
    A value takes the place of its variable everywhere, subqueries, FILTER, paths and aggregates included, and keeps
    its column if it is selected by name. Values are put in as whole tokens, written by pyoxigraph, so that no value
    can change the query. (pyoxigraph's own ``substitutions`` reach only variables that are selected.)

    Raises
    ------
    QueryError
        The text was refused by `guard`, does not parse, or cannot be evaluated; with line and column.
    UsageError
        `limit` below 1; a value for a variable that is not in the text or that the query computes itself.

    >>> store = ox.Store()
    >>> store.load(b'@prefix e: <http://e/> . e:prednisone e:lowers e:osteoprotegerin .', format=ox.RdfFormat.TURTLE)
    >>> print(run(store, "SELECT ?what { ?x e:lowers ?what }", prefixes={"e": "http://e/"}, bindings={"x": "e:prednisone"}))
    what
    -----------------
    e:osteoprotegerin
    """
    if limit is not None and limit < 1:
        raise UsageError(f"limit is {limit}; it must be 1 or more, or None for all rows.")
    guard(text)
    asked, edits = text, []
    if bindings:
        values = {name.lstrip("?$"): str(_term(name, value, prefixes)) for name, value in bindings.items()}
        asked, edits = _substitute(text, values)
    try:
        found = store.query(asked, prefixes=dict(prefixes), use_default_graph_as_union=True)
        return _collect(found, limit, prefixes)
    except SyntaxError as error:
        raise _explain(text, asked, edits, str(error), prefixes) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"The query cannot be answered: {error}.") from None


def _collect(
    found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, limit: int | None, prefixes: Mapping[str, str]
) -> Results:
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
    return Results("construct", list(_TRIPLE), terms, limit is not None and len(triples) > limit, prefixes)


_TRIPLE = ("subject", "predicate", "object")


def _distinct(found: Iterator[ox.Triple], stop: int) -> dict[ox.Triple, None]:
    triples: dict[ox.Triple, None] = {}
    for triple in found:
        triples[triple] = None
        if len(triples) == stop:
            break
    return triples


def _term(name: str, value: object, prefixes: Mapping[str, str]) -> Term:
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
    declared = {after.text for token, after in zip(tokens, tokens[1:], strict=False) if token.text.upper() == "PREFIX"}
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix not in prefixes and prefix != "_" and f"{prefix}:" not in declared:
            known = ", ".join(sorted(prefixes)) or "none"
            hint = f"Declare it with PREFIX {prefix}: <...>, or use one that is known: {known}"
            return _refusal(text, token.start, f"Unknown prefix {prefix!r}. {hint}")
    first = _OPENING.match(text)
    opening = first["word"].upper() if first else ""
    if first and not opening.startswith(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")):
        said = f", not {opening}" if opening else ""
        return _refusal(text, first.start("word"), f"A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE{said}")
    said = re.search(r"[A-Z][a-z]* (?:[A-Za-z]+ )+[a-z]+|IRI parsing failed", message)
    near = next((token for token in tokens if token.start + len(token.text) > at), None)
    if said and said.group() != "Prefix not found":
        reason = f"The query cannot be read: {said.group()}"
    elif near is None or at >= len(text.rstrip()):
        reason = "The query ends too early; is a bracket or a quotation mark left open?"
        at = len(text.rstrip())
    else:
        at = max(near.start, 0)
        reason = f"The query cannot be read from {near.text[:40]!r} on"
    return _refusal(text, min(at, len(text)), reason)
