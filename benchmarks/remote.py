"""Graphs that stay where they are: the medium graph in memory, in Parquet files, at an endpoint, on a Spark cluster.

The same graph four times: as KGX files in memory, as Parquet files through DuckDB, as plain triples at a real endpoint
(``oxigraph serve``), and as the same Parquet files through Spark (a cluster of two workers on this machine). All are
asked the same random pairs, in an order drawn anew for each; their answers must agree in verdict and in the lengths of
the listed routes, or the run ends.

Times are CPU times of all that work for an answer: this process, the server of the endpoint, the machines of Spark. A
place that has spent `MOST` seconds on questions of one length gets no further ones of that length.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import shutil
import socket
import statistics
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel import BEST, pairs_of, scale_free
from measuring import shown, table, work

import kg
from kg.graph import KnowledgeGraph

__all__ = ["report"]

PAIRS = {2: 5, 3: 5, 4: 3}
"""How many pairs are asked for routes of up to so many steps."""
MOST = 120.0
MASTER = "local-cluster[2,1,1024]"
PREDICATES = {
    1: "http://purl.obolibrary.org/obo/RO_0002213",
    -1: "http://purl.obolibrary.org/obo/RO_0002212",
    0: "https://w3id.org/biolink/vocab/affects",
}
DUCKDB = "Parquet, DuckDB"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


@dataclass
class Place:
    """Where the graph lies, what opening it and finding a name took, and for each length CPU and clock of questions."""

    name: str
    graph: KnowledgeGraph
    opening: float
    finding: float
    taken: dict[int, list[tuple[float, float]]] = field(default_factory=dict)


def measured(action: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU seconds of this process and all that it started, seconds by the clock, and the answer."""
    clock, before = time.perf_counter(), work()
    answer = action()
    return work() - before, time.perf_counter() - clock, answer


def opened(name: str, *location: Any, **options: Any) -> Place:
    """A place, opened, with one name looked up."""
    opening, _, graph = measured(lambda: kg.open(*location, **options))
    finding, _, _ = measured(lambda: graph.find("entity 7"))
    return Place(name, graph, opening, finding)


# --- The same graph in each form --------------------------------------------------------------------------------------


def parquet(file: Path) -> Path:
    """A KGX file as Parquet, every column as texts."""
    from pyarrow import csv
    from pyarrow import parquet as target

    tabs = csv.ParseOptions(delimiter="\t", quote_char=False)
    target.write_table(csv.read_csv(file, parse_options=tabs), file.with_suffix(".parquet"))
    return file.with_suffix(".parquet")


def triples(file: Path, entities: int, arcs: int) -> Path:
    """The same graph as N-Triples, with a label for each entity."""
    source, target, sign, _ = (column.tolist() for column in scale_free(entities, arcs, same_hubs=True))
    with file.open("w", encoding="utf-8") as stream:
        for a, b, s in zip(source, target, sign, strict=True):
            stream.write(f"<http://example.org/X/{a}> <{PREDICATES[s]}> <http://example.org/X/{b}> .\n")
        for number in range(entities):
            stream.write(f'<http://example.org/X/{number}> <{LABEL}> "entity {number}" .\n')
    return file


@contextlib.contextmanager
def served(program: str, file: Path, folder: Path) -> Iterator[str]:
    """The address of an endpoint that holds a file of triples."""
    silent: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([program, "load", "--location", folder, "--file", file], check=True, **silent)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bound = f"127.0.0.1:{free.getsockname()[1]}"
    command = [program, "serve-read-only", "--location", folder, "--bind", bound]
    with subprocess.Popen(command, **silent) as process:
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(bound.split(":"), timeout=1):  # type: ignore[arg-type]
                    break
                time.sleep(0.1)
            yield f"http://{bound}/query"
        finally:
            process.terminate()


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The master of a Spark cluster of two workers on this machine, with as few partitions as fit it."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(MASTER).config("spark.sql.shuffle.partitions", "2")
    quiet = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    session = quiet.config("spark.log.level", "OFF").getOrCreate()
    try:
        yield MASTER
    finally:
        session.stop()


# --- Asking -----------------------------------------------------------------------------------------------------------


def said(trace: Any) -> Any:
    """What all places must agree on: which of equally long routes are listed is the affair of each."""
    return trace.verdict, [[len(path) for path in trace.arm(sign)] for sign in (1, -1, 0)]


def asked(places: list[Place], pairs: list[tuple[int, int]], steps: int) -> list[int]:
    """Ask all places; how many statements lie between the ends of each pair."""
    draw, pulled = random.Random(2015), []
    for a, b in pairs:
        answers = {}
        for place in draw.sample(places, len(places)):
            taken = place.taken.setdefault(steps, [])
            if sum(cpu for cpu, _ in taken) > MOST:
                continue
            ends = [place.graph.find(f"entity {number}") for number in (a, b)]
            cpu, clock, trace = measured(lambda p=place, e=ends: p.graph.trace(*e, max_steps=steps, k=BEST))
            taken.append((cpu, clock))
            answers[place.name] = said(trace)
        if len({repr(answer) for answer in answers.values()}) > 1:
            raise SystemExit(f"From entity {a} to entity {b} within {steps} steps the answers differ: {answers}")
        held = next(place.graph for place in places if place.name == DUCKDB)
        pulled.append(len(held.pull(f"entity {a}", f"entity {b}", max_steps=steps).graph))  # type: ignore[attr-defined]
    return pulled


def told(places: list[Place], pulled: dict[int, list[int]]) -> str:
    """Tables of opening and of questions."""
    head = ["", "opening", "finding a name"]
    parts = [table(head, [[place.name, shown(place.opening), shown(place.finding)] for place in places])]
    against = next(place for place in places if place.name == DUCKDB)
    for steps, counts in pulled.items():
        rows = []
        for place in places:
            taken = place.taken[steps]
            cpu, clock = (statistics.median(times) for times in zip(*taken, strict=True))
            same = statistics.median([c for c, _ in against.taken[steps][: len(taken)]])
            rows.append([place.name, str(len(taken)), shown(cpu), shown(clock), f"{cpu / same:.2g}"])
        between = f"{min(counts):,} to {max(counts):,}, median {statistics.median(counts):,.0f}"
        head = [f"to {steps} steps, {BEST} best an arm", "pairs asked", "CPU, p50", "clock, p50", "CPU against DuckDB"]
        parts.append(f"{table(head, rows)}\nStatements between the ends: {between}.\n")
    return "\n".join(parts)


def report(folder: Path, entities: int, arcs: int, *, quick: bool = False) -> None:
    """Write the graph in each form, ask it everywhere, print what was found."""
    lacking = [name for name in ("pyarrow", "duckdb") if not importlib.util.find_spec(name)]
    if lacking:
        print(f"Left out: {' and '.join(lacking)} not installed (extra scale).\n")
        return
    import graphs

    nodes, edges = graphs.write(folder, entities, arcs)
    tables = parquet(edges), parquet(nodes)
    print(f"{entities:,} entities, {arcs:,} statements. Load of the machine before: {os.getloadavg()[0]:.1f}.\n")
    with contextlib.ExitStack() as stack:
        places = [opened("in memory", nodes, edges), opened(DUCKDB, *tables)]
        program = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
        if program:
            file = triples(folder / "graph.nt", entities, arcs)
            address = stack.enter_context(served(program, file, folder / "served"))
            places.append(opened("endpoint, oxigraph", address))
        if shutil.which("java") and importlib.util.find_spec("pyspark") and not quick:
            master = stack.enter_context(cluster())
            places.append(opened("Parquet, Spark", *tables, engine=master))
        places[0].graph.trace("entity 0", "entity 1", k=1)  # compiles
        pairs = pairs_of(entities, max(PAIRS.values()))
        counts = {2: 1, 3: 1} if quick else PAIRS
        pulled = {steps: asked(places, pairs[:count], steps) for steps, count in counts.items()}
        print(told(places, pulled))
    print(f"Load of the machine after: {os.getloadavg()[0]:.1f}.\n", flush=True)
