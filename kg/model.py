"""What a user holds: entities, claims and sources as read, and steps, paths and traces as answered.

Plain frozen data. Nothing here knows RDF, files or search; a few doors (`Trace.draw`, `Trace.pivots`,
`Trace.sensitivity`, the notebook form of every object) import what they lead to when they are opened. Objects are
equal when they name the same thing, whatever graph they came from. Every object has one ``to_dict()`` shape, described
by ``kg/answer.schema.json``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kg.causal.whatif import Pivots, Sensitivity

__all__ = [
    "ARMS",
    "Case",
    "Certificate",
    "Claim",
    "Dispute",
    "Edge",
    "Entity",
    "Fact",
    "Link",
    "Mechanism",
    "Path",
    "Problem",
    "Settings",
    "Source",
    "StandingQuestion",
    "Step",
    "Support",
    "Trace",
]

JSON = dict[str, Any]
StepKind = Literal["claim", "definition", "specialization"]
ARMS: Mapping[int, str] = {1: "increasing", -1: "decreasing", 0: "unsigned"}
"""The name of each arm of a trace by its net sign."""

FORMAT = "https://w3id.org/calciphylaxis-kg/answer/1"
DISCLAIMER = "A map of what the literature says, not medical advice."


class Keyed:
    """Equality and hash by `key`, so that objects of two graphs that name the same thing are equal."""

    __slots__ = ()

    @property
    def key(self) -> object:
        """What makes two objects of this class the same."""
        raise NotImplementedError(f"{type(self).__name__} must define its key")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and type(other) is type(self) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def _repr_html_(self) -> str:
        from kg.draw import html  # the view, imported when a notebook asks for it

        return html.show(self)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Entity(Keyed):
    """A thing that can go up or down: an amount, an activity, an extent, a presence or severity.

    `id` is the slug (``osteoprotegerin``), `kind` the class (``Protein``), `matches` the CURIEs of exactly the same
    thing, `close` those of nearly the same; `no_match_reason` says why there are none.
    """

    id: str
    iri: str
    label: str
    kind: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    ambiguous_names: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    no_match_reason: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label

    def to_dict(self) -> JSON:
        """The entity as JSON-ready data."""
        return {
            "id": self.id,
            "iri": self.iri,
            "label": self.label,
            "kind": self.kind,
            "definition": self.definition,
            "synonyms": list(self.synonyms),
            "matches": list(self.matches),
            "close": list(self.close),
            "no_match_reason": self.no_match_reason,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """A definitional link between two entities, as stated: ``hypercalcemia raised-state-of serum-calcium``.

    `reversible` says whether a path may also walk it from target to source.
    """

    source: Entity
    kind: str
    target: Entity
    sign: int
    reversible: bool


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Source(Keyed):
    """A publication. Blank fields were not printed on any page that was opened; none is filled from memory.

    `read` says how much of it was opened, `family` joins sources that speak with one voice (same patients, trial,
    registry), `citation` is the display form.
    """

    id: str
    iri: str
    citation: str
    title: str | None = None
    authors: str | None = None
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None
    design: str | None = None
    read: str | None = None
    family: str | None = None
    note: str | None = None
    caution: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    @property
    def voice(self) -> str:
        """The unit of counting evidence: the family, or the source itself."""
        return self.family or self.id

    def __str__(self) -> str:
        return self.citation

    def to_dict(self) -> JSON:
        """The source as JSON-ready data."""
        names = ("id", "iri", "citation", "title", "authors", "year", "journal", "doi", "pmid", "pmcid", "url")
        return {name: getattr(self, name) for name in (*names, "design", "read", "family", "note", "caution")}


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Claim(Keyed):
    """What one source says about two entities, with its qualifiers and its place in the source.

    `sign` is +1, -1, 0 (a causal effect whose sign the source does not give) or None (a null result). A qualifier
    that the source does not state is None. `start` and `end` are offsets in the squeezed text of the source
    (letters and digits only), `digest` the SHA-256 of the squeezed passage.
    """

    id: str
    iri: str
    subject: Entity
    predicate: str
    object: Entity
    sign: int | None
    causal: bool
    source: Source
    cites: tuple[Source, ...] = ()
    certainty: str | None = None
    basis: str | None = None
    design: str | None = None
    directness: str | None = None
    species: str | None = None
    tissue: str | None = None
    population: str | None = None
    exposure: str | None = None
    effect: str | None = None
    disputes: tuple[str, ...] = ()
    status: str = "curated"
    caution: str | None = None
    section: str | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    @property
    def null(self) -> bool:
        """Whether the claim is a null result."""
        return self.sign is None

    @property
    def side(self) -> str:
        """On which side of a contrast it stands: ``raises`` or ``lowers`` (associations too), ``no effect`` (a null
        result, or refuted by its own source), or ``no sign``.
        """
        if self.null or not self.live:
            return "no effect"
        return {1: "raises", -1: "lowers"}.get(self.sign or 0, "no sign")

    @property
    def live(self) -> bool:
        """Whether the claim speaks for what it states: neither retracted by us nor refuted by its own source."""
        return self.status != "retracted" and self.certainty != "refuted"

    @property
    def sentence(self) -> str:
        """The claim in words: ``corticosteroid decreases osteoprotegerin``."""
        return f"{self.subject.label} {self.predicate.replace('-', ' ')} {self.object.label}"

    @property
    def place(self) -> str:
        """Where in the source: the section, and the offsets where they are known."""
        offsets = f"squeezed offsets {self.start}-{self.end}" if self.start is not None else None
        return ", ".join(part for part in (self.section, offsets) if part) or "place not recorded"

    def __str__(self) -> str:
        return f"{self.sentence} [{self.source.citation}]"

    def to_dict(self) -> JSON:
        """The claim as JSON-ready data; entities and sources by their ids."""
        names = ("certainty", "basis", "design", "directness", "species", "tissue", "population", "exposure")
        more = ("effect", "status", "caution", "section", "start", "end", "digest", "note")
        return {
            "id": self.id,
            "iri": self.iri,
            "subject": self.subject.id,
            "predicate": self.predicate,
            "object": self.object.id,
            "sign": self.sign,
            "causal": self.causal,
            "source": self.source.id,
            "cites": [source.id for source in self.cites],
            **{name: getattr(self, name) for name in names},
            "disputes": list(self.disputes),
            **{name: getattr(self, name) for name in more},
        }


SIDES = ("raises", "lowers", "no effect", "no sign")
"""The sides that a claim can take in a dispute, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Claims that contrast, their sides, and what else differs between the sides.

    `named` sets are those of the data, each with a definition of what is disputed; the others were found: pairs of
    entities (or kinds of them) with opposite findings.
    """

    id: str
    label: str
    definition: str
    claims: tuple[Claim, ...] = ()
    named: bool = True

    @property
    def sides(self) -> list[tuple[str, tuple[Claim, ...]]]:
        """The claims by their side, sides without a claim left out."""
        grouped = {name: tuple(claim for claim in self.claims if claim.side == name) for name in SIDES}
        return [(name, claims) for name, claims in grouped.items() if claims]

    @property
    def differences(self) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
        """What the sides do not share, as ``(what, [(side, values), ...])``.

        Compared are subject, object (the endpoint), species, tissue, design, population, exposure (the dose) and year;
        something differs if at least two sides state it and no two sides have a value in common.
        """
        found = []
        for what, read in _COMPARED.items():
            stated = [(side, {value for c in claims if (value := read(c))}) for side, claims in self.sides]
            stated = [(side, values) for side, values in stated if values]
            pairs = itertools.combinations([values for _, values in stated], 2)
            if len(stated) > 1 and not any(one & other for one, other in pairs):
                found.append((what, [(side, tuple(sorted(values))) for side, values in stated]))
        return found

    def __str__(self) -> str:
        return f"{self.label}: {self.definition}"

    def to_dict(self) -> JSON:
        """The dispute as JSON-ready data."""
        return {
            "id": self.id,
            "label": self.label,
            "definition": self.definition,
            "named": self.named,
            "sides": {side: [claim.id for claim in claims] for side, claims in self.sides},
            "differences": {what: {side: list(v) for side, v in by} for what, by in self.differences},
            "claims": [claim.to_dict() for claim in self.claims],
        }


_COMPARED: Mapping[str, Callable[[Claim], str | None]] = {
    "subject": lambda claim: claim.subject.label,
    "endpoint": lambda claim: claim.object.label,
    "species": lambda claim: claim.species,
    "tissue": lambda claim: claim.tissue,
    "design": lambda claim: claim.design,
    "population": lambda claim: claim.population,
    "dose or exposure": lambda claim: claim.exposure,
    "year": lambda claim: str(claim.source.year or ""),
}
"""What is compared between the sides of a dispute."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Fact(Keyed):
    """A patient-level fact of a case report: what was found in one person, never a causal edge."""

    id: str
    iri: str
    label: str
    category: str
    presence: str
    entity: Entity | None = None
    value: str | None = None
    unit: str | None = None
    direction: str | None = None
    time: str | None = None
    body_site: str | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Case(Keyed):
    """One patient of a case report with the facts that the report states."""

    id: str
    iri: str
    label: str
    source: Source
    facts: tuple[Fact, ...] = ()

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class StandingQuestion(Keyed):
    """A trace that is asked again after every change of the data, so that a changed verdict is seen."""

    id: str
    iri: str
    label: str
    source: Entity
    target: Entity

    @property
    def key(self) -> str:
        return self.iri

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Edge:
    """All live claims with the same subject, predicate and object; opposite edges stand side by side."""

    subject: Entity
    predicate: str
    object: Entity
    sign: int
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
@functools.total_ordering
class Support:
    """Evidence for and against, counted in voices; never a probability.

    `independent` counts the voices that speak for a step (a source or its family; for a second-hand claim each cited
    work), `unresolved` those sources that report it second hand without naming a work, `against` the voices of null
    results, refuted claims and opposite signs. `best` is the design and species of the strongest claim for it,
    `certainty` the strongest wording. Ordered from weak to strong: by independent voices, unresolved voices, design,
    certainty, and last by fewer voices against.
    """

    independent: int = 0
    unresolved: int = 0
    against: int = 0
    best: tuple[str | None, str | None] = (None, None)
    certainty: str | None = None
    ranks: tuple[int, int] = field(default=(0, 0), repr=False)
    """Ranks of the best design and the strongest certainty in the ontology."""
    strength: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """The key by which supports are ordered, weak first."""

    def __post_init__(self) -> None:
        strength = (self.independent, self.unresolved, *self.ranks, -self.against)
        object.__setattr__(self, "strength", strength)

    def __lt__(self, other: Support) -> bool:
        return self.strength < other.strength

    def __str__(self) -> str:
        counts = []
        if self.independent:
            counts.append(f"{self.independent} independent")
        if self.unresolved:
            counts.append(f"{self.unresolved} second-hand unresolved")
        if self.against:
            counts.append(f"{self.against} against")
        design, species = self.best
        best = " in ".join(part.replace("-", " ") for part in (design, species) if part)
        parts = [", ".join(counts) or "no voice", f"best: {best}" if best else "", self.certainty or ""]
        return "; ".join(part for part in parts if part)

    def to_dict(self) -> JSON:
        """The support as JSON-ready data."""
        return {
            "independent": self.independent,
            "unresolved": self.unresolved,
            "against": self.against,
            "best": {"design": self.best[0], "species": self.best[1]},
            "certainty": self.certainty,
            "text": str(self),
        }


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Step(Keyed):
    """One move of a path.

    A *claim* step holds all live claims with that subject, object and sign, whatever their predicates, and in
    `against` the claims that contradict it. A *definition* step follows the definitional link `link` (backwards if
    `reverse`), true by definition: it has no claims and `support` is None. A *specialization* goes from the entity
    asked for to one of its kinds or to an exposure to it.
    """

    source: Entity
    target: Entity
    sign: int
    kind: StepKind
    predicates: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    against: tuple[Claim, ...] = ()
    support: Support | None = None
    link: str | None = None
    reverse: bool = False

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        return (self.source.id, self.target.id, self.sign, self.kind, self.link or "")

    @property
    def generalization(self) -> bool:
        """Whether the step lifts what holds for a kind to its class, which need not hold."""
        return self.kind == "definition" and self.link == "broader"

    @property
    def hypothetical(self) -> bool:
        """Whether every claim behind the step is worded as a hypothesis or weaker."""
        return bool(self.claims) and all(c.certainty in ("hypothesized", "disputed") for c in self.claims)

    @property
    def disputed(self) -> bool:
        """Whether a claim of the graph contradicts the step."""
        return bool(self.against)

    @property
    def draft(self) -> bool:
        """Whether every claim behind the step has had one reader only."""
        return bool(self.claims) and all(claim.status == "draft" for claim in self.claims)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the claims, each once, by citation."""
        return tuple(sorted({claim.source for claim in self.claims}, key=lambda s: (s.citation, s.id)))

    def __str__(self) -> str:
        return f"{self.source.label} {self.verb} {self.target.label}"

    @property
    def verb(self) -> str:
        """What the step says, in words: ``increases``, ``is a kind of``, ``of which a kind is``."""
        if self.kind == "specialization":
            return "of which an exposure is" if self.link == "raised-state-of" else "of which a kind is"
        if self.kind == "definition":
            there = {
                "broader": "is a kind of",
                "readout-of": "is a readout of",
                "raised-state-of": "is the raised state of",
                "lowered-state-of": "is the lowered state of",
            }
            back = {"raised-state-of": "when raised is", "lowered-state-of": "when lowered is"}
            return (back if self.reverse else there).get(self.link or "", self.link or "")
        return {1: "increases", -1: "decreases", 0: "affects"}[self.sign]

    @property
    def arrow(self) -> str:
        """``→`` raises, ``⊣`` lowers, ``—`` acts without a stated sign; ``∋`` of which a kind or exposure is;
        by definition ``⇒``, and ``⇏`` where the definition flips the sign.
        """
        if self.kind == "specialization":
            return "∋"
        if self.kind == "definition":
            return "⇒" if self.sign > 0 else "⇏"
        return {1: "→", -1: "⊣", 0: "—"}[self.sign]

    def to_dict(self) -> JSON:
        """The step as JSON-ready data; entities and claims by their ids."""
        return {
            "source": self.source.id,
            "target": self.target.id,
            "sign": self.sign,
            "kind": self.kind,
            "verb": self.verb,
            "predicates": list(self.predicates),
            "link": self.link,
            "generalization": self.generalization,
            "claims": [claim.id for claim in self.claims],
            "against": [claim.id for claim in self.against],
            "support": self.support.to_dict() if self.support else None,
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """The species and tissues that the steps of a path state, and whether they are mixed.

    Mixed means that no single value is stated at every step that states one: a route whose first step was seen in
    bone and whose second in vessels is a route of neither.
    """

    species: tuple[str, ...] = ()
    tissues: tuple[str, ...] = ()
    mixed_species: bool = False
    mixed_tissues: bool = False

    @property
    def mixed(self) -> bool:
        """Whether species or tissues are mixed."""
        return self.mixed_species or self.mixed_tissues

    def __str__(self) -> str:
        """What is mixed, in words; empty when nothing is."""
        parts = [" and ".join(self.tissues)] if self.mixed_tissues else []
        if self.mixed_species:
            parts.append(" and ".join(self.species))
        return f"mixes {'; '.join(parts)}".replace("-", " ") if parts else ""

    def to_dict(self) -> JSON:
        """The settings as JSON-ready data."""
        return {
            "species": list(self.species),
            "tissues": list(self.tissues),
            "mixed_species": self.mixed_species,
            "mixed_tissues": self.mixed_tissues,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Path(Keyed):
    """A sequence of steps that visits no entity twice."""

    steps: tuple[Step, ...]

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(step.key for step in self.steps)

    @functools.cached_property
    def entities(self) -> tuple[Entity, ...]:
        """The entities in order, ends included."""
        return (self.steps[0].source, *(step.target for step in self.steps))

    @functools.cached_property
    def sign(self) -> int:
        """The product of the signs of the steps; 0 as soon as one step is unsigned."""
        sign = 1
        for step in self.steps:
            sign *= step.sign
        return sign

    @functools.cached_property
    def weakest(self) -> Step | None:
        """The claim step with the least support (the first of equals); None if all steps hold by definition."""
        supported = [step for step in self.steps if step.support is not None]
        return min(supported, key=lambda step: step.support.strength) if supported else None  # type: ignore[union-attr]

    @property
    def support(self) -> Support | None:
        """A path is as strong as its weakest step."""
        return self.weakest.support if self.weakest else None

    @property
    def generalizations(self) -> int:
        """How many steps lift a kind to its class."""
        return sum(step.generalization for step in self.steps)

    @functools.cached_property
    def settings(self) -> Settings:
        """The species and tissues that the claims of the steps state."""
        species = [{c.species for c in step.claims if c.species} for step in self.steps]
        tissues = [{c.tissue for c in step.claims if c.tissue} for step in self.steps]
        (all_species, mixed_species), (all_tissues, mixed_tissues) = _span(species), _span(tissues)
        return Settings(all_species, all_tissues, mixed_species, mixed_tissues)

    def __len__(self) -> int:
        return len(self.steps)

    def __str__(self) -> str:
        """Labels joined by the arrows of the steps."""
        parts = [self.entities[0].label]
        for step in self.steps:
            parts += [step.arrow, step.target.label]
        return " ".join(parts)

    def to_dict(self) -> JSON:
        """The path as JSON-ready data."""
        return {
            "entities": [entity.id for entity in self.entities],
            "sign": self.sign,
            "text": str(self),
            "steps": [step.to_dict() for step in self.steps],
            "weakest": self.steps.index(self.weakest) if self.weakest else None,
            "support": self.support.to_dict() if self.support else None,
            "generalizations": self.generalizations,
            "settings": self.settings.to_dict(),
        }


def _span(stated: Iterable[set[str]]) -> tuple[tuple[str, ...], bool]:
    """All values, and whether no single one is stated at every place that states any."""
    sets = [values for values in stated if values]
    if not sets:
        return (), False
    return tuple(sorted(set().union(*sets))), not set.intersection(*sets)


@dataclass(frozen=True, slots=True, repr=False)
class Mechanism:
    """The routes of one arm that run through the entity `key` (None: routes without intermediates)."""

    key: Entity | None
    paths: tuple[Path, ...]

    @property
    def best(self) -> Path:
        """The first route in the order of the trace."""
        return self.paths[0]

    @property
    def support(self) -> Support | None:
        """Support of the best route."""
        return self.best.support

    @property
    def weakest(self) -> Step | None:
        """Weakest step of the best route."""
        return self.best.weakest

    @property
    def label(self) -> str:
        """The name of the group."""
        return self.key.label if self.key else "direct"

    def __str__(self) -> str:
        return f"{self.label} ({len(self.paths)} route{'' if len(self.paths) == 1 else 's'}), best: {self.best}"

    def __repr__(self) -> str:
        return f"<Mechanism: {self}>"

    def to_dict(self) -> JSON:
        """The mechanism as JSON-ready data; its routes by their numbers in the arm are not repeated here."""
        return {
            "key": self.key.id if self.key else None,
            "label": self.label,
            "routes": len(self.paths),
            "best": self.best.to_dict(),
            "support": self.support.to_dict() if self.support else None,
        }


@dataclass(frozen=True, slots=True)
class Certificate:
    """How far an answer can be trusted to be whole.

    `status`: ``complete`` (every route of up to `max_steps` steps was found), ``k reached`` (an arm was cut at the k
    routes asked for) or ``budget`` (the search stopped early; routes of up to `exhaustive_to` steps are all there).
    `counts` gives the routes found by net sign, `filters` what the graph had been narrowed to, `arcs_touched` the
    work done, the same on every run. `data` names the data version and its digest.
    """

    status: Literal["complete", "k reached", "budget"]
    max_steps: int
    exhaustive_to: int
    counts: Mapping[int, int]
    filters: tuple[str, ...] = ()
    arcs_touched: int = 0
    data: str = ""

    def __str__(self) -> str:
        steps = f"{self.max_steps} step{'s' if self.max_steps != 1 else ''}"
        how = {
            "complete": f"complete: every route of up to {steps}",
            "k reached": f"the k best routes asked for; all routes of up to {self.exhaustive_to} steps were seen",
            "budget": f"stopped at the budget; all routes of up to {self.exhaustive_to} steps were seen, "
            f"longer ones (to {self.max_steps}) in part",
        }[self.status]
        narrowed = f"; filtered to {', '.join(self.filters)}" if self.filters else "; nothing filtered out"
        return f"{how}{narrowed}"

    def to_dict(self) -> JSON:
        """The certificate as JSON-ready data."""
        return {
            "status": self.status,
            "max_steps": self.max_steps,
            "exhaustive_to": self.exhaustive_to,
            "counts": {name: self.counts.get(sign, 0) for sign, name in ARMS.items()},
            "filters": list(self.filters),
            "arcs_touched": self.arcs_touched,
            "data": self.data,
            "text": str(self),
        }


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trace(Keyed):
    """The answer to "from source to target": both arms, unsigned routes, verdict and certificate.

    `verdict` is ``increases``, ``decreases``, ``contested`` (both arms), ``unsigned``, ``no path`` (none up to the
    stated length) or ``none found`` (the search stopped early). `rests_on` says in one line on what each arm rests.
    `mechanisms` groups the routes of each arm, keyed by the arm's name.
    """

    sources: tuple[Entity, ...]
    targets: tuple[Entity, ...]
    verdict: str
    increasing: list[Path]
    decreasing: list[Path]
    unsigned: list[Path]
    mechanisms: dict[str, list[Mechanism]]
    rests_on: str
    certificate: Certificate

    @property
    def key(self) -> tuple[object, ...]:
        return (self.sources, self.targets, self.verdict, *(tuple(self.arm(sign)) for sign in ARMS))

    @property
    def source(self) -> Entity | tuple[Entity, ...]:
        """The entity asked from; a tuple if several were."""
        return self.sources[0] if len(self.sources) == 1 else self.sources

    @property
    def target(self) -> Entity | tuple[Entity, ...]:
        """The entity asked to; a tuple if several were."""
        return self.targets[0] if len(self.targets) == 1 else self.targets

    @property
    def title(self) -> str:
        """From what to what, in words."""
        ends = [", ".join(entity.label for entity in side) for side in (self.sources, self.targets)]
        return f"{ends[0]} → {ends[1]}"

    def arm(self, sign: int) -> list[Path]:
        """The routes of net sign +1, -1 or 0."""
        return {1: self.increasing, -1: self.decreasing, 0: self.unsigned}[sign]

    @property
    def paths(self) -> list[Path]:
        """All routes, arm after arm."""
        return [*self.increasing, *self.decreasing, *self.unsigned]

    @property
    def claims(self) -> list[Claim]:
        """Every claim behind or against a step of any route, each once, by id."""
        found = {c for path in self.paths for step in path.steps for c in (*step.claims, *step.against)}
        return sorted(found, key=lambda claim: claim.id)

    @property
    def pivots(self) -> Pivots:
        """By arm the smallest sets of up to three claims whose removal empties it; see `kg.causal.whatif.pivots`."""
        from kg.causal import whatif

        return whatif.pivots(self)

    def sensitivity(self) -> Sensitivity:
        """The verdict without each single source, family, design, species or certainty; see `kg.causal.whatif`."""
        from kg.causal import whatif

        return whatif.sensitivity(self)

    def draw(self, path: str | FilePath | None = None, **options: Any) -> str:
        """Draw the trace; see `kg.draw.draw`. Returns SVG text, or writes .svg .png .pdf .dot .mmd by the ending."""
        from kg import draw  # the view, imported when a picture is asked for

        return draw.draw(self, path, **options)

    def __str__(self) -> str:
        searched = str(self.certificate)
        return f"{self.title}: {self.verdict}. {self.rests_on} {searched[0].upper()}{searched[1:]}."

    def to_dict(self) -> JSON:
        """The trace as JSON-ready data: routes by arm, with the entities, claims and sources they name."""
        claims = self.claims
        entities = {e for path in self.paths for e in path.entities} | {*self.sources, *self.targets}
        entities |= {end for claim in claims for end in (claim.subject, claim.object)}
        sources = {s for claim in claims for s in (claim.source, *claim.cites)}
        return {
            "format": FORMAT,
            "type": "trace",
            "source": [entity.id for entity in self.sources],
            "target": [entity.id for entity in self.targets],
            "verdict": self.verdict,
            "rests_on": self.rests_on,
            **{name: [path.to_dict() for path in self.arm(sign)] for sign, name in ARMS.items()},
            "mechanisms": {arm: [m.to_dict() for m in found] for arm, found in self.mechanisms.items()},
            "certificate": self.certificate.to_dict(),
            "entities": {e.id: e.to_dict() for e in sorted(entities, key=lambda e: e.id)},
            "claims": {claim.id: claim.to_dict() for claim in claims},
            "sources": {s.id: s.to_dict() for s in sorted(sources, key=lambda s: s.id)},
            "disclaimer": DISCLAIMER,
        }


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong with the data: where, what, and what to do. `level` is ``error`` or ``warning``."""

    level: Literal["error", "warning"]
    rule: str
    file: str
    line: int
    subject: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "") if part)
        text = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{place}: {text} {self.remedy}".strip() if place else f"{text} {self.remedy}".strip()

    def to_dict(self) -> JSON:
        """The problem as JSON-ready data."""
        names = ("level", "rule", "file", "line", "subject", "message", "remedy")
        return {name: getattr(self, name) for name in names}
