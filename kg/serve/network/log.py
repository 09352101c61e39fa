"""What the server writes down on stderr: which path was asked for and what came of it; never by whom.

Names, queries and other parameters stay out of the log, since they may tell of a patient or of work in progress. A line
holds printable ASCII only, so nobody can forge one.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["AccessLog", "Log", "defect", "line", "stderr"]

Log = Callable[[str], None]
LONGEST = 200
"""So many characters of a path are written down."""
_FRAMES = 10
_NAMED = re.compile(rb"/(entity|claim|source|dispute|case|effects)/.*", re.DOTALL)
"""Addresses that end in a name: it is not written down."""


def stderr(text: str) -> None:
    """Write a line on stderr; a terminal that was closed does not stop the server."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class AccessLog:
    """ASGI middleware that writes a line for each request once it is answered."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self.app = app
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count what goes out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, size = time.perf_counter(), 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            self.log(line(scope["method"], scope["raw_path"], status, size, time.perf_counter() - begun))


def line(method: str, path: bytes, status: int, size: int, seconds: float) -> str:
    """One line of the log: the time, what was asked for, status (- if the client left), bytes, milliseconds.

    >>> line("GET", b"/static/%0Aroot", 404, 2048, 0.0123)[21:]
    'GET /static/%0Aroot 404 2048 B 12 ms'
    """
    path = _NAMED.sub(rb"/\1/...", path)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return f"{now} {_plain(method)} {_plain(path.decode('latin-1'))} {status or '-'} {size} B {seconds * 1e3:.0f} ms"


def defect(error: BaseException) -> str:
    """An error that nobody expected: its kind and where it came up, without its message, which may hold a query.

    Also the message with ``KG_DEBUG=1``.
    """
    frames = traceback.extract_tb(error.__traceback__, limit=-_FRAMES)
    places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    told = f": {_plain(str(error))}" if os.environ.get("KG_DEBUG") else " (its message: KG_DEBUG=1)"
    return "\n".join(["kg: internal error, most recent call last:", *places, f"  {type(error).__name__}{told}"])


def _plain(text: str) -> str:
    """Printable ASCII without spaces, other characters as escapes, not too long."""
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return "".join(c if "!" <= c <= "~" else c.encode("unicode_escape").decode() if c != " " else "+" for c in short)
