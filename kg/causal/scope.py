"""Scope: a filter on claims, so that a question can be asked of humans only, of trials only, of known claims only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.errors import UsageError
from kg.model import Claim, Source
from kg.schema import Schema

__all__ = ["Scope"]

Values = str | Iterable[str] | None


@dataclass(frozen=True)
class Scope:
    """What a claim must say to be kept; an empty field asks for nothing.

    A claim that does not state a filtered qualifier is dropped, unless `unstated` is set. `certainty` is a floor in
    the ontology's order, `years` an inclusive range of publication years, `population` a text to be found in the
    claim's population.
    """

    species: tuple[str, ...] = ()
    tissue: tuple[str, ...] = ()
    design: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    certainty: str | None = None
    population: str | None = None
    sources: tuple[str, ...] | None = None
    years: tuple[int, int] | None = None
    drafts: bool = True
    unstated: bool = False
    ranks: Mapping[str, int] | None = None

    @classmethod
    def of(
        cls,
        schema: Schema,
        *,
        species: Values = None,
        tissue: Values = None,
        population: str | None = None,
        certainty: str | None = None,
        design: Values = None,
        basis: Values = None,
        sources: Iterable[str | Source] | str | Source | None = None,
        years: tuple[int, int] | None = None,
        drafts: bool = True,
        unstated: bool = False,
        known_sources: Mapping[str, Source] | None = None,
    ) -> Scope:
        """Make a scope from what a user types; spaces and hyphens in values are one.

        Raises UsageError for a value that is not in the ontology, an unknown source, or years in the wrong order.
        """
        stated = {"species": species, "tissue": tissue, "design": design, "basis": basis}
        terms = {name: _terms(schema, name, values) for name, values in stated.items()}
        floor = _terms(schema, "certainty", certainty)
        if years is not None and years[0] > years[1]:
            raise UsageError(f"years run from {years[0]} to {years[1]}. Give the earlier year first.")
        return cls(
            **terms,
            certainty=floor[0] if floor else None,
            population=population,
            sources=_sources(sources, known_sources),
            years=years,
            drafts=drafts,
            unstated=unstated,
            ranks=schema.vocabularies["certainty"],
        )

    def keeps(self, claim: Claim) -> bool:
        """Whether a claim is inside the scope."""
        for wanted, stated in (
            (self.species, claim.species),
            (self.tissue, claim.tissue),
            (self.design, claim.design),
            (self.basis, claim.basis),
        ):
            if wanted and not (stated in wanted if stated else self.unstated):
                return False
        if self.certainty and self.ranks is not None:
            floor = self.ranks[self.certainty]
            if not (self.ranks[claim.certainty] >= floor if claim.certainty else self.unstated):
                return False
        if self.population and not (
            self.population.casefold() in claim.population.casefold() if claim.population else self.unstated
        ):
            return False
        if self.years:
            year = claim.source.year
            if not (self.years[0] <= year <= self.years[1] if year else self.unstated):
                return False
        if self.sources is not None and claim.source.id not in self.sources:
            return False
        return self.drafts or claim.status != "draft"

    def describe(self) -> list[str]:
        """The scope in words, one filter each; empty for a scope that keeps everything."""
        words = []
        for name in ("species", "tissue", "design", "basis"):
            values = getattr(self, name)
            if values:
                words.append(f"{name} {' or '.join(values)}")
        if self.certainty:
            words.append(f"certainty at least {self.certainty}")
        if self.population:
            words.append(f"population with {self.population!r}")
        if self.years:
            words.append(f"years {self.years[0]} to {self.years[1]}")
        if self.sources is not None:
            words.append(f"sources {', '.join(self.sources) or 'none'}")
        if not self.drafts:
            words.append("no drafts")
        if words and self.unstated:
            words.append("claims that do not say kept")
        return words


def _terms(schema: Schema, vocabulary: str, values: Values) -> tuple[str, ...]:
    if values is None:
        return ()
    allowed = schema.vocabularies[vocabulary]
    chosen = []
    for value in [values] if isinstance(values, str) else values:
        slug = value.strip().lower().replace(" ", "-").replace("_", "-")
        if slug not in allowed:
            strongest_first = sorted(allowed, key=lambda name: (-allowed[name], name))
            raise UsageError(f"Unknown {vocabulary} {value!r}. Use one of: {', '.join(strongest_first)}.")
        chosen.append(slug)
    return tuple(dict.fromkeys(chosen))


def _sources(
    sources: Iterable[str | Source] | str | Source | None, known: Mapping[str, Source] | None
) -> tuple[str, ...] | None:
    if sources is None:
        return None
    listed = [sources] if isinstance(sources, str | Source) else list(sources)
    ids = [s.id if isinstance(s, Source) else s for s in listed]
    for name in ids:
        if known is not None and name not in known:
            raise UsageError(f"Unknown source {name!r}. Sources go by their slug, such as 'nazir-2015'.")
    return tuple(sorted(set(ids)))
