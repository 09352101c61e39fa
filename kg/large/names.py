"""Names to entities on a large graph: a sorted list of all names, looked up by halving.

Compared are the forms of `kg.lookup.keys`: case, accents, hyphens and spaces do not count, Greek letters equal their
names. Of each name in the graph the most faithful form is listed; the looser ones are made of the name that is asked
for, so that a plural or a British spelling finds its entity, though not the other way round.

Suggestions for a misspelt name come from its neighborhood in the list, `NEAR` names to either side, so that they cost
the same on any graph; a wrong first letter is not found.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import AmbiguousEntity, UnknownEntity, UsageError
from kg.large.texts import Texts
from kg.lookup import keys
from kg.model import Entity

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["NEAR", "Names", "NamesIndex"]

NEAR = 2_000
"""So many names to either side of a misspelt one are compared with it."""
MOST = 5_000
"""At most so many names that begin alike, and as many that contain a text, are ranked."""
LABEL, SYNONYM, IDENTIFIER = range(3)
_DROPPED = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789\n"))


@dataclass(frozen=True, eq=False)
class NamesIndex:
    """The forms of all names in order, with the entity and the level (label, synonym, identifier) of each."""

    forms: Texts
    entity: Numbers
    level: Numbers

    @classmethod
    def of(cls, labels: Sequence[str], synonyms: Sequence[str], ids: Sequence[str], equal: Sequence[str]) -> NamesIndex:
        """Index the names of each entity; `synonyms` and `equal` (identifiers) hold several, parted by a bar.

        O(names log names).
        """
        import numpy as np

        names, owners, levels = [*labels], [*range(len(labels))], [LABEL] * len(labels)
        for level, column in ((SYNONYM, synonyms), (IDENTIFIER, ids), (IDENTIFIER, equal)):
            for entity, cell in enumerate(column):
                for name in cell.split("|") if cell else ():
                    names.append(name)
                    owners.append(entity)
                    levels.append(level)
        forms = _forms(names)
        # equal forms stay as they were put in: labels first, then synonyms, then identifiers, each by entity
        order = sorted((at for at in range(len(forms)) if forms[at]), key=forms.__getitem__)
        owner, level_of = np.array(owners, np.int32), np.array(levels, np.uint8)
        return cls(Texts.of(forms[at] for at in order), owner[order], level_of[order])


def _forms(names: list[str]) -> list[str]:
    """The most faithful form of each name; those in plain letters all at once."""
    plain = [name.replace("\n", " ") if name.isascii() else "" for name in names]
    forms = "\n".join(plain).lower().encode().translate(None, _DROPPED).decode().split("\n")
    for place, name in enumerate(names):
        if not name.isascii():
            forms[place] = next(iter(keys(name)), "")
    return forms


class Names:
    """Finds entities by their names and identifiers; `entity` makes one of its number, `kept` says which are there."""

    def __init__(
        self, ids: Texts, index: NamesIndex, entity: Callable[[int], Entity], kept: Callable[[int], bool]
    ) -> None:
        self._ids, self._index, self._entity, self._kept = ids, index, entity, kept

    def find(self, text: str) -> Entity:
        """The one entity that goes by an identifier, a label or a synonym; a label beats a synonym.

        Raises UnknownEntity with suggestions, AmbiguousEntity, or UsageError for an empty name. O(log names).
        """
        found = self.named(text)
        if found is None:
            raise UnknownEntity(text.strip(), self.search(text, 5))
        return found

    def named(self, text: str) -> Entity | None:
        """As `find`, but None for a name that fits nothing."""
        text = text.strip()
        if not text:
            raise UsageError("The name of an entity is empty. Give a label, a synonym or an identifier.")
        number = self._ids.find(text)
        if number is not None and self._kept(number):
            return self._entity(number)
        for wanted in keys(text):
            hits = list(self._same(wanted))
            best = sorted({entity for level, entity in hits if level == hits[0][0]})
            if len(best) > 1:
                raise AmbiguousEntity(text, _sorted([self._entity(entity) for entity in best]))
            if best:
                return self._entity(best[0])
        return None

    def search(self, text: str, limit: int = 10) -> list[Entity]:
        """Entities whose names are like a text, best first: same, beginning alike, containing it, spelt alike.

        O(letters of all names); of each sort at most `MOST` names are ranked. Raises UsageError for limit < 1.
        """
        if limit < 1:
            raise UsageError(f"limit must be at least 1, not {limit}.")
        wanted = next(iter(keys(text)), "")
        if not wanted:
            return []
        ranked: dict[int, float] = {}
        for form, level, entity in (*self._beginning(wanted), *self._containing(wanted)):
            base = 0 if form == wanted else 1 if form.startswith(wanted) else 2
            _better(ranked, entity, base + len(form) / 10_000 * bool(base) + 0.3 * (level != LABEL))
        if len(ranked) < limit:
            for likeness, entity in self._alike(wanted):
                if entity not in ranked or ranked[entity] >= 3:
                    _better(ranked, entity, 4 - likeness)
        order = sorted(ranked, key=lambda entity: (ranked[entity], entity))[: limit * 4]
        found = {entity: self._entity(entity) for entity in order}
        return [found[e] for e in sorted(order, key=lambda e: (ranked[e], found[e].label.casefold(), e))][:limit]

    def names(self) -> list[str]:
        """No names for completion: there are too many of them."""
        return []

    def _entry(self, at: int) -> tuple[str, int, int]:
        return self._index.forms[at], int(self._index.level[at]), int(self._index.entity[at])

    def _same(self, form: str) -> Iterator[tuple[int, int]]:
        """Level and entity of the entries with just this form, labels first."""
        for found, level, entity in self._beginning(form):
            if found != form:
                return
            yield level, entity

    def _beginning(self, form: str) -> Iterator[tuple[str, int, int]]:
        """The entries that begin with a form, in order."""
        wanted = form.encode()
        at = self._index.forms.place(wanted)
        for place in range(at, min(at + MOST, len(self._index.forms))):
            if not self._index.forms.bytes_at(place).startswith(wanted):
                return
            if self._kept(int(self._index.entity[place])):
                yield self._entry(place)

    def _containing(self, form: str) -> Iterator[tuple[str, int, int]]:
        """The entries that hold a form of at least four letters."""
        found = self._index.forms.holding(form)[:MOST].tolist() if len(form) > 3 else []
        for place in found:
            if self._kept(int(self._index.entity[place])):
                yield self._entry(place)

    def _alike(self, wanted: str) -> Iterator[tuple[float, int]]:
        at = self._index.forms.place(wanted.encode())
        near: dict[str, int] = {}
        for place in range(max(0, at - NEAR), min(at + NEAR, len(self._index.forms))):
            form, _, entity = self._entry(place)
            if self._kept(entity):
                near.setdefault(form, entity)
        for form in difflib.get_close_matches(wanted, near, n=20, cutoff=0.75):
            yield difflib.SequenceMatcher(None, wanted, form).ratio(), near[form]


def _better(ranked: dict[int, float], entity: int, distance: float) -> None:
    ranked[entity] = min(distance, ranked.get(entity, distance))


def _sorted(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.label.casefold(), entity.id))
