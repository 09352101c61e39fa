"""Identifiers: every entity has verified ones, or says why not.

An identifier is a number that nobody can proof-read. Its official label is its checksum: ``terms.tsv`` says what each
identifier is called, ``terms.ttl`` says it a second time and by which entities it is used (see `kg.check.terms`), and
the names of an entity hold the official label of what it is exactly. One changed digit breaks at least one of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kg.check.authority import Use, authority, uses
from kg.check.finding import found
from kg.contents import Contents
from kg.errors import InvalidData
from kg.lookup import keys
from kg.model import Entity, Problem
from kg.store import Dataset

if TYPE_CHECKING:
    from kg.terms import Term

__all__ = ["identifiers"]


def identifiers(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Entities without an identifier; identifiers unknown, obsolete, of the wrong vocabulary, doubled, or of something
    that goes by another name. O(identifiers).
    """
    used = list(uses(dataset, contents))
    yield from _without(dataset, contents, {use.entity.id for use in used})
    yield from _of_wrong_vocabulary(dataset, used)
    yield from _doubled(dataset, used)
    try:
        known = authority(dataset)
    except InvalidData as error:
        yield from error.problems
        return
    for use in used:
        yield from _by_authority(dataset, use, known, contents.terms.get(use.curie))


def _without(dataset: Dataset, contents: Contents, mapped: set[str]) -> Iterator[Problem]:
    for entity in contents.entities.values():
        if entity.id not in mapped and not entity.no_match_reason:
            remedy = "Map it with skos:exactMatch or skos:closeMatch, or state ckg:no-match-reason."
            yield found(dataset, entity.iri, "warning", "identifier", "no identifier and no reason why.", remedy)


def _of_wrong_vocabulary(dataset: Dataset, used: list[Use]) -> Iterator[Problem]:
    for use in used:
        allowed = dataset.schema.kinds[use.entity.kind].prefixes
        prefix = use.curie.partition(":")[0]
        if allowed and prefix not in allowed:
            message = f"{use.curie} is of the vocabulary {prefix}, which does not fit the kind {use.entity.kind}."
            remedy = f"Use one of: {', '.join(allowed)}; or widen ckg:allowed-prefix in schema.ttl."
            yield _problem(dataset, use, "identifier-prefix", message, remedy)


def _doubled(dataset: Dataset, used: list[Use]) -> Iterator[Problem]:
    """Several exact terms of one vocabulary; one term twice on an entity, or exactly on two."""
    in_vocabulary: dict[tuple[str, str], Use] = {}
    on_entity: dict[tuple[str, str], Use] = {}
    exactly: dict[str, Use] = {}
    for use in used:
        first = on_entity.setdefault((use.entity.id, use.curie), use)
        if first is not use:
            message = f"{use.curie} is both {first.mapping} and {use.mapping}."
            yield _problem(dataset, use, "identifier-twice", message, "Keep the one that is true.")
        if not use.exact:
            continue
        prefix = use.curie.partition(":")[0]
        first = in_vocabulary.setdefault((use.entity.id, prefix), use)
        if first is not use:
            message = f"{first.curie} and {use.curie} cannot both be exactly this in {prefix}."
            yield _problem(dataset, use, "exact-match", message, "Make all but one of them skos:closeMatch.")
        first = exactly.setdefault(use.curie, use)
        if first is not use:
            message = f"{use.curie} is exactly entity:{first.entity.id} as well."
            remedy = "Make one of them skos:closeMatch, or join the two entities."
            yield _problem(dataset, use, "exact-match", message, remedy)


def _by_authority(dataset: Dataset, use: Use, known: Mapping[str, Term], label: str | None) -> Iterator[Problem]:
    """What the slice says against one use; `label` is its official label as the data repeat it, which may be older."""
    term = known.get(use.curie)
    if term is None:
        message = f"{use.curie} is not in terms.tsv, which holds every identifier that was verified."
        remedy = "Mend the identifier; or look it up in its vocabulary and add it to terms.tsv with its official label."
        yield _problem(dataset, use, "unknown-identifier", message, remedy)
        return
    if term.status != "current":
        message = f"{use.curie} ({term.label}) is {term.status} in its vocabulary."
        remedy = f"Use {term.replaced_by.replace('|', ' or ')} instead." if term.replaced_by else "Find its successor."
        yield _problem(dataset, use, "obsolete-identifier", message, remedy)
    if use.exact and not any(_goes_by(use.entity, name) for name in (term.label, label or "")):
        message = f"is exactly {use.curie}, but the official label of that, {term.label!r}, is none of its names."
        remedy = "Mend the identifier or the label; if both are right, add the official label as skos:altLabel."
        yield _problem(dataset, use, "official-label", message, remedy)


def _goes_by(entity: Entity, name: str) -> bool:
    """Whether a name is one of the entity's, however it is spelt."""
    wanted = keys(name)[:1]
    return bool(wanted) and any(keys(own)[:1] == wanted for own in (entity.label, *entity.synonyms))


def _problem(dataset: Dataset, use: Use, rule: str, message: str, remedy: str) -> Problem:
    iri = use.entity.iri
    return found(dataset, iri, "error", rule, message, remedy, property=use.mapping, value=use.curie)
