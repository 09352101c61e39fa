"""What a user holds: entities, claims and sources as read, and steps, paths and traces as answered.

Plain frozen data. Nothing here knows RDF, files or search; a few doors (`Trace.draw`, `Trace.pivots`,
`Trace.sensitivity`, the notebook form of every object) import what they lead to when they are opened. Objects are
equal when they name the same thing, whatever graph they came from. Every object has one ``to_dict()`` shape, described
by ``kg/answer.schema.json``.
"""

from kg.model.answers import ARMS, Arm, Certificate, Mechanism, Trace
from kg.model.common import DISCLAIMER, FORMAT, JSON, Keyed, Losses, Problem
from kg.model.paths import Path, Settings, Step
from kg.model.records import SIDES, Case, Claim, Dispute, Edge, Entity, Fact, Link, Ranks, Source, StandingQuestion
from kg.model.support import Support, Tier, Voice

__all__ = [
    "ARMS",
    "DISCLAIMER",
    "FORMAT",
    "JSON",
    "SIDES",
    "Arm",
    "Case",
    "Certificate",
    "Claim",
    "Dispute",
    "Edge",
    "Entity",
    "Fact",
    "Keyed",
    "Link",
    "Losses",
    "Mechanism",
    "Path",
    "Problem",
    "Ranks",
    "Settings",
    "Source",
    "StandingQuestion",
    "Step",
    "Support",
    "Tier",
    "Trace",
    "Voice",
]
