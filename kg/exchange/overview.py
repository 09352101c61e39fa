"""The page on formats, ``docs/formats.md``, made from the registry so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.exchange.content import ASPECTS
from kg.exchange.format import Format

__all__ = ["markdown"]

_HEAD = """# Formats

`graph.export("file.graphml")` or `kg export file.graphml` writes the graph for another program;
`kg.open("file.graphml")` or `kg import file.graphml` reads one. The ending tells the format, or `--format` names it.
Every file comes with a loss report: what it holds, and what the format has no place for; of a file that was read also
how each foreign predicate was taken, and a line for everything that did not become part of the graph.

Whatever the format: a refuted claim, a retracted one and a null result never become plain causal edges, and signs are
never guessed. `kg export --from A --to B` writes the routes of one question instead of the whole graph; programs that
keep positions and styles then show it as we draw it.

This page is made from the registry of formats (`kg formats`); the tests compare them.
"""
_MORE = """
## A format of your own

A package adds formats by an entry point of the group `calciphylaxis_kg.formats` that names a `kg.exchange.Format`, or
a list of them: a writer takes a `kg.exchange.Content` and gives text or bytes, a reader fills a
`kg.exchange.draft.Draft`.
"""


def markdown(formats: Iterable[Format]) -> str:
    """The whole page."""
    listed = list(formats)
    return "\n".join([_HEAD, *_overview(listed), "", *_details(listed)]) + _MORE


def _overview(formats: Iterable[Format]) -> Iterator[str]:
    yield "| format | name | endings | | read in the tests by |"
    yield "|---|---|---|---|---|"
    for each in formats:
        endings = " ".join(f"`{ending}`" for ending in each.endings)
        proved = each.consumer or "—"
        yield f"| [{each.title}](#{each.name}) | `{each.name}` | {endings} | {each.abilities} | {proved} |"


def _details(formats: Iterable[Format]) -> Iterator[str]:
    yield "## What each keeps and loses"
    for each in formats:
        yield f'\n<a id="{each.name}"></a>\n### {each.title}\n'
        if each.reads_as:
            yield f"Reads: {each.reads_as}.{_needs(each)}\n"
        if each.write:
            yield f"{_kept(each)}\n"
            for why, lost in each.reasons.items():
                yield f"- {', '.join(lost)}: {why}"


def _kept(each: Format) -> str:
    """What a format keeps; said by what it does not, where that is less."""
    if not each.loses:
        return "Keeps everything."
    if len(each.loses) < len(ASPECTS) / 2:
        return f"Keeps all of the {len(ASPECTS)} aspects of a graph but these:"
    return f"Keeps {', '.join(ASPECTS[name].what for name in each.keeps)}. Loses:"


def _needs(each: Format) -> str:
    return f" Needs `pip install 'calciphylaxis-kg[{each.extra}]'`." if each.extra else ""
