"""One state of the data, what it answers to standing questions, and its network after a single change.

The steps between two entities depend on no claims but those on this very pair. So a single changed claim needs no new
network: the steps of its pair are made anew, all others are shared. Only a changed link, from which the kinds of any
entity may follow, costs a network.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.causal.network import Arc, Network
from kg.causal.trace import Question, trace
from kg.model import JSON, Claim, Entity, Link, StandingQuestion, Trace

__all__ = ["Arrow", "Key", "Part", "State", "arrow", "ask"]

Part = Claim | Link
Key = tuple[str, str]
"""A claim by its id, or a link by its words: ``("claim", "nazir-2015-32")``, ``("link", "a broader b")``."""
Arrow = tuple[str | int, ...]


@dataclass(frozen=True, repr=False)
class State:
    """The data as a graph holds them: all that answers follow from, the filters, and the version (`data`)."""

    entities: Mapping[str, Entity]
    claims: Sequence[Claim]
    links: Sequence[Link]
    questions: Sequence[StandingQuestion]
    network: Network
    filters: tuple[str, ...] = ()
    data: str = ""

    def __str__(self) -> str:
        narrowed = f"filters: {', '.join(self.filters)}" if self.filters else "nothing filtered out"
        return f"{self.data}, {len(self.claims)} claim{'' if len(self.claims) == 1 else 's'}; {narrowed}"

    def __repr__(self) -> str:
        return f"<State: {self}>"

    def to_dict(self) -> JSON:
        """Which data these are, and how much of them is in, as JSON-ready data."""
        return {"data": self.data, "claims": len(self.claims), "filters": list(self.filters)}

    def ask(self, question: StandingQuestion) -> Trace | None:
        """The trace of a question; None where one of its ends is not there."""
        return ask(self.network, question, self.filters, self.data)

    def renamed(self, names: Mapping[str, str]) -> State:
        """The same with new ids for some claims, so that one that was only renumbered is the same claim in both."""
        if not names:
            return self
        claims = [replace(claim, id=names.get(claim.id, claim.id)) for claim in self.claims]
        return replace(self, claims=claims, network=_network(self.entities, [*claims, *self.links]))

    @functools.cached_property
    def parts(self) -> dict[Key, Part]:
        """The claims and links by name: what may differ between two states."""
        claims: dict[Key, Part] = {("claim", claim.id): claim for claim in self.claims}
        links: dict[Key, Part] = {("link", f"{x.source.id} {x.kind} {x.target.id}"): x for x in self.links}
        return claims | links

    def with_part(self, key: Key, other: State) -> Network:
        """The network with one part as the other state has it: added, removed or replaced."""
        old, new = self.parts.get(key), other.parts.get(key)
        pairs = dict.fromkeys(_ends(part) for part in (old, new) if isinstance(part, Claim))
        if not pairs or not {end for pair in pairs for end in pair} <= self.network.number.keys():
            parts = [part for name, part in self.parts.items() if name != key] + ([new] if new else [])
            return _network({**other.entities, **self.entities}, parts)
        network = self.network
        for pair in pairs:
            claims = [claim for claim in self._on_pair.get(pair, ()) if claim is not old]
            claims += [new] if isinstance(new, Claim) and _ends(new) == pair else []
            network = _between(network, pair, claims)
        return network

    @functools.cached_property
    def _on_pair(self) -> Mapping[tuple[str, str], Sequence[Claim]]:
        found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            found[_ends(claim)].append(claim)
        return found


def ask(network: Network, question: StandingQuestion, filters: Sequence[str] = (), data: str = "") -> Trace | None:
    """The trace of a standing question; None where one of its ends is not in the network."""
    if not {question.source.id, question.target.id} <= network.number.keys():
        return None
    return trace(network, Question((question.source,), (question.target,)), filters, data)


def arrow(part: Part | None) -> Arrow | None:
    """What a claim or link adds to a network: nothing for null results, associations and what is not live."""
    if isinstance(part, Link):
        return part.source.id, part.source.kind, part.target.id, part.sign, part.reversible
    if part is None or part.null or not (part.live and part.causal):
        return None
    return *_ends(part), part.sign or 0


def _between(network: Network, pair: tuple[str, str], claims: Iterable[Claim]) -> Network:
    """The network with these claims and no others between the two entities of a pair, in this direction.

    The new steps stand last among the arcs of their entity: the same routes are found, in another order.
    """
    start, end = (network.number[name] for name in pair)
    small = Network.of({network.entities[start], network.entities[end]}, claims, ())
    steps = [(end, step) for _, step in small.claim_arcs[small.number[pair[0]]]]

    def put(arcs: Sequence[Sequence[Arc]]) -> list[Sequence[Arc]]:
        left = [arc for arc in arcs[start] if arc[0] != end or arc[1].kind != "claim"]
        return [*arcs[:start], left + steps, *arcs[start + 1 :]]

    return replace(network, arcs=put(network.arcs), claim_arcs=put(network.claim_arcs))


def _network(entities: Mapping[str, Entity], parts: Sequence[Part]) -> Network:
    claims = [part for part in parts if isinstance(part, Claim)]
    links = [part for part in parts if isinstance(part, Link)]
    return Network.of(entities.values(), claims, links)


def _ends(claim: Claim) -> tuple[str, str]:
    return claim.subject.id, claim.object.id
