"""Explanations of cases: against brute force, what may and may not change them, and the founding case."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from patients import brute_force, case, fact, judged, of, random_case
from worlds import World, random_world

from kg.errors import InvalidData, UsageError

SEEDS = range(75)


@pytest.fixture(scope="module")
def founding(graph):
    return graph.explain_case("nazir-2015")


def named(findings):
    return {finding.entity.id for finding in findings}


# --- against brute force ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_findings_are_judged_as_by_brute_force_over_single_causes(tmp_path, seed):
    graph = random_world(seed, entities=8, claims=26, links=4).load(tmp_path)
    patient = random_case(graph, seed)
    assert judged(graph.explain_case(patient, max_steps=3)) == brute_force(graph, patient, 3)


def test_random_patients_meet_every_verdict(tmp_path):
    """So that the comparison above compares something."""
    verdicts, ruled_out = set(), 0
    for seed in SEEDS:
        graph = random_world(seed, entities=8, claims=26, links=4).load(tmp_path / str(seed))
        for finding in graph.explain_case(random_case(graph, seed), max_steps=3).findings:
            verdicts.add(finding.verdict)
            ruled_out += len(finding.ruled_out)
    assert verdicts == {"explained", "contradicted", "by definition", "unexplained"}
    assert ruled_out > 10


# --- what may and may not change an answer ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_unknown_facts_change_no_verdict_and_no_route(tmp_path, seed):
    graph = random_world(seed, entities=8, claims=26, links=4).load(tmp_path)
    patient = random_case(graph, seed)
    silent = replace(patient, facts=tuple(f for f in patient.facts if f.presence != "unknown"))
    assert judged(graph.explain_case(patient)) == judged(graph.explain_case(silent))


@pytest.mark.parametrize("presence", ["present", "absent", "unknown"])
@pytest.mark.parametrize("seed", range(40))
def test_a_fact_on_an_unrelated_entity_changes_nothing_else(tmp_path, seed, presence):
    world = random_world(seed, entities=6, claims=18)
    graph = replace(world, entities=[*world.entities, "lonely"]).load(tmp_path)
    patient = random_case(graph.without("lonely"), seed)
    alone = fact(99, graph.entity("lonely"), "history", presence)
    more = replace(patient, facts=(*patient.facts, alone))
    before, after = graph.explain_case(patient), graph.explain_case(more)
    assert judged(before) == judged(after)
    assert before.rivals == after.rivals


@pytest.mark.parametrize("seed", SEEDS)
def test_times_only_ever_take_routes_away(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=18).load(tmp_path)
    timed = random_case(graph, seed)
    if any(other.entity == one.entity for one in timed.facts for other in timed.facts if other is not one):
        timed = replace(timed, facts=tuple({f.entity: f for f in timed.facts}.values()))  # one fact for each entity
    timeless = replace(timed, facts=tuple(replace(f, time=None) for f in timed.facts))
    routes = {key: set().union(*found[1:]) for key, found in judged(graph.explain_case(timed)).items()}
    all_routes = {key: set().union(*found[1:]) for key, found in judged(graph.explain_case(timeless)).items()}
    same = [f for f in graph.explain_case(timeless).findings if f.by_definition]
    for key, found in routes.items():
        if key not in {(f.entity.id, f.sign) for f in same}:  # there a later cause may be the finding by another name
            assert found <= all_routes[key]


@pytest.mark.parametrize("seed", range(60))
def test_every_step_of_an_answer_is_a_step_of_the_graph(tmp_path, seed):
    graph = random_world(seed, entities=8, claims=26, links=4).load(tmp_path)
    network = graph._network(True, True)
    steps = {step.key for arcs in (*network.arcs, *network.kinds) for _, step in arcs}
    explanation = graph.explain_case(random_case(graph, seed))
    used = {step.key for path in explanation._paths() for step in path.steps}
    assert used <= steps


def test_a_finding_without_its_only_route_is_unexplained(tmp_path):
    graph = World(claims=[("drug", "increases", "m"), ("m", "increases", "sign"), ("drug", "increases", "rash")]).load(
        tmp_path
    )
    patient = of(graph, drug="treatment", sign="sign", rash="sign")
    assert named(graph.explain_case(patient).explained) == {"sign", "rash"}
    less = graph.without(claims=["c2"]).explain_case(patient)
    assert named(less.explained) == {"rash"}
    assert named(less.unexplained) == {"sign"}


def test_the_order_of_facts_does_not_change_what_is_found(tmp_path):
    graph = random_world(3, entities=7, claims=22).load(tmp_path)
    patient = random_case(graph, 5)
    turned = replace(patient, facts=patient.facts[::-1])
    one, other = graph.explain_case(patient), graph.explain_case(turned)
    assert judged(one) == judged(other)
    assert one.rivals == other.rivals


# --- single rules -----------------------------------------------------------------------------------------------------


@pytest.fixture
def chain(tmp_path):
    """A drug raises m, which raises the sign; and lowers n, which lowers it; n is lowered in the state `lack`."""
    return World(
        claims=[("drug", "increases", "m"), ("m", "increases", "sign"), ("drug", "decreases", "n"),
                ("n", "decreases", "sign"), ("drug", "decreases", "level"), ("other", "increases", "sign")],
        links=[("lack", "lowered-state-of", "n"), ("much", "raised-state-of", "m"), ("much", "broader", "class")],
        kinds={"drug": "Drug", "level": "Measurement", "other": "Disease"},
    ).load(tmp_path)  # fmt: skip


def only(explanation):
    (finding,) = explanation.findings
    return finding


def test_a_lowered_finding_wants_a_lowering_route(chain):
    low = only(chain.explain_case(of(chain, drug="treatment", level="lab present lowered")))
    high = only(chain.explain_case(of(chain, drug="treatment", level="lab present raised")))
    assert (low.verdict, high.verdict) == ("explained", "contradicted")


def test_a_lowered_cause_turns_its_routes_round(chain):
    facts = of(chain, m="history present lowered", sign="sign present lowered")
    assert only(chain.explain_case(facts)).verdict == "explained"
    facts = of(chain, m="history present lowered", sign="sign")
    assert only(chain.explain_case(facts)).verdict == "contradicted"


@pytest.mark.parametrize("absent", ["m", "much", "class"])
def test_a_route_through_what_is_absent_does_not_explain_also_by_definition(chain, absent):
    finding = only(chain.explain_case(of(chain, drug="treatment", sign="sign", **{absent: "sign absent"})))
    assert [str(path) for path in finding.ruled_out] == ["drug → m → sign"]
    assert [str(path) for path in finding.supporting] == ["drug ⊣ n ⊣ sign"]


def test_a_route_that_lowers_what_is_absent_stays(chain):
    finding = only(chain.explain_case(of(chain, drug="treatment", sign="sign", n="sign absent")))
    assert finding.ruled_out == ()
    without = only(chain.explain_case(of(chain, drug="treatment", sign="sign", lack="sign absent")))
    assert [str(path) for path in without.ruled_out] == ["drug ⊣ n ⊣ sign"]


def test_what_is_normal_rules_out_both_directions(chain):
    facts = of(chain, drug="treatment", sign="sign", m="lab present normal", n="lab present normal")
    finding = only(chain.explain_case(facts))
    assert finding.verdict == "unexplained"
    assert len(finding.ruled_out) == 2


def test_less_of_a_kind_is_not_less_of_its_class(tmp_path):
    graph = World(
        claims=[("drug", "decreases", "kind"), ("kind", "decreases", "sign")], links=[("kind", "broader", "class")]
    ).load(tmp_path)
    facts = {"drug": "treatment", "sign": "sign", "class": "lab present normal"}
    assert only(graph.explain_case(of(graph, **facts))).verdict == "explained"
    kind = {"drug": "treatment", "sign": "sign", "kind": "lab present normal"}
    assert only(graph.explain_case(of(graph, **kind))).verdict == "unexplained"


@pytest.mark.parametrize(
    ("present", "finding", "explained"),
    [("P1M", "P0D", False), ("P1M", "P1M", True), ("P1M", "P2M", True), (None, "P0D", True), ("P1M", None, True)],
)
def test_what_was_absent_may_have_come_by_the_time_of_a_finding(tmp_path, present, finding, explained):
    graph = World(claims=[("drug", "increases", "m"), ("m", "increases", "sign")], kinds={"drug": "Drug"}).load(
        tmp_path
    )
    drug, m, sign = (graph.entity(name) for name in ("drug", "m", "sign"))
    facts = [fact(1, drug, "treatment"), fact(2, m, presence="absent", time="-P1Y"), fact(3, m, time=present),
             fact(4, sign, time=finding)]  # fmt: skip
    found = {f.entity.id: f.verdict for f in graph.explain_case(case(*facts)).findings}
    assert found["sign"] == ("explained" if explained else "unexplained")


def test_unknown_is_marked_and_rules_nothing_out(chain):
    explanation = chain.explain_case(of(chain, drug="treatment", sign="sign", m="reported unknown"))
    finding = only(explanation)
    assert finding.ruled_out == ()
    marked = {str(path): [e.id for e in explanation.not_known_on(path)] for path in finding.supporting}
    assert marked == {"drug → m → sign": ["m"], "drug ⊣ n ⊣ sign": []}


@pytest.mark.parametrize(
    ("cause", "finding", "explained"),
    [
        ("treatment present - -P1D", "sign present - P0D", True),
        ("treatment present - P0D", "sign present - P0D", False),  # given for what was found
        ("treatment present - P1D", "sign present - P0D", False),
        ("treatment present - P1D", "sign", True),  # nobody knows when it began
        ("treatment", "sign present - P0D", True),
        ("treatment present - -P1M", "sign present - -P31D", False),  # a month is thirty days and a half
        ("treatment present - -P32D", "sign present - -P1M", True),
    ],
)
def test_a_cause_must_not_begin_after_the_finding(chain, cause, finding, explained):
    explanation = chain.explain_case(of(chain, drug=cause, sign=finding))
    assert bool(explanation.explained) is explained
    assert (only(explanation).late == ()) is bool(explanation.explained)


def test_a_condition_may_begin_with_the_finding_but_not_after_it(chain):
    at_once = chain.explain_case(of(chain, other="history present - P0D", sign="sign present - P0D"))
    later = chain.explain_case(of(chain, other="history present - P1D", sign="sign present - P0D"))
    assert (len(at_once.explained), len(later.explained)) == (1, 0)


def test_a_finding_seen_twice_counts_from_the_first_time(chain):
    twice = case(
        fact(1, chain.entity("drug"), "treatment", time="P1D"),
        fact(2, chain.entity("sign"), time="P2D"),
        fact(3, chain.entity("sign"), time="P0D"),
    )
    assert only(chain.explain_case(twice)).verdict == "unexplained"


def test_nothing_explains_itself_nor_by_definition_alone(tmp_path):
    graph = World(
        claims=[("hyper", "increases", "x"), ("x", "decreases", "level")],
        links=[("hyper", "raised-state-of", "level"), ("proxy", "readout-of", "hyper"), ("level", "broader", "levels")],
        kinds={"hyper": "Disease"},
    ).load(tmp_path)
    state = only(graph.explain_case(of(graph, hyper="history", level="lab present raised")))
    assert (state.verdict, state.supporting, state.opposing) == ("by definition", (), ())
    assert str(state.by_definition[0]) == "hyper ⇒ level"
    assert only(graph.explain_case(of(graph, hyper="history", proxy="lab"))).verdict == "by definition"
    assert only(graph.explain_case(of(graph, hyper="history", levels="sign"))).verdict == "by definition"
    opposite = only(graph.explain_case(of(graph, hyper="history", level="lab present lowered")))
    assert (opposite.verdict, len(opposite.by_definition)) == ("contradicted", 2)
    itself = only(graph.explain_case(of(graph, hyper="diagnosis")))
    assert (itself.verdict, itself.by_definition) == ("unexplained", ())


def test_a_measurement_is_no_cause_and_a_bare_number_no_finding(chain):
    explanation = chain.explain_case(of(chain, level="history", sign="sign"))
    assert explanation.causes == ()
    assert "which is no cause" in explanation.left_out[0].why
    bare = case(fact(1, chain.entity("level"), "lab", value="7.1", unit="mg/dL"))
    assert chain.explain_case(bare).findings == ()
    assert "raised or lowered" in chain.explain_case(bare).left_out[0].why
    positive = case(fact(1, chain.entity("level"), "lab", value="positive"))
    assert named(chain.explain_case(positive).findings) == {"level"}


def test_a_kind_that_the_case_does_not_name_is_told_as_assumed(tmp_path):
    graph = World(claims=[("kind", "increases", "sign")], links=[("kind", "broader", "class")]).load(tmp_path)
    explanation = graph.explain_case(of(graph, **{"class": "history", "sign": "sign"}))
    (path,) = only(explanation).supporting
    assert [e.id for e in explanation.assumed_on(path)] == ["kind"]
    both = graph.explain_case(of(graph, **{"class": "history", "kind": "history", "sign": "sign"}))
    assert all(both.assumed_on(path) == () for path in only(both).supporting)


# --- rivals and what is missing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_rivals_explain_the_findings_whose_supporting_routes_pass_them(tmp_path, seed):
    graph = random_world(seed, entities=7, claims=18, links=3).load(tmp_path)
    explanation = graph.explain_case(random_case(graph, seed))
    wanted = {}
    for finding in explanation.findings:
        for path in finding.supporting:
            sign = finding.sign
            for step in reversed(path.steps):  # from the finding back to the cause
                sign *= step.sign
                wanted.setdefault((step.source.id, sign), set()).add(finding.entity.id)
    assert {(r.entity.id, r.sign): {e.id for e in r.findings} for r in explanation.rivals} == wanted
    counts = [len(rival.findings) for rival in explanation.rivals]
    assert counts == sorted(counts, reverse=True)


def test_rivals_with_as_many_findings_are_ordered_by_support_then_name(tmp_path):
    graph = World(
        claims=[("ill", "increases", name) for name in ("zeta", "beta", "alpha")]
        + [(name, "increases", "sign") for name in ("zeta", "beta", "alpha")]
        + [(*ends, {"source": "source:s2"}) for ends in (("ill", "increases", "zeta"), ("zeta", "increases", "sign"))],
        kinds={"ill": "Disease"},
    ).load(tmp_path)  # fmt: skip
    rivals = graph.explain_case(of(graph, ill="history", sign="sign")).rivals
    assert [rival.entity.id for rival in rivals] == ["ill", "zeta", "alpha", "beta"]
    assert [rival.standing for rival in rivals] == ["cause", "not stated", "not stated", "not stated"]


def test_a_measurement_separates_rivals_that_predict_different_things_of_it(tmp_path):
    graph = World(
        claims=[("ill", "increases", "a"), ("ill", "increases", "b"), ("ill", "increases", "c"),
                *((x, "increases", "sign") for x in "abc"),
                ("a", "increases", "up"), ("b", "decreases", "up"), ("a", "increases", "all"), ("b", "increases", "all"),
                ("c", "increases", "all"), ("a", "increases", "both"), ("a", "decreases", "both")],
        links=[("blood", "readout-of", "a")],
        kinds={"ill": "Disease", **dict.fromkeys(("up", "all", "both", "blood", "dull"), "Measurement")},
        entities=["dull"],
    ).load(tmp_path)  # fmt: skip
    explanation = graph.explain_case(of(graph, ill="history", sign="sign", dull="reported unknown"))
    assert [r.entity.id for r in explanation.compared] == ["a", "b", "c"]
    found = {one.entity.id: (one.separates, [word for _, word in one.predictions]) for one in explanation.missing}
    assert found == {
        "dull": (0, ["none", "none", "none"]),  # unknown ones are always listed, and first
        "up": (3, ["raised", "lowered", "none"]),
        "blood": (2, ["raised", "none", "none"]),
    }
    assert [one.entity.id for one in explanation.missing] == ["dull", "up", "blood"]
    assert {one.pairs for one in explanation.missing} == {3}


def test_what_was_measured_is_not_asked_for_again(tmp_path):
    graph = World(
        claims=[("ill", "increases", "a"), ("ill", "increases", "b"), ("a", "increases", "sign"), ("b", "increases", "sign"),
                ("a", "increases", "level")],
        kinds={"ill": "Disease", "level": "Measurement"},
    ).load(tmp_path)  # fmt: skip
    asked = graph.explain_case(of(graph, ill="history", sign="sign"))
    assert [one.entity.id for one in asked.missing] == ["level"]
    for words in ("lab present raised", "lab absent", "lab present normal"):
        assert graph.explain_case(of(graph, ill="history", sign="sign", level=words)).missing == ()


def test_what_an_unknown_thing_would_explain_equals_having_it_alone(tmp_path):
    for seed in range(60):
        graph = random_world(seed, entities=7, claims=18, links=3).load(tmp_path / str(seed))
        patient = random_case(graph, seed)
        for one in graph.explain_case(patient).missing:
            if one.facts and one.entity not in {f.entity for f in patient.facts if f.presence != "unknown"}:
                kept = tuple(
                    replace(f, category="sign") if f.category == "diagnosis" else f
                    for f in patient.facts
                    if f.category not in ("history", "treatment") or f.presence != "present"
                )
                had = fact(99, one.entity, "history")
                alone = graph.explain_case(replace(patient, facts=(*kept, had)))
                if one.entity.kind != "Measurement":
                    assert {e.id for e in one.would_explain.get(1, ())} == named(alone.explained)


# --- answers to bad and empty input -----------------------------------------------------------------------------------


def test_an_empty_case_has_nothing_to_explain(chain):
    explanation = chain.explain_case(case())
    assert (explanation.findings, explanation.rivals, explanation.missing) == ((), (), ())
    assert str(explanation) == "test patient: 0 of 0 findings explained"


def test_a_case_without_causes_leaves_all_unexplained(chain):
    explanation = chain.explain_case(of(chain, sign="sign", level="lab present raised"))
    assert named(explanation.unexplained) == {"sign", "level"}
    assert all(finding.certificate.status == "complete" for finding in explanation.findings)


def test_contradictory_facts_are_both_left_out_and_said(chain):
    for first, second in (
        ({"presence": "present"}, {"presence": "absent"}),
        ({"direction": "raised"}, {"direction": "lowered"}),
        ({"direction": "raised"}, {"presence": "present", "direction": "normal"}),
    ):
        facts = [fact(number, chain.entity("m"), "lab", **words) for number, words in enumerate((first, second))]
        explanation = chain.explain_case(case(*facts, fact(9, chain.entity("sign"))))
        assert [left.fact.id for left in explanation.left_out] == ["f0", "f1"]
        assert all("at one time; neither is used" in left.why for left in explanation.left_out)
        assert named(explanation.findings) == {"sign"}
    apart = [fact(1, chain.entity("m"), time="P0D"), fact(2, chain.entity("m"), presence="absent", time="P1D")]
    assert chain.explain_case(case(*apart)).left_out == ()


def test_unknown_terms_are_told_with_names_like_them(graph, chain):
    words = [("osteoprotegrin", "no entity of this graph"), ("kidney failure", "fits several entities")]
    facts = [replace(fact(n, graph.entity("SLE")), entity=None, label=word) for n, (word, _) in enumerate(words)]
    left = graph.explain_case(case(*facts)).left_out
    assert [one.why for one in left] == [why for _, why in words]
    assert left[0].suggestions[0].id == "osteoprotegerin"
    assert {e.id for e in left[1].suggestions} >= {"renal-impairment", "end-stage-renal-disease"}
    smaller = chain.without("m").explain_case(of(chain, m="sign", sign="sign"))
    assert [one.why for one in smaller.left_out] == ["its entity is not in this graph"]


def test_a_spent_budget_is_said_and_never_read_as_unexplained(chain):
    explanation = chain.explain_case(of(chain, drug="treatment", sign="sign"), budget=1)
    assert explanation.certificate.status == "budget"
    assert [finding.verdict for finding in explanation.findings] == ["undecided"]


def test_bad_limits_and_times_are_refused(chain):
    for limit in ("max_steps", "probe_steps", "compare", "budget"):
        with pytest.raises(UsageError, match=f"{limit} must be at least 1"):
            chain.explain_case(case(), **{limit: 0})
    with pytest.raises(InvalidData, match=r"f0.*no ISO 8601 duration"):
        chain.explain_case(of(chain, sign="sign present - soon"))


# --- the founding case ------------------------------------------------------------------------------------------------


def test_the_founding_case_explains_calcified_vessels_skin_necrosis_and_more(founding):
    explained = named(founding.explained)
    assert {
        "arterial-calcification", "arteriolar-calcification", "subcutaneous-calcification", "skin-necrosis", "gangrene",
        "calciphylaxis", "serum-calcium", "serum-phosphate", "nephrolithiasis", "thin-skin", "striae-distensae",
        "white-blood-cell-count", "mortality",
    } <= explained  # fmt: skip
    best = {finding.entity.id: str(finding.supporting[0]) for finding in founding.explained}
    assert best["skin-necrosis"] == "calciphylaxis → skin necrosis"
    assert "osteoprotegerin" in best["arterial-calcification"]


def test_the_founding_case_lists_plainly_what_it_leaves_unexplained(founding):
    assert named(founding.unexplained) == {
        "oral-ulcer", "bicytopenia", "antinuclear-antibody", "anti-dsdna-antibody", "cyanosis", "angina-pectoris",
        "subcutaneous-nodule", "weak-pulse", "serum-urea", "pyuria", "pelvic-calcification", "epidermal-necrosis",
        "dermal-infarction", "urinary-tract-infection", "urosepsis", "limb-ischemia", "acute-myocardial-infarction",
    }  # fmt: skip
    assert named(founding.judged("by definition")) == {"serum-creatinine"}
    assert len(founding.findings) == len(founding.explained) + len(founding.unexplained) + 1


def test_the_founding_case_names_what_was_not_measured(founding):
    unknown = {one.entity.id: one for one in founding.missing if one.facts}
    assert unknown.keys() == {
        "serum-parathyroid-hormone", "serum-albumin", "serum-25-hydroxyvitamin-d", "antiphospholipid-antibody",
        "serum-alkaline-phosphatase", "lupus-nephritis", "warfarin", "long-term-corticosteroid-exposure",
    }  # fmt: skip
    assert set(unknown["serum-parathyroid-hormone"].expected) == {1, -1}
    assert "calciphylaxis" in {e.id for e in unknown["warfarin"].would_explain[1]}
    assert "warfarin" not in {cause.entity.id for cause in founding.causes}
    assert [bool(one.facts) for one in founding.missing] == sorted(
        (bool(m.facts) for m in founding.missing), reverse=True
    )
    assert "mortality" not in str([one.entity.id for one in founding.missing])


def test_temporal_statements_of_the_report_became_no_causes(graph, founding):
    """Steroids first, then renal impairment: no step leads from the one to the other, and no step is new."""
    network = graph._network(True, True)
    steps = {step.key for arcs in (*network.arcs, *network.kinds) for _, step in arcs}
    used = [step for path in founding._paths() for step in path.steps]
    assert {step.key for step in used} <= steps
    steroids = {"long-term-corticosteroid-exposure", "corticosteroid", "glucocorticoid"}
    assert not any(step.source.id in steroids and step.target.id == "renal-impairment" for step in used)


def test_treatments_given_at_presentation_explain_nothing_that_was_found_then(founding):
    given = {"sevelamer", "sodium-thiosulfate", "antibiotic", "nitrate-drug", "aspirin", "beta-blocker"}
    at_presentation = [f for f in founding.findings if all(one.time in ("PT0S", "P0D") for one in f.facts)]
    assert len(at_presentation) > 15
    for finding in at_presentation:
        starts = {path.entities[0].id for path in (*finding.supporting, *finding.opposing)}
        assert not starts & given


def test_every_figure_of_the_founding_case_is_one_line_away(graph, founding):
    (necrosis,) = [finding for finding in founding.explained if finding.entity.id == "skin-necrosis"]
    causes = [cause.entity for cause in founding.causes if cause.could_explain(necrosis.entity, 0.0)]
    trace = graph.trace(causes, "skin necrosis")
    assert [str(path) for path in trace.increasing] == [str(path) for path in necrosis.supporting]
    assert [str(path) for path in trace.decreasing] == [str(path) for path in necrosis.opposing]
    assert trace.certificate == necrosis.certificate


def test_a_narrower_scope_explains_less(graph, founding):
    human = graph.where(species="human", certainty="supported").explain_case("nazir-2015")
    assert named(human.explained) < named(founding.explained)
    assert any("species human" in words for words in human.certificate.filters)


def test_to_dict_is_plain_data_and_names_all_it_uses(founding):
    told = json.loads(json.dumps(founding.to_dict()))
    steps = [step for f in told["findings"] for path in f["supporting"] + f["opposing"] for step in path["steps"]]
    assert {claim for step in steps for claim in step["claims"] + step["against"]} <= told["claims"].keys()
    assert {end for step in steps for end in (step["source"], step["target"])} <= told["entities"].keys()
    assert {rival["entity"] for rival in told["rivals"]} <= told["entities"].keys()
