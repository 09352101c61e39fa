"""Short forms of steps and claims in words, the same on the terminal, on pages and for assistants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.model import Claim, Path, Step

__all__ = [
    "LEGEND",
    "VERDICTS",
    "arrowed",
    "cited",
    "conditions",
    "count",
    "marks",
    "qualified",
    "route",
    "said",
    "seen_with",
]

VERDICTS: Mapping[str, str] = {
    "increases": "every signed route found raises it",
    "decreases": "every signed route found lowers it",
    "contested": "the literature holds routes both ways",
    "unsigned": "routes exist, but no source gives their sign",
    "no path": "the graph holds no route of that length",
    "none found": "the search stopped before it found one; there may be some",
}
"""What the verdict of a trace means."""
LEGEND = (
    "→ raises   ⊣ lowers   — acts, sign not given   ∋ of which a kind or exposure is   ⇒ by definition (⇏ opposite)",
    "? hypothesized only   ! another claim contradicts it   ~ in a named dispute (kg disputes)   "
    "* read by one person only   ^ what holds for a kind, carried to its class",
    "A route is as strong as its weakest step, an arm as its strongest route. Support counts voices: independent "
    "sources have data of their own or are a cited work (identified or not), unresolved ones tell it second hand "
    "without naming the work. Wording, from strong to weak: known, supported, hypothesized, disputed.",
    "Offsets count the letters and digits of the source's text.",
)
"""How to read routes and support."""


def marks(step: Step) -> str:
    """The marks of a step: ``?`` hypothesized, ``!`` contradicted, ``~`` in a named dispute, ``*`` draft, ``^``
    generalization, ``°`` foreign.
    """
    flags = (
        (step.hypothetical, "?"),
        (step.contradicted, "!"),
        (step.disputed and not step.contradicted, "~"),
        (step.draft, "*"),
        (step.generalization, "^"),
        (step.foreign, "°"),
    )
    return "".join(mark for holds, mark in flags if holds)


def route(steps: Sequence[Step]) -> str:
    """Steps in a row, with their arrows and marks."""
    parts = [steps[0].source.label]
    for step in steps:
        parts += [step.arrow + marks(step), step.target.label]
    return " ".join(parts)


def arrowed(step: Step) -> str:
    """One step with its arrow and marks."""
    return f"{step.source.label} {step.arrow}{marks(step)} {step.target.label}"


def cited(claim: Claim) -> str:
    """A claim by its source, how it was found, and its place."""
    cites = f"; cites {', '.join(work.citation for work in claim.cites)}" if claim.cites else ""
    said = f" says {claim.predicate.replace('-', ' ')}" if claim.null else ""
    via = f"from {claim.origin}" if claim.origin and claim.origin != claim.source.citation else ""
    stated = "; ".join(part for part in (qualified(claim), via, claim.place) if part)
    return f"{claim.source.citation}{said}: {stated}{cites} ({claim.id})"


def qualified(claim: Claim) -> str:
    """The qualifiers of a claim in words."""
    words = [claim.certainty, claim.basis, claim.design, claim.species, claim.tissue]
    draft = [] if claim.status == "curated" else [claim.status]
    told = [word.replace("-", " ") for word in [*words, *draft] if word]
    return ", ".join([*told, *conditions(claim)])


def conditions(claim: Claim) -> list[str]:
    """In whom and with what it was seen: told without these, a harm or a benefit is told too widely."""
    return [*([claim.population] if claim.population else []), *([f"with {claim.exposure}"] if claim.exposure else [])]


def seen_with(path: Path) -> str:
    """Of a direct effect: ``seen with: intraperitoneal route``, the dose, duration or circumstance; empty if none is
    stated, and for a longer route, on which it may differ from step to step.
    """
    stated = sorted({claim.exposure for claim in path.steps[0].claims if claim.exposure}) if len(path) == 1 else []
    return f"seen with: {'; '.join(stated)}" if stated else ""


_SAID: Mapping[str, tuple[str, str]] = {
    "raises": ("raises", "goes with"),
    "lowers": ("lowers", "goes against"),
    "no effect": ("no effect", "no relation"),
    "no sign": ("no sign", "no sign of a relation"),
}


def said(side: str, *, causal: bool) -> str:
    """What the claims on a side say, in a word: an effect (``raises``) or what was seen together (``goes with``)."""
    return _SAID[side][not causal]


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 route``, ``2 routes``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
