"""Server-sent events: a stream that stays open, says it is alive, and holds no database connection.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html. The source is an async iterator that opens a
session for each look at the database and closes it before it yields.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import anyio
from fastapi import Header, Request
from pydantic_core import to_jsonable_python
from starlette.responses import StreamingResponse

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=256)]
"""What the browser received last before it reconnected; the endpoint goes on from there."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """`data` is sent as JSON; `id` comes back as Last-Event-ID; `event` is the type that the browser listens for."""

    data: Any
    event: str | None = None
    id: str | None = None

    def encode(self) -> bytes:
        lines = []
        if self.id is not None:
            lines.append(f"id: {one_line(self.id)}")
        if self.event is not None:
            lines.append(f"event: {one_line(self.event)}")
        lines.append(f"data: {json.dumps(to_jsonable_python(self.data), ensure_ascii=False, separators=(',', ':'))}")
        return ("\n".join(lines) + "\n\n").encode()


def one_line(text: str) -> str:
    return text.translate({ord("\n"): " ", ord("\r"): " ", 0: None})


def event_stream(
    request: Request, source: AsyncIterator[ServerEvent], heartbeat: float = HEARTBEAT_SECONDS
) -> StreamingResponse:
    """The events of `source` as they come, a comment every `heartbeat` seconds between them.

    Ends when the source ends, the client leaves, or the server shuts down; the source is closed in every case.
    """
    closing: asyncio.Event = request.app.state.closing
    return StreamingResponse(
        with_heartbeat(source, closing, heartbeat),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def with_heartbeat(
    source: AsyncIterator[ServerEvent], closing: asyncio.Event, heartbeat: float
) -> AsyncIterator[bytes]:
    shutdown = asyncio.create_task(closing.wait())
    coming: asyncio.Task[ServerEvent | None] | None = None
    try:
        yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
        while not shutdown.done():
            # Waiting for the next event must survive a heartbeat: cancelling it would end the source.
            coming = coming or asyncio.create_task(next_of(source))
            both: set[asyncio.Task[Any]] = {coming, shutdown}
            done, _ = await asyncio.wait(both, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
            if coming in done:
                event, coming = coming.result(), None
                if event is None:
                    return
                yield event.encode()
            elif not done:
                yield b": still here\n\n"
    finally:
        shutdown.cancel()
        with anyio.CancelScope(shield=True):  # a client that left has cancelled us already; the source still ends well
            if coming is not None:
                coming.cancel()
                await asyncio.wait({coming})
            close = getattr(source, "aclose", None)
            if close is not None:
                await close()


async def next_of(source: AsyncIterator[ServerEvent]) -> ServerEvent | None:
    """The next event, None at the end: a task cannot end with StopAsyncIteration."""
    return await anext(source, None)
