"""What the command prints of entities, claims, sources, queries, disputes and checks; for traces `kg.cli.trace_text`.

Colour only on a terminal; without one the width is fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.cli.page import Page
from kg.model import Claim, Dispute, Entity, Source
from kg.wording import cited, count, qualified, said

if TYPE_CHECKING:
    from kg.check import Report
    from kg.graph import KnowledgeGraph
    from kg.sparql import NamedQuery

__all__ = [
    "show_disputes",
    "show_entities",
    "show_queries",
    "show_report",
    "show_thing",
]

# --- entities, claims, sources -------------------------------------------------------------------------------------


def show_entities(entities: Sequence[Entity]) -> None:
    """A list of entities with their kind, identifier and names."""
    page = Page()
    for entity in entities:
        details = ", ".join([entity.id, entity.kind, *entity.matches])
        also = f"; also {', '.join(entity.synonyms[:4])}" if entity.synonyms else ""
        page.line(f"{entity.label}  ({details}){also}", hang=4)


def show_thing(graph: KnowledgeGraph, thing: Entity | Claim | Source | Dispute) -> None:
    """An entity, claim, source or dispute in full."""
    page = Page()
    if isinstance(thing, Dispute):
        _show_dispute(page, thing)
    elif isinstance(thing, Claim):
        _show_claim(page, thing)
    elif isinstance(thing, Source):
        _show_source(page, graph, thing)
    else:
        _show_entity(page, graph, thing)


def _show_entity(page: Page, graph: KnowledgeGraph, entity: Entity) -> None:
    kind = graph.schema.kinds.get(entity.kind)  # a foreign graph may have kinds of its own
    page.line(f"{entity.label}  ({kind.label if kind else entity.kind}; {entity.id})", "bold")
    page.line(entity.definition, indent=2)
    if kind:
        page.field("up means", kind.up_means)
    for name, values in (("also called", entity.synonyms), ("identifier", entity.matches), ("close to", entity.close)):
        if values:
            page.field(name, ", ".join(values))
    if entity.no_match_reason:
        page.field("identifier", f"none. {entity.no_match_reason}")
    for link in graph.links_on(entity):
        page.field("definition", f"{link.source.label} {link.kind.replace('-', ' ')} {link.target.label}")
    for title, claims, other in (
        ("What it does", graph.claims(subject=entity), "object"),
        ("What acts on it, or goes with it", graph.claims(object=entity), "subject"),
    ):
        page.line()
        page.line(f"{title}: {count(len(claims), 'claim')}", "bold")
        for claim in sorted(claims, key=lambda c: (c.predicate, getattr(c, other).label.casefold(), c.id)):
            page.line(f"{claim.sentence}: {claim.source.citation} ({claim.id})", indent=2, hang=4)


def _show_claim(page: Page, claim: Claim) -> None:
    page.line(claim.sentence, "bold")
    page.line(claim.note or "", indent=2)
    page.field("source", f"{claim.source.citation} ({claim.source.id})")
    page.field("place", claim.place)
    for work in claim.cites:
        page.field("cites", f"{work.citation} ({work.id})")
    for name in ("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure", "effect"):
        value = getattr(claim, name)
        if value:
            page.field(name, str(value).replace("-", " ") if name in ("basis", "design", "species") else str(value))
    for dispute in claim.disputes:
        page.field("dispute", f"{dispute} (kg disputes {dispute})")
    page.field("status", f"imported from {claim.origin}" if claim.origin else claim.status)
    if claim.caution:
        page.field("caution", claim.caution, "yellow")
    if claim.digest:
        page.field("digest", f"SHA-256 {claim.digest} of the squeezed passage")


def _show_source(page: Page, graph: KnowledgeGraph, source: Source) -> None:
    claims = graph.claims(source=source)
    page.line(f"{source.citation}  ({source.id})", "bold")
    for name in (
        "title",
        "authors",
        "year",
        "journal",
        "doi",
        "pmid",
        "pmcid",
        "url",
        "design",
        "family",
        "note",
        "caution",
    ):
        value = getattr(source, name)
        if value:
            page.field(name, str(value))
    page.field("read", (source.read or "not opened").replace("-", " "))
    page.line()
    page.line(count(len(claims), "claim"), "bold")
    for claim in claims:
        page.line(f"{claim.sentence}: {qualified(claim)}; {claim.place} ({claim.id})", indent=2, hang=4)


# --- queries, disputes, reports ------------------------------------------------------------------------------------


def show_queries(queries: Mapping[str, NamedQuery]) -> None:
    """The named queries: what each answers, and its parameters with their defaults."""
    page = Page()
    for name in sorted(queries):
        page.line(name, "bold")
        page.line(queries[name].title, indent=4)
        for parameter in queries[name].parameters:
            page.line(f"{parameter.name}={parameter.default}  {parameter.description}", "dim", indent=6)


def show_disputes(disputes: Sequence[Dispute], *, full: bool) -> None:
    """Disputes in a line each, or one in full with its sides and what else differs between them."""
    page = Page()
    if full:
        for dispute in disputes:
            _show_dispute(page, dispute)
        return
    for title, named in (("Named disputes", True), ("Found in the claims: opposite findings on a pair", False)):
        listed = [dispute for dispute in disputes if dispute.named is named]
        if listed:
            page.line(f"{title} ({len(listed)})", "bold")
        for dispute in listed:
            sides = ", ".join(f"{len(some)} {said(side, causal=causal)}" for side, causal, some in dispute.groups)
            text = f"{dispute.definition} " if named else ""
            page.line(f"{dispute.id}: {text}[{sides}]", indent=2, hang=4)


_SIDES = {
    "raises": "+",
    "lowers": "-",
    "no effect": "0",
    "no sign": "?",
}


def _show_dispute(page: Page, dispute: Dispute) -> None:
    page.line(dispute.label, "bold")
    page.line(dispute.definition, indent=2)
    if dispute.contrast:
        page.field("contrast", dispute.contrast)
    for what, by_side in dispute.differences:
        words = "; ".join(f"{side}: {', '.join(values)}" for side, values in by_side)
        page.field(f"{what}", words)
    for side, causal, claims in dispute.groups:
        page.line()
        page.line(f"{_SIDES[side]} {said(side, causal=causal)} ({len(claims)})", "bold", indent=2)
        for claim in claims:
            page.line(claim.sentence, indent=4)
            page.line(cited(claim), "dim", indent=6)


def show_report(report: Report) -> None:
    """The report of a check: the problems by rule, each with its place and what to do, then the counts."""
    from kg.check.report import RULES

    page = Page()
    for level, rule, problems in report.by_rule:
        colour = "red" if level == "error" else "yellow"
        title = f": {RULES[rule]}" if rule in RULES else ""
        page.line(f"{rule} ({count(len(problems), level)}){title}", f"bold {colour}")
        for problem in problems:
            place = f"{problem.file}:{problem.line}" if problem.line else problem.file
            page.line("  ".join(part for part in (place, problem.subject) if part) or "the whole graph", indent=2)
            page.line(problem.message, colour, indent=4, hang=0)
            if problem.remedy:
                page.line(f"→ {problem.remedy}", indent=4)
        page.line()
    counts = "".join(f"{number} {name}, " for name, number in report.counts.items())
    totals = [count(sum(p.level == level for p in report.problems), level) for level in ("error", "warning")]
    page.line(f"{'sound' if report.sound else 'not sound'}: {counts}{' and '.join(totals)}", "bold")
