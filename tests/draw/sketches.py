"""Small things to draw, made by hand: entities with any label, steps, paths, traces and edges between them."""

from __future__ import annotations

from itertools import pairwise

from kg.model import ARMS, Certificate, Claim, Edge, Entity, Mechanism, Path, Source, Step, Support, Trace, Voice

PREDICATES = {1: "increases", -1: "decreases", 0: "affects"}
HOSTILE = {
    "markup": '</svg><script>alert("1")</script><b>bold</b>&amp;<!-- ]]> -->',
    "quotes": "\"double\" 'single' `back` {curly} [square] (round) |bar|",
    "control": "be\x07ll\x00 null\n\tline\u2028two\u202eleft",
    "monster": "W" * 60,
    "sentence": "a very long label that says everything there is to say about one thing, and then says it again",
    "greek": "TNF-α ⊣ NF-κB",
    "cjk": "血管石灰化と慢性腎臓病の関係についての一考察",
    "emoji": "🦴 bone 👩‍⚕️ nurse",
    "empty": "",
    "blank": " \n ",
    "surrogate": "half \ud83e of a pair",
    "formula": r"$\frac{$ costs 5$ a_b^c \N \l \\ \$",
    "mermaid": "end; %%{init: {}}%% subgraph A --> B #35; $$x$$",
    "dot": '\\" ]; } digraph x { a -> b',
}
"""Labels that break painters which do not escape them."""


def entity(name: str, label: str | None = None, kind: str = "Protein") -> Entity:
    return Entity(name, f"https://example.org/entity/{name}", name if label is None else label, kind)


def source(citation: str = "Nobody 2020, J Tests") -> Source:
    return Source("nobody-2020", "https://example.org/source/nobody-2020", citation)


def claim(subject: Entity, sign: int, target: Entity, **extras) -> Claim:
    name = f"{subject.id}-{sign}-{target.id}"
    told = {"predicate": PREDICATES[sign], "causal": True, "source": source(), "certainty": "known", **extras}
    return Claim(f"c-{name}", f"https://example.org/claim/{name}", subject, object=target, sign=sign, **told)


def edge(subject: Entity, sign: int, target: Entity, **extras) -> Edge:
    stated = claim(subject, sign, target, **extras)
    return Edge(subject, stated.predicate, target, sign, (stated,))


def step(start: Entity, sign: int, target: Entity, against: tuple[Claim, ...] = (), **extras) -> Step:
    claims = (claim(start, sign, target, **extras),)
    return Step(
        start, target, sign, "claim", (claims[0].predicate,), claims, against, Support((Voice("nobody-2020", True),))
    )


def definition(start: Entity, link: str, target: Entity) -> Step:
    return Step(start, target, -1 if link == "lowered-state-of" else 1, "definition", link=link)


def path(*entities: Entity, signs: tuple[int, ...] = ()) -> Path:
    """A route through the entities; every step raises unless its sign is given."""
    given = signs or (1,) * (len(entities) - 1)
    return Path(tuple(step(a, sign, b) for (a, b), sign in zip(pairwise(entities), given, strict=True)))


def trace(*paths: Path) -> Trace:
    """The answer that holds these routes, each of them a mechanism of its own."""
    arms = {sign: [route for route in paths if route.sign == sign] for sign in ARMS}
    groups = {ARMS[sign]: [Mechanism((route,), route.entities[1]) for route in routes] for sign, routes in arms.items()}
    certificate = Certificate("complete", 4, 4, {sign: len(routes) for sign, routes in arms.items()}, data="0.0 test")
    ends = (paths[0].entities[0],), (paths[0].entities[-1],)
    return Trace(*ends, "contested", arms[1], arms[-1], arms[0], groups, "It rests on tests.", certificate)


def fan(number: int, sign: int = 1) -> Trace:
    """So many mechanisms of one arm, each one step long on either side."""
    start, end = entity("start"), entity("end")
    return trace(*(path(start, entity(f"m{n:02}"), end, signs=(1, sign)) for n in range(number)))


def hostile_trace() -> Trace:
    """Every hostile label on a route from one to another; what the sources are called is hostile too."""
    kinds = ["Drug", "Disease", "Protein", "Process"]
    start, end, *between = (entity(name, text, kinds[n % 4]) for n, (name, text) in enumerate(HOSTILE.items()))
    said = source(f"{HOSTILE['markup']} {HOSTILE['control']} {HOSTILE['surrogate']}")
    bad = Path((step(start, 1, entity("between"), source=said), step(entity("between"), 1, end, source=said)))
    return trace(*(path(start, e, end, signs=(1, (-1) ** n)) for n, e in enumerate(between)), bad)
