"""How objects look in a notebook: a picture where there is one, and a table of what an object says."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.draw.compose import compose
from kg.draw.select import of_path, of_trace
from kg.draw.svg import svg
from kg.errors import KGError
from kg.model import ARMS, DISCLAIMER, Case, Claim, Entity, Fact, Keyed, Path, Source, Step, Trace

__all__ = ["show", "table"]

Row = tuple[str, object]


def show(thing: Keyed) -> str:
    """The HTML of an entity, claim, source, case, step, path or trace; anything else by its text."""
    view = _VIEWS.get(type(thing))
    return view(thing) if view else f"<pre>{html.escape(str(thing))}</pre>"


def table(caption: str, rows: Iterable[Row]) -> str:
    """A table of names and values under a caption; rows without a value are left out."""
    body = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top">{html.escape(name)}</th>'
        f'<td style="text-align:left">{html.escape(str(value))}</td></tr>'
        for name, value in rows
        if value not in (None, "", ())
    )
    return (
        f'<table><caption style="text-align:left"><b>{html.escape(caption)}</b></caption><tbody>{body}</tbody></table>'
    )


def _entity(entity: Entity) -> str:
    return table(
        entity.label,
        [
            ("kind", entity.kind),
            ("id", entity.id),
            ("definition", entity.definition),
            ("also called", ", ".join(entity.synonyms)),
            ("identifiers", ", ".join(entity.matches)),
            ("close to", ", ".join(entity.close)),
            ("no identifier", entity.no_match_reason),
        ],
    )


def _claim(claim: Claim) -> str:
    qualifiers = ("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure", "effect")
    return table(
        claim.sentence,
        [
            ("id", claim.id),
            ("note", claim.note),
            ("source", claim.source.citation),
            ("place", claim.place),
            ("cites", "; ".join(work.citation for work in claim.cites)),
            *((name, getattr(claim, name)) for name in qualifiers),
            ("disputes", ", ".join(claim.disputes)),
            ("status", f"imported from {claim.origin}" if claim.origin else claim.status),
            ("caution", claim.caution),
        ],
    )


def _source(source: Source) -> str:
    names = (
        "title",
        "authors",
        "year",
        "journal",
        "doi",
        "pmid",
        "pmcid",
        "url",
        "design",
        "read",
        "family",
        "caution",
    )
    return table(source.citation, [("id", source.id), *((name, getattr(source, name)) for name in names)])


def _fact(fact: Fact) -> str:
    names = ("category", "presence", "value", "unit", "direction", "time", "body_site", "note")
    rows = [(name.replace("_", " "), getattr(fact, name)) for name in names]
    return table(fact.label, [("entity", fact.entity), *rows])


def _case(case: Case) -> str:
    facts = [(fact.category, f"{fact.label} ({fact.presence})") for fact in case.facts]
    return table(case.label, [("source", case.source.citation), *facts])


def _step(step: Step) -> str:
    support = step.support or "by definition, not by evidence"
    return table(str(step), [("support", support), *_papers(step)])


def _papers(step: Step) -> list[Row]:
    rows: list[Row] = [("claim", claim) for claim in step.claims]
    return rows + [("against", claim) for claim in step.against]


def _path(path: Path) -> str:
    rows = [
        (f"step {number}", f"{step}: {step.support or 'by definition'}") for number, step in enumerate(path.steps, 1)
    ]
    facts: list[Row] = [("weakest step", path.weakest), ("settings", path.settings)]
    return _picture(lambda: svg(compose(of_path(path)))) + table(str(path), [*rows, *facts])


def _trace(trace: Trace) -> str:
    rows: list[Row] = [("verdict", trace.verdict), ("rests on", trace.rests_on), ("searched", trace.certificate)]
    for sign, name in ARMS.items():
        found = trace.certificate.counts.get(sign, 0)
        through = ", ".join(mechanism.label for mechanism in trace.mechanisms[name])
        if found:
            rows.append((f"{name} routes", f"{found}, through {through}" if through else found))
    picture = _picture(lambda: svg(compose(of_trace(trace)))) if trace.paths else ""
    return f"{picture}{table(trace.title, [*rows, ('data', trace.certificate.data)])}<p><small>{DISCLAIMER}</small></p>"


def _picture(paint: Callable[[], str]) -> str:
    """The picture, or why there is none: a notebook's cell must not fail for want of a layout."""
    try:
        return paint()
    except KGError as error:
        return f"<p>No picture: {html.escape(str(error))}</p>"


_VIEWS: Mapping[type, Callable[[Any], str]] = {
    Entity: _entity,
    Claim: _claim,
    Source: _source,
    Fact: _fact,
    Case: _case,
    Step: _step,
    Path: _path,
    Trace: _trace,
}
