"""The place of a claim, proved against the reader's own copy of the text.

The text is squeezed (NFKC, lower case, letters and digits only, so that line breaks, columns and glued words do not
matter) and the passage counts as found wherever in it a stretch of the recorded length has the recorded SHA-256 digest.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from kg.check.finding import found
from kg.contents import Contents
from kg.errors import FileProblem, UsageError
from kg.model import Claim, Fact, Problem
from kg.store import Dataset

__all__ = ["anchors", "squeeze"]


def squeeze(text: str) -> str:
    """The letters and digits of a text in lower case, after NFKC; what anchors are measured in.

    >>> squeeze("NF-κB  path-\\nway")
    'nfκbpathway'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def anchors(dataset: Dataset, contents: Contents, texts: Mapping[str, str | Path]) -> tuple[list[Problem], int]:
    """The places that a text does not hold, and how many it holds; `texts` maps source ids to files.

    Raises FileProblem if a text cannot be read, UsageError for a text of an unknown source.
    """
    problems: list[Problem] = []
    proved = 0
    for source, file in texts.items():
        missing, held = _anchors(dataset, contents, source, Path(file))
        problems += missing
        proved += held
    return problems, proved


def _anchors(dataset: Dataset, contents: Contents, source: str, file: Path) -> tuple[list[Problem], int]:
    if source not in contents.sources:
        raise UsageError(f"--text names the source {source!r}, which is not in the graph.")
    try:
        text = squeeze(file.read_text("utf-8"))
    except OSError as error:
        raise FileProblem(f"Cannot read {file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise FileProblem(f"{file} is not a text in UTF-8.") from None
    anchored: list[Claim | Fact] = [c for c in contents.claims.values() if c.source.id == source and c.digest]
    anchored += [f for case in contents.cases.values() if case.source.id == source for f in case.facts if f.digest]
    problems, digests = [], _Passages(text)
    for item in anchored:
        if not digests.has(item.start or 0, item.end or 0, item.digest or ""):
            message = f"its passage is nowhere in {file.name} (squeezed offsets {item.start}-{item.end})."
            remedy = "Check that the file is the text of that source; else mend start, end and digest."
            where = {"property": "ckg:digest", "value": item.digest or ""}
            problems.append(found(dataset, item.iri, "error", "anchor", message, remedy, **where))
    return problems, len(anchored) - len(problems)


class _Passages:
    """The digests of all stretches of a text, made per length when first needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._by_length: dict[int, set[str]] = {}

    def has(self, start: int, end: int, digest: str) -> bool:
        """Whether the stretch at the hint, or any other of its length, has the digest. O(text * length) at worst."""
        if _sha(self.text[start:end]) == digest:
            return True
        length = end - start
        if length not in self._by_length:
            places = range(len(self.text) - length + 1)
            self._by_length[length] = {_sha(self.text[place : place + length]) for place in places}
        return digest in self._by_length[length]


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
