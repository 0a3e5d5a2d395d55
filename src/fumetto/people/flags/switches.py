"""Whether something is switched on: what the rest of Fumetto asks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from fastapi import Request

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.web.identity import CurrentIdentity
from fumetto.people.access.dependencies import visit_of
from fumetto.people.access.readers import Reader
from fumetto.people.flags.board import BOARD, CHANNEL
from fumetto.people.flags.claims import asker
from fumetto.people.flags.errors import AiOff, ImportsOff, SharingOff

if TYPE_CHECKING:
    from fumetto.people.flags.provider import HouseProvider

__all__ = ["BOARD", "CHANNEL", "OFF", "is_on", "provider", "refreshed", "require_on", "switched_on", "while_on"]

T = TypeVar("T")
OFF: Final[dict[str, type[FumettoError]]] = {"ai": AiOff, "imports": ImportsOff, "sharing": SharingOff}


def is_on(reader: Reader | None, name: str) -> bool:
    """Whether a switch is on for this reader, or for nobody in particular; synchronous, from memory, never raises."""
    return BOARD.is_on(asker(reader), name)


def require_on(reader: Reader | None, name: str) -> None:
    """Raises `ai_switched_off`, `imports_switched_off` or `sharing_switched_off` (503)."""
    if not is_on(reader, name):
        raise OFF[name]


def switched_on(name: str) -> Callable[[Request, CurrentIdentity], Awaitable[None]]:
    """A dependency for a router or a route: nothing below it happens while the switch is off for whoever asks."""

    async def pass_switch(request: Request, identity: CurrentIdentity) -> None:
        visit = visit_of(identity)
        require_on(visit.reader if visit else None, name)

    return pass_switch


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


async def refreshed(database: Database) -> None:
    """For a job, whose process listens to nobody: the flags as they are now."""
    await BOARD.refresh(database)


def provider() -> HouseProvider:
    """The flags as a provider of the OpenFeature SDK, which is imported for it."""
    from fumetto.people.flags.provider import HouseProvider

    return HouseProvider(BOARD)
