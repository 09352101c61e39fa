"""What an endpoint may do wrong: one clear message each, tried again where that may help, and nothing in silence."""

from __future__ import annotations

import gc
import re
import socket
import time
from email.utils import formatdate
from threading import Thread

import pytest
from faulty import JSON, TRUE, misbehaving
from shapes import shape

import kg
from kg.errors import FileProblem, KGError, QueryError, UsageError
from kg.remote.client import Client, Unanswered
from kg.remote.graph import RemoteGraph
from kg.remote.web import Web


@pytest.fixture
def faulty():
    with misbehaving() as endpoint:
        yield endpoint


def client(endpoint, **options):
    return Client(endpoint.address, **{"seconds": 0.4, "tries": 3, "pause": 0.01, **options})


def never(handler, query):
    time.sleep(0.8)
    return True


FINAL = {  # what will not pass: asked once, and told
    "a web page": (lambda h, q: h.say(b"<html><body>Welcome</body></html>", "text/html"), "web page"),
    "a web page that says it is JSON": (lambda h, q: h.say(b"<html>", JSON), "no SPARQL result"),
    "nonsense": (lambda h, q: h.say(b"\xff\x00nonsense", JSON), "no SPARQL result"),
    "other JSON": (lambda h, q: h.say(b'{"error": "no"}', JSON), "no SPARQL result"),
    "JSON of wrong types": (lambda h, q: h.say(b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":7}]}}', JSON), "no SPARQL result"),
    "an IRI that is none": (lambda h, q: h.say(b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"http://e/> } #"}}]}}', JSON), "no SPARQL result"),
    "true for rows": (lambda h, q: h.say(TRUE), "where rows were asked for"),
    "404": (lambda h, q: h.say(b"gone", "text/plain", 404), "404"),
    "403": (lambda h, q: h.say(b"no", "text/plain", 403), "403"),
    "elsewhere": (lambda h, q: h.say(b"", "text/plain", 302, Location="https://example.org/sparql"), "https://example.org/sparql"),
}  # fmt: skip


@pytest.mark.parametrize("what", FINAL)
def test_what_will_not_pass_ends_the_question_at_once(faulty, what):
    faulty.plan, message = FINAL[what]
    with pytest.raises(FileProblem, match=message) as error:
        client(faulty).select("SELECT ?a { ?a ?b ?c }")
    assert not isinstance(error.value, Unanswered)
    assert error.value.exit_code == 5
    assert "\n" not in str(error.value)
    assert faulty.address in str(error.value)
    assert len(faulty.queries) == 1


def test_rows_where_true_or_false_was_asked_for_are_told(faulty):
    faulty.plan = lambda h, q: h.say(b'{"head":{"vars":["a"]},"results":{"bindings":[]}}')
    with pytest.raises(FileProblem, match="true or false"):
        client(faulty).ask("ASK {}")


PASSING = {  # what may pass: asked again
    "503": (lambda h, q: h.say(b"busy", "text/html", 503, Retry_After="0"), "status 503"),
    "429": (lambda h, q: h.say(b"slowly", "text/plain", 429, Retry_After=formatdate(time.time(), usegmt=True)), "status 429"),
    "500": (lambda h, q: h.say(b"oops", "text/plain", 500), "status 500"),
    "a strange Retry-After": (lambda h, q: h.say(b"", "text/plain", 503, Retry_After="soon"), "status 503"),
    "half JSON": (lambda h, q: h.say(b'{"head":{"vars":["a"]},"results":{"bindings":['), "broke off"),
    "an empty answer": (lambda h, q: h.say(b""), "broke off"),
    "fewer bytes than it says": (lambda h, q: h.say(TRUE[:9], length=900), "broke off"),
    "a closed connection": (lambda h, q: (setattr(h, "close_connection", True), h.connection.shutdown(socket.SHUT_RDWR)), "closed the connection|broke off"),
    "nothing": (never, "no answer within 0.4 s"),
    "a byte at a time": (lambda h, q: h.drip(0.8), "no answer within 0.4 s"),
    "not all of it": (lambda h, q: h.say(TRUE, X_SQL_State="S1TAT"), "cut the answer short"),
}  # fmt: skip


@pytest.mark.parametrize("what", PASSING)
def test_what_may_pass_is_tried_again_and_then_told(faulty, what):
    faulty.plan, message = PASSING[what]
    with pytest.raises(Unanswered, match=message) as error:
        client(faulty).ask("ASK {}")
    assert "asked 3 times" in str(error.value)
    assert len(faulty.queries) == 3


@pytest.mark.parametrize("what", PASSING)
def test_what_passes_is_forgotten(faulty, what):
    trouble, _ = PASSING[what]
    faulty.plan = lambda h, q: trouble(h, q) if len(faulty.queries) < 2 else h.say(TRUE)
    assert client(faulty).ask("ASK {}") is True


def test_a_server_that_asks_for_more_patience_than_there_is_is_not_waited_for(faulty):
    faulty.plan = lambda h, q: h.say(b"", "text/plain", 503, Retry_After="3600")
    with pytest.raises(Unanswered, match=r"asked 1 time\)"):
        client(faulty).ask("ASK {}")


def test_retry_after_is_kept(faulty):
    asked = []

    def plan(handler, query):
        asked.append(time.monotonic())
        return handler.say(b"", "text/plain", 503, Retry_After="1") if len(asked) == 1 else handler.say(TRUE)

    faulty.plan = plan
    assert client(faulty, seconds=3).ask("ASK {}")
    assert asked[1] - asked[0] >= 1


def test_pauses_double(faulty, monkeypatch):
    pauses = []
    monkeypatch.setattr("kg.remote.client.time.sleep", pauses.append)
    faulty.plan = PASSING["500"][0]
    with pytest.raises(Unanswered):
        client(faulty, tries=4, pause=0.1).ask("ASK {}")
    assert pauses == [0.1, 0.2, 0.4]


def test_an_answer_that_is_too_large_is_not_read(faulty, monkeypatch):
    monkeypatch.setattr("kg.remote.client.LARGEST", 1000)
    faulty.plan = lambda h, q: h.say(b" " * 100_000)
    with pytest.raises(FileProblem, match="larger than"):
        client(faulty).ask("ASK {}")


def test_a_query_that_the_server_refuses_is_an_error_of_the_query(faulty):
    faulty.plan = lambda h, q: h.say(b"<p>Parse   error at 1:3</p>", "text/html", 400)
    with pytest.raises(QueryError, match="Parse error at 1:3"):
        client(faulty).select("SELECT")


def test_nobody_there_and_what_speaks_no_http():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    for address, message in ((nobody, "cannot be reached"), ("http://nowhere.invalid/sparql", "cannot be reached")):
        with pytest.raises(FileProblem, match=message):
            kg.open(address)


@pytest.mark.parametrize(
    "address", ["ftp://example.org/x", "file:///etc/passwd", "http://", "https:///x", "http://[::1"]
)
def test_an_address_that_is_none_of_the_web_is_told(address):
    with pytest.raises(KGError) as error:
        kg.open(address)
    assert type(error.value) in (UsageError, FileProblem)


# --- in the middle of a question --------------------------------------------------------------------------------------------


@pytest.fixture
def between(shipped):
    """A faulty endpoint in front of the real one, and the graph behind it."""
    with misbehaving(shipped) as endpoint:
        yield endpoint, RemoteGraph(Web(client(endpoint, seconds=5)))


ENDS = ("corticosteroids", "vascular calcification")


def test_an_endpoint_that_stops_answering_gives_a_partial_answer_that_says_so(between, graph):
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]
    endpoint.queries.clear()
    endpoint.plan = lambda h, q: len(endpoint.queries) > 6 and h.say(b"", "text/plain", 503)
    answer = remote.trace(*ends)
    told = answer.certificate
    assert (told.status, answer.verdict) == ("budget", "none found")
    assert any("status 503" in word for word in told.filters)
    assert told.exhaustive_to < 4


def test_a_batch_that_is_too_much_is_asked_in_halves(between, graph, monkeypatch):
    monkeypatch.setattr("kg.remote.client.time.sleep", lambda seconds: None)
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]

    def plan(handler, query):
        given = re.search(r"VALUES \(\?n\) \{([^}]*)\}", query)
        return given is not None and given[1].count("(<") > 20 and handler.say(b"", "text/plain", 504)

    endpoint.plan = plan
    assert shape(remote.trace(*ends)) == shape(graph.trace(*ENDS))


def test_an_entity_whose_neighbors_cannot_be_had_is_named(between, graph, monkeypatch):
    monkeypatch.setattr("kg.remote.client.time.sleep", lambda seconds: None)
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]
    slow = graph.find("osteoprotegerin").iri
    endpoint.plan = lambda h, q: f"(<{slow}>)" in q and "predicate" in q and h.say(b"", "text/plain", 504)
    told = remote.trace(*ends).certificate
    assert told.status == "budget"
    assert any("osteoprotegerin" in word and "status 504" in word for word in told.filters)


def test_pages_that_are_shorter_than_asked_for_are_asked_on(between, graph, monkeypatch):
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]

    def cap(handler, query):
        """A server that silently gives three rows at most, as some do at 10,000."""
        if "OFFSET" not in query:
            return False
        endpoint.queries[-1] = query
        return hand_on(endpoint, handler, re.sub(r"LIMIT \d+", "LIMIT 3", query))

    monkeypatch.setattr("kg.remote.reading.BATCH", 5)
    endpoint.plan = cap
    got = remote.trace(*ends, max_steps=2)
    assert shape(got) == shape(graph.trace(*ENDS, max_steps=2))


def test_a_server_that_keeps_rows_back_is_found_out(between):
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]
    endpoint.plan = lambda h, q: (
        "OFFSET" in q and hand_on(endpoint, h, re.sub(r"LIMIT \d+ OFFSET (\d+)", r"LIMIT 0", q))
    )
    told = remote.trace(*ends).certificate
    assert told.status == "budget"
    assert any("it gave 0 of" in word for word in told.filters)


def test_claims_that_cannot_be_had_are_not_passed_over(between):
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]
    endpoint.plan = lambda h, q: "?s ?o ?c" in q and h.say(b"", "text/plain", 503)
    answer = remote.trace(*ends)
    assert answer.certificate.status == "budget"
    assert answer.verdict == "none found"
    assert any(word.startswith("not followed: steps from") for word in answer.certificate.filters)


def test_the_time_for_a_question_bounds_all_its_queries(between):
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]

    def slow(handler, query):
        time.sleep(0.3)
        return False

    endpoint.plan = slow
    begun = time.monotonic()
    answer = remote.limited(seconds=0.5).trace(*ends)
    assert answer.certificate.status == "budget"
    assert any("time for the whole question" in w or "no answer within" in w for w in answer.certificate.filters)
    assert time.monotonic() - begun < 30


def test_nonsense_in_the_middle_of_a_question_is_an_error(between):
    endpoint, remote = between
    ends = [remote.find(name) for name in ENDS]
    endpoint.plan = lambda h, q: h.say(b"<html></html>", "text/html")
    with pytest.raises(FileProblem, match="web page"):
        remote.trace(*ends)


def test_an_endpoint_without_any_triples_is_told(server):
    with pytest.raises(FileProblem, match="holds no triples"):
        kg.open(server.load(b""))


def hand_on(endpoint, handler, query):
    import urllib.parse
    import urllib.request

    data = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(endpoint.real, data, {"Accept": handler.headers["Accept"]})
    with urllib.request.urlopen(request) as reply:
        return handler.say(reply.read(), reply.headers["Content-Type"])


@pytest.mark.parametrize(
    "answer",
    [
        b'{"head":{"vars":["a"]},"results":{"bindings":[{}, 7',
        b'{"head":{"vars":["a"]},"results":{"bindings":[7]}}',
        TRUE,
    ],
)
def test_what_fails_holds_on_to_nothing_that_only_its_own_thread_may_drop(faulty, answer):
    """pyoxigraph's results complain when another thread collects them; an error that is kept must not keep them."""
    faulty.plan = lambda h, q: h.say(answer)
    kept = []
    gc.disable()
    try:
        for ask in (
            lambda: client(faulty).select("SELECT"),
            lambda: client(faulty).results("SELECT", 9, {}, triples=False),
        ):
            try:
                ask()
            except KGError as error:
                kept.append([error])
                kept[-1].append(kept[-1])  # a circle, which only the collector opens
        kept.clear()
        collector = Thread(target=gc.collect)
        collector.start()
        collector.join()
    finally:
        gc.enable()
