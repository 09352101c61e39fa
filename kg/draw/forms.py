"""Diagrams as text for other tools: DOT for Graphviz, Mermaid for pages that render it.

Both say what the painted picture says: sign by the shape of the line's end (of an association by a label), dashes for
what is only hypothesized, dots for what holds by definition, categories by shape, tooltips with the sources (DOT).
Neither has the bands of the arms; the net sign of a route stands in no text form.
"""

from __future__ import annotations

from kg.draw.diagram import CHANGES, Arrow, Diagram, Node
from kg.draw.measure import clean
from kg.draw.style import CATEGORY, DEFINITION, LINE

__all__ = ["dot", "mermaid"]

_DOT_SHAPES = {
    "intervention": 'shape=box style="rounded,filled"',
    "condition": "shape=box style=filled",
    "molecule": 'shape=box style="rounded,filled"',
    "process": 'shape=box style="rounded,filled"',
}
_DOT_ENDS = {"arrow": "normal", "bar": "tee", "plain": "none", "open": "empty"}
_DOT_SIGNS = {1: "+", -1: "−"}
_MERMAID_SHAPES = {
    "intervention": ('(["', '"])'),
    "condition": ('["', '"]'),
    "molecule": ('("', '")'),
    "process": ('("', '")'),
}


# --- DOT --------------------------------------------------------------------------------------------------------------


def dot(diagram: Diagram) -> str:
    """The diagram in Graphviz's DOT language, to be laid out by any of its programs."""
    caption = "\n".join((diagram.title, diagram.subtitle, *diagram.notes, diagram.credit))
    direction = "TB" if diagram.form == "graph" else "LR"
    lines = [
        "digraph calciphylaxis {",
        f"  graph [rankdir={direction} label={_quoted(caption)} labelloc=b fontname=Helvetica]",
        "  node [fontname=Helvetica]",
        *(f"  {_dot_node(node)}" for node in diagram.nodes),
        *(f"  {_dot_edge(arrow)}" for arrow in diagram.arrows),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _dot_node(node: Node) -> str:
    look = CATEGORY[node.category]
    width = 1 if node.role in ("", "agent") else 2.5
    double = " peripheries=2" if node.role == "agent" else ""
    change = f"\n({CHANGES[node.change]})" if node.change else ""
    return (
        f"{_quoted(node.id)} [label={_quoted(node.label + change)} {_DOT_SHAPES[node.category]} "
        f'fillcolor="{look.fill}" color="{look.outline}" penwidth={width}{double} tooltip={_quoted(node.tooltip)}]'
    )


def _dot_edge(arrow: Arrow) -> str:
    colour = DEFINITION if arrow.kind == "definition" else LINE[arrow.sign]
    marks = [
        f"arrowhead={_DOT_ENDS[arrow.end]}",
        f'color="{colour}"',
        f"penwidth={3 if arrow.bold else 1.5}",
        f"tooltip={_quoted(arrow.tooltip)}",
    ]
    if _pattern(arrow):
        marks.append(f"style={_pattern(arrow)}")
    mark = {"association": _DOT_SIGNS.get(arrow.sign, ""), "question": "?"}.get(arrow.kind, "")
    label = mark + ("◇" if arrow.disputed else "◆" if arrow.named else "") + (" to be broken" if arrow.broken else "")
    if label:
        marks.append(f'label="{label.strip()}"')
    return f"{_quoted(arrow.source)} -> {_quoted(arrow.target)} [{' '.join(marks)}]"


def _pattern(arrow: Arrow) -> str:
    return "dotted" if arrow.kind == "definition" else "dashed" if arrow.hypothetical else ""


def _quoted(text: str) -> str:
    r"""A text as a DOT string; lines are kept as ``\n``."""
    lines = (clean(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'


# --- Mermaid ----------------------------------------------------------------------------------------------------------


def mermaid(diagram: Diagram) -> str:
    """The diagram as a Mermaid flowchart. Mermaid has no T-bar: what lowers ends in a cross and says so."""
    names = {node.id: f"n{number}" for number, node in enumerate(diagram.nodes)}
    lines = [
        "---",
        f"title: {_yaml(diagram.title)}",
        "---",
        f"flowchart {'TB' if diagram.form == 'graph' else 'LR'}",
        *(
            f"  %% {clean(note).replace('%%', '%')}"
            for note in (diagram.subtitle, *diagram.notes, diagram.credit)
            if note
        ),
        *(f"  {names[node.id]}{_mermaid_shape(node)}" for node in diagram.nodes),
        *(f"  {names[a.source]} {_mermaid_line(a)} {names[a.target]}" for a in diagram.arrows),
    ]
    for category, look in CATEGORY.items():
        members = [names[node.id] for node in diagram.nodes if node.category == category]
        if members:
            lines.append(f"  classDef {category} fill:{look.fill},stroke:{look.outline},color:#1c2430")
            lines.append(f"  class {','.join(members)} {category}")
    for number, arrow in enumerate(diagram.arrows):
        colour = DEFINITION if arrow.kind == "definition" else LINE[arrow.sign]
        lines.append(f"  linkStyle {number} stroke:{colour},stroke-width:{3 if arrow.bold else 1.5}px")
    return "\n".join(lines) + "\n"


def _mermaid_shape(node: Node) -> str:
    left, right = ('[["', '"]]') if node.role == "agent" else _MERMAID_SHAPES[node.category]
    change = f" ({CHANGES[node.change]})" if node.change else ""
    return f"{left}{_escaped(node.label)}{change}{right}"


def _mermaid_line(arrow: Arrow) -> str:
    end = {"arrow": ">", "open": ">", "bar": "x", "plain": ""}[arrow.end]
    line = "-.-" if _pattern(arrow) else "--" if end else "---"
    marks = (("contradicted", arrow.disputed), ("in a named dispute", arrow.named), ("to be broken", arrow.broken))
    words = [word for word, on in marks if on]
    if arrow.kind == "association":
        words = ["goes with" if arrow.sign > 0 else "goes against", *words]
    elif arrow.kind == "definition":
        words = ["opposite by definition" if arrow.sign < 0 else "by definition", *words]
    elif arrow.kind == "question":
        words = ["?", *words]
    elif arrow.sign <= 0:
        words = ["lowers" if arrow.sign else "affects", *words]
    label = f'|"{", ".join(words)}"|' if words else ""
    return f"{line}{end}{label}"


def _escaped(text: str) -> str:
    """A text as a Mermaid label: its own entity codes for what would end the label or be taken for markup, a formula, a
    line break or a directive.
    """
    special = {c: f"#{ord(c)};" for c in '#"<>&`%$\\'}
    return "".join(special.get(c, c) for c in clean(text))


def _yaml(text: str) -> str:
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
