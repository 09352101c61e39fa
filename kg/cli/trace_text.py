"""What ``kg trace`` prints, the product's face: the answer, on what it turns, the mechanisms, then their papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg.cli.page import Page
from kg.model import ARMS, DISCLAIMER, Arm, Claim, Mechanism, Path, Step, Trace
from kg.wording import LEGEND, VERDICTS, arrowed, cited, count, route

if TYPE_CHECKING:
    from kg.causal.whatif import Loss

__all__ = ["show_trace"]

MECHANISMS_NAMED = 5
"""So many mechanisms of an arm are named in its summary."""
MECHANISMS_SHOWN = 3
"""So many mechanisms of an arm are shown with their best route, unless all are asked for."""
CLAIMS_SHOWN = 2
_VERDICTS = {
    "increases": ("RAISES", "red"),
    "decreases": ("LOWERS", "blue"),
    "contested": ("CONTESTED", "magenta"),
    "unsigned": ("UNSIGNED", "yellow"),
    "no path": ("NO PATH", "yellow"),
    "none found": ("NONE FOUND", "yellow"),
}
_ARM_HEADS = {1: ("▲", "raise it", "red"), -1: ("▼", "lower it", "blue"), 0: ("◇", "no sign", "yellow")}


def show_trace(trace: Trace, *, every: bool = False, sensitivity: bool = False) -> None:
    """The answer in ten seconds, on what it turns if asked, the mechanisms of each arm, and each step's papers.

    `every` lists every route and every claim instead of the best.
    """
    page = Page()
    word, colour = _VERDICTS[trace.verdict]
    page.line(trace.title, "bold")
    page.line()
    page.field(word, VERDICTS[trace.verdict] + ".", colour)
    for sign in ARMS:
        if trace.certificate.counts.get(sign):
            _summary(page, trace, sign)
    if any(trace.certificate.counts.get(sign) for sign in (1, -1)):
        page.field("rests on", trace.rests_on)
    if trace.beside:
        _beside(page, trace.beside)
    page.field("searched", f"{trace.certificate}.")
    page.field("data", trace.certificate.data)
    if sensitivity:
        _sensitivity(page, trace)
    for sign, name in ARMS.items():
        if trace.mechanisms[name]:
            page.line()
            _arm(page, trace, sign, every)
    if trace.paths:
        page.line()
        page.line("How to read", "bold")
        foreign = sorted({origin for path in trace.paths for step in path.steps for origin in step.foreign})
        told = [f"° only from another graph: {', '.join(foreign)}"] if foreign else []
        for row in (*LEGEND[:2], *told, *LEGEND[2:]):
            page.line(row, "dim", indent=2)
        page.line()
        _steps(page, trace, every)
    page.line()
    page.line(DISCLAIMER, "dim")


# --- the answer ----------------------------------------------------------------------------------------------------


def _summary(page: Page, trace: Trace, sign: int) -> None:
    """One arm in a line: how many routes, and through what."""
    found, listed = trace.certificate.counts.get(sign, 0), len(trace.arm(sign))
    names = [mechanism.label for mechanism in trace.mechanisms[ARMS[sign]]]
    mark, verb, colour = _ARM_HEADS[sign]
    cut = f", {listed} of them listed" if listed < found else ""
    through = f", through {_listed(names, MECHANISMS_NAMED)}" if names else ""
    page.field(f"{mark} {verb}", f"{count(found, 'route')}{cut}{through}.", colour)


def _listed(names: Sequence[str], most: int) -> str:
    more = [f"{len(names) - most} more"] if len(names) > most else []
    parts = [*names[:most], *more]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _beside(page: Page, beside: Iterable[Claim]) -> None:
    """What is said of the very pair that was asked, but makes no route."""
    found = list(beside)
    for name, what, claims in (
        ("null", "no effect or no relation was found", [claim for claim in found if claim.null]),
        ("goes with", "only observed together", [claim for claim in found if not claim.null]),
    ):
        if claims:
            listed = "; ".join(f"{claim.predicate.replace('-', ' ')}: {claim.source.citation}" for claim in claims[:6])
            more = f"; and {len(claims) - 6} more" if len(claims) > 6 else ""
            lead = f"{count(len(claims), 'claim')} on this very pair, {what}, so in no route"
            page.field(name, f"{lead} ({listed}{more}).", "yellow" if name == "null" else "")


def _sensitivity(page: Page, trace: Trace) -> None:
    """On what the verdict turns: what would flip it or empty a signed arm, and what it is in narrower scopes."""
    found, pivots = trace.sensitivity(), trace.pivots
    page.line()
    page.line("On what it turns", "bold")
    if not found.flips:
        page.line(
            f"No single source, family, design, species or certainty flips the verdict ({found.verdict}).", indent=2
        )
    for loss in found.losses:
        if loss.flips or {*loss.emptied} & {ARMS[1], ARMS[-1]}:
            page.line(("flips: " if loss.flips else "empties an arm: ") + str(loss), indent=2, hang=4)
    for arm, sets in ((ARMS[sign], pivots.sets[ARMS[sign]]) for sign in (1, -1) if ARMS[sign] in pivots.sets):
        if not sets:
            page.line(f"{arm} arm: no set of up to {pivots.most} claims empties it.", indent=2)
        for claims in sets:
            told = "; ".join(f"{claim.sentence} ({claim.id})" for claim in claims)
            page.line(f"{arm} arm: empty without {told}", indent=2, hang=4)
    page.line()
    page.line("The same asked in a narrower scope (≠ another verdict; ▲ ▼ ◇ routes left)", "bold")
    for what in dict.fromkeys(scope.what for scope in found.scopes):
        scopes = [scope for scope in found.scopes if scope.what == what]
        page.field(what, "; ".join(_scope(scope) for scope in scopes if not scope.unstated))
        if any(scope.unstated for scope in scopes):
            told = "; ".join(_scope(scope) for scope in scopes if scope.unstated)
            page.field("", f"with the claims that state none: {told}", "dim")


def _scope(scope: Loss) -> str:
    left = " ".join(f"{_ARM_HEADS[sign][0]}{scope.left[sign]}" for sign in ARMS if scope.left[sign])
    least = "at least " if scope.what == "certainty" else ""
    told = f"{least}{scope.value.replace('-', ' ')} {'≠' if scope.flips else '='} {scope.verdict}"
    needs = f", all on {' and on '.join(source.citation for source in scope.needs)}" if scope.needs else ""
    return f"{told} ({left}{needs})" if left else told


# --- routes and papers ---------------------------------------------------------------------------------------------


def _arm(page: Page, trace: Trace, sign: int, every: bool) -> None:
    mark, _, colour = _ARM_HEADS[sign]
    target = " or ".join(entity.label for entity in trace.targets)
    head = {
        1: f"Routes that raise {target}",
        -1: f"Routes that lower {target}",
        0: f"Routes to {target} without a sign",
    }
    page.line(f"{mark} {head[sign]}", f"bold {colour}")
    _judged(page, trace.arms[ARMS[sign]])
    mechanisms = trace.mechanisms[ARMS[sign]]
    for place, mechanism in enumerate(_shown(mechanisms, every), 1):
        _mechanism(page, place, mechanism, every)
    hidden = mechanisms[len(_shown(mechanisms, every)) :]
    if hidden:
        names = "; ".join(f"{mechanism.label} ({len(mechanism.paths)})" for mechanism in hidden)
        page.line(f"and through {names}   (--all lists every route)", "dim", indent=5, hang=0)


def _judged(page: Page, arm: Arm) -> None:
    """What an arm is worth: its strongest route, and everything behind and against its steps."""
    if len(arm.paths) > 1:
        page.line(f"strongest route: {_told(arm.strongest)}", indent=2, hang=4)
        page.line(arm.strongest.worth, "dim", indent=6, hang=4)
        page.line(f"all steps of the {len(arm.paths)} routes: {arm.evidence}", indent=2, hang=4)


def _shown(mechanisms: Sequence[Mechanism], every: bool) -> Sequence[Mechanism]:
    return mechanisms if every else mechanisms[:MECHANISMS_SHOWN]


def _mechanism(page: Page, place: int, mechanism: Mechanism, every: bool) -> None:
    name = f"through {mechanism.label}" if mechanism.key else "direct"
    best, *others = mechanism.paths
    more = f", the best of {len(mechanism.paths)} routes" if others and not every else ""
    page.line(f"{place:>2}. {name}{more}", "bold", indent=1)
    for path in mechanism.paths if every else [best]:
        page.line(_told(path), indent=5, hang=4)
    if mechanism.weakest:
        lead = f"weakest step {arrowed(mechanism.weakest)}: " if len(best) > 1 else ""
        page.line(f"{lead}{best.worth}", "dim", indent=5, hang=4)


def _told(path: Path) -> str:
    return route(path.steps) + (f"   ({path.settings})" if path.settings.mixed else "")


def _steps(page: Page, trace: Trace, every: bool) -> None:
    """Each step once, in the order of the routes shown, with its claims, sources and places."""
    shown = [mechanism for group in trace.mechanisms.values() for mechanism in _shown(group, every)]
    paths = [path for mechanism in shown for path in (mechanism.paths if every else (mechanism.best,))]
    which = "" if every else " of these routes (--all: of every route)"
    page.line(f"The steps{which} and their papers", "bold")
    for step in dict.fromkeys(step for path in paths for step in path.steps):
        _step(page, step, every)


def _step(page: Page, step: Step, every: bool) -> None:
    if step.kind != "claim":
        kind = "an exposure to it" if step.link == "raised-state-of" else "a kind of it"
        words = kind if step.kind == "specialization" else step.verb
        page.line(f"{arrowed(step)}  [by definition: {words}]", indent=2, hang=4)
        return
    page.line(f"{arrowed(step)}  [{step.support}]", indent=2, hang=4)
    _claims(page, step.claims, every)
    _claims(page, step.against, every, "against: ")


def _claims(page: Page, claims: Sequence[Claim], every: bool, lead: str = "") -> None:
    order = sorted(claims, key=lambda c: (c.basis == "second-hand" and not c.cites, c.digest is None, c.id))
    for claim in order[: None if every else CLAIMS_SHOWN]:
        page.line(f"{lead}{cited(claim)}", "dim" if lead else "", indent=6, hang=4)
    if not every and len(claims) > CLAIMS_SHOWN:
        page.line(f"{lead}and {len(claims) - CLAIMS_SHOWN} more", "dim", indent=6)
