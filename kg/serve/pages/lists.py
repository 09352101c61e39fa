"""The pages that list: the start page, the entities, the disputes, the thin evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.model import JSON, Entity
from kg.serve.pages.page import Page, Site
from kg.serve.question import MOST_STEPS
from kg.wording import count

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["Size", "by_kind", "disputes", "gaps", "home", "search"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much a graph holds: its claims, their sources, and what they are about.

    Of a narrowed graph only the sources and entities that its claims name count, though all others are still known.
    """

    claims: int
    sources: int
    entities: int

    @classmethod
    def of(cls, graph: KnowledgeGraph) -> Size:
        """Of a graph; O(claims)."""
        claims = graph.claims()
        if not graph.filters:
            return cls(len(claims), len(graph.sources), len(graph.entities))
        ends = {end for claim in claims for end in (claim.subject, claim.object)}
        return cls(len(claims), len({claim.source for claim in claims}), len(ends))

    def __str__(self) -> str:
        entities = "1 entity" if self.entities == 1 else f"{self.entities} entities"
        return f"{count(self.claims, 'claim')} from {count(self.sources, 'source')} about {entities}"


NAME = "calciphylaxis-kg"
FOUND, MOST = 30, 200
GAPS = 40


def home(site: Site) -> Page:
    """The question form, the worked questions with their verdicts, and what else there is to see."""
    graph = site.graph
    form = {"values": site.values, "most_steps": MOST_STEPS}
    if not site.whole:  # it answers traces, names and SPARQL; nothing is counted that lies elsewhere
        nothing: JSON = {"type": "questions", "data": graph.version, "claims": None, "questions": []}
        return Page("home.html", NAME, {**form, "whole": False}, lambda: nothing)
    answers = graph.answers()
    worked = sorted(
        (answer for answer in answers if answer.certificate),
        key=lambda answer: (answer.verdict != "contested", answer.question.label),
    )
    agents = {name for name, kind in graph.schema.kinds.items() if kind.agent}
    content = {
        **form,
        "whole": True,
        "size": Size.of(graph),
        "worked": worked,
        "cases": graph.cases,
        "treatments": [e for e in dict.fromkeys(one.question.source for one in worked) if e.kind in agents],
        "queries": len(graph.queries),
    }

    def data() -> JSON:
        told = [answer.to_dict() for answer in answers]
        return {"type": "questions", "data": graph.version, "claims": len(graph), "questions": told}

    return Page("home.html", NAME, content, data, address=site.links.at("/"))


def search(site: Site, text: str, limit: str = "") -> Page:
    """The entities whose names are like a text, best first; all of them by kind where there is no text.

    Raises UsageError for a limit that is no number from 1 to 200.
    """
    graph = site.graph
    if limit and not (limit.isascii() and limit.isdecimal() and len(limit) <= 4 and 1 <= int(limit) <= MOST):
        raise UsageError(f"limit={limit[:20]!r} is no number from 1 to {MOST}.")
    found = graph.search(text, int(limit or FOUND)) if text.strip() else graph.entities
    claims = graph.claims() if site.whole else []
    busy = Counter(end for claim in claims for end in {claim.subject.id, claim.object.id})
    content = {"text": text.strip(), "found": found, "kinds": by_kind(site, found), "busy": busy}
    title = f"Entities like “{text.strip()}”" if text.strip() else "Entities"
    told = [entity.to_dict() for entity in found]
    address = site.links.at("/search", **({"q": text.strip()} if text.strip() else {}))
    return Page("search.html", title, content, lambda: {"type": "entities", "entities": told}, address=address)


def by_kind(site: Site, entities: Iterable[Entity]) -> list[tuple[str, list[Entity]]]:
    """The entities under the words for their kinds, both in the order of the alphabet."""
    kinds: dict[str, list[Entity]] = {}
    for entity in sorted(entities, key=lambda entity: entity.label.casefold()):
        kind = site.graph.schema.kinds.get(entity.kind)
        kinds.setdefault(kind.label if kind else entity.kind, []).append(entity)
    return sorted(kinds.items())


def disputes(site: Site, about: str = "") -> Page:
    """Where the literature disagrees, at all or about one entity. Raises UnknownEntity, AmbiguousEntity."""
    entity = site.graph.find(about) if about.strip() else None
    found = site.graph.disputes(entity)
    named = [dispute for dispute in found if dispute.named]
    content = {"entity": entity, "named": named, "others": [dispute for dispute in found if not dispute.named]}
    title = f"Disputes about {entity.label}" if entity else "Where the literature disagrees"
    data = {"type": "disputes", "disputes": [dispute.to_dict() for dispute in found]}
    address = site.links.at("/disputes", **({"about": entity.id} if entity else {}))
    return Page("disputes.html", title, content, lambda: data, address=address)


def gaps(site: Site, every: bool = False) -> Page:
    """The steps with thin evidence, first those on which standing questions turn."""
    found = site.graph.gaps()
    shown = found if every else found[:GAPS]
    asked = {question.id: question for question in site.graph.questions}
    content = {"gaps": shown, "total": len(found), "asked": asked}
    data = {"type": "gaps", "total": len(found), "gaps": [gap.to_dict() for gap in shown]}
    return Page("gaps.html", "Thin evidence", content, lambda: data, address=site.links.at("/gaps"))
