"""What the arguments of the tools mean and may be: published as JSON Schema, with the values that the ontology has.

Bounds and values are published but not left to the protocol: a number that is too large, or a species that there is
not, gets an answer that says so. Only a value of another type, or an argument that there is not, is an error.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BeforeValidator, Field, ValidationError

from kg.errors import UsageError
from kg.model import ARMS
from kg.schema import Schema
from kg.serve.assistant.glossary import shortened
from kg.serve.question import MOST_STEPS

__all__ = ["LONGEST_NAME", "Told", "check", "mistakes", "signature"]

MOST_NAMES, LONGEST_NAME = 20, 300
LONGEST_QUERY = 20_000


@dataclass(frozen=True)
class Told:
    """What an argument means. Numbers lie between `least` and `most`, texts have up to `longest` characters, lists up
    to `MOST_NAMES` texts. `values` names a vocabulary of the ontology, or ``predicates``, or has the values themselves.
    """

    meaning: str
    least: int | None = None
    most: int | None = None
    longest: int = LONGEST_NAME
    values: str | tuple[str, ...] = ()

    def allowed(self, schema: Schema) -> list[str]:
        """The values that it may have, the strongest first; none where any will do."""
        if self.values == "predicates":
            return list(schema.predicates)
        if isinstance(self.values, str):
            ranks = schema.vocabularies[self.values]
            return sorted(ranks, key=lambda value: (-ranks[value], value))
        return list(self.values)

    def publish(self, schema: Schema) -> Callable[[dict[str, Any]], None]:
        """Writes bounds and values into the JSON Schema of the argument."""

        def write(published: dict[str, Any]) -> None:
            text = published.get("items", published)
            published.pop("title", None)
            if text.get("type") == "string":
                allowed = self.allowed(schema)
                text.update({"enum": allowed} if allowed else {"maxLength": self.longest})
            if published.get("type") == "array":
                published["maxItems"] = MOST_NAMES
            bounds = {"minimum": self.least, "maximum": self.most}
            published.update({name: bound for name, bound in bounds.items() if bound is not None})
            if published.get("default") in ("", [], {}):
                del published["default"]

        return write

    def refuse(self, name: str, value: object) -> None:
        """Raise UsageError for a value out of bounds."""
        if isinstance(value, int) and not isinstance(value, bool):
            low, high = self.least, self.most
            if (low is not None and value < low) or (high is not None and value > high):
                raise UsageError(f"{name} is {value}; give {_range(low, high)}.")
        texts = _texts(value)
        if len(texts) > MOST_NAMES:
            raise UsageError(f"{name} has {len(texts)} entries; give at most {MOST_NAMES}.")
        for text in texts:
            if len(text) > self.longest:
                raise UsageError(f"{name} has {len(text):,} characters; give at most {self.longest:,}.")


def _texts(value: object) -> list[str]:
    """The texts in an argument; of a description the names of its parts are all that is looked at here."""
    if isinstance(value, str):
        return [value]
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return [part for part in parts if isinstance(part, str)]


def _range(low: int | None, high: int | None) -> str:
    return f"{low} to {high}" if low is not None and high is not None else f"{low} or more"


def signature(function: Callable[..., Any], schema: Schema) -> inspect.Signature:
    """The signature of a tool with everything that is published about its arguments, for the SDK to read."""
    own = inspect.signature(function, eval_str=True)
    parameters = [
        parameter.replace(annotation=_published(parameter, schema), kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in own.parameters.values()
    ]
    return own.replace(parameters=parameters)


def _published(parameter: inspect.Parameter, schema: Schema) -> Any:
    told = _told(parameter)
    kind = get_args(parameter.annotation)[0]
    given = Field(description=told.meaning, json_schema_extra=told.publish(schema))
    return Annotated[kind, BeforeValidator(_lenient(parameter, kind)), given]


def _told(parameter: inspect.Parameter) -> Told:
    return next(part for part in get_args(parameter.annotation)[1:] if isinstance(part, Told))


def _lenient(parameter: inspect.Parameter, kind: Any) -> Callable[[object], object]:
    """Models say null for what they do not state, and a word where a list of one is wanted."""

    def read(value: object) -> object:
        if value is None and parameter.default is not inspect.Parameter.empty:
            return parameter.default
        return (value,) if isinstance(value, str) and get_origin(kind) is tuple else value

    return read


def check(function: Callable[..., Any], given: Mapping[str, object]) -> None:
    """Raise UsageError for an argument of a tool that is out of its bounds."""
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        if name in given:
            _told(parameter).refuse(name, given[name])


_KINDS = {
    "string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list of texts",
    "object": "an object",
}  # fmt: skip


def mistakes(error: ValidationError, published: Mapping[str, Any]) -> str:
    """What is wrong with the arguments of a call, and what the tool takes, in a line; `published` is its schema."""
    fields = {name: _KINDS[field["type"]] for name, field in published["properties"].items()}
    needed = published.get("required", [])
    wrong = []
    for one in error.errors(include_url=False, include_context=False):
        name, kind = shortened(one["loc"][0], 40), one["type"]
        if kind == "missing":
            wrong.append(f"{name} is missing")
        elif kind == "extra_forbidden":
            near = difflib.get_close_matches(name, fields, n=1)
            wrong.append(f"{name} is unknown{f' (did you mean {near[0]}?)' if near else ''}")
        else:
            wrong.append(f"{name} must be {fields[name]}, not {shortened(repr(one['input']), 40)}")
    listed = [f"{name} ({words}{', needed' if name in needed else ''})" for name, words in fields.items()]
    return f"{'; '.join(dict.fromkeys(wrong))}. It takes: {', '.join(listed)}."


# --- arguments that several tools take --------------------------------------------------------------------------------

Name = Annotated[str, Told("A label, synonym, abbreviation, id or identifier (HGNC:11909); spelling is forgiven.")]
Source = Annotated[str, Told("The cause: an entity by any of its names. Several are parted by a bar: SLE|steroids.")]
Target = Annotated[str, Told("The outcome: an entity by any of its names. Several are parted by a bar.")]
Steps = Annotated[int, Told("The longest route, in steps. More steps: more routes, and weaker ones.", 1, MOST_STEPS)]
Offset = Annotated[int, Told("How many entries to pass over: the next page of what was left out.", 0, 10**6)]
Certainty = Annotated[
    str, Told("Keep only claims worded at least so by their source; no probability.", values="certainty")
]
Unstated = Annotated[bool, Told("With a filter: also keep claims that do not state the filtered property.")]
Species = Annotated[tuple[str, ...], Told("Keep only claims seen in these species. Empty: all.", values="species")]
Tissue = Annotated[tuple[str, ...], Told("Keep only claims seen in these tissues. Empty: all.", values="tissue")]
Design = Annotated[tuple[str, ...], Told("Keep only evidence of these designs. Empty: all.", values="design")]
Without = Annotated[tuple[str, ...], Told("Entities to leave out, with all that is said of them.")]
WithoutSource = Annotated[
    tuple[str, ...], Told("Sources to leave out (id, DOI or PMID), as if these papers had never been read.")
]
Spare = Annotated[tuple[str, ...], Told("Entities that may not be taken away.")]
Cut = Annotated[tuple[str, ...], Told("Judge this set of entities instead of searching for sets.")]
Arm = Annotated[
    str,
    Told("Tell more mechanisms of this arm; the others are still summed up.", values=tuple(ARMS.values())),
]
Mechanism = Annotated[str, Told("List the routes of one mechanism: its label, or direct.")]
Subject = Annotated[str, Told("The entity that acts, by any of its names.")]
Predicate = Annotated[str, Told("What is said of the two.", values="predicates")]
Object = Annotated[str, Told("The entity that is acted on, by any of its names.")]
Either = Annotated[str, Told("An entity at either end, by any of its names.")]
Work = Annotated[str, Told("A publication: its id (nazir-2015), DOI or PMID.")]
ClaimId = Annotated[str, Told("The id of a claim, such as nazir-2015-32.")]
Topic = Annotated[str, Told("An entity, or the id of one dispute, such as steroid-opg. Empty: all.")]
CaseId = Annotated[str, Told("The id of a case of the graph, such as nazir-2015. Files are never opened.")]
Patient = Annotated[
    dict[str, Any],
    Told(
        "Instead: a description of a patient. Either a GA4GH Phenopacket v2, or an object with a label and the lists "
        "conditions, exposures, findings, absent, unknown. Each holds names, or objects such as "
        '{"serum calcium": "raised"} or {"name": ..., "direction": "raised", "lowered" or "normal", "time": "P3Y"}.'
    ),
]
QueryText = Annotated[
    str,
    Told(
        "SELECT, ASK, CONSTRUCT or DESCRIBE; prefixes are predeclared. Or the name of a named query.",
        longest=LONGEST_QUERY,
    ),
]
QueryName = Annotated[str, Told("Instead: the name of a named query, to see its text and parameters.")]
QueryParameters = Annotated[
    dict[str, str], Told('Of a named query: its parameters, such as {"target": "OPG"}; entities by any name.')
]
