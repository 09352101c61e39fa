"""Canonical Turtle: one form per set of triples, readable, without blank nodes.

The files that people edit under ``ontology/`` are kept in this form, so that a change of one claim is a change of
that claim's block and of nothing else. ``python -m kg.turtle FILE...`` rewrites files in place.

Order: subjects by IRI (numbers in them by value, so that ``-2`` stands before ``-10``); within a subject the type,
then the properties in `PROPERTIES`, then all others by IRI; values of one property by their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

__all__ = ["format_turtle", "to_turtle"]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
CKG = "https://w3id.org/calciphylaxis-kg/schema#"
PROPERTIES = [
    "http://www.w3.org/2000/01/rdf-schema#label",
    *(CKG + name for name in ("case", "subject", "predicate", "object", "source", "cites")),
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://www.w3.org/2004/02/skos/core#hiddenLabel",
    CKG + "ambiguous-name",
    *(CKG + name for name in ("broader", "raised-state-of", "lowered-state-of", "readout-of")),
    "http://www.w3.org/2004/02/skos/core#exactMatch",
    "http://www.w3.org/2004/02/skos/core#closeMatch",
    *(f"http://purl.org/dc/terms/{name}" for name in ("title", "creator", "issued")),
    *(CKG + name for name in ("journal", "doi", "pmid", "pmcid", "url")),
    *(CKG + name for name in ("category", "entity", "presence", "value", "unit", "direction", "time", "body-site")),
    *(CKG + name for name in ("certainty", "basis", "design", "directness", "species", "tissue")),
    *(CKG + name for name in ("population", "exposure", "effect", "dispute", "status", "caution")),
    *(CKG + name for name in ("section", "start", "end", "digest")),
]
_RANK = {iri: place for place, iri in enumerate(PROPERTIES)}
_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?\Z")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Write triples as canonical Turtle, declaring those of `prefixes` that are used.

    Raises ValueError for a blank node, which has no stable name and so no stable place. O(n log n) in the triples.
    """
    used: set[str] = set()
    by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))

    def name(node: NamedNode | BlankNode) -> str:
        if not hasattr(node, "value") or type(node).__name__ != "NamedNode":
            raise ValueError(f"canonical Turtle has no blank nodes, but met {node}")
        for prefix, namespace in by_length:
            if node.value.startswith(namespace) and _LOCAL.match(node.value[len(namespace) :]):
                used.add(prefix)
                return f"{prefix}:{node.value[len(namespace) :]}"
        return f"<{node.value}>"

    def term(node: NamedNode | BlankNode | Literal) -> str:
        if type(node).__name__ != "Literal":
            return name(node)  # type: ignore[arg-type]
        datatype = node.datatype.value  # type: ignore[union-attr]
        if datatype in (XSD + "integer", XSD + "boolean"):
            return node.value
        text = '"' + "".join(_ESCAPES.get(c, c) for c in node.value) + '"'
        if node.language:  # type: ignore[union-attr]
            return f"{text}@{node.language}"  # type: ignore[union-attr]
        return text if datatype == XSD + "string" else f"{text}^^{name(node.datatype)}"  # type: ignore[union-attr]

    blocks: dict[str, dict[str, set[str]]] = {}
    names: dict[str, str] = {}
    for triple in triples:
        subject, predicate = triple.subject, triple.predicate
        names[subject.value] = name(subject)  # type: ignore[arg-type, union-attr]
        names[predicate.value] = "a" if predicate.value == RDF_TYPE else name(predicate)
        values = blocks.setdefault(subject.value, {}).setdefault(predicate.value, set())  # type: ignore[union-attr]
        values.add(term(triple.object))  # type: ignore[arg-type]

    body = []
    for subject_iri in sorted(blocks, key=_natural):
        rows = [
            f"{names[iri]} {', '.join(sorted(values, key=_natural))}"
            for iri, values in sorted(blocks[subject_iri].items(), key=lambda item: _property_place(item[0]))
        ]
        body.append(f"{names[subject_iri]} " + " ;\n    ".join(rows) + " .\n")
    head = "".join(f"@prefix {p}: <{prefixes[p]}> .\n" for p in sorted(used, key=lambda p: (p.lower(), p)))
    return head + "\n" + "\n".join(body)


def format_turtle(text: str, prefixes: Mapping[str, str]) -> str:
    """Rewrite a Turtle document in canonical form (its comments are lost). Raises SyntaxError where it is broken."""
    from pyoxigraph import RdfFormat, parse

    return to_turtle((quad.triple for quad in parse(text, format=RdfFormat.TURTLE)), prefixes)


def _property_place(iri: str) -> tuple[int, str]:
    return (-1, "") if iri == RDF_TYPE else (_RANK.get(iri, len(_RANK)), iri)


def _natural(text: str) -> list[tuple[bool, int, str]]:
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", text)]


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from kg.schema import shipped_prefixes

    for file in map(Path, sys.argv[1:]):
        file.write_text(format_turtle(file.read_text("utf-8"), shipped_prefixes()), "utf-8")
