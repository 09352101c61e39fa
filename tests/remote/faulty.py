"""An endpoint of our own that misbehaves as it is told, and otherwise hands queries on to a real one."""

from __future__ import annotations

import contextlib
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

JSON = "application/sparql-results+json"
TRUE = b'{"head":{},"boolean":true}'


class Faulty:
    """`plan` is asked for each query: it answers it with the handler and returns True, or leaves it to the real one."""

    def __init__(self, real: str = "") -> None:
        self.real = real
        self.queries: list[str] = []
        self.plan: Callable[[Handler, str], bool] = lambda handler, query: False
        self.address = ""


class Handler(BaseHTTPRequestHandler):
    faulty: Faulty
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        query = parse_qs(body.decode())["query"][0]
        self.faulty.queries.append(query)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if not self.faulty.plan(self, query):
                request = urllib.request.Request(self.faulty.real, body, {"Accept": self.headers["Accept"]})
                with urllib.request.urlopen(request) as reply:
                    self.say(reply.read(), reply.headers["Content-Type"])

    def say(self, body: bytes, kind: str = JSON, status: int = 200, length: int | None = None, **headers: str) -> bool:
        """Answer; `length` may be a lie."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True
        return True

    def drip(self, seconds: float) -> bool:
        """Answer a byte at a time."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.02)
        self.close_connection = True
        return True

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def misbehaving(real: str = "") -> Iterator[Faulty]:
    faulty = Faulty(real)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"faulty": faulty}))
    server.daemon_threads = True
    faulty.address = f"http://127.0.0.1:{server.server_port}/sparql"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield faulty
    finally:
        server.shutdown()
        server.server_close()
