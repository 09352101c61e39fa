"""GA4GH Phenopackets of version 2 in JSON to a case.

Identifiers name the entities, labels are never guessed from. Features become signs, measurements labs, diseases
diagnoses, medical actions treatments; a description that begins with a category of ours, as ours do when written
(``history: renal impairment``), says better. A value outside its reference range is raised or lowered, one within it
normal; excluded means absent. Times are ages, or days by the calendar where no age is stated; ranges and classes of
onset are no times that could be compared, and are left.

Schema: Jacobsen et al., "The GA4GH Phenopacket schema defines a computable representation of clinical data", Nature
Biotechnology 2022.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kg.cases.fields import Node, parse
from kg.cases.names import Builder, Names, fact
from kg.model import Case, Entity

__all__ = ["CATEGORIES", "CLOSE", "FEMALE", "read_packet"]

CATEGORIES = (
    *("history", "symptom", "sign", "SLE criterion", "lab", "imaging", "histology"),
    *("diagnosis", "course", "outcome", "treatment"),
)
"""The categories that a description may begin with."""
CLOSE = "close match"
"""How the description of an external reference says that a term is only close to the entity it stands for."""
FEMALE, DEATH = "PATO:0000383", "mortality"
"""The identifier and the name by which sex and death are found among the entities."""
OLD = ("genes", "variants", "htsFiles", "negated", "classOfOnset", "ageOfOnset", "ageOfIndividualAtCollection")
"""Fields that only version 1 has."""
_WORDS: Mapping[str, tuple[str, str | None]] = {
    **dict.fromkeys(("positive", "present", "detected", "abnormal"), ("present", None)),
    **dict.fromkeys(("negative", "absent", "not detected"), ("absent", None)),
    **dict.fromkeys(("high", "raised", "elevated", "increased", "abnormally high"), ("present", "raised")),
    **dict.fromkeys(("low", "lowered", "reduced", "decreased", "abnormally low"), ("present", "lowered")),
    "normal": ("present", "normal"),
}
"""What the label of a value says: presence and direction."""
_NOT_READ = ("interpretations", "biosamples", "files")


def read_packet(text: str, file: str, names: Names) -> Case:
    """The case that a Phenopacket describes; `file` is the name told in messages.

    Raises InvalidData naming the field where the text is no Phenopacket of version 2.
    """
    document = Node(parse(text, file), file)
    _check_version(document)
    hint = "Is this a Phenopacket? A family or a cohort is read one member at a time."
    packet = document.message("Phenopacket", hint)
    return _Reader(packet, names, "iso8601duration" in text.lower().replace("_", "")).case()


def _check_version(document: Node) -> None:
    """Refuse other versions before their fields are found wrong."""
    value = document.value
    if not isinstance(value, dict):
        document.refuse("is no object, and so no Phenopacket.", "Give one Phenopacket.")
    meta = value.get("metaData", value.get("meta_data"))
    meta = meta if isinstance(meta, dict) else {}
    stated = meta.get("phenopacketSchemaVersion", meta.get("phenopacket_schema_version"))
    place = Node(None, document.file, "metaData.phenopacketSchemaVersion")
    remedy = "kg reads version 2; convert it first, for example with phenopacket-tools."
    if isinstance(stated, str) and re.match(r"v?1(\D|$)", stated):
        place.refuse(f"is {stated}: this is a Phenopacket of version 1.", remedy)
    old = next(iter(_old_fields(value)), None)
    if old:
        Node(None, document.file, old).refuse("is a field of version 1 of the Phenopacket schema.", remedy)
    if not isinstance(stated, str) or not re.match(r"v?2(\D|$)", stated):
        told = f"is {stated!r}" if stated else "is missing"
        place.refuse(f"{told}; a Phenopacket of version 2 states 2.0.", "State the version.")


def _old_fields(packet: Mapping[str, Any]) -> list[str]:
    found = [key for key in packet if key in OLD]
    features = packet.get("phenotypicFeatures")
    for place, feature in enumerate(features if isinstance(features, list) else ()):
        if isinstance(feature, dict):
            found += [f"phenotypicFeatures[{place}].{key}" for key in feature if key in OLD]
    return found


class _Reader:
    """Reads one packet; `aged` says that it states ages, which dates cannot be compared with."""

    def __init__(self, packet: Node, names: Names, aged: bool) -> None:
        self.packet = packet
        self.names = names
        self.aged = aged
        self.born: datetime | None = None
        self.builder = Builder(packet.file, name=packet.text("id"))
        self.meant = self._meant(packet.need("metaData").message("MetaData"))

    def _meant(self, meta: Node) -> dict[str, Entity]:
        """What the terms stand for that the packet itself calls close matches of an entity of ours."""
        found = {}
        for node in meta.items("externalReferences"):
            reference = node.message("ExternalReference")
            entity = self.names.held(reference.text("reference"))
            if entity and reference.text("description").startswith(CLOSE):
                found[reference.text("id").casefold()] = entity
        return found

    def case(self) -> Case:
        """All facts, in the order of the schema."""
        self._subject()
        for node in self.packet.items("phenotypicFeatures"):
            self._feature(node.message("PhenotypicFeature"))
        for node in self.packet.items("measurements"):
            self._measurement(node.message("Measurement"))
        for node in self.packet.items("diseases"):
            disease = node.message("Disease")
            self._add(disease.term("term"), "diagnosis", _presence(disease), self._time(disease.get("onset")))
        for node in self.packet.items("medicalActions"):
            self._action(node.message("MedicalAction"))
        for name in _NOT_READ:
            if self.packet.items(name):
                self.builder.add(fact(name, "not read", "unknown"))
        return self.builder.case()

    # --- parts --------------------------------------------------------------------------------------------------------

    def _subject(self) -> None:
        node = self.packet.get("subject")
        if node is None:
            return
        subject = node.message("Individual")
        birth = subject.get("dateOfBirth")
        self.born = _moment(birth) if birth else None
        sex = subject.text("sex").casefold()
        if sex in ("female", "male"):
            entity = self.names.identified(FEMALE)[0] if sex == "female" else None
            self.builder.add(fact("sex", "demographics", "present", entity, value=sex))
        status = subject.get("vitalStatus")
        if status:
            vital = status.message("VitalStatus")
            time = self._time(vital.get("timeOfDeath"))
            if vital.text("status") == "DECEASED":
                self.builder.add(fact("death", "outcome", "present", self.names.named(DEATH), time=time))
            if vital.get("causeOfDeath"):
                self._add(vital.term("causeOfDeath"), "outcome", "present", time)

    def _feature(self, feature: Node) -> None:
        said = _Said(feature.text("description"))
        self._add(
            feature.term("type"), said.category or "sign", _presence(feature), self._time(feature.get("onset")),
            direction=said.direction,
        )  # fmt: skip

    def _measurement(self, measured: Node) -> None:
        said = _Said(measured.text("description"))
        time = self._time(measured.get("timeObserved"))
        presence = "present"
        more: dict[str, str | None] = {"value": "of several parts"}
        value = measured.get("value")
        if value:
            presence, more = _value(value.message("Value"))
        elif not measured.get("complexValue"):
            measured.need("value")
        more["direction"] = more.get("direction") or said.direction
        self._add(measured.term("assay"), said.category or "lab", presence, time, **more)

    def _action(self, action: Node) -> None:
        kinds = {"procedure": "Procedure", "treatment": "Treatment", "radiationTherapy": "RadiationTherapy",
                 "therapeuticRegimen": "TherapeuticRegimen"}  # fmt: skip
        found = next((key for key in kinds if action.get(key)), None)
        if found is None:
            action.refuse(f"states none of {', '.join(kinds)}.", "State what was done.")
        done = action.need(found).message(kinds[found])
        if found == "procedure":
            self._add(done.term("code"), "treatment", "present", self._time(done.get("performed")))
        elif found == "treatment":
            self._add(done.term("agent"), "treatment", "present", self._first_dose(done))
        elif found == "radiationTherapy":
            self._add(done.term("modality"), "treatment", "present", None)
        elif done.get("ontologyClass"):
            self._add(done.term("ontologyClass"), "treatment", "present", self._time(done.get("startTime")))
        for event in action.items("adverseEvents"):
            self._add(event.as_term(), "course", "present", None)

    def _add(self, term: tuple[str, str], category: str, presence: str, time: str | None, **more: str | None) -> None:
        curie, label = term
        entity, note = self.names.identified(curie)
        meant = self.meant.get(curie.casefold())
        if meant:
            entity, note = meant, f"read by {curie}, a close match, not the same"
        self.builder.add(fact(label, category, presence, entity, time=time, note=note, **more))

    # --- times --------------------------------------------------------------------------------------------------------

    def _time(self, node: Node | None) -> str | None:
        """A time that can be compared with the others; None for ranges, classes of onset, and the like."""
        if node is None:
            return None
        element = node.message("TimeElement")
        age = element.get("age")
        if age:
            return age.message("Age").age("iso8601duration")
        stamp = element.get("timestamp")
        return self._date(stamp) if stamp else self._start(element.get("interval"))

    def _start(self, node: Node | None) -> str | None:
        start = node.message("TimeInterval").get("start") if node else None
        return self._date(start) if start else None

    def _first_dose(self, treatment: Node) -> str | None:
        doses = treatment.items("doseIntervals")
        return self._start(doses[0].message("DoseInterval").get("interval")) if doses else None

    def _date(self, stamp: Node) -> str | None:
        """The age on a day; without a day of birth the days by the calendar, unless others are told by age."""
        moment = _moment(stamp)
        if self.born is None and self.aged:
            return None
        number = (moment - (self.born or datetime(1970, 1, 1, tzinfo=UTC))).days
        return f"{'-' if number < 0 else ''}P{abs(number)}D"


class _Said:
    """What a description of our own form says: ``lab: serum calcium; raised``."""

    def __init__(self, description: str) -> None:
        head, *more = (part.strip() for part in description.split(";"))
        begins = head.partition(":")[0]
        self.category = begins if begins in CATEGORIES and ":" in head else None
        stated = [part for part in more if part in ("raised", "lowered", "normal")]
        self.direction = stated[0] if self.category and stated else None


def _presence(node: Node) -> str:
    return "absent" if node.flag("excluded") else "present"


def _value(value: Node) -> tuple[str, dict[str, str | None]]:
    """Presence, and value, unit and direction, of what was measured."""
    quantity = value.get("quantity")
    if quantity is None:
        label = value.term("ontologyClass")[1]
        presence, direction = _WORDS.get(label.casefold(), ("present", None))
        return presence, {"value": label, "direction": direction}
    amount = quantity.message("Quantity")
    unit = amount.term("unit") if amount.get("unit") else None
    number = amount.number("value", 0.0) or 0.0
    bounds = amount.get("referenceRange")
    direction = _direction(number, unit, bounds.message("ReferenceRange")) if bounds else None
    return "present", {"value": f"{number:g}", "unit": unit[1] if unit else None, "direction": direction}


def _direction(number: float, unit: tuple[str, str] | None, bounds: Node) -> str | None:
    """On which side of its reference range a value lies; None where the two are in different units."""
    if bounds.get("unit") and unit and bounds.term("unit")[0] != unit[0]:
        return None
    low, high = bounds.number("low"), bounds.number("high")
    if high is not None and number > high:
        return "raised"
    if low is not None and number < low:
        return "lowered"
    return "normal" if low is not None or high is not None else None


def _moment(node: Node) -> datetime:
    """A timestamp as protobuf writes it in JSON."""
    text = node.value if isinstance(node.value, str) else ""
    try:
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    except ValueError:
        node.refuse(f"is {node.value!r}, which is no time such as 2013-09-01T00:00:00Z.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
