"""The page of a trace: both arms with the picture, every step with its papers, the certificate, what would change."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.model import ARMS, JSON, Claim, Mechanism, Source, Step, Trace
from kg.schema import BASE
from kg.serve.pages.page import Page, Site
from kg.serve.question import MOST_STEPS, Question

if TYPE_CHECKING:
    from kg.causal.whatif import Sensitivity
    from kg.graph import KnowledgeGraph

__all__ = ["DOWNLOADS", "Asked", "Tracer", "page"]

DOWNLOADS = {
    "svg": "picture (SVG)",
    "png": "picture (PNG)",
    "cx2": "Cytoscape (CX2)",
    "ttl": "RDF (Turtle)",
    "json": "JSON",
}
"""What can be taken away from a trace, by the ending of the file."""
MOST_TOLD = 5_000
"""So many routes are told as JSON, some 10 MB."""
WHOLE = ("cx2", "ttl")
"""Those that need all claims at hand."""
REMEMBERED = 64
MOST_ROUTES = 1_000
"""So many routes are listed on a page, or weighed for its sensitivity; the command line takes more."""


@dataclass(frozen=True)
class Asked:
    """A question with its answer, in the graph that it was narrowed to, and the picture of it."""

    question: Question
    graph: KnowledgeGraph
    trace: Trace
    picture: str

    @functools.cached_property
    def sensitivity(self) -> Sensitivity:
        """On what the verdict turns; found once."""
        return self.trace.sensitivity()

    @property
    def many(self) -> bool:
        """Whether there are more routes than a page lists one by one, or judges one by one."""
        return len(self.trace.paths) > MOST_ROUTES

    def mechanisms(self, every: bool) -> list[tuple[int, list[tuple[Mechanism, list[Step]]]]]:
        """By arm the mechanisms, each with the steps of its best route, or of all of its routes."""
        return [
            (sign, [(group, _steps([group], every)) for group in self.trace.mechanisms[name]])
            for sign, name in ARMS.items()
        ]

    def steps(self, every: bool) -> list[tuple[Step, str]]:
        """Each step of the routes shown once, in their order, with the arms it is on as words for the page."""
        on: dict[Step, list[str]] = {}
        for name, groups in self.trace.mechanisms.items():
            strongest = self.trace.arms[name].strongest.steps if groups else ()
            for step in dict.fromkeys([*_steps(groups, every), *strongest]):
                on.setdefault(step, []).append(name)
        return [(step, " ".join(names)) for step, names in on.items()]


def _steps(groups: Sequence[Mechanism], every: bool) -> list[Step]:
    paths = [path for group in groups for path in (group.paths if every else (group.best,))]
    return list(dict.fromkeys(step for path in paths for step in path.steps))


class Tracer:
    """Answers questions, and remembers the last ones: the graph never changes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._remembered = functools.lru_cache(maxsize=REMEMBERED)(self._asked)

    def asked(self, question: Question) -> Asked:
        """A question with its answer. Raises what `Question.asked` raises."""
        find = self.site.graph.find
        ends = [tuple(dict.fromkeys(find(name).id for name in side)) for side in (question.sources, question.targets)]
        return self._remembered(replace(question, sources=ends[0], targets=ends[1]))

    def _asked(self, question: Question) -> Asked:
        graph = question.narrowing.of(self.site.graph)
        trace = question.asked(self.site.graph)
        picture = trace.draw(link=self.site.link) if trace.paths else ""
        return Asked(question, graph, trace, picture)

    def page(self, question: Question, *, every: bool = False, sensitivity: bool = False) -> Page:
        """The page of a question. Raises what `Question.asked` raises."""
        return page(self.site, self.asked(question), every=every, sensitivity=sensitivity)


def page(site: Site, found: Asked, *, every: bool = False, sensitivity: bool = False) -> Page:
    """The page of an answer; with `every` route, and with the `sensitivity` of its verdict.

    Raises UsageError where there are more routes than that is done for.
    """
    trace = found.trace
    if found.many and (every or sensitivity) and not site.links.offline:
        what = "to list" if every else "for its sensitivity"
        hint = "Ask for fewer steps or a narrower scope, or on the command line:"
        shell = found.question.shell(site.data)
        raise UsageError(f"{len(trace.paths):,} routes are too many {what} here. {hint} {shell}")
    judged = found.sensitivity if sensitivity and trace.paths else None
    content = {
        "question": found.question,
        "trace": trace,
        "picture": found.picture,
        "groups": found.mechanisms(every),
        "steps": found.steps(every),
        "every": every,
        "many": found.many,
        "longer": sum(len(group.paths) > 1 for groups in trace.mechanisms.values() for group in groups),
        "sensitivity": judged,
        "downloads": {e: w for e, w in DOWNLOADS.items() if e not in WHOLE or site.whole},
        "values": site.values,
        "sources": sorted({claim.source for step, _ in found.steps(every) for claim in step.claims}, key=_cited),
        "left_out": [(name, site.citation(name)) for name in found.question.narrowing.without_source],
        "most_steps": MOST_STEPS,
        "sparql": "" if site.links.offline else sparql(trace),
    }
    address = f"{site.links.at('/trace')}?{found.question.parameters}"
    return Page("trace.html", trace.title, content, functools.partial(data, site, found, sensitivity), address=address)


def _cited(source: Source) -> tuple[str, str]:
    return source.citation.casefold(), source.id


def data(site: Site, found: Asked, sensitivity: bool) -> JSON:
    """The answer as JSON-ready data, as ``kg trace --json`` gives it. Raises UsageError for too many routes."""
    if len(found.trace.paths) > MOST_TOLD:
        hint = f"Ask for fewer steps, or on the command line: {found.question.shell(site.data)} --json"
        raise UsageError(f"{len(found.trace.paths):,} routes are too many to tell as JSON here. {hint}")
    told = {"sensitivity": found.sensitivity.to_dict(), "pivots": found.trace.pivots.to_dict()} if sensitivity else {}
    return {**found.trace.to_dict(), **told}


def sparql(trace: Trace) -> str:
    """The claims behind the steps of the routes as a query, which gives one row for each."""
    claims = {claim for path in trace.paths for step in path.steps for claim in step.claims}
    rows = "\n    ".join(sorted(map(_named, claims)))
    return (
        "SELECT ?claim ?subject ?predicate ?object ?certainty ?source {\n"
        f"  VALUES ?claim {{\n    {rows}\n  }}\n"
        "  ?claim ckg:subject ?subject ; ckg:predicate ?predicate ; ckg:object ?object ; ckg:source ?source .\n"
        "  OPTIONAL { ?claim ckg:certainty ?certainty }\n}\nORDER BY ?subject ?object ?claim"
    )


def _named(claim: Claim) -> str:
    """A claim in a query: by its id where that is a plain name of ours."""
    plain = claim.iri == f"{BASE}claim/{claim.id}" and re.fullmatch(r"[A-Za-z0-9](?:[\w-]*\w)?", claim.id, re.ASCII)
    return f"claim:{claim.id}" if plain else f"<{claim.iri}>"
