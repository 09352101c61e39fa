"""What a question is answered with: mechanisms, certificates and traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal

from kg.model.common import DISCLAIMER, FORMAT, JSON, Keyed
from kg.model.paths import Path, Step
from kg.model.records import Claim, Entity
from kg.model.support import Support

if TYPE_CHECKING:
    from kg.causal.whatif import Pivots, Sensitivity
    from kg.lesson import Lesson

__all__ = ["ARMS", "Arm", "Certificate", "Mechanism", "Trace"]

ARMS: Mapping[int, str] = {1: "increasing", -1: "decreasing", 0: "unsigned"}
"""The name of each arm of a trace by its net sign."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Routes of one sign together, in the order of the trace, and what speaks for them.

    A chain of steps is as strong as its weakest one, and a bundle of chains as its strongest chain: `strongest`.
    `evidence` counts every voice behind and against any step of the routes, each once.
    """

    paths: tuple[Path, ...]

    @property
    def best(self) -> Path:
        """The first route in the order of the trace."""
        return self.paths[0]

    @property
    def strongest(self) -> Path:
        """The route whose weakest step has the most support (the first of equals); one by definition alone is first."""
        return max(self.paths, key=lambda path: (path.support is None, path.support.strength if path.support else ()))

    @property
    def evidence(self) -> Support:
        """All voices for and against the steps of the routes, each once. O(steps)."""
        steps = {step.key: step.support for path in self.paths for step in path.steps if step.support}
        return Support.together(steps.values())

    @property
    def disputed(self) -> int:
        """How many of the routes have a disputed step."""
        return sum(path.disputed for path in self.paths)

    def _told(self) -> JSON:
        return {
            "routes": len(self.paths),
            "strongest": self.paths.index(self.strongest),
            "strongest_support": self.strongest.support.to_dict() if self.strongest.support else None,
            "evidence": self.evidence.to_dict(),
            "disputed": self.disputed,
        }


@dataclass(frozen=True, slots=True)
class Arm(Routes):
    """All routes of one net sign: +1, -1 or 0."""

    sign: int

    @property
    def name(self) -> str:
        """``increasing``, ``decreasing`` or ``unsigned``."""
        return ARMS[self.sign]

    @property
    def support(self) -> Support | None:
        """Support of the strongest route; None where it holds by definition alone."""
        return self.strongest.support

    def __str__(self) -> str:
        count = f"{len(self.paths)} {self.name} route{'' if len(self.paths) == 1 else 's'}"
        return f"{count}; strongest: {self.strongest} ({self.support or 'by definition'})"

    def to_dict(self) -> JSON:
        """The arm as JSON-ready data; `strongest` is the number of a route in it, from 0."""
        return self._told()


@dataclass(frozen=True, slots=True, repr=False)
class Mechanism(Routes):
    """The routes of one arm that run through the entity `key` (None: routes without intermediates)."""

    key: Entity | None

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
        """The mechanism as JSON-ready data; `strongest` is the number of a route in it, from 0."""
        return {
            "key": self.key.id if self.key else None,
            "label": self.label,
            "best": self.best.to_dict(),
            "support": self.support.to_dict() if self.support else None,
            **self._told(),
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

    @classmethod
    def together(cls, certificates: Sequence[Certificate], empty: Certificate) -> Certificate:
        """What holds of several searches together: whole if all are, counts and work added; `empty` if none is."""
        if not certificates:
            return empty
        return replace(
            empty,
            status="budget" if any(one.status == "budget" for one in certificates) else "complete",
            exhaustive_to=min(one.exhaustive_to for one in certificates),
            counts={sign: sum(one.counts.get(sign, 0) for one in certificates) for sign in ARMS},
            arcs_touched=sum(one.arcs_touched for one in certificates),
        )

    def __str__(self) -> str:
        steps = f"{self.max_steps} step{'s' if self.max_steps != 1 else ''}"
        how = {
            "complete": f"complete: every route of up to {steps}",
            "k reached": f"the k best routes asked for; all routes of up to {self.exhaustive_to} steps were seen",
            "budget": f"stopped at the budget; all routes of up to {self.exhaustive_to} steps were seen, "
            f"longer ones (to {self.max_steps}) in part",
        }[self.status]
        narrowed = f"; filters: {', '.join(self.filters)}" if self.filters else "; nothing filtered out"
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
    `mechanisms` groups the routes of each arm, keyed by the arm's name. `beside` holds what is said of the very pair
    that was asked but makes no route: null results and associations.
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
    beside: tuple[Claim, ...] = ()

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
    def arms(self) -> dict[str, Arm]:
        """The arms that list a route, by name: their strongest route, its support, and all the evidence behind them."""
        return {name: Arm(tuple(self.arm(sign)), sign) for sign, name in ARMS.items() if self.arm(sign)}

    @property
    def paths(self) -> list[Path]:
        """All routes, arm after arm."""
        return [*self.increasing, *self.decreasing, *self.unsigned]

    @property
    def claims(self) -> list[Claim]:
        """Every claim behind or against a step of any route, or beside the routes, each once, by id."""
        found = {c for path in self.paths for step in path.steps for c in (*step.claims, *step.against)} | {
            *self.beside
        }
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

    def lesson(self, quiz: bool = False) -> Lesson:
        """The best route of each arm told step by step with numbered citations; as a `quiz` the signs are hidden."""
        from kg import lesson  # the view, imported when a lesson is asked for

        return lesson.lesson(self, quiz)

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
            "beside": [claim.id for claim in self.beside],
            **{name: [path.to_dict() for path in self.arm(sign)] for sign, name in ARMS.items()},
            "arms": {name: arm.to_dict() for name, arm in self.arms.items()},
            "mechanisms": {arm: [m.to_dict() for m in found] for arm, found in self.mechanisms.items()},
            "certificate": self.certificate.to_dict(),
            "entities": {e.id: e.to_dict() for e in sorted(entities, key=lambda e: e.id)},
            "claims": {claim.id: claim.to_dict() for claim in claims},
            "sources": {s.id: s.to_dict() for s in sorted(sources, key=lambda s: s.id)},
            "disclaimer": DISCLAIMER,
        }
