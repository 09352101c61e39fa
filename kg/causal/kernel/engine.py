"""Which form of the kernel runs: plain Python, or the same functions compiled by Numba.

There is one source. The functions of `kg.causal.kernel.layers`, `walk` and `strongest` are plain Python over numbers;
compiling makes copies of them that call one another's compiled copies, and leaves the plain ones alone. Compiled code
is cached on disk beside the modules (or in the user's cache folder where that cannot be written) under a name that
holds a digest of all three sources, so that a change in one of them never meets stale code of another.

Plain functions get their arrays as memoryviews: reading one number of those costs half of what it costs from NumPy.

Who waits for the compiler is told so, on a terminal; who finds the compiled code in the cache hears nothing.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from kg.causal.kernel import layers, strongest, walk
from kg.causal.kernel.layers import Graph, Ints, Space
from kg.causal.kernel.strongest import Bounds, Front
from kg.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from kg.causal.kernel.arrays import Integers

__all__ = ["ENGINES", "LARGE", "PLAIN", "VARIABLE", "Engine", "engine_for"]

ENGINES = ("auto", "plain", "compiled")
VARIABLE = "KG_KERNEL"
"""The environment variable that names the engine where the caller does not."""
LARGE = 1_000_000
"""From how many arcs on a graph is large: hard questions then take seconds in plain Python, and loading the compiled
kernel takes half of one."""


@dataclass(frozen=True)
class Engine:
    """A form of the kernel: its name, how it wants its arrays, how many arcs it does in one slice, its functions.

    A slice takes some 10 to 100 milliseconds, so that Ctrl-C is heard between two of them.
    """

    name: str
    view: Callable[[Integers], Ints]
    slice: int
    advance: Callable[[Graph, Space, int], int]
    widen: Callable[[Graph, Bounds, int], int]
    pick: Callable[[Graph, Front, int], int]


def _seen(array: Integers) -> Ints:
    return memoryview(array.data)


_ENTRIES = (walk.advance, strongest.widen, strongest.pick)
PLAIN = Engine("plain", _seen, 200_000, *_ENTRIES)
"""The kernel in plain Python."""


def engine_for(name: str | None, arcs: int) -> Engine:
    """The engine of a name: ``plain``, ``compiled``, or ``auto``: compiled for large graphs where Numba is installed.

    Without a name the environment variable ``KG_KERNEL`` decides, without that ``auto``. Raises UsageError for another
    name, MissingExtra if ``compiled`` is asked for and Numba is not installed.

    >>> engine_for("auto", arcs=1000).name
    'plain'
    """
    asked = name or os.environ.get(VARIABLE) or "auto"
    if asked not in ENGINES:
        where = "engine" if name else f"the environment variable {VARIABLE}"
        raise UsageError(f"{where} must be one of {', '.join(ENGINES)}, not {asked!r}.")
    installed = importlib.util.find_spec("numba") is not None
    if asked == "compiled" and not installed:
        raise MissingExtra("numba", "fast")
    if asked == "compiled" or (asked == "auto" and installed and arcs >= LARGE):
        return _compiled()
    return PLAIN


@functools.cache
def _compiled() -> Engine:
    """The kernel compiled; the first time on a machine takes some seconds, later a fraction of one."""
    import numba

    sources = b"".join(Path(module.__file__ or "").read_bytes() for module in (layers, walk, strongest))
    digest = sha256(sources).hexdigest()[:12]
    options: Any = {"_nrt": False}  # nothing is allocated; counting references to arrays would take half of the time
    compiled: dict[str, Any] = {}
    for function in (*layers.FUNCTIONS, *walk.FUNCTIONS, *strongest.FUNCTIONS):
        copy = FunctionType(function.__code__, {**function.__globals__, **compiled}, function.__name__)
        copy.__qualname__ = f"{function.__name__}_{digest}"
        try:
            compiled[function.__name__] = numba.njit(cache=function in _ENTRIES, **options)(copy)
        except RuntimeError:  # no folder to keep a cache in
            compiled[function.__name__] = numba.njit(**options)(copy)
    advance, widen, pick = (compiled[function.__name__] for function in _ENTRIES)
    _announce({advance: "by steps", widen: "by support"})
    return Engine("compiled", _as_it_is, 1_000_000, advance, widen, pick)


def _announce(searches: Mapping[Any, str]) -> None:
    """When Numba begins to compile one of some functions, say for which search, on stderr if it is a terminal.

    Numba tells of what it compiles, and not of what it finds in its cache.
    """
    from numba.core import event

    class Announcement(event.Listener):
        def on_start(self, event: Any) -> None:
            search = searches.get(event.data["dispatcher"])
            if search and sys.stderr.isatty():
                print(f"kg: compiling the search {search} for this machine, once (some 10 s) ...", file=sys.stderr)

        def on_end(self, event: Any) -> None:
            pass

    event.register("numba:compile", Announcement())  # type: ignore[no-untyped-call]


def _as_it_is(array: Integers) -> Ints:
    return array
