"""Patients for tests: facts made by hand, and random ones on random worlds."""

from __future__ import annotations

import itertools
import random

from kg.graph import KnowledgeGraph
from kg.model import Case, Fact, Source

SOURCE = Source("test", "urn:test", "test")
CATEGORIES = ("history", "treatment", "diagnosis", "sign", "lab", "course", "outcome")


def fact(number: int, entity, category: str = "sign", presence: str = "present", **more) -> Fact:
    return Fact(f"f{number}", f"urn:f{number}", entity.label, category, presence, entity, **more)


def case(*facts: Fact) -> Case:
    return Case("test", "urn:case:test", "test patient", SOURCE, tuple(facts))


def of(graph: KnowledgeGraph, **facts: str) -> Case:
    """A case from ``entity="category"`` or ``entity="category presence direction time"`` with dashes for what is not said."""
    made = []
    for number, (name, words) in enumerate(facts.items()):
        category, presence, direction, time = [*words.split(), "-", "-", "-"][:4]
        made.append(
            fact(
                number, graph.entity(name), category, "present" if presence == "-" else presence,
                direction=None if direction == "-" else direction, time=None if time == "-" else time,
            )
        )  # fmt: skip
    return case(*made)


def random_case(graph: KnowledgeGraph, seed: int) -> Case:
    """Some facts on some entities: any presence, direction and time, contradictions now and then."""
    rng = random.Random(seed)
    return case(
        *(
            fact(
                number,
                rng.choice(graph.entities),
                rng.choice(CATEGORIES),
                rng.choice(("present", "present", "present", "absent", "unknown")),
                direction=rng.choice((None, None, "raised", "lowered", "normal")),
                time=rng.choice((None, "-P1Y", "P0D", "P1M")),
            )
            for number in range(rng.randint(1, 10))
        )
    )


def judged(explanation) -> dict:
    """What is said of each finding, to be compared."""
    return {
        (finding.entity.id, finding.sign): (
            finding.verdict,
            *(
                frozenset(map(str, getattr(finding, name)))
                for name in ("supporting", "opposing", "unsigned", "ruled_out")
            ),
        )
        for finding in explanation.findings
    }


# --- brute force ------------------------------------------------------------------------------------------------------

TIMES = {"-P1Y": -1, "P0D": 0, "P1M": 1, None: None}
SIGNS = {"raised": (1,), "lowered": (-1,), None: (1,), "normal": ()}


def signs_of(one: Fact) -> tuple[int, ...]:
    return SIGNS[one.direction] if one.presence == "present" else ()


def clash(one: Fact, other: Fact) -> bool:
    """Whether two facts on an entity at one time cannot both hold, by cases."""
    if "unknown" in (one.presence, other.presence) or one.entity != other.entity or one.time != other.time:
        return False
    if one.presence == other.presence == "present":
        return one.direction != other.direction and None not in (one.direction, other.direction)
    if {one.presence, other.presence} == {"present", "absent"}:
        here, gone = (one, other) if one.presence == "present" else (other, one)
        denied = gone.direction if gone.direction else "raised"
        return here.direction in (None, denied)
    return one.direction != other.direction and None not in (one.direction, other.direction)


def brute_force(graph: KnowledgeGraph, patient: Case, max_steps: int) -> dict:
    """The findings with their routes, each cause asked for alone and each rule spelt out again."""
    facts = [one for one in patient.facts if not any(clash(one, other) for other in patient.facts)]
    given = {kind.name for kind in graph.schema.kinds.values() if kind.given_from_outside}
    inert = {"Measurement", "AnatomicalEntity", "CellType", "Population"}
    causes, findings = {}, {}
    for one, sign in [(each, sign) for each in facts for sign in signs_of(each)]:
        if one.category in ("history", "treatment", "diagnosis") and one.entity.kind not in inert:
            causes.setdefault((one.entity, sign), []).append(one)
        if one.category not in ("history", "treatment"):
            findings.setdefault((one.entity, sign), []).append(one)
    return {
        (entity.id, sign): _judge(graph, facts, entity, sign, _start(found), causes, given, max_steps)
        for (entity, sign), found in findings.items()
    }


def _start(facts):
    times = [TIMES[one.time] for one in facts]
    return None if None in times else min(times)


def _judge(graph, facts, entity, sign, when, causes, given, max_steps):
    groups = {"supporting": set(), "opposing": set(), "unsigned": set(), "ruled_out": set()}
    names = []
    for (cause, push), found in causes.items():
        began = _start(found)
        done = cause.kind in given or any(one.category == "treatment" for one in found)
        known = began is not None and when is not None
        if cause == entity or (known and (began > when or (done and began == when))):
            continue
        routes = graph.trace(cause, entity, max_steps=max_steps).paths
        same = [path for path in routes if not any(step.claims for step in path.steps)]
        same += [p for p in _definitions(graph, entity, max_steps) if p[-1][0] == cause.id]
        if same:
            names += [push * (p.sign if hasattr(p, "sign") else p[-1][1]) == sign for p in same]
            continue
        for path in routes:
            if any(_denied(graph, facts, state, when) for state in _passed(path, push)):
                groups["ruled_out"].add(str(path))
            elif path.sign == 0:
                groups["unsigned"].add(str(path))
            else:
                groups["supporting" if push * path.sign == sign else "opposing"].add(str(path))
    verdict = (
        "explained" if groups["supporting"] else "by definition" if any(names)
        else "contradicted" if groups["opposing"] or names else "unexplained"
    )  # fmt: skip
    return (verdict, *(frozenset(routes) for routes in groups.values()))


def _passed(path, push):
    sign = push
    for step in path.steps[:-1]:
        sign *= step.sign
        yield step.target.id, sign


def _moves(graph, state):
    """The states that follow from one by a single definitional link."""
    name, sign = state
    for link in graph.links:
        if link.source.id == name and link.source != link.target and not (sign < 0 and link.kind == "broader"):
            yield link.target.id, sign * link.sign
        if link.target.id == name and link.source != link.target and link.reversible:
            yield link.source.id, sign * link.sign


def _closure(graph, state):
    reached = {state}
    while more := {after for one in reached for after in _moves(graph, one)} - reached:
        reached |= more
    return reached


def _denied(graph, facts, state, when):
    if not state[1]:
        return False
    for name, sign in _closure(graph, state):
        own = [one for one in facts if one.entity.id == name]
        absent = any(
            (one.presence == "absent" and SIGNS.get(one.direction, ()) in ((sign,), () if sign == 1 else None))
            or (one.presence == "present" and one.direction == "normal")
            for one in own
        )
        times = [TIMES[one.time] for one in own if sign in signs_of(one)]
        if absent and not any(when is None or time is None or time <= when for time in times):
            return True
    return False


def _definitions(graph, entity, max_steps):
    """Walks by definition from an entity that visit nothing twice, as lists of (name, sign so far)."""
    layer, found = [[(entity.id, 1)]], []
    for _ in range(max_steps):
        layer = [
            [*walk, (name, sign)]
            for walk in layer
            for name, sign in _links(graph, walk[-1])
            if name not in {passed for passed, _ in walk}
        ]
        found += layer
    return found


def _links(graph, state):
    name, sign = state
    steps = set(
        itertools.chain(
            ((k.target.id, k.sign, k.kind) for k in graph.links if k.source.id == name),
            ((k.source.id, k.sign, k.kind) for k in graph.links if k.target.id == name and k.reversible),
        )
    )
    return [(other, sign * way) for other, way, _ in sorted(steps)]
