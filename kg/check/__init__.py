"""Everything that can be wrong with the data, in one report: a module for each sort of rule; `check` runs them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.check.anchors import anchors, squeeze
from kg.check.claims import claims
from kg.check.definitions import definitions
from kg.check.disputes import disputes
from kg.check.drift import drift
from kg.check.identifiers import identifiers
from kg.check.kinds import kinds
from kg.check.names import names
from kg.check.queries import queries
from kg.check.reasoning import reasoning
from kg.check.report import Report
from kg.check.shapes import shapes
from kg.check.terms import terms
from kg.check.usage import usage
from kg.contents import read
from kg.errors import InvalidData
from kg.manifest import is_release
from kg.store import Dataset, is_store, parse_problem, turtle_files

__all__ = ["Report", "check", "squeeze"]

RULES = (identifiers, terms, names, definitions, kinds, claims, disputes, usage, queries, drift)
"""Every rule of a plain check, in the order in which they are run: each gives the problems of a dataset as read."""


def check(location: str | Path, texts: Mapping[str, str | Path] | None = None, *, deep: bool = False) -> Report:
    """Check a folder of Turtle, an on-disk store or a release; `texts` maps source ids to files with their texts.

    With ``deep=True`` the SHACL shapes and an OWL reasoner judge as well (extra ``validate``; some five seconds for a
    thousand claims); the counts then name the reasoner: HermiT where there is Java, else owlrl.

    Raises FileProblem if the folder or a text cannot be read, UsageError for a text of an unknown source, MissingExtra
    for a deep check without its packages.
    """
    location = Path(location)
    folder = not (is_store(location) or is_release(location))
    problems = [p for _, file in turtle_files(location) if (p := parse_problem(file, location))] if folder else []
    if any(problem.file == "schema.ttl" for problem in problems):  # without it nothing else can be judged
        return Report(tuple(sorted(problems)), {})
    try:
        dataset = Dataset.load(location, checked=False) if folder else Dataset.at(location)
    except InvalidData as error:
        return Report(tuple(sorted({*problems, *error.problems})), {})
    contents = read(dataset, checked=False)
    problems += contents.problems
    for rule in RULES:
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
    if deep:
        judgement = reasoning(dataset)
        problems += [*shapes(dataset), *judgement.problems]
        counts[f"statements judged by {judgement.reasoner}"] = judgement.statements
    return Report(tuple(sorted(problems)), counts)
