"""Reading one subject of a dataset: its values, with everything that is wrong reported by file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kg.model import Problem
from kg.schema import CKG
from kg.store import Dataset

__all__ = ["Row", "local_name"]

T = TypeVar("T")


@dataclass(slots=True)
class Row:
    """One subject with its statements, and the ways to read them; what is wrong goes to `problems`."""

    dataset: Dataset
    problems: list[Problem]
    iri: str
    statements: Mapping[str, list[Any]]

    @property
    def id(self) -> str:
        """The last part of its IRI."""
        return local_name(self.iri)

    def problem(self, rule: str, message: str, remedy: str) -> None:
        """Report what is wrong with it, by file and line."""
        file, line = self.dataset.locate(self.iri)
        name = self.dataset.schema.curie(self.iri)
        self.problems.append(Problem("error", rule, file, line, name, message, remedy))

    def values(self, iri: str) -> list[str]:
        """All values of a property as text, sorted."""
        return sorted(str(term.value) for term in self.statements.get(iri, ()))

    def one(self, iri: str) -> str | None:
        """The value of a property that has at most one."""
        terms = self.statements.get(iri)
        if not terms:
            return None
        if len(terms) == 1:
            return str(terms[0].value)
        name = self.dataset.schema.curie(iri)
        self.problem("value", f"{len(terms)} values of {name}, which has one.", "Keep the right one.")
        return min(str(term.value) for term in terms)

    def texts(self, *names: str) -> dict[str, Any]:
        """The values of several properties of ours that have at most one each, by name."""
        return {name: self.one(CKG + name) for name in names}

    def required(self, iri: str, what: str) -> str | None:
        """The value of a property that must be there."""
        found = self.one(iri)
        if not found:
            self.problem("missing", f"has no {what}.", f"State {self.dataset.schema.curie(iri)}.")
        return found

    def term(self, name: str, vocabulary: str | None = None) -> str | None:
        """A value out of a vocabulary of the schema."""
        iri = self.one(CKG + name)
        if iri is None:
            return None
        value, allowed = iri.removeprefix(CKG), self.dataset.schema.vocabularies[vocabulary or name]
        if value not in allowed:
            self.problem("value", f"unknown {name} {value!r}.", f"Use one of: {', '.join(allowed)}.")
            return None
        return value

    def reference(self, iri: str, known: Mapping[str, T], name: str) -> T | None:
        """What an IRI refers to, or a problem if it refers to nothing."""
        if iri not in known:
            target = self.dataset.schema.curie(iri)
            self.problem(
                "dangling", f"ckg:{name} names {target}, which is nowhere defined.", "Define it or mend the name."
            )
        return known.get(iri)

    def referred(self, name: str, known: Mapping[str, T]) -> T | None:
        """What a required reference refers to."""
        iri = self.required(CKG + name, name)
        return self.reference(iri, known, name) if iri else None


def local_name(iri: str) -> str:
    """The part of an IRI after its last slash or hash."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
