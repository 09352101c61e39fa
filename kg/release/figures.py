"""The figures of the data: how much there is, how well it is anchored, mapped and supported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Claim

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["Figures", "Row", "figures", "percent"]

Row = tuple[str, int, str]
"""A line of a table: what, how many, and a share or another remark."""
UNSTATED = "not stated"


@dataclass(frozen=True)
class Figures:
    """The figures of a graph as tables, ready for a page or for JSON."""

    size: tuple[Row, ...]
    quality: tuple[Row, ...]
    predicates: tuple[Row, ...]
    kinds: tuple[Row, ...]
    designs: tuple[Row, ...]
    species: tuple[Row, ...]


def figures(graph: KnowledgeGraph) -> Figures:
    """Count a graph. O(claims + entities), and what `KnowledgeGraph.disputes` costs."""
    claims = graph.claims()
    return Figures(
        _size(graph, claims),
        _quality(graph, claims),
        _table(claims, lambda claim: claim.predicate, graph.schema.predicates),
        tuple(
            (kind.label, count, f"`{kind.name}`")
            for kind in graph.schema.kinds.values()
            if (count := sum(entity.kind == kind.name for entity in graph.entities))
        ),
        _table(claims, lambda claim: claim.design, _strongest_first(graph.schema.vocabularies["design"])),
        _table(claims, lambda claim: claim.species, graph.schema.vocabularies["species"]),
    )


def _size(graph: KnowledgeGraph, claims: list[Claim]) -> tuple[Row, ...]:
    causal = sum(edge.claims[0].causal for edge in graph.edges)
    disputes = graph.disputes()
    named = sum(dispute.named for dispute in disputes)
    used = {source.id for claim in claims for source in (claim.source, *claim.cites)}
    return (
        ("claims", len(claims), ""),
        ("sources", len(graph.sources), f"{len(used)} of them make a claim or are cited by one"),
        ("entities", len(graph.entities), ""),
        ("definitional links", len(graph.links), ""),
        ("causal edges", causal, "live claims with the same subject, predicate and object"),
        ("associations", len(graph.edges) - causal, "edges too, kept apart"),
        ("null results", sum(claim.null for claim in claims), "claims that found no effect or no relation"),
        ("disputes", len(disputes), f"{named} named and defined, {len(disputes) - named} found by comparing findings"),
        ("cases", len(graph.cases), f"{sum(len(case.facts) for case in graph.cases)} patient-level facts"),
        ("standing questions", len(graph.questions), ""),
    )


def _quality(graph: KnowledgeGraph, claims: list[Claim]) -> tuple[Row, ...]:
    entities = graph.entities
    single = sum(len({claim.source.voice for claim in edge.claims}) == 1 for edge in graph.edges)
    return (
        _share("claims with a place in their source", (c.section is not None for c in claims)),
        _share("claims with an anchor (offsets and SHA-256 of the passage)", (c.digest is not None for c in claims)),
        _share("claims taken second hand", (c.basis == "second-hand" for c in claims)),
        _share("claims from own data", (c.basis == "own-data" for c in claims)),
        _share("drafts (one reader only)", (c.status == "draft" for c in claims)),
        _share("retracted claims", (c.status == "retracted" for c in claims)),
        _share("claims with a caution", (c.caution is not None for c in claims)),
        _share("edges that rest on one source or family", [True] * single + [False] * (len(graph.edges) - single)),
        _share("entities with an exact term", (bool(e.matches) for e in entities)),
        _share("entities with an exact or close term", (bool(e.matches or e.close) for e in entities)),
        _share("entities that say why they have no term", (bool(e.no_match_reason) for e in entities)),
        _share("entities with a definition", (bool(e.definition) for e in entities)),
    )


def _share(what: str, flags: Iterable[bool]) -> Row:
    listed = list(flags)
    return what, sum(listed), percent(sum(listed), len(listed))


def percent(part: int, whole: int) -> str:
    """A share for reading.

    >>> percent(1, 3), percent(0, 0)
    ('33.3 %', '')
    """
    return f"{100 * part / whole:.1f} %" if whole else ""


def _strongest_first(ranks: Mapping[str, int]) -> list[str]:
    return sorted(ranks, key=lambda value: (-ranks[value], value))


def _table(claims: list[Claim], read: Callable[[Claim], str | None], order: Iterable[str]) -> tuple[Row, ...]:
    """How many claims have each value, in the order of the schema; values that none has are left out."""
    counts = Counter(read(claim) or UNSTATED for claim in claims)
    values = [*order, UNSTATED]
    return tuple((value, counts[value], percent(counts[value], len(claims))) for value in values if counts[value])
