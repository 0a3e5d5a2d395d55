"""The server that speaks the protocol, by the official SDK: over HTTP below /mcp, or over standard input and output.

Whose assistant asks is a matter of the request: over HTTP of its key, looked up before the SDK hears of it. Nothing
that an assistant sends says who it is or how far they have read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from fumetto import __version__
from fumetto.companion.kinds import Mode
from fumetto.companion.programs.mcp.desk import Desk
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.text.catalogues import DEFAULT, say
from fumetto.library.public import PassageKind

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from starlette.types import Receive, Scope, Send

T = TypeVar("T")

JSON = "application/json"
Kind = Literal["dialogue", "description", "panel", "note", "wiki", "fact"]
AskMode = Literal["page", "wiki"]

whose: ContextVar[Desk] = ContextVar("whose")
"""The desk of whoever is asking now."""


def make_server() -> MCPServer[Any]:
    """Tools `search` and `ask`, and resources for series, pages and characters, for the desk of the context. Each is
    described by a key of the catalogues, and told in words when somebody asks what there is."""
    from mcp.server import MCPServer

    class Described(MCPServer[Any]):
        async def list_tools(self) -> list[Any]:
            return [in_words(one) for one in await super().list_tools()]

        async def list_resources(self) -> list[Any]:
            return [in_words(one) for one in await super().list_resources()]

        async def list_resource_templates(self) -> list[Any]:
            return [in_words(one) for one in await super().list_resource_templates()]

    instructions = say(DEFAULT, "tools.instructions")
    server = Described("fumetto", title="Fumetto", instructions=instructions, version=__version__)

    @server.tool(description="tools.search")
    async def search(series: str, query: str, limit: int = 10, kinds: list[Kind] | None = None) -> list[dict[str, Any]]:
        wanted = [PassageKind(kind) for kind in kinds or ()]
        return await done(whose.get().search(series, query, limit, wanted))

    @server.tool(description="tools.ask")
    async def ask(series: str, question: str, mode: AskMode = "page") -> dict[str, Any]:
        return await done(whose.get().ask(series, question, Mode(mode)))

    @server.resource("fumetto://series", description="tools.list_series", mime_type=JSON)
    async def list_series() -> str:
        return await read(whose.get().begun())

    @server.resource("fumetto://series/{slug}", description="tools.series", mime_type=JSON)
    async def get_series(slug: str) -> str:
        return await read(whose.get().series(slug))

    @server.resource("fumetto://series/{slug}/pages/{episode}/{page}", description="tools.page", mime_type=JSON)
    async def get_page(slug: str, episode: str, page: int) -> str:
        return await read(whose.get().page(slug, episode, page))

    @server.resource("fumetto://series/{slug}/characters/{name}", description="tools.character", mime_type=JSON)
    async def get_character(slug: str, name: str) -> str:
        return await read(whose.get().character(slug, name))

    return server


def in_words(one: Any) -> Any:
    """A tool or a resource with its description in the language of whoever asks."""
    desk = whose.get(None)
    return one.model_copy(update={"description": say(desk.language if desk else DEFAULT, one.description)})


async def done(work: Awaitable[T]) -> T:
    """What a tool does. What went wrong is told in its own words; the SDK tells nothing of a mistake of ours."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        return await work
    except FumettoError as error:
        raise ToolError(str(error)) from None


async def read(work: Awaitable[Any]) -> str:
    """A resource as JSON. What went wrong is told as of tools."""
    from mcp.server.mcpserver.exceptions import ResourceError

    try:
        return json.dumps(await work, ensure_ascii=False, default=str)
    except FumettoError as error:
        raise ResourceError(str(error)) from None


class OverHttp:
    """The server below /mcp, without sessions: each request stands for itself. It is made when it is first wanted,
    since the SDK takes long to load; `desk_of` says whose desk a request is for, or answers it and gives None."""

    def __init__(self, desk_of: Callable[[Scope, Receive, Send], Awaitable[Desk | None]]) -> None:
        self._desk_of = desk_of
        self._closing = asyncio.Event()
        self._making = asyncio.Lock()
        self._manager: Any = None
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        desk = await self._desk_of(scope, receive, send)
        if desk is None:
            return
        async with self._making:
            if self._manager is None:
                await self._open()
        mark = whose.set(desk)
        try:
            await self._manager.handle_request(scope, receive, send)
        finally:
            whose.reset(mark)

    async def _open(self) -> None:
        from mcp.server.transport_security import TransportSecuritySettings

        server = await asyncio.to_thread(make_server)
        # Names of this server are the operator's business, and nobody is let in by a cookie from another site.
        anywhere = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(json_response=True, stateless_http=True, transport_security=anywhere)
        manager = server.session_manager
        ready = asyncio.Event()

        async def running() -> None:
            async with manager.run():
                ready.set()
                await self._closing.wait()

        self._task = asyncio.create_task(running(), name="mcp")
        await ready.wait()
        self._manager = manager

    async def close(self) -> None:
        self._closing.set()
        if self._task is not None:
            await asyncio.wait({self._task})


async def over_standard_streams(desk: Desk) -> None:
    """Serve one assistant, which started this process, until it ends the input."""
    server = await asyncio.to_thread(make_server)
    mark = whose.set(desk)
    try:
        await server.run_stdio_async()
    finally:
        whose.reset(mark)
