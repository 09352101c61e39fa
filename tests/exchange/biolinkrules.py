"""The rules of the Biolink Model, read from its own package: what is wrong with nodes and edges, in sentences."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest
import yaml

OURS = ("entity", "source", "dispute")
"""Prefixes of names that are ours alone."""
ENUMS = {
    "object_direction_qualifier": "DirectionQualifierEnum",
    "object_aspect_qualifier": "GeneOrGeneProductOrChemicalEntityAspectEnum",
    "knowledge_level": "KnowledgeLevelEnum",
    "agent_type": "AgentTypeEnum",
}
PREFIXES = {
    "species_context_qualifier": {"NCBITaxon"},
    "anatomical_context_qualifier": {"UBERON", "CL"},
    "primary_knowledge_source": {"infores"},
    "publications": {"PMID", "PMC", "doi", *OURS},
}
REQUIRED = ("id", "subject", "predicate", "object", "category", "knowledge_level", "agent_type", "negated")


class Biolink:
    """The model: its classes, its slots and its enumerations, by their names in snake case."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("biolink_model")
        if found is None or not found.submodule_search_locations:
            pytest.skip("the package biolink-model, which has the rules, is not installed")
        file = Path(found.submodule_search_locations[0]) / "schema" / "biolink_model.yaml"
        model = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
        self.classes, self.slots, self.enums = model["classes"], model["slots"], model["enums"]
        self.by_name = {f"biolink:{re.sub(r'(?:^| )(.)', lambda m: m[1].upper(), name)}": name for name in self.classes}

    @cached_property
    def snake(self) -> dict[str, str]:
        return {re.sub(r"\W+", "_", name): name for name in self.slots}

    def above(self, name: str, among: dict) -> list[str]:
        """A class or a slot with all that it is a kind of, the nearest first."""
        found: list[str] = []
        waiting = [name]
        while waiting:
            at = waiting.pop(0)
            if at in among and at not in found:
                found.append(at)
                told = among[at]
                waiting += [*filter(None, [told.get("is_a")]), *(told.get("mixins") or ())]
        return found

    def usage(self, name: str, slot: str, what: str) -> str | None:
        """What a class says of one of its slots, itself or by the class it is of."""
        for at in self.above(name, self.classes):
            told = (self.classes[at].get("slot_usage") or {}).get(slot) or {}
            if what in told:
                return told[what]
        return None

    def has_slot(self, name: str, slot: str) -> bool:
        return any(slot in (self.classes[at].get("slots") or ()) for at in self.above(name, self.classes))

    # --- nodes ----------------------------------------------------------------------------------------------------

    def node(self, row: dict) -> Iterator[str]:
        for category in row["category"]:
            name = self.by_name.get(category)
            told = self.classes.get(name, {})
            if name is None or "named thing" not in self.above(name, self.classes):
                yield f"{category} is no category"
            elif told.get("abstract") or told.get("mixin") or told.get("deprecated"):
                yield f"{category} is not for nodes"
        for column in row:
            slot = self.snake.get(column, column.replace("_", " "))
            if not column.startswith("ckg_") and column != "id" and not self.has_slot("named thing", slot):
                yield f"no node has a {column}"

    def odd_prefix(self, row: dict) -> str:
        """The prefix of a node that its categories do not list; empty if they do, or list none."""
        prefix = row["id"].partition(":")[0]
        lists = [self.classes[self.by_name[category]].get("id_prefixes") for category in row["category"]]
        return "" if prefix in OURS or any(not listed or prefix in listed for listed in lists) else prefix

    # --- edges ----------------------------------------------------------------------------------------------------

    def edge(self, row: dict, categories: dict[str, list[str]]) -> Iterator[str]:
        yield from (f"no {name}" for name in REQUIRED if row.get(name) in (None, "", []))
        for column in row:
            if not column.startswith("ckg_") and column not in self.snake:
                yield f"{column} is no slot"
        for column, enum in ENUMS.items():
            if column in row and row[column] not in self.enums[enum]["permissible_values"]:
                yield f"{row[column]} is no value of {enum}"
        for column, prefixes in PREFIXES.items():
            values = row.get(column) or []
            for value in [values] if isinstance(values, str) else values:
                if value.partition(":")[0] not in prefixes:
                    yield f"{value} is no {column}"
        yield from self._predicate(row, categories)
        (category,) = row["category"]
        yield from self._association(self.by_name.get(category, ""), row, categories)

    def _predicate(self, row: dict, categories: dict[str, list[str]]) -> Iterator[str]:
        name = self.snake.get(row["predicate"].removeprefix("biolink:"), "")
        if "related to" not in self.above(name, self.slots) or self.slots[name].get("deprecated"):
            yield f"{row['predicate']} is no predicate"
        for end, what in (("subject", "domain"), ("object", "range")):
            wanted = next((w for at in self.above(name, self.slots) if (w := self.slots[at].get(what))), "named thing")
            if not self._fits(categories[row[end]], wanted):
                yield f"{categories[row[end]]} cannot be the {end} of {row['predicate']}, which wants {wanted}"

    def _association(self, name: str, row: dict, categories: dict[str, list[str]]) -> Iterator[str]:
        if "association" not in self.above(name, self.classes) or self.classes[name].get("abstract"):
            yield f"{row['category']} is no association"
            return
        for end in ("subject", "object"):
            wanted = self.usage(name, end, "range")
            if wanted and not self._fits(categories[row[end]], wanted):
                yield f"{categories[row[end]]} cannot be the {end} of {name}, which wants {wanted}"
        for column in ("predicate", "qualified_predicate"):
            wanted = self.usage(name, column.replace("_", " "), "subproperty_of")
            said = self.snake.get(row.get(column, "").removeprefix("biolink:"), "")
            if said and wanted and wanted not in self.above(said, self.slots):
                yield f"{said} cannot be the {column} of {name}, which wants {wanted}"
        for column in ("qualified_predicate", "object_direction_qualifier", "object_aspect_qualifier"):
            if column in row and name != "association" and not self.has_slot(name, self.snake[column]):
                yield f"{name} has no place for {column}"

    def _fits(self, categories: list[str], wanted: str) -> bool:
        """Whether one of the categories is of the wanted class; a node may always be taken for a class of things, too
        (as the definition of `ontology class` says).
        """
        return wanted == "ontology class" or any(
            wanted in self.above(self.by_name[category], self.classes) for category in categories
        )
