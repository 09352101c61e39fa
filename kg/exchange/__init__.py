"""Files of other programs: what the field reads is written, what it writes is read, and nothing is lost silently.

A small registry of formats (`registry`), one module for each family of formats, one projection of a graph behind all
writers (`content`), one draft behind all readers (`draft`), and for every file a report of what did not come through
(`loss`). `merge` joins a graph that was read to another one.
"""

from __future__ import annotations

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


def write_file(content: Content, path: str | Path, format: str | None = None, *, force: bool = False) -> LossReport:  # noqa: A002
    """Write a graph to a file, in the format that is named or that the ending tells; gives what the file does not hold.

    A format of several files puts them beside each other: ``graph`` or ``graph_nodes.tsv`` become ``graph_nodes.tsv``
    and ``graph_edges.tsv``. Raises UsageError for a format that is not known or cannot be written, FileProblem if a
    file exists and `force` is not set, or cannot be written; then none is.
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


def _files(path: Path, written: Written) -> Mapping[Path, str | bytes]:
    if isinstance(written, str | bytes):
        return {path: written}
    stem = next((path.name.removesuffix(tail) for tail in written if path.name.endswith(tail)), path.name)
    return {path.with_name(stem + tail): data for tail, data in written.items()}


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
