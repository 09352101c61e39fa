"""Writes a store again and again, in children that kill themselves at one line of code after the other.

Run as: killed.py WAY DATA OLD WORK MODULE... WAY is how the new data in the folder DATA are written: save or build in the place
of the store OLD, first where nothing is yet. WORK/n is then the place as the n-th child left it; the last one was not
killed. A line of the modules counts when it is run for the first time. A kill leaves what lies on the disk and nothing
else, so a first child, which lives, notes at which lines that is not as it was at the line before; the others die at
these. This process forks, and so may never open a store on disk itself: Oxigraph's threads would not be in the children.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pyoxigraph

from kg.store import Dataset, build, ordering

ordering.CHUNK = 20  # small enough for several sorted files, and several slices


def at_new_lines(files, act):
    """Call `act` with 1, 2, 3 ... before each line of these files that is run for the first time."""
    seen = set()

    def trace(frame, event, argument):
        if frame.f_code.co_filename not in files:
            return None
        if event == "line" and (line := (frame.f_code.co_filename, frame.f_lineno)) not in seen:
            seen.add(line)
            act(len(seen))
        return trace

    sys.settrace(trace)


def on_disk(place):
    """What a kill would leave: every file with its number and size."""
    found = {path: path.lstat() for path in sorted(place.rglob("*"))}
    return {str(path): (stat.st_ino, stat.st_size) for path, stat in found.items()}


def turns(place, note):
    """Notes in a file the numbers of the lines before which something changed on the disk."""
    last = None

    def act(number):
        nonlocal last
        with contextlib.suppress(FileNotFoundError):  # Oxigraph's threads remove files meanwhile: the next line tells
            if (now := on_disk(place)) != last:
                last = now
                print(number, file=note, flush=True)

    return act


def death(line):
    """Kills this process before a line."""

    def act(number):
        if number == line:
            os.kill(os.getpid(), signal.SIGKILL)

    return act


def main(way, data, old, work, *modules):
    files = {importlib.import_module(module).__file__ for module in modules}
    dataset = Dataset.load(data)

    def written(place, act):
        """The status of a child that wrote the store at a place."""
        if way != "first":
            shutil.copytree(old, place)
        child = os.fork()
        if child == 0:
            at_new_lines(files, act)
            if way == "save":
                dataset.save(place, force=True)
            else:
                build.build([data], place, force=way != "first")
            os._exit(0)
        return os.waitpid(child, 0)[1]

    with tempfile.TemporaryDirectory(dir=Path(work).parent) as aside, (Path(aside) / "lines").open("w+") as note:
        if written(Path(aside) / "store", turns(Path(aside) / "store", note)):
            return 1
        note.seek(0)
        lines = [int(line) for line in note]
    for number, line in enumerate(lines, 1):
        status = written(Path(work) / str(number), death(line))
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            return 1
    return 1 if written(Path(work) / str(len(lines) + 1), death(None)) else 0


if __name__ == "__main__":
    assert pyoxigraph.__version__  # loaded once, before the children are
    sys.exit(main(*sys.argv[1:]))
