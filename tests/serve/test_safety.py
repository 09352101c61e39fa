"""The door, the headers and the log, one by one, around an application of a few lines."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serve.network.log import defect, line
from kg.serve.network.safety import PAGE, PICTURE, Hosts, Limits, guarded

LOCAL = (b"host", b"localhost:8765")


def ask(app, target="/", *headers, method="GET", body=(b"",), **options):
    """Status, headers, body and log of what an application answers behind its door."""
    lines: list[str] = []
    path, _, query = target.partition("?")
    scope = {
        "type": "http", "method": method, "raw_path": path.encode("latin-1"), "path": path,
        "query_string": query.encode("latin-1"), "headers": list(headers or (LOCAL,)),
    }  # fmt: skip
    parts, sent = list(body), []

    async def receive():
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        if part is None:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    guard = guarded(app, log=lines.append, **options)
    asyncio.run(guard(scope, receive, send))
    if not sent:
        return 0, {}, b"", lines
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(m.get("body", b"") for m in sent[1:]), lines


def says(*headers, body=b"seen"):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body or (await receive())["body"]})

    return app


async def fails(scope, receive, send):
    raise RuntimeError("SELECT ?secret\nforged line")


# --- hosts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8765", "127.8.8.8", "[::1]", "[::1]:80", "kg.example:443"],
)
def test_loopback_and_the_names_given_are_answered(host: str) -> None:
    assert Hosts(frozenset({"kg.example"})).allows(host)


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "localhost.evil.example", "evil.example:localhost", "127.0.0.1.evil.example", "localhost:",
        "localhost@evil.example", "localhost/..", "localhost, evil.example", "local\u0131host", "localhost:123456",
        "192.168.1.5", "[::2]", "[localhost]", "::1", "0.0.0.0", "2130706433", "0x7f.1", "localhost#", "localhost\x00",
    ],
)  # fmt: skip
def test_other_hosts_are_not(host: str) -> None:
    assert not Hosts().allows(host)
    assert ask(says(), "/", (b"host", host.encode()))[0] == 400


def test_a_server_for_others_answers_to_its_addresses_and_not_to_any_name() -> None:
    hosts = Hosts(addresses=True)
    assert hosts.allows("192.168.1.5:8765")
    assert hosts.allows("[2001:db8::1]")
    assert not hosts.allows("rebound.example")


def test_what_other_headers_say_of_the_host_does_not_count() -> None:
    forwarded = [(b"x-forwarded-host", b"localhost"), (b"forwarded", b"host=localhost"), (b"x-host", b"localhost")]
    status, _, body, _ = ask(says(), "/", (b"host", b"evil.example"), *forwarded)
    assert (status, b"--allow-host" in body) == (400, True)
    assert ask(says(), "/", LOCAL, LOCAL)[0] == 400


@pytest.mark.parametrize("target", ["/kg/entity/rankl", "/entity/rankl"])
def test_the_application_knows_where_readers_find_it(target: str) -> None:
    seen = []

    async def looks(scope, receive, send):
        seen.append(scope)
        await says()(scope, receive, send)

    forwarded = [(b"x-forwarded-proto", b"gopher"), (b"x-forwarded-prefix", b"/evil")]
    ask(looks, target, LOCAL, *forwarded, scheme="https", root="/kg")
    assert (seen[0]["scheme"], seen[0]["root_path"]) == ("https", "/kg")
    assert (seen[0]["path"], seen[0]["raw_path"]) == ("/entity/rankl", b"/entity/rankl")


# --- targets and bodies -----------------------------------------------------------------------------------------------

SMALL = Limits(target=60, parameter=20, parameters=3, body=10, seconds_to_send=0.05, requests=1, head=200)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/entity/rankl", 200),
        ("/?a=" + "x" * 18, 200),
        ("/?a=" + "x" * 19, 414),
        ("/" + "x" * 60, 414),
        ("/?a&b&c", 200),
        ("/?a&b&c&d", 400),
        ("/?a=%00", 400),
        ("/?a=%FF", 400),
        ("/?a=%C3%A4%0A", 200),
        ("http://evil.example/", 400),
        ("*", 400),
        ("//evil.example/%2e%2e", 400),
        ("/a/../b", 400),
        ("/a/%2E%2e/b", 400),
        ("/a/.%2e", 400),
        ("/%2e/", 400),
        ("/..%2fb", 400),
        ("/..%5cb", 400),
        ("/a\\b", 400),
        ("/a%00.css", 400),
        ("/a%0d%0aX:y", 400),
        ("/%c0%ae%c0%ae/", 400),
        ("/...", 200),
        ("/%252e%252e/", 200),
    ],
)
def test_a_target_is_a_plain_path_of_modest_length(target: str, status: int) -> None:
    assert ask(says(), target, limits=SMALL)[0] == status


FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ([], [b"0123456789"], 200),
        ([], [b"01234", b"56789", b"0"], 413),
        ([(b"content-length", b"81")], [], 413),
        ([(b"content-length", b"11"), (b"expect", b"100-continue")], [], 413),
        ([(b"content-length", b"5"), (b"transfer-encoding", b"chunked")], [b"01234"], 400),
        ([], [b"0", None], 408),
        ([FORM], [b"a&b&c"], 200),
        ([FORM], [b"a&b&c&d"], 400),
        ([FORM], [b"a=%00"], 400),
        ([(b"x-large", b"x" * 200)], [b""], 431),
    ],
)
def test_a_body_is_whole_in_time_and_of_modest_size(headers, body, status: int) -> None:
    answered, told, text, _ = ask(says(body=b""), "/", LOCAL, *headers, method="POST", body=body, limits=SMALL)
    assert answered == status
    assert text == b"".join(body) if status == 200 else told["connection"] == "close"


def test_a_client_that_leaves_gets_no_answer() -> None:
    assert ask(says(), method="POST", body=())[0] == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_methods_that_could_change_something_are_refused(method: str) -> None:
    status, told, _, _ = ask(says(), method=method)
    assert (status, told["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_more_requests_than_can_be_in_work_are_told_to_come_again() -> None:
    inner = []

    async def nests(scope, receive, send):
        inner.append(scope)
        if len(inner) == 1:
            await guard(scope, receive_nothing, keep)
        await says()(scope, receive, send)

    async def receive_nothing():
        return {"type": "http.request", "body": b""}

    kept = []

    async def keep(message):
        kept.append(message)

    guard = guarded(nests, limits=SMALL, access=False)
    scope = {"type": "http", "method": "GET", "raw_path": b"/", "query_string": b"", "headers": [LOCAL]}
    asyncio.run(guard(scope, receive_nothing, keep))
    assert [message.get("status") for message in kept] == [503, None, 200, None]
    assert (b"retry-after", b"1") in kept[0]["headers"]


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/", "/../x"])
def test_every_answer_states_what_a_browser_may_do_with_it(target: str) -> None:
    _, told, _, _ = ask(says(), target)
    assert told["content-security-policy"] == PAGE
    assert "unsafe" not in PAGE
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "no-referrer"
    assert told["cross-origin-opener-policy"] == told["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in told["permissions-policy"]


def test_what_the_application_states_stays_but_no_cookie_and_no_banner_leaves() -> None:
    stated = [(b"Set-Cookie", b"a=b"), (b"server", b"x"), (b"Content-Security-Policy", b"default-src 'none'")]
    _, told, _, _ = ask(says(*stated))
    assert not {"Set-Cookie", "set-cookie", "server"} & told.keys()
    assert told["Content-Security-Policy"] == "default-src 'none'"
    assert "content-security-policy" not in told


def test_other_web_pages_read_what_the_application_lets_them_read_unless_that_is_switched_off() -> None:
    allowed = (b"Access-Control-Allow-Origin", b"*")
    assert ask(says(allowed))[1]["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in ask(says(allowed), shared=False)[1]


def test_a_picture_that_is_opened_by_itself_runs_no_script() -> None:
    _, told, _, _ = ask(says((b"content-type", b"image/svg+xml")))
    assert told["content-security-policy"] == PICTURE
    assert "sandbox" in PICTURE


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wants", ["", "json"])
def test_of_a_defect_the_client_learns_that_there_was_one_and_the_log_where(wants: str) -> None:
    accept = [(b"accept", b"application/json")] if wants else []
    status, told, body, lines = ask(fails, "/trace?from=secret", LOCAL, *accept)
    assert status == 500
    assert b"Traceback" not in body
    assert b"RuntimeError" not in body
    if wants:
        assert json.loads(body)["type"] == "error"
    else:
        assert told["content-type"] == "text/plain; charset=utf-8"
    assert "test_safety.py" in lines[0]
    assert "RuntimeError" in lines[0]
    assert "secret" not in "".join(lines)


def test_after_a_defect_in_mid_answer_nothing_more_is_sent() -> None:
    async def breaks(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    status, _, body, lines = ask(breaks)
    assert (status, body) == (200, b"")
    assert "RuntimeError" in lines[0]


def test_a_defect_is_told_in_full_only_on_request_and_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_DEBUG", "1")
    told = defect(RuntimeError("a\nforged \x1b[31mline"))
    assert told.splitlines()[-1] == r"  RuntimeError: a\nforged+\x1b[31mline"


# --- the log ----------------------------------------------------------------------------------------------------------


def test_a_line_tells_what_came_of_a_request_and_nothing_of_what_was_asked() -> None:
    *_, lines = ask(says(body=b"12345"), "/trace?from=secret")
    assert len(lines) == 1
    assert lines[0][20:].startswith(" GET /trace 200 5 B ")
    assert ask(says(), access=False)[3] == []


@given(st.text(), st.binary())
def test_no_request_can_forge_a_line(method: str, path: bytes) -> None:
    told = line(method, path, 200, 1, 0.001)
    assert told.isascii()
    assert told.isprintable()
    assert len(told.split(" ")) == len(line("GET", b"/", 200, 1, 0.001).split(" ")) or not (method and path)


@given(st.from_regex(r"/[!-~]*", fullmatch=True), st.from_regex(r"[!-~]*", fullmatch=True))
def test_whatever_is_asked_there_is_one_answer(path: str, query: str) -> None:
    limits = replace(SMALL, target=10_000, parameter=10_000)
    assert ask(says(), f"{path}?{query}", limits=limits)[0] in (200, 400)
