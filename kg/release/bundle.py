"""What a release consists of: every file with its content, made from a graph alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.contents import read
from kg.exchange.forms import rdf
from kg.exchange.forms.mappings import ENTITIES, authority, entity_mappings, schema_mappings
from kg.exchange.forms.tables import claims_table
from kg.manifest import NAME, QUADS, Manifest, Piece
from kg.release.card import card, card_page
from kg.release.description import describe, described_by
from kg.release.readme import release_page
from kg.release.reference import reference
from kg.release.vocabulary import Vocabulary
from kg.schema import ontology_folder
from kg.store import DERIVED, EDITED

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["Bundle", "bundle"]

STEM = "calciphylaxis-kg"
LICENSE = "LICENSE-DATA"
TURTLE, JSONLD, MARKDOWN = "text/turtle", "application/ld+json", "text/markdown"
TSV, TEXT = "text/tab-separated-values", "text/plain"


@dataclass(frozen=True)
class Bundle:
    """A release in memory: its manifest, and the content of every file by its path, the manifest's own too."""

    manifest: Manifest
    files: Mapping[str, bytes]


class _Files:
    """Collects files and their entries in the manifest."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.pieces: list[Piece] = []

    def add(self, path: str, content: str | bytes, media_type: str, what: str) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.contents[path] = data
        self.pieces.append(Piece.of(path, data, media_type, what))


def bundle(graph: KnowledgeGraph) -> Bundle:
    """Make a release of a graph. The same data give the same bytes; no date, path or machine goes in.

    Raises InvalidData for data with blank nodes.
    """
    dataset, schema = graph.dataset, graph.schema
    parts = rdf.graphs(dataset)
    files = _Files()
    _data(files, graph, parts)
    tables = schema_mappings(dataset)
    entities = entity_mappings(parts, read(dataset).entities.values(), schema, authority(dataset))
    files.add(f"mappings/{ENTITIES}", entities, TSV, "Entities and the terms they match, as SSSOM.")
    for name, text in tables.items():
        files.add(f"mappings/{name}", text, TSV, "Mappings of the schema to other vocabularies, as SSSOM.")
    vocabulary = Vocabulary.of(parts.get("schema", ()), schema, tables.values())
    page = reference(graph, vocabulary)
    files.add("reference.md", page, MARKDOWN, "Every predicate, link, kind and value: definition, example, mappings.")
    content = card(graph, parts, vocabulary)
    files.add("schema-card.md", card_page(content), MARKDOWN, "What to know before the first query.")
    files.add("schema-card.json", _json(content), "application/json", "The same for programs and assistants.")
    files.add(LICENSE, _license(graph), TEXT, "The licence of the data.")
    canonical = hashlib.sha256(files.contents[f"{STEM}.nq"]).hexdigest()
    manifest = Manifest(schema.title, schema.version, schema.license, dataset.digest, canonical, graph.filters, ())
    files.add("README.md", release_page(manifest, files.pieces), MARKDOWN, "What is in this folder.")
    about = describe(parts, schema, dataset.digest, canonical, files.pieces)
    wide = described_by(schema)
    files.add("dataset.ttl", rdf.turtle(about, wide), TURTLE, "VoID, DCAT and schema.org description of the dataset.")
    files.add("dataset.jsonld", rdf.jsonld_graph(about, wide), JSONLD, "The same description as JSON-LD.")
    pieces = tuple(sorted(files.pieces, key=lambda piece: piece.path))
    manifest = replace(manifest, files=pieces)
    return Bundle(manifest, {**files.contents, NAME: _json(manifest.to_dict()).encode()})


def _data(files: _Files, graph: KnowledgeGraph, parts: rdf.Graphs) -> None:
    schema = graph.schema
    files.add(f"{STEM}.nq", rdf.nquads(parts), QUADS, "All graphs as sorted N-Quads, the canonical form by RDFC-1.0.")
    files.add(f"{STEM}.jsonld", rdf.jsonld(parts, schema), JSONLD, "All graphs as JSON-LD.")
    for role in (*EDITED, *DERIVED):  # a graph of another name has none that could be that of a file
        if role in parts:
            made = "derived" if role in DERIVED else "edited"
            what = f"The {made} graph graph:{role} as Turtle."
            files.add(f"graphs/{role}.ttl", rdf.turtle(parts[role], schema), TURTLE, what)
    files.add("claims.csv", claims_table(graph.claims()), "text/csv", "The claims as one flat table, a row for each.")


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _license(graph: KnowledgeGraph) -> bytes:
    """The licence text that lies with the data; the shipped one for data under the shipped licence."""
    shipped = ontology_folder()
    places = [graph.dataset.origin / LICENSE]
    if graph.dataset.origin == shipped or graph.schema.license == "https://creativecommons.org/licenses/by/4.0/":
        places += [shipped / LICENSE, shipped.parent / LICENSE]
    for file in places:
        if file.is_file():
            return file.read_bytes()
    return f"The data are licensed under {graph.schema.license or 'terms that they do not state'}.\n".encode()
