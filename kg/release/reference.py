"""The reference page: every predicate, definitional link, kind and vocabulary value, generated from the schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kg.release.vocabulary import Term, Vocabulary, cell, table
from kg.schema import VOCABULARIES

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["reference", "sign_words"]


def reference(graph: KnowledgeGraph, vocabulary: Vocabulary) -> str:
    """The page as Markdown. O(claims + terms)."""
    return "\n".join(_lines(graph, vocabulary)) + "\n"


def _lines(graph: KnowledgeGraph, vocabulary: Vocabulary) -> Iterator[str]:
    schema = graph.schema
    yield f"# Reference: predicates, links, kinds and vocabularies\n\n{schema.title}, version {schema.version}.\n"
    yield (
        "Generated from the schema. Mappings name the nearest terms elsewhere; only an exact match means the same.\n"
        "The counts are claims, links and entities of this release.\n"
    )
    yield "## Predicates\n\nWhat a claim states between its subject and its object.\n"
    claims = Counter(claim.predicate for claim in graph.claims())
    for name, predicate in schema.predicates.items():
        head = f"{sign_words(predicate.sign, predicate.causal)}; {claims[name]} claims"
        ends = (("Subject", predicate.subject_kinds), ("Object", predicate.object_kinds))
        kinds = [f"{end}: {', '.join(kinds)}." for end, kinds in ends if kinds]
        yield from _section(vocabulary, vocabulary[name], head, kinds, _example(graph, name))
    yield "## Definitional links\n\nTrue by definition, not by evidence; from the special to the general.\n"
    links = Counter(link.kind for link in graph.links)
    for name, link in schema.links.items():
        back = "also walked back, unless the subject is given from outside" if link.reversible else "never walked back"
        head = f"sign {link.sign:+d}; {back}; {links[name]} links"
        example = next((f"{x.source.label} {link.label} {x.target.label}." for x in graph.links if x.kind == name), "")
        yield from _section(vocabulary, vocabulary[name], head, (), example)
    yield "## Kinds of entities\n"
    entities = Counter(entity.kind for entity in graph.entities)
    for name, kind in schema.kinds.items():
        outside = "; given from outside" if kind.given_from_outside else ""
        up = f"Going up means: {kind.up_means}."
        example = next((f"{entity.label}." for entity in graph.entities if entity.kind == name), "")
        yield from _section(vocabulary, vocabulary[name], f"{entities[name]} entities{outside}", (up,), example)
    yield "## Vocabularies\n\nA higher rank is stronger; ranks order, they do not measure.\n"
    for name in VOCABULARIES:
        yield from _values(vocabulary, name)


def sign_words(sign: int | None, causal: bool) -> str:
    """Sign and sort of a predicate in words.

    >>> sign_words(-1, True), sign_words(None, False)
    ('causal, sign -1', 'observed together, null result')
    """
    sort = "causal" if causal else "observed together"
    return f"{sort}, {'null result' if sign is None else f'sign {sign:+d}' if sign else 'sign not given'}"


def _section(vocabulary: Vocabulary, term: Term, head: str, more: Sequence[str], example: str) -> Iterator[str]:
    """One term: heading, figures, definition, example (the schema's, else one from the data), mappings."""
    yield f"### {cell(term.label)}\n\n`{term.name}`: {head}.\n\n{cell(term.definition)}\n"
    lines = [*more]
    if term.example or example:
        lines.append(f"Example: {cell(term.example or example)}")
    lines += [f"{how.capitalize()} match: {', '.join(terms)}." for how, terms in vocabulary.matches(term).items()]
    yield "".join(f"- {line}\n" for line in lines)


def _example(graph: KnowledgeGraph, predicate: str) -> str:
    claim = next((claim for claim in graph.claims(predicate=predicate) if claim.live), None)
    return f"{claim.sentence} (claim {claim.id})." if claim else ""


def _values(vocabulary: Vocabulary, name: str) -> Iterator[str]:
    head, values = vocabulary[name], vocabulary.typed(name)
    if not values:
        return
    ranks = vocabulary.schema.vocabularies[name.lower()]
    local = {term.name: term.name.removeprefix("ckg:") for term in values}
    values.sort(key=lambda term: (-ranks[local[term.name]], term.name))
    yield f"### {cell(head.label)}\n\n`{head.name}`: {cell(head.definition)}\n"
    rank = {name: str(rank) if any(ranks.values()) else "" for name, rank in ranks.items()}
    rows = [
        (f"`{local[term.name]}`", rank[local[term.name]], term.definition, _matches(vocabulary, term))
        for term in values
    ]
    yield table(("value", "rank", "definition", "mappings"), rows)


def _matches(vocabulary: Vocabulary, term: Term) -> str:
    return "; ".join(f"{how}: {', '.join(terms)}" for how, terms in vocabulary.matches(term).items())
