"""One patient, as an assistant is told what the literature makes of the findings; and patients that it describes.

No file is ever opened here: a case is one that the graph holds, by its id, or the content that the caller sends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from kg.cases.names import Names
from kg.causal.cases.explanation import VERDICTS
from kg.errors import NotFound, UsageError
from kg.lookup import Lookup
from kg.model import JSON, Case, Path
from kg.serve.assistant.answers import Answer, fitted
from kg.serve.assistant.glossary import Glossary, named, shortened, words
from kg.wording import count

if TYPE_CHECKING:
    from kg.causal.cases import Explanation
    from kg.causal.cases.explanation import Finding, Missing, Rival
    from kg.graph import KnowledgeGraph

__all__ = ["LARGEST_CASE", "MOST_FACTS", "case_of", "names_of", "told"]

LARGEST_CASE, MOST_FACTS = 100_000, 100
"""So many characters, and facts, a description has at most."""
MOST_ENTITIES = 100_000
PACKET = frozenset({"metaData", "meta_data", "phenotypicFeatures", "phenotypic_features", "medicalActions"})
"""Fields that only a Phenopacket has."""
READING = (
    "What papers say that fits the findings: no diagnosis, and no cause proven in this patient. Unexplained means that "
    "this graph has no route, unknown is never absent."
)
_DETAILS = ((2, 50, 6, 5), (2, 20, 4, 3), (1, 50, 4, 3), (1, 16, 3, 2), (1, 10, 3, 2), (1, 5, 2, 1), (1, 2, 1, 1))
"""How many claims of a step (1: of the weakest step of a route alone), findings with their routes, rivals and
measurements are told.
"""


def names_of(graph: KnowledgeGraph) -> Names:
    """What finds the entities that a description names. Raises UsageError for a graph that is too large. O(names)."""
    entities = graph.entities
    if len(entities) > MOST_ENTITIES:
        raise UsageError("This graph is too large to explain patients.")
    return Names(Lookup({entity.id: entity for entity in entities}), entities)


def case_of(graph: KnowledgeGraph, name: str, patient: Mapping[str, Any], names: Callable[[], Names]) -> Case:
    """The case with this id, or the one that is described: a Phenopacket v2, or the form of our YAML files.

    Raises NotFound with the ids there are, UsageError if both or none are given or it is too large, InvalidData with
    what is wrong with the description, MissingExtra.
    """
    if bool(name) == bool(patient):
        ids = ", ".join(case.id for case in graph.cases) or "none in this graph"
        raise UsageError(f"Give either the id of a case ({ids}) or a description of a patient.")
    if name:
        return _held(graph, name)
    try:
        text = json.dumps(patient, ensure_ascii=False)
    except RecursionError:
        raise UsageError("The description is nested too deeply.") from None
    if len(text) > LARGEST_CASE:
        raise UsageError(f"The description has {len(text):,} characters; a case has at most {LARGEST_CASE:,}.")
    found = _read(text, names(), packet=bool(PACKET & patient.keys()))
    if len(found.facts) > MOST_FACTS:
        raise UsageError(f"The description has {len(found.facts)} facts; give at most {MOST_FACTS}.")
    return found


def _read(text: str, names: Names, *, packet: bool) -> Case:
    if packet:
        from kg.cases.packet import read_packet

        return read_packet(text, "patient", names)
    from kg.cases.yaml import read_yaml

    return read_yaml(text, "patient", names)


def _held(graph: KnowledgeGraph, name: str) -> Case:
    wanted = name.strip().removeprefix("case:")
    found = next((case for case in graph.cases if case.id == wanted), None)
    if found is None:
        ids = ", ".join(case.id for case in graph.cases) or "none"
        raise NotFound(f"No case goes by that id. There are: {ids}. Files are not opened; describe a patient instead.")
    return found


def told(explanation: Explanation, offset: int = 0) -> Answer:
    """What the literature makes of a case: findings, rivals, what was not measured.

    `offset` passes over the routes of so many findings; their verdicts are told all the same.
    """
    return fitted(partial(_told, explanation, offset), _DETAILS)


def _told(explanation: Explanation, offset: int, each: int, most: int, rivals: int, measures: int) -> Answer:
    glossary = Glossary(each)
    routed = [finding for finding in explanation.findings if finding.supporting or finding.opposing]
    shown = routed[offset : offset + most]
    unknown = [one for one in explanation.missing if one.facts]
    others = [one for one in explanation.missing if not one.facts]
    result: JSON = {
        "case": {"id": explanation.case.id, "label": explanation.case.label},
        "reading": READING,
        "starts_from": [cause.entity.label for cause in explanation.causes],
        "findings": [
            {**_finding(one), **(_routes(one, explanation, glossary) if one in shown else {})}
            for one in explanation.findings
        ],
        "rivals": [_rival(rival) for rival in explanation.rivals[:rivals]],
        "unknown": [_missing(one) for one in unknown[:rivals]],
        "to_measure": [_missing(one) for one in others[:measures]],
        "absent": [entity.label for entity in explanation.absent],
        "unused": [
            {"fact": shortened(left.fact.label), "why": left.why, "candidates": named(left.suggestions)}
            for left in explanation.left_out
            if left.why != left.fact.category
        ],
        "certificate": explanation.certificate.to_dict(),
    }
    left = [*_more(len(routed) - offset - len(shown), offset + len(shown))]
    left += _left_out(explanation, each, rivals, measures)
    stopped = "budget" in (explanation.certificate.status, explanation.probes.status)
    return Answer(
        shortened(f"{explanation}. {READING}"), result, tuple(_lines(result)), glossary, left_out=tuple(left),
        advice=("trace from a cause to a finding tells every route, with its papers.",) if routed else (),
        status="stopped" if stopped else "answered" if explanation.findings else "nothing found",
    )  # fmt: skip


def _more(hidden: int, offset: int) -> Iterator[str]:
    if hidden > 0:
        yield f"the routes of {count(hidden, 'finding')}; ask again with offset={offset}"


def _finding(finding: Finding) -> JSON:
    """A finding with its verdict, and how many routes there are."""
    told: JSON = {"entity": finding.entity.id, "label": finding.label, "verdict": finding.verdict}
    counts = {name: len(getattr(finding, name)) for name in ("supporting", "opposing", "unsigned", "ruled_out")}
    return {**told, **{name: number for name, number in counts.items() if number}}


def _routes(finding: Finding, explanation: Explanation, glossary: Glossary) -> JSON:
    """The best route to a finding and the best one against it, with what they take for granted."""
    told: JSON = {}
    for name, paths in (("best", finding.supporting), ("against", finding.opposing)):
        for path in paths[:1]:
            takes = [f"takes it to be {entity.label}" for entity in explanation.assumed_on(path)]
            takes += [f"{entity.label} is not known in this patient" for entity in explanation.not_known_on(path)]
            told[name] = {**_route_told(path, glossary), "support": path.worth}
            told[name] |= {"assumes": takes} if takes else {}
    return told


def _route_told(path: Path, glossary: Glossary) -> JSON:
    """A route with its steps or, where there is no room for these, with the strongest claim of its weakest one."""
    if glossary.each > 1:
        return glossary.route(path)
    weakest = glossary.some(path.weakest.claims) if path.weakest else []
    return {"words": words(path), **({"claims": weakest} if weakest else {})}


def _rival(rival: Rival) -> JSON:
    return {
        "label": rival.label,
        "standing": rival.standing,
        "explains": [entity.label for entity in rival.findings],
        "support": str(rival.support) if rival.support else "by definition",
    }


def _missing(one: Missing) -> JSON:
    told: JSON = {"label": one.entity.label, "separates": one.separates, "pairs": one.pairs}
    told["predicted"] = {word: [rival.label for rival in rivals] for word, rivals in one.predicted.items()}
    return told


def _left_out(explanation: Explanation, each: int, rivals: int, measures: int) -> Iterator[str]:
    yield "all routes but the best one for and against each finding; trace(source=CAUSE, target=FINDING) lists them"
    if each == 1:
        yield "the papers behind all but the weakest step of each route; trace(source=CAUSE, target=FINDING) names them"
    if len(explanation.rivals) > rivals:
        yield count(len(explanation.rivals) - rivals, "more rival mechanism")
    others = sum(not one.facts for one in explanation.missing)
    if others > measures:
        yield f"{count(others - measures, 'more measurement')} that would separate rivals"


# --- for a reader -----------------------------------------------------------------------------------------------------


def _lines(result: JSON) -> Iterator[str]:
    yield f"Starts from: {', '.join(result['starts_from']) or 'no condition or exposure, so nothing can be led on'}."
    yield f"Searched: {result['certificate']['text']}."
    for finding in result["findings"]:
        if "best" in finding or "against" in finding:
            yield f"{finding['label']}: {finding['verdict']}{_counts(finding)}"
            yield from (f"  {name}: {_route(finding[name])}" for name in ("best", "against") if name in finding)
    for verdict in VERDICTS:
        found = [
            one for one in result["findings"] if one["verdict"] == verdict and not {"best", "against"} & one.keys()
        ]
        if found:
            yield f"Also {verdict}: {'; '.join(one['label'] + _counts(one) for one in found)}"
    for rival in result["rivals"]:
        yield f"Through {rival['label']} ({rival['standing']}): {', '.join(rival['explains'])}"
    for name, lead in (("unknown", "Not known in this patient"), ("to_measure", "Not measured")):
        yield from (f"{lead}: {_predicted(one)}" for one in result[name])
    for one in result["unused"]:
        meant = [f"{near['label']} ({near['id']})" for near in one["candidates"]]
        yield f"Took no part: {one['fact']}: {one['why']}{'; did you mean: ' if meant else ''}{' or '.join(meant)}"


def _counts(finding: JSON) -> str:
    told = [f"{finding[name]} {name}" for name in ("supporting", "opposing") if name in finding]
    return f" ({', '.join(told)} routes)" if told else ""


def _predicted(one: JSON) -> str:
    said = [f"{word} by {', '.join(rivals)}" for word, rivals in one["predicted"].items()]
    pairs = f"separates {one['separates']} of {one['pairs']} pairs of rivals"
    return f"{one['label']}; {'; '.join(said) or 'nothing predicted'}; {pairs}"


def _route(route: JSON) -> str:
    steps = f"steps {', '.join(map(str, route['steps']))}; " if "steps" in route else ""
    papers = f"; weakest step: {', '.join(route['claims'])}" if "claims" in route else ""
    assumes = f"; {'; '.join(route['assumes'])}" if "assumes" in route else ""
    return f"{route['words']} [{steps}{route['support']}{papers}{assumes}]"
