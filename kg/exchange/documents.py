"""Foreign files as documents, each object with the line it stands on; what is no sound file is refused in one sentence.

Nothing here trusts a file: sizes are bounded before and after unpacking, document types of XML are refused (so that no
entity can be declared), and aliases of YAML may neither go in circles nor multiply. Archives: `kg.exchange.archives`.
"""

from __future__ import annotations

import bisect
import gzip
import io
import itertools
import json
import math
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn
from xml.etree import ElementTree as ET
from xml.parsers import expat

from kg.errors import FileProblem, InvalidData, MissingExtra
from kg.model import Problem

__all__ = [
    "LARGEST",
    "Node",
    "Record",
    "bare_name",
    "decoded",
    "json_document",
    "json_lines",
    "lines",
    "refuse",
    "text",
    "xml_document",
    "yaml_document",
]

LARGEST = 512 * 2**20
"""The most that is read of a file, unpacked, in bytes. Larger graphs are for `kg.large`."""
DEEPEST = 200
MOST_NODES = 5_000_000
"""So many values a YAML document may have, aliases counted as often as they are used."""


class Record(dict[str, Any]):
    """An object of a JSON or YAML document that knows its line."""

    line = 0


class Node(ET.Element):
    """An element of an XML document that knows its line."""

    line = 0


def refuse(path: Path, line: int, message: str, remedy: str = "") -> NoReturn:
    """Say what is wrong with a file, and where."""
    raise InvalidData([Problem("error", "import", str(path), line, "", message, remedy)]) from None


def bare_name(path: Path) -> str:
    """The name of a file without the ending that tells that it is packed, in lower case."""
    return path.name.casefold().removesuffix(".gz")


# --- bytes and text -----------------------------------------------------------------------------------------------


def text(path: Path) -> str:
    """The text of a file, unpacked if its name ends in .gz.

    Raises FileProblem if it cannot be read or unpacked or is larger than `LARGEST`, InvalidData if it is empty or not
    in UTF-8.
    """
    try:
        packed = path.name.casefold().endswith(".gz")
        with gzip.open(path) if packed else path.open("rb") as stream:
            data = _bounded(path, stream)
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None
    return decoded(path, data)


def decoded(path: Path, data: bytes) -> str:
    """Bytes of a file as text, without a mark of byte order. Raises InvalidData if empty or not in UTF-8."""
    if not data.strip():
        refuse(path, 1, "the file is empty.", "Fetch it again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(path, data.count(b"\n", 0, error.start) + 1, "not text in UTF-8.", "Save the file as UTF-8.")


def _bounded(path: Path, stream: gzip.GzipFile | IO[bytes]) -> bytes:
    try:
        data = stream.read(LARGEST + 1)
    except EOFError:
        raise FileProblem(f"{path} ends in the middle: fetch it anew.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileProblem(f"{path} is no sound gzip file: {error}. Fetch it anew.") from None
    if len(data) > LARGEST:
        raise FileProblem(f"{path} holds more than {LARGEST // 2**20} MB, which is not read here. See kg.open for KGX.")
    return data


def lines(path: Path, content: str | None = None) -> Iterator[tuple[int, str]]:
    """The lines of a file, or of what was read of it already, that are not blank, with their numbers."""
    for number, line in enumerate(io.StringIO(text(path) if content is None else content), 1):
        if line.strip():
            yield number, line.rstrip("\r\n")


# --- JSON ---------------------------------------------------------------------------------------------------------


def json_document(path: Path) -> Any:
    """A JSON file; its objects are `Record`s. Raises InvalidData with the line where it is broken."""
    return _json(path, text(path), 0)


def json_lines(path: Path, content: str | None = None) -> Iterator[Record]:
    """The objects of a file of JSON Lines, or of what was read of it already."""
    for number, line in lines(path, content):
        found = _json(path, line, number - 1)
        if not isinstance(found, Record):
            refuse(path, number, "no JSON object.", "Write one JSON object a line.")
        yield found


def _json(path: Path, content: str, before: int) -> Any:
    decoder = _Decoder(content, before)
    try:
        return decoder.decode(content)
    except json.JSONDecodeError as error:
        refuse(path, before + error.lineno, f"no JSON: {error.msg}.", "Fetch the file again, or mend it there.")
    except (RecursionError, ValueError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        line = 0 if "\n" in content else before + 1  # the parser does not say where
        refuse(path, line, f"no JSON that is read here: {what}.")


class _Decoder(json.JSONDecoder):
    """Makes objects that know their line; the standard library's own parser, in its Python form.

    It refuses what that parser lets pass: a name that stands twice in an object, of which the last would win, halves of
    surrogate pairs, which are no characters, and numbers that are none.
    """

    def __init__(self, content: str, before: int) -> None:
        super().__init__(parse_constant=_no_number, parse_float=_number, object_pairs_hook=list)
        starts = [0, *(match.end() for match in re.finditer("\n", content))]

        def parse_string(text: str, start: int, *rest: Any) -> tuple[str, int]:
            found, end = json.decoder.scanstring(text, start, *rest)  # type: ignore[attr-defined]
            if _HALF.search(found):
                raise json.JSONDecodeError("half of a surrogate pair", text, start)
            return found, end

        def parse_object(state: tuple[str, int], *rest: Any) -> tuple[Any, int]:
            found, end = json.decoder.JSONObject(state, *rest)  # type: ignore[attr-defined]
            record = Record(found)
            if len(record) < len(found):
                raise json.JSONDecodeError("a name stands twice in an object", *state)
            if any(map(_HALF.search, record)):
                raise json.JSONDecodeError("half of a surrogate pair in a name", *state)
            record.line = before + bisect.bisect_right(starts, state[1] - 1)
            return record, end

        self.parse_string, self.parse_object = parse_string, parse_object
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]


_HALF = re.compile("[\ud800-\udfff]")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _number(name: str) -> float:
    number = float(name)
    if math.isinf(number):
        raise ValueError(f"{name} is too large a number")
    return number


# --- YAML ---------------------------------------------------------------------------------------------------------


def yaml_document(path: Path) -> Any:
    """A YAML file; its mappings are `Record`s, dates and numbers stay as they are written.

    Raises InvalidData with the line where it is broken, MissingExtra where PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise MissingExtra("pyyaml", "exchange") from None
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        node = yaml.compose(text(path), Loader=loader)
        return _Plain(path).value(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse(path, mark.line + 1 if mark else 1, f"no YAML: {error.problem or error.context}.", "Mend it there.")
    except yaml.YAMLError as error:
        refuse(path, 1, f"no YAML: {str(error).splitlines()[0]}.", "Fetch the file again.")
    except RecursionError:
        refuse(path, 1, "no YAML that is read here: nested too deeply.")


class _Plain:
    """Values of YAML nodes as texts, lists and records; no type of YAML is made: 'no' stays 'no'."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._counts: dict[int, int] = {}

    def value(self, node: Any) -> Any:
        """What a document holds. Raises InvalidData if its aliases go in circles or multiply to too much."""
        if self._count(node) > MOST_NODES:
            refuse(self.path, 1, "its aliases multiply to more values than are read.", "Do not use it.")
        return self._made(node)

    def _count(self, node: Any) -> int:
        """The values of a node, aliases counted as often as they are used but looked at once."""
        if node is None or isinstance(node.value, str):
            return 1
        if id(node) not in self._counts:
            self._counts[id(node)] = 0  # being counted
            below = node.value if node.id == "sequence" else itertools.chain(*node.value)
            self._counts[id(node)] = 1 + sum(map(self._count, below))
        if not self._counts[id(node)]:
            told = "an alias stands for something that holds the alias itself."
            refuse(self.path, node.start_mark.line + 1, told, "Mend it there.")
        return self._counts[id(node)]

    def _made(self, node: Any) -> Any:
        if node is None or isinstance(node.value, str):
            return node.value if node is not None else None
        if node.id == "sequence":
            return [self._made(child) for child in node.value]
        found = Record()
        found.line = node.start_mark.line + 1
        for key, child in node.value:
            name, line = self._made(key), key.start_mark.line + 1
            if not isinstance(name, str):
                refuse(self.path, line, "a key that is no text.", "Mend it there.")
            if name in found:
                refuse(self.path, line, f"the key {name!r} stands twice in a mapping.", "Mend it there.")
            found[name] = self._made(child)
        return found


# --- XML ----------------------------------------------------------------------------------------------------------


def xml_document(path: Path) -> Node:
    """The root of an XML file; names are ``{namespace}local``. Raises InvalidData with the line where it is broken."""
    builder = ET.TreeBuilder(element_factory=Node)
    parser = expat.ParserCreate("utf-8", "}")  # whatever it declares: it was read as UTF-8
    depth = itertools.count()
    opened: list[int] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        opened.append(next(depth))
        if len(opened) > DEEPEST:
            refuse(path, parser.CurrentLineNumber, "nested too deeply to be read here.")
        element = builder.start(_name(name), {_name(key): value for key, value in attributes.items()})
        element.line = parser.CurrentLineNumber  # type: ignore[attr-defined]

    def end(name: str) -> None:
        opened.pop()
        builder.end(_name(name))

    def doctype(*_: Any) -> None:
        refuse(path, parser.CurrentLineNumber, "it declares a document type, which is not read (it can hold bombs).")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    try:
        parser.Parse(text(path).encode(), True)
    except expat.ExpatError as error:
        refuse(path, error.lineno, f"no XML: {expat.ErrorString(error.code)}.", "Fetch the file again.")
    return builder.close()  # type: ignore[return-value]


def _name(name: str) -> str:
    return "{" + name if "}" in name else name
