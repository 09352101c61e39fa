"""Rows of the named queries on the shipped graph, and the Turtle that bears them out, read without any parser."""

from __future__ import annotations

import re

import pytest
from asking import rows

from kg.schema import ontology_folder


def stated(claim: str) -> dict[str, str]:
    """What the Turtle says of a claim, property by property, as written without its prefixes."""
    text = (ontology_folder() / "claims" / f"{claim.rpartition('-')[0]}.ttl").read_text("utf-8")
    (block,) = re.findall(rf"^claim:{claim} a ckg:Claim ;\n(.*?) \.$", text, re.MULTILINE | re.DOTALL)
    pairs = re.findall(r"^ {4}\w+:([\w-]+) (.+?)(?: ;)?$", block, re.MULTILINE)
    return {name: re.sub(r"\b(?:ckg|entity|source|dispute):", "", value).strip('"') for name, value in pairs}


def says(claim: str, *edge: str, **qualifiers: str) -> bool:
    """Whether the Turtle of a claim has this subject, predicate and object, and these qualifiers."""
    said = stated(claim)
    return (said["subject"], said["predicate"], said["object"]) == edge and qualifiers.items() <= said.items()


# --- basics ----------------------------------------------------------------------------------------------------------


def test_what_raises_and_lowers(graph):
    found = rows(graph, "what-lowers", "entity claims sources", target="osteoprotegerin")
    assert found == [
        ("dexamethasone", 2, 2),
        ("parathyroid-hormone", 2, 2),
        ("prednisolone", 2, 2),
        ("calcitriol", 1, 1),
        ("corticosteroid", 1, 1),
    ]
    found = rows(graph, "what-raises", "label claims sources")
    assert ("RANKL", 1, 1) in found
    assert ("imbalance of bone deposition and resorption", 2, 2) in found
    assert rows(graph, "what-lowers", "label claims sources")[0] == ("klotho", 3, 3)


def test_what_acts_on_takes_in_nulls_and_associations(graph):
    found = rows(graph, "what-acts-on", "entity predicate claims")
    assert ("fgf23", "decreases", 1) in found
    assert ("fgf23", "positively-associated-with", 1) in found
    assert ("gas6", "has-no-effect-on", 1) in found


def test_who_says_that_steroids_act_on_calciphylaxis(graph):
    assert rows(graph, "who-says-so", "says year basis design claim") == [
        ("contributes to", "2020", "second hand", "narrative review", "nuc-weight-loss-2020-4"),
        ("positively associated with", "2007", "own data", "case-control", "weenig-2007-2"),
        ("treats or prevents", "2002", "own data", "cohort", "fine-2002-1"),
    ]
    assert says(
        "fine-2002-1", "corticosteroid", "treats-or-prevents", "calciphylaxis", basis="own-data", design="cohort"
    )


def test_claims_of_the_founding_report_in_the_order_of_its_text(graph):
    found = rows(graph, "claims-of-source", "claim start")
    text = (ontology_folder() / "claims" / "nazir-2015.ttl").read_text("utf-8")
    assert sorted(claim for claim, _ in found) == sorted(re.findall(r"^claim:(\S+) a ckg:Claim", text, re.MULTILINE))
    starts = [start for _, start in found if start is not None]
    assert starts == sorted(starts)
    assert ("nazir-2015-7", "osteoprotegerin decreases RANKL", 3335) in rows(
        graph, "claims-of-source", "claim statement start"
    )
    assert says("nazir-2015-7", "osteoprotegerin", "decreases", "rankl", start="3335")


def test_what_holds_only_in_uremia(graph):
    found = rows(graph, "only-in-uremia", "claim population exposure")
    assert ("mathew-2008b-1", "CKD", "dose that corrects hyperparathyroidism") in found
    assert says("mathew-2008b-1", "vitamin-d-analog", "decreases", "aortic-calcification", population="CKD")
    claims = {row[0] for row in found}
    texts = {claim: stated(claim) for claim in claims}
    assert not any(re.search("nonuremic|normal renal", said.get("population", "")) for said in texts.values())
    # Parathyroidectomy treats calciphylaxis in uremia and in primary hyperparathyroidism too, so not only there.
    assert not any(
        (said["subject"], said["predicate"]) == ("parathyroidectomy", "treats-or-prevents") for said in texts.values()
    )
    lupus = rows(graph, "only-in-uremia", "population", setting="SLE|lupus", otherwise="without lupus")
    assert lupus
    assert all(re.search("SLE|lupus", population) for (population,) in lupus)


def test_what_rests_on_few_sources_or_on_second_hand(graph):
    one, two = (rows(graph, "rest-on-few-sources", "statement sources", most=most) for most in (1, 2))
    assert {sources for _, sources in one} == {1}
    assert {sources for _, sources in two} == {1, 2}
    assert set(one) < set(two)
    assert ("osteoprotegerin decreases vascular calcification", 1) in one
    found = rows(graph, "rest-on-second-hand", "statement claims sources cited")
    assert found[:2] == [("inflammation decreases fetuin-A", 3, 3, 0), ("osteoprotegerin decreases RANKL", 3, 3, 2)]
    assert stated("nazir-2015-7")["cites"] == "nazir-2015-ref-4, nazir-2015-ref-5"
    uncited = rows(graph, "second-hand-without-citation", "claim statement")
    assert ("dolzhenko-2016-1", "osteoprotegerin decreases RANKL") in uncited
    assert "cites" not in stated("dolzhenko-2016-1")
    assert "nazir-2015-7" not in {claim for claim, _ in uncited}


# --- mechanism -------------------------------------------------------------------------------------------------------


def test_the_steroid_routes(graph):
    found = rows(graph, "routes-in-three-steps", "steps sign route")
    assert (2, 1, "corticosteroid ⊣ osteoprotegerin ⊣ vascular calcification") in found
    assert (2, -1, "corticosteroid ⊣ NF-kB signaling → vascular calcification") in found
    assert (3, 1, "corticosteroid ⊣ osteoprotegerin ⊣ RANKL → vascular calcification") in found


def test_no_intermediate_lies_on_every_route_from_lupus_to_calciphylaxis(graph):
    found = rows(graph, "intermediates", "label routes of every")
    assert found[:3] == [
        ("chronic inflammation", 7, 18, False),
        ("vascular calcification", 7, 18, False),
        ("chronic kidney disease", 5, 18, False),
    ]
    assert not any(every for *_, every in found)
    every = rows(graph, "intermediates", "label", source="warfarin", target="matrix Gla protein")
    assert ("matrix Gla protein carboxylation",) in every


def test_where_the_pth_and_steroid_routes_first_meet(graph):
    found = rows(graph, "where-routes-meet", "label raised steps otherSteps")
    assert set(found[:2]) == {("RANK-mediated NF-kB signaling", True, 1, 1), ("osteoprotegerin", False, 1, 1)}
    assert found[2:4] == [("RANKL", True, 1, 2), ("bone resorption", True, 1, 2)]


def test_which_risk_factors_share_intermediates_with_warfarin(graph):
    found = rows(graph, "risk-factors-sharing-intermediates", "label through raised steps otherSteps")
    assert ("protein C deficiency", "hypercoagulability", True, 1, 1) in found
    assert ("hyperphosphatemia", "vascular calcification", True, 2, 1) in found
    assert not any(label == "warfarin" for label, *_ in found)


def test_treatments_against_a_step_of_the_steroid_routes(graph):
    found = rows(graph, "treatments-against-a-route", "label does intermediate steps")
    assert ("denosumab", "lowers", "RANKL", 2) in found
    assert ("infliximab", "lowers", "TNF-alpha", 3) in found
    assert found[0] == ("bisphosphonate", "lowers", "RANK-mediated NF-kB signaling", 1)
    assert not {"dexamethasone", "glucocorticoid"} & {label for label, *_ in found}  # kinds of the source


def test_which_inhibitors_risk_factors_lower(graph):
    assert rows(graph, "inhibitors-lowered", "label lowers claims") == [
        ("corticosteroid", "osteoprotegerin", 1),
        ("parathyroid hormone", "osteoprotegerin", 2),
        ("parathyroid hormone", "sclerostin", 1),
    ]


@pytest.mark.parametrize("source", ["IL-1", "TNF-alpha"])
def test_cytokines_reach_calcification_without_rankl(graph, source):
    found = rows(graph, "routes-that-avoid", "steps sign route", source=source)
    name = graph.find(source).label
    assert found[0] == (1, 1, f"{name} → vascular calcification")
    assert (2, 1, f"{name} → RANK-mediated NF-kB signaling → vascular calcification") in found
    assert not any("RANKL" in route for *_, route in found)


def test_feedback_and_net_effects(graph):
    loops = rows(graph, "feedback-loops", "label reinforcing balancing")
    assert ("RANKL", True, True) in loops
    assert "hypercalcemia" not in {
        row[0] for row in loops
    }  # it and serum calcium lead to one another by definition only
    found = rows(graph, "net-effects", "label raised lowered")
    assert ("vascular calcification", True, True) in found
    assert ("MMP-9", False, True) in found


def test_steps_seen_in_mice_or_in_vitro_only(graph):
    found = rows(graph, "seen-only-in-animals-or-cells", "statement inAnimals inCells claims unstated")
    assert ("BMP-7 lowers osterix", True, False, 1, 0) in found
    assert ("AXL lowers vascular smooth muscle cell apoptosis", False, True, 1, 0) in found
    assert says("mathew-2008a-1", "bmp-7", "decreases", "osterix", species="mouse")
    assert not any(row[0] == "sodium thiosulfate lowers arterial calcification" for row in found)  # seen in people


# --- conflict and confidence -----------------------------------------------------------------------------------------


def test_where_signs_are_opposite(graph):
    assert rows(graph, "opposite-signs", "from raising raisingSources lowering loweringSources to") == [
        ("NF-kB signaling", "increases", 1, "decreases", 1, "medial arterial calcification"),
        ("corticosteroid", "contributes to", 1, "treats or prevents", 1, "calciphylaxis"),
        ("dexamethasone", "increases", 1, "decreases", 2, "osteoprotegerin"),
        ("vitamin D analog", "increases", 1, "decreases", 1, "aortic calcification"),
    ]


def test_where_nulls_stand_against_effects(graph):
    found = rows(graph, "nulls-against-effects", "from effect effectSources null nullSources to")
    assert ("RANKL", "increases", 3, "has no effect on", 2, "vascular smooth muscle cell calcification") in found
    assert ("magnesium", "decreases", 1, "has no effect on", 1, "coronary artery calcification") in found


def test_disputes_with_their_sides(graph):
    found = rows(graph, "disputes", "name sign claim")
    assert [row for row in found if row[0] == "BMP-7"] == [
        ("BMP-7", 1, "aberger-2022-1"), ("BMP-7", 1, "aberger-2022-2"), ("BMP-7", -1, "mathew-2008a-1"),
    ]  # fmt: skip


def test_whether_species_dose_tissue_or_time_differ(graph):
    found = rows(graph, "opposite-claims-compared", "one other species tissue dose year")
    assert ("donate-correa-2019-1", "memon-2008-1", "human / mouse", "same", "not stated", "2019 / 2008") in found
    assert says(
        "donate-correa-2019-1", "fgf23", "positively-associated-with", "vascular-calcification", species="human"
    )
    assert says("memon-2008-1", "fgf23", "decreases", "vascular-calcification", species="mouse")
    doses = {row[:2]: row[4] for row in found}
    doses_of_vitamin_d = "higher dose / dose that corrects hyperparathyroidism"
    assert doses["mathew-2008b-2", "mathew-2008b-1"] == doses_of_vitamin_d


def test_what_was_disputed_later(graph):
    found = rows(graph, "disputed-later", "claim year later laterYear laterSays")
    assert ("fine-2002-1", "2002", "weenig-2007-2", "2007", "positively associated with") in found
    assert ("pasch-2008-1", "2008", "djuric-2020-1", "2020", "has no effect on") in found
    assert says("pasch-2008-1", "sodium-thiosulfate", "decreases", "aortic-calcification")
    assert says("djuric-2020-1", "sodium-thiosulfate", "has-no-effect-on", "aortic-calcification")


def test_root_sources(graph):
    assert rows(graph, "root-sources", "says how voice claims") == [
        ("positively associated with", "own data or inference", "floege-2015", 1),
        ("treats or prevents", "own data or inference", "bishop-2010", 1),
        ("treats or prevents", "own data or inference", "shpt-calciphylaxis-1991", 1),
        ("treats or prevents", "unresolved", "nazir-2015", 1),
    ]
    found = rows(graph, "root-sources", "how voice", subject="osteoprotegerin", object="RANKL")
    assert ("cited work", "nazir-2015-ref-4") in found
    assert ("unresolved", "dolzhenko-2016") in found


def test_what_falls_with_the_founding_report(graph):
    found = rows(graph, "what-falls-without-a-source", "statement claims told stepFalls")
    assert ("RANKL affects bone remodeling", 1, 0, True) in found
    assert "osteoprotegerin decreases RANKL" not in {row[0] for row in found}  # others say so too
    cited = rows(graph, "what-falls-without-a-source", "statement told", source="nazir-2015-ref-4")
    assert ("corticosteroid decreases osteoprotegerin", 1) in cited


def test_correlations_and_causes(graph):
    found = rows(graph, "associations-told-as-causes", "subject seen told object experiment")
    assert ("RUNX2", "positively associated with", "increases", "vascular calcification", True) in found
    assert ("FGF23", "positively associated with", "decreases", "vascular calcification", False) in found
    observed = rows(graph, "causes-from-observation", "claim design")
    assert ("fine-2002-1", "cohort") in observed
    assert ("alnabelsi-2016-1", "case report") in observed
    alone = rows(graph, "associations-without-cause", "statement")
    assert ("BMP-7 positively associated with calciphylaxis",) in alone
    assert ("warfarin positively associated with calciphylaxis",) not in alone


# --- teaching --------------------------------------------------------------------------------------------------------


def test_what_to_read_about_osteoprotegerin(graph):
    found = rows(graph, "reading-list", "source ownData claims")
    assert found[0] == ("opg-deficient-mice-undated", 2, 2)
    assert ("nazir-2015", 0, 4) in found


def test_the_words_of_the_steroid_routes(graph):
    found = rows(graph, "glossary-of-a-route", "label kind upMeans")
    assert ("corticosteroid", "drug class", "a member is given, or given in a higher dose") in found
    assert ("RANKL", "protein", "more of it, or more of its signal") in found


def test_what_the_graph_knows_of_the_patient(graph):
    found = rows(graph, "case-findings", "fact presence direction about causes effects")
    assert ("nazir-2015-p028", "present", "raised", "serum calcium", 4, 0) in found
    assert ("nazir-2015-p063", "unknown", None, "antiphospholipid antibody", 0, 1) in found
    unexplained = rows(graph, "case-findings-without-cause", "about kindOf associations")
    assert ("oral ulcer", None, 1) in unexplained
    assert ("serum creatinine", None, 0) in unexplained
    assert ("epidermal necrosis", "skin necrosis", 0) in unexplained
    assert not {"serum calcium", "skin necrosis", "aspirin"} & {row[0] for row in unexplained}


# --- quality ---------------------------------------------------------------------------------------------------------


def test_drafts_are_those_that_the_files_mark(graph):
    texts = [file.read_text("utf-8") for file in (ontology_folder() / "claims").iterdir() if file.name.endswith(".ttl")]
    found = rows(graph, "draft-claims", "claim statement")
    assert len(found) == sum(text.count("ckg:status ckg:draft") for text in texts) > 0
    assert ("dermnet-dry-gangrene-2014-1", "ischemia contributes to skin necrosis") in found
    assert stated("dermnet-dry-gangrene-2014-1")["status"] == "draft"


def test_what_is_owed_a_second_reading(graph):
    found = rows(graph, "second-readings-owed", "reason claim")
    assert ("weakly confirmed", "fine-2002-1") in found
    assert ("background", "hundemer-2016-1") in found
    assert ("draft", "dermnet-dry-gangrene-2014-1") in found
    studies = {row[0] for row in rows(graph, "studies-without-own-data", "source")}
    named = """kalajian-2009 nuc-cohort-2019 nuc-weight-loss-2020 asdp-complement-undated ryan-2019 sammour-2019
        teriparatide-case-2013 teriparatide-series-2021"""  # those that the curator named when handing over
    assert set(named.split()) <= studies


def test_what_the_data_do_not_say(graph):
    silent = rows(graph, "claims-without-species", "claim basis statement")
    assert ("dolzhenko-2016-1", "second hand", "osteoprotegerin decreases RANKL") in silent
    assert not any(basis == "own data" for _, basis, _ in silent)
    assert rows(graph, "sources-read-by-title", "source claim statement") == [
        ("morena-2006", "morena-2006-1", "serum osteoprotegerin positively associated with mortality"),
        ("pek-2016", "pek-2016-1", "systemic lupus erythematosus positively associated with non-uremic calciphylaxis"),
        ("somers-2012", "somers-2012-1", "type I interferon positively associated with subclinical atherosclerosis"),
    ]
    unnamed = rows(graph, "sources-without-identifier", "source claims")
    assert unnamed[0] == ("nazir-2015", 65)
    unmapped = {
        label: (reason, close) for label, reason, close in rows(graph, "without-identifier", "label reason close")
    }
    assert unmapped["adynamic bone disease"] == (
        None, "http://id.nlm.nih.gov/mesh/D012080 http://purl.obolibrary.org/obo/MONDO_0006946",
    )  # fmt: skip
    assert unmapped["anion gap"] == ("No term was looked up.", "")
