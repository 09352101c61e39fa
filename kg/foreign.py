"""What the predicates and qualifiers of other knowledge graphs mean for us.

The table stands in ``ontology/foreign.ttl``; here are the rules that put a predicate and its qualifiers together:

1. A qualified predicate (Biolink: ``qualified_predicate``) is read instead of the predicate.
2. A direction of the object turns ``causes``, ``contributes-to`` and ``affects`` into ``increases`` or ``decreases``; a
   lowered subject turns the sign round ("less of this causes more of that").
3. The sign is taken away (``affects``) where it is not certain: an aspect that does not go up and down with the entity
   itself (degradation, transport), another form than the entity (a variant, a metabolite), a direction that is not in
   the table, or one beside a predicate that has a sign of its own.
4. What is negated is a null result: ``has-no-effect-on`` or ``not-associated-with``.
5. A predicate that is not in the table is unmapped: read as ``affects``, or left out if asked for; in either case it
   is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from kg.errors import UsageError
from kg.schema import ForeignTerm, Schema

__all__ = [
    "ACTS",
    "ASSOCIATED",
    "KIND_OF",
    "LOWERS",
    "NONE",
    "NULL",
    "QUALIFIERS",
    "RAISES",
    "SIGN_OF",
    "UNMAPPED",
    "Meaning",
    "Signs",
]

RAISES, ACTS, LOWERS, NULL, ASSOCIATED, KIND_OF, NONE = range(7)
"""The groups of statements, in the order in which those on one pair of entities are kept."""
SIGN_OF = {RAISES: 1, ACTS: 0, LOWERS: -1}
"""The groups that make routes, with their signs."""
UNMAPPED = ("unsigned", "left out")
"""What may become of predicates that are not in the table."""

FORMS = tuple(
    f"{end}_{what}_qualifier" for end in ("subject", "object") for what in ("form_or_variant", "derivative", "part")
)
QUALIFIERS = (
    *("qualified_predicate", "negated", "object_direction_qualifier", "object_aspect_qualifier"),
    *("subject_direction_qualifier", "subject_aspect_qualifier", *FORMS),
)
"""The columns that a statement is read from, beside its predicate."""

_BIOLINK = "https://w3id.org/biolink/vocab/"
_DIRECTION, _ASPECT = "DirectionQualifierEnum", "GeneOrGeneProductOrChemicalEntityAspectEnum"
_GROUP = {1: RAISES, 0: ACTS, -1: LOWERS}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a statement means for us.

    `predicate` is one of ours, the definitional link ``broader``, the foreign name itself for an association without
    a sign, or empty where it makes no claim. `swapped`: subject and object change places. `unsure` says why the sign
    was taken away, `mapped` whether the predicate is in the table.
    """

    predicate: str
    group: int
    swapped: bool = False
    mapped: bool = True
    unsure: str = ""

    @property
    def sign(self) -> int | None:
        """The sign that a claim of this meaning has; None for null results."""
        signs = {"positively-associated-with": 1, "negatively-associated-with": -1}
        return None if self.group == NULL else SIGN_OF.get(self.group, signs.get(self.predicate, 0))


class Signs:
    """Reads foreign predicates, categories and values by the table of a schema.

    >>> from kg.schema import shipped_schema
    >>> signs = Signs(shipped_schema())
    >>> signs.read("biolink:caused_by", {})
    Meaning(predicate='causes', group=0, swapped=True, mapped=True, unsure='')
    >>> told = {"qualified_predicate": "biolink:causes", "object_direction_qualifier": "decreased"}
    >>> signs.read("biolink:affects", told).predicate
    'decreases'
    """

    def __init__(self, schema: Schema, unmapped: str = "unsigned") -> None:
        """Raises UsageError for an `unmapped` that is none of `UNMAPPED`."""
        if unmapped not in UNMAPPED:
            raise UsageError(f"unmapped must be one of {', '.join(UNMAPPED)}, not {unmapped!r}.")
        self.schema = schema
        self.unmapped = unmapped
        self._terms: dict[str, ForeignTerm] = {}
        for iri, term in sorted(schema.foreign.items(), key=lambda item: not item[0].startswith(_BIOLINK)):
            local = term.label or iri.removeprefix(_BIOLINK)
            for name in (iri, schema.curie(iri), _plain(local)):
                self._terms.setdefault(name.casefold(), term)

    @property
    def digest(self) -> str:
        """A digest of the table and the option: graphs that were read with another one are read anew."""
        told = [[t.iri, t.label, *t.reads, t.inverse] for _, t in sorted(self.schema.foreign.items())]
        signs = [[p.name, p.sign, p.causal, p.null] for p in self.schema.predicates.values()]
        return blake2b(json.dumps([told, signs, self.unmapped]).encode(), digest_size=16).hexdigest()

    def read(self, predicate: str, qualifiers: Mapping[str, str]) -> Meaning:
        """The meaning of a predicate with the qualifiers that its row states (see `QUALIFIERS`)."""
        told = {name: value for name, value in qualifiers.items() if value}
        negated = told.pop("negated", "false").strip().casefold()
        if negated not in ("true", "false"):
            return Meaning("", NONE, unsure=f"negated is {negated!r}, neither true nor false")
        name = told.pop("qualified_predicate", predicate)
        term = self.term(name)
        if term is None or not term.reads:
            return self._unknown(negated == "true")
        if term.inverse:
            told = {_other_end(column): value for column, value in told.items()}
        meaning = self._meaning(term.reads[0], name, told)
        if negated == "true":
            meaning = self._denied(meaning)
        return replace(meaning, swapped=term.inverse)

    def term(self, name: str) -> ForeignTerm | None:
        """The foreign term of a CURIE, an IRI, or a plain name such as ``positively_regulates``."""
        text = name.strip().casefold()
        return self._terms.get(text) or self._terms.get(_plain(text.removeprefix("biolink:")))

    def kind(self, categories: str) -> str:
        """The kind of ours that the first known category names, else the first category without its prefix.

        >>> from kg.schema import shipped_schema
        >>> Signs(shipped_schema()).kind("biolink:NamedThing|biolink:Gene")
        'Protein'
        """
        listed = [category.strip() for category in categories.split("|") if category.strip()]
        for category in listed:
            term = self.term(category if ":" in category else f"biolink:{category}")
            if term and term.reads[0] in self.schema.kinds:
                return term.reads[0]
        return listed[0].rpartition(":")[2] if listed else "NamedThing"

    def values(self, enumeration: str, value: str) -> tuple[str, ...]:
        """What a value of a qualifier is read as; a taxon needs no enumeration."""
        iri = f"{_BIOLINK}{enumeration}#{value.removeprefix('biolink:')}" if enumeration else value
        term = self._terms.get(iri.casefold())
        return term.reads if term else ()

    # --- the rules ------------------------------------------------------------------------------------------------

    def _unknown(self, negated: bool) -> Meaning:
        if self.unmapped == "left out":
            return Meaning("", NONE, mapped=False)
        return Meaning("has-no-effect-on", NULL, mapped=False) if negated else Meaning("affects", ACTS, mapped=False)

    def _meaning(self, reading: str, name: str, told: Mapping[str, str]) -> Meaning:
        if reading in self.schema.links:
            return Meaning("", NONE, unsure="a definition with qualifiers") if told else Meaning(reading, KIND_OF)
        if reading not in self.schema.predicates:
            return Meaning(name, ASSOCIATED) if reading == "unsigned-association" else Meaning("", NONE)
        predicate = self.schema.predicates[reading]
        unsure = self._unsure(told)
        turned = {end: self._direction(told.get(f"{end}_direction_qualifier", "")) for end in ("subject", "object")}
        if not predicate.causal:
            stays = not unsure and not any(turned.values())
            return Meaning(reading if stays else name, ASSOCIATED, unsure="" if stays else unsure or "a direction")
        if not unsure and turned["object"] and (predicate.sign == -1 or reading == "increases"):
            unsure = "a direction beside a predicate with a sign"
        if unsure:
            return Meaning("affects", ACTS, unsure=unsure if predicate.sign or turned["object"] else "")
        sign = (turned["object"] or predicate.sign or 0) * (turned["subject"] or 1)
        if not any(turned.values()) or not sign:
            return Meaning(reading, _GROUP[predicate.sign or 0])
        return Meaning("increases" if sign > 0 else "decreases", _GROUP[sign])

    def _unsure(self, told: Mapping[str, str]) -> str:
        """Why a statement is not about its two entities as such; empty if it is."""
        for column in FORMS:
            if column in told:
                return column.replace("_", " ").removesuffix(" qualifier")
        for end in ("subject", "object"):
            aspect, direction = (told.get(f"{end}_{what}_qualifier", "") for what in ("aspect", "direction"))
            if aspect and "entity-itself" not in self.values(_ASPECT, aspect):
                return f"{end} aspect {aspect}"
            if direction and not self._direction(direction):
                return f"{end} direction {direction}"
        return ""

    def _direction(self, value: str) -> int:
        reads = self.values(_DIRECTION, value) if value else ()
        return 1 if "raised" in reads else -1 if "lowered" in reads else 0

    def _denied(self, meaning: Meaning) -> Meaning:
        if meaning.group in SIGN_OF:
            return Meaning("has-no-effect-on", NULL)
        return Meaning("not-associated-with", NULL) if meaning.group == ASSOCIATED else Meaning("", NONE)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") if "#" not in name else name


def _other_end(column: str) -> str:
    """The same qualifier of the other end."""
    for end, other in (("subject_", "object_"), ("object_", "subject_")):
        if column.startswith(end):
            return other + column.removeprefix(end)
    return column
