"""Names: one name, one entity, unless the data say that it is ambiguous; and labels that moved to another entity."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kg.check.finding import found
from kg.contents import Contents
from kg.lookup import keys
from kg.model import Entity, Problem
from kg.store import Dataset

__all__ = ["names"]


def names(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Names that entities share without saying so, names given twice, and swapped labels."""
    entities = list(contents.entities.values())
    yield from _shared(dataset, entities)
    yield from _twice(dataset, entities)
    yield from _swapped(dataset, entities)


def _shared(dataset: Dataset, entities: Iterable[Entity]) -> Iterator[Problem]:
    """By the first form of `kg.lookup.keys`: case, hyphens and spaces do not part two names. O(names)."""
    bearers: dict[str, dict[str, Entity]] = defaultdict(dict)
    declared: dict[str, dict[str, Entity]] = defaultdict(dict)
    spelt: dict[str, str] = {}
    for entity in entities:
        for into, given in ((bearers, (entity.label, *entity.synonyms)), (declared, entity.ambiguous_names)):
            for name in given:
                for form in keys(name)[:1]:
                    into[form][entity.id] = entity
                    spelt.setdefault(form, name)
    for form in sorted(bearers.keys() | declared.keys()):
        all_of_them = bearers[form] | declared[form]
        silent = [entity for name, entity in bearers[form].items() if name not in declared[form]]
        if len(all_of_them) > 1 and silent:
            listed = " and ".join(f"entity:{name}" for name in sorted(all_of_them))
            message = f"the name {spelt[form]!r} fits {listed}."
            remedy = "Leave it to one of them; or state it as ckg:ambiguous-name on each, and as a name of none."
            iri = min(silent, key=lambda entity: entity.id).iri
            yield found(dataset, iri, "error", "shared-name", message, remedy, value=spelt[form])
        elif len(all_of_them) == 1 and declared[form]:
            (entity,) = all_of_them.values()
            message = f"the name {spelt[form]!r} is called ambiguous, but fits this entity only."
            remedy = "State it as skos:altLabel, or as ckg:ambiguous-name on the others as well."
            where = {"property": "ckg:ambiguous-name", "value": spelt[form]}
            yield found(dataset, entity.iri, "warning", "ambiguous-name", message, remedy, **where)


def _twice(dataset: Dataset, entities: Iterable[Entity]) -> Iterator[Problem]:
    """Names of one entity that differ in nothing but case and spaces. Hyphens and Greek are ways of writing."""
    for entity in entities:
        counts = Counter(_plain(name) for name in (entity.label, *entity.synonyms))
        for name in entity.synonyms:
            if counts[_plain(name)] > 1:
                counts[_plain(name)] = 0  # once is enough
                message = f"the name {name!r} is given twice, but for case or spaces."
                where = {"property": "skos:altLabel", "value": name}
                yield found(dataset, entity.iri, "warning", "duplicate-name", message, "Delete one.", **where)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


# --- Swapped labels --------------------------------------------------------------------------------------------------


def _swapped(dataset: Dataset, entities: list[Entity]) -> Iterator[Problem]:
    """Labels that stand on another entity than the one whose id they read like.

    An id is made from the label, so it is the label's checksum: nearly all are the same but for case and hyphens. Where
    they are not, the label must at least be nobody else's id, and may not fit its own id worse than one of those other
    labels does. O(entities), and O(entities) again for each label that does not read like its id.
    """
    by_id = {form: entity for entity in entities for form in keys(entity.id)}
    loose = [entity for entity in entities if set(keys(entity.id)).isdisjoint(keys(entity.label))]
    for entity in loose:
        owner = next((by_id[form] for form in keys(entity.label) if form in by_id), None)
        better = None if owner or _reads_like(entity, entity.label) else _better(entity, loose)
        if owner:
            message = f"the label {entity.label!r} reads like the id of entity:{owner.id}."
        elif better:
            message = f"the label {entity.label!r} does not read like the id; that of entity:{better.id} does."
        else:
            continue
        where = {"property": "rdfs:label", "value": entity.label}
        yield found(dataset, entity.iri, "error", "swapped-label", message, "Give each entity its own label.", **where)


def _better(entity: Entity, others: Iterable[Entity]) -> Entity | None:
    """The first other entity whose label reads like the id of this one."""
    return next((other for other in others if other is not entity and _reads_like(entity, other.label)), None)


def _reads_like(entity: Entity, label: str) -> bool:
    """Whether more than half of the words of the id are in a label, or in the name of the kind.

    A word is in it as it is, in another form (dermal, dermis), or as an abbreviation (vsmc, mgp, pth).
    """
    kind = re.sub("([A-Z])", r" \1", entity.kind)
    text = re.findall(r"[^\W_]+", f"{label} {kind}".casefold())
    words = entity.id.split("-")
    return 2 * sum(_is_in(word, text) for word in words) > len(words)


def _is_in(word: str, text: list[str]) -> bool:
    if any(other == word or (len(word) > 3 and other[:4] == word[:4]) for other in text):
        return True
    rests = ("".join(text[place:]) for place in range(len(text)))
    return any(rest[0] == word[0] and _abbreviates(word, rest) for rest in rests)


def _abbreviates(word: str, text: str) -> bool:
    """Whether the letters of a word stand in a text in this order."""
    letters = iter(text)
    return all(letter in letters for letter in word)
