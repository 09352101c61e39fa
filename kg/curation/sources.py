"""The publication that a sheet is about: one that is there, or a new one with its citation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from kg.curation.names import Names, Refused, bare_identifier
from kg.curation.sheet import is_formula, shown, squashed
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.model import Problem, Source

__all__ = ["Metadata", "citation", "source_of"]


class Metadata(TypedDict, total=False):
    """What can be said of a source; all of it optional, none of it filled in from anywhere."""

    title: str | None
    authors: str | None
    year: int | str | None
    journal: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None
    design: str | None
    read: str | None
    family: str | None


IDENTIFIERS = ("doi", "pmid", "pmcid", "url")
_FORMS = {
    "doi": (re.compile(r"10\.\d{4,9}/\S+"), "a DOI, such as 10.1000/182"),
    "pmid": (re.compile(r"[1-9]\d{0,8}"), "a PMID, which is a number"),
    "pmcid": (re.compile(r"PMC\d{1,9}"), "a PMCID, such as PMC123"),
    "url": (re.compile(r"https?://[^\s<>\"{}|\\^`]+"), "an address that begins with http:// or https://"),
    "year": (re.compile(r"[12]\d{3}"), "a year of four digits"),
}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TITLE_WORDS = 8
"""So many words of a title stand for it where no author is known."""


def source_of(
    graph: KnowledgeGraph, names: Names, slug: str, metadata: Metadata
) -> tuple[Source, bool, tuple[Problem, ...]]:
    """The source that goes by a slug, whether it is new, and warnings about it.

    Raises UsageError for a slug or metadata that cannot be, for metadata that differ from those of a source that is
    there, and for a new source that says too little or that is there under another slug.
    """
    given = _cleaned(names, metadata)
    there = next((source for source in graph.sources if source.id == slug), None)
    if there is not None:
        _agree(there, given)
        return there, False, ()
    if not _SLUG.fullmatch(slug):
        letters = "-".join(re.findall("[a-z0-9]+", slug.casefold()))
        hint = f" such as {letters}" if letters else ", such as nazir-2015"
        raise UsageError(f"{shown(slug)} is no slug. Use small letters, digits and single hyphens{hint}.")
    if not given.keys() & {"title", *IDENTIFIERS}:
        more = "To add it, say at least its --title, --doi, --pmid, --pmcid or --url."
        raise UsageError(f"There is no source {slug!r}.{names.near_sources(slug)} {more}")
    _not_there(graph.sources, given)
    named = not given.keys() & set(IDENTIFIERS)
    source = Source(
        id=slug,
        iri=graph.schema.prefixes["source"] + slug,
        citation=citation(slug, given, (source.citation for source in graph.sources)),
        caution="No DOI, PMID, PMCID or address is known for it." if named else None,
        **given,
    )
    return source, True, tuple(_doubts(source, graph.sources))


# --- what is given -------------------------------------------------------------------------------------------------


def _cleaned(names: Names, metadata: Metadata) -> dict[str, Any]:
    """The metadata that say something, in the form of the data. Raises UsageError with all that cannot be."""
    unknown = sorted(set(metadata) - set(Metadata.__annotations__))
    if unknown:
        raise UsageError(f"A source has no {', '.join(unknown)}. It has: {', '.join(Metadata.__annotations__)}.")
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in metadata.items():
        text = squashed(str(value)) if value is not None else ""
        if text:
            try:
                found[name] = _value(names, name, text)
            except Refused as refusal:
                wrong.append(f"--{name}: {refusal.message} {refusal.remedy}".strip())
    if wrong:
        raise UsageError(" ".join(wrong))
    return found


def _value(names: Names, name: str, text: str) -> Any:
    if name in ("design", "read"):
        return names.value("readingdepth" if name == "read" else name, text)
    if name in _FORMS:
        form, words = _FORMS[name]
        bare = bare_identifier(text) if name in ("doi", "pmid", "pmcid") else text
        bare = bare.upper() if name == "pmcid" else bare
        if not form.fullmatch(bare):
            raise Refused(f"{shown(text)} is not {words}.")
        return int(bare) if name == "year" else bare
    if is_formula(text) or not text.isprintable():
        raise Refused(f"{shown(text)} is a formula to a spreadsheet, or holds a control character.")
    return text


def _agree(source: Source, given: Mapping[str, Any]) -> None:
    """Raises UsageError if what is given differs from what is there."""
    held = {name: getattr(source, name) for name in given}
    differing = [name for name in given if str(given[name]).casefold() != str(held[name] or "").casefold()]
    if differing:
        words = "; ".join(
            f"its {name} is {shown(str(held[name])) if held[name] else 'not known'}, not {shown(str(given[name]))}"
            for name in differing
        )
        raise UsageError(
            f"The source {source.id} is there, but {words}. Leave that out, or mend its block in sources.ttl."
        )


def _not_there(sources: Iterable[Source], given: Mapping[str, Any]) -> None:
    """Raises UsageError if a new source is there already under another slug."""
    for source in sources:
        for name in ("doi", "pmid", "pmcid"):
            if name in given and str(getattr(source, name) or "").casefold() == given[name].casefold():
                raise UsageError(
                    f"The source with the {name.upper()} {given[name]} is there: {source.citation}. "
                    f"Name it: --source {source.id}."
                )


def _doubts(source: Source, others: Iterable[Source]) -> Iterable[Problem]:
    def doubt(message: str, remedy: str) -> Problem:
        return Problem("warning", "source", "", 0, f"source:{source.id}", message, remedy)

    if source.caution:
        yield doubt("it has no identifier and is marked so.", "Give its DOI, PMID, PMCID or address if it has one.")
    if source.read is None:
        yield doubt("how much of it was read is not said.", "Say --read: full text, abstract, summary page or title.")
    for other in others:
        same = [name for name in ("title", "url") if (value := getattr(source, name)) and value == getattr(other, name)]
        if same:
            words = f"it has the {' and the '.join(same)} of source:{other.id}."
            yield doubt(words, "If they are one work, use that slug; if they share patients, give both one --family.")


# --- the citation --------------------------------------------------------------------------------------------------


def citation(slug: str, given: Mapping[str, Any], taken: Iterable[str]) -> str:
    """The display form: author, year and journal; what is not known stands for itself, and no two are the same.

    Without an author the title in curly quotes, without either the slug's words in brackets; ``n.d.`` without a year.

    >>> citation("doe-2031", {"authors": "Doe J, Roe R", "year": 2031, "journal": "J Examples"}, [])
    'Doe 2031, J Examples'
    >>> citation("doe-2031b", {"authors": "Doe J", "year": 2031}, ["Doe 2031"])
    'Doe 2031b'
    >>> citation("vessel-page-undated", {"read": "summary-only"}, [])
    '[vessel page] n.d. [read through a summary]'
    """
    if given.get("authors"):
        head = _surname(given["authors"])
    elif given.get("title"):
        words = given["title"].split()
        head = f"“{' '.join(words[:TITLE_WORDS])}{' ...' if len(words) > TITLE_WORDS else ''}”"
    else:
        head = f"[{re.sub(r'-(undated|[12][0-9]{3}[a-z]?)$', '', slug).replace('-', ' ')}]"
    journal = f", {given['journal']}" if given.get("journal") else ""
    depth = {"summary-only": " [read through a summary]", "title-only": " [title only]"}.get(given.get("read", ""), "")
    held = set(taken)
    year = given.get("year")

    def told(letter: str) -> str:
        date = f"{year}{letter}" if year else f"n.d.{'-' if letter else ''}{letter}"
        return f"{head} {date}{journal}{depth}"

    letters = "abcdefghijklmnopqrstuvwxyz"
    used = [place for place, letter in enumerate(letters) if told(letter) in held]
    if told("") not in held and not used:
        return told("")
    free = max([0, *used]) + 1  # the first of several may go without a letter
    return told(letters[free]) if free < len(letters) else f"{told('')} ({slug})"


def _surname(authors: str) -> str:
    """The surname of the first author, as ``Doe J, Roe R`` or ``Doe, Jane`` has it."""
    first = re.split(r"[,;&]| and | et al", authors)[0].strip()
    return re.sub(r"( [A-Z][A-Z.-]{0,5})+$", "", first) or authors
