"""What routes have in common: where they meet, what all of them pass, what acts against them, what falls with a source.

Pure functions over the paths of a trace (all of them, one arm, or some), over steps, edges and claims. Several are the
other half of a named query. SPARQL speaks of walks of a bounded length on signed steps; these speak of whatever paths
they are given: routes that visit no entity twice, of any length, with kinds of the source and unsigned steps. On the
same steps they find nothing that the query does not.

They regard the paths that they get and no others: ask a trace without ``k`` and ``sign``, or "on every route" means
"on every route that is listed".

>>> import kg
>>> graph = kg.load()
>>> lupus = graph.trace("SLE", "calciphylaxis").paths
>>> essential(lupus)
[]
>>> print(*intermediates(lupus)[:2], sep="; ")
chronic inflammation on 7 routes; vascular calcification on 7 routes
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.causal.support import voices
from kg.model import Claim, Edge, Entity, Path, Source, Step

__all__ = [
    "TREATMENTS",
    "Meeting",
    "Opposition",
    "Passage",
    "Roots",
    "avoiding",
    "brakes",
    "essential",
    "fallen",
    "glossary",
    "intermediates",
    "leaning",
    "meeting_points",
    "opposing",
    "roots",
    "unseen_in",
]

TREATMENTS = frozenset({"Drug", "DrugClass", "Procedure"})
"""The kinds of entities that are given or done to treat."""


class Passage(NamedTuple):
    """An intermediate entity and the number of routes that pass it."""

    entity: Entity
    routes: int

    def __str__(self) -> str:
        return f"{self.entity} on {self.routes} route{'' if self.routes == 1 else 's'}"


def intermediates(paths: Iterable[Path]) -> list[Passage]:
    """The entities between the ends of the paths with the number of paths through each, most first, then by name."""
    counts = Counter(entity for path in paths for entity in path.entities[1:-1])
    found = [Passage(entity, routes) for entity, routes in counts.items()]
    return sorted(found, key=lambda passage: (-passage.routes, *_name(passage.entity)))


def essential(paths: Sequence[Path]) -> list[Entity]:
    """The intermediates that every path passes, in the order of the first path.

    None where a path is direct; ask ``[path for path in paths if len(path) > 1]`` to look past those.

    >>> import kg
    >>> warfarin = kg.load().trace("warfarin", "matrix Gla protein").paths
    >>> essential(warfarin)
    [<Entity: matrix Gla protein carboxylation>]
    """
    if not paths:
        return []
    shared = frozenset.intersection(*(frozenset(path.entities[1:-1]) for path in paths))
    return [entity for entity in paths[0].entities if entity in shared]


@dataclass(frozen=True, slots=True)
class Meeting:
    """An entity on routes of two causes, pushed the same way by both.

    `sign` is +1 if both raise it, -1 if both lower it; `steps` and `other_steps` say how far it is from either cause on
    its nearest route.
    """

    entity: Entity
    sign: int
    steps: int
    other_steps: int

    def __str__(self) -> str:
        verb = "raised" if self.sign > 0 else "lowered"
        return f"{self.entity} {verb} after {self.steps} and {self.other_steps} steps"


def meeting_points(paths: Iterable[Path], others: Iterable[Path]) -> list[Meeting]:
    """Where routes of two causes to one effect run into one another, the earliest meeting first.

    Ordered by the steps of the cause that is farther away, then of both together, then by name.

    >>> import kg
    >>> graph = kg.load()
    >>> hormone, steroid = (graph.trace(name, "vascular calcification").paths for name in ("PTH", "corticosteroids"))
    >>> print(meeting_points(hormone, steroid)[0])
    osteoprotegerin lowered after 1 and 1 steps
    """
    near, far = _nearest(paths), _nearest(others)
    found = [Meeting(*state, near[state], far[state]) for state in near.keys() & far.keys()]
    return sorted(
        found, key=lambda m: (max(m.steps, m.other_steps), m.steps + m.other_steps, *_name(m.entity), -m.sign)
    )


@dataclass(frozen=True, slots=True)
class Opposition:
    """A causal edge that pushes an intermediate of a route the other way than the route does; `steps` is how far the
    intermediate is from the cause.
    """

    edge: Edge
    steps: int

    def __str__(self) -> str:
        return f"{self.edge.subject} {'raises' if self.edge.sign > 0 else 'lowers'} {self.edge.object}"


def opposing(
    paths: Sequence[Path],
    edges: Iterable[Edge],
    kinds: Collection[str] = TREATMENTS,
    spare: Collection[Entity] = (),
) -> list[Opposition]:
    """The edges from entities of some kinds that act against a step of the paths, nearest to the cause first.

    Pass the arm that is to be opposed and ``graph.edges``; `spare` names what is no treatment here, such as kinds of
    the cause (the cause itself never is). That an agent acts against a step does not mean that it helps: it may do
    harm elsewhere.

    >>> import kg
    >>> graph = kg.load()
    >>> raising = graph.trace("corticosteroids", "vascular calcification", specialize=False).increasing
    >>> print(opposing(raising, graph.edges, spare=[graph.find("dexamethasone")])[0])
    bisphosphonate lowers RANK-mediated NF-kB signaling
    """
    near = _nearest(paths)
    left_out = {*spare, *(path.entities[0] for path in paths)}
    found = [
        Opposition(edge, near[edge.object, -edge.sign])
        for edge in edges
        if edge.subject.kind in kinds
        and edge.subject not in left_out
        and edge.claims[0].causal
        and (edge.object, -edge.sign) in near
    ]
    return sorted(found, key=lambda o: (o.steps, *_name(o.edge.object), *_name(o.edge.subject), o.edge.predicate))


def brakes(paths: Iterable[Path]) -> list[Entity]:
    """The intermediates that hold the effect back and that the cause lowers, the nearest to the cause first.

    >>> import kg
    >>> brakes(kg.load().trace("corticosteroids", "vascular calcification", max_steps=2, specialize=False).paths)
    [<Entity: osteoprotegerin>]
    """
    held: dict[Entity, int] = {}
    for path in paths:
        for steps, entity, sign in _moves(path):
            if sign == -1 and sign * path.sign == -1:
                held[entity] = min(steps, held.get(entity, steps))
    return sorted(held, key=lambda entity: (held[entity], *_name(entity)))


def avoiding(paths: Iterable[Path], entities: Iterable[Entity]) -> list[Path]:
    """The paths that pass none of the entities.

    Of a trace without kinds of the source they are those that ``graph.without(...)`` finds; with kinds it may find
    fewer, since a kind of a kind goes with the kind between.
    """
    barred = frozenset(entities)
    return [path for path in paths if barred.isdisjoint(path.entities)]


def leaning(claims: Iterable[Claim], *sources: Source) -> list[Claim]:
    """The claims that fall with sources: their own, and second-hand reports that cite nothing else."""
    gone = set(sources)
    return [
        claim
        for claim in claims
        if claim.source in gone or (claim.basis == "second-hand" and claim.cites and gone.issuperset(claim.cites))
    ]


def fallen(paths: Iterable[Path], claims: Iterable[Claim]) -> list[Path]:
    """The paths that lose a step when the claims are taken away: one all of whose claims are among them.

    >>> import kg
    >>> graph = kg.load()
    >>> routes = graph.trace("corticosteroids", "vascular calcification", max_steps=2, specialize=False).paths
    >>> print(*fallen(routes, leaning(graph.claims(), graph.source("nazir-2015"))), sep=chr(10))
    corticosteroid ⊣ osteoprotegerin ⊣ vascular calcification
    corticosteroid → RANK-mediated NF-kB signaling → vascular calcification
    """
    lost = frozenset(claims)
    return [path for path in paths if any(step.claims and lost.issuperset(step.claims) for step in path.steps)]


class Roots(NamedTuple):
    """Whose word it is: independent voices, and those that tell it second hand without naming a work."""

    independent: tuple[str, ...]
    unresolved: tuple[str, ...]


def roots(claims: Iterable[Claim]) -> Roots:
    """The voices behind claims that say the same, such as those of a step or an edge; see `kg.causal.support`."""
    independent, unresolved = voices(claims)
    return Roots(tuple(sorted(independent)), tuple(sorted(unresolved)))


def unseen_in(paths: Iterable[Path], species: str = "human") -> list[Step]:
    """The steps of which some claim says in what species they were seen and none says this one; each once, in order."""
    steps = dict.fromkeys(step for path in paths for step in path.steps)
    return [step for step in steps if (stated := {c.species for c in step.claims} - {None}) and species not in stated]


def glossary(paths: Iterable[Path]) -> list[Entity]:
    """The entities that one must know to follow the paths, ends included, by name."""
    return sorted({entity for path in paths for entity in path.entities}, key=_name)


def _moves(path: Path) -> Iterator[tuple[int, Entity, int]]:
    """The intermediates of a path with the steps to each and the sign that it arrives with."""
    sign = 1
    for steps, step in enumerate(path.steps[:-1], 1):
        sign *= step.sign
        yield steps, step.target, sign


def _nearest(paths: Iterable[Path]) -> dict[tuple[Entity, int], int]:
    """The fewest steps to each intermediate of the paths, for each sign that it arrives with."""
    near: dict[tuple[Entity, int], int] = {}
    for path in paths:
        for steps, entity, sign in _moves(path):
            if sign:
                near[entity, sign] = min(steps, near.get((entity, sign), steps))
    return near


def _name(entity: Entity) -> tuple[str, str]:
    return (entity.label.casefold(), entity.id)
