"""What the rules on identifiers compare: the authority slice ``terms.tsv``, and which entity names which identifier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.contents import Contents
from kg.model import Entity
from kg.schema import SKOS, ontology_folder
from kg.store import Dataset, graph_node

if TYPE_CHECKING:
    from kg.terms import Term

__all__ = ["Use", "authority", "uses"]

FILE = "terms.tsv"
_MAPPINGS = ("exactMatch", "closeMatch", "broadMatch", "relatedMatch")


@dataclass(frozen=True, slots=True)
class Use:
    """One statement that an entity is mapped to an identifier; `mapping` says how (``skos:exactMatch``)."""

    entity: Entity
    mapping: str
    curie: str

    @property
    def exact(self) -> bool:
        """Whether the identifier stands for exactly the same thing."""
        return self.mapping == "skos:exactMatch"


def uses(dataset: Dataset, contents: Contents) -> Iterator[Use]:
    """Every identifier that an entity is mapped to, in the order of the entities."""
    from pyoxigraph import NamedNode

    stated: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, how in enumerate(_MAPPINGS):
        for quad in dataset.store.quads_for_pattern(None, NamedNode(SKOS + how), None, graph_node("entities")):
            stated[quad.subject.value].append((place, str(getattr(quad.object, "value", quad.object))))  # type: ignore[union-attr]
    for entity in contents.entities.values():
        for place, value in sorted(stated[entity.iri]):
            yield Use(entity, f"skos:{_MAPPINGS[place]}", dataset.schema.curie(value))


def authority(dataset: Dataset) -> Mapping[str, Term]:
    """What ``terms.tsv`` says, by CURIE; a folder without one of its own is judged by the shipped one.

    Raises InvalidData if it is no table of terms.
    """
    from kg.terms.authority import Authority

    own = dataset.folder / FILE if dataset.folder else None
    return Authority(own if own and own.is_file() else ontology_folder() / FILE).terms
