"""The YAML form of a case: what it means, and what is refused."""

from __future__ import annotations

import builtins
import re

import pytest

from kg.errors import FileProblem, InvalidData, MissingExtra, UsageError


def told(case):
    return {(f.entity.id if f.entity else f.label): (f.category, f.presence, f.direction, f.time) for f in case.facts}


def test_the_example_of_the_documentation(read, graph, root):
    text = re.search(r"```yaml\n(.*?)```", (root / "docs" / "case-file.md").read_text("utf-8"), re.DOTALL)[1]
    case = read(text, "patient.yaml")
    assert case.label == "Man of 61 on dialysis with painful skin necrosis"
    assert told(case) == {
        "end-stage-renal-disease": ("history", "present", None, None),
        "secondary-hyperparathyroidism": ("history", "present", None, "-P2Y"),
        "warfarin": ("treatment", "present", None, None),
        "skin-necrosis": ("sign", "present", None, None),
        "serum-calcium": ("sign", "present", "raised", None),
        "serum-phosphate": ("sign", "present", "raised", None),
        "hypercoagulability": ("sign", "absent", None, None),
        "serum-parathyroid-hormone": ("not reported", "unknown", None, None),
        "protein-c": ("not reported", "unknown", None, None),
    }
    explanation = graph.explain_case(case)
    assert len(explanation.explained) == 3
    assert all("hypercoagulability" not in str(path) for f in explanation.findings for path in f.supporting)
    assert any(finding.ruled_out for finding in explanation.findings)
    assert [entity.id for entity in explanation.unknown] == ["serum-parathyroid-hormone", "protein-c"]


@pytest.mark.parametrize(
    ("item", "direction"),
    [
        ("serum calcium: high", "raised"), ("{name: serum calcium, direction: Reduced}", "lowered"),
        ("serum calcium: normal", "normal"), ("serum calcium", None), ("'serum calcium'", None),
    ],
)  # fmt: skip
def test_forms_of_an_item(read, item, direction):
    (fact,) = read(f"findings:\n  - {item}\n", "a.yml").facts
    assert (fact.entity.id, fact.direction) == ("serum-calcium", direction)


def test_details_are_kept(read):
    item = "{name: OPG, value: 1.50, unit: pmol/L, time: P0D, site: left hand}"
    (fact,) = read(f"findings: [{item}]", "a.yaml").facts
    assert (fact.value, fact.unit, fact.time, fact.body_site) == ("1.50", "pmol/L", "P0D", "left hand")
    assert (fact.entity.id, fact.label) == ("osteoprotegerin", "OPG")


def test_names_are_read_as_they_are_written(read):
    facts = read("label: 2013-09-01\nfindings: [no, 1.5, true, kidney failure, osteoprotegrin]", "a.yaml").facts
    assert [fact.label for fact in facts] == ["no", "1.5", "true", "kidney failure", "osteoprotegrin"]
    assert [fact.entity for fact in facts] == [None] * 5  # unknown or ambiguous: never guessed


def test_empty_lists_and_a_missing_label(read):
    case = read("findings:\nabsent: []\n", "Patient 7.yaml")
    assert (case.id, case.label, case.facts) == ("patient-7", "Patient 7.yaml", ())


BOMB = "a: &a [x,x]\n" + "".join(f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=False))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("- a\n- b\n", "patient.yaml:1: is no mapping"),
        ("just words", "is no mapping"),
        ("label: x\nfinding: [a]\n", r"patient.yaml:2: has the key 'finding'. Use label, conditions"),
        ("findings: skin necrosis\n", "a value where a list is needed"),
        ("findings:\n  - a\n  - [b]\n", "patient.yaml:3: is a list within a list"),
        ("findings:\n  - a: sideways\n", "has the direction 'sideways'. Use raised"),
        ("findings:\n  - {name: a, colour: red}\n", "has the key 'colour'"),
        ("findings:\n  - {direction: raised, time: P0D}\n", "has no name"),
        ("findings:\n  - {name: a, time: last week}\n", "no ISO 8601 duration"),
        ("findings:\n  - {name: a, time: [P0D]}\n", "something else where a text is needed"),
        ("findings: [a]\nfindings: [b]\n", "patient.yaml:2: has the key 'findings' twice"),
        ("findings: [''] \n", "where a text is needed"),
        ("findings: [!!python/object/apply:os.system ['true']]\n", "has a value|list within a list|text is needed"),
        ("findings: [!!python/name:os.system x]\n", "where a text is needed"),
        ("findings: [a\n", "is no YAML"),
        ("label: a\n---\nlabel: b\n", "is no YAML"),
        ("findings: &a [x]\nabsent: *a\n", "patient.yaml:1: uses an anchor or an alias"),
        (BOMB, "uses an anchor or an alias"),
        ("findings: " + "[" * 5000, "nested too deeply"),
        ("label: \x00\n", "is no YAML"),
        (b"label: \xff\n", "not text in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(read, text, message):
    with pytest.raises(InvalidData, match=message) as caught:
        read(text, "patient.yaml")
    assert "patient.yaml" in str(caught.value)


def test_files_that_are_no_case(graph, tmp_path):
    with pytest.raises(FileProblem, match="Cannot read"):
        graph.case(tmp_path / "none.yaml")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(FileProblem, match="Cannot read"):
        graph.case(tmp_path / "folder.json")
    (tmp_path / "huge.json").write_bytes(b" " * 10_000_001)
    with pytest.raises(FileProblem, match="larger than 10 MB"):
        graph.case(tmp_path / "huge.json")
    from kg.cases import Names, read_case

    with pytest.raises(UsageError, match="no case file"):
        read_case("patient.txt", Names(graph._lookup, graph.entities))


def test_without_pyyaml_the_extra_is_named(read, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name == "yaml":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtra, match=r"calciphylaxis-kg\[cases\]"):
        read("label: x", "a.yaml")
