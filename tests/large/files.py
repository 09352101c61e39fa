"""Small KGX files of our own making, and worlds written out as KGX."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from worlds import SIGNS, World

Row = Mapping[str, str]
TAXA = {"human": "NCBITaxon:9606", "mouse": "NCBITaxon:10090"}
CAUSES = "biolink:causes"
FORMS: dict[str, Row] = {
    "increases": {
        "predicate": "biolink:affects",
        "qualified_predicate": CAUSES,
        "object_direction_qualifier": "increased",
    },
    "decreases": {
        "predicate": "biolink:affects",
        "qualified_predicate": CAUSES,
        "object_direction_qualifier": "decreased",
    },
    "causes": {"predicate": "biolink:causes"},
    "contributes-to": {"predicate": "biolink:contributes_to"},
    "treats-or-prevents": {"predicate": "biolink:treats"},
    "affects": {"predicate": "biolink:affects"},
    "has-no-effect-on": {"predicate": "biolink:affects", "negated": "true"},
    "positively-associated-with": {"predicate": "biolink:positively_correlated_with"},
    "negatively-associated-with": {"predicate": "biolink:negatively_correlated_with"},
    "not-associated-with": {"predicate": "biolink:associated_with", "negated": "true"},
    "broader": {"predicate": "biolink:subclass_of"},
}
"""How each of our predicates is said in KGX."""

NODES = [
    {"id": "CHEBI:1", "name": "steroid", "category": "biolink:NamedThing|biolink:Drug", "synonym": "glucocorticoid|GC"},
    {"id": "CHEBI:2", "name": "dexamethasone", "category": "biolink:SmallMolecule"},
    {"id": "HGNC:3", "name": "TNF-α", "category": "biolink:Gene", "same_as": "UniProt:P3"},
    {"id": "MONDO:4", "name": "calcification", "category": "biolink:Disease"},
    {"id": "UBERON:5", "name": "bone", "category": "biolink:GrossAnatomicalStructure"},
]
EDGES = [
    {"subject": "CHEBI:2", "object": "CHEBI:1", **FORMS["broader"]},
    {"subject": "CHEBI:1", "object": "HGNC:3", **FORMS["decreases"], "publications": "PMID:1|PMID:2",
     "primary_knowledge_source": "infores:a", "species_context_qualifier": "NCBITaxon:9606"},
    {"subject": "CHEBI:1", "object": "HGNC:3", **FORMS["has-no-effect-on"], "publications": "PMID:3"},
    {"subject": "HGNC:3", "object": "MONDO:4", **FORMS["causes"], "primary_knowledge_source": "infores:b",
     "knowledge_level": "prediction"},
    {"subject": "CHEBI:2", "object": "MONDO:4", **FORMS["treats-or-prevents"], "primary_knowledge_source": "infores:b"},
    {"subject": "CHEBI:1", "object": "MONDO:4", "predicate": "biolink:associated_with", "publications": "PMID:1"},
    {"subject": "UBERON:5", "object": "MONDO:4", "predicate": "biolink:location_of"},
]  # fmt: skip


def write_tsv(path: Path, rows: Sequence[Row], columns: Sequence[str] = ()) -> Path:
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    lines = ["\t".join(names), *("\t".join(row.get(name, "") for name in names) for row in rows)]
    return put(path, "\n".join(lines) + "\n")


def write_jsonl(path: Path, rows: Sequence[Row]) -> Path:
    """The same rows as JSON Lines: lists where cells hold several values, true and false where they say so."""
    return put(path, "".join(json.dumps({k: _value(k, v) for k, v in row.items()}) + "\n" for row in rows))


def _value(name: str, cell: str) -> object:
    if name == "negated":
        return cell == "true"
    return cell.split("|") if name in ("publications", "synonym", "same_as", "category", "xref") else cell


def put(path: Path, text: str) -> Path:
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write(
    folder: Path, nodes: Sequence[Row] = NODES, edges: Sequence[Row] = EDGES, form: str = "tsv", stem: str = ""
) -> tuple[Path, Path]:
    """Both files in a folder: ``nodes.tsv`` and ``edges.tsv``, or of another form."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = write_tsv if form.startswith("tsv") else write_jsonl
    return writer(folder / f"{stem}nodes.{form}", nodes), writer(folder / f"{stem}edges.{form}", edges)


def kgx_world(seed: int, entities: int = 6, claims: int = 16, links: int = 4) -> World:
    """A random world of what KGX can say: signed, unsigned, null and associated claims of two sources, kinds."""
    rng = random.Random(seed)
    names = [f"e{number}" for number in range(rng.randint(2, entities))]
    extras: list[Row] = [{}, {"species": "ckg:human"}, {"species": "ckg:mouse"}, {"source": "source:s2"}]
    return World(
        claims=[
            (
                rng.choice(names),
                rng.choice([*SIGNS, "has-no-effect-on", "not-associated-with"]),
                rng.choice(names),
                rng.choice(extras),
            )
            for _ in range(rng.randint(0, claims))
        ],
        links=sorted({(rng.choice(names), "broader", rng.choice(names)) for _ in range(rng.randint(0, links))}),
        entities=names,
        sources=("s1", "s2"),
    )


def write_world(world: World, folder: Path, form: str = "tsv") -> tuple[Path, Path]:
    """A world as KGX: own data of a source are an observation of a knowledge source."""
    rows = []
    for subject, predicate, target, *more in world.claims:
        extras = {name: value.split(":")[1] for name, value in (more[0] if more else {}).items()}
        species = {"species_context_qualifier": TAXA[extras["species"]]} if "species" in extras else {}
        source = {"primary_knowledge_source": extras.get("source", "s1"), "knowledge_level": "observation"}
        rows.append({"subject": subject, "object": target, **FORMS[predicate], **source, **species})
    rows += [{"subject": child, "object": parent, **FORMS["broader"]} for child, _, parent in world.links]
    columns = ["subject", "predicate", "object", "qualified_predicate", "object_direction_qualifier", "negated",
               "primary_knowledge_source", "knowledge_level", "species_context_qualifier"]  # fmt: skip
    nodes = write_tsv(
        folder / "nodes.tsv", [{"id": name, "name": name, "category": "biolink:Protein"} for name in world.names()]
    )
    if form == "jsonl":
        return nodes, write_jsonl(folder / "edges.jsonl", rows)
    return nodes, write_tsv(folder / "edges.tsv", rows, columns)
