"""SPARQL on a graph that lies elsewhere: each query is sent on to its endpoint, in a thread of its own.

There is no process to kill here. What bounds a query is the limits of `kg.remote.client` (time of one answer, size,
retries) and of the endpoint that it is sent to; a query whose asker has left goes on there until then.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.serve.answering import Answer, Query, answer_of
from kg.serve.workers import Busy

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

__all__ = ["Forwarding"]


class Forwarding:
    """Answers queries by `KnowledgeGraph.sparql`, up to `size` of them at once."""

    def __init__(self, graph: KnowledgeGraph, *, size: int = 16) -> None:
        self.graph, self.size = graph, size
        self._room = threading.Semaphore(size)

    async def answer(self, query: Query) -> Answer:
        """Answer a query at the other endpoint.

        Raises what `KnowledgeGraph.sparql` raises; Busy if too many are under way, TooLarge, and UsageError for a
        query to named graphs, since what is sent on is the query alone.
        """
        if query.default_graphs or query.named_graphs:
            hint = "name the graphs in the query itself, with FROM, FROM NAMED or GRAPH"
            raise UsageError(f"This graph lies at another endpoint; {hint}.")
        if not self._room.acquire(blocking=False):
            raise Busy(f"Too many queries at once: {self.size} are under way. Try again in a moment.", 10)
        found: Future[Answer] = Future()
        # Not an executor: the interpreter would wait for its threads in the end, and so for the other endpoint.
        threading.Thread(target=self._work, args=(query, found), daemon=True).start()
        return await asyncio.shield(asyncio.wrap_future(found))

    def _work(self, query: Query, found: Future[Answer]) -> None:
        try:
            found.set_result(answer_of(self.graph.sparql(query.text, limit=query.limit), query))
        except BaseException as error:
            found.set_exception(error)
        finally:
            self._room.release()
