"""Writes a store again and again, in children that kill themselves at their first, second, third ... line of code.

Run as: killed.py WAY DATA OLD WORK MODULE... WAY is how the new data in the folder DATA are written: save or build in the place
of the store OLD, first where nothing is yet. WORK/n is then the place as the n-th child left it; the last one was not
killed. A line of the modules counts when it is run for the first time. This process forks, and so may never open a
store on disk itself: Oxigraph's threads would not be in the children.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
from pathlib import Path

import pyoxigraph

from kg.store import Dataset, build, ordering

ordering.CHUNK = 20  # small enough for several sorted files, and several slices


def die_at(number, files):
    """Kill this process at the line of these files that is the `number`-th to be run for the first time."""
    seen = set()

    def trace(frame, event, argument):
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            if len(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def main(way, data, old, work, *modules):
    files = {importlib.import_module(module).__file__ for module in modules}
    dataset = Dataset.load(data)
    for number in range(1, 10_000):
        place = Path(work) / str(number)
        if way != "first":
            shutil.copytree(old, place)
        child = os.fork()
        if child == 0:
            die_at(number, files)
            if way == "save":
                dataset.save(place, force=True)
            else:
                build.build([data], place, force=way != "first")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return os.WEXITSTATUS(status)
        if os.WTERMSIG(status) != signal.SIGKILL:
            return 1
    return 1


if __name__ == "__main__":
    assert pyoxigraph.__version__  # loaded once, before the children are
    sys.exit(main(*sys.argv[1:]))
