"""The pages of one thing: an entity, a claim, a source, a dispute."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import replace

from kg.draw import diagram_of, painted
from kg.draw.select import Highlight
from kg.graph.described import described
from kg.model import SIDES, Claim, Dispute, Entity
from kg.ordering import natural
from kg.serve.pages.page import LOOP_STEPS, Page, Site

__all__ = ["claim", "dispute", "entity", "neighborhood", "source"]

NEIGHBORS = 24
"""At most so many entities in the picture of a neighborhood."""


def entity(site: Site, found: Entity) -> Page:
    """What it is, what it does, what acts on it, what goes with it, its kinds, and the feedback loops that it is in."""
    graph = site.graph
    if not site.whole:
        told = {"type": "entities", "entities": [found.to_dict()]}
        return Page("entity_elsewhere.html", found.label, {"entity": found}, lambda: told, address=site.to(found))
    links = graph.links_on(found)
    kind = graph.schema.kinds.get(found.kind)
    leaving = graph.claims(subject=found)
    arriving = [claim for claim in graph.claims(object=found) if claim.subject != found]
    content = {
        "entity": found,
        "kind": kind,
        "links": links,
        "above": [link for link in links if link.kind == "broader" and link.source == found],
        "below": [link for link in links if link.kind == "broader" and link.target == found],
        "states": [link for link in links if link.kind != "broader"],
        "out": [(side, causal, sentences(claims)) for side, causal, claims in by_side(leaving)],
        "into": [(side, causal, sentences(claims)) for side, causal, claims in by_side(arriving)],
        "together": observed([*leaving, *arriving]),
        "loops": site.loops.through(found),
        "loop_steps": LOOP_STEPS,
        "disputes": graph.disputes(found),
        "agent": bool(kind and kind.agent),
        "picture": neighborhood(site, found),
    }
    data = functools.partial(described, graph, found)
    return Page("entity.html", found.label, content, data, address=site.to(found))


def neighborhood(site: Site, found: Entity) -> str:
    """The picture of an entity with what acts on it and what it acts on: the best connected of its neighbors; empty for
    one of which no effect and no definition is known.
    """
    graph = site.graph
    edges = [edge for edge in graph.edges if found in (edge.subject, edge.object)]
    links = graph.links_on(found)
    if not edges and not links:
        return ""
    title = f"{found.label} and its neighbors"
    highlight: Highlight = found
    diagram = diagram_of(
        edges, links=links, title=title, highlight=highlight, max_entities=NEIGHBORS,
        version=graph.version,
    )  # fmt: skip
    return painted(replace(diagram, form="star"), link=site.link)


def claim(site: Site, found: Claim) -> Page:
    """One claim in words, with its place, its source, what it cites and what speaks against it."""
    graph = site.graph
    pair = [other for other in graph.claims(subject=found.subject, object=found.object) if other != found]
    content = {
        "claim": found,
        "against": [other for other in pair if _opposed(found, other)],
        "beside": [other for other in pair if not _opposed(found, other)],
        "disputes": [dispute for dispute in graph.disputes() if found in dispute.claims],
    }
    data = functools.partial(described, graph, found)
    return Page("claim.html", found.sentence, content, data, address=site.to(found))


def _opposed(one: Claim, other: Claim) -> bool:
    """Whether the two stand on different sides, of which one raises and the other lowers or has no effect."""
    sides = {one.side, other.side}
    return len(sides) == 2 and "no sign" not in sides and "retracted" not in (one.status, other.status)


def source(site: Site, found: object) -> Page:
    """A publication with its identifiers, how much of it was read, and its claims."""
    graph = site.graph
    work = graph.source(found)  # type: ignore[arg-type]
    cited = [other for other in graph.claims() if work in other.cites]
    family = [other for other in graph.sources if work.family and other.family == work.family and other != work]
    content = {"source": work, "own": graph.claims(source=work), "cited": cited, "family": family}
    data = functools.partial(described, graph, work)
    return Page("source.html", work.citation, content, data, address=site.to(work))


def dispute(site: Site, found: Dispute) -> Page:
    """The sides of a dispute with their claims, and what else differs between them."""
    data = functools.partial(described, site.graph, found)
    return Page("dispute.html", found.label, {"dispute": found}, data, address=site.to(found))


def sentences(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims in their order, those that say the same of the same two together."""
    grouped = itertools.groupby(claims, key=lambda claim: (claim.subject, claim.predicate, claim.object))
    return [list(told) for _, told in grouped]


def _order(claim: Claim) -> tuple[object, ...]:
    ends = [(end.label.casefold(), end.id) for end in (claim.subject, claim.object)]
    return (*ends, claim.sign or 0, claim.predicate, natural(claim.id))


def together(claim: Claim) -> bool:
    """Whether a claim says that two things were observed together, which is no effect; a null result does not."""
    return not claim.causal and claim.side != "no effect"


def by_side(claims: Iterable[Claim]) -> list[tuple[str, bool, list[Claim]]]:
    """Claims by what they say: the side (raises, lowers, no effect, no sign), and whether it is one of an effect.

    Groups without a claim are left out, and so are things observed `together`: they stand on no side of an effect.
    """
    effects = sorted((claim for claim in claims if not together(claim)), key=_order)
    found = [
        (side, causal, [claim for claim in effects if (claim.side, claim.causal) == (side, causal)])
        for side in SIDES
        for causal in (True, False)
    ]
    return [(side, causal, members) for side, causal, members in found if members]


def observed(claims: Iterable[Claim]) -> list[list[Claim]]:
    """What was observed `together`, those that say the same of the same two in one."""
    return sentences(sorted(filter(together, claims), key=_order))
