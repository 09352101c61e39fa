"""Documents that nest too deeply for a parser are refused before it runs out of stack."""

from __future__ import annotations

import random

import pytest
from worlds import World

import kg
from kg.errors import InvalidData
from kg.store.nesting import DEEPEST, Nesting, TooDeep
from kg.store.reading import Source

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">'
DEEP = {
    "x.jsonld": lambda depth: '{"@graph":' * depth + "{}" + "}" * depth,
    "x.nt": lambda depth: "<a:s> <a:p> " + "<<( <a:s> <a:p> " * depth + "<a:o>" + " )>>" * depth + " .",
    "x.rdf": lambda depth: HEAD + "<A><b>" * (depth // 2) + "</b></A>" * (depth // 2) + "</rdf:RDF>",
}


@pytest.mark.parametrize("name", DEEP)
def test_a_document_that_nests_too_deeply_is_refused(name, tmp_path):
    file = tmp_path / name
    file.write_text(DEEP[name](60))
    list(Source(file).quads())
    for depth in (DEEPEST + 2, 20_000):
        file.write_text(DEEP[name](depth))
        with pytest.raises(InvalidData, match=f"{name}:1: nested more than {DEEPEST} levels deep"):
            list(Source(file).quads())


def test_a_folder_of_turtle_is_read_with_the_same_care(tmp_path):
    folder = World(claims=[("a", "increases", "b")]).write(tmp_path)
    (folder / "sources.ttl").write_text(DEEP["x.nt"](20_000))
    with pytest.raises(InvalidData, match="triple terms nested more than"):
        kg.open(folder)


@pytest.mark.parametrize("seed", range(20))
def test_levels_are_counted_whatever_the_cut(seed):
    rng = random.Random(seed)
    parts = [rng.choice(['{"a":', "[", ' "}]\\"{" ,', "]", "}", '"\\\\",']) for _ in range(60)]
    text = "".join(parts).encode()
    whole, cut = Nesting(".jsonld"), Nesting(".jsonld")
    whole.add(text)
    while text:
        size = rng.randint(1, 4)
        cut.add(text[:size])
        text = text[size:]
    assert cut.depth == whole.depth


def test_what_only_looks_like_nesting_does_not_count():
    nesting = Nesting(".jsonld")
    nesting.add(b'["' + b"[" * 2 * DEEPEST + b'"]')
    assert nesting.depth == 0
    triples = Nesting(".ttl")
    triples.add(b"<<( a b c )>> " * 2 * DEEPEST)
    assert triples.depth == 0
    with pytest.raises(TooDeep):
        triples.add(b"<<( " * (DEEPEST + 1))
