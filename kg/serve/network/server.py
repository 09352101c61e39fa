"""The web server: where it listens, how it runs an application, and how it stops."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from kg.errors import FileProblem, UsageError
from kg.serve.network.connection import connections
from kg.serve.network.log import Log, defect, stderr
from kg.serve.network.safety import Limits

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["Server", "address", "bind", "run"]

_FOR_ALL = "Say --public if they may; without it the server is for this machine only: --host 127.0.0.1."

_PATIENCE = 0.5


def bind(host: str, port: int, *, public: bool = False) -> socket.socket:
    """A socket that listens; port 0 is any that is free.

    Raises UsageError for a host that is no host, or that others can reach without `public`, and FileProblem if it
    cannot listen there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"--host {host!r} is no address of this machine. Try 127.0.0.1.") from None
    if not public and not all(_loopback(place[4][0]) for place in found):
        raise UsageError(f"At {host} others can reach the server. {_FOR_ALL}")
    family, *_, place = found[0]
    try:
        return socket.create_server(place[:2], family=family, backlog=128)
    except OSError as error:
        raise FileProblem(_unbound(error, host, port)) from None


def _unbound(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by another kg serve. Take another: --port {port + 1}, or --port 0 for any."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is for administrators. Take one from 1024 on: --port 8765."
    return f"Cannot listen at {host}, port {port}: {error.strerror or error}. Try --host 127.0.0.1."


def _loopback(host: str | int) -> bool:
    return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback


def address(listener: socket.socket) -> str:
    """The address at which a person on this machine finds the server."""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host.partition("%")[0]).is_unspecified:
        host = "127.0.0.1" if listener.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(
    app: ASGIApp,
    listener: socket.socket,
    *,
    limits: Limits | None = None,
    ready: Callable[[], None] = lambda: None,
    close: Callable[[], Awaitable[None]] | None = None,
    log: Log = stderr,
) -> None:
    """Serve until SIGINT or SIGTERM, then let answers in work end, and `close` what they needed.

    `ready` is called once requests are answered. A second signal ends the process at once. The process is the server's
    from here on: its signals, and what is written of errors.
    """
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a client that leaves must not end the server (kg.cli.main)
    server = Server(app, limits or Limits(), ready=ready, close=close, log=log)
    _tell_errors(server, log)
    server.run(sockets=[listener])
    _leave_threads()


class Server(uvicorn.Server):
    """uvicorn with our limits, which ends with 0 when it is told to stop, and does end."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        *,
        ready: Callable[[], None],
        close: Callable[[], Awaitable[None]] | None = None,
        log: Log = stderr,
    ) -> None:
        config = uvicorn.Config(
            app, http=connections(limits, log), loop="asyncio", ws="none", interface="asgi3", lifespan="on",
            log_config=None, access_log=False, proxy_headers=False, server_header=False,
            h11_max_incomplete_event_size=limits.head, timeout_keep_alive=limits.seconds_idle,
            timeout_graceful_shutdown=limits.seconds_to_stop,
        )  # fmt: skip
        super().__init__(config)
        self._ready = ready
        self._close = close

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets=sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop. What cannot be cancelled (it waits for a thread) does not keep the process."""
        await super().shutdown(sockets=sockets)
        if self._close:
            await self._close()
        tasks = self.server_state.tasks
        if tasks and (await asyncio.wait(set(tasks), timeout=_PATIENCE))[1]:
            _end(0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Both signals stop the server; uvicorn would raise them once more in the end, and the process die of them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signals call it
        """Stop; if that takes too long for whoever sends the signals, at once."""
        if self.should_exit:
            _end(130)
        self.should_exit = True


def _leave_threads() -> None:
    """An answer that is still computed in a thread cannot be stopped, and the interpreter would wait for it."""
    until = time.monotonic() + _PATIENCE
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0, until - time.monotonic()))
            if thread.is_alive():
                _end(0)


def _end(code: int) -> None:
    """End the process now; its workers end when they find it gone."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(code)


class _Defects(logging.Handler):
    """Writes what uvicorn and asyncio have to complain about as we write defects: without what was asked."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.ERROR)
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info and record.exc_info[1]
        self.log(defect(error) if error else f"kg: {record.getMessage()}")


def _tell_errors(server: Server, log: Log) -> None:
    """Have errors that come up outside of answers told like others. When the server stops they are no defects: Ctrl-C
    in a terminal also ends the programs that work for it.
    """
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.addHandler(_Defects(log))
        logger.setLevel(logging.ERROR)
        logger.propagate = False

    def failed(thread: threading.ExceptHookArgs) -> None:
        if thread.exc_value and not server.should_exit:
            log(defect(thread.exc_value))

    threading.excepthook = failed
