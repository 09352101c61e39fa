"""The pages that judge: both sides of a treatment, and one patient."""

from __future__ import annotations

from urllib.parse import urlencode

from kg.causal.cases import Explanation
from kg.causal.cases.explanation import DIRECTIONS
from kg.causal.effects import Effects
from kg.errors import NotFound
from kg.model import Entity
from kg.narrowing import Narrowing
from kg.serve.pages.page import Page, Site
from kg.serve.question import BUDGET, narrowing_parameters
from kg.wording import seen_with

__all__ = ["case", "effects", "explanation"]

HEADS = {
    "harmful": ("up", "▲", "Harmful: every signed route makes it worse"),
    "good": ("down", "▼", "Good: every signed route makes it better"),
    "contested": ("flat", "◆", "Contested: routes both ways"),
    "unsigned": ("flat", "◇", "Not judged: no source gives a sign"),
}
"""The judgements in the order they are told: class, mark and words."""
VERDICTS = {
    "explained": "Explained",
    "contradicted": "Contradicted: every signed route leads the other way",
    "by definition": "The same by definition, no explanation",
    "undecided": "Undecided: the search stopped before it found a route",
    "unexplained": "Unexplained: no signed route",
}
STANDING = {"found": "found in this patient", "not known": "not known in this patient", "cause": "the patient has it"}
OTHERS = {
    "opposing": "the other way",
    "by_definition": "by definition",
    "ruled_out": "ruled out by what the patient was found not to have",
}
"""The routes that do not support a finding, each sort with its name."""
RIVALS, MEASURES, THROUGH = 12, 10, 6
"""So many rivals and measurements are shown at once, the others folded away; so many rivals are named at the top."""


def effects(site: Site, agent: Entity, narrowing: Narrowing) -> Page:
    """Both sides of a treatment: what it makes better and worse, what it had no effect on."""
    found: Effects = narrowing.of(site.graph).effects(agent, budget=BUDGET)
    told = {claim for effect in found.conditions for claim in effect.beside}
    content = {
        "found": found,
        "heads": [(name, head, found.judged(name)) for name, head in HEADS.items()],
        "seen_with": seen_with,
        "nulls": [claim for claim in found.nulls if claim not in told],
        "associations": [claim for claim in found.associations if claim not in told],
    }
    title = f"Both sides of {agent.label}"
    asked = urlencode([*narrowing_parameters(narrowing)])
    address = site.links.named("effects", agent.id) + (f"?{asked}" if asked else "")
    return Page("effects.html", title, content, lambda: {"type": "effects", **found.to_dict()}, address=address)


def case(site: Site, name: str) -> Page:
    """What the literature makes of one patient of the graph. Raises NotFound for an unknown id."""
    known = {case.id: case for case in site.graph.cases}
    if name not in known:  # `graph.case` would take the name of a file for a case to be read: never from outside
        raise NotFound(f"No case {name!r}. There are: {', '.join(known) or 'none'}.")
    return explanation(site, site.graph.explain_case(known[name], budget=BUDGET))


def explanation(site: Site, found: Explanation) -> Page:
    """The findings by verdict, the rival mechanisms, and what was not measured."""
    content = {
        "found": found,
        "heads": [(name, head, found.judged(name)) for name, head in VERDICTS.items()],
        "standing": STANDING,
        "rivals": RIVALS,
        "measures": MEASURES,
        "others": OTHERS,
        "directions": DIRECTIONS,
        "through": [rival for rival in found.rivals if rival.standing != "cause"][:THROUGH],
        "set_aside": [left.fact.label for left in found.left_out if left not in found.lost],
        "unknown": [one for one in found.missing if one.facts],
        "unmeasured": [one for one in found.missing if not one.facts],
        "steps": [(step, "") for step in dict.fromkeys(s for f in found.explained for s in f.supporting[0].steps)],
        "picture": found.draw(link=site.link) if found.explained else "",
    }
    address = site.to(found.case) if found.case in site.graph.cases else ""
    return Page("case.html", found.case.label, content, found.to_dict, address=address)
