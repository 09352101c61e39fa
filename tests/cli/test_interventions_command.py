"""``kg interventions``: what is said first, what is never left unsaid, exit codes, JSON by its schema."""

from __future__ import annotations

import json
import re

import pytest
from answered import SCHEMA

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")

KIDNEY = ["interventions", "vascular calcification", "--from", "CKD", "--most", "4"]
LUPUS = ["interventions", "calciphylaxis", "--from", "SLE"]
STEROIDS = ["interventions", "vascular calcification", "--from", "corticosteroids"]


@pytest.fixture
def said(capsys):
    """What a command prints, on one line, and its exit code."""

    def ask(*arguments):
        code = run([*arguments])
        out, err = capsys.readouterr()
        assert max((len(line) for line in out.splitlines()), default=0) <= 100
        return " ".join(out.split()), code, " ".join(err.split())

    return ask


def test_the_essential_intermediates_are_said_before_the_sets(said):
    out, code, _ = said("interventions", "hypercalcemia", "--from", "IL-6")
    assert code == 0
    assert "essential RANKL and bone resorption: every route that raises it passes here." in out
    assert out.index("essential") < out.index("1. lower RANKL") < out.index("What acts on the members")


def test_a_direct_route_past_every_intermediate_is_said_with_who_says_so(said):
    out, code, _ = said(*LUPUS)
    assert code == 0
    assert "essential none: a direct route goes past every intermediate." in out
    assert (
        "systemic lupus erythematosus →? calciphylaxis [1 independent source, case report in humans; hypothesized]"
        in out
    )
    assert "(al-beladi-2010-4)" in out
    assert "of the 18 routes with intermediates none is on every one. chronic inflammation is on most, 7." in out
    assert (
        "open 1 route cannot be cut: nothing may be taken on the way. systemic lupus erythematosus →? calciphylaxis"
        in out
    )


def test_where_no_set_is_small_enough_it_says_how_many_members_it_takes(said):
    out, code, _ = said(*LUPUS)
    assert "None of these cuts the rest: it takes 6. Allow more with --most 6." in out
    assert code == 0
    out, code, _ = said(*STEROIDS)
    assert re.search(
        r"sets every set of up to 3 \(\d+ branches tried\). None of these cuts: it takes 8. Allow more", out
    )
    assert "--most 8" in out


def test_an_agent_that_also_raises_the_target_is_told_first_then_the_harm(said):
    out, _, _ = said(*STEROIDS, "--most", "8")
    part = out[out.index("lower arterial calcification sodium thiosulfate ⊣~ arterial calcification [1 independent") :]
    raises, harm = (
        part.index("also raises vascular calcification: contested (up to 4 steps)"),
        part.index("harm elsewhere:"),
    )
    assert raises < harm
    assert (
        "raises metabolic acidosis (3 independent), chemical peritonitis (1 independent); lowers bone strength" in part
    )
    assert out.count("harm elsewhere:") == 4  # once for each agent
    assert "elsewhere: see above" in out
    assert "kinds of, or exposures to, what was asked from: dexamethasone" in out


def test_agents_tells_the_good_and_the_null_results_too(said):
    short, _, _ = said(*KIDNEY)
    out, _, _ = said(*KIDNEY, "--agents")
    assert "sevelamer ⊣ serum phosphate ⇒ hyperphosphatemia [1 independent source, trial in humans" in short
    assert "good elsewhere" not in short
    assert "good elsewhere: 10 conditions cardiovascular mortality sevelamer ⊣~ cardiovascular mortality" in out
    assert "no effect found: 1 claim sevelamer has no effect on secondary calciprotein particle" in out
    assert "no drug, procedure or exposure of the graph does so on: calcitriol and matrix metalloproteinase" in out


def test_a_null_result_on_the_target_itself_is_told_without_being_asked(said):
    out, _, _ = said("interventions", "calciphylaxis mortality", "--from", "calciphylaxis", "--most", "2")
    told = "but hyperbaric oxygen therapy not associated with calciphylaxis mortality: "
    assert out.index(told) < out.index("harm elsewhere", out.index(told))
    assert "(udomkarnjananun-undated-3)" in out


def test_what_cutting_rankl_nf_kb_or_both_leaves_open(said):
    out, code, _ = said(*STEROIDS, "--cut", "RANKL|NF-kB signaling")
    assert code == 0
    assert "before contested; 70 raise it, 64 lower it, 24 have no sign" in out
    assert "without RANKL alone: contested; 38 raise it, 57 lower it" in out
    assert "without NF-kB signaling alone: contested; 63 raise it, 48 lower it, 22 have no sign" in out
    assert "without both: contested; 31 raise it, 41 lower it" in out
    assert "stays RANK-mediated NF-kB signaling: a kind of, or an exposure to, what was cut" in out
    assert "Left open: routes that still raise it (31)" in out
    assert "Lost with it: protective routes that lowered it (23)" in out


def test_a_cut_of_what_is_on_no_route_says_that_it_changes_nothing(said):
    out, code, _ = said(*STEROIDS, "--cut", "warfarin")
    assert code == 0
    assert (
        "without warfarin: contested; 70 raise it, 64 lower it, 24 have no sign (on no route: changes nothing)" in out
    )


def test_nothing_that_raises_the_target_is_exit_code_one(said):
    out, code, _ = said("interventions", "warfarin", "--from", "calciphylaxis")
    assert code == 1
    assert "no route raises it, so there is nothing to cut" in out
    assert said("interventions", "warfarin", "--from", "calciphylaxis", "--cut", "RANKL")[1] == 1


@pytest.mark.parametrize("limit", [["--budget", "300"], ["--tries", "3"]])
def test_a_search_stopped_at_its_budget_is_exit_code_four(limit, said):
    out, code, err = said("interventions", "vascular calcification", "--from", "PTH", "--most", "6", *limit)
    assert code == 4
    assert "stopped" in out
    assert "budget" in err


def test_a_cut_on_routes_cut_short_is_exit_code_four(said):
    assert said(*STEROIDS, "--cut", "RANKL", "--budget", "500")[1] == 4


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([*LUPUS, "--most", "0"], 2, "at least 1"),
        ([*LUPUS, "--tries", "0"], 2, "tries must be at least 1"),
        ([*LUPUS, "--elsewhere", "0", "--most", "6"], 2, "at least 1"),
        ([*LUPUS, "--cut", "RANKL", "--steps"], 2, "--cut judges a set of your own"),
        ([*LUPUS, "--cut", "RANKL", "--spare", "PTH"], 2, "--cut judges a set of your own"),
        ([*LUPUS, "--cut", "SLE"], 2, "is an end of the question"),
        ([*LUPUS, "--cut", "osteoprotegrin"], 1, "Did you mean osteoprotegerin"),
        ([*LUPUS, "--spare", "osteoprotegrin"], 1, "Did you mean osteoprotegerin"),
        (["interventions", "calciphylaxis", "--from", ""], 2, "empty"),
        (["interventions", "calciphylaxis"], 2, "--from"),
    ],
)
def test_bad_input_gets_one_message_and_the_right_exit_code(arguments, code, message, said):
    _, got, err = said(*arguments)
    assert got == code
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        KIDNEY, LUPUS, [*LUPUS, "--most", "6"], [*LUPUS, "--steps", "--most", "7"], [*STEROIDS, "--no-kinds", "--no-definitions"],
        [*STEROIDS, "--cut", "RANKL|NF-kB signaling"], [*KIDNEY, "--protect"], [*KIDNEY, "--species", "human"],
        ["interventions", "calciphylaxis|skin necrosis", "--from", "SLE | warfarin", "--most", "1"],
    ],
)  # fmt: skip
def test_json_follows_the_schema(arguments, capsys):
    assert run([*arguments, "--json"]) in (0, 1)
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert answer["type"] == ("cut" if "--cut" in arguments else "interventions")


def test_the_picture_is_drawn_with_the_answer(tmp_path, said):
    out, code, err = said(*KIDNEY, "--draw", str(tmp_path / "cut.svg"))
    assert (code, "Drew" in err, out.startswith("Without which entities")) == (0, True, True)
    assert "to be lowered" in (tmp_path / "cut.svg").read_text("utf-8")
    assert said(*KIDNEY, "--draw", str(tmp_path / "cut.svg"))[1] == 5
    assert said(*STEROIDS, "--cut", "RANKL", "--draw", str(tmp_path / "own.mmd"))[1] == 0
    assert "RANKL (to be lowered)" in (tmp_path / "own.mmd").read_text("utf-8")
