"""Words for steps, routes and verdicts: plain sentences instead of the symbols of a trace.

Pure functions over `kg.model`. Signs are told as *raises*, *lowers* and *affects*; what is only hypothesized *may* do
so. `asked` tells a step without its sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.model import Claim, Entity, Path, Step, Trace
from kg.model.support import seen_in

__all__ = [
    "HOW_SURE",
    "NET",
    "VERDICTS",
    "asked",
    "cautions",
    "chain",
    "claimed",
    "counted",
    "kind",
    "listed",
    "opening",
    "plural",
    "qualifiers",
    "question",
    "seen",
    "sentence",
    "story",
    "sure",
    "told",
    "working",
]

NET: Mapping[int, str] = {1: "raises", -1: "lowers", 0: "no sign"}
"""The net sign of a route in a word."""
VERDICTS: Mapping[str, tuple[str, str]] = {
    "increases": ("Raises", "every signed route found raises it"),
    "decreases": ("Lowers", "every signed route found lowers it"),
    "contested": ("Contested", "the literature holds routes both ways"),
    "unsigned": ("No sign", "routes exist, but no source gives their sign"),
    "no path": ("No path", "the graph holds no route of that length"),
    "none found": ("None found", "the search stopped before it found a route; there may be some"),
}
"""Each verdict as a word and what it means."""
HOW_SURE: Mapping[str | None, str] = {
    "known": "worded as known",
    "supported": "stated or shown, not called known",
    "hypothesized": "worded as a possibility only",
    "disputed": "called disputed by its own source",
    None: "the sources do not say",
}
"""The strongest wording among the claims of a step."""


# --- small words ------------------------------------------------------------------------------------------------------


def opening(text: str) -> str:
    """The text with a capital at its beginning; names such as ``mTOR`` keep their letters.

    >>> opening("corticosteroid lowers RANKL"), opening("iPTH"), opening("beta-blocker")
    ('Corticosteroid lowers RANKL', 'iPTH', 'Beta-blocker')
    """
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first == first.lower() else text


def plural(number: int, noun: str) -> str:
    """A number with its noun: ``1 route``, ``2 routes``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], last: str = "and", most: int = 8) -> str:
    """Names in a row; after `most` the number of the others.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c"], most=1)
    ('a, b and c', 'a and 2 more')
    """
    more = [f"{len(names) - most} more"] if len(names) > most else []
    parts = [*names[:most], *more]
    return f" {last} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def kind(entity: Entity) -> str:
    """The kind of an entity in words: ``DrugClass`` is a ``drug class``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in entity.kind).strip()


# --- the question -----------------------------------------------------------------------------------------------------


def question(trace: Trace) -> str:
    """What was asked, as a sentence.

    >>> import kg
    >>> question(kg.load().trace("warfarin", "calciphylaxis", max_steps=1))
    'Does warfarin raise or lower calciphylaxis?'
    """
    starts = listed([entity.label for entity in trace.sources], "or", most=99)
    ends = listed([entity.label for entity in trace.targets], "or", most=99)
    return f"{'Does' if len(trace.sources) == 1 else 'Do'} {starts} raise or lower {ends}?"


def counted(trace: Trace) -> str:
    """How many routes there are: ``2 routes`` of one sign, ``70 raise it and 64 lower it``; empty if there is none."""
    words = {1: ("raise it", "raises it"), -1: ("lower it", "lowers it"), 0: ("have no sign", "has no sign")}
    counts = [(number, told) for sign, told in words.items() if (number := trace.certificate.counts.get(sign, 0))]
    if len(counts) == 1:
        return plural(counts[0][0], "route")
    return listed([f"{number} {one if number == 1 else many}" for number, (many, one) in counts])


# --- steps ------------------------------------------------------------------------------------------------------------


def sentence(step: Step) -> str:
    """What a step says: ``corticosteroid lowers osteoprotegerin``; ``dexamethasone is a kind of corticosteroid``."""
    if step.kind == "specialization":
        return f"{step.target} is {_belongs(step)} {step.source}"
    return f"{step.source} {_clause(step)}"


def asked(step: Step) -> str:
    """The step without its sign: what it asks, or what it is by definition as far as that tells no sign."""
    if step.kind == "claim":
        return f"{step.source} and {step.target}"
    if step.link in ("broader", "readout-of") or step.kind == "specialization":
        return sentence(step)
    return f"{step.source} and {step.target}, a quantity and its state"


def story(path: Path) -> str:
    """A route in one plain sentence.

    >>> import kg
    >>> print(story(kg.load().trace("corticosteroids", "vascular calcification").increasing[1]))
    Corticosteroid lowers osteoprotegerin, which lowers vascular calcification.
    """
    return opening(f"{told(path)}.")


def told(path: Path) -> str:
    """The same as a part of a sentence: ``dexamethasone, a kind of corticosteroid, lowers osteoprotegerin``."""
    first, *rest = path.steps
    if first.kind == "specialization" and rest:
        start = f"{first.target}, {_belongs(first)} {first.source},"
        return ", which ".join([f"{start} {_clause(rest[0])}", *map(_clause, rest[1:])])
    return ", which ".join([sentence(first), *map(_clause, rest)])


def chain(path: Path) -> str:
    """The entities of a route in a row, the signs left open."""
    return " –?– ".join(entity.label for entity in path.entities)


def _belongs(step: Step) -> str:
    return "an exposure to" if step.link == "raised-state-of" else "a kind of"


def _clause(step: Step) -> str:
    """What comes after the first entity of a step."""
    if step.kind == "definition":
        return f"{step.verb} {step.target}"
    verb = {1: "raise", -1: "lower", 0: "affect"}[step.sign]
    said = f"may {verb}" if step.hypothetical else f"{verb}s"
    return f"{said} {step.target}"


def sure(step: Step) -> str:
    """How sure the sources of a step are, by the strongest of its claims."""
    return HOW_SURE.get(step.support.certainty if step.support else None, HOW_SURE[None])


def cautions(step: Step) -> tuple[str, ...]:
    """What to be careful about with a step; none of it tells a sign."""
    named = listed(step.disputes)
    flags = (
        (step.hypothetical, "Only hypothesized: no claim states it as shown."),
        (step.contradicted, f"Contradicted: {plural(len(step.against), 'claim')} against it."),
        (named, f"Part of a named dispute: {named} (shown by kg disputes)."),
        (step.draft, "Read by one person only; not yet reviewed."),
        (step.generalization, "A generalization: what holds for a kind need not hold for its class."),
    )
    return tuple(words for holds, words in flags if holds)


def seen(step: Step) -> str:
    """In which species and tissues the claims of a step saw it."""
    species = _stated(seen_in(claim.species) for claim in step.claims if claim.species)
    tissues = _stated(claim.tissue for claim in step.claims if claim.tissue)
    if not species and not tissues:
        return "species and tissue not stated"
    return "; ".join((species or "species not stated", tissues or "tissue not stated"))


def _stated(values: Iterable[str]) -> str:
    return listed(sorted({value.replace("-", " ") for value in values}))


def qualifiers(claim: Claim) -> str:
    """What qualifies a claim, in words: its wording, basis, design, species, tissue, population, exposure, effect."""
    short = [claim.certainty, claim.basis, claim.design, claim.species, claim.tissue]
    words = [word.replace("-", " ") for word in short if word]
    words += [text for text in (claim.population, claim.exposure) if text]
    words += [f"effect: {claim.effect}"] if claim.effect else []
    words += ["one reader only"] if claim.status == "draft" else []
    return ", ".join(words)


def claimed(claim: Claim) -> str:
    """What a claim states: ``sodium thiosulfate is not associated with mortality``."""
    verb = claim.predicate.replace("-", " ")
    return f"{claim.subject} {'is ' if verb.endswith('associated with') else ''}{verb} {claim.object}"


# --- signs ------------------------------------------------------------------------------------------------------------


def working(path: Path) -> tuple[str, ...]:
    """How the net sign follows from the signs of the steps, one multiplication at a time; empty for a single step.

    >>> import kg
    >>> working(kg.load().trace("corticosteroids", "vascular calcification").increasing[1])
    ('lowers × lowers = raises',)
    """
    lines = []
    sign, claimed = path.steps[0].sign, path.steps[0].kind == "claim"
    for step in path.steps[1:]:
        before = _factor(sign, claimed)
        sign, claimed = sign * step.sign, claimed or step.kind == "claim"
        lines.append(f"{before} × {_factor(step.sign, step.kind == 'claim')} = {_factor(sign, claimed)}")
    return tuple(lines)


def _factor(sign: int, claimed: bool) -> str:
    """A sign in a product: what holds by definition goes the same way or the opposite way."""
    return NET[sign] if claimed or not sign else {1: "same way", -1: "opposite way"}[sign]
