"""Terms: the blocks of ``terms.ttl`` against the authority slice, and against the entities that use them.

A block repeats the official label of an identifier, and says which entities name it. Both are there to be compared: a
label that moved to another block, or an identifier with a digit changed that is still some identifier, shows here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kg.check.authority import authority, uses
from kg.check.finding import found
from kg.contents import Contents
from kg.errors import InvalidData
from kg.model import Problem
from kg.schema import DCT, RDF_TYPE, SKOS
from kg.store import Dataset, graph_node

if TYPE_CHECKING:
    from kg.terms import Term

__all__ = ["terms"]

_LABEL = "skos:prefLabel"
_USER = "dct:isReferencedBy"


def terms(dataset: Dataset, contents: Contents) -> Iterator[Problem]:
    """Labels of identifiers that are swapped or out of date; blocks that do not fit the entities. O(identifiers)."""
    try:
        known = authority(dataset)
    except InvalidData:  # the rule `identifiers` tells why
        return
    blocks = {dataset.schema.curie(iri): iri for iri, _ in _statements(dataset, RDF_TYPE, SKOS + "Concept")}
    yield from _labels(dataset, contents, known, blocks)
    yield from _users(dataset, contents, known, blocks)


def _labels(
    dataset: Dataset, contents: Contents, known: Mapping[str, Term], blocks: Mapping[str, str]
) -> Iterator[Problem]:
    owners: dict[str, list[str]] = defaultdict(list)
    for curie, official in known.items():
        owners[official.label].append(curie)
    for curie, label in contents.terms.items():
        iri = blocks[curie]
        term = known.get(curie)
        if term is None:
            message = f"{curie} ({label}) is not in terms.tsv, which holds every identifier that was verified."
            remedy = "Mend the identifier; or look it up in its vocabulary and add it to terms.tsv."
            yield found(dataset, iri, "error", "unknown-identifier", message, remedy)
        elif label != term.label and label in owners:
            message = f"has the label {label!r}, which is that of {' and '.join(owners[label])}; it is {term.label!r}."
            remedy = "Give each identifier its own label."
            yield found(dataset, iri, "error", "swapped-label", message, remedy, property=_LABEL, value=label)
        elif label != term.label:
            message = f"has the label {label!r}, but is called {term.label!r} in its vocabulary."
            remedy = "Write the official label, and see whether the entities still mean the same."
            yield found(dataset, iri, "warning", "relabelled", message, remedy, property=_LABEL, value=label)


def _users(
    dataset: Dataset, contents: Contents, known: Mapping[str, Term], blocks: Mapping[str, str]
) -> Iterator[Problem]:
    used = {(use.curie, use.entity.iri): use for use in uses(dataset, contents)}
    listed = {(dataset.schema.curie(iri), user) for iri, user in _statements(dataset, DCT + "isReferencedBy")}
    if used and not blocks:
        message = "no identifier has its block there, so a changed digit could pass unseen."
        remedy = f"Restore it: for each identifier its {_LABEL} as in terms.tsv, and its users with {_USER}."
        yield Problem("error", "terms", "terms.ttl", 0, "", message, remedy)
        return
    for (curie, iri), use in used.items():
        if (curie, iri) in listed or curie not in known:  # the rule `identifiers` tells of unknown ones
            continue
        name, label = dataset.schema.curie(iri), known[curie].label
        if curie in blocks:
            message = f"names {curie} ({label}), whose block in terms.ttl does not list it."
            remedy = f"Mend the identifier; if it is right, add {_USER} {name} to the block."
        else:
            message = f"names {curie} ({label}), which has no block in terms.ttl."
            remedy = f'Add it: {curie} a skos:Concept ; {_LABEL} "{label}" ; {_USER} {name} .'
        yield found(dataset, iri, "error", "identifier-use", message, remedy, property=use.mapping, value=curie)
    for curie, user in sorted(listed - used.keys()):
        name = dataset.schema.curie(user)
        message = f"lists {name}, which does not name it."
        remedy = "Mend the identifier of the entity, or take it off the list."
        where = {"property": _USER, "value": name}
        yield found(dataset, blocks.get(curie, ""), "error", "identifier-use", message, remedy, **where)
    for curie in sorted(blocks.keys() - {curie for curie, _ in listed}):
        message = "is an identifier that no entity uses."
        yield found(dataset, blocks[curie], "warning", "unused", message, "Delete its block.")


def _statements(dataset: Dataset, iri: str, value: str | None = None) -> Iterator[tuple[str, str]]:
    """Subject and object of every statement with a property in ``graph:entities``."""
    from pyoxigraph import NamedNode

    node = NamedNode(value) if value else None
    for quad in dataset.store.quads_for_pattern(None, NamedNode(iri), node, graph_node("entities")):
        yield str(quad.subject.value), str(getattr(quad.object, "value", ""))  # type: ignore[union-attr]
