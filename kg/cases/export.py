"""A case as a GA4GH Phenopacket of version 2, and what is lost on the way.

A term stands for an entity if it is an exact match. A term that is only close is taken where the schema has a place to
say so (an external reference of the metadata that names the entity) and where it is not the exact match of another
entity, as which it would be read. All else is lost, and said so. Nothing is put in that the case does not state:
ages are reckoned from the stated age, units are those of UCUM or none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kg.cases.packet import CLOSE, DEATH, FEMALE
from kg.durations import age_at, days
from kg.errors import UsageError
from kg.model import JSON, Case, Entity, Fact

__all__ = ["Export", "Loss", "export"]

UNITS: Mapping[str, tuple[str, str]] = {
    "mg/dL": ("UCUM:mg/dL", "milligram per deciliter"),
    "g/dL": ("UCUM:g/dL", "gram per deciliter"),
    "mmol/L": ("UCUM:mmol/L", "millimole per liter"),
    "pg/mL": ("UCUM:pg/mL", "picogram per milliliter"),
    "ng/mL": ("UCUM:ng/mL", "nanogram per milliliter"),
    "U/L": ("UCUM:U/L", "enzyme unit per liter"),
    "cells/mL": ("UCUM:{cells}/mL", "cells per milliliter"),
}
"""The units that we can name, in the code system UCUM."""
RESOURCES: Mapping[str, tuple[str, str]] = {
    "CHEBI": ("Chemical Entities of Biological Interest", "http://purl.obolibrary.org/obo/chebi.owl"),
    "CMO": ("Clinical Measurement Ontology", "http://purl.obolibrary.org/obo/cmo.owl"),
    "EFO": ("Experimental Factor Ontology", "http://www.ebi.ac.uk/efo/efo.owl"),
    "HP": ("Human Phenotype Ontology", "http://purl.obolibrary.org/obo/hp.owl"),
    "MAXO": ("Medical Action Ontology", "http://purl.obolibrary.org/obo/maxo.owl"),
    "MESH": ("Medical Subject Headings", "http://id.nlm.nih.gov/mesh/"),
    "MONDO": ("Mondo Disease Ontology", "http://purl.obolibrary.org/obo/mondo.owl"),
    "UCUM": ("Unified Code for Units of Measure", "https://ucum.org"),
}
"""Name and address of each vocabulary that a packet may draw on."""
ACTIONS = ("CHEBI", "MAXO", "MESH")
"""The vocabularies for what is given or done."""
THERAPIES = ("MAXO",)
"""Those of which a close term may be taken too: a close substance is another one, and was not given."""


class Stated(Protocol):
    """What is known of a term: its official label, and the release in which it was seen."""

    @property
    def label(self) -> str:
        """The official label."""

    @property
    def release(self) -> str:
        """The release of the vocabulary."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of the case that the packet does not carry, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"

    def to_dict(self) -> JSON:
        """The loss as JSON-ready data."""
        return {"what": self.what, "why": self.why}


@dataclass(frozen=True, slots=True)
class Export:
    """A Phenopacket and what it lost."""

    packet: JSON
    losses: tuple[Loss, ...]

    @property
    def text(self) -> str:
        """The packet as the text of a file."""
        return json.dumps(self.packet, ensure_ascii=False, indent=2) + "\n"


def export(
    case: Case,
    entities: Collection[Entity],
    terms: Mapping[str, Stated],
    prefixes: Mapping[str, str],
    *,
    maker: str,
    created: str | None = None,
) -> Export:
    """Write a case as a Phenopacket.

    `entities` are all of the graph, `terms` what is known of each identifier, `prefixes` the namespaces, `maker` who
    wrote it. `created` is the time to be stated (``2026-01-31T00:00:00Z``); without it none is, so that the same case
    gives the same bytes. Raises UsageError for another form of it. O(facts + entities).
    """
    if created is not None and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", created):
        raise UsageError(f"{created!r} is no time in UTC. Write it as 2026-01-31T00:00:00Z.")
    taken = {curie for entity in entities for curie in entity.matches}
    writer = _Writer(case, taken, terms)
    for fact in case.facts:
        writer.put(fact)
    writer.lose(f"the title, {case.label}", "a Phenopacket has none")
    if created is None:
        writer.lose(
            "the time of creation", "left out, so that the same case gives the same file; state it with created"
        )
    if any(fact.note or fact.digest for fact in case.facts):
        writer.lose("notes, and places in the source", "a Phenopacket has no field for them")
    meta: JSON = {
        **({"created": created} if created else {}),
        "createdBy": maker,
        "resources": [_resource(p, terms, prefixes) for p in sorted(writer.prefixes)],
        "phenopacketSchemaVersion": "2.0",
        "externalReferences": [*_source(case), *writer.references.values()],
    }
    subject = {"id": f"{case.id}-patient", **writer.subject}
    parts = {name: found for name, found in writer.parts.items() if found}
    return Export({"id": case.id, "subject": subject, **parts, "metaData": meta}, tuple(writer.losses))


@dataclass
class _Writer:
    """Puts facts where they belong and remembers what was lost."""

    case: Case
    taken: Collection[str]
    terms: Mapping[str, Stated]
    subject: JSON = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    prefixes: set[str] = field(default_factory=set)
    references: dict[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("phenotypicFeatures", "measurements", "diseases", "medicalActions")
        self.parts: dict[str, list[JSON]] = {name: [] for name in names}
        ages = [f.value for f in self.case.facts if f.label == "age" and f.unit == "year" and f.value]
        self.years = int(ages[0]) if ages and ages[0].isdigit() else None
        if self.years is None:
            self.lose("all times", "the case states no age in years, and a Phenopacket tells times by age")
        else:
            self.lose("the day of each age", f"reckoned from a stated age of {self.years} years")
            self._last_seen()

    def _last_seen(self) -> None:
        """The age at the last time that the case tells of, before the outcome."""
        told = [fact for fact in self.case.facts if fact.time and fact.category != "outcome"]
        if told:
            self.subject |= self._at("timeAtLastEncounter", max(told, key=_when))

    def lose(self, what: str, why: str) -> None:
        """Remember a loss."""
        self.losses.append(Loss(what, why))

    def put(self, fact: Fact) -> None:
        """Put one fact into the packet."""
        if fact.presence == "unknown":
            self.lose(fact.label, "unknown; a Phenopacket has no place for what nobody reported")
        elif fact.label == "age" and self.years is not None:
            pass  # the ages of everything else are told by it
        elif fact.entity is None:
            self.lose(fact.label, "names no entity")
        elif FEMALE in fact.entity.matches:
            self.subject["sex"] = "FEMALE"
        elif fact.entity.id == DEATH and fact.presence == "present":
            self.subject["vitalStatus"] = {"status": "DECEASED", **self._at("timeOfDeath", fact)}
        elif fact.category == "treatment":
            self._action(fact, fact.entity)
        else:
            self._finding(fact, fact.entity)

    def _action(self, fact: Fact, entity: Entity) -> None:
        if fact.presence == "absent":
            self.lose(fact.label, "absent; a medical action cannot be excluded")
            return
        term = self._term(entity, ACTIONS, near=THERAPIES)
        if term is None:
            self.lose(fact.label, self._why_none(entity))
        elif entity.kind == "Procedure":
            self.parts["medicalActions"].append({"procedure": {"code": term, **self._at("performed", fact)}})
        else:
            self.parts["medicalActions"].append({"treatment": {"agent": term}})
            if fact.time:
                self.lose(f"{fact.label}: when it was given", "a treatment is dated by the calendar, the case is not")
        if fact.value:
            amount = " ".join(filter(None, (fact.value, fact.unit)))
            self.lose(f"{fact.label}: {amount}", "a dose needs a dated interval")

    def _finding(self, fact: Fact, entity: Entity) -> None:
        """A measurement with its number, else a disease of MONDO, else a feature of HP."""
        quantity = _quantity(fact) if entity.kind == "Measurement" else None
        if quantity:
            assay = self._term(entity, RESOURCES)
            if assay:
                self.prefixes.add("UCUM")
                self.parts["measurements"].append(
                    {"description": _described(fact), "assay": assay, "value": {"quantity": quantity},
                     **self._at("timeObserved", fact)}
                )  # fmt: skip
                return
        excluded = {"excluded": True} if fact.presence == "absent" else {}
        if fact.direction in ("lowered", "normal"):
            self.lose(f"{fact.label}: {fact.direction}", "without a number there is no field for it")
            return
        disease = self._term(entity, ("MONDO",))
        if disease:
            self.parts["diseases"].append({"term": disease, **excluded, **self._at("onset", fact)})
            if fact.category != "diagnosis":
                self.lose(f"{fact.label}: {fact.category}", "a disease has no field for it and is read as a diagnosis")
            return
        feature = self._term(entity, ("HP",), near=("HP",))
        if feature:
            described = _described(fact, "" if feature["id"] in entity.matches else f"{CLOSE} of {entity.label}")
            self.parts["phenotypicFeatures"].append(
                {"description": described, "type": feature, **excluded, **self._at("onset", fact)}
            )
        else:
            self.lose(fact.label, self._why_none(entity))

    def _term(self, entity: Entity, exact: Collection[str], near: Collection[str] = ()) -> JSON | None:
        """The first exact match of some vocabularies, else the first close one of others that stands for nothing else;
        None if there is none.
        """
        same = sorted(curie for curie in entity.matches if _prefix(curie) in exact)
        alike = sorted(c for c in entity.close if _prefix(c) in near and c not in self.taken and self._free(c, entity))
        if not same and not alike:
            return None
        curie = (same or alike)[0]
        known = self.terms.get(curie)
        label = known.label if known else entity.label
        if not same and curie not in self.references:
            description = f"{CLOSE}, not the same: stands for {entity.label}"
            self.references[curie] = {"id": curie, "reference": entity.iri, "description": description}
            self.lose(entity.label, f"told by {curie} ({label}), a close match; marked so in the external references")
        self.prefixes.add(_prefix(curie))
        return {"id": curie, "label": label}

    def _free(self, curie: str, entity: Entity) -> bool:
        """Whether a term does not stand for another entity in this packet already."""
        return curie not in self.references or self.references[curie]["reference"] == entity.iri

    def _why_none(self, entity: Entity) -> str:
        if not entity.matches and not entity.close:
            return f"{entity.label} has no identifier"
        listed = ", ".join((*entity.matches, *entity.close))
        return f"no identifier of {entity.label} fits a field and means it alone ({listed})"

    def _at(self, key: str, fact: Fact) -> JSON:
        """The age at the time of a fact under a key; nothing where age or time is not stated."""
        if not fact.time or self.years is None:
            return {}
        try:
            return {key: {"age": {"iso8601duration": age_at(self.years, fact.time)}}}
        except ValueError as error:
            self.lose(f"{fact.label}: the time", str(error))
            return {}


def _when(fact: Fact) -> float:
    try:
        return days(fact.time or "")
    except ValueError:
        return float("-inf")


def _described(fact: Fact, more: str = "") -> str:
    """What a fact says in words, in the form that `kg.cases.packet` reads again: ``lab: serum calcium; raised``."""
    value = " ".join(filter(None, (fact.value, fact.unit)))
    parts = (
        fact.label,
        fact.direction,
        value,
        f"at {fact.body_site.replace(';', ',')}" if fact.body_site else "",
        more,
    )
    return f"{fact.category}: {'; '.join(part for part in parts if part)}"


def _quantity(fact: Fact) -> JSON | None:
    """A number with a unit of UCUM; None where either is missing."""
    unit = UNITS.get(re.sub(r"\s*\(.*\)$", "", fact.unit or ""))
    if unit is None or not re.fullmatch(r"-?\d+(\.\d+)?", fact.value or "") or fact.presence != "present":
        return None
    return {"unit": {"id": unit[0], "label": unit[1]}, "value": float(fact.value or 0)}


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]


def _resource(prefix: str, terms: Mapping[str, Stated], prefixes: Mapping[str, str]) -> JSON:
    name, url = RESOURCES.get(prefix, (prefix, prefixes.get(prefix, "")))
    releases = sorted({term.release for curie, term in terms.items() if _prefix(curie) == prefix and term.release})
    return {
        "id": prefix.casefold(),
        "name": name,
        "url": url,
        "version": releases[-1] if releases else "not stated",
        "namespacePrefix": prefix,
        **({"iriPrefix": prefixes[prefix]} if prefix in prefixes else {}),
    }


def _source(case: Case) -> list[JSON]:
    """The publication of the case, by the identifiers it has."""
    source = case.source
    ids = [f"PMID:{source.pmid}"] if source.pmid else [f"DOI:{source.doi}"] if source.doi else []
    return [{"id": i, "reference": source.url or source.iri, "description": source.citation} for i in ids]
