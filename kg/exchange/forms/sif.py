"""SIF, the simple interaction format of Cytoscape (https://manual.cytoscape.org, Supported Network File Formats).

A line says ``node relation node``, with several targets if need be, or names a node that stands alone. A file with a
tab in it is parted by tabs, else by spaces. Nodes are names and relations words: nothing else has a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kg.draw.measure import clean
from kg.exchange.content import ASPECTS, Content, standing
from kg.exchange.documents import lines
from kg.exchange.draft import Draft
from kg.exchange.format import Format
from kg.model import Entity

__all__ = ["FORMATS"]

NUMBERS = {"1": "increases", "-1": "decreases"}
"""The relations of signed networks as CellNOpt and its kin write them."""


def write(content: Content) -> str:
    """A line for each subject, predicate and object of live claims, and each link; then the nodes that stand alone."""
    names = _names(content)
    told = {(k.subject, k.predicate, k.object) for k in content.claims if standing(k) in ("causal", "association")}
    told |= {(link.source, link.kind, link.target) for link in content.links}
    joined = {end for subject, _, target in told for end in (subject, target)}
    edges = sorted(f"{names[subject]}\t{relation}\t{names[target]}" for subject, relation, target in told)
    # A file without a single tab would be parted at the spaces in its names.
    alone = sorted(names[entity] + ("" if edges else "\t") for entity in content.entities if entity not in joined)
    return "".join(f"{line}\n" for line in (*edges, *alone))


def _names(content: Content) -> dict[Entity, str]:
    """What each entity is called in the file; those with the same label get their id behind it."""
    labels = {entity: clean(entity.label) or entity.id for entity in content.entities}
    counts = Counter(labels.values())
    return {e: label if counts[label] == 1 else f"{label} ({e.id})" for e, label in labels.items()}


def read(files: list[Path], draft: Draft) -> None:
    """Each relation by the table of foreign terms; our own predicates and links, and 1 and -1, as they are.

    Since any text looks like SIF, a file is refused of which not a single relation is known.
    """
    seen: set[tuple[str, str, str]] = set()
    for number, parts in _parted(files[0]):
        place = f"line {number}"
        if len(parts) == 2 or "" in parts:
            draft.lose("lines", "neither a node alone nor a node, a relation and its targets", place)
            continue
        for name in (parts[0], *parts[2:]):
            draft.entity(name, name)
        for target in parts[2:]:
            edge = (parts[0], parts[1], target)
            if edge in seen:
                draft.lose("repeated edges", "an edge counts once", place)
            else:
                seen.add(edge)
                ends = draft.entity(parts[0]), draft.entity(target)
                draft.state(ends[0], NUMBERS.get(parts[1], parts[1]), ends[1], place=place)
    relations = {relation for _, relation, _ in seen}
    if not any(_known(draft, relation) for relation in relations):
        some = ", ".join(f"{relation[:30]!r}" for relation in sorted(relations)[:3])
        told = f"not one of its relations ({some}) is known" if some else "not one edge is in it"
        draft.refuse(1, f"no SIF that is read here: {told}.", "Is it the right file? Relations: ontology/foreign.ttl.")


def _parted(file: Path) -> Iterator[tuple[int, list[str]]]:
    listed = list(lines(file))
    tabs = any("\t" in line for _, line in listed)
    for number, line in listed:
        yield number, [part.strip() for part in line.strip().split("\t")] if tabs else line.split()


def _known(draft: Draft, relation: str) -> bool:
    own = (NUMBERS, draft.schema.predicates, draft.schema.links)
    return any(relation in each for each in own) or draft.signs.term(relation) is not None


_KEPT = ("entities", "links", "signs", "predicates", "unsigned", "associations")
_LOSES = {
    "nulls": "a relation between two nodes would be taken for an effect",
    "refuted": "a relation between two nodes would be taken for an effect",
    "retracted": "a retracted claim is told to nobody",
    "claims": "a line for each subject, predicate and object, not for each claim",
}

FORMATS = (
    Format(
        "sif",
        "SIF",
        (".sif",),
        write,
        read,
        loses={
            name: _LOSES.get(name, "SIF has names and relations, nothing else") for name in ASPECTS if name not in _KEPT
        },
        consumer="a reader of its rules in the tests",
        reads_as="tabs or spaces, several targets in a line, nodes that stand alone",
    ),
)
