"""Makes the helpers beside the tests importable; small worlds for queries."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from worlds import SIGNS, World  # noqa: E402 - found by the line above

from kg.graph import KnowledgeGraph  # noqa: E402


def world(seed: int) -> World:
    """Claims that state much or nothing, dead ones among them, on sources that tell one another's findings."""
    choose = random.Random(seed)
    dense = seed % 2  # many claims on few pairs
    names = [f"e{number}" for number in range(3 if dense else choose.randint(3, 7))]
    sources = [f"s{number}" for number in range(1, 5)]
    some = {
        "certainty": ["ckg:known", "ckg:hypothesized", "ckg:refuted"],
        "status": ["ckg:curated", "ckg:draft", "ckg:retracted"],
        "species": ["ckg:human", "ckg:mouse", "ckg:cell-culture"],
        "tissue": ["ckg:bone", "ckg:vessel"],
        "design": ["ckg:trial", "ckg:cohort", "ckg:case-report", "ckg:in-vitro-experiment", "ckg:narrative-review"],
        "population": ['"CKD"', '"nonuremic"', '"hemodialysis"', '"SLE"'],
        "exposure": ['"uremic serum"', '"10 nM"'],
        "caution": ['"Weakly confirmed: in part."', '"The findings have not been read."', '"A registry."'],
    }

    def claim():
        extras = {"source": f"source:{choose.choice(sources)}", "basis": choose.choice(["ckg:own-data", ""])}
        extras["status"] = "ckg:curated"
        if choose.random() < 0.4:
            cited = choose.sample(sources, choose.randint(0, 2))
            extras |= {"basis": "ckg:second-hand", "cites": ", ".join(f"source:{name}" for name in cited)}
        extras |= {key: choose.choice(values) for key, values in some.items() if choose.random() < 0.35}
        predicate = choose.choice([*SIGNS, "has-no-effect-on", "not-associated-with"])
        return (choose.choice(names), predicate, choose.choice(names), extras)

    about = [
        ' ; <http://purl.org/dc/terms/issued> "2001"^^<http://www.w3.org/2001/XMLSchema#gYear> ; ckg:family "trial"',
        ' ; <http://purl.org/dc/terms/issued> "2002"^^<http://www.w3.org/2001/XMLSchema#gYear> ; ckg:family "trial"',
        ' ; <http://purl.org/dc/terms/issued> "2003"^^<http://www.w3.org/2001/XMLSchema#gYear> ; ckg:doi "10.1/x"',
        " ; ckg:read ckg:title-only ; ckg:design ckg:cohort",
    ]
    kinds = ["Drug", "DrugClass", "Procedure", "Exposure", "Protein", "Disease", "Measurement"]
    links = ["broader", "broader", "readout-of", "raised-state-of", "lowered-state-of"]
    return World(
        claims=[claim() for _ in range(choose.randint(20, 40) if dense else choose.randint(4, 26))],
        links=sorted({(choose.choice(names), choose.choice(links), choose.choice(names)) for _ in range(3)}),
        kinds={name: choose.choice(kinds) for name in names},
        entities=names,
        sources=sources,
        source_extras=dict(zip(sources, about, strict=True)),
    )


@pytest.fixture(scope="session")
def worlds(tmp_path_factory) -> dict[int, KnowledgeGraph]:
    """Sixty small worlds, by their seeds."""
    return {seed: world(seed).load(tmp_path_factory.mktemp(f"world{seed}")) for seed in range(60)}
