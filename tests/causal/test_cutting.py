"""A chosen cut against the graph without the entities, and against one's own count of what the command shows."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from worlds import World, random_world

from kg.errors import UnknownEntity, UsageError
from kg.model import ARMS

STEROIDS, CALCIFICATION = "corticosteroid", "vascular-calcification"


@pytest.mark.parametrize("seed", range(150))
def test_it_is_the_graph_without_the_entities_where_no_route_begins_with_a_kind(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=26, links=5).load(tmp_path)
    taken = [entity.id for entity in graph.entities[2:]][seed % 2 :: 2]
    if not taken:
        return
    options = {"specialize": False, "definitions": seed % 3 > 0}
    whole = graph.trace("e0", "e1", **options)
    outcome = graph.cut("e1", sources="e0", entities=taken, **options)
    without = graph.without(*taken).trace("e0", "e1", **options)
    assert {sign: set(outcome.left[sign]) for sign in ARMS} == {sign: set(without.arm(sign)) for sign in ARMS}
    assert outcome.verdict == without.verdict
    for sign in ARMS:
        assert list(outcome.left[sign]) == without.arm(sign)  # in the same order
        assert Counter((*outcome.left[sign], *outcome.lost[sign])) == Counter(whole.arm(sign))
        assert all({e.id for e in path.entities} & {*taken} for path in outcome.lost[sign])


@pytest.mark.parametrize("seed", range(80))
def test_with_kinds_of_the_source_it_leaves_at_least_as_much_and_more_only_by_kinds(tmp_path, seed):
    graph = random_world(seed, entities=8, claims=30, links=9).load(tmp_path)
    taken = [entity.id for entity in graph.entities[2:4]]
    if not taken:
        return
    outcome = graph.cut("e1", sources="e0", entities=taken)
    without = graph.without(*taken).trace("e0", "e1")
    for sign in ARMS:
        assert set(without.arm(sign)) <= set(outcome.left[sign])
        more = set(outcome.left[sign]) - set(without.arm(sign))
        assert all(path.steps[0].kind == "specialization" for path in more)


def test_a_kind_through_a_taken_kind_stays_here_and_goes_with_without(tmp_path):
    """The one case in which the two differ, as the documentation says."""
    graph = World(
        claims=[("dexa", "increases", "b")], links=[("dexa", "broader", "gluco"), ("gluco", "broader", "steroid")]
    ).load(tmp_path)
    assert [str(path) for path in graph.cut("b", sources="steroid", entities="gluco").left[1]] == ["steroid ∋ dexa → b"]
    assert graph.without("gluco").trace("steroid", "b").paths == []


@pytest.mark.parametrize("seed", range(60))
def test_what_each_does_alone_is_its_own_cut(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=26).load(tmp_path)
    taken = graph.entities[2:5]
    if not taken:
        return
    for one in graph.cut("e1", sources="e0", entities=taken).alone:
        alone = graph.cut("e1", sources="e0", entities=one.entity)
        assert one.verdict == alone.verdict
        assert one.left == {sign: len(paths) for sign, paths in alone.left.items()}
        assert one.lost == {sign: len(paths) for sign, paths in alone.lost.items()}
        assert one.idle == (not any(alone.lost.values()))


def test_a_member_knows_its_direction_and_an_idle_one_is_told(tmp_path):
    graph = World(
        claims=[("a", "increases", "m"), ("m", "increases", "b"), ("drug", "decreases", "m")],
        kinds={"drug": "Drug"}, entities=["bystander"],
    ).load(tmp_path)  # fmt: skip
    outcome = graph.cut("b", sources="a", entities=["m", "bystander", "m"])
    assert [str(member) for member in outcome.members] == ["lower m", "remove bystander"]
    assert [step.source.id for step in outcome.members[0].agents] == ["drug"]
    assert [one.idle for one in outcome.alone] == [False, True]
    assert outcome.verdict == "no path"


def test_kinds_of_what_is_cut_that_stay_on_a_route_are_named(graph):
    ask = {"target": "vascular calcification", "sources": "corticosteroids"}
    assert [e.id for e in graph.cut(**ask, entities="NF-kB signaling").kinds] == ["rank-nf-kb-signaling"]
    assert graph.cut(**ask, entities=["NF-kB signaling", "RANK-mediated NF-kB signaling"]).kinds == ()
    assert graph.cut(**ask, entities="RANKL").kinds == ()


def test_ends_nothing_and_unknown_names_are_refused(graph):
    ask = {"target": "vascular calcification", "sources": "corticosteroids"}
    with pytest.raises(UsageError, match="corticosteroid is an end of the question"):
        graph.cut(**ask, entities=["RANKL", "corticosteroids"])
    with pytest.raises(UsageError, match="at least one entity to cut"):
        graph.cut(**ask, entities=[])
    with pytest.raises(UnknownEntity):
        graph.cut(**ask, entities="RANKLE")


def test_a_search_stopped_at_its_budget_claims_no_absence(graph):
    outcome = graph.cut("vascular calcification", sources="corticosteroids", entities="RANKL", budget=1)
    assert (outcome.verdict, outcome.certificate.status) == ("none found", "budget")


# --- what the command shows, counted another way ----------------------------------------------------------------------


def moves_of(graph):
    """Signed steps from plain claims and links: (sign, where to, whether by definition), by where from."""
    moves = defaultdict(set)
    for c in graph.claims():
        live = c.causal and not c.null and c.status != "retracted" and c.certainty != "refuted"
        if live and c.subject != c.object:
            moves[c.subject.id].add((c.sign, c.object.id, "claim"))
    for link in graph.links:
        moves[link.source.id].add((link.sign, link.target.id, link.kind))
        if link.reversible:
            moves[link.target.id].add((link.sign, link.source.id, link.kind))
    return moves


def kinds_of(graph, name):
    """Kinds and exposures of any depth."""
    below, queue = set(), [name]
    while queue:
        parent = queue.pop()
        for link in graph.links:
            if link.target.id == parent and (
                link.kind == "broader" or (link.kind, link.source.kind) == ("raised-state-of", "Exposure")
            ):
                queue += [link.source.id] if link.source.id not in below else []
                below.add(link.source.id)
    return below - {name}


def routes_by_hand(graph, source, target, most=4):
    """Every route with its net sign, by walking: [(sign, entities)]."""
    moves, found = moves_of(graph), []

    def walk(way, sign, only_claims):
        for step, following, kind in moves[way[-1]]:
            if following in way or (only_claims and kind != "claim"):
                continue
            if following == target:
                found.append((sign * step, (*way, following)))
            elif len(way) < most:
                walk((*way, following), sign * step, False)

    walk((source,), 1, False)
    for kind in kinds_of(graph, source) - {target}:
        walk((source, kind), 1, True)
    return found


@pytest.fixture(scope="module")
def by_hand(graph):
    return routes_by_hand(graph, STEROIDS, CALCIFICATION)


CUTS = {
    ("rankl",): (38, 57, 0),
    ("nf-kb-signaling",): (63, 48, 22),
    ("rankl", "nf-kb-signaling"): (31, 41, 0),
    ("rankl", "nf-kb-signaling", "rank-nf-kb-signaling"): (23, 34, 0),
}


@pytest.mark.parametrize("taken", CUTS)
def test_what_cutting_rankl_nf_kb_or_both_leaves_between_steroids_and_calcification(graph, by_hand, taken):
    outcome = graph.cut(CALCIFICATION, sources=STEROIDS, entities=taken)
    left = Counter(sign for sign, way in by_hand if not {*taken} & {*way})
    shown = tuple(len(outcome.left[sign]) for sign in (1, -1, 0))
    assert shown == (left[1], left[-1], left[0]) == CUTS[taken]
    assert Counter(sign for sign, _ in by_hand) == {1: 70, -1: 64, 0: 24}
    assert outcome.verdict == "contested"


SPARQL = """
SELECT DISTINCT ?a ?b ?s ?t ?u WHERE {{ GRAPH graph:direct {{
  {{ entity:corticosteroid ?p entity:vascular-calcification BIND(1 AS ?t) BIND(1 AS ?u) }}
  UNION {{ entity:corticosteroid ?p ?a . ?a ?q entity:vascular-calcification BIND(1 AS ?u) }}
  UNION {{ entity:corticosteroid ?p ?a . ?a ?q ?b . ?b ?r entity:vascular-calcification }}
  FILTER(!BOUND(?a) || ?a NOT IN ({taken}, entity:corticosteroid, entity:vascular-calcification))
  FILTER(!BOUND(?b) || ?b NOT IN ({taken}, entity:corticosteroid, entity:vascular-calcification, ?a)) }}
  ?p ckg:sign ?s . OPTIONAL {{ ?q ckg:sign ?t }} OPTIONAL {{ ?r ckg:sign ?u }} }}
"""


@pytest.mark.parametrize("taken", CUTS)
def test_one_sparql_query_on_the_direct_edges_counts_the_same_routes_of_claims(graph, taken):
    rows = graph.sparql(SPARQL.format(taken=", ".join(f"entity:{name}" for name in taken))).rows
    signs = Counter(int(str(s)) * int(str(t)) * int(str(u)) for _, _, s, t, u in rows)
    outcome = graph.cut(
        CALCIFICATION, sources=STEROIDS, entities=taken, max_steps=3, definitions=False, specialize=False
    )
    assert {sign: len(outcome.left[sign]) for sign in ARMS} == {sign: signs[sign] for sign in ARMS}
    assert signs[1] > 2
    assert signs[-1] > 2


def test_between_lupus_and_calciphylaxis_no_intermediate_is_essential(graph):
    """A direct claim goes past all of them, and no entity is on all 18 other routes that raise it."""
    told = graph.interventions("calciphylaxis", sources="SLE").essential
    by_hand = [way for sign, way in routes_by_hand(graph, "systemic-lupus-erythematosus", "calciphylaxis") if sign == 1]
    direct = [claim for claim in graph.claims(subject="SLE", object="calciphylaxis") if claim.causal]
    assert [way for way in by_hand if len(way) == 2] == [("systemic-lupus-erythematosus", "calciphylaxis")]
    assert [claim.id for claim in told.direct[0].steps[0].claims] == [claim.id for claim in direct]
    longer = [{*way[1:-1]} for way in by_hand if len(way) > 2]
    assert (len(longer), set.intersection(*longer)) == (18, set())
    assert (told.entities, told.beyond) == ((), ())
    entity, routes = told.nearest
    assert routes == sum(entity.id in way for way in longer) == max(Counter(e for way in longer for e in way).values())
    for entity in {e for path in graph.trace("SLE", "calciphylaxis").increasing for e in path.entities[1:-1]}:
        assert graph.without(entity).trace("SLE", "calciphylaxis").increasing


@pytest.mark.parametrize(
    ("source", "target", "every", "beyond"),
    [
        ("interleukin-6", "hypercalcemia", {"rankl", "bone-resorption"}, {"rankl", "bone-resorption"}),
        ("diabetes-mellitus", "calciphylaxis", set(), {"advanced-glycation-end-product"}),
        ("warfarin", "mortality", {"calciphylaxis"}, {"calciphylaxis"}),
    ],
)
def test_essential_intermediates_are_told_first_and_are_those_of_every_route(graph, source, target, every, beyond):
    found = graph.interventions(target, sources=source)
    ways = [{*way[1:-1]} for sign, way in routes_by_hand(graph, source, target) if sign == 1]
    assert {entity.id for entity in found.essential.entities} == set.intersection(*ways) == every
    assert {entity.id for entity in found.essential.beyond} == set.intersection(*filter(None, ways)) == beyond
    first = found.cuts[: len(beyond)]
    assert {cut.members[0].what.id for cut in first} == beyond
    assert all(len(cut.members) == 1 for cut in first)
