"""A small folder of data that sheets are added to, and how to write a sheet."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from worlds import PREFIXES, World  # noqa: E402 - found on the path above

from kg.schema import ontology_folder, shipped_prefixes  # noqa: E402
from kg.turtle import format_turtle  # noqa: E402

PREFIXES_OF_FILES = shipped_prefixes()
QUESTIONS = "https://w3id.org/calciphylaxis-kg/question/"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Steroids lower OPG, OPG lowers calcification; a dispute, and the question that follows from it."""
    folder = World(
        claims=[
            ("steroid", "decreases", "opg"),
            ("opg", "decreases", "calcification", {"source": "source:s2"}),
            ("rankl", "increases", "calcification", {"status": "ckg:draft", "dispute": "dispute:rankl-dispute"}),
        ],
        kinds={"steroid": "Drug", "calcification": "Phenotype"},
        sources=("s1", "s2"),
        source_extras={"s2": ' ; ckg:doi "10.1000/S2" ; ckg:pmid "123"'},
    ).write(tmp_path / "data")
    (folder / "disputes.ttl").write_text(
        PREFIXES + 'dispute:rankl-dispute a ckg:Dispute ; rdfs:label "RANKL or not" ; skos:definition "Either." .\n'
    )
    (folder / "questions.ttl").write_text(
        PREFIXES
        + f"@prefix question: <{QUESTIONS}> .\n"
        + "".join(
            f'question:q{n} a ckg:Question ; rdfs:label "{a}?" ; ckg:from entity:{a} ; ckg:to entity:calcification .\n'
            for n, a in ((1, "steroid"), (2, "rankl"))
        )
    )
    for file in folder.rglob("*.ttl"):
        file.write_text(format_turtle(file.read_text(), {**PREFIXES_OF_FILES, "question": QUESTIONS}))
    return folder


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """What the examples speak of: the shipped data with a few papers alone, and without queries."""
    shipped, folder = ontology_folder(), tmp_path / "papers"
    shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("claims", "queries"))
    (folder / "claims").mkdir()
    for file in (shipped / "claims").glob("*.ttl"):
        if file.stem in ("nazir-2015", "panizo-2009") or "dispute:steroid-paradox" in file.read_text("utf-8"):
            shutil.copy(file, folder / "claims")
    return folder


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Writes a sheet: its header and its rows, with cells parted by semicolons."""

    def write(*lines: str, name: str = "sheet.tsv", encoding: str = "utf-8") -> Path:
        separator = "," if name.endswith(".csv") else "\t"
        file = tmp_path / name
        file.write_bytes("\n".join(line.replace(";", separator) for line in lines).encode(encoding))
        return file

    return write


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """All files under a folder with their bytes."""

    def read(folder: Path) -> dict[str, bytes]:
        return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}

    return read
