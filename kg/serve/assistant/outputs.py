"""What the tools publish of their output: the shape of their answers, taken from ``kg/answer.schema.json``."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

__all__ = ["RESULTS", "output_schema"]

RESULTS: Mapping[str, tuple[str, ...]] = {
    "find_entity": ("told_name",),
    "describe_entity": ("told_entity",),
    "trace": ("told_trace",),
    "claims": ("told_claims",),
    "get_claim": ("told_claim_in_full",),
    "disputes_and_gaps": ("told_disagreements",),
    "interventions": ("told_cuts", "told_outcome"),
    "explain_case": ("told_case",),
    "sparql_query": ("told_rows",),
    "graph_schema": ("told_schema",),
}
"""By tool the definitions of what its result may be."""


@functools.cache
def _definitions() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(files("kg").joinpath("answer.schema.json").read_text("utf-8"))["$defs"]
    return found


def output_schema(tool: str) -> dict[str, Any]:
    """The JSON Schema of the answers of a tool, without what lies deeper than the fields of its result.

    A whole one, with everything it refers to, would be ten times as long, and be sent with each list of tools.
    """
    envelope = _outline(_definitions()["assistant"])
    results = [_outline(_definitions()[name]) for name in RESULTS[tool]]
    envelope["properties"]["tool"] = {"const": tool}
    envelope["properties"]["result"] = results[0] if len(results) == 1 else {"anyOf": results}
    return envelope


def _outline(definition: Mapping[str, Any]) -> dict[str, Any]:
    """An object with its fields, each by its type and meaning alone."""
    fields = {name: _shallow(field) for name, field in definition["properties"].items()}
    about = {"description": definition["description"]} if "description" in definition else {}
    return {"type": "object", **about, "properties": fields, "required": list(definition["required"])}


def _shallow(field: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in field:
        target = _definitions()[field["$ref"].rpartition("/")[2]]
        field = {**target, **{name: value for name, value in field.items() if name != "$ref"}}
    return {name: field[name] for name in ("type", "enum", "const", "description") if name in field}
