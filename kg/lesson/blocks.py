"""A document before it has a form: sections of paragraphs, facts and lists, made of pieces of text.

The outline writes it, Markdown and the page are written from it, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Block",
    "Cite",
    "Code",
    "Document",
    "Facts",
    "Items",
    "Key",
    "Link",
    "Listing",
    "Paragraph",
    "Part",
    "Parts",
    "Picture",
    "References",
    "Section",
    "Strong",
    "Title",
]


@dataclass(frozen=True, slots=True)
class Cite:
    """The number of a reference."""

    number: int


@dataclass(frozen=True, slots=True)
class Strong:
    """What must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a work."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a page elsewhere."""

    text: str
    url: str


Part = str | Cite | Strong | Title | Code | Link
Parts = Sequence[Part]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `role` says how it is set."""

    parts: Parts
    role: Literal["", "verdict", "story", "question", "small"] = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what they say; with the role ``words`` a glossary."""

    rows: Sequence[tuple[str, Parts]]
    role: Literal["", "words"] = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list without numbers; `role` says how it is set."""

    items: Sequence[Parts]
    role: Literal["", "against"] = ""


@dataclass(frozen=True, slots=True)
class References:
    """The list of references; the first has the number 1."""

    items: Sequence[Parts]


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of the routes, with or without their signs; `label` is what it shows, in words."""

    label: str
    signs: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A line to be copied."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading; with the role ``step`` it is one step of a route."""

    heading: str
    blocks: Sequence[Block]
    role: Literal["", "route", "step"] = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What is to be read after the questions were answered."""

    heading: str
    blocks: Sequence[Block]


Block = Paragraph | Facts | Items | References | Picture | Listing | Section | Key


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document."""

    title: str
    kicker: str
    blocks: Sequence[Block]
    closing: str
