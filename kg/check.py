"""Everything that can be wrong with the data, in one report: syntax, references, drift of derived graphs, anchors.

The place of a claim is proved against the reader's own copy of the text: the text is squeezed (NFKC, lower case,
letters and digits only, so that line breaks, columns and glued words do not matter) and the passage counts as found
wherever in it a stretch of the recorded length has the recorded SHA-256 digest.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.contents import Contents, read
from kg.errors import FileProblem, UsageError
from kg.model import JSON, Claim, Fact, Problem
from kg.schema import BASE, CKG
from kg.store import DERIVED, Dataset, constructed, graph_node, is_store, parse_problem, turtle_files

__all__ = ["Report", "check", "squeeze"]


@dataclass(frozen=True)
class Report:
    """What `check` found: the problems, and how much was looked at."""

    problems: tuple[Problem, ...]
    counts: Mapping[str, int]

    @property
    def sound(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not any(problem.level == "error" for problem in self.problems)

    def to_dict(self) -> JSON:
        """The report as JSON-ready data."""
        listed = [problem.to_dict() for problem in self.problems]
        return {"type": "check", "sound": self.sound, "counts": dict(self.counts), "problems": listed}


def squeeze(text: str) -> str:
    """The letters and digits of a text in lower case, after NFKC; what anchors are measured in.

    >>> squeeze("NF-κB  path-\\nway")
    'nfκbpathway'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def check(location: str | Path, texts: Mapping[str, str | Path] | None = None) -> Report:
    """Check a folder of Turtle or an on-disk store; `texts` maps source ids to files with their texts.

    Raises FileProblem if the folder or a text cannot be read, UsageError for a text of an unknown source.
    """
    location = Path(location)
    problems: list[Problem] = []
    if is_store(location):
        dataset = Dataset.open(location)
    else:
        dataset = Dataset.load(location, checked=False)
        problems += [p for _, file in turtle_files(location) if (p := parse_problem(file, location))]
    contents = read(dataset, checked=False)
    problems += contents.problems
    problems += _unidentified(contents, dataset)
    problems += _drift(dataset, contents)
    counts = {
        "claims": len(contents.claims),
        "entities": len(contents.entities),
        "sources": len(contents.sources),
        "anchored": sum(claim.digest is not None for claim in contents.claims.values()),
    }
    for source, file in (texts or {}).items():
        missing, proved = _anchors(dataset, contents, source, Path(file))
        problems += missing
        counts["places proved"] = counts.get("places proved", 0) + proved
    return Report(tuple(sorted(problems)), counts)


def _unidentified(contents: Contents, dataset: Dataset) -> Iterable[Problem]:
    for entity in contents.entities.values():
        if not entity.matches and not entity.close and not entity.no_match_reason:
            file, line = dataset.locate(entity.iri)
            name = f"entity:{entity.id}"
            remedy = "Map it with skos:exactMatch or skos:closeMatch, or state ckg:no-match-reason."
            yield Problem("warning", "identifier", file, line, name, "no identifier and no reason why.", remedy)


def _drift(dataset: Dataset, contents: Contents) -> Iterable[Problem]:
    """Derived graphs against their rules, both ways, and the plain graphs against the claims as Python reads them."""
    held = {}
    for role in DERIVED:
        quads = dataset.store.quads_for_pattern(None, None, None, graph_node(role))
        held[role] = {str(quad.triple) for quad in quads}
        made = {str(triple) for triple in constructed(dataset, role)}
        yield from _difference(role, held[role], made, "its rule")
    for role, causal in (("direct", True), ("association", False)):
        read_off = {
            f"<{claim.subject.iri}> <{CKG}{claim.predicate}> <{claim.object.iri}>"
            for claim in contents.claims.values()
            if claim.live and not claim.null and claim.causal is causal
        }
        yield from _difference(role, held[role], read_off, "the claims")


def _difference(role: str, held: set[str], wanted: set[str], by: str) -> Iterable[Problem]:
    for word, triples in (("lacks", wanted - held), ("has too much:", held - wanted)):
        if triples:
            first = min(triples).replace(BASE, "")
            message = f"differs from {by}: {word} {len(triples)} triples, such as {first}."
            yield Problem("error", "drift", "", 0, f"graph:{role}", message, "Load the Turtle anew and save it again.")


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
            place, line = dataset.locate(item.iri)
            message = f"its passage is nowhere in {file.name} (squeezed offsets {item.start}-{item.end})."
            remedy = "Check that the file is the text of that source; else mend start, end and digest."
            name = dataset.schema.curie(item.iri)
            problems.append(Problem("error", "anchor", place, line, name, message, remedy))
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
