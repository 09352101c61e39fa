"""KGX files of tests as Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

LISTS = ("publications", "synonym", "same_as", "category", "xref")


def write_parquet(
    path: Path, rows: Sequence[Mapping[str, str]], *, columns: Sequence[str] = (), lists: bool = False
) -> Path:
    """Rows of texts as a Parquet file; with `lists` as other tools write them: lists, and true and false."""
    import pyarrow as pa
    from pyarrow import parquet

    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    cells = {name: [_typed(name, row.get(name), lists) for row in rows] for name in names}
    kinds = {name: pa.list_(pa.string()) if lists and name in LISTS else pa.bool_() if lists and name == "negated" else pa.string() for name in names}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table({name: pa.array(cells[name], kinds[name]) for name in names}), path)
    return path


def _typed(name: str, cell: str | None, lists: bool) -> object:
    if cell is None or not lists:
        return cell
    if name == "negated":
        return cell == "true"
    return cell.split("|") if name in LISTS else cell


def from_tsv(path: Path, *, lists: bool = False) -> Path:
    """A KGX file as Parquet beside it."""
    header, *lines = path.read_text().splitlines()
    names = header.split("\t")
    rows = [{n: c for n, c in zip(names, line.split("\t"), strict=True) if c} for line in lines]
    return write_parquet(path.with_suffix(".parquet"), rows, columns=names, lists=lists)


def kgx_rows(graph) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """A small graph as rows of KGX nodes and edges: what KGX can say of it."""
    from files import FORMS, TAXA

    nodes = [
        {"id": e.id, "name": e.label, "category": "biolink:NamedThing", "synonym": "|".join(e.synonyms)}
        for e in graph.entities
    ]
    edges = []
    for claim in graph.claims():
        species = {"species_context_qualifier": TAXA[claim.species]} if claim.species in TAXA else {}
        cited = {"publications": "|".join(work.id for work in claim.cites)} if claim.cites else {}
        level = {"knowledge_level": "observation"} if claim.basis == "own-data" else {}
        ends = {"subject": claim.subject.id, "object": claim.object.id, "primary_knowledge_source": claim.source.id}
        edges.append({**ends, **FORMS[claim.predicate], **species, **cited, **level})
    edges += [
        {"subject": k.source.id, "object": k.target.id, **FORMS["broader"]} for k in graph.links if k.kind == "broader"
    ]
    return nodes, edges
