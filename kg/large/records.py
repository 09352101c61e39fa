"""Entities, sources, claims and steps of a large graph, made when somebody looks at them.

A row of a KGX file is a claim of its primary knowledge source. Where it names publications it is told second hand and
cites them, so each publication is a voice; without any, the knowledge source is the voice; without either it is told by
the file, and unresolved. What the file does not say is not stated.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from kg.causal.kernel.arrays import CLAIM, DEFINITION
from kg.causal.network import Network
from kg.errors import NotFound
from kg.foreign import ASSOCIATED, KIND_OF, NULL, Signs
from kg.large.tables import Tables
from kg.model import Claim, Entity, Link, Ranks, Source, Step

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["SPECIES", "TISSUE", "Entities", "Records"]

SPECIES = ("species_context_qualifier", "in_taxon")
"""The columns that may state a species; the first that does counts."""
TISSUE = ("anatomical_context_qualifier",)


class Records:
    """Makes the objects of a large graph; `keep` (one number a row of the file, None: all) says which claims it has."""

    def __init__(self, tables: Tables, signs: Signs, keep: Numbers | None = None) -> None:
        self.tables, self.signs, self.keep = tables, signs, keep
        self._steps: dict[int, Step] = {}
        self._entities: dict[int, Entity] = {}

    # --- entities and sources -----------------------------------------------------------------------------------------

    def entity(self, number: int) -> Entity:
        """The entity with a number."""
        if number not in self._entities:
            nodes = self.tables.nodes
            name = nodes.ids[number]
            itself = (name,) if ":" in name else ()
            self._entities[number] = Entity(
                id=name,
                iri=self._iri(name),
                label=nodes.labels[number],
                kind=nodes.kind[number],
                synonyms=_parts(nodes.synonyms[number]),
                matches=tuple(dict.fromkeys((*itself, *_parts(nodes.equal[number])))),
                close=_parts(nodes.close[number]),
            )
        return self._entities[number]

    def number(self, entity: Entity) -> int:
        """The number of an entity. Raises NotFound if it is of another graph."""
        found = self.tables.nodes.ids.find(entity.id)
        if found is None:
            raise NotFound(f"No entity {entity.id!r} in this graph.")
        return found

    def _iri(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        namespace = self.signs.schema.prefixes.get(prefix)
        return f"{namespace}{local}" if colon and namespace else name

    @functools.lru_cache(maxsize=100_000)  # noqa: B019 - goes with the graph, which lives as long as its user
    def source(self, name: str) -> Source:
        """A knowledge source or a publication by its identifier."""
        pmid = name.removeprefix("PMID:") if name.startswith("PMID:") else None
        pmcid = name.removeprefix("PMCID:") if name.startswith("PMCID:") else None
        return Source(name, self._iri(name), name, pmid=pmid, pmcid=pmcid)

    # --- claims -------------------------------------------------------------------------------------------------------

    def claims(self, places: Iterable[int]) -> list[Claim]:
        """The claims at some places of the order of statements, in the order of the file."""
        rows = self.tables.statements.row
        kept = [at for at in places if self.keep is None or self.keep[rows[at]]]
        claims = [self.claim(at) for at in kept if self.tables.statements.group[at] != KIND_OF]
        return sorted(claims, key=lambda claim: int(claim.id.rpartition("-")[2]))

    def claim(self, place: int) -> Claim:
        """The claim at a place of the order of statements."""
        statements, (_, file) = self.tables.statements, self.tables.files
        row = int(statements.row[place])
        text, meaning = statements.meanings[int(statements.meaning[row])]
        subject = self.entity(self.subject(place))
        certainty, basis, voice, cited = self._told(row)
        species, tissue = self.stated(row, SPECIES), self.stated(row, TISSUE)
        known = self.signs.schema.vocabularies
        name = f"edge-{row + 1}"
        return Claim(
            id=name,
            iri=f"{file}#{name}",
            subject=subject,
            predicate=meaning.predicate,
            object=self.entity(int(statements.object[place])),
            sign=meaning.sign,
            causal=self._causal(meaning.predicate),
            source=self.source(voice),
            cites=tuple(self.source(work) for work in cited),
            certainty=certainty,
            basis=basis,
            species=species,
            tissue=tissue,
            section=f"edge {row + 1} of {file}",
            note=text,
            ranks=Ranks(0, known["species"].get(species or "", 0), known["certainty"].get(certainty or "", 0)),
        )

    def subject(self, place: int) -> int:
        """The number of the subject at a place of the order of statements. O(log entities)."""
        return int(self.tables.statements.start.searchsorted(place, "right")) - 1

    def pair(self, subject: int, target: int) -> range:
        """The places of all statements on a pair of entities. O(log statements)."""
        statements = self.tables.statements
        low, high = (int(statements.start[at]) for at in (subject, subject + 1))
        found = statements.object[low:high].searchsorted([target, target + 1])
        return range(low + int(found[0]), low + int(found[1]))

    def beside(self, subject: int, target: int) -> list[Claim]:
        """What is said of a pair but makes no route: null results and associations."""
        group = self.tables.statements.group
        return self.claims(at for at in self.pair(subject, target) if group[at] in (NULL, ASSOCIATED))

    def stated(self, row: int, columns: Iterable[str]) -> str | None:
        """What the first of some columns that says anything says in a row: a value of ours, or the file's own."""
        for name in columns:
            column = self.tables.statements.columns.get(name)
            if column is not None and (value := column[row]):
                return next(iter(self.signs.values("", value)), value)
        return None

    def voice(self, row: int) -> str:
        """The knowledge source of a row; the file where it names none."""
        column = self.tables.statements.columns.get("primary_knowledge_source")
        return (column[row] if column is not None else "") or self.tables.files[1]

    def _told(self, row: int) -> tuple[str | None, str | None, str, tuple[str, ...]]:
        """Certainty, basis, knowledge source and publications of a row."""
        columns = self.tables.statements.columns
        level = columns["knowledge_level"][row] if "knowledge_level" in columns else ""
        certainty, basis = self.level(level)
        cited = self.cited(row)
        voice = self.voice(row)
        if cited or (voice == self.tables.files[1] and basis is None):
            basis = "second-hand"
        return certainty, basis, voice, cited

    def cited(self, row: int) -> tuple[str, ...]:
        """The publications that a row cites."""
        texts = self.tables.statements.cited
        return _parts(texts[row]) if len(texts) else ()

    def level(self, level: str) -> tuple[str | None, str | None]:
        """The certainty and the basis that a level of knowledge stands for, as far as it says."""
        reads = self.signs.values("KnowledgeLevelEnum", level) if level else ()
        known = self.signs.schema.vocabularies
        return next((r for r in reads if r in known["certainty"]), None), next(
            (r for r in reads if r in known["basis"]), None
        )

    def _causal(self, predicate: str) -> bool:
        known: Mapping[str, object] = self.signs.schema.predicates
        return predicate in known and self.signs.schema.predicates[predicate].causal

    # --- steps --------------------------------------------------------------------------------------------------------

    def step(self, arc: int) -> Step:
        """The step of an arc, with the claims behind and against it."""
        if arc not in self._steps:
            arrays = self.tables.arrays
            source, target = arrays.source(arc), int(arrays.out_target[arc])
            kind = int(arrays.out_kind[arc])
            if kind == CLAIM:
                self._steps[arc] = self._claimed(source, target)[int(arrays.out_code[arc])]
            else:
                ends = self.entity(source), self.entity(target)
                if kind == DEFINITION:
                    self._steps[arc] = Step(*ends, 1, "definition", link="broader")
                else:
                    self._steps[arc] = Step(*ends, 1, "specialization", link="broader", reverse=True)
        return self._steps[arc]

    def _claimed(self, source: int, target: int) -> dict[int, Step]:
        """The claim steps between two entities by sign, made as those of a small graph are."""
        ends = self.entity(source), self.entity(target)
        links: tuple[Link, ...] = ()
        network = Network.of(ends, self.claims(self.pair(source, target)), links)
        return {step.sign: step for _, step in network.claim_arcs[network.number[ends[0].id]]}


class Entities(Sequence[Entity]):
    """The entities with some numbers, made when looked at."""

    def __init__(self, records: Records, numbers: Numbers) -> None:
        self._records, self._numbers = records, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Entity: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entity]: ...
    def __getitem__(self, place: int | slice) -> Entity | list[Entity]:
        if isinstance(place, slice):
            return [self._records.entity(int(number)) for number in self._numbers[place]]
        return self._records.entity(int(self._numbers[place]))

    def __iter__(self) -> Iterator[Entity]:
        return (self._records.entity(int(number)) for number in self._numbers)


def _parts(cell: str) -> tuple[str, ...]:
    """The different values of a cell."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip())) if cell else ()
