"""Loops against networkx's simple cycles and the signed double cover; feed-forward pairs against brute force."""

from __future__ import annotations

import itertools
from collections import Counter

import networkx
import pytest
from worlds import World, random_world

from kg.errors import UsageError


def claims_only(graph):
    """The signed multigraph of claim steps: one arc for each sign."""
    arcs = networkx.MultiDiGraph()
    for source, target, data in graph.network.edges(data=True):
        if data["kind"] == "claim" and source != target and not arcs.has_edge(source, target, data["sign"]):
            arcs.add_edge(source, target, data["sign"])
    return arcs


@pytest.mark.parametrize("seed", range(120))
@pytest.mark.parametrize("length", [2, 3, 5])
def test_loops_of_claims_are_the_simple_cycles_of_networkx(tmp_path, seed, length):
    graph = random_world(seed, entities=6, claims=18, links=0).load(tmp_path)
    arcs = claims_only(graph)
    expected = Counter()
    for nodes in networkx.simple_cycles(networkx.DiGraph(arcs), length_bound=length):
        first = nodes.index(min(nodes))
        turned = nodes[first:] + nodes[:first]
        for signs in itertools.product(*(arcs[a][b] for a, b in zip(turned, turned[1:] + turned[:1], strict=True))):
            expected[tuple(turned), signs] += 1
    found = graph.loops(max_steps=length)
    assert (
        Counter((tuple(e.id for e in loop.entities), tuple(s.sign for s in loop.steps)) for loop in found.loops)
        == expected
    )
    assert found.certificate.status == "complete"


def test_loops_agree_with_the_signed_double_cover(graph):
    """An entity in a reinforcing loop reaches its own state again, one in a balancing loop the opposite one."""
    rows = graph.query("feedback-loops", limit=None)
    walks = {row[0].rsplit("/", 1)[1]: dict(zip(rows.columns, row, strict=True)) for row in rows.rows}
    for loop in graph.loops(max_steps=4).loops:
        for step in loop.steps:
            if loop.sign and step.kind == "claim":  # the query begins with a claim
                assert walks[step.source.id][loop.kind] is True


def test_a_loop_is_told_once_with_its_sign_and_weakest_step(tmp_path):
    graph = World(
        claims=[("b", "increases", "c"), ("c", "decreases", "a"), ("a", "increases", "b"), ("a", "increases", "b", {"source": "source:s2"}),
                ("x", "increases", "x"), ("y", "affects", "z"), ("z", "causes", "y")],
        links=[("p", "raised-state-of", "q")], sources=("s1", "s2"), kinds={"p": "Disease"},
    ).load(tmp_path)  # fmt: skip
    found = graph.loops(max_steps=4)
    assert [(str(loop), loop.kind, str(loop.weakest)) for loop in found.loops] == [
        ("y — z → y", "unsigned", "y affects z"),
        ("a → b → c ⊣ a", "balancing", "b increases c"),
    ]
    assert found.certificate.counts == {1: 0, -1: 1, 0: 1}
    assert found.through(graph.find("c")) == [found.loops[1]]
    assert found.touching(graph.trace("a", "c").paths) == [found.loops[1]]


def test_definitions_take_part_but_make_no_loop_alone(tmp_path):
    graph = World(
        claims=[("class", "increases", "kind")], links=[("kind", "broader", "class"), ("high", "raised-state-of", "level")],
        kinds={"high": "Disease"},
    ).load(tmp_path)  # fmt: skip
    assert [str(loop) for loop in graph.loops().loops] == ["class → kind ⇒ class"]
    assert graph.loops(definitions=False).loops == ()


def test_a_spent_budget_is_said_and_bad_lengths_are_refused(graph):
    found = graph.loops(max_steps=6, budget=500)
    assert found.certificate.status == "budget"
    assert found.certificate.arcs_touched == 500
    with pytest.raises(UsageError, match="at least 2"):
        graph.loops(max_steps=1)


@pytest.mark.parametrize("seed", range(40))
def test_feed_forward_pairs_are_all_of_them(tmp_path, seed):
    graph = random_world(seed, entities=6, claims=18).load(tmp_path)
    arcs = [(a, b, sign) for a, b, sign in claims_only(graph).edges(keys=True) if sign]
    expected = Counter(
        (a, b, c, s, t, u)
        for (a, c, s), (x, b, t), (y, z, u) in itertools.product(arcs, repeat=3)
        if a == x and b == y and c == z and len({a, b, c}) == 3
    )
    found = Counter(
        (
            p.direct.source.id,
            p.through[0].target.id,
            p.direct.target.id,
            p.direct.sign,
            p.through[0].sign,
            p.through[1].sign,
        )
        for p in graph.feed_forward()
    )
    assert found == expected
    assert all(
        pair.coherent == (pair.direct.sign == pair.through[0].sign * pair.through[1].sign)
        for pair in graph.feed_forward()
    )


def test_a_loop_touches_the_questions_of_which_a_route_takes_one_of_its_steps(graph):
    traces = {question.id: graph.trace(question.source, question.target) for question in graph.questions}
    found = graph.loops(max_steps=4)
    for loop in found.loops:
        touched = [name for name, trace in traces.items() if loop in found.touching(trace.paths)]
        assert list(loop.touches) == sorted(touched)
    by_name = {str(loop): loop for loop in found.loops}
    assert "steroids-vascular-calcification" in by_name["RANKL → TNF-alpha → RANKL"].touches


def test_a_loop_of_one_claim_and_definitions_is_told_to_restate_them(graph, tmp_path):
    restating = {str(loop) for loop in graph.loops().loops if loop.restates}
    assert "uremia ⇒ uremic toxin → uremia" in restating
    assert "RANKL → TNF-alpha → RANKL" not in restating
