"""The shipped data: all that was handed over is there, files are canonical, ids are lasting."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter

import pytest
from pyoxigraph import BlankNode, RdfFormat, parse

from kg.model import Claim
from kg.schema import ontology_folder, shipped_prefixes
from kg.turtle import format_turtle, to_turtle

FOLDER = ontology_folder()
PREFIXES = shipped_prefixes()
DATA_FILES = ["entities.ttl", "sources.ttl", "disputes.ttl", "questions.ttl", "cases/nazir-2015.ttl"]
CLAIM_FILES = sorted(f"claims/{file.name}" for file in (FOLDER / "claims").glob("*.ttl"))
IMPORT = json.loads((FOLDER.parent / "tests" / "data" / "import-counts.json").read_text())


def test_every_claim_of_the_import_is_still_there_under_its_id(graph):
    """Ids are a source and a running number; claims may be added, none may vanish."""
    held = {claim.id for claim in graph.claims()}
    wanted = {f"{source}-{n}" for source, count in IMPORT["sources"].items() for n in range(1, count + 1)}
    assert len(wanted) == 818
    assert wanted <= held


def test_counts_per_predicate_and_kind_of_the_import(graph):
    imported = [c for c in graph.claims() if int(c.id.rsplit("-", 1)[1]) <= IMPORT["sources"].get(c.source.id, 0)]
    assert Counter(claim.predicate for claim in imported) == IMPORT["predicates"]
    assert Counter(entity.kind for entity in graph.entities) == IMPORT["kinds"]
    assert len(graph.sources) == 364
    assert len({(c.subject, c.predicate, c.object) for c in imported}) == 737


def test_every_claim_has_source_place_and_every_entity_an_identifier_or_a_reason(graph):
    assert all(claim.source and claim.section for claim in graph.claims())
    assert [e.id for e in graph.entities if not (e.matches or e.close or e.no_match_reason)] == []
    assert all(entity.definition for entity in graph.entities)


def test_every_identifier_is_in_the_authority_slice_and_current(graph):
    with (FOLDER / "terms.tsv").open(encoding="utf-8", newline="") as file:
        terms = {row["curie"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    used = {curie for entity in graph.entities for curie in (*entity.matches, *entity.close)}
    assert used <= set(terms)
    assert {terms[curie]["status"] for curie in used} == {"current"}


def test_at_most_one_exact_match_per_vocabulary(graph):
    for entity in graph.entities:
        prefixes = [curie.split(":")[0] for curie in entity.matches]
        assert len(prefixes) == len(set(prefixes)), entity.id


def test_the_last_rows_of_the_import_are_drafts_and_doubtful_rows_are_marked(graph):
    assert sum(claim.status == "draft" for claim in graph.claims()) == 57
    assert sum(claim.caution is not None for claim in graph.claims()) >= 40
    assert "class" in (graph.claim("nazir-2015-29").caution or "")


@pytest.mark.parametrize("name", DATA_FILES)
def test_data_files_are_canonical_and_without_blank_nodes(name):
    _canonical(name)


def test_claim_files_are_canonical_and_hold_the_claims_of_their_source_alone():
    for name in CLAIM_FILES:
        _canonical(name)
        source = name.removeprefix("claims/").removesuffix(".ttl")
        triples = parse(path=FOLDER / name, format=RdfFormat.TURTLE)
        subjects = {t.subject.value.rsplit("/", 1)[1] for t in triples}
        assert {subject.rsplit("-", 1)[0] for subject in subjects} == {source}


def _canonical(name):
    text = (FOLDER / name).read_text("utf-8")
    assert format_turtle(text, PREFIXES) == text  # and so written again it stays as it is
    assert not any(isinstance(t.subject, BlankNode) for t in parse(text, format=RdfFormat.TURTLE))


def test_canonical_turtle_refuses_blank_nodes_and_keeps_every_triple():
    with pytest.raises(ValueError, match="blank"):
        format_turtle("[] <urn:p> 1 .", {})
    text = '<urn:s> <urn:p> "tab\\t \\"quote\\" \\\\ line\\nend"@en, 1, true, "1990"^^<urn:t>, <urn:a b> .'.replace(
        "a b", "ab"
    )
    triples = {str(q.triple) for q in parse(text, format=RdfFormat.TURTLE)}
    written = to_turtle((q.triple for q in parse(text, format=RdfFormat.TURTLE)), {"u": "urn:"})
    assert {str(q.triple) for q in parse(written, format=RdfFormat.TURTLE)} == triples
    assert "u:p" in written


def test_schema_mappings_and_the_mapping_table_say_the_same():
    rows = [
        line.split("\t")
        for line in (FOLDER / "mappings" / "schema.sssom.tsv").read_text().splitlines()
        if line[0] != "#"
    ]
    table = {(r[0], r[2], r[3]) for r in rows[1:] if r[3] != "sssom:NoTermFound"}
    curie = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    longest = sorted(curie, key=len, reverse=True)

    def short(iri):
        namespace = next(n for n in longest if iri.startswith(n))
        return f"{curie[namespace]}:{iri[len(namespace) :]}"

    held = {
        (short(q.subject.value), short(q.predicate.value), short(q.object.value))
        for q in parse(path=FOLDER / "schema.ttl", format=RdfFormat.TURTLE)
        if re.search(r"core#(exact|close|broad|narrow|related)Match$", q.predicate.value)
    }
    assert len(rows) > 1 + 93  # those that were handed over, and more
    assert held == {row for row in table if row[0].startswith("ckg:")}


def test_the_case_is_there_and_unknown_is_not_absent(graph):
    (case,) = graph.cases
    assert len(case.facts) == 65
    presence = Counter(fact.presence for fact in case.facts)
    assert presence == {"present": 55, "absent": 2, "unknown": 8}
    assert next(f for f in case.facts if f.entity and f.entity.id == "serum-calcium").direction == "raised"


def test_no_text_of_a_publication_is_shipped(report):
    """No data file holds eight words in a row of the founding report."""
    words = re.findall(r"[a-zA-Z]+", report.read_text("utf-8").lower())
    runs = {" ".join(words[n : n + 8]) for n in range(len(words) - 7)}
    for file in sorted(FOLDER.rglob("*.ttl")):
        ours = re.findall(r"[a-zA-Z]+", file.read_text("utf-8").lower())
        assert not runs & {" ".join(ours[n : n + 8]) for n in range(len(ours) - 7)}, file.name


def test_claims_are_equal_by_what_they_name(graph):
    claim = graph.claim("nazir-2015-32")
    assert isinstance(claim, Claim)
    assert claim == graph.where(species="human").claim("nazir-2015-32")
    assert claim != graph.claim("nazir-2015-31")
    assert len({claim, graph.claim("nazir-2015-32")}) == 1
