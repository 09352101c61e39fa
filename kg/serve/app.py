"""The explorer: which address gives which page. Pages are made in threads, a few at a time; SPARQL in the workers."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.draw import layout
from kg.errors import AmbiguousEntity, FileProblem, KGError, NotFound, UnknownEntity, UsageError
from kg.model import DISCLAIMER, FORMAT, JSON, Entity
from kg.serve.endpoint.description import Facts
from kg.serve.endpoint.forwarding import Forwarding
from kg.serve.endpoint.protocol import LARGEST, Endpoint, address
from kg.serve.named import query_text
from kg.serve.pages import judged, lists, queries, things, trace
from kg.serve.pages.links import Addresses
from kg.serve.pages.page import STATIC, Page, Site, static
from kg.serve.pages.trace import DOWNLOADS, Tracer
from kg.serve.question import Question, narrowing, refuse_unknown

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.serve.workers import Answer, Workers

__all__ = ["Explorer", "application"]

PAUSE = 0.5
"""Seconds between two worked questions that are answered ahead."""
AT_ONCE, TRACES = 4, 2
"""So many pages are made at once, since they share one interpreter; and of traces, which take longest, so many."""
MEDIA = {"svg": "image/svg+xml", "png": "image/png", "cx2": "application/json", "ttl": "text/turtle",
         "json": "application/json"}  # fmt: skip


def application(
    graph: KnowledgeGraph, workers: Workers | None, *, root: str = "", data: str = "", largest: int = LARGEST
) -> Starlette:
    """The explorer and the SPARQL endpoint as an ASGI application.

    `workers` answer SPARQL; None where the graph lies elsewhere and is asked there. `root` is the path at which a
    reverse proxy shows it, such as ``/kg``; `data` names data that are not the shipped ones; `largest` bounds the
    body of a query, in bytes. What stands between it and the network is `kg.serve.network.safety`.
    """
    explorer = Explorer(graph, root, data)
    facts = Facts.of(graph, graph.dataset if workers else None)
    endpoint = Endpoint(workers or Forwarding(graph), facts, explorer.editor, largest=largest)

    async def sparql(request: Request) -> Response | Endpoint:
        """The endpoint; a named query is first put into words, so that its address is that of its text."""
        asked = request.query_params
        named = "name" in asked and "query" not in asked and request.method in ("GET", "HEAD")
        return await explorer.named_query(request) if named else endpoint

    routes = [Route(path, explorer.handler(make)) for path, make in explorer.pages.items()]
    routes += [
        Route("/sparql", sparql, methods=["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]),
        Route("/trace.{ending}", explorer.download),
        Route("/static/{name}", explorer.static),
    ]
    compressed = Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    return Starlette(
        routes=routes, middleware=[compressed], lifespan=explorer.lifespan,
        exception_handlers={404: explorer.missing, Exception: explorer.defect},
    )  # fmt: skip


Made = Page | Response


class Defect(KGError):
    """A mistake of ours."""


class Explorer:
    """The pages of one graph by their addresses."""

    def __init__(self, graph: KnowledgeGraph, root: str = "", data: str = "") -> None:
        self.graph = graph
        self.site = Site(graph, Addresses(root), data=data)
        self.tracer = Tracer(self.site)
        self._serving = threading.Event()
        self._room, self._traces = anyio.CapacityLimiter(AT_ONCE), anyio.CapacityLimiter(TRACES)
        self._static = {name: static(name).encode() for name in STATIC}
        self._remembered = functools.lru_cache(maxsize=64)(self._thing)

    @property
    def pages(self) -> Mapping[str, Callable[[Request], Made]]:
        """What is at each address."""
        return {
            "/": lambda _: self._remembered("home", ""),
            "/search": lambda asked: lists.search(
                self.site, asked.query_params.get("q", ""), asked.query_params.get("limit", "")
            ),
            "/trace": self._trace,
            "/disputes": lambda asked: lists.disputes(self.site, asked.query_params.get("about", "")),
            "/gaps": lambda asked: lists.gaps(self.site, every=asked.query_params.get("all") == "1"),
            "/effects/{name:path}": self._effects,
            **{
                f"/{sort}/{{name:path}}": functools.partial(self._named, sort)
                for sort in ("entity", "claim", "source", "dispute", "case")
            },
        }

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """While it is served: the worked questions are answered ahead, and a layout is always begun ahead."""
        self._serving.set()
        threading.Thread(target=self._ahead, daemon=True).start()
        try:
            yield
        finally:
            self._serving.clear()
            layout.release()

    def _ahead(self) -> None:
        """Answer the worked questions, one at a time, unhurried beside what is asked."""
        if not self.site.whole:
            return  # each question would be asked of where the data lie
        for asked in self.graph.questions:
            time.sleep(PAUSE)
            with contextlib.suppress(KGError):  # it will be told to who asks
                if not self._serving.is_set():
                    return
                self.tracer.asked(Question((asked.source.id,), (asked.target.id,)))

    # --- pages ---

    def _trace(self, request: Request) -> Page:
        asked = request.query_params
        question = Question.read(asked.multi_items())
        page = self.tracer.page(question, every=asked.get("all") == "1", sensitivity=asked.get("sensitivity") == "1")
        if self._serving.is_set():
            layout.prepare()
        return page

    def _effects(self, request: Request) -> Made:
        name = request.path_params["name"]
        agent = self.graph.find(name)
        if agent.id != name:
            return self._moved("effects", agent, request)
        refuse_unknown(request.query_params, ("format",))
        return judged.effects(self.site, agent, narrowing(request.query_params.multi_items()))

    def _named(self, sort: str, request: Request) -> Made:
        name = request.path_params["name"]
        if sort == "entity" and (found := self.graph.find(name)).id != name:
            return self._moved("entity", found, request)
        return self._remembered(sort, name)

    def _moved(self, sort: str, entity: Entity, request: Request) -> Response:
        """From another name of an entity to its permanent address."""
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(self.site.links.named(sort, entity.id) + asked, status_code=301)

    def _thing(self, sort: str, name: str) -> Page:
        site, graph = self.site, self.graph
        make: dict[str, Callable[[], Page]] = {
            "home": lambda: lists.home(site),
            "entity": lambda: things.entity(site, graph.find(name)),
            "claim": lambda: things.claim(site, graph.claim(name)),
            "source": lambda: things.source(site, graph.source(name)),
            "dispute": lambda: things.dispute(site, graph.dispute(name)),
            "case": lambda: judged.case(site, name),
        }
        return make[sort]()

    # --- answers to requests ---

    def handler(self, make: Callable[[Request], Made]) -> Callable[[Request], Any]:
        """What answers requests with the page that `make` gives; errors are told on a page, or as JSON."""

        async def answer(request: Request) -> Response:
            room = self._traces if make == self._trace else self._room
            return await anyio.to_thread.run_sync(self._answered, make, request, limiter=room)

        return answer

    def _answered(self, make: Callable[[Request], Made], request: Request) -> Response:
        form = request.query_params.get("format", "html")
        try:
            if form not in ("html", "json"):
                raise UsageError(f"format={form[:20]!r} is no form of a page. Use html or json.")
            made = make(request)
            return self.response(made, request) if isinstance(made, Page) else made
        except KGError as error:
            return self.response(self.refusal(error, request), request)

    def response(self, page: Page, request: Request) -> Response:
        """A page as HTML, or as JSON with ``?format=json``; with a mark by which it is not sent again unchanged."""
        if request.query_params.get("format") == "json":
            return self._sent(stated(page.data()), "application/json", request, page.status)
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != "format"]
        address = f"{self.site.links.at(request.url.path)}?{QueryParams([*asked, ('format', 'json')])}"
        return self._sent(self.site.html(page, json_address=address), "text/html", request, page.status)

    def _sent(self, text: str, media: str, request: Request, status: int) -> Response:
        body = text.encode()
        mark = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {"ETag": mark, "Cache-Control": "no-cache"}
        if status == 200 and mark.removeprefix("W/") in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, status, headers if status == 200 else {}, media)

    def refusal(self, error: KGError, request: Request) -> Page:
        """The page of an error: what was wrong and what to do, with the names that may have been meant."""
        near = error.suggestions if isinstance(error, UnknownEntity) else []
        near = error.candidates if isinstance(error, AmbiguousEntity) else near
        name = getattr(error, "name", "")
        content = {
            "message": f"{name!r} fits several entities." if isinstance(error, AmbiguousEntity) else str(error),
            "lead": "Did you mean" if isinstance(error, UnknownEntity) else "It may be",
            "choices": [(entity.label, entity.kind, self._instead(name, entity, request)) for entity in near],
        }
        status = 404 if isinstance(error, NotFound) else 500 if isinstance(error, FileProblem | Defect) else 400
        title = {404: "Not found", 400: "That cannot be asked", 500: "That cannot be read"}[status]
        title = "Something went wrong" if isinstance(error, Defect) else title
        title = "Which one?" if isinstance(error, AmbiguousEntity) else title
        told = {"type": "error", "error": str(error), "suggestions": [entity.id for entity in near]}
        return Page("error.html", title, content, lambda: told, status)

    def _instead(self, name: str, entity: Entity, request: Request) -> str:
        """The same address with an entity in the place of the name that was not understood."""
        if "name" in request.path_params:
            sort = request.url.path.split("/")[1]
            return self.site.links.named(sort, entity.id)
        asked = [
            (key, "|".join(entity.id if part.strip() == name else part for part in value.split("|")))
            for key, value in request.query_params.multi_items()
        ]
        return f"{self.site.links.at(request.url.path)}?{QueryParams(asked)}"

    async def missing(self, request: Request, _: Exception) -> Response:
        """The answer where no page is."""
        error = NotFound(f"There is no page {request.url.path[:200]!r}.")
        return self.response(self.refusal(error, request), request)

    async def defect(self, request: Request, _: Exception) -> Response:
        """The answer to what nobody expected; what it was goes on to the log."""
        told = Defect("Something went wrong here, and it is not your fault. The server's log says where.")
        return self.response(self.refusal(told, request), request)

    # --- files ---

    async def static(self, request: Request) -> Response:
        """A file that pages ask for."""
        name = request.path_params["name"]
        if name not in self._static:
            return await self.missing(request, NotFound())
        return Response(self._static[name], headers={"Cache-Control": "max-age=86400"}, media_type=STATIC[name])

    async def download(self, request: Request) -> Response:
        """An answer as a file to take away."""
        return await anyio.to_thread.run_sync(self._download, request, limiter=self._traces)

    def _download(self, request: Request) -> Response:
        ending = request.path_params["ending"]
        try:
            if ending not in DOWNLOADS:
                raise NotFound(f"No form {ending[:20]!r}. There are: {', '.join(DOWNLOADS)}.")
            found = self.tracer.asked(Question.read(request.query_params.multi_items()))
            if not found.trace.paths:
                raise NotFound(f"No route: {found.trace.title} ({found.trace.certificate}).")
            ids = "-".join(entity.id for entity in (*found.trace.sources, *found.trace.targets))
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / f"answer.{ending}"
                if ending == "json":
                    file.write_text(stated(trace.data(self.site, found, sensitivity=False)), "utf-8")
                elif ending in ("svg", "png"):
                    found.trace.draw(file)
                else:
                    found.graph.within(found.trace).export(file)
                body = file.read_bytes()
        except KGError as error:
            return self.response(self.refusal(error, request), request)
        named = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in ids)
        headers = {"Content-Disposition": f'attachment; filename="{named[:80]}.{ending}"'}
        return Response(body, headers=headers, media_type=MEDIA[ending])

    # --- SPARQL ---

    async def named_query(self, request: Request) -> Response:
        """From a named query with its parameters to the address of its text."""
        given = dict(request.query_params)
        name, form = given.pop("name"), given.pop("format", "")
        try:
            text = await anyio.to_thread.run_sync(query_text, self.graph, name, given, limiter=self._room)
        except KGError as error:
            return self.response(self.refusal(error, request), request)
        address = self.site.links.at("/sparql", query=text, **({"format": form} if form else {}))
        return RedirectResponse(address, status_code=303, headers={"Access-Control-Allow-Origin": "*"})

    def editor(self, request: Request, text: str | None, answer: Answer | None, error: KGError | None) -> Response:
        """The page of the SPARQL editor, with what came of a query."""
        return self.response(queries.editor(self.site, text, answer, error, address(request)), request)


def stated(answer: JSON) -> str:
    """An answer as JSON text, with its format and the disclaimer."""
    return json.dumps({"format": FORMAT, **answer, "disclaimer": DISCLAIMER}, ensure_ascii=False)
