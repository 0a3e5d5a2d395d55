"""Answers to programs that end because their reader may no longer have them, be it while nothing comes."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import TypeVar

from fumetto.people.public import ConsentNeeded, Purpose, Reader

T = TypeVar("T")


class Stops:
    """What this process answers programs just now, by whom it is for."""

    def __init__(self) -> None:
        self._open: dict[uuid.UUID, set[asyncio.Event]] = {}

    def readers(self) -> frozenset[uuid.UUID]:
        return frozenset(self._open)

    def stop_all_of(self, reader_id: uuid.UUID) -> None:
        for stop in self._open.get(reader_id, ()):
            stop.set()

    async def unless_stopped(self, reader: Reader, source: AsyncIterator[T]) -> AsyncIterator[T]:
        """What `source` brings. Raises ConsentNeeded when the reader's answers are stopped; the source is closed."""
        stop = asyncio.Event()
        self._open.setdefault(reader.id, set()).add(stop)
        stopped = asyncio.create_task(stop.wait())
        coming: asyncio.Task[T | None] | None = None
        try:
            while True:
                coming = asyncio.create_task(next_of(source))
                await asyncio.wait({coming, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if stopped.done():
                    raise ConsentNeeded(purpose=Purpose.AI_LOCAL.value, whose="guardian" if reader.is_minor else "own")
                event, coming = coming.result(), None
                if event is None:
                    return
                yield event
        finally:
            self._open[reader.id].discard(stop)
            if not self._open[reader.id]:
                del self._open[reader.id]
            stopped.cancel()
            if coming is not None:
                coming.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await coming
            close = getattr(source, "aclose", None)
            if close is not None:
                await close()


async def next_of(source: AsyncIterator[T]) -> T | None:
    """The next of it, None at the end: a task cannot end with StopAsyncIteration."""
    return await anext(source, None)
