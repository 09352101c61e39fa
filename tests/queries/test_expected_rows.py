"""Rows of the named queries on the shipped graph, checked by reading the claims."""

from __future__ import annotations

import re
from pathlib import Path

from kg.schema import ontology_folder

CLAIMS = ontology_folder() / "claims"


def written(pattern: str) -> list[str]:
    """What the claim files say, without any parser."""
    return [found for file in sorted(Path(str(CLAIMS)).glob("*.ttl")) for found in re.findall(pattern, file.read_text("utf-8"))]


# --- basics ----------------------------------------------------------------------------------------------------------
