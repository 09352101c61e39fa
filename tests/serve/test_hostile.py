"""Every hostile input that was tried, and what became of it.

The first part is about the connection: bytes on a socket, as no client library sends them, to a real server around an
application of a few lines. The second is about the pages and the endpoint.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from running import QUICK, Running, reset, rest, running, soon, status
from worlds import World

import kg
from kg.serve.app import application
from kg.serve.network.safety import PAGE
from kg.serve.workers import Workers

HOST = b"Host: localhost\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST
POST = b"POST / HTTP/1.1\r\n" + HOST


class Plain:
    """Answers as many bytes as the path says, ``/wait/3`` after three tenths of a second, or with what it was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.bodies.append((await receive())["body"])
        name = scope["path"].rpartition("/")[2]
        if scope["path"].startswith("/wait/"):
            await asyncio.sleep(int(name) / 10)
        body = b"x" * int(name) if name.isdigit() else b"seen " + self.bodies[-1]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-was", b"here")]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def plain() -> Plain:
    return Plain()


@pytest.fixture(scope="module")
def server(plain: Plain) -> Iterator[Running]:
    with running(plain, limits=replace(QUICK, body=1000, connections=12, requests=3)) as found:
        yield found


# --- bytes that are no honest HTTP ------------------------------------------------------------------------------------

BYTES = {
    "no HTTP at all": (b"hello\r\n\r\n", 400),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "HTTP/2 with prior knowledge": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "an unknown version": (b"GET / HTTP/9.9\r\n" + HOST + b"Connection: close\r\n\r\n", 200),
    "no method": (b" / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a NUL in the target": (b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "bytes beyond ASCII in the target": (b"GET /\xc3\xa4 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a blank in the target": (b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    # hosts
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "no Host, HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", 400),
    "two Hosts": (GET + b"Host: evil.example\r\n\r\n", 400),
    "two Hosts, HTTP/1.0": (b"GET / HTTP/1.0\r\n" + HOST + b"Host: evil.example\r\n\r\n", 400),
    "two Hosts on a folded line": (b"GET / HTTP/1.1\r\nHost: localhost\r\n evil.example\r\n\r\n", 400),
    "a name that resolves to 127.0.0.1 (DNS rebinding)": (b"GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 400),
    "the host in the target": (b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "our host in the target, theirs in the header": (
        b"GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400
    ),
    "X-Forwarded-Host, theirs": (GET + b"X-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n", 200),
    "X-Forwarded-Host, ours": (b"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n\r\n", 400),
    # methods
    "TRACE": (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "CONNECT": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "OPTIONS of the server": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "DELETE": (b"DELETE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "PUT in disguise": (GET + b"X-HTTP-Method-Override: PUT\r\nConnection: close\r\n\r\n", 200),
    # two ways to tell the length of a body (request smuggling)
    "Content-Length and Transfer-Encoding": (
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /9 HTTP/1.1\r\n" + HOST + b"\r\n", 400
    ),
    "two Content-Lengths": (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    "a list of Content-Lengths": (POST + b"Content-Length: 3, 4\r\n\r\nabcd", 400),
    "a negative Content-Length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "a Content-Length with a sign": (POST + b"Content-Length: +3\r\n\r\nabc", 400),
    "a Content-Length of a thousand digits": (POST + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n", 400),
    "an unknown Transfer-Encoding": (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "chunked, but not only": (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501),
    "Transfer-Encoding twice": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    "a blank before the colon": (POST + b"Content-Length : 3\r\n\r\nabc", 400),
    "a chunk of no size": (POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "a chunk of absurd size": (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\n", 400),
    # header tricks
    "a header without a name": (GET + b": x\r\n\r\n", 400),
    "a NUL in a header": (GET + b"X: a\x00b\r\n\r\n", 400),
    "a bare CR in a header": (GET + b"X: a\rSet-Cookie: b\r\n\r\n", 400),
    "one huge header": (GET + b"X: " + b"x" * 40_000 + b"\r\n\r\n", 431),
    "a header without an end": (GET + b"X: " + b"x" * 200_000, 431),
    "thousands of headers": (GET + b"X: y\r\n" * 9000 + b"\r\n", 431),
    "a switch to WebSocket": (GET + b"Connection: upgrade, close\r\nUpgrade: websocket\r\n\r\n", 200),
    "a switch to HTTP/2": (GET + b"Connection: upgrade, close\r\nUpgrade: h2c\r\n\r\n", 200),
    # bodies
    "a body that is too large": (POST + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001, 413),
    "a body that says it is far too large": (POST + b"Content-Length: 99999999999999\r\n\r\n", 413),
    "a body that is too large, in chunks": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 100, 413
    ),
    "a client that asks before it sends too much": (POST + b"Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n", 413),
    "a body with a GET": (GET + b"Content-Length: 3\r\nConnection: close\r\n\r\nabc", 200),
    # slowness
    "half a request line": (b"GET / HT", 408),
    "half a head": (GET + b"X: y\r\n", 408),
    "half a body": (POST + b"Content-Length: 10\r\n\r\nabc", 408),
    "a body whose chunks end early": (POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 408),
}  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), BYTES.values(), ids=BYTES.keys())
def test_dishonest_bytes_are_answered_in_plain_words_and_the_connection_ends(
    server: Running, plain: Plain, said: bytes, expected: int
) -> None:
    before = len(plain.bodies)
    answer = server.say(said)
    assert status(answer) == expected
    assert answer.count(b"HTTP/1.1") == 1, "nothing that was smuggled in is answered"
    assert len(plain.bodies) - before == (expected == 200), "what is refused never comes to the application"
    if expected != 200:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert body.startswith(b"%d: " % expected)
        assert b"connection: close" in head.lower()
        assert b"content-security-policy: default-src 'self'" in head
        assert b"x-content-type-options: nosniff" in head
    assert b"\r\nserver:" not in answer
    assert b"Set-Cookie" not in answer


def test_requests_in_a_row_on_one_connection_are_answered_in_their_order(server: Running) -> None:
    answers = server.say(GET.replace(b"/", b"/1", 1) + b"\r\n" + GET.replace(b"/", b"/2", 1) + b"\r\nrubbish\r\n\r\n")
    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"400"]


# --- clients that take their time -------------------------------------------------------------------------------------


def test_a_client_that_says_nothing_is_hung_up_on_without_a_word(server: Running) -> None:
    assert server.say(b"") == b""


def test_a_head_that_comes_byte_by_byte_does_not_put_the_deadline_off(server: Running) -> None:
    with server.connect(b"G") as client:
        for byte in GET[1:]:
            try:
                client.sendall(bytes([byte]))
            except ConnectionError:
                break
            client.settimeout(0.02)
            try:
                assert status(client.recv(4096)) == 408
                return
            except TimeoutError:
                client.settimeout(10)
        pytest.fail("the server waited for the whole head")


def test_a_client_that_never_reads_is_dropped(server: Running) -> None:
    with server.connect(GET.replace(b"/", b"/30000000", 1) + b"\r\n", take=4096) as client:
        assert soon(lambda: any("GET /30000000 200" in line for line in server.lines))
        assert soon(lambda: not server.connections), "the connection is still held"
        assert len(rest(client)) < 30_000_000


def test_a_client_that_reads_at_a_fair_pace_gets_everything(server: Running) -> None:
    answer = server.get("/20000000")
    assert answer.count(b"x") >= 20_000_000


def test_no_answer_waits_for_the_client_to_confirm_its_beginning(server: Running) -> None:
    with server.connect() as client:
        assert soon(lambda: server.connections)
        held = [one.transport.get_extra_info("socket") for one in server.server.server_state.connections]
        assert all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in held)
        reset(client)


def test_clients_that_leave_in_the_middle_leave_nothing_behind(server: Running) -> None:
    for said in (b"", b"GET / HT", POST + b"Content-Length: 10\r\n\r\nab", GET.replace(b"/", b"/9000000", 1) + b"\r\n"):
        reset(server.connect(said))
    assert soon(lambda: not server.connections)
    assert status(server.get("/")) == 200


def test_crowds_of_silent_clients_do_not_keep_others_out(server: Running) -> None:
    crowd = [server.connect(said) for said in [b"", b"GET / HT", POST + b"Content-Length: 10\r\n\r\nab"] * 10]
    assert status(server.get("/")) == 200
    assert server.connections <= 12
    for client in crowd:
        client.close()


def test_more_requests_than_can_be_in_work_are_told_to_come_again(server: Running) -> None:
    clients = [server.connect(GET.replace(b"/", b"/wait/4", 1) + b"Connection: close\r\n\r\n") for _ in range(5)]
    answers = [rest(client) for client in clients]
    assert sorted(map(status, answers)) == [200, 200, 200, 503, 503]
    assert all(b"retry-after: 1" in answer for answer in answers if status(answer) == 503)


def test_when_the_server_stops_answers_in_work_end_or_are_told_so() -> None:
    with running(Plain(), limits=QUICK) as found:
        short, long = (found.connect(b"GET /wait/%d HTTP/1.1\r\n" % tenths + HOST + b"\r\n") for tenths in (4, 600))
        assert soon(lambda: len(found.server.server_state.tasks) == 2)
    assert status(rest(short)) == 200
    assert status(rest(long)) == 503
    assert any("/wait/600 503" in line for line in found.lines)


def test_no_line_of_the_log_can_be_forged_and_none_tells_what_was_asked(server: Running) -> None:
    server.get("/x%0a2026-01-01T00:00:00Z%20GET%20/forged?from=secret&query=SELECT", "Referer: http://secret/")
    lines = "\n".join(server.lines)
    assert "secret" not in lines
    assert "SELECT" not in lines
    assert not any(line.startswith("2026-01-01T00:00:00Z") for line in lines.splitlines())


# --- the pages --------------------------------------------------------------------------------------------------------

SCRIPTS = {
    "an element": "<script>alert(1)</script>",
    "an attribute": '"><img src=x onerror=alert(1)>',
    "a handler": "' onmouseover='alert(1)",
    "the end of a title": "</title><svg onload=alert(1)>",
    "the end of a text field": "</textarea><script>alert(1)</script>",
    "a comment": "--><script>alert(1)</script><!--",
    "an address": "javascript:alert(1)",
    "a data address": "data:text/html,<script>alert(1)</script>",
    "a template": "{{7*'7'}}{%raw%}${7*7}",
    "wrong direction": "\u202egnp.exe",
    "surrogates in disguise": "\ud83d<script>".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "a header": "x\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
}
PLACES = [
    "/search?q={}", "/search?q=OPG&limit={}", "/trace?from={}&to=calciphylaxis", "/trace?from=SLE&to={}",
    "/trace?from=SLE&to=calciphylaxis&species={}", "/trace?from=SLE&to=calciphylaxis&years={}",
    "/trace?from=SLE&to=calciphylaxis&certainty={}", "/trace?from=SLE&to=calciphylaxis&without={}",
    "/trace?from=SLE&to=calciphylaxis&without_source={}", "/trace?from=SLE&to=calciphylaxis&steps={}",
    "/trace?from=SLE&to=calciphylaxis&order={}", "/trace?from=SLE&to=calciphylaxis&population={}",
    "/trace?from=SLE&to=calciphylaxis&{}=1", "/trace?from=SLE&to=calciphylaxis&arm={}",
    "/trace.{}?from=SLE&to=calciphylaxis", "/entity/{}", "/claim/{}", "/source/{}", "/dispute/{}", "/case/{}",
    "/effects/{}", "/effects/warfarin?species={}", "/disputes?about={}", "/gaps?all={}", "/static/{}", "/{}",
    "/?format={}", "/sparql?query={}", "/sparql?query=SELECT+*+WHERE+%7B%7D&format={}", "/sparql?default-graph-uri={}",
]  # fmt: skip
BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Seen(HTMLParser):
    """What a browser would run or fetch in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "style", "iframe", "object", "embed", "base") and not given.get("src", "").startswith(
            "/static/"
        ):
            self.dangers.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.dangers.append(f"{tag} {name}={value}")
            fetched = name in ("href", "src", "action", "formaction", "xlink:href")
            if fetched and (not re.match(r"/(?!/)|[#?]|https?://", value or "") or "//evil" in (value or "")[:9]):
                self.dangers.append(f"{tag} {name}={value}")


def opened(answer: bytes) -> tuple[dict[str, str], str]:
    """Headers and text of an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:]]
    return {name.lower(): value for name, _, value in lines}, body.decode()


def check(explorer: Running, address: str) -> None:
    """What is answered is well-behaved, whatever it is."""
    answer = explorer.get(address, BROWSER)
    told, text = opened(answer)
    kind = told.get("content-type", "text/plain").partition(";")[0]
    assert status(answer) in (200, 301, 400, 404)
    assert "set-cookie" not in told
    assert told["content-security-policy"] == PAGE
    assert told["x-content-type-options"] == "nosniff"
    assert "7777777" not in text
    assert kind in (
        "text/html",
        "text/plain",
        "application/json",
        "application/ld+json",
        "application/sparql-results+json",
    )
    assert kind != "text/html" or Seen(text).dangers == []


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
@pytest.mark.parametrize("place", ["/entity/{}", "/search?q={}&format=json"])
def test_script_stays_text(explorer: Running, place: str, script: str) -> None:
    check(explorer, place.format(quote(script)))


@pytest.mark.parametrize("place", PLACES)
def test_script_stays_text_wherever_something_can_be_named(explorer: Running, place: str) -> None:
    check(explorer, place.format(quote("".join(SCRIPTS.values()))))


def test_script_in_the_data_stays_text(tmp_path: Path) -> None:
    script = "<script>alert(1)</script>"
    folder = World([("a", "increases", "b"), ("b", "decreases", "a")]).write(tmp_path)
    for file in folder.rglob("*.ttl"):
        text = re.sub(
            r'"([^"]+)"', lambda found: f'"{found[1]}{script}"' if len(found[1]) < 4 else found[0], file.read_text()
        )
        file.write_text(text)
    graph = kg.open(folder)
    assert script in graph.entities[0].label
    with running(application(graph, None)) as found:
        for path in (
            "/",
            "/trace?from=a&to=b",
            "/entity/a",
            "/source/s1",
            "/search?q=a",
            "/disputes",
            "/gaps",
            "/effects/a",
        ):
            _, text = opened(found.get(path, BROWSER))
            assert Seen(text).dangers == [], path


PAGES = [
    "/", "/search?q=OPG", "/trace?from=corticosteroids&to=vascular+calcification", "/entity/osteoprotegerin", "/gaps",
    "/claim/nazir-2015-32", "/source/nazir-2015", "/dispute/steroid-opg", "/case/nazir-2015", "/effects/warfarin",
    "/disputes", "/sparql", "/nothing", "/trace?from=corticosteroids&to=nothing", "/trace", "/entity/nothing",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_script_or_style_of_its_own_or_anything_from_elsewhere(explorer: Running, page: str) -> None:
    told, text = opened(explorer.get(page, BROWSER))
    assert told["content-type"].startswith("text/html")
    assert told["content-security-policy"] == PAGE
    assert Seen(text).dangers == []


# --- paths ------------------------------------------------------------------------------------------------------------

UP = [
    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", ".%2e/", "..\\", "..%5c", "%2e%2e%5c", "..%00/", "..;/", "....//", "..%252f",
    "%252e%252e%252f", "..%c0%af", "%c0%ae%c0%ae/", "..%ef%bc%8f", "%uff0e%uff0e/", "/", "//", "%2f", "%2f%2f", "file:",
    "file:///", "C:%5c", "~/", ".%2f", "/./",
]  # fmt: skip


@pytest.mark.parametrize("up", UP)
def test_no_path_leads_to_a_file(explorer: Running, up: str) -> None:
    for where, file in (
        ("/static/", "page.py"),
        ("/static/", "etc/passwd"),
        ("/case/", "etc/passwd"),
        ("/", "etc/passwd"),
    ):
        answer = explorer.get(f"{where}{up * 3}{file}", BROWSER)
        assert status(answer) in (400, 404)
        assert b"root:" not in answer
        assert b"import " not in answer


def test_a_case_is_one_of_the_graph_and_never_a_file(explorer: Running, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("id: mine\nlabel: a secret\n")
    for name in (str(file), quote(str(file), safe=""), file.as_uri(), "nazir-2015.yaml"):
        answer = explorer.get(f"/case/{name}", BROWSER)
        assert status(answer) in (400, 404)
        assert b"a secret" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/", "/%2f/evil.example", "/%2fevil.example/", "/entity//evil.example", "/entity/https://evil.example",
        "/entity/%2f%2fevil.example", "/\\evil.example", "/%5cevil.example", "/entity/OPG?next=//evil.example",
        "/effects/OPG?//evil.example", "/entity/OPG?%0d%0aLocation:%20//evil.example", "/search?q=//evil.example",
        "/entity/OPG/", "/trace?from=OPG&to=RANKL&url=https://evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(explorer: Running, path: str) -> None:
    answer = explorer.get(path, BROWSER, "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example")
    told, text = opened(answer)
    to = told.get("location", "/entity/")
    assert to.startswith(("/entity/", "/effects/")), to
    assert "evil" not in to.partition("?")[0]
    assert Seen(text).dangers == []


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/search?q=" + "a" * 12_000, 200),
        ("/search?q=" + "a" * 13_000, 414),
        ("/search?q=" + "%28" * 4_000, 200),
        ("/" + "a" * 17_000, 414),
        ("/entity/" + "a" * 10_000, 404),
        ("/trace?from=" + "x%7C" * 3_000 + "&to=OPG", 400),
        ("/trace?" + "species=human&" * 99 + "from=OPG&to=RANKL", 400),
        ("/trace?from=SLE&to=calciphylaxis&steps=7", 400),
        ("/trace?from=SLE&to=calciphylaxis&steps=-1", 400),
        ("/trace?from=SLE&to=calciphylaxis&steps=1e9", 400),
        ("/trace?from=SLE&to=calciphylaxis&steps=" + "9" * 5_000, 400),
        ("/trace?from=SLE&to=calciphylaxis&steps=000450", 400),
        ("/trace?from=SLE&to=calciphylaxis&steps=%EF%BC%94", 400),
        ("/trace?from=SLE&to=calciphylaxis&years=" + "9" * 5_000, 400),
        ("/search?q=OPG&limit=999999999999", 400),
        ("/search?q=OPG&limit=0100000", 400),
        ("/sparql?name=rest-on-few-sources&most=" + "1" * 5_000, 400),
        ("/trace?from=%FF%FE&to=OPG", 400),
        ("/entity/%ED%A0%80", 400),
        ("/entity/OPG%00", 400),
        ("/trace?from=OPG%00&to=RANKL", 400),
        ("/entity/OPG?" + "&" * 200, 400),
    ],
    ids=lambda value: str(value)[:60],
)
def test_parameters_out_of_bounds_are_refused_in_plain_words(explorer: Running, path: str, expected: int) -> None:
    before = len(explorer.lines)
    answer = explorer.get(path, BROWSER)
    assert status(answer) == expected
    assert not any("internal error" in line for line in explorer.lines[before:])


# --- SPARQL -----------------------------------------------------------------------------------------------------------

QUERY, UPDATE, FIELDS = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"
ELSEWHERE = "http://127.0.0.1:@/"
SENT = {
    # calling out
    "SERVICE": (QUERY, f"SELECT * {{ SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }}", 400),
    "SERVICE SILENT": (QUERY, f"SELECT * {{ SERVICE SILENT <{ELSEWHERE}> {{ ?s ?p ?o }} }}", 400),
    "service, after a comment": (QUERY, f"SELECT * {{ #\nservice#\n<{ELSEWHERE}> {{ ?s ?p ?o }} }}", 400),
    "SERVICE in escapes": (QUERY, f"SELECT * {{ \\u0053ERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }}", 400),
    "SERVICE without a blank": (QUERY, f"PREFIX e:<{ELSEWHERE}> SELECT * {{ SERVICEe:x {{ ?s ?p ?o }} }}", 400),
    "SERVICE of a variable": (QUERY, f"SELECT * {{ VALUES ?x {{ <{ELSEWHERE}> }} SERVICE ?x {{ ?s ?p ?o }} }}", 400),
    "SERVICE in EXISTS": (QUERY, f"ASK {{ FILTER EXISTS {{ SERVICE <{ELSEWHERE}> {{ ?s ?p ?o }} }} }}", 400),
    "SERVICE in a subquery": (QUERY, f"SELECT * {{ {{ SELECT * {{ SERVICE <{ELSEWHERE}> {{ }} }} }} }}", 400),
    "FROM elsewhere": (QUERY, f"SELECT * FROM <{ELSEWHERE}> {{ ?s ?p ?o }}", 200),
    "FROM NAMED elsewhere": (QUERY, f"SELECT * FROM NAMED <{ELSEWHERE}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 200),
    "FROM a file": (QUERY, "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 200),
    "GRAPH of a file": (QUERY, "SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }", 200),
    "default-graph-uri elsewhere": (FIELDS, f"query=SELECT * {{?s ?p ?o}}&default-graph-uri={ELSEWHERE}", 200),
    "named-graph-uri of a file": (
        FIELDS, "query=SELECT * {GRAPH ?g {?s ?p ?o}}&named-graph-uri=file:///etc/passwd", 200
    ),
    # changing something
    "LOAD": (QUERY, f"LOAD <{ELSEWHERE}>", 400),
    "INSERT DATA": (QUERY, "INSERT DATA { <x:a> <x:b> <x:c> }", 400),
    "DELETE WHERE": (QUERY, "PREFIX x: <x:> DELETE WHERE { ?s ?p ?o }", 400),
    "CLEAR ALL": (QUERY, "# nothing\nCLEAR ALL", 400),
    "a query, then an update": (QUERY, "SELECT * { ?s ?p ?o } ; DROP ALL", 400),
    "the field update": (FIELDS, "update=DROP ALL", 400),
    "the fields query and update": (FIELDS, "query=ASK {}&update=DROP ALL", 400),
    "the type of an update": (UPDATE, "DROP ALL", 415),
    # nesting
    "9,000 brackets": (QUERY, f"SELECT * {{ FILTER({'(' * 9000}1{')' * 9000}) }}", 400),
    "9,000 brackets that do not close": (QUERY, f"SELECT * {'{' * 9000}", 400),
    "9,000 lists": (QUERY, f"SELECT * {{ ?a ?b {'(' * 9000}{')' * 9000} }}", 400),
    "9,000 blank nodes": (QUERY, f"SELECT * {{ ?a ?b {'[' * 9000}{']' * 9000} }}", 400),
    "a path of 9,000 brackets": (QUERY, f"SELECT * {{ ?a {'(' * 9000}ckg:subject{')*' * 9000} ?b }}", 400),
    "3,000 subqueries": (QUERY, "SELECT * {" * 3000 + "}" * 3000, 400),
    "3,000 EXISTS": (QUERY, f"SELECT * {{ {'FILTER EXISTS {' * 3000}{'}' * 3000} }}", 400),
    "3,000 UNIONs": (QUERY, f"SELECT * {{ {' UNION '.join(['{?a ?b ?c}'] * 3000)} }}", 400),
    "50,000 negations": (QUERY, f"SELECT * {{ FILTER({'!' * 50000}true) }}", 400),
    "999 nested IFs": (QUERY, f"SELECT * {{ BIND({'IF(true,' * 999}1{',2)' * 999} AS ?x) }}", 400),
    # texts
    "nothing": (QUERY, "", 400),
    "no SPARQL": (QUERY, "<script>alert(1)</script>", 400),
    "a NUL": (QUERY, "SELECT * { ?s ?p '\x00' }", 200),
    "a bracket that closes too much": (QUERY, "SELECT * { ?s ?p ?o } }", 400),
    "a regular expression that backtracks": (QUERY, f"ASK {{ FILTER(REGEX('{'a' * 5000}', '(a*)*b')) }}", 200),
    "a regular expression of absurd size": (QUERY, "ASK { FILTER(REGEX('a', '((a{1,100}){1,100}){1,100}')) }", 200),
    "two queries": (FIELDS, "query=ASK {}&query=ASK {}", 400),
    "a hundred fields": (FIELDS, "query=ASK {}" + "&x" * 100, 400),
    "a megabyte": (QUERY, "ASK {}" + " " * (1 << 20), 413),
    # types
    "no type": ("", "ASK {}", 415),
    "plain text": ("text/plain", "ASK {}", 415),
    "a form of parts": ("multipart/form-data; boundary=x", "--x\r\n", 415),
    "another alphabet": (f"{QUERY}; charset=utf-16", "ASK {}", 415),
    "a type with a header in it": (f"{QUERY}\x0bX: y", "ASK {}", 400),
}  # fmt: skip


@pytest.fixture(scope="module")
def hurried(graph) -> Iterator[Running]:
    """An explorer whose queries are killed soon."""
    workers = Workers(graph.dataset, seconds=0.5, memory=256 << 20)
    with running(application(graph, workers), close=workers.close) as found:
        yield found


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[socket.socket]:
    """A place that a query could call; nobody must."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def post(server: Running, kind: str, body: str | bytes, *headers: str) -> bytes:
    said = body.encode() if isinstance(body, str) else body
    typed = [f"Content-Type: {kind}"] if kind else []
    lines = [
        "POST /sparql HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Content-Length: {len(said)}",
        *typed,
        *headers,
    ]
    return server.say("\r\n".join([*lines, "", ""]).encode() + said)


@pytest.mark.parametrize(("kind", "body", "expected"), SENT.values(), ids=SENT.keys())
def test_queries_call_nobody_change_nothing_and_bring_nothing_down(
    explorer: Running, elsewhere: socket.socket, kind: str, body: str, expected: int
) -> None:
    there = str(elsewhere.getsockname()[1])
    answer = post(explorer, kind, body.replace("@", there), "Accept: application/sparql-results+json")
    assert status(answer) == expected
    if expected == 200 and "boolean" not in opened(answer)[1]:
        assert json.loads(opened(answer)[1])["results"]["bindings"] == []
    with pytest.raises(BlockingIOError):
        elsewhere.accept()


DOUBLING = " ".join(
    f"BIND(REPLACE(?{a}, ?{a}, CONCAT(?{a}, ?{a})) AS ?{b})" for a, b in pairwise("abcdefghijklmnopqrstuvw")
)
FOREVER = {
    "all with all with all": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "paths without end": "SELECT (COUNT(*) AS ?n) { ?a !<x:x>*/!<x:x>*/!<x:x>* ?b }",
    "more than fits into memory": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f",
    "triples without end": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
    "a text that doubles and doubles": f"SELECT * {{ BIND('{'a' * 9999}' AS ?a) {DOUBLING} }}",
}


@pytest.mark.parametrize("query", FOREVER.values(), ids=FOREVER.keys())
def test_a_query_without_end_is_stopped_and_pages_are_answered_meanwhile(hurried: Running, query: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, hurried, QUERY, query)
        pages = [hurried.get("/entity/osteoprotegerin") for _ in range(3)]
        answer = waiting.result()
    assert list(map(status, pages)) == [200] * 3
    assert status(answer) == 503
    assert b"retry-after:" in answer
    assert b'"boolean":true' in post(hurried, QUERY, "ASK { ?s ?p ?o }", "Accept: application/json")


def test_the_log_holds_no_query(hurried: Running) -> None:
    post(hurried, QUERY, "SELECT ?secret { ?secret ?p ?o . ?a ?b ?c . ?d ?e ?f } ORDER BY ?a")
    hurried.get("/sparql?query=SELECT%20%3Fsecret%20%7B%7D")
    hurried.get("/trace?from=secret&to=OPG")
    assert "secret" not in "\n".join(hurried.lines)
    assert not any("internal error" in line for line in hurried.lines)
