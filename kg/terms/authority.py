"""The authority slice ``terms.tsv`` and the CURIEs that the data use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.errors import FileProblem, InvalidData
from kg.model import Problem
from kg.store import EDITED, Dataset, graph_node
from kg.terms.comparison import KINDS
from kg.terms.reading import table as rows_of
from kg.terms.term import CURRENT, Term

__all__ = ["Authority", "used"]

_COLUMNS = ("curie", "label", "status", "replaced_by", "seen_in", "release", "date")
_STATUS = {CURRENT, *KINDS}
_CURIE = re.compile(r"[A-Z]+:\S+")


class Authority:
    """The slice as read: `terms` by CURIE, and the text, of which `rewritten` changes only the rows named."""

    def __init__(self, file: Path) -> None:
        """Read a slice. Raises FileProblem if it cannot be read, InvalidData where it is no table of terms."""
        self.file = file
        try:
            self._lines = file.read_bytes().decode("utf-8").split("\n")
        except OSError as error:
            raise FileProblem(f"Cannot read {file}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise FileProblem(f"{file} is not text in UTF-8.") from None
        self._header = self._lines[0].split("\t")
        lacking = [name for name in _COLUMNS if name not in self._header]
        if lacking:
            self._refuse(1, f"lacks the columns {', '.join(lacking)}.", "Restore its first line.")
        self.terms = {term.curie: term for term in self._read()}

    def _read(self) -> Iterator[Term]:
        known: set[str] = set()
        for number, line in enumerate(self._lines[1:], 2):
            cells = line.split("\t")
            if not line:
                continue
            if len(cells) != len(self._header):
                self._refuse(number, f"has {len(cells)} cells, not {len(self._header)}.", "Mend the row.")
            row = dict(zip(self._header, cells, strict=True))
            if row["curie"] in known:
                self._refuse(number, f"names {row['curie']} a second time.", "Keep the right row.")
            if row["status"] not in _STATUS:
                self._refuse(number, f"has the status {row['status']!r}.", f"Use {CURRENT}, or what it has become.")
            known.add(row["curie"])
            yield Term(**{name: row[name] for name in _COLUMNS})

    def _refuse(self, line: int, message: str, remedy: str) -> None:
        raise InvalidData([Problem("error", "terms", self.file.name, line, "", message, remedy)])

    def rewritten(self, changes: Mapping[str, Term]) -> str:
        """The text of the slice with these rows changed; all else, and the order, stays as it is."""
        return "\n".join([self._lines[0], *(self._changed(line, changes) for line in self._lines[1:])])

    def _changed(self, line: str, changes: Mapping[str, Term]) -> str:
        cells = dict(zip(self._header, line.split("\t"), strict=False))
        term = changes.get(cells.get("curie", ""))
        if term is None:
            return line
        return "\t".join((cells | {name: getattr(term, name) for name in _COLUMNS}).values())


def used(folder: Path) -> dict[str, str]:
    """The CURIEs of vocabularies that the data use, in Turtle or in the mapping tables, with the label given there.

    Only the tables (SSSOM) repeat labels; elsewhere the label is empty. A file that does not parse is left out: it is
    for `kg check` to complain.
    """
    dataset = Dataset.load(folder, checked=False)
    own_schema = (folder / "schema.ttl").exists()  # else the shipped one was read with it
    found = {}
    for role in EDITED if own_schema else sorted(set(EDITED) - {"schema"}):
        for quad in dataset.store.quads_for_pattern(None, None, None, graph_node(role)):
            curie = dataset.schema.curie(str(getattr(quad.object, "value", "")))
            if type(quad.object).__name__ == "NamedNode" and _CURIE.fullmatch(curie):
                found[curie] = ""
    for table in sorted(folder.glob("mappings/*.sssom.tsv")):
        for curie, label in _mapped(table):
            found[curie] = found.get(curie) or label
    return found


def _mapped(table: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = [line for line in table.read_text("utf-8").splitlines() if not line.startswith("#")]
    except (OSError, UnicodeDecodeError):
        return
    for row in rows_of(lines):
        curie = row.get("object_id", "")
        if _CURIE.fullmatch(curie):
            yield curie, row.get("object_label", "")
