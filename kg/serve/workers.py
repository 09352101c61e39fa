"""SPARQL in processes that can be killed: a query that would run forever, or eat all memory, takes nothing else along.

Oxigraph cannot be told to stop. So queries are answered by a few processes (`kg.serve.answering`), each one at a time,
each with its own store from a snapshot of the data: the statements that are in memory here, or the generation folder of
a store on disk, which never changes. One that takes too long is killed and replaced. All SPARQL of web pages,
endpoint and assistants goes through here; no query text is read in this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Self

from kg.errors import FileProblem, KGError
from kg.serve.answering import NO_MEMORY, Answer, Query, TooLarge, refused

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from kg.store import Dataset

__all__ = ["Answer", "Busy", "Query", "TooLarge", "TookTooLong", "Workers"]

_MEMORY = (NO_MEMORY, -6)  # SIGABRT: Rust found no more memory
_BUFFER = 2**20


class Busy(KGError):
    """All workers are at work and the line is full; `retry_after` seconds from now there may be room."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TookTooLong(KGError):
    """The query was killed at a limit of time or memory. Asked again, it most likely will be again."""

    exit_code: ClassVar[int] = 4
    retry_after: ClassVar[int] = 600


class Workers:
    """Up to `size` processes that answer queries from a dataset; `waiting` more queries may stand in line.

    `seconds` bounds one query, not its time in the line; `memory` (bytes) what a query may take besides the data, where
    the system can bound that (Linux). The first process is started with the first query, or by `start`. To be used
    within one event loop, and closed there.

    >>> import asyncio, kg
    >>> async def labels():
    ...     async with Workers(kg.load().dataset, size=1) as workers:
    ...         return await workers.answer(Query("SELECT ?l { entity:rankl rdfs:label ?l }", form="csv"))
    >>> asyncio.run(labels()).body
    b'l\\r\\nRANKL\\r\\n'
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        size: int = 2,
        seconds: float = 10.0,
        waiting: int = 16,
        memory: int = 2 << 30,
    ) -> None:
        self.size, self.seconds, self.waiting, self.memory = size, seconds, waiting, memory
        self._dataset = dataset
        self._turns = asyncio.Semaphore(size)
        self._asked = 0
        self._closed = False
        self._free: list[asyncio.Task[_Worker]] = []  # starting or idle; the one to take next is the last
        self._all: set[asyncio.Task[_Worker]] = set()

    def start(self) -> None:
        """Begin to start a worker, so that the first query need not wait for it."""
        if not self._all and not self._closed:
            self._free.append(self._started())

    async def answer(self, query: Query) -> Answer:
        """Answer a query, when its turn has come.

        Raises
        ------
        QueryError
            The query was refused by the guard, does not parse or cannot be evaluated; with line and column.
        UsageError
            The form cannot hold the answer, or the limit is below 1.
        TooLarge
            The answer is larger than what is passed on.
        Busy
            The line is full, or the workers have been closed.
        TookTooLong
            The query was killed at the limit of time or of memory.
        FileProblem
            No worker could be started.
        """
        if self._asked >= self.size + self.waiting:
            many = f"{self.size} at work and {self.waiting} in line"
            raise Busy(f"Too many queries at once: {many}. Try again in a moment.", math.ceil(self.seconds))
        self._asked += 1
        try:
            async with self._turns:
                return await self._answered(query)
        finally:
            self._asked -= 1

    async def _answered(self, query: Query, *, again: bool = True) -> Answer:
        task = await self._taken()
        try:
            async with asyncio.timeout(self.seconds):
                head, body = await task.result().ask(query)
        except BaseException as trouble:  # also if the asker has gone: the query must not go on
            code = await self._ended(task)
            if isinstance(trouble, TimeoutError):
                raise TookTooLong(f"The query was stopped after {self.seconds:g} s. {_LESS}") from None
            if not isinstance(trouble, _Died):
                raise
            if not again or self._closed or code in _MEMORY:
                raise self._lost(code) from None
        else:
            self._free.append(task)
            if "error" in head:
                raise refused(head, body.decode())
            return Answer(head["kind"], body, head["form"], head["rows"], head["truncated"])
        return await self._answered(query, again=False)  # it may have died before it was asked

    def _lost(self, code: int) -> KGError:
        if self._closed:
            return self._stopping()
        if code in _MEMORY:
            return TookTooLong(f"The query was stopped: it took more than {self.memory / 2**20:,.0f} MB. {_LESS}")
        return TookTooLong(f"The query brought its process down and was stopped. {_LESS}")

    def _stopping(self) -> Busy:
        return Busy("Queries are answered no more: the server stops. Try again later.", math.ceil(self.seconds))

    async def _taken(self) -> asyncio.Task[_Worker]:
        """A worker that is ready and alive, for one query."""
        while not self._closed:
            begun = bool(self._free)
            task = self._free.pop() if begun else self._started()
            try:
                worker = await asyncio.shield(task)
            except FileProblem:
                if not begun:  # else it is tried once more for this query
                    raise
                continue
            except asyncio.CancelledError:
                if not task.cancelled():  # the asker has gone; else `close` has stopped the start
                    self._free.append(task)
                    raise
                continue
            if worker.alive:
                return task
            await self._ended(task)  # it died while nobody asked it: not the fault of this query
        raise self._stopping()

    def _started(self) -> asyncio.Task[_Worker]:
        task = asyncio.create_task(_Worker.started(self._dataset, self.memory))
        self._all.add(task)
        task.add_done_callback(lambda done: self._all.discard(done) if _failed(done) else None)
        return task

    async def _ended(self, task: asyncio.Task[_Worker]) -> int:
        """Kill a worker, and begin to start another for the next query; tells what the process ended with."""
        ending = task.result().end()
        ending.add_done_callback(lambda _: self._all.discard(task))
        if not self._closed:
            self._free.insert(0, self._started())
        return await asyncio.shield(ending)

    async def close(self) -> None:
        """End all workers. Queries that are under way or in line are told so by `Busy`."""
        if self._closed:
            return
        self._closed = True
        tasks = list(self._all)
        for task in tasks:
            if not task.cancel() and not _failed(task):
                task.result().kill()
        for _ in range(self.size):  # until no query is under way or in line
            await self._turns.acquire()
        for _ in range(self.size):
            self._turns.release()
        workers = [done for done in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(done, _Worker)]
        await asyncio.gather(*(worker.end() for worker in workers))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _failed(task: asyncio.Task[_Worker]) -> bool:
    """Whether a start that is over gave no worker."""
    return task.cancelled() or task.exception() is not None


def _quads(dataset: Dataset) -> bytes:
    from pyoxigraph import RdfFormat

    return dataset.store.dump(format=RdfFormat.N_QUADS) or b""


_LESS = "Ask for less: add LIMIT, name an entity or a graph, or split the query."


class _Died(Exception):
    """The process is gone, or about to."""


class _Worker:
    """One process that answers one query after the other."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._end: asyncio.Task[int] | None = None

    @classmethod
    async def started(cls, dataset: Dataset, memory: int) -> Self:
        """A process that has its data. Raises FileProblem if it ends before that."""
        # Not multiprocessing: that runs the caller's main module anew in the child, and leaves a helper process behind.
        places = os.pathsep.join(place for place in sys.path if place)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "kg.serve.answering",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": places}, limit=_BUFFER,
            )  # fmt: skip
        except OSError as error:
            raise FileProblem(f"The process that answers queries cannot be started: {error}.") from None
        worker = cls(process)
        try:
            await worker._give(dataset, memory)
        except _Died:
            code = await worker.end()
            raise FileProblem(
                f"The process that answers queries did not start (it ended with {code}). Is there memory for the data?"
            ) from None
        except BaseException:
            await asyncio.shield(worker.end())
            raise
        return worker

    async def _give(self, dataset: Dataset, memory: int) -> None:
        """Hand over the snapshot. It is written anew for each process, so that no copy is held here."""
        data = b"" if dataset.generation else await asyncio.to_thread(_quads, dataset)
        folder = str(dataset.generation.folder.resolve()) if dataset.generation else None
        prefixes = dict(dataset.schema.prefixes)
        await self._send({"folder": folder, "size": len(data), "memory": memory, "prefixes": prefixes}, data)
        await self._read()

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._process.stdout.at_eof()  # type: ignore[union-attr]

    async def ask(self, query: Query) -> tuple[dict[str, Any], bytes]:
        """Head and body of the reply. Raises _Died if the process does not live to give it."""
        await self._send(asdict(query))
        return await self._read()

    async def _send(self, line: dict[str, Any], data: bytes = b"") -> None:
        pipe = self._process.stdin
        assert pipe  # noqa: S101 - for the type checker
        pipe.write(json.dumps(line).encode() + b"\n")
        pipe.write(data)
        try:
            await pipe.drain()
        except OSError:
            raise _Died from None

    async def _read(self) -> tuple[dict[str, Any], bytes]:
        pipe = self._process.stdout
        assert pipe  # noqa: S101 - for the type checker
        try:
            head = json.loads(await pipe.readuntil(b"\n"))
            return head, await pipe.readexactly(head.pop("size"))
        except (EOFError, OSError):
            raise _Died from None

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def end(self) -> asyncio.Task[int]:
        """See to it that the process ends; what is begun tells, when it is gone, what it ended with."""
        if self._end is None:
            self._end = asyncio.create_task(self._gone())
        return self._end

    async def _gone(self) -> int:
        pipes = self._process.stdin, self._process.stdout
        if pipes[0]:
            pipes[0].close()
        if not self.alive:  # it is ending by itself, and to kill it now would hide with what
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    return await self._process.wait()
        self.kill()
        if pipes[1]:
            await pipes[1].read()  # what is left in the pipe would keep it open
        return await self._process.wait()
