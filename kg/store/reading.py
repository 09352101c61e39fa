"""RDF files as a stream of statements: by their ending, gzipped or not, with the file and line where one is broken."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from kg.errors import FileProblem, InvalidData, UsageError
from kg.manifest import is_release, read_manifest
from kg.model import Problem
from kg.store.disk import is_store
from kg.store.nesting import DEEPEST, Nesting, TooDeep
from kg.store.turtle import EMPTY, first_line, turtle_files

if TYPE_CHECKING:
    from pyoxigraph import Quad, RdfFormat

__all__ = ["ENDINGS", "Progress", "Source", "sources"]

Progress = Callable[[str, int, int], None]
"""Told now and then what is being done, how much of it is done, and how much there is (0: not known)."""

_FORMATS = {
    ".ttl": "TURTLE",
    ".nt": "N_TRIPLES",
    ".nq": "N_QUADS",
    ".trig": "TRIG",
    ".jsonld": "JSON_LD",
    ".rdf": "RDF_XML",
    ".xml": "RDF_XML",
    ".owl": "RDF_XML",
}
ENDINGS = tuple(_FORMATS)
"""The endings that tell a format of RDF that is read here; each also with .gz."""
_LISTED = ".ttl, .nt, .nq, .trig, .jsonld, or .rdf, .xml, .owl for RDF/XML; each also with .gz"


@dataclass(frozen=True)
class Source:
    """A file of RDF; `role` says in which graph its plain triples belong, where its place in a folder tells that.

    `form` is the ending that tells its format, where its own name does not.
    """

    file: Path
    role: str = ""
    form: str = ""

    @property
    def ending(self) -> str:
        """The ending that tells its format, in lower case."""
        return self.form or Path(self.file.name.lower().removesuffix(".gz")).suffix

    @property
    def size(self) -> int:
        """The size of the file in bytes, as it lies on the disk."""
        return self.file.stat().st_size

    def quads(self, told: Callable[[int], None] = lambda _: None, most: int | None = None) -> Iterator[Quad]:
        """The statements of the file, one by one; `told` hears how many bytes of it have been read.

        Blank nodes get new names. Raises InvalidData with the line for a file that is broken, empty, cut short, not in
        UTF-8 or nested too deeply, and FileProblem for one that cannot be read or holds more than `most` bytes.
        """
        from pyoxigraph import RdfFormat, parse

        form: RdfFormat = getattr(RdfFormat, _FORMATS[self.ending])
        try:
            with self.file.open("rb") as raw, self._unpacked(raw) as file:
                stream = _Stream(file, lambda: told(raw.tell()), self.ending, most)
                try:
                    yield from parse(stream, form, rename_blank_nodes=True)  # type: ignore[arg-type]
                except SyntaxError as error:
                    self._refuse_syntax(error, str(form))
                except expat.ExpatError as error:
                    message = f"not valid {form}: {expat.ErrorString(error.code)}."
                    self._refuse(error.lineno, message, "Mend the statement on this line.")
                except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                    what = "breaks off" if isinstance(error, EOFError) else f"is damaged ({first_line(error)})"
                    self._refuse(stream.lines + 1, f"its gzip compression {what}.", "Fetch the file again.")
                except TooDeep:
                    self._refuse(stream.lines + 1, f"nested more than {DEEPEST} levels deep.", "Do not use it.")
                except _TooLarge:
                    remedy = f"Put it into a store with `kg store {self.file} --to STORE`, and use that"
                    raise FileProblem(f"{self.file} holds more than {most:,} bytes of RDF. {remedy}.") from None
        except OSError as error:
            raise FileProblem(f"Cannot read {self.file}: {first_line(error)}.") from None
        if stream.blank:
            self._refuse(0, "the file is empty.", "Restore it, or leave it out.")

    def _unpacked(self, raw: BufferedReader) -> contextlib.AbstractContextManager[BufferedIOBase]:
        return gzip.open(raw) if self.file.name.lower().endswith(".gz") else contextlib.nullcontext(raw)

    def _refuse_syntax(self, error: SyntaxError, form: str) -> NoReturn:
        if "utf-8" in str(error.msg).lower():
            self._refuse(error.lineno or 0, "not a text file in UTF-8.", "Restore it from your copy.")
        message, remedy = f"not valid {form}: {first_line(error)}.", "Mend the statement on this line."
        if "LoadDocumentCallback" in str(error.msg):
            message, remedy = "its @context lies elsewhere, and nothing is fetched.", "Write the context into the file."
        self._refuse(error.lineno or 0, message, remedy)

    def _refuse(self, line: int, message: str, remedy: str) -> NoReturn:
        raise InvalidData([Problem("error", "syntax", str(self.file), line, "", message, remedy)]) from None


class _TooLarge(Exception):
    """A file holds more bytes than are to be read."""


class _Stream:
    """Bytes on their way to the parser: counts lines, and notices what the parser does not.

    That is an empty file, one that holds too much or nests too deeply, and XML that is not well-formed. (The parser of
    RDF/XML takes the end of the file for the end of the document, and gives no lines.)
    """

    def __init__(self, file: BufferedIOBase, told: Callable[[], None], ending: str, most: int | None) -> None:
        self.file = file
        self.told = told
        self.left = most
        self.lines = 0
        self.blank = True
        self.nesting = Nesting(ending)
        self.xml = expat.ParserCreate() if _FORMATS[ending] == "RDF_XML" else None
        if self.xml:
            self.xml.StartElementHandler, self.xml.EndElementHandler = self.nesting.open, self.nesting.close

    def read(self, size: int = -1) -> bytes:
        data = self.file.read1(size)  # what a damaged gzip file still gives, before it fails
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise _TooLarge
        self.blank = self.blank and not data.strip()
        if self.xml and not self.blank:
            self.xml.Parse(data, not data)
            self.xml = self.xml if data else None
        else:
            self.nesting.add(data)
        self.lines += data.count(b"\n")
        self.told()
        return data


def sources(names: Iterable[str | Path]) -> list[Source]:
    """The files to read: each as named, those of a folder of Turtle with their roles, the N-Quads of a release.

    Raises UsageError for an ending that is not known and for an on-disk store, FileProblem for what is not there or
    holds nothing to read, InvalidData for a release with a missing or changed file: all before anything is read.
    """
    found = [source for name in names for source in _of(Path(name))]
    if not found:
        raise UsageError("Name at least one file or folder to store.")
    return found


def _of(path: Path) -> list[Source]:
    if not path.exists():
        raise FileProblem(f"No file {path}. Name files of RDF, or a folder of Turtle.")
    if not path.is_dir():
        source = Source(path)
        if source.ending not in _FORMATS:
            raise UsageError(f"{path}: the ending does not tell a format of RDF that is read here: {_LISTED}.")
        return [source]
    if is_store(path):
        raise UsageError(f"{path} is an on-disk store already. Copy the folder, or name what it was made from.")
    if is_release(path):
        return [Source(path / read_manifest(path).quads)]
    found = [Source(file, role) for role, file in turtle_files(path)]
    if not any(source.role in ("entities", "claims") for source in found):
        raise FileProblem(EMPTY.format(path))
    return found
