"""Places in a source: proved against a text wherever in it they stand, and noticed when one letter is changed."""

from __future__ import annotations

import hashlib
import shutil

import pytest
from worlds import World

import kg
from kg.check import check, squeeze
from kg.errors import FileProblem, UsageError
from kg.schema import ontology_folder

# Our own sentences, spoilt the way publishers' text is: broken lines, hyphens, glued words, ligatures, odd spaces.
CLEAN = "Steroids lower the decoy receptor. The ﬁrst signal then rises; α-Receptors follow, and vessels turn to stone."
SPOILT = "Steroidslower the de-\ncoy  recep-\ntor.The first sig\u00a0nal then\nrises; α-Receptorsfollow,\n\nand vessels TURN to stone ."
PASSAGE = "the first signal then rises; α-receptors follow"
DIGEST = hashlib.sha256(squeeze(PASSAGE).encode()).hexdigest()


@pytest.fixture
def anchored(tmp_path):
    text, passage = squeeze(CLEAN), squeeze(PASSAGE)
    start = text.index(passage)
    place = {"start": str(start), "end": str(start + len(passage)), "digest": f'"{DIGEST}"'}
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


def test_a_changed_text_is_an_error_with_its_place(anchored, tmp_path):
    (tmp_path / "text.txt").write_text(SPOILT.replace("rises", "falls"))
    report = check(anchored, {"s1": tmp_path / "text.txt"})
    (problem,) = [p for p in report.problems if p.rule == "anchor"]
    assert (problem.level, problem.file, problem.subject) == ("error", "claims/all.ttl", "claim:c1")
    assert not report.sound


@pytest.mark.parametrize("place", range(0, 64, 7))
def test_a_digest_with_one_digit_changed_is_noticed_wherever_the_digit_stands(anchored, tmp_path, place):
    (tmp_path / "text.txt").write_text(SPOILT)
    file = anchored / "claims" / "all.ttl"
    changed = DIGEST[:place] + ("0" if DIGEST[place] != "0" else "1") + DIGEST[place + 1 :]
    file.write_text(file.read_text().replace(DIGEST, changed))
    assert kg.open(anchored)  # still well-formed
    report = check(anchored, {"s1": tmp_path / "text.txt"})
    assert [p.subject for p in report.problems if p.rule == "anchor"] == ["claim:c1"]
    assert report.counts["places proved"] == 0


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
    assert [p for p in found.problems if p.rule == "anchor"] == []
    assert found.counts["places proved"] == 65 + 57


def test_one_digit_of_one_place_of_the_founding_report_is_noticed(report, tmp_path):
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    file = folder / "claims" / "nazir-2015.ttl"
    text = file.read_text()
    file.write_text(text.replace('"e2e68a95', '"e2e68a96', 1))
    assert kg.open(folder)  # still well-formed
    problems = check(folder, {"nazir-2015": report}).problems
    assert [(p.rule, p.subject) for p in problems if p.level == "error"] == [("anchor", "claim:nazir-2015-31")]
