"""SIF, written and read by the rules of Cytoscape's manual."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import World

from kg.errors import FileProblem, InvalidData
from kg.exchange import ASPECTS, formats
from kg.graph import read

SIF = formats()["sif"]


def by_the_manual(text: str) -> tuple[set[str], set[tuple[str, str, str]]]:
    """Nodes and edges as Cytoscape takes them: tabs part a file that has any, else blanks do."""
    nodes, edges = set(), set()
    for line in text.splitlines():
        name, *rest = line.rstrip("\t").split("\t") if "\t" in text else line.split()
        nodes |= {name, *rest[1:]}
        edges |= {(name, rest[0], target) for target in rest[1:]}
    return nodes, edges


def given_file(tmp_path, text):
    file = tmp_path / "given.sif"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def told(graph) -> set[tuple[str, str, str]]:
    return {(claim.subject.label, claim.predicate, claim.object.label) for claim in graph.claims()}


# --- out --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["graph", "various"])
def test_a_file_holds_each_live_edge_and_each_link_once_and_who_stands_alone(name, request):
    content = request.getfixturevalue(name)._content
    text = SIF.write(content)
    nodes, edges = by_the_manual(text)
    assert {(node,) for node in nodes} == ASPECTS["entities"].of(content)
    held = {
        aspect: {edge[:3] for edge in ASPECTS[aspect].of(content)}
        for aspect in ("predicates", "unsigned", "associations")
    }
    assert edges == set().union(*held.values(), ASPECTS["links"].of(content))
    assert len(text.splitlines()) == len(set(text.splitlines()))


@pytest.mark.parametrize("name", ["graph", "various"])
def test_what_sif_is_said_to_keep_comes_back_and_nothing_else(name, request, tmp_path):
    before = request.getfixturevalue(name)
    before.export(tmp_path / "graph.sif")
    after = read(tmp_path / "graph.sif")
    assert after.report.losses == ()
    for aspect in ASPECTS:
        held, back = (set(ASPECTS[aspect].of(graph._content)) for graph in (before, after))
        assert (back == held) == (aspect not in SIF.loses) or not held, aspect


def test_names_without_any_edge_stay_whole_and_the_same_label_twice_is_two_nodes(tmp_path):
    folder = World(entities=["one", "two", "three"]).write(tmp_path / "world")
    entities = folder / "entities.ttl"
    entities.write_text(entities.read_text().replace('"one"', '"the same name"').replace('"two"', '"the same name"'))
    import kg

    kg.open(folder).export(tmp_path / "graph.sif")
    assert by_the_manual((tmp_path / "graph.sif").read_text())[0] == {
        "the same name (one)",
        "the same name (two)",
        "three",
    }
    with pytest.raises(InvalidData, match="not one edge"):
        read(tmp_path / "graph.sif")


# --- back -------------------------------------------------------------------------------------------------------------


def test_spaces_part_a_file_without_tabs_and_a_line_may_have_several_targets(tmp_path):
    graph = read(given_file(tmp_path, "A inhibits B C D\nB activates A\n\nE\n"))
    assert told(graph) == {("A", "decreases", t) for t in "BCD"} | {("B", "increases", "A")}
    assert [entity.label for entity in graph.entities] == ["A", "B", "C", "D", "E"]
    assert {claim.section for claim in graph.claims(subject="A")} == {"line 1 of given.sif"}


def test_tabs_part_a_file_with_any_and_names_keep_their_spaces(tmp_path):
    graph = read(given_file(tmp_path, "protein C\tactivates\tfactor V\nalone here\n"))
    assert told(graph) == {("protein C", "increases", "factor V")}
    assert [entity.label for entity in graph.entities] == ["alone here", "factor V", "protein C"]


@pytest.mark.parametrize(
    ("relation", "reading"),
    [
        ("1", "increases"),
        ("-1", "decreases"),
        ("increases", "increases"),
        ("has-no-effect-on", "has-no-effect-on"),
        ("up-regulates", "increases"),
        ("down-regulates", "decreases"),
        ("inactivates", "decreases"),
        ("controls-expression-of", "affects"),
        ("zaps", "affects"),
        ("-2", "affects"),
    ],
)  # fmt: skip
def test_a_relation_is_read_with_a_sign_only_where_it_is_certain(tmp_path, relation, reading):
    assert told(read(given_file(tmp_path, f"A {relation} B\nB pp C"))) == {("A", reading, "B")}


def test_what_makes_no_edge_is_lost_with_its_line(tmp_path):
    text = "A activates B\nA activates B\nA B\nB pp C\nD consumption-controlled-by E\nF broader F\n"
    graph = read(given_file(tmp_path, text))
    assert told(graph) == {("A", "increases", "B"), ("E", "affects", "D")}
    assert [(loss.place, loss.what) for loss in graph.report.losses] == [
        ("line 2", "repeated edges"),
        ("line 3", "lines"),
        ("line 4", "statements"),
        ("line 6", "definitional links"),
    ]
    assert set(graph.report.mapped) == {"activates", "broader", "consumption-controlled-by", "pp"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"A activates B\nA \xff B\n", r"given.sif:2: .*UTF-8"),
        (b"A\tB\n", "not one edge is in it"),
        (b"It was a dark night\n", r"not one of its relations \('was'\) is known"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, data, message):
    with pytest.raises(InvalidData, match=message):
        read(given_file(tmp_path, data))


@settings(max_examples=15)
@given(st.text(alphabet="AB\t\n |-1\x00é\u2028:<>'\"", max_size=30))
def test_any_text_is_read_or_refused_and_every_line_is_accounted_for(tmp_path_factory, text):
    file = given_file(tmp_path_factory.mktemp("any"), text)
    try:
        graph = read(file)
    except (InvalidData, FileProblem):
        return  # one message, with the file
    assert graph.entities
    assert all(loss.place.startswith("line ") for loss in graph.report.losses)
