"""The support of every step of a large graph as one number, so that a search can prefer strong ones.

The numbers are places in the order of `kg.model.Support`: independent voices, unresolved ones, species, certainty, and
last fewer voices against; KGX files state no design. Counted for all steps at once: O(v log v) for v pairs of a row and
a voice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.causal.kernel.arrays import CLAIM, STRONGEST
from kg.foreign import ACTS, LOWERS, NULL, RAISES
from kg.large.records import SPECIES, Records
from kg.large.texts import Column

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["strengths"]


def strengths(records: Records) -> Numbers:
    """For each arc the rank of its support (int32); arcs by definition are the strongest."""
    import numpy as np

    statements, arrays = records.tables.statements, records.tables.arrays
    keep = np.ones(len(statements.meaning), bool) if records.keep is None else records.keep != 0
    place = np.flatnonzero(keep[statements.row])
    row = statements.row[place]
    pair, group = _pairs_of_ends(records), np.asarray(statements.group)
    steps = len(statements.first)
    step_of = np.full(3 * (int(pair.max(initial=-1)) + 1), -1)
    claimed = np.flatnonzero(group[statements.first] <= LOWERS)
    step_of[3 * pair[statements.first[claimed]] + group[statements.first[claimed]]] = claimed
    own = np.full(len(place), -1)
    signed = group[place] <= LOWERS
    own[signed] = step_of[3 * pair[place[signed]] + group[place[signed]]]
    at, voice, independent, voices = _voices(records, row)
    sure = _pairs(own[at][independent], voice[independent], voices)
    unsure = np.setdiff1d(_pairs(own[at][~independent], voice[~independent], voices), sure, assume_unique=True)
    said, about = group[place[at]], 3 * pair[place[at]]
    against = np.concatenate([
        _pairs(np.where(_opposes(said, side), step_of[about + side], -1), voice, voices)
        for side in (RAISES, ACTS, LOWERS)
    ])  # fmt: skip
    counts = [np.bincount(found // voices, minlength=steps) for found in (sure, unsure, against)]
    best = [_highest(own, rank[row], steps) for rank in (_species(records), _certainty(records))]
    order = np.lexsort((-counts[2], best[1], best[0], counts[1], counts[0]))
    columns = np.stack([*counts, *best])[:, order]
    fresh = np.zeros(steps, np.int64)
    fresh[1:] = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    rank = np.empty(steps, np.int64)
    rank[order] = np.cumsum(fresh)
    by_arc = np.full(arrays.arcs, STRONGEST, np.int32)
    claims = arrays.out_kind == CLAIM
    by_arc[claims] = rank[arrays.row[claims]]
    return by_arc


def _pairs_of_ends(records: Records) -> Numbers:
    """For each place in the order of statements the number of its pair of entities."""
    import numpy as np

    statements = records.tables.statements
    subject = np.repeat(np.arange(len(statements.start) - 1), np.diff(statements.start))
    fresh = np.zeros(len(subject), bool)
    fresh[1:] = (subject[1:] != subject[:-1]) | (statements.object[1:] != statements.object[:-1])
    return np.cumsum(fresh)


def _opposes(group: Numbers, side: int) -> Numbers:
    """Which groups stand against a step: null results against each, and the opposite sign."""
    opposite = {RAISES: LOWERS, LOWERS: RAISES}.get(side, NULL)
    found: Numbers = (group == NULL) | (group == opposite)
    return found


def _pairs(step: Numbers, voice: Numbers, voices: int) -> Numbers:
    """The different pairs of a step (-1: none) and a voice, as one number each."""
    import numpy as np

    return np.unique(step[step >= 0] * voices + voice[step >= 0])


def _voices(records: Records, row: Numbers) -> tuple[Numbers, Numbers, Numbers, int]:
    """The voices of rows: for each pair of a row (its place in `row`) and a voice both numbers, whether it is an
    independent voice, and how many voices there are.
    """
    import numpy as np

    numbers: dict[str, int] = {}
    cited, begin, many = _cited(records, numbers)
    sources = records.tables.statements.columns.get("primary_knowledge_source")
    names = list(sources.values) if sources else [""]
    told = np.array([numbers.setdefault(n or records.tables.files[1], len(numbers)) for n in names])
    own = told[sources.codes] if sources else np.full(len(records.tables.statements.meaning), told[0])
    count = many[row]
    alone = np.flatnonzero(count == 0)
    ends = np.cumsum(count)
    spread = np.repeat(begin[row] - (ends - count), count) + np.arange(int(count.sum()))
    at = np.concatenate([np.repeat(np.arange(len(row)), count), alone])
    voice = np.concatenate([cited[spread], own[row[alone]]])
    independent = np.ones(len(at), bool)
    independent[len(at) - len(alone) :] = _speaks(records)[row[alone]]
    return at, voice, independent, len(numbers)


def _cited(records: Records, numbers: dict[str, int]) -> tuple[Numbers, Numbers, Numbers]:
    """The publications of all rows one after the other, and for each row where its own begin and how many they are."""
    import numpy as np

    texts = records.tables.statements.cited
    if not len(texts):
        nothing = np.zeros(len(records.tables.statements.meaning), np.int64)
        return nothing[:0], nothing, nothing
    listed = [_different(cell) if cell else () for cell in texts]
    flat = [numbers.setdefault(work, len(numbers)) for works in listed for work in works]
    many = np.fromiter(map(len, listed), np.int64, len(listed))
    return np.array(flat, np.int64), np.cumsum(many) - many, many


def _different(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


def _speaks(records: Records) -> Numbers:
    """Which rows that cite nothing have a voice of their own: a knowledge source, or data or an inference stated."""
    import numpy as np

    columns = records.tables.statements.columns
    own = np.zeros(len(records.tables.statements.meaning), bool)
    if "primary_knowledge_source" in columns:
        own |= _table(columns["primary_knowledge_source"], lambda name: name not in ("", records.tables.files[1])) == 1
    if "knowledge_level" in columns:
        own |= _table(columns["knowledge_level"], lambda level: records.level(level)[1] is not None) == 1
    return own


def _species(records: Records) -> Numbers:
    import numpy as np

    ranks = records.signs.schema.vocabularies["species"]
    columns = records.tables.statements.columns
    found = np.full(len(records.tables.statements.meaning), -1)
    for name in (name for name in SPECIES if name in columns):
        read = {v: ranks.get(next(iter(records.signs.values("", v)), v), 0) if v else -1 for v in columns[name].values}
        found = np.where(found < 0, _table(columns[name], read.__getitem__), found)
    ranked: Numbers = np.maximum(found, 0)
    return ranked


def _certainty(records: Records) -> Numbers:
    import numpy as np

    ranks = records.signs.schema.vocabularies["certainty"]
    column = records.tables.statements.columns.get("knowledge_level")
    if column is None:
        return np.zeros(len(records.tables.statements.meaning), np.int64)
    return _table(column, lambda level: ranks.get(records.level(level)[0] or "", 0))


def _table(column: Column, read: Callable[[str], int]) -> Numbers:
    """A number for the text in each row; each different text is read once."""
    import numpy as np

    table = np.array([int(read(value)) for value in column.values] or [0])
    found: Numbers = table[column.codes]
    return found


def _highest(step: Numbers, rank: Numbers, steps: int) -> Numbers:
    import numpy as np

    found = np.zeros(steps, np.int64)
    np.maximum.at(found, step[step >= 0], rank[step >= 0])
    return found
