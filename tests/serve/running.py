"""A real server in a thread, and what a client can do to it that no client library would: bytes on a socket."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.serve.network.safety import Limits, guarded
from kg.serve.network.server import Server, address, bind

QUICK = Limits(seconds_to_ask=0.2, seconds_to_send=0.2, seconds_to_take=0.2, seconds_idle=1, seconds_to_stop=1)
"""Limits that tests need not wait for."""


@dataclass
class Running:
    """A server that runs: its address, and what it has logged."""

    url: str
    port: int
    server: Server | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def connections(self) -> int:
        """How many connections it has."""
        return len(self.server.server_state.connections)

    def connect(self, data: bytes = b"", take: int | None = None) -> socket.socket:
        """A connection with something sent on it; `take` bounds what the system takes in before it is read."""
        client = socket.socket()
        if take:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, take)
        client.settimeout(10)
        client.connect(("127.0.0.1", self.port))
        client.sendall(data)
        return client

    def say(self, data: bytes) -> bytes:
        """All that comes back for some bytes, until the server closes."""
        return rest(self.connect(data))

    def get(self, path: str, *headers: str, host: str = "localhost") -> bytes:
        """The whole answer to a plain request."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
        return self.say("\r\n".join([*lines, "", ""]).encode())


def rest(client: socket.socket) -> bytes:
    """Everything until the end of a connection, however it ends."""
    parts = []
    with client, contextlib.suppress(ConnectionError):
        while part := client.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


def reset(client: socket.socket) -> None:
    """Leave without a word."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def status(answer: bytes) -> int:
    """The status of an answer; 0 if there was none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@contextlib.contextmanager
def running(app, *, limits: Limits | None = None, close=None, **guard) -> Iterator[Running]:
    """Serve an application behind its door, on a port that is free, while the block lasts."""
    listener = bind("127.0.0.1", 0)
    found = Running(address(listener).rstrip("/"), listener.getsockname()[1])
    limits, started = limits or Limits(), threading.Event()
    inner = guarded(app, limits=limits, log=found.lines.append, **guard)
    server = found.server = Server(inner, limits, ready=started.set, close=close, log=found.lines.append)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert started.wait(20), "the server did not start"
        yield found
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the server does not stop"


def soon(holds, seconds: float = 5) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.01)
    return bool(held)
