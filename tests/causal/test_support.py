"""Support is counted in voices: families, cited roots, unresolved second hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import World, random_world

from kg.causal.support import support, voices
from kg.model import ARMS, Claim, Entity, Ranks, Source, Support, Voice

A, B = (Entity(name, f"entity:{name}", name, "Protein") for name in "ab")


def source(name: str, family: str | None = None) -> Source:
    return Source(name, f"source:{name}", name, family=family)


def claim(number: int, by: Source, basis: str = "own-data", cites: tuple[Source, ...] = (), **more) -> Claim:
    return Claim(f"c{number}", f"claim:c{number}", A, "increases", B, 1, True, by, cites=cites, basis=basis, **more)


def test_a_family_is_one_voice():
    claims = [claim(1, source("x", "trial")), claim(2, source("y", "trial")), claim(3, source("z"))]
    assert voices(claims) == ({"trial", "z"}, frozenset())


def test_a_review_and_the_paper_it_cites_are_one_voice():
    paper = source("paper")
    claims = [claim(1, paper), claim(2, source("review"), "second-hand", (paper,))]
    assert voices(claims) == ({"paper"}, frozenset())


def test_a_chain_of_citations_is_followed_to_its_root():
    root, middle = source("root"), source("middle")
    claims = [claim(1, source("late"), "second-hand", (middle,)), claim(2, middle, "second-hand", (root,))]
    assert voices(claims) == ({"root"}, frozenset())


def test_a_circle_of_citations_ends():
    one, two = source("one"), source("two")
    claims = [claim(1, one, "second-hand", (two,)), claim(2, two, "second-hand", (one,))]
    independent, unresolved = voices(claims)
    assert independent <= {"one", "two"}
    assert not unresolved


def test_second_hand_without_a_citation_is_unresolved_unless_the_source_also_has_data():
    both = source("both")
    claims = [claim(1, source("x"), "second-hand"), claim(2, both), claim(3, both, "second-hand")]
    assert voices(claims) == ({"both"}, {"x"})


BASES = st.sampled_from(["own-data", "second-hand", "inference"])
ROWS = st.lists(st.tuples(st.integers(0, 4), BASES, st.lists(st.integers(0, 4), max_size=2)), max_size=8)


@given(ROWS, st.randoms(use_true_random=False))
def test_independence_never_counts_a_root_twice_and_order_does_not_matter(rows, rng):
    works = [source(f"s{n}", "family" if n < 2 else None) for n in range(5)]
    claims = [
        claim(n, works[by], basis, tuple(works[c] for c in cites) if basis == "second-hand" else ())
        for n, (by, basis, cites) in enumerate(rows)
    ]
    independent, unresolved = voices(claims)
    assert not independent & unresolved
    assert independent | unresolved <= {work.voice for work in works}
    rng.shuffle(claims)
    assert voices(claims) == (independent, unresolved)


def test_best_is_by_design_and_certainty_by_wording():
    strong = claim(1, source("x"), design="cohort", species="human", certainty="hypothesized", ranks=Ranks(9, 3, 2))
    sure = claim(2, source("y"), design="narrative-review", certainty="known", ranks=Ranks(2, 0, 4))
    found = support([strong, sure])
    assert (found.best, found.certainty, found.independent) == (("cohort", "human"), "known", 2)
    assert str(found) == "2 independent sources, best: cohort in humans; known"


def against(number: int, by: Source, predicate: str, sign: int | None, **more) -> Claim:
    return Claim(f"c{number}", f"claim:c{number}", A, predicate, B, sign, True, by, basis="own-data", **more)


def test_one_line_tells_nulls_opposite_signs_and_refutations_apart():
    cohort = {"design": "cohort", "species": "human"}
    null = against(3, source("n"), "has-no-effect-on", None, design="trial", species="human")
    opposite = [against(n, source(f"o{n}"), "decreases", -1, ranks=Ranks(n), design="d") for n in (4, 5)]
    refuted = against(6, source("r"), "increases", 1, certainty="refuted")
    own = [claim(1, source("x"), **cohort), claim(2, source("y"), **cohort)]
    assert str(support(own, [null])) == "2 independent sources, best: cohort in humans; 1 null trial in humans against"
    found = support([claim(1, source("x"), "second-hand")], [null, *opposite, refuted])
    assert str(found) == (
        "1 unresolved second-hand source; 1 null trial in humans and 2 opposite findings (best: d) "
        "and 1 refuting source against"
    )
    assert (found.independent, found.unresolved, found.against, found.nulls) == (0, 1, 4, 1)
    assert found.to_dict()["against_by"] == {"null": 1, "opposite": 2, "refuted": 1}
    assert str(support([], [])) == "no source"


def test_tiers_count_voices_by_design_and_species_as_the_ontology_ranks_them(tmp_path):
    stated = [
        ("ckg:animal-experiment", "ckg:mouse"), ("ckg:cohort", "ckg:human"), ("ckg:cohort", "ckg:human"),
        ("ckg:animal-experiment", "ckg:human"), ("ckg:meta-analysis", ""), ("", ""),
    ]  # fmt: skip
    rows = [
        ("a", "increases", "b", {"source": f"source:s{n}", "design": design, "species": species})
        for n, (design, species) in enumerate(stated)
    ]
    told = ("a", "increases", "b", {"source": "source:s9", "design": "ckg:cohort", "species": "ckg:human",
                                    "basis": "ckg:second-hand"})  # fmt: skip
    (path,) = World(claims=[*rows, told]).load(tmp_path).trace("a", "b").increasing
    assert path.support.tiers == (
        ("meta-analysis", None, 1, 0),
        ("cohort", "human", 2, 1),
        ("animal-experiment", "human", 1, 0),
        ("animal-experiment", "mouse", 1, 0),
        (None, None, 1, 0),
    )
    assert [voice.name for voice in path.support.voices] == ["s4", "s1", "s2", "s9", "s3", "s0", "s5"]


def test_supports_are_ordered_by_voices_then_design_then_species_then_fewer_against():
    def heard(independent=0, unresolved=0, ranks=None, against=0):
        voices = [Voice(f"v{n}", n < independent, ranks=ranks or Ranks()) for n in range(independent + unresolved)]
        return Support(tuple(voices), tuple(Voice(f"n{n}", True, "null") for n in range(against)))

    rows = [
        heard(),
        heard(unresolved=3),
        heard(1, ranks=Ranks(2, 3, 4)),
        heard(1, ranks=Ranks(5, 1, 4)),
        heard(1, ranks=Ranks(5, 3, 3), against=2),
        heard(1, ranks=Ranks(5, 3, 3)),
        heard(1, 1, ranks=Ranks(1, 1, 1)),
        heard(2),
    ]
    assert all(weaker < stronger and stronger > weaker for weaker, stronger in pairwise(rows))
    assert all(weaker <= stronger and not stronger <= weaker for weaker, stronger in pairwise(rows))
    assert max(rows) == heard(2)


VOICES = st.lists(
    st.builds(
        lambda name, independent, rank: Voice(name, independent, design=f"d{rank}", ranks=Ranks(rank)),
        st.sampled_from("abcd"), st.booleans(), st.integers(0, 2),
    ),
    max_size=6,
)  # fmt: skip


@given(st.lists(VOICES, max_size=4), st.randoms(use_true_random=False))
def test_together_counts_each_voice_once_by_its_strongest_claim(groups, rng):
    supports = [Support(tuple(group)) for group in groups]
    found = Support.together(supports)
    everyone = [voice for group in groups for voice in group]
    assert sorted(voice.name for voice in found.voices) == sorted({voice.name for voice in everyone})
    for voice in found.voices:
        own = [other for other in everyone if other.name == voice.name]
        assert voice.independent == any(other.independent for other in own)
        assert voice.ranks == max(other.ranks for other in own)
    rng.shuffle(supports)
    assert Support.together(supports) == found


@given(ROWS, ROWS)
def test_support_counts_the_voices_and_no_voice_twice(rows, others):
    works = [source(f"s{n}", "family" if n < 2 else None) for n in range(5)]

    def said(rows):
        return [
            claim(n, works[by], basis, tuple(works[c] for c in cites) if basis == "second-hand" else ())
            for n, (by, basis, cites) in enumerate(rows)
        ]

    found = support(said(rows), said(others))
    independent, unresolved = voices(said(rows))
    assert {voice.name for voice in found.voices if voice.independent} == independent
    assert {voice.name for voice in found.voices if not voice.independent} == unresolved
    assert (found.independent, found.unresolved) == (len(independent), len(unresolved))
    assert found.against == len(frozenset.union(*voices(said(others))))


@pytest.mark.parametrize("seed", range(40))
def test_an_arm_is_as_strong_as_its_strongest_route_and_counts_each_voice_once(tmp_path, seed):
    trace = random_world(seed, claims=18, links=3).load(tmp_path).trace("e0", "e1")
    assert list(trace.arms) == [name for sign, name in ARMS.items() if trace.arm(sign)]
    for sign, name in ARMS.items():
        if not trace.arm(sign):
            continue
        arm, paths = trace.arms[name], trace.arm(sign)
        assert arm.strongest in paths
        assert all(path.support is not None for path in paths) or arm.support is None
        for path in paths:
            assert arm.support is None or arm.support >= path.support
        behind = {step for path in paths for step in path.steps if step.claims}
        assert arm.evidence.independent == len(frozenset().union(*(voices(step.claims)[0] for step in behind)))
        assert sum(mechanism.disputed for mechanism in trace.mechanisms[name]) == arm.disputed


def test_opposite_signs_null_results_and_refutations_count_against(tmp_path):
    graph = World(
        claims=[
            ("a", "increases", "b"),
            ("a", "decreases", "b", {"source": "source:s2"}),
            ("a", "not-associated-with", "b", {"source": "source:s3"}),
            ("a", "increases", "b", {"source": "source:s4", "certainty": "ckg:refuted"}),
            ("a", "has-no-effect-on", "b", {"source": "source:s5", "status": "ckg:retracted"}),
            ("a", "negatively-associated-with", "b", {"source": "source:s6"}),
        ]
    ).load(tmp_path)
    (up,), (down,) = graph.trace("a", "b").increasing, graph.trace("a", "b").decreasing
    assert [c.source.id for c in up.steps[0].against] == ["s2", "s3", "s4"]
    assert [c.source.id for c in down.steps[0].against] == ["s1", "s3"]
    assert (up.support.independent, up.support.against, up.support.nulls) == (1, 3, 1)
