"""What the command prints. The trace is the product's face: first the answer, then the mechanisms, then the papers.

Colour only on a terminal; without one the width is fixed, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.cli.page import Page, arrowed, cited, count, qualified, route
from kg.model import ARMS, DISCLAIMER, Claim, Dispute, Entity, Mechanism, Source, Trace

if TYPE_CHECKING:
    from kg.check import Report
    from kg.graph import KnowledgeGraph
    from kg.sparql import NamedQuery

__all__ = [
    "described",
    "show_disputes",
    "show_entities",
    "show_queries",
    "show_report",
    "show_thing",
    "show_trace",
]

MECHANISMS_SHOWN = 5
CLAIMS_SHOWN = 3
LEGEND = (
    "→ raises   ⊣ lowers   — acts, sign not given   ∋ of which a kind or exposure is   ⇒ by definition (⇏ opposite)",
    "? hypothesized only   ! another claim contradicts it   * read by one person only   "
    "^ what holds for a kind, carried to its class",
    "A route is as strong as its weakest step. Support counts voices: independent ones have data or a cited work of "
    "their own, unresolved ones tell it second hand without naming the work.",
    "Offsets count the letters and digits of the source's text.",
)
_VERDICTS = {
    "increases": ("RAISES", "red", "every signed route found raises it"),
    "decreases": ("LOWERS", "blue", "every signed route found lowers it"),
    "contested": ("CONTESTED", "magenta", "the literature holds routes both ways"),
    "unsigned": ("UNSIGNED", "yellow", "routes exist, but no source gives their sign"),
    "no path": ("NO PATH", "yellow", "the graph holds no route of that length"),
    "none found": ("NONE FOUND", "yellow", "the search stopped before it found one; there may be some"),
}
_ARM_HEADS = {1: ("▲", "raise it", "red"), -1: ("▼", "lower it", "blue"), 0: ("◇", "no sign", "yellow")}


# --- trace ---------------------------------------------------------------------------------------------------------


def show_trace(trace: Trace, *, every: bool = False, sensitivity: bool = False) -> None:
    """The answer in ten seconds, then the mechanisms of each arm, each step's papers, and on what the verdict turns."""
    page = Page()
    word, colour, meaning = _VERDICTS[trace.verdict]
    page.line(trace.title, "bold")
    page.line()
    page.field(word, meaning + ".", colour)
    for sign in (1, -1, 0):
        _summary(page, trace, sign)
    if any(trace.certificate.counts.get(sign) for sign in (1, -1)):
        page.field("rests on", trace.rests_on)
    if trace.beside:
        _beside(page, trace)
    page.field("searched", f"{trace.certificate}.")
    page.field("data", trace.certificate.data)
    for sign, name in ARMS.items():
        if trace.mechanisms[name]:
            page.line()
            _arm(page, trace, sign, every)
    if trace.paths:
        page.line()
        page.line("How to read", "bold")
        for row in LEGEND:
            page.line(row, "dim", indent=2)
        page.line()
        _steps(page, trace, every)
    if sensitivity:
        _sensitivity(page, trace)
    page.line()
    page.line(DISCLAIMER, "dim")


def _beside(page: Page, trace: Trace) -> None:
    """What is said of the very pair that was asked, but makes no route."""
    for name, claims in (
        ("null", [claim for claim in trace.beside if claim.null]),
        ("goes with", [claim for claim in trace.beside if not claim.null]),
    ):
        if claims:
            what = "no effect or no relation was found" if name == "null" else "only observed together"
            listed = "; ".join(f"{claim.predicate.replace('-', ' ')}: {claim.source.citation}" for claim in claims[:6])
            more = f"; and {len(claims) - 6} more" if len(claims) > 6 else ""
            lead = f"{count(len(claims), 'claim')} on this very pair, {what}, so in no route"
            page.field(name, f"{lead} ({listed}{more}).", "yellow" if name == "null" else "")


def _sensitivity(page: Page, trace: Trace) -> None:
    """On what the verdict turns: what would flip it, what would empty a signed arm, and the smallest sets of claims."""
    found, pivots = trace.sensitivity(), trace.pivots
    page.line()
    page.line("On what it turns", "bold")
    telling = [loss for loss in found.losses if loss.flips or {*loss.emptied} & {ARMS[1], ARMS[-1]}]
    if not found.flips:
        page.line(
            f"No single source, family, design, species or certainty flips the verdict ({found.verdict}).", indent=2
        )
    for loss in telling:
        page.line(("flips: " if loss.flips else "empties an arm: ") + str(loss), indent=2, hang=4)
    for arm, sets in ((ARMS[sign], pivots.sets[ARMS[sign]]) for sign in (1, -1) if ARMS[sign] in pivots.sets):
        if not sets:
            page.line(f"{arm} arm: no set of up to {pivots.most} claims empties it.", indent=2)
        for claims in sets:
            listed = "; ".join(f"{claim.sentence} ({claim.id})" for claim in claims)
            page.line(f"{arm} arm: empty without {listed}", indent=2, hang=4)


def _summary(page: Page, trace: Trace, sign: int) -> None:
    """One arm in one line: how many routes, and through what."""
    found, listed = trace.certificate.counts.get(sign, 0), len(trace.arm(sign))
    names = [mechanism.label for mechanism in trace.mechanisms[ARMS[sign]]]
    if found:
        mark, verb, colour = _ARM_HEADS[sign]
        through = _listed(names, MECHANISMS_SHOWN)
        cut = f", {listed} of them listed" if listed < found else ""
        page.field(f"{mark} {verb}", f"{count(found, 'route')}{cut}{', through ' if names else ''}{through}", colour)


def _listed(names: Sequence[str], most: int) -> str:
    more = [f"{len(names) - most} more"] if len(names) > most else []
    parts = [*names[:most], *more]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _arm(page: Page, trace: Trace, sign: int, every: bool) -> None:
    mark, _, colour = _ARM_HEADS[sign]
    target = " or ".join(entity.label for entity in trace.targets)
    head = {
        1: f"Routes that raise {target}",
        -1: f"Routes that lower {target}",
        0: f"Routes to {target} without a sign",
    }
    page.line(f"{mark} {head[sign]}", f"bold {colour}")
    for place, mechanism in enumerate(trace.mechanisms[ARMS[sign]], 1):
        _mechanism(page, place, mechanism, every)


def _mechanism(page: Page, place: int, mechanism: Mechanism, every: bool) -> None:
    name = f"through {mechanism.label}" if mechanism.key else "direct"
    page.line(f"{place:>2}. {name} ({count(len(mechanism.paths), 'route')})", "bold", indent=1)
    best, *others = mechanism.paths
    for path in mechanism.paths if every else [best]:
        mixed = f"   ({path.settings})" if path.settings.mixed else ""
        page.line(route(path.steps) + mixed, indent=5, hang=4)
    if mechanism.weakest:
        lead = f"weakest step {arrowed(mechanism.weakest)}: " if len(best) > 1 else ""
        page.line(f"{lead}{mechanism.support}", "dim", indent=5, hang=4)
    if others and not every:
        # examples that speak of the entity asked for, rather than of one of its kinds, say most
        plain = [path for path in others if path.steps[0].kind != "specialization"][:2] or others[:1]
        page.line(f"and {len(others)} more, such as", "dim", indent=5)
        for path in plain:
            page.line(route(path.steps), "dim", indent=7, hang=4)


def _steps(page: Page, trace: Trace, every: bool) -> None:
    """Each step once, in the order of the routes shown, with its claims, sources and places."""
    groups = [group[: None if every else MECHANISMS_SHOWN] for group in trace.mechanisms.values()]
    paths = [path for group in groups for m in group for path in (m.paths if every else (m.best,))]
    steps = list(dict.fromkeys(step for path in paths for step in path.steps))
    note = (
        ""
        if every
        else f", of the best route of the first {MECHANISMS_SHOWN} mechanisms of each arm (--all: every one)"
    )
    page.line(f"Steps and their papers{note}", "bold")
    for step in steps:
        if step.kind != "claim":
            kind = "an exposure to it" if step.link == "raised-state-of" else "a kind of it"
            words = kind if step.kind == "specialization" else step.verb
            page.line(f"{arrowed(step)}  [by definition: {words}]", indent=2, hang=4)
            continue
        page.line(f"{arrowed(step)}  [{step.support}]", indent=2, hang=4)
        _claim_lines(page, step.claims, every)
        _claim_lines(page, step.against, every, "against: ")


def _claim_lines(page: Page, claims: Sequence[Claim], every: bool, lead: str = "") -> None:
    order = sorted(claims, key=lambda c: (c.basis == "second-hand" and not c.cites, c.digest is None, c.id))
    for claim in order[: None if every else CLAIMS_SHOWN]:
        page.line(f"{lead}{cited(claim)}", "dim" if lead else "", indent=6, hang=4)
    if not every and len(claims) > CLAIMS_SHOWN:
        page.line(f"{lead}and {len(claims) - CLAIMS_SHOWN} more", "dim", indent=6)


# --- entities, claims, sources -------------------------------------------------------------------------------------


def show_entities(entities: Sequence[Entity]) -> None:
    """A list of entities with their kind, identifier and names."""
    page = Page()
    for entity in entities:
        details = ", ".join([entity.id, entity.kind, *entity.matches])
        also = f"; also {', '.join(entity.synonyms[:4])}" if entity.synonyms else ""
        page.line(f"{entity.label}  ({details}){also}", hang=4)


def described(graph: KnowledgeGraph, thing: Entity | Claim | Source) -> dict[str, Any]:
    """What `show` tells of a thing, as JSON-ready data."""
    if isinstance(thing, Claim):
        return {"type": "claim", "claim": thing.to_dict(), "source": thing.source.to_dict()}
    if isinstance(thing, Source):
        claims = [claim.to_dict() for claim in graph.claims(source=thing)]
        return {"type": "source", "source": thing.to_dict(), "claims": claims}
    links = [link for link in graph.links if thing in (link.source, link.target)]
    return {
        "type": "entity",
        "entity": thing.to_dict(),
        "links": [{"source": k.source.id, "link": k.kind, "target": k.target.id, "sign": k.sign} for k in links],
        "claims_out": [claim.to_dict() for claim in graph.claims(subject=thing)],
        "claims_in": [claim.to_dict() for claim in graph.claims(object=thing)],
    }


def show_thing(graph: KnowledgeGraph, thing: Entity | Claim | Source) -> None:
    """An entity, claim or source in full."""
    page = Page()
    if isinstance(thing, Claim):
        _show_claim(page, thing)
    elif isinstance(thing, Source):
        _show_source(page, graph, thing)
    else:
        _show_entity(page, graph, thing)


def _show_entity(page: Page, graph: KnowledgeGraph, entity: Entity) -> None:
    kind = graph.schema.kinds[entity.kind]
    page.line(f"{entity.label}  ({kind.label}; {entity.id})", "bold")
    page.line(entity.definition, indent=2)
    page.field("up means", kind.up_means)
    for name, values in (("also called", entity.synonyms), ("identifier", entity.matches), ("close to", entity.close)):
        if values:
            page.field(name, ", ".join(values))
    if entity.no_match_reason:
        page.field("identifier", f"none. {entity.no_match_reason}")
    for link in graph.links:
        if entity in (link.source, link.target):
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
    page.field("status", claim.status)
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
            sides = ", ".join(f"{len(claims)} {name}" for name, claims in dispute.sides)
            text = f"{dispute.definition} " if named else ""
            page.line(f"{dispute.id}: {text}[{sides}]", indent=2, hang=4)


_SIDES = {
    "raises": "+ raises or goes with",
    "lowers": "- lowers or goes against",
    "no effect": "0 no effect or no relation found",
    "no sign": "? sign not given",
}


def _show_dispute(page: Page, dispute: Dispute) -> None:
    page.line(dispute.label, "bold")
    page.line(dispute.definition, indent=2)
    for what, by_side in dispute.differences:
        words = "; ".join(f"{side}: {', '.join(values)}" for side, values in by_side)
        page.field(f"{what}", words)
    for name, side in dispute.sides:
        page.line()
        page.line(f"{_SIDES[name]} ({len(side)})", "bold", indent=2)
        for claim in side:
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
