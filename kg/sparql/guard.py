"""The guard that every query from outside passes: no call to another server, no update, no nesting that kills.

Oxigraph obeys SERVICE (it would call out from the reader's machine) and has no switch to forbid it, and it takes the
process down when a query is nested thousands of levels deep. Where Oxigraph departs from the standard
(``SERVICEex:x {`` is a call there) the guard follows Oxigraph, and in doubt it refuses.
"""

from __future__ import annotations

import re

from kg.errors import QueryError
from kg.sparql.lexer import CLOSING, OPENING, UCHAR, refusal, tokenize

__all__ = ["UPDATES", "guard"]

UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"])
"""The words with which an update begins."""
DEPTH, OPERATORS, SHORT = 100, 1_000, 1_000
"""Limits on nesting and on words and operators; a text of up to `SHORT` characters is too short to do harm and is not
counted. Oxigraph overflowed an 8 MB stack, and took the process down, at 1,000 nested IFs and at 4,000 BINDs in a row.
"""
_OPERATORS = frozenset("!|&+-*/")
_PIECES = re.compile(r"[A-Za-z0-9_\x80-\U0010ffff]+|[!|&+*/-]")
"""At least as many as there are words and operators, and found faster."""


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
    opening = OPENING.match(text)
    word = opening["word"].upper() if opening else ""
    if not text.strip() or (opening and opening.end() == len(text) and not word):
        raise QueryError("The query is empty. Try: SELECT ?entity ?label { ?entity a ckg:Drug ; rdfs:label ?label }")
    if opening and word in UPDATES:
        raise refusal(text, opening.start("word"), f"{word} is refused: the graph is read here, never changed")
    if len(text) > SHORT and _may_be_large(text):
        _refuse_depth(text)
    if "service" in text.lower():
        _refuse_service(text)
    if re.search(UCHAR, text):
        decoded = re.sub(UCHAR, lambda match: _decode(match.group()), text)
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
            raise refusal(text, token.start + at, "SERVICE is refused: a query here calls no other server")
        if token.text == "\\":
            raise refusal(text, token.start, "A backslash may stand in strings, IRIs and names only")


def _may_be_large(text: str) -> bool:
    """Whether the text may pass a limit, at a glance: brackets and words are counted wherever they stand."""
    return sum(map(text.count, CLOSING)) > DEPTH or len(_PIECES.findall(text)) > OPERATORS


def _refuse_depth(text: str) -> None:
    operators = 0
    for token in tokenize(text):
        operators += token.text in _OPERATORS or (token.kind == "word" and not token.text.isdigit())
        if token.depth > DEPTH or operators > OPERATORS:
            limit = f"{DEPTH} brackets deep" if token.depth > DEPTH else f"{OPERATORS:,} words and operators"
            raise refusal(text, token.start, f"The query is too large: no more than {limit}")
