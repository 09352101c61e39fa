"""From claims to a network: edges, steps, and the networkx graph.

Claims with the same subject, object and sign together are one *step*, whatever their predicates; definitional links
are steps of their own. `Network` holds the steps as arcs between numbered entities, sorted, so that every search over
it is deterministic, whatever the order of the input.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.causal.support import support
from kg.model import Claim, Edge, Entity, Link, Step

if TYPE_CHECKING:
    import networkx

    from kg.causal.kernel import Kernel

__all__ = ["Arc", "Network", "contradicting", "edges", "to_networkx"]

Arc = tuple[int, Step]
"""A step with the number of the entity it leads to."""


def edges(claims: Iterable[Claim]) -> list[Edge]:
    """All live claims that are not null, grouped by subject, predicate and object; associations included."""
    grouped: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.live and not claim.null:
            grouped[claim.subject.id, claim.predicate, claim.object.id].append(claim)
    return [
        Edge(found[0].subject, predicate, found[0].object, found[0].sign or 0, _by_id(found))
        for (_, predicate, _), found in sorted(grouped.items())
    ]


def contradicting(claims: Iterable[Claim]) -> dict[tuple[str, str, int], tuple[Claim, ...]]:
    """For each ordered pair and sign the claims that contradict it.

    Null results (causal or observed) contradict every effect on the pair, a refuted claim contradicts its own sign,
    and live causal claims of opposite signs contradict each other. Retracted claims say nothing.
    """
    against: dict[tuple[str, str, int], list[Claim]] = defaultdict(list)
    for claim in claims:
        pair = (claim.subject.id, claim.object.id)
        if claim.status == "retracted":
            continue
        signs: tuple[int, ...]
        if claim.null:
            signs = (1, -1, 0) if claim.live else ()
        elif not claim.live:
            signs = (claim.sign or 0,)
        else:
            signs = (-claim.sign,) if claim.causal and claim.sign else ()
        for sign in signs:
            against[*pair, sign].append(claim)
    return {key: _by_id(found) for key, found in against.items()}


@dataclass(frozen=True)
class Network:
    """Steps as arcs between numbered entities.

    `arcs` lists, per entity, every claim step and definition step that leaves it; `claim_arcs` the claim steps alone;
    `kinds` the specializations that a path may begin with: to kinds of an entity (of any depth) and to exposures to
    it or to one of its kinds. Self-loops are left out: no path can use them.
    """

    entities: Sequence[Entity]
    number: Mapping[str, int]
    arcs: Sequence[Sequence[Arc]]
    claim_arcs: Sequence[Sequence[Arc]]
    kinds: Sequence[Sequence[Arc]]

    @classmethod
    def of(
        cls, entities: Iterable[Entity], claims: Iterable[Claim], links: Iterable[Link],
        *, definitions: bool = True, specialize: bool = True,
    ) -> Network:  # fmt: skip
        """Build the network; `definitions` and `specialize` say whether such steps are taken in.

        O(c log c) in claims and links.
        """
        nodes = sorted(entities, key=lambda entity: entity.id)
        number = {entity.id: place for place, entity in enumerate(nodes)}
        claim_steps = _claim_steps(list(claims))
        links = list(links)
        linked = [step for link in links for step in _link_steps(link)] if definitions else []
        return cls(
            nodes,
            number,
            _arcs(number, claim_steps + linked),
            _arcs(number, claim_steps),
            _arcs(number, _specializations(nodes, links)) if specialize else [[] for _ in nodes],
        )

    @functools.cached_property
    def size(self) -> int:
        """The number of arcs."""
        return sum(map(len, self.arcs)) + sum(map(len, self.kinds))

    @functools.cached_property
    def kernel(self) -> tuple[Kernel, list[Step]]:
        """The kernel on the same network as flat arrays, and the steps by the numbers of their arcs.

        Made once, with NumPy. O(m log m).
        """
        from kg.causal.kernel import Kernel
        from kg.causal.kernel.arrays import from_network

        arrays, steps = from_network(self)
        return Kernel(arrays), steps


def _claim_steps(claims: list[Claim]) -> list[Step]:
    against = contradicting(claims)
    grouped: dict[tuple[str, str, int], list[Edge]] = defaultdict(list)
    for edge in edges(claims):
        if edge.claims[0].causal:
            grouped[edge.subject.id, edge.object.id, edge.sign].append(edge)
    steps = []
    for key, found in sorted(grouped.items()):
        members = _by_id([claim for edge in found for claim in edge.claims])
        opposed = against.get(key, ())
        steps.append(
            Step(
                found[0].subject,
                found[0].object,
                key[2],
                "claim",
                predicates=tuple(edge.predicate for edge in found),
                claims=members,
                against=opposed,
                support=support(members, opposed),
            )
        )
    return steps


def _link_steps(link: Link) -> list[Step]:
    steps = [Step(link.source, link.target, link.sign, "definition", link=link.kind)]
    if link.reversible:
        steps.append(Step(link.target, link.source, link.sign, "definition", link=link.kind, reverse=True))
    return steps


def _specializations(entities: Iterable[Entity], links: Iterable[Link]) -> list[Step]:
    """From each entity to its kinds, of any depth, and to the exposures to it or to one of its kinds."""
    below: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        exposure = link.kind == "raised-state-of" and link.source.kind == "Exposure"
        if link.kind == "broader" or exposure:
            below[link.target.id].append(link)
    steps = []
    for entity in entities:
        seen, queue = {entity.id}, [entity.id]
        while queue:
            for link in sorted(below[queue.pop()], key=lambda link: (link.source.id, link.kind)):
                if link.source.id not in seen:
                    seen.add(link.source.id)
                    queue.append(link.source.id)
                    steps.append(Step(entity, link.source, 1, "specialization", link=link.kind, reverse=True))
    return steps


def _arcs(number: Mapping[str, int], steps: Iterable[Step]) -> list[list[Arc]]:
    arcs: list[list[Arc]] = [[] for _ in number]
    for step in {step.key: step for step in steps}.values():  # two links may state the same both ways round
        if step.source.id != step.target.id:
            arcs[number[step.source.id]].append((number[step.target.id], step))
    for leaving in arcs:
        leaving.sort(key=lambda arc: (arc[0], -arc[1].sign, arc[1].kind, arc[1].link or ""))
    return arcs


def _by_id(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: claim.id))


def to_networkx(
    entities: Iterable[Entity], claims: Sequence[Claim], links: Iterable[Link]
) -> networkx.MultiDiGraph[str]:
    """The causal edges and the definitional links as a networkx.MultiDiGraph.

    Nodes are entity ids with `label` and `kind`. Edge keys are the predicate or the link; edge attributes: `kind`
    (``claim`` or ``definition``), `sign` (+1, -1, 0), `claims` (tuple of Claim, empty for links), `support` (Support;
    None for links). Associations and null results are not in it. Its causal edges equal ``graph:direct``.
    """
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for entity in sorted(entities, key=lambda entity: entity.id):
        graph.add_node(entity.id, label=entity.label, kind=entity.kind)
    against = contradicting(claims)
    for edge in edges(claims):
        ends = (edge.subject.id, edge.object.id)
        if edge.claims[0].causal:
            weight = support(edge.claims, against.get((*ends, edge.sign), ()))
            graph.add_edge(*ends, edge.predicate, kind="claim", sign=edge.sign, claims=edge.claims, support=weight)
    for link in links:
        ends = (link.source.id, link.target.id)
        graph.add_edge(*ends, link.kind, kind="definition", sign=link.sign, claims=(), support=None)
    return graph
