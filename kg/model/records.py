"""What the data hold: entities, links, sources, claims, disputes, cases, standing questions, edges."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.model.common import JSON, Keyed

__all__ = ["SIDES", "Case", "Claim", "Dispute", "Edge", "Entity", "Fact", "Link", "Ranks", "Source", "StandingQuestion"]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Entity(Keyed):
    """A thing that can go up or down: an amount, an activity, an extent, a presence or severity.

    `id` is the slug (``osteoprotegerin``), `kind` the class (``Protein``), `matches` the CURIEs of exactly the same
    thing, `close` those of nearly the same; `no_match_reason` says why there are none. `wanted` is the way a patient
    wants it to go (+1 up, -1 down, 0 not stated). `origin` names the foreign file or graph it was read from, if it was.
    """

    id: str
    iri: str
    label: str
    kind: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    ambiguous_names: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    no_match_reason: str | None = None
    wanted: int = 0
    origin: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label

    def to_dict(self) -> JSON:
        """The entity as JSON-ready data."""
        return {
            "id": self.id,
            "iri": self.iri,
            "label": self.label,
            "kind": self.kind,
            "definition": self.definition,
            "synonyms": list(self.synonyms),
            "matches": list(self.matches),
            "close": list(self.close),
            "no_match_reason": self.no_match_reason,
            "wanted": self.wanted,
            "origin": self.origin,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """A definitional link between two entities, as stated: ``hypercalcemia raised-state-of serum-calcium``.

    `reversible` says whether a path may also walk it from target to source.
    """

    source: Entity
    kind: str
    target: Entity
    sign: int
    reversible: bool


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Source(Keyed):
    """A publication. Blank fields were not printed on any page that was opened; none is filled from memory.

    `read` says how much of it was opened, `family` joins sources that speak with one voice (same patients, trial,
    registry), `citation` is the display form.
    """

    id: str
    iri: str
    citation: str
    title: str | None = None
    authors: str | None = None
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None
    design: str | None = None
    read: str | None = None
    family: str | None = None
    note: str | None = None
    caution: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    @property
    def voice(self) -> str:
        """The unit of counting evidence: the family, or the source itself."""
        return self.family or self.id

    def __str__(self) -> str:
        return self.citation

    def to_dict(self) -> JSON:
        """The source as JSON-ready data."""
        names = ("id", "iri", "citation", "title", "authors", "year", "journal", "doi", "pmid", "pmcid", "url")
        return {name: getattr(self, name) for name in (*names, "design", "read", "family", "note", "caution")}


class Ranks(NamedTuple):
    """The ranks that the ontology gives to a claim's design, species and certainty; 0 where one is not stated."""

    design: int = 0
    species: int = 0
    certainty: int = 0


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Claim(Keyed):
    """What one source says about two entities, with its qualifiers and its place in the source.

    `sign` is +1, -1, 0 (a causal effect whose sign the source does not give) or None (a null result). A qualifier
    that the source does not state is None. `start` and `end` are offsets in the squeezed text of the source
    (letters and digits only), `digest` the SHA-256 of the squeezed passage. A claim that we retracted keeps the reason
    and the date (``2026-05-31``). `origin` names the foreign file or graph it was read from, if it was. `ranks` say how
    strong its design, species and certainty are.
    """

    id: str
    iri: str
    subject: Entity
    predicate: str
    object: Entity
    sign: int | None
    causal: bool
    source: Source
    cites: tuple[Source, ...] = ()
    certainty: str | None = None
    basis: str | None = None
    design: str | None = None
    directness: str | None = None
    species: str | None = None
    tissue: str | None = None
    population: str | None = None
    exposure: str | None = None
    effect: str | None = None
    disputes: tuple[str, ...] = ()
    status: str = "curated"
    caution: str | None = None
    section: str | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    note: str | None = None
    retraction_reason: str | None = None
    retraction_date: str | None = None
    origin: str | None = None
    ranks: Ranks = field(default=Ranks())

    @property
    def key(self) -> str:
        return self.iri

    @property
    def null(self) -> bool:
        """Whether the claim is a null result."""
        return self.sign is None

    @property
    def side(self) -> str:
        """On which side of a contrast it stands: ``raises`` or ``lowers`` (associations too), ``no effect`` (a null
        result, or refuted by its own source), or ``no sign``.
        """
        if self.null or not self.live:
            return "no effect"
        return {1: "raises", -1: "lowers"}.get(self.sign or 0, "no sign")

    @property
    def live(self) -> bool:
        """Whether the claim speaks for what it states: neither retracted by us nor refuted by its own source."""
        return self.status != "retracted" and self.certainty != "refuted"

    @property
    def sentence(self) -> str:
        """The claim in words: ``corticosteroid decreases osteoprotegerin``."""
        return f"{self.subject.label} {self.predicate.replace('-', ' ')} {self.object.label}"

    @property
    def place(self) -> str:
        """Where in the source: the section, and the offsets where they are known."""
        offsets = f"squeezed offsets {self.start}-{self.end}" if self.start is not None else None
        return ", ".join(part for part in (self.section, offsets) if part) or "place not recorded"

    def __str__(self) -> str:
        return f"{self.sentence} [{self.source.citation}]"

    def to_dict(self) -> JSON:
        """The claim as JSON-ready data; entities and sources by their ids."""
        names = ("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure")
        more = ("effect", "status", "caution", "section", "start", "end", "digest", "note", *_RETRACTION, "origin")
        return {
            "id": self.id,
            "iri": self.iri,
            "subject": self.subject.id,
            "predicate": self.predicate,
            "object": self.object.id,
            "sign": self.sign,
            "causal": self.causal,
            "source": self.source.id,
            "cites": [source.id for source in self.cites],
            **{name: getattr(self, name) for name in names},
            "disputes": list(self.disputes),
            **{name: getattr(self, name) for name in more},
        }


_RETRACTION = ("retraction_reason", "retraction_date")
SIDES = ("raises", "lowers", "no effect", "no sign")
"""The sides that a claim can take in a dispute, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Claims that contrast, their sides, and what else differs between the sides.

    `named` sets are those of the data, each with a definition of what is disputed; the others were found: pairs of
    entities (or kinds of them) with opposite findings. `contrast` says what the sides differ in where that is not the
    sign of their claims.
    """

    id: str
    label: str
    definition: str
    claims: tuple[Claim, ...] = ()
    named: bool = True
    contrast: str | None = None

    @property
    def sides(self) -> list[tuple[str, tuple[Claim, ...]]]:
        """The claims by their side, sides without a claim left out."""
        grouped = {name: tuple(claim for claim in self.claims if claim.side == name) for name in SIDES}
        return [(name, claims) for name, claims in grouped.items() if claims]

    @property
    def groups(self) -> list[tuple[str, bool, tuple[Claim, ...]]]:
        """The sides, each parted into what speaks of an effect (True) and what was only seen together (False)."""
        return [
            (side, causal, members)
            for side, claims in self.sides
            for causal in (True, False)
            if (members := tuple(claim for claim in claims if claim.causal is causal))
        ]

    @property
    def differences(self) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
        """What the sides do not share, as ``(what, [(side, values), ...])``.

        Compared are subject, object (the endpoint), species, tissue, design, population, exposure (the dose) and year;
        something differs if at least two sides state it and no two sides have a value in common.
        """
        found = []
        for what, read in _COMPARED.items():
            stated = [(side, {value for c in claims if (value := read(c))}) for side, claims in self.sides]
            stated = [(side, values) for side, values in stated if values]
            pairs = itertools.combinations([values for _, values in stated], 2)
            if len(stated) > 1 and not any(one & other for one, other in pairs):
                found.append((what, [(side, tuple(sorted(values))) for side, values in stated]))
        return found

    def __str__(self) -> str:
        return f"{self.label}: {self.definition}"

    def to_dict(self) -> JSON:
        """The dispute as JSON-ready data."""
        return {
            "id": self.id,
            "label": self.label,
            "definition": self.definition,
            "named": self.named,
            "contrast": self.contrast,
            "sides": {side: [claim.id for claim in claims] for side, claims in self.sides},
            "differences": {what: {side: list(v) for side, v in by} for what, by in self.differences},
            "claims": [claim.to_dict() for claim in self.claims],
        }


_COMPARED: Mapping[str, Callable[[Claim], str | None]] = {
    "subject": lambda claim: claim.subject.label,
    "endpoint": lambda claim: claim.object.label,
    "species": lambda claim: claim.species,
    "tissue": lambda claim: claim.tissue,
    "design": lambda claim: claim.design,
    "population": lambda claim: claim.population,
    "dose or exposure": lambda claim: claim.exposure,
    "year": lambda claim: str(claim.source.year or ""),
}
"""What is compared between the sides of a dispute."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Fact(Keyed):
    """A patient-level fact of a case report: what was found in one person, never a causal edge."""

    id: str
    iri: str
    label: str
    category: str
    presence: str
    entity: Entity | None = None
    value: str | None = None
    unit: str | None = None
    direction: str | None = None
    time: str | None = None
    body_site: str | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Case(Keyed):
    """One patient of a case report with the facts that the report states."""

    id: str
    iri: str
    label: str
    source: Source
    facts: tuple[Fact, ...] = ()

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class StandingQuestion(Keyed):
    """A trace that is asked again after every change of the data, so that a changed verdict is seen."""

    id: str
    iri: str
    label: str
    source: Entity
    target: Entity

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Edge:
    """All live claims with the same subject, predicate and object; opposite edges stand side by side."""

    subject: Entity
    predicate: str
    object: Entity
    sign: int
    claims: tuple[Claim, ...]
