"""Filters on a large graph as masks: one number a row of the file, one a node. Nothing is copied.

The words are those of `kg.causal.scope`; what KGX files cannot state (design, population, years) is refused. A value
may be one of ours (``human``) or one that the file has (``NCBITaxon:7955``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.large.records import SPECIES, TISSUE, Records
from kg.large.texts import Column

if TYPE_CHECKING:
    from kg.large.texts import Numbers

__all__ = ["FILTERS", "claims_on", "claims_that_fall", "scoped"]

FILTERS = ("species", "tissue", "certainty", "basis", "sources")
"""What can be filtered by."""
_DROP, _KEEP, _UNSTATED = range(3)
Test = Callable[[str], int]


def scoped(records: Records, filters: dict[str, Any], unstated: bool) -> tuple[Numbers, list[str]]:
    """Which rows of the file are inside a scope (uint8), and the scope in words.

    Raises UsageError for a filter or a value that is unknown or that these files do not state. O(rows) a filter.
    """
    import numpy as np

    keep = np.ones(len(records.tables.statements.meaning), np.uint8)
    words = []
    for name, wanted in filters.items():
        if name not in FILTERS:
            wrong = f"KGX files do not state {name}" if name in _NOT_STATED else f"Unknown filter {name!r}"
            raise UsageError(f"{wrong}. Filter by {', '.join(FILTERS)}.")
        if wanted is None:
            continue
        listed = [str(getattr(w, "id", w)) for w in ([wanted] if isinstance(wanted, str) else wanted)]
        verdict, word = _FILTERS[name](records, listed)
        keep &= (verdict == _KEEP) | ((verdict == _UNSTATED) & unstated)
        words.append(word)
    return keep, [*words, "claims that do not say kept"] if words and unstated else words


_NOT_STATED = ("design", "population", "years")


def _by_value(vocabulary: str, columns: tuple[str, ...]) -> Callable[[Records, list[str]], tuple[Numbers, str]]:
    """A filter by a value that one of some columns states."""

    def judge(records: Records, listed: list[str]) -> tuple[Numbers, str]:
        signs, held = records.signs, records.tables.statements.columns
        there = [held[name] for name in columns if name in held]
        read = {value: next(iter(signs.values("", value)), value) for column in there for value in column.values}
        known = {*signs.schema.vocabularies[vocabulary], *read.values()} - {""}
        chosen = [_chosen(vocabulary, value, known) for value in listed]
        verdict = _unstated(records)
        for column in reversed(there):
            stated = _judged(column, lambda v: _UNSTATED if not v else _KEEP if read[v] in chosen else _DROP)
            verdict[stated != _UNSTATED] = stated[stated != _UNSTATED]
        return verdict, f"{vocabulary} {' or '.join(chosen)}"

    return judge


def _chosen(vocabulary: str, value: str, known: set[str]) -> str:
    slug = value.strip().lower().replace(" ", "-").replace("_", "-")
    for name in (value.strip(), slug):
        if name in known:
            return name
    listed = sorted(known)
    more = f" and {len(listed) - 20} more" if len(listed) > 20 else ""
    raise UsageError(f"Unknown {vocabulary} {value!r}. These files know: {', '.join(listed[:20])}{more}.")


def _by_certainty(records: Records, listed: list[str]) -> tuple[Numbers, str]:
    ranks = records.signs.schema.vocabularies["certainty"]
    floor = _chosen("certainty", listed[0], set(ranks))

    def test(level: str) -> int:
        certainty = records.level(level)[0]
        return _UNSTATED if certainty is None else _KEEP if ranks[certainty] >= ranks[floor] else _DROP

    return _levels(records, test), f"certainty at least {floor}"


def _by_basis(records: Records, listed: list[str]) -> tuple[Numbers, str]:
    chosen = [_chosen("basis", value, set(records.signs.schema.vocabularies["basis"])) for value in listed]

    def test(basis: str | None) -> int:
        return _UNSTATED if basis is None else _KEEP if basis in chosen else _DROP

    verdict = _levels(records, lambda level: test(records.level(level)[1]))
    reported = _cites(records)
    verdict[reported | ((verdict == _UNSTATED) & ~_sourced(records))] = test("second-hand")
    return verdict, f"basis {' or '.join(chosen)}"


def _by_sources(records: Records, listed: list[str]) -> tuple[Numbers, str]:
    keep = _names(records, listed, all_of_them=False)
    return keep.astype("uint8"), f"sources {', '.join(sorted(set(listed)))}"


_FILTERS: dict[str, Callable[[Records, list[str]], tuple[Numbers, str]]] = {
    "species": _by_value("species", SPECIES),
    "tissue": _by_value("tissue", TISSUE),
    "certainty": _by_certainty,
    "basis": _by_basis,
    "sources": _by_sources,
}


def claims_that_fall(records: Records, names: Iterable[str]) -> Numbers:
    """Which rows fall with some knowledge sources and publications: theirs, and those that cite nothing else.

    Raises UsageError for a name that no row has.
    """
    return _names(records, list(names), all_of_them=True)


def claims_on(records: Records, entities: Iterable[int]) -> Numbers:
    """The numbers of the rows that have one of the entities at an end. O(rows) an entity."""
    import numpy as np

    statements = records.tables.statements
    places = [np.arange(statements.start[e], statements.start[e + 1]) for e in entities]
    places += [np.flatnonzero(statements.object == e) for e in entities]
    return statements.row[np.concatenate(places)] if places else np.zeros(0, np.int32)


def _names(records: Records, names: list[str], *, all_of_them: bool) -> Numbers:
    """The rows of which a knowledge source, or a cited work (or all of them), is among the names."""
    import numpy as np

    found: Numbers

    wanted, known = set(names), set[str]()
    held = records.tables.statements.columns
    if "primary_knowledge_source" in held:
        column = held["primary_knowledge_source"]
        known.update(column.values)
        found = _judged(column, lambda name: int((name or records.tables.files[1]) in wanted)) == 1
    else:
        found = np.full(len(records.tables.statements.meaning), records.tables.files[1] in wanted)
    cited: dict[int, tuple[str, ...]] = {}
    for name in wanted:
        rows = records.tables.statements.cited.holding(name, value=True).tolist() if name else []
        cited.update({row: records.cited(row) for row in rows})
    known.update(work for works in cited.values() for work in works)
    found[[row for row, works in cited.items() if not all_of_them or wanted.issuperset(works)]] = True
    unknown = sorted(wanted - known - {records.tables.files[1]})
    if unknown:
        raise UsageError(
            f"No source {unknown[0]!r} in these files. Sources go by an identifier, such as PMID:25621299."
        )
    return found


def _levels(records: Records, test: Test) -> Numbers:
    column = records.tables.statements.columns.get("knowledge_level")
    return _unstated(records) if column is None else _judged(column, test)


def _cites(records: Records) -> Numbers:
    """Which rows name publications."""
    import numpy as np

    start = records.tables.statements.cited.start
    cites: Numbers = np.diff(start) > 0 if len(start) > 1 else np.zeros(len(records.tables.statements.meaning), bool)
    return cites


def _sourced(records: Records) -> Numbers:
    """Which rows name a knowledge source."""
    import numpy as np

    column = records.tables.statements.columns.get("primary_knowledge_source")
    named: Numbers = np.zeros(len(records.tables.statements.meaning), bool)
    return named if column is None else _judged(column, lambda cell: int(bool(cell))) != 0


def _judged(column: Column, test: Test) -> Numbers:
    """What a test says of the text in each row; each different text is tested once."""
    import numpy as np

    table = np.array([test(value) for value in column.values] or [_UNSTATED], np.uint8)
    judged: Numbers = table[column.codes]
    return judged


def _unstated(records: Records) -> Numbers:
    import numpy as np

    return np.full(len(records.tables.statements.meaning), _UNSTATED, np.uint8)
