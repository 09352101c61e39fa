"""The schema card: what a writer of queries, or an assistant, must know before the first query. JSON and Markdown."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.exchange.forms.rdf import Graphs
from kg.model import DISCLAIMER
from kg.release.advice import EXAMPLES, PITFALLS
from kg.release.reference import sign_words
from kg.release.vocabulary import Vocabulary, cell, table
from kg.schema import BASE, CKG, RDF_TYPE, Schema
from kg.store import DERIVED

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["card", "card_page"]

JSON = dict[str, Any]
ENTITY = "ckg:Entity"


def card(graph: KnowledgeGraph, parts: Graphs, vocabulary: Vocabulary) -> JSON:
    """The card as JSON-ready data. O(triples)."""
    schema = graph.schema
    return {
        "format": BASE + "schema-card/1",
        "title": schema.title,
        "version": schema.version,
        "license": schema.license,
        "disclaimer": DISCLAIMER,
        "prefixes": dict(sorted(schema.prefixes.items())),
        "graphs": [_graph(role, len(triples), vocabulary) for role, triples in parts.items()],
        "classes": _classes(parts, vocabulary),
        "kinds": _kinds(graph),
        "predicates": _predicates(graph),
        "links": _links(graph),
        "vocabularies": _vocabularies(graph),
        "examples": [asdict(example) for example in EXAMPLES],
        "pitfalls": [asdict(pitfall) for pitfall in PITFALLS],
        "named_queries": [query.to_dict() for query in graph.queries.values()],
    }


def _graph(role: str, triples: int, vocabulary: Vocabulary) -> JSON:
    term = vocabulary.terms.get(f"graph:{role}")
    definition = term.definition if term else ""
    made = "by rule" if role in DERIVED else "by hand"
    return {"name": f"graph:{role}", "made": made, "triples": triples, "definition": definition}


def _kinds(graph: KnowledgeGraph) -> list[JSON]:
    entities = Counter(entity.kind for entity in graph.entities)
    return [
        {"name": f"ckg:{k.name}", "label": k.label, "entities": entities[k.name], "up_means": k.up_means}
        for k in graph.schema.kinds.values()
    ]


def _predicates(graph: KnowledgeGraph) -> list[JSON]:
    claims, edges = Counter(c.predicate for c in graph.claims()), Counter(e.predicate for e in graph.edges)
    return [
        {
            "name": f"ckg:{p.name}",
            "sign": p.sign,
            "causal": p.causal,
            "null": p.null,
            "claims": claims[p.name],
            "edges": edges[p.name],
            "definition": p.definition,
        }
        for p in graph.schema.predicates.values()
    ]


def _links(graph: KnowledgeGraph) -> list[JSON]:
    counts = Counter(link.kind for link in graph.links)
    return [
        {
            "name": f"ckg:{link.name}",
            "label": link.label,
            "sign": link.sign,
            "links": counts[link.name],
            "definition": link.definition,
        }
        for link in graph.schema.links.values()
    ]


def _classes(parts: Graphs, vocabulary: Vocabulary) -> list[JSON]:
    """The classes of what is described outside of the schema, with their properties, most used first."""
    kinds = {CKG + name for name in vocabulary.schema.kinds}
    members: dict[str, set[str]] = defaultdict(set)
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    examples: dict[tuple[str, str], str] = {}
    for role, triples in parts.items():
        if role == "schema" or role in DERIVED:
            continue
        types: dict[str, set[str]] = defaultdict(set)
        for triple in triples:
            if triple.predicate.value == RDF_TYPE:
                name = ENTITY if triple.object.value in kinds else vocabulary.schema.curie(triple.object.value)  # type: ignore[union-attr]
                types[triple.subject.value].add(name)  # type: ignore[union-attr]
        for triple in triples:
            for name in types[triple.subject.value]:  # type: ignore[union-attr]
                used = vocabulary.schema.curie(triple.predicate.value)
                members[name].add(triple.subject.value)  # type: ignore[union-attr]
                uses[name][used] += 1
                examples.setdefault((name, used), _shown(triple.object, vocabulary.schema))
    return [
        {
            "name": name,
            "definition": vocabulary.terms[name].definition if name in vocabulary.terms else "",
            "members": len(members[name]),
            "properties": [
                {"name": used, "triples": count, "example": examples[name, used]}
                for used, count in sorted(uses[name].items(), key=lambda item: (-item[1], item[0]))
            ],
        }
        for name in sorted(members, key=lambda name: (-len(members[name]), name))
    ]


def _shown(term: Any, schema: Schema, most: int = 60) -> str:
    """A value as a query would write it, long texts shortened."""
    if type(term).__name__ == "NamedNode":
        return schema.curie(term.value)
    text = term.value if len(term.value) <= most else f"{term.value[:most]}..."
    kind = schema.curie(term.datatype.value)
    if kind in ("xsd:integer", "xsd:boolean"):
        return str(text)
    return json.dumps(text, ensure_ascii=False) + ("" if kind in ("xsd:string", "rdf:langString") else f"^^{kind}")


def _vocabularies(graph: KnowledgeGraph) -> list[JSON]:
    claims = graph.claims()
    found = []
    for name, ranks in graph.schema.vocabularies.items():
        uses = Counter(getattr(claim, name, None) for claim in claims)
        values = [{"name": f"ckg:{value}", "rank": ranks[value], "claims": uses[value]} for value in ranks]
        if any(uses[value] for value in ranks):
            found.append({"property": f"ckg:{name}", "unstated": uses[None], "values": values})
    return found


def card_page(content: Mapping[str, Any]) -> str:
    """The card as a page of Markdown."""
    return "\n".join(_page(content)).rstrip("\n") + "\n"


def _page(content: Mapping[str, Any]) -> Iterator[str]:
    yield f"# Schema card\n\n{content['title']}, version {content['version']}. {content['disclaimer']}\n"
    yield "## Named graphs\n\nThe default graph is the union of them all.\n"
    yield _table(content["graphs"], "name", "made", "triples", "definition")
    yield "## Classes and their properties\n\nAn entity has its kind as type, never `ckg:Entity` itself.\n"
    for entry in content["classes"]:
        yield f"### `{entry['name']}`: {entry['members']}\n"
        if entry["definition"]:
            yield f"{cell(entry['definition'])}\n"
        yield _table(entry["properties"], "name", "triples", "example")
    yield "## Kinds of entities\n"
    yield _table(content["kinds"], "name", "entities", "up_means")
    yield "## Predicates\n"
    rows = [{**entry, "sign": sign_words(entry["sign"], entry["causal"])} for entry in content["predicates"]]
    yield _table(rows, "name", "sign", "claims", "edges", "definition")
    yield "## Definitional links\n"
    yield _table(content["links"], "name", "sign", "links", "definition")
    yield "## Values of qualifiers\n"
    for entry in content["vocabularies"]:
        values = ", ".join(f"`{value['name']}` {value['claims']}" for value in entry["values"])
        yield f"- `{entry['property']}`: {values}; not stated: {entry['unstated']} claims."
    yield "\n## Prefixes\n\n```sparql"
    yield from (f"PREFIX {name}: <{iri}>" for name, iri in content["prefixes"].items())
    yield "```\n\n## Example queries\n"
    for example in content["examples"]:
        yield f"{example['title']}\n\n```sparql\n{example['query']}\n```\n"
    yield "## Pitfalls\n"
    for pitfall in content["pitfalls"]:
        yield f"### {pitfall['title']}\n\n{pitfall['text']}\n"
        for word in ("Wrong", "Right") if pitfall["wrong"] else ():
            yield f"{word}:\n\n```sparql\n{pitfall[word.lower()]}\n```\n"
    yield "## Named queries\n\nRun them with `kg query NAME`.\n"
    queries = content["named_queries"]
    rows = [{**entry, "parameters": ", ".join(p["name"] for p in entry["parameters"])} for entry in queries]
    yield _table(rows, "name", "parameters", "title")


def _table(rows: list[JSON], *columns: str) -> str:
    code = {"name", "example"}
    lines = [[f"`{row[c]}`" if c in code else row[c] for c in columns] for row in rows]
    return table([column.replace("_", " ") for column in columns], lines)
