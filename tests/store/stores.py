"""Two small worlds, one to be in a store before and one to come in its place, and how to look at a store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from worlds import World

ROOT = Path(__file__).resolve().parents[2]
OLD = World(claims=[("a", "increases", "b"), ("b", "decreases", "c")])
NEW = World(
    claims=[
        ("a", "increases", "b"), ("b", "increases", "c"), ("c", "affects", "a"), ("c", "has-no-effect-on", "b"),
        ("a", "positively-associated-with", "c"),
    ],
    links=[("a", "broader", "c")],
)  # fmt: skip
WHOLE = ["generation", "kg-store.json", "writer.lock"]


def statements(dataset):
    """All statements of a dataset, each as a line."""
    return set(map(str, dataset.store))


def left_in(store):
    """What lies in the folder of a store; generations without their number."""
    return sorted(entry.name.rsplit("-0", 1)[0] for entry in store.iterdir())


def started(*arguments):
    """A Python process of its own, with text pipes."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)], env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
