"""How deep a document nests: parsers and what they build call themselves once a level, and run out of stack in the end.

Measured with pyoxigraph 0.5: it dies at some 5,000 levels of JSON-LD and 15,000 of triple terms, and RDF/XML takes time
with the square of its depth. Graphs nest a handful of levels; at `DEEPEST` reading stops.
"""

from __future__ import annotations

import re

__all__ = ["DEEPEST", "Nesting", "TooDeep"]

DEEPEST = 500
_JSON = re.compile(rb'\\.|["{}\[\]]', re.DOTALL)
_TRIPLE_TERMS = re.compile(rb"<<\(|\)>>")
_OPEN, _CLOSE = (b"{", b"[", b"<<("), (b"}", b"]", b")>>")


class TooDeep(Exception):
    """A document nests deeper than is read."""


class Nesting:
    """Counts the levels of a document as its bytes go by; `ending` tells its format. O(bytes), in no memory.

    >>> nesting = Nesting(".jsonld")
    >>> nesting.add(b'{"a": ["{[", {')
    >>> nesting.depth
    3
    """

    def __init__(self, ending: str) -> None:
        self.depth = 0
        self._tokens = _JSON if ending == ".jsonld" else _TRIPLE_TERMS
        self._quoted = False
        self._rest = b""

    def add(self, data: bytes) -> None:
        """Count the next bytes of a document of text. Raises TooDeep."""
        data = self._rest + data
        end = 0
        for match in self._tokens.finditer(data):
            token, end = match[0], match.end()
            if token == b'"':
                self._quoted = not self._quoted
            elif token in _OPEN and not self._quoted:
                self.open()
            elif token in _CLOSE and not self._quoted:
                self.close()
        self._rest = data[max(end, len(data) - 2) :]  # a token may be cut in two

    def open(self, *_: object) -> None:
        """One level deeper. Raises TooDeep."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeep

    def close(self, *_: object) -> None:
        """One level up."""
        self.depth = max(0, self.depth - 1)
