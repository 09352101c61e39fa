"""A question in an address: read and written back, and said in Python and on the command line with the same answer."""

from __future__ import annotations

import json
import shlex
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kg.cli.commands import app
from kg.errors import UsageError
from kg.narrowing import Narrowing
from kg.serve.question import MOST_STEPS, Question

pytestmark = pytest.mark.usefixtures("loaded_once")

NAMES = st.text("abz αé&=%+#-.'\"<", min_size=1, max_size=8).map(str.strip).filter(bool)
SEVERAL = st.lists(NAMES, max_size=2, unique=True).map(tuple)
NARROWINGS = st.builds(
    Narrowing,
    species=SEVERAL, tissue=SEVERAL, design=SEVERAL, basis=SEVERAL, certainty=NAMES | st.just(""),
    population=NAMES | st.just(""), years=st.sampled_from(["", "2010-2020", "1999"]), unstated=st.booleans(),
    drafts=st.booleans(), without=SEVERAL, without_source=SEVERAL, reports=st.booleans(),
)  # fmt: skip
QUESTIONS = st.builds(
    Question,
    sources=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    targets=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    max_steps=st.integers(1, MOST_STEPS), order=st.sampled_from(["steps", "support"]), definitions=st.booleans(),
    kinds=st.booleans(), narrowing=NARROWINGS,
)  # fmt: skip


@settings(max_examples=60)
@given(QUESTIONS)
def test_a_question_that_is_written_into_an_address_is_read_from_it_again(question):
    assert Question.read(parse_qsl(question.parameters)) == question


def test_what_is_as_usual_is_not_in_the_address():
    fields = [("from", "SLE"), ("to", "calciphylaxis"), ("species", ""), ("steps", "4"), ("without", " ")]
    assert Question.read(fields).parameters == "from=SLE&to=calciphylaxis"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (("to", " | "), "no 'to'"),
        (("steps", "7"), "from 1 to 6"),
        (("steps", "٣"), "from 1 to 6"),
        (("steps", "1e9"), "from 1 to 6"),
        (("kinds", "maybe"), "neither 1 nor 0"),
        (("specie", "human"), "no parameter 'specie'"),
        (("to", "a|b|c|d|e|f|g|h|i"), "at most 8"),
    ],
)
def test_what_makes_no_question_is_said(field, said):
    fields = {"from": "SLE", "to": "calciphylaxis", **dict([field])}
    with pytest.raises(UsageError, match=said):
        Question.read(fields.items())


ASKED = [
    Question(("SLE",), ("calciphylaxis",)),
    Question(
        ("SLE", "corticosteroids"), ("vascular calcification",), max_steps=3, order="support", kinds=False,
        narrowing=Narrowing(
            species=("human", "mouse"), certainty="supported", years="1990-2020", unstated=True, drafts=False,
            without=("RANKL",), without_source=("nazir-2015",), reports=True,
        ),
    ),
    Question(("warfarin",), ("calciphylaxis",), definitions=False, narrowing=Narrowing(without_source=("nazir-2015",))),
]  # fmt: skip


@pytest.mark.parametrize("question", ASKED)
def test_its_python_gives_the_same_answer(question, graph, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    held = {}
    exec(question.python(), held)
    assert held["trace"].to_dict() == question.asked(graph).to_dict()
    assert (tmp_path / "answer.svg").read_text("utf-8").startswith("<svg")
    assert capsys.readouterr().out.startswith(held["trace"].title)


@pytest.mark.parametrize("question", ASKED)
def test_its_command_line_gives_the_same_answer(question, graph):
    program, *words = shlex.split(question.shell())
    assert program == "kg"
    told = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    asked = question.asked(graph).to_dict()
    assert {name: told[name] for name in ("verdict", "certificate", "increasing", "decreasing")} == {
        name: asked[name] for name in ("verdict", "certificate", "increasing", "decreasing")
    }


def test_names_and_ids_of_its_ends_are_the_same_question(graph):
    question = Question(("SLE",), ("OPG",))
    named = question.of(question.asked(graph))
    assert (named.sources, named.targets) == (("systemic-lupus-erythematosus",), ("osteoprotegerin",))
    assert named.asked(graph).to_dict() == question.asked(graph).to_dict()
