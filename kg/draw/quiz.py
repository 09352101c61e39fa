"""A picture that asks: the same entities and steps, and a question mark in place of every sign.

Nothing in it tells a sign, neither what is seen nor what is heard or hovered over: lines are all the same, tooltips
name the ends only, definitions, synonyms, verdict and notes are left out, and the order of nodes and arrows, on which
the layout depends, is that of their names.
"""

from __future__ import annotations

from dataclasses import replace

from kg.draw.diagram import Arrow, Diagram, Node

__all__ = ["QUESTION", "without_signs"]

QUESTION = "Which step raises, which lowers?"


def without_signs(diagram: Diagram) -> Diagram:
    """The diagram as a question; steps between the same two entities become one."""
    nodes = sorted((_named(node) for node in diagram.nodes), key=lambda node: (node.label.casefold(), node.id))
    labels = {node.id: node.label for node in nodes}
    asked: dict[tuple[str, str], Arrow] = {}
    for arrow in diagram.arrows:
        ends = (arrow.source, arrow.target)
        bold = arrow.bold or (ends in asked and asked[ends].bold)
        asked[ends] = Arrow(*ends, 0, "question", f"{labels[ends[0]]} ? {labels[ends[1]]}", bold=bold)
    return replace(
        diagram,
        title=diagram.title.replace("→", "and"),  # elsewhere this arrow raises
        subtitle=QUESTION,
        nodes=tuple(nodes),
        arrows=tuple(asked[ends] for ends in sorted(asked)),
        notes=(),
        subject="",
    )


def _named(node: Node) -> Node:
    """The node with its name and kind alone: a definition or an old name often tells what a thing does."""
    return replace(node, entity=replace(node.entity, definition="", synonyms=()), change="")
