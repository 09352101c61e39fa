"""Retraction replay: against asking both graphs anew, against data that were never loaded, against brute force."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace

import pytest
from answered import SCHEMA
from worlds import PREFIXES, World, random_world

import kg
from kg.causal.network import Network
from kg.causal.routes import leaning
from kg.causal.state import arrow
from kg.causal.whatif import sensitivity
from kg.errors import NotFound
from kg.model import ARMS

SEEDS = range(40)
ENDS = [("e0", "e1"), ("e1", "e0")]
"""The ends of the standing questions of a random world."""


def with_sources(seed):
    """A random world whose claims come from three sources, some as reports of another one."""
    rng = random.Random(seed)
    world = random_world(seed, claims=18, links=3)
    claims = []
    for subject, predicate, target, extras in world.claims:
        said = {"source": f"source:s{rng.randint(1, 3)}"}
        if extras.get("basis") and rng.random() < 0.7:
            said["cites"] = ", ".join(f"source:s{n}" for n in rng.sample([1, 2, 3], rng.randint(1, 2)))
        claims.append((subject, predicate, target, {**extras, **said}))
    return replace(world, claims=claims, sources=("s1", "s2", "s3"))


def write(world, folder, ends=ENDS):
    """The world as a folder, with its standing questions."""
    world.write(folder)
    asked = [
        f'<https://w3id.org/calciphylaxis-kg/question/{a}-{b}> a ckg:Question ; rdfs:label "{a} {b}?" ; '
        f"ckg:from entity:{a} ; ckg:to entity:{b} .\n"
        for a, b in ends
    ]
    (folder / "questions.ttl").write_text(PREFIXES + "".join(asked))
    return folder


def loaded(world, folder, ends=ENDS):
    return kg.open(write(world, folder, ends))


def drop(folder, wanted):
    """Take the claims that are not wanted out of the files; the others keep their ids."""
    file = folder / "claims" / "all.ttl"
    file.write_text("".join(line for line in file.read_text().splitlines(True) if wanted(line)))
    return kg.open(folder)


def told(replay):
    """What a replay says, but for what names the data: they are the same by other names."""
    told = replay.to_dict()
    for question in told["questions"]:
        for certificate in question["certificates"].values():
            for name in ("data", "filters", "text"):
                certificate.pop(name)
    return told["questions"]


# --- removing equals never having loaded ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_removing_a_source_equals_never_having_loaded_it(tmp_path, seed):
    world = with_sources(seed)
    graph = loaded(world, tmp_path / "all")
    for name in world.sources:
        smaller = graph.without(sources=[name])
        never = drop(write(world, tmp_path / name), lambda line, n=name: f"ckg:source source:{n} " not in line)
        assert smaller.verdicts() == never.verdicts()
        assert told(graph.replay(smaller)) == told(graph.replay(never))
        assert told(smaller.replay(graph)) == told(never.replay(graph))
        assert not never.replay(smaller)


def test_removing_a_source_from_the_shipped_graph_equals_never_having_loaded_it(graph, root, tmp_path):
    for name in ("nazir-2015", "cytokine-bone-ra-2014", "daza-2021"):
        shutil.copytree(root / "ontology", tmp_path / name)
        (tmp_path / name / "claims" / f"{name}.ttl").unlink()
        never, smaller = kg.open(tmp_path / name), graph.without(sources=[name])
        assert len(never) == len(smaller) == len(graph) - len(graph.claims(source=name))
        assert told(graph.replay(never)) == told(graph.replay(smaller))
        assert graph.replay(smaller)
        assert [(a.verdict, a.routes, a.rests_on) for a in never.answers()] == [
            (a.verdict, a.routes, a.rests_on) for a in smaller.answers()
        ]


@pytest.mark.parametrize("seed", SEEDS)
def test_with_its_reports_go_the_second_hand_claims_that_cite_nothing_else(tmp_path, seed):
    graph = loaded(with_sources(seed), tmp_path)
    for names in (["s1"], ["s2", "s3"]):
        works = {graph.source(name) for name in names}
        own = {c.id for c in graph.claims() if c.source in works}
        reports = {c.id for c in graph.claims() if c.basis == "second-hand" and c.cites and {*c.cites} <= works}
        everything = {c.id for c in graph.claims()}
        assert {c.id for c in graph.without(sources=names).claims()} == everything - own
        assert {c.id for c in graph.without(sources=names, reports=True).claims()} == everything - own - reports
        assert {c.id for c in leaning(graph.claims(), *works)} == own | reports


def test_reports_of_a_source_carry_its_verdict_until_they_go_with_it(graph):
    """A numbered reference of the founding report has no claims of its own here, but reports rest on it."""
    alone = graph.replay(graph.without(sources=["nazir-2015-ref-9"]))
    assert not alone
    both = graph.without(sources=["nazir-2015-ref-9"], reports=True)
    assert both.filters[-1].startswith("without reports that cite nothing but nazir-2015-ref-9 (keeping")
    (turned,) = graph.replay(both).changed
    assert (turned.question, turned.before, turned.after) == ("thiosulfate-calciphylaxis", "contested", "decreases")
    for cause in turned.causes:
        assert [work.id for work in graph.claim(cause.name).cites] == ["nazir-2015-ref-9"]
    with pytest.raises(NotFound):
        graph.without(sources=["nobody-1900"], reports=True)


# --- adding what is unrelated changes nothing ----------------------------------------------------------------------


def unrelated(seed, world):
    """A claim that no route from e0 to e1 can use: to or from an entity of its own, into the start or out of the end."""
    rng = random.Random(-seed)
    names = world.names()
    predicate = rng.choice(["increases", "decreases", "affects", "has-no-effect-on", "positively-associated-with"])
    ends = rng.choice([("new1", "new2"), (rng.choice(names), "new1"), ("new1", rng.choice(names)),
                       (rng.choice(names), "e0"), ("e1", rng.choice(names))])  # fmt: skip
    return ends[0], predicate, ends[1], {"source": "source:s9", "species": "ckg:rat", "certainty": "ckg:known"}


@pytest.mark.parametrize("seed", SEEDS)
def test_adding_an_unrelated_claim_changes_nothing(tmp_path, seed):
    world = with_sources(seed)
    claim = unrelated(seed, world)
    asked = [("e0", "e1")]
    before = loaded(world, tmp_path / "before", asked)
    after = loaded(replace(world, claims=[*world.claims, claim]), tmp_path / "after", asked)
    assert len(after) == len(before) + 1
    assert before.verdicts() == after.verdicts()
    replay = before.replay(after)
    assert not replay
    assert [question.old.routes for question in replay.questions] == [
        question.new.routes for question in replay.questions
    ]
    old, new = (graph.trace("e0", "e1") for graph in (before, after))
    for sign in ARMS:
        assert [path.to_dict() for path in old.arm(sign)] == [path.to_dict() for path in new.arm(sign)]
    assert {name: arm.to_dict() for name, arm in old.arms.items()} == {
        name: arm.to_dict() for name, arm in new.arms.items()
    }
    assert (old.verdict, old.rests_on, old.pivots.sets) == (new.verdict, new.rests_on, new.pivots.sets)
    assert (sensitivity(old).losses, sensitivity(old).scopes) == (sensitivity(new).losses, sensitivity(new).scopes)


# --- what a replay says --------------------------------------------------------------------------------------------


def smaller_graphs(graph, rng):
    """The graph narrowed in several ways, and by half of its claims."""
    yield graph.where(species="human")
    yield graph.without(sources=["s2"])
    yield graph.without("e2") if any(entity.id == "e2" for entity in graph.entities) else graph.without("e0")
    yield graph.without(claims=[claim for claim in graph.claims() if rng.random() < 0.5])


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_are_what_their_graphs_answer(tmp_path, seed):
    graph = loaded(with_sources(seed), tmp_path)
    for other in smaller_graphs(graph, random.Random(seed)):
        for old, new in ((graph, other), (other, graph)):
            replay = old.replay(new)
            assert {q.question for q in replay.questions} == {q.id for q in graph.questions}
            assert [q.changed for q in replay.questions] == sorted((q.changed for q in replay.questions), reverse=True)
            for question in replay.questions:
                for side, asked in ((old, question.old), (new, question.new)):
                    assert (asked.verdict, asked.routes, asked.certificate) == answer(side, asked.question)
                emptied = [n for n in ARMS.values() if question.old.routes[n] and not question.new.routes[n]]
                assert (question.changed, list(question.emptied)) == (question.before != question.after, emptied)
                assert bool(question.why) is question.changed


def answer(graph, question):
    held = {entity.id for entity in graph.entities}
    if not {question.source.id, question.target.id} <= held:
        return "gone", dict.fromkeys(ARMS.values(), 0), None
    trace = graph.trace(question.source, question.target)
    return trace.verdict, {name: len(trace.arm(sign)) for sign, name in ARMS.items()}, trace.certificate


@pytest.mark.parametrize("seed", SEEDS)
def test_a_network_with_one_part_changed_is_the_one_made_anew(tmp_path, seed):
    """The short way, which makes the steps of one pair anew, against the long way over all claims and links."""
    rng = random.Random(seed)
    world = with_sources(seed)
    swapped = [(c[0], rng.choice(["increases", "decreases", "affects"]), rng.choice(world.names()), *c[3:])
               if rng.random() < 0.4 else c for c in world.claims]  # fmt: skip
    links = [*world.links[1:], ("e0", "raised-state-of", "e1")]
    old = loaded(world, tmp_path / "old")._state
    new = loaded(replace(world, claims=swapped[:-1], links=links), tmp_path / "new")._state
    for base, other in ((old, new), (new, old)):
        for key in base.parts.keys() | other.parts.keys():
            parts = {name: part for name, part in base.parts.items() if name != key}
            if key in other.parts:
                parts[key] = other.parts[key]
            by_sort = [[p for (sort, _), p in parts.items() if sort == wanted] for wanted in ("claim", "link")]
            anew = Network.of({**other.entities, **base.entities}.values(), *by_sort)
            assert steps(base.with_part(key, other)) == steps(anew)


def steps(network):
    return [
        {
            (place, step.key, step.claims, step.against, step.support)
            for place, leaving in enumerate(arcs)
            for _, step in leaving
        }
        for arcs in (network.arcs, network.claim_arcs, network.kinds)
    ]


def thinned(graph, seed):
    """Most claims that make an arrow: those to be taken away."""
    arrows = [claim for claim in graph.claims() if arrow(claim)]
    return random.Random(seed).sample(arrows, len(arrows) * 3 // 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_causes_are_those_of_brute_force(tmp_path, seed):
    graph = loaded(with_sources(seed), tmp_path)
    gone = thinned(graph, seed)
    smaller = graph.without(claims=gone)
    for question in graph.replay(smaller).changed:
        trace = graph.trace(*question.question.split("-"))
        used = {claim for path in trace.paths for step in path.steps for claim in step.claims}
        tried = sorted((c for c in gone if c in used), key=lambda c: int(c.id[1:]))
        alone = [c.id for c in tried if graph.without(claims=[c]).verdicts()[question.question] == question.after]
        left = [(c.id, graph.without(claims=[x for x in gone if x != c])) for c in tried]
        undone = [name for name, other in left if other.verdicts()[question.question] == question.before]
        how = "alone" if alone else "undone" if undone else "together"
        assert (question.how, [cause.name for cause in question.causes]) == (how, alone or undone)
        assert question.tried == question.changes == len(tried)
        assert {cause.what for cause in question.causes} <= {"removed"}


def test_the_random_graphs_turn_their_verdicts_in_every_way(tmp_path):
    """The comparison with brute force above would prove little if it never met one of the ways."""
    ways = set()
    for seed in SEEDS:
        graph = loaded(with_sources(seed), tmp_path / str(seed))
        ways |= {question.how for question in graph.replay(graph.without(claims=thinned(graph, seed))).questions}
    assert ways == {None, "alone", "undone", "together"}


def test_each_side_is_named_with_its_data_its_filters_and_its_certificates(graph):
    replay = graph.replay(graph.without(sources=["nazir-2015"]).where(species="human"))
    assert (replay.old.data, replay.new.data) == (graph.version, graph.version)
    assert (replay.old.filters, len(replay.new.filters)) == ((), 2)
    for question in replay.questions:
        assert question.old.certificate.filters == ()
        assert question.new.certificate.filters == replay.new.filters
        assert question.new.certificate.data == graph.version
    first, *sides = str(replay).splitlines()[:3]
    assert first == f"The standing questions: {len(replay.changed)} of {len(graph.questions)} verdicts changed."
    assert sides[0] == f"before: {graph.version}, {len(graph)} claims; nothing filtered out"
    assert "filters: without nazir-2015 (keeping" in sides[1]
    assert str(replay).count("→") == len(replay.changed)


def test_the_json_follows_its_schema_also_where_an_end_is_gone(graph, root):
    for other in (graph, graph.without("RANKL"), graph.where(certainty="known")):
        told = graph.replay(other).to_dict()
        SCHEMA.validate({**told, "disclaimer": ""})
        assert told["changed"] == sum(question["changed"] for question in told["questions"])
    gone = next(q for q in graph.replay(graph.without("RANKL")).to_dict()["questions"] if q["after"] == "gone")
    assert (gone["how"], gone["certificates"]["after"], gone["emptied"]) == ("ends", None, ["increasing", "decreasing"])
    assert gone["why"] == "an end of the question is in one of the two only"


def test_a_graph_replayed_against_itself_keeps_every_verdict(graph):
    replay = graph.replay(graph)
    assert not replay
    assert replay.changed == ()
    assert replay.unchanged == replay.questions
    assert {q.question: q.after for q in replay.questions} == graph.verdicts()
    assert not any(q.emptied or q.causes or q.changes for q in replay.questions)
    assert str(replay.questions[0]) == f"{replay.questions[0].label} {replay.questions[0].after}"


def test_a_claim_that_was_only_renumbered_turns_nothing(tmp_path):
    old = loaded(World(claims=[("a", "increases", "c"), ("a", "decreases", "c")]), tmp_path / "old", [("a", "c")])
    swapped = World(claims=[("a", "decreases", "c"), ("a", "increases", "b"), ("b", "decreases", "c")])
    new = loaded(swapped, tmp_path / "new", [("a", "c")])
    (turned,) = old.replay(new, renamed={"c1": "gone-1", "c2": "c1"}).changed
    assert [str(cause) for cause in turned.causes] == ["claim gone-1 (removed)"]
    assert turned.how == "alone"
    (turned,) = old.replay(new).changed
    assert "claim c1 (changed)" in turned.why


def test_answers_are_those_of_the_traces(graph):
    for answered in graph.answers():
        trace = graph.trace(answered.question.source, answered.question.target)
        assert (answered.verdict, answered.rests_on, answered.certificate) == (
            trace.verdict, trace.rests_on, trace.certificate
        )  # fmt: skip
    gone = graph.without("RANKL").answers()
    assert [str(a) for a in gone if a.verdict == "gone"] == ["Does RANKL lead to vascular calcification? gone"]
    assert re.fullmatch(r".*\? contested \(70 increasing, 64 decreasing, 24 unsigned\)", str(
        next(a for a in graph.answers() if a.question.id == "steroids-vascular-calcification")
    ))  # fmt: skip
