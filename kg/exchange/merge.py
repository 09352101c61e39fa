"""Two graphs into one: a foreign graph joined to ours through shared identifiers.

Entities meet if they have an identifier in common (an exact match in the same vocabulary), sources if they are the same
publication (DOI, PMID or PMCID): so a foreign claim that cites a paper of ours speaks with the same voice. Where they
meet, what we say of the entity or the source stands, and the foreign description is left out. Same names alone join
nothing; they are told. Foreign claims keep their origin, and so do the foreign ends of definitional links; a foreign
link between two entities of ours is left out, since definitions are ours to make.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.exchange.loss import Loss
from kg.model import JSON, Claim, Dispute, Entity, Source
from kg.schema import BASE, CKG, Schema
from kg.statements import prefix_statements
from kg.store import Dataset
from kg.store.roles import EDITED, graph_node

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.contents import Contents

__all__ = ["Meeting", "Merger", "merge"]

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Meeting:
    """A foreign entity that is one of ours, and the identifiers that say so."""

    foreign: Entity
    ours: Entity
    shared: tuple[str, ...]

    def __str__(self) -> str:
        also = f" (there: {self.foreign.label})" if self.foreign.label != self.ours.label else ""
        return f"{self.ours.label}{also} by {', '.join(self.shared)}"


@dataclass(frozen=True)
class Merger:
    """What became of a foreign graph in ours.

    `met` are the entities that met, `sources` the publications; `namesakes` those of the same name without a shared
    identifier, which were kept apart; `losses` what was left out.
    """

    entities: int
    claims: int
    links: int
    met: tuple[Meeting, ...] = ()
    sources: tuple[tuple[Source, Source], ...] = ()
    namesakes: tuple[tuple[Entity, Entity], ...] = ()
    losses: tuple[Loss, ...] = field(default=())

    @property
    def clean(self) -> bool:
        """Whether nothing was left out."""
        return not self.losses

    @property
    def summary(self) -> str:
        """What was left out, in one line; empty if nothing was."""
        return "; ".join(str(loss) for loss in self.losses[:SHOWN])

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield (
            f"joined: {self.entities:,} entities, {len(self.met):,} of them met ours; {self.claims:,} claims; "
            f"{self.links:,} definitional links; {len(self.sources):,} publications met ours"
        )
        for what, listed in (
            ("met", [str(meeting) for meeting in self.met]),
            ("same name, no identifier in common, kept apart", [f"{a.label} ({a.id})" for a, _ in self.namesakes]),
        ):
            if listed:
                more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
                yield f"{what}: {'; '.join(listed[:SHOWN])}{more}"
        for loss in self.losses:
            yield f"left out: {loss}"

    def to_dict(self) -> JSON:
        """The merger as JSON-ready data."""
        return {
            "type": "merger",
            "entities": self.entities,
            "claims": self.claims,
            "links": self.links,
            "met": [{"foreign": m.foreign.id, "ours": m.ours.id, "shared": list(m.shared)} for m in self.met],
            "sources": [{"foreign": foreign.id, "ours": ours.id} for foreign, ours in self.sources],
            "namesakes": [{"foreign": foreign.id, "ours": ours.id} for foreign, ours in self.namesakes],
            "losses": [loss.to_dict() for loss in self.losses],
        }


def merge(ours: tuple[Dataset, Contents], foreign: tuple[Dataset, Contents]) -> tuple[Dataset, Merger]:
    """Our dataset with the foreign one in it, derived anew, and what became of it. O(statements of both)."""
    from pyoxigraph import Quad, Store

    dataset, added = ours[0], foreign[0]
    joining = _Joining(ours[1], foreign[1], dataset.schema)
    store = Store()
    for role in EDITED:
        store.extend(dataset.store.quads_for_pattern(None, None, None, graph_node(role)))
    for role in EDITED[1:]:
        store.extend(joining.quads(added.store.quads_for_pattern(None, None, None, graph_node(role))))
    new = added.schema.prefixes.keys() - dataset.schema.prefixes.keys()
    statements = prefix_statements({name: added.schema.prefixes[name] for name in new})
    store.extend(Quad(t.subject, t.predicate, t.object, graph_node("schema")) for t in statements)
    schema = Schema.from_triples(q.triple for q in store.quads_for_pattern(None, None, None, graph_node("schema")))
    return Dataset(store, schema, dataset.origin, dataset.folder).derive(), joining.merger()


class _Joining:
    """Which foreign things are ours, which get a new name since theirs is taken, and what is left out."""

    def __init__(self, held: Contents, brought: Contents, schema: Schema) -> None:
        self.held, self.brought = held, brought
        self.links = {CKG + name for name in schema.links}
        self.losses: list[Loss] = []
        self.met = list(self._meetings())
        self.sources = list(self._same_sources())
        self.same = {m.foreign.iri: m.ours.iri for m in self.met} | {a.iri: b.iri for a, b in self.sources}
        self.same |= {
            _iri(d): _iri(d) for name, d in brought.disputes.items() if _told(d) == _told(held.disputes.get(name))
        }
        self.twice = {c.iri for c in brought.claims.values() if c.origin is None and c.id in held.claims}
        self.ours = {e.iri: e.label for e in held.entities.values()}
        self.renamed = dict(self._renamed())

    # --- who meets whom ---------------------------------------------------------------------------------------------

    def _meetings(self) -> Iterator[Meeting]:
        """Foreign entities with an identifier of one of ours; or the very same entity, if it is from our own data."""
        by_identifier = {name.casefold(): e for e in self.held.entities.values() for name in e.matches}
        for entity in self.brought.entities.values():
            if entity.origin is None and entity.id in self.held.entities:
                yield Meeting(entity, self.held.entities[entity.id], (entity.iri,))
                continue
            shared = [name for name in entity.matches if name.casefold() in by_identifier]
            found = {by_identifier[name.casefold()] for name in shared}
            if len(found) == 1:
                yield Meeting(entity, found.pop(), tuple(shared))
            elif found:
                labels = ", ".join(sorted(e.label for e in found))
                self.losses.append(Loss("meetings", f"{entity.label} has identifiers of several of ours: {labels}"))

    def _same_sources(self) -> Iterator[tuple[Source, Source]]:
        known = {key: source for source in self.held.sources.values() for key in _publication(source)}
        for source in self.brought.sources.values():
            ours = next((known[key] for key in _publication(source) if key in known), None)
            if ours is not None:
                yield source, ours

    def _renamed(self) -> Iterator[tuple[str, str]]:
        """New names for foreign things whose name is taken by something else of ours."""
        for held, brought in (
            (self.held.entities, self.brought.entities),
            (self.held.sources, self.brought.sources),
            (self.held.claims, self.brought.claims),
            (self.held.disputes, self.brought.disputes),
        ):
            for name in brought:
                iri = _iri(brought[name])
                if name in held and iri not in self.same and iri not in self.twice:
                    taken = held.keys() | brought.keys()
                    free = next(f"{name}-{n}" for n in itertools.count(2) if f"{name}-{n}" not in taken)
                    yield iri, iri[: len(iri) - len(name)] + free

    # --- what comes over --------------------------------------------------------------------------------------------

    def quads(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The foreign statements as they stand in ours."""
        from pyoxigraph import Quad

        for quad in quads:
            subject, predicate = quad.subject.value, quad.predicate.value  # type: ignore[union-attr]
            if subject in self.twice or (subject in self.same and predicate not in self.links):
                continue
            named = Quad(self._node(quad.subject), quad.predicate, self._node(quad.object), quad.graph_name)
            if predicate in self.links and self._of_ours(named):
                continue
            yield named

    def _of_ours(self, quad: Quad) -> bool:
        """Whether a definitional link is between two entities of ours, so that we decide; told unless we have it."""
        ends = quad.subject.value, quad.object.value  # type: ignore[union-attr]
        if not self.ours.keys() >= set(ends):
            return False
        kind = quad.predicate.value.removeprefix(CKG)
        labels = [self.ours[iri] for iri in ends]
        if not any((k.source.iri, k.kind, k.target.iri) == (ends[0], kind, ends[1]) for k in self.held.links):
            said = f"{labels[0]} {kind.replace('-', ' ')} {labels[1]}"
            self.losses.append(Loss("definitional links", f"{said}: both are ours, and we do not say so"))
        return True

    def _node(self, node: Any) -> Any:
        from pyoxigraph import NamedNode

        name = self.same.get(node.value) or self.renamed.get(node.value) if isinstance(node, NamedNode) else None
        return NamedNode(name) if name else node

    def merger(self) -> Merger:
        """What became of it; told once the statements have come over."""
        brought, twice = self.brought, len(self.twice)
        described = sum(meeting.foreign.origin is not None for meeting in self.met)
        if described:
            self.losses.append(Loss("descriptions of entities that met ours", "what we say of them stands", described))
        if twice:
            self.losses.append(Loss("claims", "we have them already", twice))
        by_label = {e.label.casefold(): e for e in self.held.entities.values()}
        met = {meeting.foreign for meeting in self.met}
        namesakes = [
            (e, by_label[e.label.casefold()])
            for e in brought.entities.values()
            if e not in met and e.label.casefold() in by_label
        ]
        counts = len(brought.entities), len(brought.claims) - twice, len(brought.links)
        return Merger(*counts, tuple(self.met), tuple(self.sources), tuple(namesakes), tuple(self.losses))


def _publication(source: Source) -> list[tuple[str, str]]:
    named = (("doi", source.doi), ("pmid", source.pmid), ("pmcid", source.pmcid))
    return [(kind, name.casefold()) for kind, name in named if name] or [("id", source.iri)]


def _told(dispute: Dispute | None) -> tuple[str, str] | None:
    return (dispute.label, dispute.definition) if dispute else None


def _iri(thing: Entity | Source | Claim | Dispute) -> str:
    return f"{BASE}dispute/{thing.id}" if isinstance(thing, Dispute) else thing.iri
