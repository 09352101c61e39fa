"""How the predicates of foreign data are read, counted where the data lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kg.foreign import ASSOCIATED, KIND_OF, NONE, Meaning
from kg.large.report import Report

__all__ = ["read_as"]


def read_as(
    counted: Iterable[tuple[str, Meaning, int]], unmapped: str, ignored: Mapping[str, tuple[str, ...]]
) -> Report:
    """The report of statements, each with its meaning and how often it is there."""
    read: dict[str, Counter[str]] = {}
    no_claim, unknown, unsure = Counter[str](), Counter[str](), Counter[str]()
    edges = claims = 0
    for text, meaning, count in counted:
        edges += count
        claims += count if meaning.group not in (NONE, KIND_OF) else 0
        if meaning.unsure:
            unsure[meaning.unsure] += count
        if not meaning.mapped:
            unknown[text] += count
        elif meaning.group == NONE:
            no_claim[text] += count
        else:
            unsigned = meaning.group == ASSOCIATED and not meaning.sign
            read.setdefault(text, Counter())["association without a sign" if unsigned else meaning.predicate] += count
    return Report(
        edges=edges,
        claims=claims,
        read={text: dict(counts) for text, counts in sorted(read.items())},
        no_claim=_most_first(no_claim),
        unmapped=_most_first(unknown),
        unmapped_are=unmapped,
        unsure=_most_first(unsure),
        ignored=dict(ignored),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
