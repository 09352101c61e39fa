"""The explorer under load: ``kg serve`` on loopback, asked by several clients at once, with and without poison.

Clients ask without a pause: pages (entities, claims, sources, searches), traces (the standing questions, whole and in
humans only), and queries (the named ones, and a count). In half of the time another client sends *poisoned* queries,
which would run forever, one after the other. What a client sees by the clock is told, so the figures hold for server
and clients on this machine together.

Before that: how long a cold start takes to its first page, and what a page weighs.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from measuring import shown, table

import kg

__all__ = ["report"]

CLIENTS = {"page": 3, "trace": 2, "query": 2}
"""How many clients ask for each kind at once."""
SECONDS = 60.0
"""How long each half of the load lasts."""
STARTS, WARM = 5, 40
FLAGSHIP = "/trace?" + urlencode({"from": "corticosteroids", "to": "vascular calcification"})
WEIGHED = (
    "/",
    FLAGSHIP,
    "/entity/osteoprotegerin",
    "/case/nazir-2015",
    "/sparql",
    "/static/style.css",
    "/static/script.js",
)
POISON = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
Asked = tuple[str, str]
"""A path, and the query that is sent to it by POST, if any."""


@dataclass
class Seen:
    """What the clients of one kind saw: seconds, and how many answers of each status."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


# --- The server -------------------------------------------------------------------------------------------------------


class Server:
    """A ``kg serve`` in a process of its own."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "kg.cli", "serve", "--port", "0", "--quiet", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        found = re.search(r":(\d+)/", self.process.stdout.readline()) if self.process.stdout else None
        if not found:
            raise SystemExit("kg serve did not start.")
        self.port = int(found[1])

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept for many requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    @property
    def memory(self) -> dict[int, int]:
        """Bytes in memory of the server and each of its workers, by process, where the system tells."""
        found = {}
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            for number in (self.process.pid, *map(int, children)):
                with contextlib.suppress(OSError):
                    pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
                    found[number] = pages * os.sysconf("SC_PAGE_SIZE")
        return found

    def stop(self) -> int:
        """Stop it as Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    server = Server(*options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


def answer(connection: http.client.HTTPConnection, asked: Asked, *, packed: bool = False) -> tuple[int, bytes]:
    """Status and body of one answer."""
    path, query = asked
    headers = {"Accept": "application/sparql-results+json"} if query else {"Accept": "text/html"}
    if query:
        headers["Content-Type"] = "application/sparql-query"
    if packed:
        headers["Accept-Encoding"] = "gzip"
    connection.request("POST" if query else "GET", path, query.encode() or None, headers)
    response = connection.getresponse()
    return response.status, response.read()


# --- What is asked ----------------------------------------------------------------------------------------------------


def questions(graph: kg.KnowledgeGraph) -> dict[str, list[Asked]]:
    """The requests of each kind."""
    draw = random.Random(2015)
    entities = draw.sample(sorted(entity.id for entity in graph.entities), 60)
    claims = draw.sample(sorted(claim.id for claim in graph.claims()), 60)
    sources = draw.sample(sorted(source.id for source in graph.sources), 30)
    pages = [f"/entity/{name}" for name in entities] + [f"/claim/{name}" for name in claims]
    pages += [f"/source/{name}" for name in sources] + [f"/search?q={name[:5]}" for name in entities[:20]] + ["/"]
    ends = [
        ("corticosteroid", "vascular-calcification"),
        ("systemic-lupus-erythematosus", "calciphylaxis"),
        ("warfarin", "calciphylaxis"),
        ("vitamin-k", "vascular-calcification"),
        ("parathyroid-hormone", "vascular-calcification"),
        ("chronic-kidney-disease", "calciphylaxis"),
        ("rankl", "vascular-calcification"),
    ]
    traces = [
        "/trace?" + urlencode({"from": source, "to": target, **scope})
        for source, target in ends
        for scope in ({}, {"species": "human"}, {"certainty": "supported"}, {"steps": "3"})
    ]
    texts = [query.text for query in graph.queries.values() if not query.parameters]
    texts += ["SELECT (COUNT(*) AS ?n) { ?claim a ckg:Claim }"]
    return {
        "page": [(path, "") for path in pages],
        "trace": [(path, "") for path in traces],
        "query": [("/sparql", text) for text in texts],
    }


# --- Load -------------------------------------------------------------------------------------------------------------


def ask_on(server: Server, asked: Sequence[Asked], seed: int, until: threading.Event, seen: Seen) -> None:
    """One client: asks until it is told to stop, in an order of its own."""
    draw, connection = random.Random(seed), server.connect()
    while not until.is_set():
        begun = time.perf_counter()
        status, _ = answer(connection, draw.choice(asked))
        seen.seconds.append(time.perf_counter() - begun)
        seen.statuses[status] += 1
    connection.close()


def half(server: Server, asked: dict[str, list[Asked]], seconds: float) -> dict[str, Seen]:
    """All clients at once, for so long."""
    stop, seen = threading.Event(), {kind: Seen() for kind in asked}
    clients = [
        threading.Thread(target=ask_on, args=(server, asked[kind], seed, stop, seen[kind]))
        for kind in asked
        for seed in range(CLIENTS.get(kind, 1))
    ]
    for client in clients:
        client.start()
    time.sleep(seconds)
    stop.set()
    for client in clients:
        client.join()
    return seen


def quantile(values: Sequence[float], share: float) -> str:
    """The value below which that share of them lies."""
    return shown(sorted(values)[min(len(values) - 1, int(share * len(values)))]) if values else "-"


def told(name: str, seen: dict[str, Seen], seconds: float) -> list[list[str]]:
    """The lines of a table for one half."""
    rows = []
    for kind in CLIENTS:
        one = seen[kind]
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(one.statuses.items()))
        quantiles = [quantile(one.seconds, share) for share in (0.5, 0.95, 0.99)]
        rows.append([f"{kind}, {name}", f"{len(one.seconds) / seconds:.1f}", *quantiles, statuses])
    return rows


def sizes(memory: dict[int, int], server: int) -> str:
    """Memory of the server, and of its workers."""
    workers = [f"{size / 2**20:.0f}" for number, size in memory.items() if number != server]
    return f"{memory.get(server, 0) / 2**20:.0f} MB, workers {' + '.join(workers) or '0'} MB"


def loaded(server: Server, seconds: float) -> str:
    """Both halves, and what became of memory, processes and poison."""
    asked = questions(kg.load())
    with contextlib.closing(server.connect()) as first:
        for one in (("/", ""), ("/sparql", "ASK { ?s ?p ?o }")):
            answer(first, one)
    states = [server.memory]
    clean = half(server, asked, seconds)
    states.append(server.memory)
    poisoned = half(server, {**asked, "poison": [("/sparql", POISON)]}, seconds)
    with contextlib.closing(server.connect()) as last:
        alive = answer(last, ("/sparql", "ASK { ?s ?p ?o }"))[0]
    states.append(server.memory)
    head = ["asked for", "answers a second", "p50", "p95", "p99", "statuses"]
    lines = [table(head, [*told("clean", clean, seconds), *told("poisoned", poisoned, seconds)])]
    for when, memory in zip(("before", "between the halves", "after"), states, strict=True):
        lines.append(f"- {when}: {len(memory)} processes, {sizes(memory, server.process.pid)}")
    fate = poisoned["poison"]
    answers = ", ".join(f"{count} x {status}" for status, count in fate.statuses.items())
    lines.append(
        f"- poisoned queries: {answers}, each after {quantile(fate.seconds, 0.5)}; a query afterwards: {alive}"
    )
    return "\n".join(lines) + "\n"


# --- Start and pages --------------------------------------------------------------------------------------------------


def first_page(*options: str) -> tuple[float, float]:
    """Seconds from the command to the line that it is ready, and to its first page."""
    begun = time.perf_counter()
    with serving(*options) as server, contextlib.closing(server.connect()) as connection:
        ready = time.perf_counter() - begun
        answer(connection, ("/", ""))
        page = time.perf_counter() - begun
        server.stop()
    return ready, page


def weights(server: Server, rounds: int) -> str:
    """What pages weigh, and how long the warm server takes for each."""
    rows = []
    with contextlib.closing(server.connect()) as connection:
        for path in WEIGHED:
            status, body = answer(connection, (path, ""))
            if status != 200:
                raise SystemExit(f"{path} was answered with {status}.")
            packed = answer(connection, (path, ""), packed=True)[1]
            times = []
            for _ in range(rounds):
                begun = time.perf_counter()
                answer(connection, (path, ""))
                times.append(time.perf_counter() - begun)
            rows.append(
                [
                    path.partition("?")[0],
                    f"{len(body) / 1e3:.1f}",
                    f"{len(packed) / 1e3:.1f}",
                    shown(statistics.median(times)),
                ]
            )
    return table(["page", "kB", "kB, packed", "warm, p50"], rows)


def report(*, quick: bool = False) -> None:
    """Print what was found."""
    lacking = [name for name in ("starlette", "uvicorn", "jinja2") if not importlib.util.find_spec(name)]
    if lacking:
        print(f"Left out: {' and '.join(lacking)} not installed (extra web).\n")
        return
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}. Clients at once: {CLIENTS}.\n")
    starts = [first_page() for _ in range(1 if quick else STARTS)]
    ready, page = (statistics.median(times) for times in zip(*starts, strict=True))
    print(f"From the command to the line that it is ready {shown(ready)}, to the first page {shown(page)}.\n")
    with serving(*(["--seconds", "0.5"] if quick else [])) as server:
        print(weights(server, 1 if quick else WARM))
        print(loaded(server, 1 if quick else SECONDS))
        print(f"It stopped with {server.stop()}. Load of the machine after: {os.getloadavg()[0]:.1f}.\n", flush=True)
