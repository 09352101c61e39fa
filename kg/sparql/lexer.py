"""The words of a SPARQL text: a lexer that follows Oxigraph, and errors that point at a place in the text.

It need not be told what is valid (Oxigraph refuses the rest); it must never miss a keyword that Oxigraph would see.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.errors import QueryError

__all__ = ["CLOSING", "FORMS", "OPENING", "UCHAR", "Token", "refusal", "tokenize"]

UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\\\"']|{UCHAR}"
_LETTER = r"A-Za-z0-9_\x80-\U0010ffff"  # where only names may hold a character, too many is as good as exactly enough
_LOCAL = r"\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = re.compile(
    rf"""
      (?P<blank>    [ \t\r\n]+ | \#[^\r\n]* )
    | (?P<string>   '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+''' | \"\"\"(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*+\"\"\"
                  | '(?:[^'\\\r\n]|{_ESCAPE})*+' | "(?:[^"\\\r\n]|{_ESCAPE})*+" )
    | (?P<iri>      <(?:[^<>"{{}}|^`\\\x00-\x20]|{UCHAR})*+> )
    | (?P<tag>      @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<variable> [?$][{_LETTER}]+ )
    | (?P<name>     (?:[A-Za-z_\x80-\U0010ffff][{_LETTER}.\-]{{0,250}}+(?<!\.))?:
                    (?:(?:[{_LETTER}:%]|{_LOCAL})(?:[{_LETTER}:%\-]|\.+(?=[{_LETTER}:%\-\\])|{_LOCAL})*+)? )
    | (?P<word>     [{_LETTER}]+ )
    | (?P<mark>     \^\^ | << | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BEFORE_IRI = frozenset("(,=!|/^*+-&<>;") | {"^^", "<<"}
OPENING = re.compile(  # the first word after the prefixes
    r"(?:[ \t\r\n]+|#[^\r\n]*|PREFIX[^<]*<[^<>]*>|BASE[^<]*<[^<>]*>)*+(?P<word>\w*)", re.IGNORECASE
)
FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
"""The words with which a query begins, after its prefixes."""
CLOSING = {"(": ")", "[": "]", "{": "}"}


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
            raise refusal(text, at, f"It is not clear whether '<' opens an IRI here. {hint}")
        if kind == "iri" and piece[1:2] in ("?", "$") and brackets[-1:] == ["("]:
            kind, piece = "mark", "<"
        if kind == "mark" and brackets and piece == CLOSING[brackets[-1]]:
            brackets.pop()
        if kind != "blank":
            tokens.append(Token(kind, piece, at, brackets[-1] if brackets else "", len(brackets)))
        if kind == "mark" and piece in CLOSING:
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


def refusal(text: str, at: int, message: str) -> QueryError:
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
