"""Names and identifiers in a file to entities of the graph, and the facts made of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from kg.errors import AmbiguousEntity
from kg.lookup import Lookup
from kg.model import Case, Entity, Fact, Source

__all__ = ["Builder", "Names", "fact", "listed"]


class Names:
    """Finds the entity that a name or an identifier means; a name that fits none or several finds nothing."""

    def __init__(self, lookup: Lookup, entities: Collection[Entity]) -> None:
        self._lookup = lookup
        self._held = {entity.iri: entity for entity in entities}
        self._close: dict[str, list[Entity]] = defaultdict(list)
        for entity in entities:
            for curie in entity.close:
                self._close[curie.casefold()].append(entity)

    def named(self, name: str) -> Entity | None:
        """The one entity with a name; None if no entity or more than one has it."""
        try:
            return self._lookup.named(name)
        except AmbiguousEntity:
            return None

    def held(self, iri: str) -> Entity | None:
        """The entity with an IRI."""
        return self._held.get(iri)

    def identified(self, curie: str) -> tuple[Entity | None, str | None]:
        """The entity that an identifier names and, where it is only close to it, a note that says so.

        An exact match counts first; a close one only where it fits a single entity.
        """
        entity = self.named(curie)
        near = self._close.get(curie.casefold(), ())
        if entity is None and len(near) == 1:
            return near[0], f"read by {curie}, a close match, not the same"
        return entity, None


@dataclass
class Builder:
    """Gathers the facts of one case; ids number them in the order of the file."""

    file: str
    label: str = ""
    name: str = ""
    facts: list[Fact] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The slug of the case: its own name, or that of the file."""
        slug = re.sub(r"[^a-z0-9]+", "-", (self.name or self.file.rsplit(".", 1)[0]).casefold()).strip("-")
        return slug or "case"

    def add(self, fact: Fact) -> None:
        """Add a fact; its id is made here."""
        number = f"{self.id}-{len(self.facts) + 1:03}"
        self.facts.append(replace(fact, id=number, iri=f"urn:case:{number}"))

    def case(self) -> Case:
        """The case. Its source is the file: what it says is nobody's publication."""
        source = Source(self.file, f"urn:file:{self.file}", self.file)
        return Case(self.id, f"urn:case:{self.id}", self.label or self.name or self.file, source, tuple(self.facts))


def fact(label: str, category: str, presence: str, entity: Entity | None = None, **more: str | None) -> Fact:
    """A fact without an id yet."""
    return Fact("", "", label, category, presence, entity, **more)  # type: ignore[arg-type]


def listed(words: Iterable[str]) -> str:
    """Words in a row: ``a, b or c``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
