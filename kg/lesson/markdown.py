"""A lesson as Markdown (CommonMark): readable as it stands, and on every page that renders it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from kg.draw.measure import clean
from kg.lesson.blocks import (
    Block,
    Cite,
    Code,
    Facts,
    Items,
    Key,
    Link,
    Listing,
    Paragraph,
    Parts,
    Picture,
    References,
    Section,
    Strong,
    Title,
)
from kg.lesson.content import Lesson
from kg.lesson.outline import outline

__all__ = ["markdown"]


def markdown(lesson: Lesson, picture: str = "") -> str:
    """The lesson as Markdown; `picture` is the address of its picture, empty for none.

    A picture with the signs is never referred to before the key: in a quiz the picture is that of the questions.
    """
    document = outline(lesson)
    blocks = [f"# {_escaped(document.title)}", *_blocks(document.blocks, 2, picture), "---", _escaped(document.closing)]
    return "\n\n".join(blocks) + "\n"


def _blocks(blocks: Sequence[Block], level: int, picture: str) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, level, picture)


def _block(block: Block, level: int, picture: str) -> Iterator[str]:
    if isinstance(block, Section):
        yield f"{'#' * level} {_escaped(block.heading)}"
        yield from _blocks(block.blocks, level + 1, picture)
    elif isinstance(block, Key):
        yield "---"
        yield f"{'#' * level} {_escaped(block.heading)}"
        yield from _blocks(block.blocks, level + 1, "")  # the picture beside a quiz is the one without signs
    elif isinstance(block, Picture):
        if picture:
            yield f"![{_escaped(block.label)}]({quote(picture)})"
    else:
        yield _text(block)


def _text(block: Paragraph | Facts | Items | References | Listing) -> str:
    if isinstance(block, Paragraph):
        text = _inline(block.parts)
        return f"> {text}" if block.role == "story" else f"**{text}**" if block.role == "question" else text
    if isinstance(block, Facts):
        return "\n".join(f"- **{_escaped(name)}:** {_inline(parts)}" for name, parts in block.rows)
    if isinstance(block, Items):
        return "\n".join(f"- {_inline(parts)}" for parts in block.items)
    if isinstance(block, References):
        return "\n".join(f"{number}. {_inline(parts)}" for number, parts in enumerate(block.items, 1))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", block.text)), default=0))
    return f"{fence}{block.language}\n{block.text}\n{fence}"


def _inline(parts: Parts) -> str:
    """Pieces of text in a row; what would begin a list or a heading at the start of the line does not."""
    text = "".join(map(_part, parts))
    return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", text))


def _part(part: object) -> str:
    if isinstance(part, Cite):
        return f"[{part.number}]"
    if isinstance(part, Strong):
        return f"**{_escaped(part.text)}**"
    if isinstance(part, Title):
        return f"*{_escaped(part.text)}*"
    if isinstance(part, Code):
        return f"`{clean(part.text).replace('`', '')}`"
    if isinstance(part, Link):
        return f"[{_escaped(part.text)}](<{part.url}>)" if not set("<>\n") & set(part.url) else _escaped(part.text)
    return _escaped(str(part), keep_ends=True)


def _escaped(text: str, keep_ends: bool = False) -> str:
    """A text on one line, with a backslash before what Markdown would take for its own."""
    line = re.sub(r"([\\`*_\[\]<>&#~|$!])", r"\\\1", clean(text))
    before = " " if keep_ends and text[:1] == " " else ""
    after = " " if keep_ends and text[-1:] == " " and line else ""
    return f"{before}{line}{after}"
