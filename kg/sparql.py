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
import importlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import pyoxigraph as ox

from kg.errors import InvalidData, MissingExtra, QueryError, UsageError
from kg.model import FORMAT, Problem

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
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"])
_CLOSING = {"(": ")", "[": "]", "{": "}"}
DEPTH, OPERATORS, SHORT = 100, 1_000, 1_000
"""Limits on nesting and on words and operators; a text of up to `SHORT` characters is too short to do harm and is not
counted. Oxigraph overflowed an 8 MB stack, and took the process down, at 1,000 nested IFs and at 4,000 BINDs in a row.
"""
_OPERATORS = frozenset("!|&+-*/")


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
        quoted = piece == "<<" and text[at + 2 : at + 3].strip(" \t\r\n(")
        if quoted or (kind == "iri" and _doubtful(piece, tokens, brackets)):
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
        # Oxigraph wants no blank behind a keyword: a name with the word in it is a call if a group follows. And it
        # ends a name at its second dot: ex:a.b.SERVICE is three tokens there.
        group = after is not None and after.text == "{"
        graph = before is not None and before.text.upper() in ("GRAPH", "FROM", "NAMED")
        hidden = token.kind == "name" and ((group and not graph) or ".service" in token.text.lower())
        if at >= 0 and (token.kind == "word" or hidden):
            raise _refusal(text, token.start + at, "SERVICE is refused: a query here calls no other server")
        if token.text == "\\":
            raise _refusal(text, token.start, "A backslash may stand in strings, IRIs and names only")


def _refuse_depth(text: str) -> None:
    operators = 0
    for token in tokenize(text):
        operators += token.text in _OPERATORS or (token.kind == "word" and not token.text.isdigit())
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


def _open(tokens: list[Token]) -> bool:
    """Whether a bracket or a quotation mark is left open."""
    marks = [token.text for token in tokens if token.kind == "mark"]
    return any(marks.count(left) > marks.count(right) for left, right in _CLOSING.items()) or not {"'", '"'}.isdisjoint(
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
    declared = {after.text for token, after in pairwise(tokens) if token.text.upper() == "PREFIX"}
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix not in prefixes and prefix != "_" and f"{prefix}:" not in declared:
            known = ", ".join(sorted(prefixes)) or "none"
            hint = f"Declare it with PREFIX {prefix}: <...>, or use one that is known: {known}"
            return _refusal(text, token.start, f"Unknown prefix {prefix!r}. {hint}")
    first = _OPENING.match(text)
    opening = first["word"].upper() if first else ""
    if first and not opening.startswith(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")):
        instead = f", not {opening}" if opening else ""
        return _refusal(text, first.start("word"), f"A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE{instead}")
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
    return _refusal(text, min(at, len(text)), reason)


# --- Results ---------------------------------------------------------------------------------------------------------

_TABLES = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}
_GRAPHS = {"turtle": "TURTLE", "ntriples": "N_TRIPLES"}


@dataclass(frozen=True, repr=False, eq=False)
class Results:
    """The answer to a query.

    `kind` is ``select``, ``ask`` or ``construct`` (also for DESCRIBE, whose triples are rows of subject, predicate,
    object). `terms` holds the RDF terms as pyoxigraph gives them, `rows` the same as Python values. `truncated` says
    that there were more rows than the limit. `boolean` is the answer of an ASK, None otherwise. Length, iteration and
    truth are those of the rows; an ASK is as true as its answer.
    """

    kind: Literal["select", "ask", "construct"]
    columns: list[str]
    terms: list[tuple[Term | None, ...]]
    truncated: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)
    boolean: bool | None = None

    @functools.cached_property
    def rows(self) -> list[tuple[Value, ...]]:
        """The rows as Python values: an IRI is a str, a number an int or float, a truth value a bool, other literals
        are their text, unbound is None.
        """
        return [tuple(_value(term) for term in row) for row in self.terms]

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return self.boolean if self.boolean is not None else bool(self.terms)

    def __repr__(self) -> str:
        what = self.boolean if self.kind == "ask" else f"{len(self)} rows of {', '.join(self.columns)}"
        return f"<Results: {what}{', truncated' if self.truncated else ''}>"

    @functools.cached_property
    def _cells(self) -> list[list[str]]:
        """The rows as text, IRIs shortened."""
        spaces = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        short = functools.lru_cache(maxsize=None)(functools.partial(_shorten, spaces=spaces))
        return [[short(term) for term in row] for row in self.terms]

    def __str__(self) -> str:
        """A plain table with IRIs shortened by the prefixes; an ASK is ``true`` or ``false``."""
        if self.kind == "ask":
            return str(self.boolean).lower()
        cells = [[" ".join(cell.split()) for cell in row] for row in self._cells]
        widths = [max(map(len, column)) for column in zip(self.columns, *cells, strict=True)]
        lines = [self.columns, ["-" * width for width in widths], *cells]
        table = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        return "\n".join([*table, *([self._more] if self.truncated else [])])

    @property
    def _more(self) -> str:
        return f"(the first {len(self):,} rows; there are more)"

    def _repr_html_(self) -> str:
        if self.kind == "ask":
            return f"<p>{self}</p>"
        head = "".join(f"<th>{html.escape(column)}</th>" for column in self.columns)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in self._cells)
        caption = f"<caption>{self._more}</caption>" if self.truncated else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame; `MissingExtra` if pandas is not installed."""
        try:
            pandas = importlib.import_module("pandas")
        except ImportError:
            raise MissingExtra("pandas", "dataframe") from None
        return pandas.DataFrame(self.rows, columns=self.columns)

    def to_dict(self) -> dict[str, Any]:
        """The results as JSON-ready data: ``format``, ``type`` (results), ``kind``, ``columns``, ``rows`` (lists of
        values as in `rows`; NaN and the infinities as text), ``truncated`` and ``boolean``.
        """
        rows = [[str(v) if isinstance(v, float) and not math.isfinite(v) else v for v in row] for row in self.rows]
        return {
            "format": FORMAT,
            "type": "results",
            "kind": self.kind,
            "columns": list(self.columns),
            "rows": rows,
            "truncated": self.truncated,
            "boolean": self.boolean,
        }

    def serialize(self, format: str) -> str:  # noqa: A002
        """The rows in a standard format: ``json``, ``xml``, ``csv``, ``tsv`` (the SPARQL 1.1 result formats) for
        SELECT and ASK, ``turtle`` or ``ntriples`` for CONSTRUCT and DESCRIBE, ``table`` for any. Exactly the rows
        that are here are written; none of the standard formats can say that there were more.

        Raises
        ------
        UsageError
            The format does not fit the kind of query; names those that do.
        """
        fitting = _GRAPHS if self.kind == "construct" else _TABLES
        if format == "table":
            return str(self)
        if format not in fitting:
            names = ", ".join([*fitting, "table"])
            raise UsageError(f"{format!r} is no format for the results of a {self.kind.upper()} query. Use {names}.")
        if self.kind == "construct":
            triples = [ox.Triple(*row) for row in self.terms]  # type: ignore[arg-type]
            written = ox.serialize(triples, format=getattr(ox.RdfFormat, fitting[format]), prefixes=dict(self.prefixes))
            return (written or b"").decode()
        if self.kind == "ask":
            data: dict[str, Any] = {"head": {}, "boolean": self.boolean}
        else:
            named = [
                {c: _json(t) for c, t in zip(self.columns, row, strict=True) if t is not None} for row in self.terms
            ]
            data = {"head": {"vars": self.columns}, "results": {"bindings": named}}
        written_json = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        if format == "json":
            return written_json
        parsed = ox.parse_query_results(written_json, ox.QueryResultsFormat.JSON)
        return (parsed.serialize(format=getattr(ox.QueryResultsFormat, fitting[format])) or b"").decode()


_INTEGERS = {f"{sign}{kind}" for sign in ("", "unsigned") for kind in ("byte", "short", "int", "long", "Byte", "Short")}
_INTEGERS |= {"integer", "unsignedInt", "unsignedLong"}
_INTEGERS |= {"nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger"}

_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def _value(term: Term | None) -> Value:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value
    if not isinstance(term, ox.Literal):
        return str(term)
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if kind in _INTEGERS:
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(term.value)
    except ValueError:
        return term.value
    return _TRUTH.get(term.value, term.value) if kind == "boolean" else term.value


def _shorten(term: Term | None, spaces: list[tuple[str, str]]) -> str:
    """A term as text: an IRI with its prefix where the rest is a plain name, ``#`` escaped as SPARQL wants it."""
    if isinstance(term, ox.NamedNode):
        for prefix, space in spaces:
            local = term.value[len(space) :]
            if term.value.startswith(space) and re.fullmatch(r"\w(?:[\w.#-]*[\w-])?", local):
                return f"{prefix}:{local}".replace("#", "\\#")
        return f"<{term.value}>"
    value = _value(term)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _json(term: Term) -> dict[str, Any]:
    """A term in the JSON format of SPARQL results."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {name: _json(getattr(term, name)) for name in _TRIPLE}
        return {"type": "triple", "value": parts}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    typed = {} if term.datatype.value == XSD + "string" else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **typed}


# --- Named queries ---------------------------------------------------------------------------------------------------

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
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".rq")), key=lambda file: file.name)
    queries = [_read(file.name, file.read_text(encoding="utf-8"), problems) for file in files]
    if problems:
        raise InvalidData(problems)
    return {query.name: query for query in queries}


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
        term = _term(parameter.name, value, prefixes)
        if isinstance(term, ox.NamedNode):
            return term
    article = "an" if parameter.kind in ("entity", "integer") else "a"
    raise UsageError(f"{parameter.name} must be {article} {parameter.kind}, not {value!r}.")
