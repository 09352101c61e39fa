"""What stands between the pages and the network: which requests come in, what each answer states, what goes wrong.

Pure ASGI, in a few layers around any application (`guarded`): the log, the headers, and the `Door`, which turns away
what breaks a rule before the application sees it. A rule is a small function that raises `Refusal`.

The rules matter on loopback too: any web page that you visit can send requests to a server on your machine, and with a
name of its own that resolves to 127.0.0.1 (DNS rebinding) it could read the answers. So only known hosts are answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from kg.model import DISCLAIMER, FORMAT
from kg.serve.network.log import AccessLog, Log, defect, stderr

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "METHODS", "PAGE", "PICTURE", "Door", "Headers", "Hosts", "Limits", "Refusal", "guarded"]

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
PAGE = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
"""What a page may load and do: its own style and script as files, nothing inline, nothing from elsewhere."""
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""The same for an SVG file that is opened by itself: its own style, and no script at all."""
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]{1,5})?", re.ASCII)
_NEVER = (b"set-cookie", b"server")
_ENOUGH = 8
"""A body that is too large is read on to so many times its limit, so that an honest client gets to read the answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one may ask, and how long one may take for it; sizes in bytes, times in seconds.

    `requests` are in work at once, further ones are told to come again; of the `connections` those that have asked for
    nothing yet make room for new ones. `seconds_to_ask` is for the head of a request, `seconds_to_send` for its body;
    a client that takes less than `pace` of an answer in `seconds_to_take` is dropped. `seconds_idle` keeps a silent
    connection, `seconds_to_stop` lets answers in work end when the server stops.
    """

    target: int = 16_384
    parameter: int = 12_288
    parameters: int = 100
    head: int = 32_768
    body: int = 1 << 20
    requests: int = 32
    connections: int = 128
    seconds_to_ask: float = 10
    seconds_to_send: float = 20
    seconds_to_take: float = 20
    pace: int = 262_144
    seconds_idle: int = 15
    seconds_to_stop: int = 5


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that are answered: loopback, the `names` given, and with `addresses` any IP address.

    An address can be no trick with names, so a server that is open to others answers to it.

    >>> Hosts(frozenset({"graph.example.org"})).allows("GRAPH.example.org:8443"), Hosts().allows("evil.example")
    (True, False)
    """

    names: frozenset[str] = field(default_factory=frozenset)
    addresses: bool = False

    def allows(self, host: str) -> bool:
        """Whether a Host header names one of them; the port does not matter."""
        found = _HOST.fullmatch(host)
        if not found:
            return False
        name = (found["six"] or found["name"]).lower()
        if name == "localhost" or name in self.names:
            return True
        try:
            numbers = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.addresses or numbers.is_loopback


class Refusal(Exception):
    """A request that is turned away: the HTTP status, what was wrong and what to do, and further headers."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]


def guarded(
    app: ASGIApp,
    *,
    hosts: Hosts | None = None,
    limits: Limits | None = None,
    log: Log = stderr,
    access: bool = True,
    scheme: str = "http",
    root: str = "",
    shared: bool = True,
) -> ASGIApp:
    """An application behind its door; `log` gets defects and, with `access`, a line for each request.

    Unless `shared`, no other web page may read an answer, whatever the application allows (CORS).

    `scheme` and `root` say how readers reach it through a reverse proxy: by https, under a path such as ``/kg``. What
    a request claims of that (X-Forwarded-Proto and the like) does not count.
    """
    guard = Headers(Door(Placed(app, scheme, root), hosts or Hosts(), limits or Limits(), log), shared)
    return AccessLog(guard, log) if access else guard


# --- Rules: what is asked, before anything is done ------------------------------------------------------------------


def check_method(scope: Scope) -> None:
    """Only methods that change nothing; POST carries long queries."""
    if scope["method"] not in METHODS:
        raise Refusal(405, f"This server is read-only and knows {', '.join(METHODS)}.", allow=", ".join(METHODS))


def check_host(scope: Scope, hosts: Hosts) -> None:
    """One Host header, with a name that is ours."""
    named = _values(scope, b"host")
    if len(named) != 1:
        raise Refusal(400, f"A request names its host once; this one has {len(named) or 'no'} Host headers.")
    if not hosts.allows(named[0].decode("latin-1")):
        raise Refusal(400, "This server does not go by that host. Start it with: kg serve --allow-host NAME")


def check_target(scope: Scope, limits: Limits) -> None:
    """A plain path: no other server's address, no way up, nothing that reads one way here and another way there."""
    path, query = scope["raw_path"], scope["query_string"]
    if len(path) + len(query) > limits.target:
        raise Refusal(414, f"The address is longer than {limits.target} bytes. Send a long query by POST to /sparql.")
    text = _decoded(path, "path")
    if not text.startswith("/") or text.startswith("//"):
        raise Refusal(400, "Ask for a path that begins with one slash; this server is no proxy.")
    if re.search(r"[\x00-\x1f\x7f\\]", text) or not {".", ".."}.isdisjoint(text.split("/")):
        raise Refusal(400, "The path holds a control character, a backslash, or a step such as '..'.")
    check_parameters(query, limits)
    if any(len(parameter) > limits.parameter for parameter in query.split(b"&")):
        raise Refusal(414, f"A parameter is longer than {limits.parameter} bytes. Send it by POST.")


def check_parameters(query: bytes, limits: Limits) -> None:
    """Not too many parameters, and each of them text."""
    if query.count(b"&") >= limits.parameters:
        raise Refusal(400, f"There are more than {limits.parameters} parameters.")
    if "\x00" in _decoded(query, "parameters"):
        raise Refusal(400, "The parameters hold a NUL character.")


def check_framing(scope: Scope, limits: Limits) -> None:
    """A head that is not too large, one way to tell where the body ends (two are how requests are smuggled), and no
    body that is hopelessly large.
    """
    if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > limits.head:
        raise Refusal(431, f"The headers are larger than {limits.head} bytes.")
    lengths = _values(scope, b"content-length")
    if lengths and _values(scope, b"transfer-encoding"):
        raise Refusal(400, "A request has a Content-Length or a Transfer-Encoding, not both.")
    waits = bool(_values(scope, b"expect"))
    if lengths and int(lengths[0]) > limits.body * (1 if waits else _ENOUGH):
        raise _too_large(limits)


def _decoded(text: bytes, what: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise Refusal(400, f"This is no UTF-8: the {what} of the address or form.") from None


def _too_large(limits: Limits) -> Refusal:
    return Refusal(413, f"The body is larger than {limits.body} bytes.")


def _form(scope: Scope) -> bool:
    kinds = _values(scope, b"content-type")
    return any(kind.lower().startswith(b"application/x-www-form-urlencoded") for kind in kinds)


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


# --- Layers ---------------------------------------------------------------------------------------------------------


class Door:
    """Turns away what breaks a rule, and gives one plain answer for whatever goes wrong behind it.

    The body is read before the application runs, so that a slow client holds no worker. Of an unexpected error the
    client learns that there was one; where it came up is in the log.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, limits: Limits, log: Log) -> None:
        self.app = app
        self.hosts = hosts
        self.limits = limits
        self.log = log
        self.in_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, whatever it is."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def noticed(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        refusal = None
        try:
            self._check(scope)
            body = await self._body(scope, receive)
            if body is not None:
                with self._place():
                    await self.app(scope, _again(body, receive), noticed)
        except Refusal as turned_away:
            refusal = turned_away
        except asyncio.CancelledError:  # only when the server stops
            refusal = Refusal(503, "The server is stopping.", retry_after="10")
        except Exception as error:
            self.log(defect(error))
            refusal = Refusal(500, "Something went wrong here, and it is not your fault. The server's log says where.")
        if refusal and not started:
            await _answer(scope, send, refusal)

    def _check(self, scope: Scope) -> None:
        check_method(scope)
        check_host(scope, self.hosts)
        check_target(scope, self.limits)
        check_framing(scope, self.limits)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body, whole; None if the client left."""
        limits, parts, size, more = self.limits, [], 0, True
        try:
            async with asyncio.timeout(limits.seconds_to_send):
                while more and size <= limits.body * _ENOUGH:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    size += len(message.get("body", b""))
                    if size <= limits.body:
                        parts.append(message.get("body", b""))
                    more = message.get("more_body", False)
        except TimeoutError:
            raise Refusal(408, f"The body did not come within {limits.seconds_to_send:g} seconds.") from None
        if size > limits.body:
            raise _too_large(limits)
        body = b"".join(parts)
        if _form(scope):
            check_parameters(body, limits)
        return body

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        if self.in_work >= self.limits.requests:
            raise Refusal(503, f"{self.in_work} requests are in work. Come again in a second.", retry_after="1")
        self.in_work += 1
        try:
            yield
        finally:
            self.in_work -= 1


class Placed:
    """Tells the application where readers find it. Whether the proxy takes `root` off a path or not, it is off here."""

    def __init__(self, app: ASGIApp, scheme: str, root: str) -> None:
        self.app = app
        self.stated = {"scheme": scheme, "root_path": root}
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            scope = {**scope, **self.stated}
            if self.root and scope["path"].startswith(f"{self.root}/"):
                scope["path"] = scope["path"].removeprefix(self.root)
                scope["raw_path"] = scope["raw_path"].removeprefix(self.root.encode())
        await self.app(scope, receive, send)


class Headers:
    """States on every answer what a browser may do with it. What the application states itself stays.

    No cookie leaves the server, and no banner.
    """

    def __init__(self, app: ASGIApp, shared: bool = True) -> None:
        self.app = app
        self.shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete the headers of the answer."""

        async def stated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": complete(message.get("headers", ()), self.shared)}
            await send(message)

        await self.app(scope, receive, stated)


def complete(headers: Iterable[tuple[bytes, bytes]], shared: bool = True) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those that every answer has."""
    unwanted = _NEVER if shared else (*_NEVER, b"access-control-allow-origin")
    kept = [(name, value) for name, value in headers if name.lower() not in unwanted]
    stated = {name.lower(): value for name, value in kept}
    policy = PICTURE if stated.get(b"content-type", b"").startswith(b"image/svg") else PAGE
    usual = [(b"content-security-policy", policy.encode()), *HEADERS]
    return kept + [(name, value) for name, value in usual if name not in stated]


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then whatever else comes (that the client left)."""
    given = False

    async def received() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received


async def _answer(scope: Scope, send: Send, refusal: Refusal) -> None:
    """A refusal as plain text, or as JSON for who asks for that. The connection ends, read to its end or not."""
    status, message = refusal.status, str(refusal)
    accepted = b",".join(_values(scope, b"accept"))
    if b"json" in accepted or b"format=json" in scope["query_string"].split(b"&"):
        kind, text = (
            "application/json",
            json.dumps(
                {"format": FORMAT, "type": "error", "error": message, "suggestions": [], "disclaimer": DISCLAIMER}
            ),
        )
    else:
        kind, text = "text/plain; charset=utf-8", f"{status}: {message}\n"
    body = text.encode()
    headers = [
        (b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"), (b"connection", b"close"), *refusal.headers,
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
