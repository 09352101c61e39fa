"""All benchmarks by one command; prints Markdown. See README.md.

    pip install -e '.[fast]'
    python benchmarks/run.py small
    python benchmarks/run.py all --figure docs/performance.svg --force

``small`` is the shipped graph; ``medium`` 47,031 entities and 2,250,197 arcs, with the other libraries, which are
installed from PyPI into environments of their own, and as KGX files; ``large`` a million and twenty million;
``curves`` how times grow; ``remote`` the medium graph in Parquet files (DuckDB, Spark) and at an endpoint; ``load`` the
explorer under load. Without the extra ``fast`` the plain kernel alone is measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kernel import Arrays

PARTS = ("small", "medium", "large", "curves", "remote", "load")
PIECES = ("peers", "files", "networks")
"""What can be had alone, though it is a piece of the medium part."""
LARGE = (1_000_000, 20_000_000)
QUICK = (300, 6_000)
LOOPS = (100, 600)
"""Entities and arcs. In so small a graph short loops flip the sign, which shows who counts them as paths."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description="Benchmarks of calciphylaxis-kg, as Markdown tables.")
    parser.add_argument("part", nargs="?", default="small", choices=[*PARTS, *PIECES, "all"], help="small if left out")
    parser.add_argument("--quick", action="store_true", help="tiny graphs, one round, no peers: to see that all works")
    parser.add_argument("--no-peers", action="store_true", help="leave other libraries out, and so the network")
    parser.add_argument("--scratch", type=Path, help="folder for the environments of the other libraries")
    parser.add_argument("--figure", type=Path, help="write the growth curves to this SVG file (with curves or all)")
    parser.add_argument("--force", action="store_true", help="replace the figure if it is there")
    chosen = parser.parse_args(given)
    if chosen.figure and chosen.part not in ("curves", "all"):
        parser.error("--figure goes with curves or all")
    if chosen.figure and chosen.figure.exists() and not chosen.force:
        parser.error(f"{chosen.figure} exists and is kept. Replace it with --force.")
    return chosen


def available() -> int | None:
    """Bytes of memory that are free to take, where the system says it."""
    info = Path("/proc/meminfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def lacks_memory(entities: int, arcs: int) -> str:
    """A word on a graph that does not fit into memory; empty if it does."""
    from kernel import needed

    there, most = available(), needed(entities, arcs)
    if there is None or there >= most:
        return ""
    return (
        f"Left out: {entities:,} entities and {arcs:,} arcs take {(16 * entities + 22 * arcs) / 1e9:.2f} GB as arrays "
        f"(16 (n + 1) + 22 m bytes) and up to {most / 1e9:.1f} GB while they are made; {there / 1e9:.1f} GB are free.\n"
    )


def small(chosen: argparse.Namespace) -> None:
    """The shipped graph."""
    import small

    if chosen.quick:
        small.MOST.append(1)
    small.report()


def medium_graph(chosen: argparse.Namespace) -> Arrays:
    """The medium graph, or a tiny one."""
    from kernel import ARCS, ENTITIES, arrays_of

    return arrays_of(*QUICK) if chosen.quick else arrays_of(ENTITIES, ARCS)


def medium(chosen: argparse.Namespace, engines: tuple[str, ...]) -> None:
    """The kernel, the other libraries, and the same graph as files."""
    from kernel import report

    report(medium_graph(chosen), engines, quick=chosen.quick)
    peers(chosen, engines)
    networks(chosen, engines)
    if not chosen.quick:
        files(chosen, engines)


def peers(chosen: argparse.Namespace, engines: tuple[str, ...]) -> None:
    """Other libraries on the medium graph."""
    from kernel import arrays_of, pairs_of
    from peers import comparison, environment, scratch_folder

    scratch = chosen.scratch or scratch_folder()
    alone: tuple[str, ...] | None = () if chosen.quick or chosen.no_peers else None
    rounds = 1 if chosen.quick else 3
    for name, arrays, count in (
        ("The medium graph", medium_graph(chosen), 3 if chosen.quick else 40),
        ("A small graph with many loops", arrays_of(*LOOPS), 40),
    ):
        pairs = pairs_of(arrays.entities, count)
        with tempfile.TemporaryDirectory() as folder:
            told = comparison(arrays, pairs, Path(folder), lambda p: environment(p, scratch), engines, rounds, alone)
        print(f"### {name}: {arrays.entities:,} entities, {arrays.arcs:,} arcs\n\n{told}", flush=True)


def files(_: argparse.Namespace, engines: tuple[str, ...]) -> None:  # noqa: ARG001 - as the other parts
    """The medium graph as KGX files."""
    if importlib.util.find_spec("pyarrow"):
        subprocess.run([sys.executable, Path(__file__).with_name("graphs.py")], check=True)
    else:
        print("Left out: pyarrow is not installed (extra fast).\n", flush=True)


def networks(chosen: argparse.Namespace, engines: tuple[str, ...]) -> None:
    """Networks of claims in memory, as RDF gives them."""
    from networks import report

    report(engines, quick=chosen.quick)


def large(chosen: argparse.Namespace, engines: tuple[str, ...]) -> None:
    """The kernel alone; other libraries are asked on the medium graph."""
    from kernel import arrays_of, questions, size

    counts = QUICK if chosen.quick else LARGE
    short = lacks_memory(*counts)
    if short:
        print(short)
        return
    start = time.process_time()
    arrays = arrays_of(*counts)
    print(size(arrays), f"Generated and built in {time.process_time() - start:.0f} s of CPU.\n", sep="\n", flush=True)
    for engine in engines:
        print(questions(arrays, engine, many=100 if chosen.quick else 200), flush=True)


def curves(chosen: argparse.Namespace, engines: tuple[str, ...]) -> None:
    """How times grow, as tables and as a picture."""
    from curves import MEDIUM, SIZES, drawn, measured, told

    from kg.files import write

    sizes = (1000, 3000) if chosen.quick else [arcs for arcs in SIZES if not lacks_memory(arcs // 20, arcs)]
    panels = measured(sizes, engines, QUICK if chosen.quick else MEDIUM, quick=chosen.quick)
    print(told(panels), flush=True)
    if chosen.figure:
        write(chosen.figure, drawn(panels), force=chosen.force)


def remote(chosen: argparse.Namespace, _: tuple[str, ...]) -> None:
    """The medium graph where it is not read into memory."""
    from kernel import ARCS, ENTITIES
    from remote import report

    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder), *(QUICK if chosen.quick else (ENTITIES, ARCS)), quick=chosen.quick)


def load(chosen: argparse.Namespace, _: tuple[str, ...]) -> None:
    """The explorer, asked by many clients at once."""
    from load import report

    report(quick=chosen.quick)


def main() -> None:
    """Run the parts that are asked for, each under a heading."""
    chosen = arguments()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from measuring import machine

    import kg

    compiled = importlib.util.find_spec("numba") is not None and not chosen.quick
    engines = ("compiled", "plain") if compiled else ("plain",)
    print(machine(kg.load().version))
    for part in PARTS if chosen.part == "all" else (chosen.part,):
        print(f"## {part.capitalize()}\n", flush=True)
        if part == "small":
            small(chosen)
        else:
            every = {"medium": medium, "large": large, "curves": curves, "remote": remote, "load": load}
            (every | {"peers": peers, "files": files, "networks": networks})[part](chosen, engines)


if __name__ == "__main__":
    main()
