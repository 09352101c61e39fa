"""``kg serve`` as a person runs it: what it prints, whom it answers, how it stops."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import reset, running, soon

from kg.cli.main import run
from kg.graph import KnowledgeGraph
from kg.serve.app import application
from kg.serve.network.safety import Hosts


class Served:
    """A ``kg serve`` in a process group of its own, as a terminal makes one."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kg.cli", "serve", "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self.line = self.process.stdout.readline()
        self.url = re.search(r"http://\S+/", self.line)[0]

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return answer.read()

    def ask(self, query: str) -> socket.socket:
        """Send a query, and do not wait for its answer."""
        client = socket.create_connection(("127.0.0.1", int(self.url.rstrip("/").rsplit(":", 1)[1])))
        head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(query)}"
        client.sendall(f"{head}\r\n\r\n{query}".encode())
        return client

    @property
    def children(self) -> list[int]:
        """The processes that answer queries, where the system lists them."""
        file = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in file.read_text().split()]

    def ended(self, *signals: int) -> tuple[int, str, str]:
        """Send signals as a terminal does, to the whole group; exit code, the rest of stdout, stderr."""
        for number in signals:
            os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.3)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@contextlib.contextmanager
def serve(*options: str) -> Iterator[Served]:
    served = Served(*options)
    try:
        yield served
    finally:
        served.process.kill()
        served.process.communicate()


FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_it_prints_its_address_answers_and_stops_when_told_to() -> None:
    with serve() as served:
        assert re.fullmatch(r"Explorer: http://127\.0\.0\.1:\d+/  \(Ctrl-C stops it\)\n", served.line)
        assert b"not medical advice" in served.get("").lower()
        for _ in range(3):
            client = served.ask("rubbish")
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10)
            reset(client)
        assert served.get("disputes"), "clients that leave do not end it"
        code, out, err = served.ended(signal.SIGINT)
    assert (code, out) == (0, "")
    assert re.match(r"\S+Z GET / 200 \d+ B \d+ ms\n", err)
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list processes")
def test_a_second_signal_ends_it_at_once_and_no_process_is_left() -> None:
    with serve("--quiet", "--seconds", "60") as served, served.ask(FOREVER):
        assert soon(lambda: served.children)
        children = served.children
        ended = served.ended(signal.SIGINT, signal.SIGINT)
    assert ended == (130, "", "")
    assert soon(lambda: not any(Path(f"/proc/{number}").exists() for number in children))


def test_a_public_server_says_what_that_means(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], loaded_once: None
) -> None:
    listening = []
    monkeypatch.setattr(
        "kg.serve.network.server.run", lambda app, listener, **_: listening.append(listener.getsockname()[0])
    )
    assert run(["serve", "--public", "--port", "0"]) == 0
    assert listening == ["0.0.0.0"]
    err = capsys.readouterr().err
    assert "no login and no encryption" in err
    assert "--allow-host" in err


@pytest.mark.parametrize("taken_off", [True, False], ids=["the proxy takes the path off", "it does not"])
def test_behind_a_proxy_all_addresses_are_those_of_its_readers(graph: KnowledgeGraph, taken_off: bool) -> None:
    app, before = application(graph, None, root="/kg"), "" if taken_off else "/kg"
    with running(app, hosts=Hosts(frozenset({"example.org"})), scheme="https", root="/kg") as found:
        answers = {
            path: found.get(f"{before}{path}", "Accept: text/html", host="example.org").decode()
            for path in ("/", "/sparql", "/entity/OPG", "/disputes")
        }
        described = found.get(f"{before}/sparql", "Accept: text/turtle", host="example.org").decode()
    assert "https://example.org/kg/sparql" in answers["/sparql"]
    assert "<https://example.org/kg/sparql>" in described
    assert "\r\nlocation: /kg/entity/osteoprotegerin\r\n" in answers["/entity/OPG"]
    for text in answers.values():
        assert all(link.startswith("/kg/") for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', text))


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        (["--host", "0.0.0.0"], "--public"),
        (["--host", "::"], "--public"),
        (["--host", "no..host"], "127.0.0.1"),
        (["--host", "no such host"], "graph.example.org"),
        (["--allow-host", "https://graph.example.org/"], "graph.example.org"),
        (["--allow-host", "*"], "graph.example.org"),
        (["--address", "graph.example.org"], "https://"),
        (["--address", "https://graph.example.org/a/../b"], "/calciphylaxis"),
        (["--address", "https://graph.example.org/a//b"], "/calciphylaxis"),
        (["--address", 'https://graph.example.org/"><script>'], "/calciphylaxis"),
        (["--address", "https://user:password@graph.example.org/"], "/calciphylaxis"),
        (["--port", "70000"], "65535"),
        (["--workers", "0"], "1"),
        (["--seconds", "0"], "0.1"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(
    options: list[str], remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert remedy in told.err


def test_a_port_in_use_is_told_with_another(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert run(["serve", "--port", str(port)]) == 5
    assert f"--port {port + 1}" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert run(["serve"]) == 2
    assert "calciphylaxis-kg[web]" in capsys.readouterr().err


def test_other_commands_do_not_import_the_web_server() -> None:
    code = (
        "import sys, kg.cli.commands; sys.exit(bool({'starlette', 'uvicorn', 'jinja2', 'anyio'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
