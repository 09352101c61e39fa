"""The pages say no less than the graph and the command line, and nothing else."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient
from worlds import World

from kg.model import Case, Claim, Fact
from kg.serve.app import application
from kg.serve.pages import Site, judged, lists, offline, things


def words(page: str) -> str:
    """The text of a page without its pictures, each row of blanks one."""
    bare = re.sub(r"<(svg|style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r" ([,;:.)])", r"\1", " ".join(html.unescape(bare).split()))


@pytest.fixture(scope="module")
def site(graph):
    return Site(graph)


@pytest.fixture(scope="module")
def explained(graph):
    return graph.explain_case("nazir-2015")


@pytest.fixture(scope="module")
def case(site, explained):
    return site.html(judged.explanation(site, explained))


def test_a_direct_effect_is_told_with_the_circumstance_in_which_it_was_seen(graph):
    page = words(
        TestClient(application(graph, None), base_url="http://localhost").get("/effects/sodium-thiosulfate").text
    )
    assert "(seen with: intraperitoneal route)" in page
    assert "(seen with: single arm; 5 months)" in page


def test_a_route_says_what_it_takes_for_granted_of_the_patient(case):
    assert "takes it to be chronic kidney disease" in words(case)


def test_a_route_through_what_nobody_looked_for_says_so(tmp_path):
    graph = World(
        [("drug", "increases", "middle"), ("middle", "increases", "sign")],
        kinds={"drug": "Drug", "middle": "Disease", "sign": "Phenotype"},
    ).load(tmp_path)
    stated = [("drug", "history", "present"), ("sign", "sign", "present"), ("middle", "not reported", "unknown")]
    facts = [Fact(name, f"urn:{name}", name, *said, graph.entity(name)) for name, *said in stated]
    made = Case("patient", "urn:patient", "patient", graph.sources[0], tuple(facts))
    site = Site(graph)
    assert "middle is not known in this patient" in words(site.html(judged.explanation(site, graph.explain_case(made))))


def test_a_case_names_the_facts_that_could_not_be_used_and_what_is_opposed(case, explained):
    said = words(case)
    assert explained.lost
    assert f"{len(explained.lost)} further facts could not be used" in said
    assert f"left out {', '.join(left.fact.label for left in explained.lost)}: took no part" in said
    assert f"opposed {len(explained.opposed)} of these also have routes the other way" in said
    assert said.count("without a sign: ") == sum(1 for finding in explained.findings if finding.unsigned) > 0


def test_a_case_lists_every_rival_and_measurement_and_gives_no_advice_for_a_shell(case, explained):
    assert len(explained.rivals) > judged.RIVALS
    listed = case[case.index('<h2 id="rivals"') : case.index('<h2 id="unknown"')]
    assert listed.count("<li>") == len(explained.rivals)
    assert "kg case" not in case


def test_the_picture_of_a_case_counts_as_its_page_does(explained):
    drawn = " ".join(re.findall(r">([^<>]+)<", explained.draw()))
    assert "Not explained" not in drawn
    assert "By definition: serum creatinine raised." in drawn
    assert drawn.index("By definition") > 0 < drawn.index("Unexplained: ")


def test_associations_in_a_dispute_are_counted_apart_from_effects(site, graph):
    [dispute] = [one for one in graph.disputes("OPG") if one.id == "osteoprotegerin"]
    numbers = {(side, causal): len(claims) for side, causal, claims in dispute.groups}
    assert sum(numbers.values()) == len(dispute.claims)
    assert ("raises", True) not in numbers
    assert f"+ {numbers['raises', False]} go with ▼ {numbers['lowers', True]} lower" in words(
        site.html(lists.disputes(site, "OPG"))
    )
    page = words(site.html(things.dispute(site, dispute)))
    assert f"+ goes with {numbers['raises', False]} claims" in page
    assert "▲" not in page


def test_the_command_counts_them_apart_too(capsys):
    from kg.cli.main import run

    assert run(["disputes", "OPG"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert re.search(r"\[4 goes? with, 4 lowers", told)


@pytest.fixture
def mixed(tmp_path):
    said = ("increases", "positively-associated-with", "negatively-associated-with", "not-associated-with")
    claims = [*(("a", one, "b") for one in said), ("c", "positively-associated-with", "a")]
    return World(claims).load(tmp_path)


def test_what_was_observed_together_is_no_effect_of_an_entity(mixed):
    site = Site(mixed)
    for end, heading in (("a", "does"), ("b", "acted")):
        page = site.html(things.entity(site, mixed.entity(end)))
        effects, together = re.search(r'id="does"(.*)<h2 id="together">(.*?)</section>', page, re.DOTALL).groups()
        assert f'id="{heading}"' in page
        assert "associated with" not in words(effects).replace("not associated with", "")
        assert words(effects).count("○ no relation found 1 claim") == 1
        assert ("▲" in together, "▼" in together) == (False, False)
        assert words(together).count("associated with") == (3 if end == "a" else 2)


def test_the_file_of_the_whole_tells_them_apart_too(mixed):
    told = words(offline.whole(mixed))
    section = told[told.index("Every entity with its claims") :]
    assert section.index("a increases b") < section.index("Observed together: ") < section.index("a positively")


def test_no_claim_of_an_entity_is_lost_between_the_groups(graph):
    def listed(claims: list[Claim]) -> list[Claim]:
        sides = [claim for *_, members in things.by_side(claims) for claim in members]
        return sides + [claim for said in things.observed(claims) for claim in said]

    assert sorted(claim.id for claim in listed(graph.claims())) == sorted(claim.id for claim in graph.claims())


def test_a_narrowed_graph_is_counted_by_its_own_claims(graph):
    narrowed = graph.where(species="human")
    claims = narrowed.claims()
    sources = {claim.source for claim in claims}
    ends = {end for claim in claims for end in (claim.subject, claim.object)}
    assert str(lists.Size.of(narrowed)) == (
        f"{len(claims)} claims from {len(sources)} sources about {len(ends)} entities"
    )
    assert str(lists.Size.of(graph)).endswith(f"about {len(graph.entities)} entities")


def test_the_file_of_the_whole_counts_the_arms_and_says_which_entities_its_picture_has(graph):
    page = offline.whole(graph)
    told = words(page)
    answer = next(one for one in graph.answers() if one.verdict == "contested")
    assert f"{answer.question} ◆ contested ▲ {answer.routes['increasing']} raise" in told
    [among] = {int(number) for number in re.findall(r"Drawn: 40 of (\d+) entities", page)}
    assert f"it counts the {among} entities that stand in one" in told


@pytest.mark.parametrize(("address", "instead"), [("/entity/zzzzqqqq", "/search"), ("/dispute/nobody", "/disputes")])
def test_a_page_gives_a_link_where_a_shell_is_told_a_command(address, instead, graph):
    page = TestClient(application(graph, None), base_url="http://localhost").get(
        address, headers={"Accept": "text/html"}
    )
    assert page.status_code == 404
    lead = page.text[page.text.index('class="lead"') :].split("</p>")[0]
    assert f'href="{instead}"' in lead
    assert "kg " not in words(lead)
