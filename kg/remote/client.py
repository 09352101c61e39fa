"""Asking a SPARQL 1.1 endpoint over HTTP: with time limits, retries, and one clear message for each way it can fail.

Queries are sent by POST, as forms; nothing else is ever sent, and nowhere but to the address that the user named: a
redirection is reported, not followed. What may pass (no answer in time, 408, 425, 429, any 5xx, a connection or an
answer that breaks off) is tried again after a pause that doubles each time, or after what ``Retry-After`` says; what
is left then is `Unanswered`, of which a search can make the best. Everything else (no such host, 404, a web page, an
answer that is no SPARQL result) will not pass, and ends the question.
"""

from __future__ import annotations

import http.client
import io
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING, Any, NoReturn, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from kg.errors import FileProblem, QueryError, UsageError

if TYPE_CHECKING:
    from kg.sparql import Results
    from kg.sparql.results import Term

__all__ = ["LARGEST", "Client", "Unanswered", "shown"]

LARGEST = 256 * 2**20
"""The largest answer that is read, in bytes."""
_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES = "application/n-triples, text/turtle;q=0.8"
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_MODIFIED = (301, 302, 303, 307, 308)
T = TypeVar("T")


class Unanswered(FileProblem):
    """The endpoint did not answer, not even when asked again; if `large`, it may answer a smaller query."""

    def __init__(self, message: str, large: bool) -> None:
        super().__init__(message)
        self.large = large


class _Passing(Exception):
    """What may pass; `after` is how many seconds to wait, if the server says so; `large`: a smaller query may help."""

    def __init__(self, message: str, after: float | None = None, *, large: bool = True) -> None:
        super().__init__(message)
        self.after, self.large = after, large


class Client:
    """Asks one endpoint. `seconds` bounds one answer, `tries` how often a query is sent, `pause` the first pause."""

    def __init__(self, address: str, *, seconds: float = 60, tries: int = 4, pause: float = 0.5) -> None:
        """Raises UsageError for an address that is not of the web."""
        try:
            parts = urlsplit(address)
        except ValueError as error:
            raise UsageError(f"{address} is no address: {error}.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{address} is no address of a SPARQL endpoint: it must begin with http:// or https://.")
        self.address, self.seconds, self.tries, self.pause = address, seconds, tries, pause
        self.shown = shown(address)
        self._opener = urllib.request.build_opener(_NoRedirection())

    def ask(self, query: str) -> bool:
        """The answer to an ASK. Raises what `select` raises."""
        return bool(self._asked(query, _ROWS, _boolean, None))

    def select(self, query: str, until: float | None = None) -> list[tuple[Term | None, ...]]:
        """The rows of a SELECT. No attempt outlasts `until`, a time of ``time.monotonic()``.

        Raises Unanswered, FileProblem for what is no endpoint, QueryError if it refuses the query.
        """
        return self._asked(query, _ROWS, _rows, until)

    def results(self, query: str, limit: int | None, prefixes: Mapping[str, str], triples: bool) -> Results:
        """The answer to any query as `Results` of up to `limit` rows; the rest is not even fetched."""
        from kg.sparql.asking import collect

        def read(stream: IO[bytes], kind: str) -> Results:
            return collect(_triples(stream, kind) if triples else _solutions(stream, kind), limit, prefixes)

        return self._asked(query, _TRIPLES if triples else _ROWS, read, None)

    # --- one query, several attempts ------------------------------------------------------------------------------

    def _asked(self, query: str, accept: str, read: Callable[[IO[bytes], str], T], until: float | None) -> T:
        for attempt in range(self.tries):
            now = time.monotonic()
            end = now + self.seconds if until is None else min(now + self.seconds, until)
            try:
                if end <= now:
                    raise _Passing("the time for the whole question was over", large=False)
                return self._once(query, accept, read, end)
            except _Passing as trouble:
                pause = self.pause * 2**attempt if trouble.after is None else trouble.after
                late = pause > self.seconds or (until is not None and time.monotonic() + pause >= until)
                if attempt + 1 == self.tries or late:
                    times = f"asked {attempt + 1} time{'s' if attempt else ''}"
                    message = f"{self.shown} did not answer: {trouble} ({times})."
                    raise Unanswered(message, trouble.large) from None
                time.sleep(pause)
        raise AssertionError  # the last attempt returned or raised

    def _once(self, query: str, accept: str, read: Callable[[IO[bytes], str], T], end: float) -> T:
        from kg import __version__

        headers = {"Accept": accept, "User-Agent": f"calciphylaxis-kg/{__version__}"}
        request = urllib.request.Request(self.address, urlencode({"query": query}).encode(), headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=max(end - time.monotonic(), 0.001)) as reply:
                kind = str(reply.headers.get("Content-Type", ""))
                if "html" in kind.casefold():
                    self._refuse("it answered with a web page. The address must be that of the query endpoint")
                if reply.headers.get("X-SQL-State", "").startswith("S1T"):  # Virtuoso's way to say: this is not all
                    raise _Passing("its own time limit cut the answer short")
                try:
                    return _read(read, cast("IO[bytes]", _Timed(reply, end)), kind)
                except (SyntaxError, ValueError) as error:
                    self._unreadable(error)
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error)
        except (TimeoutError, http.client.IncompleteRead, ConnectionResetError, BrokenPipeError) as error:
            raise _Passing(self._in_words(error)) from None
        except http.client.RemoteDisconnected:
            raise _Passing("it closed the connection without an answer") from None
        except http.client.HTTPException:
            self._refuse("what answers there does not speak HTTP")
        except OSError as error:
            self._unreachable(error)

    def _in_words(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"no answer within {self.seconds:g} s"
        return "its answer broke off"

    def _refused(self, error: urllib.error.HTTPError) -> NoReturn:
        """Say what a status other than 200 means."""
        said = _first_words(error.read(10_000))
        if error.code in _PASSING:
            after = _seconds(error.headers.get("Retry-After"))
            raise _Passing(f"status {error.code} {error.reason}", after, large=error.code in (408, 500, 504))
        if error.code in _MODIFIED:
            self._refuse(f"it sends readers on to {error.headers.get('Location')}. Open that address, if you trust it")
        if error.code in (400, 413, 414, 422):
            raise QueryError(f"{self.shown} does not accept the query: {said or error.reason}")
        self._refuse(f"status {error.code} {error.reason}. Is it the address of a query endpoint that you may read?")

    def _unreadable(self, error: Exception) -> NoReturn:
        """Say what is wrong with an answer: one that ends in the middle may come whole the next time."""
        if "end of file" in str(error):
            raise _Passing("its answer broke off") from None
        reason = str(error).splitlines()[0]
        self._refuse(f"it answered with what is no SPARQL result ({reason})")

    def _unreachable(self, error: OSError) -> NoReturn:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise _Passing(self._in_words(reason)) from None
        if isinstance(reason, ConnectionResetError):
            raise _Passing("its answer broke off") from None
        if isinstance(reason, ssl.SSLCertVerificationError):
            self._refuse(f"its certificate is not valid ({reason.verify_message})")
        self._refuse(f"it cannot be reached ({getattr(reason, 'strerror', None) or reason})")

    def _refuse(self, reason: str) -> NoReturn:
        raise FileProblem(f"Cannot read {self.shown}: {reason}.") from None


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Leaves redirections to the reader: a query is sent to no address that nobody named."""

    def redirect_request(self, *_: Any) -> None:
        return None


class _Timed(io.RawIOBase):
    """The body of an answer: bounded in time, however slowly it drips, and in size."""

    def __init__(self, reply: http.client.HTTPResponse, end: float) -> None:
        self.reply, self.end, self.count = reply, end, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if time.monotonic() > self.end:
            raise TimeoutError
        block = self.reply.read1(min(size, 2**16) if size > 0 else 2**16)
        if not block and self.reply.length:  # read1 does not mind an answer that is shorter than it says
            raise http.client.IncompleteRead(b"", self.reply.length)
        self.count += len(block)
        if self.count > LARGEST:
            raise FileProblem(f"An answer is larger than {LARGEST // 2**20} MB. Ask for less.")
        return block


def _read(read: Callable[[IO[bytes], str], T], stream: IO[bytes], kind: str) -> T:
    """Read an answer. What fails is told without the frames in which it failed: they hold results of pyoxigraph, which
    complains if they are dropped in another thread, as the garbage collector would.
    """
    try:
        return read(stream, kind)
    except Exception as error:
        raise error.with_traceback(None) from None


def _solutions(stream: IO[bytes], kind: str) -> Any:
    import pyoxigraph as ox

    form = ox.QueryResultsFormat.from_media_type(kind)
    allowed = (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML)
    return ox.parse_query_results(stream, form if form in allowed else ox.QueryResultsFormat.JSON)


def _rows(stream: IO[bytes], kind: str) -> list[tuple[Term | None, ...]]:
    import pyoxigraph as ox

    found = _solutions(stream, kind)
    if not isinstance(found, ox.QuerySolutions):
        raise ValueError("true or false where rows were asked for")
    return [tuple(row) for row in found]


def _boolean(stream: IO[bytes], kind: str) -> bool:
    import pyoxigraph as ox

    found = _solutions(stream, kind)
    if not isinstance(found, ox.QueryBoolean):
        for _ in found:  # to its end: what breaks off may come whole the next time
            pass
        raise ValueError("rows where true or false was asked for")
    return bool(found)


def _triples(stream: IO[bytes], kind: str) -> Any:
    import pyoxigraph as ox

    form = ox.RdfFormat.from_media_type(kind)
    return (quad.triple for quad in ox.parse(stream, form or ox.RdfFormat.TURTLE))


def _seconds(retry_after: str | None) -> float | None:
    """How long ``Retry-After`` asks to wait: seconds or a date; None where it says neither."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError):
        return None


def _first_words(body: bytes) -> str:
    """What a server says of an error, without markup, in one line."""
    text = re.sub(r"<[^>]*>", " ", body.decode("utf-8", "replace"))
    return " ".join(text.split())[:300]


def shown(address: str) -> str:
    """An address as it may be shown to anybody: without a password or a key.

    >>> shown("https://me:secret@example.org/query?key=1")
    'https://example.org/query'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
