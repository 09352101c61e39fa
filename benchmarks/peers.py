"""The kernel against other libraries on one signed graph: the same pairs, the same k, the same longest path.

Each peer has an environment of its own with pinned versions, made when first needed and kept in a scratch folder, and a
process of its own (`peer.py`) that gets the graph by file and doubles it. The kernel answers in this process. All
answer one after the other, in an order drawn anew each round; what counts is the CPU time of whoever answers.

Answers are compared with ours, length by length: which library picks which of two paths of equal length is its own
affair. Ours are exact (tests/causal compares them with brute force); and a right path here that is shorter than ours
ends the run with an error.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from kernel import BEST, PLENTY, STEPS, Arrays, Kernel, Routes, clocked
from measuring import shown, table

__all__ = ["LIMIT", "PEERS", "Peer", "comparison", "scratch_folder"]

LIMIT, PATIENCE = 5, 20
"""CPU seconds that a peer has for one pair, both signs; and after how many it gets no further pairs, in no round."""
Pair = tuple[int, int]
Answers = dict[int, list[list[int]]]
"""For each sign the paths, as the entities on them."""


@dataclass
class Peer:
    """A method of a library: what is installed for it, and what its k counts. `python` stands in for an environment."""

    package: str
    method: str
    installed: tuple[str, ...]
    k_means: str
    python: str = ""
    version: str = ""
    taken: dict[Pair, list[float]] = field(default_factory=dict)
    stopped: dict[Pair, str] = field(default_factory=dict)
    answers: dict[Pair, Answers] = field(default_factory=dict)
    slow: bool = False
    missing: str = ""
    """Why it could not be asked."""

    @property
    def name(self) -> str:
        """For a reader."""
        return f"{self.package} {self.version} `{self.method}`".replace("  ", " ")


_K, _NO_K = "no: wrong paths count", "none: all of one length after the other, until there are k"
_NETWORKX, _IGRAPH = ("networkx==3.6.1",), ("igraph==1.0.0",)
PEERS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("networkx", "shortest_simple_paths", _NETWORKX, _K),
    ("networkx", "all_simple_paths", _NETWORKX, _NO_K),
    ("indra", "shortest_simple_paths", ("indra==1.24.0", *_NETWORKX), _K),
    ("igraph", "get_k_shortest_paths", _IGRAPH, _K),
    ("igraph", "get_all_simple_paths", _IGRAPH, _NO_K),
    ("rustworkx", "all_simple_paths", ("rustworkx==0.18.1",), _NO_K),
    ("scipy", "yen", ("scipy==1.17.1", "numpy==2.4.6"), _K),
)


# --- Environments and processes --------------------------------------------------------------------------------------


def scratch_folder() -> Path:
    """Where the environments are kept: in the user's folder for caches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "calciphylaxis-kg-benchmarks"


def environment(peer: Peer, scratch: Path) -> str:
    """The interpreter of a peer's environment, which is made if it is not whole; raises CalledProcessError."""
    folder = scratch / "-".join(peer.installed).replace("==", "-")
    python, whole = folder / "bin" / "python", folder / "whole"
    if not whole.exists():
        shutil.rmtree(folder, ignore_errors=True)
        for command in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.installed],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
        whole.touch()
    return str(python)


def hand_over(arrays: Arrays, folder: Path) -> None:
    """Write the signed arcs for the peers: sources, targets, signs, four bytes a number."""
    source = np.repeat(np.arange(arrays.entities), np.diff(arrays.out_start))
    signed = arrays.out_code != 0
    columns = [np.asarray(column[signed], np.int32) for column in (source, arrays.out_target, arrays.out_code)]
    with (folder / "graph.bin").open("wb") as file:
        for column in columns:
            column.tofile(file)
    (folder / "graph.json").write_text(json.dumps({"entities": arrays.entities, "arcs": len(columns[0])}), "utf-8")


@contextmanager
def process(package: str, python: str, folder: Path) -> Iterator[Callable[[Any], Any]]:
    """A running peer: a call writes a question and reads the answer; the first answer is there without a question."""
    command = [python, str(Path(__file__).with_name("peer.py")), package, str(folder), *map(str, (BEST, STEPS, LIMIT))]
    home = {**os.environ, "HOME": str(folder), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    with (
        (folder / f"{package}.log").open("w") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=home
        ) as running,
    ):
        assert running.stdin
        assert running.stdout
        into, out = running.stdin, running.stdout

        def ask(question: Any) -> Any:
            if question is not None:
                into.write(json.dumps(question) + "\n")
                into.flush()
            line = out.readline()
            if not line:
                raise ChildProcessError((folder / f"{package}.log").read_text().strip().rpartition("\n")[2] or "ended")
            return json.loads(line)

        try:
            yield ask
        finally:
            into.close()
            running.terminate()


# --- Asking ----------------------------------------------------------------------------------------------------------


def ask_peer(peer: Peer, ask: Callable[[Any], Any], pairs: list[Pair]) -> None:
    """One round of a peer, unless it is slow: pair by pair until its patience is over."""
    left = 0.0 if peer.slow else float(PATIENCE)
    for pair in pairs:
        if left <= 0:
            peer.slow = True
            break
        reply = ask({"method": peer.method, "source": pair[0], "target": pair[1]})
        if "stopped" in reply:
            peer.stopped[pair] = reply["stopped"]
            left -= LIMIT
        else:
            peer.taken.setdefault(pair, []).append(reply["seconds"])
            peer.answers[pair] = {
                int(sign): [[node // 2 for node in path] for path in paths] for sign, paths in reply["paths"].items()
            }
            left -= reply["seconds"]


def ask_kernel(ours: Peer, kernel: Kernel, pairs: list[Pair], found: dict[Pair, Routes]) -> None:
    """One round of the kernel."""
    for pair in pairs:
        question = partial(kernel.search, [pair[0]], [pair[1]], STEPS, k=BEST, signs=(1, -1), budget=PLENTY)
        seconds, found[pair] = clocked(question)
        ours.taken.setdefault(pair, []).append(seconds)


def comparison(
    arrays: Arrays, pairs: list[Pair], folder: Path, python_of: Callable[[Peer], str], engines: tuple[str, ...],
    rounds: int = 3, packages: tuple[str, ...] | None = None,
) -> str:  # fmt: skip
    """Ask everybody everything and tell it as two tables. `python_of` gives the interpreter of a peer's environment."""
    kernels = {name: Kernel(arrays, engine=name) for name in engines}
    ours = {name: Peer("kg", name, (), "yes") for name in engines}
    peers = [Peer(*row) for row in PEERS if packages is None or row[0] in packages]
    hand_over(arrays, folder)
    found: dict[Pair, Routes] = {}
    running: dict[str, tuple[Any, Callable[[Any], Any]]] = {}
    try:
        for peer in peers:
            start_up(peer, peers, folder, python_of, running)
        draw = random.Random(1)
        for kernel in kernels.values():
            kernel.search([pairs[0][0]], [pairs[0][1]], STEPS, k=BEST)  # compiles
        for _ in range(rounds):
            for one in draw.sample([*ours.values(), *peers], len(ours) + len(peers)):
                if one.package == "kg":
                    ask_kernel(one, kernels[one.method], pairs, found)
                elif not one.missing:
                    try:
                        ask_peer(one, running[one.package][1], pairs)
                    except (ChildProcessError, OSError) as error:
                        one.missing = str(error)
    finally:
        for context, _ in running.values():
            context.__exit__(None, None, None)
    return told(ours, peers, pairs, found, arrays)


def start_up(
    peer: Peer, peers: list[Peer], folder: Path, python_of: Callable[[Peer], str],
    running: dict[str, tuple[Any, Callable[[Any], Any]]],
) -> None:  # fmt: skip
    """Start the process of a peer's library unless it runs; say why if that cannot be."""
    if peer.package not in running and not any(p.missing for p in peers if p.package == peer.package):
        try:
            context = process(peer.package, python_of(peer), folder)
            ask = context.__enter__()
            running[peer.package] = context, ask
            version = ask(None)["version"]
        except (subprocess.SubprocessError, ChildProcessError, OSError) as error:
            reason = (getattr(error, "stderr", "") or str(error)).strip().rpartition("\n")[2]
            version = ""
            for same in peers:
                same.missing = reason if same.package == peer.package else same.missing
        for same in peers:
            same.version = version if same.package == peer.package else same.version


# --- Telling ---------------------------------------------------------------------------------------------------------


def medians(peer: Peer, pairs: list[Pair]) -> list[float]:
    """The median of the rounds for each pair; a pair that was stopped counts as the limit."""
    return [LIMIT if pair in peer.stopped else statistics.median(peer.taken[pair]) for pair in pairs]


def mistakes(peer: Peer, found: dict[Pair, Routes]) -> Counter[str]:
    """How many paths a peer gives, how many visit an entity twice, and how many of the right ones it lacks."""
    seen: Counter[str] = Counter()
    for pair, answers in peer.answers.items():
        for sign, paths in answers.items():
            right = sorted(len(path) - 1 for path in paths if len(set(path)) == len(path))
            exact = found[pair].lengths[found[pair].signs == sign].tolist()
            if len(right) > len(exact) or any(mine > theirs for mine, theirs in zip(exact, right, strict=False)):
                raise SystemExit(f"{peer.name}: a right path from {pair[0]} to {pair[1]} that the kernel does not give")
            same = sum(mine == theirs for mine, theirs in zip(exact, right, strict=False))
            seen.update(paths=len(paths), twice=len(paths) - len(right), exact=len(exact), lacking=len(exact) - same)
            seen.update(questions=1, short=int(same < len(exact)))
    return seen


def share(part: int, whole: int) -> str:
    """A share in per cent."""
    return f"{part / whole:.1%}" if whole else ""


def told(ours: dict[str, Peer], peers: list[Peer], pairs: list[Pair], found: dict[Pair, Routes], arrays: Arrays) -> str:
    """Both tables: times, and how right the answers are."""
    times, answers = [], []
    routes = [arrays.places(route) for pair in pairs for route in found[pair]]
    twice = sum(len(set(places)) < len(places) for places in routes)
    for name, one in ours.items():
        mine = medians(one, pairs)
        times.append([f"kg, {name}", str(len(pairs)), "0", *spread(mine), *["" for _ in ours]])
    answers.append(["kg", str(len(routes)), share(twice, len(routes)), "0.0%", "0.0%", "yes"])
    for peer in peers:
        asked = [pair for pair in pairs if pair in peer.taken or pair in peer.stopped]
        if peer.missing and not asked:
            times.append([f"{peer.name}: not asked ({peer.missing})", *["" for _ in range(4 + len(ours))]])
            continue
        theirs = medians(peer, asked)
        sign = ">= " if 2 * len(peer.stopped) >= len(asked) else ""
        ratios = [f"{sign}{ratio(theirs, medians(one, asked))} x" for one in ours.values()]
        times.append([peer.name, str(len(asked)), str(len(peer.stopped)), *spread(theirs), *ratios])
        seen = mistakes(peer, found)
        answers.append([
            peer.name, str(seen["paths"]), share(seen["twice"], seen["paths"]), share(seen["lacking"], seen["exact"]),
            share(seen["short"], seen["questions"]), peer.k_means,
        ])  # fmt: skip
    head = ["", "pairs asked", f"stopped at {LIMIT} s", "p50", "p95", *(f"against {name}" for name in ours)]
    wrong = ["", "paths", "visit an entity twice", "right paths lacking", "answers that lack some", "k means k right"]
    return (
        f"The first {BEST} paths to each of two signs, to {STEPS} steps. CPU time; ratios on the pairs that were asked."
        f"\n\n{table(head, times)}\n{table(wrong, answers)}"
    )


def ratio(theirs: list[float], mine: list[float]) -> str:
    """How many times as long they took, with three digits: median against median, over the same pairs."""
    times = float(f"{statistics.median(theirs) / statistics.median(mine):.3g}")
    return f"{times:,.10g}"


def spread(seconds: list[float]) -> list[str]:
    """Median and 95th percentile; what was stopped took longer."""
    return [
        f"> {LIMIT} s" if value >= LIMIT else shown(value)
        for value in (float(np.percentile(seconds, part, method="higher")) for part in (50, 95))
    ]
