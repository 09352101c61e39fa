"""Files of other programs: what the field reads is written, what it writes is read, and nothing is lost silently.

A small registry of formats (`registry`), one module for each family of formats, one projection of a graph behind all
writers (`content`), one draft behind all readers (`draft`), and for every file a report of what did not come through
(`loss`). `merge` joins a graph that was read to another one.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FileProblem, UsageError
from kg.exchange.content import ASPECTS, Content
from kg.exchange.format import Format, Written
from kg.exchange.loss import Loss, LossReport
from kg.exchange.registry import format_named, format_of, formats
from kg.files import write

if TYPE_CHECKING:
    from kg.store import Dataset

__all__ = ["ASPECTS", "Content", "Format", "Loss", "LossReport", "formats", "read", "write_file"]


def write_file(
    content: Content,
    path: str | Path,
    format: str | None = None,  # noqa: A002
    *,
    force: bool = False,
) -> LossReport:
    """Write a graph to a file, in the format that is named or that the ending tells; gives what the file does not hold.

    A name that ends in .gz too is packed. A format of several files puts them beside each other: ``graph`` or
    ``graph_nodes.tsv`` become ``graph_nodes.tsv`` and ``graph_edges.tsv``. Raises UsageError for a
    format that is not known or cannot be written, FileProblem if a file exists and `force` is not set, or cannot be
    written; then none is.
    """
    path = Path(path)
    chosen = format_named(format) if format else format_of(path)
    if chosen.write is None:
        raise UsageError(f"{chosen.title} is read, not written. `kg formats` lists what each format can do.")
    files = _files(path, chosen.write(content))
    taken = next((file for file in files if file.exists() and not force), None)
    if taken is not None:
        raise FileProblem(f"{taken} exists and is kept. Replace it with --force (in Python force=True).")
    for file, data in files.items():
        write(file, data, force=force)
    return chosen.report(content, " and ".join(file.name for file in files))


def _files(path: Path, written: Written) -> Mapping[Path, bytes]:
    """The files to write with their contents, packed if the name ends in .gz (without a time, so that bytes stay)."""
    packed = path.name.casefold().endswith(".gz")
    name = path.name[: -len(".gz")] if packed else path.name
    parts = {"": written} if isinstance(written, str | bytes) else written
    stem = next((name.removesuffix(tail) for tail in parts if tail and name.endswith(tail)), name)
    found = {}
    for tail, content in parts.items():
        data = content.encode() if isinstance(content, str) else content
        data = gzip.compress(data, mtime=0) if packed else data
        found[path.with_name(f"{stem}{tail}{'.gz' if packed else ''}")] = data
    return found


def read(
    files: Sequence[str | Path],
    format: str | None = None,  # noqa: A002
    *,
    unmapped: str = "unsigned",
) -> tuple[Dataset, LossReport]:
    """The graph in a file (or in several that belong together) as a dataset of ours, and what was lost on the way.

    The format is named, or told by the ending of the first file. `unmapped` says what becomes of predicates that
    ``ontology/foreign.ttl`` does not have: ``unsigned`` reads them as ``affects``, ``left out`` leaves them out.
    Raises FileProblem, InvalidData with file and line, UsageError, MissingExtra.
    """
    from kg.exchange.draft import Draft
    from kg.schema import shipped_schema

    paths = [Path(file) for file in files]
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise FileProblem(f"No file {missing}.")
    chosen = format_named(format) if format else format_of(paths[0], reads=True)
    if chosen.read is None:
        raise UsageError(f"{chosen.title} is written, not read. `kg formats` lists what each format can do.")
    draft = Draft(shipped_schema(), chosen.title, paths[0], unmapped=unmapped)
    dataset = chosen.read(paths, draft)
    return dataset or draft.dataset(), draft.report()
