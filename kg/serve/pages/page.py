"""`Page`, what a page says, and `Site`, which makes HTML of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import kg
from kg.draw.diagram import arrow_of_claims, arrow_of_link, arrow_of_step
from kg.errors import KGError, MissingExtra
from kg.graph.partial import PartialGraph
from kg.model import ARMS, DISCLAIMER, JSON, Claim, Entity, Link
from kg.serve.pages.links import Addresses, Links, Thing, anchor, name_of
from kg.wording import LEGEND, VERDICTS, count, marks, qualified

if TYPE_CHECKING:
    from jinja2 import Environment

    from kg.causal.loops import Loops
    from kg.draw.scene import Item
    from kg.graph import KnowledgeGraph
    from kg.model import Step

__all__ = ["LOOP_STEPS", "STATIC", "Page", "Site", "static"]

STATIC: Mapping[str, str] = {"style.css": "text/css", "script.js": "text/javascript", "icon.svg": "image/svg+xml"}
"""The files that pages ask for, with their media types."""
LOOP_STEPS = 4
_LICENCES = {"https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, before it is HTML: a template with what it shows, and the same as JSON.

    `status` is the HTTP status of the answer; `data` is called only when JSON is asked for; `address` is the permanent
    one of what it shows, where that has one.
    """

    template: str
    title: str
    content: Mapping[str, Any] = field(default_factory=dict)
    data: Callable[[], JSON] = dict
    status: int = 200
    address: str = ""


class Site:
    """The pages of one graph: the templates, and what every page states.

    `data` names the data if they are not the shipped ones, for the code that asks the same again.
    """

    def __init__(self, graph: KnowledgeGraph, links: Links | None = None, *, data: str = "") -> None:
        self.graph = graph
        self.data = data
        self.links: Links = links or Addresses()

    @property
    def whole(self) -> bool:
        """Whether all claims are at hand; a graph that is too large or lies elsewhere is asked question by question."""
        return not isinstance(self.graph, PartialGraph)

    @property
    def licence(self) -> str:
        """The licence of the data, where the data say it: what was read from a file of others says none of its own."""
        if not self.whole or self.graph.report is not None:
            return ""
        return _LICENCES.get(self.graph.schema.license, self.graph.schema.license)

    def html(self, page: Page, **more: Any) -> str:
        """The page as the text of an HTML file."""
        stated = {"title": page.title, "address": page.address, "here": page.template}
        return self._environment.get_template(page.template).render({**stated, **page.content, **more})

    def link(self, item: Item) -> str:
        """Where an item of a picture leads: an entity to its page, a step to where this page tells of it."""
        if item.kind == "node":
            return self.links.named("entity", item.id.removeprefix("node-"))
        return f"#{place(item.id)}" if item.kind == "step" else ""

    def to(self, thing: Thing) -> str:
        """The address of a thing, or its place in the file; empty where there is none."""
        sort = name_of(thing)
        return self.links.named(sort, thing.id) if self.whole or sort == "entity" else ""

    def labels(self, names: Iterable[str]) -> str:
        """Entities by their labels, as a field of a form takes them; what is no name of one stays as it is."""
        return " | ".join(self._found(name).label for name in names)

    def ids(self, names: Iterable[str]) -> str:
        """The same entities by their ids."""
        return "|".join(self._found(name).id for name in names)

    def citation(self, name: str) -> str:
        """How a source is cited; the name itself where it is none of this graph."""
        try:
            return self.graph.source(name).citation
        except KGError:
            return name

    def _found(self, name: str) -> Entity:
        try:
            return self.graph.find(name)
        except KGError:
            return Entity(name, "", name, "")

    @functools.cached_property
    def loops(self) -> Loops:
        """The feedback loops of up to `LOOP_STEPS` steps; each entity shows those that it is in."""
        return self.graph.loops(LOOP_STEPS)

    @functools.cached_property
    def values(self) -> Mapping[str, list[str]]:
        """The values that the ontology has for each filter, the strongest first."""
        return {
            name: sorted(ranks, key=lambda value: (-ranks[value], value))
            for name, ranks in self.graph.schema.vocabularies.items()
        }

    @functools.cached_property
    def _environment(self) -> Environment:
        try:
            import jinja2
        except ImportError:
            raise MissingExtra("jinja2", "web") from None
        found = jinja2.Environment(
            loader=jinja2.PackageLoader("kg.serve.pages"), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        found.globals.update(
            offline=self.links.offline, to=self.to, at=self.links.at, labels=self.labels, ids=self.ids, anchor=anchor,
            row=row, outside=self._outside, arms=ARMS, count=count, marks=marks, qualified=qualified, told=told,
            legend=LEGEND, verdicts=VERDICTS, kinds_of=self.graph.schema.kinds, citation=self.citation,
            disclaimer=DISCLAIMER, version=self.graph.version, program=kg.__version__, filters=self.graph.filters,
            data=self.data, licence=self.licence, whole=self.whole,
        )  # fmt: skip
        found.filters["words"] = lambda text: str(text).replace("-", " ")
        return found

    def _outside(self, curie: str) -> str:
        """Where an identifier leads: its IRI; empty for a prefix that the ontology does not have."""
        head, _, local = curie.partition(":")
        return f"{self.graph.schema.prefixes[head]}{local}" if head in self.graph.schema.prefixes else ""


def static(name: str) -> str:
    """The text of a file that pages ask for."""
    return files("kg.serve.pages").joinpath("static", name).read_text("utf-8")


def row(thing: Step | Claim | Link) -> str:
    """The id of the place where a page tells of a step, or of a claim or link by itself: the picture leads there."""
    if isinstance(thing, Claim):
        return place(arrow_of_claims([thing], thing.sign or 0, disputed=False).id)
    return place((arrow_of_link(thing) if isinstance(thing, Link) else arrow_of_step(thing)).id)


def place(arrow: str) -> str:
    """The id of the place where a page tells of what an arrow of a picture shows."""
    return quote(f"row-{arrow.removeprefix('step-')}", safe="")


def told(claim: Claim) -> str:
    """Whether a claim speaks for what it states, in a word; empty if it simply does."""
    if claim.status == "retracted":
        return "retracted"
    return "refuted by its own source" if claim.certainty == "refuted" else "draft" if claim.status == "draft" else ""
