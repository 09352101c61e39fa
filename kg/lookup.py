"""Names to entities: labels, synonyms, Greek, hyphens, spelling; suggestions and ambiguity instead of guesses."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.errors import AmbiguousEntity, UnknownEntity, UsageError
from kg.model import Entity

__all__ = ["Lookup", "keys"]

_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ω": "omega",
}
_LETTER = {"alpha": "a", "beta": "b", "gamma": "g", "delta": "d", "kappa": "k"}
_BRITISH = (("ae", "e"), ("oe", "e"), ("isation", "ization"), ("our", "or"), ("ph", "f"), ("gnaling", "gnalling"))


def keys(name: str) -> list[str]:
    """The forms under which a name is compared, most faithful first.

    Case, accents, hyphens and spaces do not count; Greek letters equal their names and their Latin initials
    (TNF-α, TNF-alpha, TNFa); British and American spellings and a plural ``s`` meet in the later forms.

    >>> keys("TNF-α")
    ['tnfalpha', 'tnfa', 'tnfalfa']
    >>> keys("NF-κB")[1] in keys("NFkB")
    True
    """
    text = unicodedata.normalize("NFKC", name).casefold().replace("ς", "σ")
    spelt = "".join(_GREEK.get(letter, letter) for letter in text)
    short = re.sub("|".join(_LETTER), lambda m: _LETTER[m.group()], spelt)
    forms = [_bare(spelt), _bare(short)]
    forms += [form[:-1] for form in forms if form.endswith("s") and len(form) > 4]
    forms += [_american(form) for form in forms]
    return list(dict.fromkeys(form for form in forms if form))


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if c.isalnum())


def _american(form: str) -> str:
    for british, american in _BRITISH:
        form = form.replace(british, american)
    return form


class Lookup:
    """Finds entities by any of their names, slugs, IRIs or identifiers."""

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._ids: dict[str, Entity] = {}
        self._levels: list[dict[str, dict[str, Entity]]] = []
        self._ambiguous: dict[str, dict[str, Entity]] = defaultdict(dict)
        for entity in entities.values():
            self._ids.update({entity.id: entity, entity.iri: entity, "entity:" + entity.id: entity})
            for name in entity.ambiguous_names:
                self._ambiguous[_bare(name.casefold())][entity.id] = entity
        exact = [(curie.casefold(), entity) for entity in entities.values() for curie in entity.matches]
        self._curies: dict[str, dict[str, Entity]] = defaultdict(dict)
        for curie, entity in exact:
            self._curies[curie][entity.id] = entity

    def find(self, text: str) -> Entity:
        """The one entity that goes by a name, slug, IRI or identifier such as ``HGNC:11909``.

        A label beats a synonym, a faithful spelling beats a loose one. Raises AmbiguousEntity if the name fits
        several, UnknownEntity with suggestions if it fits none, UsageError for an empty name.
        """
        found = self.named(text)
        if found is None:
            raise UnknownEntity(text.strip(), self.search(text, 5))
        return found

    def named(self, text: str) -> Entity | None:
        """As `find`, but None for a name that fits nothing: suggestions cost a thousand times as much as the rest."""
        if not text.strip():
            raise UsageError("The name of an entity is empty. Give a label, a synonym or an identifier.")
        text = text.strip()
        if text in self._ids:
            return self._ids[text]
        listed = self._ambiguous.get(_bare(text.casefold()))
        if listed:
            raise AmbiguousEntity(text, _sorted(listed.values()))
        for level in (self._curies, *self._index()):
            for key in [text.casefold()] if level is self._curies else keys(text):
                found = level.get(key)
                if found and len(found) > 1:
                    raise AmbiguousEntity(text, _sorted(found.values()))
                if found:
                    return next(iter(found.values()))
        return None

    def search(self, text: str, limit: int = 10) -> list[Entity]:
        """Entities whose names are like a text, best first: same, beginning alike, containing it, spelt alike.

        O(names), and a spelling comparison where the plain ones find too little. Raises UsageError for limit < 1.
        """
        if limit < 1:
            raise UsageError(f"limit must be at least 1, not {limit}.")
        wanted = keys(text)
        if not wanted:
            return []
        ranked: dict[Entity, tuple[float, str]] = {}
        for entity in self._entities.values():
            label, *others = [_distance(wanted[0], form) for form in self._forms(entity)]
            best = min(label, *(other + 0.3 for other in others), 3)  # the label counts a little more
            if best < 2.9 or text.casefold() in map(str.casefold, (*entity.matches, *entity.close)):
                ranked[entity] = (min(best, 2.5), entity.label.casefold())
        if len(ranked) < limit:
            ranked |= {entity: place for entity, place in self._alike(wanted[0]).items() if entity not in ranked}
        return sorted(ranked, key=lambda entity: (*ranked[entity], entity.id))[:limit]

    def names(self) -> list[str]:
        """Every label and synonym, for completion."""
        return sorted({name for e in self._entities.values() for name in (e.label, *e.synonyms)}, key=str.casefold)

    def _alike(self, wanted: str) -> dict[Entity, tuple[float, str]]:
        forms: dict[str, Entity] = {}
        for entity in self._entities.values():
            for form in self._forms(entity):
                forms.setdefault(form, entity)
        found: dict[Entity, tuple[float, str]] = {}
        for form in difflib.get_close_matches(wanted, list(forms), n=20, cutoff=0.75):
            likeness = difflib.SequenceMatcher(None, wanted, form).ratio()
            found.setdefault(forms[form], (4 - likeness, forms[form].label.casefold()))
        return found

    @staticmethod
    def _forms(entity: Entity) -> list[str]:
        names = (entity.label, *entity.synonyms, *entity.ambiguous_names)
        return [forms[0] if (forms := keys(name)) else "" for name in names]

    def _index(self) -> list[dict[str, dict[str, Entity]]]:
        """Indexes from strict to loose, made when first needed: labels, then synonyms, by ever looser forms."""
        if not self._levels:
            strict: list[dict[str, dict[str, Entity]]] = [defaultdict(dict), defaultdict(dict), defaultdict(dict)]
            for entity in self._entities.values():
                for name in (entity.label, *entity.synonyms):
                    forms = keys(name)
                    if forms:
                        strict[0 if name is entity.label else 1][forms[0]][entity.id] = entity
                    for form in forms[1:]:
                        strict[2][form][entity.id] = entity
            self._levels = strict
        return self._levels


def _distance(wanted: str, form: str) -> float:
    if form == wanted:
        return 0
    if not form:
        return 3
    if form.startswith(wanted):
        return 1 + len(form) / 10_000
    if len(wanted) > 3 and wanted in form:
        return 2 + len(form) / 10_000
    return 3


def _sorted(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.label.casefold(), entity.id))
