"""From a lesson to a document: what is told, in which order; and for a quiz what is asked and what waits in the key."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from kg.lesson import words
from kg.lesson.blocks import (
    Block,
    Cite,
    Code,
    Document,
    Facts,
    Items,
    Key,
    Link,
    Listing,
    Paragraph,
    Part,
    Parts,
    Picture,
    References,
    Section,
    Strong,
    Title,
)
from kg.lesson.content import Lesson, LessonStep, Reference, Route, Said
from kg.model import DISCLAIMER, Source

__all__ = ["outline"]

HOW_TO_READ = (
    "A step is what one or more claims say of two things; its number in brackets leads to the papers. Signs multiply: "
    "one lowering turns the sign round, two make a raising (less of what holds something back). Support counts voices: "
    "independent sources have data or a cited work of their own, unresolved ones tell it second hand without naming "
    "the work. A route is as strong as its weakest step. What holds by definition is no evidence."
)


def outline(lesson: Lesson) -> Document:
    """The lesson as a document; a quiz where it is one and there is something to ask."""
    if lesson.quiz and lesson.routes:
        key = Key("Key: the answers", [*_answer(lesson), *_picture(lesson), *_told(lesson), *_words(lesson)])
        blocks: list[Block] = [*_asked(lesson), key, *_again(lesson)]
        return Document(lesson.question, "Quiz", blocks, _closing(lesson))
    blocks = [*_answer(lesson), *_searched(lesson), *_picture(lesson), *_told(lesson), *_words(lesson), *_again(lesson)]
    return Document(lesson.question, "Lesson", blocks, _closing(lesson))


def _closing(lesson: Lesson) -> str:
    data = f", data {lesson.trace.certificate.data}" if lesson.trace.certificate.data else ""
    return f"calciphylaxis-kg{data}. {DISCLAIMER}"


# --- the answer -------------------------------------------------------------------------------------------------------


def _answer(lesson: Lesson) -> Iterator[Block]:
    """The verdict, on what it rests, and what is said of the very pair."""
    word, _ = words.VERDICTS[lesson.trace.verdict]
    yield Paragraph((Strong(f"{word}."), f" {words.opening(lesson.verdict)}"), "verdict")
    if lesson.trace.increasing or lesson.trace.decreasing:
        yield Paragraph((Strong("On what it rests:"), f" {lesson.trace.rests_on}"))
    pair = "pair" if len(lesson.trace.sources) == len(lesson.trace.targets) == 1 else "pairs"
    for head, null in (("no effect or no relation was found", True), ("only observed together", False)):
        found = [said for said in lesson.beside if said.claim.null is null]
        if found:
            claims = f"{words.plural(len(found), 'claim')} on the very {pair} asked; no route is made of that:"
            yield Paragraph((Strong("Beside the routes:"), f" {head} in {claims}"))
            yield Items([_cited(said, sentence=True) for said in found])


def _searched(lesson: Lesson) -> Iterator[Block]:
    certificate = str(lesson.trace.certificate)
    yield Paragraph((Strong("How far the search went:"), f" {certificate}."))


def _picture(lesson: Lesson, signs: bool = True) -> Iterator[Block]:
    if lesson.routes:
        told = [words.story(route.path) for route in lesson.routes]
        shown = [f"{words.chain(route.path)}." for route in lesson.routes]
        yield Picture(f"The routes as a picture. {' '.join(told if signs else shown)}", signs)


# --- the routes -------------------------------------------------------------------------------------------------------


def _told(lesson: Lesson) -> Iterator[Block]:
    """The routes with their signs."""
    for place, route in enumerate(lesson.routes):
        yield Section(_heading(lesson, place), [*_route(route)], "route")
    for remark in lesson.remarks:
        yield Paragraph((remark,))


def _heading(lesson: Lesson, place: int) -> str:
    route = lesson.routes[place]
    target = route.path.entities[-1].label
    told = {
        1: f"The most direct route that raises {target}",
        -1: f"The most direct route that lowers {target}",
    }
    heading = told.get(route.path.sign, f"The most direct route to {target}, without a sign")
    return f"{_name(place)}. {heading}" if lesson.quiz else heading


def _name(place: int) -> str:
    return f"Route {chr(ord('A') + place)}"


def _route(route: Route) -> Iterator[Block]:
    yield Paragraph((words.story(route.path),), "story")
    for told in route.steps:
        yield Section(f"Step {told.number}. {told.sentence}", [*_step(told)], "step")
    yield Section("Taken together", [Facts([*_sum(route)])])


def _step(told: LessonStep) -> Iterator[Block]:
    if told.step.kind != "claim":
        goes = "the same way" if told.step.sign > 0 else "the opposite way"
        yield Facts([("By definition", (f"not by evidence; both go {goes}",)), *_cautions(told)])
        return
    yield Facts([("How sure", (words.sure(told.step),)), *_evidence(told), *_cautions(told)])
    yield Paragraph((Strong("Who says so:"),))
    yield Items([_cited(said) for said in told.claims])
    if told.against:
        yield Paragraph((Strong("Against it:"),))
        yield Items([_cited(said, sentence=True) for said in told.against], "against")


def _evidence(told: LessonStep) -> Iterator[tuple[str, Parts]]:
    yield "Seen in", (words.seen(told.step),)
    yield "Support", (str(told.step.support),)


def _cautions(told: LessonStep) -> Iterator[tuple[str, Parts]]:
    for caution in words.cautions(told.step):
        yield "Caution", (caution,)


def _sum(route: Route) -> Iterator[tuple[str, Parts]]:
    """What the steps come to."""
    working = "; ".join(words.working(route.path))
    yield "Net sign", (working or f"{words.NET[route.path.sign]}, in one step",)
    weakest = route.weakest
    named = f"step {weakest.number}: {words.sentence(weakest.step)}" if weakest else "none: all holds by definition"
    yield "Weakest step", (named,)
    mixed = f"the route {route.path.settings}; no one setting is stated at every step"
    yield "Settings", (mixed if route.path.settings.mixed else "not mixed, as far as the claims state them",)
    yield "Other routes", (route.others,)


def _cited(said: Said, sentence: bool = False) -> list[Part]:
    """What a claim says in our words, who says it, and what qualifies it."""
    claim = said.claim
    stated = words.opening(words.claimed(claim))
    note = claim.note or f"{stated}."
    lead = f"{stated}: {note}" if sentence and claim.note else note
    parts: list[Part] = [f"{lead} ", Cite(said.reference)]
    if said.cites:
        parts += [", from"]
        for number in said.cites:
            parts += [" ", Cite(number)]
    qualifiers = words.qualifiers(claim)
    return [*parts, f" ({qualifiers})"] if qualifiers else parts


# --- words and papers -------------------------------------------------------------------------------------------------


def _words(lesson: Lesson) -> Iterator[Block]:
    """How to read it, the glossary, the references."""
    if lesson.routes:
        yield Section("How to read it", [Paragraph((HOW_TO_READ,), "small")])
    rows = [(words.opening(e.label), (f"{words.kind(e)}. {e.definition}".strip(),)) for e in lesson.glossary]
    yield Section("Words", [Facts(rows, "words")])
    if lesson.references:
        places = any(claim.start is not None for claim in lesson.claims)
        offsets = [Paragraph(("Offsets count the letters and digits of the source's text.",), "small")]
        listed = References([_reference(reference) for reference in lesson.references])
        yield Section("References", [listed, *(offsets if places else [])])


def _reference(reference: Reference) -> list[Part]:
    source = reference.source
    parts: list[Part] = [source.citation if source.citation.endswith(".") else f"{source.citation}."]
    if source.title:
        parts += [" ", Title(source.title), "" if source.title.endswith((".", "?", "!")) else "."]
    for link in _links(source):
        parts += [" ", link, "."]
    if reference.claims:
        read = (source.read or "not stated").replace("-", " ")
        parts += [f" Read: {read}. {'Claim' if len(reference.claims) == 1 else 'Claims'}: "]
        for place, claim in enumerate(reference.claims):
            parts += ["; " if place else "", Code(claim.id), f" ({claim.place})"]
        return [*parts, "."]
    return [*parts, " Cited by ", *_numbers(reference), "; none of its own claims is told here."]


def _numbers(reference: Reference) -> Iterator[Part]:
    for place, number in enumerate(reference.cited_by):
        yield from (", ", Cite(number)) if place else (Cite(number),)


def _links(source: Source) -> Iterator[Link]:
    """Where the source is found: DOI, PMID, PMCID; its address only where it has none of these."""
    if source.doi:
        yield Link(f"doi:{source.doi}", f"https://doi.org/{quote(source.doi)}")
    if source.pmid:
        yield Link(f"PMID {source.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{quote(source.pmid)}/")
    if source.pmcid:
        yield Link(source.pmcid, f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(source.pmcid)}/")
    identified = source.doi or source.pmid or source.pmcid
    if source.url and source.url.startswith(("https://", "http://")) and not identified:
        yield Link("web page", source.url)


def _again(lesson: Lesson) -> Iterator[Block]:
    blocks: list[Block] = [Listing(lesson.again.shell, "sh"), Listing(lesson.again.python, "python")]
    if lesson.again.narrowed:
        blocks.append(Paragraph((f"Narrow the graph first, in the same way: {lesson.again.narrowed}.",), "small"))
    yield Section("To ask it again", blocks)


# --- what is asked ----------------------------------------------------------------------------------------------------


def _asked(lesson: Lesson) -> Iterator[Block]:
    """The questions; nothing here tells a sign."""
    two = "Two routes from the literature, in the alphabetical order of what they pass."
    yield Paragraph(
        (
            f"{two if len(lesson.routes) > 1 else 'One route from the literature.'} Say of each step whether "
            "it raises or lowers the next thing, or whether no source says which. Then work out the sign of the whole. "
            "The key is at the end; the numbers in brackets lead to its references.",
        )
    )
    yield from _picture(lesson, signs=False)
    for place, route in enumerate(lesson.routes):
        yield Section(f"{_name(place)}", [*_route_asked(route)], "route")
    if len(lesson.routes) > 1:
        yield Section("The whole answer", [Paragraph(("What do the routes come to, taken together?",), "question")])
    kinds = [(words.opening(entity.label), (words.kind(entity),)) for entity in lesson.glossary]
    yield Section("What is what", [Facts(kinds)])
    yield from _searched(lesson)


def _route_asked(route: Route) -> Iterator[Block]:
    yield Paragraph((words.chain(route.path),), "story")
    for told in route.steps:
        yield Section(f"Step {told.number}. {told.asked}", [*_step_asked(told)], "step")
    if route.path.settings.mixed:
        yield Paragraph((f"The route {route.path.settings}.",))
    if len(route.steps) == 1:
        return  # its sign is that of its step
    ends = route.path.entities
    yield Paragraph((f"Taken together: does {ends[0]} raise or lower {ends[-1]} on this route?",), "question")
    yield Paragraph(("Which step is the weakest, and why?",), "question")


def _step_asked(told: LessonStep) -> Iterator[Block]:
    if told.step.kind != "claim":
        yield Paragraph(("By definition: do both go the same way or opposite ways?",), "question")
        if told.step.generalization:
            yield Facts([*_cautions(told)])
        return
    yield Paragraph((f"Raises or lowers? What does {told.step.source} do to {told.step.target}?",), "question")
    yield Facts([*_evidence(told), ("Who says so", [*_cites(told.claims)]), *_against(told), *_cautions(told)])


def _against(told: LessonStep) -> Iterator[tuple[str, Parts]]:
    if told.against:
        yield "Against it", [*_cites(told.against)]


def _cites(claims: tuple[Said, ...]) -> Iterator[Part]:
    for place, number in enumerate(dict.fromkeys(said.reference for said in claims)):
        yield from (" ", Cite(number)) if place else (Cite(number),)
