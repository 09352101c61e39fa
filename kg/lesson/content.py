"""What a lesson holds, made from a trace alone: routes step by step, numbered references, glossary.

Told is the best route of each signed arm, the first in the order of the trace (the most direct one; the best supported
one is named beside it); a route without a sign only where there is no signed one. References are numbered in the order
in which a reader meets them. In a quiz the routes stand in the alphabetical order of their entities, so that neither
their order nor the numbers tell which of them raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from kg.lesson import words
from kg.lesson.again import Again, Asked, again
from kg.model import ARMS, DISCLAIMER, FORMAT, JSON, Claim, Entity, Path, Source, Step, Trace

__all__ = ["Lesson", "LessonStep", "Reference", "Route", "Said", "lesson"]


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as it is cited: the number of its source, and of the works that it takes its word from."""

    claim: Claim
    reference: int
    cites: tuple[int, ...] = ()

    def to_dict(self) -> JSON:
        """The citation as JSON-ready data; the claim by its id."""
        return {"claim": self.claim.id, "reference": self.reference, "cites": list(self.cites)}


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered source with the claims of it that the lesson cites.

    `cited_by` are the numbers of the sources that take their word from it; a work that only others cite has no claims.
    """

    number: int
    source: Source
    claims: tuple[Claim, ...]
    cited_by: tuple[int, ...] = ()

    def to_dict(self) -> JSON:
        """The reference as JSON-ready data; the claims with their places."""
        return {
            "number": self.number,
            "source": self.source.to_dict(),
            "claims": [{"id": claim.id, "place": claim.place} for claim in self.claims],
            "cited_by": list(self.cited_by),
        }


@dataclass(frozen=True, slots=True)
class LessonStep:
    """One step of a route with the claims for and against it, the strongest first."""

    number: int
    step: Step
    claims: tuple[Said, ...]
    against: tuple[Said, ...]

    @property
    def sentence(self) -> str:
        """What the step says."""
        return words.opening(words.sentence(self.step))

    @property
    def asked(self) -> str:
        """The step without its sign."""
        return words.opening(words.asked(self.step))

    def to_dict(self) -> JSON:
        """The step as JSON-ready data."""
        claimed = self.step.kind == "claim"
        return {
            "number": self.number,
            "sentence": self.sentence,
            "asked": self.asked,
            "sign": self.step.sign,
            "by_definition": not claimed,
            "sure": words.sure(self.step) if claimed else None,
            "seen": words.seen(self.step) if claimed else None,
            "support": str(self.step.support) if self.step.support else None,
            "cautions": list(words.cautions(self.step)),
            "claims": [said.to_dict() for said in self.claims],
            "against": [said.to_dict() for said in self.against],
        }


@dataclass(frozen=True, slots=True)
class Route:
    """The best route of an arm; `others` says in words how many more there are, and through what."""

    path: Path
    steps: tuple[LessonStep, ...]
    others: str

    @property
    def weakest(self) -> LessonStep | None:
        """The weakest step; None where all hold by definition."""
        return next((told for told in self.steps if told.step is self.path.weakest), None)

    def to_dict(self) -> JSON:
        """The route as JSON-ready data."""
        return {
            "sign": self.path.sign,
            "story": words.story(self.path),
            "path": self.path.to_dict(),
            "steps": [step.to_dict() for step in self.steps],
            "working": list(words.working(self.path)),
            "net": words.NET[self.path.sign],
            "weakest": self.weakest.number if self.weakest else None,
            "settings": str(self.path.settings),
            "others": self.others,
        }


@dataclass(frozen=True, slots=True)
class Lesson:
    """A trace told step by step, with numbered citations. Get one from `kg.Trace.lesson`.

    `beside` cites what is said of the very pair but makes no route, `remarks` tell of arms that have no route here.
    With `quiz` the written forms hide the signs and put the key at the end.
    """

    trace: Trace
    routes: tuple[Route, ...]
    beside: tuple[Said, ...]
    remarks: tuple[str, ...]
    glossary: tuple[Entity, ...]
    references: tuple[Reference, ...]
    again: Again
    quiz: bool = False

    @property
    def question(self) -> str:
        """What was asked, as a sentence."""
        return words.question(self.trace)

    @property
    def verdict(self) -> str:
        """The verdict in words, with the number of routes each way."""
        counted = words.counted(self.trace)
        if counted and self.trace.certificate.status != "complete":
            counted += ", as far as the search went"
        return f"{words.VERDICTS[self.trace.verdict][1]}{f' ({counted})' if counted else ''}."

    @property
    def claims(self) -> list[Claim]:
        """Every claim that is cited, each once, by id."""
        return sorted({c for reference in self.references for c in reference.claims}, key=lambda claim: claim.id)

    def draw(self, *, signs: bool | None = None) -> str:
        """The picture of the routes as SVG text; ``signs=False`` asks for the signs, as the picture of a quiz does.

        Raises UsageError for a lesson without a route.
        """
        from kg.lesson.picture import draw

        return draw(self, signs=not self.quiz if signs is None else signs)

    def markdown(self, picture: str = "") -> str:
        """The lesson as Markdown; `picture` is the address of the picture that it refers to, empty for none.

        >>> import kg
        >>> trace = kg.load().trace("corticosteroids", "vascular calcification", specialize=False)
        >>> print(trace.lesson().markdown().splitlines()[0])
        # Does corticosteroid raise or lower vascular calcification?
        """
        from kg.lesson.markdown import markdown

        return markdown(self, picture)

    def html(self) -> str:
        """The lesson as one HTML file with its picture; nothing is loaded from elsewhere, no script is needed."""
        from kg.lesson.page import page

        return page(self)

    def write(self, path: str | FilePath, *, force: bool = False) -> tuple[FilePath, ...]:
        """Write it as .html (one file) or as .md with the picture beside it (.svg of the same name); returns the files.

        A lesson without a route has no picture.

        Raises UsageError for another ending, FileProblem if a file exists and `force` is not set or cannot be written;
        then nothing has changed.
        """
        from kg.lesson.writing import write

        return write(self, path, force=force)

    def to_dict(self) -> JSON:
        """The lesson as JSON-ready data, the signs included: whoever shows a quiz hides them."""
        return {
            "format": FORMAT,
            "type": "lesson",
            "quiz": self.quiz,
            "question": self.question,
            "source": [entity.id for entity in self.trace.sources],
            "target": [entity.id for entity in self.trace.targets],
            "verdict": self.trace.verdict,
            "verdict_text": self.verdict,
            "rests_on": self.trace.rests_on,
            "beside": [said.to_dict() for said in self.beside],
            "routes": [route.to_dict() for route in self.routes],
            "remarks": list(self.remarks),
            "glossary": [entity.to_dict() for entity in self.glossary],
            "references": [reference.to_dict() for reference in self.references],
            "claims": {claim.id: claim.to_dict() for claim in self.claims},
            "certificate": self.trace.certificate.to_dict(),
            "again": {"shell": self.again.shell, "python": self.again.python, "narrowed": self.again.narrowed},
            "disclaimer": DISCLAIMER,
        }


# --- making one -------------------------------------------------------------------------------------------------------


def lesson(trace: Trace, quiz: bool = False, asked: Asked | None = None) -> Lesson:
    """The lesson of a trace; `asked` is how it was asked, as far as the trace does not tell. O(claims of its routes).

    >>> import kg
    >>> trace = kg.load().trace("corticosteroids", "vascular calcification", specialize=False)
    >>> for step in lesson(trace).routes[0].steps:
    ...     print(step.number, step.sentence, [said.reference for said in step.claims])
    1 Corticosteroid lowers osteoprotegerin [1]
    2 Osteoprotegerin lowers vascular calcification [3]
    """
    signs = [sign for sign in (1, -1) if trace.arm(sign)] or [sign for sign in (0,) if trace.arm(sign)]
    paths = [trace.arm(sign)[0] for sign in signs]
    if quiz:
        paths.sort(key=_by_names)
    steps = [step for path in paths for step in path.steps]
    on_routes = [claim for step in steps for claim in (*_strongest_first(step.claims), *_strongest_first(step.against))]
    beside = _strongest_first(trace.beside)
    cited = [*on_routes, *beside] if quiz else [*beside, *on_routes]
    works = dict.fromkeys(work for claim in cited for work in (claim.source, *claim.cites))
    numbers = {work: number for number, work in enumerate(works, 1)}
    return Lesson(
        trace=trace,
        routes=tuple(_route(trace, path, numbers) for path in paths),
        beside=_said(beside, numbers),
        remarks=tuple(_remarks(trace, signs)),
        glossary=_glossary(trace, paths),
        references=_references(numbers, cited),
        again=again(trace, quiz, asked),
        quiz=quiz,
    )


def _by_names(path: Path) -> tuple[object, ...]:
    """By the names of the entities; routes through the same ones by the claims, never by their signs."""
    names = [(entity.label.casefold(), entity.id) for entity in path.entities]
    return names, [sorted(claim.id for claim in step.claims) for step in path.steps]


def _strongest_first(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (*(-rank for rank in claim.ranks), claim.id))


def _said(claims: Iterable[Claim], numbers: Mapping[Source, int]) -> tuple[Said, ...]:
    return tuple(
        Said(claim, numbers[claim.source], tuple(numbers[work] for work in claim.cites))
        for claim in _strongest_first(claims)
    )


def _route(trace: Trace, path: Path, numbers: Mapping[Source, int]) -> Route:
    steps = (
        LessonStep(number, step, _said(step.claims, numbers), _said(step.against, numbers))
        for number, step in enumerate(path.steps, 1)
    )
    return Route(path, tuple(steps), _others(trace, path))


def _others(trace: Trace, best: Path) -> str:
    """How many other routes the arm of a route has, through what, and which of them is the best supported."""
    total = trace.certificate.counts.get(best.sign, 1) - 1
    if not total:
        return "none"
    verb = {1: "raise", -1: "lower"}.get(best.sign)
    least = "" if trace.certificate.status == "complete" else "at least "
    which = f"{verb}{'' if total > 1 else 's'} it" if verb else "without a sign"
    told = f"{least}{total} more {which}"
    told = ", ".join(part for part in (told, *_through(trace, best)) if part)
    strongest = trace.arms[ARMS[best.sign]].strongest
    if strongest == best:
        return f"{told}; none {'' if len(trace.arm(best.sign)) > total else 'of those listed '}is better supported"
    return f"{told}; the best supported: {words.told(strongest)}"


def _through(trace: Trace, best: Path) -> tuple[str, str]:
    """How many of the other routes are direct, and through what the rest of them goes."""
    groups = trace.mechanisms.get(ARMS[best.sign], [])
    left = [(group.key, len(group.paths) - (best in group.paths)) for group in groups]
    direct = sum(number for key, number in left if key is None)
    named = words.listed([f"{key} ({number})" for key, number in left if key and number])
    return f"{direct} of them direct" if direct else "", f"through {named}" if named else ""


def _remarks(trace: Trace, told: Sequence[int]) -> Iterable[str]:
    """Arms of which no route is told."""
    words_of = {1: "raise the target", -1: "lower the target", 0: "have no sign: on some step no source says which way"}
    for sign, number in trace.certificate.counts.items():
        if number and sign not in told:
            missing = "" if trace.arm(sign) else "; this trace does not list them"
            yield f"Besides, {words.plural(number, 'route')} {words_of[sign]}{missing}."


def _glossary(trace: Trace, paths: Sequence[Path]) -> tuple[Entity, ...]:
    """The entities that one must know, by name."""
    from kg.causal.routes import glossary

    ends = {*trace.sources, *trace.targets} if not paths else set()
    return (*glossary(paths), *sorted(ends, key=lambda entity: (entity.label.casefold(), entity.id)))


def _references(numbers: Mapping[Source, int], cited: Sequence[Claim]) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            number,
            work,
            tuple(dict.fromkeys(claim for claim in cited if claim.source == work)),
            tuple(sorted({numbers[claim.source] for claim in cited if work in claim.cites})),
        )
        for work, number in numbers.items()
    )
