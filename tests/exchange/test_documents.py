"""Files that are broken or mean harm: each is refused in one sentence that says which file, where, and why."""

from __future__ import annotations

import gzip
import io
import itertools
import re
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import FileProblem, InvalidData, KGError, MissingExtra
from kg.exchange import documents
from kg.exchange.archives import members
from kg.exchange.documents import Node, json_document, json_lines, lines, text, xml_document, yaml_document

Read = Callable[[Path], Any]


def written(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def refusal(path: Path, read: Read, kind: type[KGError] = InvalidData) -> str:
    """What a reader says of a file that it refuses: one line, with the name of the file."""
    with pytest.raises(kind) as caught:
        read(path)
    said = str(caught.value)
    assert str(path) in said
    assert "\n" not in said
    return said.replace(str(path), path.name)


# --- sound ones ---------------------------------------------------------------------------------------------------


def test_what_is_read_knows_its_lines_and_keeps_its_words(tmp_path: Path) -> None:
    js = json_document(written(tmp_path, "a.json", '\ufeff{"a": 1,\n "b": [{"c":\n "\\ud83d\\ude00"}]}'))
    assert (js, js.line, js["b"][0].line) == ({"a": 1, "b": [{"c": "😀"}]}, 1, 2)
    ya = yaml_document(written(tmp_path, "a.yaml", "a: no\nb: &x\n  - c: 2020-01-01\nd: *x\n"))
    assert ya == {"a": "no", "b": [{"c": "2020-01-01"}], "d": [{"c": "2020-01-01"}]}
    assert (ya.line, ya["b"][0].line) == (1, 3)
    xml = xml_document(written(tmp_path, "a.xml", '<a xmlns="urn:x">\n<b c="1">t</b></a>'))
    assert [(each.tag, each.attrib, each.text, each.line) for each in xml if isinstance(each, Node)] == [
        ("{urn:x}b", {"c": "1"}, "t", 2)
    ]
    packed = written(tmp_path, "a.jsonl.gz", gzip.compress(b'{"a": 1}\r\n\n{"a": 2}'))
    assert [(each, each.line) for each in json_lines(packed)] == [({"a": 1}, 1), ({"a": 2}, 3)]
    assert list(lines(packed)) == [(1, '{"a": 1}'), (3, '{"a": 2}')]


def test_xml_is_read_as_utf_8_whatever_it_declares(tmp_path: Path) -> None:
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?><a b="ü"/>'
    assert xml_document(written(tmp_path, "a.xml", declared)).attrib == {"b": "ü"}


# --- bytes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [text, json_document, yaml_document, xml_document], ids=lambda read: read.__name__)
def test_a_file_that_is_empty_missing_or_no_text(read: Read, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.txt", " \n"), read) == "a.txt:1: the file is empty. Fetch it again."
    assert refusal(written(tmp_path, "a.txt", b"{}\n\n\xff"), read).startswith("a.txt:3: not text in UTF-8.")
    assert refusal(tmp_path / "gone", read, FileProblem) == "Cannot read gone: No such file or directory."
    assert "directory" in refusal(tmp_path, read, FileProblem)


def test_packed_files_that_are_broken_or_swell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = gzip.compress(b"hello " * 1000)
    assert "ends in the middle" in refusal(written(tmp_path, "a.gz", sound[:-12]), text, FileProblem)
    assert "no sound gzip file" in refusal(written(tmp_path, "a.gz", b"hello"), text, FileProblem)
    assert "no sound gzip file" in refusal(
        written(tmp_path, "a.gz", sound[:12] + b"!!" + sound[14:]), text, FileProblem
    )
    monkeypatch.setattr(documents, "LARGEST", 2**20)
    bomb = written(tmp_path, "a.gz", gzip.compress(b" " * (2**20 + 1)))
    assert "holds more than 1 MB" in refusal(bomb, text, FileProblem)


# --- JSON ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": 1,\n "b" 2}', "a.json:2: no JSON: Expecting ':' delimiter."),
        ('{"a": 1,\n "b": ', "a.json:2: no JSON: Expecting value."),
        ("{}\n{}", "a.json:2: no JSON: Extra data."),
        ('{"a": NaN}', "a.json:1: no JSON that is read here: NaN is no number of JSON."),
        ('{"a": -Infinity}', "a.json:1: no JSON that is read here: -Infinity is no number of JSON."),
        ('{"a":\n 1e999}', "a.json: no JSON that is read here: 1e999 is too large a number."),
        ('{"a":\n {"b": 1, "b": 1}}', "a.json:2: no JSON: a name stands twice in an object."),
        ('{"a":\n "\\ud800"}', "a.json:2: no JSON: half of a surrogate pair."),
        ('{"\\udfff": 1}', "a.json:1: no JSON: half of a surrogate pair in a name."),
        ("[" * 50_000, "a.json:1: no JSON that is read here: nested too deeply."),
        ('{"a":' * 50_000, "a.json:1: no JSON that is read here: nested too deeply."),
    ],
)
def test_json_that_is_none(content: str, said: str, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.json", content), json_document).startswith(said)


def test_json_lines_say_which_line(tmp_path: Path) -> None:
    def read(path: Path) -> object:
        return list(json_lines(path))

    assert refusal(written(tmp_path, "a", '{}\n\n{"a": }'), read).startswith("a:3: no JSON: Expecting value.")
    assert refusal(written(tmp_path, "a", "{}\n[NaN]"), read).startswith("a:2: no JSON that is read here: NaN")
    assert refusal(written(tmp_path, "a", "{}\n[]"), read).startswith("a:2: no JSON object.")


# --- YAML ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\nb: [1, 2\n", r"a.yaml:3: no YAML: did not find expected"),
        ("a: 1\n---\nb: 1\n", r"a.yaml:2: no YAML: but found another document"),
        ("a: 1\nb: *x\n", r"a.yaml:2: no YAML: found undefined alias"),
        ("a: 1\nb: &x\n  - *x\n", r"a.yaml:2: an alias stands for something that holds the alias itself"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", r"a.yaml:4: the key 'c' stands twice in a mapping"),
        ("a: 1\n[b]: 2\n", r"a.yaml:2: a key that is no text"),
        ("a: \x01\n", r"a.yaml:1: no YAML: .*control characters are not allowed"),
        ('a: "\\ud800"\n', r"a.yaml:1: no YAML: "),
        ("[" * 800 + "]" * 800, r"a.yaml:1: no YAML that is read here: nested too deeply"),
        ("[" * 5000 + "]" * 5000, r"a.yaml:1: no YAML: exceeded maximum nesting depth"),
    ],
)
def test_yaml_that_is_none(content: str, said: str, tmp_path: Path) -> None:
    assert re.match(said, refusal(written(tmp_path, "a.yaml", content), yaml_document))


def test_aliases_of_yaml_do_not_multiply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]" for below, name in itertools.pairwise("abcdefghi")]
    bomb = written(tmp_path, "a.yaml", "\n".join(["a: &a [1, 1]", *layers]))
    monkeypatch.setattr(documents, "MOST_NODES", 10_000)
    assert "its aliases multiply to more values than are read" in refusal(bomb, yaml_document)


def test_tags_of_yaml_make_nothing(tmp_path: Path) -> None:
    assert yaml_document(written(tmp_path, "a.yaml", "a: !!python/object/apply:os.abort []")) == {"a": []}


def test_without_pyyaml_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtra, match=r"calciphylaxis-kg\[exchange\]"):
        yaml_document(written(tmp_path, "a.yaml", "a: 1"))


# --- XML ----------------------------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<a>\n<b></a>", "a.xml:2: no XML: mismatched tag."),
        ("<a>\n", "a.xml:2: no XML: no element found."),
        ("<a>\n<b x='1' x='2'/></a>", "a.xml:2: no XML: duplicate attribute."),
        ("<a>\n&b;</a>", "a.xml:2: no XML: undefined entity."),
        ("hello", "a.xml:1: no XML: syntax error."),
        (f'\n<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l8;</a>', "a.xml:2: it declares a document type"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "a.xml:1: it declares a document type"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "a.xml:1: it declares a document type"),
        ("<a>\n" * 300, "a.xml:201: nested too deeply"),
    ],
)
def test_xml_that_is_none(content: str, said: str, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "a.xml", content), xml_document).startswith(said)


# --- archives -----------------------------------------------------------------------------------------------------


def zipped(**contents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(*infos: tarfile.TarInfo, mode: str = "w:gz", **contents: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for info in infos:
            archive.addfile(info)
    return packed.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    return dict(members(path))


PACKERS = pytest.mark.parametrize(("ending", "pack"), [(".zip", zipped), (".tar.gz", tarred)])


@PACKERS
def test_archives_are_read_in_memory(ending: str, pack: Callable[..., bytes], tmp_path: Path) -> None:
    contents = {"a.ttl": b"one", "folder/b.ttl": b"two"}
    assert unpacked(written(tmp_path, f"a{ending}", pack(**contents))) == contents
    assert [file.name for file in tmp_path.iterdir()] == [f"a{ending}"]


@PACKERS
@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/a", "..\\a", "C:\\a", "C:a"])
def test_members_that_climb_out_are_refused(ending: str, pack: Callable[..., bytes], name: str, tmp_path: Path) -> None:
    said = refusal(written(tmp_path, f"a{ending}", pack(**{name: b"x"})), unpacked)
    assert said == f"a{ending}: the member {name!r} leads out of the archive. Do not use it."


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_in_a_tar_are_refused(kind: bytes, tmp_path: Path) -> None:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = kind, "/etc/passwd"
    assert "the member 'link' is a link" in refusal(written(tmp_path, "a.tgz", tarred(link)), unpacked)


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "the member 'link' is a link" in refusal(written(tmp_path, "a.zip", packed.getvalue()), unpacked)


@PACKERS
def test_archives_that_swell_or_are_broken(
    ending: str, pack: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST", 2**20)
    half = b" " * (2**19 + 1)
    bomb = written(tmp_path, f"a{ending}", pack(a=half, b=half))
    assert "unpacks to more than 1 MB" in refusal(bomb, unpacked, FileProblem)
    sound = pack(a=bytes(range(256)) * 40)
    for broken in (b"", b"hello", sound[:-30], sound[: len(sound) // 2]):
        said = refusal(written(tmp_path, f"a{ending}", broken), unpacked, FileProblem)
        assert "no sound archive" in said or "Cannot read" in said
