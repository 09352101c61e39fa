"""The MCP server of a graph, and how it is served: over standard input and output, or over HTTP on this machine."""

from __future__ import annotations

import functools
import inspect
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ValidationError

import kg
from kg.errors import KGError, UsageError
from kg.model import DISCLAIMER
from kg.serve.assistant import parameters, resources
from kg.serve.assistant.answers import Answer, bounded, refusal
from kg.serve.assistant.outputs import output_schema
from kg.serve.assistant.tools import TITLES, Tools
from kg.serve.network.log import Log, defect, stderr
from kg.serve.workers import Workers

if TYPE_CHECKING:
    import socket

    from kg.graph import KnowledgeGraph

__all__ = ["PATH", "assistant", "serve_http", "serve_stdio", "workers_for"]

PATH = "/mcp"
"""Where the server is found over HTTP."""
INSTRUCTIONS = f"""\
A literature-knowledge graph of calciphylaxis and vascular calcification: which paper says that what raises or lowers
what.

Words: an entity is a thing that can go up or down; a claim is what one source says of two entities; a step is all
claims with the same two ends and sign; a route is steps that visit no entity twice; an arm is all routes of one sign; a
voice is a source counted once, however often it is cited; the certificate says how complete a search was.

How to answer with it: use trace for "can X lead to Y", and always tell both arms, the certificate, and the papers
behind the steps (get_claim has the details). Names may be given as people write them; where one is ambiguous, ask back
or use the id of a candidate. Say where evidence is animal or in vitro, hypothesized, second hand, or disputed. Do not
turn counts of routes or sources into probabilities, fill gaps from memory, or give medical advice.

{DISCLAIMER}
"""


def workers_for(graph: KnowledgeGraph, **limits: Any) -> Workers | None:
    """Processes that answer SPARQL from a graph; None where its data lie elsewhere, or are no RDF."""
    try:
        return Workers(graph.dataset, **limits)
    except UsageError:
        return None


def assistant(graph: KnowledgeGraph, workers: Workers | None, log: Log = stderr) -> MCPServer[Any]:
    """The server: ten tools that read, three resources and a prompt. `log` hears of each call, never what was asked."""
    tools = Tools(graph, workers)
    server: MCPServer[Any] = MCPServer(
        "calciphylaxis-kg", title="Calciphylaxis knowledge graph", instructions=INSTRUCTIONS, version=kg.__version__,
        tools=[_tool(tools, name, log) for name in TITLES], subscriptions=False,
        log_level="CRITICAL",  # what the SDK writes may hold what was asked
    )  # fmt: skip
    resources.offer(server, tools, log)
    return server


class _Told(Tool):
    """A tool that says in plain words what is wrong with its arguments."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = parameters.mistakes(error.__cause__, self.parameters)
        raise ToolError(f"{self.name} cannot be called so: {wrong}")


def _tool(tools: Tools, name: str, log: Log) -> Tool:
    """A method of `Tools` as a tool of the SDK: with what is published about its arguments and its answers."""
    method = getattr(tools, name)
    read_only = ToolAnnotations(
        title=TITLES[name], read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    tool = _Told.from_function(
        _called(tools, method, log), name=name, title=TITLES[name], description=inspect.getdoc(method),
        annotations=read_only, structured_output=False,
    )  # fmt: skip
    arguments = tool.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"  # a misspelt filter must not be passed over in silence
    arguments.model_rebuild(force=True)
    tool.parameters = arguments.model_json_schema(by_alias=True)
    tool.fn_metadata.output_schema = output_schema(name)
    return tool


def _called(tools: Tools, method: Callable[..., Any], log: Log) -> Callable[..., Any]:
    """A tool that answers whatever happens, in the one shape of answers, and notes that it did."""
    name = method.__name__

    async def call(**given: Any) -> CallToolResult:
        begun = time.perf_counter()
        try:
            data = await _version(tools)
            answer = await _answer(tools, method, given)
            told = answer.to_dict(name, data)
            text = answer.text(data)
        except Exception as error:  # a defect of ours: no word of what was asked in the log, no stack trace outside
            log(defect(error))
            failed = TextContent(type="text", text=f"Internal error in {name}. Its log tells where. {DISCLAIMER}")
            return CallToolResult(content=[failed], is_error=True)
        log(_line(name, answer.status, time.perf_counter() - begun))
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=told)

    functools.update_wrapper(call, method)
    call.__signature__ = parameters.signature(method, tools.graph.schema)  # type: ignore[attr-defined]
    call.__annotations__ = {name: each.annotation for name, each in call.__signature__.parameters.items()}  # type: ignore[attr-defined]
    return call


async def _version(tools: Tools) -> str:
    """The data version; of data elsewhere that are out of reach it cannot be told."""
    try:
        version: str = await tools.waited(lambda: tools.graph.version)
    except KGError:
        return "version not known"
    return version


async def _answer(tools: Tools, method: Callable[..., Any], given: dict[str, Any]) -> Answer:
    try:
        parameters.check(method, given)
        if inspect.iscoroutinefunction(method):
            answer: Answer = await method(**given)
        else:
            answer = await tools.waited(functools.partial(method, **given))
    except KGError as error:
        return refusal(error)
    return bounded(answer)


def _line(name: str, status: str, seconds: float) -> str:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return f"{now} {name} {status.replace(' ', '-')} {seconds * 1e3:.0f} ms"


# --- serving ----------------------------------------------------------------------------------------------------------


def serve_stdio(graph: KnowledgeGraph, *, seconds: float = 10.0, log: Log = stderr) -> None:
    """Serve over standard input and output until the input ends. Nothing else is written to standard output."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a worker that dies must not take the server along (kg.cli.main)
    # The SDK waits for a line of input in a thread that nothing can stop. Workers end when they find this process gone.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

    async def run() -> None:
        workers = workers_for(graph, size=1, seconds=seconds)
        try:
            await assistant(graph, workers, log).run_stdio_async()
        finally:
            if workers:
                with anyio.CancelScope(shield=True):
                    await workers.close()

    anyio.run(run)


def serve_http(
    graph: KnowledgeGraph,
    listener: socket.socket,
    *,
    seconds: float = 10.0,
    ready: Callable[[], None] = lambda: None,
    log: Log = stderr,
) -> None:
    """Serve over HTTP at `PATH` until SIGINT or SIGTERM, on a socket of this machine (`kg.serve.network.server.bind`).

    The SDK refuses requests whose Host or Origin is not this machine. Each request stands for itself.
    """
    from kg.serve.network.server import run

    workers = workers_for(graph, seconds=seconds)
    app = assistant(graph, workers, log).streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, host="127.0.0.1"
    )
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: Any) -> AsyncIterator[Any]:
        try:
            async with inner(served) as state:
                yield state
        finally:
            if workers:
                await workers.close()

    app.router.lifespan_context = lifespan
    run(app, listener, ready=ready, log=log)
