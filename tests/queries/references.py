"""The answers of the named queries by another route: plain Python over the contents of a graph, without SPARQL.

`REFERENCES` holds, by name of the query, the columns that are compared and a function of the graph and the query's
parameters that gives their rows. Entities, sources and claims go by their ids. Simple on purpose, slow where that is
simpler.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from kg.graph import KnowledgeGraph
from kg.model import Claim

Rows = Iterable[tuple]
REFERENCES: dict[str, tuple[str, Callable[..., Rows]]] = {}


def answers(name: str, columns: str) -> Callable[[Callable[..., Rows]], Callable[..., Rows]]:
    """Registers the reference of a query."""

    def register(function: Callable[..., Rows]) -> Callable[..., Rows]:
        REFERENCES[name] = (columns, function)
        return function

    return register


def live(graph: KnowledgeGraph) -> list[Claim]:
    return [c for c in graph.claims() if c.status != "retracted" and c.certainty != "refuted"]


def effects(graph: KnowledgeGraph) -> list[Claim]:
    """Live causal claims that are not null."""
    return [c for c in live(graph) if c.causal and c.sign is not None]


def grouped(claims: Iterable[Claim], *keys: str) -> dict[tuple, list[Claim]]:
    found: dict[tuple, list[Claim]] = defaultdict(list)
    for claim in claims:
        values = (getattr(claim, key) for key in keys)
        found[tuple(getattr(value, "id", value) for value in values)].append(claim)
    return found


EDGE = ("subject", "predicate", "object")


def works(claims: Iterable[Claim]) -> int:
    return len({claim.source.id for claim in claims})


LABELS = {
    "in-vitro-experiment": "in-vitro experiment",
    "case-control": "case-control",
    "meta-analysis": "meta-analysis",
    "abstract-only": "abstract",
    "summary-only": "summary page",
    "title-only": "title",
}


def spaced(value: str | None) -> str | None:
    """A value of a vocabulary as the schema labels it."""
    return value and LABELS.get(value, value.replace("-", " "))


def words(claim: Claim) -> str:
    return f"{claim.subject.label} {claim.predicate.replace('-', ' ')} {claim.object.label}"


# --- basics ----------------------------------------------------------------------------------------------------------


@answers("what-acts-on", "entity predicate claims sources")
def what_acts_on(graph, target):
    found = grouped([c for c in live(graph) if c.object.id == target], "subject", "predicate")
    return [(*key, len(claims), works(claims)) for key, claims in found.items()]


def moving(graph, target, sign):
    found = grouped([c for c in effects(graph) if c.object.id == target and c.sign == sign], "subject")
    return [(*key, len(claims), works(claims)) for key, claims in found.items()]


@answers("what-raises", "entity claims sources")
def what_raises(graph, target):
    return moving(graph, target, 1)


@answers("what-lowers", "entity claims sources")
def what_lowers(graph, target):
    return moving(graph, target, -1)


@answers("who-says-so", "claim says year basis design species certainty status")
def who_says_so(graph, subject, object):  # noqa: A002 - the name of the parameter
    return [
        (c.id, spaced(c.predicate), c.source.year and str(c.source.year),
         *map(spaced, (c.basis, c.design, c.species, c.certainty, c.status)))
        for c in graph.claims(subject=subject, object=object)
    ]  # fmt: skip


@answers("claims-of-source", "claim statement certainty basis status section start")
def claims_of_source(graph, source):
    return [
        (c.id, words(c), spaced(c.certainty), spaced(c.basis), c.status, c.section, c.start)
        for c in graph.claims(source=source)
    ]


@answers("only-in-uremia", "claim statement population exposure species")
def only_in_uremia(graph, setting, otherwise):
    def inside(claim):
        text = f"{claim.population or ''}; {claim.exposure or ''}"
        return re.search(setting, text) and not re.search(otherwise, text)

    edges = grouped([c for c in live(graph) if c.causal and c.sign is not None], *EDGE)
    return [
        (c.id, words(c), c.population, c.exposure, spaced(c.species))
        for claims in edges.values()
        if all(inside(c) for c in claims)
        for c in claims
    ]


@answers("rest-on-few-sources", "subject predicate object claims sources")
def rest_on_few_sources(graph, most):
    edges = grouped(effects(graph), *EDGE)
    return [(*key, len(claims), works(claims)) for key, claims in edges.items() if works(claims) <= int(most)]


@answers("rest-on-second-hand", "subject predicate object claims sources cited")
def rest_on_second_hand(graph):
    return [
        (*key, len(claims), works(claims), len({work.id for c in claims for work in c.cites}))
        for key, claims in grouped(effects(graph), *EDGE).items()
        if all(c.basis == "second-hand" for c in claims)
    ]


@answers("second-hand-without-citation", "claim statement certainty")
def second_hand_without_citation(graph):
    told = [c for c in graph.claims() if c.basis == "second-hand" and not c.cites and c.status != "retracted"]
    return [(c.id, words(c), spaced(c.certainty)) for c in told]


# --- conflict and confidence -----------------------------------------------------------------------------------------


@answers("disputes", "dispute claim sign")
def disputes(graph):
    return [(name, c.id, c.sign) for c in graph.claims() for name in c.disputes]


@answers("opposite-signs", "subject raising raisingSources lowering loweringSources object")
def opposite_signs(graph):
    edges = [(key, claims) for key, claims in grouped(effects(graph), *EDGE).items() if claims[0].sign]
    return [
        (one[0], spaced(one[1]), works(raising), spaced(other[1]), works(lowering), one[2])
        for one, raising in edges
        for other, lowering in edges
        if (one[0], one[2]) == (other[0], other[2]) and raising[0].sign > 0 > lowering[0].sign
    ]


@answers("nulls-against-effects", "subject effect effectSources null nullSources object")
def nulls_against_effects(graph):
    edges = list(grouped(live(graph), *EDGE).items())
    return [
        (one[0], spaced(one[1]), works(some), spaced(other[1]), works(none), one[2])
        for one, some in edges
        for other, none in edges
        if (one[0], one[2]) == (other[0], other[2]) and some[0].sign is not None and none[0].sign is None
    ]


@answers("opposite-claims-compared", "one other species tissue dose year")
def opposite_claims_compared(graph):
    rank = {1: 2, -1: 1, None: 0}

    def compared(one, other):
        if one == other:
            return "same" if one else "not stated"
        return f"{one or 'not stated'} / {other or 'not stated'}"

    return [
        (
            one.id,
            other.id,
            *(compared(spaced(getattr(one, key)), spaced(getattr(other, key))) for key in ("species", "tissue")),
            compared(one.exposure, other.exposure),
            compared(one.source.year and str(one.source.year), other.source.year and str(other.source.year)),
        )
        for claims in grouped([c for c in live(graph) if c.sign != 0], "subject", "object").values()
        for one in claims
        for other in claims
        if rank[one.sign] > rank[other.sign]
    ]


@answers("disputed-later", "claim later year laterYear")
def disputed_later(graph):
    def contradict(one, other):
        if one.sign is None or other.sign is None:
            return one.sign != other.sign
        return one.sign * other.sign < 0

    return [
        (one.id, other.id, str(one.source.year), str(other.source.year))
        for claims in grouped([c for c in live(graph) if c.source.year], "subject", "object").values()
        for one in claims
        for other in claims
        if one.source.year < other.source.year and contradict(one, other)
    ]


@answers("root-sources", "says voice how claims")
def root_sources(graph, subject, object):  # noqa: A002 - the name of the parameter
    found: dict[tuple, set[str]] = defaultdict(set)
    for claim in live(graph):
        if (claim.subject.id, claim.object.id) == (subject, object):
            told = claim.basis == "second-hand"
            how = ("cited work" if claim.cites else "unresolved") if told else "own data or inference"
            for root in claim.cites if how == "cited work" else [claim.source]:
                found[spaced(claim.predicate), root.family or root.id, how].add(claim.id)
    return [(*key, len(claims)) for key, claims in found.items()]


@answers("what-falls-without-a-source", "subject predicate object claims told stepFalls")
def what_falls_without_a_source(graph, source):
    def falls(claim):
        report = claim.basis == "second-hand" and [work.id for work in claim.cites] == [source]
        return claim.source.id == source or report

    spoken = [c for c in live(graph) if c.sign is not None]
    staying = {(c.subject.id, c.object.id, c.causal, c.sign) for c in spoken if not falls(c)}
    return [
        (*key, len(claims), told, (key[0], key[2], claims[0].causal, claims[0].sign) not in staying)
        for key, claims in grouped(spoken, *EDGE).items()
        if all(falls(c) for c in claims)
        for told in [sum(c.basis == "second-hand" and [w.id for w in c.cites] == [source] for c in claims)]
    ]


@answers("associations-told-as-causes", "subject seen seenSources told toldSources object experiment")
def associations_told_as_causes(graph):
    designs = ("trial", "animal-experiment", "in-vitro-experiment")
    edges = list(grouped([c for c in live(graph) if c.sign is not None], *EDGE).items())
    label = {entity.id: entity.label for entity in graph.entities}
    return [
        (label[one[0]], spaced(one[1]), works(seen), spaced(other[1]), works(told), label[one[2]],
         any(c.basis == "own-data" and c.design in designs for c in told))
        for one, seen in edges
        for other, told in edges
        if (one[0], one[2]) == (other[0], other[2]) and told[0].causal and not seen[0].causal
    ]  # fmt: skip


@answers("causes-from-observation", "claim design statement certainty population")
def causes_from_observation(graph):
    designs = ("cohort", "case-control", "case-series", "case-report")
    return [
        (c.id, spaced(c.design), words(c), spaced(c.certainty), c.population)
        for c in effects(graph)
        if c.basis == "own-data" and c.design in designs
    ]


@answers("associations-without-cause", "subject predicate object statement")
def associations_without_cause(graph):
    joined = {frozenset((c.subject.id, c.object.id)) for c in effects(graph)}
    seen = [c for c in live(graph) if not c.causal and c.sign is not None]
    return {
        (c.subject.id, c.predicate, c.object.id, words(c))
        for c in seen
        if frozenset((c.subject.id, c.object.id)) not in joined
    }
