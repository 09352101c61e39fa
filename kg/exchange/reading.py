"""What readers of nested documents share: one file after the other, values of the right type, and evidence items.

Nothing in a foreign record can be relied on to be there or to be of its type. A `Reading` takes texts, lists and
records out of records; what is something else becomes a line in the loss report, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.exchange.documents import Record
from kg.exchange.draft import Draft

__all__ = ["Reading", "each_file", "sound_curie"]

DISMECH = "https://w3id.org/monarch-initiative/dismech/"
_CURIE = re.compile(r"[A-Za-z][\w.]*:[\w.\-/#()+~*',;=@!$&]+")


def each_file(files: list[Path], draft: Draft, read: Callable[[Path], None]) -> None:
    """Read files that belong together into one draft; where there are several, each loss names its file."""
    for file in files:
        draft.file, before = file, len(draft.losses)
        read(file)
        if len(files) > 1:
            told = [replace(loss, place=f"{loss.place} of {file.name}".strip()) for loss in draft.losses[before:]]
            draft.losses[before:] = told
    draft.file = files[0]


def sound_curie(text: str) -> str:
    """The CURIE if it is one that can stand in an IRI, else nothing.

    >>> sound_curie("MESH:D003348"), sound_curie("MESH: D003348"), sound_curie("x:<a>")
    ('MESH:D003348', '', '')
    """
    return text if _CURIE.fullmatch(text) else ""


class Reading:
    """Takes values out of the records of one document, for a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._lost: set[tuple[int, str]] = set()

    def text(self, told: Record, name: str) -> str:
        """A text that a record states, without the blanks around it; empty if it states none."""
        value = told.get(name)
        if isinstance(value, str) or value is None:
            return (value or "").strip()
        self._lose_value(told, name, "a text")
        return ""

    def texts(self, told: Record, name: str) -> list[str]:
        """The texts of a list, or the one text that stands in its place."""
        value = told.get(name)
        listed = value if isinstance(value, list) else [value]
        sound = [each.strip() for each in listed if isinstance(each, str) and each.strip()]
        if any(each is not None and not isinstance(each, str) for each in listed):
            self._lose_value(told, name, "a text or a list of texts")
        return sound

    def record(self, told: Record, name: str) -> Record:
        """A record in a record; an empty one if there is none."""
        value = told.get(name)
        if isinstance(value, Record):
            return value
        if value is not None:
            self._lose_value(told, name, "a record")
        empty = Record()
        empty.line = told.line
        return empty

    def records(self, told: Record, name: str) -> list[Record]:
        """The records of a list."""
        value = told.get(name)
        if value is None:
            return []
        listed = value if isinstance(value, list) else [value]
        sound = [each for each in listed if isinstance(each, Record)]
        if not isinstance(value, list) or len(sound) < len(listed):
            self._lose_value(told, name, "a list of records")
        return sound

    def rest(self, told: Record, what: str, read: Collection[str]) -> None:
        """Note as lost whatever else than what was read stands in a record; `what` names such records in the plural."""
        for name in sorted(told.keys() - set(read)):
            value = told[name]
            count = len(value) if isinstance(value, list) and value else 1
            self.draft.lose(
                f"{name} of {what}", "not read: no entity and no statement on two of them", place(told), count
            )

    def _lose_value(self, told: Record, name: str, wanted: str) -> None:
        if (id(told), name) not in self._lost:  # a value may be asked for again
            self._lost.add((id(told), name))
            self.draft.lose("values", f"{name} is not {wanted}, or not only", place(told))

    # --- what they mean -------------------------------------------------------------------------------------------

    def terms(self, told: Record, name: str, enumeration: str) -> dict[str, str]:
        """What a value of an enumeration says in our vocabularies, by their names; a loss if it says nothing there."""
        value = self.text(told, name)
        if not value:
            return {}
        read = self.draft.signs.values("", f"{DISMECH}{enumeration}#{value}")
        known = self.draft.schema.vocabularies.items()
        found = {vocabulary: term for term in read for vocabulary, terms in known if term in terms}
        if not found and not read:
            self.draft.lose("values", f"{name} {value}: nothing that a claim can hold", place(told))
        return found

    def backings(self, told: Record) -> Iterator[Mapping[str, Any]]:
        """What the evidence items of a statement make of it, in the words that `Draft.state` takes.

        That is a claim for each sort of study that supports it, and a refuted one for each that refutes it.

        An item that gives no evidence, or supports only in part, supports nothing and is a loss. A statement that no
        item supports or refutes is the word of the file alone.
        """
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for item in self.records(told, "evidence"):
            work, said = self.text(item, "reference"), self.text(item, "supports")
            if not work or said not in ("SUPPORT", "REFUTE"):
                why = f"{said or 'no word on whether it supports'}: supports nothing" if work else "no reference"
                self.draft.lose("evidence items", why, place(item))
                continue
            self.rest(item, "evidence items", ("reference", "supports", "evidence_source"))
            terms = self.terms(item, "evidence_source", "EvidenceSourceEnum")
            if said == "REFUTE":
                terms |= self.terms(item, "supports", "EvidenceItemSupportEnum")
            groups.setdefault(tuple(sorted(terms.items())), []).append(work)
        for terms_, works in groups.items() or [((), [])]:
            yield {**dict(terms_), "publications": works}


def place(told: Record) -> str:
    """Where a record stands."""
    return f"line {told.line}"
