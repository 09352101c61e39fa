"""One consumer in its own environment and process: reads files that kg exported. For `consumers.py`.

    python consumer.py NAME FOLDER

Standard library and the consumer alone. ``claims.json`` in the folder says what each claim of the graph is; the last
line on standard output is a list of what was checked and what came of it. What the consumer writes itself goes into
files named ``again``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Claims = dict[str, dict[str, Any]]
Row = tuple[str, str]


def indra(folder: Path, claims: Claims) -> Iterator[Row]:
    """INDRA reads the statements, validates them, says them in English, and makes a network and beliefs of them."""
    import jsonschema
    from indra.assemblers.indranet import IndraNetAssembler
    from indra.belief import BeliefEngine, SimpleScorer
    from indra.statements import stmts_from_json_file, stmts_to_json_file
    from indra.statements.resources import resource_path  # type: ignore[attr-defined]
    from indra.statements.validate import print_validation_report, validate_statement

    raise NotImplementedError(resource_path, jsonschema, IndraNetAssembler, BeliefEngine, SimpleScorer)
