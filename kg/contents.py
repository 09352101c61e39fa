"""From RDF to the model: the one projection of a dataset into entities, sources, claims, links, disputes, cases.

Everything is checked on the way: unknown predicates, vocabulary values and properties, dangling references, missing
parts. `read` collects every problem with its file and line; nothing is repaired or dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kg.errors import InvalidData
from kg.model import Case, Claim, Dispute, Entity, Fact, Link, Problem, Ranks, Source, StandingQuestion
from kg.ordering import natural
from kg.rows import Row, local_name
from kg.schema import CKG, DCT, RDF_TYPE, RDFS, SKOS, UNSORTED
from kg.store import Dataset, graph_node

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["Contents", "read"]

CONCEPT = SKOS + "Concept"
"""The type of an identifier's block in ``terms.ttl``."""

_PROPERTIES = {
    "claim": """subject predicate object source cites certainty basis design directness species tissue population
        exposure effect dispute status caution section start end digest retraction-reason retraction-date
        imported-from""",
    "entity": "ambiguous-name no-match-reason wanted imported-from",
    "source": "journal doi pmid pmcid url design read family caution",
    "fact": "case category entity presence value unit direction time body-site start end digest",
    "case": "source",
    "dispute": "contrast",
    "question": "from to",
    "term": "",
}
_STANDARD = {
    "entity": {SKOS + name for name in ("definition", "altLabel", "hiddenLabel")}
    | {f"{SKOS}{how}Match" for how in ("exact", "close", "broad", "related")},
    "source": {DCT + name for name in ("title", "creator", "issued")},
    "dispute": {SKOS + "definition"},
    "term": {SKOS + "prefLabel", DCT + "isReferencedBy"},
}
_KNOWN = {
    what: {RDF_TYPE, RDFS + "label", RDFS + "comment"}
    | {CKG + name for name in names.split()}
    | _STANDARD.get(what, set())
    for what, names in _PROPERTIES.items()
}
"""The properties that a subject of each sort may have."""


@dataclass(frozen=True)
class Contents:
    """All that a dataset says, as model objects; mappings are keyed by id and sorted by it.

    `terms` gives the official label of each identifier in use (``HGNC:11909``), as the data repeat it.
    """

    entities: Mapping[str, Entity]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    links: tuple[Link, ...]
    disputes: Mapping[str, Dispute]
    cases: Mapping[str, Case]
    questions: Mapping[str, StandingQuestion]
    terms: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = field(default=(), repr=False)

    def narrowed(self, claims: list[Claim], entities: Mapping[str, Entity]) -> Contents:
        """The same with fewer claims and entities; disputes keep those of their claims that remain."""
        kept = set(claims)
        disputes = {
            name: replace(d, claims=members)
            for name, d in self.disputes.items()
            if (members := tuple(c for c in d.claims if c in kept))
        }
        links = tuple(link for link in self.links if link.source.id in entities and link.target.id in entities)
        return replace(
            self, entities=entities, claims={c.id: c for c in claims}, links=links, disputes=disputes, problems=()
        )


def read(dataset: Dataset, *, checked: bool = True) -> Contents:
    """Read a dataset into the model.

    Raises InvalidData naming every problem; with ``checked=False`` the sound part is returned with the problems in
    `Contents.problems`, for a checker that reports them all. O(statements).
    """
    contents = _Reader(dataset).read()
    if checked and contents.problems:
        raise InvalidData(contents.problems)
    return contents


class _Reader:
    """Reads one dataset; collects problems instead of stopping at the first."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.schema = dataset.schema
        self.problems: list[Problem] = []
        self._nodes: dict[str, list[tuple[str, set[str], dict[str, list[Any]]]]] = {}
        self.entities: dict[str, Entity] = {}
        self.sources: dict[str, Source] = {}

    def read(self) -> Contents:
        link_iris = {CKG + name for name in self.schema.links}
        entity_rows = list(
            self.rows("entities", "entity", {CKG + kind for kind in (*self.schema.kinds, UNSORTED)}, link_iris)
        )
        self.entities = {row.iri: self.entity(row) for row in entity_rows}
        self.sources = {row.iri: self.source(row) for row in self.rows("sources", "source", {CKG + "Source"})}
        links = tuple(link for row in entity_rows for link in self.links(row))
        disputes = {row.iri: row for row in self.rows("claims", "dispute", {CKG + "Dispute"})}
        claims = [c for row in self.rows("claims", "claim", {CKG + "Claim"}) if (c := self.claim(row, disputes))]
        cases = self.cases()
        return Contents(
            entities={e.id: e for e in self.entities.values()},
            sources={s.id: s for s in self.sources.values()},
            claims={c.id: c for c in claims},
            links=links,
            disputes=_disputes(disputes.values(), claims),
            cases={c.id: c for c in cases},
            questions={q.id: q for q in self.questions()},
            terms=self.terms(),
            problems=tuple(sorted(self.problems)),
        )

    def rows(self, role: str, what: str, types: set[str], more: set[str] = frozenset()) -> Iterator[Row]:  # type: ignore[assignment]
        """The subjects of one graph that have one of `types`, by id, with unknown properties reported."""
        known = _KNOWN[what] | more
        for iri, stated, statements in self.nodes(role):
            if types.isdisjoint(stated):
                continue
            row = Row(self.dataset, self.problems, iri, statements)
            for unknown in sorted(statements.keys() - known):
                row.problem("property", f"unknown property {self.schema.curie(unknown)}.", "Mend its spelling.")
            yield row

    def nodes(self, role: str) -> list[tuple[str, set[str], dict[str, list[Any]]]]:
        """The subjects of one graph in order, each with its types and its statements by property; read once."""
        if role not in self._nodes:
            nodes: dict[str, dict[str, list[Any]]] = {}
            for quad in self.quads(role):
                subject = nodes.setdefault(quad.subject.value, {})  # type: ignore[union-attr]
                subject.setdefault(quad.predicate.value, []).append(quad.object)
            self._nodes[role] = [
                (iri, {term.value for term in nodes[iri].get(RDF_TYPE, ())}, nodes[iri])
                for iri in sorted(nodes, key=natural)
            ]
            self.refuse_untyped(role)
        return self._nodes[role]

    def quads(self, role: str) -> Iterator[Quad]:
        """The statements of one graph; of the schema, which `kg.schema` reads, only the standing questions."""
        from pyoxigraph import NamedNode

        store, graph = self.dataset.store, graph_node(role)
        if role != "schema":
            return store.quads_for_pattern(None, None, None, graph)
        questions = store.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(CKG + "Question"), graph)
        return (quad for each in questions for quad in store.quads_for_pattern(each.subject, None, None, graph))

    def refuse_untyped(self, role: str) -> None:
        """Report the subjects of a graph without a type that is known here, which would be passed over in silence."""
        kinds = (*self.schema.kinds, UNSORTED) if role == "entities" else ()
        known = {CKG + name for name in ("Claim", "Dispute", "Case", "Fact", "Source", "Question", *kinds)} | {CONCEPT}
        for iri, stated, statements in self._nodes[role]:
            if known.isdisjoint(stated):
                named = ", ".join(sorted(map(self.schema.curie, stated))) or "none"
                message = f"has no known type (found {named})."
                Row(self.dataset, self.problems, iri, statements).problem("type", message, "State it.")

    def entity(self, row: Row) -> Entity:
        stated = [value.removeprefix(CKG) for value in row.values(RDF_TYPE)]
        origin = row.one(CKG + "imported-from")
        kinds = sorted(kind for kind in stated if kind in self.schema.kinds) or ([UNSORTED] if origin else [])
        if len(kinds) != 1:
            row.problem("type", f"has {len(kinds)} kinds: {', '.join(kinds)}.", "An entity has exactly one.")
        curie = self.schema.curie
        return Entity(
            id=row.id,
            iri=row.iri,
            label=row.required(RDFS + "label", "label") or row.id,
            kind=kinds[0] if kinds else UNSORTED,
            definition=row.one(SKOS + "definition") or "",
            synonyms=tuple(row.values(SKOS + "altLabel") + row.values(SKOS + "hiddenLabel")),
            ambiguous_names=tuple(row.values(CKG + "ambiguous-name")),
            matches=tuple(curie(iri) for iri in row.values(SKOS + "exactMatch")),
            close=tuple(curie(iri) for iri in row.values(SKOS + "closeMatch")),
            no_match_reason=row.one(CKG + "no-match-reason"),
            wanted=self.wanted(row) or self.schema.kind(kinds[0] if kinds else UNSORTED).wanted,
            origin=origin,
        )

    def wanted(self, row: Row) -> int:
        stated = row.one(CKG + "wanted")
        if stated not in (None, "1", "-1"):
            row.problem("value", f"ckg:wanted is {stated!r}.", "Write 1 (up) or -1 (down), or leave it out.")
            return 0
        return int(stated or 0)

    def links(self, row: Row) -> Iterator[Link]:
        source = self.entities[row.iri]
        for name, link in self.schema.links.items():
            for iri in row.values(CKG + name):
                target = row.reference(iri, self.entities, name)
                if target:
                    outside = self.schema.kind(source.kind).given_from_outside
                    yield Link(source, name, target, link.sign, link.reversible and not outside)

    def terms(self) -> dict[str, str]:
        """The official labels of identifiers that the data repeat; `kg.check` compares them with their authority."""
        rows = self.rows("entities", "term", {CONCEPT})
        return {self.schema.curie(row.iri): row.required(SKOS + "prefLabel", "official label") or "" for row in rows}

    def source(self, row: Row) -> Source:
        year = row.one(DCT + "issued")
        if year and not re.fullmatch(r"\d{4}", year):
            row.problem("value", f"{year!r} is no year.", "Write it with four digits.")
            year = None
        return Source(
            id=row.id,
            iri=row.iri,
            citation=row.required(RDFS + "label", "label (its citation)") or row.id,
            title=row.one(DCT + "title"),
            authors=row.one(DCT + "creator"),
            year=int(year) if year else None,
            **row.texts("journal", "doi", "pmid", "pmcid", "url", "family", "caution"),
            design=row.term("design"),
            read=row.term("read", "readingdepth"),
            note=row.one(RDFS + "comment"),
        )

    def claim(self, row: Row, disputes: Mapping[str, Row]) -> Claim | None:
        ends = [row.referred(name, self.entities) for name in ("subject", "object")]
        source = row.referred("source", self.sources)
        predicate = self.predicate(row)
        cites = [row.reference(iri, self.sources, "cites") for iri in row.values(CKG + "cites")]
        sets = [iri for iri in row.values(CKG + "dispute") if row.reference(iri, disputes, "dispute")]
        anchor = self.anchor(row)
        qualifiers = ("certainty", "basis", "design", "directness", "species", "tissue")
        terms: dict[str, Any] = {name: row.term(name) for name in qualifiers}
        if ends[0] is None or ends[1] is None or source is None or predicate is None:
            return None
        return Claim(
            id=row.id,
            iri=row.iri,
            subject=ends[0],
            predicate=predicate,
            object=ends[1],
            sign=self.schema.predicates[predicate].sign,
            causal=self.schema.predicates[predicate].causal,
            source=source,
            cites=tuple(c for c in cites if c),
            **terms,
            **row.texts("population", "exposure", "effect", "caution", "section"),
            disputes=tuple(local_name(iri) for iri in sets),
            status=row.term("status") or "curated",
            **anchor,
            note=row.one(RDFS + "comment"),
            retraction_reason=row.one(CKG + "retraction-reason"),
            retraction_date=row.one(CKG + "retraction-date"),
            origin=row.one(CKG + "imported-from"),
            ranks=Ranks(*(self.schema.rank(name, terms[name]) for name in Ranks._fields)),
        )

    def predicate(self, row: Row) -> str | None:
        iri = row.required(CKG + "predicate", "predicate") or ""
        name = iri.removeprefix(CKG)
        if iri and name not in self.schema.predicates:
            known = ", ".join(sorted(self.schema.predicates))
            row.problem("predicate", f"unknown predicate {self.schema.curie(iri)}.", f"Use one of: {known}.")
        return name if name in self.schema.predicates else None

    def anchor(self, row: Row) -> dict[str, Any]:
        start, end, digest = (row.one(CKG + name) for name in ("start", "end", "digest"))
        if (start, end, digest) == (None, None, None):
            return {}
        sound = all((start, end, digest)) and start.isdigit() and end.isdigit() and int(start) < int(end)  # type: ignore[union-attr,arg-type]
        if not sound or not re.fullmatch("[0-9a-f]{64}", digest or ""):
            row.problem("anchor", "the place is not whole: start < end and a SHA-256 digest go together.", "Mend it.")
            return {}
        return {"start": int(start or 0), "end": int(end or 0), "digest": digest}

    def questions(self) -> Iterator[StandingQuestion]:
        for row in self.rows("schema", "question", {CKG + "Question"}):
            source, target = (row.referred(name, self.entities) for name in ("from", "to"))
            if source and target:
                yield StandingQuestion(row.id, row.iri, row.one(RDFS + "label") or row.id, source, target)

    def cases(self) -> list[Case]:
        facts: dict[str, list[Fact]] = {}
        heads = {row.iri: row for row in self.rows("cases", "case", {CKG + "Case"})}
        for row in self.rows("cases", "fact", {CKG + "Fact"}):
            entity = row.one(CKG + "entity")
            case = row.one(CKG + "case")
            if case is None or row.reference(case, heads, "case") is None:
                if case is None:
                    row.problem("missing", "a fact without a case.", "State ckg:case.")
                continue
            facts.setdefault(case, []).append(
                Fact(
                    id=row.id,
                    iri=row.iri,
                    label=row.required(RDFS + "label", "label") or row.id,
                    category=row.one(CKG + "category") or "",
                    presence=row.term("presence") or "unknown",
                    entity=row.reference(entity, self.entities, "entity") if entity else None,
                    **row.texts("value", "unit", "time"),
                    direction=row.term("direction"),
                    body_site=row.one(CKG + "body-site"),
                    **self.anchor(row),
                    note=row.one(RDFS + "comment"),
                )
            )
        cases = []
        for iri, row in heads.items():
            source = row.referred("source", self.sources)
            if source:
                cases.append(Case(row.id, iri, row.one(RDFS + "label") or row.id, source, tuple(facts.get(iri, ()))))
        return cases


def _disputes(rows: Iterable[Row], claims: list[Claim]) -> dict[str, Dispute]:
    members: dict[str, list[Claim]] = {}
    for claim in claims:
        for name in claim.disputes:
            members.setdefault(name, []).append(claim)
    return {
        row.id: Dispute(
            row.id,
            row.one(RDFS + "label") or row.id,
            row.one(SKOS + "definition") or "",
            tuple(members.get(row.id, ())),
            contrast=row.one(CKG + "contrast"),
        )
        for row in rows
    }
