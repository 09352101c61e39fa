"""A trace as an assistant is told it: verdict, both arms as mechanisms, who says so, certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

from kg.errors import UsageError
from kg.model import ARMS, JSON, Mechanism, Trace
from kg.serve.assistant.answers import Answer, fitted
from kg.serve.assistant.glossary import Glossary
from kg.serve.question import Question, narrowing_parameters
from kg.wording import count

__all__ = ["PICTURE", "READING", "View", "picture", "told"]

PICTURE = "kg://trace/{source}/{target}.svg"
BESIDE = 10
"""So many claims on the very pair are told."""
NAMED = 12
"""So many mechanisms that are left out are named."""
READING = {
    "contested": "The literature holds routes both ways. Tell both arms; counts of routes are no votes and no chances.",
    "increases": "All signed routes here raise it. That none lowers it in this graph does not prove that nothing does.",
    "decreases": "All signed routes here lower it. That none raises it in this graph does not prove that nothing does.",
    "unsigned": "There are routes, but each has a step of which its source does not say whether it raises or lowers.",
    "no path": "No route of up to that length is in this graph. That is no evidence that there is no effect.",
    "none found": "The search stopped at its budget before it found a route. Whether there is one is not known.",
}
"""How a verdict is to be read."""
STOPPED = "The search stopped early, so routes of either arm may be missing."
_VERBS = {1: "to raise it", -1: "to lower it", 0: "without a sign"}


@dataclass(frozen=True)
class View:
    """Which part of a trace is told at length: one arm, one mechanism, from which entry on."""

    arm: str = ""
    mechanism: str = ""
    offset: int = 0


_DETAILS = ((6, 3), (5, 2), (4, 2), (3, 2), (4, 1), (3, 1), (2, 1), (1, 1))
"""How many mechanisms of each arm (or routes of one mechanism) and claims of each step are told; of an arm that is
asked for twice as many mechanisms.
"""


def told(trace: Trace, question: Question, view: View) -> Answer:
    """The answer to a question: as many mechanisms and claims as fit.

    Raises UsageError for an arm or a mechanism that there is not.
    """
    if view.arm and view.arm not in ARMS.values():
        raise UsageError(f"{view.arm!r} is no arm. Use one of: {', '.join(ARMS.values())}.")
    if view.mechanism and not any(_chosen(trace, name, view) for name in ARMS.values()):
        names = ", ".join(dict.fromkeys(m.label for found in trace.mechanisms.values() for m in found)) or "none"
        raise UsageError(f"No mechanism {view.mechanism!r} in what was asked for. There are: {names}.")
    return fitted(partial(_told, trace, question, view), _DETAILS)


def picture(trace: Trace, question: Question) -> str:
    """The address of the picture of a trace, as a resource of this server."""
    ends = ["|".join(entity.id for entity in side) for side in (trace.sources, trace.targets)]
    usual = Question((), ())
    asked: dict[str, list[str]] = {} if question.max_steps == usual.max_steps else {"steps": [str(question.max_steps)]}
    for name, value in narrowing_parameters(question.narrowing):
        asked.setdefault(name, []).append(value)
    address = PICTURE.format(source=quote(ends[0], safe=""), target=quote(ends[1], safe=""))
    scope = urlencode({name: "|".join(values) for name, values in asked.items()}, quote_via=quote)
    return f"{address}?{scope}" if scope else address


def _told(trace: Trace, question: Question, view: View, most: int, each: int) -> Answer:
    glossary = Glossary(each)
    arms = {name: _arm(trace, sign, view, most, glossary) for sign, name in ARMS.items()}
    stopped = trace.certificate.status == "budget"
    reading = f"{READING[trace.verdict]} {STOPPED}" if stopped and trace.paths else READING[trace.verdict]
    result: JSON = {
        "source": [entity.id for entity in trace.sources],
        "target": [entity.id for entity in trace.targets],
        "title": trace.title,
        "verdict": trace.verdict,
        "reading": reading,
        "rests_on": trace.rests_on,
        "arms": arms,
        "beside": [glossary.claim(claim) for claim in trace.beside[:BESIDE]],
        "certificate": trace.certificate.to_dict(),
    }
    result |= {"picture": picture(trace, question)} if trace.paths else {}
    nothing = trace.verdict in ("no path", "none found")
    return Answer(
        f"{trace.title}: {trace.verdict}. {reading}",
        result,
        tuple(_lines(result, glossary)),
        glossary,
        left_out=tuple(_left_out(trace, view, result)),
        advice=tuple(_advice(trace)),
        status="stopped" if stopped else "nothing found" if nothing else "answered",
    )


def _chosen(trace: Trace, name: str, view: View) -> Sequence[Mechanism]:
    """The mechanisms of an arm that go by the name that was asked for; none if another arm was asked for."""
    wanted = view.mechanism.casefold()
    found = trace.mechanisms[name] if view.arm in ("", name) else []
    return [mechanism for mechanism in found if mechanism.label.casefold() == wanted]


def _arm(trace: Trace, sign: int, view: View, most: int, glossary: Glossary) -> JSON:
    """One arm: counts and evidence always, and of its mechanisms those that the view asks for."""
    name, listed = ARMS[sign], trace.arm(sign)
    told: JSON = {"sign": sign, "routes": trace.certificate.counts.get(sign, 0)}
    if not listed:
        return {**told, "mechanisms": []}
    arm, every = trace.arms[name], trace.mechanisms[name]
    told |= {"evidence": str(arm.evidence), "disputed": arm.disputed, "strongest": glossary.route(arm.strongest)}
    told |= {"listed": len(listed)} if len(listed) < told["routes"] else {}
    chosen = _chosen(trace, name, view) if view.mechanism else ()
    if chosen:
        shown = chosen
    elif view.arm == name:
        shown = every[view.offset : view.offset + 2 * most]
    else:
        shown = every[: 0 if view.arm or view.mechanism or not sign else most]
    pages = slice(view.offset, view.offset + most) if chosen else None
    told["mechanisms"] = [_mechanism(mechanism, pages, glossary) for mechanism in shown]
    others = [mechanism for mechanism in every if mechanism not in shown]
    told |= {"others": {m.label: len(m.paths) for m in others[:NAMED]}} if others else {}
    return told


def _mechanism(mechanism: Mechanism, page: slice | None, glossary: Glossary) -> JSON:
    """A mechanism by its best route; looked at by itself, by a page of its routes."""
    told: JSON = {
        "key": mechanism.key.id if mechanism.key else None,
        "label": mechanism.label,
        "routes": len(mechanism.paths),
    }
    if page is None:
        return {**told, "best": glossary.route(mechanism.best)}
    return {**told, "offset": page.start, "page": [glossary.route(path) for path in mechanism.paths[page]]}


# --- for a reader -----------------------------------------------------------------------------------------------------


def _lines(result: JSON, glossary: Glossary) -> Iterator[str]:
    yield f"Rests on: {result['rests_on']}"
    yield f"Searched: {result['certificate']['text']}."
    for name, arm in result["arms"].items():
        yield from _arm_lines(f"{name.capitalize()} arm", arm)
    for name in result["beside"]:
        yield f"Of this very pair, in no route: {glossary.cited(name)}"
    if "picture" in result:
        yield f"Picture: {result['picture']}"


def _arm_lines(name: str, arm: JSON) -> Iterator[str]:
    counts = f"{count(arm['routes'], 'route')} {_VERBS[arm['sign']]}" if arm["routes"] else "no route"
    if "strongest" not in arm:
        yield f"{name}: {counts}."
        return
    cut = f"; {arm['listed']} of them looked at" if "listed" in arm else ""
    disputed = f"; {arm['disputed']} with a disputed step" if arm["disputed"] else ""
    yield f"{name}: {counts}{cut}{disputed}. All steps together: {arm['evidence']}."
    yield f"  strongest: {_route(arm['strongest'])}"
    for mechanism in arm["mechanisms"]:
        through = f"through {mechanism['label']}" if mechanism["key"] else "direct"
        routes = [mechanism["best"]] if "best" in mechanism else mechanism["page"]
        yield from (f"  {through} ({mechanism['routes']}): {_route(route)}" for route in routes)
    if "others" in arm:
        others = [f"{label} ({routes})" for label, routes in arm["others"].items()]
        yield f"  {'and ' if arm['mechanisms'] else ''}through {', '.join(others)}"


def _route(route: JSON) -> str:
    steps = ", ".join(map(str, route["steps"]))
    weakest = f"; weakest: step {route['weakest']}" if "weakest" in route else ""
    caution = f"; {route['caution']}" if "caution" in route else ""
    return f"{route['words']} [steps {steps}{weakest}{caution}]"


def _left_out(trace: Trace, view: View, result: JSON) -> Iterator[str]:
    hidden = [name for name, arm in result["arms"].items() if "others" in arm]
    if hidden and not view.arm:
        yield f"mechanisms of the {' and '.join(hidden)} arm; ask again with arm, and offset for the next ones"
    elif view.arm and view.arm in hidden and not view.mechanism:
        yield f"other mechanisms of the {view.arm} arm; ask again with offset"
    if trace.paths:
        yield "the routes behind the best one of each mechanism; ask again with mechanism, and offset for the next ones"
    if len(trace.beside) > BESIDE:
        yield f"{count(len(trace.beside) - BESIDE, 'more claim')} on the very pair; claims lists them"
    if trace.certificate.status == "k reached":
        yield "routes beyond the best ones of each arm; this graph is large, and each arm lists a few only"


def _advice(trace: Trace) -> Iterator[str]:
    if trace.certificate.status == "budget":
        yield "Ask for fewer steps, or in a narrower scope."
    if trace.verdict == "no path":
        yield "Try more steps, a broader or narrower entity (find_entity), or no filter."
    if trace.paths:
        yield "Ask again in a scope (species, certainty, design) or without a source to see whether the verdict holds."
