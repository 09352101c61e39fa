"""What `kg case explain` prints: the answer in a screenful, then each finding with its routes, then what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.causal.cases import Explanation, Finding, LeftOut, Missing, Rival
from kg.causal.cases.explanation import DIRECTIONS
from kg.causal.gaps import literature_query
from kg.cli.page import Page
from kg.model import DISCLAIMER, Path
from kg.wording import LEGEND, count, route

__all__ = ["show_explanation"]

ROUTES, RIVALS, MEASUREMENTS = 3, 12, 8
"""So many mechanisms of a finding, rivals and measurements are shown; --all shows every one."""
_STANDING = {"found": "found in this patient", "not known": "not known in this patient", "cause": "the patient has it"}


def show_explanation(explanation: Explanation, *, every: bool = False) -> None:
    """The answer in a screenful, then findings, rivals, what is not known, and what was left out."""
    page = Page()
    page.line(explanation.case.label, "bold")
    page.line()
    _summary(page, explanation)
    for verdict, head in (
        ("explained", "Explained: the best route of each mechanism"),
        ("contradicted", "Contradicted: every signed route leads the other way"),
        ("by definition", "The same by definition: another name or a readout, no explanation"),
        ("undecided", "Undecided: the search stopped before it found a route"),
    ):
        _section(page, head, explanation.judged(verdict))
        for finding in explanation.judged(verdict):
            _finding(page, explanation, finding, every)
    _unexplained(page, explanation, every)
    _rivals(page, explanation, every)
    _missing(page, explanation, every)
    _left_out(page, explanation)
    page.line()
    page.line("How to read", "bold")
    for row in LEGEND[:3]:
        page.line(row, "dim", indent=2)
    page.line()
    page.line(DISCLAIMER, "dim")


# --- the screenful ----------------------------------------------------------------------------------------------------


def _summary(page: Page, explanation: Explanation) -> None:
    total = len(explanation.findings)
    explained = explanation.explained
    lost = explanation.lost
    if total:
        more = f"; {count(len(lost), 'further fact')} could not be used" if lost else ""
        page.field("EXPLAINED", f"{len(explained)} of {count(total, 'finding')}{_names(explained)}{more}.", "green")
    else:
        page.field("NOTHING", "the case states no finding that could be explained.", "yellow")
    opposed = explanation.opposed
    if opposed:
        page.field("opposed", f"{len(opposed)} of these also have routes the other way{_names(opposed)}.", "magenta")
    for verdict, word, colour in (
        ("contradicted", "AGAINST", "red"), ("by definition", "SAME THING", ""), ("undecided", "UNDECIDED", "yellow"),
        ("unexplained", "UNEXPLAINED", "yellow"),
    ):  # fmt: skip
        found = explanation.judged(verdict)
        if found:
            page.field(word, f"{len(found)}{_names(found)}.", colour)
    causes = [cause.entity.label for cause in explanation.causes]
    page.field(
        "starts from", ", ".join(causes) + "." if causes else "no condition or exposure; so nothing can be led on."
    )
    main = [f"{r.label} ({_note(r)}{len(r.findings)})" for r in explanation.rivals if r.standing != "cause"]
    if main:
        page.field("through", ", ".join(main[:6]) + f"; the number is that of the findings of {len(explained)}.")
    if explanation.unknown:
        page.field("not known", f"{', '.join(e.label for e in explanation.unknown)}: never taken for absent.")
    if lost:
        labels = dict.fromkeys(_suggested(left) for left in lost)
        page.field("left out", f"{', '.join(labels)}: took no part in the reasoning, see the end.", "yellow")
    page.field("searched", f"{explanation.certificate}.")
    page.field("data", explanation.certificate.data)


def _names(findings: Sequence[Finding]) -> str:
    return f": {', '.join(finding.label for finding in findings)}" if findings else ""


def _note(rival: Rival) -> str:
    return f"{rival.standing}, " if rival.standing != "not stated" else ""


def _section(page: Page, head: str, content: Sequence[object]) -> None:
    if content:
        page.line()
        page.line(f"{head} ({len(content)})", "bold")


# --- findings ---------------------------------------------------------------------------------------------------------


def _finding(page: Page, explanation: Explanation, finding: Finding, every: bool) -> None:
    counts = [count(len(finding.supporting), "route")] if finding.supporting else []
    counts += [f"{len(finding.opposing)} the other way"] if finding.opposing else []
    told = f" ({', '.join(counts)})" if counts else ""
    page.line(f"{finding.label}{told}{_reported(finding)}", "bold", indent=2)
    for mechanism in finding.mechanisms[: None if every else ROUTES]:
        name = f"through {mechanism.label}" if mechanism.key else "direct"
        page.line(f"{name} ({count(len(mechanism.paths), 'route')})", indent=4)
        for path in mechanism.paths if every else [mechanism.best]:
            _path(page, explanation, path)
    hidden = 0 if every else len(finding.mechanisms) - ROUTES
    if hidden > 0:
        page.line(f"and {count(hidden, 'more mechanism')} (--all)", "dim", indent=4)
    _others(page, explanation, finding, every)


def _others(page: Page, explanation: Explanation, finding: Finding, every: bool) -> None:
    """The routes that do not support a finding, each sort under its name."""
    for paths, name in (
        (finding.opposing, "the other way"),
        (finding.by_definition, "by definition"),
        (finding.ruled_out, "ruled out by what the patient was found not to have"),
    ):
        if paths:
            page.line(f"{name} ({count(len(paths), 'route')})", "dim", indent=4)
        for path in paths if every else paths[:1]:
            _path(page, explanation, path)
    if finding.unsigned:
        page.line(f"without a sign: {count(len(finding.unsigned), 'route')}", "dim", indent=4)


def _path(page: Page, explanation: Explanation, path: Path) -> None:
    """A route, then its support with what it takes for granted."""
    page.line(route(path.steps), indent=6, hang=4)
    notes = [f"weakest step: {path.worth}" if path.support else "by definition"]
    notes += [str(path.settings)] if path.settings.mixed else []
    notes += explanation.notes_on(path)
    page.line("; ".join(notes), "dim", indent=8)


def _reported(finding: Finding) -> str:
    """The words of the case where they are others."""
    words = [fact.label for fact in finding.facts if fact.label.casefold() != finding.entity.label.casefold()]
    return f"  [{'; '.join(dict.fromkeys(words))}]" if words else ""


def _unexplained(page: Page, explanation: Explanation, every: bool) -> None:
    findings = explanation.unexplained
    _section(page, f"Unexplained: no signed route of up to {explanation.max_steps} steps", findings)
    for finding in findings:
        page.line(f"{finding.label}{_reported(finding)}", indent=2)
        if every:
            page.line(f"to search: {literature_query(finding.entity)}", "dim", indent=6)
        _others(page, explanation, finding, every)


# --- rivals and what is missing ---------------------------------------------------------------------------------------


def _rivals(page: Page, explanation: Explanation, every: bool) -> None:
    _section(page, "Rival mechanisms, by the findings that are explained through them", explanation.rivals)
    shown = explanation.rivals if every else explanation.rivals[:RIVALS]
    for place, rival in enumerate(shown, 1):
        standing = _STANDING.get(rival.standing)
        names = ", ".join(entity.label for entity in rival.findings)
        note = f" ({standing})" if standing else ""
        page.line(f"{place:>2}. {rival.label}{note}: {len(rival.findings)}: {names}", indent=1, hang=6)
    if len(shown) < len(explanation.rivals):
        page.line(f"and {len(explanation.rivals) - len(shown)} more (--all)", "dim", indent=5)


def _missing(page: Page, explanation: Explanation, every: bool) -> None:
    unknown = [one for one in explanation.missing if one.facts]
    _section(page, "Not known in this patient, and what the graph would predict", unknown)
    for one in unknown:
        _unknown(page, one, stated=one.entity not in explanation.unknown)
    measures = [one for one in explanation.missing if not one.facts]
    compared = ", ".join(rival.label for rival in explanation.compared)
    _section(page, "Not measured, and would separate rivals", measures)
    if measures:
        page.line(
            f"Compared, by routes of up to {count(explanation.probe_steps, 'step')}: {compared}.", "dim", indent=2
        )
    for one in measures if every else measures[:MEASUREMENTS]:
        page.line(f"{one.entity.label}: {_predicted(one)}", indent=2, hang=4)
    if not every and len(measures) > MEASUREMENTS:
        page.line(f"and {len(measures) - MEASUREMENTS} more (--all)", "dim", indent=2)


def _unknown(page: Page, one: Missing, stated: bool) -> None:
    reported = ", ".join(dict.fromkeys(fact.label for fact in one.facts))
    page.line(f"{one.entity.label}  [{reported}]", "bold", indent=2)
    lines = [f"expected {DIRECTIONS[sign]}: {path}" for sign, path in sorted(one.expected.items(), reverse=True)]
    for sign, entities in one.would_explain.items():
        if_so = DIRECTIONS[sign] if one.entity.kind == "Measurement" else "present"
        lines.append(f"if {if_so}, there are routes to {', '.join(entity.label for entity in entities)}")
    lines += [_predicted(one)] if one.predicted else []
    nothing = "another fact states it; only what is asked here is not known" if stated else "the graph predicts nothing"
    for text in lines or [nothing]:
        page.line(text, indent=4, hang=4)


def _predicted(one: Missing) -> str:
    said = [f"{word} by {', '.join(r.label for r in rivals)}" for word, rivals in one.predicted.items()]
    return f"{'; '.join(said)}; separates {one.separates} of {one.pairs} pairs of rivals"


def _suggested(left: LeftOut) -> str:
    """What was left out, with the entity that its name is most like."""
    return f"{left.fact.label} (did you mean {left.suggestions[0].label}?)" if left.suggestions else left.fact.label


# --- what took no part ------------------------------------------------------------------------------------------------


def _left_out(page: Page, explanation: Explanation) -> None:
    lost, close = explanation.lost, explanation.close
    if lost or close or explanation.absent:
        page.line()
        page.line("How the facts were taken", "bold")
    for left in lost:
        page.line(f"left out of the reasoning: {left}", indent=2, hang=4)
    for fact in close:
        page.line(f"{fact.label}: taken for {fact.entity}, {fact.note}.", "dim", indent=2, hang=4)
    _listing(page, "found absent, or normal", (entity.label for entity in explanation.absent))
    others = (left.fact.label for left in explanation.left_out if left not in lost)
    _listing(page, "not asked about", others)


def _listing(page: Page, name: str, words: Iterable[str]) -> None:
    listed = ", ".join(words)
    if listed:
        page.line(f"{name}: {listed}.", "dim", indent=2, hang=4)
