"""The exchange formats whose readers are heavy, proved by the readers themselves: kgx, INDRA, pybel.

    python benchmarks/consumers.py
    python benchmarks/consumers.py indra pybel --scratch FOLDER

Each consumer gets an environment of its own with pinned versions (in a temporary folder, or kept in the one that is
named) and runs in a process of its own (`consumer.py`). It reads what ``kg`` exported of the shipped graph, and says of
every claim what it took it for; here that is compared with the graph. Where a consumer writes the format as well, kg
reads that again. Prints one Markdown table; what it printed once is in docs/exchange-consumers.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kg
from kg.exchange.content import standing
from kg.graph import KnowledgeGraph, read

__all__ = ["CONSUMERS", "Consumer", "proofs"]

Row = tuple[str, str]
"""What was checked, and what came of it."""


@dataclass(frozen=True)
class Consumer:
    """A program that reads files of ours: what is installed for it, and the formats with the files that it gets."""

    name: str
    installed: tuple[str, ...]
    files: tuple[tuple[str, str], ...]


CONSUMERS = (
    Consumer(
        "kgx",
        ("kgx==2.6.0", "biolink-model==4.4.6"),
        (("kgx-tsv", "graph_nodes.tsv"), ("kgx-jsonl", "graph_nodes.jsonl")),
    ),
    Consumer("indra", ("indra==1.24.0", "networkx==3.6.1", "jsonschema"), (("indra", "graph.indra.json"),)),
    Consumer("pybel", ("pybel==0.15.5",), (("bel", "graph.bel"),)),
)


def environment(consumer: Consumer, scratch: Path) -> str:
    """The interpreter of a consumer's environment, made if it is not whole. Raises what `subprocess.run` raises."""
    folder = scratch / consumer.name
    python, whole = folder / "bin" / "python", folder / "whole"
    if not whole.exists():
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *consumer.installed],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=1800)
        whole.touch()
    return str(python)


def proofs(consumer: Consumer, graph: KnowledgeGraph, scratch: Path) -> Iterator[Row]:
    """What a consumer made of our files; or why it could not be asked."""
    folder = scratch / f"{consumer.name}-files"
    folder.mkdir(parents=True, exist_ok=True)
    for form, name in consumer.files:
        graph.export(folder / name, form, force=True)
    claims = {claim.id: _told(claim) for claim in graph.claims()}
    (folder / "claims.json").write_text(json.dumps(claims), "utf-8")
    try:
        python = environment(consumer, scratch)
        command = [python, str(Path(__file__).with_name("consumer.py")), consumer.name, str(folder)]
        home = {**os.environ, "HOME": str(folder), "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1800, env=home)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        output = (error.stderr or b"") if isinstance(error.stderr, str | bytes) else b""
        lines = (output if isinstance(output, str) else output.decode()).strip().splitlines()
        yield "could not be asked", lines[-1] if lines else str(error)
        return
    yield from map(tuple, json.loads(done.stdout.splitlines()[-1]))
    for file in sorted(folder.glob("again.*")):
        yield f"what it writes of it, read by kg ({file.name.removeprefix('again')})", _again(graph, file)


def _told(claim: kg.Claim) -> dict[str, Any]:
    source = claim.source
    return {
        "iri": claim.iri,
        "subject": claim.subject.label,
        "object": claim.object.label,
        "standing": standing(claim),
        "sign": claim.sign,
        "works": [name for name in (source.pmid, source.doi, source.pmcid, source.url, source.citation) if name],
    }


def _again(graph: KnowledgeGraph, file: Path) -> str:
    """Whether the signed edges that come back are those of the graph."""
    after = read(file)
    known = {(e.subject.label, e.sign, e.object.label) for e in graph.edges if e.claims[0].causal and e.sign}
    back = {(e.subject.label, e.sign, e.object.label) for e in after.edges if e.claims[0].causal and e.sign}
    wrong = len(back - known)
    return f"{len(after.claims())} claims; of {len(back)} signed edges {wrong or 'none'} not in the graph"


def main() -> None:
    """Ask the consumers that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    names = [consumer.name for consumer in CONSUMERS]
    parser.add_argument("consumers", nargs="*", metavar="CONSUMER", help=f"{', '.join(names)} (default: all)")
    parser.add_argument("--scratch", type=Path, help="keep environments and files in this folder")
    asked = parser.parse_args()
    if unknown := set(asked.consumers) - set(names):
        parser.error(f"no consumer {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    graph = kg.load()
    with tempfile.TemporaryDirectory() as folder:
        print("| consumer | checked | result |\n|---|---|---|")
        for consumer in CONSUMERS:
            if consumer.name in (asked.consumers or names):
                for checked, result in proofs(consumer, graph, asked.scratch or Path(folder)):
                    print(f"| {consumer.installed[0].replace('==', ' ')} | {checked} | {result} |", flush=True)


if __name__ == "__main__":
    main()
