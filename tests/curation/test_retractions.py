"""Retracting: the claim stays with reason and date, speaks no longer, and what follows is told beforehand."""

from __future__ import annotations

import datetime
import shutil

import pytest
from worlds import PREFIXES, World

import kg
from kg.check import check
from kg.curation import add, retract
from kg.errors import NotFound, UsageError
from kg.schema import ontology_folder

WHY = {"reason": "Read again: it says the opposite.", "date": "2031-05-30"}


def test_a_retracted_claim_keeps_all_it_stated(data):
    before = kg.open(data).claim("c3").to_dict()
    retract(data, ["c3"], **WHY).apply()
    after = kg.open(data).claim("c3")
    changed = {"status": "retracted", "retraction_reason": WHY["reason"], "retraction_date": "2031-05-30"}
    assert after.to_dict() == {**before, **changed}
    assert '"2031-05-30"^^xsd:date' in (data / "claims" / "all.ttl").read_text()
    assert "retraction" not in {problem.rule for problem in check(data).problems}


def test_it_speaks_no_longer_and_the_preview_says_what_follows(data):
    change = retract(data, ["c1", "c3"], **WHY)
    assert [(edge.what, str(edge)) for edge in change.preview.edges] == [
        ("gone", "rankl increases calcification"), ("gone", "steroid decreases opg")
    ]  # fmt: skip
    assert [str(v) for v in change.preview.verdicts] == [
        "steroid? increases → no path: turned by claim c1 (retracted) alone",
        "rankl? increases → no path: turned by claim c3 (retracted) alone",
    ]
    assert [claim.status for claim in change.preview.claims] == ["retracted", "retracted"]
    change.apply()
    assert kg.open(data).verdicts() == {"q1": "no path", "q2": "no path"}
    assert {edge.subject.id for edge in kg.open(data).edges} == {"opg"}


def test_only_its_own_file_and_block_change(data, tree):
    before = tree(data)
    change = retract(data, ["c1"], **WHY)
    assert change.preview.files == ("claims/all.ttl",)
    change.apply()
    after = tree(data)
    assert {name for name in after if after[name] != before[name]} == {"claims/all.ttl"}
    blocks, old = (set(t["claims/all.ttl"].decode().split("\n\n")[1:]) for t in (after, before))
    assert len(blocks - old) == len(old - blocks) == 1


def test_retracting_twice_changes_nothing(data, tree):
    retract(data, ["c1"], **WHY).apply()
    once = tree(data)
    for date in ("2031-05-30", None):
        again = retract(data, ["c1", "c1"], reason=" Read again:  it says\nthe opposite. ", date=date)
        assert again.empty
        assert [str(skipped) for skipped in again.preview.skipped] == ["c1 is retracted already"]
        assert again.apply() == ()
    assert tree(data) == once


@pytest.mark.parametrize("other", [{"reason": "Another."}, {"date": "2031-05-31"}])
def test_another_reason_or_date_for_a_retracted_claim_is_refused(data, tree, other):
    retract(data, ["c1"], **WHY).apply()
    once = tree(data)
    with pytest.raises(UsageError, match=r"c1 is retracted already, on 2031-05-30, because: Read again"):
        retract(data, ["c2", "c1"], **{**WHY, **other})
    assert tree(data) == once


def test_all_claims_of_a_source_those_that_are_retracted_already_are_left_alone(data):
    retract(data, ["c1"], **WHY).apply()
    change = retract(data, source="s1", reason="The paper was withdrawn.", date="2031-06-01")
    assert [claim.id for claim in change.preview.claims] == ["c3"]
    assert [skipped.claim for skipped in change.preview.skipped] == ["c1"]
    change.apply()
    assert [(c.id, c.retraction_date) for c in kg.open(data).claims(source="s1")] == [
        ("c1", "2031-05-30"),
        ("c3", "2031-06-01"),
    ]
    assert retract(data, source="s1", reason="The paper was withdrawn.").empty


def test_without_a_date_it_is_today(data):
    retract(data, ["c1"], reason="Wrong.").apply()
    day = datetime.date.fromisoformat(kg.open(data).claim("c1").retraction_date)
    assert abs((datetime.date.today() - day).days) <= 1


@pytest.mark.parametrize(
    "date", ["2031-02-30", "30.5.2031", "2031-5-30", "20310530", "", "today", "2031-05-30T00:00:00"]
)
def test_what_is_no_date_is_refused(data, date):
    with pytest.raises(UsageError, match="is no date"):
        retract(data, ["c1"], reason="Wrong.", date=date)


@pytest.mark.parametrize("reason", ["", "  ", "=1+1", "@x", "a\x07b"])
def test_a_reason_must_be_a_sentence(data, reason):
    with pytest.raises(UsageError, match=r"[Rr]eason"):
        retract(data, ["c1"], reason=reason)


def test_unknown_claims_and_sources_and_none_at_all(data):
    with pytest.raises(NotFound, match="No claim 'c9'"):
        retract(data, ["c1", "c9"], **WHY)
    with pytest.raises(NotFound, match="No source"):
        retract(data, source="s9", **WHY)
    with pytest.raises(UsageError, match="No claim to retract"):
        retract(data, **WHY)
    add(data, None, "roe-2030", title="The first example").apply()
    with pytest.raises(UsageError, match="No claim to retract"):
        retract(data, source="roe-2030", **WHY)


def test_a_claim_is_found_though_another_thing_shares_its_local_name_or_prefix(data, sheet):
    """A source doe-1 and a claim doe-1; and Turtle that calls the namespace otherwise."""
    add(data, sheet("subject;predicate;object", "steroid;increases;rankl"), "doe", title="One").apply()
    add(data, None, "doe-1", title="Another").apply()
    file = data / "claims" / "doe.ttl"
    file.write_text(file.read_text().replace("claim:", "c:"))
    change = retract(data, ["doe-1"], **WHY)
    assert change.preview.files == ("claims/doe.ttl",)
    change.apply()
    assert kg.open(data).claim("doe-1").status == "retracted"


def test_retracted_claims_take_no_side_in_a_dispute(tmp_path):
    sides = [("a", "decreases", "b"), ("a", "increases", "b"), ("a", "increases", "c"), ("a", "decreases", "c")]
    folder = World(claims=[(*side, {"dispute": "dispute:two-sided"}) for side in sides]).write(tmp_path / "disputed")
    stated = 'dispute:two-sided a ckg:Dispute ; rdfs:label "both" ; skos:definition "Either." .\n'
    (folder / "disputes.ttl").write_text(PREFIXES + stated)
    (dispute,) = (d for d in kg.open(folder).disputes() if d.named)
    gone = dispute.claims[0]
    retract(folder, [gone.id], **WHY).apply()
    (left,) = [d for d in kg.open(folder).disputes() if d.id == dispute.id]
    assert set(left.claims) == set(dispute.claims) - {gone}


def test_a_source_of_the_shipped_data_can_be_retracted_whole(tmp_path, tree):
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_folder(), folder)
    before = tree(folder)
    change = retract(folder, source="panizo-2009", **WHY)
    assert {edge.what for edge in change.preview.edges} >= {"gone"}
    change.apply()
    after = tree(folder)
    assert {name for name in after if after[name] != before[name]} == {"claims/panizo-2009.ttl"}
    assert check(folder).sound
