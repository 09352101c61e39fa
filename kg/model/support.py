"""Support: who speaks for a statement and who against it, and how strong their evidence is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kg.model.common import JSON
from kg.model.records import Ranks

__all__ = ["Support", "Tier", "Voice", "by_strength", "seen_in"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice about a statement: a source or its family (`name`), by its strongest claim here.

    It is `independent` if it has data or an inference of its own, or is a work that others cite for the statement;
    otherwise unresolved: it tells the statement second hand without naming the work. `says` is ``for`` or, against
    the statement, ``null`` (no effect or no relation found), ``opposite`` (the other sign) or ``refuted`` (a source
    says that it is not so).
    """

    name: str
    independent: bool
    says: str = "for"
    design: str | None = None
    species: str | None = None
    certainty: str | None = None
    ranks: Ranks = field(default=Ranks(), repr=False)

    @property
    def setting(self) -> str:
        """Design and species in words: ``cohort in humans``; empty where neither is stated."""
        return _setting(self.design, self.species)


class Tier(NamedTuple):
    """How many voices of one design and species speak for a statement."""

    design: str | None
    species: str | None
    independent: int
    unresolved: int

    def to_dict(self) -> JSON:
        """The tier as JSON-ready data."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Support:
    """Evidence for and against, counted in voices; never a probability.

    `voices` speak for a statement, `opposing` against it, the strongest first. `independent` counts the voices for it
    that have data or a cited work of their own, `unresolved` those that tell it second hand without naming a work,
    `against` the voices of null results, refuted claims and opposite signs (`nulls` alone counts the first). `best` is
    the design and species of the strongest voice for it, `certainty` the strongest wording. Ordered from weak to
    strong: by independent voices, unresolved voices, design, species, certainty, and last by fewer voices against.

    >>> from kg.model import Support, Voice
    >>> null = Voice("b", True, "null", design="trial", species="human")
    >>> print(Support((Voice("a", True, design="cohort", species="human"),), (null,)))
    1 independent source, cohort in humans; 1 null trial in humans against
    """

    voices: tuple[Voice, ...] = ()
    opposing: tuple[Voice, ...] = ()
    independent: int = field(init=False, compare=False)
    unresolved: int = field(init=False, compare=False)
    against: int = field(init=False, compare=False)
    strength: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """The key by which supports are ordered, weak first."""

    def __post_init__(self) -> None:
        independent = sum(voice.independent for voice in self.voices)
        counts = {
            "independent": independent,
            "unresolved": len(self.voices) - independent,
            "against": len({voice.name for voice in self.opposing}),
        }
        for name, count in counts.items():
            object.__setattr__(self, name, count)
        best = self.voices[0].ranks if self.voices else Ranks()
        strength = (self.independent, self.unresolved, best.design, best.species, self.wording, -self.against)
        object.__setattr__(self, "strength", strength)

    @classmethod
    def together(cls, supports: Iterable[Support]) -> Support:
        """The support of several statements together: each voice once, by the strongest of its claims."""
        supports = list(supports)
        pro = _merged(voice for support in supports for voice in support.voices)
        contra = _merged(voice for support in supports for voice in support.opposing)
        return cls(pro, contra)

    @property
    def best(self) -> tuple[str | None, str | None]:
        """Design and species of the strongest voice for it."""
        return (self.voices[0].design, self.voices[0].species) if self.voices else (None, None)

    @property
    def certainty(self) -> str | None:
        """The strongest wording among the voices for it."""
        return max(self.voices, key=lambda voice: voice.ranks.certainty).certainty if self.voices else None

    @property
    def wording(self) -> int:
        """The rank of the strongest wording; 0 where none is stated."""
        return max((voice.ranks.certainty for voice in self.voices), default=0)

    @property
    def nulls(self) -> int:
        """How many voices found no effect or no relation."""
        return sum(voice.says == "null" for voice in self.opposing)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The voices for it by design and species, the strongest first."""
        counts = Counter((voice.design, voice.species, voice.independent) for voice in self.voices)
        settings = dict.fromkeys((voice.design, voice.species) for voice in self.voices)
        return tuple(Tier(*setting, counts[*setting, True], counts[*setting, False]) for setting in settings)

    def __lt__(self, other: Support) -> bool:
        return self.strength < other.strength

    def __le__(self, other: Support) -> bool:
        return self.strength <= other.strength

    def __gt__(self, other: Support) -> bool:
        return self.strength > other.strength

    def __ge__(self, other: Support) -> bool:
        return self.strength >= other.strength

    def __str__(self) -> str:
        """One line: how many voices and of what kind, the strongest of them, the wording, and what stands against."""
        counts = [f"{self.independent} independent"] if self.independent else []
        counts += [f"{self.unresolved} unresolved second-hand"] if self.unresolved else []
        total = self.unresolved or self.independent
        lead = f"{' and '.join(counts)} source{'' if total == 1 else 's'}" if counts else "no source"
        setting = self.voices[0].setting if self.voices else ""
        best = f", best: {setting}" if setting and len(self.voices) > 1 else f", {setting}" if setting else ""
        return "; ".join(part for part in (lead + best, self.certainty or "", self._contradiction) if part)

    @property
    def _contradiction(self) -> str:
        """What stands against it, null results apart from opposite signs; empty if nothing does."""
        words: dict[str, tuple[str, str]] = {
            "null": ("null", "null results"),
            "opposite": ("opposite", "opposite findings"),
            "refuted": ("refuting", "refutations"),
        }
        parts = []
        for says, (one, many) in words.items():
            voices = [voice for voice in self.opposing if voice.says == says]
            if len(voices) == 1:
                parts.append(f"1 {one} {voices[0].setting or 'source'}")
            elif voices:
                parts.append(f"{len(voices)} {many}" + (f" (best: {voices[0].setting})" if voices[0].setting else ""))
        return f"{' and '.join(parts)} against" if parts else ""

    def to_dict(self) -> JSON:
        """The support as JSON-ready data."""
        against = Counter(voice.says for voice in self.opposing)
        return {
            "independent": self.independent,
            "unresolved": self.unresolved,
            "against": self.against,
            "against_by": {says: against[says] for says in ("null", "opposite", "refuted")},
            "best": {"design": self.best[0], "species": self.best[1]},
            "certainty": self.certainty,
            "tiers": [tier.to_dict() for tier in self.tiers],
            "text": str(self),
        }


def by_strength(voice: Voice) -> tuple[object, ...]:
    """The order of voices: strong ones first, by design, species and certainty; ties by name."""
    return (*(-rank for rank in voice.ranks), not voice.independent, voice.name)


def _merged(voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Each voice once for each thing that it says: independent if it is anywhere, by the strongest of its claims."""
    found: dict[tuple[str, str], Voice] = {}
    for voice in voices:
        key = (voice.name, voice.says)
        held = found.get(key)
        if held is None:
            found[key] = voice
        elif held != voice:
            best = min(held, voice, key=by_strength)
            independent = held.independent or voice.independent
            found[key] = best if best.independent == independent else replace(best, independent=True)
    return tuple(sorted(found.values(), key=by_strength))


_PLURALS = {"mouse": "mice", "cell-culture": "cell culture"}
"""Words that do not just take an s."""


def seen_in(species: str) -> str:
    """A species as where something was seen: ``humans``, ``mice``, ``cell culture``."""
    return _PLURALS.get(species, f"{species}s".replace("-", " "))


def _setting(design: str | None, species: str | None) -> str:
    return " in ".join(part for part in ((design or "").replace("-", " "), seen_in(species) if species else "") if part)
