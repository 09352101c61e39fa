"""Benchmarks of large graphs as files: prints Markdown tables, all from one run. See README.md.

    pip install -e '.[fast]'
    python benchmarks/graphs.py [FOLDER]

Writes the medium graph of ``kernel.py`` (47,031 entities, 2,250,197 edges, scale-free, three quarters signed, seed
fixed) as KGX TSV, with the columns that such files have: ids, qualifiers, knowledge source, publications, species. With
a FOLDER the files stay there and are used again.

Loading is compared with what pyarrow takes to read the file of edges, in one loop in an order drawn anew. The clock
counts other work on the machine as well; so times are told twice, by the clock and as CPU time of all threads.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from kernel import ARCS, ENTITIES, scale_free
from pyarrow import csv
from small import shown, table

import kg
from kg.large.cache import _parts as parts
from kg.large.graph import LargeGraph

ROUNDS, PAIRS, STEPS = 7, 200, (4, 6)
CATEGORIES = ("biolink:Gene", "biolink:Disease", "biolink:SmallMolecule", "biolink:BiologicalProcess")
COLUMNS = (
    *("id", "subject", "predicate", "object", "qualified_predicate", "object_direction_qualifier"),
    *("primary_knowledge_source", "publications", "knowledge_level", "species_context_qualifier"),
)
UP, DOWN = ("biolink:affects", "biolink:causes", "increased"), ("biolink:affects", "biolink:causes", "decreased")
SAID = {1: (UP, ("biolink:causes", "", "")), -1: (DOWN, ("biolink:treats", "", "")), 0: (("biolink:affects", "", ""),)}
LEVELS = ("knowledge_assertion", "prediction", "not_provided")
TAXA = ("NCBITaxon:9606", "NCBITaxon:10090", "")


def write(folder: Path, entities: int = ENTITIES, arcs: int = ARCS) -> tuple[Path, Path]:
    """The medium graph, or a smaller one, as two KGX files; those that are there already are kept."""
    nodes, edges = folder / "medium_nodes.tsv", folder / "medium_edges.tsv"
    if not nodes.exists():
        rows = (f"X:{n:05}\tentity {n}\t{CATEGORIES[n % len(CATEGORIES)]}\n" for n in range(entities))
        nodes.write_text("id\tname\tcategory\n" + "".join(rows), "utf-8")
    if not edges.exists():
        source, target, sign, *_ = (
            np.asarray(column).tolist() for column in scale_free(entities, arcs, same_hubs=True)
        )
        rng = random.Random(2015)
        with edges.open("w", encoding="utf-8") as file:
            file.write("\t".join(COLUMNS) + "\n")
            for row, (a, b, s) in enumerate(zip(source, target, sign, strict=True)):
                predicate, qualified, direction = rng.choice(SAID[s])
                works = "|".join(f"PMID:{rng.randrange(10**7, 4 * 10**7)}" for _ in range(rng.choice((0, 1, 1, 2))))
                told = f"infores:source-{rng.randrange(40)}\t{works}\t{rng.choice(LEVELS)}\t{rng.choice(TAXA)}"
                file.write(f"edge:{row:07}\tX:{a:05}\t{predicate}\tX:{b:05}\t{qualified}\t{direction}\t{told}\n")
    return nodes, edges


def own_read(edges: Path) -> int:
    """What pyarrow does with the file when it is simply asked to read it."""
    return int(csv.read_csv(edges, parse_options=csv.ParseOptions(delimiter="\t", quote_char=False)).num_rows)


def cached(folder: Path, how: str) -> Callable[[], object]:
    """Sets the cache for the next load: ``off``, or a folder that is ``empty`` or ``full``."""

    def prepare() -> None:
        os.environ["KG_CACHE"] = "off" if how == "off" else str(folder)
        if how == "empty":
            shutil.rmtree(folder, ignore_errors=True)

    return prepare


def measured(actions: dict[str, tuple[Callable[[], object], Callable[[], object]]]) -> dict[str, tuple[float, float]]:
    """Median seconds of each action by the clock and of CPU; each is prepared first; the first round is not counted."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in actions}
    draw = random.Random(2015)
    for _ in range(ROUNDS + 1):
        for name in draw.sample(list(actions), len(actions)):
            prepare, action = actions[name]
            prepare()
            clock, work = perf_counter(), process_time()
            action()
            seconds[name].append((perf_counter() - clock, process_time() - work))
    return {
        name: (statistics.median(c for c, _ in times[1:]), statistics.median(w for _, w in times[1:]))
        for name, times in seconds.items()
    }


def loading(nodes: Path, edges: Path, folder: Path) -> list[list[str]]:
    """Loading against pyarrow's own read."""

    def load() -> object:
        return kg.open(nodes, edges)

    actions = {
        "`pyarrow.csv.read_csv` of the edges": (lambda: None, lambda: own_read(edges)),
        "`kg.open`, no cache": (cached(folder, "off"), load),
        "`kg.open`, and keeping it": (cached(folder, "empty"), load),
        "`kg.open`, kept": (cached(folder, "full"), load),
    }
    cached(folder, "empty")()
    times = measured(actions)
    clock, work = next(iter(times.values()))
    return [
        [name, shown(c), f"{c / clock:.2f}", shown(w), f"{w / work:.2f}", "3" if "no cache" in name else ""]
        for name, (c, w) in times.items()
    ]


def asking(graph: LargeGraph) -> list[list[str]]:
    """Whole traces, with their objects: half of all pairs take less than p50, 95 of 100 less than p95."""
    draw = random.Random(2015)
    rows = []
    for steps in STEPS:
        times, listed, stopped = [], 0, 0
        for _ in range(PAIRS + 1):
            ends = [f"X:{number:05}" for number in draw.sample(range(ENTITIES), 2)]
            start = perf_counter()
            trace = graph.trace(*ends, max_steps=steps)
            times.append(perf_counter() - start)
            listed += len(trace.paths)
            stopped += trace.certificate.status == "budget"
        times = sorted(times[1:])  # the first one compiles the kernel
        p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
        rows.append([f"{steps} steps", shown(p50), shown(p95), f"{listed / (PAIRS + 1):.1f}", str(stopped)])
    return rows


def memory(graph: LargeGraph) -> list[list[str]]:
    """What the tables take, by part."""
    tables = graph._tables

    def size(thing: Any) -> str:
        return f"{sum(part.nbytes for _, part in parts(thing)) / 1e6:.1f} MB"

    rows = [
        [f"arrays: {field.name}", f"{getattr(tables.arrays, field.name).nbytes / 1e6:.1f} MB"]
        for field in fields(tables.arrays)
    ]
    return [
        *rows,
        ["arrays, all", size(tables.arrays)],
        ["statements", size(tables.statements)],
        ["nodes and names", size(tables.nodes)],
    ]


def main() -> None:
    """Write the graph, measure everything, then print it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        nodes, edges = write(folder)
        print(f"{edges.name}: {edges.stat().st_size / 1e6:.0f} MB, {ARCS:,} rows, {len(COLUMNS)} columns\n")
        print(
            table(
                ["loading", "clock", "ratio", "CPU", "ratio", "bar"], loading(nodes, edges, Path(temporary) / "cache")
            )
        )
        graph = kg.open(nodes, edges)
        if not isinstance(graph, LargeGraph):
            raise SystemExit("kg.open gave no large graph")
        print(f"{graph.report}\n")
        print(table(["`graph.trace`, 10 an arm", "p50", "p95", "routes listed", f"of {PAIRS} stopped"], asking(graph)))
        print(table(["memory", ""], memory(graph)))


if __name__ == "__main__":
    main()
