"""The report of a check: problems by rule, counts, and the same as JSON and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from kg.model import JSON, Problem

__all__ = ["RULES", "Report"]

RULES: Mapping[str, str] = {
    "syntax": "files that cannot be read",
    "schema": "the vocabulary lacks something that is needed to read the data",
    "type": "things without a type, or with several",
    "property": "properties that do not belong there",
    "missing": "parts that must be there",
    "dangling": "references to nothing",
    "predicate": "predicates that the vocabulary does not have",
    "value": "values that the vocabulary does not have, or of which there is only one",
    "kind": "claims on things of a kind that their predicate does not fit",
    "anchor": "places that the text of their source does not hold",
    "drift": "derived graphs that are not what the data give",
    "identifier": "entities without an identifier",
    "unknown-identifier": "identifiers that nobody has verified",
    "obsolete-identifier": "identifiers that their vocabulary has given up",
    "identifier-prefix": "identifiers of a vocabulary that does not fit the kind of thing",
    "identifier-twice": "identifiers named twice by one entity",
    "identifier-use": "identifiers of which entity and terms.ttl tell different things",
    "exact-match": "identifiers that cannot all be of exactly this thing",
    "official-label": "entities that go by another name than what they are said to be exactly",
    "terms": "the tables of identifiers",
    "swapped-label": "labels that belong to something else",
    "relabelled": "identifiers that have got another name",
    "shared-name": "names that fit several entities, without a word on it",
    "ambiguous-name": "names called ambiguous that are not",
    "duplicate-name": "names given twice",
    "definition": "entities without a definition",
    "circle": "definitions that run in a circle",
    "self-claim": "claims about a thing and itself",
    "retraction": "retractions that are not complete",
    "dispute": "disputes in which nobody disagrees",
    "unused": "entities, sources and identifiers that nothing refers to",
    "query-header": "headers of queries that cannot be read",
    "query": "queries that do not run",
    "shape": "things that break a shape of shapes.ttl",
    "reasoning": "things that cannot all be true",
}
"""What each rule finds, in the order in which the rules are told; rules that are not here come last."""

_ORDER = {rule: place for place, rule in enumerate(RULES)}
_COLUMNS = ("Level", "Rule", "Subject", "Property", "Value", "File", "Line", "Message")


@dataclass(frozen=True)
class Report:
    """What `kg.check.check` found: the problems, errors first, and how much was looked at."""

    problems: tuple[Problem, ...]
    counts: Mapping[str, int]

    @property
    def sound(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not any(problem.level == "error" for problem in self.problems)

    @property
    def by_rule(self) -> list[tuple[str, str, list[Problem]]]:
        """The problems in groups of level and rule, errors first, each by file and line."""

        def group(problem: Problem) -> tuple[str, int, str]:
            return problem.level, _ORDER.get(problem.rule, len(_ORDER)), problem.rule

        ordered = sorted(self.problems, key=lambda problem: (group(problem), problem.file, problem.line, problem))
        return [(level, rule, list(some)) for (level, _, rule), some in groupby(ordered, group)]

    def to_dict(self) -> JSON:
        """The report as JSON-ready data; `rules` counts the problems of each rule by level."""
        rules: dict[str, dict[str, int]] = {}
        for level, rule, some in self.by_rule:
            rules.setdefault(rule, {"error": 0, "warning": 0})[level] = len(some)
        listed = [problem.to_dict() for _, _, some in self.by_rule for problem in some]
        return {"type": "check", "sound": self.sound, "counts": dict(self.counts), "rules": rules, "problems": listed}

    def to_table(self) -> str:
        """The problems as tab-separated rows under a header, in the columns of ROBOT's report and the place.

        `Level` is ERROR or WARN as there; tabs and line breaks in a cell become spaces. The message ends with what to
        do.

        >>> problem = Problem("error", "syntax", "claims/x.ttl", 3, "", "not Turtle.", "Mend it.")
        >>> Report((problem,), {}).to_table().splitlines()[1].replace(chr(9), "|")
        'ERROR|syntax||||claims/x.ttl|3|not Turtle. Mend it.'
        """
        rows = [_COLUMNS, *(_cells(problem) for _, _, some in self.by_rule for problem in some)]
        return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def _cells(problem: Problem) -> tuple[str, ...]:
    level = {"error": "ERROR", "warning": "WARN"}[problem.level]
    place = problem.file, str(problem.line or "")
    message = f"{problem.message} {problem.remedy}"
    return (level, problem.rule, problem.subject, problem.property, problem.value, *place, message)
