"""Claims, sources, steps and routes in few words: what an answer names, each told once and then by its number or id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.model import JSON, Claim, Entity, Path, Source, Step
from kg.wording import conditions, qualified

__all__ = ["Glossary", "by_strength", "named", "shortened", "words"]

QUALIFIERS = (
    *("certainty", "basis", "design", "species", "tissue", "population", "exposure", "effect"),
    *("directness", "caution", "origin"),
)
"""What of a claim is told where its source states it."""
LONGEST = 400
"""So many characters of one text are told: a foreign graph may hold whole abstracts."""
CITED = 2
"""So many of the works that a second-hand claim cites are named."""


class Glossary:
    """Collects what an answer names: `steps` by number from 1, `claims` and `sources` by id.

    Of a step at most `each` claims are told, the strongest first, and how many there are besides.
    """

    def __init__(self, each: int = 3) -> None:
        self.each = each
        self.steps: list[JSON] = []
        self.claims: dict[str, JSON] = {}
        self.sources: dict[str, JSON] = {}
        self._numbers: dict[object, int] = {}
        self._known: dict[str, Claim] = {}

    def route(self, path: Path) -> JSON:
        """A route in words, with the numbers of its steps; it is worth what its weakest one is."""
        told: JSON = {"words": words(path), "steps": [self.step(step) for step in path.steps]}
        told |= {"weakest": self.step(path.weakest)} if path.weakest else {}
        return {**told, "caution": str(path.settings)} if path.settings.mixed else told

    def step(self, step: Step) -> int:
        """The number of a step, with the strongest claims for and against it."""
        if step.key not in self._numbers:
            number = self._numbers[step.key] = len(self.steps) + 1
            told: JSON = {"number": number, "says": str(step), "sign": step.sign}
            told["support"] = str(step.support) if step.support else "by definition"
            told |= {"doubts": doubts} if (doubts := list(_doubts(step))) else {}
            for side, claims in (("claims", step.claims), ("against", step.against)):
                told |= {side: self.some(claims, str(step))} if claims else {}
                told |= {f"more_{side}": len(claims) - self.each} if len(claims) > self.each else {}
            self.steps.append(told)
        return self._numbers[step.key]

    def some(self, claims: Iterable[Claim], said: str = "") -> list[str]:
        """The ids of the strongest claims, which are told; their words only where these are not `said` already."""
        strongest = sorted(claims, key=by_strength)[: self.each]
        return [self.claim(claim, says=claim.sentence != said) for claim in strongest]

    def claim(self, claim: Claim, *, says: bool = True, note: bool = False) -> str:
        """The id of a claim, which is told with its source: its words, qualifiers, place, and on demand our note."""
        known = self.claims.get(claim.id)
        if known and not note and ("says" in known or not says):
            return claim.id
        told: JSON = {"says": claim.sentence} if says else {}
        told |= {"sign": claim.sign, "source": self.source(claim.source)}
        told |= {name: shortened(value) for name in QUALIFIERS if (value := getattr(claim, name))}
        told["place"] = claim.place
        if claim.cites:
            more = [f"{len(claim.cites) - CITED} more"] if len(claim.cites) > CITED else []
            told["cites"] = [*(work.citation for work in claim.cites[:CITED]), *more]
        told |= {"disputes": list(claim.disputes)} if claim.disputes else {}
        told |= {"status": claim.status} if claim.status != "curated" else {}
        told |= {"note": shortened(claim.note)} if note and claim.note else {}
        self.claims[claim.id], self._known[claim.id] = told, claim
        return claim.id

    def source(self, source: Source) -> str:
        """The id of a source, which is told by its citation and identifiers."""
        told: JSON = {"citation": shortened(source.citation)}
        told |= {name: value for name in ("doi", "pmid", "pmcid") if (value := getattr(source, name))}
        told |= {"url": source.url} if source.url and len(told) == 1 else {}
        told |= {"caution": shortened(source.caution)} if source.caution else {}
        self.sources[source.id] = told
        return source.id

    def cited(self, name: str) -> str:
        """A claim in a line, by its id: its words where they are told, who says so, how it was found, where."""
        claim, how = self.claims[name], shortened(qualified(self._known[name]))
        cites = f"; cites {', '.join(claim['cites'])}" if "cites" in claim else ""
        caution = f"; caution: {claim['caution']}" if "caution" in claim else ""
        who = self.sources[claim["source"]]["citation"]
        says = f"{claim['says']}; " if "says" in claim else ""
        return f"{says}{who}: {how or 'nothing stated'}; {claim['place']}{cites}{caution} ({name})"

    def lines(self) -> Iterator[str]:
        """The steps with who says so, of whom and with what, each in a line, for a reader."""
        if self.steps:
            yield "Steps and who says so:"
        for step in self.steps:
            doubts = f"; {'; '.join(step['doubts'])}" if "doubts" in step else ""
            sides = [self._side(step, side) for side in ("claims", "against") if side in step]
            said = f": {'. Against: '.join(sides)}" if sides else ""
            yield f"{step['number']}. {step['says']} [{step['support']}{doubts}]{said}"

    def _side(self, step: JSON, side: str) -> str:
        claims = [self._said(self._known[name]) for name in step[side]]
        more = f"more_{side}"
        return "; ".join([*claims, *([f"and {step[more]} more"] if more in step else [])])

    def _said(self, claim: Claim) -> str:
        citation = self.sources[claim.source.id]["citation"]
        return f"{', '.join([citation, *map(shortened, conditions(claim))])} ({claim.id})"

    def works(self) -> Iterator[str]:
        """The sources with their identifiers, in one paragraph."""
        if self.sources:
            yield "Sources: " + "; ".join(_identified(source) for source in self.sources.values()) + "."


def words(path: Path) -> str:
    """A route in words, which need no legend: ``A decreases B, which increases C``."""
    first, *rest = path.steps
    return ", which ".join([str(first), *(f"{step.verb} {step.target.label}" for step in rest)])


def by_strength(claim: Claim) -> tuple[object, ...]:
    """The order in which claims are told: strong designs first, then species, wording, id."""
    return (*(-rank for rank in claim.ranks), claim.id)


def named(entities: Sequence[Entity]) -> list[JSON]:
    """Entities by id, label and kind."""
    return [{"id": entity.id, "label": entity.label, "kind": entity.kind} for entity in entities]


def shortened(text: object, longest: int = LONGEST) -> str:
    """A text that is not too long to be told."""
    told = str(text)
    return told if len(told) <= longest else f"{told[:longest]}..."


def _doubts(step: Step) -> Iterator[str]:
    """What a reader must know before taking a step for granted."""
    if step.hypothetical:
        yield "only hypothesized"
    if step.contradicted:
        yield "contradicted by other claims"
    if step.disputes:
        yield f"in the dispute {', '.join(step.disputes)}"
    if step.draft:
        yield "read by one person only"
    if step.generalization:
        yield "a generalization: what holds for a kind need not hold for its class"
    if step.foreign:
        yield f"only from another graph: {', '.join(step.foreign)}"


def _identified(source: JSON) -> str:
    ids = [f"{name.upper()} {source[name]}" for name in ("doi", "pmid", "pmcid") if name in source]
    ids = ids[:2] or ([source["url"]] if "url" in source else [])
    caution = [f"caution: {source['caution']}"] if "caution" in source else []
    return " ".join([source["citation"], f"({'; '.join([*ids, *caution])})" if ids or caution else ""]).strip()
