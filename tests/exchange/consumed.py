"""What a program that read one of our files tells of it, as a graph again, to be compared with what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from worlds import World

import kg
from kg.exchange import ASPECTS, Content, flat, formats
from kg.exchange.draft import Draft
from kg.graph import KnowledgeGraph
from kg.schema import shipped_schema

XSD = "http://www.w3.org/2001/XMLSchema"
ODD = 'a <cure> & \\"more\\" # %% | 日本'
"""A label, as Turtle has it."""
Records = Iterable[Mapping[str, Any]]


def told(head: Mapping[str, Any], nodes: Records, edges: Records) -> Content:
    """The content that flat records hold, however a program hands them out. None may be broken."""
    draft = Draft(shipped_schema(), "a test", Path("graph"))
    flat.put_back(draft, dict(head), list(nodes), list(edges))
    assert draft.losses == []
    parts = (draft.entities, draft.sources, draft.claims)
    entities, sources, claims = ([things[name] for name in sorted(things)] for things in parts)
    links, disputes = list(draft.links.values()), list(draft.disputes.values())
    return Content(draft.schema, "", entities, sources, claims, links, disputes, [], [], {}, lambda: None)  # type: ignore[arg-type,return-value]


def assert_keeps_what_it_says(name: str, before: KnowledgeGraph, after: Content) -> None:
    """Every aspect that the format is said to keep is the same, and none that it is said to lose."""
    form = formats()[name]
    for aspect in ASPECTS:
        held, back = (set(ASPECTS[aspect].of(content)) for content in (before._content, after))
        if aspect in form.loses:
            assert back != held or not held, f"{aspect} is said to be lost, and is not"
        else:
            assert back == held, aspect


def unlike(folder: Path) -> KnowledgeGraph:
    """A small graph with an edge of each sort, opposite ones on one pair, and letters that mean something to a format."""
    guessed = {"certainty": "ckg:hypothesized"}
    wrong = {"status": "ckg:retracted", "retraction-reason": '"wrong"', "retraction-date": '"2026-01-02"^^<XSD#date>'}
    world = World(
        claims=[
            ("a", "increases", "b"),
            ("a", "decreases", "b", {"dispute": "dispute:d1"}),
            ("b", "decreases", "a", guessed),
            ("b", "affects", "sick"),
            ("a", "increases", "cure", {"certainty": "ckg:refuted"}),
            ("cure", "has-no-effect-on", "b", {"exposure": '"<b> & \\"quoted\\" | -- 日本"'}),
            ("b", "positively-associated-with", "sick", {"population": '"60 % \\\\ more\\tor less"'}),
            ("a", "negatively-associated-with", "sick"),
            ("a", "not-associated-with", "a"),
            ("cure", "increases", "cure", guessed),
            ("b", "causes", "cure", {name: value.replace("XSD", XSD) for name, value in wrong.items()}),
        ],
        links=[("high-b", "raised-state-of", "b"), ("low-b", "lowered-state-of", "b"), ("c", "broader", "b")],
        kinds={"sick": "Disease", "cure": "Drug", "high-b": "Phenotype", "low-b": "Phenotype", "c": "Process"},
        entities=["alone"],
    )
    world.write(folder)
    dispute = 'dispute:d1 a ckg:Dispute ; rdfs:label "up or down" ; skos:definition "which way" .\n'
    _changed(folder / "claims" / "all.ttl", lambda text: text + dispute)
    _changed(folder / "entities.ttl", lambda text: text.replace('rdfs:label "cure"', f'rdfs:label "{ODD}"'))
    return kg.open(folder)


def _changed(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text("utf-8")), "utf-8")
