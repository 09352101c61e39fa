"""The formats there are: ours, and those that other packages add.

A package adds formats by an entry point of the group ``calciphylaxis_kg.formats`` that names a `Format`, or a list of
them. One that fails to load is left out, and the message says so once it is asked for by name.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path

from kg.errors import UsageError
from kg.exchange.documents import bare_name
from kg.exchange.format import Format

__all__ = ["GROUP", "MODULES", "format_named", "format_of", "formats"]

GROUP = "calciphylaxis_kg.formats"
MODULES = (
    "rdf",
    "nanopub",
    "kgx",
    "graphml",
    "nodelink",
    "drugmechdb",
    "dismech",
    "gpml",
    "pathograph",
    "diagrams",
    "cx2",
    "cyjs",
    "gexf",
    "sbgn",
    "sif",
    "indra",
    "bel",
    "tables",
    "mappings",
    "neo4j",
    "phenopacket",
)
"""The modules of `kg.exchange.forms` that hold formats (as `FORMATS`), in the order in which they are listed."""


@functools.cache
def formats() -> Mapping[str, Format]:
    """All formats by name. Raises UsageError if two go by the same name."""
    found: dict[str, Format] = {}
    listed = [each for name in MODULES for each in importlib.import_module(f"kg.exchange.forms.{name}").FORMATS]
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            added = point.load()
        except Exception as error:  # a broken package of somebody else must not take ours down
            broken[point.name] = f"{type(error).__name__}: {error}"
            continue
        listed += [added] if isinstance(added, Format) else list(added)
    for each in listed:
        if each.name in found:
            raise UsageError(f"Two installed packages bring a format {each.name!r}. Remove one of them.")
        found[each.name] = each
    return found


broken: dict[str, str] = {}
"""Entry points that could not be loaded, with the reason."""


def format_named(name: str) -> Format:
    """The format with this name. Raises UsageError, naming all."""
    found = formats().get(name.casefold())
    if found is None:
        if name in broken:
            raise UsageError(f"The format {name!r} is installed but cannot be loaded: {broken[name]}.")
        raise UsageError(f"No format {name!r}. Use one of: {', '.join(sorted(formats()))}.")
    return found


def format_of(path: Path, *, reads: bool = False) -> Format:
    """The format that a file name tells by its ending, the longest ending first. Raises UsageError.

    `reads` asks for one that can be read, else for one that can be written.
    """
    name = bare_name(path)
    able = [each for each in formats().values() if (each.read if reads else each.write)]
    fitting = [(len(ending), each) for each in able for ending in each.endings if name.endswith(ending)]
    if not fitting:
        known = ", ".join(sorted({ending for each in able for ending in each.endings}))
        verb = "read" if reads else "written"
        raise UsageError(f"The name {path.name} tells no format that can be {verb} ({known}). Name the format.")
    longest = max(length for length, _ in fitting)
    names = [each for length, each in fitting if length == longest]
    if len(names) > 1:
        listed = " or ".join(each.name for each in names)
        raise UsageError(f"The ending of {path.name} fits several formats. Name the one you mean: {listed}.")
    return names[0]
