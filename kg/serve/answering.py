"""One SPARQL query and its answer as bytes; run as a program, a worker that answers queries until its parent is gone.

A worker reads from its standard input: a line of JSON that says what to answer from, with the N-Quads behind it unless
they lie on disk; then a line of JSON for each query. It writes a line of JSON for each reply, with the body behind it.
It imports `kg.sparql` and pyoxigraph only, so that it is there within a fraction of a second. See `kg.serve.workers`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from kg.errors import KGError, QueryError, UsageError

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.sparql import Results

__all__ = ["GRAPHS", "LARGEST", "NO_MEMORY", "TABLES", "Answer", "Query", "TooLarge", "answer_of", "refused"]

TABLES = ("json", "xml", "csv", "tsv")
"""Forms of the answers to SELECT and ASK."""
GRAPHS = ("turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads")
"""Forms of the answers to CONSTRUCT and DESCRIBE."""
LARGEST = 64 * 2**20
"""The largest answer, in bytes: the process that passes it on holds it in memory."""
NO_MEMORY = 70
"""What a worker ends with when Python finds no more memory. (Rust aborts.)"""


class TooLarge(KGError):
    """The answer is larger than what is passed on; asked again, the query would end the same way."""

    exit_code: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class Query:
    """One SPARQL query: its text, and how the answer is wanted.

    `form` (of `TABLES`) is for SELECT and ASK, `graph_form` (of `GRAPHS`) for CONSTRUCT and DESCRIBE; `limit` counts
    rows (None: all). `default_graphs` and `named_graphs` make up the dataset that is asked, as in `kg.sparql.run`;
    where both are empty the query says it, or all graphs are asked.

    Raises UsageError for a form that there is not.
    """

    text: str
    form: str = "json"
    graph_form: str = "turtle"
    limit: int | None = 10_000
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    def __post_init__(self) -> None:
        for form, forms in ((self.form, TABLES), (self.graph_form, GRAPHS)):
            if form not in forms:
                raise UsageError(f"{form!r} is no form of an answer here. Use one of: {', '.join(forms)}.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: its `kind` (select, ask, construct), written in a `form`, with the number of `rows`.

    `truncated` says that there are more rows than the limit of the query.
    """

    kind: str
    body: bytes
    form: str
    rows: int
    truncated: bool


def answer_of(results: Results, query: Query) -> Answer:
    """The results of a query in the form that it wants. Raises TooLarge; UsageError if the form cannot hold them."""
    form = query.graph_form if results.kind == "construct" else query.form
    body = results.serialize(form).encode()
    if len(body) > LARGEST:
        size = f"{len(body) / 2**20:,.0f} MB, more than the {LARGEST // 2**20} MB that are passed on"
        raise TooLarge(f"The answer is too large: {size}. Ask for fewer rows (LIMIT) or fewer columns.")
    return Answer(results.kind, body, form, len(results), results.truncated)


# --- replies across the border of the process -------------------------------------------------------------------------

_ERRORS: dict[str, type[KGError]] = {kind.__name__: kind for kind in (QueryError, UsageError, TooLarge)}


def _reply(store: ox.Store, query: Query, prefixes: Mapping[str, str]) -> tuple[dict[str, Any], bytes]:
    """Head and body of the reply to a query; that of an error is its message."""
    from kg.sparql import run

    try:
        found = run(
            store, query.text, prefixes=prefixes, limit=query.limit,
            default_graphs=query.default_graphs, named_graphs=query.named_graphs,
        )  # fmt: skip
        answer = answer_of(found, query)
    except KGError as error:
        place = {"line": getattr(error, "line", None), "column": getattr(error, "column", None)}
        return {"error": type(error).__name__, **place}, str(error).encode()
    told = {"kind": answer.kind, "form": answer.form, "rows": answer.rows, "truncated": answer.truncated}
    return told, answer.body


def refused(head: Mapping[str, Any], message: str) -> KGError:
    """The error that a reply tells of."""
    kind = _ERRORS.get(head["error"], KGError)
    return QueryError(message, head["line"], head["column"]) if kind is QueryError else kind(message)


# --- the program ------------------------------------------------------------------------------------------------------


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches all; the parent decides what ends
    given, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints, replies stay whole
    store, prefixes = _opened(given)
    _send(replies, {}, b"")
    queries: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(given, queries), daemon=True).start()
    while True:
        try:
            _send(replies, *_reply(store, Query(**json.loads(queries.get())), prefixes))
        except MemoryError:
            os._exit(NO_MEMORY)


def _opened(given: IO[bytes]) -> tuple[ox.Store, Mapping[str, str]]:
    """The store to answer from; from here on memory is bounded."""
    import pyoxigraph as ox

    import kg.sparql  # noqa: F401 - while there is memory

    setup = json.loads(given.readline())
    if setup["folder"]:
        store = ox.Store.read_only(setup["folder"])
    else:
        store = ox.Store()
        store.load(given.read(setup["size"]), ox.RdfFormat.N_QUADS)
    _bound(setup["memory"])
    return store, setup["prefixes"]


def _bound(memory: int) -> None:
    """Let this process take so many bytes more than it has, where the system tells how many that are; and dump no core,
    which would hold the query.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _listen(given: IO[bytes], queries: queue.SimpleQueue[str]) -> None:
    """Take in queries. The parent's end of the pipe closes when it dies, however it does: then this process ends too,
    also in the middle of a query (pyoxigraph lets other threads run meanwhile).
    """
    for line in given:
        queries.put(line.decode())
    os._exit(0)


def _send(replies: IO[bytes], head: Mapping[str, Any], body: bytes) -> None:
    replies.write(json.dumps({**head, "size": len(body)}).encode() + b"\n" + body)
    replies.flush()


if __name__ == "__main__":
    _main()
