"""Workers: the same answers as in process, and whatever a query does, the next one is answered and nothing is left."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from kg.errors import FileProblem, QueryError, UsageError
from kg.serve import answering
from kg.serve.answering import GRAPHS, TABLES
from kg.serve.workers import Busy, Query, TookTooLong, TooLarge, Workers
from kg.store import Dataset, graph_node

LABEL = Query("SELECT ?label { entity:rankl rdfs:label ?label }", form="csv")
FOREVER = Query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
GREEDY = Query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a")
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked at in /proc")


BEFORE: set[int] = set()


@pytest.fixture(autouse=True)
def _others() -> None:
    """Other tests of this process have servers with workers of their own."""
    BEFORE.clear()
    BEFORE.update(children())


def children(parent: int = 0) -> set[int]:
    """The processes that a process has begun (without it: this one, since the test began)."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, ppid = (place / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(ppid) == (parent or os.getpid()) and state != "Z":
            found.add(int(place.name))
    return found - BEFORE


def ended(process: int) -> bool:
    """Whether a process ends within a few seconds."""
    for _ in range(500):
        if not Path(f"/proc/{process}").exists() or "\nState:\tZ" in Path(f"/proc/{process}/status").read_text():
            return True
        time.sleep(0.01)
    return False


async def at_work(workers: Workers) -> int:
    """The one worker, once it has its data and has been asked something."""
    while workers._free or not any(task.done() for task in workers._all):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    return children().pop()


def test_answers_are_those_of_the_graph(graph):
    asked = {
        "SELECT ?s ?o { ?s ckg:broader ?o } ORDER BY ?s ?o": TABLES,
        "SELECT ?n { BIND(0.5 AS ?n) }": TABLES,
        "ASK { entity:rankl a ckg:Drug }": TABLES,
        "CONSTRUCT { ?s ckg:broader ?o } { ?s ckg:broader ?o }": GRAPHS,
        "DESCRIBE entity:rankl": GRAPHS,
        "SELECT ?s FROM <https://w3id.org/calciphylaxis-kg/graph/sources> { ?s a ckg:Claim }": ("csv",),
    }

    async def compare():
        async with Workers(graph.dataset, size=1) as workers:
            for text, forms in asked.items():
                own = graph.sparql(text)
                for form in forms:
                    wanted = {"graph_form": form} if forms is GRAPHS else {"form": form}
                    answer = await workers.answer(Query(text, **wanted))
                    assert answer.body.decode() == own.serialize(form), (text, form)
                    assert (answer.kind, answer.form, answer.rows) == (own.kind, form, len(own))
            short = await workers.answer(Query("SELECT ?s { ?s a ckg:Claim }", limit=3))
            assert (short.rows, short.truncated) == (3, True)
            claims = "https://w3id.org/calciphylaxis-kg/graph/claims"
            count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ckg:Claim } }"
            for graphs, many in (((), len(graph.claims())), (("urn:none",), 0), ((claims,), len(graph.claims()))):
                answer = await workers.answer(Query(count, form="csv", named_graphs=graphs))
                assert int(answer.body.split()[1]) == many

    asyncio.run(compare())


def test_errors_cross_the_border_whole(graph, monkeypatch):
    async def ask():
        async with Workers(graph.dataset, size=1) as workers:
            with pytest.raises(QueryError, match="SERVICE is refused") as refused:
                await workers.answer(Query("SELECT *\n{ SERVICE <http://example.org/> { ?s ?p ?o } }"))
            assert (refused.value.line, refused.value.column) == (2, 3)
            with pytest.raises(QueryError) as here:
                graph.sparql("SELECT * { ?s ?p }")
            with pytest.raises(QueryError, match="cannot be read from") as there:
                await workers.answer(Query("SELECT * { ?s ?p }"))
            assert str(there.value) == str(here.value)
            with pytest.raises(UsageError, match="limit is 0"):
                await workers.answer(Query("ASK {}", limit=0))
            with pytest.raises(UsageError, match="XML cannot hold"):
                await workers.answer(Query("CONSTRUCT { <urn:a> <urn:1/> 1 } {}", graph_form="rdfxml"))
            assert (await workers.answer(LABEL)).body == b"label\r\nRANKL\r\n"

    asyncio.run(ask())
    with pytest.raises(UsageError, match="'yaml' is no form"):
        Query("ASK {}", form="yaml")
    monkeypatch.setattr(answering, "LARGEST", 2**20)
    head, body = answering._reply(graph.dataset.store, Query("SELECT * { ?s ?p ?o }"), graph.schema.prefixes)
    with pytest.raises(TooLarge, match="2 MB, more than the 1 MB"):
        raise answering.refused(head, body.decode())


@linux
def test_a_query_that_runs_forever_is_killed_and_the_next_one_is_answered(graph):
    async def ask():
        async with Workers(graph.dataset, size=1) as workers:
            before = await workers.answer(LABEL), children()
            workers.seconds = 0.3
            with pytest.raises(TookTooLong, match=r"stopped after 0.3 s. Ask for less"):
                await workers.answer(FOREVER)
            workers.seconds = 10
            assert (await workers.answer(LABEL)) == before[0]
            assert len(children()) == 1
            assert children() != before[1]
        assert not children()

    asyncio.run(ask())


@linux
def test_a_query_that_eats_memory_is_stopped_and_the_next_one_is_answered(graph):
    async def ask():
        async with Workers(graph.dataset, size=1, memory=64 << 20) as workers:
            with pytest.raises(TookTooLong, match="more than 64 MB"):
                await workers.answer(GREEDY)
            assert await workers.answer(LABEL)

    asyncio.run(ask())


def test_the_line_is_bounded_and_told_so(graph):
    async def ask():
        async with Workers(graph.dataset, size=2, waiting=1, seconds=0.3) as workers:
            found = await asyncio.gather(*(workers.answer(FOREVER) for _ in range(5)), return_exceptions=True)
            assert [type(error) for error in found] == [TookTooLong] * 3 + [Busy] * 2
            assert all(error.retry_after >= 1 and error.exit_code == 4 for error in found)
            assert "2 at work and 1 in line" in str(found[-1])
            workers.seconds = 10
            assert await workers.answer(LABEL)

    asyncio.run(ask())


@linux
def test_a_worker_that_dies_is_replaced(graph, tmp_path):
    folder = shutil.copytree(graph.dataset.folder, tmp_path / "ontology")
    dataset = Dataset.load(folder)

    async def ask():
        async with Workers(dataset, size=1) as workers:
            first = await workers.answer(LABEL)
            shutil.rmtree(folder)  # what is answered from is a snapshot
            (worker,) = children()
            os.kill(worker, signal.SIGKILL)
            assert await asyncio.to_thread(ended, worker)
            assert await workers.answer(LABEL) == first, "nobody had asked it anything: its death is no answer"
            asked = asyncio.create_task(workers.answer(FOREVER))
            for _ in range(2):  # it is tried once more
                os.kill(await at_work(workers), signal.SIGKILL)
                await asyncio.sleep(0.05)
            await asyncio.wait([asked])
            assert "brought its process down" in str(asked.exception())
            assert await workers.answer(LABEL) == first

    asyncio.run(ask())


@linux
def test_a_query_is_stopped_when_its_asker_leaves_and_all_end_on_closing(graph):
    async def ask():
        workers = Workers(graph.dataset, size=2, waiting=4)
        workers.start()
        asked = asyncio.create_task(workers.answer(FOREVER))
        worker = await at_work(workers)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert ended(worker)
        waiting = [asyncio.create_task(workers.answer(FOREVER)) for _ in range(4)]
        await asyncio.sleep(0.1)
        await workers.close()
        assert not children()
        stopped = await asyncio.gather(*waiting, return_exceptions=True)
        assert {str(error) for error in stopped} == {str(workers._stopping())}
        with pytest.raises(Busy, match="the server stops"):
            await workers.answer(LABEL)
        await workers.close()

    asyncio.run(ask())


@linux
def test_a_worker_ends_with_its_parent_also_in_the_middle_of_a_query(tmp_path):
    parent = """
        import asyncio, kg
        from kg.serve.workers import Query, Workers
        workers = Workers(kg.load().dataset, size=1)
        async def ask():
            await workers.answer(Query("ASK {}"))
            print("ready", flush=True)
            await workers.answer(Query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
        asyncio.run(ask())
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(parent)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.1)
        (worker,) = children(process.pid)
        process.kill()
    assert ended(worker)


def test_a_store_on_disk_is_answered_from_its_generation(graph, tmp_path):
    graph.save(tmp_path / "store")
    schema = graph.dataset.store.quads_for_pattern(None, None, None, graph_node("schema"))
    less = Dataset.from_quads("".join(f"{quad} .\n" for quad in schema).encode(), "less")
    dataset = Dataset.open(tmp_path / "store")

    async def ask():
        async with Workers(dataset, size=2) as workers:
            first = await workers.answer(LABEL)
            less.save(tmp_path / "store", force=True)
            workers.seconds = 0.2
            with pytest.raises(TookTooLong):
                await workers.answer(FOREVER)
            workers.seconds = 10
            assert await workers.answer(LABEL) == first, "the store was replaced; what is served was not"
            assert first.rows == 1

    asyncio.run(ask())


def test_a_worker_that_cannot_start_is_told_and_leaves_nothing(graph, monkeypatch):
    async def ask():
        async with Workers(graph.dataset, size=1) as workers:
            for executable, said in (
                ("/nowhere/python", "cannot be started"),
                (shutil.which("false"), "did not start"),
            ):
                monkeypatch.setattr(sys, "executable", executable)
                with pytest.raises(FileProblem, match=said):
                    await workers.answer(LABEL)
            monkeypatch.undo()
            assert await workers.answer(LABEL)

    asyncio.run(ask())


def test_a_worker_imports_little():
    heavy = ["asyncio", "networkx", "rdflib", "starlette", "multiprocessing", "typer"]
    code = f"import sys, {answering.__name__}, kg.sparql; print(*(set({heavy}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b""
