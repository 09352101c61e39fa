"""Results of a query: rows as Python values, as a table, and in the standard formats."""

from __future__ import annotations

import functools
import html
import importlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyoxigraph as ox

from kg.errors import MissingExtra, UsageError
from kg.model import FORMAT

__all__ = ["TRIPLE", "Results", "Term", "Value"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Value = str | int | float | bool | None
XSD = "http://www.w3.org/2001/XMLSchema#"
TRIPLE = ("subject", "predicate", "object")
"""The columns of a CONSTRUCT or DESCRIBE."""

_TABLES = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}
_GRAPHS = {
    "turtle": "TURTLE",
    "ntriples": "N_TRIPLES",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON_LD",
    "trig": "TRIG",
    "nquads": "N_QUADS",
}


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
        node = ox.NamedNode  # most terms are IRIs: no call for them
        return [tuple([t.value if type(t) is node else _value(t) for t in row]) for row in self.terms]

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
        SELECT and ASK; ``turtle``, ``ntriples``, ``rdfxml``, ``jsonld``, ``trig`` or ``nquads`` for CONSTRUCT and
        DESCRIBE (the last two with all triples in the default graph); ``table`` for any. Exactly the rows that are
        here are written; none of the standard formats can say that there were more.

        Raises
        ------
        UsageError
            The format does not fit the kind of query; names those that do. Or it cannot hold these results: XML has no
            control characters, RDF/XML no predicates that end in a digit or a mark, JSON-LD no triples about triples.
        """
        fitting = _GRAPHS if self.kind == "construct" else _TABLES
        if format == "table":
            return str(self)
        if format not in fitting:
            names = ", ".join([*fitting, "table"])
            raise UsageError(f"{format!r} is no format for the results of a {self.kind.upper()} query. Use {names}.")
        if self.kind == "construct":
            return self._graph(format)
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
        written = parsed.serialize(format=getattr(ox.QueryResultsFormat, fitting[format])) or b""
        return _well_formed(written) if format == "xml" else written.decode()

    @property
    def _spaces(self) -> dict[str, str]:
        """The prefixes that occur. O(distinct IRIs * prefixes)."""
        iris = {iri for row in self.terms for term in row for iri in _iris(term)}
        return {name: space for name, space in self.prefixes.items() if any(iri.startswith(space) for iri in iris)}

    def _graph(self, format: str) -> str:  # noqa: A002
        triples = [ox.Triple(*row) for row in self.terms]  # type: ignore[arg-type]
        form = getattr(ox.RdfFormat, _GRAPHS[format])
        try:
            written = ox.serialize(triples, format=form, prefixes=self._spaces) or b""
        except OSError as error:
            raise UsageError(f"These triples cannot be written as {format}: {error}. Use turtle.") from None
        return _well_formed(written) if format == "rdfxml" else written.decode()


def _iris(term: Term | None) -> Iterator[str]:
    """The IRIs in a term: its own, that of its datatype, those of a triple's parts."""
    if isinstance(term, ox.NamedNode):
        yield term.value
    elif isinstance(term, ox.Literal):
        yield term.datatype.value
    elif isinstance(term, ox.Triple):
        yield from (iri for part in TRIPLE for iri in _iris(getattr(term, part)))


def _well_formed(xml: bytes) -> str:
    """XML as Oxigraph writes it, made right: carriage returns are escaped, since readers change raw ones.

    Raises UsageError for names and characters that XML does not have, which Oxigraph writes all the same.
    """
    from xml.parsers import expat

    xml = xml.replace(b"\r", b"&#13;")
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(xml, True)
    except expat.ExpatError as error:
        near = xml.split(b"\n")[error.lineno - 1][error.offset :][:40].decode(errors="replace")
        raise UsageError(f"XML cannot hold these results ({near!r} is not allowed). Use another format.") from None
    return xml.decode()


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
        parts = {name: _json(getattr(term, name)) for name in TRIPLE}
        return {"type": "triple", "value": parts}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    typed = {} if term.datatype.value == XSD + "string" else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **typed}
