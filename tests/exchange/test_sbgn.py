"""SBGN-ML as libsbgnpy reads and validates it."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from kg.exchange import ASPECTS, formats
from kg.model import Claim

sbgn = pytest.importorskip("libsbgnpy", reason="needs libsbgnpy, which validates SBGN-ML")
SIGN = {"positive influence": 1, "negative influence": -1, "unknown influence": 0}


@pytest.fixture(scope="module")
def files(graph, various, routes, tmp_path_factory):
    """The three graphs as files, by name."""
    folder = tmp_path_factory.mktemp("sbgn")
    found = {name: folder / f"{name}.sbgn" for name in ("graph", "various", "routes")}
    for file, each in zip(found.values(), (graph, various, routes), strict=True):
        each.export(file)
    return found


def opened(file):
    (found,) = sbgn.read_sbgn_from_file(file).map
    return found, {glyph.id: glyph for glyph in found.glyph}


@pytest.mark.parametrize("name", ["graph", "various", "routes"])
def test_the_file_is_valid_by_the_schema_and_the_specification(files, name):
    assert sbgn.validate(files[name]) == []


@pytest.mark.parametrize("name", ["various", "routes"])
def test_the_file_is_valid_by_the_schematron_rules_of_activity_flow(files, name):
    assert sbgn.validate_schematron(files[name]) == []


@pytest.mark.parametrize("name", ["graph", "various"])
def test_influences_are_the_causal_claims_with_their_signs_and_nothing_else(files, name, request):
    content = request.getfixturevalue(name)._content
    found, glyphs = opened(files[name])
    arcs = {(glyphs[a.source].label.text, SIGN[a.class_value.value], glyphs[a.target].label.text) for a in found.arc}
    assert len(arcs) == len(found.arc)
    assert {arc for arc in arcs if arc[1]} == ASPECTS["signs"].of(content)
    unsigned = {(subject, "affects", target, 0) for subject, sign, target in arcs if not sign}
    assert unsigned == ASPECTS["unsigned"].of(content)
    assert {(glyph.label.text,) for glyph in glyphs.values()} == ASPECTS["entities"].of(content)


def test_glyphs_name_the_terms_that_they_stand_for(files, graph):
    root = ET.parse(files["graph"]).getroot()
    names = {
        prefix: f"{{{iri}}}"
        for prefix, iri in (("s", "http://sbgn.org/libsbgn/0.3"), ("r", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"))
    }
    told = {
        (glyph.find(f"{names['s']}label").get("text"), graph.schema.curie(item.get(f"{names['r']}resource")))
        for glyph in root.iter(f"{names['s']}glyph")
        for item in glyph.iter(f"{names['r']}li")
    }
    ours = {(entity.label, f"entity:{entity.id}") for entity in graph.entities}
    assert told == ASPECTS["identifiers"].of(graph._content) | ours


def test_phenotypes_are_conditions_that_act_on_nothing_and_activities_say_what_acts(files, various):
    found, glyphs = opened(files["various"])
    by_label = {glyph.label.text: glyph for glyph in glyphs.values()}
    assert by_label["sick"].class_value.value == "phenotype"
    units = {label: glyph.glyph[0] for label, glyph in by_label.items() if glyph.glyph}
    assert {label: unit.entity.name.value for label, unit in units.items()} == {
        "a": "macromolecule",
        "alone": "macromolecule",
        "b": "macromolecule",
        "c": "unspecified entity",
        various.entity("cure").label: "perturbation",
    }
    assert units["a"].label.text == "protein"
    acting = {arc.source for arc in found.arc}
    assert all(glyph.class_value.value == "biological activity" for name, glyph in glyphs.items() if name in acting)


@pytest.mark.parametrize("name", ["graph", "routes"])
def test_arcs_run_from_outline_to_outline_inside_the_canvas(files, name):
    found, glyphs = opened(files[name])
    for arc in found.arc:
        for point, end in ((arc.start, arc.source), (arc.end, arc.target)):
            box = glyphs[end].bbox
            across = max(box.x - point.x, 0.0, point.x - box.x - box.w)
            along = max(box.y - point.y, 0.0, point.y - box.y - box.h)
            assert across + along < 6.0
        points = [arc.start, *(p for part in (*arc.next, arc.end) for p in (*part.point, part))]
        assert all(0 <= p.x <= found.bbox.w and 0 <= p.y <= found.bbox.h for p in points)
    lines = [(a.source, a.target, a.start.x, a.start.y) for a in found.arc]
    assert all(one != other for one, other in pairwise(sorted(lines)))


def test_a_null_or_refuted_claim_gives_no_arc(files, various):
    silent = [claim for claim in various.claims() if isinstance(claim, Claim) and (claim.null or not claim.live)]
    found, glyphs = opened(files["various"])
    pairs = {(glyphs[arc.source].label.text, glyphs[arc.target].label.text) for arc in found.arc}
    assert not pairs & {(claim.subject.label, claim.object.label) for claim in silent}
    assert formats()["sbgn"].loses["refuted"]
