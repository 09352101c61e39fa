"""Reading KGX: both readers and all forms give the same tables; every fault is told with its file and line."""

from __future__ import annotations

import gzip
import io
import json
import random

import pytest
from files import EDGES, NODES, put, write, write_jsonl, write_tsv
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.errors import FileProblem, InvalidData, UsageError
from kg.large import is_kgx, rows
from kg.large.arrow import read_fast
from kg.large.kgx import EDGES as EDGE_COLUMNS
from kg.large.kgx import NODES as NODE_COLUMNS
from kg.large.kgx import read_table
from kg.large.loading import load
from kg.large.rows import read_plainly

FORMS = ["tsv", "tsv.gz", "jsonl", "jsonl.gz"]
pyarrow = pytest.importorskip("pyarrow", reason="the extra fast, with pyarrow, is not installed")


def content(table):
    columns = {
        name: (column.codes.tolist(), column.codes.dtype.str, list(column.values))
        for name, column in table.columns.items()
    }
    return table.rows, columns, {name: list(texts) for name, texts in table.texts.items()}, table.ignored


def cells(table):
    return table.rows, {name: list(column) for name, column in {**table.columns, **table.texts}.items()}


@pytest.mark.parametrize("form", FORMS)
def test_pyarrow_and_plain_python_read_the_same(tmp_path, form):
    nodes, edges = write(tmp_path, form=form)
    assert content(read_fast(nodes, NODE_COLUMNS)) == content(read_plainly(nodes, NODE_COLUMNS))
    assert content(read_fast(edges, EDGE_COLUMNS)) == content(read_plainly(edges, EDGE_COLUMNS))


def test_all_forms_say_the_same(tmp_path):
    graphs = [kg.open(*write(tmp_path / form, form=form)) for form in FORMS]
    of_the_file = dict.fromkeys(("section", "iri", "source"))  # these name the file
    for graph in graphs[1:]:
        assert [c.to_dict() | of_the_file for c in graph.claims()] == [
            c.to_dict() | of_the_file for c in graphs[0].claims()
        ]
        assert [e.to_dict() for e in graph.entities] == [e.to_dict() for e in graphs[0].entities]
        told = [str(g.trace("steroid", "calcification")) for g in (graph, graphs[0])]
        assert told[0] == told[1]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r\x00"), max_size=6)


@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
def test_both_readers_agree_on_any_cells_and_line_ends(tmp_path_factory, table, end, last, blank):
    lines = ["id\tname\tx", *("\t".join(row) for row in table)]
    if blank:
        lines.insert(1, "")
    path = tmp_path_factory.mktemp("any") / "nodes.tsv"
    path.write_bytes((end.join(lines) + (end if last else "")).encode())
    assert content(read_fast(path, NODE_COLUMNS)) == content(read_plainly(path, NODE_COLUMNS))


JSON_VALUE = st.none() | st.booleans() | st.integers() | TEXT | st.lists(st.none() | TEXT, max_size=3)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "name", "category", "publications", "negated", "other"]), JSON_VALUE),
        min_size=1,
        max_size=8,
    )
)
def test_both_readers_agree_on_any_json(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("any") / "nodes.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [{"id": "x"}, *table]), "utf-8")
    wanted = ("id", "name", "category", "publications", "negated")
    assert content(read_fast(path, wanted)) == content(read_plainly(path, wanted))


def test_many_rows_over_many_blocks_are_the_same(tmp_path, monkeypatch):
    rng = random.Random(7)
    table = [
        {"id": f"n{rng.randrange(500)}", "name": "x" * rng.randrange(40), "category": rng.choice("ab")}
        for _ in range(5000)
    ]
    path = write_tsv(tmp_path / "nodes.tsv", table)
    monkeypatch.setattr("kg.large.arrow.LONGEST", 2048)
    assert content(read_fast(path, NODE_COLUMNS)) == content(read_plainly(path, NODE_COLUMNS))


def test_quotes_are_letters_and_bars_part_values(tmp_path):
    path = put(tmp_path / "nodes.tsv", 'id\tname\tsynonym\nA\t"quoted\ta"b|c\n')
    for reader in (read_plainly, read_fast):
        assert cells(reader(path, NODE_COLUMNS))[1] == {"id": ["A"], "name": ['"quoted'], "synonym": ['a"b|c']}


def test_a_mark_of_byte_order_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "nodes.tsv"
    path.write_bytes(b"\xef\xbb\xbfid\tname\nA\tb\n")
    assert (
        cells(read_plainly(path, NODE_COLUMNS))
        == cells(read_fast(path, NODE_COLUMNS))
        == (1, {"id": ["A"], "name": ["b"]})
    )


# --- faults, in both readers --------------------------------------------------------------------------------------------

HEAD = "subject\tpredicate\tobject\n"


@pytest.mark.parametrize("reader", ["plain", "pyarrow"])
@pytest.mark.parametrize(
    ("name", "data", "line", "message"),
    [
        ("edges.tsv", HEAD + "a\tb\tc\na\tb\n", 3, "the row has 2 cells, the header 3"),
        ("edges.tsv", HEAD + "a\tb\tc\td\n", 2, "the row has 4 cells, the header 3"),
        ("edges.tsv", b"subject\tpredicate\tobject\na\tb\t\xff\n", 2, "not text in UTF-8"),
        ("edges.tsv", "subject\tobject\na\tb\n", 1, "no column predicate"),
        ("edges.tsv", "x\n", 1, "no column subject and no column predicate and no column object"),
        ("edges.tsv", "", 1, "no header"),
        ("edges.tsv", "subject\tpredicate\tobject\tsubject\n", 1, "subject stands there twice"),
        ("edges.tsv", "subject\tpredicate\tobject\t\n", 1, "column 4 has no name"),
        ("edges.tsv", HEAD + "a\tb\t" + "x" * 17_000_000 + "\n", 2, "longer than 8 MB"),
        ("edges.jsonl", '{"subject": "a", "predicate": "b", "object": "c"}\n{"subject": \n', 2, "no JSON"),
        ("edges.jsonl", '{"subject": "a", "predicate": "b", "object": "c"}\n[1]\n', 2, "no JSON object"),
        ("edges.jsonl", '{"subject": "a", "predicate": "b", "object": "\\ud800"}\n', 1, "half of a pair of surrogates"),
        ("edges.jsonl", "[" * 100_000, 1, "no JSON: nested too deeply"),
        ("edges.jsonl", "", 1, "empty"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_file_and_line(tmp_path, reader, name, data, line, message):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(InvalidData, match=message) as error:
        read_table(path, EDGE_COLUMNS, 3, reader)
    assert (error.value.problems[0].file, error.value.problems[0].line) == (str(path), line)


@pytest.mark.parametrize("reader", ["plain", "pyarrow"])
@pytest.mark.parametrize("form", ["tsv.gz", "jsonl.gz"])
def test_a_broken_gzip_file_is_told(tmp_path, reader, form):
    rng = random.Random(0)
    _, path = write(tmp_path, edges=[{**row, "publications": str(rng.random())} for row in EDGES * 500], form=form)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileProblem, match="ends in the middle"):
        read_table(path, EDGE_COLUMNS, 3, reader)
    path.write_bytes(b"no gzip at all, but long enough to be looked at")
    with pytest.raises(FileProblem, match="no sound gzip file"):
        read_table(path, EDGE_COLUMNS, 3, reader)
    path.write_bytes(whole[:200] + bytes(300) + whole[500:])
    with pytest.raises((FileProblem, InvalidData)):
        read_table(path, EDGE_COLUMNS, 3, reader)


def test_a_file_that_is_not_there_or_of_another_kind_is_told(tmp_path):
    with pytest.raises(FileProblem, match=r"Cannot read .*edges\.tsv"):
        read_table(tmp_path / "edges.tsv", EDGE_COLUMNS, 3)
    with pytest.raises(FileProblem, match="no KGX file"):
        read_table(put(tmp_path / "edges.csv", "a"), EDGE_COLUMNS, 3)
    with pytest.raises(UsageError, match="reader must be one of"):
        read_table(tmp_path / "edges.tsv", EDGE_COLUMNS, 3, "magic")


def test_without_pyarrow_the_reader_says_how_to_get_it_and_plain_python_reads(tmp_path, monkeypatch):
    nodes, edges = write(tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(kg.errors.MissingExtra, match=r"calciphylaxis-kg\[fast\]"):
        read_table(nodes, NODE_COLUMNS, 1, "pyarrow")
    assert len(load(nodes, edges)) == 5


# --- what is mended, with a count ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["plain", "pyarrow"])
def test_everything_that_is_lost_or_mended_is_counted(tmp_path, reader):
    nodes = [*NODES, {"id": "CHEBI:1", "name": "another"}, {"id": "", "name": "nobody"}]
    edges = [
        *EDGES,
        {"subject": "CHEBI:1", "predicate": "x:zaps", "object": "GO:9"},
        {"subject": "", "predicate": "biolink:causes", "object": "GO:9"},
        {"subject": "CHEBI:1", "predicate": "", "object": "GO:8"},
        {"subject": "CHEBI:1", "predicate": "biolink:causes", "object": "CHEBI:1"},
        {
            "subject": "CHEBI:1",
            "predicate": "biolink:causes",
            "object": "MONDO:4",
            "object_direction_qualifier": "sideways",
        },
    ]
    files = write(tmp_path, nodes, edges)
    graph = load(*files, reader=reader)
    report = graph.report
    assert (report.nodes, report.edges, report.claims, report.dangling) == (7, 12, 8, 2)
    assert (report.duplicates, report.nameless, report.incomplete, report.loops) == (1, 1, 2, 1)
    assert report.first == {"dangling": "GO:8", "duplicates": "CHEBI:1", "incomplete": "edge 9"}
    assert report.unmapped == {"x:zaps": 1}
    assert report.no_claim == {"biolink:location_of": 1}
    assert report.unsure == {"object direction sideways": 1}
    assert not report.clean
    assert report.summary.startswith("rows with predicates not in the table, read as affects, unsigned: 1; rows with")
    assert graph.find("steroid").id == "CHEBI:1"
    assert graph.entity("GO:9").label == "GO:9"
    told = str(report)
    for words in (
        "rows with predicates not in the table, read as affects, unsigned: 1 (x:zaps 1)",
        "entities named by edges only, made without a name: 2 (first: GO:8)",
        "sign taken away",
    ):
        assert words in told
    assert type(report).from_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_what_is_unmapped_can_be_left_out(tmp_path):
    files = write(tmp_path, NODES, [{"subject": "CHEBI:1", "predicate": "x:zaps", "object": "MONDO:4"}])
    assert kg.open(*files).trace("steroid", "calcification").verdict == "unsigned"
    left = kg.open(*files, unmapped="left out")
    assert left.trace("steroid", "calcification").verdict == "no path"
    assert "left out: 1 (x:zaps 1)" in str(left.report)
    told = left.trace("steroid", "calcification").certificate.filters
    assert told == ("rows left out for predicates not in the table: 1",)
    with pytest.raises(UsageError, match="unmapped must be one of"):
        kg.open(*files, unmapped="guessed")


def test_columns_that_are_not_read_are_named(tmp_path):
    nodes = [{**NODES[0], "weight": "NaN"}]
    graph = kg.open(*write(tmp_path, nodes, [{**EDGES[0], "id": "uuid:1", "score": "NaN"}]))
    assert graph.report.ignored == {"nodes.tsv": ("weight",), "edges.tsv": ("id", "score")}
    assert kg.open(*write(tmp_path / "clean")).report.clean
    assert kg.open(tmp_path / "clean").report.summary == ""


def test_a_graph_without_any_edge_answers(tmp_path):
    graph = kg.open(
        *write(tmp_path, NODES, [{"subject": "CHEBI:1", "predicate": "biolink:part_of", "object": "HGNC:3"}])
    )
    assert graph.trace("steroid", "TNF-α").verdict == "no path"
    empty = tmp_path / "x_edges.tsv"
    empty.write_text(HEAD)
    assert len(kg.open(tmp_path / "nodes.tsv", empty)) == 0


# --- which files --------------------------------------------------------------------------------------------------------


def test_of_a_pair_one_file_will_do_or_their_folder(tmp_path):
    nodes, edges = write(tmp_path / "one", stem="rare_")
    for location in ([nodes], [edges], [tmp_path / "one"], [nodes, edges], [edges, nodes], [str(edges)]):
        assert len(kg.open(*location)) == 5
    write(tmp_path / "one", form="jsonl.gz", stem="other.")
    with pytest.raises(UsageError, match="holds several KGX graphs"):
        kg.open(tmp_path / "one")
    lonely = put(tmp_path / "lonely_nodes.tsv", "id\n")
    with pytest.raises(FileProblem, match="no other beside it is named alike"):
        kg.open(lonely)
    with pytest.raises(FileProblem, match="No file"):
        kg.open(tmp_path / "missing_nodes.tsv")
    with pytest.raises(UsageError, match="two files"):
        kg.open(nodes, edges, edges)


def test_names_that_are_not_alike_are_taken_in_their_order(tmp_path):
    nodes, edges = write(tmp_path)
    one, other = nodes.rename(tmp_path / "things.tsv"), edges.rename(tmp_path / "relations.tsv")
    assert len(kg.open(one, other)) == 5
    with pytest.raises(InvalidData, match="no column id"):
        kg.open(other, one)


def test_a_folder_of_turtle_and_an_address_are_no_kgx(tmp_path, root):
    assert not is_kgx(root / "ontology")
    assert not is_kgx(tmp_path)
    with pytest.raises(UsageError, match="unmapped says how KGX files are read"):
        kg.open(root / "ontology", unmapped="left out")
    assert not is_kgx("https://example.org/nodes.tsv")


# --- the progress bar ---------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_long_read_shows_how_far_it_is_on_a_terminal_only(tmp_path, monkeypatch):
    _, edges = write(tmp_path, edges=EDGES * 2000)
    monkeypatch.setattr("kg.large.kgx.PATIENCE", -1.0)
    seen, quiet = Terminal(), io.StringIO()
    for stream in (seen, quiet):
        monkeypatch.setattr("sys.stderr", stream)
        table = read_table(edges, EDGE_COLUMNS, 3, "pyarrow")
        assert table.rows == len(EDGES) * 2000
    assert "Reading edges.tsv" in seen.getvalue()
    assert quiet.getvalue() == ""


def test_the_longest_line_is_the_block_of_pyarrow():
    assert rows.LONGEST == 8 * 2**20


def test_gzip_is_told_by_the_ending(tmp_path):
    path = tmp_path / "NODES.TSV.GZ"
    path.write_bytes(gzip.compress(b"id\nA\n"))
    assert cells(read_plainly(path, NODE_COLUMNS)) == (1, {"id": ["A"]})


def test_lists_hold_what_bars_part(tmp_path):
    path = write_jsonl(tmp_path / "nodes.jsonl", [{"id": "A", "synonym": "a|b"}])
    assert '["a", "b"]' in path.read_text()
    assert cells(read_fast(path, NODE_COLUMNS))[1]["synonym"] == ["a|b"]
