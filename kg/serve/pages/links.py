"""Where a page finds what it names: at addresses of the explorer, or at anchors of the same file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from urllib.parse import quote, urlencode

from kg.model import Case, Claim, Dispute, Entity, Source

__all__ = ["Addresses", "Anchors", "Links", "Thing", "anchor", "name_of"]

Thing = Entity | Claim | Source | Dispute | Case
_NAMES = ((Entity, "entity"), (Claim, "claim"), (Source, "source"), (Dispute, "dispute"), (Case, "case"))


class Links(Protocol):
    """Gives the address of a thing, or nothing where there is none to go to."""

    offline: bool

    def named(self, sort: str, name: str) -> str:
        """The address of the page, or the place, of a thing by its sort (``entity``) and id."""

    def at(self, path: str, **parameters: str) -> str:
        """The address of another page, such as ``/disputes``."""


class Addresses:
    """The explorer's own addresses, under the path at which it is mounted."""

    offline = False

    def __init__(self, root: str = "") -> None:
        self.root = root.rstrip("/")

    def named(self, sort: str, name: str) -> str:
        """The permanent address of a thing."""
        return self.at(f"/{sort}/{quote(name, safe='')}")

    def at(self, path: str, **parameters: str) -> str:
        """The address of a page; a parameter whose name is a word of Python ends in an underscore."""
        asked = urlencode({name.rstrip("_"): value for name, value in parameters.items()})
        return f"{self.root}{path}{'?' if asked else ''}{asked}"


class Anchors:
    """Places inside one file, for the things that the file holds."""

    offline = True

    def __init__(self, held: Iterable[Thing]) -> None:
        self.held = frozenset(anchor(thing) for thing in held)

    def named(self, sort: str, name: str) -> str:
        """The place of a thing that is in the file."""
        return f"#{place}" if (place := _anchor(sort, name)) in self.held else ""

    def at(self, path: str, **parameters: str) -> str:  # noqa: ARG002 - what `Links` asks for
        """There are no other pages."""
        return ""


def name_of(thing: Thing) -> str:
    """The word for a thing in addresses."""
    return next(name for kind, name in _NAMES if isinstance(thing, kind))


def anchor(thing: Thing) -> str:
    """The id of the place of a thing in a file."""
    return _anchor(name_of(thing), thing.id)


def _anchor(sort: str, name: str) -> str:
    return f"{sort}-{quote(name, safe='')}"
