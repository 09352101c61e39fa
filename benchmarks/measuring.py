"""Telling what was measured: times, tables, and the machine and versions that they hold for."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["clocked", "machine", "median", "shown", "table", "work"]


def clocked(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of an action in this thread, and what it gives."""
    start = time.thread_time()
    answer = action()
    return time.thread_time() - start, answer


def median(actions: Sequence[Callable[[], Any]]) -> float:
    """The median CPU seconds of several actions."""
    return statistics.median(clocked(action)[0] for action in actions)


def work() -> float:
    """CPU seconds so far of this process and, where the system lists processes under /proc, of all that it started."""
    parents, ticks = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            told = file.read_text().rpartition(")")[2].split()
            parents[int(file.parent.name)] = int(told[1])
            ticks[int(file.parent.name)] = sum(map(int, told[11:15]))  # its own, and of those it has waited for
    below, level = set[int](), {os.getpid()}
    while level:
        level = {process for process, parent in parents.items() if parent in level}
        below |= level
    ended = os.times()
    children = sum(ticks[process] for process in below) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + ended.children_user + ended.children_system + children


def shown(seconds: float) -> str:
    """A time in milliseconds, with three digits or so."""
    digits = next((digits for limit, digits in ((0.1, 0), (0.01, 1), (0.001, 2)) if seconds >= limit), 3)
    return f"{seconds * 1e3:.{digits}f} ms"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left, the others to the right."""
    rule = [":--", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *lines]) + "\n"


def machine(data: str) -> str:
    """One line that names versions and machine; `data` is the version of the shipped graph."""
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.*\S)", info.read_text()) if info.exists() else None
    processor = named[1] if named else platform.processor() or platform.machine()
    packages = ", ".join(
        f"{name} {found}" for name in ("pyoxigraph", "rdflib", "networkx", "numpy", "numba", "pyarrow")
        if (found := _version(name))
    )  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"kg {version('calciphylaxis-kg')}, data {data}; {platform.python_implementation()} "
        f"{platform.python_version()}, {packages}; {platform.system()} {platform.release()}, {os.cpu_count()} x "
        f"{processor}, {memory:.0f} GB\n"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
