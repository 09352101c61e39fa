"""What answers are compared by."""

from __future__ import annotations

from kg.model import ARMS


def shape(trace, *, claims: bool = True):
    """Everything that an answer says, by ids, but the work done and what the data are called."""
    return {
        "verdict": trace.verdict,
        "rests_on": trace.rests_on,
        "arms": {name: [route(path, claims) for path in trace.arm(sign)] for sign, name in ARMS.items()},
        "mechanisms": {arm: [(m.label, len(m.paths)) for m in found] for arm, found in trace.mechanisms.items()},
        "certificate": (trace.certificate.status, trace.certificate.exhaustive_to, trace.certificate.counts),
        "beside": sorted((c.subject.id, c.predicate, c.object.id) for c in trace.beside),
    }


def route(path, claims):
    return [
        (s.source.id, s.target.id, s.sign, s.kind, s.link, s.predicates, s.support and (s.support.strength, str(s.support)),
         [c.id for c in (*s.claims, *s.against)] if claims else len(s.claims))
        for s in path.steps
    ]  # fmt: skip
