"""Mappings as SSSOM TSV (https://mapping-commons.github.io/sssom/): entities to terms, and the schema's own table.

The terms were chosen by curators (``semapv:ManualMappingCuration``); their labels and status were compared by script
with released vocabulary files: ``comment`` names the file, ``object_source_version`` its release where it states one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.exchange.content import ASPECTS, Content
from kg.exchange.format import Format
from kg.exchange.forms.rdf import Graphs, graphs
from kg.model import Entity
from kg.schema import BASE, SKOS, Schema, ontology_folder
from kg.store import Dataset

__all__ = ["COLUMNS", "ENTITIES", "FORMATS", "authority", "entity_mappings", "own_file", "schema_mappings"]

# In the order in which SSSOM lists its slots.
COLUMNS = (
    *("subject_id", "subject_label", "subject_category", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "object_source_version", "comment"),
)
ENTITIES = "entities.sssom.tsv"
"""The table that a release makes anew; in a release it lies beside those of the schema."""
_JUSTIFICATION = "semapv:ManualMappingCuration"
_SEMAPV = "https://w3id.org/semapv/vocab/"
_ABOUT = (
    "Terms chosen by curators. The label and status of every term were compared by script with a released vocabulary "
    "file: comment names it, object_source_version its release where it states one."
)
Row = dict[str, str]


def entity_mappings(parts: Graphs, entities: Iterable[Entity], schema: Schema, terms: Mapping[str, Row]) -> str:
    """Every match of an entity, by entity, strength of the match and term; `terms` is the authority slice."""
    rows = sorted(
        _rows(parts, {entity.iri: entity for entity in entities}, schema, terms),
        key=lambda row: [row[name] for name in COLUMNS[:5]],
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return _head(rows, schema) + out.getvalue()


def _rows(parts: Graphs, entities: Mapping[str, Entity], schema: Schema, terms: Mapping[str, Row]) -> Iterator[Row]:
    for triple in parts.get("entities", ()):
        predicate = triple.predicate.value
        entity = entities.get(triple.subject.value)  # type: ignore[union-attr]
        if entity is None or not (predicate.startswith(SKOS) and predicate.endswith("Match")):
            continue
        term = schema.curie(triple.object.value)  # type: ignore[union-attr]
        known = terms.get(term, {})
        yield {
            "subject_id": f"entity:{entity.id}",
            "subject_label": entity.label,
            "subject_category": f"ckg:{entity.kind}",
            "predicate_id": schema.curie(predicate),
            "object_id": term,
            "object_label": known.get("label", ""),
            "mapping_justification": _JUSTIFICATION,
            "object_source_version": _release(known),
            "comment": f"label and status seen in {known['seen_in']}" if known else "",
        }


def _release(term: Row) -> str:
    """The release of the vocabulary itself; the version of a package that carries it is none."""
    release = term.get("release", "")
    return "" if release in term.get("seen_in", "") else release


def _head(rows: list[Row], schema: Schema) -> str:
    used = {row[name].split(":")[0] for row in rows for name in COLUMNS if name.endswith(("_id", "_category"))}
    namespaces = {**schema.prefixes, "semapv": _SEMAPV}
    lines = {
        "mapping_set_id": f"{BASE}mappings/entities",
        "mapping_set_version": schema.version,
        "mapping_set_title": f"Entities of {schema.title.split(':')[0]} and the terms they match",
        "mapping_set_description": _ABOUT,
        "license": schema.license,
    }
    head = [f"#{name}: {json.dumps(text, ensure_ascii=False)}\n" for name, text in lines.items()]  # JSON is YAML
    head.append("#curie_map:\n")
    head += [f"#  {p}: {json.dumps(namespaces[p])}\n" for p in sorted(used | {"semapv"}) if p in namespaces]
    return "".join(head)


def authority(dataset: Dataset) -> dict[str, Row]:
    """The rows of ``terms.tsv``, by CURIE; of the shipped one for data that bring none."""
    with own_file(dataset, "terms.tsv").open(encoding="utf-8", newline="") as file:
        return {row["curie"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def schema_mappings(dataset: Dataset) -> dict[str, str]:
    """The mapping tables that are kept with the schema, by file name; the shipped ones for data that bring none."""
    files = sorted(own_file(dataset, "mappings").glob("*.sssom.tsv"))
    return {file.name: file.read_text("utf-8") for file in files if file.name != ENTITIES}


def own_file(dataset: Dataset, name: str) -> Path:
    """A file or folder that lies beside the data, or the shipped one for data that bring none."""
    own = dataset.origin / name
    return own if own.exists() else ontology_folder() / name


def write(content: Content) -> str:
    """The table of the entities of a graph."""
    dataset = content.dataset()
    return entity_mappings(graphs(dataset), content.entities, content.schema, authority(dataset))


_KEPT = ("identifiers", "near")
FORMATS = (
    Format(
        "sssom",
        "SSSOM TSV",
        (".sssom.tsv",),
        write,
        loses={
            name: "a table of mappings holds identifiers of entities, no more" for name in ASPECTS if name not in _KEPT
        },
        consumer="sssom",
    ),
)
