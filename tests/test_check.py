"""kg check: each rule fires on a copy with one fault, and the shipped data are sound."""

from __future__ import annotations

import hashlib
import shutil

import pytest
from pyoxigraph import NamedNode, Quad, Store
from worlds import World

import kg
from kg.check import check, squeeze
from kg.errors import FileProblem, UsageError
from kg.schema import ontology_folder
from kg.store import graph_node

# Our own sentences, spoilt the way publishers' text is: broken lines, hyphens, glued words, ligatures, odd spaces.
CLEAN = "Steroids lower the decoy receptor. The ﬁrst signal then rises; α-Receptors follow, and vessels turn to stone."
SPOILT = "Steroidslower the de-\ncoy  recep-\ntor.The first sig\u00a0nal then\nrises; α-Receptorsfollow,\n\nand vessels TURN to stone ."
PASSAGE = "the first signal then rises; α-receptors follow"


@pytest.fixture
def anchored(tmp_path):
    text, passage = squeeze(CLEAN), squeeze(PASSAGE)
    start = text.index(passage)
    place = {
        "start": str(start),
        "end": str(start + len(passage)),
        "digest": f'"{hashlib.sha256(passage.encode()).hexdigest()}"',
    }
    return World(claims=[("a", "increases", "b", place)]).write(tmp_path / "world")


def test_squeezing_survives_what_publishers_do_to_text():
    assert squeeze(CLEAN) == squeeze(SPOILT)
    assert squeeze("ﬁ NF-κB\n²") == "finfκb2"


@pytest.mark.parametrize("text", [CLEAN, SPOILT, "A preface that moves it all. " + SPOILT])
def test_a_passage_is_found_wherever_it_stands(anchored, tmp_path, text):
    (tmp_path / "text.txt").write_text(text)
    report = check(anchored, {"s1": tmp_path / "text.txt"})
    assert report.counts["places proved"] == 1
    assert [p for p in report.problems if p.rule == "anchor"] == []


def test_a_changed_text_or_digest_is_an_error_with_its_place(anchored, tmp_path):
    (tmp_path / "text.txt").write_text(SPOILT.replace("rises", "falls"))
    report = check(anchored, {"s1": tmp_path / "text.txt"})
    (problem,) = [p for p in report.problems if p.rule == "anchor"]
    assert (problem.level, problem.file, problem.subject) == ("error", "claims/all.ttl", "claim:c1")
    assert not report.sound


def test_texts_that_cannot_be_read(anchored, tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileProblem):
        check(anchored, {"s1": tmp_path / "nowhere"})
    with pytest.raises(FileProblem, match="UTF-8"):
        check(anchored, {"s1": tmp_path / "binary"})
    with pytest.raises(UsageError):
        check(anchored, {"nobody": tmp_path / "binary"})


def test_the_founding_report_proves_every_place(report):
    found = check(ontology_folder(), {"nazir-2015": report})
    assert found.problems == ()
    assert found.counts["places proved"] == 65 + 57


def test_the_shipped_data_are_sound():
    report = check(ontology_folder())
    assert report.problems == ()
    assert report.counts["claims"] == 818


def test_an_entity_without_identifier_or_reason_is_a_warning(tmp_path):
    report = check(World(claims=[("a", "increases", "b")]).write(tmp_path))
    assert [(p.level, p.rule, p.subject) for p in report.problems] == [
        ("warning", "identifier", "entity:a"), ("warning", "identifier", "entity:b")
    ]  # fmt: skip
    assert report.sound


def test_all_broken_files_are_reported_at_once(tmp_path):
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path)
    (folder / "claims" / "x.ttl").write_text("not turtle")
    (folder / "claims" / "y.ttl").write_bytes(b"")
    report = check(folder)
    assert {p.file for p in report.problems if p.rule == "syntax"} == {"claims/x.ttl", "claims/y.ttl"}


@pytest.mark.parametrize("fault", ["too much", "lacks"])
@pytest.mark.parametrize("role", ["direct", "association", "signed"])
def test_drift_of_a_derived_graph_is_found_both_ways(tmp_path, role, fault):
    world = World(claims=[("a", "increases", "b"), ("a", "positively-associated-with", "b")])
    world.load(tmp_path / "world").save(tmp_path / "store")
    store = Store(str(tmp_path / "store"))
    quads = list(store.quads_for_pattern(None, None, None, graph_node(role)))
    if fault == "lacks":
        store.remove(quads[0])
    else:
        store.add(Quad(NamedNode("urn:x"), NamedNode("urn:p"), NamedNode("urn:y"), graph_node(role)))
    store.flush()
    del store
    found = [p for p in check(tmp_path / "store").problems if p.rule == "drift"]
    assert {p.subject for p in found} == {f"graph:{role}"}
    assert all(fault in p.message for p in found)


def test_one_digit_of_one_place_is_noticed(report, tmp_path):
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    file = folder / "claims" / "nazir-2015.ttl"
    text = file.read_text()
    file.write_text(text.replace('"e2e68a95', '"e2e68a96', 1))
    assert kg.open(folder)  # still well-formed
    assert [p.rule for p in check(folder, {"nazir-2015": report}).problems] == ["anchor"]
