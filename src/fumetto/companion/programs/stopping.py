"""Answers to programs that end because their reader may no longer have them, be it while nothing comes."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from fumetto.kernel.errors import FumettoError
from fumetto.people.public import ConsentNeeded, Purpose, Reader

T = TypeVar("T")


class Stops:
    """What this process answers programs just now, by whom it is for."""

    def __init__(self) -> None:
        self._open: dict[uuid.UUID, set[asyncio.Future[FumettoError | None]]] = {}

    def readers(self) -> frozenset[uuid.UUID]:
        return frozenset(self._open)

    def stop_all_of(self, reader_id: uuid.UUID, why: FumettoError | None = None) -> None:
        """why: what their programs are told; without one, that they lack consent."""
        for stop in self._open.get(reader_id, ()):
            if not stop.done():
                stop.set_result(why)

    async def unless_stopped(self, reader: Reader, source: AsyncIterator[T]) -> AsyncIterator[T]:
        """What `source` brings. When the reader's answers are stopped the source is closed, and it raises what
        `stop_all_of` was given, else ConsentNeeded."""
        stopped: asyncio.Future[FumettoError | None] = asyncio.get_running_loop().create_future()
        self._open.setdefault(reader.id, set()).add(stopped)
        coming: asyncio.Task[T | None] | None = None
        try:
            while True:
                coming = asyncio.create_task(next_of(source))
                waited: set[asyncio.Future[Any]] = {coming, stopped}
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if stopped.done():
                    whose = "guardian" if reader.is_minor else "own"
                    raise stopped.result() or ConsentNeeded(purpose=Purpose.AI_LOCAL.value, whose=whose)
                event, coming = coming.result(), None
                if event is None:
                    return
                yield event
        finally:
            self._open[reader.id].discard(stopped)
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
