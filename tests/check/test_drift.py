"""Drift: a derived graph that holds too much or too little is found, whichever it is."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store
from worlds import World

from kg.check import check
from kg.store import Dataset, graph_node


@pytest.mark.parametrize("fault", ["too much", "lacks"])
@pytest.mark.parametrize("role", ["direct", "association", "signed"])
def test_drift_of_a_derived_graph_is_found_both_ways(tmp_path, role, fault):
    world = World(claims=[("a", "increases", "b"), ("a", "positively-associated-with", "b")])
    world.load(tmp_path / "world").save(tmp_path / "store")
    assert [p for p in check(tmp_path / "store").problems if p.rule == "drift"] == []
    store = Store(str(Dataset.open(tmp_path / "store").generation.folder))
    quads = list(store.quads_for_pattern(None, None, None, graph_node(role)))
    if fault == "lacks":
        store.remove(quads[0])
    else:
        store.add(Quad(NamedNode("urn:x"), NamedNode("urn:p"), NamedNode("urn:y"), graph_node(role)))
    store.flush()
    del store
    found = [p for p in check(tmp_path / "store").problems if p.rule == "drift"]
    assert {p.subject for p in found} == {f"graph:{role}"}
    assert all(fault in p.message for p in found)
