"""How things look: colours, widths, sizes. One place, used by every painter and text form.

Line colours are of the Okabe-Ito palette, and never alone in telling something: shapes of line ends carry the sign,
outlines the category, patterns the certainty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ARM", "CATEGORY", "FONTS", "INK", "LINE", "MUTED", "NODE_SIZE", "PAPER", "RULE", "Look"]

FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
PAPER, INK, MUTED, RULE = "#ffffff", "#1c2430", "#5a6472", "#c9ced6"

LINE: Mapping[int, str] = {1: "#c04a00", -1: "#0067a5", 0: "#4d4d4d"}
"""The line of a step by its sign: vermillion and blue of Okabe-Ito, a little darker so that thin lines read."""
DEFINITION = "#7b828c"
ARM: Mapping[int, str] = {1: "#fbd9a5", -1: "#bfe3f7", 0: "#e2e4e8"}
"""The band under the routes of an arm."""

NODE_SIZE, TITLE_SIZE, SUBTITLE_SIZE, NOTE_SIZE, LEGEND_SIZE = 15.0, 25.0, 15.0, 11.0, 12.5
LINE_HEIGHT = 1.2


@dataclass(frozen=True, slots=True)
class Look:
    """Fill, outline and corner radius of a category of nodes; a pill has the largest radius that fits."""

    fill: str
    outline: str
    radius: float
    words: str


CATEGORY: Mapping[str, Look] = {
    "intervention": Look("#f2e6f3", "#7d4f86", 1e6, "drug, procedure or exposure"),
    "condition": Look("#f4f1e8", "#5e5748", 0.0, "disease, sign or measurement"),
    "molecule": Look("#e2f3ea", "#2f7a5c", 10.0, "molecule"),
    "process": Look("#ffffff", "#59626e", 10.0, "process or pathway"),
}
