"""Everything that can be wrong with the data, in one report: a module for each sort of rule; `check` runs them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.check.anchors import anchors, squeeze
from kg.check.drift import drift
from kg.check.identifiers import identifiers
from kg.contents import read
from kg.model import JSON, Problem
from kg.store import Dataset, is_store, parse_problem, turtle_files

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
    for rule in (identifiers, drift):
        problems += rule(dataset, contents)
    counts = {
        "claims": len(contents.claims),
        "entities": len(contents.entities),
        "sources": len(contents.sources),
        "anchored": sum(claim.digest is not None for claim in contents.claims.values()),
    }
    if texts:
        missing, counts["places proved"] = anchors(dataset, contents, texts)
        problems += missing
    return Report(tuple(sorted(problems)), counts)
