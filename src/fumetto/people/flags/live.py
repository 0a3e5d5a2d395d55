"""Flags as they change: what every process does when it hears of it, and what ends when something is switched off."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

from fumetto.kernel.db.notices import Handler
from fumetto.kernel.db.sessions import Database
from fumetto.people.access.readers import Reader
from fumetto.people.flags.board import BOARD
from fumetto.people.flags.switches import require_on

T = TypeVar("T")


def refreshing(database: Database) -> Handler:
    """For `kernel.db.notices`: whatever was said of the flags, they are read anew."""

    async def refresh(names: frozenset[str] | None) -> None:
        await BOARD.refresh(database)

    return refresh


async def while_on(reader: Reader | None, name: str, source: AsyncIterator[T]) -> AsyncIterator[T]:
    """What `source` brings while a switch is on for a reader.

    When it goes off, be it while nothing comes, the source is closed and the switch's error raised.
    """
    news = asyncio.Event()
    end = BOARD.on_change(news.set)
    coming: asyncio.Task[T | None] | None = None
    watching: asyncio.Task[bool] | None = None
    try:
        while True:
            require_on(reader, name)
            coming = coming or asyncio.create_task(following(source))
            watching = watching or asyncio.create_task(news.wait())
            await asyncio.wait({coming, watching}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                news.clear()
                watching = None
                require_on(reader, name)
            if coming.done():
                event, coming = coming.result(), None
                if event is None:
                    return
                yield event
    finally:
        end()
        for task in (coming, watching):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()


async def following(source: AsyncIterator[T]) -> T | None:
    """The next of it, None at the end: a task cannot end with StopAsyncIteration."""
    return await anext(source, None)
