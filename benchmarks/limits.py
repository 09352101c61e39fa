"""Actions that are stopped when they take too long. Standard library only: it also runs in the peers' environments.

Times are those of the thread. While a limit on CPU time is set, Linux counts that of the process in ticks of some
milliseconds, that of a thread exactly. No peer that is asked here uses more than one.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Stopped", "forked", "timed"]


class Stopped(Exception):
    """An action was stopped; the message says by what."""


def timed(action: Callable[[], Any], seconds: float) -> tuple[float, Any]:
    """CPU seconds of an action in pure Python, and its answer. Raises Stopped when so many are over."""

    def stop(*_: object) -> None:
        raise Stopped("time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)  # again: what is raised while rubbish is collected is lost
    try:
        start = time.thread_time()
        answer = action()
        return time.thread_time() - start, answer
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def forked(action: Callable[[], Any], seconds: float, memory: int = 6 * 2**30) -> tuple[float, Any]:
    """The same in a child, for an action that no signal of Python's gets through to, as in C or Rust.

    The child is ended by the system; it takes at most so many bytes. Raises Stopped.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(action, seconds, memory, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        raise Stopped("time")
    if not told:
        raise Stopped("a crash")
    reply = pickle.loads(told)
    if isinstance(reply, str):
        raise Stopped(reply)
    measured: tuple[float, Any] = reply
    return measured


def _answer(action: Callable[[], Any], seconds: float, memory: int, writer: int) -> None:
    """What the child does; it never returns."""
    reply: Any = ""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (max(1, round(seconds)), max(1, round(seconds)) + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
        start = time.thread_time()
        answer = action()
        reply = time.thread_time() - start, answer
    except MemoryError:
        reply = "memory"
    except BaseException as error:
        reply = type(error).__name__
    finally:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(reply))
        os._exit(0)
