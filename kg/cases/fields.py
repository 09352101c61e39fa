"""A JSON document read field by field, where every mistake is told with the field it is in.

Names are those of protobuf's JSON: ``phenotypicFeatures`` or, as it also allows, ``phenotypic_features``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from kg.durations import days
from kg.errors import InvalidData
from kg.model import Problem

__all__ = ["MESSAGES", "Node", "parse"]

MESSAGES: Mapping[str, str] = {
    "Phenopacket": "id subject phenotypicFeatures measurements biosamples interpretations diseases medicalActions "
    "files metaData",
    "Individual": "id alternateIds dateOfBirth timeAtLastEncounter vitalStatus sex karyotypicSex gender taxonomy",
    "VitalStatus": "status timeOfDeath causeOfDeath survivalTimeInDays",
    "PhenotypicFeature": "description type excluded severity modifiers onset resolution evidence",
    "Measurement": "description assay value complexValue timeObserved procedure",
    "Value": "quantity ontologyClass",
    "Quantity": "unit value referenceRange",
    "ReferenceRange": "unit low high",
    "Disease": "term excluded onset resolution diseaseStage clinicalTnmFinding primarySite laterality",
    "MedicalAction": "procedure treatment radiationTherapy therapeuticRegimen treatmentTarget treatmentIntent "
    "responseToTreatment adverseEvents treatmentTerminationReason",
    "Procedure": "code bodySite performed",
    "Treatment": "agent routeOfAdministration doseIntervals drugType cumulativeDose",
    "DoseInterval": "quantity scheduleFrequency interval",
    "RadiationTherapy": "modality bodySite dosage fractions",
    "TherapeuticRegimen": "externalReference ontologyClass startTime endTime regimenStatus",
    "TimeElement": "gestationalAge age ageRange ontologyClass timestamp interval",
    "Age": "iso8601duration",
    "TimeInterval": "start end",
    "OntologyClass": "id label",
    "MetaData": "created createdBy submittedBy resources updates phenopacketSchemaVersion externalReferences",
    "ExternalReference": "id reference description",
}
"""The fields of the messages of version 2 that are read."""


def parse(text: str, file: str) -> Any:
    """The value that a JSON text holds. Raises InvalidData naming the line where it holds none."""
    try:
        return json.loads(
            text, parse_constant=lambda name: _refuse(file, "", f"holds {name}, which JSON does not know.")
        )
    except json.JSONDecodeError as error:
        _refuse(file, "", f"is no JSON: {error.msg}.", line=error.lineno)
    except RecursionError:
        _refuse(file, "", "is nested too deeply.")
    except ValueError as error:  # a number of thousands of digits
        _refuse(file, "", f"is no JSON that can be read: {error}.")


@dataclass(frozen=True)
class Node:
    """A value with the place it stands at, such as ``phenotypicFeatures[3].type``."""

    value: Any
    file: str
    path: str = ""

    def message(self, name: str, hint: str = "") -> Node:
        """The node as a message of version 2 with its fields in camel case; refuses fields that it does not have."""
        if not isinstance(self.value, dict):
            self.refuse(f"is {_kind(self.value)} where a {name} is needed.")
        fields = {re.sub("_([a-z0-9])", lambda m: m[1].upper(), key): value for key, value in self.value.items()}
        known = MESSAGES[name].split()
        for key in fields:
            if key not in known:
                Node(None, self.file, self._under(key)).refuse(f"is no field of a {name}.", hint or "Mend its name.")
        return Node(fields, self.file, self.path)

    def get(self, key: str) -> Node | None:
        """The value of a field; None where it is not there, or null."""
        value = self.value.get(key)
        return None if value is None else Node(value, self.file, self._under(key))

    def need(self, key: str) -> Node:
        """The value of a field that must be there."""
        found = self.get(key)
        if found is None:
            Node(None, self.file, self._under(key)).refuse("is missing.", "State it.")
        return found

    def items(self, key: str) -> list[Node]:
        """The values of a list; none where the field is not there."""
        found = self.get(key)
        if found is None:
            return []
        if not isinstance(found.value, list):
            found.refuse(f"is {_kind(found.value)} where a list is needed.")
        return [Node(value, self.file, f"{found.path}[{place}]") for place, value in enumerate(found.value)]

    def text(self, key: str) -> str:
        """A text; an empty one where the field is not there."""
        found = self.get(key)
        if found is not None and not isinstance(found.value, str):
            found.refuse(f"is {_kind(found.value)} where a text is needed.")
        return found.value.strip() if found else ""

    def flag(self, key: str) -> bool:
        """A truth value; false where the field is not there."""
        found = self.get(key)
        if found is not None and not isinstance(found.value, bool):
            found.refuse(f"is {_kind(found.value)} where true or false is needed.")
        return bool(found and found.value)

    def number(self, key: str, default: float | None = None) -> float | None:
        """A number, also one written as a text."""
        found = self.get(key)
        if found is None:
            return default
        try:
            if isinstance(found.value, bool):
                raise TypeError
            return float(found.value)
        except (TypeError, ValueError, OverflowError):
            found.refuse(f"is {_kind(found.value)} where a number is needed.")

    def term(self, key: str) -> tuple[str, str]:
        """The id and the label of an OntologyClass that must be there."""
        return self.need(key).as_term()

    def as_term(self) -> tuple[str, str]:
        """The id and the label of this OntologyClass."""
        node = self.message("OntologyClass")
        curie = node.text("id")
        if not re.fullmatch(r"[^\s:]+:\S+", curie):
            Node(None, self.file, node._under("id")).refuse(f"is {curie!r}, which is no CURIE such as HP:0003072.")
        return curie, node.text("label") or curie

    def age(self, key: str) -> str | None:
        """A duration that must be one, where it is there."""
        text = self.text(key)
        if not text:
            return None
        try:
            days(text)
        except ValueError as error:
            self.need(key).refuse(f"is wrong: {error}.")
        return text

    def refuse(self, message: str, remedy: str = "Mend it.") -> NoReturn:
        """Raise InvalidData that names this place."""
        _refuse(self.file, self.path, message, remedy)

    def _under(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _refuse(file: str, path: str, message: str, remedy: str = "Mend it.", line: int = 0) -> NoReturn:
    raise InvalidData([Problem("error", "phenopacket", file, line, path, message, remedy, path)])


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
