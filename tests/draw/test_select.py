"""What a picture shows: which routes and entities, what is stressed, and what it says of what was left out."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sketches import claim, definition, edge, entity, fan, path, step, trace

from kg.draw import diagram_of
from kg.draw.diagram import CITED, arrow_of_step, category
from kg.errors import UsageError
from kg.model import DISCLAIMER, Edge, Path, Source

A, B, C, D = (entity(name) for name in "abcd")
SIDES = ("increasing", "decreasing", "unsigned")


def shown(diagram) -> set[str]:
    return {node.id for node in diagram.nodes}


def moves(diagram, bold=False) -> set[tuple[str, str, int]]:
    return {(arrow.source, arrow.target, arrow.sign) for arrow in diagram.arrows if arrow.bold or not bold}


def moves_of(*paths: Path) -> set[tuple[str, str, int]]:
    return {(s.source.id, s.target.id, s.sign) for route in paths for s in route.steps}


def roles(diagram) -> dict[str, str]:
    return {node.id: node.role for node in diagram.nodes if node.role}


def causal(graph) -> list[Edge]:
    return [edge for edge in graph.edges if edge.claims[0].causal]


# --- traces and their caps ---------------------------------------------------------------------------------------------


def test_a_trace_shows_the_best_route_of_each_mechanism_of_every_arm(flagship):
    diagram = diagram_of(flagship)
    bests = [group.best for side in SIDES for group in flagship.mechanisms[side]]
    assert moves(diagram) == moves_of(*bests)
    assert shown(diagram) == {e.id for route in bests for e in route.entities}
    for sign, side in zip((1, -1, 0), SIDES, strict=True):
        arm = {(a.source, a.target, a.sign) for a in diagram.arrows if sign in a.arms}
        assert arm == moves_of(*(group.best for group in flagship.mechanisms[side]))


def test_a_trace_below_every_cap_leaves_no_note_of_something_left_out(flagship):
    (note,) = diagram_of(flagship).notes
    routes = {sign: flagship.certificate.counts[sign] for sign in (1, -1, 0)}
    groups = {side: len(flagship.mechanisms[side]) for side in SIDES}
    assert note.startswith(f"Routes: {routes[1]} raising in {groups['increasing']} mechanisms;")
    assert f"{routes[-1]} lowering in {groups['decreasing']} mechanisms" in note
    assert "drawn)" not in note


@pytest.mark.parametrize("most", [2, 6, 9, 12, 20])
def test_the_cap_of_a_trace_holds_and_its_note_tells_how_many_mechanisms_are_missing_and_how_to_narrow(flagship, most):
    diagram = diagram_of(flagship, max_entities=most)
    first = {e.id for side in SIDES for e in flagship.mechanisms[side][0].best.entities}
    assert len(diagram.nodes) <= max(most, len(first))
    total = sum(len(flagship.mechanisms[side]) for side in SIDES)
    drawn = sum(
        moves_of(group.best) <= moves(diagram) and {e.id for e in group.best.entities} <= shown(diagram)
        for side in SIDES
        for group in flagship.mechanisms[side]
    )
    (left,) = (note for note in diagram.notes if note.startswith("Left out"))
    told = int(re.search(r"Left out: (\d+) mechanisms?;", left)[1])
    assert total - drawn <= told < total  # a route whose steps are all drawn for others counts as left out, too
    assert "graph.where(...)" in left
    assert "fewer steps" in left


def test_the_smallest_cap_cuts_no_arm_off(flagship):
    assert moves(diagram_of(flagship, max_entities=2)) == moves_of(*(flagship.arm(sign)[0] for sign in (1, -1, 0)))


def test_a_higher_cap_never_shows_less(flagship):
    sizes = [len(diagram_of(flagship, max_entities=most).nodes) for most in range(2, 40)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize(
    ("mechanisms", "said"), [(12, None), (13, "Left out: 1 mechanism;"), (15, "Left out: 3 mechanisms;")]
)
def test_twelve_mechanisms_of_an_arm_are_drawn_and_the_others_counted(mechanisms, said):
    diagram = diagram_of(fan(mechanisms))
    assert len(diagram.nodes) == 2 + 12
    assert [note for note in diagram.notes if "Left out" in note] == [
        note for note in diagram.notes if said and said in note
    ]
    assert any("(12 drawn)" in note for note in diagram.notes) == bool(said)


@pytest.mark.parametrize("most", [1, 0, -3])
@pytest.mark.parametrize("thing", [fan(2), [edge(A, 1, B)]], ids=["trace", "edges"])
def test_less_than_two_entities_are_refused(thing, most):
    with pytest.raises(UsageError, match=rf"max_entities={most} is too few.*at least 2"):
        diagram_of(thing, max_entities=most)


@pytest.mark.parametrize(
    ("options", "said"), [({"k": 2}, "the k best routes asked for"), ({"budget": 1_000}, "stopped at the budget")]
)
def test_a_search_that_did_not_see_everything_says_so(graph, options, said):
    cut = graph.trace("corticosteroids", "vascular calcification", **options)
    assert any(said in note for note in diagram_of(cut).notes)


def test_the_subtitle_gives_verdict_counts_length_and_what_the_graph_was_narrowed_to(graph, flagship):
    counts = flagship.certificate.counts
    assert diagram_of(flagship).subtitle == (
        f"Contested: {counts[1]} routes raise it, {counts[-1]} routes lower it, "
        f"{counts[0]} routes have no stated sign (up to 4 steps)"
    )
    narrowed = graph.where(species="human").trace("corticosteroids", "vascular calcification", max_steps=1)
    assert diagram_of(narrowed).subtitle.endswith(f"(up to 1 step; {narrowed.certificate.filters[0]})")
    assert "species human" in narrowed.certificate.filters[0]
    one = trace(path(A, B, C), path(A, D, C, signs=(1, 0)))
    assert "1 route raises it, 1 route has no stated sign" in diagram_of(one).subtitle


def test_a_trace_without_routes_shows_its_ends_and_says_that_there_is_no_path(graph):
    diagram = diagram_of(graph.trace("calciphylaxis", "warfarin"))
    assert roles(diagram) == {"calciphylaxis": "source", "warfarin": "target"}
    assert (diagram.arrows, diagram.notes) == ((), ())
    assert diagram.subtitle == "No path: no routes (up to 4 steps)"


def test_every_end_of_a_question_with_several_ends_is_there_and_marked(graph):
    asked = graph.trace(["warfarin", "denosumab", "sevelamer"], ["calciphylaxis", "hypercalcemia"], max_steps=2)
    diagram = diagram_of(asked, max_entities=3)
    assert roles(diagram) == {
        **dict.fromkeys((e.id for e in asked.sources), "source"),
        **dict.fromkeys((e.id for e in asked.targets), "target"),
    }
    assert diagram.subject == "calciphylaxis or hypercalcemia"


# --- paths ------------------------------------------------------------------------------------------------------------


def test_a_path_shows_its_steps_in_order_and_says_where_it_leads(flagship):
    for route in (flagship.increasing[0], flagship.decreasing[-1], flagship.unsigned[0]):
        diagram = diagram_of(route)
        assert [node.id for node in diagram.nodes] == [e.id for e in route.entities]
        assert [(a.source, a.target, a.sign) for a in diagram.arrows] == [
            (s.source.id, s.target.id, s.sign) for s in route.steps
        ]
        assert {a.arms for a in diagram.arrows} == {(route.sign,)}
        assert roles(diagram) == {route.entities[0].id: "source", route.entities[-1].id: "target"}
        verb = {1: "raises vascular", -1: "lowers vascular", 0: "without a stated sign"}[route.sign]
        assert verb in diagram.subtitle
        assert f"weakest step: {route.support}" in diagram.subtitle


def test_a_path_that_mixes_settings_says_so():
    mixed = Path((step(A, 1, B, species="mouse"), step(B, 1, C, species="human")))
    assert diagram_of(mixed).notes == ("This route mixes human and mouse.",)
    assert diagram_of(path(A, B, C)).notes == ()


# --- graphs -----------------------------------------------------------------------------------------------------------


def test_a_graph_shows_the_most_connected_entities_and_all_between_them(graph):
    edges = causal(graph)
    diagram = diagram_of(edges, max_entities=25)
    degree = Counter(e.id for edge in edges for e in {edge.subject, edge.object})
    assert len(diagram.nodes) == 25
    assert min(degree[name] for name in shown(diagram)) >= max(
        number for name, number in degree.items() if name not in shown(diagram)
    )
    within = {(e.subject.id, e.object.id, e.sign) for e in edges if {e.subject.id, e.object.id} <= shown(diagram)}
    assert moves(diagram) == within


@pytest.mark.parametrize(("most", "drawn"), [(None, 80), (40, 40), (10, 10)])
def test_the_cap_of_a_graph_holds_and_is_told_with_how_to_narrow(graph, most, drawn):
    edges = causal(graph)
    diagram = diagram_of(edges, max_entities=most)
    everything = len({end for edge in edges for end in (edge.subject, edge.object)})
    assert 0 < len(diagram.nodes) <= drawn
    share = f"{len(diagram.nodes)} of {everything} entities, the most connected"
    assert diagram.subtitle == share
    (note,) = diagram.notes
    assert note.startswith(f"Drawn: {share}. Narrow with graph.where(...)")


def test_a_graph_below_the_cap_leaves_nothing_out_and_has_no_note():
    diagram = diagram_of([edge(A, 1, B), edge(C, -1, D)], max_entities=4)
    assert shown(diagram) == {"a", "b", "c", "d"}
    assert (diagram.notes, diagram.subtitle) == ((), "4 entities")


def test_an_entity_whose_partners_were_all_left_out_is_not_drawn_alone():
    hub = [edge(A, 1, entity(f"x{n}")) for n in range(4)]
    diagram = diagram_of([*hub, edge(B, 1, entity("y1")), edge(B, 1, entity("y2"))], max_entities=4)
    assert shown(diagram) == {"a", "x0", "x1"}  # b is the second most connected, but nothing that it meets is drawn
    assert "3 of 8 entities" in diagram.subtitle


def test_an_edge_from_an_entity_to_itself_counts_once_and_is_drawn():
    diagram = diagram_of([edge(A, 1, A), edge(A, 1, B)])
    assert moves(diagram) == {("a", "a", 1), ("a", "b", 1)}


def test_opposite_edges_stand_side_by_side_and_are_both_disputed_but_unsigned_ones_are_not():
    edges = [edge(A, 1, B), edge(A, -1, B), edge(B, 1, A), edge(A, 0, C), edge(A, 1, C)]
    disputed = {(a.source, a.target, a.sign) for a in diagram_of(edges).arrows if a.disputed}
    assert disputed == {("a", "b", 1), ("a", "b", -1)}


def test_edges_with_one_sign_are_one_arrow_and_causal_if_any_claim_is():
    association = edge(A, 1, B, predicate="positively-associated-with", causal=False)
    (alone,) = diagram_of([association]).arrows
    (joined,) = diagram_of([association, edge(A, 1, B)]).arrows
    assert (alone.kind, joined.kind) == ("association", "claim")
    assert "a increases / positively associated with b" in joined.tooltip


@pytest.mark.parametrize(
    ("certainties", "dashed"),
    [
        (["hypothesized"], True),
        (["hypothesized", "disputed"], True),
        (["hypothesized", "known"], False),
        ([None], False),
    ],
)
def test_an_arrow_is_hypothetical_only_if_every_claim_is(certainties, dashed):
    claims = tuple(claim(A, 1, B, certainty=certainty) for certainty in certainties)
    (arrow,) = diagram_of([Edge(A, "increases", B, 1, claims)]).arrows
    assert arrow.hypothetical == dashed


def test_links_among_the_drawn_entities_are_drawn_as_definitions(graph):
    diagram = diagram_of(graph.edges, links=graph.links, max_entities=30)
    drawn = {(a.source, a.target, a.sign, a.detail) for a in diagram.arrows if a.kind == "definition"}
    within = {
        (link.source.id, link.target.id, link.sign, link.kind)
        for link in graph.links
        if {link.source.id, link.target.id} <= shown(diagram)
    }
    assert drawn == within
    assert drawn


# --- what is stressed ---------------------------------------------------------------------------------------------------


def test_the_best_route_of_each_arm_is_bold_unless_paths_are_highlighted(flagship):
    bests = moves_of(flagship.increasing[0], flagship.decreasing[0])
    assert moves(diagram_of(flagship), bold=True) == bests
    assert moves(diagram_of(flagship, highlight="RANKL"), bold=True) == bests
    other = flagship.mechanisms["increasing"][3].best
    assert moves(diagram_of(flagship, highlight=other), bold=True) == moves_of(other)
    assert moves(diagram_of(flagship, highlight=[other, "RANKL"]), bold=True) == moves_of(other)


@pytest.mark.parametrize("most", [None, 8])
def test_a_highlighted_route_is_drawn_whole_even_if_it_is_the_best_of_no_mechanism(flagship, most):
    bests = [group.best for side in SIDES for group in flagship.mechanisms[side]]
    for route in (flagship.increasing[40], flagship.decreasing[-1]):
        assert route not in bests
        diagram = diagram_of(flagship, highlight=route, max_entities=most)
        assert moves(diagram, bold=True) == moves_of(route)
        on_arm = {(a.source, a.target, a.sign) for a in diagram.arrows if route.sign in a.arms}
        assert moves_of(route) <= on_arm


def test_a_route_of_another_question_adds_nothing_to_a_trace(graph, flagship):
    other = graph.trace("warfarin", "calciphylaxis").increasing[0]
    diagram = diagram_of(flagship, highlight=other)
    assert moves(diagram) == moves(diagram_of(flagship))
    assert moves(diagram, bold=True) == set()


def test_a_highlighted_path_is_bold_among_the_edges_of_a_graph(graph, flagship):
    route = flagship.decreasing[0]
    for most in (None, 3):
        assert moves(diagram_of(causal(graph), highlight=route, max_entities=most), bold=True) == moves_of(route)
    assert not moves(diagram_of(causal(graph)), bold=True)


@pytest.mark.parametrize("how", ["entity", "label", "id", "list"])
def test_entities_are_highlighted_by_themselves_or_by_name(graph, flagship, how):
    wanted = graph.find("RANKL")
    given = {"entity": wanted, "label": wanted.label.lower(), "id": wanted.id, "list": [wanted, "nobody"]}[how]
    assert [name for name, role in roles(diagram_of(flagship, highlight=given)).items() if role == "highlight"] == [
        "rankl"
    ]
    assert roles(diagram_of(causal(graph), highlight=given)) == {"rankl": "highlight"}


def test_arms_of_a_step_come_in_one_order_and_once():
    assert arrow_of_step(step(A, 1, B), (0, -1, 1, -1)).arms == (1, 0, -1)


def test_an_end_of_the_question_stays_an_end_when_it_is_highlighted(flagship):
    assert "highlight" not in roles(diagram_of(flagship, highlight="corticosteroid")).values()


def test_a_highlighted_entity_survives_the_cap_of_a_graph(graph):
    edges = causal(graph)
    rare = min({e.subject for e in edges}, key=lambda e: (sum(e in (x.subject, x.object) for x in edges), e.id))
    assert rare.id not in shown(diagram_of(edges, max_entities=5))
    assert rare.id in shown(diagram_of(edges, max_entities=5, highlight=rare))


@pytest.mark.parametrize("wrong", [5, [5], 0, object(), fan(1), path(A, B).steps[0], ["RANKL", None], [[A]], b"RANKL"])
def test_other_things_are_not_highlighted(flagship, wrong):
    with pytest.raises(UsageError, match=r"Cannot highlight a .* Give paths, entities or their names"):
        diagram_of(flagship, highlight=wrong)


# --- words --------------------------------------------------------------------------------------------------------------


def test_every_picture_cites_its_data_and_says_that_it_is_no_medical_advice(graph, flagship):
    for thing in (flagship, flagship.increasing[0], causal(graph)):
        credit = diagram_of(thing).credit
        assert credit.startswith("calciphylaxis-kg")
        assert DISCLAIMER in credit
    assert flagship.certificate.data in diagram_of(flagship).credit
    assert "data 1.2.3" in diagram_of([edge(A, 1, B)], version="1.2.3").credit


def test_a_title_of_ones_own_takes_the_place_of_the_usual_one(flagship):
    for thing in (flagship, flagship.increasing[0], [edge(A, 1, B)]):
        assert diagram_of(thing, title="My figure").title == "My figure"
        assert diagram_of(thing).title not in ("My figure", "")


def test_a_tooltip_names_each_source_once_and_counts_those_beyond_six():
    def cited(number: int) -> list[str]:
        sources = [Source(f"s{n}", f"s{n}", f"Source {n}") for n in range(number)]
        claims = tuple(claim(A, 1, B, source=source) for source in (*sources, sources[0]))
        (arrow,) = diagram_of([Edge(A, "increases", B, 1, claims)]).arrows
        return arrow.tooltip.splitlines()[1:]

    assert cited(CITED) == [f"Source {n}" for n in range(CITED)]
    assert cited(CITED + 2) == [*(f"Source {n}" for n in range(CITED)), "and 2 more"]


def test_a_tooltip_of_a_step_tells_support_what_speaks_against_and_what_to_beware_of():
    against = claim(A, -1, B, source=Source("x", "x", "Doubter 2001"))
    disputed = arrow_of_step(step(A, 1, B, against=(against,), status="draft")).tooltip
    assert disputed.splitlines() == [
        "a increases b",
        "1 independent source",
        "draft: one reader only",
        "Nobody 2020, J Tests",
        "against: Doubter 2001",
    ]
    assert "by definition, not by evidence" in arrow_of_step(definition(A, "raised-state-of", B)).tooltip
    assert "generalization" in arrow_of_step(definition(A, "broader", B)).tooltip


@pytest.mark.parametrize(
    ("kinds", "shape"),
    [
        (("Drug", "DrugClass", "Exposure", "Procedure"), "intervention"),
        (("Disease", "Phenotype", "Measurement"), "condition"),
        (("Protein", "ProteinFamily", "Complex", "SmallMolecule"), "molecule"),
        (("Process", "Pathway", "CellType", "anything else"), "process"),
    ],
)
def test_kinds_of_entities_share_four_shapes(kinds, shape):
    assert {category(kind) for kind in kinds} == {shape}


def test_every_picture_is_described_in_words(flagship):
    diagram = diagram_of(flagship, max_entities=10)
    drawn = f"{len(diagram.nodes)} entities and {len(diagram.arrows)} steps are drawn."
    assert diagram.description == " ".join((diagram.subtitle, drawn, *diagram.notes))
