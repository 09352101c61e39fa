"""Where to cut, who acts there and what harm that does elsewhere, as an assistant is told it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kg.model import ARMS, JSON, Entity, Path
from kg.serve.assistant.answers import Answer, fitted
from kg.serve.assistant.glossary import Glossary
from kg.wording import count

if TYPE_CHECKING:
    from kg.causal.effects import Effect
    from kg.causal.interventions.cuts import Cut, Interventions
    from kg.causal.interventions.cutting import Outcome
    from kg.causal.interventions.elsewhere import Profile
    from kg.causal.interventions.members import Member

__all__ = ["cuts_told", "outcome_told"]

READING = (
    "A cut is a set of entities without which no listed route raises the target: a statement about this graph, not a "
    "treatment. It says nothing of dose, safety or benefit."
)
_DETAILS = ((8, 4, 2), (6, 3, 1), (4, 2, 1), (3, 1, 1), (1, 1, 1))
"""How many cuts, agents of a member, and claims of a step are told."""
NAMED = 6
"""So many conditions of each sort are named that an agent makes worse or better."""


def cuts_told(found: Interventions) -> Answer:
    """The smallest sets that cut every raising route, the agents of their members, and what these do elsewhere."""
    return fitted(partial(_cuts, found), _DETAILS)


def _cuts(found: Interventions, most: int, agents: int, each: int) -> Answer:
    glossary = Glossary(each)
    cuts = [_cut(cut, agents, glossary) for cut in found.cuts[:most]]
    acting = {agent["agent"] for cut in cuts for member in cut["members"] for agent in member["agents"]}
    result: JSON = {
        "source": [entity.id for entity in found.trace.sources],
        "target": [entity.id for entity in found.trace.targets],
        "reading": READING,
        "verdict": found.trace.verdict,
        "increasing": found.increasing,
        "decreasing": found.decreasing,
        "essential": str(found.essential),
        "cuts": cuts,
        "needed": found.search.needed,
        "search": str(found.search),
        "uncuttable": _some(found.uncuttable, agents, glossary),
        "elsewhere": [_profile(one, glossary) for one in found.elsewhere if one.agent.id in acting],
        "certificate": found.certificate.to_dict(),
    }
    summary, advice = _summary(found)
    return Answer(
        summary, result, tuple(_cut_lines(result)), glossary, left_out=tuple(_left_out(found, most, agents)),
        advice=(advice,) if advice else (),
        status="stopped" if found.stopped else "answered" if found.cuts else "nothing found",
    )  # fmt: skip


def _summary(found: Interventions) -> tuple[str, str]:
    """What was found in a sentence, and what to do next."""
    title = found.trace.title
    if not found.increasing:
        return f"{title}: no route raises it, so there is nothing to cut.", ""
    if not found.cuts:
        told = f"{title}: no cut of up to {found.most} members; it takes {found.search.needed}."
        return told, "Allow more members with most, or judge a set of your own with cut=[...]."
    told = (
        f"{title}: {count(len(found.cuts), 'cut')}; it takes {count(found.search.least, 'member')} at least. {READING}"
    )
    return told, "interventions with cut=[...] tells what a set of your own leaves open."


def _left_out(found: Interventions, most: int, agents: int) -> Iterator[str]:
    if len(found.cuts) > most:
        yield f"{count(len(found.cuts) - most, 'more cut')} of these sizes"
    if found.open > agents:
        yield f"{count(found.open - agents, 'more route')} that cannot be cut"
    if any(len(member.acting) > agents for member in found.members):
        yield "weaker agents of a member; claims with object=MEMBER lists what acts on it"


def _cut(cut: Cut, agents: int, glossary: Glossary) -> JSON:
    return {"members": [_member(one, agents, glossary) for one in cut.members], "protective": cut.protective}


def _member(member: Member, agents: int, glossary: Glossary) -> JSON:
    """What to take away, and the strongest of those who push it the wanted way."""
    what = member.what
    told: JSON = {"says": str(member)}
    told |= {"entity": what.id} if isinstance(what, Entity) else {"step": glossary.step(what)}
    shown = member.acting[:agents]
    told["agents"] = [{"agent": path.entities[0].id, **glossary.route(path)} for path in shown]
    return told


def _profile(profile: Profile, glossary: Glossary) -> JSON:
    """What an agent does besides: to the target by other routes, and to other conditions."""
    told: JSON = {"agent": profile.agent.id, "label": profile.agent.label}
    told["on_target"] = {effect.entity.label: effect.trace.verdict for effect in profile.on_target}
    for name, found in (("harm", profile.harm), ("contested", profile.contested), ("good", profile.good)):
        told[name] = _conditions(found)
    told["nulls"] = [glossary.claim(claim) for claim in profile.nulls[: glossary.each]]
    return {**told, "max_steps": profile.effects.max_steps, "complete": profile.complete}


def _conditions(effects: Sequence[Effect]) -> list[str]:
    names = [f"{effect.trace.verdict} {effect.entity.label}" for effect in effects[:NAMED]]
    return [*names, *([f"and {len(effects) - NAMED} more"] if len(effects) > NAMED else [])]


def _cut_lines(result: JSON) -> Iterator[str]:
    yield f"{count(result['increasing'], 'route')} to raise it, {result['decreasing']} to lower it."
    yield f"Searched: {result['certificate']['text']}. Sets searched: {result['search']}."
    yield f"On every raising route: {result['essential']}"
    for place, cut in enumerate(result["cuts"], 1):
        lost = f" (this also cuts {cut['protective']} routes that lower it)" if cut["protective"] else ""
        yield f"Cut {place}: {'; '.join(member['says'] for member in cut['members'])}{lost}"
        for member in cut["members"]:
            yield from (f"  {member['says']}: {_route(agent)}" for agent in member["agents"])
    yield from (f"Cannot be cut: {_route(route)}" for route in result["uncuttable"])
    yield from map(_elsewhere, result["elsewhere"])


def _elsewhere(agent: JSON) -> str:
    told = [f"{verdict} {label}" for label, verdict in agent["on_target"].items()]
    told += [f"{name}: {', '.join(agent[name])}" for name in ("harm", "contested", "good") if agent[name]]
    reach = f"routes of up to {agent['max_steps']} steps"
    return f"What {agent['label']} does elsewhere ({reach}): {'; '.join(told) or 'nothing found'}"


def _route(route: JSON) -> str:
    return f"{route['words']} [steps {', '.join(map(str, route['steps']))}]"


# --- a cut of one's own -----------------------------------------------------------------------------------------------


def outcome_told(outcome: Outcome) -> Answer:
    """What taking chosen entities away leaves between the ends, each alone and all together."""
    return fitted(partial(_outcome, outcome), _DETAILS)


def _outcome(outcome: Outcome, most: int, _: int, each: int) -> Answer:
    glossary = Glossary(each)
    shown = {
        "still_raise": outcome.left[1], "still_lower": outcome.left[-1], "protection_lost": outcome.lost[-1],
    }  # fmt: skip
    counts = {"left": outcome.left, "lost": outcome.lost}
    result: JSON = {
        "source": [entity.id for entity in outcome.trace.sources],
        "target": [entity.id for entity in outcome.trace.targets],
        "reading": READING,
        "cut": [entity.id for entity in outcome.entities],
        "before": outcome.trace.verdict,
        "verdict": outcome.verdict,
        **{key: {name: len(paths[sign]) for sign, name in ARMS.items()} for key, paths in counts.items()},
        "alone": [one.to_dict() for one in outcome.alone],
        "kinds": [entity.id for entity in outcome.kinds],
        **{name: _some(paths, most, glossary) for name, paths in shown.items()},
        "certificate": outcome.certificate.to_dict(),
    }
    left = [f"{count(len(paths) - most, 'more route')} of {name}" for name, paths in shown.items() if len(paths) > most]
    return Answer(
        f"{outcome.trace.title}, {outcome}. {READING}", result, tuple(_outcome_lines(result)), glossary,
        left_out=tuple(left), advice=("trace with without=[...] tells the whole answer without them.",),
        status="stopped" if outcome.certificate.status == "budget" else "answered",
    )  # fmt: skip


def _some(paths: Sequence[Path], most: int, glossary: Glossary) -> list[JSON]:
    return [glossary.route(path) for path in paths[:most]]


_LEADS = {
    "still_raise": "Still raises it",
    "still_lower": "Still lowers it",
    "protection_lost": "Lost with the cut, lowered it before",
}


def _outcome_lines(result: JSON) -> Iterator[str]:
    yield f"Before: {result['before']}; then: {result['verdict']}. Searched: {result['certificate']['text']}."
    for one in result["alone"]:
        counts = f"{one['left']['increasing']} raise it, {one['left']['decreasing']} lower it"
        yield f"Without {one['entity']} alone: {'on no route' if one['idle'] else one['verdict']}; {counts}"
    if result["kinds"]:
        yield f"Kinds of what was cut that stay, since they are entities of their own: {', '.join(result['kinds'])}"
    for name, lead in _LEADS.items():
        yield from (f"{lead}: {_route(route)}" for route in result[name])
