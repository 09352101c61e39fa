"""Which part of an answer or a graph is drawn: stated rules, stated caps, and words for what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from kg.draw.diagram import Arrow, Diagram, Node, Role, arrow_of_claims, arrow_of_link, arrow_of_step
from kg.errors import UsageError
from kg.model import ARMS, Claim, Edge, Entity, Link, Path, Step, Trace

__all__ = ["GRAPH_ENTITIES", "MECHANISMS", "TRACE_ENTITIES", "of_edges", "of_path", "of_trace"]

MECHANISMS = 12
"""At most so many mechanisms of each arm are drawn."""
TRACE_ENTITIES = 40
"""At most so many entities in the picture of a trace."""
GRAPH_ENTITIES = 80
"""At most so many entities in the picture of a graph."""

Highlight = Path | Entity | str | Iterable[Path | Entity | str] | None
_VERBS = {1: "raising", -1: "lowering", 0: "unsigned"}


# --- a trace ----------------------------------------------------------------------------------------------------------


def of_trace(trace: Trace, *, title: str = "", highlight: Highlight = None, max_entities: int | None = None) -> Diagram:
    """The best route of each mechanism, arm beside arm, the first mechanisms of every arm first, up to the caps; routes
    that are highlighted are always drawn.
    """
    most = _cap(max_entities, TRACE_ENTITIES)
    marked = _Highlight.of(highlight, default=[trace.arm(sign)[0] for sign in (1, -1) if trace.arm(sign)])
    asked = [(path.sign, path) for path in marked.asked if path in trace.arm(path.sign)]
    routes = _routes(trace, most, [entity for _, path in asked for entity in path.entities])
    drawn = dict.fromkeys([*routes, *asked])
    arms: dict[Step, set[int]] = {}
    for sign, path in drawn:
        for step in path.steps:
            arms.setdefault(step, set()).add(sign)
    entities = dict.fromkeys((*trace.sources, *(e for _, path in drawn for e in path.entities), *trace.targets))
    roles: dict[Entity, Role] = {**dict.fromkeys(trace.sources, "source"), **dict.fromkeys(trace.targets, "target")}
    return Diagram(
        title=title or trace.title,
        subtitle=_verdict(trace),
        nodes=tuple(Node(e, roles.get(e) or marked.role(e)) for e in entities),
        arrows=tuple(arrow_of_step(step, tuple(signs), marked.has(step)) for step, signs in arms.items()),
        notes=tuple(_left_out(trace, routes)),
        version=trace.certificate.data,
        subject=" or ".join(entity.label for entity in trace.targets),
        thick=marked.thick or "best route of its arm",
        form="trace",
    )


def _routes(trace: Trace, most: int, asked: Iterable[Entity]) -> list[tuple[int, Path]]:
    """The routes to draw, arm after arm; taken in turn from each arm so that a cap cuts no arm off."""
    wanted = {sign: _bests(trace, sign) for sign in ARMS}
    seen: set[Entity] = {*trace.sources, *trace.targets, *asked}
    taken: dict[int, list[Path]] = {sign: [] for sign in ARMS}
    for rank in range(MECHANISMS):
        for sign, paths in wanted.items():
            if rank >= len(paths):
                continue
            path = paths[rank]
            if len(seen | {*path.entities}) <= most or rank == 0:
                seen |= {*path.entities}
                taken[sign].append(path)
    return [(sign, path) for sign in ARMS for path in taken[sign]]


def _bests(trace: Trace, sign: int) -> list[Path]:
    """The best route of each mechanism of an arm; a trace without mechanisms gives its routes."""
    groups = trace.mechanisms.get(ARMS[sign], [])
    return [group.best for group in groups] if groups else list(trace.arm(sign))


def _verdict(trace: Trace) -> str:
    counts = trace.certificate.counts
    words = {1: "raise it", -1: "lower it", 0: "have no stated sign"}
    parts = [f"{_routes_of(counts.get(s, 0))} {_plural(words[s], counts.get(s, 0))}" for s in ARMS if counts.get(s, 0)]
    listed = ", ".join(parts)
    steps = f"up to {trace.certificate.max_steps} step{'s' if trace.certificate.max_steps != 1 else ''}"
    narrowed = f"; {', '.join(trace.certificate.filters)}" if trace.certificate.filters else ""
    return f"{trace.verdict.capitalize()}: {listed or 'no routes'} ({steps}{narrowed})"


def _plural(words: str, number: int) -> str:
    if number != 1:
        return words
    first, _, rest = words.partition(" ")
    return f"{'has' if first == 'have' else first + 's'} {rest}"


def _routes_of(number: int) -> str:
    return f"{number} route{'s' if number != 1 else ''}"


def _left_out(trace: Trace, routes: Sequence[tuple[int, Path]]) -> list[str]:
    """What stands behind the picture, arm by arm, and how to see the rest."""
    parts, missing = [], 0
    for sign, arm in ARMS.items():
        total, found = trace.certificate.counts.get(sign, len(trace.arm(sign))), len(_bests(trace, sign))
        drawn = sum(1 for s, _ in routes if s == sign)
        missing += found - drawn
        if found:
            share = "all" if drawn == found else f"{drawn} drawn"
            group = f" in {found} mechanism{'s' if found != 1 else ''}" if trace.mechanisms.get(arm) else ""
            parts.append(f"{total} {_VERBS[sign]}{group}{'' if drawn == found else f' ({share})'}")
    notes = [f"Routes: {'; '.join(parts)}. The best route of each mechanism is drawn."] if parts else []
    if missing:
        plural = "s" if missing != 1 else ""
        notes.append(f"Left out: {missing} mechanism{plural}; narrow with graph.where(...), fewer steps or sign=.")
    foreign = {step for _, path in routes for step in path.steps if step.foreign}
    if foreign:
        origins = ", ".join(sorted({origin for step in foreign for origin in step.foreign}))
        notes.append(f"Only from another graph ({origins}): {'; '.join(sorted(map(str, foreign)))}.")
    if trace.certificate.status != "complete":
        notes.append(f"Search: {trace.certificate}.")
    return notes


# --- a path -----------------------------------------------------------------------------------------------------------


def of_path(path: Path, *, title: str = "", highlight: Highlight = None, version: str = "") -> Diagram:
    """One route, step by step."""
    marked = _Highlight.of(highlight, default=[path])
    ends: dict[Entity, Role] = {path.entities[0]: "source", path.entities[-1]: "target"}
    first, last = path.entities[0].label, path.entities[-1].label
    words = {1: f"a route that raises {last}", -1: f"a route that lowers {last}", 0: "a route without a stated sign"}
    weakest = f"; weakest step: {path.weakest.support}" if path.weakest else ""
    mixed = f"This route {path.settings}." if path.settings.mixed else ""
    return Diagram(
        title=title or f"{first} → {last}",
        subtitle=f"{words[path.sign].capitalize()}{weakest}",
        nodes=tuple(Node(entity, ends.get(entity) or marked.role(entity)) for entity in path.entities),
        arrows=tuple(arrow_of_step(step, (path.sign,), marked.has(step)) for step in path.steps),
        notes=(mixed,) if mixed else (),
        version=version,
        subject=last,
        thick=marked.thick,
        form="path",
    )


# --- a graph ----------------------------------------------------------------------------------------------------------


def of_edges(
    edges: Iterable[Edge],
    links: Iterable[Link] = (),
    *,
    title: str = "",
    highlight: Highlight = None,
    max_entities: int | None = None,
    version: str = "",
) -> Diagram:
    """The most connected entities (by number of edges; ties by name) and everything between them."""
    edges, links, most = list(edges), list(links), _cap(max_entities, GRAPH_ENTITIES)
    degree: Counter[Entity] = Counter()
    for edge in edges:
        degree.update({edge.subject, edge.object})
    for link in links:
        degree.update({link.source: 0, link.target: 0})
    marked = _Highlight.of(highlight, default=[])
    ranked = sorted(degree, key=lambda e: (not marked.wants(e), -degree[e], e.label.casefold(), e.id))
    kept = set(ranked[:most])
    arrows = _claim_arrows([e for e in edges if {e.subject, e.object} <= kept], marked)
    arrows += [arrow_of_link(link) for link in links if {link.source, link.target} <= kept]
    arrows.sort(key=lambda arrow: arrow.key)
    touched = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    # An entity whose partners were all left out would float about alone.
    drawn = [e for e in ranked[:most] if e.id in touched or len(ranked) <= most or marked.wants(e)]
    cut = len(ranked) > len(drawn)
    hint = "Narrow with graph.where(...), or ask for a trace."
    return Diagram(
        title=title or "What raises and lowers what",
        subtitle=f"{len(drawn)} of {len(ranked)} entities, the most connected" if cut else f"{len(drawn)} entities",
        nodes=tuple(Node(entity, marked.role(entity)) for entity in drawn),
        arrows=tuple(arrows),
        notes=(f"Drawn: {len(drawn)} of {len(ranked)} entities, the most connected. {hint}",) if cut else (),
        version=version,
        thick=marked.thick,
    )


def _claim_arrows(edges: Sequence[Edge], marked: _Highlight) -> list[Arrow]:
    """One arrow for each subject, object and sign; where opposite signs stand side by side both are disputed."""
    groups: dict[tuple[str, str, int], list[Claim]] = {}
    for edge in edges:
        groups.setdefault((edge.subject.id, edge.object.id, edge.sign), []).extend(edge.claims)
    return [
        arrow_of_claims(
            sorted(claims, key=lambda claim: claim.id),
            sign,
            disputed=sign != 0 and (source, target, -sign) in groups,
            bold=(source, target, sign) in marked.moves,
        )
        for (source, target, sign), claims in groups.items()
        if claims
    ]


# --- what to stress ---------------------------------------------------------------------------------------------------


class _Highlight:
    """The routes drawn thick (those `asked` for, else the usual ones) and the entities drawn with a heavy outline."""

    def __init__(
        self, default: Sequence[Path], asked: Sequence[Path] = (), entities: Sequence[Entity | str] = ()
    ) -> None:
        paths = asked or default
        self.asked = asked
        self.thick = "highlighted" if asked else ""
        self.moves = {(s.source.id, s.target.id, s.sign) for path in paths for s in path.steps}
        self._names = {e.id if isinstance(e, Entity) else e.casefold() for e in entities}

    @classmethod
    def of(cls, given: Highlight, default: Sequence[Path]) -> _Highlight:
        if given is None:
            return cls(default)
        listed: list[Any] = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
        for item in listed:
            if not isinstance(item, Path | Entity | str):
                raise UsageError(f"Cannot highlight a {type(item).__name__}. Give paths, entities or their names.")
        paths = [item for item in listed if isinstance(item, Path)]
        entities = [item for item in listed if not isinstance(item, Path)]
        return cls(default, paths, entities)

    def names(self, entity: Entity) -> bool:
        return bool(self._names & {entity.id, entity.label.casefold()})

    def wants(self, entity: Entity) -> bool:
        """Whether a cap must not leave it out."""
        return self.names(entity) or any(entity in path.entities for path in self.asked)

    def role(self, entity: Entity) -> Role:
        return "highlight" if self.names(entity) else ""

    def has(self, step: Step) -> bool:
        return (step.source.id, step.target.id, step.sign) in self.moves


def _cap(asked: int | None, usual: int) -> int:
    if asked is not None and asked < 2:
        raise UsageError(f"max_entities={asked} is too few for a picture. Use at least 2.")
    return usual if asked is None else asked
