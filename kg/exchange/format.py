"""A format of files: its name and endings, how it is written and read, and what it cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.exchange.content import ASPECTS, Content
from kg.exchange.loss import Loss, LossReport
from kg.model import JSON

if TYPE_CHECKING:
    from kg.exchange.draft import Draft
    from kg.store import Dataset

__all__ = ["Format", "Reader", "Writer", "Written"]

Written = str | bytes | Mapping[str, str]
"""What a writer gives: the content of one file, or of several by the part that their names end in (``_nodes.tsv``)."""
Writer = Callable[[Content], Written]
Reader = Callable[[list[Path], "Draft"], "Dataset | None"]
"""Fills the draft; or gives a dataset, where the file already holds RDF of ours."""


@dataclass(frozen=True)
class Format:
    """One format of files.

    `loses` says of each aspect of a graph (see `kg.exchange.content.ASPECTS`) that a written file does not hold why it
    does not; all others it keeps. `tells` gives further losses that depend on the graph. `reads_as` says in a line what
    a reader takes; `consumer` what reads the written files in the tests. `extra` is what `pip` has to install.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    write: Writer | None = None
    read: Reader | None = None
    loses: Mapping[str, str] = field(default_factory=dict)
    tells: Callable[[Content], list[Loss]] | None = None
    consumer: str = ""
    reads_as: str = ""
    extra: str = ""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.loses) - set(ASPECTS))
        if unknown:
            raise ValueError(f"{self.name} loses what no graph holds: {', '.join(unknown)}")

    @property
    def keeps(self) -> tuple[str, ...]:
        """The aspects that a written file holds."""
        return tuple(name for name in ASPECTS if name not in self.loses)

    @property
    def reasons(self) -> Mapping[str, list[str]]:
        """What a written file does not hold, in words, by the reason why."""
        found: dict[str, list[str]] = {}
        for name, why in self.loses.items():
            found.setdefault(why, []).append(ASPECTS[name].what)
        return found

    @property
    def abilities(self) -> str:
        """``read and written``, ``read`` or ``written``."""
        return " and ".join(word for word, able in (("read", self.read), ("written", self.write)) if able)

    def to_dict(self) -> JSON:
        """The format as JSON-ready data."""
        return {
            "name": self.name,
            "title": self.title,
            "endings": list(self.endings),
            "read": self.read is not None,
            "written": self.write is not None,
            "keeps": list(self.keeps) if self.write else [],
            "loses": dict(self.loses),
            "reads_as": self.reads_as,
            "consumer": self.consumer,
            "extra": self.extra,
        }

    def report(self, content: Content, file: str) -> LossReport:
        """What a file of this format holds of a graph and what it does not, in counts."""
        kept = {aspect.what: len(aspect.of(content)) for name, aspect in ASPECTS.items() if name not in self.loses}
        lost = [
            Loss(ASPECTS[name].what, why, count)
            for name, why in self.loses.items()
            if (count := len(ASPECTS[name].of(content)))
        ]
        more = self.tells(content) if self.tells else []
        return LossReport(self.title, "written", file, {k: n for k, n in kept.items() if n}, losses=(*lost, *more))
