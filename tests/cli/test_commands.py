"""The command: exit codes, JSON by its schema, examples in the help, bad input, pipes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from answered import SCHEMA

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")

COMMANDS = ["trace", "find", "show", "sparql", "query", "draw", "disputes"]
COMMANDS += ["effects", "interventions", "loops", "gaps"]
FLAGSHIP = ["trace", "corticosteroids", "vascular calcification"]


def help_of(command, capsys):
    assert run([command, "--help"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_in_the_help_runs(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"^\s+(kg .*)$", help_of(command, capsys).split("Examples:")[1], re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example
        out, err = capsys.readouterr()
        assert out or "Drew" in err


@pytest.mark.parametrize(
    "arguments",
    [
        FLAGSHIP, ["trace", "warfarin", "calciphylaxis", "--species", "human"], ["find", "OPG"], ["show", "OPG"],
        ["show", "nazir-2015"], ["show", "nazir-2015-32"], ["disputes"], ["disputes", "OPG"], ["show", "steroid-opg"], ["query"], ["check"],
        [*FLAGSHIP, "--sensitivity"], ["case", "explain", "nazir-2015", "--species", "human"], ["effects", "warfarin"], ["loops"], ["gaps", "--most", "3"],
        ["interventions", "vascular calcification", "--from", "CKD", "--most", "4"],
        ["interventions", "calciphylaxis", "--from", "SLE", "--steps", "--most", "2"],
        ["explain", "warfarin", "calciphylaxis"], ["explain", "warfarin", "calciphylaxis", "--quiz"],
    ],
)  # fmt: skip
def test_json_follows_the_schema(arguments, capsys):
    assert run([*arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    SCHEMA.validate(answer)
    assert "not medical advice" in answer["disclaimer"]


def test_the_schema_refuses_what_it_should():
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate({"type": "trace"})


def test_the_flagship_can_be_grasped_from_the_first_lines(capsys):
    assert run(FLAGSHIP) == 0
    out = capsys.readouterr().out
    top = "\n".join(out.splitlines()[:12])
    for word in ("CONTESTED", "70 routes", "64 routes", "osteoprotegerin", "proinflammatory cytokine", "rests on",
                 "complete: every route of up to 4 steps", "nothing filtered out"):  # fmt: skip
        assert word in top
    words = " ".join(out.split())
    assert "strongest route: corticosteroid ∋ dexamethasone →~ RANKL" in words
    assert "2 independent sources, best: in vitro experiment in mice; supported" in words
    assert "all steps of the 70 routes: 22 independent and 20 unresolved second-hand sources" in words
    assert "through osteoprotegerin, the best of 17 routes" in words
    assert "and through glucocorticoid receptor (2); RANKL (32)" in words
    assert "Discussion, squeezed offsets 4069-4168" in " ".join(out.split())
    assert out.index("How to read") < out.index("and their papers")
    assert "not medical advice" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_all_lists_every_route(capsys):
    assert run([*FLAGSHIP, "--all", "--no-kinds"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    routes = out.split("The steps and their papers")[0]
    assert "--all" not in routes
    assert "corticosteroid ⊣~ osteoprotegerin ⊣ bone resorption → hyperphosphatemia → vascular calcification" in routes


def test_the_verdict_in_narrower_scopes_is_that_of_the_narrowed_question(capsys):
    assert run([*FLAGSHIP, "--sensitivity"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "vessel ≠ increases (▲7)" in out
    assert "human = contested (▲3 ▼5, all on Nazir 2015, J Pak Med Assoc)" in out
    assert "with the claims that state none: vessel = contested (▲29 ▼40 ◇13)" in out
    assert "at least known = contested (▲2 ▼3)" in out
    assert run([*FLAGSHIP, "--tissue", "vessel"]) == 0
    assert "RAISES every signed route found raises it. ▲ raise it 7 routes" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["trace", "osteoprotegrin", "calciphylaxis"], 1, "Did you mean osteoprotegerin"),
        (["trace", "kidney failure", "calciphylaxis"], 2, "fits several entities"),
        (["trace", "OPG", "osteoprotegerin"], 2, "Name two different"),
        (["trace", "OPG", "RANKL", "--max-steps", "0"], 2, "at least 1"),
        (["trace", "OPG", "RANKL", "--max-steps", "-2"], 2, "at least 1"),
        (["trace", "OPG", "RANKL", "--max-steps", "many"], 2, "'--max-steps'"),
        (["trace", "OPG", "RANKL", "--order", "luck"], 2, "order"),
        (["trace", "OPG", "RANKL", "--sign", "up"], 2, "--sign"),
        (["trace", "OPG", "RANKL", "--species", "martian"], 2, "Use one of"),
        (["trace", "OPG", "RANKL", "--years", "soon"], 2, "2010-2020"),
        (["trace", "", "RANKL"], 2, "empty"),
        (["trace", "OPG"], 2, "'target'"),
        (["frace"], 2, "frace"),
        (["find", "qqqqqq"], 1, "No entity"),
        (["show", "nobody-1900-3"], 1, "No entity"),
        (["disputes", "weather"], 1, "No dispute"),
        (["disputes", "renal biopsy"], 1, "No dispute"),
        (["show", "nazir-2015-999"], 1, "No entity, claim, source or dispute"),
        (["trace", "OPG", "RANKL", "--design", "guess"], 2, "Use one of: meta-analysis, systematic-review, trial"),
        (["query", "weather"], 1, "No query"),
        (["query", "what-lowers", "OPG"], 2, "name=value"),
        (["query", "what-lowers", "colour=red"], 2, "colour"),
        (["query", "what-lowers", "target=osteoprotegrin"], 1, "Did you mean"),
        (["sparql", "SELECT"], 2, "line 1"),
        (["sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"], 2, "SERVICE"),
        (["sparql", "DROP ALL"], 2, "DROP"),
        (["sparql", "@no/such/file.rq"], 5, "no/such/file.rq"),
        (["effects", "osteoprotegrin"], 1, "Did you mean osteoprotegerin"),
        (["interventions", "calciphylaxis", "--from", "warfarin", "--most", "0"], 2, "at least 1"),
        (["loops", "--max-steps", "1"], 2, "at least 2"),
        (["trace", "OPG", "RANKL", "-k", "1", "--sensitivity"], 2, "without k"),
        (["check", "no/such/folder"], 5, "No folder"),
        (["check", "--text", "nazir-2015"], 2, "SOURCE=FILE"),
        (["check", "--text", "nazir-2015=no/such/text"], 5, "Cannot read"),
        (["--data", "no/such/folder", "find", "x"], 5, "No folder"),
        (["trace", "OPG", "calciphylaxis", "--without", "calciphylaxis"], 2, "calciphylaxis is left out of this graph"),
        (["serve", "--colour"], 2, "Try `kg serve --help`"),
        (["claims", "paint"], 2, "Try `kg claims --help`"),
        (["--colour"], 2, "Try `kg --help`"),
        (["store", "ontology", "--to", "no/such/store"], 5, "there is no folder no/such"),
    ],
)
def test_bad_input_gets_one_message_and_the_right_exit_code(arguments, code, message, capsys):
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert message in " ".join(err.split())
    assert "Traceback" not in out + err


def test_an_entity_comes_before_a_dispute_of_its_name(capsys):
    assert run(["show", "osteoprotegerin"]) == 0
    out, err = capsys.readouterr()
    assert "Soluble decoy receptor" in out
    assert "`kg disputes osteoprotegerin`" in err
    for name in ("dispute:osteoprotegerin", "steroid-opg", "steroids and osteoprotegerin"):
        assert run(["show", name]) == 0
        out, err = capsys.readouterr()
        assert "raises" in out or "goes with" in out
        assert err == ""


def test_no_path_is_exit_code_one_and_still_an_answer(capsys):
    assert run(["trace", "vascular calcification", "warfarin"]) == 1
    assert "NO PATH" in capsys.readouterr().out


def test_a_huge_search_stops_at_its_budget_with_exit_code_four(capsys):
    assert run([*FLAGSHIP, "--max-steps", "1000000", "--budget", "20000"]) == 4
    out, err = capsys.readouterr()
    assert "stopped at the budget" in out
    assert "budget" in err
    assert run(["trace", "corticosteroids", "calciphylaxis", "--max-steps", "9", "--budget", "3"]) == 4
    assert "NONE FOUND" in capsys.readouterr().out


def test_a_scope_that_leaves_nothing_says_so(capsys):
    assert run([*FLAGSHIP, "--species", "rat", "--tissue", "liver", "--design", "trial"]) == 1
    assert "keeping 0 of 818 claims" in " ".join(capsys.readouterr().out.split())


def test_rows_cut_at_the_limit_are_said(capsys):
    assert run(["sparql", "SELECT ?s WHERE { ?s a ckg:Claim }", "--limit", "3"]) == 4
    out, err = capsys.readouterr()
    assert out.count("claim:") == 3
    assert "there are more" in err


def test_version_names_program_and_data(capsys):
    assert run(["--version"]) == 0
    assert re.fullmatch(r"kg \d+\.\d+\.\d+, data \d+\.\d+\.\d+ sha256:[0-9a-f]{12}\n", capsys.readouterr().out)


def test_an_existing_file_is_kept_without_force(tmp_path, capsys):
    out = tmp_path / "trace.svg"
    out.write_text("mine")
    assert run([*FLAGSHIP, "--draw", str(out)]) == 5
    assert out.read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert run([*FLAGSHIP, "--draw", str(out), "--force"]) == 0
    assert out.read_text().startswith("<svg") or out.read_text().startswith("<?xml")


@pytest.mark.parametrize(("name", "code"), [("no/such/folder/x.svg", 5), ("x.docx", 2), ("x", 2)])
def test_where_a_picture_cannot_go(name, code, tmp_path, capsys):
    assert run([*FLAGSHIP, "--draw", str(tmp_path / name)]) == code
    assert "Traceback" not in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_broken_data_are_exit_code_three(tmp_path, capsys):
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "x.ttl").write_bytes(b"\x00\xff")
    assert run(["--data", str(tmp_path), "find", "x"]) == 3
    assert "claims/x.ttl" in capsys.readouterr().err
    assert run(["check", str(tmp_path)]) == 3


def test_several_ends_are_parted_by_a_bar(capsys):
    assert run(["trace", "SLE | corticosteroids", "vascular calcification", "-n", "2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["source"] == ["systemic-lupus-erythematosus", "corticosteroid"]


def kg(*arguments, **more):
    command = [sys.executable, "-m", "kg.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)


def test_a_pipe_closed_early_is_no_error():
    command = (
        f"{shlex.quote(sys.executable)} -m kg.cli trace corticosteroids 'vascular calcification' --all | head -n 1"
    )
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 141)  # 141: ended by SIGPIPE, as other commands are
    assert done.stderr == ""
    assert done.stdout.startswith("corticosteroid")


def test_same_input_same_bytes_in_two_processes():
    one, two = (kg(*FLAGSHIP, "--json", env={**os.environ, "PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert one.returncode == 0
    assert one.stdout == two.stdout


def test_a_terminal_without_unicode_gets_no_stack_trace():
    done = kg(*FLAGSHIP, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_query_from_standard_input():
    done = kg("sparql", "-", input="ASK { ?s a ckg:Claim }")
    assert (done.returncode, done.stdout.strip()) == (0, "true")


def test_names_are_completed():
    env = {**os.environ, "_KG_COMPLETE": "complete_bash", "COMP_WORDS": "kg trace osteoproteg", "COMP_CWORD": "2"}
    done = subprocess.run([Path(sys.executable).parent / "kg"], capture_output=True, text=True, env=env, check=False)
    assert "osteoprotegerin" in done.stdout


def test_what_is_said_of_the_very_pair_is_told_before_the_routes(capsys):
    assert run(["trace", "sodium thiosulfate", "calciphylaxis mortality"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.index("3 claims on this very pair, no effect or no relation was found") < out.index("Routes that lower")


def test_a_query_without_rows_says_so(capsys):
    assert run(["sparql", "SELECT ?x WHERE { entity:corticosteroid ckg:decrease ?x }"]) == 1
    assert "no rows" in capsys.readouterr().err
