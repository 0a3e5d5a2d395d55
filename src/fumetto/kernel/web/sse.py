"""Server-sent events: a stream that stays open, says it is alive, and holds no database connection.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html. The source is an async iterator that opens a
session for each look at the database and closes it before it yields.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import Header, Request
from pydantic_core import to_jsonable_python
from starlette.responses import StreamingResponse

from fumetto.kernel.web.identity import Identity

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000
LAST_WORD_SECONDS = 0.3
"""How long a stream that may not go on has to say why by itself."""

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


class OpenStreams:
    """The streams that this process has open, by whom they are for: some end because their reader may no longer."""

    def __init__(self) -> None:
        self._open: dict[UUID, set[asyncio.Event]] = {}

    def readers(self) -> frozenset[UUID]:
        return frozenset(self._open)

    def end_all_of(self, reader: UUID) -> None:
        """End this reader's streams, after each had its last word."""
        for stop in self._open.get(reader, ()):
            stop.set()

    @contextlib.contextmanager
    def counted(self, reader: UUID | None) -> Iterator[asyncio.Event]:
        """While the block runs, a stream of this reader's is open. The event is set when it has to end."""
        stop = asyncio.Event()
        if reader is None:
            yield stop
            return
        self._open.setdefault(reader, set()).add(stop)
        try:
            yield stop
        finally:
            self._open[reader].discard(stop)
            if not self._open[reader]:
                del self._open[reader]


def one_line(text: str) -> str:
    return text.translate({ord("\n"): " ", ord("\r"): " ", 0: None})


def event_stream(
    request: Request, source: AsyncIterator[ServerEvent], heartbeat: float = HEARTBEAT_SECONDS
) -> StreamingResponse:
    """The events of `source` as they come, a comment every `heartbeat` seconds between them.

    Ends when the source ends, the client leaves, the server shuts down, or the reader may no longer have it
    (`app.state.streams`); the source is closed in every case.
    """
    closing: asyncio.Event = request.app.state.closing
    streams: OpenStreams = request.app.state.streams
    identity: Identity | None = request.scope.get("fumetto.identity")
    return StreamingResponse(
        counted(source, closing, heartbeat, streams, identity.reader if identity else None),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def counted(
    source: AsyncIterator[ServerEvent],
    closing: asyncio.Event,
    heartbeat: float,
    streams: OpenStreams,
    reader: UUID | None,
) -> AsyncIterator[bytes]:
    with streams.counted(reader) as stop:
        async with contextlib.aclosing(with_heartbeat(source, closing, heartbeat, stop)) as pieces:
            async for piece in pieces:
                yield piece


async def with_heartbeat(
    source: AsyncIterator[ServerEvent],
    closing: asyncio.Event,
    heartbeat: float,
    stop: asyncio.Event | None = None,
) -> AsyncGenerator[bytes, None]:
    shutdown = asyncio.create_task(closing.wait())
    stopped = asyncio.create_task((stop or asyncio.Event()).wait())
    coming: asyncio.Task[ServerEvent | None] | None = None
    last_word_until: float | None = None
    try:
        yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
        while not shutdown.done():
            # Waiting for the next event must survive a heartbeat: cancelling it would end the source.
            coming = coming or asyncio.create_task(next_of(source))
            waited: set[asyncio.Task[Any]] = {coming, shutdown}
            if stopped.done():
                last_word_until = last_word_until or time.monotonic() + LAST_WORD_SECONDS
                heartbeat = last_word_until - time.monotonic()
                if heartbeat <= 0:
                    return
            else:
                waited.add(stopped)
            done, _ = await asyncio.wait(waited, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
            if coming in done:
                event, coming = coming.result(), None
                if event is None:
                    return
                yield event.encode()
            elif not done and not stopped.done():
                yield b": still here\n\n"
    finally:
        shutdown.cancel()
        stopped.cancel()
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
