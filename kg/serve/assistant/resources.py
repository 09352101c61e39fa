"""What an assistant may read besides asking: the schema card, the version, and the picture of a trace; and a prompt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

import kg
from kg.errors import KGError, NotFound, UsageError
from kg.model import DISCLAIMER
from kg.release.card import card_page
from kg.serve.assistant.parameters import LONGEST_NAME
from kg.serve.assistant.traces import PICTURE
from kg.serve.network.log import Log, defect
from kg.serve.question import Question

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from kg.serve.assistant.tools import Tools

__all__ = ["offer"]

SCOPE = ("steps", "species", "tissue", "design", "certainty", "unstated", "without", "without_source")
"""The parameters of the address of a picture, as those of a page of the explorer."""


def offer(server: MCPServer[Any], tools: Tools, log: Log) -> None:
    """Add the resources and the prompt to a server; `log` hears of defects of ours."""

    async def told(work: Callable[[], str]) -> str:
        try:
            text: str = await tools.waited(work)
        except NotFound as error:
            raise ResourceNotFoundError(str(error)) from None
        except KGError as error:
            raise ResourceError(str(error)) from None
        except Exception as error:
            log(defect(error))
            raise ResourceError("Internal error. The log of the server tells where.") from None
        return text

    @server.resource("kg://schema", title="Schema card", mime_type="text/markdown")
    async def schema() -> str:
        """The vocabulary of the graph: graphs, predicates with their signs, kinds, values, prefixes, examples, pitfalls
        and named queries. Read it before writing SPARQL.
        """
        return await told(lambda: card_page(tools.card))

    @server.resource("kg://version", title="Version and licence", mime_type="text/markdown")
    async def version() -> str:
        """Which program and data answer, under which licence, and how to cite them."""
        return await told(lambda: _version(tools))

    @server.resource(f"{PICTURE}{{?{','.join(SCOPE)}}}", title="Picture of a trace", mime_type="image/svg+xml")
    async def picture(
        source: str, target: str, steps: str = "", species: str = "", tissue: str = "", design: str = "",
        certainty: str = "", unstated: str = "", without: str = "", without_source: str = "",
    ) -> str:  # fmt: skip
        """Both arms of a trace as an SVG picture: arrows raise, T-bars lower, dashes are hypotheses. The trace tool
        gives the address; several values are parted by a bar.
        """
        given = {
            "from": source, "to": target, "steps": steps, "species": species, "tissue": tissue, "design": design,
            "certainty": certainty, "unstated": unstated, "without": without, "without_source": without_source,
        }  # fmt: skip
        return await told(partial(_picture, tools, given))

    @server.prompt(title="Both sides of a causal question")
    def both_sides(source: str, target: str) -> str:
        """Ask whether one thing can lead to another, and have both arms told with their papers."""
        return (
            f"Use the trace tool to ask whether {source} can lead to {target}. Then tell, in this order: the verdict "
            "in one sentence; the routes that raise it and those that lower it, the best mechanisms of each with the "
            "papers behind every step; null results on the very pair; the weakest step of each arm; what the "
            "certificate says about how complete the search was; whether the verdict holds in humans only. Cite papers "
            "with DOI or PMID. Do not turn counts of routes into likelihoods, and give no medical advice."
        )


def _picture(tools: Tools, given: dict[str, str]) -> str:
    long = next((name for name, value in given.items() if len(value) > 10 * LONGEST_NAME), None)
    if long:
        raise UsageError(f"{long} is longer than {10 * LONGEST_NAME} characters.")
    return Question.read(list(given.items())).asked(tools.graph).draw()


def _version(tools: Tools) -> str:
    schema = tools.graph.schema
    scope = f"- Filters: {'; '.join(tools.graph.filters)}\n" if tools.graph.filters else ""
    return (
        f"# {schema.title or 'A knowledge graph'}\n\n"
        f"- Program: calciphylaxis-kg {kg.__version__}\n"
        f"- Data: {tools.graph.version}\n{scope}"
        f"- Licence of the data: {schema.license or 'not stated'}\n\n"
        "Cite calciphylaxis-kg with these versions, and the papers behind the steps that you use.\n\n"
        f"{DISCLAIMER}\n"
    )
