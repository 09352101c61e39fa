"""The words of the graph for whoever asks it: predicates with their signs, kinds, values, prefixes, queries."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from kg.errors import InvalidData, NotFound, UsageError
from kg.model import DISCLAIMER, JSON
from kg.release.advice import EXAMPLES, PITFALLS
from kg.release.card import card
from kg.release.reference import sign_words
from kg.serve.assistant.answers import Answer, fitted

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["PARTS", "schema_card", "told"]

PARTS = ("overview", "predicates", "kinds", "qualifiers", "classes", "examples", "pitfalls", "queries")
_KEYS = {
    "overview": ("graphs", "prefixes"),
    "predicates": ("predicates", "links"),
    "kinds": ("kinds",),
    "qualifiers": ("vocabularies",),
    "classes": ("classes",),
    "examples": ("examples",),
    "pitfalls": ("pitfalls",),
}
UNCOUNTED = "not counted"


def schema_card(graph: KnowledgeGraph) -> JSON:
    """The schema card of a release; of a graph whose data lie elsewhere what its schema alone says. O(triples)."""
    from kg.exchange.forms import rdf
    from kg.exchange.forms.mappings import schema_mappings
    from kg.release.vocabulary import Vocabulary

    try:
        dataset = graph.dataset
        parts = rdf.graphs(dataset)
    except (UsageError, InvalidData):  # elsewhere, or with blank nodes, which a release does not have
        return _uncounted(graph)
    return card(graph, parts, Vocabulary.of(parts.get("schema", ()), graph.schema, schema_mappings(dataset).values()))


def _uncounted(graph: KnowledgeGraph) -> JSON:
    schema = graph.schema
    return {
        "title": schema.title,
        "version": schema.version,
        "disclaimer": DISCLAIMER,
        "prefixes": dict(sorted(schema.prefixes.items())),
        "graphs": [],
        "classes": [],
        "kinds": [
            {"name": f"ckg:{k.name}", "label": k.label, "entities": UNCOUNTED, "up_means": k.up_means}
            for k in schema.kinds.values()
        ],
        "predicates": [
            {
                "name": f"ckg:{p.name}", "sign": p.sign, "causal": p.causal, "null": p.null, "claims": UNCOUNTED,
                "edges": UNCOUNTED, "definition": p.definition,
            }
            for p in schema.predicates.values()
        ],
        "links": [
            {
                "name": f"ckg:{link.name}", "label": link.label, "sign": link.sign, "links": UNCOUNTED,
                "definition": link.definition,
            }
            for link in schema.links.values()
        ],
        "vocabularies": [
            {
                "property": f"ckg:{name}", "unstated": UNCOUNTED,
                "values": [{"name": f"ckg:{v}", "rank": rank, "claims": UNCOUNTED} for v, rank in ranks.items()],
            }
            for name, ranks in schema.vocabularies.items()
        ],
        "examples": [asdict(example) for example in EXAMPLES],
        "pitfalls": [asdict(pitfall) for pitfall in PITFALLS],
        "named_queries": [],
    }  # fmt: skip


def told(content: JSON, part: str, query: str) -> Answer:
    """One part of the card, or one named query with its text.

    Raises UsageError for a part that there is not, NotFound for a query.
    """
    if query:
        return _query(content, query)
    if part not in PARTS:
        raise UsageError(f"{part!r} is no part. Use one of: {', '.join(PARTS)}.")
    if part == "queries":
        return fitted(partial(_queries, content), ((200,), (100,), (50,), (20,)))
    others = ", ".join(name for name in PARTS if name != part)
    result = {"part": part, **{key: content[key] for key in _KEYS[part]}}
    summary = f"{content['title']}, version {content['version']}: {part}."
    return Answer(summary, result, tuple(_LINES[part](content)), left_out=(f"the parts {others}; ask with part",))


def _overview(content: JSON) -> Iterator[str]:
    yield "The default graph is the union of all graphs. Prefixes are predeclared."
    for graph in content["graphs"]:
        yield f"{graph['name']} ({graph['triples']} triples, made {graph['made']}): {graph['definition']}"
    yield "Prefixes: " + ", ".join(f"{name}: <{iri}>" for name, iri in content["prefixes"].items())


def _predicates(content: JSON) -> Iterator[str]:
    for one in content["predicates"]:
        sign = sign_words(one["sign"], one["causal"])
        yield f"{one['name']} ({sign}; {one['claims']} claims): {one['definition']}"
    yield "True by definition, not by evidence:"
    for link in content["links"]:
        yield f"{link['name']} (sign {link['sign']:+d}; {link['links']} links): {link['definition']}"


def _qualifiers(content: JSON) -> Iterator[str]:
    for one in content["vocabularies"]:
        values = ", ".join(f"{value['name']} ({value['claims']})" for value in one["values"])
        yield f"{one['property']}: {values}; not stated: {one['unstated']}"


def _classes(content: JSON) -> Iterator[str]:
    for one in content["classes"]:
        yield f"{one['name']} ({one['members']}): {', '.join(each['name'] for each in one['properties'])}"


def _pitfalls(content: JSON) -> Iterator[str]:
    for one in content["pitfalls"]:
        yield f"{one['title']}: {one['text']}"
        if one["right"]:
            yield f"Right: {one['right']}"


_LINES: Mapping[str, Callable[[JSON], Iterator[str]]] = {
    "overview": _overview,
    "predicates": _predicates,
    "kinds": lambda content: (
        f"{one['name']} ({one['entities']}): more of it means {one['up_means']}" for one in content["kinds"]
    ),
    "qualifiers": _qualifiers,
    "classes": _classes,
    "examples": lambda content: (f"{one['title']}\n{one['query']}" for one in content["examples"]),
    "pitfalls": _pitfalls,
}
"""The parts for a reader."""


def _queries(content: JSON, most: int) -> Answer:
    """The named queries with their parameters, without their texts."""
    listed = [
        {"name": one["name"], "title": one["title"], "parameters": {p["name"]: p["default"] for p in one["parameters"]}}
        for one in content["named_queries"]
    ]
    lines = []
    for one in listed[:most]:
        given = ", ".join(f"{name}={default}" for name, default in one["parameters"].items())
        lines.append(f"{one['name']}({given}): {one['title']}")
    return Answer(
        f"{len(listed)} named queries.", {"part": "queries", "queries": listed[:most]}, tuple(lines),
        left_out=(f"{len(listed) - most} queries",) if len(listed) > most else (),
        advice=("sparql_query with query=NAME and parameters runs one; graph_schema with query=NAME shows it.",),
        status="answered" if listed else "nothing found",
    )  # fmt: skip


def _query(content: JSON, name: str) -> Answer:
    found = next((query for query in content["named_queries"] if query["name"] == name.strip()), None)
    if found is None:
        near = difflib.get_close_matches(name.strip(), [query["name"] for query in content["named_queries"]], n=3)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise NotFound(f"No named query {name.strip()!r}. {hint}graph_schema with part=queries lists them.")
    lines = [f"Reading: {found['reading']}"]
    lines += [f"{p['name']} ({p['kind']}) = {p['default']}: {p['description']}" for p in found["parameters"]]
    return Answer(found["title"], {"part": "queries", "query": found}, (*lines, found["text"]))
