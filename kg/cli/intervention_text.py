"""What ``kg interventions`` prints: the essential intermediates, the sets that cut, who acts on their members and what
that does elsewhere; or what a cut of the reader's own leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg.causal.mechanisms import mechanisms
from kg.cli.page import Page
from kg.model import DISCLAIMER, Entity, Path
from kg.wording import cited, count, route

if TYPE_CHECKING:
    from kg.causal.effects import Effect
    from kg.causal.interventions.cuts import Interventions
    from kg.causal.interventions.cutting import Outcome
    from kg.causal.interventions.elsewhere import Profile

__all__ = ["show_interventions", "show_outcome"]

CUTS_SHOWN = 10
NAMED = 4
"""So many conditions are named in a line on an agent, unless everything is asked for."""
ROUTES_SHOWN = 5


# --- sets that cut ----------------------------------------------------------------------------------------------------


def show_interventions(found: Interventions, what: str, *, every: bool = False) -> None:
    """The answer; `what` is entities or steps. Of what agents do elsewhere the harm in a line, or with `every` all."""
    page = Page()
    sources, targets = (_names(side, " or ") for side in (found.trace.sources, found.trace.targets))
    page.line(f"Without which {what} does no route from {sources} raise {targets}?", "bold")
    page.line()
    yet = " found before the search stopped" if found.certificate.status == "budget" else ""
    page.field("routes", f"{found.increasing} raise it, {found.decreasing} lower it{yet}.")
    _essential(page, found)
    _uncuttable(page, found)
    page.field("searched", f"{found.certificate}.")
    if found.search.least:
        page.field("sets", f"{found.search}. {_needed(found)}")
    for place, cut in enumerate(found.cuts[:CUTS_SHOWN], 1):
        page.line()
        page.line(f"{place}. {cut}", "bold", hang=3)
    if len(found.cuts) > CUTS_SHOWN:
        page.line(f"and {count(len(found.cuts) - CUTS_SHOWN, 'more set')}; --json lists every one", "dim", indent=3)
    _kinds(page, found)
    if found.members and what == "entities":
        _agents(page, found, every)
    page.line()
    page.line(DISCLAIMER, "dim")


def _essential(page: Page, found: Interventions) -> None:
    """What every raising route passes, said first and plainly; where there is none, why, and what comes nearest."""
    told = found.essential
    longer = found.increasing - len(told.direct)
    if not found.increasing:
        stopped = found.certificate.status == "budget"
        page.field("nothing", "none found yet." if stopped else "no route raises it, so there is nothing to cut.")
    elif told.entities:
        page.field("essential", f"{_names(told.entities)}: every route that raises it passes here.")
    elif told.direct:
        lead = "a direct route goes" if len(told.direct) == 1 else "direct routes go"
        page.field("essential", f"none: {lead} past every intermediate.")
        for path in told.direct:
            _told(page, path)
            for claim in path.steps[0].claims:
                page.line(cited(claim), indent=18, hang=4)
    else:
        page.field("essential", f"none: no entity is on every route that raises it.{_nearest(found)}")
    if told.direct and longer:
        beyond = f"{_names(told.beyond)}: on every one." if told.beyond else f"none is on every one.{_nearest(found)}"
        page.field("beyond", f"of the {count(longer, 'route')} with intermediates {beyond}")


def _nearest(found: Interventions) -> str:
    if not found.essential.nearest:
        return ""
    entity, routes = found.essential.nearest
    return f" {entity.label} is on most, {routes}."


def _uncuttable(page: Page, found: Interventions) -> None:
    if found.uncuttable:
        verb = "route cannot be cut" if found.open == 1 else "routes cannot be cut"
        page.field("open", f"{found.open} {verb}: nothing may be taken on the way.")
        for path in found.uncuttable[:ROUTES_SHOWN]:
            _told(page, path)
        if found.open > ROUTES_SHOWN:
            page.line(f"and {found.open - ROUTES_SHOWN} more; --json lists every one", "dim", indent=14)


def _told(page: Page, path: Path) -> None:
    page.line(f"{route(path.steps)}  [{path.worth}]", indent=14, hang=4)


def _needed(found: Interventions) -> str:
    """How many members it takes, where the sizes asked for are too small; which is never left unsaid."""
    rest = " the rest" if found.uncuttable else ""
    if found.cuts:
        return f"The smallest that cuts{rest or ' it'} has {count(found.search.least, 'member')}."
    more = f"Allow more with --most {found.search.least}." if found.search.exact else "Raise --tries to know."
    return f"None of these cuts{rest}: it takes {found.search.needed}. {more}"


def _kinds(page: Page, found: Interventions) -> None:
    """A kind of the source may be a member; that surprises, so it is said."""
    first = (path.steps[0] for path in found.trace.increasing)
    kinds = {step.target for step in first if step.kind == "specialization"}
    taken = [member.what for member in found.members if isinstance(member.what, Entity) and member.what in kinds]
    if taken:
        page.line()
        lead = "Among them are kinds of, or exposures to, what was asked from"
        page.line(f"{lead}: {_names(taken)}. --no-kinds leaves them out.", "dim")


# --- agents -----------------------------------------------------------------------------------------------------------


def _agents(page: Page, found: Interventions, every: bool) -> None:
    """By member who acts on it in the wanted direction; what an agent does elsewhere is told where it comes first."""
    short = found.elsewhere[0].effects.max_steps if found.elsewhere else 0
    page.line()
    reach = f", and what they do elsewhere (by routes of up to {count(short, 'step')})" if short else ""
    page.line(f"What acts on the members the wanted way{reach}", "bold")
    told: set[Entity] = set()
    for member in found.members:
        if member.acting:
            page.line(str(member), indent=2)
        for path in member.acting:
            page.line(f"{route(path.steps)}  [{path.worth}]", indent=5, hang=4)
            agent = path.entities[0]
            if agent in told:
                page.line("elsewhere: see above", "dim", indent=9)
            else:
                _profile(page, found.profile(agent), found.trace.targets, every)
            told.add(agent)
    split = [m.what for m in found.members if isinstance(m.what, Entity) and m.direction is None]
    alone = [m.what for m in found.members if isinstance(m.what, Entity) and m.direction and not m.acting]
    if alone:
        page.line(f"no drug, procedure or exposure of the graph does so on: {_names(alone)}", indent=2, hang=2)
    if split:
        page.line(f"no direction to push, since its routes disagree: {_names(split)}", indent=2, hang=2)


def _profile(page: Page, profile: Profile, targets: Sequence[Entity], every: bool) -> None:
    """The target first, if the agent raises it by another route; then the harm, or everything if that is asked for."""
    for effect in profile.raising:
        steps = f"up to {count(effect.trace.certificate.max_steps, 'step')}"
        best = effect.best[1]
        lead = f"also raises {effect.entity.label}: {effect.trace.verdict} ({steps}), best {route(best.steps)}"
        page.line(f"{lead}  [{best.worth}]", "yellow", indent=9, hang=4)
    for claim in profile.nulls:
        if claim.object in targets:
            page.line(f"but {claim.sentence}: {claim.source.citation} ({claim.id})", indent=9, hang=4)
    if not every:
        page.line(f"harm elsewhere: {_harm(profile)}", indent=9, hang=4)
        return
    for name, found in (("harm", profile.harm), ("contested", profile.contested), ("good", profile.good)):
        page.line(f"{name} elsewhere: {count(len(found), 'condition') if found else 'none in this graph'}", indent=9)
        for effect in found:
            _effect(page, effect)
    if profile.nulls:
        page.line(f"no effect found: {count(len(profile.nulls), 'claim')}", indent=9)
        for claim in profile.nulls:
            page.line(f"{claim.sentence}: {claim.source.citation} ({claim.id})", "dim", indent=11, hang=4)
    if not profile.complete:
        page.line(f"{profile.certificate}", "yellow", indent=9, hang=4)


def _harm(profile: Profile) -> str:
    """What it makes worse, by the verb, with the voices of the weakest step; then what is contested."""
    parts = []
    for wanted, verb in ((-1, "raises"), (1, "lowers")):
        found = [effect for effect in profile.harm if effect.entity.wanted == wanted]
        if found:
            parts.append(f"{verb} {_some([f'{e.entity.label} ({_voices(e.best[-wanted])})' for e in found])}")
    parts = parts or ["none in this graph"]
    if profile.contested:
        parts.append(f"contested: {_some([effect.entity.label for effect in profile.contested])}")
    return "; ".join(parts)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more (--agents)" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _voices(path: Path) -> str:
    support = path.support
    if support is None:
        return "by definition"
    return f"{support.independent} independent" if support.independent else f"{support.unresolved} unresolved"


def _effect(page: Page, effect: Effect) -> None:
    page.line(effect.entity.label, indent=11)
    for path in effect.best.values():
        page.line(f"{route(path.steps)}  [{path.worth}]", "dim", indent=13, hang=4)
    for claim in effect.beside:
        lead = "but " if effect.against(claim) else "also "
        page.line(f"{lead}{claim.predicate.replace('-', ' ')}: {claim.source.citation} ({claim.id})", indent=13, hang=4)


# --- a cut of one's own -----------------------------------------------------------------------------------------------


def show_outcome(outcome: Outcome) -> None:
    """What taking the entities away leaves, each alone and all together, then the routes that are left and lost."""
    page = Page()
    sources, targets = (_names(side, " or ") for side in (outcome.trace.sources, outcome.trace.targets))
    page.line(f"What does cutting {_names(outcome.entities)} leave between {sources} and {targets}?", "bold")
    page.line()
    page.field("before", _counts(outcome.trace.verdict, {s: len(outcome.trace.arm(s)) for s in (1, -1, 0)}))
    if len(outcome.alone) > 1:
        for one in outcome.alone:
            told = "on no route: changes nothing" if one.idle else _counts(one.verdict, one.left)
            page.field("without", f"{one.entity.label} alone: {told}")
    every = {2: "both"}.get(len(outcome.alone), "all") if len(outcome.alone) > 1 else outcome.entities[0].label
    idle = " (on no route: changes nothing)" if all(one.idle for one in outcome.alone) else ""
    page.field("without", f"{every}: {_counts(outcome.verdict, {s: len(p) for s, p in outcome.left.items()})}{idle}")
    if outcome.kinds:
        lead = "a kind of, or an exposure to, what was cut, and still on a route"
        page.field("stays", f"{_names(outcome.kinds)}: {lead}. An entity of its own; name it too if you mean it.")
    page.field("searched", f"{outcome.certificate}.")
    _routes(page, "▲ Left open: routes that still raise it", outcome.left[1])
    _routes(page, "▼ Left: routes that still lower it", outcome.left[-1])
    _routes(page, "▽ Lost with it: protective routes that lowered it", outcome.lost[-1])
    page.line()
    page.line(DISCLAIMER, "dim")


def _counts(verdict: str, left: object) -> str:
    counts = dict(left)  # type: ignore[call-overload]
    unsigned = f", {counts[0]} have no sign" if counts[0] else ""
    return f"{verdict}; {counts[1]} raise it, {counts[-1]} lower it{unsigned}"


def _routes(page: Page, head: str, paths: Sequence[Path]) -> None:
    """Routes by mechanism, the best of each."""
    if not paths:
        return
    page.line()
    page.line(f"{head} ({len(paths)})", "bold")
    groups = mechanisms(paths)
    for group in groups:
        more = f", the best of {len(group.paths)}" if len(group.paths) > 1 else ""
        page.line(f"{'through ' + group.label if group.key else 'direct'}{more}", indent=2)
        page.line(f"{route(group.best.steps)}  [{group.best.worth}]", "dim", indent=5, hang=4)


def _names(entities: Iterable[Entity], last: str = " and ") -> str:
    *first, final = [entity.label for entity in entities]
    return f"{', '.join(first)}{last}{final}" if first else final
