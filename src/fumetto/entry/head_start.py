"""The database starts while the program is still loading its code, which two processors do at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator, Callable
from types import ModuleType

from fumetto.kernel.db.embedded.layout import Layout
from fumetto.kernel.db.embedded.lease import Lease
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.heap import loading
from fumetto.kernel.settings import Settings

Release = Callable[[], None]


@contextlib.asynccontextmanager
async def head_start(settings: Settings, module: str) -> AsyncIterator[tuple[ModuleType, Release]]:
    """The module, imported, and what lets go of the database once somebody else holds it.

    Only for a database of our own that is there: making one is for whoever knows that it is wanted. What hinders the
    start is not told here; whoever opens the database next meets it too.
    """
    loading()
    async with contextlib.AsyncExitStack() as stack:
        release = nothing
        if settings.conninfo is None and Layout.below(settings.data_dir).data.is_dir():
            lease = Lease(settings.data_dir)
            starting = asyncio.create_task(started(lease))
            stack.push_async_callback(ended, starting)
            stack.callback(lease.release)
            release = lease.release
        yield await asyncio.to_thread(importlib.import_module, module), release


async def started(lease: Lease) -> None:
    with contextlib.suppress(FumettoError):
        await lease.acquire()


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def nothing() -> None:
    """For a server of somebody else's there is nothing to let go of."""
