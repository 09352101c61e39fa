"""Cases in files: a GA4GH Phenopacket v2 in JSON or a small YAML in, a Phenopacket out.

`names` turns names and identifiers into entities, `yaml` and `packet` read, `export` writes.
Reading never guesses: a term that is not in the graph stays in the case without an entity and is told to the reader.
The YAML form is described in ``docs/case-file.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kg.cases.export import Export, Loss, export
from kg.cases.names import Names
from kg.cases.packet import read_packet
from kg.cases.yaml import read_yaml
from kg.errors import FileProblem, InvalidData, UsageError
from kg.model import Case, Problem

__all__ = ["Export", "Loss", "Names", "export", "is_case_file", "read_case"]

MOST_BYTES = 10_000_000
"""No description of one patient is larger."""
READERS: Mapping[str, Callable[[str, str, Names], Case]] = {
    ".json": read_packet,
    ".yaml": read_yaml,
    ".yml": read_yaml,
}
"""How a case is read, by the ending of its file."""


def is_case_file(name: str | Path) -> bool:
    """Whether a name is that of a file with a case, by its ending."""
    return Path(name).suffix.lower() in READERS


def read_case(path: str | Path, names: Names) -> Case:
    """Read a case from a file: a Phenopacket (.json) or our YAML (.yaml, .yml).

    Raises UsageError for another ending, FileProblem if the file cannot be read, InvalidData where it is not what it
    should be, MissingExtra if YAML is asked for and PyYAML is not there.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path} is no case file. Use a Phenopacket in JSON (.json) or YAML (.yaml, .yml).")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileProblem(f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which no case is.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        problem = Problem("error", "case", path.name, 0, "", "is not text in UTF-8.", "Save it as UTF-8.")
        raise InvalidData([problem]) from None
    return reader(text, path.name, names)
