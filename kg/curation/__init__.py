"""Curation without Turtle: claims come in as a sheet, are previewed, and go into the data whole or not at all.

`add` and `retract` give a `Change`: its ``preview`` says what it would do, its ``apply()`` does it.
"""

from __future__ import annotations

from kg.curation.additions import add
from kg.curation.changes import Change
from kg.curation.preview import EdgeChange, Preview, Skipped
from kg.curation.retractions import retract
from kg.curation.sources import Metadata

__all__ = ["Change", "EdgeChange", "Metadata", "Preview", "Skipped", "add", "retract"]
