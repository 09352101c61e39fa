"""The SPARQL 1.1 protocol at one address: queries in by GET or POST, answers out in the form that the client wants.

https://www.w3.org/TR/sparql11-protocol/. Queries only: an update is refused, and nothing is ever fetched. A dataset
that a request names (``default-graph-uri``, ``named-graph-uri``) is made of graphs that are here, and goes before what
FROM says in the query; a graph that is not here is empty, as in `kg.sparql.run`. Without any the default graph is the
union of all. No answer is cut short in silence: one with more rows than the limit is refused. Without a query the
service describes itself, or shows its page to those who read HTML.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kg.errors import KGError, QueryError
from kg.model import FORMAT
from kg.serve.endpoint.description import Facts, counted, description
from kg.serve.endpoint.forms import GRAPHS, HTML, NAMES, TABLES, Form
from kg.serve.endpoint.negotiation import choose
from kg.serve.workers import Answer, Busy, Query, TookTooLong, TooLarge

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

__all__ = ["Answers", "Endpoint", "Page", "Refused", "address"]

LARGEST = 1 << 20
"""The largest body of a request, in bytes."""
SHOWN = 1_000
"""So many rows a page gets."""
METHODS = "GET, HEAD, OPTIONS, POST"
_FORM, _DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_PARAMETERS = 100
_EVERYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Vary": "Accept",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_READ_ONLY = "The graph is read here, never changed: this endpoint takes queries, no updates."


class Answers(Protocol):
    """What answers queries: `kg.serve.workers.Workers`, or what sends them on to another endpoint."""

    async def answer(self, query: Query) -> Answer:
        """The answer to a query."""
        ...


Page = Callable[[Request, str | None, Answer | None, KGError | None], Response]
"""Makes the page of a request: with the query, if there is one, and its answer, or what was wrong."""


class Refused(KGError):
    """A request that cannot be answered, with the HTTP status that says so and further headers."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: `query` is None where it holds none; `form` is what the parameter ``format`` says, `accept`
    what the header does.
    """

    query: str | None
    form: str
    accept: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


class Choice(NamedTuple):
    """A form and the media type it goes by."""

    form: Form
    media_type: str


class Endpoint:
    """An ASGI application that speaks the protocol; to be put at its address as ``Route("/sparql", endpoint)``.

    Answers with more than `limit` rows are refused, and bodies of more than `largest` bytes. `page` makes HTML for
    those who prefer it.
    """

    def __init__(
        self,
        answers: Answers,
        facts: Facts,
        page: Page | None = None,
        *,
        limit: int = 100_000,
        largest: int = LARGEST,
    ) -> None:
        self.answers, self.facts, self.page = answers, facts, page
        self.limit, self.largest = limit, largest
        self._html = (HTML,) if page else ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever is wrong with it is told in the answer."""
        request = Request(scope, receive)
        try:
            response = await self._response(request)
        except ClientDisconnect:
            return
        except KGError as error:
            response = _told(error, request)
        response.headers.update(_EVERYBODY)
        response.headers.add_vary_header("Accept")
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": METHODS, **_PREFLIGHT})
        if request.method not in METHODS.split(", "):
            raise Refused(405, f"Use GET or POST. {_READ_ONLY}", Allow=METHODS)
        asked = await _asked(request, self.largest)
        if asked.query is None and request.method == "POST":
            raise Refused(400, "There is no query. Send it as the field 'query' of a form, or as the body.")
        forms = (*(GRAPHS if asked.query is None else _fitting(asked.query)), *self._html)
        choice = _chosen(forms, asked)
        if choice is None:
            raise _not_acceptable(forms)
        if choice.form is HTML and self.page:
            return await self._shown(self.page, request, asked)
        if asked.query is None:
            return await self._described(request, choice)
        return await self._answered(request, asked)

    async def _answered(self, request: Request, asked: Asked) -> Response:
        table, graph = _chosen(TABLES, asked), _chosen(GRAPHS, asked)
        query = Query(
            asked.query or "", table.form.name if table else "json", graph.form.name if graph else "turtle",
            self.limit, asked.default_graphs, asked.named_graphs,
        )  # fmt: skip
        answer = await _unless_left(request, self.answers.answer(query))
        if answer.truncated:
            many = f"The answer has more than {self.limit:,} rows, which is the limit"
            raise TooLarge(f"{many}. Add LIMIT; with ORDER BY and OFFSET the rest can be asked for in parts.")
        choice = graph if answer.kind == "construct" else table
        if choice is None:
            raise _not_acceptable(GRAPHS if answer.kind == "construct" else TABLES)
        return _sent(request, answer.body, choice.media_type)

    async def _shown(self, page: Page, request: Request, asked: Asked) -> Response:
        """The page: with the answer to the query, or with the error and its status."""
        if asked.query is None:
            return page(request, None, None, None)
        rows = min(SHOWN, self.limit)
        query = Query(asked.query, limit=rows, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs)
        try:
            answer = await _unless_left(request, self.answers.answer(query))
        except KGError as error:
            response = page(request, asked.query, None, error)
            response.status_code = _status(error)
            response.headers.update(_headers(error))
            return response
        return page(request, asked.query, answer, None)

    async def _described(self, request: Request, choice: Choice) -> Response:
        if self.facts.countable:
            await self._count()
        try:
            results = description(address(request), self.facts)
        except ValueError:
            raise Refused(400, "The address that this service was called by is no IRI.") from None
        return _sent(request, results.serialize(choice.form.name).encode(), choice.media_type)

    async def _count(self) -> None:
        """Have the statements counted, once; what is too much to count stays uncounted."""
        try:
            counts = await counted(self.answers)
        except TookTooLong:
            counts = {}
        self.facts = replace(self.facts, counts=counts, countable=False)


def address(request: Request) -> str:
    """The address of the service as its readers know it: with the path at which a reverse proxy shows it."""
    return str(request.url.replace(path=request.scope.get("root_path", "") + request.url.path, query=""))


# --- what is asked ----------------------------------------------------------------------------------------------------


async def _asked(request: Request, largest: int) -> Asked:
    """The parameters of a request, from its address and its body. Raises Refused for what is no query."""
    fields = _fields(request.scope["query_string"], "address")
    queries = []
    if request.method == "POST":
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        if kind not in (_FORM, _DIRECT):
            _refuse_kind(kind)
        _check_encoding(request, parameters)
        body = await _body(request, largest)
        if kind == _FORM:
            fields += _fields(body, "form")
        else:
            queries = [_text(body, "query")]
    if any(name == "update" for name, _ in fields):
        raise Refused(400, _READ_ONLY)
    queries += [value for name, value in fields if name == "query"]
    if len(queries) > 1:
        raise Refused(400, f"There are {len(queries)} queries in this request. Send one at a time.")
    forms, default_graphs, named_graphs = (
        tuple(value for name, value in fields if name == wanted and value)
        for wanted in ("format", "default-graph-uri", "named-graph-uri")
    )
    accept = ", ".join(request.headers.getlist("accept"))
    return Asked(queries[0] if queries else None, (*forms, "")[0], accept, default_graphs, named_graphs)


def _refuse_kind(kind: str) -> None:
    if kind == "application/sparql-update":
        raise Refused(415, _READ_ONLY)
    stated = f"{kind[:60]!r} is no type of a query" if kind else "The request does not say what its body is"
    raise Refused(415, f"{stated}. Set Content-Type to {_DIRECT} or {_FORM}.", Accept_Post=f"{_DIRECT}, {_FORM}")


def _check_encoding(request: Request, parameters: str) -> None:
    charset = re.search(r'charset\s*=\s*"?([^\s";]+)', parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, f"Queries are read in UTF-8, not in {charset[1][:40]!r}.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "Compressed queries are not read. Send the body as it is.", Accept_Encoding="identity")


async def _body(request: Request, largest: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise Refused(413, f"The body is larger than {largest:,} bytes.", Connection="close")
        parts.append(part)
    return b"".join(parts)


def _fields(encoded: bytes, where: str) -> list[tuple[str, str]]:
    """The fields of a form, as they are sent in a body or an address."""
    if encoded.count(b"&") >= _PARAMETERS:
        raise Refused(400, f"There are more than {_PARAMETERS} parameters in the {where}.")
    text = _text(encoded, where)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Refused(400, f"The {where} is not text in UTF-8.") from None


def _text(body: bytes, what: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, f"The {what} is not text in UTF-8 (byte {error.start + 1}).") from None


async def _unless_left(request: Request, work: Coroutine[None, None, Answer]) -> Answer:
    """What a query gives; it is stopped if the client leaves. Raises ClientDisconnect then."""

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    answering, leaving = asyncio.ensure_future(work), asyncio.ensure_future(left())
    try:
        await asyncio.wait([answering, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise ClientDisconnect
        return answering.result()
    finally:
        answering.cancel()
        leaving.cancel()


# --- in which form ----------------------------------------------------------------------------------------------------


def _fitting(query: str) -> tuple[Form, ...]:
    """The forms in which a query can be answered: those of tables or of graphs, both where it is not clear which."""
    from kg.sparql.lexer import OPENING

    opening = OPENING.match(query)
    word = opening["word"].upper() if opening else ""
    if word.startswith(("SELECT", "ASK")):
        return TABLES
    return GRAPHS if word.startswith(("CONSTRUCT", "DESCRIBE")) else (*TABLES, *GRAPHS)


def _chosen(forms: Sequence[Form], asked: Asked) -> Choice | None:
    """The form that is wanted, by the parameter ``format`` (a name or a media type) or else by the header."""
    if asked.form and "/" not in asked.form:
        if asked.form.lower() not in NAMES:
            raise Refused(400, f"format={asked.form[:40]!r} is no form of an answer. Use one of: {', '.join(NAMES)}.")
        names = NAMES[asked.form.lower()]
        return next((Choice(form, form.types[0]) for form in forms if form.name in names), None)
    own = {form.types[0]: form for form in forms}
    all_types = own | {media_type: form for form in reversed(forms) for media_type in form.types[1:]}
    wanted = asked.form.replace(" ", "+") or asked.accept  # an unescaped plus in an address is read as a blank
    best = choose(wanted, list(all_types))
    return None if best is None else Choice(all_types[best], best)


def _not_acceptable(forms: Sequence[Form]) -> Refused:
    there = ", ".join(form.types[0] for form in forms)
    return Refused(406, f"This answer is not there in a form that you accept. There are: {there}.")


# --- what is sent -----------------------------------------------------------------------------------------------------


def _sent(request: Request, body: bytes, media_type: str) -> Response:
    """An answer, or the word that it is still the one that the client has."""
    mark = hashlib.sha256(body + media_type.encode()).hexdigest()[:32]
    headers = {"ETag": f'W/"{mark}"', "Cache-Control": "no-cache"}  # weak: it may be compressed on its way
    if request.method != "POST" and f'"{mark}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(body, headers={**headers, "Content-Type": media_type + charset})


_JSON = [media_type for form in (*TABLES, *GRAPHS) for media_type in form.types if "json" in media_type]


def _told(error: KGError, request: Request) -> Response:
    """An error as plain text, or as JSON for those who read JSON: what was wrong, where, what to do."""
    plain, data = "text/plain", "application/json"
    chosen = choose(", ".join(request.headers.getlist("accept")), [plain, data, *_JSON])
    if "json" in request.query_params.get("format", ""):
        chosen = data
    headers = {"Cache-Control": "no-store", **_headers(error)}
    if chosen in (None, plain):
        return Response(f"{error}\n", _status(error), headers, f"{plain}; charset=utf-8")
    place = {"line": error.line, "column": error.column} if isinstance(error, QueryError) else {}
    told = {"format": FORMAT, "type": "error", "error": str(error), **place}
    return Response(json.dumps(told, ensure_ascii=False), _status(error), headers, data)


def _status(error: KGError) -> int:
    """The HTTP status of an error: what is wrong with the query is 400, also an answer too large to give; what the
    service cannot do now is 503.
    """
    if isinstance(error, Refused):
        return error.status
    temporary = isinstance(error, Busy | TookTooLong) or error.exit_code == 5
    return 503 if temporary else 400


def _headers(error: KGError) -> dict[str, str]:
    if isinstance(error, Refused):
        return error.headers
    after = getattr(error, "retry_after", None)
    return {"Retry-After": str(after)} if after is not None else {}
