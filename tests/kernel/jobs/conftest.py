"""A database with somewhere to leave traces, and workers in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.worker import run_worker
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import open_storage
from tests.kernel.jobs import sample_tasks
from tests.kernel.jobs.pace import QUICK


@pytest.fixture
async def effects(database_server: DatabaseServer) -> None:
    async with database_server.connect(Role.ADMIN) as connection:
        await connection.execute(sample_tasks.EFFECTS)


Worker = Callable[..., contextlib.AbstractAsyncContextManager[asyncio.Event]]


@pytest.fixture
def worker(database: Database, settings: Settings, effects: None) -> Worker:
    """A worker that works for as long as the block runs."""

    @contextlib.asynccontextmanager
    async def working(concurrency: int = 4, **pace: float) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        running = asyncio.create_task(
            run_worker(
                settings,
                database,
                open_storage(settings),
                queues=["test"],
                concurrency=concurrency,
                stop_event=stop,
                pace=replace(QUICK, **pace),
            )
        )
        try:
            yield stop
        finally:
            stop.set()
            await asyncio.wait_for(running, 60)

    return working


async def rows(database: Database, query: str, *values: Any) -> list[tuple[Any, ...]]:
    async with database.write() as session:
        return await (await session.raw().execute(query.encode(), values)).fetchall()


async def one(database: Database, query: str, *values: Any) -> Any:
    return (await rows(database, query, *values))[0][0]


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 120.0) -> None:
    """Wait for it, or fail."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the event is in a database
            await asyncio.sleep(0.02)


async def drained(database: Database) -> bool:
    waiting = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE queue_name = 'test' AND status IN ('todo', 'doing')"
    return bool(await one(database, waiting) == 0)
