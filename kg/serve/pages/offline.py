"""An answer as one file that needs nothing else: opened from disk, sent by mail, kept beside a paper.

The pages are those of the explorer, with what their links lead to told below: `Inside`. Style and script are inlined
and named by their hashes in the policy of the file, which allows nothing else: no other script runs, and no address is
asked for. Without JavaScript everything can be read and followed. The same graph gives the same bytes.

There is no second copy of the answer as JSON in it: that would double the file, and the page says all of it. Every
claim, source and entity stands at a place named by its id; ``--json`` of the other commands gives the answer as data.

Each function gives the text of a file; `kg.files.write` puts it on disk.

>>> import kg
>>> from kg.serve.pages import offline
>>> graph = kg.load()
>>> text = offline.entity(graph, graph.find("OPG"))
>>> "https://doi.org/" in text, "<link" in text
(True, False)
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from kg.causal.cases import Explanation
from kg.errors import MissingExtra, UsageError
from kg.graph.partial import PartialGraph
from kg.model import Claim, Dispute, Entity, Path, Source, Step, Trace
from kg.ordering import natural
from kg.serve.pages import judged, lists, things
from kg.serve.pages.links import Anchors, Thing
from kg.serve.pages.page import LOOP_STEPS, Page, Site, row, static
from kg.serve.pages.trace import Asked, page
from kg.serve.question import Question

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["case", "entity", "trace", "whole"]

T = TypeVar("T")
PICTURED = 40
"""At most so many entities in the picture of the whole graph."""


@dataclass(frozen=True)
class Inside:
    """What a file tells in full below its page: disputes, entities, and claims by their papers.

    `sources` are told besides those of the claims and those that they cite.
    """

    claims: Sequence[Claim] = ()
    entities: Sequence[Entity] = ()
    sources: Sequence[Source] = ()
    disputes: Sequence[Dispute] = ()

    @property
    def papers(self) -> list[tuple[Source, list[Claim]]]:
        """The sources by their citation, each with the claims that are told of it."""
        found: dict[Source, list[Claim]] = {}
        for claim in sorted(self.claims, key=lambda claim: natural(claim.id)):
            found.setdefault(claim.source, []).append(claim)
            for work in claim.cites:
                found.setdefault(work, [])
        for work in self.sources:
            found.setdefault(work, [])
        return sorted(found.items(), key=lambda told: (told[0].citation.casefold(), told[0].id))

    @property
    def held(self) -> list[Thing]:
        """Everything that has a place in it."""
        return [*self.claims, *self.entities, *self.disputes, *(source for source, _ in self.papers)]


@dataclass(frozen=True, slots=True)
class Saying:
    """Claims that say the same of the same two entities, and the id of its place if a picture leads there."""

    claims: tuple[Claim, ...]
    row: str = ""


def trace(
    graph: KnowledgeGraph,
    answer: Trace,
    question: Question,
    *,
    every: bool = False,
    sensitivity: bool = False,
    data: str = "",
) -> str:
    """The answer to a question, with the papers and entities it names; with `every` route, with its `sensitivity`.

    `graph` is the one that gave the `answer`, narrowed as it was asked; `question` says how to ask it again, `data` of
    which data if they are not the shipped ones. Raises UsageError for the sensitivity of an answer that does not list
    all of its routes.
    """
    steps = _steps(group.best for groups in answer.mechanisms.values() for group in groups)
    steps += _steps(answer.paths if every else [arm.strongest for arm in answer.arms.values()])
    claims = {*_claims(steps), *answer.beside}
    sources: set[Source] = set()
    if sensitivity and answer.paths:
        claims |= {claim for sets in answer.pivots.sets.values() for one in sets for claim in one}
        sources = {source for scope in answer.sensitivity().scopes for source in scope.needs}
    inside = Inside([*claims], _named({*answer.sources, *answer.targets, *_ends(steps, claims)}), [*sources])
    site = Site(graph, Anchors(inside.held), data=data)
    picture = answer.draw(link=site.link) if answer.paths else ""
    found = Asked(question, graph, answer, picture)
    return _file(site, page(site, found, every=every, sensitivity=sensitivity), inside)


def entity(graph: KnowledgeGraph, found: Entity) -> str:
    """An entity with its neighborhood: its claims with their papers, its kinds, its loops, the disputes about it.

    Raises UsageError for a graph whose claims are not all here.
    """
    _all_here(graph)
    links = graph.links_on(found)
    claims = {*graph.claims(subject=found), *graph.claims(object=found)}
    loops = graph.loops(LOOP_STEPS).through(found)
    disputes = graph.disputes(found)
    claims |= {claim for dispute in disputes for claim in dispute.claims}
    named = _ends([step for loop in loops for step in loop.steps], claims)
    named |= {end for link in links for end in (link.source, link.target)}
    inside = Inside([*claims], _named(named - {found}), disputes=disputes)
    site = Site(graph, Anchors([*inside.held, found]))
    return _file(site, things.entity(site, found), inside)


def case(graph: KnowledgeGraph, found: Explanation) -> str:
    """What the literature makes of one patient, with the papers behind the routes shown, and the entities."""
    paths = [group.best for finding in found.findings for group in finding.mechanisms]
    paths += [path for finding in found.findings for name in judged.OTHERS for path in getattr(finding, name)[:1]]
    paths += [path for one in found.missing for path in one.expected.values()]
    steps = _steps(paths)
    claims = _claims(steps)
    named = _ends(steps, claims) | {finding.entity for finding in found.findings}
    named |= {cause.entity for cause in found.causes} | {one.entity for one in found.missing}
    named |= {rival.entity for rival in found.rivals}
    report = [source for source in graph.sources if source == found.case.source]  # none for a file of the user's own
    inside = Inside([*claims], _named(named), report)
    site = Site(graph, Anchors(inside.held))
    return _file(site, judged.explanation(site, found), inside)


def whole(graph: KnowledgeGraph) -> str:
    """The whole graph: its most connected part as a picture, every entity with its claims, every source, the disputes.

    Raises UsageError for a graph whose claims are not all here.
    """
    _all_here(graph)
    inside = Inside(graph.claims(), sources=graph.sources, disputes=graph.disputes())
    site = Site(graph, Anchors([*inside.held, *graph.entities]))
    sayings = _sayings(inside.claims)
    effects = [edge for edge in graph.edges if edge.claims[0].causal]  # these are drawn
    content = {
        "size": lists.Size.of(graph),
        "answers": [answer for answer in graph.answers() if answer.certificate],
        "picture": graph.draw(link=site.link, max_entities=PICTURED) if effects else "",
        "drawable": len({end for edge in effects for end in (edge.subject, edge.object)}),
        "kinds": lists.by_kind(site, graph.entities),
        "cases": graph.cases,
        "entities": _named(graph.entities),
        "leaving": _by(sayings, lambda saying: [saying.claims[0].subject]),
        "arriving": _by(sayings, lambda saying: [saying.claims[0].object]),
        "together": _by(things.observed(inside.claims), lambda said: {said[0].subject, said[0].object}),
        "links": _by(graph.links, lambda link: {link.source, link.target}),
    }
    return _file(site, Page("whole.html", "The whole graph", content), inside)


def _all_here(graph: KnowledgeGraph) -> None:
    if isinstance(graph, PartialGraph):
        raise UsageError(
            "This graph is too large to be here as a whole, or lies elsewhere: only a trace of it can be written. "
            "Ask for the routes from one entity to another: --from and --to."
        )


# --- what is told -----------------------------------------------------------------------------------------------------


def _steps(paths: Iterable[Path]) -> list[Step]:
    return list(dict.fromkeys(step for path in paths for step in path.steps))


def _claims(steps: Iterable[Step]) -> set[Claim]:
    return {claim for step in steps for claim in (*step.claims, *step.against)}


def _ends(steps: Iterable[Step], claims: Iterable[Claim]) -> set[Entity]:
    ends = {end for claim in claims for end in (claim.subject, claim.object)}
    return ends | {end for step in steps for end in (step.source, step.target)}


def _by(listed: Iterable[T], ends: Callable[[T], Iterable[Entity]]) -> defaultdict[Entity, list[T]]:
    """Things by the entities that they are about."""
    found: defaultdict[Entity, list[T]] = defaultdict(list)
    for thing in listed:
        for end in ends(thing):
            found[end].append(thing)
    return found


def _named(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.label.casefold(), entity.id))


def _sayings(claims: Iterable[Claim]) -> list[Saying]:
    """The claims by what they say, in the order of sides and names, without what was only observed together.

    Each arrow of a picture leads to the first one.
    """
    taken: set[str] = set()
    found = []
    for said in (said for *_, listed in things.by_side(claims) for said in things.sentences(listed)):
        drawn = said[0].causal and said[0].live and not said[0].null
        place = row(said[0]) if drawn else ""
        found.append(Saying(tuple(said), "" if place in taken else place))
        taken.add(place)
    return found


# --- the file ---------------------------------------------------------------------------------------------------------


def _file(site: Site, made: Page, inside: Inside) -> str:
    """The page as a file, with all that it names inside."""
    try:
        from markupsafe import Markup
    except ImportError:
        raise MissingExtra("jinja2", "web") from None
    style, script = _style(static("style.css")), _script(static("script.js"))
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    parts: dict[str, Any] = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - both are ours
    return site.html(made, policy=policy, inside=inside, kinds_of=site.graph.schema.kinds, **parts)


def _hash(text: str) -> str:
    """How a policy names an inlined text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script(text: str) -> str:
    """A script without indentation, blank lines, lines of comment, and the parts that only the explorer needs.

    A line of comment that begins a part says so: ``// --- names (explorer only)``.
    """
    kept, skipped = [], False
    for line in map(str.strip, text.splitlines()):
        if line.startswith(("// --- ", "/* ")):
            skipped = "(explorer only)" in line
        elif line and not skipped and not line.startswith("//"):
            kept.append(line)
    return "\n".join(kept)


def _style(text: str) -> str:
    """A style in the same way, and without the blanks that only readers need."""
    return re.sub(r"\s*([{}])\s*|([:;,])\s+", r"\1\2", _script(text))
