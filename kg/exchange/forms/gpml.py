"""GPML, the pathways of WikiPathways and PathVisio, in its versions 2013a and 2021 (https://github.com/PathVisio/GPML).

Data nodes become entities, one for each identifier; nodes without one stay apart, even if they have the same name. An
interaction becomes a claim if both its ends are attached to something; its arrow head says what claim, by the types of
interaction of the WikiPathways vocabulary (``ontology/foreign.ttl`` says what these mean; heads of 2013a are those that
libGPML, which converts 2013a to 2021, takes for the same type). Each end may be

- a data node, or an alias of a group;
- a complex: an entity of its own, whose parts the model does not hold;
- any other group: each of its members;
- a state of a data node (phosphorylated, ...): the data node, and the sign is taken away;
- an anchor on another interaction: what is drawn to it acts on what that interaction leads to, what is drawn from it
  comes from where that interaction starts; the sign is taken away, for it is that of the effect on the interaction.

Everything else (ends in the air, on labels and shapes, lines without a head) is a loss with its line.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path

from kg.exchange.documents import Node
from kg.exchange.draft import Draft
from kg.exchange.format import Format
from kg.exchange.forms.pathway import Pathway, is_complex, line, local
from kg.exchange.reading import each_file
from kg.model import Entity

__all__ = ["FORMATS"]

MOST_MEMBERS = 50
"""What is said of a larger group is not said of each of its members."""
_HEADS = {
    **dict.fromkeys(("arrow", "directed"), "wp:DirectedInteraction"),
    **dict.fromkeys(("mim-stimulation", "mim-necessary-stimulation", "stimulation"), "wp:Stimulation"),
    **dict.fromkeys(("mim-inhibition", "tbar", "inhibition"), "wp:Inhibition"),
    **dict.fromkeys(("mim-catalysis", "catalysis"), "wp:Catalysis"),
    **dict.fromkeys(("mim-conversion", "mim-modification", "mim-cleavage", "conversion"), "wp:Conversion"),
    **dict.fromkeys(("mim-gap", "mim-branching-left", "mim-branching-right"), "wp:Conversion"),
    **dict.fromkeys(("mim-binding", "mim-covalent-bond", "binding"), "wp:ComplexBinding"),
    **dict.fromkeys(("mim-transcription-translation", "transcriptiontranslation"), "wp:TranscriptionTranslation"),
}
_NO_HEAD = ("", "line", "undirected")
_KINDS = {
    "geneproduct": "Protein",
    "protein": "Protein",
    "metabolite": "SmallMolecule",
    "complex": "Complex",
    "pathway": "Pathway",
    "disease": "Disease",
    "phenotype": "Phenotype",
    "event": "Process",
    "cell": "CellType",
    "organ": "AnatomicalEntity",
}
_UNNAMED = ("", "new group", "group object")
_DRAWING = ("Label", "Shape", "GraphicalLine", "Comment", "Attribute", "Property", "Description")


def read(files: list[Path], draft: Draft) -> None:
    """The pathways of the files."""
    each_file(files, draft, lambda file: _Drawing(draft, Pathway(file)).read())


class _Unclear(Exception):
    """Why an end of an interaction stands for nothing."""


class _Drawing:
    """One pathway on its way into the draft."""

    def __init__(self, draft: Draft, pathway: Pathway) -> None:
        self.draft, self.pathway = draft, pathway
        self.entities: dict[int, Entity] = {}

    def read(self) -> None:
        """The nodes, then the interactions, then what is left."""
        root = self.pathway.root
        number = re.match(r"WP\d+", root.get("version", ""))
        told = (root.get("source", ""), number[0] if number else "")
        self.draft.origin = " ".join(filter(None, told)) or self.draft.file.name
        for repeated in self.pathway.repeated:
            self.draft.lose("elements", "the id stands twice; lines go to the first", line(repeated))
        for node in self.pathway.all("DataNode"):
            if not node.get("elementRef"):
                self._entity(node)
        for interaction in self.pathway.all("Interaction"):
            self._interaction(interaction)
        self._left()

    # --- entities -------------------------------------------------------------------------------------------------

    def _entity(self, node: Node) -> Entity:
        """The entity of a data node or of a complex, made when it is first asked for."""
        if id(node) not in self.entities:
            label = " ".join(node.get("textLabel", "").split())
            kind = _KINDS.get(node.get("type", "").casefold(), "")
            if local(node) == "Group":
                parts = [" ".join(part.get("textLabel", "").split()) for part in self.pathway.members(node)]
                label = label if label.casefold() not in _UNNAMED else ":".join(parts)
                self.draft.lose("parts of complexes", "the model holds none", line(node), len(parts) or 1)
            curie = self.pathway.curie(node)
            if not curie and self.pathway.xref(node)[1]:
                told = " ".join(self.pathway.xref(node))
                self.draft.lose("identifiers", f"no CURIE is known for {told}", line(node))
            key = curie or f"{label or local(node)} at {line(node)}"
            self.entities[id(node)] = self.draft.entity(key, label or key, category=kind, place=line(node))
        return self.entities[id(node)]

    # --- interactions ---------------------------------------------------------------------------------------------

    def _interaction(self, interaction: Node) -> None:
        """What an interaction says: one thing for each end that has an arrow head."""
        points = list(self.pathway.all("Point", below=interaction))
        if len(points) < 2 or not (points[0].get("elementRef") and points[-1].get("elementRef")):
            self.draft.lose("interactions", "not attached at both ends", line(interaction))
            return
        ways = [(points[0], points[-1]), (points[-1], points[0])]
        directed = [(start, end) for start, end in ways if _head(end) not in _NO_HEAD]
        if not directed:
            self.draft.lose("interactions", "without an arrow head: which acts on which is not said", line(interaction))
        for start, end in directed:
            try:
                self._say(interaction, start, end)
            except _Unclear as why:
                self.draft.lose("interactions", str(why), line(interaction))

    def _say(self, interaction: Node, start: Node, end: Node) -> None:
        """One claim for each pair of things that the two ends stand for."""
        (subjects, plain), (objects, straight) = self._end(start, "start"), self._end(end, "end")
        said = _HEADS.get(_head(end)) or f"arrow head {_head(end)}"
        if not (plain and straight) and self.draft.signs.read(said, {}).sign:
            why = "taken away: it is that of an effect on an interaction, or on a state"
            self.draft.lose("signs", why, line(interaction))
            said = "affects"
        pairs = list(itertools.product(subjects, objects))
        note = "" if len(pairs) == 1 else "said of each member of a group"
        works = self._works(interaction)
        for subject, object_ in pairs:
            if subject != object_ or len(pairs) == 1:
                self.draft.state(subject, said, object_, place=line(interaction), publications=works, note=note)

    def _end(self, point: Node, way: str, seen: frozenset[int] = frozenset()) -> tuple[list[Entity], bool]:
        """The entities that an end stands for, and whether a sign holds for them as it is drawn."""
        found = self.pathway.elements.get(point.get("elementRef", ""))
        if found is None:
            raise _Unclear("attached to something that is not in the file")
        if id(found) in seen:
            raise _Unclear("attached to itself, by way of others")
        sort, seen = local(found), seen | {id(found)}
        if sort == "DataNode" and found.get("elementRef"):  # an alias of a group
            return self._end(found, way, seen)
        if sort == "DataNode":
            return [self._entity(found)], True
        if sort == "Group":
            return self._group(found), True
        if sort == "State":
            return [self._entity(self._owner(found, "DataNode"))], False
        if sort == "Anchor":
            return self._anchor(self._owner(found, "Interaction"), way, seen), False
        raise _Unclear(f"attached to a {sort}, which is no entity")

    def _group(self, group: Node) -> list[Entity]:
        if is_complex(group):
            return [self._entity(group)]
        members = self.pathway.members(group)
        if not 0 < len(members) <= MOST_MEMBERS:
            raise _Unclear(f"attached to a group of {len(members)} nodes, which is not read as each of them")
        return list(dict.fromkeys(self._entity(member) for member in members))

    def _anchor(self, interaction: Node, way: str, seen: frozenset[int]) -> list[Entity]:
        """The things at that end of an interaction which it comes from, or leads to."""
        points = list(self.pathway.all("Point", below=interaction))
        heads = [_head(points[at]) not in _NO_HEAD for at in (0, -1)] if len(points) > 1 else []
        if sum(heads) != 1:
            raise _Unclear("attached to an interaction without a direction, or with two")
        start, end = (points[-1], points[0]) if heads[0] else (points[0], points[-1])
        return self._end(end if way == "end" else start, way, seen)[0]

    def _owner(self, element: Node, name: str) -> Node:
        owner = self.pathway.owner(element, name)
        if owner is None or local(owner) != name:
            raise _Unclear(f"attached to a {local(element)} that belongs to no {name}")
        return owner

    # --- publications and the rest --------------------------------------------------------------------------------

    def _works(self, interaction: Node) -> list[str]:
        refs = self.pathway.cited(interaction)
        known = [self.pathway.works[ref] for ref in refs if ref in self.pathway.works]
        if len(known) < len(refs):
            lost = len(refs) - len(known)
            self.draft.lose("publications", "referred to, but not in the file", line(interaction), lost)
        return known

    def _left(self) -> None:
        """What is no node and no interaction, by its sort; and publications of something else than interactions."""
        pathway, root = self.pathway, self.pathway.root
        sorts = Counter(map(local, pathway.all()))
        for name in _DRAWING:
            if sorts[name]:
                self.draft.lose(f"elements {name}", "drawing or free text", count=sorts[name])
        ours = sum(len(pathway.cited(each)) for each in pathway.all("Interaction"))
        if others := len(pathway.cited(root)) - ours:
            self.draft.lose("publications", "cited for the pathway or a node, not for an interaction", count=others)
        if organism := root.get("organism"):
            why = f"drawn for {organism}, which is not where each effect was seen"
            self.draft.lose("organisms", why, line(root))


def _head(point: Node) -> str:
    return point.get("arrowHead", "").strip().casefold()


FORMATS = (
    Format(
        "gpml",
        "GPML (WikiPathways)",
        (".gpml",),
        read=read,
        reads_as="versions 2013a and 2021; interactions attached at both ends, also by way of groups and anchors",
    ),
)
