"""Small knowledge graphs made for tests: as Turtle folders that are loaded like any other."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import kg
from kg.graph import KnowledgeGraph

PREFIXES = "".join(
    f"@prefix {name}: <https://w3id.org/calciphylaxis-kg/{path}> .\n"
    for name, path in (
        ("ckg", "schema#"), ("entity", "entity/"), ("claim", "claim/"), ("source", "source/"), ("dispute", "dispute/"),
    )
) + "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"  # fmt: skip

SIGNS = {
    "increases": 1,
    "decreases": -1,
    "causes": 1,
    "contributes-to": 1,
    "treats-or-prevents": -1,
    "affects": 0,
    "positively-associated-with": 1,
    "negatively-associated-with": -1,
}


@dataclass
class World:
    """Claims as (subject, predicate, object, extras), links as (child, link, parent), kinds of entities."""

    claims: Sequence[tuple[str, str, str] | tuple[str, str, str, Mapping[str, str]]] = ()
    links: Sequence[tuple[str, str, str]] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    entities: Iterable[str] = ()
    sources: Iterable[str] = ("s1",)
    source_extras: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        ends = {end for claim in self.claims for end in (claim[0], claim[2])}
        return sorted(ends | {end for link in self.links for end in (link[0], link[2])} | set(self.entities))

    def write(self, folder: Path) -> Path:
        """Write the world as a folder of Turtle; extras are given as Turtle terms."""
        (folder / "claims").mkdir(parents=True, exist_ok=True)
        entities = []
        for name in self.names():
            links = "".join(f" ; ckg:{link} entity:{parent}" for child, link, parent in self.links if child == name)
            entities.append(f'entity:{name} a ckg:{self.kinds.get(name, "Protein")} ; rdfs:label "{name}"{links} .\n')
        (folder / "entities.ttl").write_text(PREFIXES + "".join(entities))
        used = {dict(c[3]).get("source", "source:s1").split(":")[1] for c in self.claims if len(c) > 3} | set(
            self.sources
        )
        (folder / "sources.ttl").write_text(
            PREFIXES
            + "".join(
                f'source:{name} a ckg:Source ; rdfs:label "{name}"{self.source_extras.get(name, "")} .\n'
                for name in sorted(used)
            )
        )
        blocks = []
        for number, claim in enumerate(self.claims, 1):
            subject, predicate, target = claim[:3]
            stated = {"source": "source:s1", "basis": "ckg:own-data", **(claim[3] if len(claim) > 3 else {})}
            more = "".join(f" ; ckg:{name} {value}" for name, value in stated.items() if value)
            blocks.append(
                f"claim:c{number} a ckg:Claim ; ckg:subject entity:{subject} ; ckg:predicate ckg:{predicate} ; "
                f"ckg:object entity:{target}{more} .\n"
            )
        (folder / "claims" / "all.ttl").write_text(PREFIXES + ("".join(blocks) or "# no claims\n"))
        return folder

    def load(self, folder: Path) -> KnowledgeGraph:
        return kg.open(self.write(folder))


def random_world(seed: int, entities: int = 6, claims: int = 14, links: int = 3) -> World:
    """A random signed multigraph: parallel and opposite edges, cycles, self-loops, unsigned and null claims, links."""
    rng = random.Random(seed)
    names = [f"e{number}" for number in range(rng.randint(2, entities))]
    predicates = [*SIGNS, "has-no-effect-on", "not-associated-with"]
    extras: list[Mapping[str, str]] = [
        {}, {}, {"certainty": "ckg:refuted"}, {"status": "ckg:retracted"}, {"species": "ckg:human"},
        {"basis": "ckg:second-hand"},
    ]  # fmt: skip
    kinds = {name: rng.choice(["Protein", "Drug", "Disease", "Exposure", "Measurement"]) for name in names}
    return World(
        claims=[
            (rng.choice(names), rng.choice(predicates), rng.choice(names), rng.choice(extras))
            for _ in range(rng.randint(0, claims))
        ],
        links=sorted({
            (rng.choice(names), rng.choice(["broader", "readout-of", "raised-state-of", "lowered-state-of"]), rng.choice(names))
            for _ in range(rng.randint(0, links))
        }),
        kinds=kinds,
        entities=names,
    )  # fmt: skip
