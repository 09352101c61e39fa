"""Canonical Turtle: one form per set of triples, readable, without blank nodes.

The files that people edit under ``ontology/`` are kept in this form, so that a change of one claim is a change of
that claim's block and of nothing else. ``python -m kg.turtle FILE...`` rewrites files in place.

Order: subjects by IRI (numbers in them by value, so that ``-2`` stands before ``-10``); within a subject the type,
then the properties in `PROPERTIES`, then all others by IRI; values of one property by their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg.ordering import natural

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["format_turtle", "to_trig", "to_turtle"]

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDF_REIFIES = "http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies"
XSD = "http://www.w3.org/2001/XMLSchema#"
CKG = "https://w3id.org/calciphylaxis-kg/schema#"
PROPERTIES = [
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/isReferencedBy",
    RDF_REIFIES,
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
_PREFIX = re.compile(r"([A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?\Z")
_BARE = {XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"), XSD + "boolean": re.compile(r"(true|false)\Z")}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """Write triples as canonical Turtle, declaring those of `prefixes` that are used.

    Triple terms are written as RDF 1.2 has them. Raises ValueError for a blank node, which has no stable name and so
    no stable place. O(n log n) in the triples.
    """
    terms = _Terms(prefixes)
    body = terms.blocks(triples)
    return f"{terms.declarations()}\n{body}"


def to_trig(graphs: Mapping[str, Iterable[Triple]], prefixes: Mapping[str, str]) -> str:
    """Write named graphs (by their IRIs) as TriG, each in canonical form, in the order given; else as `to_turtle`."""
    terms = _Terms(prefixes)
    body = [f"{terms.name(iri)} {{\n\n{terms.blocks(triples)}\n}}\n" for iri, triples in graphs.items()]
    return f"{terms.declarations()}\n" + "\n".join(body)


class _Terms:
    """Writes single terms, and remembers in `used` which prefixes it took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.used: set[str] = set()
        sound = {prefix: namespace for prefix, namespace in prefixes.items() if _PREFIX.match(prefix)}
        self._longest_first = sorted(sound.items(), key=lambda item: -len(item[1]))

    def declarations(self) -> str:
        """The prefixes used so far."""
        namespaces = dict(self._longest_first)
        used = sorted(self.used, key=lambda prefix: (prefix.lower(), prefix))
        return "".join(f"@prefix {prefix}: <{namespaces[prefix]}> .\n" for prefix in used)

    def blocks(self, triples: Iterable[Triple]) -> str:
        """A block for each subject."""
        blocks: dict[str, dict[str, set[str]]] = {}
        for triple in triples:
            subject, predicate = self.iri(triple.subject), self.iri(triple.predicate)
            blocks.setdefault(subject, {}).setdefault(predicate, set()).add(self.term(triple.object))
        body = []
        for subject in sorted(blocks, key=natural):
            rows = [
                f"{'a' if iri == RDF_TYPE else self.name(iri)} {', '.join(sorted(values, key=natural))}"
                for iri, values in sorted(blocks[subject].items(), key=lambda item: _property_place(item[0]))
            ]
            body.append(f"{self.name(subject)} " + " ;\n    ".join(rows) + " .\n")
        return "\n".join(body)

    def iri(self, node: Any) -> str:
        if type(node).__name__ != "NamedNode":
            raise ValueError(f"canonical Turtle has no blank nodes, but met {node}")
        return str(node.value)

    def name(self, iri: str) -> str:
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def term(self, node: Any) -> str:
        if type(node).__name__ == "Triple":
            ends = self.name(self.iri(node.subject)), self.name(self.iri(node.predicate)), self.term(node.object)
            return f"<<( {' '.join(ends)} )>>"
        if type(node).__name__ != "Literal":
            return self.name(self.iri(node))
        datatype = node.datatype.value
        if datatype in _BARE and _BARE[datatype].match(node.value):
            return str(node.value)
        text = '"' + "".join(_ESCAPES.get(c, c) for c in node.value) + '"'
        if node.language:
            return f"{text}@{node.language}" + (f"--{node.direction}" if node.direction else "")
        return text if datatype == XSD + "string" else f"{text}^^{self.name(datatype)}"


def format_turtle(text: str, prefixes: Mapping[str, str]) -> str:
    """Rewrite a Turtle document in canonical form (its comments are lost). Raises SyntaxError where it is broken."""
    from pyoxigraph import RdfFormat, parse

    return to_turtle((quad.triple for quad in parse(text, format=RdfFormat.TURTLE)), prefixes)


def _property_place(iri: str) -> tuple[int, str]:
    return (-1, "") if iri == RDF_TYPE else (_RANK.get(iri, len(_RANK)), iri)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from kg.schema import shipped_prefixes

    for file in map(Path, sys.argv[1:]):
        file.write_text(format_turtle(file.read_text("utf-8"), shipped_prefixes()), "utf-8")
