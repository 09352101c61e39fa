"""The vocabulary as read from ``ontology/schema.ttl``: predicates with their signs, links, kinds, ranks, prefixes.

Code never carries a sign, a rank or a list of allowed values of its own; it asks the `Schema`.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import FileProblem, InvalidData
from kg.model import Problem

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = [
    "BASE",
    "CKG",
    "UNSORTED",
    "ForeignTerm",
    "Kind",
    "LinkType",
    "Predicate",
    "Schema",
    "ontology_folder",
    "shipped_prefixes",
    "shipped_schema",
]

BASE = "https://w3id.org/calciphylaxis-kg/"
CKG = BASE + "schema#"
ONTOLOGY = BASE + "schema"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
OWL = "http://www.w3.org/2002/07/owl#"
VOCABULARIES = (
    *("Certainty", "Basis", "Design", "Species", "Tissue", "Directness", "Status"),
    *("ReadingDepth", "Presence", "Direction"),
)


UNSORTED = "Entity"
"""The kind of an entity that was imported from a graph whose category has no counterpart among our kinds."""


def ontology_folder() -> Path:
    """The shipped ``ontology/``: inside the installed package, or beside it in a checkout.

    Raises FileProblem if neither is there (a broken installation).
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "ontology", package.parent / "ontology"):
        if (folder / "schema.ttl").is_file():
            return folder
    raise FileProblem("The ontology that ships with kg is missing. Reinstall the package calciphylaxis-kg.")


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation that claims state; `sign` is None for the null results.

    `subject_kinds` and `object_kinds` name the kinds that the ends of its claims may have; empty: any kind.
    """

    name: str
    label: str
    definition: str
    sign: int | None
    causal: bool
    null: bool
    subject_kinds: tuple[str, ...] = ()
    object_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkType:
    """A kind of definitional link; `reversible` unless the subject's kind is given from outside."""

    name: str
    label: str
    definition: str
    sign: int
    reversible: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of entities and what going up means for it.

    `prefixes` are those that identifiers of its entities may have; empty: any. An `agent` is given or done to a
    person; `wanted` says which way a patient wants its entities to go (+1, -1; 0: not stated).
    """

    name: str
    label: str
    definition: str
    up_means: str
    given_from_outside: bool
    prefixes: tuple[str, ...] = ()
    agent: bool = False
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class ForeignTerm:
    """What a term of another vocabulary means for us: the terms of ours that it is read as.

    An `inverse` predicate is read from object to subject. `label` is its name where the IRI does not tell it.
    """

    iri: str
    label: str
    reads: tuple[str, ...]
    inverse: bool


@dataclass(frozen=True)
class Schema:
    """Everything that ``schema.ttl`` says, by local name.

    `vocabularies` maps each vocabulary (``certainty``, ``design``, ...) to its values with their ranks (0 where the
    vocabulary has no order; higher is stronger). `prefixes` are those that queries need not declare. `foreign` has the
    terms of other vocabularies by IRI, as ``foreign.ttl`` reads them.
    """

    version: str
    title: str
    license: str
    predicates: Mapping[str, Predicate]
    links: Mapping[str, LinkType]
    kinds: Mapping[str, Kind]
    vocabularies: Mapping[str, Mapping[str, int]]
    prefixes: Mapping[str, str]
    foreign: Mapping[str, ForeignTerm] = field(default_factory=dict)

    @classmethod
    def from_triples(cls, triples: Iterable[Triple], file: str = "schema.ttl") -> Schema:
        """Read the vocabulary from its triples.

        Raises InvalidData if a predicate lacks a flag or its sign, or something is no number or no whole prefix.
        """
        nodes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            nodes[_value(triple.subject)][triple.predicate.value].append(_value(triple.object))

        def stating(predicate: str, value: str) -> list[tuple[str, _Node]]:
            iris = sorted(iri for iri, node in nodes.items() if value in node.get(predicate, ()))
            return [(iri.removeprefix(CKG), _Node(iri, nodes[iri], file)) for iri in iris]

        def typed(name: str) -> list[tuple[str, _Node]]:
            return stating(RDF_TYPE, CKG + name)

        head = _Node(ONTOLOGY, nodes[ONTOLOGY], file)
        return cls(
            version=head.one(OWL + "versionInfo", "unversioned"),
            title=head.one(DCT + "title", ""),
            license=head.one(DCT + "license", ""),
            predicates={
                name: Predicate(
                    name, node.label, node.definition, node.sign(), node.flag("causal"), node.flag("null"),
                    node.names("subject-kind"), node.names("object-kind"),
                )
                for name, node in typed("Predicate")
            },
            links={
                name: LinkType(name, node.label, node.definition, node.number("sign"), node.flag("reversible"))
                for name, node in typed("DefinitionalLink")
            },
            kinds={
                name: Kind(
                    name, node.label, node.definition, node.ckg("up-means", ""), node.flag_or("given-from-outside"),
                    node.names("allowed-prefix"), node.flag_or("agent"), node.number("wanted", "0"),
                )
                for name, node in stating(RDFS + "subClassOf", CKG + "Entity")
            },
            vocabularies={
                name.lower(): {value: node.number("rank", "0") for value, node in typed(name)} for name in VOCABULARIES
            },
            prefixes={
                node.one(SH + "prefix"): node.one(SH + "namespace")
                for _, node in stating(RDF_TYPE, SH + "PrefixDeclaration")
            },
            foreign={
                iri: ForeignTerm(
                    iri, node.label, node.names("read-as") or node.names("inverse-read-as"),
                    not node.names("read-as"),
                )
                for iri, node in typed("ForeignTerm")
            },
        )  # fmt: skip

    def rank(self, vocabulary: str, value: str | None) -> int:
        """The rank of a value, higher is stronger; 0 for None."""
        return self.vocabularies[vocabulary][value] if value else 0

    def curie(self, iri: str) -> str:
        """The IRI in short form (``HGNC:11909``) where a prefix fits, else as it is."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def kind(self, name: str) -> Kind:
        """A kind by its name; of an imported entity whose kind is not known (``Entity``), one that says nothing."""
        return self.kinds.get(name) or Kind(name, "entity", "", "there is more of it", given_from_outside=False)

    def expanded(self, curie: str) -> str:
        """The IRI of a CURIE whose prefix is declared; anything else as it is."""
        prefix, colon, local = curie.partition(":")
        namespace = self.prefixes.get(prefix)
        return f"{namespace}{local}" if colon and namespace else curie

    @functools.cached_property
    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))


@dataclass(frozen=True, slots=True)
class _Node:
    """One subject of the schema with its values as text, and the file it is in."""

    iri: str
    values: Mapping[str, list[str]]
    file: str

    def one(self, iri: str, default: str | None = None) -> str:
        found = self.values.get(iri)
        if found:
            return found[0]
        if default is None:
            raise self.problem(f"has no {iri.removeprefix(CKG)}.", "State it.")
        return default

    def number(self, name: str, default: str | None = None) -> int:
        text = self.ckg(name, default)
        try:
            return int(text)
        except ValueError:
            raise self.problem(f"its {name} {text!r} is no whole number.", "Mend it.") from None

    def problem(self, message: str, remedy: str) -> InvalidData:
        name = self.iri.replace(CKG, "ckg:")
        return InvalidData([Problem("error", "schema", self.file, 0, name, message, remedy)])

    def ckg(self, name: str, default: str | None = None) -> str:
        return self.one(CKG + name, default)

    def names(self, name: str) -> tuple[str, ...]:
        """The terms of ours that a property names, sorted."""
        return tuple(sorted(iri.removeprefix(CKG) for iri in self.values.get(CKG + name, ())))

    def flag(self, name: str) -> bool:
        return self.ckg(name) == "true"

    def flag_or(self, name: str) -> bool:
        return self.ckg(name, "false") == "true"

    def sign(self) -> int | None:
        """The sign of a predicate: none if and only if it is null."""
        return None if self.flag("null") else self.number("sign")

    @property
    def label(self) -> str:
        return self.one(RDFS + "label", "")

    @property
    def definition(self) -> str:
        return self.one(SKOS + "definition", "")


def _value(node: Any) -> str:
    return str(node.value)


def shipped_schema() -> Schema:
    """The shipped vocabulary with its readings of foreign terms, without any data."""
    return _shipped("schema.ttl", "foreign.ttl")


def shipped_prefixes() -> Mapping[str, str]:
    """The prefixes that the shipped schema declares."""
    return _shipped("schema.ttl").prefixes


def _shipped(*names: str) -> Schema:
    from pyoxigraph import RdfFormat, parse

    files = [ontology_folder() / name for name in names]
    return Schema.from_triples(quad.triple for file in files for quad in parse(path=file, format=RdfFormat.TURTLE))
