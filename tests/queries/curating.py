"""The answers of the queries for teaching and for the quality of the data by another route: plain Python."""

from __future__ import annotations

from references import answers, effects, grouped, live, spaced, words

# --- teaching --------------------------------------------------------------------------------------------------------


@answers("reading-list", "source claims ownData design read doi")
def reading_list(graph, entity):
    found = grouped([c for c in live(graph) if entity in (c.subject.id, c.object.id)], "source")
    rows = []
    for key, claims in found.items():
        source, own = claims[0].source, sum(c.basis == "own-data" for c in claims)
        rows.append((*key, len(claims), own, spaced(source.design), spaced(source.read), source.doi))
    return rows


def facts(graph, source):
    return [fact for case in graph.cases if case.source.id == source for fact in case.facts if fact.entity]


def touching(graph, entity):
    causes = {c.subject.id for c in effects(graph) if c.object.id == entity}
    wrought = {c.object.id for c in effects(graph) if c.subject.id == entity}
    seen = [c for c in live(graph) if not c.causal and c.sign is not None]
    ends = [(c.subject.id, c.object.id) for c in seen]
    companions = {there for here, there in ends if here == entity} | {here for here, there in ends if there == entity}
    return len(causes), len(wrought), len(companions)


@answers("case-findings", "fact presence direction entity causes effects associations")
def case_findings(graph, source):
    return [
        (fact.id, fact.presence, fact.direction, fact.entity.id, *touching(graph, fact.entity.id))
        for fact in facts(graph, source)
    ]


@answers("case-findings-without-cause", "fact entity kindOf associations")
def case_findings_without_cause(graph, source):
    rows = []
    for fact in facts(graph, source):
        causes, _, companions = touching(graph, fact.entity.id)
        finding = fact.category not in ("treatment", "demographics", "encounter")
        classes = [li.target.label for li in graph.links if li.kind == "broader" and li.source == fact.entity]
        if fact.presence == "present" and finding and not causes:
            rows.append((fact.id, fact.entity.id, min(classes, default=None), companions))
    return rows


# --- quality ---------------------------------------------------------------------------------------------------------


@answers("draft-claims", "claim statement caution")
def draft_claims(graph):
    return [(c.id, words(c), c.caution) for c in graph.claims() if c.status == "draft"]


@answers("second-readings-owed", "claim reason caution")
def second_readings_owed(graph):
    reasons = {"background": "have not been read", "weakly confirmed": "Weakly confirmed"}
    kept = [c for c in graph.claims() if c.status != "retracted"]
    return [(c.id, "draft", c.caution) for c in kept if c.status == "draft"] + [
        (c.id, reason, c.caution) for c in kept for reason, text in reasons.items() if text in (c.caution or "")
    ]


@answers("claims-without-species", "claim statement basis design read")
def claims_without_species(graph):
    return [
        (c.id, words(c), spaced(c.basis), spaced(c.design), spaced(c.source.read))
        for c in live(graph)
        if c.species is None
    ]


@answers("sources-read-by-title", "source title claim statement certainty")
def sources_read_by_title(graph):
    rows = []
    for source in graph.sources:
        if source.read == "title-only":
            claims = graph.claims(source=source)
            rows += [(source.id, source.title, c.id, words(c), spaced(c.certainty)) for c in claims] or [
                (source.id, source.title, None, None, None)
            ]
    return rows


@answers("studies-without-own-data", "source claims design read")
def studies_without_own_data(graph):
    designs = (
        "trial",
        "cohort",
        "case-control",
        "case-series",
        "case-report",
        "animal-experiment",
        "in-vitro-experiment",
    )
    kept = grouped([c for c in graph.claims() if c.status != "retracted"], "source")
    return [
        (*key, len(claims), spaced(claims[0].source.design), spaced(claims[0].source.read))
        for key, claims in kept.items()
        if claims[0].source.design in designs and all(c.basis != "own-data" for c in claims)
    ]


@answers("sources-without-identifier", "source claims read url")
def sources_without_identifier(graph):
    return [
        (source.id, len(graph.claims(source=source)), spaced(source.read), source.url)
        for source in graph.sources
        if not (source.doi or source.pmid or source.pmcid)
    ]


@answers("without-identifier", "entity label reason close")
def without_identifier(graph):
    spaces = graph.schema.prefixes
    return [
        (e.id, e.label, e.no_match_reason, " ".join(sorted(spaces[p] + n for p, n in (m.split(":") for m in e.close))))
        for e in graph.entities
        if not e.matches
    ]
