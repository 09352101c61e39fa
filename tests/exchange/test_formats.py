"""The registry: names and endings, formats of other packages, and the page that is made from it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from kg.errors import FileProblem, KGError, UsageError
from kg.exchange import ASPECTS, Format, formats, registry
from kg.exchange.overview import markdown
from kg.graph import KnowledgeGraph


def test_every_format_can_do_something_and_says_what_reads_it() -> None:
    for each in formats().values():
        assert each.write or each.read
        assert each.endings
        assert all("." in ending for ending in each.endings)
        assert bool(each.write) <= bool(each.consumer), each.name
        assert bool(each.read) == bool(each.reads_as), each.name


def test_the_page_on_formats_is_what_the_registry_says(derived: Callable[[Path, str], None], root: Path) -> None:
    derived(root / "docs" / "formats.md", markdown(formats().values()))


def test_a_package_of_others_adds_a_format(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Found(EntryPoint):
        def load(self) -> Format:
            return Format("names", "list of names", (".names",), lambda c: "\n".join(e.label for e in c.entities))

    monkeypatch.setattr(registry, "entry_points", lambda group: [Found("names", "their.package", group)])
    registry.formats.cache_clear()
    try:
        graph.export(tmp_path / "all.names")
        assert len((tmp_path / "all.names").read_text().splitlines()) == len(graph.entities)
    finally:
        registry.formats.cache_clear()


def test_a_broken_package_of_others_takes_nothing_down(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(EntryPoint):
        def load(self) -> Format:
            raise ImportError("no module named theirs")

    monkeypatch.setattr(registry, "entry_points", lambda group: [Broken("theirs", "their.package", group)])
    registry.formats.cache_clear()
    try:
        assert "graphml" in formats()
        with pytest.raises(UsageError, match="cannot be loaded: ImportError: no module named theirs"):
            registry.format_named("theirs")
    finally:
        registry.formats.cache_clear()
        registry.broken.clear()


def test_a_format_cannot_lose_what_no_graph_holds() -> None:
    with pytest.raises(ValueError, match="no-such-aspect"):
        Format("x", "x", (".x",), loses={"no-such-aspect": "why"})


@pytest.mark.parametrize(
    ("file", "form", "message"),
    [
        ("graph.docx", None, "tells no format that can be written"),
        ("graph", None, "tells no format"),
        ("graph.graphml", "no-such", "No format 'no-such'"),
        ("graph.yaml", "drugmechdb", "is read, not written"),
    ],
)
def test_what_cannot_be_written_is_said(
    graph: KnowledgeGraph, tmp_path: Path, file: str, form: str | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        graph.export(tmp_path / file, form)
    assert not list(tmp_path.iterdir())


def test_nothing_is_replaced_unless_asked(graph: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "graph.graphml"
    file.write_text("mine")
    with pytest.raises(FileProblem, match="exists and is kept"):
        graph.export(file)
    assert file.read_text() == "mine"
    graph.export(file, force=True)
    assert file.read_text() != "mine"


@pytest.mark.parametrize(
    ("name", "form"), [("graph.graphml.gz", None), ("graph_nodes.tsv.gz", None), ("g.gz", "kgx-jsonl")]
)
def test_a_file_is_packed_if_its_name_says_so(
    graph: KnowledgeGraph, tmp_path: Path, name: str, form: str | None
) -> None:
    from kg.graph import read

    graph.export(tmp_path / name, form)
    files = sorted(tmp_path.iterdir(), key=lambda file: "edge" in file.name)
    assert all(gzip.decompress(file.read_bytes()) for file in files)
    assert len(read(*files)) == len(graph)


# --- hostile files ----------------------------------------------------------------------------------------------------

READERS = [each for each in formats().values() if each.read]
BAD = {
    "empty": b"",
    "blank": b" \n\n",
    "not text": b"\xff\xfe\x00\x81garbage\x00" * 20,
    "other text": b"It was a dark and stormy night; the rain fell in torrents.\n" * 3,
    "other JSON": b'{"hello": ["world", {"deep": null}], "version": "99"}\n',
    "a list": b"[1, 2, 3]\n",
    "a number": b"7\n",
    "other XML": b'<?xml version="1.0"?><html><body/></html>\n',
    "other YAML": b"- a: [b, {c: d}]\n- 3\n",
    "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>\n',
    "an alias bomb": b"a: &a [x, x]\n"
    + b"".join(b"%c: &%c [*%c, *%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 121)),
    "a cyclic alias": b"a: &a\n  b: *a\n",
    "deep": b"[" * 5000 + b"]" * 5000,
    "one long line": b"x" * 200_000,
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("form", READERS, ids=lambda form: form.name)
def test_a_bad_file_is_refused_in_one_sentence_with_its_name(form: Format, what: str, tmp_path: Path) -> None:
    from kg.graph import read

    file = tmp_path / f"bad{form.endings[0]}"
    file.write_bytes(BAD[what])
    with pytest.raises(KGError) as refused:
        read(file, format=form.name)
    message = str(refused.value)
    assert file.name in message or "Install it with" in message or "is written, not read" in message
    assert "\n" not in message
    assert len(message) < 600


# Those that are only read are cut short in tests of their own.
@pytest.mark.parametrize("form", [r for r in READERS if r.write and "entities" in r.keeps], ids=lambda form: form.name)
def test_a_file_that_breaks_off_anywhere_is_refused_or_told(
    form: Format, graph: KnowledgeGraph, tmp_path: Path
) -> None:
    from kg.graph import read

    small = graph.within(graph.trace("warfarin", "calciphylaxis", max_steps=2))
    small.export(tmp_path / f"whole{form.endings[0]}", form.name)
    whole = sorted(tmp_path.iterdir(), key=lambda file: "edge" in file.name)
    content = whole[-1].read_bytes()
    for part in (0.1, 0.5, 0.95):
        whole[-1].write_bytes(content[: int(len(content) * part)])
        told = _told(lambda: read(*whole, format=form.name))
        assert isinstance(told, str) or len(told) < len(small) or told.report
        assert not isinstance(told, str) or "\n" not in told


def _told(call: Callable[[], KnowledgeGraph]) -> KnowledgeGraph | str:
    """What a call gives, or in what words it refuses."""
    try:
        return call()
    except KGError as refused:
        return str(refused)


def test_aspects_have_counts_in_the_shipped_graph(graph: KnowledgeGraph) -> None:
    counts = {name: len(aspect.of(graph._content)) for name, aspect in ASPECTS.items()}
    assert counts["claims"] == len(graph) == 818
    assert counts["signs"] <= counts["predicates"]
    assert all(count for name, count in counts.items() if name not in ("refuted", "retracted"))
