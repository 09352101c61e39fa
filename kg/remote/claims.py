"""Endpoints that hold claims in our own shape (``?claim ckg:subject ?s``), with all their evidence.

Null results and refuted claims are pulled with the others. What is pulled becomes a dataset and a `KnowledgeGraph`, by
the one reader of all our data, so that an answer is the same as if the whole had been read. The vocabulary is the
shipped one. A filter of scope is asked along while the frontiers grow, and applied once more, in full, to the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.causal.scope import Scope
from kg.contents import read
from kg.errors import FileProblem, InvalidData
from kg.graph import KnowledgeGraph
from kg.model import Source
from kg.remote.client import Unanswered
from kg.remote.endpoint import Pair, Part
from kg.remote.frontier import LEAVING
from kg.remote.names import BARE, bare, forms
from kg.remote.reading import Read, Reader, iris, value
from kg.schema import CKG, RDF_TYPE, RDFS, SKOS, Schema
from kg.store import Dataset, graph_node

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.sparql.results import Term

__all__ = ["Claims"]

_NAMES = "|".join(
    f"<{iri}>" for iri in (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel", CKG + "ambiguous-name")
)
_MANY = 200
"""So many entities are looked at when a name is looked up."""
Statements = dict[str, list[tuple[str, "Term"]]]


class Claims:
    """The shape of our own data; `named`: they lie in named graphs, not in the default graph."""

    def __init__(
        self, schema: Schema, origin: str, *, named: bool, definitions: bool = True, scopes: Iterable[Scope] = ()
    ) -> None:
        self.schema, self.origin, self.named, self.definitions = schema, origin, named, definitions
        self.scopes = tuple(scopes)

    # --- patterns -----------------------------------------------------------------------------------------------------

    def steps(self, side: str, given: str) -> str:
        """Causal claims inside the scopes, and definitional links, which may be walked back if they are reversible."""
        ends = ("?n", "?m") if side == LEAVING else ("?m", "?n")
        causal = [CKG + p.name for p in self.schema.predicates.values() if p.causal and not p.null]
        claims = f"?c <{CKG}subject> {ends[0]} ; <{CKG}object> {ends[1]} ; <{CKG}predicate> ?p . "
        scope = "".join(_scoped(scope, f"{at}") for at, scope in enumerate(self.scopes))
        parts = [self._in_graph(f"{claims} FILTER(?p IN ({iris(causal, ', ')})) {scope}", "?g")]
        if self.definitions:
            links = [f"<{CKG}{link.name}>" for link in self.schema.links.values()]
            links += [f"^<{CKG}{link.name}>" for link in self.schema.links.values() if link.reversible]
            parts.append(self._in_graph(f"{ends[0]} ({'|'.join(links)}) {ends[1]} .", "?h"))
        return " UNION ".join(f"{{ {given} {part} }}" for part in parts)

    def kinds(self, given: str) -> str:
        """What is a kind of an entity, or an exposure to it."""
        kind = self._in_graph(f"?m <{CKG}broader> ?n .", "?g")
        exposure = self._in_graph(f"?m <{CKG}raised-state-of> ?n ; a <{CKG}Exposure> .", "?g")
        return f"{{ {given} {kind} }} UNION {{ {given} {exposure} }}"

    def _in_graph(self, pattern: str, name: str) -> str:
        return f"GRAPH {name} {{ {pattern} }}" if self.named else pattern

    def name(self, iri: str) -> str:
        """The slug of an entity."""
        return iri.removeprefix(self.schema.prefixes["entity"])

    # --- the part -----------------------------------------------------------------------------------------------------

    def part(self, reader: Reader, pairs: Iterable[Pair], links: Iterable[Pair], ends: Iterable[str]) -> Part:
        """Everything that is said of the pairs, null, refuted and retracted claims and associations included."""
        wanted = list(pairs)
        found = self._claims_on(reader, wanted)
        pair_of = {value(claim): (value(s), value(o)) for s, o, claim in found.rows}
        claims, gone = self._statements(reader, pair_of)
        entities = {name for pair in (*wanted, *links) for name in pair} | {*ends}
        sources = _named(claims, CKG + "source", CKG + "cites")
        nodes, more = self._statements(reader, entities | sources | _named(claims, CKG + "dispute"))
        gone |= more
        if trouble := gone.keys() & set(ends):
            raise Unanswered(gone[min(trouble)], large=False)
        lost: dict[Pair, str] = {(key[0], key[1]): found.why for key in found.lost}
        needs = [(pair, set(pair)) for pair in wanted]
        needs += [(pair, {name, *(value(v) for _, v in claims.get(name, ()))}) for name, pair in pair_of.items()]
        for pair, needed in needs:
            if trouble := gone.keys() & needed:
                lost.setdefault(pair, gone[min(trouble)])
        whole = {name: said for name, said in claims.items() if pair_of[name] not in lost}
        return self.graph(whole, nodes, entities - gone.keys(), sources - gone.keys()), lost

    def _claims_on(self, reader: Reader, pairs: Iterable[Pair]) -> Read:
        def pattern(given: str) -> str:
            return given + self._in_graph(f"?c <{CKG}subject> ?s ; <{CKG}object> ?o .", "?g")

        return reader.read("?s ?o", pairs, "?s ?o ?c", pattern)

    def _statements(self, reader: Reader, names: Iterable[str]) -> tuple[Statements, dict[str, str]]:
        """What is said of some subjects, and of which it did not come."""

        def pattern(given: str) -> str:
            return given + self._in_graph("?n ?p ?v .", "?g")

        found = reader.read("?n", ((name,) for name in names), "?n ?p ?v", pattern)
        statements: Statements = {}
        for subject, predicate, target in found.rows:
            if target is not None:
                statements.setdefault(value(subject), []).append((value(predicate), target))
        return statements, {key[0]: found.why for key in found.lost}

    def graph(
        self, claims: Statements, nodes: Statements, entities: Iterable[str], sources: Iterable[str]
    ) -> KnowledgeGraph:
        """The graph of some claims and of what they refer to. Raises InvalidData if these break a rule of ours."""
        from pyoxigraph import Store

        known, works = set(entities), set(sources)
        store = Store()
        for role, group in (
            ("claims", claims),
            ("entities", {name: self._of_entity(nodes.get(name, []), known) for name in known}),
            ("sources", {name: nodes.get(name, []) for name in works}),
            ("claims", {name: said for name, said in nodes.items() if name not in known | works}),
        ):
            store.extend(_quads(role, group))
        dataset = Dataset(store, self.schema, Path(self.origin))
        contents = read(dataset, checked=False)
        if problems := [p for p in contents.problems if p.rule != "property"]:  # what others add does no harm
            raise InvalidData(problems)
        return KnowledgeGraph(dataset, contents)

    def _of_entity(self, statements: list[tuple[str, Term]], known: set[str]) -> list[tuple[str, Term]]:
        """What is said of an entity, without links to entities that are not here, and without derived statements."""
        links = {CKG + name for name in self.schema.links}
        derived = {CKG + name for name in self.schema.predicates} | {CKG + "next"}
        return [(p, v) for p, v in statements if p not in derived and (p not in links or value(v) in known)]

    # --- names --------------------------------------------------------------------------------------------------------

    def candidates(self, reader: Reader, text: str) -> KnowledgeGraph:
        """The entities that may go by a name, as a graph without claims."""
        entity = self.schema.prefixes["entity"]
        slug = text.removeprefix("entity:").removeprefix(entity)
        direct = [_iri(entity + slug), *(_iri(space + text[len(p) + 1 :]) for p, space in self._prefix(text))]
        known = ", ".join(map(_text, forms(text)))
        names = [f"{self._named('?n')} FILTER({BARE} IN ({known}))"] if known else []
        for iri in filter(None, direct):
            names.append(f"{self._kind('?n')} FILTER(?n = {iri})")
            names.append(self._in_graph(f"?n <{SKOS}exactMatch> {iri} .", "?g"))
        return self._found(reader, " UNION ".join(f"{{ {pattern} }}" for pattern in names))

    def known_as(self, text: str) -> str:
        """The text itself: `candidates` know an entity by any of its names."""
        return text

    def like(self, reader: Reader, text: str) -> KnowledgeGraph:
        """Entities that have a name with this text in it, as a graph without claims."""
        return self._found(reader, f"{self._named('?n')} FILTER(CONTAINS({BARE}, {_text(bare(text))}))")

    def source(self, reader: Reader, name: str) -> Source | None:
        """The source with this slug, if it is there."""
        space = self.schema.prefixes["source"]
        if not _iri(iri := space + name.removeprefix("source:").removeprefix(space)):
            return None
        nodes, lost = self._statements(reader, [iri])
        if lost:
            raise FileProblem(lost[iri])
        return self.graph({}, nodes, (), [iri]).sources[0] if nodes else None

    def _found(self, reader: Reader, pattern: str) -> KnowledgeGraph:
        query = f"SELECT DISTINCT ?n WHERE {{ {pattern} }} ORDER BY STRLEN(STR(?n)) ?n LIMIT {_MANY}"
        found = {value(row[0]) for row in reader.client.select(query, reader.until)} if pattern else set()
        nodes, lost = self._statements(reader, found)
        kinds = {CKG + kind for kind in self.schema.kinds}
        known = {name for name in nodes if kinds & {value(v) for p, v in nodes[name] if p == RDF_TYPE}}
        if lost:
            raise FileProblem(next(iter(lost.values())))
        return self.graph({}, {name: nodes[name] for name in known}, known, ())

    def _named(self, variable: str) -> str:
        return self._in_graph(f"{variable} ({_NAMES}) ?name .", "?g") + self._kind(variable)

    def _kind(self, variable: str) -> str:
        """The pattern of what has one of the kinds of entities."""
        kinds = iris([CKG + kind for kind in self.schema.kinds], ", ")
        return self._in_graph(f"{variable} a ?kind . FILTER(?kind IN ({kinds}))", "?k")

    def _prefix(self, text: str) -> Iterable[tuple[str, str]]:
        head, colon, _ = text.partition(":")
        return [(p, space) for p, space in self.schema.prefixes.items() if colon and p.casefold() == head.casefold()]


def _scoped(scope: Scope, number: str) -> str:
    """A scope as conditions on ?c; what cannot be asked so is left to the part."""
    ranks = scope.ranks or {}
    floor = [name for name, rank in ranks.items() if scope.certainty and rank >= ranks[scope.certainty]]
    parts = []
    for name in ("species", "tissue", "design", "basis", "certainty"):
        allowed = floor if name == "certainty" else getattr(scope, name)
        if not allowed:
            continue
        variable = f"?{name}{number}"
        stated = f"?c <{CKG}{name}> {variable} ."
        listed = f"{variable} IN ({iris([CKG + value for value in allowed], ', ')})"
        if scope.unstated:
            parts.append(f"OPTIONAL {{ {stated} }} FILTER(!BOUND({variable}) || {listed})")
        else:
            parts.append(f"{stated} FILTER({listed})")
    return " ".join(parts)


def _named(claims: Mapping[str, list[tuple[str, Term]]], *properties: str) -> set[str]:
    """What claims refer to by some properties."""
    return {value(v) for said in claims.values() for p, v in said if p in properties}


def _quads(role: str, statements: Mapping[str, list[tuple[str, Term]]]) -> Iterable[Quad]:
    from pyoxigraph import NamedNode, Quad

    graph = graph_node(role)
    for subject, said in statements.items():
        for predicate, target in said:
            yield Quad(NamedNode(subject), NamedNode(predicate), target, graph)


def _text(text: str) -> str:
    from pyoxigraph import Literal

    return str(Literal(text))


def _iri(text: str) -> str:
    """An IRI as a term, empty if it is none."""
    try:
        return iris([text])
    except ValueError:
        return ""
