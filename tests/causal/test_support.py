"""Support is counted in voices: families, cited roots, unresolved second hand."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from worlds import World

from kg.causal.support import support, voices
from kg.graph import load
from kg.model import Claim, Entity, Source, Support

SCHEMA = load().schema
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
    strong = claim(1, source("x"), design="cohort", species="human", certainty="hypothesized")
    sure = claim(2, source("y"), design="narrative-review", certainty="known")
    found = support([strong, sure], [], SCHEMA)
    assert (found.best, found.certainty, found.independent) == (("cohort", "human"), "known", 2)
    assert str(found) == "2 independent; best: cohort in human; known"


def test_supports_are_ordered_by_voices_then_design_then_fewer_against():
    rows = [
        Support(),
        Support(unresolved=3),
        Support(independent=1, ranks=(2, 4)),
        Support(independent=1, against=2, ranks=(5, 3)),
        Support(independent=1, ranks=(5, 3)),
        Support(independent=1, unresolved=1, ranks=(1, 1)),
        Support(independent=2),
    ]
    assert all(weaker < stronger for weaker, stronger in pairwise(rows))
    assert max(rows) == Support(independent=2)


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
    assert (up.support.independent, up.support.against) == (1, 3)
