"""`kg questions`: the listing, before and after, JSON by its schema, scopes that keep nothing, data without questions."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from answered import SCHEMA

from kg.cli.main import run

pytestmark = pytest.mark.usefixtures("loaded_once", "laid_out_once")


def said(arguments, capsys, code=0):
    assert run(["questions", *arguments]) == code
    out, err = capsys.readouterr()
    return " ".join(out.split()), err


def answer(arguments, capsys):
    out, _ = said([*arguments, "--json"], capsys)
    told = json.loads(out)
    SCHEMA.validate(told)
    assert "not medical advice" in told["disclaimer"]
    return told


def test_every_example_in_the_help_runs(capsys):
    assert run(["questions", "--help"]) == 0
    examples = re.findall(r"^\s+(kg .*)$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE)
    assert len(examples) >= 4
    for example in examples:
        assert run(shlex.split(example)[1:]) == 0, example
        assert capsys.readouterr().out


def test_all_questions_are_listed_with_verdict_and_routes(graph, capsys):
    out, err = said([], capsys)
    assert f"{len(graph.questions)} standing questions" in out
    for answered in graph.answers():
        counts = " ".join(f"{mark}{n}" for mark, n in zip("▲▼◇", answered.routes.values(), strict=True))
        assert f"{answered.verdict} {counts} {answered.question.label}" in out
    assert "every route of up to 4 steps" in out
    assert graph.version in out
    assert err == ""


def test_without_a_source_the_changed_verdicts_come_first_and_say_why(graph, capsys):
    out, _ = said(["--without-source", "nazir-2015"], capsys)
    replay = graph.replay(graph.without(sources=["nazir-2015"]))
    assert out.startswith(f"The standing questions: {len(replay.changed)} of {len(replay.questions)} verdicts changed")
    assert f"before {replay.old} after {replay.new} searched every route of up to 4 steps" in out
    for question in replay.changed:
        assert question.label in out
        assert question.why in out
    assert (
        "contested → decreases ▲ 1 → 0 ▼ 41 → 35 ◇ 0 no route is left in the arm: increasing turned by claim nazir-2015-10"
        in out
    )
    assert "14 verdicts stand: 11 of them on other routes (--all lists them)" in out
    assert not any(question.label in out for question in replay.unchanged)


def test_all_lists_the_verdicts_that_stand_after_the_changed_ones(graph, capsys):
    out, _ = said(["--certainty", "known", "--all"], capsys)
    replay = graph.replay(graph.where(certainty="known"))
    places = [out.index(question.label) for question in replay.questions]
    assert places == sorted(places)
    assert "(--all" not in out
    assert "contested as before ▲ 70 → 2 ▼ 64 → 3 ◇ 24 → 0 no route is left in the arm: unsigned" in out


@pytest.mark.parametrize(
    ("arguments", "narrowed"),
    [
        (["--species", "human"], lambda g: g.where(species="human")),
        (["--without", "RANKL"], lambda g: g.without("RANKL")),
        (["--no-drafts"], lambda g: g.where(drafts=False)),
        (["--without-source", "nazir-2015-ref-9"], lambda g: g.without(sources=["nazir-2015-ref-9"])),
        (["--without-source", "nazir-2015-ref-9", "--and-reports"],
         lambda g: g.without(sources=["nazir-2015-ref-9"], reports=True)),
    ],
)  # fmt: skip
def test_the_json_is_the_replay_of_the_graph_narrowed_by_the_options(arguments, narrowed, graph, capsys):
    told = answer(arguments, capsys)
    wanted = graph.replay(narrowed(graph)).to_dict()
    assert {name: told[name] for name in wanted} == json.loads(json.dumps(wanted))
    assert len(told["questions"]) == len(graph.questions)


def test_the_json_without_a_scope_lists_the_answers(graph, capsys):
    told = answer([], capsys)
    assert told["type"] == "questions"
    assert told["questions"] == [json.loads(json.dumps(answered.to_dict())) for answered in graph.answers()]


def test_a_scope_that_keeps_no_claim_is_answered_and_told(capsys):
    out, err = said(["--species", "rat", "--tissue", "skin"], capsys)
    assert "keeping 0 of" in out
    assert "no claim is left in this scope" in err
    assert "--unstated" in err


def test_reports_without_a_source_are_refused(capsys):
    _, err = said(["--and-reports"], capsys, code=2)
    assert "Name one with --without-source" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--without-source", "nobody-1900"], 1, "No source"),
        (["--without", "osteoprotegrin"], 1, "Did you mean"),
        (["--species", "martian"], 2, "Use one of"),
        (["--years", "soon"], 2, "2010-2020"),
        (["weather"], 2, "weather"),
    ],
)
def test_bad_input_is_told(arguments, code, message, capsys):
    _, err = said(arguments, capsys, code)
    assert message in err


def test_data_without_a_standing_question_say_how_to_state_one(tmp_path, capsys):
    prefixes = "@prefix ckg: <https://w3id.org/calciphylaxis-kg/schema#> .\n"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    entity = f'<https://w3id.org/calciphylaxis-kg/entity/a> a ckg:Protein ; {label} "a" .\n'
    (tmp_path / "entities.ttl").write_text(prefixes + entity)
    assert run(["--data", str(tmp_path), "questions"]) == 1
    assert "State some in questions.ttl" in capsys.readouterr().err


def test_an_empty_arm_and_one_verdict_that_stands_read_well(tmp_path, capsys):
    """One question, one claim against it: everything in the singular."""
    names = {"ckg": "schema#", "entity": "entity/", "claim": "claim/", "source": "source/", "question": "question/"}
    prefixes = "".join(f"@prefix {n}: <https://w3id.org/calciphylaxis-kg/{p}> .\n" for n, p in names.items())
    prefixes += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    texts = {
        "entities": 'entity:a a ckg:Protein ; rdfs:label "a" .\nentity:b a ckg:Protein ; rdfs:label "b" .\n',
        "sources": 'source:s1 a ckg:Source ; rdfs:label "s1" .\nsource:s2 a ckg:Source ; rdfs:label "s2" .\n',
        "questions": 'question:q a ckg:Question ; rdfs:label "a b?" ; ckg:from entity:a ; ckg:to entity:b .\n',
        "claims/all": "".join(
            f"claim:c{n} a ckg:Claim ; ckg:subject entity:a ; ckg:predicate ckg:{p} ; ckg:object entity:b ; "
            f"ckg:basis ckg:own-data ; ckg:source source:s{n} .\n"
            for n, p in ((1, "increases"), (2, "affects"))
        ),
    }
    (tmp_path / "claims").mkdir()
    for name, text in texts.items():
        (tmp_path / f"{name}.ttl").write_text(prefixes + text)
    assert run(["--data", str(tmp_path), "questions", "--without-source", "s2"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith("The standing questions: 0 of 1 verdicts changed")
    assert "1 claim; filters: without s2" in out
    assert "1 verdict stands: 1 of them on other routes, 1 of them with an arm emptied (--all lists it)" in out
