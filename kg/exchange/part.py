"""Formats that can say only a part of a graph: what they leave out is counted, statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from kg.exchange.content import ASPECTS, Content
from kg.exchange.format import Format
from kg.exchange.loss import Loss, LossReport
from kg.model import Claim

__all__ = ["PartFormat", "of_claims"]


@dataclass(frozen=True)
class PartFormat(Format):
    """A format whose files hold `part` of a graph.

    Of each aspect in `partly` (which `loses` gives the reason for) a file holds what the part states, and nothing of
    the others in `loses`.
    """

    part: Callable[[Content], Content] = lambda content: content
    partly: tuple[str, ...] = ()

    def report(self, content: Content, file: str) -> LossReport:
        """What a file of this format holds of a graph and what it does not, in counts."""
        part = self.part(content)
        kept, losses = {}, []
        for name, aspect in ASPECTS.items():
            held = 0 if name in self.loses and name not in self.partly else len(aspect.of(part))
            kept[aspect.what] = held
            if missing := len(aspect.of(content)) - held:
                losses.append(Loss(aspect.what, self.loses[name], missing))
        more = self.tells(content) if self.tells else []
        return LossReport(self.title, "written", file, {k: n for k, n in kept.items() if n}, losses=(*losses, *more))


def of_claims(content: Content, claims: Collection[Claim]) -> Content:
    """The part of a graph that some of its claims state: these, their ends and their named disputes."""
    ends = {end for claim in claims for end in (claim.subject, claim.object)}
    named = {dispute for claim in claims for dispute in claim.disputes}
    return replace(
        content,
        claims=[claim for claim in content.claims if claim in claims],
        entities=[entity for entity in content.entities if entity in ends],
        disputes=[dispute for dispute in content.disputes if dispute.id in named],
        links=(),
        cases=(),
        questions=(),
        terms={},
    )
