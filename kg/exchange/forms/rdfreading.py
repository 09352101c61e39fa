"""Files of RDF in our own vocabulary as a dataset: plain triples find their graphs, derived ones are made anew.

Entities and claims may stand in any order, as plain triples or in graphs named like ours, in any number of files. A
claim may be a reifier of its triple, as RDF 1.2 has it. The schema is the shipped one, unless the files define
predicates. What the rules would not make again (a plain effect without a claim behind it), what stands in graphs of
other names, and what has no name that lasts becomes a line in the loss report.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kg.exchange.documents import LARGEST
from kg.exchange.draft import Draft
from kg.exchange.format import Reader
from kg.schema import CKG, RDF_TYPE, UNSORTED, Schema, ontology_folder
from kg.store import DERIVED, EDITED, Dataset, graph_node
from kg.store.ordering import batches
from kg.store.reading import ENDINGS, Source
from kg.store.roles import role_by_content, role_of_graph
from kg.turtle import RDF_REIFIES

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store, Triple

__all__ = ["reader"]

SHOWN = 3
"""So many types of things are named that were found where ours were expected."""
OTHER_GRAPHS = "statements in other graphs"


def reader(ending: str) -> Reader:
    """The reader of files of one format, told by its ending; others of several files may tell another one."""

    def read(files: list[Path], draft: Draft) -> Dataset:
        return _Reading(_statements(files, ending), draft).dataset()

    return read


def _statements(files: Iterable[Path], ending: str) -> Store:
    """All statements of the files, in the form in which a store gives them back."""
    from pyoxigraph import Store

    store = Store()
    for file in files:
        own = Source(file).ending
        source = Source(file, form=own if own in ENDINGS else ending)
        for part in batches(source.quads(most=LARGEST)):
            store.extend(part)
    return store


class _Reading:
    """Places the statements of files, and tells the draft what it kept and what it lost."""

    def __init__(self, store: Store, draft: Draft) -> None:
        from pyoxigraph import NamedNode

        self.store, self.draft = store, draft
        self.types: dict[Any, set[str]] = defaultdict(set)
        for quad in store.quads_for_pattern(None, NamedNode(RDF_TYPE), None, None):
            self.types[quad.subject].add(_value(quad.object))
        own = {_value(subject) for subject, types in self.types.items() if CKG + "Predicate" in types}
        self.own_schema = bool(own)
        self.rules = {CKG + "next", *(own or (CKG + name for name in draft.schema.predicates))}
        self.derived: set[Triple] = set()
        self.lost: Counter[tuple[str, str, str]] = Counter()

    def dataset(self) -> Dataset:
        """The dataset, with its derived graphs. Raises InvalidData if the files hold no graph of ours."""
        from pyoxigraph import RdfFormat, Store

        store, schema = Store(), graph_node("schema")
        if not self.own_schema:
            store.bulk_load(path=str(ontology_folder() / "schema.ttl"), format=RdfFormat.TURTLE, to_graph=schema)
        store.extend(self._placed())
        stated = (quad.triple for quad in store.quads_for_pattern(None, None, None, schema))
        read = Schema.from_triples(stated, str(self.draft.file))
        dataset = Dataset(store, read, self.draft.file)
        self._count(dataset)
        self._tell(dataset.derive())
        return dataset

    # --- where each statement belongs ---------------------------------------------------------------------------------

    def _placed(self) -> Iterator[Quad]:
        """The statements, each in its graph, without those that the rules make and those that are lost."""
        from pyoxigraph import Quad

        for quad in self.store:
            role = self._role(quad)
            for triple in self._sound(quad):
                if role in DERIVED or (role == "entities" and triple.predicate.value in self.rules):
                    self.derived.add(triple)
                elif role in EDITED:
                    yield Quad(triple.subject, triple.predicate, triple.object, graph_node(role))
                else:
                    self._lose(OTHER_GRAPHS, "only SPARQL reads them", quad.graph_name)
                    yield Quad(triple.subject, triple.predicate, triple.object, quad.graph_name)

    def _role(self, quad: Quad) -> str:
        from pyoxigraph import DefaultGraph

        if isinstance(quad.graph_name, DefaultGraph):
            return role_by_content(_value(quad.subject), self.types.get(quad.subject, ()))
        return role_of_graph(str(quad.graph_name))

    def _sound(self, quad: Quad) -> list[Triple]:
        """The statement as a triple of IRIs and literals; of a claim that is a reifier, what it is about."""
        from pyoxigraph import BlankNode, NamedNode, Triple

        if any(isinstance(node, BlankNode) for node in (quad.subject, quad.object, quad.graph_name)):
            self._lose("statements", "with a blank node, which has no name that lasts", quad.subject)
        elif not isinstance(quad.object, Triple):
            return [quad.triple]
        elif quad.predicate.value != RDF_REIFIES or CKG + "Claim" not in self.types.get(quad.subject, ()):
            self._lose("statements", "about a triple, and not of a claim", quad.subject)
        elif any(isinstance(node, BlankNode | Triple) for node in quad.object):
            self._lose("claims", "about a triple with a blank node or a triple in it", quad.subject)
        else:
            parts = zip(("subject", "predicate", "object"), quad.object, strict=True)
            return [Triple(quad.subject, NamedNode(CKG + name), part) for name, part in parts]
        return []

    def _lose(self, what: str, why: str, node: Any) -> None:
        self.lost[what, why, _value(node)] += 1

    # --- what is told -------------------------------------------------------------------------------------------------

    def _count(self, dataset: Dataset) -> None:
        """Count what was kept. Raises InvalidData if it is no entity and no claim."""
        kinds = {CKG + kind for kind in (*dataset.schema.kinds, UNSORTED)}
        links = {CKG + link for link in dataset.schema.links}
        for role, what, types in (("entities", "entities", kinds), ("claims", "claims", {CKG + "Claim"})):
            held = list(dataset.store.quads_for_pattern(None, None, None, graph_node(role)))
            typed = {q.subject for q in held if q.predicate.value == RDF_TYPE and _value(q.object) in types}
            self.draft.counts[what] += len(typed)
            self.draft.counts["definitional links"] += sum(q.predicate.value in links for q in held)
        if not self.draft.counts.total():
            self._refuse()

    def _refuse(self) -> NoReturn:
        """Say what the files hold instead of a graph of ours."""
        curie = self.draft.schema.curie
        found = Counter(curie(name) for types in self.types.values() for name in types)
        named = [f"{name} ({count:,})" for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
        others = [name for what, _, name in sorted(self.lost) if what == OTHER_GRAPHS]
        holds = f"{len(self.store):,} statements on things of the types {_listed(named)}"
        where = f", in graphs of other names ({_listed(others)})" if others else ""
        expected = f"Expected are entities and claims in the vocabulary {CKG}"
        self.draft.refuse(0, f"RDF without a graph of ours: {holds}{where}.", f"{expected}.")

    def _tell(self, dataset: Dataset) -> None:
        """Report what was lost, with the line of the subject where it can be found."""
        graphs = map(graph_node, DERIVED)
        made = {quad.triple for graph in graphs for quad in dataset.store.quads_for_pattern(None, None, None, graph)}
        for triple in self.derived - made:
            why = f"{dataset.schema.curie(triple.predicate.value)} without a live claim that says so"
            self._lose("plain statements", why, triple.subject)
        for (what, why, name), count in sorted(self.lost.items()):
            line = dataset.locate(name)[1]
            self.draft.lose(what, why, f"line {line}" if line else dataset.schema.curie(name), count)


def _value(node: Any) -> str:
    """The IRI of a node; empty for a blank node, which has no name, and for a triple."""
    return str(node.value) if type(node).__name__ in ("NamedNode", "Literal") else ""


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) or "none") + more
