"""Large networks are searched by the kernel: it changes nothing in an answer but the count of arcs."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_search import SOURCE, make

import kg.causal.trace
from kg.causal.kernel import Kernel
from kg.causal.kernel.arrays import from_network
from kg.causal.network import Network
from kg.causal.trace import Question, trace
from kg.model import Claim, Entity


def told(answer):
    """Everything that an answer says, without the count of the work."""
    said = answer.to_dict()
    assert said["certificate"].pop("arcs_touched") >= 0
    return said, [path.key for path in answer.paths]


def both(ask):
    """The same question with the small search and with the kernel."""
    answers = []
    for size in (10**9, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kg.causal.trace, "LARGE_NETWORK", size)
            answers.append(ask())
    return answers


@given(
    st.integers(0, 10**6), st.integers(1, 8), st.sampled_from([None, 1, 3]), st.sampled_from(["steps", "support"]),
    st.sampled_from([None, -1]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_answers_are_those_of_the_small_search(seed, max_steps, k, order, sign, definitions, specialize):
    nodes, claims, links = make(seed, entities=8, claims=40, links=8)
    network = Network.of(nodes, claims, links, definitions=definitions, specialize=specialize)
    rng = random.Random(seed)
    ends = [tuple(rng.sample(nodes, rng.randint(1, 2))) for _ in range(2)]
    if ends[0] == ends[1] and len(ends[0]) == 1:
        return
    question = Question(*ends, max_steps=max_steps, k=k, order=order, sign=sign)
    small, large = both(lambda: trace(network, question, ["a filter"], "data"))
    assert told(small) == told(large)


@pytest.mark.parametrize("order", ["steps", "support"])
@pytest.mark.parametrize("k", [None, 3])
def test_the_standing_questions_are_answered_alike(graph, k, order):
    assert len(graph.questions) >= 17
    routes = 0
    for question in graph.questions:
        small, large = both(lambda: graph.trace(question.source, question.target, k=k, order=order))  # noqa: B023
        assert told(small) == told(large), question.id
        routes += len(large.paths)
    assert routes > 17


def test_the_size_of_the_network_decides(graph, monkeypatch):
    network = graph._network(definitions=True, specialize=True)
    ends = (graph.find("OPG"),), (graph.find("calciphylaxis"),)
    assert network.size == len(from_network(network)[1])
    counts = []
    for size in (network.size + 1, network.size):
        monkeypatch.setattr(kg.causal.trace, "LARGE_NETWORK", size)
        counts.append(trace(network, Question(*ends)).certificate.arcs_touched)
    assert counts[1] < counts[0]


def test_a_search_that_stops_says_why_and_never_that_there_is_no_path(monkeypatch):
    nodes, claims, links = make(7, entities=8, claims=60)
    monkeypatch.setattr(kg.causal.trace, "LARGE_NETWORK", 0)
    network = Network.of(nodes, claims, links)
    question = Question((nodes[0],), (nodes[-1],), max_steps=6, budget=1)
    stopped = trace(network, question)
    assert (stopped.verdict, stopped.certificate.status, stopped.certificate.filters) == ("none found", "budget", ())


def test_a_lack_of_memory_is_told_among_the_filters(monkeypatch):
    monkeypatch.setattr(kg.causal.trace, "LARGE_NETWORK", 0)
    chain = [Entity(f"e{n:02}", f"entity:e{n:02}", f"E{n:02}", "Protein") for n in range(40)]
    claims = [
        Claim(f"c{n}", f"claim:c{n}", a, "decreases", b, -1, True, SOURCE, basis="own-data")
        for n, (a, b) in enumerate(itertools.pairwise(chain))
    ]
    network = Network.of(chain, claims, [])
    kernel, steps = network.kernel
    question = Question((chain[0],), (chain[-1],), max_steps=39)
    assert [len(path) for path in trace(network, question).decreasing] == [39]
    network.__dict__["kernel"] = Kernel(kernel.arrays, engine="plain", memory=1), steps
    lacking = trace(network, question, ["a filter"])
    assert (lacking.verdict, lacking.certificate.status) == ("none found", "budget")
    assert lacking.certificate.filters == ("a filter", "stopped for lack of memory")


def test_a_trace_on_the_shipped_graph_loads_neither_numpy_nor_numba():
    code = (
        "import json, sys; from kg.cli.main import run\n"
        "assert run(['trace', 'corticosteroids', 'vascular calcification', '--json']) == 0\n"
        "print(json.dumps(sorted({'numpy', 'numba'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
