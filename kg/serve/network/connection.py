"""One connection, with what uvicorn lacks: a deadline for the head of a request, one for taking the answer, and a bound
on how many there are.

Without these a client that sends its headers byte by byte, or never reads, keeps a connection for good.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from dataclasses import dataclass, field
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from kg.serve.network.log import Log, line, stderr
from kg.serve.network.safety import Limits, complete

__all__ = ["Connection", "Shared", "connections"]

_WORDS = {
    400: "This is no valid HTTP request: it has one Host header, one way to tell its length, and no stray bytes.",
    408: "The head of the request did not come in time.",
    431: "The head of the request is too large.",
    501: "Of transfer encodings this server knows chunked only.",
}


@dataclass(frozen=True, slots=True)
class Shared:
    """What the connections of one server share; of `waiting` the first has waited longest."""

    limits: Limits
    log: Log = stderr
    waiting: dict[Connection, None] = field(default_factory=dict)


def connections(limits: Limits, log: Log = stderr) -> type[Connection]:
    """The class of the connections of one server."""
    return type("Connection", (Connection,), {"shared": Shared(limits, log)})


class Connection(H11Protocol):
    """A connection whose client has so long to ask, and so long to take the answer.

    It is *waiting* while its client has yet to ask or to send the body, and while an answer goes out. If there are
    too many connections, the one that has waited longest is dropped for the new one; those in work are not.
    """

    shared: ClassVar[Shared]
    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _left = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        # asyncio does this for the sockets that it binds itself; without, a small answer waits 40 ms for an ACK
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.set_write_buffer_limits(high=0)  # so that `pause_writing` tells of every byte that is not taken
        self.shared.waiting[self] = None
        self._asking = self.loop.call_later(self.shared.limits.seconds_to_ask, self._late)
        if len(self.connections) > self.shared.limits.connections:
            longest = next(iter(self.shared.waiting))
            del self.shared.waiting[longest]
            longest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        super().connection_lost(exc)
        self.shared.waiting.pop(self, None)
        self._stop_asking()
        self._stop_taking()

    def data_received(self, data: bytes) -> None:
        """Read on; the deadline for the head runs from its first byte, however slowly the others come."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """The answer is written; the next request may be there already."""
        super().on_response_complete()
        self._look()

    def _look(self) -> None:
        """Note what the client is at."""
        if self.transport.is_closing():
            return
        at = self.conn.their_state
        if at is not h11.IDLE:
            self._stop_asking()
        elif not self._asking and self.conn.trailing_data[0]:
            self._asking = self.loop.call_later(self.shared.limits.seconds_to_ask, self._late)
        if at in (h11.IDLE, h11.SEND_BODY):
            self.shared.waiting.setdefault(self)
        else:
            self.shared.waiting.pop(self, None)

    def _late(self) -> None:
        if self.conn.trailing_data[0]:
            self._turn_away(408)
        else:
            self.transport.close()  # browsers open connections ahead: no answer to what was not asked

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the words are ours
        """Answer what is no HTTP; h11, whose error is being handled, knows the status that fits."""
        self._turn_away(getattr(sys.exception(), "error_status_hint", 400))

    def _turn_away(self, status: int) -> None:
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = f"{status}: {_WORDS.get(status, _WORDS[400])}\n".encode()
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
            start = h11.Response(
                status_code=status,
                headers=complete([*headers, (b"connection", b"close")]),
                reason=STATUS_PHRASES[status],
            )
            for event in (start, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
            self.shared.log(line("-", b"-", status, len(body), 0))
        self.transport.close()

    def pause_writing(self) -> None:
        """The client does not take what is sent: see whether it does later."""
        super().pause_writing()
        self._stop_taking()
        self._watch()

    def resume_writing(self) -> None:
        """The client took everything."""
        super().resume_writing()
        self._stop_taking()

    def _watch(self) -> None:
        self._left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(self.shared.limits.seconds_to_take, self._see)

    def _see(self) -> None:
        if self._left - self.transport.get_write_buffer_size() < self.shared.limits.pace:
            self.transport.abort()
        else:
            self._watch()

    def _stop_asking(self) -> None:
        if self._asking:
            self._asking.cancel()
            self._asking = None

    def _stop_taking(self) -> None:
        if self._taking:
            self._taking.cancel()
            self._taking = None
