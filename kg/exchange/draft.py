"""A graph in the making: what a reader of a foreign file fills, and how it becomes RDF like ours.

A foreign statement becomes a claim of the file (or of the knowledge source that it names), told second hand where it
names publications: these are cited, so each is a voice. Predicates, categories and qualifiers are read by the table of
``ontology/foreign.ttl`` (see `kg.foreign`). Whatever does not become part of the graph gets a line in the loss report.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kg.errors import InvalidData
from kg.exchange.loss import Loss, LossReport
from kg.foreign import ASSOCIATED, KIND_OF, NONE, Meaning, Signs
from kg.model import Claim, Dispute, Entity, Link, Problem, Source
from kg.schema import BASE, UNSORTED, Schema, ontology_folder
from kg.statements import (
    claim_statements,
    dispute_statements,
    entity_statements,
    link_statement,
    prefix_statements,
    source_statements,
)

if TYPE_CHECKING:
    from kg.store import Dataset

__all__ = ["Draft", "slug"]

_PUBLICATIONS = {"PMID": "pmid", "PMC": "pmcid", "PMCID": "pmcid", "DOI": "doi"}
_PUBMED = re.compile(r"(?i)https?://(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(\d+)/?")
_CURIE = re.compile(r"[A-Za-z][\w.-]*:[^\s<>\"{}|\\^`]+")
_SCHEMES = {"http", "https", "urn", "file"}
_DOI = re.compile(r"(?i)(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)")


class Draft:
    """What has been read so far. `origin` says in every claim and entity where it is from.

    `counts` are of what a reader that makes a dataset itself has kept, by the names that `report` gives.
    """

    def __init__(self, schema: Schema, format: str, file: Path, *, unmapped: str = "unsigned") -> None:  # noqa: A002
        self.schema = schema
        self.signs = Signs(schema, unmapped)
        self.format, self.file = format, file
        self.origin: str = file.name
        self.entities: dict[str, Entity] = {}
        self.sources: dict[str, Source] = {}
        self.claims: dict[str, Claim] = {}
        self.links: dict[tuple[str, str, str], Link] = {}
        self.disputes: dict[str, Dispute] = {}
        self.losses: list[Loss] = []
        self.counts: Counter[str] = Counter()
        self._mapped: dict[str, Counter[str]] = {}
        self._ids: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._works: dict[str, Source] = {}
        self._prefixes: dict[str, str] = {}

    # --- what readers call ----------------------------------------------------------------------------------------

    def lose(self, what: str, why: str, place: str = "", count: int = 1) -> None:
        """Note something that does not become part of the graph; `what` names it in the plural, `place` says where."""
        self.losses.append(Loss(what, why, count, place))

    def refuse(self, line: int, message: str, remedy: str = "") -> NoReturn:
        """Give the whole file up: raises InvalidData."""
        raise InvalidData([Problem("error", "import", str(self.file), line, "", message, remedy)])

    def entity(
        self,
        key: str,
        label: str = "",
        *,
        category: str = "",
        identifiers: Iterable[str] = (),
        near: Iterable[str] = (),
        synonyms: Iterable[str] = (),
        definition: str = "",
        place: str = "",
    ) -> Entity:
        """The entity that the file calls `key` (a CURIE, or a name of its own), made when it is first met.

        `category` is a term of another vocabulary (``biolink:Disease``) or one of our kinds; `identifiers` are CURIEs
        of exactly the same thing, those of `near` of nearly the same; what is no CURIE is noted as a loss, and so is a
        second description of the same key. A mere mention is not.
        """
        described = bool(label or category or definition)
        if key in self._ids:
            known = self.entities[self._ids[key]]
            if not described or (label in ("", known.label) and known.definition == definition):
                return known
            if known.label != key or known.definition:
                self.lose("repeated descriptions of an entity", "the first one is kept", place or key)
                return known
        same = (key, *identifiers) if _CURIE.fullmatch(key) else tuple(identifiers)
        id_ = self._ids.get(key) or _free(slug(key) or "entity", self.entities)
        self._ids[key] = id_
        self.entities[id_] = Entity(
            id=id_,
            iri=f"{BASE}entity/{id_}",
            label=label or key,
            kind=self._kind(category),
            definition=definition,
            synonyms=tuple(dict.fromkeys(s for s in synonyms if s and s != label)),
            matches=self._curies(same, place or key),
            close=self._curies(near, place or key),
            origin=self.origin,
        )
        return self.entities[id_]

    def known(self, key: str) -> Entity | None:
        """The entity that the file calls so, if it has been met."""
        return self.entities[self._ids[key]] if key in self._ids else None

    def state(
        self,
        subject: Entity,
        predicate: str,
        object: Entity,  # noqa: A002 - the words of the data model
        *,
        qualifiers: Mapping[str, str] | None = None,
        place: str = "",
        **told: Any,
    ) -> Claim | Link | None:
        """Read a statement of the file by the table of foreign terms, and keep what it means; a loss if nothing.

        A predicate or a definitional link of ours, without qualifiers, means itself. `qualifiers` are those of Biolink
        (see `kg.foreign.QUALIFIERS`); `told` is what `claim` takes.
        """
        if not qualifiers and predicate in (*self.schema.predicates, *self.schema.links):
            self._mapped.setdefault(predicate, Counter())[predicate.replace("-", " ")] += 1
            if predicate in self.schema.links:
                return self.link(subject, predicate, object, place=place)
            return self.claim(subject, predicate, object, place=place, **told)
        meaning = self.signs.read(predicate, qualifiers or {})
        name = predicate + "".join(f" {v}" for k, v in sorted((qualifiers or {}).items()) if v)
        self._mapped.setdefault(name, Counter())[self._reading(meaning)] += 1
        ends = (object, subject) if meaning.swapped else (subject, object)
        if meaning.unsure and meaning.group != NONE:
            self.lose("signs", f"taken away, since it is not certain: {meaning.unsure}", place)
        if meaning.group == KIND_OF:
            return self.link(ends[0], meaning.predicate, ends[1], place=place)
        if meaning.group == NONE:
            unknown = "not in the table of predicates"
            why = meaning.unsure or ("neither an effect nor an association" if meaning.mapped else unknown)
            self.lose("statements", f"{predicate}: {why}", place)
            return None
        if meaning.predicate not in self.schema.predicates:
            self.lose("statements", f"{predicate}: an association without a sign, which the model does not hold", place)
            return None
        return self.claim(ends[0], meaning.predicate, ends[1], place=place, **told)

    def claim(
        self,
        subject: Entity,
        predicate: str,
        object: Entity,  # noqa: A002
        *,
        publications: Iterable[str] = (),
        source: str = "",
        place: str = "",
        note: str = "",
        **qualifiers: str | None,
    ) -> Claim:
        """A claim of the file with one of our predicates.

        `publications` are CURIEs, DOIs or addresses of what it cites, `source` the knowledge source that makes it
        (none: the file), `place` where in the file it stands. `qualifiers` are fields of `Claim`; values that our
        vocabularies do not have are noted as losses. A claim of an entity on itself is kept, and is in no route.
        """
        cites = tuple(dict.fromkeys(self.source(name) for name in publications if name and name.strip()))
        terms = {name: self._value(name, value, place) for name, value in qualifiers.items() if value}
        if "basis" not in terms and (cites or not source):  # a file is no evidence of its own
            terms["basis"] = "second-hand"
        id_ = f"{slug(self.origin)}-{next(self._numbers)}"
        known = self.schema.predicates[predicate]
        made = Claim(
            id=id_,
            iri=f"{BASE}claim/{id_}",
            subject=subject,
            predicate=predicate,
            object=object,
            sign=known.sign,
            causal=known.causal,
            source=self.source(source or self.origin),
            cites=cites,
            section=f"{place} of {self.file.name}" if place else self.file.name,
            note=note or None,
            origin=self.origin,
            **{name: value for name, value in terms.items() if value},  # type: ignore[arg-type]
        )
        self.claims[id_] = made
        return made

    def link(self, source: Entity, kind: str, target: Entity, *, place: str = "") -> Link | None:
        """A definitional link; one of an entity to itself is noted as a loss."""
        if source == target:
            self.lose("definitional links", "of an entity to itself", place)
            return None
        known = self.schema.links[kind]
        outside = self.schema.kind(source.kind).given_from_outside
        made = Link(source, kind, target, known.sign, known.reversible and not outside)
        self.links[source.id, kind, target.id] = made
        return made

    def source(self, name: str) -> Source:
        """The publication or knowledge source that goes by a CURIE, a DOI, an address or a plain name."""
        told = _publication(name.strip())
        citation = told["citation"]
        if citation not in self._works:
            id_ = _free(slug(citation) or "source", self.sources)
            self._works[citation] = self.sources[id_] = Source(id=id_, iri=f"{BASE}source/{id_}", **told)
        return self._works[citation]

    def keep(self, *things: Entity | Source | Claim | Link | Dispute) -> None:
        """Put in objects of the model as they are: for files that hold our own graph with all its fields."""
        for thing in things:
            if isinstance(thing, Link):
                self.links[thing.source.id, thing.kind, thing.target.id] = thing
                continue
            homes: dict[type, dict[str, Any]] = {
                Entity: self.entities,
                Source: self.sources,
                Claim: self.claims,
                Dispute: self.disputes,
            }
            homes[type(thing)][thing.id] = thing
            if isinstance(thing, Entity):
                self._ids[thing.id] = thing.id

    # --- what comes of it -----------------------------------------------------------------------------------------

    def dataset(self) -> Dataset:
        """The draft as a dataset with our schema and its derived graphs. Raises InvalidData if nothing was read."""
        from pyoxigraph import Quad, RdfFormat, Store

        from kg.store import Dataset, graph_node

        if not self.entities:
            self.refuse(0, f"{self.format} without a single entity that could be read.", "Is it the right file?")
        store = Store()
        schema = graph_node("schema")
        store.bulk_load(path=str(ontology_folder() / "schema.ttl"), format=RdfFormat.TURTLE, to_graph=schema)
        spelt = dataclasses.replace(self.schema, prefixes={**self.schema.prefixes, **self._prefixes})
        parts = {
            "schema": prefix_statements(self._prefixes),
            "entities": itertools.chain(
                *(entity_statements(entity, spelt) for entity in self.entities.values()),
                map(link_statement, self.links.values()),
            ),
            "sources": itertools.chain(*map(source_statements, self.sources.values())),
            "claims": itertools.chain(
                *map(dispute_statements, self.disputes.values()), *map(claim_statements, self.claims.values())
            ),
        }
        for role, statements in parts.items():
            graph = graph_node(role)
            store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in statements)
        read = Schema.from_triples(q.triple for q in store.quads_for_pattern(None, None, None, schema))
        return Dataset(store, read, self.file).derive()

    def report(self) -> LossReport:
        """What was kept, how it was read, and everything that was lost."""
        made = {"entities": len(self.entities), "claims": len(self.claims), "definitional links": len(self.links)}
        kept = {what: count + self.counts[what] for what, count in made.items()}
        mapped = {name: dict(sorted(readings.items())) for name, readings in sorted(self._mapped.items())}
        return LossReport(self.format, "read", self.file.name, kept, mapped, tuple(self.losses))

    # --- how it reads ---------------------------------------------------------------------------------------------

    def _reading(self, meaning: Meaning) -> str:
        if meaning.group == NONE:
            return "left out"
        told = meaning.predicate.replace("-", " ") if meaning.group != ASSOCIATED else meaning.predicate
        return told if meaning.mapped else f"{told} (not in the table, so without a sign)"

    def _kind(self, category: str) -> str:
        if category in self.schema.kinds:
            return category
        kind = self.signs.kind(category)
        return kind if kind in self.schema.kinds else UNSORTED

    def _value(self, name: str, value: str, place: str) -> str | None:
        vocabulary = self.schema.vocabularies.get(name)
        if vocabulary is None or value in vocabulary:
            return value
        read = next((v for v in self.signs.values("", value) if v in vocabulary), None)
        if read is None:
            self.lose(f"{name} of claims", f"{value!r} is no value of ours", place)
        return read

    def _curies(self, names: Iterable[str], place: str) -> tuple[str, ...]:
        told = [name for name in names if name]
        for name in told:
            if not _CURIE.fullmatch(name):
                self.lose("identifiers", f"{name!r} is no CURIE", place)
        return tuple(dict.fromkeys(self._curie(name) for name in told if _CURIE.fullmatch(name)))

    def _curie(self, name: str) -> str:
        """The CURIE with its prefix spelt as the schema spells it; an unknown prefix is declared. An IRI gets short."""
        prefix, _, local = name.partition(":")
        if prefix.casefold() in _SCHEMES:
            return self.schema.curie(name)
        spelt = {known.casefold(): known for known in (*self.schema.prefixes, *self._prefixes)}
        if prefix.casefold() not in spelt:
            self._prefixes[prefix] = f"https://bioregistry.io/{prefix}:"
            return name
        return f"{spelt[prefix.casefold()]}:{local}"


def slug(text: str) -> str:
    """A readable name for an IRI: lower case, letters and digits, parted by hyphens.

    >>> slug("MESH:D000305"), slug("TNF-α (serum)")
    ('mesh-d000305', 'tnf-α-serum')
    """
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def _free(wanted: str, taken: Collection[str]) -> str:
    """A slug that nothing has yet."""
    tried = (wanted if n == 1 else f"{wanted}-{n}" for n in itertools.count(1))
    return next(name for name in tried if name not in taken)


def _publication(name: str) -> dict[str, Any]:
    """The fields of a source that a name tells; its citation is the name itself."""
    prefix, colon, local = name.partition(":")
    if (found := _PUBMED.fullmatch(name)) is not None:
        return {"citation": f"PMID:{found[1]}", "pmid": found[1]}
    if colon and prefix.upper() in _PUBLICATIONS and prefix.upper() != "DOI" and local.strip():
        field, local = _PUBLICATIONS[prefix.upper()], local.strip()
        bare = f"PMC{local.upper().removeprefix('PMC')}" if field == "pmcid" else local
        return {"citation": f"{prefix.upper()}:{local}", field: bare}
    if (found := _DOI.fullmatch(name)) is not None:
        return {"citation": f"doi:{found[1]}", "doi": found[1]}
    return {"citation": name, **({"url": name} if re.match(r"https?://", name) else {})}
