"""The one projection of a graph behind all writers, and what it holds, aspect by aspect.

An `Aspect` is a sort of statement that a graph makes (effects, null results, places in sources, ...), with the set of
its statements in a form that can be compared. A format says of each aspect whether it keeps it; the loss report of a
file counts those that it does not keep, and the tests compare the sets before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Case, Claim, Dispute, Entity, Link, Source, StandingQuestion, Trace
from kg.schema import Schema

if TYPE_CHECKING:
    from kg.store import Dataset

__all__ = ["ASPECTS", "Aspect", "Content", "standing"]


@dataclass(frozen=True)
class Content:
    """What a writer gets: the parts of a graph as model objects, in the order of their ids.

    `dataset` makes the RDF behind it when it is asked for. `terms` gives the official label of identifiers. `trace` is
    the answer that a graph was narrowed to, if it was: pictures show it as such.
    """

    schema: Schema
    version: str
    entities: Sequence[Entity]
    sources: Sequence[Source]
    claims: Sequence[Claim]
    links: Sequence[Link]
    disputes: Sequence[Dispute]
    cases: Sequence[Case]
    questions: Sequence[StandingQuestion]
    terms: Mapping[str, str]
    dataset: Callable[[], Dataset]
    trace: Trace | None = None

    @property
    def speaking(self) -> list[Claim]:
        """The claims that we have not retracted, refuted ones and null results included."""
        return [claim for claim in self.claims if claim.status != "retracted"]

    @property
    def used_sources(self) -> list[Source]:
        """The sources that a claim is from or cites."""
        used = {source for claim in self.claims for source in (claim.source, *claim.cites)}
        return [source for source in self.sources if source in used]


def standing(claim: Claim) -> str:
    """How a claim stands: ``causal``, ``association``, ``null result``, ``refuted`` or ``retracted``.

    Only the first may become a causal edge, in whatever format.
    """
    if claim.status == "retracted":
        return "retracted"
    if claim.certainty == "refuted":
        return "refuted"
    if claim.null:
        return "null result"
    return "causal" if claim.causal else "association"


@dataclass(frozen=True, slots=True)
class Aspect:
    """A sort of statement that a graph makes. `what` names them in the plural; `of` gives them as a comparable set.

    Entities go by their labels and claims by their ids, since identifiers of entities change between formats.
    """

    what: str
    of: Callable[[Content], Collection[tuple[object, ...]]]


def _entities(read: Callable[[Entity], Iterable[object]]) -> Callable[[Content], set[tuple[object, ...]]]:
    return lambda content: {(entity.label, value) for entity in content.entities for value in read(entity) if value}


def _claims(read: Callable[[Claim], Iterable[object]]) -> Callable[[Content], set[tuple[object, ...]]]:
    return lambda content: {(claim.id, value) for claim in content.speaking for value in read(claim) if value}


def _edges(*standings: str, signed: bool | None = None) -> Callable[[Content], set[tuple[object, ...]]]:
    def edges(content: Content) -> set[tuple[object, ...]]:
        return {
            (claim.subject.label, claim.predicate, claim.object.label, claim.sign)
            for claim in content.claims
            if standing(claim) in standings and (signed is None or bool(claim.sign) == signed)
        }

    return edges


def _signs(content: Content) -> set[tuple[object, ...]]:
    return {
        (claim.subject.label, claim.sign, claim.object.label)
        for claim in content.claims
        if standing(claim) == "causal" and claim.sign
    }


_QUALIFIERS = ("basis", "design", "directness", "species", "tissue", "population", "exposure", "effect")
_PLACE = ("section", "start", "end", "digest")
_PUBLICATION = ("title", "authors", "year", "journal", "url", "design", "read", "note", "caution")


def _sources(read: Callable[[Source], Iterable[object]]) -> Callable[[Content], set[tuple[object, ...]]]:
    return lambda content: {(s.citation, value) for s in content.used_sources for value in read(s) if value}


def _stated(thing: object, names: Iterable[str]) -> list[tuple[str, object]]:
    """The fields of a thing that it states, with their values."""
    return [(name, value) for name in names if (value := getattr(thing, name)) is not None]


ASPECTS: Mapping[str, Aspect] = {
    "entities": Aspect("entities", lambda content: {(entity.label,) for entity in content.entities}),
    "kinds": Aspect("kinds of entities", _entities(lambda entity: [entity.kind])),
    "definitions": Aspect("definitions of entities", _entities(lambda entity: [entity.definition])),
    "synonyms": Aspect("synonyms", _entities(lambda entity: (*entity.synonyms, *entity.ambiguous_names))),
    "identifiers": Aspect("identifiers of entities", _entities(lambda entity: entity.matches)),
    "near": Aspect("near matches of entities", _entities(lambda entity: entity.close)),
    "reasons": Aspect("reasons for no identifier", _entities(lambda entity: [entity.no_match_reason])),
    "wanted": Aspect("directions that a patient wants", _entities(lambda entity: [entity.wanted])),
    "links": Aspect(
        "definitional links", lambda content: {(k.source.label, k.kind, k.target.label) for k in content.links}
    ),
    "signs": Aspect("signs of causal edges", _signs),
    "predicates": Aspect("causal edges with their predicate", _edges("causal", signed=True)),
    "unsigned": Aspect("effects without a sign", _edges("causal", signed=False)),
    "associations": Aspect("associations", _edges("association")),
    "nulls": Aspect("null results", _edges("null result")),
    "refuted": Aspect("refuted claims", _edges("refuted")),
    "retracted": Aspect("retracted claims", lambda c: {(k.id,) for k in c.claims if standing(k) == "retracted"}),
    "claims": Aspect("single claims", lambda content: {(claim.id,) for claim in content.speaking}),
    "certainty": Aspect("certainties of claims", _claims(lambda claim: [claim.certainty])),
    "drafts": Aspect("marks of drafts", _claims(lambda claim: [claim.status == "draft"])),
    "sources": Aspect(
        "sources of claims", _claims(lambda claim: [tuple(_stated(claim.source, ("citation", "doi", "pmid", "pmcid")))])
    ),
    "cites": Aspect("cited works of claims", _claims(lambda claim: [source.citation for source in claim.cites])),
    "qualifiers": Aspect("qualifiers of claims", _claims(lambda claim: _stated(claim, _QUALIFIERS))),
    "places": Aspect("places in sources", _claims(lambda claim: _stated(claim, _PLACE))),
    "notes": Aspect("notes on claims", _claims(lambda claim: _stated(claim, ("note", "caution")))),
    "publications": Aspect("details of publications", _sources(lambda source: _stated(source, _PUBLICATION))),
    "families": Aspect("families of sources", _sources(lambda source: [source.family])),
    "disputes": Aspect("claims in named disputes", _claims(lambda claim: claim.disputes)),
    "contrasts": Aspect(
        "definitions of named disputes",
        lambda content: {(d.id, d.label, d.definition, d.contrast) for d in content.disputes},
    ),
    "cases": Aspect("facts of cases", lambda content: {(k.id, fact.id) for k in content.cases for fact in k.facts}),
    "questions": Aspect("standing questions", lambda content: {(question.id,) for question in content.questions}),
    "terms": Aspect("official labels of identifiers", lambda content: set(content.terms.items())),
}
"""What a graph holds, by a short name that formats use."""
